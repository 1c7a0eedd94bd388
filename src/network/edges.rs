//! The pairs that share more than specialties and places explain.

use rayon::prelude::*;

use super::area::{Area, Shared, areas};
use super::graph::Graph;
use super::law::{Judged, Law, Pair};
use super::panel::{Others, Panels};
use super::sample::Sample;
use crate::stats::Kind;
use crate::stats::multiplicity::benjamini_hochberg_among;
use crate::stats::uniform::uniform;

/// Members below which no pair of a provider is tested: it could not reach significance.
pub const MIN_MEMBERS: u32 = 10;

/// The list asks whether two providers share more than this times what is expected: colleagues
/// whose members know each other share half as much again without anybody passing them on.
pub const MINIMUM_RATIO: f64 = 1.5;

/// Shared members that any two providers of an area are granted: members come in households, and a
/// household of which each goes to both is no more than one coincidence.
pub const GRANTED: f64 = 0.5;

/// Expected members from which a pair says something about how widely honest pairs differ.
pub const FITTED_FROM: f64 = 1.0;

/// Pairs the fit looks at, about: beyond, pairs are drawn by hash.
const MOST_FITTED: f64 = 400_000.0;

/// The graph by area, with what its pairs are judged by.
pub struct Network<'g> {
    pub graph: &'g Graph,
    pub areas: Vec<Area>,
    pub others: Others,
    /// Of each area, as observed.
    pub panels: Vec<Panels>,
    /// Shared members of pairs; `None` where there are too few to fit.
    pub law: Law,
    /// Pairs of eligible providers of one area: what is tested, whether or not they share anybody.
    pub tested: u64,
    /// Providers with [`MIN_MEMBERS`] and an area.
    pub eligible: usize,
}

/// Two tied providers of an area.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    pub shared: Shared,
    pub judged: Judged,
}

/// The pairs of every area that are tied, by area.
pub struct Ties {
    /// Those that could be.
    pub(super) candidates: Vec<Vec<Edge>>,
    /// Those that are.
    pub edges: Vec<Vec<Edge>>,
    /// The largest p among these.
    pub largest_p: f64,
}

impl<'g> Network<'g> {
    /// Fits what honest pairs share.
    #[must_use]
    pub fn new(graph: &'g Graph) -> Network<'g> {
        let areas = areas(graph);
        let others = Others::new(graph);
        let all = Sample::all(graph);
        let panels: Vec<Panels> = areas
            .iter()
            .map(|area| Panels::new(graph, &others, area, &area.providers, &all))
            .collect();
        let eligible = |panels: &Panels| {
            let large = |n: &&u32| **n >= MIN_MEMBERS;
            panels.members.iter().filter(large).count()
        };
        let sizes: Vec<u64> = panels.iter().map(|p| eligible(p) as u64).collect();
        let tested = sizes.iter().map(|n| n * n.saturating_sub(1) / 2).sum();
        let pairs: Vec<Pair> = areas
            .par_iter()
            .zip(&panels)
            .flat_map_iter(|(area, panels)| {
                fitted_pairs(graph, area, panels, &all, MOST_FITTED / tested as f64)
            })
            .collect();
        Network {
            law: Law::fit(Kind::Rate, MINIMUM_RATIO, &graph.nodes, &pairs),
            eligible: sizes.iter().sum::<u64>() as usize,
            graph,
            areas,
            others,
            panels,
            tested,
        }
    }

    /// Pairs of an area that the law finds no more probable than `at_most`, given the provider of
    /// each slot, observed or rewired, among the members of a sample; and how many members a pair
    /// must share to be looked at. In the order of (a, b).
    #[must_use]
    pub fn judge(
        &self,
        area: usize,
        panels: &Panels,
        providers: &[u32],
        sample: &Sample,
        (least, at_most): (u32, f64),
    ) -> Vec<Edge> {
        let graph = self.graph;
        let area = &self.areas[area];
        area.shared(providers, least, sample)
            .into_iter()
            .filter(|shared| self.testable(area, panels, shared))
            .filter_map(|shared| {
                let pair = Pair {
                    a: area.nodes[shared.a as usize],
                    b: area.nodes[shared.b as usize],
                    observed: f64::from(shared.members),
                    exposure: panels.expected(shared.a, shared.b, sample),
                };
                let judged = self
                    .law
                    .judge(&graph.nodes, &pair, GRANTED, at_most >= 1.0)
                    .ok()??;
                (judged.p.p_list <= at_most).then_some(Edge { shared, judged })
            })
            .collect()
    }

    /// Pairs of eligible providers of an area.
    #[must_use]
    pub fn tested_in(&self, area: usize) -> u64 {
        let large = |n: &&u32| **n >= MIN_MEMBERS;
        let eligible = self.panels[area].members.iter().filter(large).count() as u64;
        eligible * eligible.saturating_sub(1) / 2
    }

    /// Areas with a pair to test.
    #[must_use]
    pub fn areas_tested(&self) -> usize {
        (0..self.areas.len())
            .filter(|area| self.tested_in(*area) > 0)
            .count()
    }

    /// Whether both providers of a pair are eligible, and of two organisations.
    #[must_use]
    pub fn testable(&self, area: &Area, panels: &Panels, shared: &Shared) -> bool {
        let node = |local: u32| &self.graph.nodes[area.nodes[local as usize] as usize];
        let large = |local: u32| panels.members[local as usize] >= MIN_MEMBERS;
        large(shared.a) && large(shared.b) && !node(shared.a).colleague(node(shared.b))
    }

    /// The ties at a false discovery rate over all eligible pairs. None where the law does not fit.
    #[must_use]
    pub fn ties(&self, level: f64) -> Ties {
        if !self.law.counts() {
            let none = vec![Vec::new(); self.areas.len()];
            return Ties {
                candidates: none.clone(),
                edges: none,
                largest_p: 0.0,
            };
        }
        let all = Sample::all(self.graph);
        let candidates = self.candidates(&all, &self.panels, level);
        let (edges, largest_p) = self.select(&candidates, level);
        Ties {
            candidates,
            edges,
            largest_p,
        }
    }

    /// The pairs of every area that could be tied at all.
    pub(super) fn candidates(
        &self,
        sample: &Sample,
        panels: &[Panels],
        level: f64,
    ) -> Vec<Vec<Edge>> {
        (0..self.areas.len())
            .into_par_iter()
            .map(|area| self.candidates_of(area, &panels[area], sample, level))
            .collect()
    }

    /// The pairs of one area that could be tied at all.
    pub(super) fn candidates_of(
        &self,
        area: usize,
        panels: &Panels,
        sample: &Sample,
        level: f64,
    ) -> Vec<Edge> {
        let least = (MINIMUM_RATIO * GRANTED).ceil() as u32 + 1;
        let observed = &self.areas[area].providers;
        self.judge(area, panels, observed, sample, (least, level.min(0.5)))
    }

    /// Those of the candidates that Benjamini-Hochberg selects among all that are tested, and the
    /// largest p among them.
    pub(super) fn select(&self, candidates: &[Vec<Edge>], level: f64) -> (Vec<Vec<Edge>>, f64) {
        let p: Vec<f64> = candidates
            .iter()
            .flatten()
            .map(|edge| edge.judged.p.p_list)
            .collect();
        let mut q = benjamini_hochberg_among(&p, self.tested).into_iter();
        let mut cut = 0.0_f64;
        let mut selected = Vec::with_capacity(candidates.len());
        for area in candidates {
            let mut tied = Vec::new();
            for edge in area {
                if q.next().is_some_and(|q| q <= level) {
                    cut = cut.max(edge.judged.p.p_list);
                    tied.push(*edge);
                }
            }
            selected.push(tied);
        }
        (selected, cut)
    }

    /// Fewest shared members with which any pair can have a p as small as `cut`.
    #[must_use]
    pub fn least(&self, cut: f64) -> u32 {
        self.law.fewest(GRANTED, cut)
    }
}

/// The pairs of an area on which the law is fitted: eligible, of two organisations, with enough
/// expected of them, and where there are too many a part of them drawn by hash.
fn fitted_pairs(
    graph: &Graph,
    area: &Area,
    panels: &Panels,
    sample: &Sample,
    part: f64,
) -> Vec<Pair> {
    let shared = area.shared(&area.providers, 1, sample);
    let node = |local: u32| &graph.nodes[area.nodes[local as usize] as usize];
    let eligible: Vec<u32> = (0..area.nodes.len() as u32)
        .filter(|local| panels.members[*local as usize] >= MIN_MEMBERS)
        .collect();
    let mut pairs = Vec::new();
    for (position, a) in eligible.iter().enumerate() {
        let later = &eligible[position + 1..];
        for b in drawn(node(*a).key, later.len(), part).map(|at| later[at]) {
            if node(*a).colleague(node(b)) {
                continue;
            }
            let exposure = panels.expected(*a, b, sample);
            if exposure >= FITTED_FROM {
                let found = shared.binary_search_by_key(&(*a, b), |s| (s.a, s.b));
                pairs.push(Pair {
                    a: area.nodes[*a as usize],
                    b: area.nodes[b as usize],
                    observed: found.map_or(0.0, |at| f64::from(shared[at].members)),
                    exposure,
                });
            }
        }
    }
    pairs
}

/// Positions below `length`, each drawn with probability `part`: the gaps between them are drawn,
/// so that the cost is that of the positions drawn, not of those there are.
fn drawn(seed: u64, length: usize, part: f64) -> impl Iterator<Item = usize> {
    let mut next = 0_usize;
    let mut draws = 0_u64;
    std::iter::from_fn(move || {
        if part < 1.0 {
            draws += 1;
            let gap = uniform(seed ^ draws.rotate_left(32)).ln() / (-part).ln_1p();
            next = next.saturating_add(gap as usize);
        }
        next = next.saturating_add(1);
        (next <= length).then_some(next - 1)
    })
}

#[cfg(test)]
mod tests {
    use super::drawn;

    #[test]
    fn every_position_is_drawn_as_often_as_asked() {
        assert_eq!(drawn(1, 4, 1.0).collect::<Vec<_>>(), vec![0, 1, 2, 3]);
        assert_eq!(drawn(1, 4, 1.5).count(), 4);
        let mut hits = [0_u32; 20];
        for seed in 0..4_000 {
            for at in drawn(seed, hits.len(), 0.25) {
                hits[at] += 1;
            }
        }
        // 1,000 expected, standard deviation 27: five of them.
        assert!(hits.iter().all(|n| n.abs_diff(1_000) < 137), "{hits:?}");
    }
}
