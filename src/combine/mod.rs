//! Tests and edits become findings, findings become cases, and every dollar counts once.

pub mod exposure;
pub mod list;
pub mod population;
pub mod stability;
mod words;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use self::exposure::{EvidenceLine, LineKey, at_risk, count_in_case, count_in_run, excess_share};
use self::list::Standing;
pub use self::population::{Entity, Measured, Part, Pattern, Population};
use crate::edits::LineHit;
use crate::features::measure::Measure;
use crate::peers::Scored;
use crate::schema::EntityType;

/// The statistical side of a finding.
#[derive(Debug, Clone)]
pub struct Statistic {
    pub measure: String,
    pub unit: String,
    pub observed: f64,
    pub expected: f64,
    pub numerator: f64,
    pub denominator: f64,
    pub scored: Scored,
    pub peer_group: String,
    pub peer_count: usize,
}

/// One reason for a case.
#[derive(Debug, Clone)]
pub struct Finding {
    pub id: String,
    pub scheme: String,
    pub detector: String,
    /// `peer`, `trend`, `network`, `cluster` or `edit`.
    pub kind: &'static str,
    pub statistic: Option<Statistic>,
    pub reason: String,
    pub counterpoint: String,
    pub source: String,
    pub reference_vintage: Option<String>,
    /// What its dollars weigh in the ranking.
    pub confidence: f64,
    pub lines: Vec<EvidenceLine>,
}

impl Finding {
    /// Dollars at risk on its lines, in cents: point and lower.
    #[must_use]
    pub fn exposure(&self) -> (i64, i64) {
        self.lines.iter().fold((0, 0), |sum, l| {
            (sum.0 + l.at_risk, sum.1 + l.at_risk_lower)
        })
    }
}

/// An entity with its findings.
#[derive(Debug, Clone)]
pub struct Case {
    pub id: String,
    pub rank: i64,
    pub entity_type: EntityType,
    /// Position of its population.
    pub population: usize,
    /// Position of the entity in it.
    pub entity: usize,
    /// A group's providers, ascending.
    pub member_ids: Vec<String>,
    pub findings: Vec<Finding>,
    pub summary: String,
    pub exposure_cents: i64,
    pub exposure_lower_cents: i64,
    /// Exposure times the confidence in each finding.
    pub unsupervised_cents: i64,
    /// Place on the list by that alone.
    pub unsupervised_rank: i64,
    /// Probability that a review confirms the case, where earlier reviews tell.
    pub confirm_probability: Option<f64>,
    /// What the list is ranked by: exposure times that probability, or `unsupervised_cents`.
    pub priority_cents: i64,
}

/// A stable identifier: 16 hexadecimal digits of BLAKE3 over the parts.
#[must_use]
pub fn stable_id(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// What the cases need to know beside the populations.
pub struct Ingredients<'a> {
    pub populations: &'a [Population],
    pub reference_vintage: Option<String>,
    pub minimum_edit_cents: i64,
}

/// Makes the cases of all populations, in the order of these and of their entities; [`rank_cases`]
/// makes a list of those that are to stand on it.
#[must_use]
pub fn build_cases(from: &Ingredients) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (position, population) in from.populations.iter().enumerate() {
        let statistical = (0..population.standings.len())
            .filter(|i| !population.standings[*i].findings.is_empty());
        let mut entities: BTreeSet<usize> = statistical.collect();
        let patterns = &population.patterns;
        entities.extend(patterns.iter().flat_map(|p| p.lines.keys().copied()));
        let found = entities
            .into_iter()
            .filter_map(|entity| build_case(from, position, entity));
        cases.extend(found);
    }
    cases
}

/// Ranks the cases of the list by their priority, and counts each line once over all of them.
pub fn rank_cases(cases: &mut [Case]) {
    sort(cases, |case| case.unsupervised_cents);
    for (rank, case) in (1..).zip(&mut *cases) {
        case.unsupervised_rank = rank;
    }
    sort(cases, |case| case.priority_cents);
    count_in_run(cases.iter_mut().map(|case| {
        case.findings
            .iter_mut()
            .flat_map(|f| f.lines.iter_mut())
            .collect()
    }));
    for (rank, case) in (1..).zip(cases) {
        case.rank = rank;
    }
}

/// Highest first, equals by their ids.
fn sort(cases: &mut [Case], by: impl Fn(&Case) -> i64) {
    cases.sort_by(|a, b| by(b).cmp(&by(a)).then_with(|| a.id.cmp(&b.id)));
}

/// A group is known by who is in it: its first provider may leave.
fn case_id(kind: EntityType, about: &Entity) -> String {
    if let Some(known) = &about.known_case {
        return known.clone();
    }
    let mut parts = vec![kind.name(), about.id.as_str()];
    parts.extend(about.member_ids.iter().map(String::as_str));
    stable_id(&parts)
}

fn build_case(from: &Ingredients, position: usize, entity: usize) -> Option<Case> {
    let population = &from.populations[position];
    let about = &population.entities[entity];
    let id = case_id(population.kind, about);
    let standing = &population.standings[entity];
    let mut findings: Vec<Finding> = standing
        .findings
        .iter()
        .filter_map(|(m, t)| measure_finding(from, population, &id, *m, *t, standing))
        .collect();
    let statistical = !findings.is_empty();
    for pattern in &population.patterns {
        if let Some(lines) = pattern.lines.get(&entity) {
            findings.push(pattern_finding(&id, pattern, lines));
        }
    }
    count_in_case(
        &mut findings
            .iter_mut()
            .map(|f| &mut f.lines)
            .collect::<Vec<_>>(),
    );
    let lines = || {
        findings
            .iter()
            .flat_map(|f| f.lines.iter().map(move |l| (f, l)))
    };
    let exposure: i64 = lines().map(|(_, l)| l.counted_case).sum();
    if !statistical && exposure < from.minimum_edit_cents {
        return None;
    }
    let exposure_lower = lines()
        .filter(|(_, l)| l.counted_case > 0)
        .map(|(_, l)| l.at_risk_lower)
        .sum();
    let weighed = lines()
        .map(|(f, l)| l.counted_case as f64 * f.confidence)
        .sum::<f64>();
    let priority = crate::money::round_half_even(weighed);
    let summary = words::summary(population.kind, about, &findings, exposure);
    Some(Case {
        id,
        rank: 0,
        entity_type: population.kind,
        population: position,
        entity,
        member_ids: about.member_ids.clone(),
        findings,
        summary,
        exposure_cents: exposure,
        exposure_lower_cents: exposure_lower,
        unsupervised_cents: priority,
        unsupervised_rank: 0,
        confirm_probability: None,
        priority_cents: priority,
    })
}

fn measure_finding(
    from: &Ingredients,
    population: &Population,
    case: &str,
    measure: usize,
    test: usize,
    standing: &Standing,
) -> Option<Finding> {
    let Measured {
        measure,
        kind,
        tests,
        parts,
    } = &population.measured[measure];
    let test = tests.tests.get(test)?;
    let scored = *test.outcome.as_ref().ok()?;
    let group = &tests.groups[test.group?];
    let parts = parts.get(&test.entity).map(Vec::as_slice);
    let lines = match parts {
        Some(parts) => lines_of_parts(population, test.entity, parts),
        None => lines_at_risk(population, measure, test.entity, &scored),
    };
    let (observed, expected) = measure.display(&scored.score);
    let statistic = Statistic {
        measure: measure.name.clone(),
        unit: measure.unit.clone(),
        observed,
        expected,
        numerator: test.numerator,
        denominator: test.denominator,
        scored,
        peer_group: format!("{} ({})", group.key, group.level.name()),
        peer_count: group.members,
    };
    Some(Finding {
        id: stable_id(&[case, &measure.name]),
        scheme: measure.scheme.clone(),
        detector: measure.name.clone(),
        kind,
        reason: match parts {
            Some(parts) => words::profile_reason(measure, population, &statistic, parts),
            None => words::measure_reason(measure, &statistic),
        },
        counterpoint: words::measure_counterpoint(measure, population, test.entity, &statistic),
        source: measure.source.clone(),
        reference_vintage: from.reference_vintage.clone(),
        confidence: 1.0 - standing.local_fdr.unwrap_or(1.0),
        lines: sorted(lines),
        statistic: Some(statistic),
    })
}

/// The lines that make a measure high, at the measure's excess.
fn lines_at_risk(
    population: &Population,
    measure: &Measure,
    entity: usize,
    scored: &Scored,
) -> Vec<EvidenceLine> {
    let (share, share_lower) = (
        excess_share(scored.ratio.mean),
        excess_share(scored.ratio.lower),
    );
    let lines = population.measure_lines.get(&measure.lines);
    let hits = lines.and_then(|lines| lines.get(&entity));
    hits.into_iter()
        .flatten()
        .map(|hit| at_risk(hit.clone(), share, share_lower))
        .collect()
}

/// The lines behind several measures, each at its own measure's excess; a line behind more than one
/// stands once, at its largest amount.
fn lines_of_parts(population: &Population, entity: usize, parts: &[Part]) -> Vec<EvidenceLine> {
    let mut largest: BTreeMap<LineKey, EvidenceLine> = BTreeMap::new();
    for part in parts {
        let one = &population.measured[part.measure];
        let Some(Ok(scored)) = one.tests.tests.get(part.test).map(|t| &t.outcome) else {
            continue;
        };
        for line in lines_at_risk(population, &one.measure, entity, scored) {
            match largest.entry(line.key()) {
                Entry::Vacant(place) => {
                    place.insert(line);
                }
                Entry::Occupied(mut place) if line.at_risk > place.get().at_risk => {
                    place.insert(line);
                }
                Entry::Occupied(_) => {}
            }
        }
    }
    largest.into_values().collect()
}

fn pattern_finding(case: &str, pattern: &Pattern, lines: &[LineHit]) -> Finding {
    let lines = lines.iter().cloned().map(|hit| at_risk(hit, 1.0, 1.0));
    let lines = sorted(lines.collect());
    Finding {
        id: stable_id(&[case, &pattern.name]),
        scheme: pattern.scheme.clone(),
        detector: pattern.name.clone(),
        kind: pattern.kind,
        statistic: None,
        reason: words::pattern_reason(&pattern.title, lines.len()),
        counterpoint: pattern.counterpoint.clone(),
        source: pattern.source.clone(),
        reference_vintage: pattern.reference_vintage.clone(),
        confidence: pattern.precision,
        lines,
    }
}

fn sorted(mut lines: Vec<EvidenceLine>) -> Vec<EvidenceLine> {
    lines.sort_by_cached_key(EvidenceLine::key);
    lines
}
