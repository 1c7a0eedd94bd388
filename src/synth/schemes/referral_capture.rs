//! An office that sends its orders to one laboratory among several, whatever is nearest.

use super::{Role, Scheme};
use crate::synth::provider::Provider;
use crate::synth::specialty::Specialty;
use crate::synth::world::World;

/// Share of the orders that go to the one laboratory, beside what comes to it by itself.
const SENT: [f64; 3] = [0.45, 0.70, 0.97];
/// Laboratories that the market has, at least: else there is nothing to choose.
const FEWEST_LABORATORIES: usize = 3;

/// See the module.
pub struct ReferralCapture;

impl Scheme for ReferralCapture {
    fn name(&self) -> &'static str {
        "referral_capture"
    }

    fn share(&self) -> f64 {
        0.0022
    }

    fn ring_size(&self) -> usize {
        2
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{FamilyMedicine, InternalMedicine, NursePractitioner};
        matches!(
            provider.specialty,
            FamilyMedicine | InternalMedicine | NursePractitioner
        )
    }

    fn suits_mate(&self, _first: &Provider, mate: &Provider, _decoy: bool) -> bool {
        mate.specialty == Specialty::Laboratory
    }

    /// The only laboratory of its market.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::Laboratory
    }

    fn possible(&self, world: &World, provider: &Provider, decoy: bool) -> bool {
        let laboratories = world.peers(Specialty::Laboratory, provider.market).len();
        if decoy {
            laboratories == 1
        } else {
            laboratories >= FEWEST_LABORATORIES
        }
    }

    fn bind(&self, providers: &mut [Provider], ring: &[u32], role: Role) {
        if let (Role::Planted(strength), [office, laboratory]) = (role, ring) {
            providers[*office as usize].own_laboratory = Some((*laboratory, strength.of(SENT)));
        }
    }
}
