//! Encounters: visits become claims.

mod emergency;
mod evaluation;
mod hospital;
mod infusion;
mod office;
mod orders;
mod session;
mod supplier;

use std::collections::BTreeSet;

use super::calendar::LAST_DAY;
use super::claim::{Claim, Diagnoses};
use super::condition::CONDITIONS;
use super::member::Member;
use super::provider::Provider;
use super::random::{Random, chance};
use super::visit::{Need, Visit};
use super::world::World;

pub use evaluation::family_of;

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
        }
    }

    /// Turns one visit into claims. Visits must come in order of day.
    pub fn record(&mut self, visit: &Visit) {
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

    /// Files a claim that has lines and lies before the extract.
    fn file(&mut self, claim: Claim) {
        if !claim.lines.is_empty() && claim.days.1 <= LAST_DAY {
            self.claims.push(claim);
        }
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
