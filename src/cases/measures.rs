//! What describes a case in numbers, kept across nights: as last found, and as it was reviewed.
//!
//! A measure that a case lacks is absent, which reads as 0; `statistical`, `scheme.…` and `rule.…`
//! say which are there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::disposition::{Disposition, Outcome};
use super::stored::Stored;
use crate::combine::{Case, Population};
use crate::error::Result;

/// Measures of a case by name.
pub type Measures = BTreeMap<String, f64>;

/// Before the name of a rule: the part of the exposure counted on its lines.
const RULE: &str = "rule.";
/// Smallest p told apart: below, the exponent is a matter of the tail's model.
const SMALLEST_P: f64 = 1e-30;

/// The measures of a case.
#[must_use]
pub fn measures_of(case: &Case, populations: &[Population]) -> Measures {
    let population = &populations[case.population];
    let (entity, standing) = (
        &population.entities[case.entity],
        &population.standings[case.entity],
    );
    let dollars = |cents: i64| cents as f64 / 100.0;
    let share = |part: i64, whole: i64| part as f64 / whole.max(1) as f64;
    let counted = |lines: &[crate::combine::exposure::EvidenceLine]| -> i64 {
        lines.iter().map(|l| l.counted_case).sum()
    };
    let exposure = case.exposure_cents;
    let mut out = Measures::new();
    let mut put = |name: &str, value: f64| {
        if value.is_finite() {
            out.insert(name.to_owned(), value);
        }
    };
    put("exposure_amount", dollars(exposure));
    put("exposure_lower_amount", dollars(case.exposure_lower_cents));
    put("unsupervised_amount", dollars(case.unsupervised_cents));
    put("paid_amount", dollars(entity.amount_cents));
    put("paid_share", share(exposure, entity.amount_cents));
    put("lower_share", share(case.exposure_lower_cents, exposure));
    let claims: BTreeSet<(&str, &str)> = case
        .findings
        .iter()
        .flat_map(|f| &f.lines)
        .map(|l| (l.hit.data_source.as_str(), l.hit.claim_id.as_str()))
        .collect();
    put("claim_count", claims.len() as f64);
    put("finding_count", case.findings.len() as f64);
    let rules = case.findings.iter().filter(|f| f.statistic.is_none());
    let by_rules: i64 = rules.clone().map(|f| counted(&f.lines)).sum();
    put("rule_count", rules.count() as f64);
    put("rule_share", share(by_rules, exposure));
    put(&format!("entity.{}", case.entity_type.name()), 1.0);
    if case.findings.iter().any(|f| f.statistic.is_some()) {
        put("statistical", 1.0);
        for (name, value) in [
            (
                "minus_log10_p",
                standing.p.map(|p| -p.max(SMALLEST_P).log10()),
            ),
            ("local_fdr", standing.local_fdr),
            ("stability", standing.stability),
        ] {
            put(name, value.unwrap_or(f64::NAN));
        }
    }
    let mut by_scheme: BTreeMap<&str, (i64, f64)> = BTreeMap::new();
    for finding in &case.findings {
        let sums = by_scheme.entry(&finding.scheme).or_default();
        sums.0 += counted(&finding.lines);
        match &finding.statistic {
            Some(found) => sums.1 = sums.1.max(found.scored.ratio.lower),
            None => put(
                &format!("{RULE}{}", finding.detector),
                share(counted(&finding.lines), exposure),
            ),
        }
    }
    put("scheme_count", by_scheme.len() as f64);
    for (scheme, (cents, ratio_lower)) in by_scheme {
        put(&format!("scheme.{scheme}"), 1.0);
        put(&format!("scheme_share.{scheme}"), share(cents, exposure));
        if ratio_lower > 0.0 {
            put(&format!("ratio_lower.{scheme}"), ratio_lower);
        }
    }
    out
}

/// Rules that had a finding in a case with these measures.
pub fn rules(measures: &Measures) -> impl Iterator<Item = &str> {
    measures.keys().filter_map(|name| name.strip_prefix(RULE))
}

/// The measures of one case at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// As-of date of the run that found it so.
    pub as_of: i64,
    pub measures: Measures,
}

/// A reviewed case: what it looked like when the decision came back, and the decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewed {
    pub outcome: Outcome,
    pub date: i64,
    pub recorded: Recorded,
}

/// The measures of all cases across nights, by case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    /// Every case as it was last found.
    pub found: BTreeMap<String, Recorded>,
    /// Confirmed and cleared cases as they were reviewed.
    pub reviewed: BTreeMap<String, Reviewed>,
}

impl Book {
    /// Takes up what came back since: a decided case is kept as the last run found it, which is
    /// what the reviewer had before them. What is pending again is no longer reviewed.
    #[must_use]
    pub fn with_decisions(mut self, in_force: &BTreeMap<String, Disposition>) -> Book {
        for (id, decision) in in_force {
            let (outcome, date) = (decision.outcome, decision.date);
            if outcome == Outcome::Pending {
                self.reviewed.remove(id);
                continue;
            }
            let same = |known: &Reviewed| known.outcome == outcome && known.date == date;
            if self.reviewed.get(id).is_some_and(same) {
                continue;
            }
            if let Some(recorded) = self.found.get(id).cloned() {
                let reviewed = Reviewed {
                    outcome,
                    date,
                    recorded,
                };
                self.reviewed.insert(id.clone(), reviewed);
            }
        }
        self
    }
}

/// Roles of a row of `case_measures`.
pub const FOUND: &str = "found";
/// See [`FOUND`].
pub const REVIEWED: &str = "reviewed";

/// Reads `case_measures` of a run.
///
/// # Errors
/// Where the file is missing or damaged.
pub fn read_book(path: &Path) -> Result<Book> {
    let mut book = Book::default();
    let Some(stored) = Stored::read(path)? else {
        return Ok(book);
    };
    for row in 0..stored.len() {
        let word = |name: &str| stored.needed(name, row, stored.text(name, row));
        let day = |name: &str| stored.needed(name, row, stored.day(name, row));
        let (id, role, as_of) = (word("case_id")?, word("role")?, day("as_of")?);
        let value = stored.needed("value", row, stored.number("value", row))?;
        let empty = Recorded {
            as_of,
            measures: Measures::new(),
        };
        let recorded = match role.as_str() {
            FOUND => book.found.entry(id).or_insert(empty),
            REVIEWED => {
                let outcome = Outcome::named(&word("disposition")?)
                    .ok_or_else(|| stored.fault("disposition", row, "there is no such word"))?;
                let date = day("disposition_date")?;
                let reviewed = book.reviewed.entry(id).or_insert(Reviewed {
                    outcome,
                    date,
                    recorded: empty,
                });
                &mut reviewed.recorded
            }
            _ => return Err(stored.fault("role", row, "there is no such role")),
        };
        recorded.measures.insert(word("measure")?, value);
    }
    Ok(book)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(case: &str, outcome: Outcome, date: i64) -> (String, Disposition) {
        let decision = Disposition {
            case_id: case.to_owned(),
            outcome,
            date,
            note: String::new(),
            exposure_cents: 0,
            schemes: Vec::new(),
        };
        (case.to_owned(), decision)
    }

    fn recorded(as_of: i64) -> Recorded {
        Recorded {
            as_of,
            measures: Measures::from([("x".to_owned(), as_of as f64)]),
        }
    }

    #[test]
    fn a_decided_case_is_kept_as_the_reviewer_had_it() {
        let mut book = Book::default();
        book.found.insert("a".into(), recorded(1));
        let confirmed = BTreeMap::from([
            decision("a", Outcome::Confirmed, 5),
            decision("unknown", Outcome::Cleared, 5),
        ]);
        book = book.with_decisions(&confirmed);
        assert_eq!(book.reviewed.len(), 1);
        assert_eq!(book.reviewed["a"].recorded, recorded(1));
        // A night later the case looks different; the reviewed one does not.
        book.found.insert("a".into(), recorded(2));
        book = book.with_decisions(&confirmed);
        assert_eq!(book.reviewed["a"].recorded, recorded(1));
        // Decided anew, it is the one of that day.
        let cleared = BTreeMap::from([decision("a", Outcome::Cleared, 9)]);
        book = book.with_decisions(&cleared);
        assert_eq!(book.reviewed["a"].recorded, recorded(2));
        assert_eq!(book.reviewed["a"].outcome, Outcome::Cleared);
        // Taken up again, it teaches nothing.
        let pending = BTreeMap::from([decision("a", Outcome::Pending, 10)]);
        assert!(book.with_decisions(&pending).reviewed.is_empty());
    }
}
