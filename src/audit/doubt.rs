//! What speaks against relying on an estimate: said beside it, before an opponent does.
//!
//! The rules come from the simulation whose table stands in `benches/README.md`
//! (`benches/audit_coverage.rs`): the lower limit of a difference estimate errs towards too little
//! where few units are overpaid, since the sampling distribution leans to the high side; it errs
//! towards too much where nearly all units are overpaid by nearly the same and a few are not, since it
//! then leans to the low side, and where a sample holds none of the few. Ratio estimates lean that way
//! more often.

use super::estimate::{Estimate, Estimator, Reviewed, ReviewedStratum};
use super::limits::{CONTRACTOR_LEVEL, OIG_LEVEL};
use super::moments::Moments;
use super::plan::PRECISION;

/// Units with an error below which an estimate rests on few.
pub const FEW_ERRORS: usize = 10;
/// Skewness of an estimate from which normal-theory limits do not serve. Cochran's working rule
/// n > 25 G₁² (*Sampling Techniques*, 3rd ed., § 2.15) is G₁ / √n < 0.2.
pub const MAX_SKEWNESS: f64 = 0.2;
/// Reviewed units from which a ratio's bias is small against its error (Cochran § 6.4).
pub const RATIO_UNITS: usize = 30;
/// Largest coefficient of variation of the expanded paid total for the same (Cochran § 6.4).
pub const RATIO_VARIATION: f64 = 0.10;

/// Whether the lower limits may be too high: nothing varies, no sampled unit was found correct, or the
/// estimate leans to the low side.
#[must_use]
pub fn may_be_too_high(estimate: &Estimate, strata: &[ReviewedStratum]) -> bool {
    let sampled = sampled(strata);
    !sampled.is_empty()
        && (estimate.standard_error <= 0.0
            || none_correct(&sampled)
            || estimate.skewness < -MAX_SKEWNESS)
}

/// Strata that were not reviewed whole.
fn sampled(strata: &[ReviewedStratum]) -> Vec<&ReviewedStratum> {
    strata
        .iter()
        .filter(|s| (s.reviewed.len() as u64) < s.units)
        .collect()
}

/// The sample then holds nothing of what units without an overpayment would take from the estimate.
fn none_correct(sampled: &[&ReviewedStratum]) -> bool {
    sampled
        .iter()
        .flat_map(|s| &s.reviewed)
        .all(|r| r.overpaid() > 0)
}

/// Doubts about an estimate of these reviewed strata, in sentences.
#[must_use]
pub fn doubts(estimate: &Estimate, strata: &[ReviewedStratum]) -> Vec<String> {
    let sampled = sampled(strata);
    let mut doubts = Vec::new();
    if sampled.is_empty() {
        return doubts;
    }
    let units: Vec<&Reviewed> = sampled.iter().flat_map(|s| &s.reviewed).collect();
    let errors = units.iter().filter(|r| r.overpaid() != 0).count();
    if errors < FEW_ERRORS {
        doubts.push(format!(
            "only {errors} of {} sampled units have an error, fewer than {FEW_ERRORS}: the estimate \
             rests on few units; its lower limits err towards too little, its upper limits may not hold",
            units.len()
        ));
    }
    if estimate.standard_error <= 0.0 {
        doubts.push(
            "nothing varies among the sampled units: the limits say nothing of the units not \
             reviewed"
                .into(),
        );
    } else if none_correct(&sampled) {
        doubts.push(
            "no sampled unit was found correct: the lower limits leave out that some of the units not \
             reviewed may be, and may be too high; see the error rate's lower limit"
                .into(),
        );
    } else if estimate.skewness < -MAX_SKEWNESS {
        doubts.push(format!(
            "the estimate leans to the low side (skewness {:.2}; Cochran's rule allows {MAX_SKEWNESS}): \
             the lower limits may be too high; review more units before demanding on them",
            estimate.skewness
        ));
    } else if estimate.skewness > MAX_SKEWNESS && errors >= FEW_ERRORS {
        doubts.push(format!(
            "the estimate leans to the high side (skewness {:.2}; Cochran's rule allows \
             {MAX_SKEWNESS}): the lower limits err towards too little, the upper limits may not hold",
            estimate.skewness
        ));
    }
    if matches!(
        estimate.estimator,
        Estimator::Ratio | Estimator::SeparateRatio
    ) {
        doubts.extend(ratio_doubt(estimate.estimator, &sampled));
    }
    if estimate.lower_limit(CONTRACTOR_LEVEL) < 0.0 {
        doubts.push("the lower limit is below 0: it supports no demand and counts as 0".into());
    }
    if let Some(precision) = estimate.interval(OIG_LEVEL).precision
        && precision > PRECISION
    {
        doubts.push(format!(
            "the precision is {:.1} % at 90 % confidence, worse than {:.0} %: a larger sample raises \
             the lower limit",
            precision * 100.0,
            PRECISION * 100.0
        ));
    }
    doubts
}

/// A ratio is biased in small samples, each stratum's own ratio in each stratum.
fn ratio_doubt(estimator: Estimator, sampled: &[&ReviewedStratum]) -> Option<String> {
    let biased = |strata: &[&ReviewedStratum]| {
        let units: usize = strata.iter().map(|s| s.reviewed.len()).sum();
        units < RATIO_UNITS || variation(strata) > RATIO_VARIATION
    };
    let any = if estimator == Estimator::SeparateRatio {
        sampled.iter().any(|s| biased(std::slice::from_ref(s)))
    } else {
        biased(sampled)
    };
    any.then(|| {
        format!(
            "the {} estimator may be biased: fewer than {RATIO_UNITS} units, or an expanded paid total \
             that varies by more than {:.0} %",
            estimator.name(),
            RATIO_VARIATION * 100.0
        )
    })
}

/// Coefficient of variation of the paid total as the sample expands it.
fn variation(strata: &[&ReviewedStratum]) -> f64 {
    let (mut total, mut variance) = (0.0, 0.0);
    for s in strata {
        let paid: Vec<i64> = s.reviewed.iter().map(|r| r.paid_cents).collect();
        let (moments, n) = (Moments::of(&paid), paid.len() as u64);
        total += s.units as f64 * moments.mean;
        variance += s.units as f64 * (s.units - n) as f64 / n as f64 * moments.variance;
    }
    variance.sqrt() / total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::estimate::estimate;

    /// One stratum of which the first units are wholly overpaid.
    fn sample(units: u64, drawn: usize, in_error: usize) -> Vec<ReviewedStratum> {
        let unit = |at: usize| {
            let paid_cents = 10_000 + at as i64;
            Reviewed {
                paid_cents,
                allowed_cents: if at < in_error { 0 } else { paid_cents },
            }
        };
        vec![ReviewedStratum {
            units,
            paid_cents: 10_000 * units as i64,
            reviewed: (0..drawn).map(unit).collect(),
        }]
    }

    fn said(strata: &[ReviewedStratum], estimator: Estimator) -> String {
        doubts(&estimate(estimator, strata), strata).join("\n")
    }

    #[test]
    fn few_errors_are_said() {
        let few = said(&sample(1000, 100, 4), Estimator::Difference);
        assert!(few.contains("only 4 of 100 sampled units"), "{few}");
        let many = said(&sample(1000, 100, 60), Estimator::Difference);
        assert!(many.is_empty(), "{many}");
    }

    #[test]
    fn nearly_everything_in_error_leans_to_the_low_side() {
        let nearly = said(&sample(1000, 100, 97), Estimator::Difference);
        assert!(nearly.contains("lower limits may be too high"), "{nearly}");
        let all = sample(1000, 100, 100);
        assert!(said(&all, Estimator::Ratio).contains("nothing varies"));
        // The amounts vary, so there is a limit; it knows of no unit that is correct.
        let none_correct = said(&all, Estimator::Difference);
        assert!(none_correct.contains("no sampled unit was found correct"));
        for in_error in [97, 100] {
            let strata = sample(1000, 100, in_error);
            let found = estimate(Estimator::Difference, &strata);
            assert!(may_be_too_high(&found, &strata), "{in_error}");
        }
        let some = said(&sample(1000, 100, 12), Estimator::Difference);
        assert!(some.contains("leans to the high side"), "{some}");
    }

    #[test]
    fn a_whole_frame_leaves_no_doubt() {
        assert!(said(&sample(40, 40, 1), Estimator::Difference).is_empty());
        let all = sample(40, 40, 40);
        assert!(!may_be_too_high(
            &estimate(Estimator::Difference, &all),
            &all
        ));
    }

    #[test]
    fn a_small_ratio_sample_is_said() {
        let small = said(&sample(1000, 25, 12), Estimator::Ratio);
        assert!(small.contains("may be biased"), "{small}");
        assert!(!said(&sample(1000, 25, 12), Estimator::Difference).contains("biased"));
    }

    #[test]
    fn a_limit_below_zero_is_said() {
        let none = said(&sample(1000, 30, 1), Estimator::Difference);
        assert!(none.contains("below 0"), "{none}");
    }
}
