//! Effect sizes that small entities cannot inflate.

use statrs::function::beta::beta_reg;
use statrs::function::gamma::gamma_lr;

use super::kind::Kind;
use super::null::Null;
use super::predict::{SMALLEST_SHARE, expected_logit, expit, share_moments};
use super::score::Score;
use super::tails::normal_quantile_above;

/// Smallest τ of the prior. With τ = 0 the prior would be certain that every
/// ratio is 1 and no evidence could move it; a tenth is the least by which
/// entities of any group differ.
pub const SMALLEST_TAU: f64 = 0.1;

/// Level of the lower bound: one-sided 5 %.
pub const LOWER_LEVEL: f64 = 0.05;

/// Posterior of an entity's ratio to what is typical in its group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// Posterior mean.
    pub mean: f64,
    /// Lower 5 % point of the posterior.
    pub lower: f64,
}

/// Shrunken ratio of one entity, under its group's null as prior.
///
/// - rate: Gamma(O/φ + 1/τ², E e^μ/φ + 1/τ²), the gamma–Poisson posterior;
/// - share: posterior share over the typical share p₀ = expit(logit(E/n) + μ),
///   from the beta prior with mean p₀ and the variance τ implies, and n/φ units
///   of evidence;
/// - mean: normal–normal on the log scale, so a ratio of geometric means.
pub fn shrink(kind: Kind, score: &Score, null: &Null) -> Ratio {
    let tau2 = null.tau.max(SMALLEST_TAU).powi(2);
    match kind {
        Kind::Rate => {
            let shape = score.observed / null.phi + 1.0 / tau2;
            let rate = score.expected * null.mu.exp() / null.phi + 1.0 / tau2;
            Ratio {
                mean: shape / rate,
                lower: gamma_quantile(LOWER_LEVEL, shape) / rate,
            }
        }
        Kind::Share => {
            let centre = expected_logit(score) + null.mu;
            // A prior that is certain of 0 or of 1 has no beta distribution.
            let typical = expit(centre).clamp(SMALLEST_SHARE, 1.0 - SMALLEST_SHARE);
            let (_, variance) = share_moments(centre, tau2);
            let concentration = (typical * (1.0 - typical) / variance - 1.0).max(1e-3);
            let alpha = typical * concentration + score.observed / null.phi;
            let others = (score.denominator - score.observed).max(0.0);
            let beta = (1.0 - typical) * concentration + others / null.phi;
            let mean = alpha / (alpha + beta);
            // With next to no weight on one side the mean lies below the 5 % point.
            let lower = beta_quantile(LOWER_LEVEL, alpha, beta).min(mean);
            Ratio {
                mean: mean / typical,
                lower: lower / typical,
            }
        }
        Kind::Mean => {
            let noise = score.variance(null.phi);
            let part = tau2 / (tau2 + noise);
            let centre = part * (score.d - null.mu);
            let variance = part * noise;
            Ratio {
                mean: (centre + 0.5 * variance).exp(),
                lower: (centre - normal_quantile_above(LOWER_LEVEL) * variance.sqrt()).exp(),
            }
        }
    }
}

/// Quantile of Gamma(shape, 1), from the Wilson–Hilferty cube and bisection.
fn gamma_quantile(level: f64, shape: f64) -> f64 {
    let spread = 1.0 / (9.0 * shape);
    let cube = (1.0 - spread - normal_quantile_above(level) * spread.sqrt())
        .max(0.0)
        .powi(3);
    let guess = (shape * cube).max(shape * 1e-3);
    bisect(guess * 0.5, guess * 2.0, |x| gamma_lr(shape, x) - level)
}

/// Quantile of Beta(α, β), by bisection.
fn beta_quantile(level: f64, alpha: f64, beta: f64) -> f64 {
    bisect(0.0, 1.0, |x| {
        if x <= 0.0 {
            -level
        } else {
            beta_reg(alpha, beta, x) - level
        }
    })
}

/// Root of an increasing function; the bracket is widened below where needed.
fn bisect(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..1000 {
        if low <= f64::MIN_POSITIVE || f(low) <= 0.0 {
            break;
        }
        low *= 0.5;
    }
    while high > low * (1.0 + 1e-12) {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if f(middle) <= 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::score::score;
    use crate::stats::standardise::Standardised;
    use proptest::prelude::*;

    fn null(tau: f64, phi: f64) -> Null {
        Null {
            mu: 0.0,
            tau,
            phi,
            proportion: 1.0,
            mu_error: 0.0,
            tau2_variance: 0.0,
            typical_variance: 0.01,
            scored: 100,
            used: 90,
            iterations: 3,
        }
    }

    fn entity(kind: Kind, observed: f64, denominator: f64, expected: f64) -> Score {
        let unit_variance = 1.0;
        let entity = Standardised {
            observed,
            denominator,
            expected,
            unit_variance,
            ..Standardised::default()
        };
        score(kind, &entity).unwrap()
    }

    #[test]
    fn gamma_poisson_by_hand() {
        // τ = ½: prior Gamma(4, 4); 20 observed, 10 expected.
        let ratio = shrink(
            Kind::Rate,
            &entity(Kind::Rate, 20.0, 50.0, 10.0),
            &null(0.5, 1.0),
        );
        assert!((ratio.mean - 24.0 / 14.0).abs() < 1e-12);
        // scipy.stats.gamma.ppf(0.05, 24) / 14
        assert!(
            (ratio.lower - 1.182_074_193_9).abs() < 1e-8,
            "{}",
            ratio.lower
        );
    }

    #[test]
    fn without_spread_the_ratio_still_moves() {
        let ratio = shrink(
            Kind::Rate,
            &entity(Kind::Rate, 300.0, 50.0, 100.0),
            &null(0.0, 1.0),
        );
        assert!((ratio.mean - 2.0).abs() < 1e-12);
    }

    #[test]
    fn log_means_shrink_towards_the_group() {
        // d = 1 with variance 0.25, prior variance 0.25: half way.
        let at = entity(Kind::Mean, 8.0, 4.0, 4.0);
        let ratio = shrink(Kind::Mean, &at, &null(0.5, 1.0));
        assert!((ratio.mean - (0.5_f64 + 0.0625).exp()).abs() < 1e-12);
        assert!(
            (ratio.lower - (0.5 - 1.644_853_626_951_472_7 * 0.125_f64.sqrt()).exp()).abs() < 1e-9
        );
    }

    #[test]
    fn peers_who_all_do_it_or_never_leave_a_ratio() {
        for (kind, observed, expected) in [
            (Kind::Share, 50.0, 50.0),
            (Kind::Share, 49.0, 50.0),
            (Kind::Share, 1.0, 0.0),
            (Kind::Rate, 0.0, 0.0),
        ] {
            for mu in [-60.0, -30.0, 0.0, 30.0, 60.0] {
                for tau in [0.0, 1.0, 20.0] {
                    let null = Null {
                        mu,
                        ..null(tau, 1.0)
                    };
                    let ratio = shrink(kind, &entity(kind, observed, 50.0, expected), &null);
                    assert!(ratio.mean.is_finite() && ratio.lower.is_finite());
                    assert!(ratio.lower <= ratio.mean * (1.0 + 1e-9), "{ratio:?} {mu}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn the_bound_lies_below_the_mean_and_the_mean_towards_one(
            kind in prop_oneof![Just(Kind::Rate), Just(Kind::Share)],
            n in 1..5000_u32, share in 0.001..0.99_f64, at in 0.0..1.0_f64,
            tau in 0.0..1.5_f64, phi in 1.0..4.0_f64,
        ) {
            let n = f64::from(n);
            let k = (n * at).floor();
            let ratio = shrink(kind, &entity(kind, k, n, n * share), &null(tau, phi));
            prop_assert!(ratio.lower > 0.0 && ratio.lower < ratio.mean);
            let raw = k / (n * share);
            prop_assert!((ratio.mean - 1.0).abs() <= (raw - 1.0).abs() + 1e-9);
        }

        #[test]
        fn quantiles_invert_the_distribution(shape in 0.2..1e5_f64, other in 0.2..1e5_f64) {
            let x = gamma_quantile(0.05, shape);
            prop_assert!((gamma_lr(shape, x) - 0.05).abs() < 1e-8);
            let y = beta_quantile(0.05, shape, other);
            prop_assert!((beta_reg(shape, other, y) - 0.05).abs() < 1e-7);
        }
    }
}
