//! Providers of several kinds that pass the same members round.

use super::routine;
use super::{Role, Scheme, Site};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY, open_day};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

/// Members passed round.
const MEMBERS: [f64; 3] = [30.0, 60.0, 120.0];
/// Rounds each of them makes.
const ROUNDS: (i32, i32) = (2, 4);
/// Probability that a round includes a given provider.
const TAKES_PART: f64 = 0.9;
/// Days a round lasts.
const ROUND_DAYS: i32 = 6;

/// See the module.
pub struct CollusionRing;

impl Scheme for CollusionRing {
    fn name(&self) -> &'static str {
        "collusion_ring"
    }

    fn share(&self) -> f64 {
        0.0042
    }

    fn ring_size(&self) -> usize {
        5
    }

    fn decoy_ring_size(&self) -> usize {
        2
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{
            Chiropractic, FamilyMedicine, InternalMedicine, MedicalEquipment, Orthopaedics,
            PhysicalTherapy, Psychiatry,
        };
        matches!(
            provider.specialty,
            Chiropractic
                | FamilyMedicine
                | InternalMedicine
                | MedicalEquipment
                | Orthopaedics
                | PhysicalTherapy
                | Psychiatry
        )
    }

    /// A clinic and its own laboratory.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        matches!(
            provider.specialty,
            Specialty::FamilyMedicine | Specialty::InternalMedicine
        )
    }

    fn suits_mate(&self, first: &Provider, mate: &Provider, decoy: bool) -> bool {
        if decoy {
            return mate.specialty == Specialty::Laboratory;
        }
        first.specialty != mate.specialty && self.suits(mate)
    }

    /// Its own: it bills under the clinic's tax number.
    fn bind(&self, providers: &mut [Provider], ring: &[u32], role: Role) {
        if let (Role::HardNegative, [clinic, laboratory]) = (role, ring) {
            providers[*laboratory as usize].practice = providers[*clinic as usize].practice;
            providers[*clinic as usize].own_laboratory = Some((*laboratory, 1.0));
        }
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        let number = site.me().plant.and_then(|plant| plant.ring);
        let Some(mates) = number.map(|number| &site.world.rings.0[number]) else {
            return;
        };
        // The leader's stream decides for all.
        let leads = mates.first() == Some(&site.provider);
        if !leads || !chance(rng, site.per_resident(strength.of(MEMBERS))) {
            return;
        }
        for _ in 0..between(rng, ROUNDS.0, ROUNDS.1) {
            let start = between(rng, FIRST_DAY, LAST_DAY - 40);
            for &provider in mates {
                let day = start + between(rng, 0, ROUND_DAYS);
                let day = open_day(rng, day, 0.0);
                if chance(rng, TAKES_PART) && site.member.available(day) {
                    routine::add(&Site { provider, ..*site }, day, visits, rng);
                }
            }
        }
    }
}
