//! The trend detectors as data.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::features::measure::{Measure, MeasureKind, ShownAs, WidestPeers};
use crate::schema::EntityType;

/// One detector of the registry: a window of months against the twelve before it.
#[derive(Debug, Clone)]
pub struct Detector {
    /// What the reports show of it: the mean of one log amount, in dollars a month.
    pub measure: Measure,
    /// Months in the window.
    pub window: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    title: String,
    scheme: String,
    window: usize,
    minimum_ratio: f64,
    counterpoint: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    detector: Vec<Entry>,
}

const BUILT_IN: &str = include_str!("detectors.toml");

/// The detectors that come with the program, in the order of the file.
///
/// # Errors
/// Where the file is malformed, which a test rules out.
pub fn detectors() -> Result<Vec<Detector>> {
    let file: File = toml::from_str(BUILT_IN).map_err(|e| Error::Config {
        place: "detectors.toml".into(),
        found: e.message().to_owned(),
        remedy: "Correct the entry".into(),
    })?;
    Ok(file.detector.into_iter().map(Detector::from).collect())
}

impl From<Entry> for Detector {
    fn from(entry: Entry) -> Detector {
        const CENTS_TO_DOLLARS: f64 = 0.01;
        Detector {
            window: entry.window,
            measure: Measure {
                // Its lines are those of one window, fetched under its own name.
                lines: entry.name.clone(),
                name: entry.name,
                title: entry.title,
                scheme: entry.scheme,
                entity: EntityType::Provider,
                kind: MeasureKind::Mean,
                cells: String::new(),
                unit: "tested month".into(),
                minimum_denominator: 1,
                minimum_ratio: entry.minimum_ratio,
                minimum_share: 0.0,
                widest_peers: WidestPeers::All,
                required_columns: Vec::new(),
                required_reference: Vec::new(),
                drop_constant_strata: false,
                shown_as: ShownAs::Peer,
                supporting: false,
                display_factor: CENTS_TO_DOLLARS,
                source: entry.source,
                counterpoint: entry.counterpoint,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::measure::measures;
    use crate::schemes::SCHEMES;
    use std::collections::BTreeSet;

    #[test]
    fn names_differ_from_each_other_and_from_the_measures() {
        let mut names = BTreeSet::new();
        for detector in detectors().expect("detectors.toml") {
            assert!(detector.window > 0 && detector.measure.minimum_ratio > 1.0);
            assert!(SCHEMES.contains(&detector.measure.scheme.as_str()));
            assert!(names.insert(detector.measure.name));
        }
        for measure in measures().expect("measures.toml") {
            assert!(names.insert(measure.name));
        }
    }
}
