//! Groups of providers that pass members round, and how probable chance makes them.

use rayon::prelude::*;

use super::edges::{Edge, Network, Ties};
use super::panel::Panels;
use super::sample::Sample;
use crate::stats::cores::cores;
use crate::stats::overlap::{SAME_GROUP, jaccard};
use crate::stats::rewire::{Rewiring, monte_carlo_p};

/// Rewirings of an area at least. There are more where a single group could otherwise not be listed
/// however far it stands out, since p is never below one over their number.
pub const LEAST_REWIRINGS: usize = 999;

/// Draws of the members, each without one in five, for a group's stability.
pub const DRAWS: u64 = 20;

/// Factors on the level for a group's stability.
const LEVELS: [f64; 2] = [0.5, 2.0];

/// A dense core of tied providers.
#[derive(Debug, Clone)]
pub struct Ring {
    /// Position of its area.
    pub area: usize,
    /// Positions in the area, ascending.
    pub core: Vec<u32>,
    /// Every pair that shares anybody, tied or not.
    pub pairs: Vec<Edge>,
    /// Log-likelihood ratio of its pairs' shared members against what is typical.
    pub excess: f64,
    /// Part of the rewirings of its area, this one included, with a core of at least that excess.
    pub p: f64,
    /// Share of the perturbed analyses in which it is there: half and twice the level, and draws of
    /// the members.
    pub stability: f64,
}

/// The cores of the ties of all areas at this level, in the order of area and first provider.
#[must_use]
pub fn rings(network: &Network, ties: &Ties, level: f64) -> Vec<Ring> {
    let all = Sample::all(network.graph);
    let cut = ties.largest_p;
    let least = network.least(cut);
    let mut rings: Vec<Ring> = (0..network.areas.len())
        .into_par_iter()
        .flat_map_iter(|area| {
            let observed = &network.areas[area].providers;
            let panels = &network.panels[area];
            let pairs = network.judge(area, panels, observed, &all, (1, 1.0));
            of_area(area, &ties.edges[area], &pairs)
        })
        .collect();
    let mut areas: Vec<usize> = rings.iter().map(|ring| ring.area).collect();
    areas.dedup();
    for area in areas {
        let drawn = rewired(network, area, (least, cut), rewirings(network, level));
        for ring in rings.iter_mut().filter(|ring| ring.area == area) {
            ring.p = monte_carlo_p(ring.excess, &drawn);
        }
    }
    assess(network, &mut rings, &ties.candidates, level);
    rings
}

/// So many that one core at the smallest p is on the list whatever the other areas show.
#[must_use]
pub fn rewirings(network: &Network, level: f64) -> usize {
    let hypotheses = network.areas_tested() as f64;
    LEAST_REWIRINGS.max((hypotheses / level).ceil() as usize)
}

/// The cores of an area's edges, with all their pairs.
fn of_area(area: usize, edges: &[Edge], pairs: &[Edge]) -> Vec<Ring> {
    let tied: Vec<(u32, u32)> = edges.iter().map(|e| (e.shared.a, e.shared.b)).collect();
    cores(&tied)
        .into_iter()
        .map(|core| {
            let inside = |one: u32| core.binary_search(&one).is_ok();
            let pairs: Vec<Edge> = pairs
                .iter()
                .filter(|e| inside(e.shared.a) && inside(e.shared.b))
                .copied()
                .collect();
            Ring {
                area,
                excess: pairs.iter().map(log_likelihood_ratio).sum(),
                core,
                pairs,
                p: 1.0,
                stability: 0.0,
            }
        })
        .collect()
}

/// Of a Poisson count against its typical value, where it is above that.
fn log_likelihood_ratio(edge: &Edge) -> f64 {
    let (observed, typical) = (f64::from(edge.shared.members), edge.judged.typical);
    if observed > typical {
        observed * (observed / typical).ln() - (observed - typical)
    } else {
        0.0
    }
}

/// The largest excess of a core in each rewiring of an area, 0 where there is no core. Everything
/// is done over on the rewired graph, the search for cores too.
fn rewired(network: &Network, area: usize, by: (u32, f64), number: usize) -> Vec<f64> {
    let here = &network.areas[area];
    let all = Sample::all(network.graph);
    let blocks = blocks(network, area);
    let seed = here.nodes.iter().fold(0, |seed: u64, node| {
        seed.rotate_left(5) ^ network.graph.nodes[*node as usize].key
    });
    let rewiring = Rewiring::new(&here.begin, &here.providers, &blocks, seed);
    (0..number as u64)
        .into_par_iter()
        .map(|draw| {
            let providers = rewiring.draw(draw);
            let panels = Panels::new(network.graph, &network.others, here, &providers, &all);
            let edges = network.judge(area, &panels, &providers, &all, by);
            if edges.len() < crate::stats::cores::SMALLEST {
                return 0.0;
            }
            let pairs = network.judge(area, &panels, &providers, &all, (1, 1.0));
            let excess = of_area(area, &edges, &pairs).into_iter().map(|r| r.excess);
            excess.fold(0.0, f64::max)
        })
        .collect()
}

/// A number for each slot that two share where their members live in one place and their providers
/// are of one specialty.
fn blocks(network: &Network, area: usize) -> Vec<u32> {
    let here = &network.areas[area];
    let graph = network.graph;
    let member = here.member_of();
    let kind = |slot: usize| {
        let place = graph.places[here.members[member[slot] as usize] as usize];
        let node = &graph.nodes[here.nodes[here.providers[slot] as usize] as usize];
        (place, node.taxonomy.as_deref().or(node.family.as_deref()))
    };
    let kinds: Vec<_> = (0..here.providers.len()).map(kind).collect();
    let mut names = kinds.clone();
    names.sort_unstable();
    names.dedup();
    let number = |kind| names.binary_search(kind).unwrap_or(0) as u32;
    kinds.iter().map(number).collect()
}

/// Fills in the stability of every ring. Only its own area is drawn anew; the pairs of the others
/// are held.
fn assess(network: &Network, rings: &mut [Ring], observed: &[Vec<Edge>], level: f64) {
    if rings.is_empty() {
        return;
    }
    let mut areas: Vec<usize> = rings.iter().map(|ring| ring.area).collect();
    areas.dedup();
    let mut analyses: Vec<Vec<Vec<Edge>>> = LEVELS
        .iter()
        .map(|factor| network.select(observed, level * factor).0)
        .collect();
    analyses.extend((0..DRAWS).map(|number| {
        let sample = Sample::draw(network.graph, number);
        let mut candidates = observed.to_vec();
        let drawn: Vec<Vec<Edge>> = areas
            .par_iter()
            .map(|area| {
                let here = &network.areas[*area];
                let (graph, others) = (network.graph, &network.others);
                let panels = Panels::new(graph, others, here, &here.providers, &sample);
                network.candidates_of(*area, &panels, &sample, level)
            })
            .collect();
        for (area, drawn) in areas.iter().zip(drawn) {
            candidates[*area] = drawn;
        }
        network.select(&candidates, level).0
    }));
    for ring in rings {
        let stays = |edges: &&Vec<Vec<Edge>>| {
            let tied = edges[ring.area].iter().map(|e| (e.shared.a, e.shared.b));
            let found = cores(&tied.collect::<Vec<_>>());
            found.iter().any(|core| same(core, &ring.core))
        };
        let kept = analyses.iter().filter(stays).count();
        ring.stability = kept as f64 / analyses.len() as f64;
    }
}

/// Whether two groups have at least [`SAME_GROUP`] of their providers in common.
fn same(one: &[u32], other: &[u32]) -> bool {
    let set = |group: &[u32]| group.iter().copied().collect();
    jaccard(&set(one), &set(other)) >= SAME_GROUP
}
