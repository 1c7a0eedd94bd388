//! Members, enrolment, providers and pharmacy lines as they are loaded: typed, not yet merged.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, Int64Array, RecordBatch};
use arrow::compute::filter_record_batch;

use super::ledger::{Ledger, PHARMACY, Stage, Totals};
use super::load_line::{person_hash, row_hashes};
use super::reader::Spoiled;
use super::reject::Reject;
use super::typed::{Faults, FieldSpec, LayoutRows, Parse, ValueFormat, parse, with_columns};
use crate::batch;
use crate::error::{Error, Result};

const fn field(name: &'static str, from: &'static str, parse: Parse) -> FieldSpec {
    FieldSpec { name, from, parse }
}

const MEMBER: &[FieldSpec] = &[
    field("person_id", "person_id", Parse::Text),
    field("birth_day", "birth_date", Parse::LifeDay),
    field("death_day", "death_date", Parse::LifeDay),
    field("sex", "sex", Parse::Lower),
    field("state", "state", Parse::Text),
    field("zip_code", "zip_code", Parse::Text),
];

const ENROLLMENT: &[FieldSpec] = &[
    field("person_id", "person_id", Parse::Text),
    field("payer", "payer", Parse::Text),
    field("plan", "plan", Parse::Text),
    field("start_day", "enrollment_start_date", Parse::LifeDay),
    field("end_day", "enrollment_end_date", Parse::OpenDay),
];

const PROVIDER: &[FieldSpec] = &[
    field("provider_id", "npi", Parse::Npi),
    field("provider_name", "provider_name", Parse::Text),
    field("entity_type_code", "entity_type_code", Parse::Text),
    field("taxonomy_code", "taxonomy_code", Parse::Upper),
    field("specialty", "specialty", Parse::Text),
    field("state", "state", Parse::Text),
    field("zip_code", "zip_code", Parse::Text),
];

const PHARMACY_LINE: &[FieldSpec] = &[
    field("data_source", "data_source", Parse::Text),
    field("payer", "payer", Parse::Text),
    field("plan", "plan", Parse::Text),
    field("claim_id", "claim_id", Parse::Text),
    field("claim_line_number", "claim_line_number", Parse::Int),
    field("person_id", "person_id", Parse::Text),
    field("prescribing_npi", "prescribing_npi", Parse::Npi),
    field("dispensing_npi", "dispensing_npi", Parse::Npi),
    field("dispensing_day", "dispensing_date", Parse::Day),
    field("paid_day", "paid_date", Parse::Day),
    field("ndc_code", "ndc_code", Parse::Upper),
    field("quantity_milli", "quantity", Parse::Milli),
    field("days_supply", "days_supply", Parse::Int),
    field("refills", "refills", Parse::Int),
    field("paid_cents", "paid_amount", Parse::Cents),
    field("allowed_cents", "allowed_amount", Parse::Cents),
];

/// Fields of a table, and those without which a row cannot be used.
fn specs(table: &str) -> Option<(&'static [FieldSpec], &'static [&'static str])> {
    Some(match table {
        "member" => (MEMBER, &["person_id"]),
        "enrollment" => (ENROLLMENT, &["person_id", "start_day"]),
        "provider" => (PROVIDER, &["provider_id"]),
        "pharmacy_line" => (PHARMACY_LINE, &["claim_id", "person_id", "dispensing_day"]),
        _ => return None,
    })
}

/// The static name of a table of loads.
///
/// # Errors
/// Where there is no such table.
pub fn table_name(target: &str) -> Result<&'static str> {
    ["line", "member", "enrollment", "provider", "pharmacy_line"]
        .into_iter()
        .find(|t| *t == target)
        .ok_or_else(|| Error::Usage(format!("a layout cannot give the table {target}")))
}

/// Types a batch of layout rows of any table but `line`.
///
/// # Errors
/// Where the layout's result has columns of a wrong type.
pub fn load_rows(
    table: &str,
    layout_rows: &RecordBatch,
    format: &ValueFormat,
    spoiled: &Spoiled,
) -> Result<(RecordBatch, Vec<Reject>, Ledger)> {
    let (specs, required) = specs(table)
        .ok_or_else(|| Error::Usage(format!("a layout cannot give the table {table}")))?;
    let rows = LayoutRows { batch: layout_rows };
    let mut faults = Faults::none(layout_rows.num_rows());
    let typed = parse(&rows, specs, format, &mut faults)?;
    for name in required {
        let Some(column) = typed.column_by_name(name) else {
            continue;
        };
        let from = specs
            .iter()
            .find(|s| s.name == *name)
            .map_or(*name, |s| s.from);
        for row in (0..typed.num_rows()).filter(|r| column.is_null(*r)) {
            faults.set(row, from, None, format!("no {from}"));
        }
    }
    if let (Ok(start), Ok(end)) = (
        batch::int(&typed, "start_day"),
        batch::int(&typed, "end_day"),
    ) {
        for row in 0..typed.num_rows() {
            if let (Some(start), Some(end)) = (batch::int_at(start, row), batch::int_at(end, row))
                && end < start
            {
                faults.set(
                    row,
                    "enrollment_end_date",
                    None,
                    "the span ends before it starts",
                );
            }
        }
    }
    let files = rows.provenance("source_file")?;
    let numbers = rows.provenance("source_row")?;
    faults.spoil(spoiled, &files, &numbers);
    let paid = batch::int(&typed, "paid_cents").ok();
    let rejects = faults.rejects(&files, &numbers, paid);
    let ledger = totals(table, &typed, &faults.keep());
    let key = typed.column_by_name(if table == "provider" {
        "provider_id"
    } else {
        "person_id"
    });
    let hash: Int64Array = match key.and_then(|k| k.as_string_opt::<i32>()) {
        Some(ids) => ids
            .iter()
            .map(|id| Some(id.map_or(0, person_hash)))
            .collect(),
        None => Int64Array::from(vec![0; typed.num_rows()]),
    };
    let row_hash = row_hashes(typed.columns());
    let all = with_columns(
        &typed,
        vec![
            ("person_hash", Arc::new(hash)),
            ("row_hash", Arc::new(row_hash)),
            ("source_file", Arc::new(files)),
            ("source_row", Arc::new(numbers)),
        ],
    )?;
    let kept = filter_record_batch(&all, &faults.keep()).map_err(|e| {
        Error::input(
            format!("loading {table}"),
            e.to_string(),
            "Please report this",
        )
    })?;
    Ok((kept, rejects, ledger))
}

/// Rows and cents read and rejected; only pharmacy lines bear money.
fn totals(table: &str, typed: &RecordBatch, keep: &BooleanArray) -> Ledger {
    let mut ledger = Ledger::default();
    if table != "pharmacy_line" {
        return ledger;
    }
    for row in 0..typed.num_rows() {
        let totals = pharmacy_totals(typed, row);
        ledger.add(PHARMACY, Stage::Read, totals);
        if !keep.value(row) {
            ledger.add(PHARMACY, Stage::Rejected, totals);
        }
    }
    ledger
}

/// Cents of a pharmacy row; a pharmacy line has no charge.
pub(super) fn pharmacy_totals(rows: &RecordBatch, row: usize) -> Totals {
    let cents = |name| {
        batch::int(rows, name)
            .ok()
            .and_then(|c| batch::int_at(c, row))
            .unwrap_or(0)
    };
    Totals {
        rows: 1,
        paid_cents: cents("paid_cents"),
        allowed_cents: cents("allowed_cents"),
        charge_cents: 0,
    }
}
