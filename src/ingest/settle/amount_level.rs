//! Whether a source's amounts are the line's or the claim's, repeated on every line.
//!
//! Many extracts repeat the claim's paid and charged amount on each of its lines; summing them
//! counts the claim once per line. Each amount column of each claim type is judged on its own.

use std::collections::{BTreeMap, HashMap};

use arrow::array::RecordBatch;
use serde::Serialize;

use crate::batch;
use crate::error::Result;
use crate::money::allocate;

/// What a layout says of a claim type's amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Declared {
    Line,
    Claim,
    /// Decided from the data.
    Auto,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Line,
    Claim,
}

/// The amount columns that are judged, in this order everywhere.
pub const AMOUNTS: [&str; 3] = ["paid_cents", "allowed_cents", "charge_cents"];

/// Position of the charge among [`AMOUNTS`].
pub const CHARGE: usize = 2;

/// Share of multi-line claims that must repeat one non-zero amount for it to be the claim's.
/// Line-level files have equal amounts on all lines of a claim now and then, claim-level files
/// always: the measured samples give under 5 % and 100 %.
pub const REPEAT_SHARE: f64 = 0.9;
/// Fewer multi-line claims than this decide nothing: the amounts are taken as the lines'.
pub const MIN_CLAIMS: u64 = 2;

/// The total row of an institutional claim.
pub const TOTAL_REVENUE_CODE: &str = "0001";

/// Counts by data source, claim type and amount column.
#[derive(Debug, Default, Clone)]
pub struct Votes(BTreeMap<(String, String), [Vote; 3]>);

/// Multi-line claims with an amount, and those that repeat it.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub struct Vote {
    pub claims: u64,
    pub repeating: u64,
}

#[derive(Clone, Copy)]
struct ClaimSeen {
    first_line: i64,
    several: bool,
    first: [Option<i64>; 3],
    same: [bool; 3],
    group: usize,
}

impl Votes {
    /// Adds the claims of one bucket; lines of a claim never lie in two buckets.
    ///
    /// # Errors
    /// Where a load column is missing.
    pub fn add_bucket(&mut self, bucket: &RecordBatch) -> Result<()> {
        let (person, claim) = (
            batch::int(bucket, "person_hash")?,
            batch::int(bucket, "claim_hash")?,
        );
        let (number, version) = (
            batch::int(bucket, "claim_line_number")?,
            batch::int(bucket, "row_hash")?,
        );
        let source = batch::text(bucket, "data_source")?;
        let kind = batch::text(bucket, "claim_type")?;
        let revenue = batch::text(bucket, "revenue_center_code")?;
        let amounts = [
            batch::int(bucket, AMOUNTS[0])?,
            batch::int(bucket, AMOUNTS[1])?,
            batch::int(bucket, AMOUNTS[2])?,
        ];
        let mut groups: Vec<(String, String)> = Vec::new();
        let key = |row: usize| (person.value(row), claim.value(row));
        // Which of several versions of a line comes first must not depend on the order of the
        // rows, nor which claims meet on the number of buckets.
        let mut order: Vec<usize> = (0..bucket.num_rows()).collect();
        order.sort_unstable_by_key(|row| (key(*row), number.value(*row), version.value(*row)));
        let mut seen: HashMap<(i64, i64), ClaimSeen> = HashMap::new();
        for row in order {
            let pair = (
                batch::text_at(source, row).unwrap_or_default(),
                batch::text_at(kind, row).unwrap_or_default(),
            );
            let group = groups
                .iter()
                .position(|g| (g.0.as_str(), g.1.as_str()) == pair)
                .unwrap_or_else(|| {
                    groups.push((pair.0.to_owned(), pair.1.to_owned()));
                    groups.len() - 1
                });
            if batch::text_at(revenue, row) == Some(TOTAL_REVENUE_CODE) {
                continue;
            }
            let values = amounts.map(|a| batch::int_at(a, row));
            let line = number.value(row);
            if let Some(known) = seen.get_mut(&key(row)) {
                // A line delivered twice says nothing about repetition over lines.
                if line == known.first_line {
                    continue;
                }
                known.several = true;
                for (same, (value, first)) in
                    known.same.iter_mut().zip(values.iter().zip(known.first))
                {
                    *same &= *value == first;
                }
            } else {
                seen.insert(
                    key(row),
                    ClaimSeen {
                        first_line: line,
                        several: false,
                        first: values,
                        same: [true; 3],
                        group,
                    },
                );
            }
        }
        // A type whose every row is a total row casts no vote, but what is declared of it holds.
        for group in &groups {
            self.0.entry(group.clone()).or_default();
        }
        for known in seen.values().filter(|k| k.several) {
            let votes = self.0.entry(groups[known.group].clone()).or_default();
            for (vote, (constant, first)) in
                votes.iter_mut().zip(known.same.iter().zip(known.first))
            {
                let has_amount = first.is_some_and(|v| v != 0) || !constant;
                vote.claims += u64::from(has_amount);
                vote.repeating += u64::from(has_amount && *constant);
            }
        }
        Ok(())
    }

    /// Adds the votes of other buckets.
    pub fn merge(&mut self, other: Votes) {
        for (group, votes) in other.0 {
            let mine = self.0.entry(group).or_default();
            for (sum, vote) in mine.iter_mut().zip(votes) {
                sum.claims += vote.claims;
                sum.repeating += vote.repeating;
            }
        }
    }

    /// Decides every group under what the layout declares.
    #[must_use]
    pub fn decide(&self, declared: &dyn Fn(&str, usize) -> Declared) -> Levels {
        let mut levels = BTreeMap::new();
        for ((source, kind), votes) in &self.0 {
            let decided = std::array::from_fn(|amount| match declared(kind, amount) {
                Declared::Line => Level::Line,
                Declared::Claim => Level::Claim,
                Declared::Auto => auto(votes[amount]),
            });
            levels.insert((source.clone(), kind.clone()), (decided, *votes));
        }
        Levels { levels }
    }
}

fn auto(vote: Vote) -> Level {
    let share = vote.repeating as f64 / (vote.claims.max(1)) as f64;
    if vote.claims >= MIN_CLAIMS && share >= REPEAT_SHARE {
        Level::Claim
    } else {
        Level::Line
    }
}

/// The decided level of each data source, claim type and amount, with the counts behind it.
#[derive(Debug, Default, Clone)]
pub struct Levels {
    levels: BTreeMap<(String, String), ([Level; 3], [Vote; 3])>,
}

impl Levels {
    /// Level of paid, allowed and charge for a claim type of a source.
    #[must_use]
    pub fn of(&self, source: &str, kind: &str) -> [Level; 3] {
        // A group without a vote has no claim of several lines: nothing is repeated in it.
        self.levels
            .get(&(source.to_owned(), kind.to_owned()))
            .map_or([Level::Line; 3], |(levels, _)| *levels)
    }

    /// Every decision, for the manifest.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &[Level; 3], &[Vote; 3])> {
        self.levels.iter().map(|((source, kind), (levels, votes))| {
            (source.as_str(), kind.as_str(), levels, votes)
        })
    }
}

/// One amount of the component lines of a claim, after settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub amounts: Vec<Option<i64>>,
    /// Whether they were split from a claim-level amount.
    pub allocated: bool,
}

/// Settles one amount of one claim: `lines` are the values on its component lines, `totals` those
/// on its total rows, `weights` the charges to split by (empty: evenly).
#[must_use]
pub fn settle_amount(
    level: Level,
    lines: &[Option<i64>],
    totals: &[Option<i64>],
    weights: &[i64],
) -> Settled {
    let split = |amount: i64| {
        let even = vec![1; lines.len()];
        let shares = allocate(
            amount,
            if weights.len() == lines.len() {
                weights
            } else {
                &even
            },
        );
        Settled {
            amounts: shares.into_iter().map(Some).collect(),
            allocated: true,
        }
    };
    let first = lines.first().copied().flatten();
    let constant = lines.iter().all(|v| *v == first);
    if level == Level::Claim
        && constant
        && let Some(amount) = first
    {
        return if lines.len() == 1 {
            as_found(lines)
        } else {
            split(amount)
        };
    }
    // A file that writes the claim's money on its total row only: the lines would carry nothing.
    let on_lines = lines.iter().flatten().any(|v| *v != 0);
    if !on_lines && let Some(amount) = totals.iter().flatten().find(|v| **v != 0) {
        return split(*amount);
    }
    as_found(lines)
}

fn as_found(lines: &[Option<i64>]) -> Settled {
    Settled {
        amounts: lines.to_vec(),
        allocated: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_amount_repeated_on_three_lines_is_counted_once() {
        let settled = settle_amount(Level::Claim, &[Some(2956); 3], &[Some(2956)], &[]);
        assert_eq!(settled.amounts, vec![Some(986), Some(985), Some(985)]);
        assert!(settled.allocated);
    }

    #[test]
    fn line_charges_decide_the_split() {
        let settled = settle_amount(Level::Claim, &[Some(1000); 2], &[], &[300, 100]);
        assert_eq!(settled.amounts, vec![Some(750), Some(250)]);
    }

    #[test]
    fn amounts_that_differ_are_the_lines_own() {
        let lines = [Some(100), Some(200)];
        assert_eq!(
            settle_amount(Level::Claim, &lines, &[], &[]).amounts,
            lines.to_vec()
        );
        assert_eq!(
            settle_amount(Level::Line, &lines, &[Some(300)], &[]).amounts,
            lines.to_vec()
        );
    }

    #[test]
    fn money_on_the_total_row_alone_is_not_lost() {
        let settled = settle_amount(Level::Line, &[None, Some(0)], &[Some(501)], &[]);
        assert_eq!(settled.amounts, vec![Some(251), Some(250)]);
    }

    /// Rows of one claim: line number, version of the line, revenue code, paid.
    fn votes(rows: &[(i64, i64, &str, i64)]) -> Vec<(u64, u64)> {
        use arrow::array::{ArrayRef, Int64Array, StringArray};
        use std::sync::Arc;
        let int = |of: fn(&(i64, i64, &str, i64)) -> i64| -> ArrayRef {
            Arc::new(rows.iter().map(|r| Some(of(r))).collect::<Int64Array>())
        };
        let word =
            |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value; rows.len()])) };
        let revenue: ArrayRef = Arc::new(rows.iter().map(|r| Some(r.2)).collect::<StringArray>());
        let batch = RecordBatch::try_from_iter([
            ("data_source", word("s")),
            ("claim_type", word("institutional")),
            ("person_hash", int(|_| 1)),
            ("claim_hash", int(|_| 1)),
            ("claim_line_number", int(|r| r.0)),
            ("row_hash", int(|r| r.1)),
            ("revenue_center_code", revenue),
            (AMOUNTS[0], int(|r| r.3)),
            (AMOUNTS[1], int(|r| r.3)),
            (AMOUNTS[2], int(|r| r.3)),
        ])
        .expect("a batch");
        let mut votes = Votes::default();
        votes.add_bucket(&batch).expect("votes");
        votes
            .0
            .values()
            .map(|v| (v[0].claims, v[0].repeating))
            .collect()
    }

    #[test]
    fn the_order_of_conflicting_versions_changes_no_vote() {
        let rows = [(1, 7, "0300", 10), (1, 8, "0300", 20), (2, 9, "0300", 20)];
        let reversed: Vec<_> = rows.iter().rev().copied().collect();
        assert_eq!(votes(&rows), votes(&reversed));
    }

    #[test]
    fn claims_of_total_rows_alone_make_their_type_known() {
        assert_eq!(
            votes(&[(1, 7, "0001", 10), (2, 8, "0001", 10)]),
            vec![(0, 0)]
        );
    }
}
