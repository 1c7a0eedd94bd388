//! The calendar quarter that an NCCI file is for, as its title rows or its name state it.

use jiff::civil::Date;

/// A calendar quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    pub year: i16,
    /// 1 to 4.
    pub number: i8,
}

/// NCCI version 24.0 took effect on 1 January 2018, and each year begins the next whole number
/// (CMS, quarterly PTP edit announcements).
const YEAR_OF_VERSION_ZERO: i16 = 1994;
/// Versions seen in file names: 20 (2014) and later.
const VERSIONS: std::ops::RangeInclusive<i16> = 20..=99;
const YEARS: std::ops::RangeInclusive<i16> = 1996..=2099;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Quarter {
    /// The first statement of a version (`v311r0`, `v31.1`), a date (`01-01-2025`, `January 1,
    /// 2025`) or a quarter (`2025q1`, `Q1 2025`) in a text.
    pub fn stated(text: &str) -> Option<Quarter> {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect();
        (0..words.len()).find_map(|at| {
            let rest = &words[at..];
            of_version(rest)
                .or_else(|| of_date(rest))
                .or_else(|| of_quarter(rest))
        })
    }

    /// First and last day, days since 1970-01-01.
    pub fn days(self) -> (i64, i64) {
        let first = |quarter: Quarter| {
            Date::new(quarter.year, quarter.number * 3 - 2, 1).map_or(0, crate::reference::day)
        };
        (first(self), first(self.next()) - 1)
    }

    fn next(self) -> Quarter {
        let (year, number) = match self.number {
            4 => (self.year + 1, 1),
            earlier => (self.year, earlier + 1),
        };
        Quarter { year, number }
    }

    fn new(year: Option<i16>, number: Option<i8>) -> Option<Quarter> {
        let (year, number) = (year?, number?);
        (YEARS.contains(&year) && (1..=4).contains(&number)).then_some(Quarter { year, number })
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{} Q{}", self.year, self.number)
    }
}

fn number<T: std::str::FromStr>(word: &str) -> Option<T> {
    let digits = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| word.parse().ok()).flatten()
}

fn of_version(words: &[&str]) -> Option<Quarter> {
    let version = words.first()?.strip_prefix('v')?;
    let version = version.split('r').next()?;
    let (major, minor) = match (version.len(), words.get(1)) {
        (3, _) => version.split_at_checked(2)?,
        (2, Some(minor)) if minor.len() == 1 => (version, *minor),
        _ => return None,
    };
    let major: i16 = number(major)?;
    let quarter = number::<i8>(minor)? + 1;
    VERSIONS.contains(&major).then_some(())?;
    Quarter::new(Some(YEAR_OF_VERSION_ZERO + major), Some(quarter))
}

fn of_date(words: &[&str]) -> Option<Quarter> {
    let [month, day, year, ..] = words else {
        return None;
    };
    let day: i8 = number(day).filter(|d| (1..=31).contains(d))?;
    let _ = day;
    let month: i8 = MONTHS
        .iter()
        .position(|m| m == month)
        .map(|p| p as i8 + 1)
        .or_else(|| number(month))
        .filter(|m| (1..=12).contains(m))?;
    Quarter::new(number(year), Some((month - 1) / 3 + 1))
}

fn of_quarter(words: &[&str]) -> Option<Quarter> {
    let first = words.first()?;
    if let Some((year, quarter)) = first.split_once('q')
        && !year.is_empty()
    {
        return Quarter::new(number(year), number(quarter));
    }
    let second = words.get(1)?;
    let pair =
        |year: &str, quarter: &str| Quarter::new(number(year), number(quarter.strip_prefix('q')?));
    pair(first, second).or_else(|| pair(second, first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_dates_and_quarters_are_read_from_titles_and_names() {
        let quarter = |text| Quarter::stated(text).map(|q| q.to_string());
        for (text, expected) in [
            ("ccipra-v311r0-f1.TXT", "2025 Q2"),
            ("NCCI PTP edits v24.0", "2018 Q1"),
            ("MCR_MUE_PractitionerServices_Eff_10-01-2024.csv", "2024 Q4"),
            ("Effective April 1, 2025", "2025 Q2"),
            ("mue 2025q3", "2025 Q3"),
            (
                "CPT only copyright 2024 American Medical Association\nQ1 2025",
                "2025 Q1",
            ),
        ] {
            assert_eq!(quarter(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(
            quarter("CPT only copyright 2024. All rights reserved."),
            None
        );
        assert_eq!(quarter("UPDATED.csv"), None);
    }

    #[test]
    fn a_quarter_ends_the_day_before_the_next_begins() {
        let last = Quarter {
            year: 2024,
            number: 4,
        };
        assert_eq!(last.days(), (19_997, 20_088));
        assert_eq!(last.next().days().0, 20_089);
    }
}
