//! The flood guard: an edit that hits everywhere says something about the data, not about people.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::LineHit;

/// When an edit is a data-quality notice instead of cases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FloodGuard {
    /// Share of the lines it applies to that the edit hits: of those that its grain `applies_to`
    /// counts, else of the active lines.
    pub max_line_share: f64,
    /// Share of the providers that the hits spread over.
    pub max_provider_share: f64,
}

impl Default for FloodGuard {
    /// The catalogue's defaults: more than 2 % of the lines over more than 10 % of the providers.
    fn default() -> FloodGuard {
        FloodGuard {
            max_line_share: 0.02,
            max_provider_share: 0.10,
        }
    }
}

/// How far an edit's hits spread.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    pub lines: usize,
    pub line_share: f64,
    pub providers: usize,
    pub provider_share: f64,
}

/// An edit that tripped the guard.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notice {
    pub edit: String,
    pub spread: Spread,
    pub cents: i64,
    pub what_it_means: String,
}

impl FloodGuard {
    /// Measures the spread of an edit's hits over the lines it applies to and all entities.
    #[must_use]
    pub fn spread(hits: &[LineHit], lines: u64, providers: usize) -> Spread {
        let hit: BTreeSet<&str> = hits.iter().map(|h| h.entity_id.as_str()).collect();
        Spread {
            lines: hits.len(),
            line_share: hits.len() as f64 / lines.max(1) as f64,
            providers: hit.len(),
            provider_share: hit.len() as f64 / providers.max(1) as f64,
        }
    }

    /// The notice to give instead of findings, where the hits flood.
    #[must_use]
    pub fn notice(
        &self,
        edit: &str,
        hits: &[LineHit],
        lines: u64,
        providers: usize,
    ) -> Option<Notice> {
        let spread = Self::spread(hits, lines, providers);
        (spread.line_share > self.max_line_share && spread.provider_share > self.max_provider_share).then(|| Notice {
            edit: edit.to_owned(),
            spread,
            cents: hits.iter().map(|h| h.cents).sum(),
            what_it_means: "so many lines of so many providers say something about the data; no case was made of them".to_owned(),
        })
    }
}
