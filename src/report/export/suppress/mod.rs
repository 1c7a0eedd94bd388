//! Small counts withheld, for work papers that leave the house.
//!
//! CMS's cell size suppression policy (data use agreements; ResDAC, *CMS Cell Size Suppression
//! Policy*, 2024): no cell of 1 to 10 patients or services is shown, in tables or texts, nor
//! anything it can be derived from. So here
//!
//! - a case about a member is left out: it is a count of one;
//! - evidence lines, each of which is about one member, are added up by case, code and month;
//! - what counts, or rests on, fewer members than the limit is blank, and so is a second value
//!   where the first could be computed from a total;
//! - figures inside texts are replaced by [`MARK`](super::table::MARK), since a share and what it
//!   is a share of give the count.
//!
//! Not prevented: comparing work papers of several nights, or of another program.

mod cells;
mod figures;
mod statistics;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::nullif;
use arrow::datatypes::{Field, Schema};

use self::cells::{Members, evidence_by};
use super::work::{Work, broken, rows_where};
use crate::batch::{int, int_at, read_rows, text, text_at};
use crate::engine::arrow_type;
use crate::error::Result;
use crate::schema::EntityType;
use crate::schema::export::SUPPRESSION_COLUMNS;

/// Default limit: the smallest count that CMS's policy lets be shown.
pub const SMALLEST_SHOWN: u32 = 11;

/// Columns of a case that rest on its evidence lines.
const OF_EVIDENCE: [&str; 5] = [
    "member_count",
    "claim_count",
    "exposure_amount",
    "exposure_lower",
    "priority_amount",
];
/// Columns of a finding that do.
const OF_LINES: [&str; 3] = ["member_count", "exposure_amount", "exposure_lower"];
/// Column of a case that rests on everybody the provider has seen.
const OF_PANEL: [&str; 1] = ["paid_amount"];

/// Tables without small counts.
pub struct Suppressed {
    pub cases: RecordBatch,
    pub findings: RecordBatch,
    /// [`EVIDENCE_SUMMARY`](crate::schema::export::EVIDENCE_SUMMARY)
    pub evidence: RecordBatch,
    /// Cases about members, which are not in the tables.
    pub left_out: usize,
}

/// Withholds what counts, or rests on, 1 to `below` - 1 members.
///
/// # Errors
/// Where a table is not as declared.
pub fn suppress(run: &Path, work: &Work, below: usize) -> Result<Suppressed> {
    let about_members = work.member_cases()?;
    let kept = |batch: &RecordBatch| {
        let id = text(batch, "case_id")?;
        rows_where(batch, &|row| !about_members.contains(id.value(row)))
    };
    let (cases, findings, evidence) = (
        kept(&work.cases)?,
        kept(&work.findings)?,
        kept(&work.evidence)?,
    );
    let panels = panels(run)?;
    Ok(Suppressed {
        left_out: about_members.len(),
        evidence: cells::summary(&cases, &evidence, below)?,
        findings: suppress_findings(&findings, &evidence, below)?,
        cases: suppress_cases(&cases, &evidence, &panels, below)?,
    })
}

/// Members of every provider and group by identifier.
fn panels(run: &Path) -> Result<BTreeMap<String, i64>> {
    let member = EntityType::Member.name();
    let entities = read_rows(&run.join("entities.parquet"), &|batch| {
        let kind = text(batch, "entity_type")?;
        let other = |row| text_at(kind, row) != Some(member);
        Ok((0..batch.num_rows()).map(|row| Some(other(row))).collect())
    })?;
    let (id, count) = (
        text(&entities, "entity_id")?,
        int(&entities, "member_count")?,
    );
    Ok((0..entities.num_rows())
        .filter_map(|row| Some((id.value(row).to_owned(), int_at(count, row)?)))
        .collect())
}

fn suppress_cases(
    cases: &RecordBatch,
    evidence: &RecordBatch,
    panels: &BTreeMap<String, i64>,
    below: usize,
) -> Result<RecordBatch> {
    let of_case = evidence_by(evidence, "case_id")?;
    let (id, entity) = (text(cases, "case_id")?, text(cases, "entity_id")?);
    let claims = int(cases, "claim_count")?;
    let none = Members::new();
    let mut blank = Blank::new(cases.num_rows());
    let mut counts = Vec::with_capacity(cases.num_rows());
    for row in 0..cases.num_rows() {
        let members = of_case.get(id.value(row)).unwrap_or(&none).len();
        counts.push(Some(members as i64));
        if small(members, below) {
            blank.add(row, &OF_EVIDENCE);
        }
        // Fewer claims than members: claims of several members, but a small count all the same.
        if int_at(claims, row).is_some_and(|claims| small_rows(claims, u32::try_from(below).ok())) {
            blank.add(row, &["claim_count"]);
        }
        // Of an unknown panel nothing is known but that it is no smaller than the evidence's.
        let panel = panels.get(entity.value(row));
        if panel.map_or(members < below, |p| small(*p as usize, below)) {
            blank.add(row, &OF_PANEL);
        }
    }
    // The ranks of cases that are left out would tell how many those are.
    let ranks = Int64Array::from_iter_values(1..=cases.num_rows() as i64);
    let cases = with_column(cases, "rank", &(Arc::new(ranks) as ArrayRef))?;
    let cases = figures::without_figures(&cases, &["summary"])?;
    blank.apply(&with_member_count(&cases, counts)?)
}

fn suppress_findings(
    findings: &RecordBatch,
    evidence: &RecordBatch,
    below: usize,
) -> Result<RecordBatch> {
    let of_finding = evidence_by(evidence, "finding_id")?;
    let (id, case) = (text(findings, "finding_id")?, text(findings, "case_id")?);
    let none = Members::new();
    let members: Vec<&Members> = (0..findings.num_rows())
        .map(|row| of_finding.get(id.value(row)).unwrap_or(&none))
        .collect();
    let mut blank = Blank::new(findings.num_rows());
    let mut rows_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in 0..findings.num_rows() {
        rows_of.entry(case.value(row)).or_default().push(row);
        blank.add(row, statistics::small_counts(findings, row, below)?);
    }
    // A case's exposure is shown, so that its findings are as cells under one total.
    for rows in rows_of.values() {
        let groups: Vec<&Members> = rows.iter().map(|row| members[*row]).collect();
        for (row, withheld) in rows.iter().zip(cells::withheld(&groups, below)) {
            if withheld {
                blank.add(*row, &OF_LINES);
            }
        }
    }
    let counts = members.iter().map(|m| Some(m.len() as i64)).collect();
    let findings = figures::without_figures(findings, &["reason", "counterpoint"])?;
    blank.apply(&with_member_count(&findings, counts)?)
}

/// Whether a count of rows may not be shown beside these tables.
#[must_use]
pub fn small_rows(rows: i64, below: Option<u32>) -> bool {
    below.is_some_and(|below| (1..i64::from(below)).contains(&rows))
}

/// Whether a count is one that is not shown.
fn small(count: usize, below: usize) -> bool {
    (1..below).contains(&count)
}

/// The table with the columns of [`SUPPRESSION_COLUMNS`], nothing suppressed yet.
fn with_member_count(batch: &RecordBatch, counts: Vec<Option<i64>>) -> Result<RecordBatch> {
    let nothing = StringArray::new_null(batch.num_rows());
    let added: [ArrayRef; 2] = [Arc::new(Int64Array::from(counts)), Arc::new(nothing)];
    let mut batch = batch.clone();
    for (column, values) in SUPPRESSION_COLUMNS.iter().zip(added) {
        let mut fields = batch.schema().fields().to_vec();
        let about = [("description".to_owned(), column.about.to_owned())].into();
        let field = Field::new(column.name, arrow_type(column.kind), true).with_metadata(about);
        fields.push(Arc::new(field));
        let mut columns = batch.columns().to_vec();
        columns.push(values);
        let schema = Schema::new_with_metadata(fields, batch.schema().metadata().clone());
        batch =
            RecordBatch::try_new(Arc::new(schema), columns).map_err(|e| broken(column.name, &e))?;
    }
    Ok(batch)
}

/// The table with one column's values replaced.
fn with_column(batch: &RecordBatch, name: &str, values: &ArrayRef) -> Result<RecordBatch> {
    let columns = batch.schema_ref().fields().iter().zip(batch.columns());
    let columns = columns.map(|(field, column)| {
        if field.name() == name {
            values.clone()
        } else {
            column.clone()
        }
    });
    RecordBatch::try_new(batch.schema(), columns.collect()).map_err(|e| broken(name, &e))
}

/// Which columns of which rows are to be blank.
struct Blank {
    rows: Vec<BTreeSet<&'static str>>,
}

impl Blank {
    fn new(rows: usize) -> Blank {
        Blank {
            rows: vec![BTreeSet::new(); rows],
        }
    }

    fn add(&mut self, row: usize, columns: &[&'static str]) {
        self.rows[row].extend(columns);
    }

    /// Blanks them, and names in `suppressed` those that held a value, in the table's order.
    fn apply(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let mut named: Vec<Vec<&str>> = vec![Vec::new(); self.rows.len()];
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
        for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
            let name = field.name().as_str();
            let blank: BooleanArray = self.rows.iter().map(|r| Some(r.contains(name))).collect();
            for row in (0..batch.num_rows()).filter(|r| blank.value(*r) && column.is_valid(*r)) {
                named[row].push(name);
            }
            columns.push(nullif(column, &blank).map_err(|e| broken(name, &e))?);
        }
        let named = named.iter().map(|n| (!n.is_empty()).then(|| n.join(", ")));
        let blanked =
            RecordBatch::try_new(batch.schema(), columns).map_err(|e| broken("suppression", &e))?;
        let named: StringArray = named.collect();
        with_column(&blanked, "suppressed", &(Arc::new(named) as ArrayRef))
    }
}

#[cfg(test)]
mod tests;
