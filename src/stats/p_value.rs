//! One-sided p-values of an entity under its group's null.

use super::kind::{Direction, Kind};
use super::null::Null;
use super::predict::{expected_logit, expit, logit, predictive};
use super::score::Score;
use super::shape::Effects;
use super::skip::Skip;
use super::tails::{SMALLEST_P, Tails, modified_normal_above, normal_quantile_above, tails};
use super::width::Width;

/// A share is not asked to take more than this part of what is left above the
/// typical share. No share exceeds 1, so where peers are near it already no
/// provider can reach the minimum ratio, however strange: there, doing it in
/// half of the cases in which peers do not is as far as a list can ask.
pub const LARGEST_PART_OF_REST: f64 = 0.5;

/// Between [`super::score::EXACT_BELOW`] and this many expected events the exact
/// tail is taken where sampling is no small part of the null's width; above, a
/// count's own skewness no longer matters.
pub const EXACT_POSSIBLE_BELOW: f64 = 50.0;

/// Sampling is no small part from this fraction of τ² on. Below it the null is
/// mostly between entities, and there the log-normal is the model: the gamma
/// that an exact tail mixes over has too light an upper tail.
pub const SAMPLING_MATTERS: f64 = 0.25;

/// p-values of one entity on one measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PValue {
    /// For a ratio of at most 1 (at least 1 for the low direction): calibration
    /// and display.
    pub p: f64,
    /// For a ratio of at most the measure's minimum (at least its inverse for
    /// the low direction): the list.
    pub p_list: f64,
    /// Null probability strictly beyond the observation.
    pub beyond: f64,
    /// Null probability of the observation itself; 0 for a normal tail.
    pub point: f64,
    /// Standardised difference, positive where more than expected; the normal
    /// score of the mid-p where the tail is exact.
    pub z: f64,
    /// The tail was summed from the count's own distribution.
    pub exact: bool,
}

impl PValue {
    /// p made continuous by a uniform draw `u` on the observed point: exactly
    /// uniform under the null. For admission only, never for a list.
    pub fn randomised(&self, u: f64) -> f64 {
        self.beyond + u * self.point
    }
}

/// p-values of one entity.
///
/// `effects` are honest effects in units of τ ([`super::shape`]).
/// `min_ratio` ≥ 1 is the smallest ratio to the expected worth listing, in the
/// measure's direction; for means of log amounts a ratio of geometric means.
/// The uncertainty of μ widens the null, which matters in small groups.
///
/// # Errors
/// [`Skip::NonFinite`] where the score is not finite or the ratio below 1;
/// [`Skip::NoSpread`] where the null has no width at all.
pub fn p_value(
    kind: Kind,
    score: &Score,
    null: &Null,
    effects: &Effects,
    direction: Direction,
    min_ratio: f64,
) -> Result<PValue, Skip> {
    if !score.d.is_finite() || !min_ratio.is_finite() || min_ratio < 1.0 {
        return Err(Skip::NonFinite);
    }
    let to_list = ratio_shift(kind, score, null.mu, direction, min_ratio);
    if takes_exact_tail(kind, score, null) {
        let at = |shift: f64| count_tails(kind, score, null, effects, direction, shift);
        if let (Some(here), Some(minimum)) = (at(0.0), at(to_list)) {
            let p = here.mid_p(direction);
            return Ok(PValue {
                p,
                p_list: minimum.mid_p(direction).max(p),
                beyond: here.beyond(direction),
                point: here.point,
                z: normal_score(&here),
                exact: true,
            });
        }
    }
    let common = null.mu_error * null.mu_error + score.variance(null.phi);
    let sd = (null.tau * null.tau + common).sqrt();
    if sd <= 0.0 {
        return Err(Skip::NoSpread);
    }
    let difference = direction.sign() * (score.d - null.mu);
    let widths: Vec<Width> = Width::all(null).collect();
    let above = |difference: f64| above(null, &widths, effects, common, difference);
    let p = above(difference);
    Ok(PValue {
        p,
        p_list: above(difference - direction.sign() * to_list).max(p),
        beyond: p,
        point: 0.0,
        z: (score.d - null.mu) / sd,
        exact: false,
    })
}

/// Mid-p of an entity's count where its own true share is `share`, whatever its
/// peers do: only sampling is in it, with the units' clustering `phi`.
///
/// A list that asks both for more than peers show and for more than a least share
/// takes the larger of the two p-values: the hypothesis is that one of them does
/// not hold (intersection–union test, Berger 1982).
pub fn above_share(score: &Score, phi: f64, share: f64) -> Option<f64> {
    let known = Score {
        carried: 0.0,
        ..*score
    };
    let shift = logit(share) - expected_logit(score);
    let count = predictive(Kind::Share, &known, shift, 0.0, phi)?;
    Some(tails(&count, score.observed).mid_p(Direction::High))
}

/// P(a null difference of at least this), `common` the variance that is not the
/// entity's own effect; over what τ² may be ([`Width`]).
fn above(null: &Null, widths: &[Width], effects: &Effects, common: f64, difference: f64) -> f64 {
    let exponential = null.tau * effects.exponential();
    let sum: f64 = widths
        .iter()
        .flat_map(|width| effects.components().iter().map(move |c| (width, c)))
        .map(|(width, c)| {
            let sd = (width.tau2 * c.variance + common).sqrt();
            let y = (difference - null.tau * c.shift) / sd;
            width.weight * c.weight * modified_normal_above(y, exponential / sd)
        })
        .sum();
    sum.clamp(SMALLEST_P, 1.0)
}

/// Tails of an entity's count, over the components of its effect.
fn count_tails(
    kind: Kind,
    score: &Score,
    null: &Null,
    effects: &Effects,
    direction: Direction,
    shift: f64,
) -> Option<Tails> {
    /// Largest shift of a component on the scale of d: a factor of 50.
    const LARGEST_SHIFT: f64 = 4.0;
    let mut sum = Tails {
        below: 0.0,
        point: 0.0,
        above: 0.0,
    };
    for c in effects.normals() {
        let own = (null.tau * c.shift).clamp(-LARGEST_SHIFT, LARGEST_SHIFT);
        let spread = null.tau * null.tau * c.variance + null.mu_error * null.mu_error;
        let centre = null.mu + shift + direction.sign() * own;
        let part = tails(
            &predictive(kind, score, centre, spread, null.phi)?,
            score.observed,
        );
        sum.below += c.weight * part.below;
        sum.point += c.weight * part.point;
        sum.above += c.weight * part.above;
    }
    Some(sum)
}

fn takes_exact_tail(kind: Kind, score: &Score, null: &Null) -> bool {
    let fewest = match kind {
        Kind::Mean => return false,
        Kind::Rate => score.expected,
        Kind::Share => score.expected.min(score.denominator - score.expected),
    };
    let sampling = null.phi * score.sampling;
    score.exact
        || fewest < EXACT_POSSIBLE_BELOW && sampling > SAMPLING_MATTERS * null.tau * null.tau
}

/// A ratio on the scale of `d`, signed by the direction.
///
/// Means and rates: its log. Shares: the logit shift from the expected share p₀
/// to p₀ · ratio, held to [`LARGEST_PART_OF_REST`] of the way from p₀ to 1.
fn ratio_shift(kind: Kind, score: &Score, mu: f64, direction: Direction, ratio: f64) -> f64 {
    match (kind, direction) {
        (Kind::Rate | Kind::Mean, _) => direction.sign() * ratio.ln(),
        (Kind::Share, Direction::High) => {
            let typical = expit(expected_logit(score) + mu);
            let most = typical + LARGEST_PART_OF_REST * (1.0 - typical);
            logit((typical * ratio).min(most)) - logit(typical)
        }
        (Kind::Share, Direction::Low) => {
            let typical = expit(expected_logit(score) + mu);
            logit(typical / ratio) - logit(typical)
        }
    }
}

fn normal_score(tails: &Tails) -> f64 {
    let high = tails.mid_p(Direction::High);
    let low = tails.mid_p(Direction::Low);
    if high <= low {
        normal_quantile_above(high)
    } else {
        -normal_quantile_above(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::score::score;
    use crate::stats::standardise::Standardised;
    use crate::stats::tails::student_above;
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

    fn scored(kind: Kind, observed: f64, denominator: f64, expected: f64) -> Score {
        let entity = Standardised {
            observed,
            denominator,
            expected,
            ..Standardised::default()
        };
        score(kind, &entity).unwrap()
    }

    #[test]
    fn a_share_at_its_minimum_ratio_has_a_list_p_of_one_half() {
        let at = scored(Kind::Share, 3000.0, 10_000.0, 2000.0);
        let result = p_value(
            Kind::Share,
            &at,
            &null(0.2, 1.0),
            &Effects::normal(),
            Direction::High,
            1.5,
        )
        .unwrap();
        assert!((result.p_list - 0.5).abs() < 0.01, "{result:?}");
        assert!(result.p < 0.01);
    }

    #[test]
    fn where_the_ratio_is_out_of_reach_the_list_asks_for_half_of_the_rest() {
        // 1.5 × 0.9 is no share; half of the way from 0.9 to 1 is 0.95.
        let p = |observed: f64| {
            p_value(
                Kind::Share,
                &scored(Kind::Share, observed, 10_000.0, 9000.0),
                &null(0.05, 1.0),
                &Effects::normal(),
                Direction::High,
                1.5,
            )
            .unwrap()
        };
        assert!((p(9500.0).p_list - 0.5).abs() < 0.02 && p(9500.0).p < 1e-6);
        assert!(p(9400.0).p_list > 0.9 && p(9900.0).p_list < 1e-6);
    }

    #[test]
    fn a_least_share_is_asked_of_the_entity_alone() {
        let p = |observed: f64, expected: f64| {
            above_share(&scored(Kind::Share, observed, 20.0, expected), 1.0, 0.1).unwrap()
        };
        // P(X > 5) + P(X = 5) / 2 of a binomial of 20 at 0.1: scipy 1.17, binom.sf and binom.pmf.
        assert!(
            (p(5.0, 0.01) - 0.027_213_814_7).abs() < 1e-9,
            "{}",
            p(5.0, 0.01)
        );
        assert!((p(5.0, 0.01) - p(5.0, 9.0)).abs() < 1e-12);
        assert!(p(0.0, 1.0) > 0.9);
    }

    #[test]
    fn at_the_typical_noise_an_estimated_width_is_students() {
        let null = Null {
            tau2_variance: 2.0 * 0.05_f64.powi(2) / 12.0,
            ..null(0.2, 1.0)
        };
        let widths: Vec<Width> = Width::all(&null).collect();
        for t in [1.0, 3.0, 6.0] {
            let p = above(
                &null,
                &widths,
                &Effects::normal(),
                null.typical_variance,
                t * 0.05_f64.sqrt(),
            );
            let student = student_above(t, 12.0);
            assert!((p / student - 1.0).abs() < 0.01, "{t}: {p} {student}");
        }
    }

    #[test]
    fn a_large_entity_is_not_judged_as_if_its_width_could_be_anything() {
        // τ² is 0.005 ± 0.005 beside a typical noise of 0.02: a total of 0.025 known to a part of
        // five. Satterthwaite's two degrees of freedom would give 2e-3.
        let null = Null {
            tau2_variance: 0.005_f64.powi(2),
            typical_variance: 0.02,
            ..null(0.005_f64.sqrt(), 1.0)
        };
        let widths: Vec<Width> = Width::all(&null).collect();
        let p = above(
            &null,
            &widths,
            &Effects::normal(),
            1e-4,
            15.0 * 0.0051_f64.sqrt(),
        );
        assert!((1e-12..1e-5).contains(&p), "{p}");
        // Nor is the noise of its peers taken away: three of its own deviations are not enough.
        let near = above(
            &null,
            &widths,
            &Effects::normal(),
            1e-4,
            3.0 * 0.0051_f64.sqrt(),
        );
        assert!(near > 0.005, "{near}");
    }

    #[test]
    fn few_expected_events_take_the_exact_tail() {
        let at = scored(Kind::Rate, 3.0, 100.0, 0.5);
        let result = p_value(
            Kind::Rate,
            &at,
            &null(0.0, 1.0),
            &Effects::normal(),
            Direction::High,
            1.0,
        )
        .unwrap();
        // Poisson(0.5): P(X > 3) + P(X = 3) / 2.
        let point = (-0.5_f64).exp() / 48.0;
        let beyond = 1.0 - (-0.5_f64).exp() * (1.0 + 0.5 + 0.125 + 0.125 / 6.0);
        assert!((result.p - (beyond + point / 2.0)).abs() < 1e-12);
        assert!(result.exact && result.z > 2.0);
        assert!((result.randomised(1.0) - beyond - point).abs() < 1e-12);
    }

    #[test]
    fn exact_and_normal_tails_meet() {
        for kind in [Kind::Rate, Kind::Share] {
            for observed in [30.0, 60.0, 90.0, 120.0] {
                let normal = scored(kind, observed, 1000.0, 60.0);
                let exact = Score {
                    exact: true,
                    ..normal
                };
                let p = |s| {
                    p_value(
                        kind,
                        s,
                        &null(0.3, 1.0),
                        &Effects::normal(),
                        Direction::High,
                        1.0,
                    )
                    .unwrap()
                    .p
                };
                let ratio = p(&normal) / p(&exact);
                assert!((0.6..1.7).contains(&ratio), "{kind:?} {observed}: {ratio}");
            }
        }
    }

    #[test]
    fn a_ratio_below_one_is_refused() {
        let at = scored(Kind::Rate, 3.0, 100.0, 0.5);
        let result = p_value(
            Kind::Rate,
            &at,
            &null(0.1, 1.0),
            &Effects::normal(),
            Direction::High,
            0.9,
        );
        assert_eq!(result, Err(Skip::NonFinite));
    }

    proptest! {
        #[test]
        fn more_events_are_never_less_unusual(
            n in 20..500_u32, share in 0.01..0.95_f64, at in 0.0..0.99_f64,
            tau in 0.0..0.8_f64, phi in 1.0..3.0_f64, ratio in 1.0..2.0_f64,
        ) {
            let n = f64::from(n);
            let k = (n * at).floor();
            let p = |k| p_value(
                Kind::Share, &scored(Kind::Share, k, n, n * share), &null(tau, phi),
                &Effects::normal(), Direction::High, ratio,
            ).unwrap();
            let (fewer, more) = (p(k), p(k + 1.0));
            prop_assert!(more.p_list >= more.p);
            if fewer.exact {
                prop_assert!(more.p <= fewer.p * (1.0 + 1e-9) + 1e-12);
                prop_assert!(more.p_list <= fewer.p_list * (1.0 + 1e-9) + 1e-12);
            }
        }
    }
}
