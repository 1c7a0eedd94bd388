//! Tests over whole runs and whole histories.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::{self, File};
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Decimal128Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;

use super::claim::{Amounts, Status};
use super::*;

type Outcome = Result<(), Box<dyn Error>>;

const TABLES: [&str; 4] = ["medical_claim", "eligibility", "provider", "pharmacy_claim"];

fn small(clean: bool) -> SynthConfig {
    SynthConfig {
        providers: 240,
        seed: 5,
        lines: Some(30_000),
        clean,
    }
}

fn read(out: &Path, table: &str) -> Result<Vec<RecordBatch>, Box<dyn Error>> {
    let file = File::open(out.join(format!("{table}.parquet")))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)?.build()?;
    Ok(reader.collect::<Result<_, _>>()?)
}

fn texts<'a>(batch: &'a RecordBatch, column: &str) -> Vec<&'a str> {
    let array = batch[column].as_string::<i32>();
    (0..array.len())
        .map(|i| if array.is_null(i) { "" } else { array.value(i) })
        .collect()
}

fn cents<'a>(batch: &'a RecordBatch, column: &str) -> &'a [i128] {
    batch[column].as_primitive::<Decimal128Type>().values()
}

/// Amounts, units, code and the like that make two lines the same service.
type Service = (String, String, i32, i64, i128, String, String);

fn duplicated_providers(out: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let batches = read(out, "medical_claim")?;
    let voided: BTreeSet<String> = batches
        .iter()
        .flat_map(|batch| texts(batch, "original_claim_id"))
        .map(str::to_owned)
        .collect();
    let mut seen: BTreeMap<Service, String> = BTreeMap::new();
    let mut duplicated = BTreeSet::new();
    for batch in &batches {
        let [claims, members, codes, render, bill, modifiers, status] = [
            "claim_id",
            "person_id",
            "hcpcs_code",
            "rendering_npi",
            "billing_npi",
            "hcpcs_modifier_1",
            "claim_status",
        ]
        .map(|column| texts(batch, column));
        let days = batch["claim_line_start_date"]
            .as_primitive::<Date32Type>()
            .values();
        let units = batch["service_unit_quantity"]
            .as_primitive::<Int64Type>()
            .values();
        let allowed = cents(batch, "allowed_amount");
        for row in 0..batch.num_rows() {
            if status[row] != "paid" || codes[row].is_empty() || voided.contains(claims[row]) {
                continue;
            }
            let provider = if render[row].is_empty() {
                bill[row]
            } else {
                render[row]
            };
            let key = (
                members[row].to_owned(),
                codes[row].to_owned(),
                days[row],
                units[row],
                allowed[row],
                modifiers[row].to_owned(),
                provider.to_owned(),
            );
            let first = seen.entry(key).or_insert_with(|| claims[row].to_owned());
            if first != claims[row] {
                duplicated.insert(provider.to_owned());
            }
        }
    }
    Ok(duplicated)
}

fn in_pool(threads: usize, out: &Path) -> Result<SynthSummary, Box<dyn Error>> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    Ok(pool.install(|| generate(&small(false), out))?)
}

#[test]
fn bytes_do_not_depend_on_the_number_of_threads() -> Outcome {
    let (one, four) = (tempfile::tempdir()?, tempfile::tempdir()?);
    assert_eq!(in_pool(1, one.path())?, in_pool(4, four.path())?);
    for name in TABLES
        .map(|table| format!("{table}.parquet"))
        .into_iter()
        .chain(["labels.csv".to_owned()])
    {
        assert!(
            fs::read(one.path().join(&name))? == fs::read(four.path().join(&name))?,
            "{name}"
        );
    }
    Ok(())
}

#[test]
fn another_seed_gives_other_claims() -> Outcome {
    let (first, second) = (tempfile::tempdir()?, tempfile::tempdir()?);
    generate(&small(true), first.path())?;
    generate(
        &SynthConfig {
            seed: 6,
            ..small(true)
        },
        second.path(),
    )?;
    let bytes = |out: &Path| fs::read(out.join("medical_claim.parquet"));
    assert_ne!(bytes(first.path())?, bytes(second.path())?);
    Ok(())
}

#[test]
fn volume_is_about_what_was_asked_for_and_the_summary_agrees_with_the_files() -> Outcome {
    let out = tempfile::tempdir()?;
    let summary = generate(&small(false), out.path())?;
    let batches = read(out.path(), "medical_claim")?;
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let paid: i128 = batches
        .iter()
        .flat_map(|batch| cents(batch, "paid_amount"))
        .sum();
    assert_eq!(
        (summary.lines, i128::from(summary.paid)),
        (rows as u64, paid)
    );
    assert!((24_000..40_000).contains(&rows), "{rows} lines");
    Ok(())
}

#[test]
fn a_clean_run_has_no_labels_and_no_duplicates() -> Outcome {
    let out = tempfile::tempdir()?;
    let summary = generate(&small(true), out.path())?;
    assert!(summary.labels.is_empty());
    assert_eq!(
        fs::read_to_string(out.path().join("labels.csv"))?,
        "entity_type,entity_id,scheme,strength,role,group_id\n"
    );
    assert_eq!(duplicated_providers(out.path())?, BTreeSet::new());
    Ok(())
}

#[test]
fn duplicates_are_at_planted_providers_only() -> Outcome {
    let out = tempfile::tempdir()?;
    generate(&small(false), out.path())?;
    let labels = fs::read_to_string(out.path().join("labels.csv"))?;
    let planted: BTreeSet<String> = labels
        .lines()
        .map(|row| row.split(',').collect::<Vec<_>>())
        .filter(|row| row[2] == "duplicate_billing" && row[4] == "planted")
        .map(|row| row[1].to_owned())
        .collect();
    let found = duplicated_providers(out.path())?;
    assert!(
        !found.is_empty() && found.is_subset(&planted),
        "{found:?} beyond {planted:?}"
    );
    Ok(())
}

#[test]
fn identifiers_on_claims_are_valid_and_in_the_register() -> Outcome {
    let out = tempfile::tempdir()?;
    generate(&small(false), out.path())?;
    let register: BTreeSet<String> = read(out.path(), "provider")?
        .iter()
        .flat_map(|batch| {
            texts(batch, "npi")
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(register.iter().all(|npi| npi::is_valid(npi)));
    for batch in read(out.path(), "medical_claim")? {
        for column in [
            "rendering_npi",
            "billing_npi",
            "facility_npi",
            "referring_npi",
            "ordering_npi",
        ] {
            for npi in texts(&batch, column)
                .into_iter()
                .filter(|npi| !npi.is_empty())
            {
                assert!(register.contains(npi), "{column} {npi}");
            }
        }
    }
    Ok(())
}

#[test]
fn too_few_providers_are_refused() {
    let config = SynthConfig {
        providers: 10,
        ..SynthConfig::default()
    };
    let refused = generate(&config, Path::new("unused"));
    assert!(matches!(
        refused,
        Err(SynthError::TooFewProviders { asked: 10 })
    ));
}

fn planted_world(seed: u64) -> World {
    build_world(&SynthConfig {
        providers: 240,
        seed,
        lines: Some(40_000),
        clean: false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn money_adds_up_on_every_line(seed in any::<u64>()) {
        let world = planted_world(seed);
        for index in 0..200 {
            let history = history::of_member(&world, index);
            let priced = |claim: &&claim::Claim| {
                let plant = world.provider(claim.provider).plant;
                plant.is_none_or(|plant| schemes::REGISTRY[plant.scheme].name() != "pricing_error")
            };
            for claim in history.claims.iter().filter(priced) {
                for line in &claim.lines {
                    let a = line.amounts;
                    let a = if claim.status == Status::Reversed { a.negated() } else { a };
                    prop_assert_eq!(a.paid + a.member_share(), a.allowed);
                    prop_assert!(0 <= a.paid && a.allowed <= a.charge);
                    let denied = claim.status == Status::Denied;
                    let nothing = Amounts { charge: a.charge, ..Amounts::default() };
                    prop_assert!(!denied || a == nothing);
                }
            }
        }
    }

    #[test]
    fn reversals_undo_their_originals_to_the_cent(seed in any::<u64>()) {
        let world = planted_world(seed);
        for index in 0..400 {
            let claims = history::of_member(&world, index).claims;
            for void in claims.iter().filter(|claim| claim.frequency == 8) {
                let original = claims.iter().find(|claim| Some(claim.number) == void.original);
                prop_assert!(original.is_some());
                let undone = original.map(|original| original.total(|a| a.paid) + void.total(|a| a.paid));
                prop_assert_eq!(undone, Some(0));
            }
        }
    }

    #[test]
    fn honest_care_is_within_coverage_life_and_business(seed in any::<u64>()) {
        let world = World::draw(seed, 120);
        for index in 0..300 {
            let history::History { member, claims, .. } = history::of_member(&world, index);
            for claim in &claims {
                prop_assert!(member.coverage(claim.days.0).is_some());
                prop_assert!(member.alive(claim.days.0));
                let provider = world.provider(claim.provider);
                prop_assert!(provider.in_business(claim.days.0), "{:?} {:?} {claim:?}", provider.specialty, provider.active);
                prop_assert!(claim.settled >= claim.days.1 && claim.settled <= calendar::LAST_DAY);
                let office = matches!(claim.place, "10" | "11" | "12" | "20");
                prop_assert!(!office || !member.inside_stay(claim.days.0), "{claim:?}");
            }
        }
    }

    #[test]
    fn claim_numbers_are_distinct(seed in any::<u64>()) {
        let world = planted_world(seed);
        for index in 0..300 {
            let claims = history::of_member(&world, index).claims;
            let numbers: BTreeSet<u32> = claims.iter().map(|claim| claim.number).collect();
            prop_assert_eq!(numbers.len(), claims.len());
        }
    }
}
