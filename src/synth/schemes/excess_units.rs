//! Units inflated on lines billed in units.

use super::{Scheme, Site};
use crate::synth::claim::Claim;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, chance, whole};
use crate::synth::specialty::Specialty;

/// Codes defined per quarter hour, lesion, milligram or item.
const UNIT_CODES: [&str; 11] = [
    "97110", "97140", "97530", "97112", "17003", "11103", "J3301", "J7325", "J0702", "A4253",
    "A7038",
];
/// Factor on the units.
const FACTOR: [f64; 3] = [1.5, 2.2, 3.2];
/// Share of lines it is applied to.
const APPLIED: [f64; 3] = [0.7, 0.85, 1.0];
/// Share of the decoy's injections done on both sides.
const BILATERAL: f64 = 0.5;

/// See the module.
pub struct ExcessUnits;

impl Scheme for ExcessUnits {
    fn name(&self) -> &'static str {
        "excess_units"
    }

    fn share(&self) -> f64 {
        0.005
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{Dermatology, MedicalEquipment, Orthopaedics, PhysicalTherapy};
        matches!(
            provider.specialty,
            PhysicalTherapy | Orthopaedics | Dermatology | MedicalEquipment
        )
    }

    /// Infusions, whose codes have hundreds of units; joints injected on both sides, billed
    /// properly with modifier 50.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        matches!(
            provider.specialty,
            Specialty::Oncology | Specialty::Orthopaedics
        )
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        for line in &mut claim.lines {
            match site.strength() {
                Some(strength) => {
                    if UNIT_CODES.contains(&line.code) && chance(rng, strength.of(APPLIED)) {
                        line.units = whole(rng, line.units as f64 * strength.of(FACTOR)).max(1);
                    }
                }
                None => {
                    if matches!(line.code, "20610" | "20611") && chance(rng, BILATERAL) {
                        line.add_modifier("50");
                    }
                }
            }
        }
    }
}
