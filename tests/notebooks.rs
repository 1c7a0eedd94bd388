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
/// What the emptiest run still shows: lines by status.
const FEWEST_PICTURES: usize = 1;
/// What a run with a case shows of it beside that: peers, funnel, codes or months.
const FEWEST_PICTURES_WITH_CASE: usize = 4;
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

/// Executes every notebook on a run; the notebooks with their outputs.
fn execute(run_folder: &Path, into: &Path) -> Vec<(PathBuf, Value)> {
    run(Command::new(python())
        .arg("-B")
        .arg(folder().join("make.py"))
        .arg("--run")
        .arg(run_folder)
        .arg("--into")
        .arg(into)
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

    for (path, notebook) in execute(&run_folder, &base.join("executed")) {
        let pictures = pictures_of_an_executed(&path, &notebook);
        assert!(
            pictures >= FEWEST_PICTURES_WITH_CASE,
            "{}: {pictures} pictures",
            path.display()
        );
        let shown = shown(&notebook);
        for member in &members {
            assert!(
                !shown.contains(member.as_str()),
                "{} shows a member's identifier",
                path.display()
            );
        }
    }
}

#[test]
fn a_run_without_cases_or_scores_is_said_and_not_an_error() {
    let base = fresh("empty");
    let run_folder = demo(&base.join("out"));
    let scenes: [(&str, &[&str], &str); 2] = [
        (
            "no_cases",
            &["cases", "findings", "evidence"],
            "This run has no cases",
        ),
        (
            "no_scores",
            &["tests", "peer_groups"],
            "None of its measures could be scored",
        ),
    ];
    for (name, emptied, said) in scenes {
        let copy = base.join(name);
        fs::create_dir_all(&copy).expect("a folder for the copy");
        copy_with_empty(&run_folder, &copy, emptied);
        for (path, notebook) in execute(&copy, &base.join(format!("{name}_executed"))) {
            let pictures = pictures_of_an_executed(&path, &notebook);
            assert!(
                pictures >= FEWEST_PICTURES,
                "{}: {pictures} pictures",
                path.display()
            );
            // Of the outputs alone: the sentence stands in the code as well.
            let said_it =
                outputs(&notebook).any(|o| text(&o["data"]["text/markdown"]).contains(said));
            assert!(
                said_it,
                "{}, {name}: no output says “{said}”",
                path.display()
            );
        }
    }
}

#[test]
fn committed_notebooks_hold_their_pictures_and_no_local_path() {
    for path in notebooks_in(&folder()) {
        let notebook = read(&path);
        let pictures = pictures_of_an_executed(&path, &notebook);
        assert!(
            pictures >= FEWEST_PICTURES_WITH_CASE,
            "{}: {pictures} pictures; run notebooks/make.py on a fresh demo",
            path.display()
        );
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
