//! Known truth against what a run found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use crate::batch::{float, int, text, text_lists};
use crate::error::{Error, Result};
use crate::report::read_table;
use crate::stats::overlap::{SAME_GROUP, jaccard};
use crate::stats::ranking::{average_precision, roc_auc};

/// One row of a labels file. The role tells planted entities from ones that only look like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub entity_type: String,
    pub entity_id: String,
    pub scheme: String,
    pub strength: String,
    pub planted: bool,
    /// Of a provider, the labelled group it belongs to; empty where none.
    pub group_id: String,
}

impl Label {
    fn key(&self) -> Key {
        (self.entity_type.clone(), self.entity_id.clone())
    }
}

/// Found and planted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    pub found: usize,
    pub planted: usize,
}

/// An entity's type and id.
type Key = (String, String);

/// How a run compares with the truth, over all entities of the types that the labels name.
///
/// A group case credits its providers: each is ranked and found by it as by a case of its own.
/// Groups themselves are no entities here, since no list of all groups exists.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
    pub entities: usize,
    pub planted: usize,
    pub flagged: usize,
    /// Share of the cases whose entity is planted with any scheme; of a group at least half of it.
    pub precision: Option<f64>,
    /// Planted entities with a case that names their scheme, by scheme.
    pub recall_by_scheme: BTreeMap<String, Found>,
    /// The same by scheme and strength.
    pub recall_by_strength: BTreeMap<String, BTreeMap<String, Found>>,
    /// Planted groups with a case that names their scheme and covers them: of the providers in
    /// either, at least half are in both.
    pub groups: BTreeMap<String, Found>,
    /// Entities that look like a scheme without being it, and those among them with a case.
    pub hard_negatives: BTreeMap<String, Found>,
    pub average_precision: Option<f64>,
    pub roc_auc: Option<f64>,
    /// Share of planted entities among the first K of all entities.
    pub precision_at: BTreeMap<usize, f64>,
    /// Statistical cases whose entity is not planted, as a share of the statistical cases.
    pub realised_fdr: Option<f64>,
    pub statistical_cases: usize,
    /// Flagged honest and planted-and-found entities by third of the paid volume.
    pub by_size: Vec<SizeBand>,
}

/// One third of the entities by volume.
#[derive(Debug, Clone, Serialize)]
pub struct SizeBand {
    pub band: &'static str,
    pub honest: usize,
    pub honest_flagged: usize,
    pub planted: usize,
    pub planted_flagged: usize,
}

/// Numbers of first entities the precision is stated at.
const PRECISION_AT: [usize; 4] = [10, 20, 50, 100];

/// Reads a labels file: `entity_type, entity_id, scheme`, and optionally `strength`, `role`
/// (`planted` or `hard_negative`; planted where absent) and `group_id`, which names the labelled
/// group that a provider belongs to.
///
/// # Errors
/// [`Error::Input`] where the file lacks a column.
pub fn read_labels(path: &Path) -> Result<Vec<Label>> {
    let place = path.display().to_string();
    let mut reader = csv::Reader::from_path(path)
        .map_err(|e| Error::input(place.clone(), e.to_string(), "Check the path"))?;
    let header = reader
        .headers()
        .map_err(|e| Error::input(place.clone(), e.to_string(), "Write a header row"))?
        .clone();
    let position = |name: &str| header.iter().position(|h| h == name);
    let required = |name: &str| {
        position(name).ok_or_else(|| {
            Error::input(
                place.clone(),
                format!("no column {name}"),
                "Columns are entity_type, entity_id, scheme, and optionally strength, role, group_id",
            )
        })
    };
    let (kind, id, scheme) = (
        required("entity_type")?,
        required("entity_id")?,
        required("scheme")?,
    );
    let (strength, role) = (position("strength"), position("role"));
    let group = position("group_id");
    let mut labels = Vec::new();
    for (row, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|e| {
            Error::input(
                format!("{place}, row {row}"),
                e.to_string(),
                "Correct the row",
            )
        })?;
        let cell = |i: usize| record.get(i).unwrap_or_default().to_owned();
        labels.push(Label {
            entity_type: cell(kind),
            entity_id: cell(id),
            scheme: cell(scheme),
            strength: strength.map(cell).unwrap_or_default(),
            planted: role.is_none_or(|r| cell(r) != "hard_negative"),
            group_id: group.map(cell).unwrap_or_default(),
        });
    }
    Ok(labels)
}

/// An entity in the order of the run: cases by rank, then everyone else by score.
struct Ranked {
    key: Key,
    flagged: bool,
    paid: i128,
}

/// A case of the run.
struct FoundCase {
    key: Key,
    rank: i64,
    schemes: BTreeSet<String>,
    statistical: bool,
    /// Whom it credits: a group its providers, any other entity itself.
    credits: BTreeSet<Key>,
}

/// Word of `entity_type` for groups, and for those they are made of.
const GROUP: &str = "group";
const PROVIDER: &str = "provider";

/// Compares the latest run under `out` with labels.
///
/// # Errors
/// Where a table of the run is missing or damaged.
pub fn evaluate(run: &Path, labels: &[Label]) -> Result<Evaluation> {
    let kinds: BTreeSet<&str> = labels.iter().map(|l| l.entity_type.as_str()).collect();
    let cases = read_cases(run, &kinds)?;
    let mut credited: BTreeMap<&Key, (i64, BTreeSet<&String>)> = BTreeMap::new();
    for case in &cases {
        for key in &case.credits {
            let of = credited.entry(key).or_insert((i64::MAX, BTreeSet::new()));
            of.0 = of.0.min(case.rank);
            of.1.extend(&case.schemes);
        }
    }
    let ranked = read_entities(run, &kinds, &credited)?;
    let planted: BTreeSet<Key> = labels
        .iter()
        .filter(|l| l.planted)
        .map(Label::key)
        .collect();
    let hits: Vec<bool> = ranked.iter().map(|r| planted.contains(&r.key)).collect();
    let is_true = |case: &&FoundCase| {
        let known = case.credits.iter().filter(|key| planted.contains(*key));
        2 * known.count() >= case.credits.len()
    };
    let statistical = || cases.iter().filter(|case| case.statistical);
    let mut out = Evaluation {
        entities: ranked.len(),
        planted: hits.iter().filter(|h| **h).count(),
        flagged: cases.len(),
        precision: share(cases.iter().filter(is_true).count(), cases.len()),
        recall_by_scheme: BTreeMap::new(),
        recall_by_strength: BTreeMap::new(),
        groups: BTreeMap::new(),
        hard_negatives: BTreeMap::new(),
        average_precision: average_precision(&hits),
        roc_auc: roc_auc(&hits),
        precision_at: PRECISION_AT
            .into_iter()
            .filter(|k| *k <= hits.len())
            .map(|k| {
                (
                    k,
                    hits[..k].iter().filter(|h| **h).count() as f64 / k as f64,
                )
            })
            .collect(),
        realised_fdr: share(
            statistical().filter(|case| !is_true(case)).count(),
            statistical().count(),
        ),
        statistical_cases: statistical().count(),
        by_size: by_size(&ranked, &planted),
    };
    for label in labels.iter().filter(|l| l.entity_type != GROUP) {
        let key = label.key();
        let own = credited.get(&key);
        let named = own.is_some_and(|(_, schemes)| schemes.contains(&label.scheme));
        if label.planted {
            for found in [
                out.recall_by_scheme
                    .entry(label.scheme.clone())
                    .or_default(),
                out.recall_by_strength
                    .entry(label.scheme.clone())
                    .or_default()
                    .entry(label.strength.clone())
                    .or_default(),
            ] {
                found.planted += 1;
                found.found += usize::from(named);
            }
        } else if !planted.contains(&key) {
            let found = out.hard_negatives.entry(label.scheme.clone()).or_default();
            found.planted += 1;
            found.found += usize::from(own.is_some());
        }
    }
    for label in labels
        .iter()
        .filter(|l| l.entity_type == GROUP && l.planted)
    {
        let providers: BTreeSet<Key> = labels
            .iter()
            .filter(|l| l.entity_type == PROVIDER && l.group_id == label.entity_id)
            .map(Label::key)
            .collect();
        let found = out.groups.entry(label.scheme.clone()).or_default();
        found.planted += 1;
        found.found += usize::from(cases.iter().any(|case| {
            case.schemes.contains(&label.scheme)
                && (case.key == label.key() || covers(&case.credits, &providers))
        }));
    }
    Ok(out)
}

/// Whether a case is about a labelled group: they have half of their providers in common, by which
/// a group keeps its identity across nights too.
fn covers(case: &BTreeSet<Key>, group: &BTreeSet<Key>) -> bool {
    jaccard(case, group) >= SAME_GROUP
}

/// The cases of entities of some types; those of groups wherever providers are asked for.
fn read_cases(run: &Path, kinds: &BTreeSet<&str>) -> Result<Vec<FoundCase>> {
    use arrow::array::Array;
    let Some(rows) = read_table(&run.join("cases.parquet"))? else {
        return Ok(Vec::new());
    };
    let (kind, id, rank, q) = (
        text(&rows, "entity_type")?,
        text(&rows, "entity_id")?,
        int(&rows, "rank")?,
        float(&rows, "q_value")?,
    );
    let (schemes, members) = (
        text_lists(&rows, "schemes")?,
        text_lists(&rows, "member_ids")?,
    );
    let wanted = |kind: &str| kinds.contains(kind) || kind == GROUP && kinds.contains(PROVIDER);
    let mut cases = Vec::new();
    // A case without a rank was closed: nothing is found of it tonight.
    let listed = |r: &usize| wanted(kind.value(*r)) && rank.is_valid(*r);
    for row in (0..rows.num_rows()).filter(listed) {
        let key = (kind.value(row).to_owned(), id.value(row).to_owned());
        let members = members[row].iter().cloned();
        cases.push(FoundCase {
            rank: rank.value(row),
            schemes: schemes[row].iter().cloned().collect(),
            statistical: q.is_valid(row),
            credits: if key.0 == GROUP {
                members.map(|m| (PROVIDER.to_owned(), m)).collect()
            } else {
                BTreeSet::from([key.clone()])
            },
            key,
        });
    }
    Ok(cases)
}

/// Every entity but groups in the order of the run.
fn read_entities(
    run: &Path,
    kinds: &BTreeSet<&str>,
    credited: &BTreeMap<&Key, (i64, BTreeSet<&String>)>,
) -> Result<Vec<Ranked>> {
    use arrow::array::AsArray;
    use arrow::datatypes::Decimal128Type;
    let Some(rows) = read_table(&run.join("entities.parquet"))? else {
        return Ok(Vec::new());
    };
    let (kind, id) = (text(&rows, "entity_type")?, text(&rows, "entity_id")?);
    let score = float(&rows, "score")?;
    let paid = rows
        .column_by_name("paid_amount")
        .and_then(|c| c.as_primitive_opt::<Decimal128Type>());
    let wanted = |kind: &str| kinds.contains(kind) && kind != GROUP;
    let mut order: Vec<(i64, f64, usize)> = Vec::new();
    let key = |row: usize| (kind.value(row).to_owned(), id.value(row).to_owned());
    for row in (0..rows.num_rows()).filter(|r| wanted(kind.value(*r))) {
        let rank = credited.get(&key(row)).map_or(i64::MAX, |of| of.0);
        order.push((rank, score.value(row), row));
    }
    order.sort_by(|a, b| {
        a.0.cmp(&b.0)
            .then_with(|| b.1.total_cmp(&a.1))
            .then_with(|| a.2.cmp(&b.2))
    });
    Ok(order
        .into_iter()
        .map(|(rank, _, row)| Ranked {
            key: key(row),
            flagged: rank < i64::MAX,
            paid: paid.map_or(0, |p| p.value(row)),
        })
        .collect())
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn by_size(ranked: &[Ranked], planted: &BTreeSet<Key>) -> Vec<SizeBand> {
    let mut order: Vec<&Ranked> = ranked.iter().collect();
    order.sort_by(|a, b| a.paid.cmp(&b.paid).then_with(|| a.key.cmp(&b.key)));
    let third = order.len().div_ceil(3).max(1);
    ["smallest third", "middle third", "largest third"]
        .into_iter()
        .zip(order.chunks(third))
        .map(|(band, chunk)| {
            let count = |is_planted: bool, flagged: bool| {
                chunk
                    .iter()
                    .filter(|r| planted.contains(&r.key) == is_planted && (!flagged || r.flagged))
                    .count()
            };
            SizeBand {
                band,
                honest: count(false, false),
                honest_flagged: count(false, true),
                planted: count(true, false),
                planted_flagged: count(true, true),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn providers(ids: &[&str]) -> BTreeSet<Key> {
        ids.iter()
            .map(|id| (PROVIDER.into(), (*id).into()))
            .collect()
    }

    #[test]
    fn a_case_covers_a_group_by_half_of_both_together() {
        let group = providers(&["a", "b", "c", "d"]);
        assert!(covers(&providers(&["a", "b"]), &group));
        assert!(!covers(&providers(&["a"]), &group));
        assert!(!covers(&providers(&["a", "b", "x"]), &group));
        assert!(covers(&providers(&["a", "b", "c", "x"]), &group));
        assert!(!covers(&providers(&["x"]), &providers(&[])));
    }
}
