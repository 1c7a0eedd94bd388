//! Logistic regression with an L2 penalty, by linfa, and a check that it arrived.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

/// Steps of the optimiser; a penalised fit of a few hundred rows takes some tens.
const STEPS: u64 = 500;
/// Slope of the mean loss at which the optimiser may stop.
const SLOPE: f64 = 1e-6;
/// Slope of the mean loss beyond which a fit has not arrived: its weights are then off by at most
/// this over the curvature, far less than they differ from fold to fold.
const LARGEST_SLOPE: f64 = 1e-4;

/// Weights of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    pub of_columns: Vec<f64>,
    pub intercept: f64,
}

impl Weights {
    /// The log odds of each row.
    #[must_use]
    pub fn log_odds(&self, rows: &Array2<f64>) -> Vec<f64> {
        let odds = |row: ndarray::ArrayView1<f64>| {
            let sum: f64 = row.iter().zip(&self.of_columns).map(|(x, w)| x * w).sum();
            sum + self.intercept
        };
        rows.rows().into_iter().map(odds).collect()
    }
}

/// 1 / (1 + e^−x).
#[must_use]
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        x.exp() / (1.0 + x.exp())
    }
}

/// Minimises Σ log loss + `strength` / 2 · |w|², the intercept free. The penalty makes the minimum
/// finite and unique, also where a column separates the labels.
///
/// `None` where the labels are all alike, or the optimiser gives up or stops short of the minimum.
#[must_use]
pub fn fit(rows: &Array2<f64>, confirmed: &[bool], strength: f64) -> Option<Weights> {
    let labels = Array1::from(confirmed.to_vec());
    let fitted = LogisticRegression::default()
        .alpha(strength)
        .max_iterations(STEPS)
        .gradient_tolerance(SLOPE * confirmed.len() as f64)
        .fit(&Dataset::new(rows.clone(), labels))
        .ok()?;
    // The larger class is the one whose probability is modelled, whichever that is.
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let weights = Weights {
        of_columns: fitted.params().iter().map(|w| sign * w).collect(),
        intercept: sign * fitted.intercept(),
    };
    let arrived = slope(rows, confirmed, strength, &weights) <= LARGEST_SLOPE;
    arrived.then_some(weights)
}

/// Largest derivative of the mean penalised loss; NaN where the weights are.
fn slope(rows: &Array2<f64>, confirmed: &[bool], strength: f64, weights: &Weights) -> f64 {
    let count = confirmed.len() as f64;
    let residual: Vec<f64> = weights
        .log_odds(rows)
        .iter()
        .zip(confirmed)
        .map(|(odds, yes)| sigmoid(*odds) - f64::from(u8::from(*yes)))
        .collect();
    let of_column = |(column, weight): (ndarray::ArrayView1<f64>, &f64)| {
        let sum: f64 = column.iter().zip(&residual).map(|(x, r)| x * r).sum();
        (sum + strength * weight).abs() / count
    };
    let of_intercept = residual.iter().sum::<f64>().abs() / count;
    rows.columns()
        .into_iter()
        .zip(&weights.of_columns)
        .map(of_column)
        .fold(of_intercept, |a, b| if a >= b { a } else { b })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows −1 and 1 with `high` of `each` confirmed at 1 and `low` at −1.
    fn two_points(each: usize, low: usize, high: usize) -> (Array2<f64>, Vec<bool>) {
        let rows = Array2::from_shape_fn((2 * each, 1), |(i, _)| if i < each { -1.0 } else { 1.0 });
        let labels = (0..2 * each).map(|i| if i < each { i < low } else { i - each < high });
        (rows, labels.collect())
    }

    #[test]
    fn without_penalty_the_log_odds_are_those_of_the_counts() {
        // 30 of 40 and 10 of 40; 30 of 40 and 5 of 40, where the smaller class is the confirmed.
        for (low, high) in [(10_u32, 30_u32), (5, 30), (35, 30)] {
            let (rows, labels) = two_points(40, low as usize, high as usize);
            let fitted = fit(&rows, &labels, 1e-9).expect("a fit");
            let odds = fitted.log_odds(&rows);
            let by_hand = |k: u32| (f64::from(k) / f64::from(40 - k)).ln();
            assert!((odds[0] - by_hand(low)).abs() < 1e-3, "{odds:?}");
            assert!((odds[79] - by_hand(high)).abs() < 1e-3, "{odds:?}");
        }
    }

    #[test]
    fn labels_that_a_column_separates_have_a_finite_fit() {
        let (rows, labels) = two_points(50, 0, 50);
        let fitted = fit(&rows, &labels, 1.0).expect("a fit");
        // The minimum solves w = 100 / (1 + e^w).
        let w = fitted.of_columns[0];
        assert!((w - 100.0 / (1.0 + w.exp())).abs() < 1e-2, "{w}");
        assert!(fitted.intercept.abs() < 1e-3);
    }

    #[test]
    fn a_stronger_penalty_gives_smaller_weights_and_one_label_alone_no_fit() {
        let (rows, labels) = two_points(50, 10, 40);
        let weight = |strength| fit(&rows, &labels, strength).expect("a fit").of_columns[0];
        assert!(weight(1.0) > weight(100.0) && weight(100.0) > 0.0);
        assert_eq!(fit(&rows, &[true; 100], 1.0), None);
    }
}
