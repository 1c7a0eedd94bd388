//! OPTICS reachability: strange is what can only be reached by a wide step.
//!
//! Ankerst, Breunig, Kriegel & Sander, *OPTICS: ordering points to identify the clustering
//! structure*, SIGMOD 1999, without a largest ε. Reachabilities equal scikit-learn's from the same
//! first row. linfa's `Optics` is single-threaded and quadratic in practice; here a step measures
//! the rows not yet reached in parallel, in memory linear in the rows.

use ndarray::{ArrayView2, Axis, Slice};
use rayon::prelude::*;

use super::neighbours::{nearest, squared_distance};
use super::scatter::{eigen, mean_and_covariance, transformed};
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "optics",
    title: "reached only by a wide step",
    source: "Ankerst, Breunig, Kriegel & Sander, SIGMOD 1999",
    make: || Box::new(Optics::default()),
};

/// Rows, itself included, whose farthest gives a row's core distance.
pub const MIN_POINTS: usize = 10;
/// Principal components to which wider matrices are brought: the walk is quadratic in the rows and
/// linear in these.
pub const MAX_COLUMNS: usize = 16;
/// Rows not yet reached that one thread measures at a time.
const CHUNK: usize = 4096;

/// A distance in the units of the matrix. No shares: a step belongs to the walk, not to a column.
///
/// The walk begins at the densest row; that row, which nothing reaches, has its core distance. A
/// new row has the width of the narrowest step to it from any training row.
#[derive(Debug, Clone, Copy)]
pub struct Optics {
    pub min_points: usize,
    pub max_columns: usize,
}

impl Default for Optics {
    fn default() -> Self {
        Self {
            min_points: MIN_POINTS,
            max_columns: MAX_COLUMNS,
        }
    }
}

impl Detector for Optics {
    fn least_rows(&self, _columns: usize) -> usize {
        2 * self.min_points
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, _seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()))?;
        if train.ncols() > self.max_columns {
            let (mean, covariance) = mean_and_covariance(train);
            let (_, vectors) = eigen(&covariance)?;
            let kept = vectors
                .slice_axis(Axis(1), Slice::from(..self.max_columns))
                .to_owned();
            let narrow = transformed(train, mean.view(), &kept);
            return match rows {
                Rows::Own => self.walk(narrow.view(), Rows::Own),
                Rows::New(new) => {
                    let new = transformed(new, mean.view(), &kept);
                    self.walk(narrow.view(), Rows::New(new.view()))
                }
            };
        }
        self.walk(train, rows)
    }
}

impl Optics {
    fn walk(&self, train: ArrayView2<f64>, rows: Rows) -> Result<Scores, Skip> {
        let core = core_distances(train, self.min_points);
        let raw = match rows {
            Rows::Own => {
                let first = (0..core.len())
                    .min_by(|a, b| core[*a].total_cmp(&core[*b]))
                    .ok_or(Skip::NoSpread)?;
                let mut reached = reachability(train, &core, first);
                reached[first] = core[first];
                reached
            }
            Rows::New(_) => {
                let found = nearest(train, rows, 1, Some(&core));
                (0..found.rows()).map(|row| found.farthest(row)).collect()
            }
        };
        Ok(Scores::plain(raw))
    }
}

/// Distance of each row to the `min_points`-th nearest, itself the first.
#[must_use]
pub fn core_distances(rows: ArrayView2<f64>, min_points: usize) -> Vec<f64> {
    let found = nearest(rows, Rows::Own, min_points.saturating_sub(1).max(1), None);
    (0..rows.nrows()).map(|row| found.farthest(row)).collect()
}

/// Rows not yet reached.
struct Rest {
    row: Vec<u32>,
    reach: Vec<f64>,
    values: Vec<f64>,
    columns: usize,
}

/// Reachability of each row in the walk that begins at `first`, which itself is infinite.
#[must_use]
pub fn reachability(rows: ArrayView2<f64>, core: &[f64], first: usize) -> Vec<f64> {
    let n = rows.nrows();
    let mut rest = Rest {
        row: (0..n as u32).collect(),
        reach: vec![f64::INFINITY; n],
        values: rows.iter().copied().collect(),
        columns: rows.ncols(),
    };
    let mut out = vec![f64::INFINITY; n];
    let mut at = first;
    while !rest.row.is_empty() {
        let (row, reach, values) = rest.take(at);
        out[row] = reach;
        at = rest.step(&values, core[row]);
    }
    out
}

impl Rest {
    fn take(&mut self, at: usize) -> (usize, f64, Vec<f64>) {
        let row = self.row.swap_remove(at) as usize;
        let reach = self.reach.swap_remove(at);
        let (start, last) = (at * self.columns, self.row.len() * self.columns);
        let values = self.values[start..start + self.columns].to_vec();
        if start < last {
            self.values.copy_within(last.., start);
        }
        self.values.truncate(last);
        (row, reach, values)
    }

    /// Lowers what the row at `values` reaches more easily; gives the position of the nearest to
    /// reach now, the earlier row where two are equal.
    fn step(&mut self, values: &[f64], core: f64) -> usize {
        let columns = self.columns;
        let nearest = self
            .reach
            .par_chunks_mut(CHUNK)
            .zip(self.values.par_chunks(CHUNK * columns))
            .zip(self.row.par_chunks(CHUNK))
            .enumerate()
            .map(|(chunk, ((reach, rest), row))| {
                let mut best = (f64::INFINITY, u32::MAX, 0);
                for (offset, other) in rest.chunks_exact(columns).enumerate() {
                    let width = squared_distance(values, other).sqrt().max(core);
                    if width < reach[offset] {
                        reach[offset] = width;
                    }
                    if (reach[offset], row[offset]) < (best.0, best.1) {
                        best = (reach[offset], row[offset], chunk * CHUNK + offset);
                    }
                }
                best
            })
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        nearest.map_or(0, |best| best.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_walk_by_hand() {
        // Core distances with two points: 1, 1, 2, 5. From 0: 1 is reached by 1, 3 by 2, 8 by 5.
        let rows = array![[0.0], [1.0], [3.0], [8.0]];
        let core = core_distances(rows.view(), 2);
        assert_eq!(core, [1.0, 1.0, 2.0, 5.0]);
        let reached = reachability(rows.view(), &core, 0);
        assert_eq!(reached, [f64::INFINITY, 1.0, 2.0, 5.0]);
    }
}
