//! The entities of one type, with everything that was found about them.

use std::collections::BTreeMap;

use super::list::Standing;
use crate::edits::LineHit;
use crate::features::measure::Measure;
use crate::peers::MeasureTests;
use crate::schema::EntityType;

/// What is known of an entity apart from its tests.
#[derive(Debug, Clone, Default)]
pub struct Entity {
    pub id: String,
    pub name: Option<String>,
    pub specialty: Option<String>,
    pub state: Option<String>,
    pub paid_cents: i64,
    /// Paid, or allowed where paid is absent: what its lines are judged by; a member's drugs too.
    pub amount_cents: i64,
    pub allowed_cents: i64,
    pub claim_count: i64,
    pub line_count: i64,
    /// A provider's members; a member's providers.
    pub partner_count: i64,
    /// A provider's members by condition tier; a member's own tier.
    pub tiers: [i64; 4],
}

/// A measure with its tests.
pub struct Measured {
    pub measure: Measure,
    /// `peer` or `trend`.
    pub kind: &'static str,
    pub tests: MeasureTests,
}

/// A rule without a p-value, with the lines it points at.
#[derive(Debug, Clone)]
pub struct Pattern {
    pub name: String,
    pub scheme: String,
    pub title: String,
    pub source: String,
    /// Share of its findings expected to hold on review.
    pub precision: f64,
    pub counterpoint: String,
    /// `edit` or `trend`.
    pub kind: &'static str,
    /// Lines by position of the entity.
    pub lines: BTreeMap<usize, Vec<LineHit>>,
}

/// Entities of one type in ascending order of their ids; every position below refers to it.
pub struct Population {
    pub kind: EntityType,
    pub entities: Vec<Entity>,
    pub measured: Vec<Measured>,
    pub standings: Vec<Standing>,
    /// Lines behind the measures' findings, by the measures' `lines`, then by entity.
    pub measure_lines: BTreeMap<String, BTreeMap<usize, Vec<LineHit>>>,
    pub patterns: Vec<Pattern>,
}

impl Population {
    /// Groups lines by the position of their entity; lines of unknown entities are left out.
    #[must_use]
    pub fn by_entity(&self, hits: &[LineHit]) -> BTreeMap<usize, Vec<LineHit>> {
        let mut grouped: BTreeMap<usize, Vec<LineHit>> = BTreeMap::new();
        for hit in hits {
            let position = self
                .entities
                .binary_search_by(|e| e.id.as_str().cmp(&hit.entity_id));
            if let Ok(position) = position {
                grouped.entry(position).or_default().push(hit.clone());
            }
        }
        grouped
    }
}
