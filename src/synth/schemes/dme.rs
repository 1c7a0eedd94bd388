//! Equipment sent to members whom the doctor on the order never saw.

use super::{Scheme, Site};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY, open_day};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance, pick};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};

/// Members it is sent to.
const MEMBERS: [f64; 3] = [30.0, 70.0, 150.0];
/// What is sent: braces, mostly on one day.
const SENT: [(&str, &str, &str); 5] = [
    ("L0650", "NU", "M5450"),
    ("L1833", "RT", "M1711"),
    ("L1833", "LT", "M1712"),
    ("L3960", "NU", "M25511"),
    ("E0260", "RR", "M5450"),
];
/// Size of the decoy, a large supplier with real orders.
const DECOY_POPULARITY: f64 = 5.0;

/// See the module.
pub struct MedicalEquipment;

impl Scheme for MedicalEquipment {
    fn name(&self) -> &'static str {
        "dme"
    }

    fn share(&self) -> f64 {
        0.0015
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::MedicalEquipment
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.popularity = provider.popularity.max(DECOY_POPULARITY);
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        if !chance(rng, site.per_resident(strength.of(MEMBERS))) {
            return;
        }
        let doctors = site
            .world
            .peers(Specialty::FamilyMedicine, site.me().market);
        let stranger = (!doctors.is_empty())
            .then(|| pick(rng, doctors))
            .filter(|&doctor| visits.iter().all(|visit| visit.provider != doctor));
        let day = between(rng, FIRST_DAY, LAST_DAY - 40);
        let day = open_day(rng, day, 0.0);
        if !site.member.available(day) {
            return;
        }
        for _ in 0..between(rng, 1, 3) {
            let (code, modifier, reason) = pick(rng, &SENT);
            let need = Need::Supply {
                code,
                units: 1,
                modifier,
                reason,
            };
            visits.push(Visit::new(day, site.provider, need).from(stranger));
        }
    }
}
