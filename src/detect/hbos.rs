//! Histogram-based outlier score: strange is what lies in thin bins of many columns.
//!
//! Goldstein & Dengel, *Histogram-based outlier score (HBOS): a fast unsupervised anomaly detection
//! algorithm*, KI 2012. Equals PyOD's `HBOS` where no value lies on the edge of a bin: PyOD counts
//! such a value in the bin above the edge and scores it by the bin below; here both are the bin
//! above. PyOD's density has the unit 1/column, so scale the columns first.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

use super::scatter::CHUNK;
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "hbos",
    title: "in thin bins of many columns",
    source: "Goldstein & Dengel, KI 2012",
    make: || Box::new(Hbos::default()),
};

/// Bins a column, and the density added so that an empty bin has a logarithm: as PyOD has them.
pub const BINS: usize = 10;
pub const ADDED_DENSITY: f64 = 0.1;
/// A new value this many bin widths outside still belongs to the outermost bin (PyOD's `tol`).
const TOLERANCE: f64 = 0.5;

/// A sum over columns of −log₂ density. A column's share is its excess over its densest bin.
#[derive(Debug, Clone, Copy)]
pub struct Hbos {
    pub bins: usize,
}

impl Default for Hbos {
    fn default() -> Self {
        Self { bins: BINS }
    }
}

impl Detector for Hbos {
    fn least_rows(&self, _columns: usize) -> usize {
        2
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, _seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()))?;
        let queries = rows.view(&train);
        let histograms = histograms(train, self.bins);
        let mut raw = vec![0.0; queries.nrows()];
        let mut parts = Array2::zeros(queries.dim());
        parts
            .outer_iter_mut()
            .into_par_iter()
            .zip(&mut raw)
            .zip(queries.outer_iter())
            .for_each(|((mut parts, raw), row)| {
                for ((part, value), histogram) in parts.iter_mut().zip(row).zip(&histograms) {
                    let Some(histogram) = histogram else {
                        continue;
                    };
                    let strange = histogram.strangeness(*value);
                    *raw += strange;
                    *part = strange - histogram.least;
                }
            });
        Ok(Scores::shared(raw, parts))
    }
}

/// One histogram a column, `None` for a constant one. Rows are read in the order they lie in memory.
fn histograms(train: ArrayView2<f64>, bins: usize) -> Vec<Option<Histogram>> {
    let empty = (f64::INFINITY, f64::NEG_INFINITY);
    let ranges = train
        .axis_chunks_iter(Axis(0), CHUNK)
        .into_par_iter()
        .map(|chunk| {
            let mut ranges = vec![empty; chunk.ncols()];
            for row in chunk.outer_iter() {
                for ((low, high), value) in ranges.iter_mut().zip(row) {
                    (*low, *high) = (low.min(*value), high.max(*value));
                }
            }
            ranges
        })
        .reduce(
            || vec![empty; train.ncols()],
            |a, b| {
                let pairs = a.into_iter().zip(b);
                pairs.map(|(a, b)| (a.0.min(b.0), a.1.max(b.1))).collect()
            },
        );
    let width = |(low, high): (f64, f64)| (high - low) / bins as f64;
    let counts = train
        .axis_chunks_iter(Axis(0), CHUNK)
        .into_par_iter()
        .map(|chunk| {
            let mut counts = Array2::<u64>::zeros((chunk.ncols(), bins));
            for row in chunk.outer_iter() {
                for (column, (value, range)) in row.iter().zip(&ranges).enumerate() {
                    counts[[column, bin(*value, range.0, width(*range), bins)]] += 1;
                }
            }
            counts
        })
        .reduce(|| Array2::zeros((train.ncols(), bins)), |a, b| a + b);
    ranges
        .iter()
        .zip(counts.outer_iter())
        .map(|(range, counts)| {
            let width = width(*range);
            (width > 0.0).then(|| Histogram::new(range.0, width, counts))
        })
        .collect()
}

/// −log₂ density of each bin between the smallest and the largest value.
struct Histogram {
    low: f64,
    width: f64,
    strange: Vec<f64>,
    least: f64,
    most: f64,
}

impl Histogram {
    fn new(low: f64, width: f64, counts: ArrayView1<u64>) -> Self {
        let total = counts.sum() as f64;
        let strange: Vec<f64> = counts
            .iter()
            .map(|count| -(*count as f64 / (total * width) + ADDED_DENSITY).log2())
            .collect();
        Self {
            low,
            width,
            least: strange.iter().copied().fold(f64::INFINITY, f64::min),
            most: strange.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            strange,
        }
    }

    fn strangeness(&self, value: f64) -> f64 {
        let steps = (value - self.low) / self.width;
        let bins = self.strange.len();
        if steps < -TOLERANCE || steps > bins as f64 + TOLERANCE {
            return self.most;
        }
        self.strange[bin(value, self.low, self.width, bins)]
    }
}

/// The bin of a value; what lies outside belongs to the outermost.
fn bin(value: f64, low: f64, width: f64, bins: usize) -> usize {
    // A float below 0 becomes 0 as usize.
    (((value - low) / width) as usize).min(bins - 1)
}
