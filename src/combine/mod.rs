//! Tests and edits become findings, findings become cases, and every dollar counts once.

pub mod exposure;
pub mod list;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use self::exposure::{EvidenceLine, at_risk, count_in_case, count_in_run, excess_share};
use self::list::Standing;
use crate::edits::{Edit, LineHit};
use crate::features::measure::Measure;
use crate::peers::{MeasureTests, Scored};

/// What is known of a provider apart from its tests.
#[derive(Debug, Clone, Default)]
pub struct Entity {
    pub id: String,
    pub name: Option<String>,
    pub specialty: Option<String>,
    pub state: Option<String>,
    pub paid_cents: i64,
    pub member_count: i64,
    /// Members by condition tier.
    pub tiers: [i64; 4],
}

/// A measure with its tests.
pub struct Measured<'a> {
    pub measure: &'a Measure,
    pub tests: &'a MeasureTests,
}

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
    /// `peer` or `edit`.
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
    /// Position of the provider.
    pub provider: usize,
    pub findings: Vec<Finding>,
    pub summary: String,
    pub exposure_cents: i64,
    pub exposure_lower_cents: i64,
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

/// Everything the cases are made of.
pub struct Ingredients<'a> {
    pub entities: &'a [Entity],
    pub measured: &'a [Measured<'a>],
    pub standings: &'a [Standing],
    /// Evidence lines by `lines` file and provider position.
    pub measure_lines: &'a BTreeMap<String, BTreeMap<usize, Vec<LineHit>>>,
    /// Edits that did not flood, with their lines by provider position.
    pub edit_lines: &'a [(&'a Edit, BTreeMap<usize, Vec<LineHit>>)],
    pub reference_vintage: Option<String>,
    pub minimum_edit_cents: i64,
}

/// Makes the ranked cases.
#[must_use]
pub fn build_cases(from: &Ingredients) -> Vec<Case> {
    let mut providers: BTreeSet<usize> = (0..from.standings.len())
        .filter(|i| !from.standings[*i].findings.is_empty())
        .collect();
    providers.extend(
        from.edit_lines
            .iter()
            .flat_map(|(_, lines)| lines.keys().copied()),
    );
    let mut cases: Vec<Case> = providers
        .into_iter()
        .filter_map(|provider| build_case(from, provider))
        .collect();
    cases.sort_by(|a, b| {
        b.priority_cents
            .cmp(&a.priority_cents)
            .then_with(|| a.id.cmp(&b.id))
    });
    count_in_run(cases.iter_mut().map(|case| {
        case.findings
            .iter_mut()
            .flat_map(|f| f.lines.iter_mut())
            .collect()
    }));
    for (rank, case) in (1..).zip(&mut cases) {
        case.rank = rank;
    }
    cases
}

fn build_case(from: &Ingredients, provider: usize) -> Option<Case> {
    let entity = &from.entities[provider];
    let id = stable_id(&["provider", &entity.id]);
    let standing = &from.standings[provider];
    let mut findings: Vec<Finding> = standing
        .findings
        .iter()
        .filter_map(|(m, t)| measure_finding(from, provider, &id, *m, *t, standing))
        .collect();
    let statistical = !findings.is_empty();
    for (edit, lines) in from.edit_lines {
        if let Some(lines) = lines.get(&provider) {
            findings.push(edit_finding(&id, edit, lines));
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
    let priority = lines()
        .map(|(f, l)| l.counted_case as f64 * f.confidence)
        .sum::<f64>();
    let summary = words::summary(entity, &findings, exposure);
    Some(Case {
        id,
        rank: 0,
        provider,
        findings,
        summary,
        exposure_cents: exposure,
        exposure_lower_cents: exposure_lower,
        priority_cents: crate::money::round_half_even(priority),
    })
}

fn measure_finding(
    from: &Ingredients,
    provider: usize,
    case: &str,
    measure: usize,
    test: usize,
    standing: &Standing,
) -> Option<Finding> {
    let Measured { measure, tests } = &from.measured[measure];
    let test = tests.tests.get(test)?;
    let scored = *test.outcome.as_ref().ok()?;
    let group = &tests.groups[test.group?];
    let lines = from
        .measure_lines
        .get(&measure.lines)
        .and_then(|l| l.get(&provider))
        .map_or(&[][..], Vec::as_slice);
    let (share, share_lower) = (
        excess_share(scored.ratio.mean),
        excess_share(scored.ratio.lower),
    );
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
        kind: "peer",
        reason: words::measure_reason(measure, &statistic),
        counterpoint: words::measure_counterpoint(
            &from.entities[provider],
            from.entities,
            &statistic,
        ),
        source: measure.source.clone(),
        reference_vintage: from.reference_vintage.clone(),
        confidence: 1.0 - standing.local_fdr.unwrap_or(1.0),
        lines: sorted(
            lines
                .iter()
                .cloned()
                .map(|hit| at_risk(hit, share, share_lower))
                .collect(),
        ),
        statistic: Some(statistic),
    })
}

fn edit_finding(case: &str, edit: &Edit, lines: &[LineHit]) -> Finding {
    let lines = sorted(
        lines
            .iter()
            .cloned()
            .map(|hit| at_risk(hit, 1.0, 1.0))
            .collect(),
    );
    Finding {
        id: stable_id(&[case, &edit.name]),
        scheme: edit.scheme.clone(),
        detector: edit.name.clone(),
        kind: "edit",
        statistic: None,
        reason: words::edit_reason(edit, lines.len()),
        counterpoint: edit.counterpoint.clone(),
        source: edit.source.clone(),
        reference_vintage: None,
        confidence: edit.precision,
        lines,
    }
}

fn sorted(mut lines: Vec<EvidenceLine>) -> Vec<EvidenceLine> {
    lines.sort_by_cached_key(EvidenceLine::key);
    lines
}
