//! An entity's difference from its expectation, on the scale where honest
//! differences are symmetric.

use super::kind::Kind;
use super::skip::Skip;
use super::standardise::Standardised;

/// Below this expected count the tail is summed exactly: the log of a smaller
/// count is too coarse and too skewed for a normal.
pub const EXACT_BELOW: f64 = 10.0;

/// Part of a group without a single event above which all its tails are summed
/// exactly: a log scale has no place for a heap of zeros.
pub const MANY_ZEROS: f64 = 0.2;

/// One entity's score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// O: numerator.
    pub observed: f64,
    /// n: denominator.
    pub denominator: f64,
    /// E: expected numerator.
    pub expected: f64,
    /// Difference from expected: of logits (share), of logs (rate), of mean
    /// logs (mean). Positive is more than expected.
    pub d: f64,
    /// Variance of `d` from sampling, which the design effect multiplies.
    pub sampling: f64,
    /// Variance of `d` carried over from the uncertainty of E.
    pub carried: f64,
    /// Take the tail from the count's own distribution, not from the normal.
    pub exact: bool,
}

impl Score {
    /// s²: variance of `d` for an entity no different from its peers, at a
    /// design effect of φ.
    pub fn variance(&self, phi: f64) -> f64 {
        phi * self.sampling + self.carried
    }
}

/// Scores one entity.
///
/// - share: d = logit((O + ½) / (n + 1)) − logit(E / n), s² the average of
///   1 / (n p (1 − p)) at observed and expected;
/// - rate: d = log(O + ½) − log(E), s² the average of 1 / count at observed and
///   expected, each plus ½;
/// - mean: d = (O − E) / n, s² the variance of one log amount over n.
///
/// The ½ makes log(O + ½) unbiased for the log of a Poisson mean (Haldane 1956,
/// Anscombe 1956), so at the expected side it must be absent where E is large
/// and present where E is near 0. ½ e^−E does both: log(E + ½ e^−E) is within
/// 0.02 of the expectation of log(O + ½) at every E. With a plain ½ on both
/// sides d is centred on −½ / E, and small entities look modest.
///
/// # Errors
/// [`Skip::NoDenominator`]; [`Skip::NonFinite`] where a value is not finite or
/// a share's count exceeds its total.
pub fn score(kind: Kind, entity: &Standardised) -> Result<Score, Skip> {
    let Standardised {
        observed,
        denominator,
        expected,
        expected_variance,
        unit_variance,
    } = *entity;
    let n = denominator;
    if n <= 0.0 {
        return Err(Skip::NoDenominator);
    }
    let count = observed >= 0.0 && expected >= 0.0;
    let (d, sampling, gradient, exact) = match kind {
        Kind::Share if count && observed <= n && expected <= n * (1.0 + 1e-9) => {
            let (missed, expected_missed) = (n - observed, (n - expected).max(0.0));
            let d = (observed + 0.5).ln() - (missed + 0.5).ln() - softened_ln(expected)
                + softened_ln(expected_missed);
            let gradient = 1.0 / (expected + 0.5) + 1.0 / (expected_missed + 0.5);
            let at_observed = 1.0 / (observed + 0.5) + 1.0 / (missed + 0.5);
            let exact = expected.min(expected_missed) < EXACT_BELOW;
            (d, f64::midpoint(at_observed, gradient), gradient, exact)
        }
        Kind::Rate if count => {
            let d = (observed + 0.5).ln() - softened_ln(expected);
            let gradient = 1.0 / (expected + 0.5);
            let at_observed = 1.0 / (observed + 0.5);
            (
                d,
                f64::midpoint(at_observed, gradient),
                gradient,
                expected < EXACT_BELOW,
            )
        }
        Kind::Mean => ((observed - expected) / n, unit_variance / n, 1.0 / n, false),
        Kind::Share | Kind::Rate => return Err(Skip::NonFinite),
    };
    let carried = expected_variance * gradient * gradient;
    if !(d.is_finite() && sampling.is_finite() && carried.is_finite()) {
        return Err(Skip::NonFinite);
    }
    Ok(Score {
        observed,
        denominator,
        expected,
        d,
        sampling,
        carried,
        exact,
    })
}

/// log(E + ½ e^−E): close to the mean of log(O + ½) for a Poisson count O.
fn softened_ln(expected: f64) -> f64 {
    (expected + 0.5 * (-expected).exp()).ln()
}

/// Marks all scores of a group as exact where more than [`MANY_ZEROS`] of its
/// entities show no event, or for shares nothing but events.
pub fn mark_many_zeros(kind: Kind, scores: &mut [Score]) {
    let zeros = scores.iter().filter(|s| s.observed <= 0.0).count();
    let full = scores
        .iter()
        .filter(|s| s.observed >= s.denominator)
        .count();
    let heap = if kind == Kind::Share {
        zeros.max(full)
    } else {
        zeros
    };
    if kind != Kind::Mean && heap as f64 > MANY_ZEROS * scores.len() as f64 {
        for score in scores {
            score.exact = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entity(observed: f64, denominator: f64, expected: f64) -> Standardised {
        Standardised {
            observed,
            denominator,
            expected,
            ..Standardised::default()
        }
    }

    #[test]
    fn a_rate_twice_the_expected_is_log_two() {
        let result = score(Kind::Rate, &entity(2000.0, 500.0, 1000.0)).unwrap();
        assert!((result.d - 2.0_f64.ln()).abs() < 3e-4);
        assert!((result.sampling - 0.5 * (1.0 / 2000.5 + 1.0 / 1000.5)).abs() < 1e-15);
        assert!(!result.exact);
    }

    #[test]
    fn the_log_of_a_small_count_is_centred() {
        for mean in [0.02_f64, 0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0] {
            let (mut term, mut average) = ((-mean).exp(), 0.0);
            for k in 0..200_u32 {
                let k = f64::from(k);
                average += term * score(Kind::Rate, &entity(k, 1.0, mean)).unwrap().d;
                term *= mean / (k + 1.0);
            }
            assert!(average.abs() < 0.025, "mean {mean}: {average}");
        }
    }

    #[test]
    fn impossible_counts_are_refused() {
        assert_eq!(
            score(Kind::Share, &entity(3.0, 2.0, 1.0)),
            Err(Skip::NonFinite)
        );
        assert_eq!(
            score(Kind::Rate, &entity(-1.0, 2.0, 1.0)),
            Err(Skip::NonFinite)
        );
        assert_eq!(
            score(Kind::Rate, &entity(1.0, 0.0, 1.0)),
            Err(Skip::NoDenominator)
        );
    }

    #[test]
    fn a_heap_of_zeros_makes_the_group_exact() {
        let one = |o| score(Kind::Rate, &entity(o, 100.0, 20.0)).unwrap();
        let mut group = vec![one(0.0), one(30.0), one(25.0)];
        mark_many_zeros(Kind::Rate, &mut group);
        assert!(group.iter().all(|s| s.exact));
    }

    #[test]
    fn a_heap_of_full_shares_makes_the_group_exact() {
        let one = |o| score(Kind::Share, &entity(o, 1000.0, 950.0)).unwrap();
        let mut group = vec![one(1000.0), one(900.0), one(930.0)];
        mark_many_zeros(Kind::Share, &mut group);
        assert!(group.iter().all(|s| s.exact));
    }

    proptest! {
        #[test]
        fn a_share_and_its_complement_mirror(n in 1..1000_u32, at in 0.0..=1.0_f64, share in 0.001..0.999_f64) {
            let n = f64::from(n);
            let k = (n * at).floor();
            let one = score(Kind::Share, &entity(k, n, n * share)).unwrap();
            let other = score(Kind::Share, &entity(n - k, n, n * (1.0 - share))).unwrap();
            prop_assert!((one.d + other.d).abs() < 1e-9);
            prop_assert!((one.sampling - other.sampling).abs() < 1e-9);
        }
    }
}
