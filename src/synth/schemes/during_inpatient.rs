//! Office, home and therapy services while the member lay in hospital.

use super::routine;
use super::{Scheme, Site};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

/// Probability at a patient's stay.
const PATIENTS: [f64; 3] = [0.5, 0.8, 1.0];
/// Probability at the stay of another member of the market.
const STRANGERS: [f64; 3] = [0.05, 0.12, 0.30];
/// Decoy: probability of a visit on the day of discharge.
const DISCHARGE_DAY: f64 = 0.25;

/// See the module.
pub struct DuringInpatient;

impl Scheme for DuringInpatient {
    fn name(&self) -> &'static str {
        "during_inpatient"
    }

    fn share(&self) -> f64 {
        0.0025
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{FamilyMedicine, InternalMedicine, MedicalEquipment, PhysicalTherapy};
        matches!(
            provider.specialty,
            FamilyMedicine | InternalMedicine | MedicalEquipment | PhysicalTherapy
        )
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let patient = routine::is_patient(site, visits);
        for stay in &site.member.stays {
            let Some(strength) = site.strength() else {
                if chance(rng, DISCHARGE_DAY) && site.member.available(stay.discharge) {
                    routine::add(site, stay.discharge, visits, rng);
                }
                continue;
            };
            let p = strength.of(if patient { PATIENTS } else { STRANGERS });
            if stay.discharge - stay.admission >= 2 && chance(rng, p) {
                let day = between(rng, stay.admission + 1, stay.discharge - 1);
                routine::add(site, day, visits, rng);
            }
        }
    }
}
