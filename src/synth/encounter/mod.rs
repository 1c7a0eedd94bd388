//! Encounters: visits become claims.

mod emergency;
mod evaluation;
mod home;
mod hospital;
mod infusion;
mod office;
mod orders;
mod session;
mod supplier;

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::LAST_DAY;
use super::claim::{Claim, Diagnoses};
use super::condition::CONDITIONS;
use super::member::Member;
use super::provider::Provider;
use super::random::{Random, chance};
use super::visit::{Need, Visit};
use super::world::World;

pub use evaluation::family_of;
pub use home::PAYMENT_GROUP;

/// Diagnoses written on a claim at most.
const MAX_DIAGNOSES: usize = 8;

/// A member's chart: what has been billed for the member so far.
pub struct Chart<'a> {
    world: &'a World,
    member: &'a Member,
    rng: Random,
    /// Claims in the order made.
    pub claims: Vec<Claim>,
    /// Practices that have seen the member.
    seen: BTreeSet<usize>,
    /// Market that the member was in, by day.
    whereabouts: BTreeMap<i32, usize>,
    /// Market in which the visit at hand is followed up.
    near: usize,
}

impl<'a> Chart<'a> {
    /// An empty chart.
    pub fn new(world: &'a World, member: &'a Member, rng: Random) -> Self {
        Self {
            world,
            member,
            rng,
            claims: Vec::new(),
            seen: BTreeSet::new(),
            whereabouts: BTreeMap::new(),
            near: member.market,
        }
    }

    /// Turns one visit into claims. Visits must come in order of day.
    pub fn record(&mut self, visit: &Visit) {
        self.near = self.provider(visit.provider).market;
        match visit.need {
            Need::Office(reason) => self.office(visit, reason),
            Need::Preventive => self.preventive(visit),
            Need::Session(reason) => self.session(visit, reason),
            Need::Endoscopy(reason) => self.endoscopy(visit, reason),
            Need::Arthroscopy(reason) => self.arthroscopy(visit, reason),
            Need::Infusion(reason) => self.infusion(visit, reason),
            Need::Emergency {
                hospital,
                reason,
                transported,
                admitted,
            } => {
                self.emergency(visit, hospital, reason, admitted);
                if transported {
                    self.ambulance(visit, hospital, reason);
                }
            }
            Need::Stay {
                family,
                severity,
                discharge,
                emergency,
            } => {
                self.stay(visit, family, severity, discharge, emergency);
            }
            Need::Supply {
                code,
                units,
                modifier,
                reason,
            } => {
                self.supply(visit, (code, units, modifier), reason);
            }
            Need::Transport(reason) => self.transport(visit, reason),
            Need::Tests(codes, reason) => self.tests(visit, codes, reason),
            Need::HomeHealth(period) => self.home_health(visit, period),
            Need::Hospice(period) => self.hospice(visit, period),
            Need::Template(codes, reason) => self.template(visit, codes, reason),
        }
    }

    fn provider(&self, index: u32) -> &'a Provider {
        self.world.provider(index)
    }

    fn chance(&mut self, p: f64) -> bool {
        chance(&mut self.rng, p)
    }

    /// Whether this visit makes a new patient, and remembers that the practice has seen the
    /// member. At the first visit in the window a member may be known from earlier years.
    fn first_contact(&mut self, provider: u32, share_new: f64) -> bool {
        let practice = self.provider(provider).practice;
        self.seen.insert(practice) && self.chance(share_new)
    }

    /// Diagnoses of a claim: the reason first, then chronic conditions as documented.
    fn diagnoses(&mut self, provider: u32, reason: &'static str) -> Diagnoses {
        let documentation = self.provider(provider).style.documentation;
        let mut list = vec![reason];
        for &condition in &self.member.conditions {
            let codes = CONDITIONS[condition].codes;
            let known = codes.iter().any(|code| list.contains(code));
            if !known && list.len() < MAX_DIAGNOSES && chance(&mut self.rng, documentation) {
                list.push(codes[0]);
            }
        }
        list
    }

    /// Files a claim that has lines and lies before the extract. Nobody is in two cities on
    /// one day, but in the books of those who invent visits; and who may not refer or order
    /// is not named, but on their own claims.
    fn file(&mut self, mut claim: Claim) {
        if claim.lines.is_empty() || claim.days.1 > LAST_DAY {
            return;
        }
        let provider = self.provider(claim.provider);
        if claim.face_to_face() && !provider.far {
            let market = provider.market;
            let elsewhere = |day| {
                self.whereabouts.get(&day).is_some_and(|&m| m != market)
                    || self.member.in_hospital_elsewhere(day, market)
            };
            if claim.lines.iter().any(|line| elsewhere(line.day)) {
                return;
            }
            let days = claim.lines.iter().map(|line| (line.day, market));
            self.whereabouts.extend(days);
        }
        for named in [&mut claim.referring, &mut claim.ordering] {
            *named = named.and_then(|referrer| self.world.referrer(referrer, claim.days.0));
        }
        self.claims.push(claim);
    }
}

/// Drops lines of a service that an earlier line bills already (same provider, day and code,
/// or E/M family), and claims left without lines: nobody bills the same service twice by
/// accident here, so that every duplicate is a planted one.
pub fn drop_repeats(claims: &mut Vec<Claim>) {
    let mut billed: BTreeSet<(u32, i32, &'static str)> = BTreeSet::new();
    for claim in claims.iter_mut() {
        let provider = claim.provider;
        claim.lines.retain(|line| {
            let service = family_of(line.code).map_or(line.code, |family| family.codes[0]);
            line.code.is_empty() || billed.insert((provider, line.day, service))
        });
    }
    claims.retain(|claim| !claim.lines.is_empty());
}
