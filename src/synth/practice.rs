//! Practices: who bills.

use std::collections::BTreeMap;

use super::npi;
use super::provider::Provider;
use super::random::{Random, between, chance, pick};
use super::specialty::Specialty;

/// A billing entity: a solo provider under its own NPI, or a group.
#[derive(Debug, Clone)]
pub struct Practice {
    /// Billing NPI; the solo provider's own, or the group's.
    pub npi: String,
    /// Taxpayer number.
    pub tin: String,
    /// Name.
    pub name: String,
    /// Index into the markets.
    pub market: usize,
    /// ZIP code.
    pub zip: String,
    /// Whether it is a group with an NPI of its own.
    pub group: bool,
    /// Its providers: indices into the register.
    pub providers: Vec<u32>,
}

/// Share of persons who practise alone.
const SOLO_SHARE: f64 = 0.35;
/// Largest group.
const LARGEST_GROUP: i32 = 8;

/// Surnames that nobody has.
pub const SURNAMES: [&str; 24] = [
    "Sampleton",
    "Mockwell",
    "Testerman",
    "Fauxley",
    "Placeholder",
    "Synthia",
    "Demoray",
    "Fictoria",
    "Pseudon",
    "Exemplar",
    "Dummington",
    "Notreal",
    "Fabricant",
    "Imagini",
    "Simulon",
    "Standin",
    "Protosky",
    "Labelle-Test",
    "Quasimer",
    "Modelli",
    "Nonesuch",
    "Invento",
    "Makebeliev",
    "Trialson",
];

/// Gathers persons of one specialty and market into groups; the rest bill alone.
pub fn draw(seed: u64, providers: &mut [Provider], rng: &mut Random) -> Vec<Practice> {
    let count = providers.len() as u64;
    let mut practices: Vec<Practice> = Vec::new();
    // One open group per specialty and market, filled up to its size, then closed.
    let mut open: BTreeMap<(Specialty, usize), (usize, usize)> = BTreeMap::new();
    for (index, provider) in providers.iter_mut().enumerate() {
        let key = (provider.specialty, provider.market);
        if let Some((practice, places)) = open.get_mut(&key) {
            provider.practice = *practice;
            provider.zip.clone_from(&practices[*practice].zip);
            practices[*practice].providers.push(index as u32);
            *places -= 1;
            if *places == 0 {
                open.remove(&key);
            }
            continue;
        }
        let group = !provider.organisation && !chance(rng, SOLO_SHARE);
        let number = practices.len();
        let (npi, name) = if group {
            let name = format!("{} Group {number:04} (synthetic)", pick(rng, &SURNAMES));
            (npi::numbered(seed, count + number as u64), name)
        } else {
            (provider.npi.clone(), provider.name.clone())
        };
        if group {
            open.insert(key, (number, between(rng, 1, LARGEST_GROUP - 1) as usize));
        }
        provider.practice = number;
        practices.push(Practice {
            npi,
            tin: format!("{:09}", 900_000_000 + number),
            name,
            market: provider.market,
            zip: provider.zip.clone(),
            group,
            providers: vec![index as u32],
        });
    }
    practices
}
