//! Transports that no service at either end explains, and too many miles.

use super::{Scheme, Site};
use crate::synth::calendar::LAST_DAY;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance, whole};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};
use crate::synth::{calendar, claim::Claim};

/// Members who are driven about.
const RIDERS: [f64; 3] = [6.0, 14.0, 30.0];
/// Rides of one of them.
const RIDES: (i32, i32) = (8, 30);
/// Factor on the miles.
const MILES: [f64; 3] = [1.25, 1.7, 2.5];
/// Size of the decoy, the carrier of a whole county.
const DECOY_POPULARITY: f64 = 4.0;

/// See the module.
pub struct Ambulance;

impl Scheme for Ambulance {
    fn name(&self) -> &'static str {
        "ambulance"
    }

    fn share(&self) -> f64 {
        0.0012
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::Ambulance
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.popularity = provider.popularity.max(DECOY_POPULARITY);
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        if !chance(rng, site.per_resident(strength.of(RIDERS))) {
            return;
        }
        let mut day = calendar::any_day(rng).min(LAST_DAY - 120);
        for _ in 0..between(rng, RIDES.0, RIDES.1) {
            if site.member.available(day) {
                visits.push(Visit::new(day, site.provider, Need::Transport("R262")));
            }
            day += between(rng, 2, 4);
        }
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        for line in claim.lines.iter_mut().filter(|line| line.code == "A0425") {
            line.units = whole(rng, line.units as f64 * strength.of(MILES)).max(1);
        }
    }
}
