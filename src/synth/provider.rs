//! Providers: who renders and supplies.

use super::calendar::{FIRST_DAY, LAST_DAY};
use super::exclusion::Exclusion;
use super::market::{Market, draw_zip};
use super::npi;
use super::payer::PLANS;
use super::practice::{self, Practice, SURNAMES};
use super::random::{Purpose, Random, between, chance, heavy, normal, pick, stream, weighted};
use super::schemes::Plant;
use super::specialty::{PROFILES, Specialty};
use super::style::Style;

/// One who renders or supplies services.
#[derive(Debug, Clone)]
pub struct Provider {
    /// NPI.
    pub npi: String,
    /// A name that is plainly made up.
    pub name: String,
    /// Declared specialty.
    pub specialty: Specialty,
    /// NPI entity type 2.
    pub organisation: bool,
    /// Index into the practices.
    pub practice: usize,
    /// Index into the markets.
    pub market: usize,
    /// Practice ZIP code.
    pub zip: String,
    /// How strongly members choose this provider among its peers; 1 is the median.
    pub popularity: f64,
    /// How much more strongly with each tier of sickness, log: above 0 the panel is sicker.
    pub acuity: f64,
    /// Habits.
    pub style: Style,
    /// First and last day in business.
    pub active: (i32, i32),
    /// Per plan, whether in its network.
    pub network: [bool; PLANS.len()],
    /// A laboratory that gets this share of the orders: an index into the register.
    pub own_laboratory: Option<(u32, f64)>,
    /// Another specialty whose work this is at a share of the visits.
    pub practises: Option<(Specialty, f64)>,
    /// Has members of other markets, who do not come.
    pub far: bool,
    /// Excluded from federal programmes, or named like someone who is.
    pub exclusion: Option<Exclusion>,
    /// Scheme or decoy planted here.
    pub plant: Option<Plant>,
}

impl Provider {
    /// Whether it is in business on a day.
    pub fn in_business(&self, day: i32) -> bool {
        (self.active.0..=self.active.1).contains(&day)
    }

    /// Whether an order or referral dated on this day is one that may be paid on.
    pub fn may_order(&self, day: i32) -> bool {
        self.in_business(day) && !self.exclusion.is_some_and(|e| e.in_force(day))
    }
}

/// The provider register.
#[derive(Debug, Clone)]
pub struct Register {
    /// Who renders or supplies.
    pub providers: Vec<Provider>,
    /// Who bills.
    pub practices: Vec<Practice>,
    /// NPIs and markets of retail pharmacies.
    pub pharmacies: Vec<(String, usize)>,
}

/// Share of (provider, plan) pairs out of network, where the plan has one.
const OUT_OF_NETWORK_SHARE: f64 = 0.04;
/// Popularity of a person stays within this factor of the median: a day has its hours.
const PERSON_LIMIT: f64 = 9.0;
/// The same for organisations.
const ORGANISATION_LIMIT: f64 = 40.0;
/// Providers per pharmacy.
const PROVIDERS_PER_PHARMACY: usize = 40;

/// Draws the register: honest providers only.
pub fn draw(seed: u64, count: usize, markets: &[Market]) -> Register {
    let mut rng = stream(seed, Purpose::Register, 1, 0);
    let mut providers: Vec<Provider> = Vec::with_capacity(count);
    let mut has_laboratory = vec![false; markets.len()];
    for (profile, share) in PROFILES.iter().zip(apportion(count)) {
        for _ in 0..share {
            let index = providers.len() as u64;
            let mut market = place(markets, providers.len(), &mut rng);
            if profile.specialty == Specialty::Laboratory {
                if markets[market].one_laboratory && has_laboratory[market] {
                    market = (market + 1) % markets.len();
                }
                has_laboratory[market] = true;
            }
            let alone =
                profile.specialty == Specialty::Laboratory && markets[market].one_laboratory;
            let mut habits = stream(seed, Purpose::Style, index, 0);
            let size = profile.size_spread * size_draw(&mut rng);
            let limit = if profile.organisation {
                ORGANISATION_LIMIT
            } else {
                PERSON_LIMIT
            };
            providers.push(Provider {
                npi: npi::numbered(seed, index),
                name: name_of(profile.organisation, profile.description, index, &mut rng),
                specialty: profile.specialty,
                organisation: profile.organisation,
                practice: 0,
                market,
                zip: markets[market].zip(draw_zip(&mut rng)),
                popularity: size.exp().clamp(0.05, limit),
                acuity: 0.12 * normal(&mut habits),
                style: Style::draw(profile, &mut habits),
                active: draw_activity(alone || profile.specialty == Specialty::Hospital, &mut rng),
                network: std::array::from_fn(|plan| {
                    !PLANS[plan].network || !chance(&mut rng, OUT_OF_NETWORK_SHARE)
                }),
                own_laboratory: None,
                practises: None,
                far: false,
                exclusion: None,
                plant: None,
            });
        }
    }
    let practices = practice::draw(seed, &mut providers, &mut rng);
    let taken = (providers.len() + practices.len()) as u64;
    let pharmacies = (0..(count / PROVIDERS_PER_PHARMACY).max(2 * markets.len()))
        .map(|i| (npi::numbered(seed, taken + i as u64), i % markets.len()))
        .collect();
    Register {
        providers,
        practices,
        pharmacies,
    }
}

/// How many providers of each specialty: largest remainder, at least one of each.
pub fn apportion(count: usize) -> Vec<usize> {
    let wanted: Vec<f64> = PROFILES
        .iter()
        .map(|p| (p.share / 100.0 * count as f64).max(1.0))
        .collect();
    let mut shares: Vec<usize> = wanted.iter().map(|w| w.floor() as usize).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&a, &b| {
        wanted[b]
            .fract()
            .total_cmp(&wanted[a].fract())
            .then(a.cmp(&b))
    });
    let missing = count.saturating_sub(shares.iter().sum());
    for &index in order.iter().cycle().take(missing) {
        shares[index] += 1;
    }
    shares
}

/// Panel sizes: log-normal with a heavier tail than normal.
fn size_draw(rng: &mut Random) -> f64 {
    heavy(rng, 6.0)
}

/// The first provider of a specialty in each market makes sure the market has one.
fn place(markets: &[Market], so_far: usize, rng: &mut Random) -> usize {
    if chance(rng, 0.5) {
        return so_far % markets.len();
    }
    let weights: Vec<f64> = markets.iter().map(|market| market.weight).collect();
    weighted(rng, &weights)
}

/// Most are in business throughout; a few open or close inside the window, but none that the
/// market cannot do without.
fn draw_activity(needed: bool, rng: &mut Random) -> (i32, i32) {
    if needed {
        return (FIRST_DAY, LAST_DAY);
    }
    let opens = if chance(rng, 0.05) {
        between(rng, FIRST_DAY, LAST_DAY - 120)
    } else {
        FIRST_DAY
    };
    let closes = if chance(rng, 0.03) {
        between(rng, opens + 120, LAST_DAY)
    } else {
        LAST_DAY
    };
    (opens, closes)
}

fn name_of(organisation: bool, description: &str, index: u64, rng: &mut Random) -> String {
    let surname = pick(rng, &SURNAMES);
    if organisation {
        format!("{surname} {description} {index:04} (synthetic)")
    } else {
        format!("{surname}, Provider {index:04} (synthetic)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::market;
    use std::collections::BTreeSet;

    #[test]
    fn apportionment_is_exact_and_leaves_no_specialty_out() {
        for count in [60, 137, 1_200, 5_001] {
            let shares = apportion(count);
            assert_eq!(shares.iter().sum::<usize>(), count);
            assert!(shares.iter().all(|&share| share > 0));
        }
    }

    #[test]
    fn identifiers_are_distinct_and_practices_consistent() {
        let markets = market::draw(1_200, &mut stream(1, Purpose::Register, 0, 0));
        let register = draw(1, 1_200, &markets);
        let mut all: BTreeSet<&str> = register.providers.iter().map(|p| p.npi.as_str()).collect();
        assert_eq!(all.len(), 1_200);
        for practice in register.practices.iter().filter(|practice| practice.group) {
            assert!(all.insert(&practice.npi), "{} twice", practice.npi);
        }
        for (index, provider) in register.providers.iter().enumerate() {
            let practice = &register.practices[provider.practice];
            assert!(practice.providers.contains(&(index as u32)));
            let first = &register.providers[practice.providers[0] as usize];
            assert_eq!(
                (first.specialty, practice.market),
                (provider.specialty, provider.market)
            );
        }
    }
}
