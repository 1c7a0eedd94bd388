//! Paid claims sent in again under another claim number, and paid again.

use super::{Scheme, Site};
use crate::synth::calendar::LAST_DAY;
use crate::synth::claim::{Claim, Status};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance};
use crate::synth::settlement::next_number;
use crate::synth::specialty::Specialty;

/// Share of paid claims sent in twice.
const REPEATED: [f64; 3] = [0.04, 0.10, 0.25];
/// Share of the decoy's claims corrected, and of those denied and sent in again.
const DECOY_CORRECTIONS: f64 = 0.14;
const DECOY_DENIALS: f64 = 0.22;

/// See the module.
pub struct DuplicateBilling;

impl Scheme for DuplicateBilling {
    fn name(&self) -> &'static str {
        "duplicate_billing"
    }

    fn share(&self) -> f64 {
        0.005
    }

    fn suits(&self, provider: &Provider) -> bool {
        !matches!(
            provider.specialty,
            Specialty::Hospital | Specialty::Hospitalist
        )
    }

    /// Corrected claims with their reversals, denied and resubmitted claims; and hospitalists,
    /// who bill the same code for the same member day after day.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office() || provider.specialty == Specialty::Hospitalist
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.style.corrections = DECOY_CORRECTIONS;
        provider.style.denials = DECOY_DENIALS;
    }

    fn afterwards(&self, site: &Site, claims: &mut Vec<Claim>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        let voided: Vec<u32> = claims.iter().filter_map(|claim| claim.original).collect();
        let copies: Vec<Claim> = claims
            .iter()
            .filter(|claim| {
                claim.provider == site.provider
                    && claim.status == Status::Paid
                    && claim.frequency == 1
                    && !voided.contains(&claim.number)
            })
            .filter(|_| chance(rng, strength.of(REPEATED)))
            .cloned()
            .collect();
        for mut copy in copies {
            copy.number = next_number(claims);
            copy.settled += between(rng, 5, 60);
            if copy.settled <= LAST_DAY {
                claims.push(copy);
            }
        }
    }
}
