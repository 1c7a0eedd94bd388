//! The sampling frame: every unit that may be drawn, in a defined order, with what was paid on it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use arrow::array::RecordBatch;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::scope::{Scope, Unit};
use crate::batch::{int, int_at, text, text_at};
use crate::engine::{Purpose, Statement, Tables};
use crate::error::Result;
use crate::ingest::Canonical;
use crate::reference::Reference;

/// SQL files of this module by their name.
pub const FILES: &[(&str, &str)] = &[("frame__line", include_str!("sql/frame__line.sql"))];

/// Why whole units are left out: their paid lines add up to nothing, or less.
pub const NET_NOT_POSITIVE: &str = "net paid not positive";

/// One unit that may be drawn. `unit_id` is its position in the frame, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameUnit {
    /// Null where the unit is a member.
    pub data_source: Option<String>,
    /// Null where the unit is a member.
    pub claim_id: Option<String>,
    /// Null where the unit is not a line.
    pub claim_line_number: Option<i64>,
    /// The one member of its lines; null where a claim names several.
    pub person_id: Option<String>,
    /// First and last service date, days since 1970-01-01.
    pub first_day: i64,
    pub last_day: i64,
    /// Lines it is made of.
    pub lines: u64,
    /// Paid on them, net, in cents; above 0.
    pub paid_cents: i64,
}

/// Lines (or units) that the scope names and the frame leaves out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub lines: u64,
    pub paid_cents: i64,
}

/// Lines of one payer in the frame.
pub type ByPayer = BTreeMap<String, LeftOut>;

/// All units, ordered by data source, claim, line, and member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SamplingFrame {
    pub units: Vec<FrameUnit>,
    /// What was left out, by reason.
    pub left_out: BTreeMap<String, LeftOut>,
    /// Lines and cents in the frame by payer; `unnamed` where the claims name none.
    pub payers: ByPayer,
    /// The stated codes that no line in the frame bears.
    pub unused_codes: Vec<String>,
}

/// The statement that gives the lines of a scope.
///
/// # Errors
/// Where the dialect guard refuses it.
pub fn statement() -> Result<Statement> {
    let (name, sql) = FILES[0];
    Statement::new(sql, &format!("audit/sql/{name}.sql"), 1, Purpose::Evidence)
}

type Key = (Option<String>, Option<String>, Option<i64>, Option<String>);

impl SamplingFrame {
    /// Reads the canonical lines bucket by bucket.
    ///
    /// # Errors
    /// Where a working file cannot be read or the statement fails.
    pub fn build(canonical: &Canonical, reference: &Reference, scope: &Scope) -> Result<Self> {
        let statement = statement()?;
        let given = scope.tables()?;
        let lines = canonical.each_bucket(reference, |mut tables: Tables| {
            tables.extend(given.clone());
            statement.run(&tables)
        })?;
        SamplingFrame::of_lines(&lines, scope)
    }

    /// From the rows of [`statement`], in any order.
    ///
    /// # Errors
    /// Where a column is missing.
    pub fn of_lines(batches: &[RecordBatch], scope: &Scope) -> Result<Self> {
        let mut frame = SamplingFrame::default();
        let mut units: BTreeMap<Key, FrameUnit> = BTreeMap::new();
        let mut payers_of: BTreeMap<Key, ByPayer> = BTreeMap::new();
        let mut used: BTreeSet<String> = BTreeSet::new();
        for rows in batches {
            let line = Lines::new(rows)?;
            for row in 0..rows.num_rows() {
                let paid = int_at(line.paid, row).unwrap_or(0);
                if let Some(reason) = text_at(line.left_out, row) {
                    frame.leave_out(reason, 1, paid);
                    continue;
                }
                used.extend(text_at(line.code, row).map(str::to_owned));
                let unit = line.unit(row, scope.unit);
                let key = key(&unit, scope.unit);
                let payer = text_at(line.payer, row).unwrap_or("unnamed");
                let of_payer = payers_of.entry(key.clone()).or_default();
                let of_payer = of_payer.entry(payer.to_owned()).or_default();
                of_payer.lines += 1;
                of_payer.paid_cents += paid;
                match units.get_mut(&key) {
                    None => {
                        units.insert(key, unit);
                    }
                    Some(known) => known.join(&unit),
                }
            }
        }
        for (key, unit) in units {
            if unit.paid_cents <= 0 {
                frame.leave_out(NET_NOT_POSITIVE, unit.lines, unit.paid_cents);
                continue;
            }
            for (payer, amount) in payers_of.remove(&key).unwrap_or_default() {
                let all = frame.payers.entry(payer).or_default();
                all.lines += amount.lines;
                all.paid_cents += amount.paid_cents;
            }
            frame.units.push(unit);
        }
        frame.unused_codes.clone_from(&scope.codes);
        frame.unused_codes.retain(|code| !used.contains(code));
        Ok(frame)
    }

    fn leave_out(&mut self, reason: &str, lines: u64, paid_cents: i64) {
        let entry = self.left_out.entry(reason.to_owned()).or_default();
        entry.lines += lines;
        entry.paid_cents += paid_cents;
    }

    /// Paid on all units, in cents.
    #[must_use]
    pub fn paid_cents(&self) -> i64 {
        self.units.iter().map(|u| u.paid_cents).sum()
    }

    /// What was paid on each unit, in the frame's order, in cents.
    #[must_use]
    pub fn amounts(&self) -> Vec<i64> {
        self.units.iter().map(|u| u.paid_cents).collect()
    }

    /// SHA-256 of the frame as text, hexadecimal: per unit one line of `unit_id`, data source, claim,
    /// line, member and cents, joined by tabs and ended by a line feed, nothing where a value is
    /// null. It depends on the units alone, not on how they are stratified or stored.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut hasher = Sha256::new();
        for (position, unit) in self.units.iter().enumerate() {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let line = unit
                .claim_line_number
                .map_or_else(String::new, |n| n.to_string());
            hasher.update(format!(
                "{}\t{}\t{}\t{line}\t{}\t{}\n",
                position + 1,
                text(&unit.data_source),
                text(&unit.claim_id),
                text(&unit.person_id),
                unit.paid_cents
            ));
        }
        let mut hex = String::with_capacity(64);
        for byte in hasher.finalize() {
            // Writing to a text cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }
}

impl FrameUnit {
    fn join(&mut self, other: &FrameUnit) {
        if self.person_id != other.person_id {
            self.person_id = None;
        }
        self.first_day = self.first_day.min(other.first_day);
        self.last_day = self.last_day.max(other.last_day);
        self.lines += other.lines;
        self.paid_cents += other.paid_cents;
    }
}

/// What makes lines one unit.
fn key(unit: &FrameUnit, kind: Unit) -> Key {
    let claim = || (unit.data_source.clone(), unit.claim_id.clone());
    match kind {
        Unit::Claim => (claim().0, claim().1, None, None),
        Unit::Line => (claim().0, claim().1, unit.claim_line_number, None),
        Unit::Member => (None, None, None, unit.person_id.clone()),
    }
}

/// Columns of the statement's rows.
struct Lines<'b> {
    data_source: &'b arrow::array::StringArray,
    claim_id: &'b arrow::array::StringArray,
    claim_line_number: &'b arrow::array::Int64Array,
    person_id: &'b arrow::array::StringArray,
    payer: &'b arrow::array::StringArray,
    service_day: &'b arrow::array::Int64Array,
    paid: &'b arrow::array::Int64Array,
    code: &'b arrow::array::StringArray,
    left_out: &'b arrow::array::StringArray,
}

impl<'b> Lines<'b> {
    fn new(rows: &'b RecordBatch) -> Result<Lines<'b>> {
        Ok(Lines {
            data_source: text(rows, "data_source")?,
            claim_id: text(rows, "claim_id")?,
            claim_line_number: int(rows, "claim_line_number")?,
            person_id: text(rows, "person_id")?,
            payer: text(rows, "payer")?,
            service_day: int(rows, "service_day")?,
            paid: int(rows, "paid_cents")?,
            code: text(rows, "code")?,
            left_out: text(rows, "left_out")?,
        })
    }

    /// A line as a unit of its own.
    fn unit(&self, row: usize, kind: Unit) -> FrameUnit {
        let of_claim = kind != Unit::Member;
        let text = |column, keep: bool| text_at(column, row).filter(|_| keep).map(str::to_owned);
        let day = int_at(self.service_day, row).unwrap_or(0);
        FrameUnit {
            data_source: text(self.data_source, of_claim),
            claim_id: text(self.claim_id, of_claim),
            claim_line_number: int_at(self.claim_line_number, row).filter(|_| kind == Unit::Line),
            person_id: text(self.person_id, true),
            first_day: day,
            last_day: day,
            lines: 1,
            paid_cents: int_at(self.paid, row).unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;
    use crate::schema::EntityType;

    type Row = (
        &'static str,
        i64,
        &'static str,
        i64,
        i64,
        Option<&'static str>,
    );

    fn lines(rows: &[Row]) -> RecordBatch {
        let texts = |of: &dyn Fn(&Row) -> Option<&'static str>| -> ArrayRef {
            Arc::new(rows.iter().map(of).collect::<StringArray>())
        };
        let ints = |of: &dyn Fn(&Row) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from(rows.iter().map(of).collect::<Vec<_>>()))
        };
        RecordBatch::try_from_iter(vec![
            ("data_source", texts(&|_| Some("north"))),
            ("claim_id", texts(&|r| Some(r.0))),
            ("claim_line_number", ints(&|r| r.1)),
            ("person_id", texts(&|r| Some(r.2))),
            ("payer", texts(&|_| Some("blue"))),
            ("service_day", ints(&|r| r.3)),
            ("paid_cents", ints(&|r| r.4)),
            ("code", texts(&|_| Some("99214"))),
            ("left_out", texts(&|r| r.5)),
        ])
        .expect("lines")
    }

    fn scope(unit: Unit) -> Scope {
        Scope {
            entity_type: EntityType::Provider,
            entity_ids: vec!["p".into()],
            codes: vec!["99214".into(), "99215".into()],
            from: None,
            to: None,
            payer: None,
            unit,
        }
    }

    fn story() -> Vec<Row> {
        vec![
            ("b", 1, "ann", 12, 500, None),
            ("a", 2, "ann", 11, 700, None),
            ("a", 1, "ann", 10, 300, None),
            ("c", 1, "bob", 9, 0, Some("zero paid")),
            ("d", 1, "bob", 9, 100, None),
            ("d", 2, "bob", 9, -100, None),
            ("e", 1, "bob", 9, 4000, Some("denied")),
        ]
    }

    #[test]
    fn lines_of_a_claim_are_one_unit_with_their_net_amount() {
        let frame =
            SamplingFrame::of_lines(&[lines(&story())], &scope(Unit::Claim)).expect("frame");
        let claims: Vec<_> = frame.units.iter().map(|u| u.claim_id.as_deref()).collect();
        assert_eq!(claims, [Some("a"), Some("b")]);
        assert_eq!(frame.amounts(), [1000, 500]);
        let a = &frame.units[0];
        assert_eq!((a.first_day, a.last_day, a.lines), (10, 11, 2));
        assert_eq!(frame.left_out["denied"].paid_cents, 4000);
        assert_eq!(frame.left_out["zero paid"].lines, 1);
        assert_eq!(frame.left_out[NET_NOT_POSITIVE].lines, 2);
        assert_eq!(frame.unused_codes, ["99215"]);
        assert_eq!(frame.payers["blue"].paid_cents, frame.paid_cents());
    }

    #[test]
    fn members_and_lines_are_units_too() {
        let of = |unit| SamplingFrame::of_lines(&[lines(&story())], &scope(unit)).expect("frame");
        let members = of(Unit::Member);
        assert_eq!(members.amounts(), [1500]);
        assert_eq!(members.units[0].claim_id, None);
        // The line taken back by its neighbour stays: no other line is netted with it.
        assert_eq!(of(Unit::Line).amounts(), [300, 700, 500, 100]);
    }

    #[test]
    fn the_order_of_lines_and_batches_changes_nothing() {
        let mut rows = story();
        let whole = SamplingFrame::of_lines(&[lines(&rows)], &scope(Unit::Claim)).expect("frame");
        rows.reverse();
        let parts = [lines(&rows[..3]), lines(&rows[3..])];
        let split = SamplingFrame::of_lines(&parts, &scope(Unit::Claim)).expect("frame");
        assert_eq!(whole, split);
        assert_eq!(whole.sha256(), split.sha256());
    }

    #[test]
    fn the_hash_is_of_the_text_that_its_description_gives() {
        let frame =
            SamplingFrame::of_lines(&[lines(&story())], &scope(Unit::Claim)).expect("frame");
        // printf '1\tnorth\ta\t\tann\t1000\n2\tnorth\tb\t\tann\t500\n' | sha256sum
        assert_eq!(
            frame.sha256(),
            "903a1154fed3a32bbf032cbf3299dc6305257c57a7f31a8d97789144e8642a1c"
        );
    }
}
