//! Histogram-based outlier score: strange is what lies in thin bins of many columns.
//!
//! Goldstein & Dengel, *Histogram-based outlier score (HBOS): a fast unsupervised anomaly detection
//! algorithm*, KI 2012. Equals PyOD's `HBOS` where no value lies on the edge of a bin: PyOD counts
//! such a value in the bin above the edge and scores it by the bin below; here both are the bin
//! above. PyOD's density has the unit 1/column, so scale the columns first.

use ndarray::{Array2, ArrayView2, Axis};

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
        let mut raw = vec![0.0; queries.nrows()];
        let mut parts = Array2::zeros(queries.dim());
        for ((values, queries), mut parts) in train
            .axis_iter(Axis(1))
            .zip(queries.axis_iter(Axis(1)))
            .zip(parts.axis_iter_mut(Axis(1)))
        {
            let Some(histogram) = Histogram::new(values.iter().copied(), self.bins) else {
                continue;
            };
            for ((raw, part), value) in raw.iter_mut().zip(&mut parts).zip(queries) {
                let strange = histogram.strangeness(*value);
                *raw += strange;
                *part = strange - histogram.least;
            }
        }
        Ok(Scores::shared(raw, parts))
    }
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
    /// `None` for a constant column.
    fn new(values: impl Iterator<Item = f64> + Clone, bins: usize) -> Option<Self> {
        let low = values.clone().fold(f64::INFINITY, f64::min);
        let high = values.clone().fold(f64::NEG_INFINITY, f64::max);
        let width = (high - low) / bins as f64;
        if width.is_nan() || width <= 0.0 {
            return None;
        }
        let mut counts = vec![0.0; bins];
        let mut total = 0.0;
        for value in values {
            counts[bin(value, low, width, bins)] += 1.0;
            total += 1.0;
        }
        let strange: Vec<f64> = counts
            .iter()
            .map(|count| -(count / (total * width) + ADDED_DENSITY).log2())
            .collect();
        Some(Self {
            low,
            width,
            least: strange.iter().copied().fold(f64::INFINITY, f64::min),
            most: strange.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            strange,
        })
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
