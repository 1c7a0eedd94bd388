//! From many tests to a list: combination and false discovery rates.

use super::tails::SMALLEST_P;

/// A p above this is taken as this in a combination, so that one near 1 cannot
/// cancel a small one (Fang, Chang, Park & Tseng, *Heavy-tailed distribution for
/// combining dependent p-values with asymptotic robustness*, 2023).
pub const TRUNCATED_AT: f64 = 0.99;

/// The same where tests of a minimum effect are combined: seven p near 1, as
/// these are, still made three in a hundred of one in a thousand at 0.99. It costs
/// less than a tenth of the level at 1 % and below, and bends the p of the middle,
/// which no list asks for.
pub const EFFECTS_TRUNCATED_AT: f64 = 0.9;

/// A p above this is discarded by [`minimum_effect_q`].
pub const DISCARDED_ABOVE: f64 = 0.5;

/// By how much plain Benjamini–Hochberg may be exceeded by [`minimum_effect_q`]:
/// at a level of 5 % the false discovery rate is at most 15 % whatever the p of
/// honest entities are like, as long as they are p-values.
pub const PLAIN_FACTOR: f64 = 3.0;

/// Benjamini–Hochberg q-values (1995), in the order of `p`.
///
/// `q_i` is the smallest level at which i is selected: p below it is selected at
/// that false discovery rate. A NaN counts as 1.
///
/// ```
/// # use claimhound::stats::multiplicity::benjamini_hochberg;
/// let q = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.5]);
/// assert!((q[0] - 0.04).abs() < 1e-15);
/// assert!((q[1] - 0.16 / 3.0).abs() < 1e-15); // as its larger neighbour
/// assert!((q[2] - 0.16 / 3.0).abs() < 1e-15);
/// ```
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    benjamini_hochberg_among(p, p.len() as u64)
}

/// The same where only the smallest of `tests` p-values are at hand: the q-values
/// of those given, none of the others being smaller than any of them that is
/// selected. Where pairs are tested nearly all have nothing to show, and need not
/// be written down to be counted.
///
/// ```
/// # use claimhound::stats::multiplicity::benjamini_hochberg_among;
/// let q = benjamini_hochberg_among(&[0.001, 0.002], 100);
/// assert!((q[0] - 0.1).abs() < 1e-12 && (q[1] - 0.1).abs() < 1e-12);
/// ```
pub fn benjamini_hochberg_among(p: &[f64], tests: u64) -> Vec<f64> {
    let tests = tests.max(p.len() as u64) as f64;
    let mut order: Vec<(f64, usize)> = p.iter().map(|&p| tidy(p)).zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut q = vec![1.0; p.len()];
    let mut smallest = 1.0_f64;
    for (rank, &(p, index)) in order.iter().enumerate().rev() {
        // Never below p itself, which rounding at the last rank could bring.
        smallest = smallest.min((p * (tests / (rank as f64 + 1.0))).max(p).min(1.0));
        q[index] = smallest;
    }
    q
}

/// q-values of tests of a minimum effect, in the order of `p`: Benjamini–Hochberg's
/// after discarding, but no less than [`PLAIN_FACTOR`] times below the plain ones.
///
/// Discarding (Zhao, Small & Su, *Multiple testing when many p-values are uniformly
/// conservative*, JASA 2019): only p ≤ [`DISCARDED_ABOVE`] are tested, each divided
/// by it; the q of the others is 1. Tests of a minimum effect are conservative
/// wherever the effect is smaller: of a thousand honest entities nearly all lie
/// close to 1, and counting them all spends the level on questions that nobody
/// had. It holds the false discovery rate where a null p, once it is ≤ x, is no
/// smaller than uniform on (0, x), as within the hypothesis of a one-sided test
/// with a monotone likelihood ratio. Heavy tails have none, so plain
/// Benjamini–Hochberg stands behind it.
///
/// ```
/// # use claimhound::stats::multiplicity::{benjamini_hochberg, minimum_effect_q};
/// let q = minimum_effect_q(&[0.01, 0.9, 0.99, 0.2]);
/// assert_eq!([q[0], q[3]], benjamini_hochberg(&[0.02, 0.4])[..]);
/// assert_eq!([q[1], q[2]], [1.0, 1.0]);
/// let mut many = vec![1.0; 99];
/// many.push(0.001);
/// assert!((minimum_effect_q(&many)[99] - 0.1 / 3.0).abs() < 1e-15);
/// ```
pub fn minimum_effect_q(p: &[f64]) -> Vec<f64> {
    let is_kept = |p: &f64| *p <= DISCARDED_ABOVE;
    let kept: Vec<f64> = p
        .iter()
        .copied()
        .filter(is_kept)
        .map(|p| p / DISCARDED_ABOVE)
        .collect();
    let mut q = benjamini_hochberg(&kept).into_iter();
    let plain = benjamini_hochberg(p);
    let of = |(p, plain): (&f64, f64)| {
        let after = is_kept(p).then(|| q.next()).flatten().unwrap_or(1.0);
        after.max(plain / PLAIN_FACTOR)
    };
    p.iter().zip(plain).map(of).collect()
}

/// Level for choosing findings within the selected entities so that the average
/// false discovery proportion over these stays at `level`: level · R / m
/// (Benjamini & Bogomolov, *Selective inference on multiple families*, 2014).
pub fn benjamini_bogomolov(level: f64, selected: usize, tested: usize) -> f64 {
    if tested == 0 {
        0.0
    } else {
        level * selected as f64 / tested as f64
    }
}

/// Truncated Cauchy combination of p-values under any dependence (ACAT: Liu &
/// Xie 2020), each truncated at `truncated_at`: [`TRUNCATED_AT`] or
/// [`EFFECTS_TRUNCATED_AT`].
///
/// `T = Σ w_i cot(π p_i)`, `p = arccot(T) / π`, with the weights scaled to 1; these
/// are at least 0. `None` where there is nothing to combine or the lengths
/// differ. Exact for a single p below the truncation, and to rounding for p
/// down to 1e-300.
///
/// ```
/// # use claimhound::stats::multiplicity::{TRUNCATED_AT, cauchy_combination};
/// let p = cauchy_combination(&[1e-300, 1.0], &[1.0, 1.0], TRUNCATED_AT).unwrap();
/// assert!((p / 2e-300 - 1.0).abs() < 1e-12);
/// ```
pub fn cauchy_combination(p: &[f64], weights: &[f64], truncated_at: f64) -> Option<f64> {
    let total: f64 = weights.iter().sum();
    let usable = weights.iter().all(|w| *w >= 0.0) && total > 0.0 && total.is_finite();
    if p.len() != weights.len() || !usable {
        return None;
    }
    let statistic: f64 = p
        .iter()
        .zip(weights)
        .map(|(&p, w)| w / total * cotangent(tidy(p).min(truncated_at)))
        .sum();
    Some((1.0_f64.atan2(statistic) / std::f64::consts::PI).max(SMALLEST_P))
}

/// cot(π p).
fn cotangent(p: f64) -> f64 {
    1.0 / (std::f64::consts::PI * p.max(SMALLEST_P)).tan()
}

fn tidy(p: f64) -> f64 {
    if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::draws::Draws;
    use crate::stats::tails::normal_above;
    use proptest::prelude::*;

    #[test]
    fn nothing_to_combine_is_none() {
        assert_eq!(cauchy_combination(&[], &[], TRUNCATED_AT), None);
        assert_eq!(cauchy_combination(&[0.1], &[0.0], TRUNCATED_AT), None);
        assert_eq!(cauchy_combination(&[0.1], &[1.0, 1.0], TRUNCATED_AT), None);
        assert_eq!(
            cauchy_combination(&[0.1, 0.2], &[-1.0, 2.0], TRUNCATED_AT),
            None
        );
    }

    #[test]
    fn a_p_of_one_does_not_cancel_a_small_one() {
        let combined = cauchy_combination(&[1e-4, 1.0, 1.0], &[1.0; 3], TRUNCATED_AT).unwrap();
        assert!(combined < 4e-4, "{combined}");
    }

    #[test]
    fn truncation_costs_next_to_no_level() {
        // Sixty independent p-values: at the nominal 5 % and 1 %.
        let mut draws = Draws::new(8);
        let weights = [1.0; 60];
        let combined: Vec<f64> = (0..20_000)
            .map(|_| {
                let p: Vec<f64> = weights.iter().map(|_| draws.uniform()).collect();
                cauchy_combination(&p, &weights, EFFECTS_TRUNCATED_AT).unwrap()
            })
            .collect();
        for (level, most) in [(0.05, 0.065), (0.01, 0.0125)] {
            let part = combined.iter().filter(|p| **p < level).count() as f64 / 20_000.0;
            assert!(part > 0.8 * level && part < most, "{part} at {level}");
        }
    }

    #[test]
    fn the_level_holds_and_more_is_found_among_the_conservative() {
        // Normal tests of a mean of at most 0: honest means lie at 0, or well below it.
        let mut draws = Draws::new(9);
        for (honest_mean, least_gain) in [(0.0, 0.9), (-2.0, 1.2)] {
            let (mut false_part, mut found) = (0.0, [0.0, 0.0]);
            for _ in 0..400 {
                let z: Vec<f64> = (0..300)
                    .map(|i| draws.normal() + if i < 15 { 3.0 } else { honest_mean })
                    .collect();
                let p: Vec<f64> = z.iter().map(|z| normal_above(*z)).collect();
                for (found, q) in found
                    .iter_mut()
                    .zip([benjamini_hochberg(&p), minimum_effect_q(&p)])
                {
                    *found += q[..15].iter().filter(|q| **q <= 0.1).count() as f64;
                }
                let listed = minimum_effect_q(&p)
                    .iter()
                    .map(|q| *q <= 0.1)
                    .collect::<Vec<_>>();
                let (right, all) = (listed[..15].iter(), listed.iter());
                let count = |l: &mut dyn Iterator<Item = &bool>| l.filter(|x| **x).count() as f64;
                let all = count(&mut all.into_iter());
                false_part += (all - count(&mut right.into_iter())) / all.max(1.0) / 400.0;
            }
            assert!(false_part <= 0.11, "{honest_mean}: {false_part}");
            let gain = found[1] / found[0];
            assert!(gain > least_gain, "{honest_mean}: {found:?}");
        }
    }

    #[test]
    fn the_within_level_follows_the_selected_part() {
        assert!((benjamini_bogomolov(0.05, 20, 400) - 0.0025).abs() < 1e-18);
        assert!(benjamini_bogomolov(0.05, 0, 0).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn q_is_at_least_p_and_in_its_order(p in proptest::collection::vec(0.0..=1.0_f64, 1..80)) {
            let q = benjamini_hochberg(&p);
            for i in 0..p.len() {
                prop_assert!(q[i] >= p[i] && q[i] <= 1.0);
                for j in 0..p.len() {
                    prop_assert!(p[i] > p[j] || q[i] <= q[j]);
                }
            }
        }

        #[test]
        fn q_is_the_step_up_rule(p in proptest::collection::vec(0.0..=1.0_f64, 1..40), level in 0.01..0.5_f64) {
            let mut sorted = p.clone();
            sorted.sort_by(f64::total_cmp);
            let tests = p.len() as f64;
            let cut = sorted.iter().zip(1..)
                .filter(|(p, rank)| **p <= level * f64::from(*rank) / tests)
                .map(|(p, _)| *p).last();
            for (p, q) in p.iter().zip(benjamini_hochberg(&p)) {
                if (q - level).abs() > 1e-12 {
                    prop_assert_eq!(q <= level, cut.is_some_and(|cut| *p <= cut));
                }
            }
        }

        #[test]
        fn one_p_comes_back(exponent in 0.01..290.0_f64) {
            let p = 10.0_f64.powf(-exponent);
            let combined = cauchy_combination(&[p], &[3.0], TRUNCATED_AT).unwrap();
            prop_assert!((combined / p.min(TRUNCATED_AT) - 1.0).abs() < 1e-12);
        }

        #[test]
        fn smaller_inputs_never_raise_the_result(
            p in proptest::collection::vec(1e-12..1.0_f64, 2..10), factor in 0.01..1.0_f64,
        ) {
            let weights = vec![1.0; p.len()];
            let before = cauchy_combination(&p, &weights, EFFECTS_TRUNCATED_AT).unwrap();
            let mut less = p.clone();
            less[0] *= factor;
            prop_assert!(cauchy_combination(&less, &weights, EFFECTS_TRUNCATED_AT).unwrap() <= before * (1.0 + 1e-12));
        }
    }
}
