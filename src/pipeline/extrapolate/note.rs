//! An estimate as a file.

use std::path::Path;

use serde::Serialize;

use super::{Extrapolated, demanded_cents};
use crate::audit::estimate::{Estimate, Estimator};
use crate::audit::limits::{CONTRACTOR_LEVEL, LEVELS, Law, OIG_LEVEL};
use crate::error::Result;
use crate::money::{plain_dollars, round_half_even};
use crate::report::run_folder::hash_file;

/// `estimate.json`. Amounts are dollars as text.
#[derive(Serialize)]
pub(super) struct EstimateNote {
    program: &'static str,
    case_id: String,
    frame_sha256: String,
    seed: u64,
    /// BLAKE3 of the review.
    reviewed_blake3: String,
    reviewed_units: u64,
    overpaid_units: u64,
    underpaid_units: u64,
    reviewed_paid_amount: String,
    reviewed_allowed_amount: String,
    /// Net overpayment found in the sample itself.
    reviewed_overpayment: String,
    declared: OneEstimate,
    others: Vec<OneEstimate>,
    error_rate: ErrorRateNote,
    doubts: Vec<String>,
    sizes: Vec<SizeNote>,
}

#[derive(Serialize)]
struct OneEstimate {
    estimator: Estimator,
    point_estimate: String,
    standard_error: String,
    #[serde(flatten)]
    law: Law,
    /// One-sided 90 %: what Medicare contractors demand in most situations.
    lower_limit_one_sided_90: String,
    /// Two-sided 90 %: what HHS OIG recommends for recovery.
    lower_limit_two_sided_90: String,
    /// The same two with Student's t at Satterthwaite's degrees of freedom.
    effective_degrees_of_freedom: Option<f64>,
    effective_lower_limit_one_sided_90: String,
    effective_lower_limit_two_sided_90: String,
    intervals: Vec<IntervalNote>,
}

#[derive(Serialize)]
struct IntervalNote {
    two_sided_level: f64,
    quantile: f64,
    /// As computed, below 0 where it is.
    lower: String,
    upper: String,
    precision_amount: String,
    precision: Option<f64>,
}

#[derive(Serialize)]
struct ErrorRateNote {
    projected_units: f64,
    two_sided_level: f64,
    lower_units: f64,
    upper_units: f64,
    limits: &'static str,
}

#[derive(Serialize)]
struct SizeNote {
    precision: f64,
    confidence: f64,
    units: u64,
}

fn dollars_of(cents: f64) -> String {
    plain_dollars(round_half_even(cents))
}

impl EstimateNote {
    /// # Errors
    /// Where the review cannot be read again.
    pub fn new(out: &Extrapolated, reviewed: &Path) -> Result<EstimateNote> {
        let totals = &out.reviewed;
        Ok(EstimateNote {
            program: concat!("claimhound ", env!("CARGO_PKG_VERSION")),
            case_id: out.declaration.case_id.clone(),
            frame_sha256: out.declaration.frame.sha256.clone(),
            seed: out.declaration.draw.seed,
            reviewed_blake3: hash_file(reviewed)?,
            reviewed_units: totals.units,
            overpaid_units: totals.overpaid_units,
            underpaid_units: totals.underpaid_units,
            reviewed_paid_amount: plain_dollars(totals.paid_cents),
            reviewed_allowed_amount: plain_dollars(totals.allowed_cents),
            reviewed_overpayment: plain_dollars(totals.overpaid_cents()),
            declared: OneEstimate::new(&out.declared),
            others: out.others.iter().map(OneEstimate::new).collect(),
            error_rate: ErrorRateNote {
                projected_units: out.error_rate.projected,
                two_sided_level: OIG_LEVEL,
                lower_units: out.error_rate.lower,
                upper_units: out.error_rate.upper,
                limits: if out.error_rate.exact {
                    "exact (hypergeometric)"
                } else {
                    "normal"
                },
            },
            doubts: out.doubts.clone(),
            sizes: out
                .sizes
                .iter()
                .map(|(precision, units)| SizeNote {
                    precision: *precision,
                    confidence: out.declaration.design.confidence,
                    units: *units,
                })
                .collect(),
        })
    }
}

impl OneEstimate {
    fn new(found: &Estimate) -> OneEstimate {
        let limits = |e: &Estimate| {
            let lower = [e.lower_limit(CONTRACTOR_LEVEL), e.interval(OIG_LEVEL).lower];
            lower.map(|limit| plain_dollars(demanded_cents(limit)))
        };
        let [one_sided, two_sided] = limits(found);
        let [effective_one_sided, effective_two_sided] = limits(&found.with_effective_freedom());
        let note = |level: &f64| {
            let interval = found.interval(*level);
            IntervalNote {
                two_sided_level: *level,
                quantile: interval.quantile,
                lower: dollars_of(interval.lower),
                upper: dollars_of(interval.upper),
                precision_amount: dollars_of(interval.precision_amount),
                precision: interval.precision,
            }
        };
        OneEstimate {
            estimator: found.estimator,
            point_estimate: dollars_of(found.point),
            standard_error: dollars_of(found.standard_error),
            law: found.law,
            lower_limit_one_sided_90: one_sided,
            lower_limit_two_sided_90: two_sided,
            effective_degrees_of_freedom: found.effective_freedom,
            effective_lower_limit_one_sided_90: effective_one_sided,
            effective_lower_limit_two_sided_90: effective_two_sided,
            intervals: LEVELS.iter().map(note).collect(),
        }
    }
}
