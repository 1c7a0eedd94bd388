//! The manifest: what went in, what was done with it, what was left out and why.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cases::night::Standings;
use crate::cases::precision::RulePrecision;
use crate::cases::rerank::Summary;
use crate::config::Config;
use crate::edits::{Notice, Spread};
use crate::ingest::discover::InputFile;
use crate::ingest::ledger::{Ledger, Totals};
use crate::ingest::settle::amount_level::{Level, Vote};
use crate::money::dollars;
use crate::network::summary::NetworkSummary;
use crate::reference::{ReferencePaths, Vintage};
use crate::validate::NotRun;

/// `manifest.json`.
#[derive(Debug, Serialize)]
pub struct Manifest {
    pub run_id: String,
    pub as_of: String,
    /// The run whose case register this one continued.
    pub prior_run: Option<String>,
    /// Decisions that had come back, all of them in the run's `dispositions`.
    pub dispositions: usize,
    pub version: &'static str,
    /// Name of a built-in layout, or path of the user's own.
    pub layout: String,
    pub edits: Option<String>,
    /// Where `reference` below what comes with the program was read from.
    pub reference_paths: ReferencePaths,
    pub inputs: Vec<InputFile>,
    pub config: Config,
    /// Whether values of rejected rows, and members' identifiers in `report.html`, were asked for.
    pub show_values: bool,
    pub with_phi: bool,
    pub reference: Vec<Vintage>,
    /// BLAKE3 of every table of the run, and of `report.html`, by file name.
    pub tables: BTreeMap<String, String>,
    pub results: Results,
}

/// What does not depend on how the claims were split into files or ordered.
#[derive(Debug, Serialize)]
pub struct Results {
    pub control_totals: ControlTotals,
    pub tables: BTreeMap<String, TableCount>,
    pub amount_levels: Vec<AmountLevel>,
    /// Claims whose amounts differ between lines although their type's are the claim's.
    pub amount_level_exceptions: u64,
    pub holds_by_reason: BTreeMap<String, u64>,
    pub detectors_run: Vec<DetectorRun>,
    pub detectors_not_run: Vec<NotRun>,
    pub notices: Vec<Notice>,
    pub behaviours: BehaviourResult,
    /// The list of each entity type.
    pub lists: Vec<ListResult>,
    /// The search for groups.
    pub network: NetworkSummary,
    pub providers: usize,
    pub members: usize,
    pub cases: usize,
    pub findings: usize,
    pub evidence_lines: usize,
    pub exposure: String,
    /// How the cases stand against the run before, those kept off the list among them.
    pub case_standings: Standings,
    /// Every rule's stated precision, and what reviewed cases make of it.
    pub rule_precision: Vec<RulePrecision>,
    /// Whether reviewed cases order the list, and why.
    pub reranking: Summary,
    pub unknown_columns: BTreeMap<String, Vec<String>>,
    pub absent_columns: BTreeMap<String, Vec<String>>,
}

/// Behavioural clusters of the providers.
#[derive(Debug, Clone, Serialize)]
pub struct BehaviourResult {
    /// 0 where no structure was found.
    pub clusters: usize,
    /// Mean silhouette, by which their number was chosen.
    pub silhouette: Option<f64>,
    /// Providers in one of them.
    pub placed: usize,
    /// Providers with services foreign to the specialty they declare.
    pub with_foreign_services: usize,
}

/// Rows and dollars by claim type and stage, and of the canonical lines by status.
#[derive(Debug, Serialize)]
pub struct ControlTotals {
    pub stages: BTreeMap<String, BTreeMap<String, Amounts>>,
    pub lines_by_status: BTreeMap<String, BTreeMap<String, Amounts>>,
}

/// Totals in dollars, as text so that they stay exact.
#[derive(Debug, Serialize)]
pub struct Amounts {
    pub rows: i64,
    pub paid: String,
    pub allowed: String,
    pub charge: String,
}

impl From<&Totals> for Amounts {
    fn from(totals: &Totals) -> Amounts {
        Amounts {
            rows: totals.rows,
            paid: dollars(totals.paid_cents),
            allowed: dollars(totals.allowed_cents),
            charge: dollars(totals.charge_cents),
        }
    }
}

impl ControlTotals {
    #[must_use]
    pub fn new(
        ledger: &Ledger,
        by_status: &BTreeMap<String, BTreeMap<String, Totals>>,
    ) -> ControlTotals {
        let word = |stage| {
            serde_json::to_value(stage)
                .ok()
                .and_then(|v| v.as_str().map(str::to_owned))
                .unwrap_or_default()
        };
        ControlTotals {
            stages: ledger
                .0
                .iter()
                .map(|(kind, s)| {
                    (
                        kind.clone(),
                        s.iter().map(|(stage, t)| (word(stage), t.into())).collect(),
                    )
                })
                .collect(),
            lines_by_status: by_status
                .iter()
                .map(|(kind, s)| {
                    (
                        kind.clone(),
                        s.iter().map(|(k, t)| (k.clone(), t.into())).collect(),
                    )
                })
                .collect(),
        }
    }
}

/// Rows read and rejected of a canonical table.
#[derive(Debug, Serialize)]
pub struct TableCount {
    pub rows: u64,
    pub rejected: u64,
}

/// What was decided about one claim type's amounts.
#[derive(Debug, Serialize)]
pub struct AmountLevel {
    pub data_source: String,
    pub claim_type: String,
    pub amount: &'static str,
    pub level: Level,
    pub votes: Vote,
}

/// A detector that ran, with what it gave.
#[derive(Debug, Serialize)]
pub struct DetectorRun {
    pub name: String,
    pub scheme: String,
    pub kind: &'static str,
    /// Providers scored, or lines hit.
    pub count: usize,
    pub verdict: String,
    /// Figures of the admission check; null for edits.
    pub largest_excess: Option<f64>,
    pub upper_share: Option<f64>,
    /// How far an edit's hits spread; null for measures.
    pub spread: Option<Spread>,
}

/// The set the false discovery rate is stated for, and what came of it.
#[derive(Debug, Serialize)]
pub struct ListResult {
    pub entity_type: &'static str,
    pub statement: String,
    pub level: f64,
    pub tested: usize,
    pub selected: usize,
    /// Of those, cleared earlier and kept off the list.
    pub quiet: usize,
}
