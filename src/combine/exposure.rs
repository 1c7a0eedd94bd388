//! Dollars at risk, line by line, no line counted twice.

use std::collections::BTreeMap;

use crate::edits::LineHit;
use crate::money::round_half_even;

/// A line behind a finding, with what of it is at risk.
#[derive(Debug, Clone)]
pub struct EvidenceLine {
    pub hit: LineHit,
    pub at_risk: i64,
    pub at_risk_lower: i64,
    pub counted_case: i64,
    pub counted_run: i64,
}

/// A line's key within the run.
pub type LineKey = (String, String, i64);

impl EvidenceLine {
    /// The line's key.
    #[must_use]
    pub fn key(&self) -> LineKey {
        (
            self.hit.data_source.clone(),
            self.hit.claim_id.clone(),
            self.hit.claim_line_number,
        )
    }
}

/// The excess part of a ratio: of r times what is expected, (r − 1) / r is too much.
#[must_use]
pub fn excess_share(ratio: f64) -> f64 {
    if ratio.is_finite() && ratio > 1.0 {
        (ratio - 1.0) / ratio
    } else {
        0.0
    }
}

/// Puts a line's questioned cents at risk: the whole for an edit (`share` 1), the excess share of
/// the price gap for a measure; never more than was paid on it, nor less than nothing.
#[must_use]
pub fn at_risk(hit: LineHit, share: f64, share_lower: f64) -> EvidenceLine {
    let ceiling = hit.paid_cents.or(hit.allowed_cents).unwrap_or(0).max(0);
    let part = |share: f64| round_half_even(share * hit.cents as f64).clamp(0, ceiling);
    let (point, lower) = (part(share), part(share_lower));
    EvidenceLine {
        hit,
        at_risk: point,
        at_risk_lower: lower,
        counted_case: 0,
        counted_run: 0,
    }
}

/// Counts each line of a case once, at its largest amount; among equals the earlier finding's.
pub fn count_in_case(findings: &mut [&mut Vec<EvidenceLine>]) {
    let mut best: BTreeMap<LineKey, (i64, usize, usize)> = BTreeMap::new();
    for (f, lines) in findings.iter().enumerate() {
        for (l, line) in lines.iter().enumerate() {
            let entry = best.entry(line.key()).or_insert((line.at_risk, f, l));
            if line.at_risk > entry.0 {
                *entry = (line.at_risk, f, l);
            }
        }
    }
    for (amount, f, l) in best.into_values() {
        findings[f][l].counted_case = amount;
    }
}

/// Counts each line once in the run: cases come in rank order, and a line belongs to the first
/// that holds it.
pub fn count_in_run<'l>(cases: impl Iterator<Item = Vec<&'l mut EvidenceLine>>) {
    let mut taken: BTreeMap<LineKey, usize> = BTreeMap::new();
    for (case, lines) in cases.enumerate() {
        for line in lines.into_iter().filter(|l| l.counted_case > 0) {
            let owner = *taken.entry(line.key()).or_insert(case);
            line.counted_run = if owner == case { line.counted_case } else { 0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hit(claim: &str, cents: i64) -> LineHit {
        LineHit {
            entity_id: "p".into(),
            data_source: "s".into(),
            claim_id: claim.into(),
            claim_line_number: 1,
            person_id: "m".into(),
            service_day: 0,
            hcpcs_code: None,
            modifiers: String::new(),
            drg_code: None,
            units_milli: None,
            paid_cents: Some(10_000),
            allowed_cents: None,
            basis: "paid".into(),
            cents,
            note: String::new(),
        }
    }

    #[test]
    fn the_excess_of_twice_the_expected_is_half() {
        assert!((excess_share(2.0) - 0.5).abs() < 1e-15);
        assert!(excess_share(0.9).abs() < 1e-15 && excess_share(f64::NAN).abs() < 1e-15);
        assert_eq!(at_risk(hit("a", 4001), 0.5, 0.25).at_risk, 2000);
    }

    #[test]
    fn a_line_in_two_findings_counts_at_its_larger_amount() {
        let mut first = vec![at_risk(hit("a", 4000), 0.5, 0.0)];
        let mut second = vec![
            at_risk(hit("a", 9000), 1.0, 1.0),
            at_risk(hit("b", 100), 1.0, 1.0),
        ];
        count_in_case(&mut [&mut first, &mut second]);
        assert_eq!(
            (
                first[0].counted_case,
                second[0].counted_case,
                second[1].counted_case
            ),
            (0, 9000, 100)
        );
    }

    proptest! {
        #[test]
        fn never_more_than_paid_is_counted(cents in -20_000_i64..20_000, shares in prop::collection::vec(0.0_f64..1.0, 1..6)) {
            let mut findings: Vec<Vec<EvidenceLine>> = shares.iter().map(|s| vec![at_risk(hit("a", cents), *s, s / 2.0)]).collect();
            let mut refs: Vec<&mut Vec<EvidenceLine>> = findings.iter_mut().collect();
            count_in_case(&mut refs);
            let counted: i64 = findings.iter().flatten().map(|l| l.counted_case).sum();
            prop_assert!((0..=10_000).contains(&counted));
            count_in_run(findings.iter_mut().map(|f| f.iter_mut().collect()));
            let run: i64 = findings.iter().flatten().map(|l| l.counted_run).sum();
            prop_assert!(run <= 10_000);
        }
    }
}
