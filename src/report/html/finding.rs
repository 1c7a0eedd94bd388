//! The findings of each case, with the figures behind them.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::batch::{decimal, decimal_at, each_piece, float, float_at, int, int_at, text, text_at};
use crate::error::Result;

/// Columns of `findings` that a case page shows.
const COLUMNS: [&str; 23] = [
    "finding_id",
    "case_id",
    "scheme",
    "detector",
    "kind",
    "measure",
    "observed",
    "expected",
    "ratio",
    "ratio_lower",
    "numerator",
    "denominator",
    "unit",
    "peer_group",
    "peer_count",
    "z",
    "p_value",
    "exposure_amount",
    "exposure_lower",
    "reason",
    "counterpoint",
    "source",
    "reference_vintage",
];

/// One finding.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    pub id: String,
    pub scheme: String,
    pub detector: String,
    pub kind: String,
    pub measure: Option<String>,
    pub observed: Option<f64>,
    pub expected: Option<f64>,
    ratio: Option<f64>,
    ratio_lower: Option<f64>,
    numerator: Option<f64>,
    pub denominator: Option<f64>,
    unit: Option<String>,
    pub peer_group: Option<String>,
    peer_count: Option<i64>,
    pub z: Option<f64>,
    p_value: Option<f64>,
    pub exposure_cents: i64,
    exposure_lower_cents: i64,
    reason: String,
    counterpoint: String,
    source: String,
    reference_vintage: Option<String>,
}

/// Findings by case, those with most dollars first, then by id.
///
/// # Errors
/// Where the table is missing or not as this version writes it.
pub fn findings(run: &Path) -> Result<BTreeMap<String, Vec<Finding>>> {
    let mut all: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    each_piece(&run.join("findings.parquet"), &COLUMNS, |piece| {
        let case = text(piece, "case_id")?;
        for row in 0..piece.num_rows() {
            let word = |name: &str| -> Result<Option<String>> {
                Ok(text_at(text(piece, name)?, row).map(str::to_owned))
            };
            let sure = |name: &str| -> Result<String> { Ok(word(name)?.unwrap_or_default()) };
            let number =
                |name: &str| -> Result<Option<f64>> { Ok(float_at(float(piece, name)?, row)) };
            let cents = |name: &str| -> Result<i64> {
                Ok(decimal_at(decimal(piece, name)?, row).unwrap_or(0))
            };
            all.entry(case.value(row).to_owned())
                .or_default()
                .push(Finding {
                    id: sure("finding_id")?,
                    scheme: sure("scheme")?,
                    detector: sure("detector")?,
                    kind: sure("kind")?,
                    measure: word("measure")?,
                    observed: number("observed")?,
                    expected: number("expected")?,
                    ratio: number("ratio")?,
                    ratio_lower: number("ratio_lower")?,
                    numerator: number("numerator")?,
                    denominator: number("denominator")?,
                    unit: word("unit")?,
                    peer_group: word("peer_group")?,
                    peer_count: int_at(int(piece, "peer_count")?, row),
                    z: number("z")?,
                    p_value: number("p_value")?,
                    exposure_cents: cents("exposure_amount")?,
                    exposure_lower_cents: cents("exposure_lower")?,
                    reason: sure("reason")?,
                    counterpoint: sure("counterpoint")?,
                    source: sure("source")?,
                    reference_vintage: word("reference_vintage")?,
                });
        }
        Ok(())
    })?;
    for findings in all.values_mut() {
        findings.sort_by(|a, b| (b.exposure_cents, &a.id).cmp(&(a.exposure_cents, &b.id)));
    }
    Ok(all)
}
