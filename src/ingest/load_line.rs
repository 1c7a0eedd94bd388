//! Claim lines as they are loaded: typed, complete enough to use, hashed, not yet settled.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, StringBuilder,
};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int64Type;

use super::ledger::{Ledger, Stage, Totals};
use super::reader::Spoiled;
use super::reject::Reject;
use super::typed::{Faults, FieldSpec, LayoutRows, Parse, ValueFormat, parse, with_columns};
use crate::error::{Error, Result};

const fn field(name: &'static str, from: &'static str, parse: Parse) -> FieldSpec {
    FieldSpec { name, from, parse }
}

/// Columns of a line load that are read straight from the layout.
pub const FIELDS: &[FieldSpec] = &[
    field("data_source", "data_source", Parse::Text),
    field("payer", "payer", Parse::Text),
    field("plan", "plan", Parse::Text),
    field("claim_id", "claim_id", Parse::Text),
    field("claim_line_number", "claim_line_number", Parse::Int),
    field("claim_type", "claim_type", Parse::Lower),
    field("person_id", "person_id", Parse::Text),
    field("claim_start_day", "claim_start_date", Parse::Day),
    field("claim_end_day", "claim_end_date", Parse::Day),
    field("line_start_day", "line_start_date", Parse::Day),
    field("line_end_day", "line_end_date", Parse::Day),
    field("admission_day", "admission_date", Parse::Day),
    field("discharge_day", "discharge_date", Parse::Day),
    field("paid_day", "paid_date", Parse::Day),
    field("bill_type_code", "bill_type_code", Parse::Upper),
    field(
        "place_of_service_code",
        "place_of_service_code",
        Parse::Upper,
    ),
    field("revenue_center_code", "revenue_center_code", Parse::Upper),
    field("drg_code", "drg_code", Parse::Upper),
    field("hcpcs_code", "hcpcs_code", Parse::Upper),
    field("units_milli", "units", Parse::Milli),
    field("rendering_npi", "rendering_npi", Parse::Npi),
    field("billing_npi", "billing_npi", Parse::Npi),
    field("facility_npi", "facility_npi", Parse::Npi),
    field("referring_npi", "referring_npi", Parse::Npi),
    field("ordering_npi", "ordering_npi", Parse::Npi),
    field("billing_tin", "billing_tin", Parse::Text),
    field("charge_cents", "charge_amount", Parse::Cents),
    field("allowed_cents", "allowed_amount", Parse::Cents),
    field("paid_cents", "paid_amount", Parse::Cents),
    field("coinsurance_cents", "coinsurance_amount", Parse::Cents),
    field("copayment_cents", "copayment_amount", Parse::Cents),
    field("deductible_cents", "deductible_amount", Parse::Cents),
    field("diagnosis_code_type", "diagnosis_code_type", Parse::Lower),
    field(
        "discharge_disposition_code",
        "discharge_disposition_code",
        Parse::Upper,
    ),
    field("admit_type_code", "admit_type_code", Parse::Upper),
    field("admit_source_code", "admit_source_code", Parse::Upper),
    field("claim_status", "claim_status", Parse::Lower),
    field("claim_frequency_code", "claim_frequency_code", Parse::Upper),
    field("original_claim_id", "original_claim_id", Parse::Text),
    field(
        "prior_authorization_number",
        "prior_authorization_number",
        Parse::Text,
    ),
    field("in_network_flag", "in_network_flag", Parse::Lower),
];

/// Modifier columns of the layout, joined into one.
const MODIFIERS: [&str; 5] = [
    "hcpcs_modifier_1",
    "hcpcs_modifier_2",
    "hcpcs_modifier_3",
    "hcpcs_modifier_4",
    "hcpcs_modifier_5",
];
/// Diagnosis columns of the layout, joined into one.
const DIAGNOSIS_COUNT: usize = 25;

/// A typed batch of lines, the rows refused, and the totals of both.
pub struct LoadedLines {
    pub batch: RecordBatch,
    pub rejects: Vec<Reject>,
    pub ledger: Ledger,
}

/// Types a batch of layout rows.
///
/// # Errors
/// Where the layout's result has columns of a wrong type.
pub fn load_lines(
    batch: &RecordBatch,
    format: &ValueFormat,
    spoiled: &Spoiled,
) -> Result<LoadedLines> {
    let rows = LayoutRows { batch };
    let mut faults = Faults::none(batch.num_rows());
    let typed = parse(&rows, FIELDS, format, &mut faults)?;
    require(&typed, &mut faults);
    let files = rows.provenance("source_file")?;
    let numbers = rows.provenance("source_row")?;
    let paid = typed
        .column_by_name("paid_cents")
        .map(|c| c.as_primitive::<Int64Type>().clone());
    faults.spoil(spoiled, &files, &numbers);
    let rejects = faults.rejects(&files, &numbers, paid.as_ref());

    let keep = faults.keep();
    let claim_types = claim_types(&typed);
    let ledger = totals(&typed, &claim_types, &keep);

    let modifiers = joined(&rows, &MODIFIERS.map(str::to_owned), &|t| {
        t.to_ascii_uppercase()
    })?;
    let names: Vec<String> = (1..=DIAGNOSIS_COUNT)
        .map(|i| format!("diagnosis_code_{i}"))
        .collect();
    let diagnoses = joined(&rows, &names, &|t| t.replace('.', "").to_ascii_uppercase())?;
    let said = with_columns(
        &with_claim_types(&typed, claim_types)?,
        vec![
            ("modifiers", Arc::new(modifiers)),
            ("diagnoses", Arc::new(diagnoses)),
        ],
    )?;
    let hashes = hashes(&said);
    let all = with_columns(
        &said,
        vec![
            ("source_file", Arc::new(files)),
            ("source_row", Arc::new(numbers)),
            ("person_hash", Arc::new(hashes.person)),
            ("claim_hash", Arc::new(hashes.claim)),
            ("key_hash", Arc::new(hashes.key)),
            ("row_hash", Arc::new(hashes.row)),
        ],
    )?;
    let batch = filter_record_batch(&all, &keep)
        .map_err(|e| Error::input("loading claim lines", e.to_string(), "Please report this"))?;
    Ok(LoadedLines {
        batch,
        rejects,
        ledger,
    })
}

/// The typed rows with the claim types as they were settled.
fn with_claim_types(typed: &RecordBatch, claim_types: StringArray) -> Result<RecordBatch> {
    let schema = typed.schema();
    let mut arrays = typed.columns().to_vec();
    if let Some((position, _)) = schema.column_with_name("claim_type") {
        arrays[position] = Arc::new(claim_types);
    }
    RecordBatch::try_new(schema, arrays)
        .map_err(|e| Error::input("loading claim lines", e.to_string(), "Please report this"))
}

/// The claim type of every row; where the source says nothing, a bill type makes it institutional.
fn claim_types(typed: &RecordBatch) -> StringArray {
    let column = |name: &str| typed.column_by_name(name).map(AsArray::as_string::<i32>);
    let (given, bill_type) = (column("claim_type"), column("bill_type_code"));
    let mut builder = StringBuilder::with_capacity(typed.num_rows(), typed.num_rows() * 12);
    for row in 0..typed.num_rows() {
        let present = |c: Option<&StringArray>| c.is_some_and(|c| c.is_valid(row));
        match given.filter(|g| g.is_valid(row)) {
            Some(given) => builder.append_value(given.value(row)),
            None if present(bill_type) => builder.append_value("institutional"),
            None => builder.append_value("professional"),
        }
    }
    builder.finish()
}

fn totals(typed: &RecordBatch, claim_types: &StringArray, keep: &BooleanArray) -> Ledger {
    let cents = |name: &str, row: usize| {
        typed
            .column_by_name(name)
            .map(AsArray::as_primitive::<Int64Type>)
            .filter(|c| c.is_valid(row))
            .map_or(0, |c| c.value(row))
    };
    let mut ledger = Ledger::default();
    for row in 0..typed.num_rows() {
        let totals = Totals {
            rows: 1,
            paid_cents: cents("paid_cents", row),
            allowed_cents: cents("allowed_cents", row),
            charge_cents: cents("charge_cents", row),
        };
        ledger.add(claim_types.value(row), Stage::Read, totals);
        if !keep.value(row) {
            ledger.add(claim_types.value(row), Stage::Rejected, totals);
        }
    }
    ledger
}

/// The fields without which a line cannot be used.
fn require(typed: &RecordBatch, faults: &mut Faults) {
    let text = |name: &str| {
        typed
            .column_by_name(name)
            .map(|c| c.as_string::<i32>().clone())
    };
    let int = |name: &str| {
        typed
            .column_by_name(name)
            .map(|c| c.as_primitive::<Int64Type>().clone())
    };
    let (Some(claim), Some(person), Some(number)) = (
        text("claim_id"),
        text("person_id"),
        int("claim_line_number"),
    ) else {
        return;
    };
    let days: Vec<Int64Array> = ["line_start_day", "claim_start_day"]
        .iter()
        .filter_map(|n| int(n))
        .collect();
    let providers: Vec<StringArray> = ["rendering_npi", "billing_npi", "facility_npi"]
        .iter()
        .filter_map(|n| text(n))
        .collect();
    let amounts: Vec<Int64Array> = ["paid_cents", "allowed_cents"]
        .iter()
        .filter_map(|n| int(n))
        .collect();
    for row in 0..typed.num_rows() {
        if claim.is_null(row) {
            faults.set(row, "claim_id", None, "no claim id");
        }
        if number.is_null(row) {
            faults.set(row, "claim_line_number", None, "no claim line number");
        } else if number.value(row) < 0 {
            faults.set(
                row,
                "claim_line_number",
                Some(&number.value(row).to_string()),
                "negative claim line number",
            );
        }
        if person.is_null(row) {
            faults.set(
                row,
                "person_id",
                None,
                "no member: neither person_id nor member_id",
            );
        }
        if days.iter().all(|d| d.is_null(row)) {
            faults.set(
                row,
                "claim_start_date",
                None,
                "no service date: neither on the line nor on the claim",
            );
        }
        if providers.iter().all(|p| p.is_null(row)) {
            faults.set(
                row,
                "rendering_npi",
                None,
                "no provider: neither rendering, billing nor facility",
            );
        }
        if amounts.iter().all(|a| a.is_null(row)) {
            faults.set(
                row,
                "paid_amount",
                None,
                "no amount: neither paid nor allowed",
            );
        }
    }
}

/// Non-null values of several columns joined by a blank; empty text where there is none.
fn joined(
    rows: &LayoutRows,
    names: &[String],
    change: &dyn Fn(&str) -> String,
) -> Result<StringArray> {
    let mut columns = Vec::new();
    for name in names {
        if rows.batch.column_by_name(name).is_some() {
            columns.push(rows.text(name)?);
        }
    }
    let mut builder =
        StringBuilder::with_capacity(rows.batch.num_rows(), rows.batch.num_rows() * 8);
    let mut text = String::new();
    for row in 0..rows.batch.num_rows() {
        text.clear();
        for column in &columns {
            if column.is_valid(row) {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&change(column.value(row)));
            }
        }
        builder.append_value(&text);
    }
    Ok(builder.finish())
}

struct Hashes {
    person: Int64Array,
    claim: Int64Array,
    key: Int64Array,
    row: Int64Array,
}

/// First eight bytes of BLAKE3 over a member, a claim's key, a line's key, and all a line says.
fn hashes(said: &RecordBatch) -> Hashes {
    let array = |name: &str| said.column_by_name(name);
    let claim: Vec<&ArrayRef> = ["data_source", "claim_id"]
        .iter()
        .filter_map(|n| array(n))
        .collect();
    let line = array("claim_line_number");
    let count = said.num_rows();
    let column = || Vec::with_capacity(count);
    let (mut person, mut claims, mut keys, mut rows) = (column(), column(), column(), column());
    let persons = array("person_id").and_then(|a| a.as_string_opt::<i32>());
    for row in 0..count {
        person.push(
            persons
                .filter(|p| p.is_valid(row))
                .map_or(0, |p| person_hash(p.value(row))),
        );
        let mut hasher = blake3::Hasher::new();
        for part in &claim {
            hash_value(&mut hasher, part, row);
        }
        claims.push(head(&hasher));
        if let Some(line) = line {
            hash_value(&mut hasher, line, row);
        }
        keys.push(head(&hasher));
        for part in said.columns() {
            hash_value(&mut hasher, part, row);
        }
        rows.push(head(&hasher));
    }
    Hashes {
        person: person.into(),
        claim: claims.into(),
        key: keys.into(),
        row: rows.into(),
    }
}

/// A hash of everything each row says.
#[must_use]
pub fn row_hashes(arrays: &[ArrayRef]) -> Int64Array {
    let count = arrays.first().map_or(0, Array::len);
    let hash = |row: usize| {
        let mut hasher = blake3::Hasher::new();
        for array in arrays {
            hash_value(&mut hasher, array, row);
        }
        head(&hasher)
    };
    (0..count).map(|row| Some(hash(row))).collect()
}

/// The hash that decides a member's bucket and half.
#[must_use]
pub fn person_hash(person_id: &str) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(person_id.as_bytes());
    head(&hasher)
}

fn head(hasher: &blake3::Hasher) -> i64 {
    let mut bytes = [0_u8; 8];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    i64::from_be_bytes(bytes)
}

fn hash_value(hasher: &mut blake3::Hasher, array: &ArrayRef, row: usize) {
    if array.is_null(row) {
        hasher.update(&[0]);
    } else if let Some(text) = array.as_string_opt::<i32>() {
        // With its length, so that no two rows say the same by where their values end.
        hasher.update(&[1]);
        hasher.update(&(text.value(row).len() as u64).to_be_bytes());
        hasher.update(text.value(row).as_bytes());
    } else if let Some(number) = array.as_primitive_opt::<Int64Type>() {
        hasher.update(&[2]);
        hasher.update(&number.value(row).to_be_bytes());
    }
}
