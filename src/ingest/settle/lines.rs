//! Writes the settled lines and diagnoses of a bucket.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray,
    StringBuilder, UInt32Array,
};
use arrow::compute::take;
use arrow::datatypes::{Field, Schema};

use super::{Kept, View};
use crate::batch;
use crate::engine::arrow_type;
use crate::error::{Error, Result};
use crate::ingest::{bucket, date, load_line, parts};
use crate::reference::code_form;
use crate::schema::Table;
use crate::schema::canonical::{DIAGNOSIS, LINE};

/// The identifiers a line's provider is chosen from.
pub(super) struct Providers<'a> {
    rendering: &'a StringArray,
    billing: &'a StringArray,
    facility: &'a StringArray,
}

impl<'a> Providers<'a> {
    pub(super) fn new(load: &'a RecordBatch) -> Result<Providers<'a>> {
        Ok(Providers {
            rendering: batch::text(load, "rendering_npi")?,
            billing: batch::text(load, "billing_npi")?,
            facility: batch::text(load, "facility_npi")?,
        })
    }

    /// The one provider of a line and its role: facility, billing, rendering for institutional
    /// claims, and rendering, billing, facility for all others.
    pub(super) fn of(&self, claim_type: &str, row: usize) -> (&'a str, &'static str) {
        let rendering = (self.rendering, "rendering");
        let billing = (self.billing, "billing");
        let facility = (self.facility, "facility");
        let order = if claim_type == "institutional" {
            [facility, billing, rendering]
        } else {
            [rendering, billing, facility]
        };
        order
            .into_iter()
            .find_map(|(column, role)| batch::text_at(column, row).map(|id| (id, role)))
            .unwrap_or(("", "none"))
    }
}

/// The dates of a line, with what stands in where one is blank.
pub(super) struct Days<'a> {
    claim_start: &'a Int64Array,
    claim_end: &'a Int64Array,
    line_start: &'a Int64Array,
    line_end: &'a Int64Array,
    admission: &'a Int64Array,
    discharge: &'a Int64Array,
}

impl<'a> Days<'a> {
    pub(super) fn new(load: &'a RecordBatch) -> Result<Days<'a>> {
        Ok(Days {
            claim_start: batch::int(load, "claim_start_day")?,
            claim_end: batch::int(load, "claim_end_day")?,
            line_start: batch::int(load, "line_start_day")?,
            line_end: batch::int(load, "line_end_day")?,
            admission: batch::int(load, "admission_day")?,
            discharge: batch::int(load, "discharge_day")?,
        })
    }

    pub(super) fn service(&self, row: usize) -> i64 {
        batch::int_at(self.line_start, row)
            .or_else(|| batch::int_at(self.claim_start, row))
            .unwrap_or(0)
    }

    fn service_end(&self, row: usize) -> i64 {
        // A claim's end is the line's only where the line has no start of its own.
        let claim_end = || {
            self.line_start
                .is_null(row)
                .then(|| batch::int_at(self.claim_end, row))
                .flatten()
        };
        batch::int_at(self.line_end, row)
            .or_else(claim_end)
            .unwrap_or_else(|| self.service(row))
    }

    pub(super) fn claim_start(&self, row: usize) -> i64 {
        batch::int_at(self.claim_start, row).unwrap_or_else(|| self.service(row))
    }

    fn claim_end(&self, row: usize) -> i64 {
        batch::int_at(self.claim_end, row).unwrap_or_else(|| self.service_end(row))
    }
}

/// Bill types of an acute inpatient stay.
const INPATIENT_BILL_TYPE: &str = "11";

pub(super) fn write_empty(line_file: &Path, diagnosis_file: &Path) -> Result<()> {
    for (table, path) in [(&LINE, line_file), (&DIAGNOSIS, diagnosis_file)] {
        parts::write(path, &RecordBatch::new_empty(Arc::new(schema_of(table))))?;
    }
    Ok(())
}

/// Arrow schema of a canonical table.
pub(crate) fn schema_of(table: &Table) -> Schema {
    Schema::new(
        table
            .columns
            .iter()
            .map(|c| Field::new(c.name, arrow_type(c.kind), true))
            .collect::<Vec<_>>(),
    )
}

pub(super) fn write(
    view: &View,
    kept: &[Kept],
    npi_check: bool,
    line_file: &Path,
    diagnosis_file: &Path,
    days: &mut BTreeMap<i64, u64>,
) -> Result<()> {
    let lines = Lines::new(view, kept, npi_check)?;
    for (line, service) in kept.iter().zip(&lines.service_days) {
        *days.entry(*service).or_default() += 1;
        if let Some(paid) = batch::int_at(lines.paid_day, line.row) {
            *days.entry(paid).or_default() += 1;
        }
    }
    let mut arrays = Vec::with_capacity(LINE.columns.len());
    for column in LINE.columns {
        arrays.push(lines.column(column.name)?);
    }
    let table = RecordBatch::try_new(Arc::new(schema_of(&LINE)), arrays)
        .map_err(|e| Error::table(line_file, &e))?;
    parts::write(line_file, &table)?;
    parts::write(diagnosis_file, &diagnoses(view, kept, &lines)?)
}

/// Everything from which the columns of the line table are made.
struct Lines<'a> {
    view: &'a View<'a>,
    kept: &'a [Kept],
    take: UInt32Array,
    providers: Providers<'a>,
    days: Days<'a>,
    service_days: Vec<i64>,
    paid_day: &'a Int64Array,
    diagnoses: &'a StringArray,
    code_type: &'a StringArray,
    npi_check: bool,
}

impl<'a> Lines<'a> {
    fn new(view: &'a View<'a>, kept: &'a [Kept], npi_check: bool) -> Result<Lines<'a>> {
        let days = Days::new(view.batch)?;
        Ok(Lines {
            view,
            kept,
            take: kept.iter().map(|k| k.row as u32).collect::<Vec<_>>().into(),
            providers: Providers::new(view.batch)?,
            service_days: kept.iter().map(|k| days.service(k.row)).collect(),
            days,
            paid_day: batch::int(view.batch, "paid_day")?,
            diagnoses: batch::text(view.batch, "diagnoses")?,
            code_type: batch::text(view.batch, "diagnosis_code_type")?,
            npi_check,
        })
    }

    fn column(&self, name: &str) -> Result<ArrayRef> {
        let row = |k: &Kept| k.row;
        Ok(match name {
            "data_source" => self
                .texts(|k| Some(batch::text_at(self.view.source, row(k)).unwrap_or("unspecified"))),
            "claim_type" => self.texts(|k| Some(self.view.claim_type(row(k)))),
            "member_half" => self.ints(|k| {
                Some(bucket::half_of(load_line::person_hash(View::text(
                    self.view.person,
                    row(k),
                ))))
            }),
            "provider_id" => {
                self.texts(|k| Some(self.providers.of(self.view.claim_type(row(k)), row(k)).0))
            }
            "provider_role" => {
                self.texts(|k| Some(self.providers.of(self.view.claim_type(row(k)), row(k)).1))
            }
            "service_date" => Arc::new(
                self.service_days
                    .iter()
                    .map(|d| Some(*d as i32))
                    .collect::<Date32Array>(),
            ),
            "service_day" => Arc::new(Int64Array::from(self.service_days.clone())),
            "service_end_day" => self.ints(|k| Some(self.days.service_end(row(k)))),
            "service_month" => Arc::new(
                self.service_days
                    .iter()
                    .map(|d| Some(month_of(*d)))
                    .collect::<Int64Array>(),
            ),
            // 1970-01-01 was a Thursday, day 4 of the ISO week.
            "service_weekday" => Arc::new(
                self.service_days
                    .iter()
                    .map(|d| Some((d + 3).rem_euclid(7) + 1))
                    .collect::<Int64Array>(),
            ),
            "claim_start_day" => self.ints(|k| Some(self.days.claim_start(row(k)))),
            "claim_end_day" => self.ints(|k| Some(self.days.claim_end(row(k)))),
            "admission_day" => {
                self.ints(|k| self.stay_day(k, self.days.admission, self.days.claim_start(row(k))))
            }
            "discharge_day" => {
                self.ints(|k| self.stay_day(k, self.days.discharge, self.days.claim_end(row(k))))
            }
            "diagnosis_code_1" => self.texts(|k| {
                self.diagnoses
                    .value(row(k))
                    .split(' ')
                    .next()
                    .filter(|d| !d.is_empty())
            }),
            "charge_cents" => self.ints(|k| k.amounts[2]),
            "allowed_cents" => self.ints(|k| k.amounts[1]),
            "paid_cents" => self.ints(|k| k.amounts[0]),
            "member_cents" => self.ints(|k| k.member_cents),
            "amount_cents" => self.ints(|k| k.amounts[0].or(k.amounts[1])),
            "amount_basis" => self.texts(|k| {
                Some(if k.amounts[0].is_some() {
                    "paid"
                } else {
                    "allowed"
                })
            }),
            "amount_level" => self.texts(|k| Some(if k.allocated { "allocated" } else { "line" })),
            "line_status" => self.texts(|k| Some(k.status.name())),
            "active" => Arc::new(
                self.kept
                    .iter()
                    .map(|k| Some(k.status.is_active()))
                    .collect::<BooleanArray>(),
            ),
            "claim_frequency_code" => self.frequency()?,
            "in_network" => self.in_network()?,
            "npi_ok" => self.npi_ok()?,
            "code_ok" => self.code_ok()?,
            "diagnosis_ok" => Arc::new(
                self.kept
                    .iter()
                    .map(|k| Some(self.diagnosis_ok(row(k))))
                    .collect::<BooleanArray>(),
            ),
            as_loaded => {
                let column =
                    self.view
                        .batch
                        .column_by_name(as_loaded)
                        .ok_or_else(|| Error::Engine {
                            statement: "settling".into(),
                            message: format!("the load has no column {as_loaded}"),
                        })?;
                take(column, &self.take, None).map_err(|e| Error::Engine {
                    statement: "settling".into(),
                    message: e.to_string(),
                })?
            }
        })
    }

    fn texts<'s>(&'s self, value: impl Fn(&Kept) -> Option<&'s str>) -> ArrayRef {
        let mut builder = StringBuilder::with_capacity(self.kept.len(), self.kept.len() * 8);
        for line in self.kept {
            builder.append_option(value(line));
        }
        Arc::new(builder.finish())
    }

    fn ints(&self, value: impl Fn(&Kept) -> Option<i64>) -> ArrayRef {
        Arc::new(self.kept.iter().map(value).collect::<Int64Array>())
    }

    fn stay_day(&self, line: &Kept, given: &Int64Array, otherwise: i64) -> Option<i64> {
        let inpatient = batch::text_at(self.view.bill_type, line.row)
            .is_some_and(|b| b.starts_with(INPATIENT_BILL_TYPE));
        batch::int_at(given, line.row).or_else(|| inpatient.then_some(otherwise))
    }

    fn frequency(&self) -> Result<ArrayRef> {
        let given = batch::text(self.view.batch, "claim_frequency_code")?;
        let from_bill_type = |row: usize| {
            batch::text_at(self.view.bill_type, row)
                .filter(|b| b.len() >= 3)
                .and_then(|b| b.get(b.len() - 1..))
        };
        Ok(self.texts(|k| batch::text_at(given, k.row).or_else(|| from_bill_type(k.row))))
    }

    fn in_network(&self) -> Result<ArrayRef> {
        let flag = batch::text(self.view.batch, "in_network_flag")?;
        Ok(self.ints(|k| match batch::text_at(flag, k.row)? {
            "1" | "true" | "t" | "y" | "yes" | "in" => Some(1),
            "0" | "false" | "f" | "n" | "no" | "out" => Some(0),
            _ => None,
        }))
    }

    fn npi_ok(&self) -> Result<ArrayRef> {
        let columns = [
            self.providers.rendering,
            self.providers.billing,
            self.providers.facility,
        ];
        let referring = batch::text(self.view.batch, "referring_npi")?;
        let ok = |row: usize| {
            let present = columns
                .iter()
                .chain([&referring])
                .filter_map(|c| batch::text_at(c, row));
            !self.npi_check || present.into_iter().all(code_form::npi_check_digit)
        };
        Ok(Arc::new(
            self.kept
                .iter()
                .map(|k| Some(ok(k.row)))
                .collect::<BooleanArray>(),
        ))
    }

    /// Prospective payment lines carry a HIPPS code in the field of the HCPCS code.
    fn code_ok(&self) -> Result<ArrayRef> {
        const HIPPS_REVENUE_CODES: [&str; 3] = ["0022", "0023", "0024"];
        let code = batch::text(self.view.batch, "hcpcs_code")?;
        let ok = |row: usize| {
            let revenue = batch::text_at(self.view.revenue, row).unwrap_or_default();
            let hipps = HIPPS_REVENUE_CODES.contains(&revenue);
            batch::text_at(code, row)
                .is_none_or(|c| code_form::hcpcs_form(c) || (hipps && code_form::hipps_form(c)))
        };
        Ok(Arc::new(
            self.kept
                .iter()
                .map(|k| Some(ok(k.row)))
                .collect::<BooleanArray>(),
        ))
    }

    fn diagnosis_ok(&self, row: usize) -> bool {
        let code_type = batch::text_at(self.code_type, row);
        let valid = |code: &str| match code_type {
            Some("icd-9-cm") => code_form::icd9cm_form(code),
            Some("icd-10-cm") => code_form::icd10cm_form(code),
            Some(_) => true,
            None => code_form::icd10cm_form(code) || code_form::icd9cm_form(code),
        };
        self.diagnoses
            .value(row)
            .split(' ')
            .filter(|d| !d.is_empty())
            .all(valid)
    }
}

/// Months since January of year 0.
fn month_of(day: i64) -> i64 {
    date::date_of(day).map_or(0, |d| i64::from(d.year()) * 12 + i64::from(d.month()) - 1)
}

/// Each diagnosis of a claim once, in the order of its lines.
fn diagnoses(view: &View, kept: &[Kept], lines: &Lines) -> Result<RecordBatch> {
    let mut texts: [StringBuilder; 5] = std::array::from_fn(|_| StringBuilder::new());
    let (mut positions, mut starts) = (Vec::new(), Vec::new());
    for claim in kept.chunk_by(|a, b| view.claim_key(a.row) == view.claim_key(b.row)) {
        let mut seen: Vec<&str> = Vec::new();
        for line in claim {
            for code in lines
                .diagnoses
                .value(line.row)
                .split(' ')
                .filter(|d| !d.is_empty())
            {
                if seen.contains(&code) {
                    continue;
                }
                seen.push(code);
                texts[0]
                    .append_value(batch::text_at(view.source, line.row).unwrap_or("unspecified"));
                texts[1].append_value(View::text(view.claim, line.row));
                texts[2].append_value(View::text(view.person, line.row));
                texts[3].append_value(code);
                texts[4].append_option(batch::text_at(lines.code_type, line.row));
                positions.push(seen.len() as i64);
                starts.push(lines.days.claim_start(line.row));
            }
        }
    }
    let [mut source, mut claim, mut person, mut code, mut code_type] = texts;
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(source.finish()),
        Arc::new(claim.finish()),
        Arc::new(person.finish()),
        Arc::new(Int64Array::from(positions)),
        Arc::new(code.finish()),
        Arc::new(code_type.finish()),
        Arc::new(Int64Array::from(starts)),
    ];
    RecordBatch::try_new(Arc::new(schema_of(&DIAGNOSIS)), arrays).map_err(|e| Error::Engine {
        statement: "diagnoses".into(),
        message: e.to_string(),
    })
}
