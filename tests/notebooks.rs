//! The notebooks run from the first cell to the last on a run of today's program, and what is
//! committed holds their pictures and nothing of the machine that made them.
//!
//! ```text
//! claimhound demo ─▶ run folder ─▶ notebooks/make.py (nbclient) ─▶ cells, outputs ─▶ assertions
//! ```

mod support;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use arrow::array::{Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use support::python::{python, run};

/// Enough for peer groups and a case, and made in seconds.
const PROVIDERS: &str = "300";
/// The notebooks, and the fewest pictures of each on a demo of few providers.
const NOTEBOOKS: [(&str, usize); 5] = [
    ("01_morning_triage", 4),
    ("02_one_case", 5),
    ("03_peer_groups", 3),
    ("04_calibration", 4),
    ("05_your_own_rule_and_measure", 3),
];
/// What says that the last notebook ran its rule, and that it could not.
const RULE_RAN: &str = "The rule ran:";
const RULE_NOT_RUN: &str = "The rule was not run:";
/// A clone and a forge's page stay light.
const LARGEST_BYTES: u64 = 1_500_000;
/// The first bytes of a PNG file, in base64.
const PNG: &str = "iVBORw0KGgo";
/// A picture that shows something is larger than an empty frame.
const SMALLEST_PICTURE: usize = 4_000;
/// What a path of somebody's machine begins with.
const LOCAL: [&str; 8] = [
    "/home/",
    "/root/",
    "/tmp/",
    "/work/",
    "/Users/",
    "/private/",
    "C:\\",
    "file://",
];
/// A list is of providers to review, not of culprits.
const FORBIDDEN: [&str; 3] = ["fraud", "guilt", "culprit"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks")
}

fn notebooks_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "ipynb"))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no notebooks in {}", folder.display());
    found
}

/// An empty folder below the target folder, one for each test.
fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("notebooks")
        .join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("removing what an earlier test left");
    }
    fs::create_dir_all(&folder).expect("creating a folder for the test");
    folder
}

/// A demo of a few providers; the folder of its run.
fn demo(out: &Path) -> PathBuf {
    run(Command::new(env!("CARGO_BIN_EXE_claimhound"))
        .args(["demo", "--quiet", "--providers", PROVIDERS, "--out"])
        .arg(out));
    out.join("latest")
        .canonicalize()
        .expect("the demo's run folder")
}

/// Executes every notebook on a run, with the program at hand or without; the notebooks with their
/// outputs.
fn execute(run_folder: &Path, into: &Path, program: Option<&str>) -> Vec<(PathBuf, Value)> {
    run(Command::new(python())
        .arg("-B")
        .arg(folder().join("make.py"))
        .arg("--run")
        .arg(run_folder)
        .arg("--into")
        .arg(into)
        .env("CLAIMHOUND_BIN", program.unwrap_or_default())
        // Nothing is left in the home folder of who runs the tests.
        .env("IPYTHONDIR", into.join("ipython"))
        .env("JUPYTER_RUNTIME_DIR", into.join("jupyter")));
    let executed: Vec<_> = notebooks_in(into)
        .into_iter()
        .map(|path| (path.clone(), read(&path)))
        .collect();
    assert_eq!(
        executed.len(),
        notebooks_in(&folder()).len(),
        "every notebook is executed"
    );
    executed
}

fn name_of(path: &Path) -> &str {
    path.file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default()
}

/// The fewest pictures of a notebook on a demo.
fn fewest_pictures(path: &Path) -> usize {
    let known = NOTEBOOKS.iter().find(|(name, _)| *name == name_of(path));
    known
        .unwrap_or_else(|| panic!("{} is not listed in NOTEBOOKS", path.display()))
        .1
}

/// Whether an output, not the code, says something.
fn says(notebook: &Value, sentence: &str) -> bool {
    outputs(notebook).any(|o| text(&o["data"]["text/markdown"]).contains(sentence))
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{} is no notebook: {e}", path.display()))
}

fn array<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// Text that Jupyter keeps as one string or as a list of lines.
fn text(value: &Value) -> String {
    match value {
        Value::String(whole) => whole.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

fn code_cells(notebook: &Value) -> impl Iterator<Item = &Value> {
    array(notebook, "cells")
        .iter()
        .filter(|cell| cell["cell_type"] == "code")
}

fn outputs(notebook: &Value) -> impl Iterator<Item = &Value> {
    code_cells(notebook).flat_map(|cell| array(cell, "outputs"))
}

/// Asserts that every cell was executed, in order and without an error or a warning, and counts the
/// pictures.
fn pictures_of_an_executed(path: &Path, notebook: &Value) -> usize {
    for (position, cell) in code_cells(notebook).enumerate() {
        let source = text(&cell["source"]);
        let first_line = source.lines().next().unwrap_or_default();
        assert_eq!(
            cell["execution_count"].as_u64(),
            Some(position as u64 + 1),
            "{}: code cell {} ({first_line}) was not executed in order",
            path.display(),
            position + 1
        );
    }
    for output in outputs(notebook) {
        assert_ne!(
            output["output_type"],
            "error",
            "{}: {output}",
            path.display()
        );
        assert_ne!(output["name"], "stderr", "{}: {output}", path.display());
        // A chart that could not be drawn is shown as its name, without an error.
        assert!(
            !text(&output["data"]["text/plain"]).starts_with("alt.")
                || output["data"]["image/png"].is_string()
                || output["data"]["image/png"].is_array(),
            "{}: a chart was not drawn",
            path.display()
        );
    }
    let pictures: Vec<String> = outputs(notebook)
        .map(|output| text(&output["data"]["image/png"]))
        .filter(|png| !png.is_empty())
        .collect();
    for png in &pictures {
        assert!(
            png.starts_with(PNG),
            "{}: a picture is no PNG",
            path.display()
        );
        assert!(
            png.len() > SMALLEST_PICTURE,
            "{}: an empty picture",
            path.display()
        );
    }
    pictures.len()
}

/// Asserts that each picture is followed by how to read it and what to do next.
fn pictures_are_explained(path: &Path, notebook: &Value) {
    let cells = array(notebook, "cells");
    for (position, cell) in cells.iter().enumerate() {
        let has_picture = array(cell, "outputs")
            .iter()
            .any(|o| !text(&o["data"]["image/png"]).is_empty());
        if !has_picture {
            continue;
        }
        let prose = cells[position..]
            .iter()
            .find(|later| later["cell_type"] == "markdown")
            .map(|later| text(&later["source"]))
            .unwrap_or_default();
        for part in ["**How to read", "**Next:**"] {
            assert!(
                prose.contains(part),
                "{}: no “{part}…” after the picture of cell {}",
                path.display(),
                cell["id"]
            );
        }
    }
}

/// What a reader sees: prose, code, and every output but the pictures.
fn shown(notebook: &Value) -> String {
    let mut shown = String::new();
    for cell in array(notebook, "cells") {
        shown.push_str(&text(&cell["source"]));
        shown.push('\n');
    }
    for output in outputs(notebook) {
        shown.push_str(&text(&output["text"]));
        let forms = output["data"].as_object().into_iter().flatten();
        for (_, form) in forms.filter(|(form, _)| form.starts_with("text/")) {
            shown.push_str(&text(form));
            shown.push('\n');
        }
    }
    shown
}

fn batches(file: &Path) -> Vec<RecordBatch> {
    let opened = File::open(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let reader = ParquetRecordBatchReaderBuilder::try_new(opened).expect("a Parquet file");
    reader
        .build()
        .expect("a reader")
        .map(|batch| batch.expect("a batch"))
        .collect()
}

fn members_of(file: &Path) -> BTreeSet<String> {
    let mut members = BTreeSet::new();
    for batch in batches(file) {
        let column = batch
            .column_by_name("person_id")
            .expect("a column person_id");
        let column = column.as_any().downcast_ref::<StringArray>().expect("text");
        members.extend(column.iter().flatten().map(str::to_owned));
    }
    members
}

/// Copies a run folder, leaving some of its tables without rows.
fn copy_with_empty(run_folder: &Path, copy: &Path, emptied: &[&str]) {
    for entry in fs::read_dir(run_folder).expect("the run folder") {
        let from = entry.expect("a file of the run").path();
        let to = copy.join(from.file_name().expect("a name"));
        fs::copy(&from, &to).expect("copying a table");
    }
    for table in emptied {
        let file = copy.join(format!("{table}.parquet"));
        let opened = File::open(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let reader = ParquetRecordBatchReaderBuilder::try_new(opened).expect("a Parquet file");
        let schema = reader.schema().clone();
        let written = File::create(&file).expect("writing the empty table");
        let writer = ArrowWriter::try_new(written, schema, None).expect("a writer");
        writer.close().expect("closing the empty table");
    }
}

#[test]
fn every_notebook_runs_on_a_fresh_demo() {
    let base = fresh("demo");
    let run_folder = demo(&base.join("out"));
    let cases: usize = batches(&run_folder.join("cases.parquet"))
        .iter()
        .map(RecordBatch::num_rows)
        .sum();
    assert!(
        cases > 0,
        "the demo of {PROVIDERS} providers has no case: the notebooks show none either"
    );
    let members = members_of(&run_folder.join("member_features.parquet"));
    assert!(!members.is_empty(), "a demo has members");

    let program = env!("CARGO_BIN_EXE_claimhound");
    let mut rule_ran = false;
    for (path, notebook) in execute(&run_folder, &base.join("executed"), Some(program)) {
        let pictures = pictures_of_an_executed(&path, &notebook);
        assert!(
            pictures >= fewest_pictures(&path),
            "{}: {pictures} pictures",
            path.display()
        );
        pictures_are_explained(&path, &notebook);
        rule_ran |= says(&notebook, RULE_RAN);
        let shown = shown(&notebook);
        for member in &members {
            assert!(
                !shown.contains(member.as_str()),
                "{} shows a member's identifier",
                path.display()
            );
        }
    }
    assert!(rule_ran, "no notebook ran the rule of its own");
}

/// A name, what is emptied, and what each notebook must then say.
type Scene<'a> = (&'a str, &'a [&'a str], &'a [(&'a str, &'a str)]);

#[test]
fn a_run_without_cases_or_scores_is_said_and_not_an_error() {
    let base = fresh("empty");
    let run_folder = demo(&base.join("out"));
    let no_cases = "This run has no cases";
    let no_scores = "No measure could be scored in this run";
    let none_of_its = "None of its measures could be scored";
    let too_few = "Too few providers bill these codes";
    let scenes: [Scene; 3] = [
        (
            "no_cases",
            &["cases", "findings", "evidence"],
            &[("01_morning_triage", no_cases), ("02_one_case", no_cases)],
        ),
        (
            "no_scores",
            &["tests", "peer_groups"],
            &[
                ("02_one_case", none_of_its),
                ("03_peer_groups", no_scores),
                ("04_calibration", no_scores),
            ],
        ),
        (
            "nothing",
            &[
                "case_register",
                "cases",
                "entities",
                "evidence",
                "findings",
                "holds",
                "member_features",
                "peer_groups",
                "provider_code",
                "provider_features",
                "provider_month",
                "rejects",
                "tests",
            ],
            &[
                ("01_morning_triage", no_cases),
                ("02_one_case", no_cases),
                ("03_peer_groups", no_scores),
                ("04_calibration", no_scores),
                ("05_your_own_rule_and_measure", too_few),
                ("05_your_own_rule_and_measure", RULE_NOT_RUN),
            ],
        ),
    ];
    for (scene, emptied, said) in scenes {
        let copy = base.join(scene);
        fs::create_dir_all(&copy).expect("a folder for the copy");
        copy_with_empty(&run_folder, &copy, emptied);
        let executed = execute(&copy, &base.join(format!("{scene}_executed")), None);
        for (path, notebook) in &executed {
            pictures_of_an_executed(path, notebook);
            for (_, sentence) in said.iter().filter(|(name, _)| *name == name_of(path)) {
                assert!(
                    says(notebook, sentence),
                    "{}, {scene}: no output says “{sentence}”",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn committed_notebooks_hold_their_pictures_and_no_local_path() {
    let committed = notebooks_in(&folder());
    let names: Vec<&str> = committed.iter().map(|path| name_of(path)).collect();
    assert_eq!(names, NOTEBOOKS.map(|(name, _)| name));
    let last = read(committed.last().expect("five notebooks"));
    assert!(
        says(&last, RULE_RAN),
        "the last notebook was executed without the program: set CLAIMHOUND_BIN"
    );
    for path in committed {
        let notebook = read(&path);
        let pictures = pictures_of_an_executed(&path, &notebook);
        assert!(
            pictures >= fewest_pictures(&path),
            "{}: {pictures} pictures; run notebooks/make.py on a fresh demo",
            path.display()
        );
        pictures_are_explained(&path, &notebook);
        let bytes = fs::metadata(&path).expect("the notebook").len();
        assert!(bytes <= LARGEST_BYTES, "{}: {bytes} bytes", path.display());
        let shown = shown(&notebook);
        // Not of the whole file: base64 may spell anything.
        let metadata = notebook["metadata"].to_string();
        for prefix in LOCAL {
            let local = shown.contains(prefix) || metadata.contains(prefix);
            assert!(!local, "{} holds a path {prefix}…", path.display());
        }
        let shown = shown.to_lowercase();
        for word in FORBIDDEN {
            assert!(!shown.contains(word), "{} says “{word}”", path.display());
        }
    }
}

#[test]
fn pins_of_the_notebooks_are_pins_of_the_tests() {
    let pins = |file: &str| -> BTreeSet<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        text.lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect()
    };
    let notebooks = pins("notebooks/requirements.txt");
    assert!(!notebooks.is_empty(), "the notebooks need packages");
    for pin in &notebooks {
        assert!(
            pin.contains("=="),
            "notebooks/requirements.txt: {pin} is not pinned"
        );
    }
    let missing: Vec<_> = notebooks
        .difference(&pins("tests/requirements.txt"))
        .cloned()
        .collect();
    assert!(
        missing.is_empty(),
        "not in tests/requirements.txt, or at another version: {missing:?}"
    );
}
