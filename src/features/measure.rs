//! Measures as data.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::schema::EntityType;
use crate::stats::score::Score;

/// What is measured per independent unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MeasureKind {
    /// k of n.
    Share,
    /// Count per exposure.
    Rate,
    /// Mean of a log amount.
    Mean,
}

/// How far a measure's peer groups may back off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WidestPeers {
    /// What is usual differs from specialty to specialty: never beyond one taxonomy.
    Taxonomy,
    /// The strata hold what is usual: other specialties are peers too.
    #[default]
    All,
}

/// Kind of a measure's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShownAs {
    #[default]
    Peer,
    Network,
}

impl ShownAs {
    /// The word in `kind`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ShownAs::Peer => "peer",
            ShownAs::Network => "network",
        }
    }
}

/// One measure of the registry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    pub name: String,
    /// What it is, as it stands in a sentence.
    pub title: String,
    pub scheme: String,
    /// Whom it measures.
    #[serde(default)]
    pub entity: EntityType,
    pub kind: MeasureKind,
    /// `cells__NAME.sql`
    pub cells: String,
    /// `lines__NAME.sql`
    pub lines: String,
    /// Independent unit of the denominator.
    pub unit: String,
    pub minimum_denominator: i64,
    pub minimum_ratio: f64,
    /// A share up to this is not worth a case, whatever the ratio; 0 for none.
    #[serde(default)]
    pub minimum_share: f64,
    /// The widest peer group in which its providers are comparable.
    #[serde(default)]
    pub widest_peers: WidestPeers,
    /// Columns of the source without which it says nothing.
    #[serde(default)]
    pub required_columns: Vec<String>,
    /// Reference tables without which it is not run.
    #[serde(default)]
    pub required_reference: Vec<String>,
    /// Leave out strata in which the measured log is zero everywhere.
    #[serde(default)]
    pub drop_constant_strata: bool,
    /// Kind of its findings: `peer`, or `network` where an entity's partners are compared.
    #[serde(default)]
    pub shown_as: ShownAs,
    /// Speaks beside other findings; alone it makes no case, and enters no combination.
    #[serde(default)]
    pub supporting: bool,
    /// Factor from the measured unit to the shown one, such as 0.01 for cents to dollars.
    #[serde(default = "one")]
    pub display_factor: f64,
    pub source: String,
    /// What an honest entity would answer, beside what the data say for it.
    #[serde(default)]
    pub counterpoint: String,
}

fn one() -> f64 {
    1.0
}

impl Measure {
    /// Observed and expected per unit of the denominator: a share, a rate, or a geometric mean.
    #[must_use]
    pub fn display(&self, score: &Score) -> (f64, f64) {
        let (observed, expected) = (
            score.observed / score.denominator,
            score.expected / score.denominator,
        );
        match self.kind {
            MeasureKind::Mean => (
                observed.exp() * self.display_factor,
                expected.exp() * self.display_factor,
            ),
            MeasureKind::Share | MeasureKind::Rate => (
                observed * self.display_factor,
                expected * self.display_factor,
            ),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    measure: Vec<Measure>,
}

const BUILT_IN: &str = include_str!("measures.toml");

/// The measures that come with the program, in the order of the file.
///
/// # Errors
/// Where the file is malformed, which a test rules out.
pub fn measures() -> Result<Vec<Measure>> {
    let file: File = toml::from_str(BUILT_IN).map_err(|e| Error::Config {
        place: "measures.toml".into(),
        found: e.message().to_owned(),
        remedy: "Correct the entry".into(),
    })?;
    Ok(file.measure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn measures_are_named_once_and_refer_to_sql_that_exists() {
        let measures = measures().expect("measures.toml");
        let names: BTreeSet<&str> = measures.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names.len(), measures.len());
        for measure in &measures {
            assert!(
                crate::features::cells_sql(&measure.cells).is_some(),
                "{}",
                measure.cells
            );
            assert!(
                crate::features::lines_sql(&measure.lines).is_some(),
                "{}",
                measure.lines
            );
            assert!(
                measure.minimum_ratio > 1.0
                    && measure.minimum_denominator > 0
                    && (0.0..1.0).contains(&measure.minimum_share),
                "{}",
                measure.name
            );
            let share = measure.kind == MeasureKind::Share;
            assert!(share || measure.minimum_share <= 0.0, "{}", measure.name);
        }
    }
}
