//! Office visits billed above the level given.

use super::{Scheme, Site};
use crate::synth::claim::Claim;
use crate::synth::encounter::family_of;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, chance};
use crate::synth::specialty::Specialty;

/// Visits billed one level up, by share and strength.
const RAISED: [f64; 3] = [0.25, 0.50, 0.80];
/// Of those, visits billed two levels up.
const RAISED_TWICE: [f64; 3] = [0.0, 0.10, 0.35];
/// Acuity of the decoy's panel: each tier of sickness is chosen about twice as often.
const DECOY_ACUITY: f64 = 0.8;

/// See the module.
pub struct EmUpcoding;

impl Scheme for EmUpcoding {
    fn name(&self) -> &'static str {
        "em_upcoding"
    }

    fn share(&self) -> f64 {
        0.006
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office()
            || provider.specialty == Specialty::EmergencyMedicine
    }

    /// A specialist whose members really are sicker.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        use Specialty::{Cardiology, FamilyMedicine, InternalMedicine};
        matches!(
            provider.specialty,
            Cardiology | FamilyMedicine | InternalMedicine
        )
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.acuity = DECOY_ACUITY;
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        for line in &mut claim.lines {
            let Some(family) = family_of(line.code) else {
                continue;
            };
            if chance(rng, strength.of(RAISED)) {
                let levels = 1 + usize::from(chance(rng, strength.of(RAISED_TWICE)));
                line.code = family.raised(line.code, levels).unwrap_or(line.code);
            }
        }
    }
}
