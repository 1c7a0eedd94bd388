//! A new provider that ramps up steeply and falls silent.

use super::routine;
use super::{Scheme, Site, Strength};
use crate::synth::calendar::{LAST_DAY, open_day};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, between, chance, count, uniform};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

/// Visits in all.
const VISITS: [f64; 3] = [200.0, 450.0, 900.0];
/// Visits of a member who is drawn in, on average.
const VISITS_PER_MEMBER: f64 = 2.0;
/// Days before the extract of the first claim, and of the last.
const OPENED: (i32, i32) = (270, 330);
const CLOSED: (i32, i32) = (70, 95);
/// Popularity of the decoy, an honest new practice that fills quickly.
const DECOY_POPULARITY: f64 = 3.0;

/// See the module.
pub struct BustOut;

impl Scheme for BustOut {
    fn name(&self) -> &'static str {
        "bust_out"
    }

    fn share(&self) -> f64 {
        0.0022
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{FamilyMedicine, InternalMedicine, MedicalEquipment, PhysicalTherapy};
        matches!(
            provider.specialty,
            FamilyMedicine | InternalMedicine | MedicalEquipment | PhysicalTherapy
        )
    }

    fn plant(&self, provider: &mut Provider, _strength: Strength, rng: &mut Random) {
        let opened = LAST_DAY - between(rng, OPENED.0, OPENED.1);
        provider.active = (opened, LAST_DAY - between(rng, CLOSED.0, CLOSED.1));
    }

    fn decoy(&self, provider: &mut Provider, rng: &mut Random) {
        provider.active = (LAST_DAY - between(rng, OPENED.0, OPENED.1), LAST_DAY);
        provider.popularity = provider.popularity.max(DECOY_POPULARITY);
    }

    fn visits(&self, site: &Site, visits: &mut Vec<Visit>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        if !chance(
            rng,
            site.per_resident(strength.of(VISITS) / VISITS_PER_MEMBER),
        ) {
            return;
        }
        let (opened, closed) = site.me().active;
        for _ in 0..=count(rng, VISITS_PER_MEMBER - 1.0) {
            // The cube root crowds the visits towards the end.
            let run = f64::from(closed - opened - 3) * uniform(rng).cbrt();
            let day = open_day(rng, opened + run as i32, 0.0);
            if site.member.available(day) && site.me().in_business(day) {
                routine::add(site, day, visits, rng);
            }
        }
    }
}
