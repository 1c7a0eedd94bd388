//! The ranked list, column by column: the page filters and sorts it without touching a case.

use std::path::Path;

use arrow::array::RecordBatch;
use serde::Serialize;

use crate::batch::{
    date, date_at, decimals, float, float_at, int, int_at, read_table, text, text_at, text_lists,
};
use crate::cases::lookup;
use crate::error::Result;
use crate::ingest::date::iso;

/// The embedded `list`: row i of every column is the case of rank i + 1 among those embedded.
#[derive(Debug, Default, Serialize)]
pub struct CaseList {
    pub case_id: Vec<String>,
    pub rank: Vec<Option<i64>>,
    pub entity_type: Vec<String>,
    /// Identifier; for a member only with identifiers shown.
    pub entity_id: Vec<Option<String>>,
    entity_name: Vec<Option<String>>,
    specialty: Vec<Option<String>>,
    peer_group: Vec<Option<String>>,
    peer_count: Vec<Option<i64>>,
    schemes: Vec<Vec<String>>,
    status: Vec<Option<String>>,
    p_value: Vec<Option<f64>>,
    q_value: Vec<Option<f64>>,
    local_fdr: Vec<Option<f64>>,
    stability: Vec<Option<f64>>,
    exposure_cents: Vec<Option<i64>>,
    exposure_lower_cents: Vec<Option<i64>>,
    priority_cents: Vec<Option<i64>>,
    paid_cents: Vec<Option<i64>>,
    claim_count: Vec<Option<i64>>,
    finding_count: Vec<Option<i64>>,
    summary: Vec<Option<String>>,
    first_flagged: Vec<Option<String>>,
    disposition: Vec<Option<String>>,
    /// Why it is back on the list, where it is.
    status_note: Vec<Option<String>>,
    /// Providers of a group; empty for others.
    member_ids: Vec<Vec<String>>,
    /// Identifiers whether shown or not, for looking the entity up in other tables.
    #[serde(skip)]
    pub entity_key: Vec<String>,
}

/// Reads the cases of a run in the order of their ranks.
///
/// # Errors
/// Where the table is missing or not as this version writes it.
pub fn case_list(run: &Path, with_phi: bool) -> Result<CaseList> {
    let Some(cases) = read_table(&run.join("cases.parquet"))? else {
        return Ok(CaseList::default());
    };
    let cases = lookup::listed(&cases)?;
    let entity_type = sure(texts(&cases, "entity_type")?);
    let entity_key = sure(texts(&cases, "entity_id")?);
    let entity_id = entity_key
        .iter()
        .zip(&entity_type)
        .map(|(id, kind)| (with_phi || kind != "member").then(|| id.clone()))
        .collect();
    let entity_name = texts(&cases, "entity_name")?
        .into_iter()
        .zip(&entity_type)
        .map(|(name, kind)| name.filter(|_| with_phi || kind != "member"))
        .collect();
    Ok(CaseList {
        case_id: sure(texts(&cases, "case_id")?),
        rank: ints(&cases, "rank")?,
        entity_type,
        entity_id,
        entity_name,
        specialty: texts(&cases, "specialty")?,
        peer_group: texts(&cases, "peer_group")?,
        peer_count: ints(&cases, "peer_count")?,
        schemes: text_lists(&cases, "schemes")?,
        status: texts(&cases, "status")?,
        p_value: floats(&cases, "p_value")?,
        q_value: floats(&cases, "q_value")?,
        local_fdr: floats(&cases, "local_fdr")?,
        stability: floats(&cases, "stability")?,
        exposure_cents: decimals(&cases, "exposure_amount")?,
        exposure_lower_cents: decimals(&cases, "exposure_lower")?,
        priority_cents: decimals(&cases, "priority_amount")?,
        paid_cents: decimals(&cases, "paid_amount")?,
        claim_count: ints(&cases, "claim_count")?,
        finding_count: ints(&cases, "finding_count")?,
        summary: texts(&cases, "summary")?,
        first_flagged: dates(&cases, "first_flagged")?,
        disposition: texts(&cases, "disposition")?,
        status_note: texts(&cases, "status_note")?,
        member_ids: text_lists(&cases, "member_ids")?,
        entity_key,
    })
}

impl CaseList {
    /// The list of one case alone.
    #[must_use]
    pub fn only(&self, row: usize) -> CaseList {
        fn at<T: Clone>(column: &[T], row: usize) -> Vec<T> {
            column.get(row).cloned().into_iter().collect()
        }
        CaseList {
            case_id: at(&self.case_id, row),
            rank: at(&self.rank, row),
            entity_type: at(&self.entity_type, row),
            entity_id: at(&self.entity_id, row),
            entity_name: at(&self.entity_name, row),
            specialty: at(&self.specialty, row),
            peer_group: at(&self.peer_group, row),
            peer_count: at(&self.peer_count, row),
            schemes: at(&self.schemes, row),
            status: at(&self.status, row),
            p_value: at(&self.p_value, row),
            q_value: at(&self.q_value, row),
            local_fdr: at(&self.local_fdr, row),
            stability: at(&self.stability, row),
            exposure_cents: at(&self.exposure_cents, row),
            exposure_lower_cents: at(&self.exposure_lower_cents, row),
            priority_cents: at(&self.priority_cents, row),
            paid_cents: at(&self.paid_cents, row),
            claim_count: at(&self.claim_count, row),
            finding_count: at(&self.finding_count, row),
            summary: at(&self.summary, row),
            first_flagged: at(&self.first_flagged, row),
            disposition: at(&self.disposition, row),
            status_note: at(&self.status_note, row),
            member_ids: at(&self.member_ids, row),
            entity_key: at(&self.entity_key, row),
        }
    }
}

fn sure(values: Vec<Option<String>>) -> Vec<String> {
    values.into_iter().map(Option::unwrap_or_default).collect()
}

fn texts(batch: &RecordBatch, name: &str) -> Result<Vec<Option<String>>> {
    let column = text(batch, name)?;
    let rows = 0..batch.num_rows();
    Ok(rows
        .map(|row| text_at(column, row).map(str::to_owned))
        .collect())
}

fn ints(batch: &RecordBatch, name: &str) -> Result<Vec<Option<i64>>> {
    let column = int(batch, name)?;
    Ok((0..batch.num_rows())
        .map(|row| int_at(column, row))
        .collect())
}

fn floats(batch: &RecordBatch, name: &str) -> Result<Vec<Option<f64>>> {
    let column = float(batch, name)?;
    Ok((0..batch.num_rows())
        .map(|row| float_at(column, row))
        .collect())
}

fn dates(batch: &RecordBatch, name: &str) -> Result<Vec<Option<String>>> {
    let column = date(batch, name)?;
    Ok((0..batch.num_rows())
        .map(|row| date_at(column, row).map(iso))
        .collect())
}
