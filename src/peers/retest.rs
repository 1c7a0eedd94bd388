//! A test again, with other peers: does it rest on who they happen to be?

use std::collections::BTreeMap;

use super::laws::{fit_group, specialty_numbers};
use super::scoring::{judge, kind_of};
use super::{GroupNull, Level, MeasureCells, MeasureTests, PeerGroup, Place};
use crate::features::measure::Measure;
use crate::stats::between::shrink_tau;
use crate::stats::null::{MIN_SCORED, Null};
use crate::stats::shape;
use crate::stats::uniform::{splitmix64, uniform};

/// Other peers for one entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peers {
    /// One level narrower, where enough remain to say what is expected.
    Narrower,
    /// One level wider, where the measure allows it.
    Wider,
    /// The same group drawn anew with replacement, by number.
    Drawn(u64),
}

/// Peers of a narrower group that suffice to say what is expected; they are too few for a null of
/// their own, so the wider group's is kept.
const FEWEST_NARROWER: usize = 10;

/// Peers drawn at most: in larger groups sampling them is not what a case depends on.
const MOST_DRAWN: usize = 2_000;

/// What a measure's tests rest on, kept to test again.
pub struct Retest<'a> {
    pub measure: &'a Measure,
    pub cells: &'a MeasureCells,
    pub places: &'a [Place],
    pub keys: &'a [u64],
    pub tests: &'a MeasureTests,
}

/// A group to test in: who is compared, and who is judged.
struct Target {
    level: Level,
    members: Vec<usize>,
    judged: Vec<usize>,
    /// The group of the first analysis.
    own: usize,
}

impl Retest<'_> {
    /// `p_list` of each of some entities among other peers; `None` where there are none or no null
    /// fits them.
    #[must_use]
    pub fn p_lists(&self, entities: &[usize], peers: Peers) -> Vec<Option<f64>> {
        let targets = match peers {
            Peers::Drawn(number) => self.drawn(entities, number),
            Peers::Narrower => self.moved(entities, |own, level| level < own),
            Peers::Wider => self.moved(entities, |own, level| level > own),
        };
        let mut found: BTreeMap<usize, f64> = BTreeMap::new();
        for target in targets {
            found.extend(self.judge(target, peers == Peers::Narrower));
        }
        entities.iter().map(|e| found.get(e).copied()).collect()
    }

    fn judge(&self, target: Target, keep_null: bool) -> Vec<(usize, f64)> {
        if target.members.len() < FEWEST_NARROWER {
            return Vec::new();
        }
        let own = &self.tests.groups[target.own];
        let kind = kind_of(self.measure);
        let group = PeerGroup {
            key: String::new(),
            level: target.level,
            members: target.members,
            judged: target.judged,
        };
        let specialties = specialty_numbers(self.places);
        let mixed = matches!(group.level, Level::Family | Level::All);
        let mut fit = fit_group(
            self.measure,
            self.cells,
            &group,
            mixed.then_some(specialties.as_slice()),
        );
        fit.null = match fit.null {
            Ok(null) => Ok(self.shared(own.key.as_str(), null)),
            // A small group has no null of its own to draw anew.
            Err(_) if keep_null || own.members < MIN_SCORED => own.null,
            Err(skip) => Err(skip),
        };
        let judged = group.judged.iter().filter_map(|entity| {
            let place = group.members.binary_search(entity).ok()?;
            let effects = &self.tests.effects[shape::fold(self.keys[*entity])];
            let scored = judge(self.measure, kind, &fit, effects, place).ok()?;
            Some((*entity, scored.p.p_list))
        });
        judged.collect()
    }

    /// The group each entity was judged in.
    fn own_groups(&self, entities: &[usize]) -> BTreeMap<usize, Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for entity in entities {
            let tests = &self.tests.tests;
            let position = tests.binary_search_by_key(entity, |t| t.entity).ok();
            if let Some(group) = position.and_then(|p| tests[p].group) {
                groups.entry(group).or_default().push(*entity);
            }
        }
        groups
    }

    /// The entities' groups at the nearest other level that `on_side` allows.
    fn moved(&self, entities: &[usize], on_side: fn(Level, Level) -> bool) -> Vec<Target> {
        let widest = self.measure.widest_peers;
        let key = |entity: usize, level: Level| self.places[entity].key(level, widest);
        let mut wanted: BTreeMap<(Level, String), (usize, Vec<usize>)> = BTreeMap::new();
        for (own, entities) in self.own_groups(entities) {
            let from = self.tests.groups[own].level;
            let mut levels: Vec<Level> = Level::ALL
                .into_iter()
                .filter(|l| on_side(from, *l))
                .collect();
            levels.sort_by_key(|level| (*level as usize).abs_diff(from as usize));
            for entity in entities {
                let judged_by = |l: &Level| self.places[entity].judged_by(*l, widest);
                if let Some(target) = levels.iter().find_map(|l| Some((*l, judged_by(l)?))) {
                    wanted
                        .entry(target)
                        .or_insert((own, Vec::new()))
                        .1
                        .push(entity);
                }
            }
        }
        let eligible = self.tests.tests.iter().filter(|t| t.group.is_some());
        let eligible: Vec<usize> = eligible.map(|t| t.entity).collect();
        let targets = wanted
            .into_iter()
            .map(|((level, name), (own, mut judged))| {
                judged.sort_unstable();
                let same = |e: &usize| key(*e, level).as_deref() == Some(&name);
                Target {
                    level,
                    members: eligible.iter().copied().filter(same).collect(),
                    judged,
                    own,
                }
            });
        targets.collect()
    }

    /// The entities' groups, their other members drawn with replacement: those to judge stand in
    /// every draw once, as they did.
    fn drawn(&self, entities: &[usize], number: u64) -> Vec<Target> {
        let groups = self.own_groups(entities).into_iter();
        let targets = groups.map(|(own, mut judged)| {
            judged.sort_unstable();
            let group = &self.tests.groups[own];
            let others: Vec<usize> = group
                .peers
                .iter()
                .copied()
                .filter(|m| judged.binary_search(m).is_err())
                .collect();
            let seed = splitmix64(self.keys[judged[0]] ^ splitmix64(number));
            let draws = 0..others.len().min(MOST_DRAWN) as u64;
            let pick = |i: u64| (uniform(seed.wrapping_add(i)) * others.len() as f64) as usize;
            let mut members: Vec<usize> = draws.map(|i| others[pick(i)]).collect();
            members.extend(&judged);
            members.sort_unstable();
            Target {
                level: group.level,
                members,
                judged,
                own,
            }
        });
        targets.collect()
    }

    /// The null with its τ shared with the other groups', as in the first analysis.
    fn shared(&self, own: &str, null: Null) -> Null {
        let says = |g: &&GroupNull| g.key != own && g.members >= MIN_SCORED;
        let others = self.tests.groups.iter().filter(says);
        let mut fits: Vec<Null> = others.filter_map(|g| g.null.ok()).collect();
        fits.push(null);
        shrink_tau(&fits).last().copied().unwrap_or(null)
    }
}
