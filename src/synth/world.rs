//! The world: markets, the register, and who is chosen by whom.

use super::calendar::{FIRST_DAY, LAST_DAY};
use super::condition::TIERS;
use super::market::{self, Market};
use super::provider::{self, Provider, Register};
use super::random::{Purpose, Random, below, chance, stream, uniform};
use super::schemes::Rings;
use super::specialty::{PROFILES, Specialty};

/// Everything that members' histories look things up in; immutable once histories are made.
#[derive(Debug, Clone)]
pub struct World {
    /// Seed of the run.
    pub seed: u64,
    /// Markets.
    pub markets: Vec<Market>,
    /// Who bills.
    pub register: Register,
    /// Groups acting together.
    pub rings: Rings,
    /// Per market, providers that are planted or decoys and have members there.
    pub planted: Vec<Vec<u32>>,
    /// Whether members are planted too.
    pub plants_members: bool,
    /// Members of the whole population.
    pub members: u64,
    /// Per provider, visits expected over the window.
    pub expected_visits: Vec<f64>,
    choices: Vec<Choice>,
    distances: Distances,
}

/// Which markets are far from which, and how much of the population lives there.
#[derive(Debug, Clone, Default)]
struct Distances {
    far: Vec<Vec<bool>>,
    far_weight: Vec<f64>,
    total_weight: f64,
}

/// Miles from which a market is far: more than a day's round trip by car allows.
const FAR: f64 = 300.0;

/// Providers of one specialty in one market with their cumulative weights for each tier.
#[derive(Debug, Clone, Default)]
struct Choice {
    providers: Vec<u32>,
    cumulative: Vec<[f64; TIERS]>,
}

/// Sessions a therapist gives on a working day, averaged over the window, at most.
const SESSIONS_A_DAY: f64 = 5.0;
/// Share of providers that a member has outside the home market.
const TRAVEL_SHARE: f64 = 0.01;
/// Tier at which acuity changes nothing: about the mean tier of those who seek care.
const NEUTRAL_TIER: f64 = 1.3;

impl World {
    /// Draws an honest world.
    pub fn draw(seed: u64, providers: usize) -> Self {
        let markets = market::draw(providers, &mut stream(seed, Purpose::Register, 0, 0));
        let register = provider::draw(seed, providers, &markets);
        let mut world = Self {
            seed,
            planted: vec![Vec::new(); markets.len()],
            plants_members: false,
            expected_visits: vec![0.0; register.providers.len()],
            choices: Vec::new(),
            distances: Distances::between(&markets),
            rings: Rings::default(),
            members: 0,
            markets,
            register,
        };
        world.refresh();
        world
    }

    /// Rebuilds what derives from the register, after providers changed.
    pub fn refresh(&mut self) {
        let mut choices = vec![Choice::default(); PROFILES.len() * self.markets.len()];
        self.planted = vec![Vec::new(); self.markets.len()];
        for (index, provider) in self.register.providers.iter().enumerate() {
            let slot = provider.specialty as usize * self.markets.len() + provider.market;
            let choice = &mut choices[slot];
            let before = choice.cumulative.last().copied().unwrap_or([0.0; TIERS]);
            choice.providers.push(index as u32);
            choice.cumulative.push(std::array::from_fn(|tier| {
                before[tier] + weight(provider, tier)
            }));
            if provider.plant.is_some() {
                for (market, planted) in self.planted.iter_mut().enumerate() {
                    if provider.far || market == provider.market {
                        planted.push(index as u32);
                    }
                }
            }
        }
        self.choices = choices;
    }

    /// A provider by index.
    pub fn provider(&self, index: u32) -> &Provider {
        &self.register.providers[index as usize]
    }

    /// A provider of a specialty in a market for a member of a tier; another market's where
    /// this one has none.
    pub fn choose(
        &self,
        specialty: Specialty,
        market: usize,
        tier: usize,
        rng: &mut Random,
    ) -> Option<u32> {
        let markets = self.markets.len();
        (0..markets).find_map(|step| {
            let slot = specialty as usize * markets + (market + step) % markets;
            self.choices[slot].draw(tier, rng)
        })
    }

    /// As [`World::choose`], one in business on the day; nothing after a few vain attempts.
    pub fn choose_on(
        &self,
        day: i32,
        specialty: Specialty,
        market: usize,
        tier: usize,
        rng: &mut Random,
    ) -> Option<u32> {
        const ATTEMPTS: usize = 6;
        (0..ATTEMPTS)
            .filter_map(|_| self.choose(specialty, market, tier, rng))
            .find(|&provider| self.provider(provider).in_business(day))
    }

    /// Where a member of a market looks for a provider: nearly always at home.
    pub fn seek(&self, home: usize, rng: &mut Random) -> usize {
        if chance(rng, TRAVEL_SHARE) {
            below(rng, self.markets.len())
        } else {
            home
        }
    }

    /// Who signs in the place of a referrer who cannot on a day: the first colleague of the
    /// same specialty in the market who can.
    pub fn referrer(&self, wanted: u32, day: i32) -> Option<u32> {
        let provider = self.provider(wanted);
        if provider.may_order(day) {
            return Some(wanted);
        }
        let peers = self.peers(provider.specialty, provider.market);
        peers
            .iter()
            .copied()
            .find(|&peer| self.provider(peer).plant.is_none() && self.provider(peer).may_order(day))
    }

    /// All providers of a specialty in a market.
    pub fn peers(&self, specialty: Specialty, market: usize) -> &[u32] {
        &self.choices[specialty as usize * self.markets.len() + market].providers
    }

    /// Members who live in a market, about.
    pub fn residents(&self, market: usize) -> f64 {
        self.share_of_members(self.markets[market].weight)
    }

    /// Members who live in markets far from this one, about.
    pub fn distant_residents(&self, market: usize) -> f64 {
        self.share_of_members(self.distances.far_weight[market])
    }

    /// Whether two markets are so far apart that nobody is in both on one day.
    pub fn is_far(&self, one: usize, other: usize) -> bool {
        self.distances.far[one][other]
    }

    fn share_of_members(&self, weight: f64) -> f64 {
        (self.members as f64 * weight / self.distances.total_weight).max(1.0)
    }

    /// Share of the sessions asked for that a therapist has time for: a day has its hours,
    /// however many members there are.
    pub fn acceptance(&self, provider: u32) -> f64 {
        let capacity = SESSIONS_A_DAY * f64::from(LAST_DAY - FIRST_DAY) * 5.0 / 7.0;
        (capacity / self.expected_visits[provider as usize].max(1.0)).min(1.0)
    }

    /// Sets the expected visits per provider from the visits a member makes per specialty.
    pub fn expect(&mut self, visits_per_member: &[f64]) {
        let expected: Vec<f64> = self
            .register
            .providers
            .iter()
            .map(|provider| {
                let peers = self.peers(provider.specialty, provider.market);
                let all: f64 = peers
                    .iter()
                    .map(|&peer| self.provider(peer).popularity)
                    .sum();
                self.residents(provider.market)
                    * visits_per_member[provider.specialty as usize]
                    * provider.popularity
                    / all
            })
            .collect();
        self.expected_visits = expected;
    }
}

fn weight(provider: &Provider, tier: usize) -> f64 {
    provider.popularity * (provider.acuity * (tier as f64 - NEUTRAL_TIER)).exp()
}

impl Distances {
    fn between(markets: &[Market]) -> Self {
        let row = |one: &Market| -> Vec<bool> {
            let far = |other| one.miles_to(other) > FAR;
            markets.iter().map(far).collect()
        };
        let far: Vec<Vec<bool>> = markets.iter().map(row).collect();
        let weight = |row: &Vec<bool>| {
            let distant = markets.iter().zip(row).filter(|(_, far)| **far);
            distant.map(|(market, _)| market.weight).sum()
        };
        Self {
            far_weight: far.iter().map(weight).collect(),
            far,
            total_weight: markets.iter().map(|market| market.weight).sum(),
        }
    }
}

impl Choice {
    fn draw(&self, tier: usize, rng: &mut Random) -> Option<u32> {
        let total = self.cumulative.last()?[tier];
        let target = uniform(rng) * total;
        let index = self.cumulative.partition_point(|sums| sums[tier] <= target);
        self.providers
            .get(index.min(self.providers.len() - 1))
            .copied()
    }
}
