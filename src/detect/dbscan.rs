//! DBSCAN noise: strange is what lies farther than ε from every dense place.
//!
//! Ester, Kriegel, Sander & Xu, *A density-based algorithm for discovering clusters in large spatial
//! databases with noise*, KDD 1996. Core and noise rows equal scikit-learn's for the same ε and
//! number of points. Which cluster a row belongs to does not matter here, so none is grown: core
//! rows follow from the nearest neighbours, noise from the nearest core row. linfa's `Dbscan` grows
//! clusters on one thread by range queries, quadratic in practice.

use ndarray::{Array2, ArrayView2, Axis};

use super::neighbours::nearest;
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "dbscan",
    title: "beyond reach of every dense place",
    source: "Ester, Kriegel, Sander & Xu, KDD 1996",
    make: || Box::new(Dbscan::default()),
};

/// Rows within ε, itself included, that make a row core.
pub const MIN_POINTS: usize = 10;
/// ε where none is given: the distance within which this part of the rows is core. The paper reads
/// it off the sorted distances to the k-th neighbour, as the share of noise one expects.
pub const CORE_SHARE: f64 = 0.9;

/// Distance to the nearest core row in units of ε: 0 for a core row, at most 1 for a border row,
/// above 1 for noise. A column's share is its part of the squared distance.
#[derive(Debug, Clone, Copy)]
pub struct Dbscan {
    pub min_points: usize,
    /// In the units of the matrix; chosen by [`CORE_SHARE`] where `None`.
    pub epsilon: Option<f64>,
}

impl Default for Dbscan {
    fn default() -> Self {
        Self {
            min_points: MIN_POINTS,
            epsilon: None,
        }
    }
}

impl Detector for Dbscan {
    fn least_rows(&self, _columns: usize) -> usize {
        2 * self.min_points
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, _seed: u64) -> Result<Scores, Skip> {
        enough(train, self.min_points.max(2))?;
        let around = nearest(train, Rows::Own, self.min_points - 1, None);
        let radius: Vec<f64> = (0..train.nrows()).map(|i| around.farthest(i)).collect();
        let epsilon = if let Some(epsilon) = self.epsilon {
            epsilon
        } else {
            enough(train, self.least_rows(train.ncols()))?;
            widest(&radius)?
        };
        let is_core: Vec<bool> = radius.iter().map(|r| *r <= epsilon).collect();
        let core: Vec<usize> = (0..is_core.len()).filter(|i| is_core[*i]).collect();
        enough(train.select(Axis(0), &core).view(), 1)?;
        let core = train.select(Axis(0), &core);
        // Of the training rows only those that are not core need a search.
        let (sought, at) = match rows {
            Rows::Own => {
                let rest: Vec<usize> = (0..is_core.len()).filter(|i| !is_core[*i]).collect();
                (train.select(Axis(0), &rest), rest)
            }
            Rows::New(new) => (new.to_owned(), (0..new.nrows()).collect()),
        };
        let found = nearest(core.view(), Rows::New(sought.view()), 1, None);
        let queries = rows.view(&train);
        let mut raw = vec![0.0; queries.nrows()];
        let mut parts = Array2::zeros(queries.dim());
        for (from, to) in at.into_iter().enumerate() {
            raw[to] = found.farthest(from) / epsilon;
            for nearest in found.of(from) {
                let difference = &queries.row(to) - &core.row(nearest);
                parts.row_mut(to).assign(&difference.mapv(|v| v * v));
            }
        }
        Ok(Scores::shared(raw, parts))
    }
}

/// The nearest-rank quantile of the radii; where it is 0 (most rows equal) the least that is not.
fn widest(radius: &[f64]) -> Result<f64, Skip> {
    let mut sorted = radius.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = (CORE_SHARE * sorted.len() as f64).ceil() as usize;
    sorted[at.saturating_sub(1)..]
        .iter()
        .copied()
        .find(|r| *r > 0.0)
        .ok_or(Skip::NoSpread)
}
