//! Control totals: rows and cents by claim type through every stage of a load.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Rows and cents of one stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub rows: i64,
    pub paid_cents: i64,
    pub allowed_cents: i64,
    pub charge_cents: i64,
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Totals) {
        self.rows += other.rows;
        self.paid_cents += other.paid_cents;
        self.allowed_cents += other.allowed_cents;
        self.charge_cents += other.charge_cents;
    }
}

/// What happens to source rows, in order. `Read` is everything; the others add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Every row that the layout gave, with its amounts as found.
    Read,
    /// Refused while it was typed.
    Rejected,
    /// The same row delivered again, kept once.
    Repeated,
    /// Rows that differ under one key, all refused.
    Conflicting,
    /// Total rows beside component rows (rows only; their cents are in `CountedOnce`).
    TotalRows,
    /// Cents found more often than the claim was paid (no rows): repeated claim amounts and totals.
    CountedOnce,
    /// Lines of the canonical table.
    Accepted,
}

/// Claim type under which pharmacy lines are counted.
pub const PHARMACY: &str = "pharmacy";

/// Totals by claim type and stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger(pub BTreeMap<String, BTreeMap<Stage, Totals>>);

impl Ledger {
    /// Adds to one stage of one claim type.
    pub fn add(&mut self, claim_type: &str, stage: Stage, totals: Totals) {
        if !self.0.contains_key(claim_type) {
            self.0.insert(claim_type.to_owned(), BTreeMap::new());
        }
        if let Some(stages) = self.0.get_mut(claim_type) {
            *stages.entry(stage).or_default() += totals;
        }
    }

    /// Adds another ledger.
    pub fn merge(&mut self, other: &Ledger) {
        for (claim_type, stages) in &other.0 {
            for (stage, totals) in stages {
                self.add(claim_type, *stage, *totals);
            }
        }
    }

    /// Totals of one stage over all claim types.
    #[must_use]
    pub fn stage(&self, stage: Stage) -> Totals {
        let mut sum = Totals::default();
        for stages in self.0.values() {
            sum += stages.get(&stage).copied().unwrap_or_default();
        }
        sum
    }

    /// Every claim type whose later stages do not add up to what was read, with the difference.
    #[must_use]
    pub fn differences(&self) -> Vec<(String, Totals)> {
        let mut differences = Vec::new();
        for (claim_type, stages) in &self.0 {
            let mut left = stages.get(&Stage::Read).copied().unwrap_or_default();
            for (stage, totals) in stages {
                if *stage != Stage::Read {
                    left.rows -= totals.rows;
                    left.paid_cents -= totals.paid_cents;
                    left.allowed_cents -= totals.allowed_cents;
                    left.charge_cents -= totals.charge_cents;
                }
            }
            if left != Totals::default() {
                differences.push((claim_type.clone(), left));
            }
        }
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(rows: i64, paid_cents: i64) -> Totals {
        Totals {
            rows,
            paid_cents,
            ..Totals::default()
        }
    }

    #[test]
    fn a_lost_cent_is_a_difference() {
        let mut ledger = Ledger::default();
        ledger.add("professional", Stage::Read, totals(3, 300));
        ledger.add("professional", Stage::Rejected, totals(1, 100));
        ledger.add("professional", Stage::Accepted, totals(2, 200));
        assert!(ledger.differences().is_empty());
        ledger.add("professional", Stage::Accepted, totals(0, -1));
        assert_eq!(
            ledger.differences(),
            vec![("professional".to_owned(), totals(0, 1))]
        );
    }
}
