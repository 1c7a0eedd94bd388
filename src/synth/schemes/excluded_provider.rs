//! A provider on the exclusion list who goes on billing.

use super::{Scheme, Site, Strength};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY};
use crate::synth::exclusion::Exclusion;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, below, between, chance};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

/// Share of visits that go on after exclusion.
const GO_ON: [f64; 3] = [0.15, 0.50, 1.0];
/// Days of the window before exclusion, and after it, at least.
const BEFORE: i32 = 120;
const AFTER: i32 = 300;
/// Years that the decoy's exclusion lasted before reinstatement, in days.
const SERVED: (i32, i32) = (700, 2_200);

/// See the module.
pub struct ExcludedProvider;

impl Scheme for ExcludedProvider {
    fn name(&self) -> &'static str {
        "excluded_provider"
    }

    fn share(&self) -> f64 {
        0.0018
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office()
            || provider.specialty.works_in_sessions()
            || provider.specialty == Specialty::MedicalEquipment
    }

    fn plant(&self, provider: &mut Provider, _strength: Strength, rng: &mut Random) {
        provider.exclusion = Some(Exclusion {
            from: between(rng, FIRST_DAY + BEFORE, LAST_DAY - AFTER),
            reinstated: None,
            namesake: false,
        });
    }

    /// Reinstated before the first service; stopped with the exclusion; or someone else of the
    /// same name.
    fn decoy(&self, provider: &mut Provider, rng: &mut Random) {
        let day = between(rng, FIRST_DAY + BEFORE, LAST_DAY - AFTER);
        let (from, reinstated, namesake) = match below(rng, 3) {
            0 => {
                let reinstated = FIRST_DAY + between(rng, 1, BEFORE);
                provider.active.0 = reinstated;
                let from = reinstated - between(rng, SERVED.0, SERVED.1);
                (from, Some(reinstated), false)
            }
            1 => {
                provider.active.1 = day - 1;
                (day, None, false)
            }
            _ => (day, None, true),
        };
        provider.exclusion = Some(Exclusion {
            from,
            reinstated,
            namesake,
        });
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let (Some(strength), Some(exclusion)) = (site.strength(), site.me().exclusion) else {
            return;
        };
        visits.retain(|visit| {
            visit.provider != site.provider
                || !exclusion.in_force(visit.day)
                || chance(rng, strength.of(GO_ON))
        });
    }
}
