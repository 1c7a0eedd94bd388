//! What honest pairs of providers share: expected values by specialties, and how widely they differ.

use std::collections::BTreeMap;

use super::caps::Caps;
use super::graph::Node;
use super::kinds::{Both, Key, Kinds, LEVELS, Specialties};
use crate::peers::GroupNull;
use crate::stats::admission::{Admission, admission};
use crate::stats::between::shrink_tau;
use crate::stats::null::{self, Null};
use crate::stats::p_value::{PValue, p_value};
use crate::stats::score::{Score, mark_many_zeros, score};
use crate::stats::shape::{self, Effects, Shape};
use crate::stats::standardise::{Cell, Standardised, standardise};
use crate::stats::uniform::{splitmix64, uniform};
use crate::stats::{Direction, Kind, Skip};

/// Pairs that a law of its own takes: three times what a fit needs, since pairs have providers in
/// common and so are fewer than they look.
pub const MIN_PAIRS: usize = 3 * null::MIN_SCORED;

/// Expected count, specialties considered, from which a pair says something about how widely honest
/// pairs differ: two doctors of one specialty share next to nobody, and among nothing but zeros any
/// width fits. Specialties without [`MIN_PAIRS`] such pairs are judged by the width of a wider group,
/// at their own rate.
pub const TELLING_FROM: f64 = 1.0;

/// Part of a pair's variance that must be the pair's own for it to say something about the shape of
/// honest differences: where nearly all is sampling, the fit would read a shape into the counts.
/// Without such pairs the shape is the stated prior's.
pub const TELLING_PART: f64 = 0.1;

/// A pair as the fit sees it. The pair is there for its margins, whatever it shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Positions among the nodes, `a < b`.
    pub a: u32,
    pub b: u32,
    /// Observed count.
    pub observed: f64,
    /// What it is counted in: expected members for a rate, shared members for a share.
    pub exposure: f64,
}

impl Pair {
    /// A number that only the two providers decide.
    fn key(&self, nodes: &[Node]) -> u64 {
        splitmix64(nodes[self.a as usize].key)
            ^ splitmix64(nodes[self.b as usize].key).rotate_left(1)
    }
}

/// Pairs of like specialties.
struct Group {
    /// Expected over exposure, and its variance, by specialties: with a narrower group's where the
    /// pair's own are unknown.
    rates: BTreeMap<Kinds, (f64, f64)>,
    rate: (f64, f64),
    null: Result<Null, Skip>,
}

/// Laws of the pairs of all specialties.
pub struct Law {
    kind: Kind,
    minimum_ratio: f64,
    specialties: Specialties,
    groups: BTreeMap<Key, Group>,
    effects: [Effects; shape::FOLDS],
    /// What the reports show of the groups.
    pub shown: Vec<GroupNull>,
    pub admission: Admission,
    pub shape: Shape,
}

/// One pair's standing.
#[derive(Debug, Clone, Copy)]
pub struct Judged {
    pub score: Score,
    /// What honest pairs of these specialties show on the whole, in counts.
    pub typical: f64,
    pub null: Null,
    pub p: PValue,
}

impl Law {
    /// Fits the laws to pairs chosen by their margins.
    #[must_use]
    pub fn fit(kind: Kind, minimum_ratio: f64, nodes: &[Node], pairs: &[Pair]) -> Law {
        let specialties = Specialties::new(nodes);
        let kinds: Vec<Kinds> = pairs
            .iter()
            .map(|p| specialties.kinds((p.a, p.b)))
            .collect();
        let mut by_group: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for level in LEVELS {
            for (pair, kinds) in kinds.iter().enumerate() {
                if let Some(key) = kinds.at(level) {
                    by_group.entry(key).or_default().push(pair);
                }
            }
        }
        by_group.retain(|_, pairs| pairs.len() >= MIN_PAIRS);
        let mut groups: Vec<(Key, Vec<usize>, Fitted)> = by_group
            .into_iter()
            .map(|(key, members)| {
                let fit = Fitted::new(kind, minimum_ratio, pairs, &kinds, &members);
                (key, members, fit)
            })
            .collect();
        share_tau(&mut groups);
        let mut scores: Vec<Option<(Score, Null)>> = vec![None; pairs.len()];
        // Wide groups first: the narrowest has the last word.
        for (_, members, fit) in groups.iter().rev() {
            let Ok(null) = fit.null else { continue };
            for (pair, score) in members.iter().zip(&fit.scores) {
                scores[*pair] = score.map(|s| (s, null));
            }
        }
        let residuals: Vec<(u64, shape::Residual)> = pairs
            .iter()
            .zip(&scores)
            .filter_map(|(pair, scored)| {
                let (score, null) = scored.as_ref()?;
                let key = pair.key(nodes);
                let u = uniform(key);
                let residual = shape::residual(kind, score, null, Direction::High, u).ok()?;
                (residual.part >= TELLING_PART).then_some((key, residual))
            })
            .collect();
        let shapes = shape::cross_fit(&residuals);
        let effects = shapes.map(|shape| Effects::new(&shape));
        let (randomised, sizes): (Vec<f64>, Vec<f64>) = pairs
            .iter()
            .zip(&scores)
            .filter_map(|(pair, scored)| {
                let (score, null) = scored.as_ref()?;
                let key = pair.key(nodes);
                let effects = &effects[shape::fold(key)];
                let p = p_value(kind, score, null, effects, Direction::High, 1.0).ok()?;
                Some((p.randomised(uniform(key)), pair.exposure))
            })
            .unzip();
        let shape = Shape::mean(&shapes);
        let shown = groups
            .iter()
            .map(|(key, members, fit)| GroupNull {
                key: specialties.name(*key),
                level: key.0,
                members: members.len(),
                peers: Vec::new(),
                null: fit.null,
            })
            .collect();
        Law {
            kind,
            minimum_ratio,
            specialties,
            groups: groups
                .into_iter()
                .map(|(key, _, fit)| (key, fit.group()))
                .collect(),
            effects,
            shown,
            admission: admission(&randomised, &sizes, shape.skew),
            shape,
        }
    }

    /// Whether its p-values may make ties.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.admission.counts(false)
    }

    /// Judges any pair by the law of its specialties; `floor` is the least that is expected of two
    /// providers, in counts. Unless `thorough`, a pair that does not even show the minimum ratio,
    /// whose p to be listed is about a half or more, is `None`.
    ///
    /// # Errors
    /// Where no group of its specialties, however wide, has a law.
    pub fn judge(
        &self,
        nodes: &[Node],
        pair: &Pair,
        floor: f64,
        thorough: bool,
    ) -> Result<Option<Judged>, Skip> {
        let (rate, variance, null) = self.of(pair)?;
        let expected = (pair.exposure * rate).max(floor * (-null.mu).exp());
        let score = score(
            self.kind,
            &Standardised {
                observed: pair.observed,
                denominator: pair.exposure,
                expected: if self.kind == Kind::Share {
                    expected.min(pair.exposure)
                } else {
                    expected
                },
                expected_variance: pair.exposure * pair.exposure * variance,
                unit_variance: 0.0,
            },
        )?;
        if score.observed <= self.minimum_ratio * score.expected * null.mu.exp() && !thorough {
            return Ok(None);
        }
        let effects = self.effects(pair.key(nodes));
        let p = p_value(
            self.kind,
            &score,
            &null,
            effects,
            Direction::High,
            self.minimum_ratio,
        )?;
        Ok(Some(Judged {
            score,
            typical: score.expected * null.mu.exp(),
            null,
            p,
        }))
    }

    /// The law of an entity's shape, by its key.
    #[must_use]
    pub fn effects(&self, key: u64) -> &Effects {
        &self.effects[shape::fold(key)]
    }

    /// The share that is typical of two providers' specialties, and the law it comes from.
    ///
    /// # Errors
    /// As [`Law::judge`].
    pub fn typical_share(&self, (a, b): (u32, u32)) -> Result<(f64, Null), Skip> {
        let pair = Pair {
            a,
            b,
            observed: 0.0,
            exposure: 1.0,
        };
        let (rate, _, null) = self.of(&pair)?;
        let odds = rate / (1.0 - rate).max(f64::MIN_POSITIVE) * null.mu.exp();
        Ok((odds / (1.0 + odds), null))
    }

    /// Rate, its variance and the null of a pair's narrowest group.
    fn of(&self, pair: &Pair) -> Result<(f64, f64, Null), Skip> {
        let kinds = self.specialties.kinds((pair.a, pair.b));
        LEVELS
            .into_iter()
            .filter_map(|level| self.groups.get(&kinds.at(level)?))
            .find_map(|group| {
                let (rate, variance) = group.rates.get(&kinds).copied().unwrap_or(group.rate);
                Some((rate, variance, group.null.ok()?))
            })
            .ok_or(Skip::TooFew {
                found: 0,
                needed: MIN_PAIRS,
            })
    }

    /// The smallest count that can have a p as small as `cut`, wherever at least `floor` is expected.
    #[must_use]
    pub fn fewest(&self, floor: f64, cut: f64) -> u32 {
        /// A count beyond which nobody needs to look.
        const MOST: u32 = 1 << 20;
        let p = |null: &Null, effects: &Effects, count: u32| {
            let expected = floor * (-null.mu).exp();
            let standardised = Standardised {
                observed: f64::from(count),
                denominator: expected,
                expected,
                ..Standardised::default()
            };
            let score = score(Kind::Rate, &standardised).ok()?;
            let ratio = self.minimum_ratio;
            p_value(Kind::Rate, &score, null, effects, Direction::High, ratio)
                .ok()
                .map(|p| p.p_list)
        };
        let mut fewest = MOST;
        for null in self.groups.values().filter_map(|g| g.null.as_ref().ok()) {
            for effects in &self.effects {
                let reaches =
                    |count: u32| p(null, effects, count).is_some_and(|found| found <= cut);
                // The p falls with the count: halve until they meet.
                let (mut low, mut high) = (0, fewest);
                while low + 1 < high {
                    let middle = u32::midpoint(low, high);
                    if reaches(middle) {
                        high = middle;
                    } else {
                        low = middle;
                    }
                }
                fewest = fewest.min(high);
            }
        }
        fewest
    }
}

/// Pulls τ of small groups towards the common value.
fn share_tau(groups: &mut [(Key, Vec<usize>, Fitted)]) {
    let nulls: Vec<Null> = groups.iter().filter_map(|g| g.2.null.ok()).collect();
    let mut shared = shrink_tau(&nulls).into_iter();
    for (_, _, fit) in groups.iter_mut().filter(|g| g.2.null.is_ok()) {
        if let Some(null) = shared.next() {
            fit.null = Ok(null);
        }
    }
}

/// What a group's pairs gave.
struct Fitted {
    rates: BTreeMap<Kinds, (f64, f64)>,
    rate: (f64, f64),
    scores: Vec<Option<Score>>,
    null: Result<Null, Skip>,
}

impl Fitted {
    fn new(
        kind: Kind,
        minimum_ratio: f64,
        pairs: &[Pair],
        kinds: &[Kinds],
        members: &[usize],
    ) -> Fitted {
        let failed = |skip: Skip| Fitted {
            rates: BTreeMap::new(),
            rate: (f64::NAN, f64::NAN),
            scores: Vec::new(),
            null: Err(skip),
        };
        let strata: BTreeMap<Kinds, u32> = {
            let mut names: Vec<Kinds> = members.iter().map(|m| kinds[*m]).collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().zip(0..).collect()
        };
        let families: BTreeMap<Option<Both>, u32> = {
            let mut names: Vec<_> = strata.keys().map(|k| k.families).collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().zip(0..).collect()
        };
        let parents: Vec<u32> = strata.keys().map(|k| families[&k.families]).collect();
        let caps = Caps::new(minimum_ratio, pairs, kinds, members);
        let mut cells: Vec<Cell> = (0..)
            .zip(members)
            .map(|(entity, member)| Cell {
                stratum: strata[&kinds[*member]],
                entity,
                denominator: pairs[*member].exposure,
                numerator: caps.cut(kinds[*member], &pairs[*member]),
                squares: 0.0,
            })
            .collect();
        cells.sort_by_key(|c| (c.stratum, c.entity));
        let mut expected = match standardise(kind, &cells, &parents, members.len()) {
            Ok(expected) => expected,
            Err(skip) => return failed(skip),
        };
        for (member, expected) in members.iter().zip(&mut expected) {
            expected.observed = pairs[*member].observed;
        }
        let telling = |e: &Standardised| e.expected >= TELLING_FROM;
        let mut scores: Vec<Option<Score>> = expected
            .iter()
            .map(|e| score(kind, e).ok().filter(|_| telling(e)))
            .collect();
        let mut good: Vec<Score> = scores.iter().flatten().copied().collect();
        mark_many_zeros(kind, &mut good);
        for (slot, marked) in scores.iter_mut().flatten().zip(&good) {
            *slot = *marked;
        }
        let mut sums: BTreeMap<Kinds, Sums> = BTreeMap::new();
        let mut total = Sums::default();
        for (member, expected) in members.iter().zip(&expected) {
            sums.entry(kinds[*member]).or_default().add(expected);
            total.add(expected);
        }
        Fitted {
            rates: sums.iter().map(|(k, s)| (*k, s.rate())).collect(),
            rate: total.rate(),
            null: if good.len() < MIN_PAIRS {
                Err(Skip::TooFew {
                    found: good.len(),
                    needed: MIN_PAIRS,
                })
            } else {
                null::fit(kind, &good, 1.0)
            },
            scores,
        }
    }

    fn group(self) -> Group {
        Group {
            rates: self.rates,
            rate: self.rate,
            null: self.null,
        }
    }
}

/// Expected counts of a stratum's pairs, added up.
#[derive(Default)]
struct Sums {
    exposure: f64,
    expected: f64,
    variance: f64,
    pairs: f64,
}

impl Sums {
    fn add(&mut self, pair: &Standardised) {
        self.exposure += pair.denominator;
        self.expected += pair.expected;
        self.variance += pair.expected_variance / (pair.denominator * pair.denominator);
        self.pairs += 1.0;
    }

    /// Expected over exposure, and the variance of that rate.
    fn rate(&self) -> (f64, f64) {
        (self.expected / self.exposure, self.variance / self.pairs)
    }
}
