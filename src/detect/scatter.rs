//! Location and scatter of a matrix, and coordinates in which the scatter is a sphere.

use linfa_linalg::cholesky::Cholesky;
use linfa_linalg::eigh::{EigSort, EighInto};
use linfa_linalg::triangular::{SolveTriangular, UPLO};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

use crate::stats::Skip;

/// Rows of one partial sum: fixed, so that the number of threads cannot reach a sum.
pub(super) const CHUNK: usize = 4096;
/// Least eigenvalue of a correlation matrix that counts as spread of its own; below it a direction
/// has this variance. Keeps a column that is a sum of others from dividing by zero, and what leaves
/// such a plane very far off it.
const LEAST_EIGENVALUE: f64 = 1e-9;

/// Mean and covariance (divided by the number of rows) of the rows.
#[must_use]
pub fn mean_and_covariance(rows: ArrayView2<f64>) -> (Array1<f64>, Array2<f64>) {
    let n = rows.nrows() as f64;
    let chunks: Vec<_> = rows.axis_chunks_iter(Axis(0), CHUNK).collect();
    let zero = Array1::zeros(rows.ncols());
    let sums: Vec<Array1<f64>> = chunks.par_iter().map(|c| c.sum_axis(Axis(0))).collect();
    let mean = sums.iter().fold(zero, |a, b| a + b) / n;
    let products: Vec<Array2<f64>> = chunks
        .par_iter()
        .map(|c| {
            let centred = c - &mean;
            centred.t().dot(&centred)
        })
        .collect();
    let zero = Array2::zeros((rows.ncols(), rows.ncols()));
    let covariance = products.iter().fold(zero, |a, b| a + b) / n;
    (mean, covariance)
}

/// Eigenvalues, largest first, and the eigenvectors as columns. The sign of an eigenvector is
/// such that its largest entry is positive.
///
/// # Errors
/// Where the matrix is not finite or the iteration does not settle.
pub fn eigen(matrix: &Array2<f64>) -> Result<(Array1<f64>, Array2<f64>), Skip> {
    if matrix.iter().any(|v| !v.is_finite()) {
        return Err(Skip::NonFinite);
    }
    let (values, mut vectors) = matrix
        .clone()
        .eigh_into()
        .map_err(|_| Skip::NoConvergence { iterations: 0 })?
        .sort_eig_desc();
    for mut vector in vectors.axis_iter_mut(Axis(1)) {
        let largest = vector
            .iter()
            .fold(0.0_f64, |a, b| if b.abs() > a.abs() { *b } else { a });
        if largest < 0.0 {
            vector *= -1.0;
        }
    }
    Ok((values, vectors))
}

/// Rows × columns of w with Σⱼ wⱼ² the squared Mahalanobis distance and each wⱼ as close to its
/// own column as can be: w = P^(−½) D^(−1) (x − μ), D the standard deviations, P the correlations.
/// So wⱼ² is the column's honest part of the distance.
///
/// Garthwaite & Koch, *Evaluating the contributions of individual variables to a quadratic form*,
/// Aust. N. Z. J. Stat. 2016 (the corr-max transformation). A column without variance has w = 0.
///
/// # Errors
/// Where the scatter is not finite or has no eigenvalues.
pub fn whiten(
    rows: ArrayView2<f64>,
    location: ArrayView1<f64>,
    scatter: ArrayView2<f64>,
) -> Result<Array2<f64>, Skip> {
    let deviations = scatter.diag().mapv(f64::sqrt);
    let inverse = deviations.mapv(|d| if d > 0.0 { 1.0 / d } else { 0.0 });
    let mut correlation = Array2::zeros(scatter.dim());
    for ((i, j), entry) in correlation.indexed_iter_mut() {
        *entry = scatter[[i, j]] * inverse[i] * inverse[j];
    }
    let (values, vectors) = eigen(&correlation)?;
    let roots = values.mapv(|v| 1.0 / v.max(LEAST_EIGENVALUE).sqrt());
    let transform = (&vectors * &roots).dot(&vectors.t()) * inverse.insert_axis(Axis(1));
    Ok(transformed(rows, location, &transform))
}

/// (rows − location) · transform, in parallel.
#[must_use]
pub fn transformed(
    rows: ArrayView2<f64>,
    location: ArrayView1<f64>,
    transform: &Array2<f64>,
) -> Array2<f64> {
    let mut out = Array2::zeros((rows.nrows(), transform.ncols()));
    out.axis_chunks_iter_mut(Axis(0), CHUNK)
        .into_par_iter()
        .zip(rows.axis_chunks_iter(Axis(0), CHUNK).into_par_iter())
        .for_each(|(mut out, chunk)| out.assign(&(&chunk - &location).dot(transform)));
    out
}

/// Σ over the columns of the squares, one a row.
#[must_use]
pub fn squared_lengths(rows: ArrayView2<f64>) -> Vec<f64> {
    rows.axis_iter(Axis(0)).map(|row| row.dot(&row)).collect()
}

/// Inverse root of a covariance with `ridge` added to its diagonal, U with U·Uᵀ = (S + ridge)⁻¹,
/// and log det(S + ridge). Rows times U are spherical.
///
/// # Errors
/// Where the covariance is not positive definite all the same.
pub fn inverse_root(covariance: &Array2<f64>, ridge: f64) -> Result<(Array2<f64>, f64), Skip> {
    let mut raised = covariance.clone();
    raised.diag_mut().mapv_inplace(|v| v + ridge);
    let lower = raised.cholesky().map_err(|_| Skip::NoSpread)?;
    let log_determinant = 2.0 * lower.diag().mapv(f64::ln).sum();
    let identity = Array2::eye(lower.nrows());
    let inverse = lower
        .solve_triangular(&identity, UPLO::Lower)
        .map_err(|_| Skip::NoSpread)?;
    Ok((inverse.reversed_axes(), log_determinant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn whitened_rows_have_the_mahalanobis_length() {
        // S = [[4, 2], [2, 3]], S⁻¹ = [[3, −2], [−2, 4]] / 8; x = (2, 1): (12 − 8 + 4) / 8 = 1.
        let scatter = array![[4.0, 2.0], [2.0, 3.0]];
        let rows = array![[2.0, 1.0]];
        let w = whiten(rows.view(), array![0.0, 0.0].view(), scatter.view()).unwrap();
        assert!((squared_lengths(w.view())[0] - 1.0).abs() < 1e-12);
        let (root, log_determinant) = inverse_root(&scatter, 0.0).unwrap();
        assert!((log_determinant - 8.0_f64.ln()).abs() < 1e-12);
        let length = squared_lengths(rows.dot(&root).view())[0];
        assert!((length - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_constant_column_has_no_part() {
        let scatter = array![[4.0, 0.0], [0.0, 0.0]];
        let w = whiten(
            array![[2.0, 9.0]].view(),
            array![0.0, 9.0].view(),
            scatter.view(),
        );
        assert_eq!(w.unwrap(), array![[1.0, 0.0]]);
    }
}
