//! Small stories of claims, one folder each: `story.md` says what should happen and why, and
//! `expected.snap` what a scan makes of it. A new folder is a new test. After a change that is
//! meant, `INSTA_UPDATE=always cargo test --test scenarios` writes the snapshots anew.

#[path = "support/run.rs"]
mod run;

use std::fmt::Write;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use tempfile::TempDir;

use self::run::{Run, scan};

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut folders: Vec<PathBuf> = fs::read_dir(&root)
        .expect("the scenarios")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

#[test]
fn every_story_ends_as_told() {
    let folders = folders();
    assert!(!folders.is_empty(), "no scenario");
    let mut differing = Vec::new();
    for folder in folders {
        let told = fs::read_to_string(folder.join("story.md")).unwrap_or_default();
        assert!(
            !told.trim().is_empty(),
            "{} has no story.md",
            folder.display()
        );
        if catch_unwind(AssertUnwindSafe(|| compare(&folder))).is_err() {
            differing.push(folder.display().to_string());
        }
    }
    assert!(
        differing.is_empty(),
        "not as told: {}",
        differing.join(", ")
    );
}

/// The story of incomplete claims has a line for every check: a new check needs one as well.
#[test]
fn every_check_holds_a_line_of_the_story() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ending = fs::read_to_string(root.join("tests/scenarios/incomplete/expected.snap"))
        .expect("the story of incomplete claims");
    for check in claimhound::validate::checks().expect("the checks") {
        let told = ending.matches(&format!("| {} |", check.reason)).count();
        assert_eq!(
            told, 1,
            "{}: lines held for \"{}\"",
            check.name, check.reason
        );
    }
}

fn compare(folder: &Path) {
    let out = TempDir::new().expect("a temporary folder");
    let config = folder.join("scan.toml");
    let mut options = vec!["--show-values"];
    if config.exists() {
        options.extend(["--config", run::text(&config)]);
    }
    let reference = folder.join("reference");
    if reference.exists() {
        options.extend(["--reference", run::text(&reference)]);
    }
    let run = scan(folder, &out.path().join("out"), &options, 1);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("expected", ending(&run)));
}

/// What a scan made of the claims, in a few lines that a person can check.
fn ending(run: &Run) -> String {
    let mut text = String::new();
    totals(run, &mut text);
    for (title, table, columns) in SECTIONS {
        section(&mut text, title, run.table(table).as_ref(), columns);
    }
    for notice in run.results()["notices"].as_array().into_iter().flatten() {
        writeln!(text, "notice: {}", notice["edit"]).expect("text");
    }
    text
}

/// Title, table, and the columns shown.
const SECTIONS: [(&str, &str, &[&str]); 8] = [
    (
        "cases",
        "cases",
        &[
            "rank",
            "entity_id",
            "schemes",
            "exposure_amount",
            "exposure_lower",
            "paid_amount",
        ],
    ),
    (
        "findings",
        "findings",
        &["entity_id", "detector", "kind", "exposure_amount"],
    ),
    (
        "evidence",
        "evidence",
        &[
            "entity_id",
            "claim_id",
            "claim_line_number",
            "service_date",
            "hcpcs_code",
            "modifiers",
            "paid_amount",
            "amount_at_risk",
            "amount_counted_case",
            "amount_counted_run",
            "note",
        ],
    ),
    (
        "providers",
        "provider_features",
        &[
            "provider_id",
            "line_count",
            "denied_lines",
            "reversed_lines",
            "charge_amount",
            "paid_amount",
        ],
    ),
    (
        "codes",
        "provider_code",
        &[
            "provider_id",
            "hcpcs_code",
            "line_count",
            "charge_amount",
            "paid_amount",
        ],
    ),
    (
        "months",
        "provider_month",
        &["provider_id", "service_month", "line_count", "paid_amount"],
    ),
    (
        "holds",
        "holds",
        &["claim_id", "claim_line_number", "reason", "request"],
    ),
    (
        "rejects",
        "rejects",
        &["source", "row", "column", "value", "reason"],
    ),
];

/// Rows and dollars by claim type, stage and status.
fn totals(run: &Run, text: &mut String) {
    for block in ["stages", "lines_by_status"] {
        writeln!(text, "{block}").expect("text");
        let kinds = run.results()["control_totals"][block]
            .as_object()
            .expect("totals");
        for (kind, steps) in kinds {
            for (step, sum) in steps.as_object().expect("steps") {
                let word = |item: &str| sum[item].as_str().unwrap_or_default().to_owned();
                let [paid, charge] = ["paid", "charge"].map(word);
                writeln!(
                    text,
                    "  {kind} {step}: {} lines, {paid} paid, {charge} charged",
                    sum["rows"]
                )
                .expect("text");
            }
        }
    }
}

fn section(text: &mut String, title: &str, batch: Option<&RecordBatch>, columns: &[&str]) {
    let Some(batch) = batch else {
        writeln!(text, "{title}: none").expect("text");
        return;
    };
    writeln!(text, "{title} ({})", columns.join(" | ")).expect("text");
    for row in 0..batch.num_rows() {
        let cells: Vec<String> = columns.iter().map(|c| cell(batch, c, row)).collect();
        writeln!(text, "  {}", cells.join(" | ")).expect("text");
    }
}

fn cell(batch: &RecordBatch, column: &str, row: usize) -> String {
    let array = batch
        .column_by_name(column)
        .unwrap_or_else(|| panic!("no column {column}"));
    if array.is_null(row) {
        return "-".to_owned();
    }
    if let Some(list) = array.as_list_opt::<i32>() {
        let items = list.value(row);
        return items
            .as_string::<i32>()
            .iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
    }
    let texts = cast(array, &DataType::Utf8).expect("a plain column");
    texts.as_string::<i32>().value(row).to_owned()
}
