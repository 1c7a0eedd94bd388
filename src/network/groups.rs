//! Rings as the reports show them: how much they share, and whether in bursts.

use std::collections::BTreeMap;

use super::area::Passed;
use super::edges::Network;
use super::law::{Judged, Law, Pair};
use super::measure::MINIMUM_BURST_RATIO;
use super::rings::Ring;
use super::sample::Sample;
use crate::peers::Scored;
use crate::stats::null::Null;
use crate::stats::p_value::{PValue, p_value};
use crate::stats::score::score;
use crate::stats::shape::Effects;
use crate::stats::shrink::shrink;
use crate::stats::standardise::Standardised;
use crate::stats::tails::normal_quantile_above;
use crate::stats::{Direction, Kind, Skip};

/// Members a pair must share for it to say how often shared members come in bursts.
const BURSTS_FROM: u32 = 5;

/// A ring with its statistics.
#[derive(Debug, Clone)]
pub struct Group {
    pub ring: Ring,
    /// Positions of its providers among the nodes, ascending.
    pub nodes: Vec<u32>,
    /// Keys of the members that two of its providers share, ascending.
    pub members: Vec<u128>,
    /// Typical width of its pairs' laws: what a single group's ratio is shrunk by.
    pub null: Null,
    /// Shared members over all its pairs, against what is typical of them.
    pub shared: Scored,
    /// Its pairs that were tested: colleagues of one organisation are not.
    pub pairs: usize,
    /// Shared members with visits to two of its providers within a week.
    pub bursts: Result<Scored, Skip>,
}

/// How often members shared by two providers come to both within a week, by their specialties.
#[must_use]
pub fn burst_law(network: &Network) -> Law {
    let all = Sample::all(network.graph);
    let mut pairs = Vec::new();
    for (area, panels) in network.areas.iter().zip(&network.panels) {
        let shared = area.shared(&area.providers, BURSTS_FROM, &all);
        pairs.extend(
            shared
                .iter()
                .filter(|s| network.testable(area, panels, s))
                .map(|s| Pair {
                    a: area.nodes[s.a as usize],
                    b: area.nodes[s.b as usize],
                    observed: f64::from(s.close),
                    exposure: f64::from(s.members),
                }),
        );
    }
    Law::fit(
        Kind::Share,
        MINIMUM_BURST_RATIO,
        &network.graph.nodes,
        &pairs,
    )
}

/// Adds a ring's statistics.
///
/// # Errors
/// Where they are not numbers, which a ring of tied pairs rules out.
pub fn group(network: &Network, bursts: &Law, ring: Ring) -> Result<Group, Skip> {
    let area = &network.areas[ring.area];
    let within = area.within(&ring.core);
    let tested: BTreeMap<(u32, u32), &Judged> = ring
        .pairs
        .iter()
        .map(|edge| ((edge.shared.a, edge.shared.b), &edge.judged))
        .collect();
    // Ties of each shared member within the group, and how they cluster in members.
    let ties: Vec<Passed> = within
        .into_iter()
        .map(|(member, mut pairs)| {
            pairs.retain(|(a, b, _)| tested.contains_key(&(*a, *b)));
            (member, pairs)
        })
        .filter(|(_, pairs)| !pairs.is_empty())
        .collect();
    let sizes = ties.iter().map(|(_, pairs)| pairs.len() as f64);
    let (sum, squares) = sizes.fold((0.0, 0.0), |s, n| (s.0 + n, s.1 + n * n));
    let observed: f64 = ring.pairs.iter().map(|e| f64::from(e.shared.members)).sum();
    let typical: f64 = ring.pairs.iter().map(|e| e.judged.typical).sum();
    let null = typical_null(ring.pairs.iter().map(|e| &e.judged.null), squares / sum);
    let number = ring.core.len();
    let shared = shared_members(network, &ring, (observed, typical), &null)?;
    let mut members: Vec<u128> = ties
        .iter()
        .map(|(m, _)| network.graph.members[area.members[*m as usize] as usize].key)
        .collect();
    members.sort_unstable();
    let key = network.graph.nodes[area.nodes[ring.core[0] as usize] as usize].key;
    let bursts = visit_bursts(network, bursts, &ring, &ties, key);
    Ok(Group {
        nodes: ring.core.iter().map(|l| area.nodes[*l as usize]).collect(),
        members,
        null,
        shared,
        pairs: ring.pairs.len().min(number * (number - 1) / 2),
        bursts,
        ring,
    })
}

/// The mean width of some laws about their own centre; what clusters in members is the design
/// effect.
fn typical_null<'n>(nulls: impl Iterator<Item = &'n Null>, phi: f64) -> Null {
    let (mut sum, mut count, mut last) = (0.0, 0.0, None);
    for null in nulls {
        sum += null.tau;
        count += 1.0;
        last = Some(*null);
    }
    let blank = Null {
        mu: 0.0,
        tau: 0.0,
        phi: 1.0,
        proportion: 1.0,
        mu_error: 0.0,
        tau2_variance: 0.0,
        typical_variance: 0.0,
        scored: 0,
        used: 0,
        iterations: 0,
    };
    Null {
        mu: 0.0,
        mu_error: 0.0,
        tau: if count > 0.0 { sum / count } else { 0.0 },
        phi: phi.max(1.0),
        ..last.unwrap_or(blank)
    }
}

/// Shared members per pair. The p is the rewirings'.
fn shared_members(
    network: &Network,
    ring: &Ring,
    (observed, typical): (f64, f64),
    null: &Null,
) -> Result<Scored, Skip> {
    let panels = &network.panels[ring.area];
    let all = Sample::all(network.graph);
    let score = score(
        Kind::Rate,
        &Standardised {
            observed,
            denominator: ring.pairs.len() as f64,
            expected: typical,
            ..Standardised::default()
        },
    )?;
    let by_place: f64 = ring
        .pairs
        .iter()
        .map(|e| panels.by_place(e.shared.a as usize, e.shared.b as usize, &all))
        .sum();
    Ok(Scored {
        score,
        p: PValue {
            p: ring.p,
            p_list: ring.p,
            beyond: ring.p,
            point: 0.0,
            z: normal_quantile_above(ring.p),
            exact: true,
        },
        ratio: shrink(Kind::Rate, &score, null),
        crude_ratio: observed / by_place,
    })
}

/// Shared members who came in a burst, against what is typical of members shared by providers of
/// these specialties: a member is expected with the probability that one of its ties or more is
/// close.
fn visit_bursts(
    network: &Network,
    law: &Law,
    ring: &Ring,
    ties: &[Passed],
    key: u64,
) -> Result<Scored, Skip> {
    if !law.counts() {
        return Err(Skip::TooFew {
            found: law.admission.scored,
            needed: crate::stats::admission::MIN_COUNTED,
        });
    }
    let area = &network.areas[ring.area];
    let mut typical: BTreeMap<(u32, u32), (f64, Null)> = BTreeMap::new();
    for edge in &ring.pairs {
        let (a, b) = (edge.shared.a, edge.shared.b);
        let nodes = (area.nodes[a as usize], area.nodes[b as usize]);
        typical.insert((a, b), law.typical_share(nodes)?);
    }
    let mut observed = 0.0;
    let mut expected = 0.0;
    for (_, pairs) in ties {
        let apart: f64 = pairs
            .iter()
            .map(|(a, b, _)| 1.0 - typical.get(&(*a, *b)).map_or(0.0, |t| t.0))
            .product();
        expected += 1.0 - apart;
        observed += f64::from(u8::from(pairs.iter().any(|(.., close)| *close)));
    }
    let score = score(
        Kind::Share,
        &Standardised {
            observed,
            denominator: ties.len() as f64,
            expected,
            ..Standardised::default()
        },
    )?;
    let null = typical_null(typical.values().map(|t| &t.1), 1.0);
    let effects: &Effects = law.effects(key);
    let p = p_value(
        Kind::Share,
        &score,
        &null,
        effects,
        Direction::High,
        MINIMUM_BURST_RATIO,
    )?;
    let of_all: (f64, f64) = ring.pairs.iter().fold((0.0, 0.0), |sum, e| {
        let members = f64::from(e.shared.members);
        let rate = typical.get(&(e.shared.a, e.shared.b)).map_or(0.0, |t| t.0);
        (sum.0 + f64::from(e.shared.close), sum.1 + members * rate)
    });
    Ok(Scored {
        score,
        p,
        ratio: shrink(Kind::Share, &score, &null),
        crude_ratio: of_all.0 / of_all.1,
    })
}
