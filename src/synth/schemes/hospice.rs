//! Hospice for members who are not dying: long stays, and discharge alive.

use super::{Scheme, Site};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY};
use crate::synth::care::hospice_visits;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};

/// Members enrolled, of those old enough who live.
const MEMBERS: [f64; 3] = [6.0, 14.0, 32.0];
/// Days in hospice.
const DAYS: [(i32, i32); 3] = [(180, 300), (240, 420), (300, 560)];
/// Share of them discharged alive.
const LEAVES: f64 = 0.6;
/// Youngest member enrolled, and the share of members that old.
const AGE: f64 = 65.0;
const OLD_SHARE: f64 = 0.2;
/// Size of the decoy, a large hospice whose members are dying.
const DECOY_POPULARITY: f64 = 4.0;

/// See the module.
pub struct Hospice;

impl Scheme for Hospice {
    fn name(&self) -> &'static str {
        "hospice"
    }

    fn share(&self) -> f64 {
        0.0010
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::Hospice
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.popularity = provider.popularity.max(DECOY_POPULARITY);
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        let member = site.member;
        let enrolled = visits
            .iter()
            .any(|visit| matches!(visit.need, Need::Hospice(_)));
        if enrolled
            || member.death.is_some()
            || member.age(FIRST_DAY) < AGE
            || !chance(rng, site.per_resident(strength.of(MEMBERS) / OLD_SHARE))
        {
            return;
        }
        let (fewest, most) = strength.of(DAYS);
        let days = between(rng, fewest, most);
        let start = between(rng, FIRST_DAY, LAST_DAY - days - 40);
        let leaves = chance(rng, LEAVES);
        let periods = hospice_visits(site.provider, (start, start + days), leaves, "G309");
        visits.extend(periods.filter(|visit| member.available(visit.day)));
    }
}
