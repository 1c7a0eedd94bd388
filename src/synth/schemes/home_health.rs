//! Home health for members whom neither a hospital nor a doctor sent, period after period.

use super::routine::shared_stream;
use super::{Scheme, Site};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY};
use crate::synth::care::PERIOD;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance, pick};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{HomePeriod, Need, Visit};

/// Members drawn in, of those old enough.
const MEMBERS: [f64; 3] = [10.0, 25.0, 60.0];
/// Periods certified for each.
const PERIODS: [(i32, i32); 3] = [(2, 4), (3, 6), (4, 8)];
/// Youngest member drawn in, and the share of members that old.
const AGE: f64 = 60.0;
const OLD_SHARE: f64 = 0.3;
/// Size of the decoy, a large agency that hospitals refer to.
const DECOY_POPULARITY: f64 = 4.0;

/// See the module.
pub struct HomeHealth;

impl Scheme for HomeHealth {
    fn name(&self) -> &'static str {
        "home_health"
    }

    fn share(&self) -> f64 {
        0.0012
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::HomeHealth
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.popularity = provider.popularity.max(DECOY_POPULARITY);
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        let member = site.member;
        if member.age(FIRST_DAY) < AGE
            || !member.stays.is_empty()
            || !chance(rng, site.per_resident(strength.of(MEMBERS) / OLD_SHARE))
        {
            return;
        }
        // One doctor signs for all; the members are not that doctor's.
        let doctors = site
            .world
            .peers(Specialty::InternalMedicine, site.me().market);
        let signs = (!doctors.is_empty()).then(|| pick(&mut shared_stream(site), doctors));
        if visits.iter().any(|visit| Some(visit.provider) == signs) {
            return;
        }
        let (fewest, most) = strength.of(PERIODS);
        let periods = between(rng, fewest, most);
        let start = between(rng, FIRST_DAY, LAST_DAY - PERIOD * periods - 40);
        for number in 0..periods {
            let day = start + number * PERIOD;
            let period = HomePeriod {
                number,
                after_stay: false,
                reason: "I10",
            };
            if member.available(day) {
                let visit = Visit::new(day, site.provider, Need::HomeHealth(period));
                visits.push(visit.from(signs));
            }
        }
    }
}
