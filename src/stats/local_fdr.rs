//! How probable it is that one entity, at its own p, is null.

use super::tails::SMALLEST_P;

/// p-values above this are left out of the fit: tests of a minimum effect pile
/// up near 1, which says nothing about the small ones.
pub const FITTED_BELOW: f64 = 0.5;

/// Pseudo-observations of the uniform part, so that a handful of p-values
/// cannot make the null vanish.
const PSEUDO_NULLS: f64 = 1.0;

/// A decreasing density of p: uniform part λ, and a p^(a − 1) with a < 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mixture {
    /// λ: weight of the uniform part among p ≤ [`FITTED_BELOW`].
    pub uniform: f64,
    /// a: shape of the rest; the smaller, the more of it lies near 0.
    pub exponent: f64,
}

impl Mixture {
    /// Fits the beta–uniform mixture by expectation and maximisation (Pounds &
    /// Morris, *Estimating the occurrence of false positives and false negatives
    /// in microarray studies*, 2003) to the p-values of all tested entities.
    pub fn fit(p: &[f64]) -> Self {
        const ROUNDS: usize = 2000;
        const SETTLED: f64 = 1e-9;
        let logs: Vec<f64> = p
            .iter()
            .filter(|p| **p <= FITTED_BELOW)
            .map(|p| (p.max(SMALLEST_P) / FITTED_BELOW).ln())
            .collect();
        let mut here = Self {
            uniform: 0.9,
            exponent: 0.2,
        };
        for _ in 0..ROUNDS {
            let (mut uniform, mut rest, mut rest_log) = (PSEUDO_NULLS, 0.0, 0.0);
            for log in &logs {
                let responsible = here.uniform / here.density(*log);
                uniform += responsible;
                rest += 1.0 - responsible;
                rest_log -= (1.0 - responsible) * log;
            }
            let exponent = if rest_log > 0.0 {
                (rest / rest_log).clamp(1e-3, 1.0)
            } else {
                1.0
            };
            let next = Self {
                uniform: uniform / (uniform + rest),
                exponent,
            };
            let moved = (next.uniform - here.uniform).abs() + (next.exponent - here.exponent).abs();
            here = next;
            if moved < SETTLED {
                break;
            }
        }
        here
    }

    /// Local false discovery rate at p: the largest uniform part the density
    /// allows over the density, so never smaller for a larger p, and 1 from
    /// [`FITTED_BELOW`] on.
    pub fn local_fdr(&self, p: f64) -> f64 {
        if p.is_nan() || p >= FITTED_BELOW {
            return 1.0;
        }
        let log = (p.max(SMALLEST_P) / FITTED_BELOW).ln();
        (self.density(0.0) / self.density(log)).min(1.0)
    }

    fn density(&self, log: f64) -> f64 {
        self.uniform + (1.0 - self.uniform) * self.exponent * ((self.exponent - 1.0) * log).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::draws::Draws;
    use crate::stats::tails::normal_above;
    use proptest::prelude::*;

    #[test]
    fn among_nulls_alone_nothing_looks_real() {
        let mut draws = Draws::new(3);
        for _ in 0..20 {
            let p: Vec<f64> = (0..2000).map(|_| draws.uniform()).collect();
            let smallest = p.iter().copied().fold(1.0, f64::min);
            assert!(Mixture::fit(&p).local_fdr(smallest) > 0.2);
        }
    }

    #[test]
    fn one_overwhelming_case_stands_out() {
        let mut draws = Draws::new(4);
        let mut p: Vec<f64> = (0..2000).map(|_| draws.uniform()).collect();
        p.push(1e-30);
        let mixture = Mixture::fit(&p);
        assert!(mixture.local_fdr(1e-30) < 1e-6);
        assert!(mixture.local_fdr(0.01) > 0.9);
    }

    #[test]
    fn the_rate_is_about_right_for_shifted_normals() {
        let mut draws = Draws::new(5);
        let z: Vec<(f64, bool)> = (0..20_000)
            .map(|i| {
                if i % 10 == 0 {
                    (draws.normal() + 3.0, true)
                } else {
                    (draws.normal(), false)
                }
            })
            .collect();
        let p: Vec<f64> = z.iter().map(|(z, _)| normal_above(*z)).collect();
        let mixture = Mixture::fit(&p);
        // Band of z around 2.5: true local rate from the densities.
        let truth = {
            let density = |z: f64| (-0.5 * z * z).exp();
            0.9 * density(2.5) / (0.9 * density(2.5) + 0.1 * density(-0.5))
        };
        let fitted = mixture.local_fdr(normal_above(2.5));
        assert!((fitted - truth).abs() < 0.15, "{fitted} {truth}");
    }

    #[test]
    fn a_pile_near_one_does_not_hide_the_rest() {
        let mut p = vec![0.999; 5000];
        p.extend((1..=100).map(|i| f64::from(i) / 200.0));
        p.extend([1e-8, 1e-9, 1e-10]);
        assert!(Mixture::fit(&p).local_fdr(1e-8) < 0.01);
    }

    proptest! {
        #[test]
        fn the_rate_rises_with_p(p in proptest::collection::vec(0.0..=1.0_f64, 0..100)) {
            let mixture = Mixture::fit(&p);
            let mut sorted = p.clone();
            sorted.sort_by(f64::total_cmp);
            let rates: Vec<f64> = sorted.iter().map(|p| mixture.local_fdr(*p)).collect();
            prop_assert!(rates.iter().all(|r| (0.0..=1.0).contains(r)));
            prop_assert!(rates.windows(2).all(|pair| pair[0] <= pair[1]));
        }
    }
}
