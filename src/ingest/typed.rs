//! From a layout's text columns to typed load columns, row by row accepted or refused.
//!
//! Parsing goes column by column; a row keeps the first fault found, in the order of the fields,
//! so that the same row is always refused for the same reason.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Int64Array, Int64Builder, RecordBatch, StringArray,
    StringBuilder,
};
use arrow::datatypes::{DataType, Field, Schema};

use super::date::{self, DateFormat};
use super::reader::Spoiled;
use super::reject::Reject;
use crate::error::{Error, Result};
use crate::money::{self, Decimals};

/// Digits of a national provider identifier (45 CFR 162.406).
const NPI_DIGITS: usize = 10;

/// How a text becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parse {
    Text,
    Upper,
    Lower,
    /// A national provider identifier, which some tools write as a number: 1234567893.0.
    Npi,
    /// A day within 1990-2099.
    Day,
    /// The last day of a span: later than 2099 (such as 9999-12-31) means open-ended.
    OpenDay,
    /// A birth or death date.
    LifeDay,
    Cents,
    /// A count in thousandths.
    Milli,
    /// A whole number.
    Int,
}

/// One column of a load: its name, the layout's column it is read from, and how.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    pub name: &'static str,
    pub from: &'static str,
    pub parse: Parse,
}

/// How this layout writes dates and amounts.
#[derive(Debug, Clone)]
pub struct ValueFormat {
    pub dates: Vec<DateFormat>,
    pub decimals: Decimals,
    /// First day a service, claim, paid or enrolment date may have.
    pub first_day: i64,
}

/// The columns of a layout statement's result, by name; an absent one reads as all null.
pub struct LayoutRows<'a> {
    pub batch: &'a RecordBatch,
}

impl LayoutRows<'_> {
    /// A column as text; integers are written out.
    ///
    /// # Errors
    /// Where the column has no text form.
    pub fn text(&self, name: &str) -> Result<StringArray> {
        let Some(column) = self.batch.column_by_name(name) else {
            return Ok(StringArray::new_null(self.batch.num_rows()));
        };
        let text =
            arrow::compute::cast(column, &DataType::Utf8).map_err(|e| layout_type(name, &e))?;
        text.as_any()
            .downcast_ref::<StringArray>()
            .cloned()
            .ok_or_else(|| layout_type(name, &"no text"))
    }

    /// `source_file` or `source_row`.
    ///
    /// # Errors
    /// Where the statement does not pass it through.
    pub fn provenance(&self, name: &str) -> Result<Int64Array> {
        let column = self.batch.column_by_name(name).ok_or_else(|| Error::Sql {
            place: "layout".into(),
            found: format!("a statement does not return {name}"),
            remedy: "Add source_file and source_row to its SELECT list".into(),
        })?;
        column
            .as_any()
            .downcast_ref::<Int64Array>()
            .cloned()
            .ok_or_else(|| layout_type(name, &"not an integer"))
    }
}

fn layout_type(name: &str, found: &dyn std::fmt::Display) -> Error {
    Error::Sql {
        place: format!("layout, column {name}"),
        found: found.to_string(),
        remedy: "Return it as text".into(),
    }
}

/// Why a row is refused: the position of the field among the specs, and the words.
#[derive(Debug, Clone)]
struct Fault {
    column: String,
    value: Option<String>,
    reason: String,
}

/// Faults of a batch while it is parsed: at most one per row.
pub struct Faults(Vec<Option<Fault>>);

impl Faults {
    /// No faults yet in `rows` rows.
    #[must_use]
    pub fn none(rows: usize) -> Faults {
        Faults(vec![None; rows])
    }

    /// Records a fault unless the row already has one.
    pub fn set(
        &mut self,
        row: usize,
        column: &str,
        value: Option<&str>,
        reason: impl Into<String>,
    ) {
        if self.0[row].is_none() {
            self.0[row] = Some(Fault {
                column: column.to_owned(),
                value: value.map(str::to_owned),
                reason: reason.into(),
            });
        }
    }

    /// Records the rows whose source values could not be read: the first fault of all.
    pub fn spoil(&mut self, spoiled: &Spoiled, files: &Int64Array, rows: &Int64Array) {
        if spoiled.is_empty() {
            return;
        }
        for (i, slot) in self.0.iter_mut().enumerate() {
            if let Some((column, reason)) = spoiled.get(&(files.value(i), rows.value(i))) {
                *slot = Some(Fault {
                    column: column.clone(),
                    value: None,
                    reason: reason.clone(),
                });
            }
        }
    }

    /// True for rows without a fault.
    #[must_use]
    pub fn keep(&self) -> BooleanArray {
        self.0.iter().map(|f| Some(f.is_none())).collect()
    }

    /// The refused rows.
    #[must_use]
    pub fn rejects(
        &self,
        files: &Int64Array,
        rows: &Int64Array,
        paid: Option<&Int64Array>,
    ) -> Vec<Reject> {
        let mut rejects = Vec::new();
        for (i, fault) in self.0.iter().enumerate() {
            if let Some(fault) = fault {
                rejects.push(Reject {
                    file: files.value(i),
                    row: rows.value(i),
                    column: (!fault.column.is_empty()).then(|| fault.column.clone()),
                    value: fault.value.clone(),
                    reason: fault.reason.clone(),
                    paid_cents: paid.and_then(|p| p.is_valid(i).then(|| p.value(i))),
                });
            }
        }
        rejects
    }
}

/// Parses every field of `specs`; faults are recorded, the value is null there.
///
/// # Errors
/// Where a layout column has no text form.
pub fn parse(
    rows: &LayoutRows,
    specs: &[FieldSpec],
    format: &ValueFormat,
    faults: &mut Faults,
) -> Result<RecordBatch> {
    let mut fields = Vec::with_capacity(specs.len());
    let mut arrays = Vec::with_capacity(specs.len());
    for spec in specs {
        let text = rows.text(spec.from)?;
        let array = parse_column(*spec, &text, format, faults);
        fields.push(Field::new(spec.name, array.data_type().clone(), true));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        .map_err(|e| layout_type("row count", &e))
}

/// The batch with more columns behind its own.
///
/// # Errors
/// Where a column has another number of rows.
pub fn with_columns(batch: &RecordBatch, more: Vec<(&str, ArrayRef)>) -> Result<RecordBatch> {
    let schema = batch.schema();
    let mut fields: Vec<Field> = schema.fields().iter().map(|f| f.as_ref().clone()).collect();
    let mut arrays = batch.columns().to_vec();
    for (name, array) in more {
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        .map_err(|e| layout_type("row count", &e))
}

fn parse_column(
    spec: FieldSpec,
    text: &StringArray,
    format: &ValueFormat,
    faults: &mut Faults,
) -> ArrayRef {
    match spec.parse {
        Parse::Text => Arc::new(text.clone()),
        Parse::Upper => Arc::new(map_text(text, str::to_ascii_uppercase)),
        Parse::Lower => Arc::new(map_text(text, str::to_ascii_lowercase)),
        Parse::Npi => Arc::new(map_text(text, |v| without_fraction(v).to_owned())),
        _ => {
            let mut builder = Int64Builder::with_capacity(text.len());
            for (row, value) in text.iter().enumerate() {
                let parsed = value.map(|v| parse_number(spec.parse, v, format));
                match parsed {
                    None => builder.append_null(),
                    Some(Ok(number)) => builder.append_value(number),
                    Some(Err(reason)) => {
                        builder.append_null();
                        faults.set(row, spec.from, value, reason);
                    }
                }
            }
            Arc::new(builder.finish())
        }
    }
}

/// Digits without the zeros behind the point that a float column is written with.
fn without_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros))
            if whole.len() == NPI_DIGITS
                && whole.bytes().all(|b| b.is_ascii_digit())
                && zeros.bytes().all(|b| b == b'0') =>
        {
            whole
        }
        _ => text,
    }
}

fn map_text(text: &StringArray, change: impl Fn(&str) -> String) -> StringArray {
    let mut builder = StringBuilder::with_capacity(text.len(), text.value_data().len());
    for value in text {
        builder.append_option(value.map(&change));
    }
    builder.finish()
}

fn parse_number(
    parse: Parse,
    text: &str,
    format: &ValueFormat,
) -> std::result::Result<i64, String> {
    match parse {
        Parse::Day => bounded_day(text, format, format.first_day),
        Parse::LifeDay => bounded_day(text, format, date::day_of(date::FIRST_BIRTH)),
        Parse::OpenDay => {
            let day = date::parse_day(text, &format.dates).ok_or("unreadable date")?;
            Ok(day.min(date::day_of(date::LAST_DAY)))
        }
        Parse::Cents => {
            money::parse_cents(text, format.decimals).map_err(|e| format!("unreadable amount: {e}"))
        }
        Parse::Milli => money::parse_fixed(text, 3, Decimals::HalfEven)
            .map_err(|e| format!("unreadable number: {e}")),
        _ => money::parse_fixed(text, 0, Decimals::Exact)
            .map_err(|_| "not a whole number".to_owned()),
    }
}

fn bounded_day(text: &str, format: &ValueFormat, first: i64) -> std::result::Result<i64, String> {
    let day = date::parse_day(text, &format.dates).ok_or("unreadable date")?;
    if day < first || day > date::day_of(date::LAST_DAY) {
        let year = date::date_of(first).map_or(0, jiff::civil::Date::year);
        return Err(format!("date outside {year}-{}", date::LAST_DAY.0));
    }
    Ok(day)
}
