//! Days with more hours of psychotherapy than a day has.

use super::routine::shared_stream;
use super::{Scheme, Site, Strength};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY, open_day};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};

/// Such days.
const DAYS: [i32; 3] = [4, 9, 18];
/// Sessions of at least 53 minutes on such a day, on average: 28 of them exceed 24 hours.
const SESSIONS: f64 = 40.0;
/// Busy days of the decoy.
const DECOY_DAYS: i32 = 12;

/// See the module.
pub struct ImpossibleDay;

impl Scheme for ImpossibleDay {
    fn name(&self) -> &'static str {
        "impossible_day"
    }

    fn share(&self) -> f64 {
        0.0025
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::Psychology
    }

    /// A busy group whose therapists all bill under the organisation's NPI.
    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.organisation = true;
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let days = site
            .strength()
            .map_or(DECOY_DAYS, |strength: Strength| strength.of(DAYS));
        let mut shared = shared_stream(site);
        let p = site.per_resident(SESSIONS);
        for _ in 0..days {
            let day = between(&mut shared, FIRST_DAY + 30, LAST_DAY - 60);
            let day = open_day(&mut shared, day, 0.0);
            let taken = visits
                .iter()
                .any(|v| v.provider == site.provider && v.day == day);
            if chance(rng, p) && !taken && site.member.available(day) {
                let need = Need::Template(&["90837"], "F411");
                visits.push(Visit::new(day, site.provider, need));
            }
        }
    }
}
