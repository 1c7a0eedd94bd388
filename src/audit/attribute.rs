//! How many units of the frame are overpaid at all.

use super::estimate::ReviewedStratum;
use super::plan::normal_quantile;
use crate::stats::hypergeometric::Population;

/// Units overpaid, by any amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErrorRate {
    /// Overpaid units among the reviewed.
    pub found: u64,
    pub reviewed: u64,
    /// Estimated number of overpaid units in the frame.
    pub projected: f64,
    /// Limits of that number at the level asked for, two-sided.
    pub lower: f64,
    pub upper: f64,
    /// Whether the limits are exact (hypergeometric) or normal.
    pub exact: bool,
}

/// The error rate: exact limits for one stratum, as RAT-STATS' unrestricted attribute appraisal has
/// them, normal ones over several, as its stratified appraisal has (never below what was found, nor
/// above what remains possible).
#[must_use]
pub fn error_rate(strata: &[ReviewedStratum], level: f64) -> ErrorRate {
    let (mut found, mut reviewed, mut units) = (0, 0, 0);
    let (mut projected, mut variance) = (0.0, 0.0);
    for stratum in strata {
        let n = stratum.reviewed.len() as u64;
        let overpaid = stratum.reviewed.iter().filter(|r| r.overpaid() > 0).count() as u64;
        let share = overpaid as f64 / n as f64;
        projected += stratum.units as f64 * share;
        if n > 1 {
            variance += stratum.units as f64 * (stratum.units - n) as f64 * share * (1.0 - share)
                / (n - 1) as f64;
        }
        found += overpaid;
        reviewed += n;
        units += stratum.units;
    }
    let exact = strata.len() == 1;
    let (lower, upper) = if exact {
        let population = Population {
            units,
            drawn: reviewed,
        };
        let (lower, upper) = population.limits(found, level);
        (lower as f64, upper as f64)
    } else {
        let half = normal_quantile(level) * variance.sqrt();
        let most = (units - reviewed + found) as f64;
        (
            (projected - half).max(found as f64),
            (projected + half).min(most),
        )
    };
    ErrorRate {
        found,
        reviewed,
        projected,
        lower,
        upper,
        exact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::estimate::Reviewed;

    fn stratum(units: u64, drawn: usize, overpaid: usize) -> ReviewedStratum {
        let unit = |at: usize| Reviewed {
            paid_cents: 100,
            allowed_cents: if at < overpaid { 40 } else { 100 },
        };
        ReviewedStratum {
            units,
            paid_cents: 100 * units as i64,
            reviewed: (0..drawn).map(unit).collect(),
        }
    }

    /// RAT-STATS 2010, single stage attribute appraisal, as printed in team CBTek's *Example
    /// Comparison Guide Between RAT-STATS 2017 and RAT-STATS 2010* (entry to HHS OIG's RAT-STATS
    /// challenge, 20 April 2017), examples 1 to 3.
    #[test]
    fn rat_stats_attribute_limits() {
        for (units, drawn, found, lower) in [
            (5, 2, 2, [3, 2, 2]),
            (150, 100, 97, [143, 142, 141]),
            (2_131_341_220, 20_000, 20, [1_548_090, 1_412_716, 1_302_103]),
        ] {
            let population = Population { units, drawn };
            let limits = [0.80, 0.90, 0.95].map(|level| population.limits(found, level).0);
            assert_eq!(limits, lower, "{units}");
        }
    }

    #[test]
    fn one_stratum_has_exact_limits() {
        let rate = error_rate(&[stratum(150, 100, 97)], 0.90);
        assert!(rate.exact && (rate.lower, rate.upper) == (142.0, 147.0));
        assert!((rate.projected - 145.5).abs() < 1e-9);
    }

    #[test]
    fn over_strata_the_limits_stay_possible() {
        let rate = error_rate(&[stratum(500, 20, 1), stratum(4, 4, 4)], 0.90);
        assert!(!rate.exact && rate.found == 5);
        assert!((rate.projected - 29.0).abs() < 1e-9);
        assert!((rate.lower - 5.0).abs() < 1e-9 && rate.upper > 29.0);
    }
}
