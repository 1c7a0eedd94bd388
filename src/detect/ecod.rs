//! Empirical-cumulative-distribution outlier detection: strange is what lies in the tails of many
//! columns.
//!
//! Li, Zhao, Hu, Botta, Ionescu & Chen, *ECOD: unsupervised outlier detection using empirical
//! cumulative distribution functions*, IEEE TKDE 2022. Equals PyOD's `ECOD` (which, unlike the paper, takes
//! the largest of the three tails column by column, not of their sums); a constant column
//! counts nothing, where PyOD's skewness is NaN.

use ndarray::{ArrayView2, Axis};

use super::empirical::dimensions;
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "ecod",
    title: "in the tail of many columns",
    source: "Li et al., IEEE TKDE 2022",
    make: || Box::new(Ecod),
};

/// A sum over columns of −log tail probabilities; without parameters and without randomness. A
/// column's share is its part of the sum.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ecod;

impl Detector for Ecod {
    fn least_rows(&self, _columns: usize) -> usize {
        2
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, _seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()))?;
        let parts = dimensions(train, rows, |t| t.left.max(t.right).max(t.skewed));
        Ok(Scores::shared(parts.sum_axis(Axis(1)).to_vec(), parts))
    }
}
