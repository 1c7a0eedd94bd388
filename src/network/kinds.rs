//! The specialties of pairs of providers, from narrow to wide.

use super::graph::Node;
use crate::peers::Level;

/// The specialties of two providers as numbers, the smaller first.
pub type Both = (u32, u32);

/// The specialties of a pair, both ways round alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kinds {
    pub taxonomies: Option<Both>,
    pub families: Option<Both>,
}

/// A group of pairs: at its level, of these specialties.
pub type Key = (Level, Option<Both>);

impl Kinds {
    /// Key of the group at a level; `None` where the specialties are not known.
    #[must_use]
    pub fn at(self, level: Level) -> Option<Key> {
        match level {
            Level::Taxonomy => self.taxonomies.map(|t| (level, Some(t))),
            Level::Family => self.families.map(|f| (level, Some(f))),
            _ => Some((level, None)),
        }
    }
}

/// The specialties that occur, numbered in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct Specialties {
    taxonomies: Vec<String>,
    families: Vec<String>,
    /// Of each node.
    of: Vec<(Option<u32>, Option<u32>)>,
}

impl Specialties {
    #[must_use]
    pub fn new(nodes: &[Node]) -> Specialties {
        let names = |of: fn(&Node) -> Option<&String>| {
            let mut names: Vec<String> = nodes.iter().filter_map(of).cloned().collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let (taxonomies, families) = (names(|n| n.taxonomy.as_ref()), names(|n| n.family.as_ref()));
        let number = |names: &[String], name: Option<&String>| {
            names.binary_search(name?).ok().map(|n| n as u32)
        };
        let of = nodes
            .iter()
            .map(|n| {
                (
                    number(&taxonomies, n.taxonomy.as_ref()),
                    number(&families, n.family.as_ref()),
                )
            })
            .collect();
        Specialties {
            taxonomies,
            families,
            of,
        }
    }

    /// The specialties of two nodes, by position.
    #[must_use]
    pub fn kinds(&self, pair: (u32, u32)) -> Kinds {
        let (a, b) = (self.of[pair.0 as usize], self.of[pair.1 as usize]);
        let both = |a: Option<u32>, b: Option<u32>| {
            let (a, b) = (a?, b?);
            Some((a.min(b), a.max(b)))
        };
        Kinds {
            taxonomies: both(a.0, b.0),
            families: both(a.1, b.1),
        }
    }

    /// A group's name in the reports.
    #[must_use]
    pub fn name(&self, (level, both): Key) -> String {
        let (names, prefix) = match level {
            Level::Taxonomy => (&self.taxonomies, ""),
            _ => (&self.families, "family "),
        };
        both.map_or_else(
            || "all pairs of providers".to_owned(),
            |(a, b)| format!("{prefix}{} with {}", names[a as usize], names[b as usize]),
        )
    }
}

/// From narrow to wide.
pub const LEVELS: [Level; 3] = [Level::Taxonomy, Level::Family, Level::All];
