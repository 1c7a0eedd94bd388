//! Every SQL file of the program gives the same rows on the embedded engine and, in its
//! portable text, on `DataFusion`; and the same rows whatever order its tables are in.
//!
//! ```text
//! fixtures ─┬─▶ Statement::run ──────────────┬─▶ compare as multisets of rows
//!           └─▶ Parquet ─▶ run_datafusion.py ┘
//! ```
//!
//! Two engines that share no code and agree on a fixture rich in NULLs, ties and negatives are
//! also what an auditor is told. `DataFusion` comes as its Python package, made on first use.

mod support;

#[path = "parity/canonical.rs"]
mod canonical;
#[path = "parity/compare.rs"]
mod compare;
#[path = "parity/fixture.rs"]
mod fixture;
#[path = "parity/sources.rs"]
mod sources;
#[path = "parity/statements.rs"]
mod statements;
#[path = "parity/stories.rs"]
mod stories;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use claimhound::ingest::layout::{BUILT_IN, Layout};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::json;

use self::compare::difference;
use self::fixture::Fixture;
use self::statements::Subject;

const SEED: u64 = 20_261_103;
/// Canonical tables that a run keeps as Parquet; all other tables it holds in memory.
const KEPT_AS_FILES: [&str; 5] = ["line", "diagnosis", "member", "enrollment", "pharmacy_line"];

/// Statements that read the same tables, and the tables to run them on: real or made up, emptied,
/// and the last of them once more in another order.
struct Family {
    name: String,
    subjects: Vec<Subject>,
    fixtures: Vec<Fixture>,
}

impl Family {
    fn new(name: &str, subjects: Vec<Subject>, mut filled: Vec<Fixture>) -> Family {
        let last = filled.last().expect("a fixture");
        let (permuted, emptied) = (last.permuted(SEED), last.emptied());
        filled.extend([permuted, emptied]);
        Family {
            name: name.to_owned(),
            subjects,
            fixtures: filled,
        }
    }

    fn layout(name: &str) -> Family {
        let layout = Layout::find(name).expect(name);
        let folder = if name == "tuva" { "tuva_demo" } else { name };
        let sample = sources::sample(&layout, folder);
        let fuzzed = sources::fuzzed(&layout, &sample);
        Family::new(name, statements::layout(&layout), vec![sample, fuzzed])
    }
}

fn families() -> Vec<Family> {
    let filled = canonical::filled();
    let mut fixtures = stories::told(&filled);
    fixtures.push(filled);
    let mut families = vec![Family::new("canonical", statements::canonical(), fixtures)];
    families.extend(BUILT_IN.iter().map(|(name, _)| Family::layout(name)));
    families
}

#[test]
fn both_engines_give_the_same_rows() {
    let families = families();
    let work = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("working folder");
    let mut jobs = Vec::new();
    for (f, family) in families.iter().enumerate() {
        for (x, fixture) in family.fixtures.iter().enumerate() {
            let tables = tables_folder(work.path(), f, x);
            fixture.write(&tables);
            for (s, subject) in family.subjects.iter().enumerate() {
                let result = result_path(work.path(), f, x, s);
                let sql = &subject.statement.portable;
                jobs.push(json!({"tables": tables, "sql": sql, "result": result}));
            }
        }
    }
    run_datafusion(work.path(), &jobs);

    let mut faults = Vec::new();
    for (f, family) in families.iter().enumerate() {
        for (s, subject) in family.subjects.iter().enumerate() {
            let result = |x: usize| result_path(work.path(), f, x, s);
            let tables = |x: usize| tables_folder(work.path(), f, x);
            faults.extend(faults_of(family, subject, &tables, &result));
        }
    }
    assert!(
        faults.is_empty(),
        "{} of {} comparisons failed\n\n{}",
        faults.len(),
        jobs.len(),
        faults.join("\n\n")
    );
}

/// Runs one statement on every fixture of its family and says where results differ.
fn faults_of(
    family: &Family,
    subject: &Subject,
    tables: &dyn Fn(usize) -> PathBuf,
    result: &dyn Fn(usize) -> PathBuf,
) -> Vec<String> {
    let statement = &subject.statement;
    let origin = format!("{}:{}", statement.origin, statement.first_line);
    let mut faults = Vec::new();
    let mut embedded: BTreeMap<&str, RecordBatch> = BTreeMap::new();
    for (x, fixture) in family.fixtures.iter().enumerate() {
        let place = format!("{origin}, {} tables {}", family.name, fixture.name);
        let in_memory = |table: &str| match &subject.rowwise {
            Some(source) => table == source,
            None => family.name == "canonical" && !KEPT_AS_FILES.contains(&table),
        };
        let here = statement.run(&fixture.given(&tables(x), in_memory));
        match (here, datafusion_rows(&result(x))) {
            (Ok(here), Ok(there)) => {
                faults.extend(
                    difference(["embedded", "datafusion"], &here, &there)
                        .map(|d| format!("{place}: {d}")),
                );
                embedded.insert(&fixture.name, here);
            }
            (here, there) => {
                let said = [here.err().map(|e| e.to_string()), there.err()];
                let said: Vec<String> = said.into_iter().flatten().collect();
                faults.push(format!("{place}: {}", said.join("\n    ")));
            }
        }
    }
    for (name, rows) in &embedded {
        if let Some(permuted) = embedded.get(format!("{name}, permuted").as_str()) {
            let found = difference(["this order", "another order"], rows, permuted);
            faults.extend(found.map(|d| format!("{origin}, {} tables {name}: {d}", family.name)));
        }
    }
    // Two empty results agree about nothing.
    if embedded.values().all(|rows| rows.num_rows() == 0) {
        faults.push(format!("{origin}: no fixture gives a row"));
    }
    faults
}

#[test]
fn no_sql_file_is_left_out() {
    let families = families();
    let subjects: Vec<&Subject> = families.iter().flat_map(|f| &f.subjects).collect();
    let left_out = statements::files_without(&subjects);
    assert!(left_out.is_empty(), "not compared: {left_out:?}");
}

/// One process for all statements: what costs time is its start.
fn run_datafusion(work: &Path, jobs: &[serde_json::Value]) {
    let list = work.join("jobs.json");
    fs::write(&list, json!(jobs).to_string()).expect("list of jobs");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/run_datafusion.py");
    support::python::run(
        Command::new(support::python::python())
            .arg("-B")
            .arg(script)
            .arg(list),
    );
}

fn tables_folder(work: &Path, family: usize, fixture: usize) -> PathBuf {
    work.join(format!("tables-{family}-{fixture}"))
}

fn result_path(work: &Path, family: usize, fixture: usize, subject: usize) -> PathBuf {
    work.join(format!("result-{family}-{fixture}-{subject}.parquet"))
}

/// The rows that `DataFusion` gave, or what it said.
fn datafusion_rows(path: &Path) -> Result<RecordBatch, String> {
    let error = PathBuf::from(format!("{}.error", path.display()));
    if let Ok(said) = fs::read_to_string(error) {
        return Err(format!("DataFusion: {said}"));
    }
    let file = File::open(path).expect("DataFusion's result");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    let schema = reader.schema().clone();
    let batches: Vec<RecordBatch> = reader
        .build()
        .expect("Parquet")
        .map(|batch| batch.expect("Parquet"))
        .collect();
    Ok(concat_batches(&schema, &batches).expect("one schema"))
}
