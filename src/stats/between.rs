//! Sharing τ between peer groups.

use super::null::Null;

/// Part of a full sample's information on τ² that is left after the fit has
/// censored everything outside the window and estimated the null proportion:
/// from the expected second derivatives of the censored likelihood
/// (0.368 with the window at ±1.96).
pub const CENSORED_EFFICIENCY: f64 = 0.37;

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
/// groups are returned as they are.
pub fn shrink_tau(fits: &[Null]) -> Vec<Null> {
    /// Groups below which a variance between them cannot be told.
    const MIN_GROUPS: usize = 3;
    if fits.len() < MIN_GROUPS {
        return fits.to_vec();
    }
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
    fits.iter()
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
        .collect()
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
    fn two_groups_are_left_alone() {
        let fits = [fit(0.1, 50), fit(0.9, 50)];
        assert_eq!(shrink_tau(&fits), fits);
    }
}
