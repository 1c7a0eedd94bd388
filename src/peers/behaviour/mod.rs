//! Behavioural peer groups: providers whose members receive the same services.
//!
//! ```text
//! provider × code ─▶ mix (families of services, TF-IDF) ─▶ components (PCA) ─▶ clusters (k-means)
//!                     └────────────▶ foreign (services that the declared specialty hardly gives)
//! ```
//!
//! A group must not be formed from what a measure measures within it, or those who upcode would be
//! each other's norm. So codes count by family: all E/M visits of a setting are one, whatever their
//! level and whether the patient is new, and all other codes with the same first three characters
//! (the subsections of CPT: lengths of a session, sizes of an excision, panels and their parts). A
//! service counts by the members who receive it, so that units, repeats and duplicates move nobody.
//!
//! The results depend on the claims alone: sums run in the order of the providers' ids, random
//! draws come from seeds and from the ids' hashes.

mod clusters;
mod components;
mod foreign;
mod mix;
mod service;

use arrow::array::RecordBatch;
use rayon::prelude::*;

use self::clusters::Clusters;
pub use self::clusters::{MOST_CLUSTERS, SOME_STRUCTURE};
pub use self::components::EXPLAINED;
pub use self::foreign::{LIFT, SUBGROUP, USUAL_DOCUMENTS, foreign_families};
pub use self::mix::{MOST_DOCUMENTS, MOST_SERVICES, Mix};
use crate::error::Result;
use crate::reference::Reference;

/// Services (member × family) that a provider's mix needs to speak for it: below, one visit more or
/// less is another mix.
pub const LEAST_SERVICES: u32 = 10;

/// Where every provider belongs by what it does.
#[derive(Debug, Clone)]
pub struct Behaviours {
    pub mix: Mix,
    /// Cluster of each provider; `None` where its mix says nothing.
    pub of: Vec<Option<u32>>,
    /// Names of the clusters: the families of services that set them apart.
    pub names: Vec<String>,
    /// Mean silhouette of the clusters; `None` where there is no structure to speak of.
    pub silhouette: Option<f64>,
}

/// Clusters the providers by their services. `batch` is the grain provider × code, `ids` are all
/// providers in ascending order, `keys` their hash keys, `least` is the fewest members of a
/// cluster worth having.
///
/// Where fewer than twice `least` providers have a mix, or no division of them is clearly better
/// than none (mean silhouette below [`SOME_STRUCTURE`]), there are no clusters.
///
/// # Errors
/// Where a column is missing.
pub fn behaviours(
    batch: &RecordBatch,
    ids: &[&str],
    keys: &[u64],
    least: usize,
    reference: &Reference,
) -> Result<Behaviours> {
    let mix = Mix::new(batch, ids, reference)?;
    let able: Vec<usize> = (0..ids.len())
        .filter(|p| mix.informative(*p) >= LEAST_SERVICES)
        .collect();
    let none = |mix: Mix| Behaviours {
        of: vec![None; ids.len()],
        names: Vec::new(),
        silhouette: None,
        mix,
    };
    if able.len() < 2 * least.max(1) {
        return Ok(none(mix));
    }
    let Some(components) = components::fit(&mix, &able) else {
        return Ok(none(mix));
    };
    let place = |provider: usize| components.place(&mix, provider);
    let Some(Clusters {
        centres,
        silhouette,
    }) = clusters::fit(&able, keys, least, &place)
    else {
        return Ok(none(mix));
    };
    let of: Vec<Option<u32>> = (0..ids.len())
        .into_par_iter()
        .map(|p| (mix.informative(p) > 0).then(|| clusters::nearest(&centres, &place(p))))
        .collect();
    let names = mix.names(&of, centres.len());
    Ok(Behaviours {
        mix,
        of,
        names,
        silhouette: Some(silhouette),
    })
}

#[cfg(test)]
mod tests;
