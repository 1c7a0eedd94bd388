//! Members who live hundreds of miles away billed as if they had come, some of them on a day on
//! which they were seen at home.

use super::routine;
use super::{Scheme, Site, Strength};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY, open_day};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance, pick};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};
use crate::synth::world::World;

/// Distant members used.
const MEMBERS: [f64; 3] = [30.0, 70.0, 160.0];
/// Visits billed for each.
const VISITS: (i32, i32) = (1, 4);
/// Share of those dated on a day with a visit at home.
const SAME_DAY: [f64; 3] = [0.2, 0.4, 0.7];

/// See the module.
pub struct Geography;

impl Scheme for Geography {
    fn name(&self) -> &'static str {
        "geography"
    }

    fn share(&self) -> f64 {
        0.0018
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{FamilyMedicine, InternalMedicine, NursePractitioner, PhysicalTherapy};
        matches!(
            provider.specialty,
            FamilyMedicine | InternalMedicine | NursePractitioner | PhysicalTherapy
        )
    }

    /// A practice that sees members of other states by video, as do its own.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office()
    }

    fn possible(&self, world: &World, provider: &Provider, _decoy: bool) -> bool {
        (0..world.markets.len()).any(|market| world.is_far(provider.market, market))
    }

    fn plant(&self, provider: &mut Provider, _strength: Strength, _rng: &mut Random) {
        provider.far = true;
        provider.style.telehealth = 0.0;
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.far = true;
        provider.style.telehealth = 1.0;
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let strength = site.strength();
        let home = site.me().market;
        if !site.world.is_far(home, site.member.market) {
            return;
        }
        let members = strength.unwrap_or(Strength::Strong).of(MEMBERS);
        if !chance(rng, members / site.world.distant_residents(home)) {
            return;
        }
        let near: Vec<i32> = visits
            .iter()
            .filter(|visit| matches!(visit.need, Need::Office(_) | Need::Session(_)))
            .map(|visit| visit.day)
            .collect();
        for _ in 0..between(rng, VISITS.0, VISITS.1) {
            let any = between(rng, FIRST_DAY, LAST_DAY - 40);
            let day = match strength {
                Some(strength) if !near.is_empty() && chance(rng, strength.of(SAME_DAY)) => {
                    pick(rng, &near)
                }
                _ => open_day(rng, any, 0.0),
            };
            if !site.member.available(day) {
                continue;
            }
            let need = match site.me().specialty {
                Specialty::PhysicalTherapy => Need::Session("M5450"),
                // Nothing is ordered at a visit that did not take place.
                _ if strength.is_some() => Need::Template(&["99213"], "I10"),
                specialty => routine::need(specialty, rng),
            };
            let taken = visits
                .iter()
                .any(|visit| visit.provider == site.provider && visit.day == day);
            if !taken {
                visits.push(Visit::new(day, site.provider, need));
            }
        }
    }
}
