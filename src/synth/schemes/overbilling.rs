//! More services at each visit and a higher price for each service than peers.

use super::{Scheme, Site, Strength};
use crate::synth::claim::{Claim, Line};
use crate::synth::encounter::family_of;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, chance, count, pick};
use crate::synth::specialty::Specialty;

/// Price above the contract, log.
const PRICE: [f64; 3] = [0.15, 0.30, 0.50];
/// Return visits above the norm, log.
const VISITS: [f64; 3] = [0.10, 0.25, 0.40];
/// Needless services added to a visit, on average.
const EXTRA_SERVICES: [f64; 3] = [0.3, 0.7, 1.4];
/// Tests that are quick to add.
const PADDING: [&str; 6] = ["36415", "81002", "93000", "94010", "96127", "99406"];
/// Size of the decoy clinic against the median office.
const GIANT: f64 = 14.0;
/// Acuity of the other decoy's panel.
const DECOY_ACUITY: f64 = 0.8;

/// See the module.
pub struct Overbilling;

impl Scheme for Overbilling {
    fn name(&self) -> &'static str {
        "overbilling"
    }

    fn share(&self) -> f64 {
        0.005
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office()
    }

    fn suits_decoy(&self, provider: &Provider) -> bool {
        matches!(
            provider.specialty,
            Specialty::FamilyMedicine | Specialty::InternalMedicine
        )
    }

    fn plant(&self, provider: &mut Provider, strength: Strength, _rng: &mut Random) {
        provider.style.fee += strength.of(PRICE);
        provider.style.charge_multiple *= (1.5 * strength.of(PRICE)).exp();
        provider.style.frequency += strength.of(VISITS);
    }

    /// A giant clinic with ordinary rates, or an office with a high-acuity panel.
    fn decoy(&self, provider: &mut Provider, rng: &mut Random) {
        if chance(rng, 0.5) {
            provider.popularity = GIANT;
            provider.organisation = true;
        } else {
            provider.acuity = DECOY_ACUITY;
        }
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        let visit = claim
            .lines
            .iter()
            .any(|line| family_of(line.code).is_some());
        if !visit {
            return;
        }
        for _ in 0..count(rng, strength.of(EXTRA_SERVICES)) {
            let code = pick(rng, &PADDING);
            if claim.lines.iter().all(|line| line.code != code) {
                claim.lines.push(Line::new(claim.days.0, code, 1));
            }
        }
    }
}
