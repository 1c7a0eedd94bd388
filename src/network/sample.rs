//! All members, or a part of them.

use super::graph::Graph;
use crate::stats::uniform::uniform;

/// Members of each draw that are left out: one in five.
const LEFT_OUT: f64 = 0.2;

/// Which members count, and how many of each place.
#[derive(Debug, Clone)]
pub struct Sample {
    /// By member of the graph; empty where all count.
    counts: Vec<bool>,
    place_members: Vec<f64>,
}

impl Sample {
    /// Every member.
    #[must_use]
    pub fn all(graph: &Graph) -> Sample {
        Sample {
            counts: Vec::new(),
            place_members: graph.place_members.iter().map(|n| f64::from(*n)).collect(),
        }
    }

    /// A draw without one member in five, fixed by its number and the members' keys.
    #[must_use]
    pub fn draw(graph: &Graph, number: u64) -> Sample {
        let mut place_members = vec![0.0; graph.place_members.len()];
        let counts = graph
            .members
            .iter()
            .zip(&graph.places)
            .map(|(member, place)| {
                let key = (member.key as u64) ^ (member.key >> 64) as u64;
                let counts = uniform(key ^ number.rotate_left(32)) >= LEFT_OUT;
                place_members[*place as usize] += f64::from(u8::from(counts));
                counts
            })
            .collect();
        Sample {
            counts,
            place_members,
        }
    }

    /// Whether a member of the graph counts.
    #[must_use]
    pub fn has(&self, member: u32) -> bool {
        self.counts.get(member as usize).copied().unwrap_or(true)
    }

    /// Members of a place that count.
    #[must_use]
    pub fn of_place(&self, place: u32) -> f64 {
        self.place_members[place as usize]
    }
}
