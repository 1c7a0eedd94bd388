//! From many tests to a list: combination and false discovery rates.

use super::tails::SMALLEST_P;

/// A p above this is taken as this in a combination, so that one near 1 cannot
/// cancel a small one (Fang, Chang, Park & Tseng, *Heavy-tailed distribution for
/// combining dependent p-values with asymptotic robustness*, 2023).
pub const TRUNCATED_AT: f64 = 0.99;

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
    let tests = p.len() as f64;
    let mut order: Vec<(f64, usize)> = p.iter().map(|&p| tidy(p)).zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut q = vec![1.0; p.len()];
    let mut smallest = 1.0_f64;
    for (rank, &(p, index)) in order.iter().enumerate().rev() {
        // Never below p itself, which rounding at the last rank could bring.
        smallest = smallest.min((p * (tests / (rank as f64 + 1.0))).max(p));
        q[index] = smallest;
    }
    q
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
/// Xie 2020), each truncated at [`TRUNCATED_AT`].
///
/// `T = Σ w_i cot(π p_i)`, `p = arccot(T) / π`, with the weights scaled to 1; these
/// are at least 0. `None` where there is nothing to combine or the lengths
/// differ. Exact for a single p below the truncation, and to rounding for p
/// down to 1e-300.
///
/// ```
/// # use claimhound::stats::multiplicity::cauchy_combination;
/// let p = cauchy_combination(&[1e-300, 1.0], &[1.0, 1.0]).unwrap();
/// assert!((p / 2e-300 - 1.0).abs() < 1e-12);
/// ```
pub fn cauchy_combination(p: &[f64], weights: &[f64]) -> Option<f64> {
    let total: f64 = weights.iter().sum();
    let usable = weights.iter().all(|w| *w >= 0.0) && total > 0.0 && total.is_finite();
    if p.len() != weights.len() || !usable {
        return None;
    }
    let statistic: f64 = p
        .iter()
        .zip(weights)
        .map(|(&p, w)| w / total * cotangent(tidy(p)))
        .sum();
    Some((1.0_f64.atan2(statistic) / std::f64::consts::PI).max(SMALLEST_P))
}

/// cot(π p) of a truncated p.
fn cotangent(p: f64) -> f64 {
    1.0 / (std::f64::consts::PI * p.clamp(SMALLEST_P, TRUNCATED_AT)).tan()
}

fn tidy(p: f64) -> f64 {
    if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::draws::Draws;
    use proptest::prelude::*;

    #[test]
    fn nothing_to_combine_is_none() {
        assert_eq!(cauchy_combination(&[], &[]), None);
        assert_eq!(cauchy_combination(&[0.1], &[0.0]), None);
        assert_eq!(cauchy_combination(&[0.1], &[1.0, 1.0]), None);
        assert_eq!(cauchy_combination(&[0.1, 0.2], &[-1.0, 2.0]), None);
    }

    #[test]
    fn a_p_of_one_does_not_cancel_a_small_one() {
        let combined = cauchy_combination(&[1e-4, 1.0, 1.0], &[1.0; 3]).unwrap();
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
                cauchy_combination(&p, &weights).unwrap()
            })
            .collect();
        for (level, most) in [(0.05, 0.06), (0.01, 0.0125)] {
            let part = combined.iter().filter(|p| **p < level).count() as f64 / 20_000.0;
            assert!(part > 0.8 * level && part < most, "{part} at {level}");
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
            let combined = cauchy_combination(&[p], &[3.0]).unwrap();
            prop_assert!((combined / p.min(TRUNCATED_AT) - 1.0).abs() < 1e-12);
        }

        #[test]
        fn smaller_inputs_never_raise_the_result(
            p in proptest::collection::vec(1e-12..1.0_f64, 2..10), factor in 0.01..1.0_f64,
        ) {
            let weights = vec![1.0; p.len()];
            let before = cauchy_combination(&p, &weights).unwrap();
            let mut less = p.clone();
            less[0] *= factor;
            prop_assert!(cauchy_combination(&less, &weights).unwrap() <= before * (1.0 + 1e-12));
        }
    }
}
