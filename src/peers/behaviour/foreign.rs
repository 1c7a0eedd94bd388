//! Services that are foreign to a provider's declared specialty.
//!
//! A family of services is foreign to a provider if it belongs to the practice of some behavioural
//! cluster and hardly to that of the provider's own specialty, the provider itself left out. With u
//! the mean share that the family has of the services of the cluster that gives it most:
//!
//! - a quarter of that cluster's providers give it at all ([`USUAL_DOCUMENTS`]), and less than a
//!   quarter of the specialty's others;
//! - its mean share among these is at most u / [`LIFT`];
//! - at most [`SUBGROUP`] of them give it for u / 2 or more. A few who do make a sub-specialty,
//!   whose services are nobody's mismatch;
//! - no specialty that is a branch of the declared one (NUCC: the same grouping and classification,
//!   with a specialization: 207RC0000X of 207R00000X) usually gives it: many who have a
//!   sub-specialty declare the specialty alone.
//!
//! What follows from it is a measure like any other: the share of a provider's members who receive
//! such a service, against the same share among its peers.

use std::collections::BTreeMap;

use super::Behaviours;
use crate::peers::Place;

/// Part of a cluster's or specialty's providers that give what is usual there.
pub const USUAL_DOCUMENTS: f64 = 0.25;

/// How many times rarer than in the cluster a service must be among the specialty's others: an
/// order of magnitude, where what neighbouring specialties share differs by factors.
pub const LIFT: f64 = 10.0;

/// Part of the specialty's others from which a common practice is a sub-specialty.
pub const SUBGROUP: f64 = 0.02;

/// Characters of a NUCC code that name grouping and classification.
const CLASSIFICATION: usize = 4;

/// How a NUCC code without a specialization ends.
const UNSPECIALIZED: &str = "00000X";

/// How a set of providers gives the families.
struct Practice {
    providers: usize,
    /// Sum over the providers of each family's share of their services.
    shares: Vec<f64>,
    /// Providers that give it.
    documents: Vec<usize>,
    /// Providers that give it for half of its usual level or more.
    practising: Vec<usize>,
}

impl Practice {
    fn new(families: usize) -> Practice {
        Practice {
            providers: 0,
            shares: vec![0.0; families],
            documents: vec![0; families],
            practising: vec![0; families],
        }
    }

    fn add(&mut self, shares: &[(usize, f64)], level: &[f64]) {
        self.providers += 1;
        for (family, share) in shares {
            self.shares[*family] += share;
            self.documents[*family] += 1;
            self.practising[*family] += usize::from(practises(*share, level[*family]));
        }
    }

    fn usual(&self, family: usize) -> bool {
        self.documents[family] as f64 >= USUAL_DOCUMENTS * self.providers as f64
    }
}

fn practises(share: f64, level: f64) -> bool {
    level > 0.0 && share >= level / 2.0
}

/// Foreign families of every provider with a declared specialty, as (provider, family), ascending.
#[must_use]
pub fn foreign_families(found: &Behaviours, places: &[Place], least: usize) -> Vec<(usize, u32)> {
    let mix = &found.mix;
    let families = mix.families.len();
    let able = |provider: &usize| mix.informative(*provider) >= super::LEAST_SERVICES;
    let shares_of = |provider: usize| -> Vec<(usize, f64)> {
        let total = f64::from(mix.total(provider).max(1));
        let entries = mix.of(provider).iter();
        entries
            .map(|(family, members)| (*family as usize, f64::from(*members) / total))
            .collect()
    };
    let mut clusters: Vec<Practice> = found
        .names
        .iter()
        .map(|_| Practice::new(families))
        .collect();
    let nothing = vec![0.0; families];
    for provider in (0..mix.providers()).filter(able) {
        if let Some(cluster) = found.of[provider] {
            clusters[cluster as usize].add(&shares_of(provider), &nothing);
        }
    }
    let mut level = vec![0.0_f64; families];
    for cluster in clusters.iter().filter(|c| c.providers >= least) {
        for (family, level) in level.iter_mut().enumerate() {
            if cluster.usual(family) {
                *level = level.max(cluster.shares[family] / cluster.providers as f64);
            }
        }
    }
    let mut specialties: BTreeMap<&str, Practice> = BTreeMap::new();
    for provider in (0..mix.providers()).filter(able) {
        if let Some(taxonomy) = places[provider].taxonomy.as_deref() {
            let practice = specialties.entry(taxonomy);
            let practice = practice.or_insert_with(|| Practice::new(families));
            practice.add(&shares_of(provider), &level);
        }
    }
    let mut foreign = Vec::new();
    for provider in (0..mix.providers()).filter(able) {
        let Some(taxonomy) = places[provider].taxonomy.as_deref() else {
            continue;
        };
        let Some(own) = specialties.get(taxonomy).filter(|s| s.providers > least) else {
            continue;
        };
        let others = (own.providers - 1) as f64;
        let branches = branches(taxonomy, &specialties);
        for (family, share) in shares_of(provider) {
            let usual = level[family];
            let among_others = (own.shares[family] - share) / others;
            let alike = own.practising[family] - usize::from(practises(share, usual));
            let given = (own.documents[family] - 1) as f64;
            let rare = given < USUAL_DOCUMENTS * others
                && among_others <= usual / LIFT
                && alike as f64 <= SUBGROUP * others;
            if usual > 0.0 && rare && !branches.iter().any(|branch| branch.usual(family)) {
                foreign.push((provider, family as u32));
            }
        }
    }
    foreign
}

/// The specialties that are a branch of another.
fn branches<'s>(taxonomy: &str, all: &'s BTreeMap<&str, Practice>) -> Vec<&'s Practice> {
    let general = taxonomy.len() == CLASSIFICATION + UNSPECIALIZED.len()
        && taxonomy.is_ascii()
        && taxonomy.ends_with(UNSPECIALIZED);
    if !general {
        return Vec::new();
    }
    let stem = &taxonomy[..CLASSIFICATION];
    let branch = |name: &&str| name.starts_with(stem) && *name != taxonomy;
    all.iter()
        .filter(|(name, _)| branch(name))
        .map(|(_, practice)| practice)
        .collect()
}
