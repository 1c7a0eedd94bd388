//! What two providers would share if their members came to each independently.

use super::area::Area;
use super::graph::Graph;
use super::sample::Sample;

/// Part of the contacts of a place at whose number of other providers a member's is cut, so that a
/// group that passes its members round does not explain itself by how much they go round. The
/// median: a group would have to be half of what its place sees to move it.
const CUT_AT: f64 = 0.5;

/// The members of an area's providers: where they live, and how much they go round.
#[derive(Debug, Clone)]
pub struct Panels {
    /// Members by place, ascending by place, of each provider.
    places: Vec<Vec<(u32, u32)>>,
    /// Members of each provider.
    pub members: Vec<u32>,
    /// How many other providers its members have, against the members of the same places.
    connectivity: Vec<f64>,
}

/// How many other providers a member has, cut, by member of the graph; and the mean over the
/// contacts of each place.
#[derive(Debug, Clone)]
pub struct Others {
    of_member: Vec<f64>,
    of_place: Vec<f64>,
}

impl Others {
    /// Counts them, over all areas.
    #[must_use]
    pub fn new(graph: &Graph) -> Others {
        let mut by_place: Vec<Vec<u32>> = vec![Vec::new(); graph.place_members.len()];
        for (member, place) in graph.members.iter().zip(&graph.places) {
            let contacts = member.providers.len() as u32;
            let others = contacts.saturating_sub(1);
            // Once a contact: a provider meets its members by their contacts.
            by_place[*place as usize].extend(std::iter::repeat_n(others, contacts as usize));
        }
        let mut cuts = Vec::with_capacity(by_place.len());
        let mut of_place = Vec::with_capacity(by_place.len());
        for contacts in &mut by_place {
            contacts.sort_unstable();
            let at = (CUT_AT * contacts.len() as f64) as usize;
            let cut = contacts.get(at).or(contacts.last()).copied().unwrap_or(0);
            let sum: f64 = contacts.iter().map(|c| f64::from((*c).min(cut))).sum();
            cuts.push(cut);
            of_place.push(sum / contacts.len().max(1) as f64);
        }
        let of_member = graph
            .members
            .iter()
            .zip(&graph.places)
            .map(|(member, place)| {
                let others = member.providers.len().saturating_sub(1) as u32;
                f64::from(others.min(cuts[*place as usize]))
            })
            .collect();
        Others {
            of_member,
            of_place,
        }
    }
}

impl Panels {
    /// Panels of an area, given the provider of each slot, from the members of a sample.
    #[must_use]
    pub fn new(
        graph: &Graph,
        others: &Others,
        area: &Area,
        providers: &[u32],
        sample: &Sample,
    ) -> Panels {
        let number = area.nodes.len();
        let mut seen: Vec<Vec<u32>> = vec![Vec::new(); number];
        let mut own = vec![0.0; number];
        let mut usual = vec![0.0; number];
        for (local, ends) in area.begin.windows(2).enumerate() {
            let member = area.members[local] as usize;
            if !sample.has(member as u32) {
                continue;
            }
            let place = graph.places[member];
            for slot in ends[0]..ends[1] {
                let provider = providers[slot as usize] as usize;
                seen[provider].push(place);
                own[provider] += others.of_member[member];
                usual[provider] += others.of_place[place as usize];
            }
        }
        let members = seen.iter().map(|s| s.len() as u32).collect();
        let places = seen
            .into_iter()
            .map(|mut places| {
                places.sort_unstable();
                let runs = places.chunk_by(|a, b| a == b);
                runs.map(|run| (run[0], run.len() as u32)).collect()
            })
            .collect();
        let connectivity = own
            .into_iter()
            .zip(usual)
            .map(|(own, usual)| if usual > 0.0 { own / usual } else { 1.0 })
            .collect();
        Panels {
            places,
            members,
            connectivity,
        }
    }

    /// Members two providers would share: Σ over places of a · b / N, N the sample's members of the
    /// place, times how much the members of both go round.
    #[must_use]
    pub fn expected(&self, a: u32, b: u32, sample: &Sample) -> f64 {
        let (a, b) = (a as usize, b as usize);
        self.by_place(a, b, sample) * self.connectivity[a] * self.connectivity[b]
    }

    /// The same from the places alone.
    #[must_use]
    pub fn by_place(&self, a: usize, b: usize, sample: &Sample) -> f64 {
        let mut theirs = self.places[b].iter().peekable();
        let mut sum = 0.0;
        for (place, count) in &self.places[a] {
            while theirs.next_if(|other| other.0 < *place).is_some() {}
            if let Some(other) = theirs.peek().filter(|other| other.0 == *place) {
                sum += f64::from(*count) * f64::from(other.1) / sample.of_place(*place);
            }
        }
        sum
    }
}
