//! The part of a run that work papers are made of: cases in the order of their ranks, each with its
//! findings and their lines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::{Array, BooleanArray, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{filter_record_batch, take_record_batch};

use super::origin::Origin;
use crate::batch::{decimal, read_rows, text, text_at};
use crate::cases::lookup;
use crate::error::{Error, Result};
use crate::report::run_folder::hash_file;
use crate::schema::EntityType;

/// Rows of the run's tables.
#[derive(Debug, Clone)]
pub struct Work {
    pub cases: RecordBatch,
    pub findings: RecordBatch,
    pub evidence: RecordBatch,
}

/// Reads the cases that `wanted` names (every case where it names none), each once, and what
/// belongs to them: findings by exposure, evidence in the order of the findings.
///
/// # Errors
/// Where a table is not the one of the manifest, or a case is not in the run.
pub fn read(run: &Path, origin: &Origin, wanted: &[String]) -> Result<Work> {
    let path = |name: &str| run.join(format!("{name}.parquet"));
    for name in ["cases", "findings", "evidence", "entities", "columns"] {
        refuse_other_table(&path(name), origin)?;
    }
    let cases = read_rows(&path("cases"), &|batch| {
        Ok(BooleanArray::from(vec![true; batch.num_rows()]))
    })?;
    let cases = chosen(&cases, wanted)?;
    let order = positions(text(&cases, "case_id")?);
    let of_cases = |batch: &RecordBatch| {
        let ids = text(batch, "case_id")?;
        let known = |row| text_at(ids, row).is_some_and(|id| order.contains_key(id));
        Ok((0..batch.num_rows()).map(|row| Some(known(row))).collect())
    };
    let findings = read_rows(&path("findings"), &of_cases)?;
    let findings = in_order_of(&findings, "case_id", &order, &by_exposure(&findings)?)?;
    let place = positions(text(&findings, "finding_id")?);
    let evidence = read_rows(&path("evidence"), &of_cases)?;
    let unmoved: Vec<usize> = (0..evidence.num_rows()).collect();
    let evidence = in_order_of(&evidence, "finding_id", &place, &unmoved)?;
    Ok(Work {
        cases,
        findings,
        evidence,
    })
}

/// Work papers that do not come from the run they name are worth nothing.
fn refuse_other_table(path: &Path, origin: &Origin) -> Result<()> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    let recorded = name.and_then(|n| origin.tables.get(&n));
    if recorded.is_some_and(|hash| hash_file(path).is_ok_and(|h| h == *hash)) {
        return Ok(());
    }
    Err(Error::input(
        path.display().to_string(),
        "it is not the table that the run's manifest names",
        "Scan again, or bring the run's folder back as it was; `claimhound verify RUN` lists what differs",
    ))
}

fn chosen(cases: &RecordBatch, wanted: &[String]) -> Result<RecordBatch> {
    if wanted.is_empty() {
        return lookup::listed(cases);
    }
    let rows: BTreeSet<usize> = wanted
        .iter()
        .map(|w| lookup::find(cases, w))
        .collect::<Result<_>>()?;
    rows_of(cases, rows)
}

/// Position of each identifier in a column.
fn positions(ids: &StringArray) -> BTreeMap<String, usize> {
    let known = ids.iter().enumerate();
    known
        .filter_map(|(row, id)| Some((id?.to_owned(), row)))
        .collect()
}

/// Position of every finding when the largest exposure comes first.
fn by_exposure(findings: &RecordBatch) -> Result<Vec<usize>> {
    let (detector, exposure) = (
        text(findings, "detector")?,
        money(findings, "exposure_amount")?,
    );
    let mut rows: Vec<usize> = (0..findings.num_rows()).collect();
    rows.sort_by(|a, b| {
        let key = |row: usize| (-exposure[row], text_at(detector, row), row);
        key(*a).cmp(&key(*b))
    });
    let mut place = vec![0; rows.len()];
    for (position, row) in rows.into_iter().enumerate() {
        place[row] = position;
    }
    Ok(place)
}

/// Rows sorted by the position of what they belong to, then by their own.
fn in_order_of(
    batch: &RecordBatch,
    column: &str,
    owners: &BTreeMap<String, usize>,
    own: &[usize],
) -> Result<RecordBatch> {
    let ids = text(batch, column)?;
    let mut rows: Vec<usize> = (0..batch.num_rows()).collect();
    rows.sort_by_key(|row| {
        let owner = text_at(ids, *row).and_then(|id| owners.get(id));
        (owner.copied().unwrap_or(usize::MAX), own[*row])
    });
    rows_of(batch, rows)
}

/// Some rows of a table, in the order given.
fn rows_of(batch: &RecordBatch, rows: impl IntoIterator<Item = usize>) -> Result<RecordBatch> {
    let rows: UInt32Array = rows.into_iter().map(|r| r as u32).collect();
    take_record_batch(batch, &rows).map_err(|e| broken("rows in order", &e))
}

/// The rows that `keep` says true of.
///
/// # Errors
/// Where the columns are not as declared.
pub fn rows_where(batch: &RecordBatch, keep: &dyn Fn(usize) -> bool) -> Result<RecordBatch> {
    let kept: BooleanArray = (0..batch.num_rows()).map(|row| Some(keep(row))).collect();
    filter_record_batch(batch, &kept).map_err(|e| broken("rows kept", &e))
}

/// Cents of a money column, 0 where there is none.
///
/// # Errors
/// Where it is missing or of another type.
pub fn money(batch: &RecordBatch, name: &str) -> Result<Vec<i128>> {
    let column = decimal(batch, name)?;
    let value = |row| {
        if column.is_valid(row) {
            column.value(row)
        } else {
            0
        }
    };
    Ok((0..column.len()).map(value).collect())
}

/// A failure of the arrow crate that no table of a run gives.
pub fn broken(what: &str, message: &dyn std::fmt::Display) -> Error {
    Error::Engine {
        statement: format!("work papers, {what}"),
        message: message.to_string(),
    }
}

impl Work {
    /// Identifiers of the cases about a member.
    ///
    /// # Errors
    /// Where the columns are not as declared.
    pub fn member_cases(&self) -> Result<BTreeSet<&str>> {
        let (id, kind) = (
            text(&self.cases, "case_id")?,
            text(&self.cases, "entity_type")?,
        );
        let member = EntityType::Member.name();
        Ok((0..self.cases.num_rows())
            .filter(|row| text_at(kind, *row) == Some(member))
            .map(|row| id.value(row))
            .collect())
    }

    /// Every member of these cases once, in the order in which a reader meets them: the members
    /// that cases are about, and those of the evidence lines, case by case.
    ///
    /// # Errors
    /// Where the columns are not as declared.
    pub fn members(&self) -> Result<Vec<&str>> {
        let order = positions(text(&self.cases, "case_id")?);
        let member_cases = self.member_cases()?;
        let (case, entity) = (
            text(&self.cases, "case_id")?,
            text(&self.cases, "entity_id")?,
        );
        let mut met: Vec<(usize, &str)> = (0..self.cases.num_rows())
            .filter(|row| member_cases.contains(case.value(*row)))
            .map(|row| (row, entity.value(row)))
            .collect();
        let (case, person) = (
            text(&self.evidence, "case_id")?,
            text(&self.evidence, "person_id")?,
        );
        met.extend(
            (0..self.evidence.num_rows())
                .filter_map(|row| Some((*order.get(text_at(case, row)?)?, text_at(person, row)?))),
        );
        met.sort_by_key(|(case, _)| *case);
        let mut seen = BTreeSet::new();
        Ok(met
            .into_iter()
            .map(|(_, member)| member)
            .filter(|member| seen.insert(*member))
            .collect())
    }
}
