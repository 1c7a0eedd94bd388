//! Groups and captured orders: how often there are any where nothing is, and how many of those
//! planted are found, on the second world of `tests/rings` and on generated claims.
//!
//! `cargo bench --profile dev --bench rings` prints the figures kept in `benches/README.md`. Numbers
//! after `--` are seeds of the second world, sets of claims without and with plants: `-- 10 10 5`.

mod generated;
#[path = "../tests/rings/simulator.rs"]
mod simulator;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use arrow::array::{Array, AsArray, RecordBatch};
use claimhound::batch::{read_table, text};
use claimhound::evaluate::read_labels;
use claimhound::network::edges::Network;
use claimhound::network::graph::Graph;
use claimhound::network::rings::rings;

use self::simulator::{Because, Made, Ring, World, make};

const LEVEL: f64 = 0.05;
const PROVIDERS: usize = 3_000;

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let number = |at: usize, usual: usize| numbers.get(at).copied().unwrap_or(usual);
    let worlds = number(0, 10) as u64;
    without_rings(worlds);
    with_rings(worlds);
    let folder = tempfile::tempdir().expect("a temporary folder");
    claims(folder.path(), "without plants", 0..number(1, 10), true);
    claims(folder.path(), "planted", 1_000..1_000 + number(2, 5), false);
}

fn world(seed: u64) -> World {
    World {
        areas: 3,
        providers: 200,
        members: 2_000,
        ..World::new(seed)
    }
}

/// Providers of every group, and whether the law may speak at all.
fn found(graph: &Graph) -> (Vec<BTreeSet<String>>, bool) {
    let network = Network::new(graph);
    let groups = rings(&network, &network.ties(LEVEL), LEVEL)
        .into_iter()
        .map(|ring| {
            let area = &network.areas[ring.area];
            let id = |local: &u32| graph.nodes[area.nodes[*local as usize] as usize].id.clone();
            ring.core.iter().map(id).collect()
        });
    (groups.collect(), network.law.counts())
}

fn without_rings(seeds: u64) {
    println!("second world without rings, {seeds} seeds a row");
    println!(
        "| orders on record | loyalty | pull of a house | law refused | worlds with a group |"
    );
    println!("|---|---|---|---|---|");
    for (recorded, loyalty, house) in [
        (0.9, 0.5, 3.0),
        (0.5, 0.7, 3.0),
        (0.0, 0.9, 3.0),
        (0.9, 0.5, 20.0),
    ] {
        let (mut refused, mut with_group) = (0, 0);
        for seed in 0..seeds {
            let habits = World {
                recorded,
                loyalty,
                house,
                ..world(seed)
            };
            let (groups, counts) = found(&make(&habits, &[]).graph);
            refused += usize::from(!counts);
            with_group += usize::from(!groups.is_empty());
        }
        println!("| {recorded} | {loyalty} | {house} | {refused} | {with_group} |");
    }
}

fn with_rings(seeds: u64) {
    println!("\nsecond world with one ring, {seeds} seeds a row");
    println!("| providers | members | passed | why | providers found | others beside them |");
    println!("|---|---|---|---|---|---|");
    let passed = [
        Ring::new(3, 40, 0.9),
        Ring::new(3, 20, 0.6),
        Ring::new(5, 60, 0.9),
        Ring::new(5, 30, 0.6),
        Ring::new(8, 60, 0.4),
        Ring::new(12, 60, 0.3),
        Ring::new(20, 100, 0.2),
    ];
    let honest = [Because::OneNumber, Because::Orders, Because::OneTown].map(|because| Ring {
        because,
        ..Ring::new(6, 60, 0.8)
    });
    for ring in passed.into_iter().chain(honest) {
        let (mut right, mut planted, mut others) = (0, 0, 0);
        for seed in 0..seeds {
            let Made { graph, rings } = make(&world(100 + seed), &[ring]);
            let inside: BTreeSet<String> = rings.into_iter().flatten().collect();
            let all: BTreeSet<String> = found(&graph).0.into_iter().flatten().collect();
            right += all.intersection(&inside).count();
            others += all.difference(&inside).count();
            planted += inside.len();
        }
        let Ring {
            providers,
            members,
            passed,
            because,
            ..
        } = ring;
        println!(
            "| {providers} | {members} | {passed} | {because:?} | {right} of {planted} | {others} |"
        );
    }
}

/// Found and all, by what was planted and how strongly.
type Tally = BTreeMap<(String, String), (usize, usize)>;

fn claims(folder: &Path, what: &str, seeds: std::ops::Range<usize>, clean: bool) {
    let sets = seeds.len();
    let mut tally = Tally::new();
    let (mut with_group, mut with_capture, mut groups, mut beside) = (0, 0, 0, 0);
    let started = Instant::now();
    for seed in seeds {
        let (cases, labels) = scanned(folder, seed as u64, clean);
        let named = |scheme: &str| -> BTreeSet<&String> {
            let of_scheme = cases.iter().filter(|(schemes, _)| schemes.contains(scheme));
            of_scheme.flat_map(|(_, who)| who).collect()
        };
        let ours = |scheme: &str| cases.iter().filter(|c| c.0.contains(scheme)).count();
        groups += ours("collusion_ring");
        with_group += usize::from(ours("collusion_ring") > 0);
        with_capture += usize::from(ours("referral_capture") > 0);
        let planted: BTreeSet<&String> = labels
            .iter()
            .filter(|l| l.planted && l.scheme == "collusion_ring")
            .map(|l| &l.entity_id)
            .collect();
        beside += named("collusion_ring").difference(&planted).count();
        for label in labels.iter().filter(|l| l.entity_type == "provider") {
            if ["collusion_ring", "referral_capture"].contains(&label.scheme.as_str()) {
                let strength = if label.planted {
                    &label.strength
                } else {
                    "hard negative"
                };
                let key = (label.scheme.clone(), strength.to_owned());
                let (found, all) = tally.entry(key).or_default();
                *found += usize::from(named(&label.scheme).contains(&label.entity_id));
                *all += 1;
            }
        }
    }
    println!(
        "\n{sets} sets of {PROVIDERS} providers {what}, {:.0} s: {with_group} with a group \
         ({groups} groups, {beside} providers in them that are not planted), {with_capture} with \
         captured orders",
        started.elapsed().as_secs_f64()
    );
    for ((scheme, strength), (found, all)) in tally {
        println!("| {scheme} | {strength} | {found} of {all} |");
    }
}

/// A case: its schemes, and the providers it is about.
type Case = (BTreeSet<String>, Vec<String>);

fn scanned(folder: &Path, seed: u64, clean: bool) -> (Vec<Case>, Vec<claimhound::evaluate::Label>) {
    let (claims, run) = generated::scanned(folder, PROVIDERS, seed, clean);
    let labels = read_labels(&claims.join("labels.csv")).expect("labels");
    let rows = read_table(&run.join("cases.parquet")).expect("a table");
    let cases = rows.map_or_else(Vec::new, |rows| cases_of(&rows));
    generated::remove(folder);
    (cases, labels)
}

fn cases_of(rows: &RecordBatch) -> Vec<Case> {
    let id = text(rows, "entity_id").expect("entity_id");
    let words = |name: &str, row: usize| -> Vec<String> {
        let lists = rows
            .column_by_name(name)
            .expect("a column")
            .as_list::<i32>();
        let list = lists.value(row);
        let list = list.as_string::<i32>();
        list.iter().flatten().map(str::to_owned).collect()
    };
    (0..id.len())
        .map(|row| {
            let members = words("member_ids", row);
            let who = if members.is_empty() {
                vec![id.value(row).to_owned()]
            } else {
                members
            };
            (words("schemes", row).into_iter().collect(), who)
        })
        .collect()
}
