//! More visits, tests and imaging than the members' conditions ask for, at ordinary prices.

use super::{Scheme, Strength};
use crate::synth::provider::Provider;
use crate::synth::random::Random;
use crate::synth::specialty::Specialty;

/// Return visits above the norm, log.
const VISITS: [f64; 3] = [0.25, 0.50, 0.80];
/// Tests, imaging and procedures at a visit above the norm, log.
const SERVICES: [f64; 3] = [0.35, 0.70, 1.10];
/// Acuity of the decoy's panel.
const DECOY_ACUITY: f64 = 0.8;

/// See the module.
pub struct OverTreatment;

impl Scheme for OverTreatment {
    fn name(&self) -> &'static str {
        "over_treatment"
    }

    fn share(&self) -> f64 {
        0.0025
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{Cardiology, FamilyMedicine, Gastroenterology, InternalMedicine, Oncology};
        matches!(
            provider.specialty,
            Cardiology | FamilyMedicine | Gastroenterology | InternalMedicine | Oncology
        )
    }

    /// A family doctor's panel can be sicker than the peers'; a specialist's is sick anyway.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        matches!(
            provider.specialty,
            Specialty::FamilyMedicine | Specialty::InternalMedicine
        )
    }

    fn plant(&self, provider: &mut Provider, strength: Strength, _rng: &mut Random) {
        provider.style.frequency += strength.of(VISITS);
        provider.style.intensity += strength.of(SERVICES);
    }

    /// An office with a high-acuity panel.
    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.acuity = DECOY_ACUITY;
    }
}
