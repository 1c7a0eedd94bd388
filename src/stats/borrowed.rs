//! Nulls of groups that cannot tell how widely their entities differ, and borrow that from the other
//! groups of their measure.

use super::between::Common;
use super::kind::Kind;
use super::null::{MIN_SCORED, MODERATE, Null, all_finite, settle, start};
use super::scale::median;
use super::score::Score;
use super::skip::Skip;
use super::truncated::Law;

/// Scored entities that a centre of their own needs: its standard error is then a third of one
/// entity's standard deviation, which widens their null by a twentieth.
pub const MIN_CENTRED: usize = 15;

/// Part of a small group that must lie where the borrowed width has its centre, the window of
/// ±1.96 in which 95 % of an honest group lie and 80 % of one in which 15 % are unusual, the most that
/// is asked of a null. Where fewer do, the group is of two kinds, and one would be judged by the other.
pub const LEAST_INSIDE: f64 = 0.75;

/// Part of a group that may show events for [`none_seen`] to say something of the
/// others: honest groups have no more than this that is unusual.
pub const MOST_SEEN: f64 = 0.1;

/// Events that a group may be expected to have in all and show none, at 95 %
/// (the rule of three: Hanley & Lippman-Hand, *If nothing goes wrong, is
/// everything all right?*, JAMA 1983).
const RULE_OF_THREE: f64 = 3.0;

/// The null of a group too small for a width of its own: its centre, by the same likelihood as
/// [`super::null::fit`], at the width that the measure's groups have in common. The error of the
/// centre, and how differently groups are wide, are in the null. So is the design effect of the
/// others where it is larger than its own, which few entities tell badly.
///
/// # Errors
/// [`Skip::TooFew`] below [`MIN_CENTRED`]; [`Skip::OtherWidth`] where the borrowed width does not hold
/// [`LEAST_INSIDE`] of the group; else as [`super::null::fit`].
pub fn centred(kind: Kind, scores: &[Score], phi: f64, common: &Common) -> Result<Null, Skip> {
    let null = at_common_width(kind, scores, phi, common)?;
    let (inside, scored) = (null.used, null.scored);
    if (inside as f64) < LEAST_INSIDE * scored as f64 {
        return Err(Skip::OtherWidth { inside, scored });
    }
    Ok(null)
}

/// [`centred`] for any group, however many of it lie within the width.
fn at_common_width(kind: Kind, scores: &[Score], phi: f64, common: &Common) -> Result<Null, Skip> {
    if scores.len() < MIN_CENTRED {
        return Err(Skip::TooFew {
            found: scores.len(),
            needed: MIN_CENTRED,
        });
    }
    all_finite(scores, phi)?;
    let phi = phi.max(common.phi).max(1.0);
    let fitted: Vec<&Score> = scores.iter().collect();
    let d: Vec<f64> = scores.iter().map(|s| s.d).collect();
    let variances: Vec<f64> = scores.iter().map(|s| s.variance(phi)).collect();
    let typical_variance = median(&variances).ok_or(Skip::NonFinite)?;
    let from = start(&fitted, &d, typical_variance, phi).ok_or(Skip::NoSpread)?;
    let mut law = Law {
        tau: common.tau(),
        ..from
    };
    let settled = settle(kind, &fitted, &mut law, typical_variance, false)?;
    Ok(Null {
        mu: law.mu,
        tau: law.tau,
        phi,
        proportion: settled.proportion(kind, &law),
        mu_error: settled.mu_error,
        tau2_variance: common.variance_of_another(),
        typical_variance,
        scored: scores.len(),
        used: settled.used(),
        iterations: settled.rounds,
    })
}

/// The null of a group of counts in which next to nobody shows an event.
///
/// The events of at most [`MOST_SEEN`] of it say nothing of the others, whose
/// centre is only known to lie below what the rule of three allows: there it is
/// taken. How widely they differ cannot be told; `used` is 0, and
/// [`super::between::shrink_tau`] gives them what other groups show. Where more of
/// the group has events, or nobody, `None`.
///
/// One provider in ten that honestly does what nobody else does would be far out
/// under this null. It is for measures that also ask for a least share.
pub fn none_seen(kind: Kind, scores: &[Score], phi: f64) -> Option<Null> {
    let without: Vec<&Score> = scores.iter().filter(|s| s.observed <= 0.0).collect();
    let seen = scores.len() - without.len();
    let expected: f64 = without.iter().map(|s| s.expected).sum();
    let few = scores.len() >= MIN_SCORED && seen as f64 <= MOST_SEEN * scores.len() as f64;
    let phi = phi.max(1.0);
    let variances: Vec<f64> = scores.iter().map(|s| s.variance(phi)).collect();
    let typical_variance = median(&variances).filter(|v| v.is_finite())?;
    (kind != Kind::Mean && few && expected > 0.0).then(|| Null {
        mu: (RULE_OF_THREE / expected).ln().min(0.0),
        tau: MODERATE,
        phi,
        proportion: without.len() as f64 / scores.len() as f64,
        mu_error: 0.0,
        tau2_variance: 2.0 * MODERATE.powi(4),
        typical_variance,
        scored: scores.len(),
        used: 0,
        iterations: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::between::common;
    use crate::stats::draws::Draws;
    use crate::stats::null;
    use crate::stats::p_value::p_value;
    use crate::stats::shape::Effects;
    use crate::stats::standardise::Standardised;
    use crate::stats::{Direction, score};

    const TAU: f64 = 0.4;

    /// Honest means about `centre`, the first `unusual` of them far above.
    fn means(n: usize, centre: f64, unusual: usize, draws: &mut Draws) -> Vec<Score> {
        let one = |i: usize| {
            let own = if i < unusual { 5.0 } else { 0.0 };
            let sampling = 0.02 + 0.1 * draws.uniform();
            Score {
                observed: 0.0,
                denominator: 1.0,
                expected: 0.0,
                d: centre + own + TAU * draws.normal() + sampling.sqrt() * draws.normal(),
                sampling,
                carried: 0.0,
                exact: false,
            }
        };
        (0..n).map(one).collect()
    }

    fn of_four_groups(draws: &mut Draws) -> Common {
        let fits: Vec<Null> = (0..4)
            .map(|_| null::fit(Kind::Mean, &means(100, 0.0, 5, draws), 1.0).expect("a fit"))
            .collect();
        common(&fits).expect("four groups")
    }

    #[test]
    fn honest_members_of_small_groups_are_unusual_as_often_as_they_should() {
        let (mut below, mut all, mut refused) = ([0.0; 2], 0.0, 0);
        for seed in 0..400 {
            let mut draws = Draws::new(seed);
            let common = of_four_groups(&mut draws);
            // Two of eighteen are unusual, and the honest lie elsewhere than other groups.
            let scores = means(18, 0.7, 2, &mut draws);
            let null = at_common_width(Kind::Mean, &scores, 1.0, &common).expect("a null");
            refused += usize::from(centred(Kind::Mean, &scores, 1.0, &common).is_err());
            for score in &scores[2..] {
                let normal = Effects::normal();
                let p = p_value(Kind::Mean, score, &null, &normal, Direction::High, 1.0);
                let p = p.expect("a p").p;
                all += 1.0;
                below[0] += f64::from(u8::from(p < 0.05));
                below[1] += f64::from(u8::from(p < 0.01));
            }
        }
        let part = below.map(|count| count / all);
        assert!((0.035..0.06).contains(&part[0]), "{part:?}");
        assert!((0.005..0.015).contains(&part[1]), "{part:?}");
        // Two of eighteen beyond the window are no second kind.
        assert!(refused <= 40, "{refused} of 400 refused");
    }

    #[test]
    fn shares_of_small_groups_have_their_centre() {
        let mut draws = Draws::new(7);
        let common = of_four_groups(&mut draws);
        let scores: Vec<Score> = (0..25)
            .map(|_| {
                let logit = -2.0 + TAU * draws.normal();
                let share = 1.0 / (1.0 + f64::exp(-logit));
                let hits = (0..40).filter(|_| draws.uniform() < share).count();
                let entity = Standardised {
                    observed: hits as f64,
                    denominator: 40.0,
                    expected: 4.0,
                    ..Standardised::default()
                };
                score::score(Kind::Share, &entity).expect("a score")
            })
            .collect();
        let null = centred(Kind::Share, &scores, 1.0, &common).expect("a null");
        // logit 4/40 is −2.197, so the centre is 0.197 above what was expected.
        assert!((null.mu - 0.197).abs() < 3.0 * null.mu_error, "{null:?}");
        assert!((0.05..0.25).contains(&null.mu_error), "{null:?}");
        assert!((null.tau - TAU).abs() < 0.1, "{null:?}");
    }

    #[test]
    fn a_group_of_two_kinds_is_not_judged() {
        let mut draws = Draws::new(11);
        let common = of_four_groups(&mut draws);
        // Eleven who see a member once beside twelve who treat for months: neither are unusual.
        let skip = centred(Kind::Mean, &means(23, 0.0, 11, &mut draws), 1.0, &common);
        assert!(
            matches!(skip, Err(Skip::OtherWidth { inside, scored: 23 }) if inside <= 12),
            "{skip:?}"
        );
        assert!(centred(Kind::Mean, &means(23, 0.0, 3, &mut draws), 1.0, &common).is_ok());
    }

    #[test]
    fn fifteen_are_needed() {
        let mut draws = Draws::new(3);
        let common = of_four_groups(&mut draws);
        let scores = means(14, 0.0, 0, &mut draws);
        let needed = MIN_CENTRED;
        assert_eq!(
            centred(Kind::Mean, &scores, 1.0, &common),
            Err(Skip::TooFew { found: 14, needed })
        );
    }

    /// 60 peers that expect one event each.
    fn counts(with_events: usize) -> Vec<Score> {
        let one = |i: usize| Score {
            observed: if i < with_events { 20.0 } else { 0.0 },
            denominator: 50.0,
            expected: 1.0,
            d: 0.0,
            sampling: 1.0,
            carried: 0.0,
            exact: true,
        };
        (0..60).map(one).collect()
    }

    #[test]
    fn where_nobody_shows_an_event_the_centre_is_its_upper_limit() {
        let null = none_seen(Kind::Share, &counts(6), 1.0).expect("a null");
        // 54 peers without one expect 3 in all at most, 3/54 each, where each now expects one.
        assert!((null.mu - (3.0_f64 / 54.0).ln()).abs() < 1e-12);
        assert!((null.proportion - 0.9).abs() < 1e-12 && null.used == 0);
        assert!(none_seen(Kind::Share, &counts(7), 1.0).is_none());
        assert!(none_seen(Kind::Mean, &counts(6), 1.0).is_none());
        assert!(none_seen(Kind::Share, &counts(1)[..29], 1.0).is_none());
    }
}
