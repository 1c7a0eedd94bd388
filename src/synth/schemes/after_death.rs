//! Services dated after the member's death.

use super::routine;
use super::{Scheme, Site};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

/// Probability at a member who was a patient and died.
const PATIENTS: [f64; 3] = [0.5, 0.8, 1.0];
/// Probability at another member of the market who died: bought identities.
const STRANGERS: [f64; 3] = [0.12, 0.25, 0.50];
/// Days after death of the first service.
const FIRST_AFTER: (i32, i32) = (3, 120);
/// Decoy: probability of a last visit just before death, paid long after.
const LAST_VISIT: f64 = 0.35;

/// See the module.
pub struct AfterDeath;

impl Scheme for AfterDeath {
    fn name(&self) -> &'static str {
        "after_death"
    }

    fn share(&self) -> f64 {
        0.0025
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{FamilyMedicine, InternalMedicine, MedicalEquipment, NursePractitioner};
        matches!(
            provider.specialty,
            FamilyMedicine | InternalMedicine | NursePractitioner | MedicalEquipment
        )
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(death) = site.member.death else {
            return;
        };
        let Some(strength) = site.strength() else {
            let day = death - between(rng, 0, 3);
            if chance(rng, LAST_VISIT) && site.member.available(day) {
                routine::add(site, day, visits, rng);
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
        let mut day = death + between(rng, FIRST_AFTER.0, FIRST_AFTER.1);
        for _ in 0..between(rng, 1, 4) {
            routine::add(site, day, visits, rng);
            day += between(rng, 14, 45);
        }
    }
}
