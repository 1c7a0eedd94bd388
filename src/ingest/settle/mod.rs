//! Settles one member bucket: repeats, conflicting rows, claim-level money, denials and
//! adjustments, and the one provider of each line.

pub mod adjust;
pub mod amount_level;
mod held;
mod lines;

pub use self::held::held;
pub(crate) use self::lines::schema_of;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use arrow::array::{Int64Array, RecordBatch, StringArray};

use self::adjust::{Adjustable, Status};
use self::amount_level::{AMOUNTS, Level, Levels, TOTAL_REVENUE_CODE, settle_amount};
use super::ledger::{Ledger, Stage, Totals};
use super::reject::Reject;
use crate::batch;
use crate::error::Result;

/// How lines are settled.
pub struct Rules<'a> {
    pub levels: &'a Levels,
    /// Key hashes under which rows of several members were delivered.
    pub conflicts: &'a HashSet<i64>,
    /// Whether provider identifiers are NPIs with a check digit.
    pub npi_check: bool,
}

/// What settling a bucket gave besides its files.
#[derive(Debug, Default)]
pub struct Outcome {
    pub ledger: Ledger,
    pub rejects: Vec<Reject>,
    /// Lines by service day and by paid day, for the as-of date.
    pub days: BTreeMap<i64, u64>,
    /// Claims whose amounts differ between lines although their type's are the claim's.
    pub level_exceptions: u64,
    pub lines: u64,
}

/// A line that stays, before it is written.
#[derive(Debug, Clone, Copy)]
struct Kept {
    row: usize,
    /// Paid, allowed, charge.
    amounts: [Option<i64>; 3],
    member_cents: Option<i64>,
    allocated: bool,
    status: Status,
}

/// The load columns that settling looks at.
struct View<'a> {
    batch: &'a RecordBatch,
    person: &'a StringArray,
    source: &'a StringArray,
    claim: &'a StringArray,
    number: &'a Int64Array,
    kind: &'a StringArray,
    revenue: &'a StringArray,
    bill_type: &'a StringArray,
    key_hash: &'a Int64Array,
    row_hash: &'a Int64Array,
    amounts: [&'a Int64Array; 3],
    shares: [&'a Int64Array; 3],
}

impl<'a> View<'a> {
    fn new(batch: &'a RecordBatch) -> Result<View<'a>> {
        Ok(View {
            batch,
            person: batch::text(batch, "person_id")?,
            source: batch::text(batch, "data_source")?,
            claim: batch::text(batch, "claim_id")?,
            number: batch::int(batch, "claim_line_number")?,
            kind: batch::text(batch, "claim_type")?,
            revenue: batch::text(batch, "revenue_center_code")?,
            bill_type: batch::text(batch, "bill_type_code")?,
            key_hash: batch::int(batch, "key_hash")?,
            row_hash: batch::int(batch, "row_hash")?,
            amounts: [
                batch::int(batch, AMOUNTS[0])?,
                batch::int(batch, AMOUNTS[1])?,
                batch::int(batch, AMOUNTS[2])?,
            ],
            shares: [
                batch::int(batch, "coinsurance_cents")?,
                batch::int(batch, "copayment_cents")?,
                batch::int(batch, "deductible_cents")?,
            ],
        })
    }

    fn text(column: &StringArray, row: usize) -> &str {
        batch::text_at(column, row).unwrap_or_default()
    }

    fn claim_type(&self, row: usize) -> &str {
        Self::text(self.kind, row)
    }

    fn totals(&self, row: usize) -> Totals {
        let cents = |i: usize| batch::int_at(self.amounts[i], row).unwrap_or(0);
        Totals {
            rows: 1,
            paid_cents: cents(0),
            allowed_cents: cents(1),
            charge_cents: cents(2),
        }
    }

    fn claim_key(&self, row: usize) -> (&str, &str, &str) {
        (
            Self::text(self.person, row),
            Self::text(self.source, row),
            Self::text(self.claim, row),
        )
    }
}

/// Settles the load parts of one bucket and writes its `line` and `diagnosis` files.
///
/// # Errors
/// Where a file cannot be read or written.
pub fn settle_bucket(
    parts: &[PathBuf],
    rules: &Rules,
    line_file: &Path,
    diagnosis_file: &Path,
) -> Result<Outcome> {
    let loaded = super::parts::read_all(parts)?;
    let mut outcome = Outcome::default();
    let Some(loaded) = loaded else {
        lines::write_empty(line_file, diagnosis_file)?;
        return Ok(outcome);
    };
    let view = View::new(&loaded)?;
    let order = sorted_rows(&view);
    let rows = drop_repeats_and_conflicts(&view, &order, rules, &mut outcome)?;
    let mut kept = Vec::with_capacity(rows.len());
    for claim in rows.chunk_by(|a, b| view.claim_key(*a) == view.claim_key(*b)) {
        settle_claim(&view, claim, rules, &mut kept, &mut outcome);
    }
    settle_members(&view, &mut kept)?;
    for line in &kept {
        let [paid, allowed, charge] = line.amounts.map(|a| a.unwrap_or(0));
        let totals = Totals {
            rows: 1,
            paid_cents: paid,
            allowed_cents: allowed,
            charge_cents: charge,
        };
        outcome
            .ledger
            .add(view.claim_type(line.row), Stage::Accepted, totals);
    }
    outcome.lines = kept.len() as u64;
    lines::write(
        &view,
        &kept,
        rules.npi_check,
        line_file,
        diagnosis_file,
        &mut outcome.days,
    )?;
    Ok(outcome)
}

fn sorted_rows(view: &View) -> Vec<usize> {
    let mut order: Vec<usize> = (0..view.batch.num_rows()).collect();
    order.sort_unstable_by(|a, b| {
        view.claim_key(*a)
            .cmp(&view.claim_key(*b))
            .then_with(|| view.number.value(*a).cmp(&view.number.value(*b)))
            .then_with(|| view.row_hash.value(*a).cmp(&view.row_hash.value(*b)))
            .then_with(|| a.cmp(b))
    });
    order
}

/// Keeps one of equal rows under a key, and none where rows differ under it.
fn drop_repeats_and_conflicts(
    view: &View,
    order: &[usize],
    rules: &Rules,
    outcome: &mut Outcome,
) -> Result<Vec<usize>> {
    let files = batch::int(view.batch, "source_file")?;
    let numbers = batch::int(view.batch, "source_row")?;
    let mut rows = Vec::with_capacity(order.len());
    let same_key = |a: &usize, b: &usize| {
        view.claim_key(*a) == view.claim_key(*b) && view.number.value(*a) == view.number.value(*b)
    };
    for group in order.chunk_by(same_key) {
        let hash = view.row_hash.value(group[0]);
        let several_members = rules.conflicts.contains(&view.key_hash.value(group[0]));
        if several_members || group.iter().any(|r| view.row_hash.value(*r) != hash) {
            for row in group {
                let totals = view.totals(*row);
                outcome
                    .ledger
                    .add(view.claim_type(*row), Stage::Conflicting, totals);
                outcome.rejects.push(Reject {
                    file: files.value(*row),
                    row: numbers.value(*row),
                    column: Some("claim_id".to_owned()),
                    value: batch::text_at(view.claim, *row).map(str::to_owned),
                    reason: "conflicting: rows that differ under one key (data_source, claim_id, claim_line_number)".to_owned(),
                    paid_cents: Some(totals.paid_cents),
                });
            }
            continue;
        }
        rows.push(group[0]);
        for row in &group[1..] {
            outcome
                .ledger
                .add(view.claim_type(*row), Stage::Repeated, view.totals(*row));
        }
    }
    Ok(rows)
}

/// Drops the total rows of a claim and settles its amounts.
fn settle_claim(
    view: &View,
    claim: &[usize],
    rules: &Rules,
    kept: &mut Vec<Kept>,
    outcome: &mut Outcome,
) {
    let is_total = |row: &usize| batch::text_at(view.revenue, *row) == Some(TOTAL_REVENUE_CODE);
    let (mut totals, mut lines): (Vec<usize>, Vec<usize>) =
        claim.iter().copied().partition(is_total);
    if lines.is_empty() {
        std::mem::swap(&mut lines, &mut totals);
    }
    let kind = view.claim_type(claim[0]);
    let levels = rules.levels.of(View::text(view.source, claim[0]), kind);
    let values = |rows: &[usize], column: &Int64Array| -> Vec<Option<i64>> {
        rows.iter().map(|r| batch::int_at(column, *r)).collect()
    };
    let charge = settle_amount(
        levels[2],
        &values(&lines, view.amounts[2]),
        &values(&totals, view.amounts[2]),
        &[],
    );
    // A claim-level charge says nothing about how the claim's payment falls on its lines.
    let weights: Vec<i64> = if charge.allocated {
        Vec::new()
    } else {
        charge.amounts.iter().map(|c| c.unwrap_or(0)).collect()
    };
    let settle = |i: usize| {
        settle_amount(
            levels[i],
            &values(&lines, view.amounts[i]),
            &values(&totals, view.amounts[i]),
            &weights,
        )
    };
    let (paid, allowed) = (settle(0), settle(1));
    let shares: Vec<Vec<Option<i64>>> = view
        .shares
        .iter()
        .map(|column| {
            settle_amount(
                levels[0],
                &values(&lines, column),
                &values(&totals, column),
                &weights,
            )
            .amounts
        })
        .collect();
    outcome.level_exceptions += u64::from(
        levels[0] == Level::Claim
            && !paid.allocated
            && lines.len() > 1
            && paid.amounts.iter().any(|p| p.is_some_and(|p| p != 0)),
    );

    let mut found = Totals::default();
    for row in claim {
        found += view.totals(*row);
    }
    let sum = |amounts: &[Option<i64>]| amounts.iter().flatten().sum::<i64>();
    outcome.ledger.add(
        kind,
        Stage::TotalRows,
        Totals {
            rows: totals.len() as i64,
            ..Totals::default()
        },
    );
    outcome.ledger.add(
        kind,
        Stage::CountedOnce,
        Totals {
            rows: 0,
            paid_cents: found.paid_cents - sum(&paid.amounts),
            allowed_cents: found.allowed_cents - sum(&allowed.amounts),
            charge_cents: found.charge_cents - sum(&charge.amounts),
        },
    );
    for (i, row) in lines.iter().enumerate() {
        let parts: Vec<i64> = shares.iter().filter_map(|s| s[i]).collect();
        kept.push(Kept {
            row: *row,
            amounts: [paid.amounts[i], allowed.amounts[i], charge.amounts[i]],
            member_cents: (!parts.is_empty()).then(|| parts.iter().sum()),
            allocated: paid.allocated || allowed.allocated,
            status: Status::Paid,
        });
    }
}

/// Nets adjustments member by member.
fn settle_members(view: &View, kept: &mut [Kept]) -> Result<()> {
    let providers = lines::Providers::new(view.batch)?;
    let original = batch::text(view.batch, "original_claim_id")?;
    let frequency = batch::text(view.batch, "claim_frequency_code")?;
    let claim_status = batch::text(view.batch, "claim_status")?;
    let code = batch::text(view.batch, "hcpcs_code")?;
    let days = lines::Days::new(view.batch)?;
    for member in
        kept.chunk_by_mut(|a, b| View::text(view.person, a.row) == View::text(view.person, b.row))
    {
        let adjustable: Vec<Adjustable> = member
            .iter()
            .map(|line| {
                let row = line.row;
                Adjustable {
                    data_source: View::text(view.source, row),
                    claim_id: View::text(view.claim, row),
                    original_claim_id: batch::text_at(original, row),
                    frequency: batch::text_at(frequency, row)
                        .and_then(|f| f.chars().next())
                        .or_else(|| {
                            batch::text_at(view.bill_type, row).and_then(|b| b.chars().last())
                        }),
                    provider_id: providers.of(view.claim_type(row), row).0,
                    code: batch::text_at(code, row)
                        .or_else(|| batch::text_at(view.revenue, row))
                        .unwrap_or_default(),
                    claim_start_day: days.claim_start(row),
                    service_day: days.service(row),
                    amount: line.amounts[0].or(line.amounts[1]).unwrap_or(0),
                    denied: adjust::is_denied(batch::text_at(claim_status, row)),
                }
            })
            .collect();
        for (line, status) in member.iter_mut().zip(adjust::settle(&adjustable)) {
            line.status = status;
        }
    }
    Ok(())
}
