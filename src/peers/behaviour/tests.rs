//! Three kinds of practice, made up: clinics, heart practices and bone practices.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow::compute::take_record_batch;

use super::*;
use crate::peers::Place;
use crate::stats::uniform::{splitmix64, uniform};

const OF_A_KIND: usize = 60;
const LEAST: usize = 30;

/// Codes that each kind gives beside office visits, with the usual members.
const KINDS: [&[(&str, i64)]; 3] = [
    &[("80053", 20), ("85025", 20), ("90471", 10), ("36415", 25)],
    &[("93000", 30), ("93306", 12), ("93015", 6), ("93224", 4)],
    &[("73560", 20), ("20610", 15), ("29881", 5), ("97110", 10)],
];

/// Provider, code, members.
type Row = (usize, String, i64);

fn draw(provider: usize, code: &str, members: i64) -> i64 {
    let key = code.bytes().fold(provider as u64, |key, byte| {
        splitmix64(key ^ u64::from(byte))
    });
    (members as f64 * (0.5 + uniform(key))).round() as i64
}

fn kind(provider: usize) -> usize {
    provider % KINDS.len()
}

/// Providers of the three kinds in turn; `high` bill nothing but the highest level of visits.
fn practices(high: &[usize]) -> Vec<Row> {
    let mut rows = Vec::new();
    for provider in 0..KINDS.len() * OF_A_KIND {
        let levels: &[(&str, i64)] = if high.contains(&provider) {
            &[("99215", 90)]
        } else {
            &[("99213", 60), ("99214", 30)]
        };
        for (code, members) in levels.iter().chain(KINDS[kind(provider)]) {
            let drawn = draw(provider, code, *members);
            if drawn > 0 {
                rows.push((provider, (*code).to_owned(), drawn));
            }
        }
    }
    rows
}

fn batch(rows: &[Row]) -> RecordBatch {
    let text = |of: &dyn Fn(&Row) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(of)))
    };
    let members: ArrayRef = Arc::new(rows.iter().map(|r| Some(r.2)).collect::<Int64Array>());
    RecordBatch::try_from_iter([
        ("provider_id", text(&|r| id(r.0))),
        ("hcpcs_code", text(&|r| r.1.clone())),
        ("member_count", members),
    ])
    .expect("a grain")
}

fn id(provider: usize) -> String {
    format!("{provider:04}")
}

fn found_in(batch: &RecordBatch, providers: usize) -> Behaviours {
    let ids: Vec<String> = (0..providers).map(id).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let keys: Vec<u64> = (0..providers as u64).map(splitmix64).collect();
    let reference = Reference::embedded().expect("tables");
    behaviours(batch, &ids, &keys, LEAST, &reference).expect("behaviours")
}

fn found(rows: &[Row]) -> Behaviours {
    found_in(&batch(rows), KINDS.len() * OF_A_KIND)
}

/// Places of providers that declare the taxonomy of their kind, but for some.
fn places(declared: impl Fn(usize) -> Option<&'static str>) -> Vec<Place> {
    (0..KINDS.len() * OF_A_KIND)
        .map(|provider| Place {
            taxonomy: declared(provider).map(str::to_owned),
            ..Place::default()
        })
        .collect()
}

const TAXONOMIES: [&str; 3] = ["207Q00000X", "207RC0000X", "207X00000X"];

#[test]
fn practices_of_a_kind_are_one_cluster() {
    let found = found(&practices(&[]));
    assert_eq!(found.names.len(), KINDS.len());
    assert!(found.silhouette.is_some_and(|s| s > 0.5));
    for provider in 0..found.of.len() {
        assert_eq!(found.of[provider], found.of[kind(provider)], "{provider}");
    }
    let heart = found.of[1].expect("a cluster") as usize;
    assert!(found.names[heart].contains("933xx"), "{:?}", found.names);
}

#[test]
fn the_level_of_visits_moves_nobody() {
    let upcoders: Vec<usize> = (0..30).collect();
    let honest = found(&practices(&[]));
    let with = found(&practices(&upcoders));
    assert_eq!(honest.of, with.of);
    assert_eq!(honest.names, with.names);
}

#[test]
fn the_order_of_the_rows_changes_nothing() {
    let batch = batch(&practices(&[]));
    let rows = batch.num_rows() as u32;
    let mut order: Vec<u32> = (0..rows).collect();
    order.sort_by_key(|row| splitmix64(u64::from(*row)));
    let shuffled = take_record_batch(&batch, &UInt32Array::from(order)).expect("rows");
    let providers = KINDS.len() * OF_A_KIND;
    let (one, other) = (found_in(&batch, providers), found_in(&shuffled, providers));
    assert_eq!((one.of, one.names), (other.of, other.names));
    assert_eq!(
        one.silhouette.map(f64::to_bits),
        other.silhouette.map(f64::to_bits)
    );
}

#[test]
fn without_structure_or_with_few_there_are_no_clusters() {
    // Everyone gives twelve services, as it comes.
    let rows: Vec<Row> = (0..200)
        .flat_map(|provider| {
            (0..12).filter_map(move |service| {
                let code = format!("{}000", 11 + service);
                let given = uniform(splitmix64(provider as u64) ^ service) < 0.4;
                given.then(|| (provider, code.clone(), draw(provider, &code, 10)))
            })
        })
        .filter(|row| row.2 > 0)
        .collect();
    let none = found_in(&batch(&rows), 200);
    assert!(none.names.is_empty() && none.silhouette.is_none());
    assert!(none.of.iter().all(Option::is_none));
    let few: Vec<Row> = practices(&[]).into_iter().filter(|r| r.0 < 40).collect();
    assert!(found_in(&batch(&few), 40).names.is_empty());
    assert!(found_in(&batch(&[]), 0).of.is_empty());
}

#[test]
fn small_providers_and_those_without_codes_have_no_say() {
    let mut rows = practices(&[]);
    rows.retain(|row| row.0 != 4 && row.0 != 7);
    rows.push((7, "93000".into(), 2));
    let found = found(&rows);
    assert_eq!(found.of[4], None);
    // Two heart tracings place it, though it took no part in making the clusters.
    assert_eq!(found.of[7], found.of[1]);
}

#[test]
fn heart_tests_are_foreign_to_a_clinic_and_not_to_a_heart_practice() {
    let mut rows = practices(&[]);
    rows.push((0, "93306".into(), 40));
    rows.push((3, "45378".into(), 40));
    rows.sort();
    let found = found(&rows);
    let places = places(|provider| Some(TAXONOMIES[kind(provider)]));
    let foreign = foreign_families(&found, &places, LEAST);
    let heart = found.mix.family("93306").expect("a family");
    // What nobody usually gives (45378) is no other group's practice.
    assert_eq!(foreign, [(0, heart)]);
}

#[test]
fn a_subgroup_that_does_the_same_is_a_sub_specialty() {
    let mut rows = practices(&[]);
    for provider in [0, 3, 6] {
        rows.push((provider, "93306".into(), 40));
    }
    rows.sort();
    let places = places(|provider| Some(TAXONOMIES[kind(provider)]));
    assert!(foreign_families(&found(&rows), &places, LEAST).is_empty());
}

#[test]
fn the_practice_of_a_branch_is_not_foreign_to_the_stem() {
    let mut rows = practices(&[]);
    rows.push((0, "93306".into(), 40));
    rows.sort();
    let found = found(&rows);
    // Clinics declare internal medicine, of which cardiology (207RC) is a branch.
    let stem = |provider| Some(["207R00000X", "207RC0000X", "207X00000X"][kind(provider)]);
    assert!(foreign_families(&found, &places(stem), LEAST).is_empty());
    // Cardiology is no stem: bone tests are foreign to it, clinics' declaration to nobody.
    let nobody = |provider| (kind(provider) != 0).then_some(TAXONOMIES[kind(provider)]);
    assert!(foreign_families(&found, &places(nobody), LEAST).is_empty());
}
