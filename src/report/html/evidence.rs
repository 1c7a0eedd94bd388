//! The evidence of each case: totals over all its lines, and the largest ones in full.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use arrow::array::{Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray};
use serde::{Serialize, Serializer};

use crate::batch::{date, date_at, decimal, decimal_at, each_piece, int, int_at, text, text_at};
use crate::error::Result;
use crate::ingest::date::iso;

/// Evidence lines of a finding that stand on the page; the totals over all stand beside them.
pub const LINES_SHOWN: usize = 15;
/// Lines kept while a finding is read, before the largest are chosen.
const KEPT: usize = 40 * LINES_SHOWN;
/// Characters of an ISO date that are its month.
const MONTH: usize = 7;

const COLUMNS: [&str; 18] = [
    "finding_id",
    "case_id",
    "data_source",
    "claim_id",
    "claim_line_number",
    "person_id",
    "service_date",
    "hcpcs_code",
    "modifiers",
    "drg_code",
    "units",
    "paid_amount",
    "questioned_amount",
    "amount_at_risk",
    "amount_counted_case",
    "amount_counted_run",
    "basis",
    "note",
];

/// A line's values in the order in which it is written, without their names: lines make up most of
/// a page.
pub const LINE: &[&str] = &[
    "claim_id",
    "line",
    "member",
    "date",
    "code",
    "modifiers",
    "units_milli",
    "paid_cents",
    "questioned_cents",
    "at_risk_cents",
    "counted_cents",
    "basis",
    "note",
];

/// One line as the page shows it.
#[derive(Debug, Clone)]
pub struct Line {
    claim_id: String,
    number: Option<i64>,
    /// Pseudonym within the case, or the identifier.
    member: String,
    date: Option<String>,
    code: String,
    modifiers: String,
    units_milli: Option<i64>,
    paid_cents: Option<i64>,
    questioned_cents: Option<i64>,
    at_risk_cents: i64,
    counted_cents: i64,
    basis: String,
    note: String,
    position: usize,
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        (
            &self.claim_id,
            self.number,
            &self.member,
            &self.date,
            &self.code,
            &self.modifiers,
            self.units_milli,
            self.paid_cents,
            self.questioned_cents,
            self.at_risk_cents,
            self.counted_cents,
            &self.basis,
            &self.note,
        )
            .serialize(serializer)
    }
}

/// What the evidence of one finding sums to.
#[derive(Debug, Default, Serialize)]
pub struct FindingLines {
    pub line_count: usize,
    claim_count: usize,
    member_count: usize,
    pub counted_cents: i64,
    counted_run_cents: i64,
    pub lines: Vec<Line>,
    #[serde(skip)]
    claims: Option<(String, String)>,
    #[serde(skip)]
    members: BTreeSet<usize>,
}

/// The evidence of one case.
#[derive(Debug, Default)]
pub struct CaseLines {
    pub findings: BTreeMap<String, FindingLines>,
    /// Cents counted for the case by month of service.
    pub by_month: BTreeMap<String, i64>,
    /// Cents counted for the case by procedure code.
    pub by_code: BTreeMap<String, i64>,
    /// Number of each member by first appearance.
    members: HashMap<String, usize>,
}

/// Typed columns of one piece of the table.
struct Piece<'b> {
    finding: &'b StringArray,
    case: &'b StringArray,
    source: &'b StringArray,
    claim: &'b StringArray,
    line: &'b Int64Array,
    person: &'b StringArray,
    day: &'b Date32Array,
    code: &'b StringArray,
    modifiers: &'b StringArray,
    drg: &'b StringArray,
    units: &'b Decimal128Array,
    paid: &'b Decimal128Array,
    questioned: &'b Decimal128Array,
    at_risk: &'b Decimal128Array,
    counted: &'b Decimal128Array,
    counted_run: &'b Decimal128Array,
    basis: &'b StringArray,
    note: &'b StringArray,
}

impl<'b> Piece<'b> {
    fn new(batch: &'b RecordBatch) -> Result<Piece<'b>> {
        Ok(Piece {
            finding: text(batch, "finding_id")?,
            case: text(batch, "case_id")?,
            source: text(batch, "data_source")?,
            claim: text(batch, "claim_id")?,
            line: int(batch, "claim_line_number")?,
            person: text(batch, "person_id")?,
            day: date(batch, "service_date")?,
            code: text(batch, "hcpcs_code")?,
            modifiers: text(batch, "modifiers")?,
            drg: text(batch, "drg_code")?,
            units: decimal(batch, "units")?,
            paid: decimal(batch, "paid_amount")?,
            questioned: decimal(batch, "questioned_amount")?,
            at_risk: decimal(batch, "amount_at_risk")?,
            counted: decimal(batch, "amount_counted_case")?,
            counted_run: decimal(batch, "amount_counted_run")?,
            basis: text(batch, "basis")?,
            note: text(batch, "note")?,
        })
    }

    /// The procedure code, or the group of a stay that has none.
    fn code(&self, row: usize) -> String {
        let drg = || text_at(self.drg, row).map(|drg| format!("DRG {drg}"));
        text_at(self.code, row)
            .map(str::to_owned)
            .or_else(drg)
            .unwrap_or_default()
    }
}

/// Reads the evidence of the wanted cases, which comes sorted by case and finding. Members are
/// numbered within their case as they first appear, so that two cases of one member cannot be
/// joined, or keep their identifiers `with_phi`.
///
/// # Errors
/// Where the table is missing or not as this version writes it.
pub fn evidence(
    run: &Path,
    wanted: &BTreeSet<&str>,
    with_phi: bool,
) -> Result<BTreeMap<String, CaseLines>> {
    let mut cases: BTreeMap<String, CaseLines> = BTreeMap::new();
    let mut position = 0;
    each_piece(&run.join("evidence.parquet"), &COLUMNS, |batch| {
        let piece = Piece::new(batch)?;
        for row in 0..batch.num_rows() {
            position += 1;
            if wanted.contains(piece.case.value(row)) {
                let case = match cases.get_mut(piece.case.value(row)) {
                    Some(case) => case,
                    None => cases.entry(piece.case.value(row).to_owned()).or_default(),
                };
                case.add(&piece, row, position, with_phi);
            }
        }
        Ok(())
    })?;
    for finding in cases.values_mut().flat_map(|c| c.findings.values_mut()) {
        finding.finish();
    }
    Ok(cases)
}

impl CaseLines {
    fn add(&mut self, piece: &Piece, row: usize, position: usize, with_phi: bool) {
        let next = self.members.len() + 1;
        let person = piece.person.value(row);
        let member = match self.members.get(person) {
            Some(number) => *number,
            None => *self.members.entry(person.to_owned()).or_insert(next),
        };
        let cents = |column| decimal_at(column, row).unwrap_or(0);
        let counted = cents(piece.counted);
        let day = date_at(piece.day, row).map(iso);
        let code = piece.code(row);
        if counted > 0 {
            let month = day.as_ref().map(|d| d.chars().take(MONTH).collect());
            *self.by_month.entry(month.unwrap_or_default()).or_default() += counted;
            *self.by_code.entry(code.clone()).or_default() += counted;
        }
        let id = piece.finding.value(row);
        let finding = match self.findings.get_mut(id) {
            Some(finding) => finding,
            None => self.findings.entry(id.to_owned()).or_default(),
        };
        finding.line_count += 1;
        finding.counted_cents += counted;
        finding.counted_run_cents += cents(piece.counted_run);
        finding.members.insert(member);
        finding.count_claim(piece.source.value(row), piece.claim.value(row));
        finding.lines.push(Line {
            claim_id: piece.claim.value(row).to_owned(),
            number: int_at(piece.line, row),
            member: if with_phi {
                person.to_owned()
            } else {
                format!("Member {member}")
            },
            date: day,
            code,
            modifiers: text_at(piece.modifiers, row).unwrap_or("").to_owned(),
            units_milli: decimal_at(piece.units, row),
            paid_cents: decimal_at(piece.paid, row),
            questioned_cents: decimal_at(piece.questioned, row),
            at_risk_cents: cents(piece.at_risk),
            counted_cents: counted,
            basis: text_at(piece.basis, row).unwrap_or("").to_owned(),
            note: text_at(piece.note, row).unwrap_or("").to_owned(),
            position,
        });
        if finding.lines.len() > KEPT {
            finding.keep_largest();
        }
    }
}

impl FindingLines {
    /// Lines of one claim follow each other within a finding.
    fn count_claim(&mut self, source: &str, claim: &str) {
        let same = self
            .claims
            .as_ref()
            .is_some_and(|(s, c)| s == source && c == claim);
        if !same {
            self.claim_count += 1;
            self.claims = Some((source.to_owned(), claim.to_owned()));
        }
    }

    /// The largest amounts at risk first, then in the order of the table.
    fn keep_largest(&mut self) {
        self.lines
            .sort_by_key(|l| (-l.counted_cents, -l.at_risk_cents, l.position));
        self.lines.truncate(LINES_SHOWN);
    }

    fn finish(&mut self) {
        self.keep_largest();
        self.member_count = self.members.len();
    }
}
