//! Evidence lines added up by case, code and month, and which of these cells are withheld.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::small;
use crate::batch::{date, date_at, decimals, int, int_at, text, text_at};
use crate::error::Result;
use crate::ingest::date::iso;
use crate::report::frame::{Frame, Value};
use crate::schema::export::EVIDENCE_SUMMARY;

/// Distinct members.
pub type Members = BTreeSet<String>;

/// Fewest withheld cells under one total: a single one is the total less the others.
const FEWEST_WITHHELD: usize = 2;

/// Word of a cell of its own.
const ONE_CELL: &str = "code and month";
/// Word of the sum of a case's withheld cells.
const TOGETHER: &str = "withheld together";

/// Columns that are blank in a withheld cell.
const WITHHELD: [&str; 8] = [
    "member_count",
    "claim_count",
    "line_count",
    "units",
    "paid_amount",
    "allowed_amount",
    "amount_counted_case",
    "amount_counted_run",
];

/// Members of the evidence lines by what the lines belong to.
///
/// # Errors
/// Where a column is missing.
pub fn evidence_by(evidence: &RecordBatch, column: &str) -> Result<BTreeMap<String, Members>> {
    let (owner, person) = (text(evidence, column)?, text(evidence, "person_id")?);
    let mut found: BTreeMap<String, Members> = BTreeMap::new();
    for row in 0..evidence.num_rows() {
        let members = found.entry(owner.value(row).to_owned()).or_default();
        members.extend(text_at(person, row).map(str::to_owned));
    }
    Ok(found)
}

/// Which cells under one shown total are withheld: those of 1 to `below` - 1 members, and, as long
/// as they are alone or have fewer members together than may be shown, the smallest of the others.
/// In the order of `cells`; ties go to the earlier cell. An empty cell hides nobody and is shown.
#[must_use]
pub fn withheld(cells: &[&Members], below: usize) -> Vec<bool> {
    let mut withheld: Vec<bool> = cells.iter().map(|c| small(c.len(), below)).collect();
    if !withheld.contains(&true) {
        return withheld;
    }
    let mut together: Members = BTreeSet::new();
    for (cell, _) in cells.iter().zip(&withheld).filter(|(_, w)| **w) {
        together.extend(cell.iter().cloned());
    }
    let mut others: Vec<usize> = (0..cells.len())
        .filter(|i| !withheld[*i] && !cells[*i].is_empty())
        .collect();
    others.sort_by_key(|i| (cells[*i].len(), *i));
    for other in others {
        let count = withheld.iter().filter(|w| **w).count();
        if count >= FEWEST_WITHHELD && together.len() >= below {
            break;
        }
        withheld[other] = true;
        together.extend(cells[other].iter().cloned());
    }
    withheld
}

/// Sums over lines.
#[derive(Debug, Clone, Default, PartialEq)]
struct Cell {
    members: Members,
    claims: BTreeSet<(String, String)>,
    lines: BTreeSet<(String, String, i64)>,
    /// Null where no line has the amount.
    paid: Option<i64>,
    allowed: Option<i64>,
    units: Option<i64>,
    counted_case: i64,
    counted_run: i64,
}

impl Cell {
    fn merge(&mut self, other: &Cell) {
        let sum = |a: Option<i64>, b: Option<i64>| a.map_or(b, |a| Some(a + b.unwrap_or(0)));
        self.members.extend(other.members.iter().cloned());
        self.claims.extend(other.claims.iter().cloned());
        self.lines.extend(other.lines.iter().cloned());
        self.paid = sum(self.paid, other.paid);
        self.allowed = sum(self.allowed, other.allowed);
        self.units = sum(self.units, other.units);
        self.counted_case += other.counted_case;
        self.counted_run += other.counted_run;
    }
}

/// Procedure code, DRG, month.
type CellKey = (Option<String>, Option<String>, Option<String>);

/// `evidence_summary` of these cases, in their order.
///
/// # Errors
/// Where a column is missing or of another type.
pub fn summary(cases: &RecordBatch, evidence: &RecordBatch, below: usize) -> Result<RecordBatch> {
    let by_case = cells(evidence)?;
    let (id, entity) = (text(cases, "case_id")?, text(cases, "entity_id")?);
    let mut frame = Frame::new(&EVIDENCE_SUMMARY);
    for row in 0..cases.num_rows() {
        let Some(cells) = by_case.get(id.value(row)) else {
            continue;
        };
        let members: Vec<&Members> = cells.values().map(|c| &c.members).collect();
        let mut together = Cell::default();
        let mut add = |what: &str, key: &CellKey, cell: &Cell, blank: bool| {
            let mut values: Vec<Value> = vec![
                id.value(row).into(),
                entity.value(row).into(),
                what.into(),
                key.0.clone().into(),
                key.1.clone().into(),
                key.2.clone().into(),
            ];
            values.extend(sums(cell).map(|v| if blank { Value::Null } else { v }));
            values.push(blank.then(|| WITHHELD.join(", ")).into());
            frame.push(values);
        };
        for ((key, cell), blank) in cells.iter().zip(withheld(&members, below)) {
            add(ONE_CELL, key, cell, blank);
            if blank {
                together.merge(cell);
            }
        }
        if !together.lines.is_empty() {
            let blank = small(together.members.len(), below);
            add(TOGETHER, &(None, None, None), &together, blank);
        }
    }
    frame.into_batch()
}

/// The values of [`WITHHELD`].
fn sums(cell: &Cell) -> [Value; 8] {
    [
        (cell.members.len() as i64).into(),
        (cell.claims.len() as i64).into(),
        (cell.lines.len() as i64).into(),
        cell.units.into(),
        cell.paid.into(),
        cell.allowed.into(),
        cell.counted_case.into(),
        cell.counted_run.into(),
    ]
}

/// Cells by case; a line that several findings of a case rest on is in its cell once.
fn cells(evidence: &RecordBatch) -> Result<BTreeMap<String, BTreeMap<CellKey, Cell>>> {
    let texts = |name| text(evidence, name);
    let (case, person) = (texts("case_id")?, texts("person_id")?);
    let (source, claim) = (texts("data_source")?, texts("claim_id")?);
    let (code, drg) = (texts("hcpcs_code")?, texts("drg_code")?);
    let number = int(evidence, "claim_line_number")?;
    let days = date(evidence, "service_date")?;
    let [paid, allowed, units, counted_case, counted_run] = [
        "paid_amount",
        "allowed_amount",
        "units",
        "amount_counted_case",
        "amount_counted_run",
    ]
    .map(|name| decimals(evidence, name));
    let (paid, allowed, units) = (paid?, allowed?, units?);
    let (counted_case, counted_run) = (counted_case?, counted_run?);
    let owned = |column, row| text_at(column, row).map(str::to_owned);
    let mut found: BTreeMap<String, BTreeMap<CellKey, Cell>> = BTreeMap::new();
    for row in 0..evidence.num_rows() {
        let month = date_at(days, row).map(|day| {
            let day = iso(day);
            day.get(..7).map(str::to_owned).unwrap_or(day)
        });
        let key = (owned(code, row), owned(drg, row), month);
        let cell = found
            .entry(case.value(row).to_owned())
            .or_default()
            .entry(key)
            .or_default();
        let claim = (source.value(row).to_owned(), claim.value(row).to_owned());
        let mut line = Cell {
            counted_case: counted_case[row].unwrap_or(0),
            counted_run: counted_run[row].unwrap_or(0),
            ..Cell::default()
        };
        let key = (
            claim.0.clone(),
            claim.1.clone(),
            int_at(number, row).unwrap_or(0),
        );
        // What is counted stands on one of the line's rows; what was paid on each of them.
        if !cell.lines.contains(&key) {
            line.members.extend(owned(person, row));
            line.claims.insert(claim);
            line.lines.insert(key);
            (line.paid, line.allowed, line.units) = (paid[row], allowed[row], units[row]);
        }
        cell.merge(&line);
    }
    Ok(found)
}
