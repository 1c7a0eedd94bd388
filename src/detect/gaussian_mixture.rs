//! Gaussian mixture: strange is what is improbable under every large component.
//!
//! Dempster, Laird & Rubin, *Maximum likelihood from incomplete data via the EM algorithm*, JRSS B
//! 1977. Own code in log space: linfa-clustering 0.8.1 stops with a `MinMaxError` on large data.
//! From identical starts it equals scikit-learn's `GaussianMixture`, minus `score_samples`.

use std::f64::consts::TAU;

use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use super::k_means::centres;
use super::scatter::{inverse_root, mean_and_covariance, squared_lengths, transformed};
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "gaussian_mixture",
    title: "improbable under a mixture of normal laws",
    source: "Dempster, Laird & Rubin, JRSS B 1977",
    make: || Box::new(GaussianMixture::default()),
};

/// Components by default.
pub const COMPONENTS: usize = 2;
/// Added to every variance, rise of the mean log likelihood at which EM ends, and its steps at
/// most: as scikit-learn has them.
pub const ADDED_VARIANCE: f64 = 1e-6;
pub const TOLERANCE: f64 = 1e-3;
pub const MAX_STEPS: usize = 100;
/// A component lighter than this share of the rows is a handful of outliers that explain
/// themselves; it does not make them ordinary.
const LEAST_WEIGHT: f64 = 0.05;
/// Rows for each column and component.
const ROWS_PER_COLUMN: usize = 3;
/// Rows of one partial sum, whatever the number of threads.
const CHUNK: usize = 4096;

/// −log density in nats. No shares: a mixture's density is no sum over columns.
#[derive(Debug, Clone, Copy)]
pub struct GaussianMixture {
    pub components: usize,
}

impl Default for GaussianMixture {
    fn default() -> Self {
        Self {
            components: COMPONENTS,
        }
    }
}

impl Detector for GaussianMixture {
    fn least_rows(&self, columns: usize) -> usize {
        ROWS_PER_COLUMN * columns * self.components + 1
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()))?;
        let means = centres(train, self.components, seed)?;
        let mut mixture = fit(train, Mixture::around(train, means))?;
        mixture.drop_light(LEAST_WEIGHT);
        let log_density = mixture.log_density(rows.view(&train))?;
        Ok(Scores::plain(log_density.iter().map(|l| -l).collect()))
    }
}

/// Weights, means and covariances.
#[derive(Debug, Clone)]
pub struct Mixture {
    pub weights: Vec<f64>,
    pub means: Array2<f64>,
    pub covariances: Vec<Array2<f64>>,
}

impl Mixture {
    /// Equal weights around given means, each with the covariance of all rows.
    #[must_use]
    pub fn around(rows: ArrayView2<f64>, means: Array2<f64>) -> Self {
        let (_, mut covariance) = mean_and_covariance(rows);
        covariance.diag_mut().mapv_inplace(|v| v + ADDED_VARIANCE);
        let components = means.nrows();
        Self {
            weights: vec![1.0 / components as f64; components],
            means,
            covariances: vec![covariance; components],
        }
    }

    /// Takes out the components of less weight than `least`, if any is left.
    fn drop_light(&mut self, least: f64) {
        let heavy: Vec<usize> = (0..self.weights.len())
            .filter(|at| self.weights[*at] >= least)
            .collect();
        if heavy.is_empty() {
            return;
        }
        let total: f64 = heavy.iter().map(|at| self.weights[*at]).sum();
        self.means = self.means.select(Axis(0), &heavy);
        self.covariances = heavy
            .iter()
            .map(|at| self.covariances[*at].clone())
            .collect();
        self.weights = heavy.iter().map(|at| self.weights[*at] / total).collect();
    }

    /// Rows × components: log (weight × density).
    fn log_joint(&self, rows: ArrayView2<f64>) -> Result<Array2<f64>, Skip> {
        let constant = rows.ncols() as f64 * TAU.ln();
        let mut out = Array2::zeros((rows.nrows(), self.weights.len()));
        for (at, covariance) in self.covariances.iter().enumerate() {
            let (root, log_determinant) = inverse_root(covariance, 0.0)?;
            let spherical = transformed(rows, self.means.row(at), &root);
            let offset = self.weights[at].ln() - 0.5 * (constant + log_determinant);
            for (out, length) in out
                .column_mut(at)
                .iter_mut()
                .zip(squared_lengths(spherical.view()))
            {
                *out = offset - 0.5 * length;
            }
        }
        Ok(out)
    }

    /// Log density of each row.
    ///
    /// # Errors
    /// Where a covariance is not positive definite.
    pub fn log_density(&self, rows: ArrayView2<f64>) -> Result<Vec<f64>, Skip> {
        let joint = self.log_joint(rows)?;
        Ok(joint
            .outer_iter()
            .map(|row| log_sum(row.iter().copied()))
            .collect())
    }
}

/// EM from a starting mixture until the mean log likelihood rises by less than [`TOLERANCE`], or
/// for [`MAX_STEPS`].
///
/// # Errors
/// Where a covariance is not positive definite.
pub fn fit(rows: ArrayView2<f64>, start: Mixture) -> Result<Mixture, Skip> {
    let mut mixture = start;
    let mut likelihood = f64::NEG_INFINITY;
    for _ in 0..MAX_STEPS {
        let mut part = mixture.log_joint(rows)?;
        let mut total = 0.0;
        for mut row in part.outer_iter_mut() {
            let density = log_sum(row.iter().copied());
            total += density;
            row.mapv_inplace(|v| (v - density).exp());
        }
        mixture = maximise(rows, &part);
        let before = std::mem::replace(&mut likelihood, total / rows.nrows() as f64);
        if (likelihood - before).abs() < TOLERANCE {
            break;
        }
    }
    Ok(mixture)
}

/// The mixture of highest likelihood given each row's parts.
fn maximise(rows: ArrayView2<f64>, parts: &Array2<f64>) -> Mixture {
    let counts = parts.sum_axis(Axis(0)) + 10.0 * f64::EPSILON;
    let means = sum_of_chunks(rows, parts, |rows, parts| parts.t().dot(&rows))
        / counts.view().insert_axis(Axis(1));
    let covariances = (0..counts.len())
        .map(|at| {
            let mean = means.row(at);
            let mut covariance = sum_of_chunks(rows, parts, |rows, parts| {
                let centred = &rows - &mean;
                let weighted = &centred * &parts.column(at).insert_axis(Axis(1));
                weighted.t().dot(&centred)
            }) / counts[at];
            covariance.diag_mut().mapv_inplace(|v| v + ADDED_VARIANCE);
            covariance
        })
        .collect();
    let total = counts.sum();
    Mixture {
        weights: counts.iter().map(|count| count / total).collect(),
        means,
        covariances,
    }
}

fn sum_of_chunks(
    rows: ArrayView2<f64>,
    parts: &Array2<f64>,
    product: impl Fn(ArrayView2<f64>, ArrayView2<f64>) -> Array2<f64> + Sync,
) -> Array2<f64> {
    let chunks: Vec<_> = rows
        .axis_chunks_iter(Axis(0), CHUNK)
        .zip(parts.axis_chunks_iter(Axis(0), CHUNK))
        .collect();
    let sums: Vec<Array2<f64>> = chunks
        .into_par_iter()
        .map(|(rows, parts)| product(rows, parts))
        .collect();
    sums.into_iter().reduce(|a, b| a + b).unwrap_or_default()
}

/// log Σ exp, without overflow.
fn log_sum(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = values.clone().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest + values.map(|v| (v - largest).exp()).sum::<f64>().ln()
}
