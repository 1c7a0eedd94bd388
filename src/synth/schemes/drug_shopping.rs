//! Members who have several doctors prescribe, and several pharmacies dispense, the same
//! controlled drug at the same time. The entity is the member.

use super::{Role, Strength};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY};
use crate::synth::member::Member;
use crate::synth::pharmacy::{Fill, OPIOIDS, dispense, prescriber};
use crate::synth::random::{Random, between, chance, pick, uniform};
use crate::synth::world::World;

/// Name in the scheme catalogue.
pub const NAME: &str = "drug_shopping";

/// Share of eligible adults planted.
const PLANTED: f64 = 0.0016;
/// Share of members with cancer, and of those who moved house, who are decoys.
const DECOYS_WITH_CANCER: f64 = 0.01;
const DECOYS_MOVED: f64 = 0.02;
/// Doctors and pharmacies used.
const SOURCES: [usize; 3] = [5, 7, 10];
/// Fills, and days between them, each lasting a month.
const FILLS: [i32; 3] = [10, 16, 28];
const GAP: [i32; 3] = [10, 8, 6];
const SUPPLY: i32 = 30;

/// Draws what a member is: adults covered throughout and without cancer can be planted. The
/// decoy has cancer, or moved house and changed doctor and pharmacy once.
pub fn role(member: &Member, rng: &mut Random) -> Option<Role> {
    let adult = (18.0..75.0).contains(&member.age(FIRST_DAY));
    let throughout = member.coverage(FIRST_DAY).is_some()
        && member.coverage(LAST_DAY).is_some()
        && member.death.is_none();
    let draw = uniform(rng);
    match draw {
        _ if !adult || !throughout => None,
        d if member.has_cancer() => (d < DECOYS_WITH_CANCER).then_some(Role::HardNegative),
        d if member.moved.is_some() => (d < DECOYS_MOVED).then_some(Role::HardNegative),
        d if d < PLANTED => Some(Role::Planted(pick(rng, &Strength::ALL))),
        _ => None,
    }
}

/// Adds the member's opioid fills. `near` holds the pharmacies of the market, the usual first.
pub fn fill(
    world: &World,
    member: &Member,
    role: Role,
    near: &[usize],
    fills: &mut Vec<Fill>,
    rng: &mut Random,
) {
    let opioid = pick(rng, &OPIOIDS);
    let start = FIRST_DAY + between(rng, 60, 420);
    let (sources, count, gap) = match role {
        Role::Planted(strength) => (strength.of(SOURCES), strength.of(FILLS), strength.of(GAP)),
        Role::HardNegative if member.has_cancer() => (4, 10, 24),
        // Doctor and pharmacy change with the home, halfway.
        Role::HardNegative => (2, 8, SUPPLY),
    };
    let start = match member.moved {
        Some(moved) if role == Role::HardNegative && !member.has_cancer() => {
            moved - count / 2 * gap
        }
        _ => start,
    };
    let mut doctors: Vec<u32> = Vec::new();
    for _ in 0..20 * sources {
        if let Some(doctor) = prescriber(world, member, rng)
            && doctors.len() < sources
            && !doctors.contains(&doctor)
        {
            doctors.push(doctor);
        }
    }
    if doctors.is_empty() || near.is_empty() {
        return;
    }
    for number in 0..count {
        let moved = usize::from(number >= count / 2);
        let (doctor, pharmacy) = match role {
            Role::HardNegative if !member.has_cancer() => (moved, moved),
            Role::HardNegative => (number as usize, 0),
            Role::Planted(_) => (
                number as usize,
                number as usize + usize::from(chance(rng, 0.2)),
            ),
        };
        let day = start + number * gap + between(rng, 0, 2);
        let source = (
            doctors[doctor % doctors.len()],
            near[pharmacy % near.len().min(sources)],
        );
        dispense(member, (day, opioid, SUPPLY, 0), source, fills);
    }
}
