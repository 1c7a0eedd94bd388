//! Peer groups with back-off, and every measure's tests within them.

mod cells;
#[cfg(test)]
mod degenerate;
mod retest;
mod scoring;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::features::measure::WidestPeers;
use crate::schema::EntityType;

pub use self::cells::MeasureCells;
pub use self::retest::{Peers, Retest};
pub use self::scoring::{GroupNull, MeasureTests, Scored, Test, score_measure};

/// Providers with the minimum denominator that a peer group must have.
pub const MIN_PEERS: usize = 30;

/// How narrowly a peer group is drawn, narrowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    TaxonomyStateSetting,
    TaxonomySetting,
    Taxonomy,
    Family,
    All,
}

impl Level {
    /// Every level, narrowest first.
    pub const ALL: [Level; 5] = [
        Level::TaxonomyStateSetting,
        Level::TaxonomySetting,
        Level::Taxonomy,
        Level::Family,
        Level::All,
    ];

    /// The level in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::TaxonomyStateSetting => "taxonomy, state and setting",
            Level::TaxonomySetting => "taxonomy and setting",
            Level::Taxonomy => "taxonomy",
            Level::Family => "specialty family",
            Level::All => "all",
        }
    }
}

/// What places a provider among peers.
#[derive(Debug, Clone, Default)]
pub struct Place {
    pub entity: EntityType,
    /// Taxonomy code, else the declared specialty.
    pub taxonomy: Option<String>,
    pub state: Option<String>,
    /// professional, institutional or mixed.
    pub setting: String,
    pub family: Option<String>,
}

impl Place {
    /// The key of the group at a level; `None` where the provider cannot be placed so narrowly, or
    /// the measure does not allow one so wide. Providers without any specialty are each other's
    /// peers: nothing narrower is known of them.
    #[must_use]
    pub fn key(&self, level: Level, widest: WidestPeers) -> Option<String> {
        let too_wide = widest == WidestPeers::Taxonomy && level > Level::Taxonomy;
        if too_wide && (level != Level::All || self.taxonomy.is_some()) {
            return None;
        }
        let taxonomy = self.taxonomy.as_deref();
        Some(match level {
            Level::TaxonomyStateSetting => format!(
                "{} in {}, {}",
                taxonomy?,
                self.state.as_deref()?,
                self.setting
            ),
            Level::TaxonomySetting => format!("{}, {}", taxonomy?, self.setting),
            Level::Taxonomy => taxonomy?.to_owned(),
            Level::Family => format!("family {}", self.family.as_deref()?),
            Level::All if widest == WidestPeers::Taxonomy => {
                "all without a declared specialty".to_owned()
            }
            Level::All => format!("all {}s", self.entity.name()),
        })
    }
}

/// A peer group: the providers that are compared, and those among them that are judged in it.
#[derive(Debug, Clone)]
pub struct PeerGroup {
    pub key: String,
    pub level: Level,
    /// Indices of providers with the minimum denominator, ascending.
    pub members: Vec<usize>,
    /// Those for whom no narrower group is large enough, ascending.
    pub judged: Vec<usize>,
}

/// Gives each eligible provider the narrowest group with at least `min_peers` eligible members;
/// providers for whom even the widest is too small are returned apart. Groups come in the order of
/// level and key.
#[must_use]
pub fn peer_groups(
    places: &[Place],
    eligible: &[usize],
    min_peers: usize,
    widest: WidestPeers,
) -> (Vec<PeerGroup>, Vec<usize>) {
    let mut groups: BTreeMap<(Level, String), Vec<usize>> = BTreeMap::new();
    for level in Level::ALL {
        for provider in eligible {
            if let Some(key) = places[*provider].key(level, widest) {
                groups.entry((level, key)).or_default().push(*provider);
            }
        }
    }
    groups.retain(|_, members| members.len() >= min_peers);
    let mut judged: BTreeMap<(Level, String), Vec<usize>> = BTreeMap::new();
    let mut alone = Vec::new();
    for provider in eligible {
        let narrowest = Level::ALL
            .into_iter()
            .filter_map(|level| places[*provider].key(level, widest).map(|key| (level, key)))
            .find(|key| groups.contains_key(key));
        match narrowest {
            Some(key) => judged.entry(key).or_default().push(*provider),
            None => alone.push(*provider),
        }
    }
    let groups = judged
        .into_iter()
        .map(|(key, judged)| {
            let members = groups.get(&key).cloned().unwrap_or_default();
            PeerGroup {
                key: key.1,
                level: key.0,
                members,
                judged,
            }
        })
        .collect();
    (groups, alone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(taxonomy: &str, state: &str) -> Place {
        Place {
            entity: EntityType::Provider,
            taxonomy: Some(taxonomy.into()),
            state: Some(state.into()),
            setting: "professional".into(),
            family: Some("primary_care".into()),
        }
    }

    #[test]
    fn a_provider_backs_off_until_there_are_enough_peers() {
        let mut places = vec![place("A", "TX"); 3];
        places.extend(vec![place("A", "VT"); 1]);
        places.extend(vec![place("B", "TX"); 1]);
        let all: Vec<usize> = (0..5).collect();
        let (groups, alone) = peer_groups(&places, &all, 3, WidestPeers::All);
        assert!(alone.is_empty());
        let of = |level| {
            groups
                .iter()
                .find(|g| g.level == level)
                .map(|g| (g.judged.clone(), g.members.len()))
        };
        assert_eq!(of(Level::TaxonomyStateSetting), Some((vec![0, 1, 2], 3)));
        assert_eq!(of(Level::TaxonomySetting), Some((vec![3], 4)));
        assert_eq!(of(Level::Family), Some((vec![4], 5)));
    }

    #[test]
    fn a_measure_tied_to_the_specialty_does_not_back_off_beyond_it() {
        let mut places = vec![place("A", "TX"); 2];
        places.extend(vec![place("B", "TX"); 2]);
        places.extend(vec![Place::default(); 3]);
        let all: Vec<usize> = (0..7).collect();
        let (groups, alone) = peer_groups(&places, &all, 3, WidestPeers::Taxonomy);
        assert_eq!(alone, vec![0, 1, 2, 3]);
        assert_eq!(groups.len(), 1);
        assert_eq!(
            (groups[0].level, groups[0].judged.clone()),
            (Level::All, vec![4, 5, 6])
        );
    }

    #[test]
    fn without_enough_peers_anywhere_nobody_is_judged() {
        let (groups, alone) = peer_groups(
            &[place("A", "TX"), Place::default()],
            &[0, 1],
            3,
            WidestPeers::All,
        );
        assert!(groups.is_empty());
        assert_eq!(alone, vec![0, 1]);
    }
}
