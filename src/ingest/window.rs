//! The time that the claims cover.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};

use crate::error::{Error, Result};

/// Share of the lines that must bear a date for it to begin or end the claims: a few lines with a
/// mistyped date must not move the clock.
pub const AS_OF_MIN_SHARE: f64 = 0.0001;

/// Days without a line after which what follows may be stray: claims of one delivery do not pause
/// for a year.
const PAUSE: i64 = 366;

/// Share of the lines behind a pause up to which their dates are taken as mistyped, and their number
/// in any case.
const STRAY_SHARE: f64 = 0.001;
const STRAY_LINES: u64 = 2;

/// Oldest and newest day that enough of the lines bear; `days` counts lines by day. A few lines
/// behind a long pause do not end the claims: `2092` for `2022` is one line in ten thousand.
pub fn window(days: &BTreeMap<i64, u64>, lines: u64) -> (Option<i64>, Option<i64>) {
    let enough = ((lines as f64 * AS_OF_MIN_SHARE).ceil() as u64).max(1);
    let borne: Vec<(i64, u64)> = days
        .iter()
        .filter(|(_, count)| **count >= enough)
        .map(|(day, count)| (*day, *count))
        .collect();
    let few = STRAY_LINES.max((lines as f64 * STRAY_SHARE) as u64);
    let mut newest = borne.len();
    let mut behind = 0;
    for at in (1..borne.len()).rev() {
        behind += borne[at].1;
        if behind > few {
            break;
        }
        if borne[at].0 - borne[at - 1].0 > PAUSE {
            newest = at;
        }
    }
    let day = |at: usize| borne.get(at).map(|(day, _)| *day);
    (day(0), newest.checked_sub(1).and_then(day))
}

/// The one-row table `run` that SQL reads the claims' first and last day from.
///
/// # Errors
/// Where Arrow refuses the two columns, which their declaration rules out.
pub fn run_table(from: i64, as_of: i64) -> Result<RecordBatch> {
    let day = |day: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![day])) };
    let days = [("from_day", day(from)), ("as_of_day", day(as_of))];
    RecordBatch::try_from_iter(days).map_err(|e| Error::Engine {
        statement: "run".into(),
        message: e.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_date_neither_begins_nor_ends_the_claims() {
        let mut days: BTreeMap<i64, u64> = (100..=200).map(|day| (day, 300)).collect();
        days.insert(3, 1);
        days.insert(9000, 2);
        assert_eq!(window(&days, 30_303), (Some(100), Some(200)));
        assert_eq!(window(&BTreeMap::from([(7, 1)]), 1), (Some(7), Some(7)));
        assert_eq!(window(&BTreeMap::new(), 0), (None, None));
    }

    #[test]
    fn a_few_lines_behind_a_long_pause_do_not_end_a_small_delivery() {
        let claims = || (100..=200).map(|day| (day, 3));
        let with = |further: &[(i64, u64)]| {
            let days: BTreeMap<i64, u64> = claims().chain(further.iter().copied()).collect();
            let lines = days.values().sum();
            window(&days, lines).1
        };
        assert_eq!(with(&[(25_000, 2)]), Some(200));
        assert_eq!(with(&[(24_000, 1), (25_000, 1)]), Some(200));
        // Three are too many to be a slip, and a month is no pause.
        assert_eq!(with(&[(25_000, 3)]), Some(25_000));
        assert_eq!(with(&[(230, 1)]), Some(230));
    }
}
