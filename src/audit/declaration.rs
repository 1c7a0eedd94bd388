//! What is laid down before anything is reviewed: `sample.json`.
//!
//! No date and no path: the same claims and options give the same bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::estimate::Estimator;
use super::frame::LeftOut;
use super::scope::Unit;
use crate::schema::EntityType;

/// Which lines make the frame, in words.
pub const RULE: &str = "every line of the entities within codes, payer and period that was paid and still \
stands; denied, zero-paid, reversed and replaced lines and lines without a paid amount are left out, and so \
are units whose lines add up to nothing; a unit's amount is the sum of its lines in the frame, net";

/// `sample.json`. Amounts are dollars as text, so that they stay exact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Name and version of the program.
    pub program: String,
    pub run_id: String,
    pub claims_as_of: String,
    pub case_id: String,
    pub entity_type: EntityType,
    pub entity_ids: Vec<String>,
    pub unit: Unit,
    /// Empty: every code.
    pub codes: Vec<String>,
    /// First and last service date asked for; none: as far as the claims go.
    pub from: Option<String>,
    pub to: Option<String>,
    /// None: every payer.
    pub payer: Option<String>,
    pub frame: FrameNote,
    pub design: Design,
    pub draw: Draw,
}

/// What the frame holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameNote {
    /// [`RULE`].
    pub rule: String,
    pub units: u64,
    pub paid_amount: String,
    pub first_service_date: String,
    pub last_service_date: String,
    /// Lines and dollars by payer.
    pub payers: BTreeMap<String, LinesAndDollars>,
    /// Lines and dollars of the scope that are not in the frame, by reason.
    pub left_out: BTreeMap<String, LinesAndDollars>,
    /// SHA-256 of the units as text: see `audit::frame::SamplingFrame::sha256`.
    pub sha256: String,
    /// BLAKE3 of `frame.parquet`.
    pub blake3: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinesAndDollars {
    pub lines: u64,
    pub paid_amount: String,
}

impl LinesAndDollars {
    #[must_use]
    pub fn new(amount: &LeftOut) -> LinesAndDollars {
        LinesAndDollars {
            lines: amount.lines,
            paid_amount: crate::money::plain_dollars(amount.paid_cents),
        }
    }
}

/// How the sample size came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeRule {
    /// As asked for.
    Given,
    /// The probe's.
    Probe,
    /// For the precision asked for.
    Planned,
    /// The least for a full sample, more than the precision asks for.
    Least,
    /// Every unit: the frame has no more than that.
    WholeFrame,
}

/// Strata, sizes, and the estimator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    pub size: u64,
    pub size_rule: SizeRule,
    /// Half the interval's width over the estimate that was planned for, and its confidence level.
    pub precision: f64,
    pub confidence: f64,
    /// Share of units taken to be wholly overpaid, for planning and allocation only.
    pub error_rate: f64,
    /// What the overpayment is to be estimated by.
    pub estimator: Estimator,
    pub strata: Vec<StratumNote>,
}

/// One stratum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StratumNote {
    pub stratum: u64,
    /// Dollars: units paid more than this.
    pub above: Option<String>,
    /// Dollars: and at most this.
    pub up_to: Option<String>,
    pub units: u64,
    pub paid_amount: String,
    pub drawn: u64,
    /// Whether all units are reviewed, whatever the size.
    pub take_all: bool,
}

/// How the units were drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draw {
    pub seed: u64,
    /// `given`, or `frame`: taken from the frame's SHA-256, so that nobody chose it.
    pub seed_from: String,
    /// [`super::draw::ALGORITHM`].
    pub algorithm: String,
}
