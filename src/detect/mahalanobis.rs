//! Robust Mahalanobis distance: strange is what lies far from the bulk, counted in the bulk's own
//! spread and correlations.
//!
//! Rousseeuw & Van Driessen, Technometrics 1999, for the bulk ([`super::mcd`]); Garthwaite & Koch
//! 2016 for the shares ([`super::scatter::whiten`]). Given the same location and scatter the
//! distance equals scikit-learn's.

use ndarray::ArrayView2;

use super::mcd::fast_mcd;
use super::scatter::{squared_lengths, whiten};
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "mahalanobis",
    title: "far from the bulk in the bulk's own spread",
    source: "Rousseeuw & Van Driessen, Technometrics 1999",
    make: || Box::new(Mahalanobis),
};

/// Rows for each column below which half of them fix no scatter (the paper's n > 5 p).
const ROWS_PER_COLUMN: usize = 5;

/// Squared distance: χ² with as many degrees of freedom as columns where the rows are normal. A
/// column's share is its part of the squared distance.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mahalanobis;

impl Detector for Mahalanobis {
    fn least_rows(&self, columns: usize) -> usize {
        ROWS_PER_COLUMN * columns + 1
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()))?;
        let bulk = fast_mcd(train, seed)?;
        let w = whiten(rows.view(&train), bulk.location.view(), bulk.scatter.view())?;
        Ok(Scores::shared(
            squared_lengths(w.view()),
            w.mapv_into(|v| v * v),
        ))
    }
}
