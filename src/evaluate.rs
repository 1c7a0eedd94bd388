//! Known truth against what a run found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use crate::batch::{boolean, float, int, text};
use crate::error::{Error, Result};
use crate::report::read_table;
use crate::stats::ranking::{average_precision, roc_auc};

/// One row of a labels file. The role tells planted entities from ones that only look like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub entity_type: String,
    pub entity_id: String,
    pub scheme: String,
    pub strength: String,
    pub planted: bool,
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
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
    pub entities: usize,
    pub planted: usize,
    pub flagged: usize,
    /// Share of the cases whose entity is planted with any scheme.
    pub precision: Option<f64>,
    /// Planted entities with a case that names their scheme, by scheme.
    pub recall_by_scheme: BTreeMap<String, Found>,
    /// The same by scheme and strength.
    pub recall_by_strength: BTreeMap<String, BTreeMap<String, Found>>,
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

/// Reads a labels file: `entity_type, entity_id, scheme`, and optionally `strength` and `role`
/// (`planted` or `hard_negative`; planted where absent).
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
                "Columns are entity_type, entity_id, scheme, and optionally strength, role",
            )
        })
    };
    let (kind, id, scheme) = (
        required("entity_type")?,
        required("entity_id")?,
        required("scheme")?,
    );
    let (strength, role) = (position("strength"), position("role"));
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

/// Compares the latest run under `out` with labels.
///
/// # Errors
/// Where a table of the run is missing or damaged.
pub fn evaluate(run: &Path, labels: &[Label]) -> Result<Evaluation> {
    let kinds: BTreeSet<&str> = labels.iter().map(|l| l.entity_type.as_str()).collect();
    let (ranked, cases, statistical) = read_run(run, &kinds)?;
    let planted: BTreeSet<Key> = labels
        .iter()
        .filter(|l| l.planted)
        .map(Label::key)
        .collect();
    let hits: Vec<bool> = ranked.iter().map(|r| planted.contains(&r.key)).collect();
    let mut out = Evaluation {
        entities: ranked.len(),
        planted: hits.iter().filter(|h| **h).count(),
        flagged: cases.len(),
        precision: share(
            cases.keys().filter(|key| planted.contains(*key)).count(),
            cases.len(),
        ),
        recall_by_scheme: BTreeMap::new(),
        recall_by_strength: BTreeMap::new(),
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
            statistical
                .iter()
                .filter(|key| !planted.contains(*key))
                .count(),
            statistical.len(),
        ),
        statistical_cases: statistical.len(),
        by_size: by_size(&ranked, &planted),
    };
    for label in labels {
        let key = label.key();
        let named = cases
            .get(&key)
            .is_some_and(|schemes| schemes.contains(&label.scheme));
        let any = cases.contains_key(&key);
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
            found.found += usize::from(any);
        }
    }
    Ok(out)
}

type RunRead = (Vec<Ranked>, BTreeMap<Key, BTreeSet<String>>, BTreeSet<Key>);

fn read_run(run: &Path, kinds: &BTreeSet<&str>) -> Result<RunRead> {
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::Decimal128Type;
    let entities_file = run.join("entities.parquet");
    let Some(entities) = read_table(&entities_file)? else {
        return Ok((Vec::new(), BTreeMap::new(), BTreeSet::new()));
    };
    let mut schemes: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    let mut rank: BTreeMap<Key, i64> = BTreeMap::new();
    let mut statistical = BTreeSet::new();
    if let Some(cases) = read_table(&run.join("cases.parquet"))? {
        let (kind, id, ranks, q) = (
            text(&cases, "entity_type")?,
            text(&cases, "entity_id")?,
            int(&cases, "rank")?,
            float(&cases, "q_value")?,
        );
        let lists = cases
            .column_by_name("schemes")
            .and_then(|c| c.as_list_opt::<i32>());
        // A case without a rank was closed: nothing is found of it tonight.
        let listed = |r: &usize| kinds.contains(kind.value(*r)) && ranks.is_valid(*r);
        for row in (0..cases.num_rows()).filter(listed) {
            let key = (kind.value(row).to_owned(), id.value(row).to_owned());
            let names = lists.map(|l| l.value(row));
            let names = names.as_ref().and_then(|n| n.as_string_opt::<i32>());
            schemes.insert(
                key.clone(),
                names
                    .map(|n| n.iter().flatten().map(str::to_owned).collect())
                    .unwrap_or_default(),
            );
            rank.insert(key.clone(), ranks.value(row));
            if q.is_valid(row) {
                statistical.insert(key);
            }
        }
    }
    let (kind, id) = (
        text(&entities, "entity_type")?,
        text(&entities, "entity_id")?,
    );
    let (score, flagged) = (float(&entities, "score")?, boolean(&entities, "flagged")?);
    let paid = entities
        .column_by_name("paid_amount")
        .and_then(|c| c.as_primitive_opt::<Decimal128Type>());
    let mut order: Vec<(i64, f64, usize)> = Vec::new();
    let key = |row: usize| (kind.value(row).to_owned(), id.value(row).to_owned());
    for row in (0..entities.num_rows()).filter(|r| kinds.contains(kind.value(*r))) {
        order.push((
            rank.get(&key(row)).copied().unwrap_or(i64::MAX),
            score.value(row),
            row,
        ));
    }
    order.sort_by(|a, b| {
        a.0.cmp(&b.0)
            .then_with(|| b.1.total_cmp(&a.1))
            .then_with(|| a.2.cmp(&b.2))
    });
    let ranked = order
        .into_iter()
        .map(|(_, _, row)| Ranked {
            key: key(row),
            flagged: flagged.value(row),
            paid: paid.map_or(0, |p| p.value(row)),
        })
        .collect();
    Ok((ranked, schemes, statistical))
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
