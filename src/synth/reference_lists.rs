//! The reference lists that detectors of the planted schemes read, as far as the generated
//! world knows them: exclusions, code pairs, prior authorization, ZIP centroids. Illustrative:
//! real lists are published by OIG, CMS, each plan and the Census Bureau.

use super::calendar::{FIRST_DAY, LAST_DAY};
use super::market::draw_zip;
use super::practice::SURNAMES;
use super::random::{Purpose, between, chance, pick, stream};
use super::schemes::unbundling::PAIRS;
use super::world::World;
use super::{SynthConfig, authorization, build_world, npi, payer};

pub use super::schemes::unbundling::CodePair;

/// One entry of the exclusion list. Days are epoch days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedExclusion {
    /// NPI; none where the list bears none.
    pub npi: Option<String>,
    /// Name as in the provider table.
    pub name: String,
    /// Specialty in plain words.
    pub specialty: &'static str,
    /// Postal state.
    pub state: &'static str,
    /// ZIP code.
    pub zip: String,
    /// First excluded day.
    pub excluded: i32,
    /// Day of reinstatement, if any: the entry is then in a reinstatement file only.
    pub reinstated: Option<i32>,
}

/// A code that a plan pays for with an authorization number only, emergencies apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedAuthorization {
    /// Payer as in the claims.
    pub payer: &'static str,
    /// Plan as in the claims.
    pub plan: &'static str,
    /// HCPCS code.
    pub code: &'static str,
}

/// A ZIP code and the middle of its area, in degrees.
#[derive(Debug, Clone, PartialEq)]
pub struct ZipCentroid {
    /// Five digits.
    pub zip: String,
    /// Postal state.
    pub state: &'static str,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// The lists that go with one world.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceLists {
    /// By day of exclusion, then name.
    pub exclusions: Vec<ListedExclusion>,
    /// By first code.
    pub code_pairs: Vec<CodePair>,
    /// By plan, then code.
    pub authorizations: Vec<ListedAuthorization>,
    /// By ZIP code.
    pub zip_centroids: Vec<ZipCentroid>,
}

/// Entries about people outside the register, for each of its providers.
const STRANGERS: f64 = 0.01;
/// NPIs of those people are numbered from here, beyond any register.
const STRANGERS_FROM: u64 = 50_000_000;

/// The lists of the world that a configuration makes.
#[must_use]
pub fn reference_lists(config: &SynthConfig) -> ReferenceLists {
    of(&build_world(config))
}

/// The lists of a world.
pub fn of(world: &World) -> ReferenceLists {
    let mut zip_centroids: Vec<ZipCentroid> = world
        .markets
        .iter()
        .flat_map(|market| {
            market
                .zips()
                .map(|(zip, (latitude, longitude))| ZipCentroid {
                    zip,
                    state: market.state,
                    latitude,
                    longitude,
                })
        })
        .collect();
    zip_centroids.sort_by(|a, b| a.zip.cmp(&b.zip));
    let authorizations = (0..payer::PLANS.len())
        .flat_map(|plan| {
            let listed = authorization::listed(plan).iter();
            listed.map(move |&code| ListedAuthorization {
                payer: payer::PLANS[plan].payer,
                plan: payer::PLANS[plan].name,
                code,
            })
        })
        .collect();
    ReferenceLists {
        exclusions: exclusions(world),
        code_pairs: PAIRS.to_vec(),
        authorizations,
        zip_centroids,
    }
}

/// Planted and decoy entries, and others about people who bill nothing here.
fn exclusions(world: &World) -> Vec<ListedExclusion> {
    let listed = world.register.providers.iter().filter_map(|provider| {
        let exclusion = provider.exclusion?;
        Some(ListedExclusion {
            npi: (!exclusion.namesake).then(|| provider.npi.clone()),
            name: provider.name.clone(),
            specialty: provider.specialty.profile().description,
            state: world.markets[provider.market].state,
            zip: provider.zip.clone(),
            excluded: exclusion.from,
            reinstated: exclusion.reinstated,
        })
    });
    let mut entries: Vec<ListedExclusion> = listed.collect();
    let strangers = (STRANGERS * world.register.providers.len() as f64) as u64;
    let mut rng = stream(world.seed, Purpose::Reference, 0, 0);
    for number in 0..strangers {
        let market = pick(&mut rng, &world.markets.iter().collect::<Vec<_>>());
        // Entries from before NPIs, and of people who never had one, bear none.
        let npi = chance(&mut rng, 0.5).then(|| npi::numbered(world.seed, STRANGERS_FROM + number));
        entries.push(ListedExclusion {
            npi,
            name: format!(
                "{}, Excluded {number:04} (synthetic)",
                pick(&mut rng, &SURNAMES)
            ),
            specialty: "Family Medicine",
            state: market.state,
            zip: market.zip(draw_zip(&mut rng)),
            excluded: between(&mut rng, FIRST_DAY - 4_000, LAST_DAY),
            reinstated: None,
        });
    }
    entries.sort_by(|a, b| (a.excluded, &a.name).cmp(&(b.excluded, &b.name)));
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn lists_name_whom_they_should_and_are_the_same_every_time() {
        let config = SynthConfig {
            providers: 1_200,
            lines: Some(20_000),
            ..SynthConfig::default()
        };
        let world = build_world(&config);
        let lists = of(&world);
        assert_eq!(lists, reference_lists(&config));
        let npis: BTreeSet<&str> = lists
            .exclusions
            .iter()
            .filter_map(|entry| entry.npi.as_deref())
            .collect();
        let excluded = |namesake: bool| {
            world
                .register
                .providers
                .iter()
                .filter(move |p| p.exclusion.is_some_and(|e| e.namesake == namesake))
        };
        assert!(excluded(false).count() > 0);
        assert!(excluded(false).all(|p| npis.contains(p.npi.as_str())));
        assert!(excluded(true).all(|p| !npis.contains(p.npi.as_str())));
        let zips: BTreeSet<&str> = lists.zip_centroids.iter().map(|z| z.zip.as_str()).collect();
        assert_eq!(zips.len(), lists.zip_centroids.len());
        assert!(
            world
                .register
                .providers
                .iter()
                .all(|p| zips.contains(p.zip.as_str()))
        );
        assert!(lists.authorizations.len() > lists.code_pairs.len());
    }
}
