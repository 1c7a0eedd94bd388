//! The care a member needs over the window, as visits: who sees whom, when, and what for.

mod home;
mod hospital;
mod primary;
mod specialist;
mod supply;

use super::calendar::{self, FIRST_DAY, LAST_DAY};
use super::member::Member;
use super::random::{Random, between, chance, pick};
use super::specialty::Specialty;
use super::visit::Visit;
use super::world::World;

pub use home::{PERIOD, hospice_visits};

/// Years in the window.
const YEARS: f64 = 2.0;

/// Plans the care of one member and notes the stays in the member.
pub fn plan(world: &World, member: &mut Member, rng: &mut Random) -> Vec<Visit> {
    let mut plan = Plan {
        world,
        visits: Vec::new(),
    };
    if member.spans.is_empty() {
        return plan.visits;
    }
    let primary = plan.choose_primary(member, rng);
    plan.stays(member, rng);
    plan.primary_care(member, primary, rng);
    for &condition in &member.conditions.clone() {
        plan.specialist_care(member, condition, primary, rng);
    }
    plan.occasional_care(member, primary, rng);
    plan.emergencies(member, rng);
    plan.supplies(member, primary, rng);
    plan.home_health(member, primary, rng);
    plan.hospice(member, rng);
    plan.visits
}

struct Plan<'a> {
    world: &'a World,
    visits: Vec<Visit>,
}

impl Plan<'_> {
    /// Adds a visit that an honest provider can make: member available, provider in business.
    fn add(&mut self, member: &Member, visit: Visit) {
        let provider = self.world.provider(visit.provider);
        let possible = (FIRST_DAY..=LAST_DAY).contains(&visit.day)
            && member.available(visit.day)
            && !member.in_hospital_elsewhere(visit.day, provider.market)
            && provider.in_business(visit.day);
        if possible {
            self.visits.push(visit);
        }
    }

    fn office_day(&self, provider: u32, rng: &mut Random) -> i32 {
        let provider = self.world.provider(provider);
        let day = calendar::seasonal_day(rng, provider.specialty.profile().winter);
        calendar::open_day(rng, day, provider.style.saturday)
    }

    /// A day about `days` after another on which the office is open.
    fn follow_up(&self, provider: u32, after: i32, days: i32, rng: &mut Random) -> i32 {
        let day = after + days + between(rng, -days / 5, days / 5);
        calendar::open_day(rng, day, self.world.provider(provider).style.saturday)
    }

    fn choose(&self, specialty: Specialty, member: &Member, rng: &mut Random) -> Option<u32> {
        let market = self.world.seek(member.market, rng);
        self.world.choose(specialty, market, member.tier(), rng)
    }

    /// Now and then someone else in the practice sees the member.
    fn colleague(&self, provider: u32, rng: &mut Random) -> u32 {
        let practice = &self.world.register.practices[self.world.provider(provider).practice];
        if chance(rng, 0.05) {
            pick(rng, &practice.providers)
        } else {
            provider
        }
    }
}

/// Any day of the window on which offices are open.
fn weekday_of_window(rng: &mut Random) -> i32 {
    let day = calendar::any_day(rng);
    calendar::open_day(rng, day, 0.0)
}
