//! Principal components of the procedure mix.
//!
//! Taken from the covariance of the sparse rows, which costs families squared in memory whatever
//! the number of providers; a dense matrix of all providers is never made. The eigenvectors are
//! linfa-linalg's. linfa-reduction's `Pca` wants the dense matrix and iterates from a generator
//! whose numbers differ between platforms.

use linfa_linalg::eigh::{EigSort, EighInto};
use ndarray::Array2;

use super::mix::Mix;

/// Part of the variance that the kept components explain at least (Jolliffe, *Principal Component
/// Analysis*, 2002, section 6.1.1: 70 to 90 %).
pub const EXPLAINED: f64 = 0.8;

/// Components at most: distances in more dimensions tell little apart.
pub const MOST_COMPONENTS: usize = 50;

/// A projection of mixes.
pub struct Components {
    /// Component by family: one row an informative family.
    loadings: Vec<Vec<f64>>,
    /// Projection of the mean.
    centre: Vec<f64>,
}

/// Components of some providers' mixes; `None` where they are all alike.
pub fn fit(mix: &Mix, providers: &[usize]) -> Option<Components> {
    let columns = mix.columns();
    let mut mean = vec![0.0; columns];
    let mut products = Array2::<f64>::zeros((columns, columns));
    for provider in providers {
        let weights = mix.weights(*provider);
        for (i, (column, w)) in weights.iter().enumerate() {
            mean[*column] += w;
            for (other, v) in &weights[i..] {
                products[[*column, *other]] += w * v;
            }
        }
    }
    let count = providers.len() as f64;
    for m in &mut mean {
        *m /= count;
    }
    let covariance = Array2::from_shape_fn((columns, columns), |(i, j)| {
        products[[i.min(j), i.max(j)]] / count - mean[i] * mean[j]
    });
    let total: f64 = covariance.diag().sum();
    if columns == 0 || total.is_nan() || total <= f64::EPSILON {
        return None;
    }
    let (values, vectors) = covariance.eigh_into().ok()?.sort_eig_desc();
    let mut explained = 0.0;
    let short = values.iter().take_while(|value| {
        let short = explained < EXPLAINED * total;
        explained += value.max(0.0);
        short
    });
    let kept = short.count().clamp(1, MOST_COMPONENTS.min(columns));
    let loadings: Vec<Vec<f64>> = (0..columns)
        .map(|column| (0..kept).map(|c| vectors[[column, c]]).collect())
        .collect();
    let mut centre = vec![0.0; kept];
    for (m, loading) in mean.iter().zip(&loadings) {
        centre
            .iter_mut()
            .zip(loading)
            .for_each(|(c, l)| *c += m * l);
    }
    Some(Components { loadings, centre })
}

impl Components {
    /// Where a provider lies: one number a component.
    pub fn place(&self, mix: &Mix, provider: usize) -> Vec<f64> {
        let mut place: Vec<f64> = self.centre.iter().map(|c| -c).collect();
        for (column, w) in mix.weights(provider) {
            let loadings = &self.loadings[column];
            place
                .iter_mut()
                .zip(loadings)
                .for_each(|(p, l)| *p += w * l);
        }
        place
    }
}
