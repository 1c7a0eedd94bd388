//! Services never given, billed for members who never came: the same claim over and over.

use super::routine::{is_patient, shared_stream};
use super::{Scheme, Site};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY, open_day};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance, pick};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};

/// Members whose identity is used.
const MEMBERS: [f64; 3] = [45.0, 100.0, 220.0];

/// See the module.
pub struct Phantom;

impl Scheme for Phantom {
    fn name(&self) -> &'static str {
        "phantom"
    }

    fn share(&self) -> f64 {
        0.0025
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{FamilyMedicine, Laboratory, MedicalEquipment, PhysicalTherapy};
        matches!(
            provider.specialty,
            FamilyMedicine | Laboratory | MedicalEquipment | PhysicalTherapy
        )
    }

    /// A laboratory sees most members once, on the order of someone who did see them.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::Laboratory
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        if is_patient(site, visits) || !chance(rng, site.per_resident(strength.of(MEMBERS))) {
            return;
        }
        let day = between(rng, FIRST_DAY, LAST_DAY - 40);
        let day = open_day(rng, day, 0.0);
        if !site.member.available(day) {
            return;
        }
        let need = match site.me().specialty {
            Specialty::Laboratory => Need::Tests(&["80307", "G0480", "82306"], "Z79891"),
            Specialty::MedicalEquipment => Need::Supply {
                code: "L0650",
                units: 1,
                modifier: "NU",
                reason: "M5450",
            },
            Specialty::PhysicalTherapy => Need::Template(&["97110", "97140", "97530"], "M5450"),
            _ => Need::Template(&["99214", "93000", "94010"], "I10"),
        };
        // One doctor's name is on all orders; the members never saw that doctor.
        let doctors = site
            .world
            .peers(Specialty::InternalMedicine, site.me().market);
        let orderer = (!doctors.is_empty()).then(|| pick(&mut shared_stream(site), doctors));
        visits.push(Visit::new(day, site.provider, need).from(orderer));
    }
}
