//! Places every provider among those that behave alike, and counts what is foreign to its specialty.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};

use super::population::hash_key;
use crate::batch::text;
use crate::combine::Entity;
use crate::error::{Error, Result};
use crate::features::FeatureTable;
use crate::features::measure::Measure;
use crate::ingest::Canonical;
use crate::peers::Place;
use crate::peers::behaviour::{self, Behaviours, foreign_families};
use crate::reference::Reference;
use crate::report::manifest::BehaviourResult;

/// The grain that the mixes come from.
const CODES: &str = "provider_code__lines";

/// Clusters the providers, writes each one's cluster into its place, and computes the cells that
/// rest on what is foreign to a declared specialty.
///
/// # Errors
/// Where a grain is missing or a statement fails.
pub fn behaviours(
    (entities, places): &mut (Vec<Entity>, Vec<Place>),
    features: &mut FeatureTable,
    measures: &[Measure],
    (canonical, reference): (&Canonical, &Reference),
    least: usize,
) -> Result<BehaviourResult> {
    let ids: Vec<&str> = entities.iter().map(|e| e.id.as_str()).collect();
    let keys: Vec<u64> = ids.iter().map(|id| hash_key(id)).collect();
    let found = behaviour::behaviours(features.grain(CODES)?, &ids, &keys, least, reference)?;
    for (place, cluster) in places.iter_mut().zip(&found.of) {
        place.behaviour = cluster.map(|c| found.names[c as usize].clone());
    }
    let foreign = foreign_families(&found, places, least);
    let table = foreign_codes(features.grain(CODES)?, &ids, &found, &foreign)?;
    for (entity, place) in entities.iter_mut().zip(places.iter()) {
        entity.behaviour.clone_from(&place.behaviour);
    }
    features.derive("foreign_code", table, measures, canonical, reference)?;
    let mut with_foreign: Vec<usize> = foreign.iter().map(|(provider, _)| *provider).collect();
    with_foreign.dedup();
    Ok(BehaviourResult {
        clusters: found.names.len(),
        silhouette: found.silhouette,
        placed: found.of.iter().flatten().count(),
        with_foreign_services: with_foreign.len(),
    })
}

/// The codes of the foreign families: provider_id, hcpcs_code.
fn foreign_codes(
    codes: &RecordBatch,
    ids: &[&str],
    found: &Behaviours,
    foreign: &[(usize, u32)],
) -> Result<RecordBatch> {
    let (provider, code) = (text(codes, "provider_id")?, text(codes, "hcpcs_code")?);
    let index: BTreeMap<&str, usize> = ids.iter().copied().zip(0..).collect();
    let is_foreign = |row: &usize| {
        let family = found.mix.family(code.value(*row));
        let provider = index.get(provider.value(*row));
        let pair = provider.copied().zip(family);
        pair.is_some_and(|pair| foreign.binary_search(&pair).is_ok())
    };
    let rows: Vec<usize> = (0..codes.num_rows()).filter(is_foreign).collect();
    let column = |of: &StringArray| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(
            rows.iter().map(|row| of.value(*row)),
        ))
    };
    let columns = [
        ("provider_id", column(provider)),
        ("hcpcs_code", column(code)),
    ];
    RecordBatch::try_from_iter(columns).map_err(|e| Error::Engine {
        statement: "foreign_code".into(),
        message: e.to_string(),
    })
}
