//! One member's history, from who they are to the claims the payer holds.

use std::collections::BTreeSet;

use super::authorization;
use super::care;
use super::claim::Claim;
use super::encounter::{Chart, drop_repeats};
use super::member::Member;
use super::random::{Purpose, Random, stream};
use super::schemes::{self, Role, Site, member_overuse};
use super::settlement;
use super::visit::Visit;
use super::world::World;

/// A member with the claims the payer holds for them.
#[derive(Debug, Clone)]
pub struct History {
    /// The member.
    pub member: Member,
    /// Claims, by number.
    pub claims: Vec<Claim>,
    /// Whether the member uses far more care than needed, or seems to.
    pub overuse: Option<Role>,
}

/// Makes the history of the `index`-th member. Honest care is drawn from streams of its own,
/// so that planting adds to it without redrawing it.
pub fn of_member(world: &World, index: u64) -> History {
    let mut rng = stream(world.seed, Purpose::Member, index, 0);
    let mut member = Member::draw(index, &world.markets, &mut rng);
    let mut visits = care::plan(world, &mut member, &mut rng);
    if member.spans.is_empty() {
        return History {
            member,
            claims: Vec::new(),
            overuse: None,
        };
    }
    let overuse = if world.plants_members {
        member_overuse::plant(world, &member, &mut visits)
    } else {
        None
    };
    let mut schemers: Vec<(u32, Random)> = world.planted[member.market]
        .iter()
        .map(|&provider| {
            (
                provider,
                stream(world.seed, Purpose::Scheme, index, u64::from(provider)),
            )
        })
        .collect();
    for (provider, rng) in &mut schemers {
        let site = Site {
            world,
            member: &member,
            provider: *provider,
        };
        schemes::of(&site).visits(&site, &mut visits, rng);
    }
    let mut claims = bill(world, &member, visits);
    schemers.extend(met_elsewhere(world, &member, &claims));
    for (provider, rng) in &mut schemers {
        let site = Site {
            world,
            member: &member,
            provider: *provider,
        };
        for claim in claims
            .iter_mut()
            .filter(|claim| claim.provider == *provider)
        {
            schemes::of(&site).claim(&site, claim, rng);
        }
    }
    drop_repeats(&mut claims);
    let mut payer = stream(world.seed, Purpose::Payer, index, 0);
    claims = settlement::settle(world, &member, claims, &mut payer);
    for (provider, rng) in &mut schemers {
        let site = Site {
            world,
            member: &member,
            provider: *provider,
        };
        schemes::of(&site).afterwards(&site, &mut claims, rng);
    }
    History {
        member,
        claims,
        overuse,
    }
}

/// Planted providers of other markets whom the member went to: they bill as they bill at home.
fn met_elsewhere(world: &World, member: &Member, claims: &[Claim]) -> Vec<(u32, Random)> {
    let elsewhere = claims.iter().map(|claim| claim.provider).filter(|&index| {
        let provider = world.provider(index);
        provider.plant.is_some() && provider.market != member.market && !provider.far
    });
    elsewhere
        .collect::<BTreeSet<u32>>()
        .into_iter()
        .map(|index| {
            let key = (member.index, u64::from(index));
            (index, stream(world.seed, Purpose::Scheme, key.0, key.1))
        })
        .collect()
}

fn bill(world: &World, member: &Member, mut visits: Vec<Visit>) -> Vec<Claim> {
    visits.sort_by_key(|visit| (visit.day, visit.provider));
    let rng = stream(world.seed, Purpose::Encounter, member.index, 0);
    let mut chart = Chart::new(world, member, rng);
    for visit in &visits {
        chart.record(visit);
    }
    let mut rng = stream(world.seed, Purpose::Payer, member.index, 1);
    for claim in &mut chart.claims {
        authorization::attach(member, claim, &mut rng);
    }
    chart.claims
}
