//! Distance to the k-th nearest neighbour: strange is what has few others near.
//!
//! Ramaswamy, Rastogi & Shim, *Efficient algorithms for mining outliers from large data sets*,
//! SIGMOD 2000. Equals PyOD's `KNN(method="largest")`.

use ndarray::{Array2, ArrayView2};

use super::neighbours::{Neighbours, nearest};
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "knn",
    title: "far from its nearest neighbours",
    source: "Ramaswamy, Rastogi & Shim, SIGMOD 2000",
    make: || Box::new(Knn::default()),
};

/// Neighbours by default, as PyOD and ADBench (Han et al., NeurIPS 2022) have it.
pub const NEIGHBOURS: usize = 5;

/// Distance in the units of the matrix. A column's share is its part of the squared distances to
/// the k neighbours.
#[derive(Debug, Clone, Copy)]
pub struct Knn {
    pub neighbours: usize,
}

impl Default for Knn {
    fn default() -> Self {
        Self {
            neighbours: NEIGHBOURS,
        }
    }
}

impl Detector for Knn {
    fn least_rows(&self, _columns: usize) -> usize {
        self.neighbours + 1
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, _seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()))?;
        let found = nearest(train, rows, self.neighbours, None);
        let raw = (0..found.rows()).map(|row| found.farthest(row)).collect();
        Ok(Scores::shared(
            raw,
            squared_differences(train, rows.view(&train), &found),
        ))
    }
}

/// Rows × columns: Σ over the neighbours of the squared difference in each column.
fn squared_differences(
    train: ArrayView2<f64>,
    rows: ArrayView2<f64>,
    found: &Neighbours,
) -> Array2<f64> {
    let mut parts = Array2::zeros(rows.dim());
    for (row, mut part) in parts.outer_iter_mut().enumerate() {
        for neighbour in found.of(row) {
            for ((part, x), y) in part.iter_mut().zip(rows.row(row)).zip(train.row(neighbour)) {
                *part += (x - y) * (x - y);
            }
        }
    }
    parts
}
