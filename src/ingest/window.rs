//! The time that the claims cover.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};

use crate::error::{Error, Result};

/// Share of the lines that must bear a date for it to begin or end the claims: a few lines with a
/// mistyped date must not move the clock.
pub const AS_OF_MIN_SHARE: f64 = 0.0001;

/// Oldest and newest day that enough of the lines bear; `days` counts lines by day.
pub fn window(days: &BTreeMap<i64, u64>, lines: u64) -> (Option<i64>, Option<i64>) {
    let enough = ((lines as f64 * AS_OF_MIN_SHARE).ceil() as u64).max(1);
    let mut borne = days.iter().filter(|(_, count)| **count >= enough);
    let oldest = borne.next().map(|(day, _)| *day);
    (oldest, borne.next_back().map(|(day, _)| *day).or(oldest))
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
}
