//! Who gets planted: chosen among the providers that suit, without regard to their habits.

use super::{Plant, REGISTRY, Role, Strength};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY};
use crate::synth::provider::Provider;
use crate::synth::random::{Purpose, Random, below, pick, stream};
use crate::synth::specialty::PROFILES;
use crate::synth::world::World;

/// Groups of providers that act together: indices into the register, the first leads.
#[derive(Debug, Clone, Default)]
pub struct Rings(pub Vec<Vec<u32>>);

/// Decoys for each planted unit.
const DECOYS_PER_PLANT: f64 = 0.5;
/// Planted and decoy providers have at least this share of the median volume of their
/// specialty: a scheme run on five claims is noise to any method.
const SMALLEST_VOLUME: f64 = 0.8;

/// Plants all schemes. The shares of the registry are rounded cumulatively, so that the total
/// is right for small worlds too.
pub fn plant(world: &mut World) {
    let medians = median_volumes(world);
    let providers = world.register.providers.len() as f64;
    let (mut wanted, mut planted) = (0.0, 0.0);
    for (index, scheme) in REGISTRY.iter().enumerate() {
        let mut rng = stream(world.seed, Purpose::Planting, index as u64, 0);
        let first = below(&mut rng, 3);
        let units = scheme.share() * providers / scheme.ring_size() as f64;
        wanted += units;
        let due = quota(wanted, &mut planted);
        for unit in 0..due {
            let strength = Strength::ALL[(first + unit) % 3];
            place(world, &medians, index, Role::Planted(strength), &mut rng);
        }
        for _ in 0..(due as f64 * DECOYS_PER_PLANT).ceil() as usize {
            place(world, &medians, index, Role::HardNegative, &mut rng);
        }
    }
    world.plants_members = true;
    world.refresh();
}

/// Units due by now that have not been placed.
fn quota(wanted: f64, placed: &mut f64) -> usize {
    let due = (wanted.round() - *placed).max(0.0);
    *placed += due;
    due as usize
}

/// Median expected visits of each specialty.
pub(super) fn median_volumes(world: &World) -> Vec<f64> {
    PROFILES
        .iter()
        .map(|profile| {
            let mut volumes: Vec<f64> = world
                .register
                .providers
                .iter()
                .zip(&world.expected_visits)
                .filter(|(provider, _)| provider.specialty == profile.specialty)
                .map(|(_, &visits)| visits)
                .collect();
            volumes.sort_by(f64::total_cmp);
            volumes.get(volumes.len() / 2).copied().unwrap_or(0.0)
        })
        .collect()
}

/// Plants one unit, if anyone suits.
pub(super) fn place(
    world: &mut World,
    medians: &[f64],
    scheme: usize,
    role: Role,
    rng: &mut Random,
) {
    let rules = REGISTRY[scheme];
    let decoy = role == Role::HardNegative;
    let suits = |provider: &Provider| {
        if decoy {
            rules.suits_decoy(provider)
        } else {
            rules.suits(provider)
        }
    };
    let first = draw(world, medians, rng, |provider| {
        suits(provider) && rules.possible(world, provider, decoy)
    });
    let Some(first) = first else {
        return;
    };
    let mut unit = vec![first];
    let size = if decoy {
        rules.decoy_ring_size()
    } else {
        rules.ring_size()
    };
    while unit.len() < size {
        let leader = world.provider(first).clone();
        let taken: Vec<_> = unit
            .iter()
            .map(|&mate| world.provider(mate).specialty)
            .collect();
        let mate = draw(world, medians, rng, |provider| {
            provider.market == leader.market
                && provider.npi != leader.npi
                && !taken.contains(&provider.specialty)
                && rules.suits_mate(&leader, provider, decoy)
        });
        match mate {
            Some(mate) => unit.push(mate),
            None => break,
        }
    }
    let group = (size > 1).then(|| {
        world.rings.0.push(unit.clone());
        world.rings.0.len() - 1
    });
    for &index in &unit {
        let provider = &mut world.register.providers[index as usize];
        provider.plant = Some(Plant {
            scheme,
            role,
            ring: group,
        });
        match role {
            Role::Planted(strength) => rules.plant(provider, strength, rng),
            Role::HardNegative => rules.decoy(provider, rng),
        }
    }
    rules.bind(&mut world.register.providers, &unit, role);
}

/// One free provider of ordinary volume that suits, all alike.
fn draw(
    world: &World,
    medians: &[f64],
    rng: &mut Random,
    suits: impl Fn(&Provider) -> bool,
) -> Option<u32> {
    let candidates: Vec<u32> = world
        .register
        .providers
        .iter()
        .zip(&world.expected_visits)
        .enumerate()
        .filter(|(_, (provider, visits))| {
            provider.plant.is_none()
                && provider.active == (FIRST_DAY, LAST_DAY)
                && **visits >= SMALLEST_VOLUME * medians[provider.specialty as usize]
                && suits(provider)
        })
        .map(|(index, _)| index as u32)
        .collect();
    (!candidates.is_empty()).then(|| pick(rng, &candidates))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planted_world(providers: usize) -> World {
        let mut world = World::draw(11, providers);
        world.members = 10_000;
        world.expect(&[1.0; PROFILES.len()]);
        plant(&mut world);
        world
    }

    #[test]
    fn between_seven_and_ten_percent_are_planted() {
        for providers in [300, 1_200, 3_000] {
            let world = planted_world(providers);
            let planted = world
                .register
                .providers
                .iter()
                .filter(|p| {
                    p.plant
                        .is_some_and(|plant| plant.role != Role::HardNegative)
                })
                .count();
            let share = planted as f64 / providers as f64;
            assert!((0.07..=0.10).contains(&share), "{planted} of {providers}");
        }
    }

    #[test]
    fn every_scheme_has_plants_and_decoys_in_a_demo_sized_world() {
        let world = planted_world(1_200);
        for (index, scheme) in REGISTRY.iter().enumerate() {
            let count = |decoy: bool| {
                let mine = |plant: Plant| {
                    plant.scheme == index && (plant.role == Role::HardNegative) == decoy
                };
                world
                    .register
                    .providers
                    .iter()
                    .filter(|p| p.plant.is_some_and(mine))
                    .count()
            };
            assert!(count(false) > 0, "{} has no plant", scheme.name());
        }
    }

    #[test]
    fn names_are_distinct() {
        let mut names: Vec<&str> = REGISTRY.iter().map(|scheme| scheme.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), REGISTRY.len());
    }
}
