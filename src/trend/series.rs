//! What each provider billed, month by month.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use crate::batch::{int, int_at, text};
use crate::error::Result;
use crate::ingest::date;
use crate::stats::scale::median;

/// A month belongs to the data from where it bears this part of a usual month's lines: a few stray
/// early dates do not begin them.
pub const BEGUN_SHARE: f64 = 0.1;

/// A month at the end with less than this part of a usual month's lines is not complete: claims for
/// it are still to come (run-out), from some kinds of providers later than from others, and whose
/// come at once would stand out.
pub const COMPLETE_SHARE: f64 = 0.9;

/// Months that are left out so at most: after three nearly all claims are there (CCW white paper
/// *Medicare Claims Maturity*), and what is less then is less.
pub const MOST_RUN_OUT: i64 = 3;

/// An amount stands for a month's billing where this part of the provider-months have it.
pub const USABLE_SHARE: f64 = 0.9;

/// One provider's billing in one month: positive amounts only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Billed {
    /// Months since the data begin.
    pub month: usize,
    pub cents: i64,
    pub lines: i64,
}

impl Billed {
    /// Natural log of the cents.
    #[must_use]
    pub fn log(&self) -> f64 {
        (self.cents as f64).ln()
    }
}

/// Billing of every provider in the complete months of the data.
pub struct Series {
    /// The month the data begin, as year · 12 + month − 1.
    pub first_month: i64,
    /// Complete months from there to the as-of date.
    pub months: usize,
    /// The amount that was taken: `allowed`, `paid` or `charge`.
    pub basis: &'static str,
    billed: Vec<Billed>,
    /// Where each provider's months begin; one more entry than providers.
    begin: Vec<usize>,
}

/// A row of the grain as it was read.
struct Row {
    provider: usize,
    month: i64,
    lines: i64,
    cents: [i64; 3],
}

/// The amounts in the order in which they are preferred: what a service is worth does not hang on
/// deductibles, and a charge may be anything.
const AMOUNTS: [(&str, &str); 3] = [
    ("allowed", "allowed_cents"),
    ("paid", "paid_cents"),
    ("charge", "charge_cents"),
];

impl Series {
    /// Reads the merged grain `provider_month__lines` for `providers` (ids, ascending). Months that
    /// were not over on `as_of` (days since 1970-01-01) are left out, as are months without a
    /// positive amount.
    ///
    /// # Errors
    /// Where a column is missing.
    pub fn new(grain: &RecordBatch, providers: &[&str], as_of: i64) -> Result<Series> {
        let (provider, month) = (text(grain, "provider_id")?, int(grain, "service_month")?);
        let lines = int(grain, "line_count")?;
        let mut amounts = Vec::with_capacity(AMOUNTS.len());
        for (_, column) in AMOUNTS {
            amounts.push(int(grain, column)?);
        }
        let end = month_of(as_of + 1);
        let mut rows: Vec<Row> = (0..grain.num_rows())
            .filter(|row| month.value(*row) < end)
            .filter_map(|row| {
                let provider = providers.binary_search(&provider.value(row)).ok()?;
                Some(Row {
                    provider,
                    month: month.value(row),
                    lines: lines.value(row),
                    cents: std::array::from_fn(|a| int_at(amounts[a], row).unwrap_or(0)),
                })
            })
            .collect();
        rows.sort_unstable_by_key(|r| (r.provider, r.month));
        let by_month = by_month(&rows);
        let first_month = begun(&by_month).unwrap_or(end);
        let end = complete(&by_month, first_month, end);
        rows.retain(|row| row.month < end);
        let amount = usable(&rows);
        let mut series = Series {
            first_month,
            months: usize::try_from(end - first_month).unwrap_or(0),
            basis: AMOUNTS[amount].0,
            billed: Vec::new(),
            begin: vec![0; providers.len() + 1],
        };
        for row in &rows {
            if let Ok(month) = usize::try_from(row.month - first_month)
                && row.cents[amount] > 0
            {
                series.begin[row.provider + 1] += 1;
                series.billed.push(Billed {
                    month,
                    cents: row.cents[amount],
                    lines: row.lines,
                });
            }
        }
        for provider in 0..providers.len() {
            series.begin[provider + 1] += series.begin[provider];
        }
        Ok(series)
    }

    /// A provider's months, ascending.
    #[must_use]
    pub fn of(&self, provider: usize) -> &[Billed] {
        &self.billed[self.begin[provider]..self.begin[provider + 1]]
    }

    /// Number of providers.
    #[must_use]
    pub fn providers(&self) -> usize {
        self.begin.len() - 1
    }

    /// `2024-03` of a month since the data begin.
    #[must_use]
    pub fn label(&self, month: usize) -> String {
        let month = self.first_month + month as i64;
        format!(
            "{:04}-{:02}",
            month.div_euclid(12),
            month.rem_euclid(12) + 1
        )
    }
}

/// Year · 12 + month − 1 of a day.
fn month_of(day: i64) -> i64 {
    date::date_of(day).map_or(0, |d| i64::from(d.year()) * 12 + i64::from(d.month()) - 1)
}

/// Lines of all providers by month, those without left out.
fn by_month(rows: &[Row]) -> BTreeMap<i64, f64> {
    let mut lines: BTreeMap<i64, f64> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.lines > 0) {
        *lines.entry(row.month).or_default() += row.lines as f64;
    }
    lines
}

fn usual(lines: &BTreeMap<i64, f64>) -> Option<f64> {
    median(&lines.values().copied().collect::<Vec<_>>())
}

/// The first month with [`BEGUN_SHARE`] of a usual month's lines.
fn begun(lines: &BTreeMap<i64, f64>) -> Option<i64> {
    let usual = usual(lines)?;
    let mut months = lines.iter();
    months
        .find(|(_, lines)| **lines >= BEGUN_SHARE * usual)
        .map(|(month, _)| *month)
}

/// The month after the last complete one, see [`COMPLETE_SHARE`]; `end` where all are.
fn complete(lines: &BTreeMap<i64, f64>, first: i64, end: i64) -> i64 {
    let usual = usual(lines).unwrap_or(0.0);
    let is_complete = |month: &i64| {
        let lines = lines.get(month).copied().unwrap_or(0.0);
        lines >= COMPLETE_SHARE * usual
    };
    let earliest = (end - MOST_RUN_OUT).max(first);
    (earliest..end)
        .rev()
        .find(is_complete)
        .map_or(earliest, |last| last + 1)
}

/// The first of [`AMOUNTS`] that [`USABLE_SHARE`] of the rows have, else the one most have.
fn usable(rows: &[Row]) -> usize {
    let having = |a: usize| rows.iter().filter(|r| r.cents[a] > 0).count();
    let counts: [usize; 3] = std::array::from_fn(having);
    let enough = |count: &usize| *count as f64 >= USABLE_SHARE * rows.len() as f64;
    let most = counts.iter().max().copied().unwrap_or(0);
    counts
        .iter()
        .position(enough)
        .or_else(|| counts.iter().position(|c| *c == most))
        .unwrap_or(0)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use arrow::array::{ArrayRef, Int64Array, StringArray};
    use std::sync::Arc;

    /// Provider, month, lines, cents.
    type Row<'a> = (&'a str, i64, i64, i64);

    /// The grain of rows, allowed and paid alike.
    pub fn grain(rows: &[Row]) -> RecordBatch {
        let ints = |f: &dyn Fn(&Row) -> i64| -> ArrayRef {
            Arc::new(rows.iter().map(|r| Some(f(r))).collect::<Int64Array>())
        };
        let ids: ArrayRef = Arc::new(rows.iter().map(|r| Some(r.0)).collect::<StringArray>());
        RecordBatch::try_from_iter([
            ("provider_id", ids),
            ("service_month", ints(&|r| r.1)),
            ("line_count", ints(&|r| r.2)),
            ("charge_cents", ints(&|r| 2 * r.3)),
            ("allowed_cents", ints(&|r| r.3)),
            ("paid_cents", ints(&|r| r.3)),
        ])
        .expect("columns of one length")
    }

    /// 2024-01 in the grain's count.
    pub const JANUARY: i64 = 2024 * 12;

    #[test]
    fn stray_dates_unfinished_months_and_negative_amounts_are_left_out() {
        let rows = [
            ("a", JANUARY - 300, 1, 100),
            ("a", JANUARY, 50, 1000),
            ("a", JANUARY + 1, 50, -500),
            ("a", JANUARY + 2, 50, 3000),
            ("b", JANUARY + 1, 40, 700),
            ("b", JANUARY + 3, 40, 900),
        ];
        // 2024-03-31: April is not over.
        let as_of = date::day_of((2024, 3, 31));
        let series = Series::new(&grain(&rows), &["a", "b"], as_of).expect("columns");
        assert_eq!((series.first_month, series.months), (JANUARY, 3));
        assert_eq!(
            series.of(0).iter().map(|b| b.month).collect::<Vec<_>>(),
            [0, 2]
        );
        assert_eq!(series.of(1).len(), 1);
        assert_eq!(series.label(2), "2024-03");
        let earlier = Series::new(&grain(&rows), &["a", "b"], as_of - 1).expect("columns");
        assert_eq!(earlier.months, 2);
    }

    #[test]
    fn months_whose_claims_are_still_to_come_are_left_out() {
        let months = |late: &[i64]| {
            let mut rows: Vec<Row> = (0..12).map(|m| ("a", JANUARY + m, 100, 1000)).collect();
            for (row, lines) in rows.iter_mut().rev().zip(late) {
                row.2 = *lines;
            }
            let as_of = date::day_of((2024, 12, 31));
            Series::new(&grain(&rows), &["a"], as_of)
                .expect("columns")
                .months
        };
        assert_eq!(months(&[]), 12);
        assert_eq!(months(&[95, 60]), 12);
        assert_eq!(months(&[40, 80]), 10);
        // What falls for longer than claims take has fallen.
        assert_eq!(months(&[10, 10, 10, 10, 10]), 9);
    }

    #[test]
    fn an_amount_that_most_months_lack_is_not_taken() {
        let mut batch = grain(&[("a", JANUARY, 5, 100), ("a", JANUARY + 1, 5, 100)]);
        let none: ArrayRef = Arc::new(Int64Array::from(vec![0, 0]));
        let position = batch.schema().index_of("allowed_cents").expect("column");
        let mut columns = batch.columns().to_vec();
        columns[position] = none;
        batch = RecordBatch::try_new(batch.schema(), columns).expect("columns");
        let series = Series::new(&batch, &["a"], date::day_of((2024, 12, 31))).expect("columns");
        assert_eq!(series.basis, "paid");
    }
}
