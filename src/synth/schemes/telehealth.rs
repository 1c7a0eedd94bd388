//! Video visits at the top level on every day of the year.

use super::routine;
use super::{Scheme, Site, Strength};
use crate::synth::calendar::any_day;
use crate::synth::claim::Claim;
use crate::synth::encounter::family_of;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, chance, count};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

/// Share of visits by video of those planted and of the decoy, a real telehealth practice.
const BY_VIDEO: f64 = 0.97;
/// Visits added, weekends and holidays not excepted.
const VISITS: [f64; 3] = [300.0, 700.0, 1_500.0];
/// Added visits of a member who is drawn in, on average.
const VISITS_PER_MEMBER: f64 = 2.5;
/// Share of visits billed at the top level.
const TOP: [f64; 3] = [0.35, 0.65, 0.95];

/// See the module.
pub struct Telehealth;

impl Scheme for Telehealth {
    fn name(&self) -> &'static str {
        "telehealth"
    }

    fn share(&self) -> f64 {
        0.0015
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{FamilyMedicine, InternalMedicine, NursePractitioner, Psychiatry};
        matches!(
            provider.specialty,
            FamilyMedicine | InternalMedicine | NursePractitioner | Psychiatry
        )
    }

    fn plant(&self, provider: &mut Provider, _strength: Strength, _rng: &mut Random) {
        provider.style.telehealth = BY_VIDEO;
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.style.telehealth = BY_VIDEO;
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        let members = strength.of(VISITS) / VISITS_PER_MEMBER;
        if !chance(rng, site.per_resident(members)) {
            return;
        }
        for _ in 0..=count(rng, VISITS_PER_MEMBER - 1.0) {
            let day = any_day(rng);
            if site.member.available(day) {
                routine::add(site, day, visits, rng);
            }
        }
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        for line in &mut claim.lines {
            let top = family_of(line.code).and_then(|family| family.codes.last());
            if let Some(top) = top
                && chance(rng, strength.of(TOP))
            {
                line.code = top;
            }
        }
    }
}
