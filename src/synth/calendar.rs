//! The calendar of the extract: epoch days (days since 1970-01-01), weekdays, holidays, seasons.

use super::random::{Random, between, chance, uniform};

/// First service day: 2024-01-01.
pub const FIRST_DAY: i32 = 19_723;
/// Last service day and the day the extract was drawn: 2025-12-31. What is not paid by then
/// is not in the extract, as in any real hand-over.
pub const LAST_DAY: i32 = 20_453;
/// First day of the second year: 2025-01-01.
pub const SECOND_YEAR: i32 = 20_089;
/// Months covered.
pub const MONTHS: i32 = 24;

/// Federal holidays of 2024 and 2025 on which offices are closed (5 U.S.C. 6103(a); those
/// that most practices work through are left out).
const HOLIDAYS: [i32; 13] = [
    19_723, 19_870, 19_908, 19_968, 20_055, 20_082, 20_089, 20_234, 20_273, 20_332, 20_419, 20_420,
    20_447,
];

/// Share of a month's mean visits, January first: respiratory illness peaks in winter.
const WINTER: [f64; 12] = [
    1.30, 1.25, 1.10, 0.98, 0.90, 0.82, 0.78, 0.84, 0.95, 1.02, 1.08, 1.18,
];

/// Monday 0 … Sunday 6. Day 0 was a Thursday.
pub fn weekday(day: i32) -> i32 {
    (day + 3).rem_euclid(7)
}

/// Saturday or Sunday.
pub fn is_weekend(day: i32) -> bool {
    weekday(day) >= 5
}

/// A day on which offices are closed.
pub fn is_holiday(day: i32) -> bool {
    HOLIDAYS.contains(&day)
}

/// Calendar year (2024 or 2025) as 0 or 1.
pub fn year_index(day: i32) -> usize {
    usize::from(day >= SECOND_YEAR)
}

/// Month of the year, 0 to 11, by cumulative lengths (2024 was a leap year).
pub fn month_of_year(day: i32) -> usize {
    const STARTS: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = i32::from(day < SECOND_YEAR);
    let within = if leap == 1 {
        day - FIRST_DAY
    } else {
        day - SECOND_YEAR
    };
    let start = |month: usize| STARTS[month] + if month >= 2 { leap } else { 0 };
    (0..12)
        .rev()
        .find(|&month| within >= start(month))
        .unwrap_or(0)
}

/// Any day of the window, all alike.
pub fn any_day(rng: &mut Random) -> i32 {
    between(rng, FIRST_DAY, LAST_DAY)
}

/// A day of the window; `winter` in [0, 1] says how strongly the month matters.
pub fn seasonal_day(rng: &mut Random, winter: f64) -> i32 {
    loop {
        let day = any_day(rng);
        let weight = 1.0 + winter * (WINTER[month_of_year(day)] - 1.0);
        if uniform(rng) * 1.35 < weight {
            return day;
        }
    }
}

/// This day, or if closed one of the following week, on which an office with this share of Saturday work is open;
/// one office in a while sees an emergency on a closed day (`closed_day_share`).
pub fn open_day(rng: &mut Random, day: i32, saturday_share: f64) -> i32 {
    const CLOSED_DAY_SHARE: f64 = 0.002;
    let mut day = day;
    loop {
        let open = match weekday(day) {
            // A Saturday stands for one day in seven: scale to reach the share wanted.
            5 => chance(rng, (saturday_share * 7.0).min(1.0)),
            6 => chance(rng, CLOSED_DAY_SHARE),
            _ => !is_holiday(day) || chance(rng, CLOSED_DAY_SHARE),
        };
        if open {
            return day;
        }
        // Any day of the next week, lest Mondays carry the weekend's visits.
        day += 7 - weekday(day) + between(rng, 0, 4);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::random::{Purpose, stream};

    #[test]
    fn weekdays_and_months_agree_with_the_calendar() {
        assert_eq!(weekday(FIRST_DAY), 0, "2024-01-01 was a Monday");
        assert_eq!(weekday(LAST_DAY), 2, "2025-12-31 was a Wednesday");
        assert_eq!(month_of_year(FIRST_DAY), 0);
        assert_eq!(month_of_year(FIRST_DAY + 59), 1, "2024-02-29");
        assert_eq!(month_of_year(FIRST_DAY + 60), 2, "2024-03-01");
        assert_eq!(month_of_year(SECOND_YEAR - 1), 11);
        assert_eq!(month_of_year(SECOND_YEAR + 59), 2, "2025-03-01");
        assert_eq!(month_of_year(LAST_DAY), 11);
    }

    #[test]
    fn offices_hardly_ever_open_on_sundays_and_holidays() {
        let mut rng = stream(1, Purpose::Member, 0, 0);
        let closed = (0..20_000)
            .map(|_| {
                let day = any_day(&mut rng);
                open_day(&mut rng, day, 0.0)
            })
            .filter(|&day| is_weekend(day) || is_holiday(day))
            .count();
        assert!(closed < 60, "{closed} of 20000 on closed days");
    }

    #[test]
    fn january_outweighs_july() {
        let mut rng = stream(2, Purpose::Member, 0, 0);
        let mut months = [0; 12];
        for _ in 0..24_000 {
            months[month_of_year(seasonal_day(&mut rng, 1.0))] += 1;
        }
        assert!(
            f64::from(months[0]) > 1.3 * f64::from(months[6]),
            "{months:?}"
        );
    }
}
