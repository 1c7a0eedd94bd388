//! Members who use far more care than they need, or lend their card. The entity is the member.

use super::{Role, Strength};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY, any_day, open_day};
use crate::synth::condition::{EMERGENCY_COMPLAINTS, named};
use crate::synth::member::Member;
use crate::synth::random::{Purpose, Random, between, chance, pick, stream, uniform};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};
use crate::synth::world::World;

/// Name in the scheme catalogue.
pub const NAME: &str = "member_overuse";

/// Share of healthy adults planted, and of members with cancer who are decoys.
const PLANTED: f64 = 0.0014;
const DECOYS: f64 = 0.02;
/// Most conditions, by tier, that a planted member has.
const HEALTHY_TIER: usize = 1;
/// Emergency visits, office visits, and days on which two offices give the same service.
const EMERGENCIES: [i32; 3] = [5, 12, 28];
const VISITS: [i32; 3] = [12, 25, 50];
const SHARED_DAYS: [i32; 3] = [2, 5, 12];
/// Kinds of offices that are tried.
const OFFICES: [Specialty; 4] = [
    Specialty::FamilyMedicine,
    Specialty::InternalMedicine,
    Specialty::NursePractitioner,
    Specialty::UrgentCare,
];
/// Weeks of treatment of a cancer just found, with a visit each and an infusion in every other.
const TREATMENT_WEEKS: i32 = 20;

/// Draws what a member is, and adds the visits that go with it.
pub fn plant(world: &World, member: &Member, visits: &mut Vec<Visit>) -> Option<Role> {
    let mut rng = stream(world.seed, Purpose::Overuse, member.index, 0);
    let role = role(member, &mut rng)?;
    let mut visitor = Visitor {
        world,
        member,
        visits,
    };
    match role {
        Role::Planted(strength) => visitor.overuse(strength, &mut rng),
        Role::HardNegative => visitor.treatment(&mut rng),
    }
    Some(role)
}

fn role(member: &Member, rng: &mut Random) -> Option<Role> {
    let adult = (18.0..80.0).contains(&member.age(FIRST_DAY));
    let throughout = member.coverage(FIRST_DAY).is_some()
        && member.coverage(LAST_DAY).is_some()
        && member.death.is_none();
    let draw = uniform(rng);
    match draw {
        _ if !adult || !throughout => None,
        d if member.has_cancer() => (d < DECOYS).then_some(Role::HardNegative),
        d if member.tier() <= HEALTHY_TIER && d < PLANTED => {
            Some(Role::Planted(pick(rng, &Strength::ALL)))
        }
        _ => None,
    }
}

struct Visitor<'a> {
    world: &'a World,
    member: &'a Member,
    visits: &'a mut Vec<Visit>,
}

impl Visitor<'_> {
    fn choose(&self, specialty: Specialty, day: i32, rng: &mut Random) -> Option<u32> {
        let (market, tier) = (self.member.market, self.member.tier());
        self.world.choose_on(day, specialty, market, tier, rng)
    }

    fn add(&mut self, day: i32, provider: Option<u32>, need: Need) {
        if let Some(provider) = provider
            && day <= LAST_DAY
            && self.member.available(day)
        {
            self.visits.push(Visit::new(day, provider, need));
        }
    }

    fn overuse(&mut self, strength: Strength, rng: &mut Random) {
        use Specialty::{EmergencyMedicine, FamilyMedicine, Hospital, InternalMedicine};
        for _ in 0..strength.of(EMERGENCIES) {
            let day = any_day(rng);
            let doctor = self.choose(EmergencyMedicine, day, rng);
            let Some(hospital) = self.choose(Hospital, day, rng) else {
                continue;
            };
            let need = Need::Emergency {
                hospital,
                reason: pick(rng, &EMERGENCY_COMPLAINTS),
                transported: chance(rng, 0.2),
                admitted: false,
            };
            self.add(day, doctor, need);
        }
        for _ in 0..strength.of(VISITS) {
            let day = any_day(rng);
            let day = open_day(rng, day, 0.0);
            let specialty = pick(rng, &OFFICES);
            let doctor = self.choose(specialty, day, rng);
            let need = Need::Office(pick(rng, &["M5450", "R519", "R109", "M542"]));
            self.add(day, doctor, need);
        }
        for _ in 0..strength.of(SHARED_DAYS) {
            let day = any_day(rng);
            let day = open_day(rng, day, 0.0);
            for specialty in [FamilyMedicine, InternalMedicine] {
                let doctor = self.choose(specialty, day, rng);
                self.add(day, doctor, Need::Template(&["99213"], "M5450"));
            }
        }
    }

    /// The first months of a cancer: visits weekly, infusions, a night in the emergency room.
    fn treatment(&mut self, rng: &mut Random) {
        use Specialty::{EmergencyMedicine, Hospital, Oncology};
        let cancer = (named::CANCER_FIRST..=named::CANCER_LAST).find(|&c| self.member.has(c));
        let reason = cancer.map_or("C50911", |c| {
            crate::synth::condition::CONDITIONS[c].codes[0]
        });
        let start = between(rng, FIRST_DAY + 60, LAST_DAY - 7 * TREATMENT_WEEKS - 40);
        let known = self.visits.iter().map(|visit| visit.provider);
        let known = { known }.find(|&p| self.world.provider(p).specialty == Oncology);
        let Some(oncologist) = known.or_else(|| self.choose(Oncology, start, rng)) else {
            return;
        };
        for week in 0..TREATMENT_WEEKS {
            let day = open_day(rng, start + 7 * week, 0.0);
            if self.world.provider(oncologist).in_business(day) {
                self.add(day, Some(oncologist), Need::Office(reason));
                if week % 2 == 1 {
                    self.add(day, Some(oncologist), Need::Infusion(reason));
                }
            }
        }
        let day = start + between(rng, 20, 90);
        let doctor = self.choose(EmergencyMedicine, day, rng);
        if let Some(hospital) = self.choose(Hospital, day, rng) {
            let need = Need::Emergency {
                hospital,
                reason: "R509",
                transported: false,
                admitted: false,
            };
            self.add(day, doctor, need);
        }
    }
}
