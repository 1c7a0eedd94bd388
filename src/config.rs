//! The configuration file: every stage has its own section, unknown keys are refused.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::edits::FloodGuard;
use crate::error::{Error, Result};

/// A run's configuration; every field has a default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub ingest: IngestConfig,
    pub peers: PeerConfig,
    pub detect: DetectConfig,
    pub list: ListConfig,
    pub cases: CaseConfig,
    pub flood_guard: FloodGuard,
}

/// `[ingest]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IngestConfig {
    /// Share of a table's rows that may be rejected before the run stops.
    pub max_reject_share: f64,
    /// Year of source files that carry none in their name.
    pub file_year: Option<u16>,
    /// `keep`: held lines are listed and stay in the analysis; `exclude` takes them out.
    pub holds: Holds,
}

/// What happens to held lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holds {
    Keep,
    Exclude,
}

/// A table with more rejects is not what it claims to be (contract default).
pub const MAX_REJECT_SHARE: f64 = 0.01;

impl Default for IngestConfig {
    fn default() -> IngestConfig {
        IngestConfig {
            max_reject_share: MAX_REJECT_SHARE,
            file_year: None,
            holds: Holds::Keep,
        }
    }
}

/// `[peers]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PeerConfig {
    /// Providers with the minimum denominator that a peer group must have, and half as many where
    /// it borrows its width from the measure's other groups. Measures never take fewer than the 30
    /// that a null is fitted from, or the 15 that a centre is; trends do.
    pub min_peers: usize,
}

impl Default for PeerConfig {
    fn default() -> PeerConfig {
        PeerConfig {
            min_peers: crate::peers::MIN_PEERS,
        }
    }
}

/// `[detect]`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DetectConfig {
    /// Whether the providers' measures are also judged together, as one more test of each.
    pub unusual_profile: bool,
}

/// `[list]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListConfig {
    /// False discovery rate of the statistical cases.
    pub level: f64,
    /// Providers with less paid (dollars) are not tested: no investigator could act on them.
    pub materiality_floor: u32,
    /// An edit makes a case of its own from this exposure (dollars).
    pub minimum_edit_exposure: u32,
}

impl Default for ListConfig {
    fn default() -> ListConfig {
        ListConfig {
            level: 0.05,
            materiality_floor: 1_000,
            minimum_edit_exposure: 100,
        }
    }
}

/// `[cases]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CaseConfig {
    /// Relative change of exposure from which a case has grown or shrunk, and from which a cleared
    /// one is back on the list.
    pub material_change: f64,
    /// Whether dispositions may order the list; they do only where that proves better.
    pub rerank: Rerank,
}

/// Whether reviewed cases order the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rerank {
    /// Where there are enough and the order proves better.
    Auto,
    Off,
}

impl Default for CaseConfig {
    fn default() -> CaseConfig {
        CaseConfig {
            material_change: crate::cases::night::MATERIAL_CHANGE,
            rerank: Rerank::Auto,
        }
    }
}

impl Config {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// [`Error::Config`] with the line at fault.
    pub fn read(path: &Path) -> Result<Config> {
        let text =
            std::fs::read_to_string(path).map_err(Error::io(path, "reading the configuration"))?;
        Config::parse(&text, &path.display().to_string())
    }

    /// Reads TOML text.
    ///
    /// # Errors
    /// [`Error::Config`] with the line at fault.
    pub fn parse(text: &str, origin: &str) -> Result<Config> {
        let config: Config = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(0, |s| {
                text[..s.start.min(text.len())].matches('\n').count() + 1
            });
            Error::Config {
                place: format!("{origin}:{line}"),
                found: e.message().to_owned(),
                remedy: "Correct the entry; the guide's page on the configuration lists all".into(),
            }
        })?;
        let share = |name: &str, value: f64| {
            if (0.0..=1.0).contains(&value) {
                return Ok(());
            }
            Err(Error::Config {
                place: origin.to_owned(),
                found: format!("{name} = {value}"),
                remedy: "Write a share between 0 and 1".into(),
            })
        };
        share("max_reject_share", config.ingest.max_reject_share)?;
        share("level", config.list.level)?;
        share("material_change", config.cases.material_change)?;
        share("max_line_share", config.flood_guard.max_line_share)?;
        share("max_provider_share", config.flood_guard.max_provider_share)?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_gives_the_defaults() {
        assert_eq!(Config::parse("", "x").expect("defaults"), Config::default());
    }

    #[test]
    fn unknown_keys_and_impossible_values_are_refused() {
        let unknown = Config::parse("[list]\nlevel = 0.1\nlevl = 0.2\n", "c.toml")
            .expect_err("unknown key")
            .to_string();
        assert!(
            unknown.contains("c.toml:3") && unknown.contains("levl"),
            "{unknown}"
        );
        assert!(Config::parse("[list]\nlevel = 2.0\n", "c.toml").is_err());
    }
}
