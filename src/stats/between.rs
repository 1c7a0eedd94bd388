//! Sharing τ between peer groups.

use super::null::Null;
use super::scale::median;

/// Part of a full sample's information on τ² that is left after the fit has
/// censored everything outside the window and estimated the null proportion:
/// from the expected second derivatives of the censored likelihood
/// (0.368 with the window at ±1.96).
pub const CENSORED_EFFICIENCY: f64 = 0.37;

/// Groups below which a variance between them cannot be told.
const MIN_GROUPS: usize = 3;

/// Rounds of the fixed point for the variance between groups; it contracts
/// quickly and each costs one pass over the groups.
const ROUNDS: usize = 100;

/// Pulls each group's τ² towards the groups' common value, the more the fewer
/// entities stand behind it (empirical Bayes, normal–normal with the between
/// variance of Paule & Mandel 1982). Everything else stays as fitted.
///
/// The error of τ² is taken at the common value, 2 (m + φ s²)² / effective
/// number: taken at its own value, a group that happened to show no spread
/// would seem to know so precisely.
///
/// Fits of one measure over its peer groups, in key order; fewer than three
/// groups are returned as they are. Groups that know nothing of τ (`used` is 0)
/// have no say and get the common value.
pub fn shrink_tau(fits: &[Null]) -> Vec<Null> {
    let telling = telling(fits);
    if telling.len() < MIN_GROUPS {
        return fits.to_vec();
    }
    let (shared, common) = shrink_telling(&telling);
    let mut shared = shared.into_iter();
    fits.iter()
        .map(|f| {
            let own = (f.used > 0).then(|| shared.next()).flatten();
            own.unwrap_or(Null {
                tau: common.tau(),
                tau2_variance: common.variance_of_another(),
                ..*f
            })
        })
        .collect()
}

/// What the groups of a measure have in common; `None` of fewer than three that tell.
pub fn common(fits: &[Null]) -> Option<Common> {
    let telling = telling(fits);
    (telling.len() >= MIN_GROUPS).then(|| shrink_telling(&telling).1)
}

fn telling(fits: &[Null]) -> Vec<Null> {
    fits.iter().filter(|f| f.used > 0).copied().collect()
}

/// The groups' common value of τ², the variance between them, and that of the value.
#[derive(Debug, Clone, Copy)]
pub struct Common {
    tau2: f64,
    between: f64,
    variance: f64,
    /// Median design effect.
    pub phi: f64,
}

impl Common {
    pub fn tau(&self) -> f64 {
        self.tau2.max(0.0).sqrt()
    }

    /// Variance of the τ² of a group that says nothing of it, about the common value.
    pub fn variance_of_another(&self) -> f64 {
        self.between + self.variance
    }
}

fn shrink_telling(fits: &[Null]) -> (Vec<Null>, Common) {
    let tau2: Vec<f64> = fits.iter().map(|f| f.tau * f.tau).collect();
    let numbers: Vec<f64> = fits
        .iter()
        .map(|f| CENSORED_EFFICIENCY * f.scored.max(1) as f64)
        .collect();
    let mut common = weighted_mean(&tau2, &numbers);
    let mut between = 0.0;
    let mut errors = vec![0.0; fits.len()];
    for _ in 0..ROUNDS {
        for ((error, fit), number) in errors.iter_mut().zip(fits).zip(&numbers) {
            *error = 2.0 * (common + fit.typical_variance).powi(2) / number;
        }
        between = paule_mandel(&tau2, &errors);
        let weights: Vec<f64> = errors.iter().map(|e| 1.0 / (between + e)).collect();
        let next = weighted_mean(&tau2, &weights);
        let settled = (next - common).abs() <= 1e-12 * (1.0 + common);
        common = next;
        if settled {
            break;
        }
    }
    // The common value is an estimate too.
    let common_variance = 1.0 / errors.iter().map(|e| 1.0 / (between + e)).sum::<f64>();
    let phi: Vec<f64> = fits.iter().map(|f| f.phi).collect();
    let shrunk = fits
        .iter()
        .zip(tau2)
        .zip(errors)
        .map(|((fit, own), error)| {
            let total = between + error;
            let part = if total > 0.0 { between / total } else { 1.0 };
            Null {
                tau: (part * own + (1.0 - part) * common).max(0.0).sqrt(),
                // Normal-normal: what is left of the group's own error.
                tau2_variance: part * error + (1.0 - part).powi(2) * common_variance,
                ..*fit
            }
        })
        .collect();
    let common = Common {
        tau2: common,
        between,
        variance: common_variance,
        phi: median(&phi).unwrap_or(1.0),
    };
    (shrunk, common)
}

fn weighted_mean(values: &[f64], weights: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / total
}

/// The variance A between groups at which Σ (v − m)² / (A + e) equals its
/// degrees of freedom; 0 where the errors alone explain the differences.
fn paule_mandel(values: &[f64], errors: &[f64]) -> f64 {
    let degrees = values.len() as f64 - 1.0;
    let surplus = |between: f64| {
        let weights: Vec<f64> = errors.iter().map(|e| 1.0 / (between + e)).collect();
        let mean = weighted_mean(values, &weights);
        values
            .iter()
            .zip(weights)
            .map(|(v, w)| w * (v - mean).powi(2))
            .sum::<f64>()
            - degrees
    };
    if errors.iter().any(|&e| e <= 0.0) || surplus(0.0) <= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1e-6);
    while surplus(high) > 0.0 && high < 1e12 {
        high *= 4.0;
    }
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if surplus(middle) > 0.0 {
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

    fn fit(tau: f64, scored: usize) -> Null {
        Null {
            mu: 0.0,
            tau,
            phi: 1.0,
            proportion: 1.0,
            mu_error: 0.0,
            tau2_variance: 0.0,
            typical_variance: 0.01,
            scored,
            used: scored,
            iterations: 1,
        }
    }

    #[test]
    fn a_small_group_moves_further_than_a_large_one() {
        let fits = [
            fit(0.30, 5000),
            fit(0.35, 5000),
            fit(0.25, 5000),
            fit(0.6, 5000),
            fit(0.0, 40),
        ];
        let shrunk = shrink_tau(&fits);
        assert!((shrunk[0].tau - 0.30).abs() < 0.01);
        assert!(shrunk[4].tau > 0.1, "{}", shrunk[4].tau);
        assert!(shrunk[3].tau < 0.6 && shrunk[3].tau > 0.55);
    }

    #[test]
    fn equal_groups_stay_equal() {
        for fit in shrink_tau(&[fit(0.2, 100), fit(0.2, 100), fit(0.2, 100)]) {
            assert!((fit.tau - 0.2).abs() < 1e-9);
        }
    }

    #[test]
    fn a_group_that_knows_nothing_gets_the_common_value_and_has_no_say() {
        let known = [fit(0.3, 100), fit(0.35, 100), fit(0.25, 100)];
        let unknown = Null {
            used: 0,
            ..fit(5.0, 1000)
        };
        let with = shrink_tau(&[known[0], unknown, known[1], known[2]]);
        let without = shrink_tau(&known);
        assert_eq!([with[0], with[2], with[3]], without[..]);
        let middle = without.iter().map(|f| f.tau).sum::<f64>() / 3.0;
        assert!((with[1].tau - middle).abs() < 0.02, "{:?}", with[1]);
    }

    #[test]
    fn two_groups_are_left_alone() {
        let fits = [fit(0.1, 50), fit(0.9, 50)];
        assert_eq!(shrink_tau(&fits), fits);
    }
}
