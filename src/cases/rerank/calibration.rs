//! From scores to probabilities, by Platt's method.

use super::logistic::sigmoid;

/// Steps of Newton's method; it takes fewer than ten.
const STEPS: usize = 100;
/// Times a step is halved before nothing better is to be found along it.
const HALVINGS: i32 = 30;
/// Added to the curvature, so that equal scores leave it invertible (Lin, Lin & Weng).
const RIDGE: f64 = 1e-12;

/// p = 1 / (1 + e^−(slope · score + shift)).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    slope: f64,
    shift: f64,
}

impl Calibration {
    /// The calibrated probability of a score.
    #[must_use]
    pub fn probability(&self, score: f64) -> f64 {
        sigmoid(self.slope * score + self.shift)
    }

    /// Fits the two parameters to scores that were predicted out of fold (Platt, *Probabilistic
    /// outputs for support vector machines*, 1999), with his smoothed targets, by Newton's method
    /// with halved steps (Lin, Lin & Weng, *A note on Platt's probabilistic outputs*, 2007).
    ///
    /// A slope that is not positive says that the scores tell nothing: then every probability is
    /// the share of confirmed.
    #[must_use]
    pub fn fit(scores: &[f64], confirmed: &[bool]) -> Calibration {
        let positives = confirmed.iter().filter(|yes| **yes).count() as f64;
        let negatives = confirmed.len() as f64 - positives;
        let target = |yes: bool| {
            if yes {
                (positives + 1.0) / (positives + 2.0)
            } else {
                1.0 / (negatives + 2.0)
            }
        };
        let base = ((positives + 1.0) / (negatives + 1.0)).ln();
        let targets: Vec<f64> = confirmed.iter().map(|yes| target(*yes)).collect();
        let mut found = Calibration {
            slope: 0.0,
            shift: base,
        };
        let mut loss = found.loss(scores, &targets);
        for _ in 0..STEPS {
            let (slope, shift) = found.newton(scores, &targets);
            let shorter = |halvings: i32| {
                let part = 0.5_f64.powi(halvings);
                Calibration {
                    slope: found.slope - part * slope,
                    shift: found.shift - part * shift,
                }
            };
            let mut steps = (0..HALVINGS).map(shorter);
            let better = steps.find_map(|next| {
                let next_loss = next.loss(scores, &targets);
                (next_loss < loss).then_some((next, next_loss))
            });
            let Some((next, next_loss)) = better else {
                break;
            };
            (found, loss) = (next, next_loss);
        }
        if found.slope > 0.0 {
            found
        } else {
            Calibration {
                slope: 0.0,
                shift: base,
            }
        }
    }

    /// Cross-entropy of the targets.
    fn loss(&self, scores: &[f64], targets: &[f64]) -> f64 {
        let of = |(score, target): (&f64, &f64)| {
            let x = self.slope * score + self.shift;
            // ln(1 + e^x) − t·x, without overflow.
            x.max(0.0) + (-x.abs()).exp().ln_1p() - target * x
        };
        scores.iter().zip(targets).map(of).sum()
    }

    /// The full Newton step of both parameters.
    fn newton(&self, scores: &[f64], targets: &[f64]) -> (f64, f64) {
        let (mut g, mut h) = ([0.0; 2], [RIDGE, 0.0, RIDGE]);
        for (score, target) in scores.iter().zip(targets) {
            let p = self.probability(*score);
            let (residual, weight) = (p - target, p * (1.0 - p));
            g[0] += residual * score;
            g[1] += residual;
            h[0] += weight * score * score;
            h[1] += weight * score;
            h[2] += weight;
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        (
            (h[2] * g[0] - h[1] * g[1]) / determinant,
            (h[0] * g[1] - h[1] * g[0]) / determinant,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_that_claim_too_much_are_brought_to_the_counts() {
        // Scores ±4 claim 98 %; 40 of 50 and 10 of 50 are confirmed.
        let scores: Vec<f64> = (0..100).map(|i| if i < 50 { -4.0 } else { 4.0 }).collect();
        let confirmed: Vec<bool> = (0..100)
            .map(|i| i % 50 < if i < 50 { 10 } else { 40 })
            .collect();
        let found = Calibration::fit(&scores, &confirmed);
        // With Platt's targets 51/52 and 1/52, by hand: (40 · 51/52 + 10 · 1/52) / 50.
        let high = (40.0 * 51.0 / 52.0 + 10.0 / 52.0) / 50.0;
        assert!((found.probability(4.0) - high).abs() < 1e-9);
        assert!((found.probability(-4.0) - (1.0 - high)).abs() < 1e-9);
    }

    #[test]
    fn scores_that_tell_nothing_or_the_opposite_give_the_share() {
        let confirmed: Vec<bool> = (0..99).map(|i| i % 3 == 0).collect();
        let opposite: Vec<f64> = confirmed
            .iter()
            .map(|yes| if *yes { -1.0 } else { 1.0 })
            .collect();
        for scores in [vec![0.7; 99], opposite] {
            let found = Calibration::fit(&scores, &confirmed);
            for score in [-5.0, 0.7, 5.0] {
                assert!((found.probability(score) - 34.0 / 101.0).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn separated_scores_stay_short_of_certainty() {
        let confirmed: Vec<bool> = (0..60).map(|i| i >= 30).collect();
        let scores: Vec<f64> = (0..60).map(|i| f64::from(i) - 29.5).collect();
        let found = Calibration::fit(&scores, &confirmed);
        let p = found.probability(30.0);
        assert!(p > 0.9 && p < 1.0, "{p}");
    }
}
