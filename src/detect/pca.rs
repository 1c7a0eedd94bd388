//! Reconstruction error of principal components: strange is what breaks the correlations that the
//! rows share.
//!
//! Shyu, Chen, Sarinnapakorn & Chang, *A novel anomaly detection scheme based on principal
//! component classifier*, ICDM Workshops 2003. Equals the squared difference between a row and
//! scikit-learn's `PCA.inverse_transform(PCA.transform(row))`. PyOD's `PCA` is another quantity (the sum of
//! Euclidean distances between a row and each eigenvector, over its share of variance).
//!
//! The components come from linfa-linalg's symmetric eigenvalues of the covariance, not from
//! linfa-reduction's `Pca`: that one iterates (LOBPCG) from a generator whose values differ
//! between platforms, and wants the number of components beforehand.

use ndarray::{Array2, ArrayView2, Axis, Slice};
use rayon::prelude::*;

use super::scatter::{CHUNK, eigen, mean_and_covariance, squared_lengths};
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "pca",
    title: "breaks the correlations that others share",
    source: "Shyu, Chen, Sarinnapakorn & Chang, ICDM Workshops 2003",
    make: || Box::new(Pca::default()),
};

/// Part of the variance that the kept components explain at least. Half: with more of it kept, a
/// component that the outliers themselves have made is kept too, and explains them.
pub const EXPLAINED: f64 = 0.5;
/// A residual this small beside its row is rounding.
const ROUNDING: f64 = 1e-12;

/// Squared reconstruction error in squared units of the matrix. A column's share is its part of it.
#[derive(Debug, Clone, Copy)]
pub struct Pca {
    pub explained: f64,
}

impl Default for Pca {
    fn default() -> Self {
        Self {
            explained: EXPLAINED,
        }
    }
}

impl Detector for Pca {
    fn least_rows(&self, columns: usize) -> usize {
        columns + 1
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, _seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()).max(3))?;
        let (mean, covariance) = mean_and_covariance(train);
        let (values, vectors) = eigen(&covariance)?;
        let total: f64 = values.iter().filter(|v| **v > 0.0).sum();
        if total <= 0.0 {
            return Err(Skip::NoSpread);
        }
        let kept = components(values.iter().copied(), self.explained * total);
        if kept >= train.ncols() {
            // One column, or columns of which none can be told from the others.
            return Err(Skip::TooFew {
                found: train.ncols(),
                needed: kept + 1,
            });
        }
        let kept = vectors.slice_axis(Axis(1), Slice::from(..kept));
        let queries = rows.view(&train);
        let offset = mean.dot(&mean).sqrt();
        let mut residual = Array2::zeros(queries.dim());
        residual
            .axis_chunks_iter_mut(Axis(0), CHUNK)
            .into_par_iter()
            .zip(queries.axis_chunks_iter(Axis(0), CHUNK))
            .for_each(|(mut residual, rows)| {
                let centred = &rows - &mean;
                let explained = centred.dot(&kept).dot(&kept.t());
                residual.assign(&(centred - explained));
                for (mut residual, row) in residual.outer_iter_mut().zip(rows.outer_iter()) {
                    let length = row.dot(&row).sqrt() + offset;
                    residual.mapv_inplace(|v| if v.abs() < ROUNDING * length { 0.0 } else { v });
                }
            });
        Ok(Scores::shared(
            squared_lengths(residual.view()),
            residual.mapv_into(|v| v * v),
        ))
    }
}

/// The fewest components whose eigenvalues add up to `wanted`.
fn components(values: impl Iterator<Item = f64>, wanted: f64) -> usize {
    let mut sum = 0.0;
    let short = values.take_while(|value| {
        let short = sum < wanted;
        sum += value.max(0.0);
        short
    });
    short.count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_reach_the_wanted_part_and_no_more() {
        assert_eq!(components([5.0, 4.0, 1.0].into_iter(), 9.0), 2);
        assert_eq!(components([5.0, 4.0, 1.0].into_iter(), 9.1), 3);
        assert_eq!(components([5.0, 4.0, 1.0].into_iter(), 0.0), 1);
    }
}
