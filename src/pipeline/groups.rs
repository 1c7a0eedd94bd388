//! Groups of providers as a population: who is in them, how they stand, what they are compared with.

use std::collections::{BTreeMap, BTreeSet};

use crate::combine::list::Standing;
use crate::combine::{Entity, Measured, Population};
use crate::features::measure::Measure;
use crate::network::edges::Network;
use crate::network::groups::Group;
use crate::network::law::Law;
use crate::network::measure;
use crate::peers::{GroupNull, Level, MeasureTests, Scored, Test};
use crate::schema::EntityType;
use crate::stats::local_fdr::Mixture;
use crate::stats::multiplicity::{benjamini_bogomolov, benjamini_hochberg_among};

/// No groups, because they could not be looked for.
pub fn empty() -> Population {
    Population {
        kind: EntityType::Group,
        entities: Vec::new(),
        measured: Vec::new(),
        standings: Vec::new(),
        tested: 0,
        measure_lines: BTreeMap::new(),
        patterns: Vec::new(),
    }
}

/// The groups as a population, and in its order.
pub fn population(
    network: &Network,
    bursts: Law,
    mut groups: Vec<Group>,
    providers: &[Entity],
    level: f64,
) -> (Population, Vec<Group>) {
    groups.sort_by_cached_key(|group| entity_id(&member_ids(group, providers)));
    let tested = hypotheses(network, &groups);
    let (mut nulls, of_group) = area_nulls(network, &groups);
    let mut burst_nulls = nulls.clone();
    nulls.extend(network.law.shown.iter().cloned());
    burst_nulls.extend(bursts.shown);
    let shared = tests(&groups, &of_group, |g| Ok(g.shared));
    let beside = tests(&groups, &of_group, |g| {
        g.bursts.map_err(|why| why.to_string())
    });
    let law = &network.law;
    let shared = MeasureTests::with_shape(shared, nulls, law.admission, law.shape);
    let beside = MeasureTests::with_shape(beside, burst_nulls, bursts.admission, bursts.shape);
    let population = Population {
        entities: groups.iter().map(|g| entity(g, providers)).collect(),
        measured: vec![
            measured(measure::shared_members(), shared),
            measured(measure::visit_bursts(), beside),
        ],
        standings: standings(&groups, tested, level),
        tested,
        ..empty()
    };
    (population, groups)
}

fn measured(measure: Measure, tests: MeasureTests) -> Measured {
    Measured {
        measure,
        kind: "network",
        tests,
        parts: BTreeMap::new(),
    }
}

fn member_ids(group: &Group, providers: &[Entity]) -> Vec<String> {
    let id = |node: &u32| providers[*node as usize].id.clone();
    group.nodes.iter().map(id).collect()
}

/// A group by its first provider and how many there are beside it: groups have nobody in common.
fn entity_id(member_ids: &[String]) -> String {
    let first = member_ids.first().map_or("", String::as_str);
    format!("{first}+{}", member_ids.len().saturating_sub(1))
}

fn entity(group: &Group, providers: &[Entity]) -> Entity {
    let own: Vec<&Entity> = group
        .nodes
        .iter()
        .map(|n| &providers[*n as usize])
        .collect();
    let sum = |of: fn(&Entity) -> i64| own.iter().map(|e| of(e)).sum();
    let joined = |of: fn(&Entity) -> Option<&String>| {
        let words: BTreeSet<&str> = own
            .iter()
            .filter_map(|e| of(e))
            .map(String::as_str)
            .collect();
        let words: Vec<&str> = words.into_iter().collect();
        (!words.is_empty()).then(|| words.join("; "))
    };
    let member_ids = member_ids(group, providers);
    Entity {
        id: entity_id(&member_ids),
        name: joined(|e| e.name.as_ref()),
        specialty: joined(|e| e.specialty.as_ref()),
        behaviour: None,
        state: own.iter().find_map(|e| e.state.clone()),
        paid_cents: sum(|e| e.paid_cents),
        amount_cents: sum(|e| e.amount_cents),
        allowed_cents: sum(|e| e.allowed_cents),
        claim_count: sum(|e| e.claim_count),
        line_count: sum(|e| e.line_count),
        partner_count: group.members.len() as i64,
        tiers: [0; 4],
        member_ids,
        known_case: None,
    }
}

/// One hypothesis for each area, that nothing in it is tied beyond chance, and one for each further
/// group of an area: areas without a group have p = 1, and none was chosen for what it shows.
fn hypotheses(network: &Network, groups: &[Group]) -> usize {
    let with: BTreeSet<usize> = groups.iter().map(|g| g.ring.area).collect();
    network.areas_tested() + groups.len() - with.len()
}

fn standings(groups: &[Group], tested: usize, level: f64) -> Vec<Standing> {
    let p: Vec<f64> = groups.iter().map(|g| g.ring.p).collect();
    let q = benjamini_hochberg_among(&p, tested as u64);
    let mut all = p.clone();
    all.resize(tested, 1.0);
    let mixture = Mixture::fit(&all);
    let selected = q.iter().filter(|q| **q <= level).count();
    let within = benjamini_bogomolov(level, selected, tested);
    (0..)
        .zip(groups)
        .zip(q)
        .map(|((position, group), q)| {
            let bursts = group.bursts.as_ref().is_ok_and(|b| b.p.p_list <= within);
            let mut findings = Vec::new();
            if q <= level {
                findings.push((0, position));
                findings.extend(bursts.then_some((1, position)));
            }
            Standing {
                tested: true,
                measures: 1,
                p: Some(group.ring.p),
                q: Some(q),
                local_fdr: Some(mixture.local_fdr(group.ring.p)),
                stability: (q <= level).then_some(group.ring.stability),
                findings,
            }
        })
        .collect()
}

/// For each area with a group what its groups are compared with, and its position for each group.
fn area_nulls(network: &Network, groups: &[Group]) -> (Vec<GroupNull>, Vec<usize>) {
    let areas: BTreeSet<usize> = groups.iter().map(|g| g.ring.area).collect();
    let nulls = areas
        .iter()
        .map(|area| GroupNull {
            key: format!("pairs of providers in {}", network.areas[*area].name),
            level: Level::All,
            members: network.tested_in(*area) as usize,
            peers: Vec::new(),
            null: groups
                .iter()
                .find(|g| g.ring.area == *area)
                .map(|g| g.null)
                .ok_or(crate::stats::Skip::NoDenominator),
        })
        .collect();
    let position = |g: &Group| areas.iter().position(|area| *area == g.ring.area);
    let of_group = groups.iter().map(|g| position(g).unwrap_or(0)).collect();
    (nulls, of_group)
}

fn tests(
    groups: &[Group],
    of_group: &[usize],
    outcome: impl Fn(&Group) -> std::result::Result<Scored, String>,
) -> Vec<Test> {
    groups
        .iter()
        .zip(of_group)
        .enumerate()
        .map(|(entity, (group, null))| {
            let outcome = outcome(group);
            let score = outcome.as_ref().ok().map(|scored| scored.score);
            Test {
                entity,
                group: Some(*null),
                numerator: score.map_or(0.0, |s| s.observed),
                denominator: score.map_or(0.0, |s| s.denominator),
                outcome,
            }
        })
        .collect()
}
