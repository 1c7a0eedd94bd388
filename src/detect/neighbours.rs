//! Exact nearest neighbours by Euclidean distance, block against block, never an n × n matrix.
//!
//! A product of two blocks in single precision gives a **lower bound** of every squared distance
//! (its rounding error is subtracted beforehand); only pairs whose bound beats the k-th distance
//! found so far are measured, in double precision. So the result is exact, at the speed of a
//! single-precision matrix product.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Slice};
use rayon::prelude::*;

use super::Rows;

/// Rows of a block of queries and of a block of training rows: their product stays in the cache.
const QUERY_BLOCK: usize = 128;
const TRAIN_BLOCK: usize = 512;
/// Bounds compared at a time.
const LANE: usize = 16;

/// The k nearest training rows of each row, nearest first; equal distances by training position.
#[derive(Debug, Clone)]
pub struct Neighbours {
    k: usize,
    index: Vec<u32>,
    distance: Vec<f64>,
}

impl Neighbours {
    /// Positions of the neighbours of `row` among the training rows.
    pub fn of(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        self.index[row * self.k..(row + 1) * self.k]
            .iter()
            .map(|i| *i as usize)
    }

    /// Distances to the neighbours of `row`, ascending.
    #[must_use]
    pub fn distances(&self, row: usize) -> &[f64] {
        &self.distance[row * self.k..(row + 1) * self.k]
    }

    /// Distance to the k-th neighbour of `row`.
    #[must_use]
    pub fn farthest(&self, row: usize) -> f64 {
        self.distances(row).last().copied().unwrap_or(f64::NAN)
    }

    /// Rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.index.len() / self.k.max(1)
    }
}

/// Squared Euclidean distance; symmetric to the last bit.
#[must_use]
pub fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a4
        .remainder()
        .iter()
        .zip(b4.remainder())
        .map(|(a, b)| (a - b) * (a - b))
        .sum();
    for (a, b) in a4.zip(b4) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += (a - b) * (a - b);
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// The `k` nearest training rows of each row. For [`Rows::Own`] a row is not its own neighbour.
///
/// `floor`, one a training row, is the least a distance to that row counts (the core distance of
/// density methods): neighbours are then the nearest by max(distance, floor).
///
/// `k` is at most the number of training rows (less one for `Own`); values are finite.
#[must_use]
pub fn nearest(train: ArrayView2<f64>, rows: Rows, k: usize, floor: Option<&[f64]>) -> Neighbours {
    let own = matches!(rows, Rows::Own);
    let queries = rows.view(&train);
    let queries = queries.as_standard_layout();
    let train = train.as_standard_layout();
    let bounds = Bounds::new(train.view(), queries.view());
    let found: Vec<Nearest> = (0..queries.nrows().div_ceil(QUERY_BLOCK))
        .into_par_iter()
        .flat_map_iter(|block| {
            let start = block * QUERY_BLOCK;
            let end = (start + QUERY_BLOCK).min(queries.nrows());
            let search = Search {
                train: train.view(),
                queries: queries.slice_axis(Axis(0), Slice::from(start..end)),
                own: own.then_some(start),
                floor,
            };
            search.run(&bounds, start, k)
        })
        .collect();
    let mut neighbours = Neighbours {
        k,
        index: Vec::with_capacity(k * found.len()),
        distance: Vec::with_capacity(k * found.len()),
    };
    for nearest in found {
        for (squared, index) in nearest.found {
            neighbours.index.push(index);
            neighbours.distance.push(squared.sqrt());
        }
    }
    neighbours
}

/// Both sides in single precision, widened by two columns so that their product is a lower bound
/// of the squared distance, in units of `unit`².
struct Bounds {
    train: Array2<f32>,
    queries: Array2<f32>,
    /// 1 / the largest deviation from the centre, a power of two.
    unit: f64,
}

impl Bounds {
    fn new(train: ArrayView2<f64>, queries: ArrayView2<f64>) -> Self {
        let centre = train.mean_axis(Axis(0)).unwrap_or_default();
        let largest = train
            .axis_iter(Axis(0))
            .chain(queries.axis_iter(Axis(0)))
            .flat_map(|row| row.into_iter().zip(&centre).map(|(x, c)| (x - c).abs()))
            .fold(0.0, f64::max);
        let unit = if largest > 0.0 && largest.is_finite() {
            (-largest.log2().ceil()).exp2()
        } else {
            1.0
        };
        let columns = train.ncols();
        // A product of p terms in precision u errs by at most p·u·Σ|ab|, here Σ|ab| ≤ 2 (|x|² +
        // |y|²); rounding the entries and the norms adds 4 u. (Higham, Accuracy and Stability of
        // Numerical Algorithms, 2002, section 3.1.)
        let margin = 1.0 - 2.0 * (columns as f64 + 2.0 + 8.0) * f64::from(f32::EPSILON) / 2.0;
        let widen = |matrix: ArrayView2<f64>, factor: f64, norm_at: usize, one_at: usize| {
            let mut wide = Array2::<f32>::zeros((matrix.nrows(), columns + 2));
            for (row, mut out) in matrix.axis_iter(Axis(0)).zip(wide.axis_iter_mut(Axis(0))) {
                let mut norm = 0.0;
                for ((x, c), out) in row.iter().zip(&centre).zip(out.iter_mut()) {
                    let value = (x - c) * unit;
                    norm += value * value;
                    *out = (factor * value) as f32;
                }
                out[norm_at] = (norm * margin) as f32;
                out[one_at] = 1.0;
            }
            wide
        };
        Self {
            train: widen(train, 1.0, columns, columns + 1),
            queries: widen(queries, -2.0, columns + 1, columns),
            unit,
        }
    }

    /// A squared distance as the bounds have it, rounded up.
    fn threshold(&self, squared: f64) -> f32 {
        const UP: f64 = 1.0 + 1e-6;
        const TINY: f64 = 1e-30;
        (squared * self.unit * self.unit * UP + TINY) as f32
    }
}

/// The nearest of one row so far, by (squared distance, position).
struct Nearest {
    found: Vec<(f64, u32)>,
    k: usize,
}

impl Nearest {
    fn offer(&mut self, squared: f64, index: u32) -> bool {
        if self.found.len() == self.k && self.found.last().is_some_and(|worst| squared >= worst.0) {
            return false;
        }
        let at = self.found.partition_point(|(other, _)| *other <= squared);
        self.found.insert(at, (squared, index));
        self.found.truncate(self.k);
        self.found.len() == self.k
    }
}

struct Search<'a> {
    train: ArrayView2<'a, f64>,
    queries: ArrayView2<'a, f64>,
    /// Position of the first query among the training rows, where it is one of them.
    own: Option<usize>,
    floor: Option<&'a [f64]>,
}

impl Search<'_> {
    fn run(&self, bounds: &Bounds, start: usize, k: usize) -> Vec<Nearest> {
        let count = self.queries.nrows();
        let block = bounds
            .queries
            .slice_axis(Axis(0), Slice::from(start..start + count));
        let mut product = Array2::<f32>::zeros((count, TRAIN_BLOCK));
        let mut thresholds = vec![f32::INFINITY; count];
        let mut nearest: Vec<Nearest> = (0..count)
            .map(|_| Nearest {
                found: Vec::with_capacity(k + 1),
                k,
            })
            .collect();
        for (first, train) in (0..)
            .step_by(TRAIN_BLOCK)
            .zip(bounds.train.axis_chunks_iter(Axis(0), TRAIN_BLOCK))
        {
            let mut product = product.slice_axis_mut(Axis(1), Slice::from(..train.nrows()));
            general_mat_mul(1.0, &block, &train.t(), 0.0, &mut product);
            for (row, bound) in product.axis_iter(Axis(0)).enumerate() {
                let threshold = &mut thresholds[row];
                self.pass(bounds, row, first, bound, threshold, &mut nearest[row]);
            }
        }
        nearest
    }

    /// Measures the pairs of one row with one block whose bound is within reach.
    fn pass(
        &self,
        bounds: &Bounds,
        row: usize,
        first: usize,
        bound: ArrayView1<f32>,
        threshold: &mut f32,
        nearest: &mut Nearest,
    ) {
        let Some(bound) = bound.as_slice() else {
            return;
        };
        for (lane, chunk) in bound.chunks(LANE).enumerate() {
            let least = chunk.iter().fold(f32::INFINITY, |a, b| a.min(*b));
            if least > *threshold {
                continue;
            }
            for (offset, value) in chunk.iter().enumerate() {
                let index = first + lane * LANE + offset;
                if *value > *threshold || self.own.is_some_and(|start| start + row == index) {
                    continue;
                }
                let (Some(a), Some(b)) = (
                    self.queries.row(row).to_slice(),
                    self.train.row(index).to_slice(),
                ) else {
                    continue;
                };
                let mut squared = squared_distance(a, b);
                if let Some(floor) = self.floor {
                    squared = squared.max(floor[index] * floor[index]);
                }
                if nearest.offer(squared, index as u32)
                    && let Some(worst) = nearest.found.last()
                {
                    *threshold = bounds.threshold(worst.0);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::stream;
    use proptest::prelude::*;
    use rand::RngExt;

    fn naive(train: ArrayView2<f64>, rows: Rows, k: usize) -> Vec<(usize, f64)> {
        let own = matches!(rows, Rows::Own);
        let queries = rows.view(&train);
        let mut all = Vec::new();
        for (i, query) in queries.axis_iter(Axis(0)).enumerate() {
            let mut row: Vec<(f64, usize)> = train
                .axis_iter(Axis(0))
                .enumerate()
                .filter(|(j, _)| !own || *j != i)
                .map(|(j, other)| (squared_distance(&query.to_vec(), &other.to_vec()), j))
                .collect();
            row.sort_by(|a, b| a.partial_cmp(b).unwrap());
            all.extend(row[..k].iter().map(|(d, j)| (*j, d.sqrt())));
        }
        all
    }

    fn same(train: ArrayView2<f64>, rows: Rows, k: usize) {
        let found = nearest(train, rows, k, None);
        let expected = naive(train, rows, k);
        for (at, (index, distance)) in expected.into_iter().enumerate() {
            assert_eq!(found.index[at] as usize, index, "at {at}");
            assert_eq!(found.distance[at].to_bits(), distance.to_bits());
        }
    }

    #[test]
    fn equals_the_naive_search_across_blocks() {
        let mut random = stream(7, 0);
        let train = Array2::from_shape_simple_fn((1300, 5), || random.random::<f64>());
        let rows = Array2::from_shape_simple_fn((140, 5), || random.random::<f64>());
        same(train.view(), Rows::Own, 6);
        same(train.view(), Rows::New(rows.view()), 6);
    }

    #[test]
    fn a_far_offset_and_ties_do_not_mislead_the_bounds() {
        let mut random = stream(8, 0);
        // Differences of 1e-3 beside an outlier at 1e9: all within one rounding of the bounds.
        let mut train = Array2::from_shape_simple_fn((600, 3), || {
            1e6 + 1e-3 * f64::from(random.random_range(0..20_i32))
        });
        train[[17, 1]] = 1e9;
        same(train.view(), Rows::Own, 9);
    }

    #[test]
    fn a_floor_lifts_near_distances() {
        let train = ndarray::array![[0.0], [1.0], [5.0]];
        let found = nearest(train.view(), Rows::Own, 1, Some(&[3.0, 9.0, 1.0]));
        assert_eq!(found.index, [2, 0, 0]);
        assert_eq!(found.distance, [5.0, 3.0, 5.0]);
    }

    proptest! {
        #[test]
        fn equals_the_naive_search(
            values in proptest::collection::vec(-1e3..1e3_f64, 40..160),
            magnitude in -6..6_i32,
        ) {
            let rows = values.len() / 4;
            let train = Array2::from_shape_vec((rows, 4), values[..rows * 4].to_vec()).unwrap()
                * 10_f64.powi(magnitude);
            same(train.view(), Rows::Own, 3);
        }
    }
}
