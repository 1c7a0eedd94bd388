//! A provider whose work is another specialty's than the one declared.

use super::{Scheme, Site, Strength};
use crate::synth::claim::{Claim, Line};
use crate::synth::encounter::family_of;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, chance, pick};
use crate::synth::specialty::Specialty;

/// Share of visits that are the other specialty's.
const OTHER: [f64; 3] = [0.30, 0.60, 0.95];
/// What is practised without being declared.
const PRACTISED: [Specialty; 2] = [Specialty::Cardiology, Specialty::Orthopaedics];
/// The decoy's only services, and how often one is given: a sub-specialist's echo laboratory,
/// injections into the knee, and biopsies.
const NARROW: [(Specialty, &str, f64); 3] = [
    (Specialty::Cardiology, "93306", 0.6),
    (Specialty::Orthopaedics, "20611", 0.5),
    (Specialty::Dermatology, "11102", 0.6),
];

/// See the module.
pub struct SpecialtyMismatch;

impl Scheme for SpecialtyMismatch {
    fn name(&self) -> &'static str {
        "specialty_mismatch"
    }

    fn share(&self) -> f64 {
        0.0020
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{FamilyMedicine, InternalMedicine, NursePractitioner};
        matches!(
            provider.specialty,
            FamilyMedicine | InternalMedicine | NursePractitioner
        )
    }

    /// A sub-specialist: one service of the specialty, and hardly any other.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        NARROW.iter().any(|narrow| narrow.0 == provider.specialty)
    }

    fn plant(&self, provider: &mut Provider, strength: Strength, rng: &mut Random) {
        provider.practises = Some((pick(rng, &PRACTISED), strength.of(OTHER)));
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        let specialty = site.me().specialty;
        let narrow = NARROW.iter().find(|narrow| narrow.0 == specialty);
        let (None, Some(&(_, code, often))) = (site.strength(), narrow) else {
            return;
        };
        let visit = claim.place == "11"
            && claim
                .lines
                .iter()
                .any(|line| family_of(line.code).is_some());
        if !visit {
            return;
        }
        claim.lines.retain(|line| family_of(line.code).is_some());
        if chance(rng, often) {
            claim.lines.push(Line::new(claim.days.0, code, 1));
        } else if let Some(line) = claim.lines.first_mut() {
            line.remove_modifier("25");
        }
    }
}
