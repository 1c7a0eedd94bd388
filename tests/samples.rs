//! The public samples, scanned to the end: every total equals the one that
//! `tests/reference/control_totals.py` works out from the files themselves, without layout or SQL.

#[path = "support/run.rs"]
mod run;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use arrow::array::RecordBatch;
use claimhound::batch::{int, int_at, text, text_at};
use claimhound::config::Config;
use claimhound::engine::TableData;
use claimhound::ingest::Canonical;
use claimhound::ingest::discover::InputPaths;
use claimhound::ingest::layout::Layout;
use claimhound::pipeline::{Scan, check};
use claimhound::report::read_table;
use serde_json::Value;
use tempfile::TempDir;

use self::run::{Run, scan};
use self::support::sample;

/// DE-SynPUF beneficiary files carry their year in the name; the sample's name has none.
const SYNPUF_YEAR: &str = "[ingest]\nfile_year = 2008\n";
/// Claim types of the medical claims.
const MEDICAL: [&str; 2] = ["professional", "institutional"];

/// What the reference script found in a sample.
fn truth(name: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("reference/control_totals.json"))
        .expect("the reference totals are JSON");
    all[name].clone()
}

/// `"1,234.56"` and `"1234.56"` as cents.
fn cents(amount: &Value) -> i64 {
    let digits: String = amount
        .as_str()
        .expect("an amount")
        .chars()
        .filter(|c| !matches!(c, ',' | '.'))
        .collect();
    digits.parse().expect("an amount with two decimals")
}

fn number(value: &Value) -> i64 {
    value.as_i64().expect("a count")
}

fn scanned(sample: &Path, layout: &str, config: &str) -> (TempDir, Run) {
    let place = TempDir::new().expect("a temporary folder");
    let file = place.path().join("scan.toml");
    fs::write(&file, config).expect("a configuration");
    let options = ["--layout", layout, "--config", run::text(&file)];
    let run = scan(sample, &place.path().join("out"), &options, 2);
    (place, run)
}

// ---------------------------------------------------------------- the manifest

/// Compares what a scan's manifest says of the medical claims.
fn assert_manifest(name: &str, run: &Run) {
    let (truth, results) = (truth(name), run.results());
    for kind in MEDICAL {
        let (expected, stages) = (&truth[kind], &results["control_totals"]["stages"][kind]);
        let what = |item: &str| format!("{name}, {kind}: {item}");
        assert_eq!(
            stages["read"]["rows"],
            expected["lines"],
            "{}",
            what("lines read")
        );
        assert_eq!(
            cents(&stages["accepted"]["paid"]),
            cents(&expected["paid"]),
            "{}",
            what("paid")
        );
        for amount in ["allowed", "charge"] {
            if expected[amount].is_string() {
                let found = cents(&stages["accepted"][amount]);
                assert_eq!(found, cents(&expected[amount]), "{}", what(amount));
            }
        }
        if expected["naive_paid"].is_string() {
            let read = cents(&stages["read"]["paid"]);
            assert_eq!(
                read,
                cents(&expected["naive_paid"]),
                "{}",
                what("paid as read")
            );
        }
        for stage in ["rejected", "conflicting", "repeated"] {
            assert!(stages[stage].is_null(), "{}", what(stage));
        }
    }
    assert_eq!(
        results["providers"], truth["providers"],
        "{name}: providers"
    );
    assert_eq!(
        results["members"], truth["members_in_claims"],
        "{name}: members in claims"
    );
    for (table, count) in results["tables"].as_object().expect("tables") {
        assert_eq!(count["rejected"], 0, "{name}: rejects of {table}");
    }
    assert!(run.table("rejects").is_none(), "{name}: rejects");
}

fn status(run: &Run, kind: &str, status: &str, item: &str) -> Value {
    run.results()["control_totals"]["lines_by_status"][kind][status][item].clone()
}

// ---------------------------------------------------------------- the canonical tables

/// The canonical tables of a sample; the folder holds them while they are read.
fn canonical(folder: &Path, layout: &str, config: &str) -> (TempDir, Canonical) {
    let place = TempDir::new().expect("a temporary folder");
    let job = Scan {
        layout: Layout::find(layout).expect("a built-in layout"),
        paths: InputPaths {
            folder: Some(folder.to_path_buf()),
            ..InputPaths::default()
        },
        out: place.path().join("out"),
        config: Config::parse(config, "test").expect("a configuration"),
        reference: claimhound::reference::ReferencePaths::default(),
        edits: None,
        as_of: None,
        keep: None,
        show_values: false,
        with_phi: false,
    };
    let checked = check(&job, &place.path().join("work")).expect("a readable sample");
    (place, checked.canonical)
}

fn rows(canonical: &Canonical, table: &str) -> Vec<RecordBatch> {
    let mut batches = Vec::new();
    for bucket in 0..canonical.buckets {
        let Some(TableData::Parquet(files)) = canonical.tables(bucket).remove(table) else {
            panic!("{table} is no file");
        };
        batches.extend(
            files
                .iter()
                .filter_map(|f| read_table(f).expect("a canonical table")),
        );
    }
    batches
}

/// Counts and cents of the lines of one claim type, or of all pharmacy lines.
#[derive(Debug, Default)]
struct Totals {
    lines: i64,
    paid: i64,
    allowed: i64,
    claims: BTreeSet<String>,
    members: BTreeSet<String>,
    providers: BTreeSet<String>,
}

fn totals(canonical: &Canonical, table: &str, kind: Option<&str>, provider: &str) -> Totals {
    let mut totals = Totals::default();
    for batch in rows(canonical, table) {
        let column = |name: &str| text(&batch, name).expect("a text column");
        let amount = |name: &str| int(&batch, name).expect("an amount column");
        let kinds = kind.map(|k| (k, column("claim_type")));
        for row in 0..batch.num_rows() {
            if kinds.is_some_and(|(k, column)| column.value(row) != k) {
                continue;
            }
            totals.lines += 1;
            totals.paid += int_at(amount("paid_cents"), row).unwrap_or(0);
            totals.allowed += int_at(amount("allowed_cents"), row).unwrap_or(0);
            totals
                .claims
                .insert(column("claim_id").value(row).to_owned());
            totals
                .members
                .insert(column("person_id").value(row).to_owned());
            totals
                .providers
                .extend(text_at(column(provider), row).map(str::to_owned));
        }
    }
    totals
}

/// Compares the canonical tables, which no manifest total has been through.
fn assert_canonical(name: &str, canonical: &Canonical) {
    let truth = truth(name);
    for kind in MEDICAL {
        let (found, expected) = (
            totals(canonical, "line", Some(kind), "provider_id"),
            &truth[kind],
        );
        let lines = expected
            .get("lines_after_total_rows_go")
            .unwrap_or(&expected["lines"]);
        assert_eq!(found.lines, number(lines), "{name}, {kind}: lines");
        assert_eq!(found.paid, cents(&expected["paid"]), "{name}, {kind}: paid");
        assert_eq!(
            found.claims.len() as i64,
            number(&expected["claims"]),
            "{name}, {kind}: claims"
        );
        let providers = found.providers.len() as i64;
        assert_eq!(
            providers,
            number(&expected["providers"]),
            "{name}, {kind}: providers"
        );
    }
    let expected = &truth["pharmacy"];
    if expected.is_object() {
        let found = totals(canonical, "pharmacy_line", None, "dispensing_npi");
        assert_eq!(
            found.lines,
            number(&expected["lines"]),
            "{name}: pharmacy lines"
        );
        assert_eq!(
            found.claims.len() as i64,
            number(&expected["claims"]),
            "{name}: fills"
        );
        assert_eq!(
            found.members.len() as i64,
            number(&expected["members"]),
            "{name}: their members"
        );
        assert_eq!(
            found.paid,
            cents(&expected["paid"]),
            "{name}: pharmacy paid"
        );
        if expected["allowed"].is_string() {
            assert_eq!(
                found.allowed,
                cents(&expected["allowed"]),
                "{name}: pharmacy allowed"
            );
        }
    }
}

/// Spans of enrolment that the layout gives.
fn enrolled_rows(run: &Run) -> i64 {
    number(&run.results()["tables"]["enrollment"]["rows"])
}

// ---------------------------------------------------------------- the samples

#[test]
fn tuva_demo_counts_every_claim_once() {
    let folder = sample("tuva_demo");
    let (_place, run) = scanned(&folder, "tuva", "");
    assert_manifest("tuva", &run);
    let truth = truth("tuva");
    let zero = status(&run, "professional", "zero", "rows");
    assert_eq!(zero, truth["professional"]["zero_paid_lines"]);
    let stages = &run.results()["control_totals"]["stages"]["institutional"];
    let institutional = &truth["institutional"];
    let alone = number(&institutional["claims_of_total_rows_only"]);
    let gone = number(&stages["total_rows"]["rows"]);
    assert_eq!(gone, number(&institutional["total_rows"]) - alone);
    let charge = cents(&stages["read"]["charge"]);
    assert_eq!(charge, cents(&institutional["naive_charge"]));
    assert_eq!(enrolled_rows(&run), number(&truth["enrollment_rows"]));
    let members = run.table("member_features").map_or(0, |m| m.num_rows());
    assert_eq!(members as i64, number(&truth["members"]));
    let (_place, canonical) = canonical(&folder, "tuva", "");
    assert_canonical("tuva", &canonical);
}

#[test]
fn synthea_is_read_to_the_cent() {
    let folder = sample("synthea");
    let (_place, run) = scanned(&folder, "synthea", "");
    assert_manifest("synthea", &run);
    let truth = truth("synthea");
    assert_eq!(enrolled_rows(&run), number(&truth["enrollment_rows"]));
    let listed = number(&run.results()["tables"]["provider"]["rows"]);
    let rows = &truth["provider_rows"];
    assert_eq!(
        listed,
        number(&rows["clinicians"]) + number(&rows["organizations"])
    );
    let (_place, canonical) = canonical(&folder, "synthea", "");
    assert_canonical("synthea", &canonical);
}

#[test]
fn desynpuf_lines_side_by_side_become_rows() {
    let folder = sample("desynpuf");
    let (_place, run) = scanned(&folder, "desynpuf", SYNPUF_YEAR);
    assert_manifest("desynpuf", &run);
    let truth = truth("desynpuf");
    let denied = status(&run, "professional", "denied", "rows");
    assert_eq!(denied, truth["professional"]["denied_lines"]);
    assert_eq!(
        enrolled_rows(&run),
        number(&truth["enrollment_rows_with_a_year"])
    );
    let (_place, canonical) = canonical(&folder, "desynpuf", SYNPUF_YEAR);
    assert_canonical("desynpuf", &canonical);
}

#[test]
fn rif_repeats_of_the_claim_payment_count_once() {
    let folder = sample("rif");
    let (_place, run) = scanned(&folder, "rif", "");
    assert_manifest("rif", &run);
    let truth = truth("rif");
    assert_eq!(enrolled_rows(&run), number(&truth["enrollment_rows"]));
    let (_place, canonical) = canonical(&folder, "rif", "");
    assert_canonical("rif", &canonical);
}

/// A file delivered alone must not depend on what another file taught about the amount level.
#[test]
fn each_rif_file_alone_gives_its_own_total() {
    let truth = truth("rif");
    let mut differing = BTreeMap::new();
    for kind in MEDICAL {
        for (file, expected) in truth[kind]["by_file"].as_object().expect("files") {
            let alone = TempDir::new().expect("a temporary folder");
            let name = format!("{file}.csv");
            fs::copy(sample("rif").join(&name), alone.path().join(&name)).expect("a copy");
            let (_place, canonical) = canonical(alone.path(), "rif", "");
            let found = totals(&canonical, "line", Some(kind), "provider_id");
            let expected = (number(&expected["lines"]), cents(&expected["paid"]));
            if (found.lines, found.paid) != expected {
                differing.insert(file.clone(), ((found.lines, found.paid), expected));
            }
        }
    }
    assert!(
        differing.is_empty(),
        "(lines, cents) found and expected: {differing:?}"
    );
}

/// Every case a sample produces has been looked at; a new one is to be looked at too.
#[test]
fn the_samples_give_only_cases_that_were_looked_at() {
    // Tuva: a laboratory's antibody test four times on one day over four claims; a catheterisation
    // component and a daily hospital visit billed more than once for one day, without a modifier.
    // Sixteen providers have lines paid above what was allowed on them; five laboratories and
    // clinics were paid for one code on one day under two claims at different amounts, and three
    // at two prices on one claim or day.
    let expected = [
        (
            "tuva_demo",
            "tuva",
            vec![
                "1073636197",
                "1407273873",
                "1366429706",
                "1134438427",
                "1316920747",
                "1164621884",
                "1396705422",
                "1629407069",
                "1689965949",
                "1316933286",
                "1609812445",
                "1962495457",
                "1265428270",
                "1407851488",
                "1912906546",
                "1043256886",
                "1588685515",
                "1083701452",
                "1932184322",
                "1972535342",
                "1386915700",
            ],
        ),
        ("synthea", "synthea", vec![]),
        ("desynpuf", "desynpuf", vec![]),
        ("rif", "rif", vec![]),
    ];
    for (name, layout, providers) in expected {
        let (_place, run) = scanned(&sample(name), layout, "");
        let found: Vec<String> = run.table("cases").map_or_else(Vec::new, |cases| {
            let ids = text(&cases, "entity_id").expect("entities");
            ids.iter().flatten().map(str::to_owned).collect()
        });
        assert_eq!(found, providers, "{name}");
    }
}
