//! What the manifest says of the run that work papers come from.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::ingest::date::{DateFormat, parse_day};

/// The part of `manifest.json` that work papers tell.
#[derive(Debug, Clone, Deserialize)]
pub struct Origin {
    pub run_id: String,
    pub as_of: String,
    pub version: String,
    pub layout: String,
    pub inputs: Vec<Input>,
    pub config: Settings,
    pub reference: Vec<Reference>,
    /// BLAKE3 of every table by file name.
    pub tables: BTreeMap<String, String>,
    pub results: Results,
}

/// One file of claims.
#[derive(Debug, Clone, Deserialize)]
pub struct Input {
    pub source: String,
    pub path: String,
    pub bytes: u64,
    pub blake3: String,
}

/// One reference table.
#[derive(Debug, Clone, Deserialize)]
pub struct Reference {
    pub table: String,
    pub vintage: String,
    pub source: String,
    pub blake3: String,
}

/// What of the configuration the method in words depends on.
#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    pub peers: PeerSettings,
    pub list: ListSettings,
}

/// `[peers]`
#[derive(Debug, Clone, Deserialize)]
pub struct PeerSettings {
    pub min_peers: usize,
}

/// `[list]`
#[derive(Debug, Clone, Deserialize)]
pub struct ListSettings {
    pub level: f64,
    pub materiality_floor: u32,
    pub minimum_edit_exposure: u32,
}

/// What came of the run.
#[derive(Debug, Clone, Deserialize)]
pub struct Results {
    pub control_totals: ControlTotals,
    pub detectors_run: Vec<Ran>,
    pub detectors_not_run: Vec<NotRun>,
    pub lists: Vec<List>,
}

/// Rows and dollars by claim type and stage.
#[derive(Debug, Clone, Deserialize)]
pub struct ControlTotals {
    pub stages: BTreeMap<String, BTreeMap<String, Amounts>>,
}

/// Totals, dollars as text.
#[derive(Debug, Clone, Deserialize)]
pub struct Amounts {
    pub rows: i64,
    pub paid: String,
    pub allowed: String,
    pub charge: String,
}

/// A detector that ran.
#[derive(Debug, Clone, Deserialize)]
pub struct Ran {
    pub name: String,
    pub verdict: String,
}

/// A detector that did not.
#[derive(Debug, Clone, Deserialize)]
pub struct NotRun {
    pub name: String,
    pub why: String,
}

/// What the false discovery rate of one list is stated for.
#[derive(Debug, Clone, Deserialize)]
pub struct List {
    pub entity_type: String,
    pub statement: String,
}

impl Origin {
    /// Reads the manifest of a run.
    ///
    /// # Errors
    /// Where it is missing or not as this version writes it.
    pub fn read(run: &Path) -> Result<Origin> {
        let path = run.join("manifest.json");
        let text = std::fs::read_to_string(&path).map_err(Error::io(&path, "reading"))?;
        let origin: Origin = serde_json::from_str(&text).map_err(|e| Error::table(&path, &e))?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if origin.run_id.is_empty() || !origin.run_id.chars().all(plain) {
            return Err(Error::table(&path, &"its run_id is no name of a run"));
        }
        Ok(origin)
    }

    /// As-of date, days since 1970-01-01.
    ///
    /// # Errors
    /// Where the manifest holds none.
    pub fn as_of_day(&self) -> Result<i64> {
        parse_day(&self.as_of, &[DateFormat::Iso])
            .ok_or_else(|| Error::input("manifest.json", "as_of is no date", "Scan again"))
    }
}
