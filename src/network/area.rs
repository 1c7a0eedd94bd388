//! One area of the graph as arrays: what pairs of its providers share, now or rewired.

use std::collections::BTreeMap;

use super::graph::{Graph, Tie};
use super::sample::Sample;

/// Members of an area with their providers there. A slot is one member with one provider.
#[derive(Debug, Clone, Default)]
pub struct Area {
    pub name: String,
    /// Positions of the area's providers among the nodes of the graph, ascending; everything below
    /// counts providers by their position here.
    pub nodes: Vec<u32>,
    /// First slot of each member, and the number of slots at the end.
    pub begin: Vec<u32>,
    /// Provider of each slot.
    pub providers: Vec<u32>,
    /// Position of each member among the members of the graph.
    pub members: Vec<u32>,
    /// First partner of each slot, and their number at the end.
    partner_begin: Vec<u32>,
    partners: Vec<Partner>,
}

/// Another slot of the same member, with no order between the two.
#[derive(Debug, Clone, Copy)]
struct Partner {
    slot: u32,
    close: bool,
}

/// Two providers, `a < b`, and the members they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    pub a: u32,
    pub b: u32,
    /// Members with both and no order between them.
    pub members: u32,
    /// Those among them with visits to both within a week.
    pub close: u32,
}

/// A member, by position in [`Area::members`], and its tied pairs `a < b` of providers, with whether
/// the visits were close.
pub type Passed = (u32, Vec<(u32, u32, bool)>);

/// The areas of a graph in the order of their names. Providers of unknown area are in none.
#[must_use]
pub fn areas(graph: &Graph) -> Vec<Area> {
    let mut by_name: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (node, position) in graph.nodes.iter().zip(0..) {
        if let Some(name) = node.area.as_deref() {
            by_name.entry(name).or_default().push(position);
        }
    }
    // Area of each provider and its position in it.
    let mut place: Vec<Option<(u32, u32)>> = vec![None; graph.nodes.len()];
    let mut areas: Vec<Area> = Vec::new();
    for (number, (name, nodes)) in (0..).zip(by_name) {
        for (position, node) in (0..).zip(&nodes) {
            place[*node as usize] = Some((number, position));
        }
        areas.push(Area {
            name: name.to_owned(),
            nodes,
            begin: vec![0],
            partner_begin: vec![0],
            ..Area::default()
        });
    }
    for (member, position) in graph.members.iter().zip(0..) {
        let mut here: Vec<(u32, u32, usize)> = Vec::with_capacity(member.providers.len());
        for (slot, provider) in member.providers.iter().enumerate() {
            if let Some((area, local)) = place[*provider as usize] {
                here.push((area, local, slot));
            }
        }
        here.sort_unstable();
        for run in here.chunk_by(|a, b| a.0 == b.0) {
            areas[run[0].0 as usize].push(position, run, &member.ties);
        }
    }
    areas
}

impl Area {
    fn push(&mut self, member: u32, slots: &[(u32, u32, usize)], ties: &[Tie]) {
        let first = self.providers.len() as u32;
        let here = |slot: u8| {
            let found = slots.iter().position(|s| s.2 == usize::from(slot));
            found.map(|position| first + position as u32)
        };
        let mut partners: Vec<Vec<Partner>> = vec![Vec::new(); slots.len()];
        for tie in ties {
            if let (Some(a), Some(b)) = (here(tie.a), here(tie.b)) {
                for (from, slot) in [(a, b), (b, a)] {
                    partners[(from - first) as usize].push(Partner {
                        slot,
                        close: tie.close,
                    });
                }
            }
        }
        self.members.push(member);
        self.providers.extend(slots.iter().map(|s| s.1));
        self.begin.push(self.providers.len() as u32);
        for own in partners {
            self.partners.extend(own);
            self.partner_begin.push(self.partners.len() as u32);
        }
    }

    /// Slots of each provider, given the provider of each slot, and where they begin.
    fn by_provider(&self, providers: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let mut begin = vec![0_u32; self.nodes.len() + 1];
        for provider in providers {
            begin[*provider as usize + 1] += 1;
        }
        for i in 1..begin.len() {
            begin[i] += begin[i - 1];
        }
        let mut next = begin.clone();
        let mut slots = vec![0_u32; providers.len()];
        for (slot, provider) in (0..).zip(providers) {
            let at = &mut next[*provider as usize];
            slots[*at as usize] = slot;
            *at += 1;
        }
        (begin, slots)
    }

    fn partners_of(&self, slot: u32) -> &[Partner] {
        let ends = [slot as usize, slot as usize + 1].map(|s| self.partner_begin[s] as usize);
        &self.partners[ends[0]..ends[1]]
    }

    /// Every pair that shares at least so many members, in the order of (a, b).
    ///
    /// `providers` is the provider of each slot, observed or rewired. One provider at a time: memory
    /// grows with the providers, not with the pairs, and time with the pairs of the members'
    /// providers.
    #[must_use]
    pub fn shared(&self, providers: &[u32], least: u32, sample: &Sample) -> Vec<Shared> {
        let (begin, slots) = self.by_provider(providers);
        let mut sums: Vec<(u32, u32)> = vec![(0, 0); self.nodes.len()];
        let mut touched: Vec<u32> = Vec::new();
        let mut found = Vec::new();
        let member_of = self.member_of();
        for a in 0..self.nodes.len() as u32 {
            let own = begin[a as usize] as usize..begin[a as usize + 1] as usize;
            for slot in &slots[own] {
                let member = self.members[member_of[*slot as usize] as usize];
                if !sample.has(member) {
                    continue;
                }
                for partner in self.partners_of(*slot) {
                    let b = providers[partner.slot as usize];
                    if b > a {
                        let sum = &mut sums[b as usize];
                        if sum.0 == 0 {
                            touched.push(b);
                        }
                        sum.0 += 1;
                        sum.1 += u32::from(partner.close);
                    }
                }
            }
            touched.sort_unstable();
            for b in touched.drain(..) {
                let (members, close) = std::mem::take(&mut sums[b as usize]);
                if members >= least {
                    found.push(Shared {
                        a,
                        b,
                        members,
                        close,
                    });
                }
            }
        }
        found
    }

    /// Member of each slot, as a position in `members`.
    #[must_use]
    pub fn member_of(&self) -> Vec<u32> {
        let mut member = vec![0; self.providers.len()];
        for (m, ends) in (0..).zip(self.begin.windows(2)) {
            member[ends[0] as usize..ends[1] as usize].fill(m);
        }
        member
    }

    /// Members with a tie between two of some providers (ascending), and these ties.
    #[must_use]
    pub fn within(&self, core: &[u32]) -> Vec<Passed> {
        let mut found = Vec::new();
        for (member, ends) in (0..).zip(self.begin.windows(2)) {
            let mut pairs = Vec::new();
            for slot in ends[0]..ends[1] {
                let a = self.providers[slot as usize];
                if core.binary_search(&a).is_err() {
                    continue;
                }
                for partner in self.partners_of(slot) {
                    let b = self.providers[partner.slot as usize];
                    if b > a && core.binary_search(&b).is_ok() {
                        pairs.push((a, b, partner.close));
                    }
                }
            }
            if !pairs.is_empty() {
                found.push((member, pairs));
            }
        }
        found
    }
}
