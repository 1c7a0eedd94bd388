//! Office visits dated on weekends that never took place then.

use super::{Scheme, Site};
use crate::synth::calendar::{LAST_DAY, is_weekend, weekday};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

/// Share of visits moved to a weekend.
const MOVED: [f64; 3] = [0.12, 0.28, 0.55];

/// See the module.
pub struct Weekend;

impl Scheme for Weekend {
    fn name(&self) -> &'static str {
        "weekend"
    }

    fn share(&self) -> f64 {
        0.003
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office() || provider.specialty.works_in_sessions()
    }

    /// Urgent care is open all week; nothing about it needs changing.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::UrgentCare
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        for index in 0..visits.len() {
            let Visit { day, provider, .. } = visits[index];
            if provider != site.provider || is_weekend(day) || !chance(rng, strength.of(MOVED)) {
                continue;
            }
            let moved = day - weekday(day) + between(rng, 5, 6);
            let taken = visits
                .iter()
                .any(|v| v.provider == provider && v.day == moved);
            if !taken && moved <= LAST_DAY && site.member.available(moved) {
                visits[index].day = moved;
            }
        }
    }
}
