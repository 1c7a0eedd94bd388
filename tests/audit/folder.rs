//! From a scan to the figure that is demanded: what a sample folder holds, that the draw can be
//! replayed, and that reviewed amounts come out as they must.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use claimhound::audit::estimate::{Estimator, Reviewed, ReviewedStratum, estimate};
use claimhound::audit::limits::CONTRACTOR_LEVEL;
use claimhound::money::{dollars, round_half_even};
use serde_json::Value;

use crate::claims::{SCANNED, Site, cents, csv, fill_in, printed, said, story};
use crate::run::{claimhound, text};
use crate::support::python::{python, run};

fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("a JSON file");
    serde_json::from_str(&text).expect("JSON")
}

/// Everything of a sample folder but what its own name is made of.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a sample folder");
    let file = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().expect("a name");
        (name, fs::read(entry.path()).expect("a file"))
    };
    entries.map(|e| file(e.expect("an entry"))).collect()
}

#[test]
fn the_frame_is_every_paid_claim_and_says_what_it_leaves_out() {
    let story = story();
    let output = SCANNED.sample(&[]);
    assert!(output.status.success(), "{}", said(&output));
    let samples = SCANNED.path("out/samples");
    let folders: Vec<_> = fs::read_dir(&samples).expect("samples").collect();
    let folder = folders
        .into_iter()
        .map(|f| f.expect("a folder").path())
        .find(|f| json(&f.join("sample.json"))["design"]["strata"][0]["take_all"] == false)
        .expect("the default sample");
    let declared = json(&folder.join("sample.json"));
    assert_eq!(declared["frame"]["units"], story.paid.len() as u64);
    let total = cents(
        declared["frame"]["paid_amount"]
            .as_str()
            .expect("an amount"),
    );
    assert_eq!(total, story.paid.values().sum::<i64>());
    let left_out = &declared["frame"]["left_out"];
    assert_eq!(left_out["denied"]["lines"], story.denied_lines);
    assert_eq!(left_out["zero paid"]["lines"], story.zero_lines);
    // The statement shows the same figures, and whose they are, and no member.
    let statement = printed(&output);
    for part in [
        &format!(
            "Frame: {} paid claims, {} paid",
            story.paid.len(),
            dollars(total)
        ),
        "lines denied",
        "simple random sample",
        "precision of 25 % at 90 %",
        "from the frame's hash",
        "review.csv",
    ] {
        assert!(statement.contains(part), "{part}: {statement}");
    }
    assert!(!statement.contains("SENTINEL"), "{statement}");
}

#[test]
fn drawn_units_are_claims_of_the_frame_with_their_amounts() {
    let paid = story().paid;
    let folder = SCANNED.drawn("amounts", &["--size", "120", "--seed", "5"]);
    let drawn = csv(&folder.join("sample.csv"));
    assert_eq!(drawn.len(), 120);
    let units: BTreeSet<&str> = drawn.iter().map(|r| r["unit_id"].as_str()).collect();
    assert_eq!(units.len(), 120);
    for row in &drawn {
        assert_eq!(cents(&row["paid_amount"]), paid[&row["claim_id"]]);
    }
    let numbers: Vec<&String> = drawn.iter().map(|r| &r["random_number"]).collect();
    assert!(numbers.is_sorted());
    let template = csv(&folder.join("review.csv"));
    let of = |rows: &[BTreeMap<String, String>]| -> Vec<String> {
        rows.iter().map(|r| r["unit_id"].clone()).collect()
    };
    assert_eq!(of(&template), of(&drawn));
    for file in ["frame.parquet", "sample.csv", "review.csv", "sample.json"] {
        let mode = fs::metadata(folder.join(file))
            .expect(file)
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let mode = fs::metadata(&folder)
        .expect("the folder")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}

/// A second program in another language, from the declaration and the frame alone.
#[test]
fn an_independent_program_replays_the_draw() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/replay_sample.py");
    let simple = SCANNED.drawn("replay_simple", &["--size", "40"]);
    let strata = [
        "--strata",
        "4",
        "--take-all-above",
        "1000",
        "--size",
        "110",
        "--seed",
        "99",
    ];
    let stratified = SCANNED.drawn("replay_strata", &strata);
    let members = SCANNED.drawn("replay_members", &["--unit", "member", "--probe"]);
    let lines = SCANNED.drawn("replay_lines", &["--unit", "line", "--codes", "99214"]);
    for folder in [&simple, &stratified, &members, &lines] {
        let said = run(Command::new(python()).arg("-B").arg(&script).arg(folder));
        assert!(said.starts_with("replayed"), "{said}");
    }
    // It can tell: another seed in the declaration is another draw.
    let declared = fs::read_to_string(simple.join("sample.json")).expect("the declaration");
    let copy = SCANNED.path("replay_copy");
    fs::create_dir(&copy).expect("a folder");
    for file in ["frame.parquet", "sample.csv"] {
        fs::copy(simple.join(file), copy.join(file)).expect(file);
    }
    let seed = json(&simple.join("sample.json"))["draw"]["seed"].to_string();
    let other = declared.replace(&format!("\"seed\": {seed}"), "\"seed\": 1");
    assert_ne!(other, declared);
    fs::write(copy.join("sample.json"), other).expect("a declaration");
    let replay = Command::new(python())
        .arg("-B")
        .arg(&script)
        .arg(&copy)
        .output();
    assert!(!replay.expect("python").status.success());
}

#[test]
fn the_same_claims_in_another_order_give_the_same_bytes() {
    let options = ["--strata", "3", "--size", "70"];
    let mut rows = story().rows;
    rows.reverse();
    let shuffled = Site::scanned(&rows);
    let [here, there] = [
        SCANNED.drawn("order", &options),
        shuffled.drawn("order", &options),
    ];
    let (mut here, mut there) = (content(&here), content(&there));
    // The declaration names the run, and a run's name comes from the hashes of its files.
    let declared = |content: &mut BTreeMap<String, Vec<u8>>| {
        let text = content.remove("sample.json").expect("a declaration");
        let mut value: Value = serde_json::from_slice(&text).expect("JSON");
        value["run_id"] = Value::Null;
        value
    };
    assert_eq!(declared(&mut here), declared(&mut there));
    assert!(here == there && here.len() == 3);
}

#[test]
fn a_full_sample_with_the_probes_seed_holds_the_probe() {
    let units = |folder: &Path| -> Vec<String> {
        let rows = csv(&folder.join("sample.csv"));
        rows.iter().map(|r| r["unit_id"].clone()).collect()
    };
    let probe = units(&SCANNED.drawn("probe", &["--probe"]));
    let full = units(&SCANNED.drawn("full", &["--size", "90"]));
    assert_eq!(probe.len(), 30);
    assert_eq!(probe[..], full[..30]);
}

#[test]
fn drawing_again_leaves_a_review_under_way_alone() {
    let options = ["--size", "50", "--seed", "3"];
    let folder = SCANNED.drawn("again", &options);
    fs::write(folder.join("review.csv"), "half done").expect("a review");
    let again = SCANNED.sample(&[&["--output", text(&folder)], &options[..]].concat());
    assert!(again.status.success() && printed(&again).contains("nothing was changed"));
    let review = fs::read_to_string(folder.join("review.csv")).expect("a review");
    assert_eq!(review, "half done");
    let other = SCANNED.sample(&["--output", text(&folder), "--size", "51", "--seed", "3"]);
    assert_eq!(other.status.code(), Some(1));
    assert!(said(&other).contains("another sample was drawn into this folder"));
}

#[test]
fn a_case_goes_by_its_rank_its_id_or_its_provider() {
    let options = ["--size", "45", "--seed", "6"];
    let folder = SCANNED.drawn("names", &options);
    let declared = json(&folder.join("sample.json"));
    let id = declared["case_id"].as_str().expect("a case id");
    let rank = {
        let run = SCANNED.path("out/latest");
        let found = claimhound::cases::lookup::find_in(&run, id).expect("the case");
        found.rank.to_string()
    };
    for case in [rank.as_str(), &id[..8]] {
        let again = SCANNED.sample_of(case, &[&["--output", text(&folder)], &options[..]].concat());
        assert!(printed(&again).contains("nothing was changed"), "{case}");
    }
}

/// Half of every amount allowed: the ratio is known without error, the difference is half of the mean.
#[test]
fn half_of_everything_is_half_of_everything() {
    let paid = story().paid;
    let folder = SCANNED.drawn("half", &["--size", "80", "--estimator", "ratio"]);
    let reviewed = SCANNED.path("half.csv");
    // Whole cents: halves of odd amounts are half a cent off.
    fill_in(&folder.join("review.csv"), &reviewed, |_, paid| paid / 2);
    let output = claimhound(&["extrapolate", text(&folder), text(&reviewed)], 1);
    assert!(output.status.success(), "{}", said(&output));
    let found = json(&folder.join("estimate.json"));
    let half = paid.values().sum::<i64>() / 2;
    let declared = &found["declared"];
    assert_eq!(declared["estimator"], "ratio");
    let amount = |name: &str| cents(declared[name].as_str().expect("an amount"));
    assert!((amount("point_estimate") - half).abs() < paid.len() as i64);
    assert!(amount("standard_error") < paid.len() as i64);
    assert!((amount("lower_limit_two_sided_90") - half).abs() < paid.len() as i64);
    assert_eq!(found["others"].as_array().map(Vec::len), Some(2));
    assert!(printed(&output).contains("CMS Program Integrity Manual, ch. 8"));
}

/// The files against the library: strata, amounts and allowed amounts are put together by hand here.
#[test]
fn a_stratified_review_is_estimated_from_what_the_files_say() {
    let options = ["--strata", "3", "--take-all-above", "900", "--size", "90"];
    let folder = SCANNED.drawn("stratified", &options);
    let reviewed = SCANNED.path("stratified.csv");
    let allowed = |at: usize, paid: i64| match at % 5 {
        0 | 3 => 0,
        1 => paid + 250,
        _ => paid,
    };
    fill_in(&folder.join("review.csv"), &reviewed, allowed);
    let output = claimhound(&["extrapolate", text(&folder), text(&reviewed)], 1);
    assert!(output.status.success(), "{}", said(&output));
    let declared = json(&folder.join("sample.json"));
    let mut strata: Vec<ReviewedStratum> = declared["design"]["strata"]
        .as_array()
        .expect("strata")
        .iter()
        .map(|s| ReviewedStratum {
            units: s["units"].as_u64().expect("units"),
            paid_cents: cents(s["paid_amount"].as_str().expect("an amount")),
            reviewed: Vec::new(),
        })
        .collect();
    for (at, row) in csv(&folder.join("sample.csv")).iter().enumerate() {
        let paid_cents = cents(&row["paid_amount"]);
        let stratum: usize = row["stratum"].parse().expect("a stratum");
        strata[stratum - 1].reviewed.push(Reviewed {
            paid_cents,
            allowed_cents: allowed(at, paid_cents),
        });
    }
    assert_eq!(strata.len(), 4);
    let whole = strata.last().expect("the top stratum");
    assert_eq!(whole.reviewed.len() as u64, whole.units);
    let expected = estimate(Estimator::Difference, &strata);
    let found = json(&folder.join("estimate.json"));
    let amount = |name: &str| cents(found["declared"][name].as_str().expect("an amount"));
    assert_eq!(amount("point_estimate"), round_half_even(expected.point));
    assert_eq!(
        amount("lower_limit_one_sided_90"),
        round_half_even(expected.lower_limit(CONTRACTOR_LEVEL))
    );
    assert_eq!(found["declared"]["law"], "normal");
    assert!(found["underpaid_units"].as_u64() > Some(10));
    // The same review gives the same bytes.
    let before = fs::read(folder.join("estimate.json")).expect("the estimate");
    let again = claimhound(&["extrapolate", text(&folder), text(&reviewed)], 2);
    assert!(again.status.success());
    assert_eq!(
        fs::read(folder.join("estimate.json")).expect("the estimate"),
        before
    );
}

#[test]
fn a_frame_reviewed_whole_has_no_error_and_no_doubt() {
    let paid = story().paid;
    let all = paid.len().to_string();
    let folder = SCANNED.drawn("whole", &["--size", &all]);
    let reviewed = SCANNED.path("whole.csv");
    fill_in(&folder.join("review.csv"), &reviewed, |_, _| 0);
    let output = claimhound(&["extrapolate", text(&folder), text(&reviewed)], 1);
    let found = json(&folder.join("estimate.json"));
    let amount = |name: &str| cents(found["declared"][name].as_str().expect("an amount"));
    let total = paid.values().sum::<i64>();
    assert_eq!(amount("point_estimate"), total);
    assert_eq!(amount("lower_limit_one_sided_90"), total);
    assert_eq!(found["doubts"].as_array().map(Vec::len), Some(0));
    assert!(printed(&output).contains("every unit was reviewed"));
}

#[test]
fn few_errors_and_a_limit_below_zero_are_said() {
    let folder = SCANNED.drawn("few", &["--probe", "--seed", "11"]);
    let reviewed = SCANNED.path("few.csv");
    fill_in(&folder.join("review.csv"), &reviewed, |at, paid| {
        if at == 4 { 0 } else { paid }
    });
    let output = claimhound(&["extrapolate", text(&folder), text(&reviewed)], 1);
    let statement = printed(&output);
    for part in [
        "Caution: only 1 of 30",
        "counts as 0",
        "Lower limit, one-sided 90 %: 0.00",
    ] {
        assert!(statement.contains(part), "{part}: {statement}");
    }
}
