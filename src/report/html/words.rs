//! The words of the page: schemes and measures as a reader knows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::features::measure::{Measure, MeasureKind, measures};
use crate::trend::detectors;

/// A scheme in words.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SchemeWords {
    #[serde(skip_serializing)]
    name: String,
    pub title: String,
    /// What a reviewer does first: a request or a look.
    pub first_step: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scheme: Vec<SchemeWords>,
}

const SCHEMES: &str = include_str!("schemes.toml");

/// Every scheme by its name. A scheme of the user's own edits is not among them: the page shows
/// its name.
///
/// # Errors
/// Where the file is malformed, which a test rules out.
pub fn schemes() -> Result<BTreeMap<String, SchemeWords>> {
    let file: File = toml::from_str(SCHEMES).map_err(|e| Error::Config {
        place: "schemes.toml".into(),
        found: e.message().to_owned(),
        remedy: "Correct the entry".into(),
    })?;
    Ok(file
        .scheme
        .into_iter()
        .map(|s| (s.name.clone(), s))
        .collect())
}

/// What a page needs to know of a measure.
#[derive(Debug, Clone, Serialize)]
pub struct MeasureWords {
    pub title: String,
    pub unit: String,
    /// `share`, `rate` or `mean`: on which scale honest differences are symmetric.
    pub scale: &'static str,
    #[serde(skip)]
    pub kind: MeasureKind,
    #[serde(skip)]
    pub display_factor: f64,
}

impl From<Measure> for MeasureWords {
    fn from(measure: Measure) -> MeasureWords {
        MeasureWords {
            title: measure.title,
            unit: measure.unit,
            scale: match measure.kind {
                MeasureKind::Share => "share",
                MeasureKind::Rate => "rate",
                MeasureKind::Mean => "mean",
            },
            kind: measure.kind,
            display_factor: measure.display_factor,
        }
    }
}

/// Every measure of this version by its name, trends among them. A run of another version may hold
/// one that is not here: the page then shows its name and numbers, and no picture.
///
/// # Errors
/// Where a registry is malformed, which tests rule out.
pub fn measure_words() -> Result<BTreeMap<String, MeasureWords>> {
    let trends = detectors()?.into_iter().map(|d| d.measure);
    Ok(measures()?
        .into_iter()
        .chain(trends)
        .map(|m| (m.name.clone(), m.into()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_of_the_catalogue_has_its_words() {
        let words = schemes().expect("schemes.toml");
        // What is judged together belongs to no scheme of the catalogue.
        let beside = [crate::detect::profile::NAME];
        for scheme in crate::schemes::SCHEMES.into_iter().chain(beside) {
            let own = words.get(scheme);
            assert!(
                own.is_some_and(|w| w.first_step.len() > 20 && !w.title.contains('_')),
                "{scheme}"
            );
        }
        assert_eq!(words.len(), crate::schemes::SCHEMES.len() + beside.len());
    }

    #[test]
    fn no_word_passes_judgement() {
        // Names of schemes are those of the catalogue, whatever they say.
        let shown = SCHEMES.lines().filter(|line| !line.starts_with("name = "));
        let shown = shown.collect::<Vec<_>>().join("\n").to_lowercase();
        for forbidden in ["fraud", "guilt", "abuse", "culprit", "crimin"] {
            assert!(!shown.contains(forbidden), "{forbidden}");
        }
    }
}
