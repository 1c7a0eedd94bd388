//! Distance to the nearest large k-means cluster: strange is what belongs to no crowd.
//!
//! He, Xu & Deng, *Discovering cluster-based local outliers*, Pattern Recognition Letters 2003, for
//! the rule which clusters are large: without it a lone outlier becomes a centre of its own and
//! lies at distance 0. Starts are linfa's; over many rows they are moved by [`super::lloyd`]. Given the
//! same centres it equals PyOD's unweighted `CBLOF` and, with all clusters large, the least of
//! scikit-learn's `KMeans.transform`.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_clustering::{KMeans, KMeansInit};
use linfa_nn::distance::L2Dist;
use ndarray::{Array2, ArrayView2, Axis};
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;
use rayon::prelude::*;

use super::lloyd::lloyd;
use super::neighbours::{nearest, squared_distance};
use super::row_order::firsts;
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "k_means",
    title: "far from every large cluster",
    source: "He, Xu & Deng, Pattern Recognition Letters 2003",
    make: || Box::new(KMeansDistance::default()),
};

/// Clusters by default, as PyOD's CBLOF and scikit-learn have it.
pub const CLUSTERS: usize = 8;
/// The paper's α and β as PyOD has them: the large clusters hold this part of the rows, or are
/// this many times as big as the next one.
pub const LARGE_SHARE: f64 = 0.9;
pub const LARGE_RATIO: f64 = 5.0;
/// Starts, of which the tightest is kept; steps at most.
const RUNS: usize = 3;
const MAX_STEPS: u64 = 300;
const UNSETTLED: Skip = Skip::NoConvergence {
    iterations: MAX_STEPS as usize,
};
/// Movement of all centres together at which it ends: scikit-learn's 1e-4 on its square, in units of
/// the standardised columns.
const TOLERANCE: f64 = 1e-2;

/// Distance in the units of the matrix. A column's share is its part of the squared distance to
/// the centre.
#[derive(Debug, Clone, Copy)]
pub struct KMeansDistance {
    pub clusters: usize,
}

impl Default for KMeansDistance {
    fn default() -> Self {
        Self { clusters: CLUSTERS }
    }
}

impl Detector for KMeansDistance {
    fn least_rows(&self, _columns: usize) -> usize {
        2 * self.clusters
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()))?;
        let centres = centres(train, self.clusters, seed)?;
        let large = large(train, &centres);
        Ok(distances(rows.view(&train), &large))
    }
}

/// Different rows on which the starts are tried; of more, every so many-th in their own order. Where
/// the crowds are, some thousand rows a cluster tell, and all rows then move the best start.
const MOST_STARTED: usize = 10_000;

/// Centres of at most `clusters` clusters; fewer where there are fewer different rows.
///
/// # Errors
/// Where the centres do not come to rest.
pub fn centres(train: ArrayView2<f64>, clusters: usize, seed: u64) -> Result<Array2<f64>, Skip> {
    let (places, _) = firsts(train);
    if places.len() <= clusters {
        return Ok(train.select(Axis(0), &places));
    }
    if places.len() <= MOST_STARTED {
        return best_of_runs(train, clusters, seed);
    }
    let every = places.len().div_ceil(MOST_STARTED);
    let some: Vec<usize> = places.into_iter().step_by(every).collect();
    let start = best_of_runs(train.select(Axis(0), &some).view(), clusters, seed)?;
    centres_from(train, &start, TOLERANCE)
}

fn best_of_runs(rows: ArrayView2<f64>, clusters: usize, seed: u64) -> Result<Array2<f64>, Skip> {
    let rng = Xoshiro256Plus::seed_from_u64(seed);
    let model = KMeans::params_with(clusters, rng, L2Dist)
        .init_method(KMeansInit::KMeansPlusPlus)
        .n_runs(RUNS)
        .max_n_iterations(MAX_STEPS)
        .tolerance(TOLERANCE)
        .fit(&DatasetBase::from(rows))
        .map_err(|_| UNSETTLED)?;
    Ok(model.centroids().clone())
}

/// Lloyd's algorithm from given centres.
///
/// # Errors
/// Where the centres do not come to rest.
pub fn centres_from(
    train: ArrayView2<f64>,
    start: &Array2<f64>,
    tolerance: f64,
) -> Result<Array2<f64>, Skip> {
    lloyd(train, start, tolerance, MAX_STEPS as usize).ok_or(UNSETTLED)
}

/// The centres of the large clusters, the largest first.
#[must_use]
pub fn large(train: ArrayView2<f64>, centres: &Array2<f64>) -> Array2<f64> {
    // Counted here: linfa's own counts are of its last start, not of its best.
    let mut sizes = vec![0_usize; centres.nrows()];
    let found = nearest(centres.view(), Rows::New(train), 1, None);
    for row in 0..found.rows() {
        for cluster in found.of(row) {
            sizes[cluster] += 1;
        }
    }
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|cluster| (std::cmp::Reverse(sizes[*cluster]), *cluster));
    let (mut held, mut count) = (0, 0);
    for pair in order.windows(2) {
        held += sizes[pair[0]];
        count += 1;
        let enough = held as f64 >= LARGE_SHARE * train.nrows() as f64;
        if enough || sizes[pair[0]] as f64 >= LARGE_RATIO * sizes[pair[1]] as f64 {
            break;
        }
    }
    centres.select(Axis(0), &order[..count.max(1)])
}

/// Distance to the nearest centre, shared out by column.
#[must_use]
pub fn distances(rows: ArrayView2<f64>, centres: &Array2<f64>) -> Scores {
    let centres: Vec<Vec<f64>> = centres
        .outer_iter()
        .map(|centre| centre.iter().copied().collect())
        .collect();
    let mut parts = Array2::zeros(rows.dim());
    let raw = parts
        .outer_iter_mut()
        .into_par_iter()
        .zip(rows.outer_iter())
        .map(|(mut parts, row)| {
            let row = row.to_vec();
            let best = centres
                .iter()
                .map(|centre| (squared_distance(&row, centre), centre))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            let Some((squared, centre)) = best else {
                return f64::NAN;
            };
            for ((part, x), c) in parts.iter_mut().zip(&row).zip(centre) {
                *part = (x - c) * (x - c);
            }
            squared.sqrt()
        })
        .collect();
    Scores::shared(raw, parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::draws::Draws;

    #[test]
    fn crowds_of_many_rows_are_found() {
        let mut draws = Draws::new(4);
        let crowds = [(0.0, 0.0), (8.0, 0.0), (0.0, 8.0)];
        let rows = Array2::from_shape_fn((MOST_STARTED + 2_003, 2), |(row, column)| {
            let crowd = crowds[row % 3];
            draws.normal() + if column == 0 { crowd.0 } else { crowd.1 }
        });
        let found = centres(rows.view(), 3, 42).expect("three crowds");
        for (x, y) in crowds {
            let near =
                |centre: ndarray::ArrayView1<f64>| (centre[0] - x).hypot(centre[1] - y) < 0.1;
            assert_eq!(
                found.outer_iter().filter(|c| near(*c)).count(),
                1,
                "{found}"
            );
        }
    }
}
