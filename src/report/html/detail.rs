//! One case's page: findings with their lines, peers and limits, practice, and every own test.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::path::Path;

use serde::Serialize;

use super::document::Block;
use super::evidence::{CaseLines, FindingLines, LINE, evidence};
use super::finding::{Finding, findings};
use super::list::CaseList;
use super::peers::{Group, Groups, Limits, OwnTest, TEST};
use super::practice::{CODE, MONTH, Month, Practice, months_at_risk, practices};
use super::words::{MeasureWords, SchemeWords, measure_words, schemes};
use crate::error::Result;

/// The details of some cases, by their row in the list.
pub struct Details {
    by_row: BTreeMap<usize, Detail>,
    ids: BTreeMap<usize, String>,
    groups: Groups,
    measures: BTreeMap<String, MeasureWords>,
    schemes: BTreeMap<String, SchemeWords>,
}

/// One case.
#[derive(Debug, Default, Serialize)]
struct Detail {
    findings: Vec<FindingDetail>,
    practice: Option<Practice>,
    /// Where there is no practice: months of what is at risk.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    months: Vec<Month>,
    tests: Vec<OwnTest>,
}

/// One finding with its lines.
#[derive(Debug, Serialize)]
struct FindingDetail {
    #[serde(flatten)]
    finding: Finding,
    limits: Option<Limits>,
    evidence: FindingLines,
}

/// What several cases share: words, and peer groups by number.
#[derive(Serialize)]
pub struct Shared<'a> {
    schemes: BTreeMap<&'a str, &'a SchemeWords>,
    measures: BTreeMap<&'a str, &'a MeasureWords>,
    groups: BTreeMap<usize, &'a Group>,
    /// Names of what the cases write as bare values.
    columns: BTreeMap<&'static str, &'static [&'static str]>,
}

/// Gathers the cases in some rows of the list.
///
/// # Errors
/// Where a table is missing or not as this version writes it.
pub fn details(run: &Path, list: &CaseList, rows: &[usize], with_phi: bool) -> Result<Details> {
    let rows: BTreeSet<usize> = rows.iter().copied().collect();
    let ids: BTreeSet<&str> = rows.iter().map(|r| list.case_id[*r].as_str()).collect();
    let mut lines = evidence(run, &ids, with_phi)?;
    let mut found = findings(run)?;
    found.retain(|case, _| ids.contains(case.as_str()));
    let measures = measure_words()?;
    let entities = numbered(
        rows.iter()
            .map(|r| (list.entity_type[*r].as_str(), list.entity_key[*r].as_str())),
    );
    let (groups, tests) = Groups::gather(run, &found, &measures, &entities)?;
    let providers = numbered(
        rows.iter()
            .filter(|r| list.entity_type[**r] == "provider")
            .map(|r| list.entity_key[*r].as_str()),
    );
    let mut practices: Vec<Option<Practice>> =
        practices(run, &providers)?.into_iter().map(Some).collect();
    let mut tests: Vec<Option<Vec<OwnTest>>> = tests.into_iter().map(Some).collect();
    let mut by_row = BTreeMap::new();
    for row in &rows {
        let case = list.case_id[*row].as_str();
        let entity = (
            list.entity_type[*row].as_str(),
            list.entity_key[*row].as_str(),
        );
        let mut of_case = lines.remove(case).unwrap_or_default();
        let mut practice = providers
            .get(entity.1)
            .filter(|_| entity.0 == "provider")
            .and_then(|at| practices[*at].take());
        if let Some(practice) = &mut practice {
            practice.add_evidence(&of_case);
        }
        let own = entities.get(&entity).and_then(|at| tests[*at].take());
        by_row.insert(
            *row,
            Detail {
                months: if practice.is_some() {
                    Vec::new()
                } else {
                    months_at_risk(&of_case)
                },
                findings: of_findings(found.remove(case), &mut of_case, &groups, &measures),
                practice,
                tests: own.unwrap_or_default(),
            },
        );
    }
    Ok(Details {
        by_row,
        ids: rows
            .iter()
            .map(|r| (*r, list.case_id[*r].clone()))
            .collect(),
        groups,
        measures,
        schemes: schemes()?,
    })
}

/// Numbers keys from 0 as they first appear.
fn numbered<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> HashMap<K, usize> {
    let mut numbers = HashMap::new();
    for key in keys {
        let next = numbers.len();
        numbers.entry(key).or_insert(next);
    }
    numbers
}

fn of_findings(
    found: Option<Vec<Finding>>,
    lines: &mut CaseLines,
    groups: &Groups,
    measures: &BTreeMap<String, MeasureWords>,
) -> Vec<FindingDetail> {
    found
        .unwrap_or_default()
        .into_iter()
        .map(|finding| FindingDetail {
            limits: groups.limits(&finding, measures),
            evidence: lines.findings.remove(&finding.id).unwrap_or_default(),
            finding,
        })
        .collect()
}

impl Details {
    /// What the cases in these rows share.
    #[must_use]
    pub fn shared(&self, rows: &[usize]) -> Shared<'_> {
        let cases = || rows.iter().filter_map(|row| self.by_row.get(row));
        let findings = || cases().flat_map(|c| &c.findings);
        let groups = findings().filter_map(|f| f.limits.as_ref().map(|l| l.group));
        let measures = findings().filter_map(|f| f.finding.measure.as_deref());
        let tested = cases().flat_map(|c| &c.tests).map(|t| t.measure.as_str());
        Shared {
            schemes: findings()
                .filter_map(|f| self.schemes.get_key_value(&f.finding.scheme))
                .map(|(name, words)| (name.as_str(), words))
                .collect(),
            measures: measures
                .chain(tested)
                .filter_map(|m| self.measures.get_key_value(m))
                .map(|(name, words)| (name.as_str(), words))
                .collect(),
            groups: groups.map(|at| (at, &self.groups.all[at])).collect(),
            columns: [
                ("line", LINE),
                ("test", TEST),
                ("month", MONTH),
                ("code", CODE),
            ]
            .into(),
        }
    }

    /// A block of data for each case.
    ///
    /// # Errors
    /// Where a value cannot be written as JSON.
    pub fn blocks(&self, rows: &[usize]) -> Result<Vec<Block>> {
        rows.iter()
            .filter_map(|row| Some((self.ids.get(row)?, self.by_row.get(row)?)))
            .map(|(id, detail)| Block::new(format!("case-{id}"), detail))
            .collect()
    }
}
