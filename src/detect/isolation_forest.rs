//! Isolation forest: strange is what few random cuts along the columns set apart.
//!
//! Liu, Ting & Zhou, *Isolation forest*, ICDM 2008. ROC-AUC as scikit-learn's `IsolationForest` within
//! what seeds differ by; the random numbers are others, so the scores are too.

use ndarray::{ArrayView1, ArrayView2};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::isolation_tree::{Forest, SAMPLE, Split, TREES, between};
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "isolation_forest",
    title: "set apart by few random cuts",
    source: "Liu, Ting & Zhou, ICDM 2008",
    make: || Box::new(IsolationForest::default()),
};

/// A score in (0, 1), about ½ for ordinary rows. A column's share is the information that its cuts
/// gave on the row's paths: −log₂ of the part of the rows that stayed with it.
#[derive(Debug, Clone, Copy)]
pub struct IsolationForest {
    pub trees: usize,
    pub sample: usize,
}

impl Default for IsolationForest {
    fn default() -> Self {
        Self {
            trees: TREES,
            sample: SAMPLE,
        }
    }
}

impl Detector for IsolationForest {
    fn least_rows(&self, _columns: usize) -> usize {
        3
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()))?;
        let forest = Forest::<Cut>::grow(train, self.trees, self.sample, seed);
        let (raw, parts) = forest.score(rows.view(&train));
        Ok(Scores::shared(raw, parts))
    }
}

/// A cut of one column between its smallest and largest value among the node's rows.
struct Cut {
    column: usize,
    below: f64,
}

impl Split for Cut {
    fn draw(rows: ArrayView2<f64>, members: &[usize], random: &mut ChaCha8Rng) -> Option<Self> {
        // A column of equal values cannot be cut: draw among the others, one by one.
        let mut columns: Vec<usize> = (0..rows.ncols()).collect();
        while !columns.is_empty() {
            let column = columns.swap_remove(random.random_range(0..columns.len()));
            let values = members.iter().map(|row| rows[[*row, column]]);
            let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
                (l.min(v), h.max(v))
            });
            if low < high {
                let below = between(low, high, random);
                // Rounding may give the lower end itself.
                let below = if below > low { below } else { high };
                return Some(Self { column, below });
            }
        }
        None
    }

    fn is_left(&self, row: ArrayView1<f64>) -> bool {
        row[self.column] < self.below
    }

    fn column(&self) -> Option<usize> {
        Some(self.column)
    }
}
