//! k-means with the number of clusters chosen by silhouette.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_clustering::{KMeans, KMeansInit};
use linfa_nn::distance::L2Dist;
use ndarray::{Array2, ArrayView2, Axis, Slice};
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;
use rayon::prelude::*;

use crate::stats::uniform::splitmix64;

/// Clusters at most. Medicare tells some hundred specialties apart (Medicare Claims Processing
/// Manual, chapter 26, section 10.8), many of which bill alike.
pub const MOST_CLUSTERS: usize = 64;

/// Mean silhouette below which no structure has been found (Kaufman & Rousseeuw, *Finding Groups in
/// Data*, 1990, table 2.4).
pub const SOME_STRUCTURE: f64 = 0.25;

/// Providers at most that the centres are fitted on, that numbers of clusters are compared on, and
/// that a silhouette is taken over.
const MOST_FITTED: usize = 5_000;
const MOST_COMPARED: usize = 2_000;
const MOST_JUDGED: usize = 1_500;

/// Starts when numbers of clusters are compared, and for the one chosen.
const STARTS: usize = 3;
const FINAL_STARTS: usize = 20;

const MAX_STEPS: u64 = 100;
const TOLERANCE: f64 = 1e-4;
const SEED: u64 = 42;

/// Centres of the clusters and how well they are apart.
pub struct Clusters {
    pub centres: Vec<Vec<f64>>,
    /// Mean silhouette.
    pub silhouette: f64,
}

/// The clustering with the highest mean silhouette (Rousseeuw, *Silhouettes*, 1987) of 2, 3, 4, 6 …
/// [`MOST_CLUSTERS`] clusters, of equals the fewest; no more than leave `least` providers to a
/// cluster on average. `None` where the highest is below [`SOME_STRUCTURE`].
pub fn fit(
    providers: &[usize],
    keys: &[u64],
    least: usize,
    place: &(dyn Fn(usize) -> Vec<f64> + Sync),
) -> Option<Clusters> {
    // Drawn by the hash of the id: the same whatever else is in the claims' order.
    let mut drawn = providers.to_vec();
    drawn.sort_unstable_by_key(|p| (splitmix64(keys[*p]), *p));
    drawn.truncate(MOST_FITTED);
    let places: Vec<Vec<f64>> = drawn.par_iter().map(|p| place(*p)).collect();
    let rows = matrix(&places)?;
    let compared = rows.slice_axis(Axis(0), Slice::from(..rows.nrows().min(MOST_COMPARED)));
    let judged = rows.slice_axis(Axis(0), Slice::from(..rows.nrows().min(MOST_JUDGED)));
    let most = MOST_CLUSTERS.min(providers.len() / least.max(1));
    let mut best: Option<(f64, usize)> = None;
    for clusters in numbers(most) {
        let Some(centres) = centres(compared, clusters, STARTS) else {
            continue;
        };
        let silhouette = silhouette(judged, &centres);
        if best.is_none_or(|(highest, _)| silhouette > highest) {
            best = Some((silhouette, clusters));
        }
    }
    let (_, clusters) = best?;
    let centres = centres(rows.view(), clusters, FINAL_STARTS)?;
    let silhouette = silhouette(judged, &centres);
    (silhouette >= SOME_STRUCTURE).then_some(Clusters {
        centres,
        silhouette,
    })
}

/// 2, 3, 4, then in steps of 2, 4 and 8: a cluster more or less matters less among many.
fn numbers(most: usize) -> impl Iterator<Item = usize> {
    let steps = [
        (2..4, 1),
        (4..24, 2),
        (24..40, 4),
        (40..MOST_CLUSTERS + 1, 8),
    ];
    let all = steps
        .into_iter()
        .flat_map(|(range, step)| range.step_by(step));
    all.take_while(move |n| *n <= most)
}

fn matrix(places: &[Vec<f64>]) -> Option<Array2<f64>> {
    let columns = places.first()?.len();
    Array2::from_shape_vec((places.len(), columns), places.concat()).ok()
}

/// Centres that hold at least one row, in lexicographic order.
fn centres(rows: ArrayView2<f64>, clusters: usize, starts: usize) -> Option<Vec<Vec<f64>>> {
    let rng = Xoshiro256Plus::seed_from_u64(SEED ^ clusters as u64);
    let model = KMeans::params_with(clusters, rng, L2Dist)
        .init_method(KMeansInit::KMeansPlusPlus)
        .n_runs(starts)
        .max_n_iterations(MAX_STEPS)
        .tolerance(TOLERANCE)
        .fit(&DatasetBase::from(rows))
        .ok()?;
    let mut centres: Vec<Vec<f64>> = model.centroids().outer_iter().map(|c| c.to_vec()).collect();
    centres.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    Some(centres)
}

/// The nearest centre; of equals the first.
pub fn nearest(centres: &[Vec<f64>], place: &[f64]) -> u32 {
    let mut best = (f64::INFINITY, 0);
    for (centre, position) in centres.iter().zip(0..) {
        let distance = squared(centre, place);
        if distance < best.0 {
            best = (distance, position);
        }
    }
    best.1
}

fn squared(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Mean over the rows of (b − a) / max(a, b): a is the mean distance to the row's own cluster, b to
/// the nearest other one; 0 for a row alone in its cluster.
fn silhouette(rows: ArrayView2<f64>, centres: &[Vec<f64>]) -> f64 {
    let places: Vec<Vec<f64>> = rows.outer_iter().map(|row| row.to_vec()).collect();
    let of: Vec<usize> = places
        .iter()
        .map(|p| nearest(centres, p) as usize)
        .collect();
    let mut sizes = vec![0_usize; centres.len()];
    for cluster in &of {
        sizes[*cluster] += 1;
    }
    let widths: Vec<f64> = (0..places.len())
        .into_par_iter()
        .map(|i| {
            let own = of[i];
            if sizes[own] < 2 {
                return 0.0;
            }
            let mut sums = vec![0.0; centres.len()];
            for (place, cluster) in places.iter().zip(&of) {
                sums[*cluster] += squared(&places[i], place).sqrt();
            }
            let within = sums[own] / (sizes[own] - 1) as f64;
            let between = (0..centres.len())
                .filter(|c| *c != own && sizes[*c] > 0)
                .map(|c| sums[c] / sizes[c] as f64)
                .fold(f64::INFINITY, f64::min);
            if between.is_finite() && within.max(between) > 0.0 {
                (between - within) / within.max(between)
            } else {
                0.0
            }
        })
        .collect();
    widths.iter().sum::<f64>() / widths.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_numbers_tried_rise_to_the_most() {
        let all: Vec<usize> = numbers(MOST_CLUSTERS).collect();
        assert!(all.windows(2).all(|w| w[0] < w[1]) && all[0] == 2);
        assert_eq!(all.last(), Some(&MOST_CLUSTERS));
        assert_eq!(numbers(5).collect::<Vec<_>>(), [2, 3, 4]);
    }

    #[test]
    fn a_silhouette_by_hand() {
        // Two pairs: distances 1 within, 10 and 11 (9 and 10) to the other pair.
        let rows = array![[0.0], [1.0], [10.0], [11.0]];
        let centres = vec![vec![0.5], vec![10.5]];
        let outer = (10.5 - 1.0) / 10.5;
        let inner = (9.5 - 1.0) / 9.5;
        let found = silhouette(rows.view(), &centres);
        assert!((found - f64::midpoint(outer, inner)).abs() < 1e-12);
    }
}
