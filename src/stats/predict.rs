//! What an honest entity's count looks like under a fitted null.

use super::counts::Count;
use super::kind::Kind;
use super::score::Score;

/// Largest variance of log effects that is carried into a count's moments;
/// beyond it a provider's own rate is unknown to a factor of 50 either way.
const LARGEST_VARIANCE: f64 = 4.0;

/// Probabilities are kept this far from 0 and 1.
pub(super) const SMALLEST_SHARE: f64 = 1e-12;

/// Smallest expected count, so that entities whose peers show no event at all
/// have a distribution (and any event of theirs a small p).
const SMALLEST_MEAN: f64 = 1e-9;

/// Nodes and weights of seven-point Gauss–Hermite quadrature for a standard
/// normal: ±x share a weight, the last is the centre's.
const NODES: [f64; 3] = [
    1.154_405_394_739_968_2,
    2.366_759_410_734_541,
    3.750_439_717_725_742,
];
const WEIGHTS: [f64; 3] = [
    0.240_123_178_605_012_7,
    0.030_757_123_967_586_5,
    0.000_548_268_855_972_216_9,
];
const CENTRE_WEIGHT: f64 = 0.457_142_857_142_857_1;

/// Distribution of an entity's count where its log (rate) or logit (share)
/// effect is N(`shift`, τ²) and its units cluster by φ.
///
/// The mean and variance are those of the log-normal or logit-normal mixture;
/// the form is the negative binomial or beta-binomial with these two moments.
/// The uncertainty of the expected value widens the effect. `None` for means.
pub fn predictive(kind: Kind, score: &Score, shift: f64, tau2: f64, phi: f64) -> Option<Count> {
    let effect = (tau2 + score.carried).min(LARGEST_VARIANCE);
    match kind {
        Kind::Mean => None,
        Kind::Rate => {
            let typical = score.expected.max(SMALLEST_MEAN) * shift.exp();
            let mean = typical * (0.5 * effect).exp();
            let variance = phi * mean + mean * mean * effect.exp_m1();
            Some(Count::rate(mean, variance))
        }
        Kind::Share => {
            let n = score.denominator;
            let (p, p_variance) = share_moments(expected_logit(score) + shift, effect);
            let sampling = (p * (1.0 - p) - p_variance).max(0.0);
            Some(Count::share(n, p, n * phi * sampling + n * n * p_variance))
        }
    }
}

/// logit(E / n), finite also where E is 0 or n.
pub(super) fn expected_logit(score: &Score) -> f64 {
    let share = score.expected / score.denominator;
    logit(share.clamp(SMALLEST_SHARE, 1.0 - SMALLEST_SHARE))
}

pub(super) fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

pub(super) fn expit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Mean and variance of expit(X) for X ~ N(`centre`, `variance`).
pub(super) fn share_moments(centre: f64, variance: f64) -> (f64, f64) {
    let sd = variance.sqrt();
    let odds_against = (-centre).exp();
    let at_centre = 1.0 / (1.0 + odds_against);
    let mut first = CENTRE_WEIGHT * at_centre;
    let mut points = [(0.0, 0.0); 3];
    for ((node, weight), point) in NODES.iter().zip(WEIGHTS).zip(&mut points) {
        let factor = (node * sd).exp();
        *point = (
            1.0 / (1.0 + odds_against / factor),
            1.0 / (1.0 + odds_against * factor),
        );
        first += weight * (point.0 + point.1);
    }
    let mut second = CENTRE_WEIGHT * (at_centre - first).powi(2);
    for ((high, low), weight) in points.into_iter().zip(WEIGHTS) {
        second += weight * ((high - first).powi(2) + (low - first).powi(2));
    }
    (first.clamp(SMALLEST_SHARE, 1.0 - SMALLEST_SHARE), second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quadrature_agrees_with_a_fine_grid() {
        for (centre, variance) in [(0.0, 0.25), (-2.0, 0.5), (-4.0, 1.0), (1.5, 0.04)] {
            let sd = f64::sqrt(variance);
            let (mut weight, mut first, mut second) = (0.0, 0.0, 0.0);
            for step in -8000..=8000 {
                let z = f64::from(step) / 1000.0;
                let density = (-0.5 * z * z).exp();
                let p = expit(centre + sd * z);
                weight += density;
                first += density * p;
                second += density * p * p;
            }
            let (mean, variance) = share_moments(centre, variance);
            let exact = second / weight - (first / weight).powi(2);
            assert!((mean / (first / weight) - 1.0).abs() < 1e-4);
            assert!((variance / exact - 1.0).abs() < 0.01, "{variance} {exact}");
        }
    }

    #[test]
    fn without_spread_the_count_is_plain() {
        let score = Score {
            observed: 1.0,
            denominator: 100.0,
            expected: 5.0,
            d: 0.0,
            sampling: 0.0,
            carried: 0.0,
            exact: true,
        };
        let rate = predictive(Kind::Rate, &score, 2.0_f64.ln(), 0.0, 1.0).unwrap();
        assert!(matches!(rate, Count::Poisson { mean } if (mean - 10.0).abs() < 1e-12));
        let share = predictive(Kind::Share, &score, 0.0, 0.0, 1.0).unwrap();
        assert!(matches!(share, Count::Binomial { p, .. } if (p - 0.05).abs() < 1e-12));
        assert!(predictive(Kind::Mean, &score, 0.0, 0.0, 1.0).is_none());
    }
}
