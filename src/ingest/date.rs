//! Dates in the forms claims files use, as days since 1970-01-01.

use jiff::civil::Date;

/// First and last day a service, claim, paid or enrolment date may have.
pub const FIRST_DAY: (i16, i8, i8) = (1990, 1, 1);
/// See [`FIRST_DAY`].
pub const LAST_DAY: (i16, i8, i8) = (2099, 12, 31);
/// First birth date accepted: nobody in a claims file is older.
pub const FIRST_BIRTH: (i16, i8, i8) = (1850, 1, 1);

/// A way to write a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFormat {
    /// `2023-02-28`, also with a time of day behind it.
    Iso,
    /// `20230228`
    Compact,
    /// `28-Feb-2023`
    DayMonthName,
    /// `02/28/2023`
    Us,
}

impl DateFormat {
    /// The name a layout uses for it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<DateFormat> {
        Some(match name {
            "iso" => DateFormat::Iso,
            "yyyymmdd" => DateFormat::Compact,
            "dd-mon-yyyy" => DateFormat::DayMonthName,
            "us" => DateFormat::Us,
            _ => return None,
        })
    }

    fn parse(self, text: &str) -> Option<Date> {
        match self {
            DateFormat::Iso => {
                let (date, rest) = text.split_at_checked(10)?;
                let time_follows = rest.is_empty() || rest.starts_with(['T', ' ']);
                let mut parts = date.split('-');
                let date = ymd(parts.next()?, parts.next()?, parts.next()?)?;
                (time_follows && parts.next().is_none()).then_some(date)
            }
            DateFormat::Compact => {
                if text.len() != 8 || !text.is_ascii() {
                    return None;
                }
                ymd(&text[0..4], &text[4..6], &text[6..8])
            }
            DateFormat::DayMonthName => {
                const MONTHS: [&str; 12] = [
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec",
                ];
                let mut parts = text.split('-');
                let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
                let month = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(month))? + 1;
                parts
                    .next()
                    .is_none()
                    .then(|| ymd(year, &month.to_string(), day))?
            }
            DateFormat::Us => {
                let mut parts = text.split('/');
                let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
                parts.next().is_none().then(|| ymd(year, month, day))?
            }
        }
    }
}

fn ymd(year: &str, month: &str, day: &str) -> Option<Date> {
    if year.len() != 4
        || ![year, month, day]
            .iter()
            .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Days since 1970-01-01 of a calendar date.
#[must_use]
pub fn epoch_day(date: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from(date.duration_since(epoch).as_hours() as i32 / 24)
}

/// The calendar date of a day; `None` outside the calendar's range.
#[must_use]
pub fn date_of(day: i64) -> Option<Date> {
    let span = jiff::Span::new().try_days(day).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(span).ok()
}

/// `2023-02-28` of a day.
#[must_use]
pub fn iso(day: i64) -> String {
    date_of(day).map_or_else(String::new, |d| d.to_string())
}

/// Epoch day of a (year, month, day) constant.
#[must_use]
pub fn day_of((year, month, day): (i16, i8, i8)) -> i64 {
    Date::new(year, month, day).map_or(0, epoch_day)
}

/// Reads a date in the first format that fits.
#[must_use]
pub fn parse_day(text: &str, formats: &[DateFormat]) -> Option<i64> {
    formats.iter().find_map(|f| f.parse(text)).map(epoch_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_reads_its_own() {
        let day = day_of((2023, 2, 28));
        assert_eq!(day, 19_416);
        for (text, format) in [
            ("2023-02-28", DateFormat::Iso),
            ("2023-02-28T16:17:47Z", DateFormat::Iso),
            ("2023-02-28 00:00:00", DateFormat::Iso),
            ("20230228", DateFormat::Compact),
            ("28-Feb-2023", DateFormat::DayMonthName),
            ("02/28/2023", DateFormat::Us),
            ("2/28/2023", DateFormat::Us),
        ] {
            assert_eq!(parse_day(text, &[format]), Some(day), "{text}");
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "2023-02-29",
            "2023-13-01",
            "2023-00-10",
            "0001-01-01x",
            "23-02-28",
            "2023-02",
            "2023-02-28abc",
            "",
            "２０２３-02-28",
        ] {
            assert_eq!(parse_day(text, &[DateFormat::Iso]), None, "{text}");
        }
        assert_eq!(parse_day("30-Foo-2020", &[DateFormat::DayMonthName]), None);
    }

    #[test]
    fn days_read_back() {
        for day in [-43_829, -1, 0, 1, 19_416, 47_481] {
            assert_eq!(parse_day(&iso(day), &[DateFormat::Iso]), Some(day));
        }
    }
}
