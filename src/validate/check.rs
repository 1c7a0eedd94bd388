//! Checks: SELECTs that return the lines a claims desk would hold, with what to request.

use crate::batch::{int, text};
use crate::engine::guard::header;
use crate::engine::{Purpose, Statement, Tables};
use crate::error::{Error, Result};

macro_rules! check_files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("checks/", $name, ".sql")))),*] };
}

/// Every check by file name.
pub const FILES: &[(&str, &str)] = check_files![
    "discharge_before_admission",
    "end_before_start",
    "invalid_diagnosis",
    "invalid_modifier",
    "invalid_npi",
    "invalid_procedure",
    "missing_admission",
    "missing_bill_type",
    "missing_diagnosis",
    "missing_discharge_status",
    "missing_facility",
    "missing_orderer",
    "missing_place",
    "missing_procedure",
    "missing_rendering",
    "missing_revenue_code",
    "missing_units",
    "negative_units",
    "paid_before_service",
    "service_after_end",
    "service_before_birth",
    "unknown_member",
];

/// A check.
#[derive(Debug, Clone)]
pub struct Check {
    pub name: &'static str,
    pub reason: String,
    pub request: String,
    /// Columns of the source without which it would hold every line.
    pub required: Vec<String>,
    pub statement: Statement,
}

/// A line held, and what to ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hold {
    pub data_source: String,
    pub claim_id: String,
    pub claim_line_number: i64,
    pub reason: String,
    pub request: String,
}

/// All checks.
///
/// # Errors
/// Where an embedded file is malformed, which a test rules out.
pub fn checks() -> Result<Vec<Check>> {
    FILES.iter().map(|(name, sql)| parse(name, sql)).collect()
}

fn parse(name: &'static str, sql: &str) -> Result<Check> {
    let origin = format!("validate/checks/{name}.sql");
    let fault = |found: String| Error::Sql {
        place: origin.clone(),
        found,
        remedy: "Correct the header comment".into(),
    };
    let header = header(sql, &origin).map_err(|e| fault(e.to_string()))?;
    let value = |key: &str| {
        header
            .get(key)
            .map(|d| d.value.clone())
            .ok_or_else(|| fault(format!("no `{key}:` line")))
    };
    Ok(Check {
        name,
        reason: value("reason")?,
        request: value("request")?,
        required: value("required columns")?
            .split(',')
            .map(|c| c.trim().to_owned())
            .collect(),
        statement: Statement::new(sql, &origin, 1, Purpose::Check)?,
    })
}

impl Check {
    /// The held lines of one bucket.
    ///
    /// # Errors
    /// Where the statement fails.
    pub fn run(&self, tables: &Tables) -> Result<Vec<Hold>> {
        let rows = self.statement.run(tables)?;
        let (source, claim, number) = (
            text(&rows, "data_source")?,
            text(&rows, "claim_id")?,
            int(&rows, "claim_line_number")?,
        );
        Ok((0..rows.num_rows())
            .map(|row| Hold {
                data_source: source.value(row).to_owned(),
                claim_id: claim.value(row).to_owned(),
                claim_line_number: number.value(row),
                reason: self.reason.clone(),
                request: self.request.clone(),
            })
            .collect())
    }
}
