//! From a point estimate and its standard error to the limits that are demanded.

use serde::Serialize;

use crate::stats::student::student_quantile_above;
use crate::stats::tails::normal_quantile_above;

/// Two-sided confidence levels of the appraisals that RAT-STATS prints.
pub const LEVELS: [f64; 3] = [0.80, 0.90, 0.95];

/// The two-sided level whose lower limit HHS OIG recommends for recovery: it is designed to be
/// less than the true total in 95 of 100 samples (any OIG audit report, appendix *Statistical
/// Sampling Methodology*).
pub const OIG_LEVEL: f64 = 0.90;

/// The one-sided level whose lower limit Medicare contractors demand in most situations (CMS,
/// *Medicare Program Integrity Manual*, Pub. 100-08, ch. 8 § 8.4.5): less than the true total in 90
/// of 100 samples. It equals the lower limit of the two-sided 80 % interval.
pub const CONTRACTOR_LEVEL: f64 = 0.90;

/// What the standardised estimate is taken to follow.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "law")]
pub enum Law {
    /// Every unit was reviewed: there is no sampling error.
    Certain,
    /// Student's t: one sampled stratum.
    Student { degrees_of_freedom: f64 },
    /// Normal: several sampled strata.
    Normal,
}

impl Law {
    /// The quantile with probability `p` above it.
    #[must_use]
    pub fn quantile_above(self, p: f64) -> f64 {
        match self {
            Law::Certain => 0.0,
            Law::Student { degrees_of_freedom } => student_quantile_above(p, degrees_of_freedom),
            Law::Normal => normal_quantile_above(p),
        }
    }
}

/// A two-sided confidence interval of a total, in cents. A lower limit below 0 is left as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub level: f64,
    /// Quantile used.
    pub quantile: f64,
    pub lower: f64,
    pub upper: f64,
    /// Half its width: RAT-STATS' precision amount.
    pub precision_amount: f64,
    /// That over the point estimate; none where the estimate is not above 0.
    pub precision: Option<f64>,
}

/// The two-sided interval about a point estimate.
#[must_use]
pub fn interval(point: f64, standard_error: f64, law: Law, level: f64) -> Interval {
    let quantile = law.quantile_above(0.5 * (1.0 - level));
    let precision_amount = quantile * standard_error;
    Interval {
        level,
        quantile,
        lower: point - precision_amount,
        upper: point + precision_amount,
        precision_amount,
        precision: (point > 0.0).then(|| precision_amount / point),
    }
}

/// The lower limit of a one-sided interval, in cents; below 0 it is left as it is.
#[must_use]
pub fn lower_limit(point: f64, standard_error: f64, law: Law, level: f64) -> f64 {
    point - law.quantile_above(1.0 - level) * standard_error
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RAT-STATS 2010, unrestricted variable appraisal of difference values, as printed in team
    /// CBTek's *Example Comparison Guide Between RAT-STATS 2017 and RAT-STATS 2010* (entry to HHS
    /// OIG's RAT-STATS challenge, 20 April 2017): 999 of 1,000 items.
    #[test]
    fn rat_stats_limits_of_999_items() {
        let law = Law::Student {
            degrees_of_freedom: 998.0,
        };
        for (level, quantile, lower, upper) in [
            (0.80, 1.282_400_420_316, 14_194_492.0, 14_275_304.0),
            (0.90, 1.646_381_876_635, 14_183_024.0, 14_286_773.0),
            (0.95, 1.962_343_846_216, 14_173_068.0, 14_296_728.0),
        ] {
            let found = interval(14_234_898.0, 31_508.218, law, level);
            assert!((found.quantile - quantile).abs() < 1e-12);
            assert!((found.lower - lower).abs() < 1.0 && (found.upper - upper).abs() < 1.0);
        }
    }

    #[test]
    fn one_sided_90_is_the_lower_end_of_two_sided_80() {
        let law = Law::Student {
            degrees_of_freedom: 29.0,
        };
        let one = lower_limit(1000.0, 70.0, law, CONTRACTOR_LEVEL);
        assert!((one - interval(1000.0, 70.0, law, 0.80).lower).abs() < 1e-9);
        assert!(one > interval(1000.0, 70.0, law, OIG_LEVEL).lower);
    }

    #[test]
    fn what_was_reviewed_whole_has_no_limits_but_itself() {
        let found = interval(500.0, 0.0, Law::Certain, 0.95);
        assert_eq!((found.lower, found.upper), (500.0, 500.0));
    }
}
