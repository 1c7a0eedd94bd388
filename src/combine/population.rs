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
    /// Behavioural cluster, for providers.
    pub behaviour: Option<String>,
    pub state: Option<String>,
    pub paid_cents: i64,
    /// Paid, or allowed where paid is absent: what its lines are judged by; a member's drugs too.
    pub amount_cents: i64,
    pub allowed_cents: i64,
    pub claim_count: i64,
    pub line_count: i64,
    /// A provider's members; a member's providers; the members that a group shares.
    pub partner_count: i64,
    /// A provider's members by condition tier; a member's own tier.
    pub tiers: [i64; 4],
    /// A group's providers, ascending.
    pub member_ids: Vec<String>,
    /// The case of an earlier night that a group is the same as.
    pub known_case: Option<String>,
}

/// A measure with its tests.
pub struct Measured {
    pub measure: Measure,
    /// `peer`, `trend`, `network` or `cluster`.
    pub kind: &'static str,
    pub tests: MeasureTests,
    /// For a test that judges other measures together: those that make most of it, by entity.
    pub parts: BTreeMap<usize, Vec<Part>>,
}

/// One measure's part in a test of several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Position of the measure in its population.
    pub measure: usize,
    /// Position of the entity's test among the measure's.
    pub test: usize,
    /// Share of the score, 0 to 1.
    pub share: f64,
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
    /// Editions of the reference tables that it rests on.
    pub reference_vintage: Option<String>,
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
    /// Hypotheses the false discovery rate is stated for.
    pub tested: usize,
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

#[cfg(test)]
impl Measured {
    /// A measure of a scheme of its own name on which the first entities have the given `p_list`.
    pub(super) fn example(name: &str, p_list: &[f64]) -> Measured {
        use crate::peers::{Scored, Test};
        use crate::stats::{admission::admission, p_value::PValue, score::Score, shrink::Ratio};
        let measure = format!(
            "name = '{name}'\ntitle = ''\nscheme = '{name}'\nkind = 'share'\ncells = ''\nlines = ''\n\
             unit = 'visit'\nminimum_denominator = 1\nminimum_ratio = 1.2\nsource = ''"
        );
        let scored = |p_list: f64| Scored {
            score: Score {
                observed: 0.0,
                denominator: 1.0,
                expected: 0.0,
                d: 0.0,
                sampling: 1.0,
                carried: 0.0,
                exact: true,
            },
            p: PValue {
                p: p_list,
                p_list,
                beyond: p_list,
                point: 0.0,
                z: 0.0,
                exact: true,
            },
            ratio: Ratio {
                mean: 1.0,
                lower: 1.0,
            },
            crude_ratio: 1.0,
        };
        let tests = p_list.iter().enumerate().map(|(entity, p)| Test {
            entity,
            group: None,
            numerator: 0.0,
            denominator: 1.0,
            outcome: Ok(scored(*p)),
        });
        Measured {
            measure: toml::from_str(&measure).expect("a measure"),
            kind: "peer",
            parts: BTreeMap::new(),
            tests: MeasureTests::new(tests.collect(), Vec::new(), admission(&[], &[], 0.0)),
        }
    }
}
