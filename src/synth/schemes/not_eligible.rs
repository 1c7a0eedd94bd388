//! Services on days on which the member had no coverage.

use super::routine;
use super::{Scheme, Site};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

/// Probability at a patient with days without coverage.
const PATIENTS: [f64; 3] = [0.4, 0.7, 0.9];
/// Probability at another such member of the market.
const STRANGERS: [f64; 3] = [0.04, 0.10, 0.22];
/// Decoy: probability of a visit on the very day on which coverage ends.
const LAST_DAY_VISIT: f64 = 0.15;

/// See the module.
pub struct NotEligible;

impl Scheme for NotEligible {
    fn name(&self) -> &'static str {
        "not_eligible"
    }

    fn share(&self) -> f64 {
        0.0025
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office()
            || provider.specialty == Specialty::PhysicalTherapy
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let member = site.member;
        let Some(strength) = site.strength() else {
            let ends = member
                .spans
                .iter()
                .map(|span| span.end)
                .find(|&end| end < LAST_DAY && member.coverage(end + 1).is_none());
            if let Some(end) = ends.filter(|&end| member.available(end))
                && chance(rng, LAST_DAY_VISIT)
            {
                routine::add(site, end, visits, rng);
            }
            return;
        };
        let p = strength.of(if routine::is_patient(site, visits) {
            PATIENTS
        } else {
            STRANGERS
        });
        if !chance(rng, p) {
            return;
        }
        for _ in 0..between(rng, 2, 5) {
            // Covered days are simply missed: members covered throughout yield nothing.
            let day = between(rng, FIRST_DAY, LAST_DAY);
            if member.coverage(day).is_none() && member.alive(day) {
                routine::add(site, day, visits, rng);
            }
        }
    }
}
