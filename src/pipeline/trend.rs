//! Runs the trend detectors, and fetches the lines of the months they point at.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

use super::population::hash_key;
use crate::combine::{Entity, Measured, Pattern, Population};
use crate::config::Config;
use crate::edits::{LineHit, line_hits};
use crate::engine::TableData;
use crate::error::{Error, Result};
use crate::features::{self, FeatureTable};
use crate::ingest::Canonical;
use crate::peers::Place;
use crate::reference::Reference;
use crate::trend::bust_out::{self, bust_outs};
use crate::trend::{Series, TrendTests, detectors, score_trends};
use crate::validate::NotRun;

/// First and last month of interest (year · 12 + month − 1) by position of the provider.
type Windows = BTreeMap<usize, (i64, i64)>;

/// What the trend detectors gave.
pub struct Trends {
    /// The months each detector's tests show, by the detector's name.
    windows: BTreeMap<String, Windows>,
    /// The life of each provider that fits the pattern, or why nobody was looked at.
    bust_outs: std::result::Result<Windows, String>,
}

/// Scores the providers; their tests come apart, for the list.
///
/// # Errors
/// Where the grain of months is missing.
pub fn trends(
    features: &FeatureTable,
    entities: &[Entity],
    places: &[Place],
    as_of: i64,
    config: &Config,
) -> Result<(Vec<Measured>, Trends)> {
    let ids: Vec<&str> = entities.iter().map(|e| e.id.as_str()).collect();
    let keys: Vec<u64> = ids.iter().map(|id| hash_key(id)).collect();
    let series = Series::new(features.grain("provider_month__lines")?, &ids, as_of)?;
    let min_peers = config.peers.min_peers;
    let mut measured = Vec::new();
    let mut windows = BTreeMap::new();
    for scored in score_trends(&detectors()?, &series, places, &keys, min_peers) {
        let TrendTests {
            detector,
            tests,
            windows: shown,
        } = scored;
        windows.insert(detector.measure.name.clone(), shown);
        measured.push(Measured {
            measure: detector.measure,
            kind: "trend",
            tests,
            parts: BTreeMap::new(),
        });
    }
    let bust_outs = bust_outs(&series, places, min_peers)
        .map(|found| found.into_iter().map(|b| (b.provider, b.months)).collect());
    Ok((measured, Trends { windows, bust_outs }))
}

impl Trends {
    /// The pattern that could not be looked for, and why.
    pub fn not_run(&self) -> Option<NotRun> {
        let why = self.bust_outs.as_ref().err()?.clone();
        Some(NotRun {
            name: bust_out::NAME.into(),
            why,
        })
    }

    /// Adds the lines behind the providers' findings, and the pattern with its own.
    ///
    /// # Errors
    /// Where a statement fails.
    pub fn fill(
        &self,
        population: &mut Population,
        canonical: &Canonical,
        reference: &Reference,
    ) -> Result<()> {
        for (position, one) in population.measured.iter().enumerate() {
            let Some(windows) = self.windows.get(&one.measure.name) else {
                continue;
            };
            let found = |provider: &usize| {
                let findings = &population.standings[*provider].findings;
                findings.iter().any(|(measure, _)| *measure == position)
            };
            let wanted: Windows = windows
                .iter()
                .filter(|(provider, _)| found(provider))
                .map(|(provider, months)| (*provider, *months))
                .collect();
            let lines = lines_of(&wanted, population, canonical, reference)?;
            population
                .measure_lines
                .insert(one.measure.lines.clone(), lines);
        }
        if let Ok(windows) = &self.bust_outs {
            let lines = lines_of(windows, population, canonical, reference)?;
            population.patterns.push(Pattern {
                name: bust_out::NAME.into(),
                scheme: bust_out::NAME.into(),
                title: bust_out::TITLE.into(),
                source: bust_out::SOURCE.into(),
                precision: bust_out::PRECISION,
                counterpoint: bust_out::COUNTERPOINT.into(),
                reference_vintage: None,
                kind: "trend",
                lines,
            });
        }
        Ok(())
    }
}

/// The active lines of providers in their months of interest.
fn lines_of(
    wanted: &Windows,
    population: &Population,
    canonical: &Canonical,
    reference: &Reference,
) -> Result<BTreeMap<usize, Vec<LineHit>>> {
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let statement = features::statement("lines__months")?;
    let ids = wanted.keys().map(|p| Some(&population.entities[*p].id));
    let ids: ArrayRef = Arc::new(ids.collect::<StringArray>());
    let from: ArrayRef = Arc::new(wanted.values().map(|m| Some(m.0)).collect::<Int64Array>());
    let to: ArrayRef = Arc::new(wanted.values().map(|m| Some(m.1)).collect::<Int64Array>());
    let table =
        RecordBatch::try_from_iter([("provider_id", ids), ("from_month", from), ("to_month", to)])
            .map_err(|e| Error::Engine {
                statement: "lines__months".into(),
                message: e.to_string(),
            })?;
    let of_buckets = canonical.each_bucket(reference, |mut tables| {
        tables.insert("wanted".into(), TableData::Batch(table.clone()));
        line_hits(&statement.run(&tables)?, "provider_id", "gap_cents")
    })?;
    Ok(population.by_entity(&of_buckets.concat()))
}
