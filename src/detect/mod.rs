//! Outlier detectors over a numeric matrix: which rows are strange among these rows, and by which
//! columns.
//!
//! ```text
//! matrix ─▶ standardise ─▶ method::score ─▶ raw scores, shares of columns
//!           (side, scale)        └─▶ method::conformal ─▶ p-values out of fold
//! table::detect: the same for a Parquet or CSV file, within peer groups
//! profile: the measures of a run as one more test of each provider
//! ```
//!
//! Every detector is one file and one line of [`REGISTRY`]; all read a matrix with a row an entity
//! and a column a measure, and give one score a row, **higher is stranger**. Their common promises
//! (same result for any row order and thread count, a reason in place of a number where there is
//! nothing to say) are kept by [`method`] and tested over the registry.
//!
//! ```
//! use claimhound::detect::method::{Method, score};
//! use ndarray::Array2;
//!
//! // Forty rows on a line, and one beside it.
//! let mut rows = Array2::from_shape_fn((41, 2), |(i, _)| i as f64);
//! rows[[40, 0]] = 5.0;
//! let scores = score(&Method::named("knn").unwrap(), rows.view(), 42)?;
//! let strangest = (0..41).max_by(|a, b| scores.raw[*a].total_cmp(&scores.raw[*b]));
//! assert_eq!(strangest, Some(40));
//! # Ok::<(), claimhound::stats::Skip>(())
//! ```

pub mod conformal;
#[cfg(test)]
mod contract;
pub mod copod;
pub mod dbscan;
pub mod ecod;
mod empirical;
pub mod extended_isolation_forest;
pub mod gaussian_mixture;
pub mod hbos;
pub mod isolation_forest;
mod isolation_tree;
pub mod k_means;
pub mod knn;
mod lloyd;
pub mod lof;
pub mod mahalanobis;
pub mod mcd;
pub mod method;
pub mod neighbours;
pub mod optics;
pub mod pca;
pub mod profile;
pub mod row_order;
pub mod scatter;
pub mod standardise;
pub mod table;

use ndarray::{Array2, ArrayView2, Axis};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::stats::Skip;

/// What a detector says of each row.
#[derive(Debug, Clone)]
pub struct Scores {
    /// One a row; higher is stranger; NaN where the row was skipped.
    pub raw: Vec<f64>,
    /// Rows × columns: which part of the score each column has. A row sums to 1, or is all 0 where
    /// there is nothing to share out. `None` where the method has no honest attribution.
    pub shares: Option<Array2<f64>>,
    /// Rows without a score, and why.
    pub skipped: Vec<(usize, Skip)>,
}

impl Scores {
    /// Scores of a method that cannot say which columns made them.
    #[must_use]
    pub fn plain(raw: Vec<f64>) -> Self {
        Self {
            raw,
            shares: None,
            skipped: Vec::new(),
        }
    }

    /// Scores with each column's part, in any unit, none negative.
    #[must_use]
    pub fn shared(raw: Vec<f64>, mut parts: Array2<f64>) -> Self {
        let rows = parts.axis_iter_mut(Axis(0)).into_par_iter();
        rows.for_each(|mut row| {
            let sum = row.sum();
            if sum > 0.0 && sum.is_finite() {
                row /= sum;
            } else {
                row.fill(0.0);
            }
        });
        Self {
            raw,
            shares: Some(parts),
            skipped: Vec::new(),
        }
    }
}

/// Whom to score against the training rows.
#[derive(Debug, Clone, Copy)]
pub enum Rows<'a> {
    /// The training rows themselves; a row is not its own neighbour.
    Own,
    /// Rows that training has not seen, with the same columns.
    New(ArrayView2<'a, f64>),
}

impl Rows<'_> {
    /// The rows to score.
    #[must_use]
    pub fn view<'b>(&'b self, train: &'b ArrayView2<'_, f64>) -> ArrayView2<'b, f64> {
        match self {
            Self::Own => train.view(),
            Self::New(rows) => rows.view(),
        }
    }
}

/// An outlier detector with its parameters.
///
/// Input is finite and on comparable scales (see [`standardise`]). The result for a row may not
/// depend on the other rows of [`Rows::New`]: it is scored against `train` alone. Call it through
/// [`method::score`], which brings rows into an order of their own and takes out what is not finite.
pub trait Detector: Send + Sync {
    /// Fewest training rows that give a score.
    fn least_rows(&self, columns: usize) -> usize;

    /// One score a row, higher is stranger.
    ///
    /// # Errors
    /// Where nothing can be said of any row: too few rows, no spread, no convergence.
    fn score(&self, train: ArrayView2<f64>, rows: Rows, seed: u64) -> Result<Scores, Skip>;
}

/// A line of the registry.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub name: &'static str,
    /// What a high score means.
    pub title: &'static str,
    /// The paper it follows.
    pub source: &'static str,
    /// The detector with its default parameters.
    pub make: fn() -> Box<dyn Detector>,
}

/// Every detector, by name.
pub const REGISTRY: [Entry; 13] = [
    isolation_forest::ENTRY,
    extended_isolation_forest::ENTRY,
    knn::ENTRY,
    lof::ENTRY,
    ecod::ENTRY,
    copod::ENTRY,
    hbos::ENTRY,
    mahalanobis::ENTRY,
    pca::ENTRY,
    k_means::ENTRY,
    gaussian_mixture::ENTRY,
    dbscan::ENTRY,
    optics::ENTRY,
];

/// A random stream of its own for (seed, index): the thread count cannot reach it.
fn stream(seed: u64, index: u64) -> ChaCha8Rng {
    let mut key = [0_u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&index.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}

/// Refuses too few rows, and a matrix without columns.
fn enough(train: ArrayView2<f64>, needed: usize) -> Result<(), Skip> {
    let found = if train.ncols() == 0 { 0 } else { train.nrows() };
    if found < needed {
        return Err(Skip::TooFew { found, needed });
    }
    Ok(())
}
