//! A second world, which shares nothing with the program's generator or its model: towns on a map,
//! members who go where it is near and well known, general practitioners with favourite colleagues,
//! clinics under one number, houses of practices under several, and rings.

use claimhound::network::graph::{Contact, Graph, Member, Node, Party};

/// Counter-based random numbers.
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        Random {
            state: seed.wrapping_mul(0xD134_2543_DE82_EF95) ^ 0x5851_F42D_4C95_7F2D,
        }
    }

    fn bits(&mut self) -> u64 {
        // xorshift64*, Marsaglia 2003 and Vigna 2016.
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.uniform() * limit as f64) as usize
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    fn poisson(&mut self, mean: f64) -> usize {
        let (limit, mut product, mut count) = ((-mean).exp(), self.uniform(), 0);
        while product > limit {
            product *= self.uniform();
            count += 1;
        }
        count
    }

    fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut target = self.uniform() * weights.iter().sum::<f64>();
        weights
            .iter()
            .position(|w| {
                target -= w;
                target <= 0.0
            })
            .unwrap_or(weights.len() - 1)
    }
}

/// How a world is made.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub seed: u64,
    pub areas: usize,
    pub providers: usize,
    pub members: usize,
    /// Part of the referrals that is written on claims.
    pub recorded: f64,
    /// How often a practitioner sends members to the favourite colleague of a specialty.
    pub loyalty: f64,
    /// How much more a member goes to a practice in a house visited already.
    pub house: f64,
}

impl World {
    pub fn new(seed: u64) -> World {
        World {
            seed,
            areas: 6,
            providers: 250,
            members: 2_500,
            recorded: 0.9,
            loyalty: 0.5,
            house: 3.0,
        }
    }
}

/// Providers who share members.
#[derive(Debug, Clone, Copy)]
pub struct Ring {
    pub providers: usize,
    pub members: usize,
    /// Probability that a member of the ring is passed to a given provider of it.
    pub passed: f64,
    /// Whether its providers see nobody else.
    pub sham: bool,
    /// What explains that they share members.
    pub because: Because,
}

/// Why providers share members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// They pass them round.
    Passed,
    /// They bill under one number.
    OneNumber,
    /// The first of them orders what the others do.
    Orders,
    /// They are all there is in a town, and the members live in it.
    OneTown,
}

impl Ring {
    pub fn new(providers: usize, members: usize, passed: f64) -> Ring {
        Ring {
            providers,
            members,
            passed,
            sham: false,
            because: Because::Passed,
        }
    }
}

/// Specialties: name, family, share of the providers, how often a member of average frailty is sent
/// to one or goes there.
const SPECIALTIES: [(&str, &str, f64, f64); 11] = [
    ("general", "primary", 0.30, 0.0),
    ("cardiology", "medical", 0.09, 0.30),
    ("orthopaedics", "surgical", 0.09, 0.25),
    ("dermatology", "medical", 0.07, 0.25),
    ("eye", "eye", 0.08, 0.35),
    ("gynaecology", "surgical", 0.07, 0.25),
    ("psychology", "behavioural", 0.10, 0.15),
    ("physiotherapy", "rehabilitation", 0.09, 0.25),
    ("chiropractic", "rehabilitation", 0.05, 0.12),
    ("equipment", "supply", 0.04, 0.20),
    ("laboratory", "laboratory", 0.02, 0.80),
];
const LABORATORY: usize = 10;
/// Towns of an area, the last one remote.
const TOWNS: usize = 12;

struct Practice {
    area: usize,
    town: usize,
    specialty: usize,
    known: f64,
    house: Option<usize>,
    billers: Vec<String>,
}

struct Town {
    area: usize,
    at: (f64, f64),
    weight: f64,
}

/// A graph, and the providers of each ring in it.
pub struct Made {
    pub graph: Graph,
    pub rings: Vec<Vec<String>>,
}

struct Draft {
    contacts: Vec<Contact>,
    orders: Vec<(Party, Party)>,
    town: usize,
}

impl Draft {
    fn visit(&mut self, provider: usize, day: i64) {
        let provider = provider as u32;
        let at = self.contacts.partition_point(|c| c.provider < provider);
        if self.contacts.get(at).is_none_or(|c| c.provider != provider) {
            self.contacts.insert(
                at,
                Contact {
                    provider,
                    days: Vec::new(),
                },
            );
        }
        let days = &mut self.contacts[at].days;
        let place = days.partition_point(|d| *d < day);
        days.insert(place, day);
    }
}

/// Makes a world with rings in it.
pub fn make(world: &World, rings: &[Ring]) -> Made {
    let mut random = Random::new(world.seed);
    let towns = towns(world, &mut random);
    let mut practices = practices(world, &towns, &mut random);
    let near: Vec<Vec<Vec<(usize, f64)>>> = towns
        .iter()
        .map(|town| reach(town, &towns, &practices))
        .collect();
    let favourites = favourites(&practices, &near, &mut random);
    let mut drafts: Vec<Draft> = Vec::new();
    for area in 0..world.areas {
        let own: Vec<usize> = (0..towns.len())
            .filter(|t| towns[*t].area == area)
            .collect();
        let weights: Vec<f64> = own.iter().map(|t| towns[*t].weight).collect();
        for _ in 0..world.members {
            let town = own[random.weighted(&weights)];
            drafts.push(live(
                world,
                town,
                &near,
                &practices,
                &favourites,
                &mut random,
            ));
        }
    }
    let mut sham = vec![false; practices.len()];
    let made = rings
        .iter()
        .map(|ring| {
            plant(
                world,
                ring,
                &mut practices,
                &towns,
                &mut drafts,
                &mut sham,
                &mut random,
            )
        })
        .collect();
    let nodes: Vec<Node> = practices
        .iter()
        .enumerate()
        .map(|(n, p)| node(n, p))
        .collect();
    let members = drafts
        .into_iter()
        .zip(1..)
        .filter_map(|(draft, number)| {
            let place = (
                Some(format!("{:03}01", draft.town)),
                Some(format!("A{}", towns[draft.town].area)),
            );
            Member::new(number, place, &draft.contacts, &draft.orders)
        })
        .collect();
    Made {
        graph: Graph::new(nodes, members, 0),
        rings: made,
    }
}

fn node(number: usize, practice: &Practice) -> Node {
    let (taxonomy, family, ..) = SPECIALTIES[practice.specialty];
    Node {
        id: format!("{number:06}"),
        key: Random::new(number as u64 + 77).bits(),
        area: Some(format!("A{}", practice.area)),
        taxonomy: Some(taxonomy.to_owned()),
        family: Some(family.to_owned()),
        billers: practice.billers.clone(),
    }
}

/// Towns of Pareto size on a square of 120 miles; the last of each area is far from all others.
fn towns(world: &World, random: &mut Random) -> Vec<Town> {
    let mut towns = Vec::new();
    for area in 0..world.areas {
        for number in 0..TOWNS {
            let remote = number == TOWNS - 1;
            let at = (120.0 * random.uniform(), 120.0 * random.uniform());
            towns.push(Town {
                area,
                at: if remote { (400.0, 400.0) } else { at },
                weight: if remote {
                    1.0
                } else {
                    random.uniform().powf(-0.9).min(30.0)
                },
            });
        }
    }
    towns
}

fn practices(world: &World, towns: &[Town], random: &mut Random) -> Vec<Practice> {
    let shares: Vec<f64> = SPECIALTIES.iter().map(|s| s.2).collect();
    let mut practices = Vec::new();
    for area in 0..world.areas {
        let own: Vec<usize> = (0..towns.len())
            .filter(|t| towns[*t].area == area)
            .collect();
        let weights: Vec<f64> = own.iter().map(|t| towns[*t].weight.powf(0.8)).collect();
        for number in 0..world.providers {
            // The remote town has one of each, and nobody else.
            let (town, specialty) = if number < SPECIALTIES.len() {
                (own[TOWNS - 1], number)
            } else {
                (
                    own[random.weighted(&weights[..TOWNS - 1])],
                    random.weighted(&shares),
                )
            };
            practices.push(Practice {
                area,
                town,
                specialty,
                known: (0.9 * random.normal()).exp(),
                house: None,
                billers: vec![format!("own-{area}-{number}")],
            });
        }
    }
    // A quarter works in clinics of several specialties under one number, a tenth in houses of
    // practices that bill apart.
    let mut free: Vec<usize> = (0..practices.len()).collect();
    let mut house = 0;
    while (free.len() as f64) > 0.65 * practices.len() as f64 {
        let first = free.swap_remove(random.below(free.len()));
        let size = 2 + random.below(6);
        house += 1;
        let clinic = random.chance(0.7);
        let mut inside = vec![first];
        for _ in 0..size {
            let same = |p: &usize| practices[*p].town == practices[first].town;
            if let Some(at) = free.iter().position(same) {
                inside.push(free.swap_remove(at));
            }
        }
        for member in inside {
            practices[member].house = Some(house);
            if clinic {
                practices[member].billers.push(format!("clinic-{house:05}"));
                practices[member].billers.sort();
            }
        }
    }
    practices
}

/// Practices of each specialty within reach of a town, with their pull.
fn reach(town: &Town, towns: &[Town], practices: &[Practice]) -> Vec<Vec<(usize, f64)>> {
    let mut near: Vec<Vec<(usize, f64)>> = vec![Vec::new(); SPECIALTIES.len()];
    for (number, practice) in practices.iter().enumerate() {
        let there = &towns[practice.town];
        if there.area == town.area {
            let miles = (there.at.0 - town.at.0).hypot(there.at.1 - town.at.1);
            let pull = practice.known * (-miles / 15.0).exp();
            near[practice.specialty].push((number, pull));
        }
    }
    near
}

/// For each general practitioner the colleague of each specialty it likes best.
fn favourites(
    practices: &[Practice],
    near: &[Vec<Vec<(usize, f64)>>],
    random: &mut Random,
) -> Vec<Vec<usize>> {
    practices
        .iter()
        .map(|practice| {
            (0..SPECIALTIES.len())
                .map(|specialty| pick(&near[practice.town][specialty], random))
                .collect()
        })
        .collect()
}

fn pick(from: &[(usize, f64)], random: &mut Random) -> usize {
    let weights: Vec<f64> = from.iter().map(|(_, w)| *w).collect();
    from[random.weighted(&weights)].0
}

fn live(
    world: &World,
    town: usize,
    near: &[Vec<Vec<(usize, f64)>>],
    practices: &[Practice],
    favourites: &[Vec<usize>],
    random: &mut Random,
) -> Draft {
    let mut draft = Draft {
        contacts: Vec::new(),
        orders: Vec::new(),
        town,
    };
    let frailty = (0.7 * random.normal() - 0.245).exp();
    let general = pick(&near[town][0], random);
    for _ in 0..=random.poisson(2.0 * frailty) {
        draft.visit(general, random.below(730) as i64);
    }
    for (specialty, (.., often)) in SPECIALTIES.iter().enumerate().skip(1) {
        if !random.chance(1.0 - (-often * 2.0 * frailty).exp()) {
            continue;
        }
        let sent = random.chance(0.6) || specialty == LABORATORY;
        let loyalty = if specialty == LABORATORY {
            0.9
        } else {
            world.loyalty
        };
        let provider = if sent && random.chance(loyalty) {
            favourites[general][specialty]
        } else {
            let houses: Vec<usize> = draft
                .contacts
                .iter()
                .filter_map(|c| practices[c.provider as usize].house)
                .collect();
            let pulled: Vec<(usize, f64)> = near[town][specialty]
                .iter()
                .map(|(p, w)| {
                    let known = practices[*p].house.is_some_and(|h| houses.contains(&h));
                    (*p, if known { w * world.house } else { *w })
                })
                .collect();
            pick(&pulled, random)
        };
        let day = random.below(730) as i64;
        for visit in 0..=random.poisson(1.0) {
            draft.visit(provider, day + 14 * visit as i64);
        }
        if sent && random.chance(world.recorded) {
            draft
                .orders
                .push((Party::Node(provider as u32), Party::Node(general as u32)));
        }
    }
    draft
}

/// Draws the providers of a ring and has them share members, for whatever reason.
fn plant(
    world: &World,
    ring: &Ring,
    practices: &mut [Practice],
    towns: &[Town],
    drafts: &mut [Draft],
    taken: &mut [bool],
    random: &mut Random,
) -> Vec<String> {
    let area = random.below(world.areas);
    let remote = TOWNS * area + TOWNS - 1;
    let mut inside: Vec<usize> = Vec::new();
    while inside.len() < ring.providers {
        let provider = random.below(practices.len());
        let practice = &practices[provider];
        let colleague = |other: &usize| {
            ring.because != Because::OneTown
                && practices[*other].house.is_some()
                && practices[*other].house == practice.house
        };
        let suits = match ring.because {
            Because::OneTown => practice.town == remote,
            _ => practice.area == area && practice.town != remote,
        };
        if suits
            && practice.specialty != LABORATORY
            && !taken[provider]
            && !inside.contains(&provider)
            && !inside.iter().any(colleague)
        {
            taken[provider] = true;
            inside.push(provider);
        }
    }
    if ring.because == Because::OneNumber {
        for provider in &inside {
            practices[*provider].billers = vec![format!("organisation-{}", inside[0])];
        }
    }
    if ring.sham {
        for draft in drafts.iter_mut() {
            draft
                .contacts
                .retain(|c| !inside.contains(&(c.provider as usize)));
        }
    }
    let here: Vec<usize> = (0..drafts.len())
        .filter(|d| match ring.because {
            Because::OneTown => drafts[*d].town == remote,
            _ => towns[drafts[*d].town].area == area,
        })
        .collect();
    for _ in 0..ring.members {
        let draft = &mut drafts[here[random.below(here.len())]];
        for _ in 0..=random.below(3) {
            let start = random.below(700) as i64;
            for provider in &inside {
                if random.chance(ring.passed) {
                    draft.visit(*provider, start + random.below(5) as i64);
                    if ring.because == Because::Orders && *provider != inside[0] {
                        let order = [*provider, inside[0]].map(|p| Party::Node(p as u32));
                        draft.orders.push((order[0], order[1]));
                    }
                }
            }
        }
    }
    let mut ids: Vec<String> = inside.iter().map(|p| format!("{p:06}")).collect();
    ids.sort();
    ids
}
