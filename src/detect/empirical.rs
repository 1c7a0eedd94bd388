//! Tail probabilities of each column's empirical distribution, which ECOD and COPOD add up.

use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use super::Rows;

/// One column's training values in order, and the sign of their skewness.
struct Column {
    sorted: Vec<f64>,
    skewness: f64,
}

/// −log of the left and of the right tail probability of a value, and the one its column's
/// skewness points to (both added where the column is symmetric).
#[derive(Debug, Clone, Copy)]
pub struct Tails {
    pub left: f64,
    pub right: f64,
    pub skewed: f64,
}

/// Rows × columns of `dimension(tails)`.
///
/// A training row counts itself: the tail of the smallest of n values is 1/n. A new row joins the
/// training rows alone, so its tails are of n + 1 values and never 0.
pub fn dimensions(
    train: ArrayView2<f64>,
    rows: Rows,
    dimension: impl Fn(Tails) -> f64 + Sync,
) -> Array2<f64> {
    let own = matches!(rows, Rows::Own);
    let queries = rows.view(&train);
    let columns: Vec<Vec<f64>> = (0..train.ncols())
        .into_par_iter()
        .map(|at| {
            let column = Column::new(train.column(at).to_vec());
            queries
                .column(at)
                .iter()
                .map(|value| dimension(column.tails(*value, own)))
                .collect()
        })
        .collect();
    let mut out = Array2::zeros(queries.dim());
    for (mut target, values) in out.axis_iter_mut(Axis(1)).zip(&columns) {
        for (target, value) in target.iter_mut().zip(values) {
            *target = *value;
        }
    }
    out
}

impl Column {
    fn new(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let cubes: f64 = values.iter().map(|v| (v - mean).powi(3)).sum();
        let constant = values.first() == values.last();
        Self {
            sorted: values,
            skewness: if constant || cubes == 0.0 {
                0.0
            } else {
                cubes.signum()
            },
        }
    }

    fn tails(&self, value: f64, own: bool) -> Tails {
        let below = self.sorted.partition_point(|v| *v <= value);
        let above = self.sorted.len() - self.sorted.partition_point(|v| *v < value);
        let itself = f64::from(u8::from(!own));
        let n = self.sorted.len() as f64 + itself;
        let left = -((below as f64 + itself) / n).ln();
        let right = -((above as f64 + itself) / n).ln();
        let skewed = if self.skewness > 0.0 {
            right
        } else if self.skewness < 0.0 {
            left
        } else {
            left + right
        };
        Tails {
            left,
            right,
            skewed,
        }
    }
}
