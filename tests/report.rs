//! `report.html`: what is in the file, and what a person does with it in a real browser.
//!
//! ```text
//! synth ─▶ scan ─▶ run folder ─▶ report.html ─▶ Chromium (tests/report/check.mjs) ─▶ assertions
//! ```

#[path = "support/run.rs"]
mod scans;
mod support;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::Int64Type;
use claimhound::report::run_folder::write_parquet;
use claimhound::report::{html, read_table};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use scans::{Run, claimhound, scan, text};
use support::node::check;
use support::python::{python, run};

/// Enough for statistical cases of providers and of members.
const PROVIDERS: &str = "1500";
/// Small groups, and a list long enough to look at.
const CONFIG: &str = "[peers]\nmin_peers = 20\n[list]\nlevel = 0.3\n";
/// As many cases as a large payer's night may have.
const MANY: usize = 5000;
const HOSTILE: &str =
    "</script><script>broken=1</script><b onclick=\"broken=2\">Dr. & \"Name\"</b>";

struct World {
    folder: TempDir,
    run: Run,
}

/// One scan that the tests look at.
fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let folder = TempDir::new().expect("a temporary folder");
        let claims = folder.path().join("claims");
        let made = claimhound(
            &["synth", "--out", text(&claims), "--providers", PROVIDERS],
            2,
        );
        assert!(made.status.success(), "synth fails");
        let config = folder.path().join("scan.toml");
        fs::write(&config, CONFIG).expect("a configuration");
        let run = scan(&claims, &folder.path().join("out"), &more(&config), 2);
        World { folder, run }
    })
}

fn more(config: &Path) -> Vec<&str> {
    vec!["--config", text(config)]
}

fn report() -> PathBuf {
    world().run.folder.join(html::REPORT)
}

fn page() -> String {
    fs::read_to_string(report()).expect("a report")
}

fn table(folder: &Path, name: &str) -> RecordBatch {
    read_table(&folder.join(format!("{name}.parquet")))
        .expect("a readable table")
        .unwrap_or_else(|| panic!("{name} has rows"))
}

fn words<'b>(batch: &'b RecordBatch, name: &str) -> &'b StringArray {
    batch
        .column_by_name(name)
        .and_then(|c| c.as_string_opt())
        .expect(name)
}

fn people() -> BTreeSet<String> {
    let eligibility = table(&world().folder.path().join("claims"), "eligibility");
    words(&eligibility, "person_id")
        .iter()
        .flatten()
        .map(str::to_owned)
        .collect()
}

/// Identifiers of the input that stand anywhere in a text.
fn people_in(page: &str) -> usize {
    people().iter().filter(|id| page.contains(*id)).count()
}

#[test]
fn the_vendored_files_are_those_that_were_summed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/vendor");
    let sums = fs::read_to_string(folder.join("SHA256SUMS")).expect("sums");
    assert_eq!(sums.lines().count(), 4);
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").expect("a sum and a name");
        let content = fs::read(folder.join(name)).expect(name);
        let mut own = String::new();
        for byte in Sha256::digest(&content) {
            write!(own, "{byte:02x}").expect("writing to a text");
        }
        assert_eq!(own, sum, "{name}");
    }
}

#[test]
fn the_report_is_in_the_manifest_private_and_verified() {
    let World { run, .. } = world();
    let content = fs::read(report()).expect("a report");
    let hash = blake3::hash(&content).to_hex().to_string();
    assert_eq!(run.manifest["tables"][html::REPORT], hash.as_str());
    let mode = fs::metadata(report())
        .expect("a report")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let copy = TempDir::new().expect("a temporary folder");
    copy_run(&run.folder, copy.path());
    assert!(
        claimhound(&["verify", text(copy.path())], 2)
            .status
            .success()
    );
    fs::write(
        copy.path().join(html::REPORT),
        [&content[..], b" "].concat(),
    )
    .expect("a change");
    let verified = claimhound(&["verify", text(copy.path())], 2);
    assert_eq!(verified.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&verified.stdout).contains(html::REPORT));
}

#[test]
fn the_same_run_gives_the_same_page() {
    let World { run, .. } = world();
    let copy = TempDir::new().expect("a temporary folder");
    copy_run(&run.folder, copy.path());
    let hash = html::write_report(copy.path(), &run.manifest, false).expect("a report");
    assert_eq!(run.manifest["tables"][html::REPORT], hash.as_str());
}

#[test]
fn no_member_is_named_unless_asked_for() {
    let World { folder, run } = world();
    let page = page();
    assert!(people().len() > 1000);
    assert_eq!(people_in(&page), 0, "identifiers of members in the report");
    let cases = table(&run.folder, "cases");
    let members = words(&cases, "entity_type")
        .iter()
        .filter(|kind| *kind == Some("member"))
        .count();
    assert!(members > 0, "no case of a member: nothing was tested");
    assert!(page.contains("\"Member 1\""), "members have a number");

    let config = folder.path().join("scan.toml");
    let out = folder.path().join("named");
    let mut arguments = more(&config);
    arguments.push("--with-phi");
    let named = scan(&folder.path().join("claims"), &out, &arguments, 2);
    assert_eq!(named.manifest["with_phi"], true);
    let shown = fs::read_to_string(named.folder.join(html::REPORT)).expect("a report");
    assert!(people_in(&shown) > members, "identifiers were asked for");
    for (name, hash) in named.manifest["tables"].as_object().expect("hashes") {
        let same = run.manifest["tables"][name] == *hash;
        assert_eq!(same, name != html::REPORT, "{name}");
    }
    let again = claimhound(&["verify", text(&out.join("latest")), "--rerun"], 2);
    assert!(
        again.status.success(),
        "{}",
        String::from_utf8_lossy(&again.stdout)
    );
}

#[test]
fn every_number_of_the_list_is_that_of_the_tables() {
    let page = page();
    let list = data(&page, "list");
    let cases = table(&world().run.folder, "cases");
    assert_eq!(
        list["case_id"].as_array().map(Vec::len),
        Some(cases.num_rows())
    );
    let exposure = cases
        .column_by_name("exposure_amount")
        .and_then(|c| c.as_primitive_opt::<arrow::datatypes::Decimal128Type>())
        .expect("amounts");
    let shown: Vec<i64> = list["exposure_cents"]
        .as_array()
        .expect("amounts")
        .iter()
        .filter_map(Value::as_i64)
        .collect();
    let own: Vec<i64> = exposure.iter().flatten().map(|v| v as i64).collect();
    assert_eq!(shown, own);
    let lines = table(&world().run.folder, "evidence");
    for (row, own) in own.iter().enumerate() {
        let id = words(&cases, "case_id").value(row);
        let detail = data(&page, &format!("case-{id}"));
        let findings = detail["findings"].as_array().expect("findings");
        let counted: i64 = findings
            .iter()
            .filter_map(|f| f["evidence"]["counted_cents"].as_i64())
            .sum();
        assert_eq!(counted, *own, "case {id}: its findings sum to it");
        let all: u64 = findings
            .iter()
            .filter_map(|f| f["evidence"]["line_count"].as_u64())
            .sum();
        let of_case = words(&lines, "case_id").iter().filter(|c| *c == Some(id));
        assert_eq!(all, of_case.count() as u64, "case {id}: its lines");
        if row > 20 {
            break;
        }
    }
}

/// An embedded block of data.
fn data(page: &str, id: &str) -> Value {
    let start = format!("<script type=\"application/json\" id=\"{id}\">");
    let at = page.find(&start).unwrap_or_else(|| panic!("no {id}")) + start.len();
    let json = &page[at..at + page[at..].find("</script>").expect("its end")];
    serde_json::from_str(json).expect("JSON")
}

fn copy_run(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a run folder") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copying");
    }
}

/// Replaces a column of text in a table of a run.
fn rewrite(folder: &Path, name: &str, column: &str, value: impl Fn(usize, &str) -> String) {
    let batch = table(folder, name);
    let old = words(&batch, column);
    let new: StringArray = (0..batch.num_rows())
        .map(|row| {
            Some(value(
                row,
                if old.is_null(row) { "" } else { old.value(row) },
            ))
        })
        .collect();
    let at = batch.schema().index_of(column).expect(column);
    let mut columns = batch.columns().to_vec();
    columns[at] = Arc::new(new);
    let batch = RecordBatch::try_new(batch.schema(), columns).expect("the same columns");
    write_parquet(&folder.join(format!("{name}.parquet")), &batch).expect("a table");
}

#[test]
fn search_filters_and_sorting_hold() {
    print!("{}", check("list", &report(), &[]));
}

#[test]
fn case_pages_open_and_show_their_charts() {
    print!("{}", check("cases", &report(), &[]));
}

#[test]
fn axe_finds_no_serious_fault() {
    print!("{}", check("accessible", &report(), &[]));
}

#[test]
fn a_phone_is_wide_enough() {
    print!("{}", check("narrow", &report(), &[]));
}

#[test]
fn markup_in_a_name_shows_as_text() {
    let folder = TempDir::new().expect("a temporary folder");
    copy_run(&world().run.folder, folder.path());
    rewrite(folder.path(), "cases", "entity_name", |_, _| {
        HOSTILE.to_owned()
    });
    rewrite(folder.path(), "evidence", "note", |_, _| HOSTILE.to_owned());
    rewrite(folder.path(), "findings", "reason", |_, reason| {
        format!("{HOSTILE}: {reason}")
    });
    html::write_report(folder.path(), &world().run.manifest, false).expect("a report");
    print!(
        "{}",
        check("hostile", &folder.path().join(html::REPORT), &[HOSTILE])
    );
}

#[test]
fn what_changed_since_the_last_run_is_told() {
    let folder = TempDir::new().expect("a temporary folder");
    copy_run(&world().run.folder, folder.path());
    let status = |row: usize| if row < 3 { "grown" } else { "continuing" }.to_owned();
    rewrite(folder.path(), "cases", "status", |row, _| status(row));
    // A case that the run before still had: the first of the register, under another number.
    let register = table(folder.path(), "case_register");
    let last = register.slice(0, 1);
    let register = concat_batches(&register.schema(), &[last, register.clone()]).expect("rows");
    let path = folder.path().join("case_register.parquet");
    write_parquet(&path, &register).expect("a table");
    rewrite(folder.path(), "case_register", "case_id", |row, id| {
        if row == 0 { "0123456789abcdef" } else { id }.to_owned()
    });
    rewrite(folder.path(), "case_register", "status", |row, status| {
        if row == 0 { "closed" } else { status }.to_owned()
    });
    let mut manifest = world().run.manifest.clone();
    manifest["prior_run"] = "2025-11-30_01234567".into();
    html::write_report(folder.path(), &manifest, false).expect("a report");
    let file = folder.path().join(html::REPORT);
    assert_eq!(
        people_in(&fs::read_to_string(&file).expect("a report")),
        0,
        "nor of closed cases"
    );
    print!(
        "{}",
        check("changes", &file, &["2025-11-30", "3", "0123456789abcdef"])
    );
}

#[test]
fn a_printed_case_is_whole() {
    let folder = TempDir::new().expect("a temporary folder");
    print!("{}", check("print", &report(), &[text(folder.path())]));
    let told = fs::read_to_string(folder.path().join("told.json")).expect("what was on screen");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let paper = printed(&folder.path().join("case.pdf"));
    for key in ["headings", "claims"] {
        for heading in told[key].as_array().expect("a list") {
            let heading = squeezed(heading.as_str().expect("text"));
            assert!(paper.contains(&heading), "not on paper: {heading}");
        }
    }
    // What was folded on the screen is unfolded, and the last words of the page are there.
    assert!(paper.contains("Step"), "the figures of the first chart");
    assert!(paper.contains(&squeezed("It says that something is unusual, not why.")));
    let list = printed(&folder.path().join("list.pdf"));
    let cases = table(&world().run.folder, "cases");
    for id in words(&cases, "case_id").iter().flatten() {
        assert!(list.contains(&id[..8]), "case {id} is not on paper");
    }
}

/// The words of a PDF without the blanks between them, which line breaks change.
fn printed(file: &Path) -> String {
    squeezed(&run(Command::new("pdftotext")
        .arg("-layout")
        .arg(file)
        .arg("-")))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn thousands_of_cases_stay_fluid() {
    let folder = TempDir::new().expect("a temporary folder");
    copy_run(&world().run.folder, folder.path());
    multiply(folder.path());
    html::write_report(folder.path(), &world().run.manifest, false).expect("a report");
    let file = folder.path().join(html::REPORT);
    let size = fs::metadata(&file).expect("a report").len();
    println!("{} MB", size / 1_000_000);
    print!("{}", check("many", &file, &[&MANY.to_string()]));
}

/// Repeats the cases of a run under new identifiers until there are [`MANY`], with findings,
/// evidence, and the entities' own tables.
fn multiply(folder: &Path) {
    let count = table(folder, "cases").num_rows();
    let times = MANY.div_ceil(count);
    let own: BTreeSet<String> = words(&table(folder, "cases"), "entity_id")
        .iter()
        .flatten()
        .map(str::to_owned)
        .collect();
    for (name, keys) in [
        ("cases", &["case_id", "entity_id"][..]),
        ("findings", &["case_id", "entity_id", "finding_id"]),
        ("evidence", &["case_id", "entity_id", "finding_id"]),
        ("provider_features", &["provider_id"]),
        ("provider_month", &["provider_id"]),
        ("provider_code", &["provider_id"]),
    ] {
        let batch = table(folder, name);
        let mut copies = vec![batch.clone()];
        // Of the providers' tables only the rows of those with a case are repeated.
        let repeated = if keys[0] == "provider_id" {
            rows_of(&batch, "provider_id", &own)
        } else {
            batch
        };
        copies.extend((1..times).map(|copy| renamed(&repeated, keys, copy)));
        let mut all = concat_batches(&copies[0].schema(), &copies).expect("the same columns");
        if name == "cases" {
            all = ranked(&all.slice(0, MANY));
        }
        write_parquet(&folder.join(format!("{name}.parquet")), &all).expect("a table");
    }
}

fn rows_of(batch: &RecordBatch, key: &str, wanted: &BTreeSet<String>) -> RecordBatch {
    let rows: Int64Array = words(batch, key)
        .iter()
        .zip(0_i64..)
        .filter(|(id, _)| id.is_some_and(|id| wanted.contains(id)))
        .map(|(_, row)| Some(row))
        .collect();
    let columns = batch
        .columns()
        .iter()
        .map(|c| take(c, &rows, None).expect("rows"))
        .collect();
    RecordBatch::try_new(batch.schema(), columns).expect("the same columns")
}

fn renamed(batch: &RecordBatch, keys: &[&str], copy: usize) -> RecordBatch {
    let mut columns = batch.columns().to_vec();
    for key in keys {
        let at = batch.schema().index_of(key).expect(key);
        let new: StringArray = words(batch, key)
            .iter()
            .map(|id| id.map(|id| other(id, copy)))
            .collect();
        columns[at] = Arc::new(new);
    }
    RecordBatch::try_new(batch.schema(), columns).expect("the same columns")
}

/// Another identifier of 16 hexadecimal digits.
fn other(id: &str, copy: usize) -> String {
    blake3::hash(format!("{id} {copy}").as_bytes()).to_hex()[..16].to_owned()
}

fn ranked(cases: &RecordBatch) -> RecordBatch {
    let at = cases.schema().index_of("rank").expect("rank");
    assert!(cases.column(at).as_primitive_opt::<Int64Type>().is_some());
    let mut columns = cases.columns().to_vec();
    let ranks: ArrayRef = Arc::new(
        (1..=cases.num_rows() as i64)
            .map(Some)
            .collect::<Int64Array>(),
    );
    columns[at] = ranks;
    RecordBatch::try_new(cases.schema(), columns).expect("the same columns")
}

#[test]
fn export_writes_one_page_a_case() {
    let World { run, .. } = world();
    let folder = TempDir::new().expect("a temporary folder");
    let output = claimhound(
        &[
            "export",
            text(&run.folder),
            "1",
            "2",
            "--format",
            "html",
            "--output",
            text(folder.path()),
        ],
        2,
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let written = String::from_utf8(output.stdout).expect("UTF-8");
    let files: Vec<&str> = written.lines().collect();
    assert_eq!(files.len(), 2);
    for file in files {
        let page = fs::read_to_string(file).expect("a page");
        assert_eq!(people_in(&page), 0);
        print!("{}", check("one", Path::new(file), &[]));
    }
    let wrong = claimhound(
        &["export", text(&run.folder), "nobody", "--format", "html"],
        2,
    );
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("no such case"));
}

#[test]
fn the_charts_draw_outside_the_page_too() {
    let folder = TempDir::new().expect("a temporary folder");
    let said = run(Command::new(python())
        .arg("-B")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report/charts.py"))
        .arg(folder.path()));
    assert_eq!(said.lines().count(), html::CHARTS.len(), "{said}");
}
