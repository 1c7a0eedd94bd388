//! Runs the edits, and fetches the lines behind the measures' findings, bucket by bucket.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};

use crate::combine::{Pattern, Population};
use crate::config::Config;
use crate::edits::{self, Edit, FloodGuard, LineHit, Notice, Spread, line_hits, run_edit};
use crate::engine::TableData;
use crate::error::{Error, Result};
use crate::features::measure::Measure;
use crate::features::{self, FeatureTable};
use crate::ingest::Canonical;
use crate::network;
use crate::reference::Reference;
use crate::schemes::{SCHEMES, is_built};
use crate::trend;
use crate::validate::NotRun;

/// What the edits gave.
pub struct Edited<'a> {
    /// Edits whose hits become findings.
    pub kept: Vec<(&'a Edit, Vec<LineHit>)>,
    /// Every edit that ran, with the spread of its hits.
    pub spreads: Vec<(&'a Edit, Spread, bool)>,
    pub notices: Vec<Notice>,
    pub not_run: Vec<NotRun>,
}

pub fn run_edits<'a>(
    edits: &'a [Edit],
    canonical: &Canonical,
    reference: &Reference,
    missing: &[String],
    config: &Config,
    populations: &[Population],
    active_lines: u64,
) -> Result<Edited<'a>> {
    let mut out = Edited {
        kept: Vec::new(),
        spreads: Vec::new(),
        notices: Vec::new(),
        not_run: Vec::new(),
    };
    let mut runnable: Vec<&Edit> = Vec::new();
    for edit in edits {
        match edit_not_run(edit, missing, reference) {
            Some(why) => out.not_run.push(why),
            None => runnable.push(edit),
        }
    }
    let grains = edits::grains(&runnable, canonical, reference)?;
    let of_buckets = canonical.each_bucket(reference, |tables| {
        let edits = runnable.iter().zip(&grains);
        edits
            .map(|(edit, grains)| {
                let mut tables = tables.clone();
                tables.extend(grains.clone());
                run_edit(edit, &tables)
            })
            .collect::<Result<Vec<_>>>()
    })?;
    let mut hits: Vec<Vec<LineHit>> = vec![Vec::new(); runnable.len()];
    for found in of_buckets {
        for (all, found) in hits.iter_mut().zip(found) {
            all.extend(found);
        }
    }
    for ((edit, grains), mut found) in runnable.into_iter().zip(&grains).zip(hits) {
        found.sort_by(|a, b| {
            (
                &a.entity_id,
                &a.data_source,
                &a.claim_id,
                a.claim_line_number,
            )
                .cmp(&(
                    &b.entity_id,
                    &b.data_source,
                    &b.claim_id,
                    b.claim_line_number,
                ))
        });
        let of_kind = populations.iter().find(|p| p.kind == edit.entity);
        let entities = of_kind.map_or(0, |p| p.entities.len());
        let lines = edits::lines_applied_to(grains)?.unwrap_or(active_lines);
        let spread = FloodGuard::spread(&found, lines, entities);
        let notice = config
            .flood_guard
            .notice(&edit.name, &found, lines, entities);
        out.spreads.push((edit, spread, notice.is_some()));
        match notice {
            Some(notice) => out.notices.push(notice),
            None => out.kept.push((edit, found)),
        }
    }
    Ok(out)
}

/// The edits about one type of entity, with their lines.
pub fn patterns(edited: &Edited, population: &Population, reference: &Reference) -> Vec<Pattern> {
    let about = |edit: &&(&Edit, Vec<LineHit>)| edit.0.entity == population.kind;
    let kept = edited.kept.iter().filter(about);
    kept.map(|(edit, hits)| Pattern {
        name: edit.name.clone(),
        scheme: edit.scheme.clone(),
        title: edit.title.clone(),
        source: edit.source.clone(),
        precision: edit.precision,
        counterpoint: edit.counterpoint.clone(),
        reference_vintage: reference.editions(&edit.required_reference),
        kind: "edit",
        lines: population.by_entity(hits),
    })
    .collect()
}

/// Lines behind every finding of a population's measures: by `lines` file, then by entity.
pub fn measure_lines(
    population: &Population,
    canonical: &Canonical,
    reference: &Reference,
    grains: &FeatureTable,
) -> Result<BTreeMap<String, BTreeMap<usize, Vec<LineHit>>>> {
    let mut wanted: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (entity, standing) in population.standings.iter().enumerate() {
        for (found, _) in &standing.findings {
            let parts = population.measured[*found].parts.get(&entity);
            let parts = parts.into_iter().flatten().map(|part| part.measure);
            for measure in parts.chain([*found]) {
                let one = &population.measured[measure];
                // Without cells the lines are fetched where the test was made.
                if !one.measure.cells.is_empty() {
                    let lines = wanted.entry(one.measure.lines.as_str()).or_default();
                    lines.insert(entity);
                }
            }
        }
    }
    let key = population.kind.key();
    let mut lines = BTreeMap::new();
    for (file, wanted) in wanted {
        let statement = features::statement(&format!("lines__{file}"))?;
        let names: ArrayRef = Arc::new(
            wanted
                .iter()
                .map(|e| Some(population.entities[*e].id.as_str()))
                .collect::<StringArray>(),
        );
        let names = RecordBatch::try_from_iter([(key, names)]).map_err(|e| Error::Engine {
            statement: file.into(),
            message: e.to_string(),
        })?;
        let codes = grains.grain("provider_code__lines")?;
        let of_buckets = canonical.each_bucket(reference, |mut tables| {
            tables.insert("wanted".into(), TableData::Batch(names.clone()));
            tables.insert("provider_code".into(), TableData::Batch(codes.clone()));
            tables.extend(grains.tables());
            line_hits(&statement.run(&tables)?, key, "gap_cents")
        })?;
        lines.insert(file.to_owned(), population.by_entity(&of_buckets.concat()));
    }
    Ok(lines)
}

/// Detectors that can run on this source, and those that cannot, with the reason.
pub fn runnable(
    edits: &[Edit],
    measures: Vec<Measure>,
    missing: &[String],
    reference: &Reference,
) -> Result<(Vec<String>, Vec<NotRun>)> {
    let mut not_run = not_built(edits, &measures)?;
    let (measures, without) = measures_that_run(measures, missing, reference);
    not_run.extend(without);
    let mut can: Vec<String> = measures.into_iter().map(|m| m.name).collect();
    can.extend(trend::names()?);
    match rings_not_run(missing) {
        Some(why) => not_run.push(why),
        None => can.extend(network::NAMES.map(str::to_owned)),
    }
    for edit in edits {
        match edit_not_run(edit, missing, reference) {
            Some(why) => not_run.push(why),
            None => can.push(edit.name.clone()),
        }
    }
    Ok((can, not_run))
}

/// The measures whose columns the source has, and why the others are left out.
pub fn measures_that_run(
    measures: Vec<Measure>,
    missing: &[String],
    reference: &Reference,
) -> (Vec<Measure>, Vec<NotRun>) {
    let mut not_run = Vec::new();
    let mut run = Vec::new();
    for measure in measures {
        let why = NotRun::lacking(&measure.name, &measure.required_columns, missing)
            .or_else(|| not_given(&measure.name, &measure.required_reference, reference));
        match why {
            Some(why) => not_run.push(why),
            None => run.push(measure),
        }
    }
    (run, not_run)
}

/// Why groups cannot be looked for: a column that the source lacks.
pub fn rings_not_run(missing: &[String]) -> Option<NotRun> {
    let measure = network::measure::shared_members();
    NotRun::lacking(&measure.name, &measure.required_columns, missing)
}

/// Why an edit cannot run: a column that the source lacks, or a reference table not given.
fn edit_not_run(edit: &Edit, missing: &[String], reference: &Reference) -> Option<NotRun> {
    NotRun::lacking(&edit.name, &edit.required_columns, missing)
        .or_else(|| not_given(&edit.name, &edit.required_reference, reference))
}

fn not_given(name: &str, required: &[String], reference: &Reference) -> Option<NotRun> {
    let absent = required.iter().find(|table| !reference.has(table))?;
    Some(NotRun {
        name: name.to_owned(),
        why: format!("the reference table {absent} is not given (--reference)"),
    })
}

/// Schemes of the catalogue without a detector in this version.
///
/// # Errors
/// Where the registry of trend detectors is malformed.
pub fn not_built(edits: &[Edit], measures: &[Measure]) -> Result<Vec<NotRun>> {
    let trends = trend::schemes()?;
    let built: Vec<&str> = edits
        .iter()
        .map(|e| e.scheme.as_str())
        .chain(measures.iter().map(|m| m.scheme.as_str()))
        .chain(trends.iter().map(String::as_str))
        .chain(network::SCHEMES)
        .collect();
    let missing = SCHEMES.iter().filter(|s| !is_built(s, &built));
    Ok(missing
        .map(|s| NotRun {
            name: (*s).to_owned(),
            why: "not built: this version has no detector for the scheme".to_owned(),
        })
        .collect())
}
