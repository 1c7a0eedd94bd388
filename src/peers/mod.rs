//! Peer groups with back-off, and every measure's tests within them.

pub mod behaviour;
mod cells;
#[cfg(test)]
mod degenerate;
mod laws;
mod retest;
mod scoring;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::features::measure::WidestPeers;
use crate::schema::EntityType;

pub use self::cells::MeasureCells;
pub use self::retest::{Peers, Retest};
pub use self::scoring::{GroupNull, MeasureTests, Scored, Test, score_measure};

/// Providers with the minimum denominator that a peer group must have for a null of its own.
pub const MIN_PEERS: usize = 30;

/// The levels of groups that are too small for a null of their own: no narrower than they must be.
const SMALL: [Level; 5] = [
    Level::TaxonomySetting,
    Level::Taxonomy,
    Level::BehaviourSetting,
    Level::Behaviour,
    Level::All,
];

/// How narrowly a peer group is drawn, narrowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    TaxonomyStateSetting,
    TaxonomySetting,
    Taxonomy,
    BehaviourStateSetting,
    BehaviourSetting,
    Behaviour,
    Family,
    All,
}

impl Level {
    /// Every level, narrowest first.
    pub const ALL: [Level; 8] = [
        Level::TaxonomyStateSetting,
        Level::TaxonomySetting,
        Level::Taxonomy,
        Level::BehaviourStateSetting,
        Level::BehaviourSetting,
        Level::Behaviour,
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
            Level::BehaviourStateSetting => "behaviour, state and setting",
            Level::BehaviourSetting => "behaviour and setting",
            Level::Behaviour => "behaviour",
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
    /// Its behavioural cluster, see [`behaviour`].
    pub behaviour: Option<String>,
}

impl Place {
    /// What it declares to be, else what it is by its behaviour.
    #[must_use]
    pub fn specialty(&self) -> Option<&str> {
        self.taxonomy.as_deref().or(self.behaviour.as_deref())
    }

    /// The key of the group at a level that the provider is a member of; `None` where it cannot be
    /// placed so narrowly, or the measure does not allow one so wide.
    ///
    /// A behavioural cluster stands in for the specialty of providers that declare none. Providers
    /// of which neither is known are each other's peers.
    #[must_use]
    pub fn key(&self, level: Level, widest: WidestPeers) -> Option<String> {
        if widest == WidestPeers::Taxonomy && level > Level::Behaviour {
            let unknown = self.taxonomy.is_none() && self.behaviour.is_none();
            return (level == Level::All && unknown)
                .then(|| "all without a declared specialty".to_owned());
        }
        let (taxonomy, behaviour) = (self.taxonomy.as_deref(), self.behaviour.as_deref());
        Some(match level {
            Level::TaxonomyStateSetting => self.in_state(taxonomy?)?,
            Level::TaxonomySetting => format!("{}, {}", taxonomy?, self.setting),
            Level::Taxonomy => taxonomy?.to_owned(),
            Level::BehaviourStateSetting => self.in_state(behaviour?)?,
            Level::BehaviourSetting => format!("{}, {}", behaviour?, self.setting),
            Level::Behaviour => behaviour?.to_owned(),
            Level::Family => format!("family {}", self.family.as_deref()?),
            Level::All => format!("all {}s", self.entity.name()),
        })
    }

    fn in_state(&self, narrow: &str) -> Option<String> {
        Some(format!(
            "{narrow} in {}, {}",
            self.state.as_deref()?,
            self.setting
        ))
    }

    /// The key of the group at a level that the provider may be judged in. Those who declare a
    /// specialty are peers of others that behave alike, and judged by their specialty.
    fn judged_by(&self, level: Level, widest: WidestPeers) -> Option<String> {
        let by_behaviour = (Level::BehaviourStateSetting..=Level::Behaviour).contains(&level);
        if by_behaviour && self.taxonomy.is_some() {
            return None;
        }
        self.key(level, widest)
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
    groups_of(places, eligible, eligible, (min_peers, widest), &Level::ALL)
}

/// The same for those whom [`peer_groups`] returned apart, with fewer peers and whole states taken
/// together.
#[must_use]
pub fn small_groups(
    places: &[Place],
    eligible: &[usize],
    alone: &[usize],
    min_peers: usize,
    widest: WidestPeers,
) -> (Vec<PeerGroup>, Vec<usize>) {
    groups_of(places, eligible, alone, (min_peers, widest), &SMALL)
}

/// Groups of all eligible, in which some of them are judged.
fn groups_of(
    places: &[Place],
    eligible: &[usize],
    to_judge: &[usize],
    (min_peers, widest): (usize, WidestPeers),
    levels: &[Level],
) -> (Vec<PeerGroup>, Vec<usize>) {
    let mut groups: BTreeMap<(Level, String), Vec<usize>> = BTreeMap::new();
    for level in levels {
        for provider in eligible {
            if let Some(key) = places[*provider].key(*level, widest) {
                groups.entry((*level, key)).or_default().push(*provider);
            }
        }
    }
    groups.retain(|_, members| members.len() >= min_peers);
    let mut judged: BTreeMap<(Level, String), Vec<usize>> = BTreeMap::new();
    let mut alone = Vec::new();
    for provider in to_judge {
        let narrowest = levels
            .iter()
            .filter_map(|level| Some((*level, places[*provider].judged_by(*level, widest)?)))
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
            behaviour: None,
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
    fn those_with_few_peers_are_compared_across_states() {
        let mut places = vec![place("A", "TX"); 2];
        places.extend(vec![place("A", "VT"); 2]);
        places.extend(vec![place("B", "TX"); 1]);
        let all: Vec<usize> = (0..5).collect();
        let (groups, alone) = peer_groups(&places, &all, 5, WidestPeers::Taxonomy);
        assert!(groups.is_empty());
        let (groups, alone) = small_groups(&places, &all, &alone, 2, WidestPeers::Taxonomy);
        assert_eq!(alone, vec![4]);
        assert_eq!(groups.len(), 1);
        assert_eq!(
            (groups[0].level, groups[0].judged.clone()),
            (Level::TaxonomySetting, vec![0, 1, 2, 3])
        );
    }

    #[test]
    fn behaviour_stands_in_for_a_specialty_that_is_not_declared() {
        let like = |behaviour: &str, taxonomy: Option<&str>| Place {
            taxonomy: taxonomy.map(str::to_owned),
            behaviour: Some(behaviour.into()),
            ..place("A", "TX")
        };
        let mut places = vec![like("mostly X", None); 2];
        places.extend(vec![like("mostly X", Some("A")); 2]);
        places.extend(vec![like("mostly Y", None); 2]);
        let all: Vec<usize> = (0..6).collect();
        let (groups, alone) = peer_groups(&places, &all, 3, WidestPeers::Taxonomy);
        // Two of A are too few peers of their own; nobody behaves as the last two do.
        assert_eq!(alone, vec![2, 3, 4, 5]);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].level, Level::BehaviourStateSetting);
        assert_eq!(groups[0].key, "mostly X in TX, professional");
        assert_eq!(
            (groups[0].members.clone(), groups[0].judged.clone()),
            (vec![0, 1, 2, 3], vec![0, 1])
        );
        // Where the strata hold what is usual, there are wider peers for the others.
        let (groups, alone) = peer_groups(&places, &all, 3, WidestPeers::All);
        assert!(alone.is_empty());
        let family = groups.iter().find(|g| g.level == Level::Family);
        assert_eq!(family.map(|g| g.judged.clone()), Some(vec![2, 3, 4, 5]));
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
