//! Modifiers 25 and 59 used to have bundled services paid apart.

use super::{Scheme, Site, Strength};
use crate::synth::claim::{Claim, Line};
use crate::synth::encounter::family_of;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, chance, pick, shifted};
use crate::synth::specialty::Specialty;

/// Shift of both modifiers' use, logit.
const SHIFT: [f64; 3] = [1.2, 2.2, 3.5];
/// Visits that get a small procedure so that there is something to unbundle.
const ADDED_PROCEDURE: [f64; 3] = [0.10, 0.20, 0.35];
/// Small procedures.
const SMALL: [&str; 4] = ["69210", "17110", "11102", "96372"];
/// Use of modifier 25 by the decoy, a dermatologist: it is normal there.
const DECOY_USE: f64 = 0.94;

/// See the module.
pub struct ModifierAbuse;

impl Scheme for ModifierAbuse {
    fn name(&self) -> &'static str {
        "modifier_abuse"
    }

    fn share(&self) -> f64 {
        0.0035
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{
            Dermatology, FamilyMedicine, InternalMedicine, NursePractitioner, Orthopaedics,
        };
        matches!(
            provider.specialty,
            Dermatology | FamilyMedicine | InternalMedicine | NursePractitioner | Orthopaedics
        )
    }

    fn suits_decoy(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::Dermatology
    }

    fn plant(&self, provider: &mut Provider, strength: Strength, _rng: &mut Random) {
        let style = &mut provider.style;
        style.modifier_25 = shifted(style.modifier_25, strength.of(SHIFT));
        style.modifier_59 = shifted(style.modifier_59, strength.of(SHIFT));
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.style.modifier_25 = DECOY_USE;
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        let style = &site.me().style;
        let office = claim
            .lines
            .first()
            .is_some_and(|line| family_of(line.code).is_some());
        let small = pick(rng, &SMALL);
        let billed = claim.lines.iter().any(|line| line.code == small);
        if office && !billed && chance(rng, strength.of(ADDED_PROCEDURE)) {
            let mut line = Line::new(claim.days.0, small, 1);
            if claim.lines.len() > 1 && chance(rng, style.modifier_59) {
                line.add_modifier("59");
            }
            claim.lines.push(line);
            if chance(rng, style.modifier_25) {
                claim.lines[0].add_modifier("25");
            }
        }
    }
}
