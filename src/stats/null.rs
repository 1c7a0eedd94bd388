//! The individualised empirical null of one peer group.
//!
//! Honest entities differ by more than sampling: `d_i ~ N(μ, τ² + φ s_i²)`, so
//! that the width is each entity's own (Xia, He, Li & Kalbfleisch, *Accounting
//! for total variation and robustness in profiling health care providers*,
//! Biostatistics 2022). μ, τ and the null proportion are fitted on the centre
//! of the group only (see [`super::truncated`]).

use super::ascent::ascend;
use super::between::CENSORED_EFFICIENCY;
use super::kind::Kind;
use super::scale::{median, scale};
use super::score::Score;
use super::skip::Skip;
use super::truncated::{Law, Windowed, log_likelihood, windows};

/// Scored entities that a fit needs.
pub const MIN_SCORED: usize = 30;

/// Entities a fit looks at. Larger groups are thinned evenly in the order
/// given: at this number the standard error of τ is about 1 %, and more would
/// only cost time.
pub const MOST_FITTED: usize = 20_000;

/// The fit has settled when neither μ nor τ moves by more than this part of a
/// typical entity's standard deviation.
const SETTLED: f64 = 3e-4;

/// Windows that shift by whole entities or counts may keep the fit hopping
/// between neighbouring answers: from here on it averages them, by steps of
/// ½, ⅓, ¼ … (Robbins & Monro 1951) …
const AVERAGE_AFTER: usize = 10;

/// … and from here on a hop of no more than [`HOP`] is taken as settled.
const HOP_AFTER: usize = 20;

/// Part of a typical standard deviation by which neighbouring answers may
/// differ before they are averaged.
const HOP: f64 = 0.03;

/// Rounds of windows before giving up.
const MOST_ROUNDS: usize = 60;

/// Part of a typical standard deviation by which the answers may still differ
/// when the rounds are over, where counts are judged: their average is taken, and
/// the distance joins its errors. In a sparse group a window that is one count
/// wider moves the fit so far.
const WIDEST_HOP: f64 = 0.5;

/// Standard deviation of log effects to start from among small counts.
pub(super) const MODERATE: f64 = 0.5;

/// A τ below this part of the typical sampling deviation is zero.
const ZERO_TAU: f64 = 1e-3;

/// A fitted null.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Null {
    /// Centre of honest differences, on the scale of `d`.
    pub mu: f64,
    /// Standard deviation of honest differences; 0 where sampling explains all.
    pub tau: f64,
    /// Design effect φ ≥ 1 of sampling variances.
    pub phi: f64,
    /// Estimated part of the group that follows the null.
    pub proportion: f64,
    /// Standard error of `mu`, which widens the null of small groups.
    pub mu_error: f64,
    /// Variance of the estimate of τ²: an estimated width has heavier tails than
    /// a known one. 0 where τ is known.
    pub tau2_variance: f64,
    /// Median φ s² of the group, against which a small τ is judged.
    pub typical_variance: f64,
    /// Scored entities.
    pub scored: usize,
    /// Entities inside their window, on which the fit rests; 0 where nothing is known of them
    /// but that they show no event ([`super::borrowed::none_seen`]).
    pub used: usize,
    /// Rounds of windows until the fit settled.
    pub iterations: usize,
}

/// Fits the null of one peer group.
///
/// `scores` in key order; `phi` from [`super::design_effect()`].
///
/// # Errors
/// [`Skip::TooFew`] below [`MIN_SCORED`]; [`Skip::NoSpread`] where more than half
/// of the `d` are equal (τ = 0 with sampling noise is a result, not an error);
/// [`Skip::NoConvergence`]; [`Skip::NonFinite`].
pub fn fit(kind: Kind, scores: &[Score], phi: f64) -> Result<Null, Skip> {
    if scores.len() < MIN_SCORED {
        return Err(Skip::TooFew {
            found: scores.len(),
            needed: MIN_SCORED,
        });
    }
    all_finite(scores, phi)?;
    let phi = phi.max(1.0);
    let fitted = thinned(scores);
    let d: Vec<f64> = fitted.iter().map(|s| s.d).collect();
    if d.iter()
        .all(|&x| (x - d[0]).abs() <= f64::EPSILON * d[0].abs())
    {
        return Err(Skip::NoSpread);
    }
    let variances: Vec<f64> = fitted.iter().map(|s| s.variance(phi)).collect();
    let typical_variance = median(&variances).ok_or(Skip::NonFinite)?;

    let mut law = start(&fitted, &d, typical_variance, phi).ok_or(Skip::NoSpread)?;
    let settled = settle(kind, &fitted, &mut law, typical_variance, true)?;
    if law.tau <= ZERO_TAU * typical_variance.sqrt() {
        law.tau = 0.0;
    }
    let tau2_variance = 2.0 * (law.tau * law.tau + typical_variance).powi(2)
        / (CENSORED_EFFICIENCY * scores.len() as f64);
    Ok(Null {
        mu: law.mu,
        tau: law.tau,
        phi,
        proportion: settled.proportion(kind, &law),
        mu_error: settled.mu_error,
        tau2_variance: tau2_variance + (2.0 * law.tau * settled.hop).powi(2),
        typical_variance,
        scored: scores.len(),
        used: settled.used(),
        iterations: settled.rounds,
    })
}

/// Refuses what no fit can rest on.
pub(super) fn all_finite(scores: &[Score], phi: f64) -> Result<(), Skip> {
    let finite = |s: &Score| s.d.is_finite() && s.sampling >= 0.0 && s.carried >= 0.0;
    if scores.iter().all(finite) && phi.is_finite() {
        Ok(())
    } else {
        Err(Skip::NonFinite)
    }
}

/// Where the windows and the law came to rest.
pub(super) struct Settled<'a> {
    group: Vec<Windowed<'a>>,
    pub mu_error: f64,
    /// How far the answers still differ.
    hop: f64,
    pub rounds: usize,
}

impl Settled<'_> {
    pub fn used(&self) -> usize {
        self.group.iter().filter(|e| e.inside).count()
    }

    pub fn proportion(&self, kind: Kind, law: &Law) -> f64 {
        log_likelihood(kind, &self.group, law).1
    }
}

/// Moves a law uphill, and the windows with it, until both rest. Without `free_width` τ stays.
pub(super) fn settle<'a>(
    kind: Kind,
    fitted: &[&'a Score],
    law: &mut Law,
    typical_variance: f64,
    free_width: bool,
) -> Result<Settled<'a>, Skip> {
    let phi = law.phi;
    for round in 1..=MOST_ROUNDS {
        let group = windows(kind, fitted, law);
        let given = law.tau;
        let objective = |mu: f64, tau: f64| {
            let tau = if free_width { tau } else { given };
            log_likelihood(kind, &group, &Law { mu, tau, phi }).0
        };
        let unit = (law.tau * law.tau + typical_variance).sqrt();
        let ascent = ascend(objective, (law.mu, law.tau), unit).ok_or(Skip::NonFinite)?;
        let (mu, tau) = ascent.to;
        let moved = (mu - law.mu).abs().max((tau - law.tau).abs());
        if !(mu.is_finite() && tau.is_finite()) {
            return Err(Skip::NonFinite);
        }
        let tolerance = if round < HOP_AFTER { SETTLED } else { HOP };
        let step = 1.0 / (round.saturating_sub(AVERAGE_AFTER) as f64 + 1.0);
        law.mu += step * (mu - law.mu);
        law.tau += step * (tau - law.tau);
        let settled = moved <= tolerance * unit;
        let near = kind != Kind::Mean && round == MOST_ROUNDS && moved <= WIDEST_HOP * unit;
        if settled || near {
            let hop = if settled { 0.0 } else { moved };
            return Ok(Settled {
                group,
                mu_error: ascent.mu_error.hypot(hop),
                hop,
                rounds: round,
            });
        }
    }
    Err(Skip::NoConvergence {
        iterations: MOST_ROUNDS,
    })
}

/// Every k-th entity, so that at most [`MOST_FITTED`] remain.
fn thinned(scores: &[Score]) -> Vec<&Score> {
    let stride = scores.len().div_ceil(MOST_FITTED);
    scores.iter().step_by(stride).collect()
}

/// Median and MAD where counts are large; where most are small, totals and a
/// moderate τ, since the d of small counts are a few heaps.
pub(super) fn start(fitted: &[&Score], d: &[f64], typical_variance: f64, phi: f64) -> Option<Law> {
    let exact = fitted.iter().filter(|s| s.exact).count();
    if 2 * exact > fitted.len() {
        return Some(Law {
            mu: 0.0,
            tau: MODERATE,
            phi,
        });
    }
    // A heap of more than half has no spread of its own, and whoever is beside it
    // would be infinitely far away.
    let sd = scale(d)?;
    let tau2 = (sd * sd - typical_variance).max(0.1 * sd * sd);
    let law = Law {
        mu: median(d)?,
        tau: tau2.sqrt(),
        phi,
    };
    (law.tau > 0.0).then_some(law)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::draws::Draws;
    use proptest::prelude::*;

    fn group(n: usize, tau: f64, sampling: f64, seed: u64) -> Vec<Score> {
        let mut draws = Draws::new(seed);
        let mut one = || Score {
            observed: 0.0,
            denominator: 100.0,
            expected: 0.0,
            d: 0.2 + tau * draws.normal() + sampling.sqrt() * draws.normal(),
            sampling,
            carried: 0.0,
            exact: false,
        };
        (0..n).map(|_| one()).collect()
    }

    #[test]
    fn a_small_group_is_skipped_with_its_size() {
        let result = fit(Kind::Mean, &group(29, 0.3, 0.1, 1), 1.0);
        assert_eq!(
            result,
            Err(Skip::TooFew {
                found: 29,
                needed: MIN_SCORED
            })
        );
    }

    #[test]
    fn equal_values_have_no_spread_and_bad_ones_no_fit() {
        let mut scores = group(50, 0.3, 0.1, 1);
        scores[7].d = f64::NAN;
        assert_eq!(fit(Kind::Mean, &scores, 1.0), Err(Skip::NonFinite));
        for score in &mut scores {
            score.d = 0.7;
        }
        assert_eq!(fit(Kind::Mean, &scores, 1.0), Err(Skip::NoSpread));
        // A few beside the heap are no spread either.
        for (index, score) in scores.iter_mut().enumerate().take(20) {
            score.d = 0.7 + 0.01 * index as f64;
        }
        assert_eq!(fit(Kind::Mean, &scores, 1.0), Err(Skip::NoSpread));
    }

    #[test]
    fn sampling_noise_alone_is_a_tau_near_zero() {
        let null = fit(Kind::Mean, &group(2000, 0.0, 0.1, 5), 1.0).unwrap();
        assert!(null.tau < 0.1, "{null:?}");
        assert!(
            (null.mu - 0.2).abs() < 3.0 * null.mu_error.max(0.01),
            "{null:?}"
        );
    }

    #[test]
    fn without_sampling_noise_tau_is_the_whole_width() {
        let null = fit(Kind::Mean, &group(5000, 0.4, 0.0, 6), 1.0).unwrap();
        assert!((null.tau - 0.4).abs() < 0.03, "{null:?}");
    }

    #[test]
    fn a_design_effect_takes_its_part_of_the_width() {
        let scores = group(3000, 0.3, 0.1, 7);
        let plain = fit(Kind::Mean, &scores, 1.0).unwrap();
        let clustered = fit(Kind::Mean, &scores, 1.5).unwrap();
        assert!((plain.tau.powi(2) - clustered.tau.powi(2) - 0.05).abs() < 0.01);
    }

    #[test]
    fn a_large_group_is_thinned_and_still_right() {
        let null = fit(Kind::Mean, &group(MOST_FITTED * 3, 0.3, 0.05, 8), 1.0).unwrap();
        assert!(
            (null.tau - 0.3).abs() < 0.015 && null.used <= MOST_FITTED,
            "{null:?}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_fit_follows_shift_and_stretch(seed in 0..1000_u64, shift in -2.0..2.0_f64, stretch in 0.2..5.0_f64) {
            let scores = group(300, 0.3, 0.05, seed);
            let moved: Vec<Score> = scores
                .iter()
                .map(|s| Score {
                    d: s.d * stretch + shift,
                    sampling: s.sampling * stretch * stretch,
                    ..*s
                })
                .collect();
            if let (Ok(before), Ok(after)) = (fit(Kind::Mean, &scores, 1.0), fit(Kind::Mean, &moved, 1.0)) {
                prop_assert!((after.mu - before.mu * stretch - shift).abs() < 0.02 * stretch);
                prop_assert!((after.tau - before.tau * stretch).abs() < 0.02 * stretch);
            }
        }

        #[test]
        fn how_far_the_outliers_lie_does_not_matter(seed in 0..1000_u64, far in 10.0..1e6_f64) {
            let mut scores = group(300, 0.3, 0.05, seed);
            let mut spoilt = |value: f64| {
                for score in scores.iter_mut().take(40) {
                    score.d = value;
                }
                fit(Kind::Mean, &scores, 1.0)
            };
            prop_assert_eq!(spoilt(10.0), spoilt(far));
        }
    }
}
