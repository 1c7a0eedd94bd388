//! Copula-based outlier detection: strange is what is jointly improbable by its columns' tails.
//!
//! Li, Zhao, Botta, Ionescu & Hu, *COPOD: copula-based outlier detection*, ICDM 2020. Equals PyOD's
//! `COPOD`; a constant column counts nothing, where PyOD's skewness is NaN.

use ndarray::{ArrayView2, Axis};

use super::empirical::dimensions;
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "copod",
    title: "jointly improbable by its columns' tails",
    source: "Li et al., ICDM 2020",
    make: || Box::new(Copod),
};

/// A sum over columns of −log tail probabilities; without parameters and without randomness. A
/// column's share is its part of the sum.
#[derive(Debug, Clone, Copy, Default)]
pub struct Copod;

impl Detector for Copod {
    fn least_rows(&self, _columns: usize) -> usize {
        2
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, _seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()))?;
        let parts = dimensions(train, rows, |t| {
            t.skewed.max(f64::midpoint(t.left, t.right))
        });
        Ok(Scores::shared(parts.sum_axis(Axis(1)).to_vec(), parts))
    }
}
