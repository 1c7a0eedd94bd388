//! Members known to the practice billed as new.

use super::{Scheme, Site};
use crate::synth::claim::Claim;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, chance};

/// Established codes and the new-patient codes put in their place.
const RENAMED: [(&str, &str); 4] = [
    ("99212", "99202"),
    ("99213", "99203"),
    ("99214", "99204"),
    ("99215", "99205"),
];
/// Share of established visits billed as new.
const BILLED_AS_NEW: [f64; 3] = [0.12, 0.30, 0.60];
/// Share of the decoy's first visits that are truly new.
const DECOY_NEW: f64 = 0.98;

/// See the module.
pub struct NewPatient;

impl Scheme for NewPatient {
    fn name(&self) -> &'static str {
        "new_patient"
    }

    fn share(&self) -> f64 {
        0.0035
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office()
    }

    /// A practice that really takes new patients only.
    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.style.new_patients = DECOY_NEW;
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        for line in &mut claim.lines {
            let renamed = RENAMED.iter().find(|(known, _)| *known == line.code);
            if let Some((_, new)) = renamed
                && chance(rng, strength.of(BILLED_AS_NEW))
            {
                line.code = new;
            }
        }
    }
}
