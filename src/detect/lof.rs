//! Local outlier factor: strange is what is thinner surrounded than its neighbours are.
//!
//! Breunig, Kriegel, Ng & Sander, *LOF: identifying density-based local outliers*, SIGMOD 2000.
//! Equals scikit-learn's `LocalOutlierFactor` where no two rows are equal. Equal rows stand for one
//! here (the paper's remedy, neighbours at distinct places): with more than k equal rows their
//! density is infinite, and scikit-learn gives whatever lies next to them a factor of 1e9.

use ndarray::ArrayView2;

use super::neighbours::{Neighbours, nearest};
use super::row_order::distinct;
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "lof",
    title: "thinner surrounded than its neighbours",
    source: "Breunig, Kriegel, Ng & Sander, SIGMOD 2000",
    make: || Box::new(Lof::default()),
};

/// Neighbours by default, as scikit-learn and PyOD have it; the paper advises at least 10.
pub const NEIGHBOURS: usize = 20;
/// Keeps a density finite, as scikit-learn does.
const SOFT: f64 = 1e-10;

/// A factor: about 1 where density is even, larger where a row is stranger. No shares: the factor
/// is a ratio of densities at different places.
#[derive(Debug, Clone, Copy)]
pub struct Lof {
    pub neighbours: usize,
}

impl Default for Lof {
    fn default() -> Self {
        Self {
            neighbours: NEIGHBOURS,
        }
    }
}

impl Detector for Lof {
    fn least_rows(&self, _columns: usize) -> usize {
        self.neighbours + 1
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, _seed: u64) -> Result<Scores, Skip> {
        let (places, position) = distinct(train);
        enough(places.view(), self.least_rows(train.ncols()))?;
        let around = nearest(places.view(), Rows::Own, self.neighbours, None);
        let reach: Vec<f64> = (0..places.nrows()).map(|i| around.farthest(i)).collect();
        let density: Vec<f64> = (0..places.nrows())
            .map(|i| reachability_density(&around, i, &reach))
            .collect();
        let raw = match rows {
            Rows::Own => position
                .iter()
                .map(|&i| factor(&around, i, density[i], &density))
                .collect(),
            Rows::New(new) => {
                let found = nearest(places.view(), Rows::New(new), self.neighbours, None);
                (0..new.nrows())
                    .map(|i| {
                        let own = reachability_density(&found, i, &reach);
                        factor(&found, i, own, &density)
                    })
                    .collect()
            }
        };
        Ok(Scores::plain(raw))
    }
}

/// 1 / mean reachability distance from the neighbours of `row`.
fn reachability_density(found: &Neighbours, row: usize, reach: &[f64]) -> f64 {
    let sum: f64 = found
        .of(row)
        .zip(found.distances(row))
        .map(|(neighbour, distance)| distance.max(reach[neighbour]))
        .sum();
    1.0 / (sum / found.distances(row).len() as f64 + SOFT)
}

fn factor(found: &Neighbours, row: usize, own: f64, density: &[f64]) -> f64 {
    let sum: f64 = found.of(row).map(|neighbour| density[neighbour]).sum();
    sum / found.distances(row).len() as f64 / own
}
