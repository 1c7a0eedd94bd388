//! A practice that stays out of the networks its peers are in, and asks what it likes.

use super::{Scheme, Strength};
use crate::synth::payer::PLANS;
use crate::synth::provider::Provider;
use crate::synth::random::Random;
use crate::synth::specialty::Specialty;
use crate::synth::world::World;

/// Networks left, of those that plans have.
const LEFT: [usize; 3] = [2, 4, 5];
/// Price without a contract above that with one, log.
const PRICE: [f64; 3] = [0.5, 0.8, 1.2];

/// See the module.
pub struct OutOfNetwork;

impl Scheme for OutOfNetwork {
    fn name(&self) -> &'static str {
        "out_of_network"
    }

    fn share(&self) -> f64 {
        0.0015
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office() || provider.specialty.works_in_sessions()
    }

    /// Peers in the networks are within reach.
    fn possible(&self, world: &World, provider: &Provider, _decoy: bool) -> bool {
        world.peers(provider.specialty, provider.market).len() > 2
    }

    /// Emergencies: nobody chooses who is on duty.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::EmergencyMedicine
    }

    fn plant(&self, provider: &mut Provider, strength: Strength, _rng: &mut Random) {
        leave(provider, strength.of(LEFT));
        provider.style.out_of_network = strength.of(PRICE);
        // Charges follow, lest prices reach beyond them.
        provider.style.charge_multiple *= strength.of(PRICE).exp();
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        leave(provider, PLANS.len());
    }
}

/// Leaves the first so many networks.
fn leave(provider: &mut Provider, networks: usize) {
    let with_network = (0..PLANS.len()).filter(|&plan| PLANS[plan].network);
    for plan in with_network.take(networks) {
        provider.network[plan] = false;
    }
}
