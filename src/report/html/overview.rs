//! What stands above the list: what was read and refused, what ran, what changed since the last
//! run.
//!
//! Nothing in here depends on how the claims were split into files: no file name, hash or run id.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::Array;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::batch::{date, date_at, decimal, decimal_at, each_piece, read_table, text, text_at};
use crate::error::{Error, Result};
use crate::ingest::date::{DateFormat, iso, parse_day};

/// Parts of the manifest's `results` that the page shows.
const RESULTS: [&str; 11] = [
    "cases",
    "control_totals",
    "detectors_not_run",
    "detectors_run",
    "exposure",
    "holds_by_reason",
    "lists",
    "members",
    "notices",
    "providers",
    "tables",
];
/// Characters of a run id that are its as-of date.
const DATE: usize = 10;

/// The embedded `overview`.
#[derive(Debug, Serialize)]
pub struct Overview {
    as_of: String,
    /// As-of date of the run before, where there is one.
    since: Option<String>,
    version: String,
    with_phi: bool,
    config: Value,
    reference: Vec<Value>,
    results: Map<String, Value>,
    rejects: Vec<RejectCount>,
    closed: Vec<Closed>,
}

/// Rejects of one kind.
#[derive(Debug, Serialize)]
struct RejectCount {
    column: Option<String>,
    reason: String,
    count: u64,
}

/// A case of the last run that is none of this one's.
#[derive(Debug, Serialize)]
struct Closed {
    case_id: String,
    entity_type: String,
    /// `None` for a member.
    entity_id: Option<String>,
    last_flagged: Option<String>,
    exposure_cents: Option<i64>,
    disposition: Option<String>,
}

/// Gathers the overview of a run folder.
///
/// # Errors
/// Where the manifest lacks a part or a table cannot be read.
pub fn overview(run: &Path, manifest: &Value, with_phi: bool) -> Result<Overview> {
    let word = |key: &str| {
        manifest[key]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| Error::table(&run.join("manifest.json"), &format!("no {key} in it")))
    };
    let since: Option<String> = manifest["prior_run"]
        .as_str()
        .map(|id| id.chars().take(DATE).collect());
    let results = manifest["results"].as_object().cloned().unwrap_or_default();
    Ok(Overview {
        as_of: word("as_of")?,
        closed: closed(run, since.as_deref(), with_phi)?,
        since,
        version: word("version")?,
        with_phi,
        config: manifest["config"].clone(),
        reference: manifest["reference"]
            .as_array()
            .map(|all| all.iter().map(without_hash).collect())
            .unwrap_or_default(),
        results: results
            .into_iter()
            .filter(|(key, _)| RESULTS.contains(&key.as_str()))
            .collect(),
        rejects: rejects(run)?,
    })
}

/// A reference table without its hash, which the manifest has.
fn without_hash(vintage: &Value) -> Value {
    let mut vintage = vintage.clone();
    if let Some(fields) = vintage.as_object_mut() {
        fields.remove("blake3");
    }
    vintage
}

fn rejects(run: &Path) -> Result<Vec<RejectCount>> {
    let mut counts: BTreeMap<(Option<String>, String), u64> = BTreeMap::new();
    let path = run.join("rejects.parquet");
    each_piece(&path, &["column", "reason"], |piece| {
        let (column, reason) = (text(piece, "column")?, text(piece, "reason")?);
        for row in 0..piece.num_rows() {
            let key = (
                text_at(column, row).map(str::to_owned),
                reason.value(row).to_owned(),
            );
            *counts.entry(key).or_default() += 1;
        }
        Ok(())
    })?;
    Ok(counts
        .into_iter()
        .map(|((column, reason), count)| RejectCount {
            column,
            reason,
            count,
        })
        .collect())
}

/// Cases that the run before still had: closed now, and flagged when it ran or later.
fn closed(run: &Path, since: Option<&str>, with_phi: bool) -> Result<Vec<Closed>> {
    let since = since.and_then(|day| parse_day(day, &[DateFormat::Iso]));
    let (Some(since), Some(register)) = (since, read_table(&run.join("case_register.parquet"))?)
    else {
        return Ok(Vec::new());
    };
    let column = |name| text(&register, name);
    let (id, kind, entity) = (
        column("case_id")?,
        column("entity_type")?,
        column("entity_id")?,
    );
    let (status, disposition) = (column("status")?, column("disposition")?);
    let last = date(&register, "last_flagged")?;
    let exposure = decimal(&register, "exposure_amount")?;
    let mut closed: Vec<Closed> = (0..register.num_rows())
        .filter(|row| status.value(*row) == "closed" && date_at(last, *row) >= Some(since))
        .map(|row| {
            let hidden = kind.value(row) == "member" && !with_phi;
            Closed {
                case_id: id.value(row).to_owned(),
                entity_type: kind.value(row).to_owned(),
                entity_id: (!hidden && entity.is_valid(row)).then(|| entity.value(row).to_owned()),
                last_flagged: date_at(last, row).map(iso),
                exposure_cents: decimal_at(exposure, row),
                disposition: text_at(disposition, row).map(str::to_owned),
            }
        })
        .collect();
    closed.sort_by(|a, b| (b.exposure_cents, &a.case_id).cmp(&(a.exposure_cents, &b.case_id)));
    Ok(closed)
}
