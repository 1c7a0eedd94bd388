//! One month with a multiple of the usual volume.

use super::routine::{self, shared_stream};
use super::{Scheme, Site};
use crate::synth::calendar::{FIRST_DAY, MONTHS, open_day};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

/// Extra volume of the month, in usual months.
const EXTRA_MONTHS: [f64; 3] = [4.0, 7.0, 12.0];
/// Months in which it can fall: late enough for a history, early enough to be paid.
const BETWEEN_MONTHS: (i32, i32) = (14, 21);
/// Usual visits a month are taken as at least this.
const FEWEST_USUAL: f64 = 6.0;

/// See the module.
pub struct Spike;

impl Scheme for Spike {
    fn name(&self) -> &'static str {
        "spike"
    }

    fn share(&self) -> f64 {
        0.0022
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office() || provider.specialty.works_in_sessions()
    }

    /// Winter peaks that all peers share.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        matches!(
            provider.specialty,
            Specialty::Pediatrics | Specialty::UrgentCare
        )
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        let month = between(&mut shared_stream(site), BETWEEN_MONTHS.0, BETWEEN_MONTHS.1);
        let usual = (site.expected_visits() / f64::from(MONTHS)).max(FEWEST_USUAL);
        if !chance(rng, site.per_resident(usual * strength.of(EXTRA_MONTHS))) {
            return;
        }
        // Months of 30.4 days are near enough to the calendar's.
        let first = FIRST_DAY + (f64::from(month) * 30.44) as i32;
        let day = first + between(rng, 0, 26);
        let day = open_day(rng, day, 0.0);
        if site.member.available(day) {
            routine::add(site, day, visits, rng);
        }
    }
}
