//! Who sees whom: members, the providers each of them has been with, and which of these a chain of
//! orders ties together.

use std::collections::BTreeMap;

/// Providers from which a member says nothing about any two of them: what everybody shares ties
/// nobody, and the pairs of one member grow with the square. Of Medicare's beneficiaries with seven
/// or more chronic conditions half see 11 or more physicians a year (Pham et al., *Care patterns in
/// Medicare and their implications for pay for performance*, NEJM 2007); two years of twice that
/// stay below.
pub const MOST_PROVIDERS: usize = 50;

/// Days within which two visits are close: the same week.
pub const CLOSE_DAYS: i64 = 6;

/// Members with a visit that a place must have to stand for itself; of smaller places the ZIP
/// codes that share three digits are taken together, then the state. As many as two providers must
/// share to be looked at (`edges::MIN_MEMBERS`): a smaller place cannot tie them by itself.
pub const MIN_PLACE_MEMBERS: usize = 10;

/// A provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    pub id: String,
    /// Hash of the identifier.
    pub key: u64,
    /// State of practice; where it is not known, the one most of its members live in.
    pub area: Option<String>,
    /// Taxonomy code, else the declared specialty.
    pub taxonomy: Option<String>,
    pub family: Option<String>,
    /// Tax or billing numbers it bills under, ascending.
    pub billers: Vec<String>,
}

impl Node {
    /// Whether the two bill under one number.
    #[must_use]
    pub fn colleague(&self, other: &Node) -> bool {
        let mut theirs = other.billers.iter().peekable();
        self.billers.iter().any(|own| {
            while theirs.next_if(|biller| *biller < own).is_some() {}
            theirs.peek() == Some(&own)
        })
    }
}

/// One provider a member has been with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Position of the provider among the nodes.
    pub provider: u32,
    /// Days of visits, ascending.
    pub days: Vec<i64>,
}

/// Two providers of a member that no chain of orders ties together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    /// Positions among the member's providers, `a < b`.
    pub a: u8,
    pub b: u8,
    /// Whether the member was with both within [`CLOSE_DAYS`].
    pub close: bool,
}

/// A member's providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Hash of the identifier: what orders members, whatever order they come in.
    pub key: u128,
    pub zip_code: Option<String>,
    pub state: Option<String>,
    /// Positions among the nodes, ascending.
    pub providers: Vec<u32>,
    pub ties: Vec<Tie>,
}

impl Member {
    /// A member from contacts (ascending by provider, each once) and orders, as pairs of names of
    /// the one who served and the one who ordered; an orderer need not be among the contacts.
    /// `None` where the member has more than [`MOST_PROVIDERS`].
    ///
    /// Two providers are explained where they stand in one chain of orders: one ordered the
    /// other's services, or both have theirs from a third, directly or over others.
    #[must_use]
    pub fn new(
        key: u128,
        place: (Option<String>, Option<String>),
        contacts: &[Contact],
        orders: &[(Party, Party)],
    ) -> Option<Member> {
        if contacts.len() > MOST_PROVIDERS {
            return None;
        }
        let chain = chains(contacts, orders);
        let mut ties = Vec::new();
        for (b, second) in contacts.iter().enumerate() {
            for (a, first) in contacts[..b].iter().enumerate() {
                if chain[a] != chain[b] {
                    ties.push(Tie {
                        a: a as u8,
                        b: b as u8,
                        close: close(&first.days, &second.days),
                    });
                }
            }
        }
        Some(Member {
            key,
            zip_code: place.0,
            state: place.1,
            providers: contacts.iter().map(|c| c.provider).collect(),
            ties,
        })
    }
}

/// A provider named in an order: one of the nodes, or someone else by the hash of the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    Node(u32),
    Other(u64),
}

/// A number for each contact that is the same within one chain of orders.
fn chains(contacts: &[Contact], orders: &[(Party, Party)]) -> Vec<Party> {
    let mut root: BTreeMap<Party, Party> = BTreeMap::new();
    for (served, orderer) in orders {
        let (one, other) = (find(&root, *served), find(&root, *orderer));
        if one != other {
            root.insert(one.max(other), one.min(other));
        }
    }
    contacts
        .iter()
        .map(|c| find(&root, Party::Node(c.provider)))
        .collect()
}

/// Who stands for the chain that a party is in.
fn find(root: &BTreeMap<Party, Party>, mut party: Party) -> Party {
    while let Some(next) = root.get(&party) {
        party = *next;
    }
    party
}

/// Whether two ascending lists have days at most [`CLOSE_DAYS`] apart.
fn close(one: &[i64], other: &[i64]) -> bool {
    let mut later = other.iter().peekable();
    one.iter().any(|day| {
        while later.next_if(|d| **d < day - CLOSE_DAYS).is_some() {}
        later.peek().is_some_and(|d| **d <= day + CLOSE_DAYS)
    })
}

/// Members and providers.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Ascending by id.
    pub nodes: Vec<Node>,
    /// Ascending by key.
    pub members: Vec<Member>,
    /// Place of each member, as a position in `place_members`.
    pub places: Vec<u32>,
    /// Members of each place.
    pub place_members: Vec<u32>,
    /// Members with neither a ZIP code nor a state.
    pub without_place: usize,
    /// Members left out for having more than [`MOST_PROVIDERS`].
    pub hubs: usize,
}

impl Graph {
    /// Puts members in order, finds their places, and gives providers of unknown state the state
    /// that most of their members live in.
    #[must_use]
    pub fn new(mut nodes: Vec<Node>, mut members: Vec<Member>, hubs: usize) -> Graph {
        members.sort_unstable_by_key(|m| m.key);
        let (places, place_members) = places(&members);
        let without_place = members
            .iter()
            .filter(|m| m.zip_code.is_none() && m.state.is_none())
            .count();
        place_nodes(&mut nodes, &members);
        Graph {
            nodes,
            members,
            places,
            place_members,
            without_place,
            hubs,
        }
    }
}

/// The narrowest place of each member that has [`MIN_PLACE_MEMBERS`], numbered in the order of
/// their names, and how many members each has.
fn places(members: &[Member]) -> (Vec<u32>, Vec<u32>) {
    let names = |m: &Member| -> [Option<String>; 4] {
        let state = m.state.clone().unwrap_or_default();
        let zip = m.zip_code.as_deref().filter(|zip| zip.len() >= 3);
        [
            zip.map(|zip| format!("ZIP {zip}")),
            zip.and_then(|zip| zip.get(..3))
                .map(|region| format!("region {region}")),
            Some(format!("state {state}")),
            Some("anywhere".to_owned()),
        ]
    };
    let mut chosen: Vec<Option<String>> = vec![None; members.len()];
    for level in 0..4 {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        let open = || (0..members.len()).filter(|m| chosen[*m].is_none());
        for member in open() {
            if let Some(name) = &names(&members[member])[level] {
                *count.entry(name.clone()).or_default() += 1;
            }
        }
        count.retain(|_, n| *n >= MIN_PLACE_MEMBERS || level == 3);
        let found: Vec<(usize, String)> = open()
            .filter_map(|m| Some((m, names(&members[m])[level].clone()?)))
            .filter(|(_, name)| count.contains_key(name))
            .collect();
        for (member, name) in found {
            chosen[member] = Some(name);
        }
    }
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for name in chosen.iter().flatten() {
        *numbers.entry(name).or_default() += 1;
    }
    let place_members: Vec<u32> = numbers.values().copied().collect();
    for (number, slot) in (0..).zip(numbers.values_mut()) {
        *slot = number;
    }
    let place = |name: &Option<String>| name.as_deref().map_or(0, |n| numbers[n]);
    (chosen.iter().map(place).collect(), place_members)
}

/// Gives providers without a state the state that most of their members live in, of equals the
/// first.
fn place_nodes(nodes: &mut [Node], members: &[Member]) {
    let mut lives: BTreeMap<u32, BTreeMap<&str, usize>> = BTreeMap::new();
    for member in members {
        let Some(state) = member.state.as_deref() else {
            continue;
        };
        for provider in &member.providers {
            if nodes[*provider as usize].area.is_none() {
                *lives
                    .entry(*provider)
                    .or_default()
                    .entry(state)
                    .or_default() += 1;
            }
        }
    }
    for (provider, states) in lives {
        let most = states.values().max().copied().unwrap_or(0);
        let state = states.into_iter().find(|(_, n)| *n == most);
        nodes[provider as usize].area = state.map(|(state, _)| state.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(provider: u32, days: &[i64]) -> Contact {
        Contact {
            provider,
            days: days.to_vec(),
        }
    }

    fn ties(contacts: &[Contact], orders: &[(Party, Party)]) -> Vec<(u8, u8, bool)> {
        let member = Member::new(1, (None, None), contacts, orders).expect("few providers");
        member.ties.iter().map(|t| (t.a, t.b, t.close)).collect()
    }

    #[test]
    fn visits_of_one_week_are_close() {
        let contacts = [contact(0, &[10, 40]), contact(1, &[46]), contact(2, &[47])];
        assert_eq!(
            ties(&contacts, &[]),
            vec![(0, 1, true), (0, 2, false), (1, 2, true)]
        );
    }

    #[test]
    fn an_order_explains_those_it_ties_and_whoever_hangs_on_it() {
        let contacts = [0, 1, 2, 3].map(|p| contact(p, &[1]));
        // The laboratory 1 and the imaging centre 2 work on the doctor 0's orders.
        let orders = [
            (Party::Node(1), Party::Node(0)),
            (Party::Node(2), Party::Node(0)),
        ];
        let left: Vec<(u8, u8)> = ties(&contacts, &orders)
            .iter()
            .map(|t| (t.0, t.1))
            .collect();
        assert_eq!(left, vec![(0, 3), (1, 3), (2, 3)]);
        // Someone in the hospital ordered both.
        let orders = [
            (Party::Node(1), Party::Other(7)),
            (Party::Node(3), Party::Other(7)),
        ];
        assert_eq!(ties(&contacts, &orders).len(), 5);
    }

    #[test]
    fn a_member_of_everybody_is_left_out() {
        let contacts: Vec<Contact> = (0..=50).map(|p| contact(p, &[1])).collect();
        assert!(Member::new(1, (None, None), &contacts, &[]).is_none());
        assert!(Member::new(1, (None, None), &contacts[1..], &[]).is_some());
    }

    #[test]
    fn small_places_are_taken_together() {
        let member = |key: u128, zip: &str| {
            let place = (Some(zip.to_owned()), Some("OH".to_owned()));
            Member::new(key, place, &[contact(0, &[1])], &[]).expect("few providers")
        };
        let mut members: Vec<Member> = (0..20).map(|k| member(k, "43201")).collect();
        members.extend((20..26).map(|k| member(k, "43202")));
        members.extend((26..32).map(|k| member(k, "43203")));
        members.extend((32..36).map(|k| member(k, "44101")));
        let graph = Graph::new(vec![Node::default()], members, 0);
        let mut sizes = graph.place_members.clone();
        sizes.sort_unstable();
        // A place of its own, the two others of the region, and what is left of all.
        assert_eq!(sizes, vec![4, 12, 20]);
        assert_eq!(graph.nodes[0].area.as_deref(), Some("OH"));
    }

    #[test]
    fn colleagues_share_a_number() {
        let node = |billers: &[&str]| Node {
            billers: billers.iter().map(|b| (*b).to_owned()).collect(),
            ..Node::default()
        };
        assert!(node(&["1", "5"]).colleague(&node(&["2", "5", "9"])));
        assert!(!node(&["1", "5"]).colleague(&node(&["2", "6"])));
        assert!(!node(&[]).colleague(&node(&[])));
    }
}
