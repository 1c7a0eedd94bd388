//! The precision of a rule, from what its reviewed cases turned out to be.

use std::collections::BTreeMap;

use serde::Serialize;

use super::disposition::Outcome;
use super::measures::{Book, rules};

/// Reviewed cases that a rule's stated precision weighs as much as.
///
/// A Beta prior read as earlier observations (Gelman et al., *Bayesian Data Analysis*, 3rd ed.,
/// §2.4): ten, so that a handful of decisions moves the precision without settling it, and fifty
/// decide it.
pub const PRIOR_CASES: f64 = 10.0;

/// A rule's reviewed cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Decided {
    pub confirmed: usize,
    pub cleared: usize,
}

/// A rule's precision, for the manifest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RulePrecision {
    pub rule: String,
    /// What its author states.
    pub stated: f64,
    /// Reviewed cases in which it had a finding.
    pub confirmed: usize,
    pub cleared: usize,
    /// What its dollars weigh in the ranking.
    pub used: f64,
}

/// Counts the reviewed cases of every rule. A decision is about a case: where several rules made
/// it, it counts for each of them.
#[must_use]
pub fn decided(book: &Book) -> BTreeMap<String, Decided> {
    let mut counts: BTreeMap<String, Decided> = BTreeMap::new();
    for reviewed in book.reviewed.values() {
        for rule in rules(&reviewed.recorded.measures) {
            let count = counts.entry(rule.to_owned()).or_default();
            match reviewed.outcome {
                Outcome::Confirmed => count.confirmed += 1,
                Outcome::Cleared => count.cleared += 1,
                Outcome::Pending => {}
            }
        }
    }
    counts
}

/// The mean of the Beta posterior: the stated precision as [`PRIOR_CASES`] earlier cases, and the
/// decisions.
#[must_use]
pub fn measured(stated: f64, decided: Decided) -> f64 {
    let (confirmed, cleared) = (decided.confirmed as f64, decided.cleared as f64);
    (PRIOR_CASES * stated + confirmed) / (PRIOR_CASES + confirmed + cleared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::measures::{Measures, Recorded, Reviewed};

    #[test]
    fn decisions_move_the_stated_precision_by_their_number() {
        let of = |confirmed, cleared| measured(0.8, Decided { confirmed, cleared });
        assert!((of(0, 0) - 0.8).abs() < 1e-12);
        // (8 + 2) / (10 + 2 + 8), by hand.
        assert!((of(2, 8) - 0.5).abs() < 1e-12);
        assert!((of(0, 1000) - 8.0 / 1010.0).abs() < 1e-12);
    }

    #[test]
    fn only_reviewed_cases_with_a_finding_of_the_rule_count() {
        let reviewed = |outcome, rule: &str| Reviewed {
            outcome,
            date: 1,
            recorded: Recorded {
                as_of: 1,
                measures: Measures::from([(rule.to_owned(), 0.0)]),
            },
        };
        let mut book = Book::default();
        for (id, outcome, measure) in [
            ("a", Outcome::Confirmed, "rule.twice"),
            ("b", Outcome::Cleared, "rule.twice"),
            ("c", Outcome::Cleared, "rule.twice"),
            ("d", Outcome::Pending, "rule.twice"),
            ("e", Outcome::Confirmed, "scheme.twice"),
        ] {
            book.reviewed.insert(id.into(), reviewed(outcome, measure));
        }
        let counts = decided(&book);
        let twice = Decided {
            confirmed: 1,
            cleared: 2,
        };
        assert_eq!(counts, BTreeMap::from([("twice".to_owned(), twice)]));
    }
}
