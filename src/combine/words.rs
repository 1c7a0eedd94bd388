//! Findings in words, rendered from their fields.

use super::{Entity, Finding, Part, Population, Statistic};
use crate::features::measure::{Measure, MeasureKind};
use crate::money::dollars;
use crate::schema::EntityType;

/// A number with as many decimals as tell it from its neighbours.
fn number(value: f64, kind: MeasureKind) -> String {
    match kind {
        MeasureKind::Share => format!("{:.1} %", value * 100.0),
        _ if value.abs() >= 100.0 => format!("{value:.0}"),
        _ => format!("{value:.2}"),
    }
}

pub(super) fn measure_reason(measure: &Measure, found: &Statistic) -> String {
    if measure.entity == EntityType::Group {
        return group_reason(measure, found);
    }
    format!(
        "{}: {} observed, {} expected from {} peers in {}; {} over {:.0} {}s",
        capital(&measure.title),
        number(found.observed, measure.kind),
        number(found.expected, measure.kind),
        found.peer_count.saturating_sub(1),
        found.peer_group,
        times(found),
        found.denominator,
        found.unit,
    )
}

/// The plain ratio beside the shrunken one that the dollars rest on: they lie apart where the entity
/// is small or its peers differ much.
fn times(found: &Statistic) -> String {
    let ratio = found.scored.ratio;
    let (mean, least) = (format!("{:.2}", ratio.mean), format!("{:.2}", ratio.lower));
    match plain_ratio(found).map(|plain| format!("{plain:.2}")) {
        Some(plain) if plain != mean => {
            format!("{plain} times as expected, cautiously {mean} (at least {least}),")
        }
        _ => format!("{mean} times as expected (at least {least})"),
    }
}

/// Observed over expected, where the peers show any at all.
fn plain_ratio(found: &Statistic) -> Option<f64> {
    let ratio = found.observed / found.expected;
    (found.expected > 0.0 && ratio.is_finite()).then_some(ratio)
}

/// Groups are compared with the other pairs of their area.
fn group_reason(measure: &Measure, found: &Statistic) -> String {
    format!(
        "{}: {} observed, {} expected by specialties, places and sizes ({} {}); {} over {:.0} {}s",
        capital(&measure.title),
        number(found.observed, measure.kind),
        number(found.expected, measure.kind),
        found.peer_count,
        found.peer_group,
        times(found),
        found.denominator,
        found.unit,
    )
}

/// What several measures say together, and which of them say most of it.
pub(super) fn profile_reason(
    measure: &Measure,
    population: &Population,
    found: &Statistic,
    parts: &[Part],
) -> String {
    let part = |part: &Part| {
        let one = &population.measured[part.measure];
        let ratio = one.tests.tests.get(part.test)?.outcome.as_ref().ok()?.ratio;
        Some(format!(
            "{} ({:.0} %, {:.2} times as expected)",
            one.measure.title,
            part.share * 100.0,
            ratio.mean
        ))
    };
    let named: Vec<String> = parts.iter().filter_map(part).collect();
    format!(
        "{}: {:.1} standard deviations above the centre of {} peers in {}, {:.0} of {:.0} measures on the high side; most of it from {}",
        capital(&measure.title),
        found.observed,
        found.peer_count.saturating_sub(1),
        found.peer_group,
        found.numerator,
        found.denominator,
        named.join(", "),
    )
}

pub(super) fn pattern_reason(title: &str, lines: usize) -> String {
    format!(
        "{}: {lines} {}",
        capital(title),
        if lines == 1 { "line" } else { "lines" }
    )
}

/// Share of a panel in the two sicker condition tiers.
fn sick_share(tiers: &[i64; 4]) -> Option<f64> {
    let members: i64 = tiers.iter().sum();
    (members > 0).then(|| (tiers[2] + tiers[3]) as f64 / members as f64)
}

pub(super) fn measure_counterpoint(
    measure: &Measure,
    population: &Population,
    entity: usize,
    found: &Statistic,
) -> String {
    let about = &population.entities[entity];
    let mut points = match population.kind {
        EntityType::Provider => provider_points(about, &population.entities),
        EntityType::Member => member_points(about),
        EntityType::Group => group_points(population, entity),
    };
    if !measure.counterpoint.is_empty() {
        points.insert(0, measure.counterpoint.clone());
    }
    let crude = found.scored.crude_ratio;
    if let Some(plain) = plain_ratio(found).filter(|plain| crude.is_finite() && crude > *plain) {
        points.push(match population.kind {
            EntityType::Group => format!(
                "Specialties were taken into account, and how many providers the members have: {crude:.2} times what the places explain before, {plain:.2} after."
            ),
            EntityType::Provider | EntityType::Member => format!(
                "The mix of members and services explains some of it: {crude:.2} times the peers before it is taken into account, {plain:.2} after."
            ),
        });
    }
    points.push(match population.kind {
        EntityType::Provider => format!(
            "Volume: {} members, {} paid in all.",
            about.partner_count,
            dollars(about.amount_cents)
        ),
        EntityType::Member => format!(
            "Volume: {} providers, {} paid in all.",
            about.partner_count,
            dollars(about.amount_cents)
        ),
        EntityType::Group => format!(
            "Volume: {} shared members, {} paid to its {} providers in all.",
            about.partner_count,
            dollars(about.amount_cents),
            about.member_ids.len()
        ),
    });
    points.join(" ")
}

/// The panel's sickness against the specialty's, and whether anyone else in the state does this.
fn provider_points(about: &Entity, everyone: &[Entity]) -> Vec<String> {
    let mut points = Vec::new();
    let (mut tiers, mut in_state) = ([0_i64; 4], 0);
    for peer in everyone.iter().filter(|e| e.specialty == about.specialty) {
        in_state += usize::from(peer.state == about.state);
        for (sum, count) in tiers.iter_mut().zip(peer.tiers) {
            *sum += count;
        }
    }
    if let (Some(own), Some(peers)) = (sick_share(&about.tiers), sick_share(&tiers)) {
        let word = if own > peers {
            "sicker than"
        } else {
            "no sicker than"
        };
        points.push(format!(
            "Its panel is {word} its specialty's: {:.0} % of members with three or more chronic conditions against {:.0} %.",
            own * 100.0,
            peers * 100.0
        ));
    }
    if about.state.is_some() && in_state == 1 {
        points.push(
            "It is the only provider of its specialty in its state in these claims.".to_owned(),
        );
    }
    points
}

/// Whether its shared members come in bursts, where they do not: a group that passes members round
/// sees them so.
fn group_points(population: &Population, entity: usize) -> Vec<String> {
    /// A p above this is no sign of bursts.
    const UNUSUAL: f64 = 0.05;
    let beside = population.measured.iter().filter(|m| m.measure.supporting);
    beside
        .filter_map(|one| {
            let test = one.tests.tests.iter().find(|t| t.entity == entity)?;
            let scored = test.outcome.as_ref().ok()?;
            let (observed, expected) = one.measure.display(&scored.score);
            (scored.p.p > UNUSUAL).then(|| {
                format!(
                    "Its shared members do not come in bursts: {} were with two of its providers within a week, {} expected.",
                    number(observed, one.measure.kind),
                    number(expected, one.measure.kind)
                )
            })
        })
        .collect()
}

/// How sick the member is, which its peers share.
fn member_points(about: &Entity) -> Vec<String> {
    const TIERS: [&str; 4] = [
        "no chronic condition",
        "one or two chronic conditions",
        "three or four chronic conditions",
        "five or more chronic conditions",
    ];
    let tier = about.tiers.iter().position(|count| *count > 0);
    tier.map(|t| format!("The member has {} on the claims.", TIERS[t]))
        .into_iter()
        .collect()
}

pub(super) fn summary(
    kind: EntityType,
    entity: &Entity,
    findings: &[Finding],
    exposure: i64,
) -> String {
    let who = match (kind, entity.specialty.as_deref()) {
        (EntityType::Provider, Some(specialty)) => specialty.to_owned(),
        (EntityType::Provider, None) => "Provider of no stated specialty".to_owned(),
        (EntityType::Member, _) => "Member".to_owned(),
        (EntityType::Group, _) => format!("Group of {} providers", entity.member_ids.len()),
    };
    let what: Vec<String> = findings
        .iter()
        .map(|f| {
            let title = f.reason.split(':').next().unwrap_or(&f.reason);
            // What mean it is stands with the figures.
            let title = title.split(" (").next().unwrap_or(title).to_lowercase();
            if f.statistic.is_some() {
                format!("unusual {title}")
            } else {
                title
            }
        })
        .collect();
    format!(
        "{who}: {}; {} at risk; review",
        what.join(", "),
        dollars(exposure)
    )
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
