//! The same claims give the same bytes, however they are delivered and on however many threads.
//!
//! A small synthetic world with planted faults (rows to reject, rows that conflict, rows delivered
//! twice, services billed twice) is delivered in several shapes; each is scanned by a process of
//! its own on one thread and on two.

#[path = "support/run.rs"]
mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use claimhound::batch::{text, text_at};
use claimhound::report::read_table;
use claimhound::synth::{SynthConfig, generate};
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use serde_json::Value;
use tempfile::TempDir;

use self::run::{Run, scan};

/// Loose enough for a small world to be scored and for the planted faults to pass.
const CONFIG: &str = "[ingest]\nmax_reject_share = 0.05\n[peers]\nmin_peers = 20\n\
                      [list]\nlevel = 0.99\nmateriality_floor = 0\nminimum_edit_exposure = 1\n";
const TABLES: [&str; 4] = ["medical_claim", "eligibility", "provider", "pharmacy_claim"];
/// Parts that a split table comes in; the last holds no planted fault.
const PARTS: usize = 4;

/// A table as text.
#[derive(Clone)]
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

type World = BTreeMap<&'static str, Table>;

// ---------------------------------------------------------------- the world

fn world(providers: usize, seed: u64) -> World {
    let folder = TempDir::new().expect("a temporary folder");
    let config = SynthConfig {
        providers,
        seed,
        lines: None,
        clean: false,
    };
    generate(&config, folder.path()).expect("synthetic claims");
    let mut world: World = TABLES
        .iter()
        .map(|name| {
            (
                *name,
                Table::read(&folder.path().join(format!("{name}.parquet"))),
            )
        })
        .collect();
    let claims = world.get_mut("medical_claim").expect("claims");
    plant_faults(claims);
    world
}

/// Rewrites and adds rows in the first half of the claims.
fn plant_faults(claims: &mut Table) {
    let half = claims.rows.len() / 2;
    let mut added: Vec<Vec<String>> = Vec::new();
    for at in (0..half).step_by(half / 60) {
        let mut row = claims.rows[at].clone();
        let mut set =
            |column: &str, value: &str| value.clone_into(&mut row[claims.position(column)]);
        match added.len() % 6 {
            0 => set("paid_amount", "12.345"),
            1 => {
                set("claim_start_date", "1950-01-01");
                set("claim_line_start_date", "1950-01-01");
            }
            2 => set("claim_id", ""),
            // Another member under the same key: the two lie in different buckets.
            3 => {
                set("person_id", "somebody else");
                set("member_id", "somebody else");
            }
            4 => {}                                       // delivered twice
            _ => set("claim_id", &format!("again {at}")), // billed twice
        }
        added.push(row);
    }
    added.extend(conflicting_first_lines(claims, half));
    added.append(&mut claims.rows);
    claims.rows = added;
}

/// Second versions of the first lines of some claims of two lines, with the amounts of the other
/// line: which version is read first must not decide whether a claim repeats one amount.
fn conflicting_first_lines(claims: &Table, within: usize) -> Vec<Vec<String>> {
    let [claim, number, paid] =
        ["claim_id", "claim_line_number", "paid_amount"].map(|c| claims.position(c));
    let two_lines = |w: &&[Vec<String>]| {
        let other_claim = w[2][claim] != w[0][claim];
        w[0][number] == "1" && w[1][claim] == w[0][claim] && other_claim && w[1][paid] != w[0][paid]
    };
    let twin = |pair: &[Vec<String>]| {
        let mut twin = pair[0].clone();
        for amount in ["paid_amount", "allowed_amount", "charge_amount"] {
            let at = claims.position(amount);
            twin[at].clone_from(&pair[1][at]);
        }
        twin
    };
    claims.rows[within / 2..within]
        .windows(3)
        .filter(two_lines)
        .take(10)
        .map(twin)
        .collect()
}

// ---------------------------------------------------------------- tables as files

impl Table {
    fn read(path: &Path) -> Table {
        let batch = read_table(path).expect("a table").expect("rows");
        let columns: Vec<ArrayRef> = batch
            .columns()
            .iter()
            .map(|c| cast(c, &DataType::Utf8).expect("text"))
            .collect();
        let value = |column: &ArrayRef, row: usize| {
            let column = column.as_string::<i32>();
            text_at(column, row).unwrap_or_default().to_owned()
        };
        Table {
            header: batch
                .schema()
                .fields()
                .iter()
                .map(|f| f.name().clone())
                .collect(),
            rows: (0..batch.num_rows())
                .map(|row| columns.iter().map(|c| value(c, row)).collect())
                .collect(),
        }
    }

    fn position(&self, column: &str) -> usize {
        self.header
            .iter()
            .position(|h| h == column)
            .expect("a column")
    }

    fn with_rows(&self, rows: Vec<Vec<String>>) -> Table {
        Table {
            header: self.header.clone(),
            rows,
        }
    }

    /// Rows in an order that the content decides, far from the one they had.
    fn shuffled(&self) -> Table {
        let mut rows = self.rows.clone();
        rows.sort_by_cached_key(|row| *blake3::hash(row.join("\u{1f}").as_bytes()).as_bytes());
        self.with_rows(rows)
    }

    /// Columns in the order of their reversed names.
    fn reordered(&self) -> Table {
        let mut order: Vec<usize> = (0..self.header.len()).collect();
        order.sort_by_key(|i| self.header[*i].chars().rev().collect::<String>());
        let pick = |row: &Vec<String>| order.iter().map(|i| row[*i].clone()).collect();
        Table {
            header: pick(&self.header),
            rows: self.rows.iter().map(pick).collect(),
        }
    }

    fn parts(&self) -> Vec<Table> {
        let size = self.rows.len().div_ceil(PARTS);
        self.rows
            .chunks(size)
            .map(|rows| self.with_rows(rows.to_vec()))
            .collect()
    }

    fn csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.header).expect("a header");
        for row in &self.rows {
            writer.write_record(row).expect("a row");
        }
        writer.into_inner().expect("a CSV text")
    }

    fn write_csv(&self, path: &Path) {
        fs::write(path, self.csv()).expect("a CSV file");
    }

    fn write_gzip(&self, path: &Path) {
        let mut encoder = GzEncoder::new(File::create(path).expect("a file"), Compression::fast());
        encoder.write_all(&self.csv()).expect("compressed text");
        encoder.finish().expect("a compressed file");
    }

    /// Dates and whole numbers get their types; money stays text, since some of it is unreadable.
    fn write_parquet(&self, path: &Path) {
        let mut fields = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for (i, name) in self.header.iter().enumerate() {
            let values = self
                .rows
                .iter()
                .map(|row| Some(row[i].as_str()).filter(|v| !v.is_empty()));
            let texts: ArrayRef = Arc::new(values.collect::<StringArray>());
            let kind = match name.as_str() {
                n if n.ends_with("_date") => DataType::Date32,
                "claim_line_number" | "service_unit_quantity" => DataType::Int64,
                _ => DataType::Utf8,
            };
            let array = cast(&texts, &kind).expect("a typed column");
            assert_eq!(array.null_count(), texts.null_count(), "{name} lost values");
            fields.push(Field::new(name, kind, true));
            arrays.push(array);
        }
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("a batch");
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(false)
            .build();
        let file = File::create(path).expect("a file");
        let mut writer =
            ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("a writer");
        writer.write(&batch).expect("rows");
        writer.close().expect("a Parquet file");
    }
}

// ---------------------------------------------------------------- deliveries

fn plain(world: &World, folder: &Path) {
    for (name, table) in world {
        table.write_csv(&folder.join(format!("{name}.csv")));
    }
}

fn shuffled(world: &World, folder: &Path) {
    for (name, table) in world {
        table
            .shuffled()
            .write_csv(&folder.join(format!("{name}.csv")));
    }
}

fn reordered(world: &World, folder: &Path) {
    for (name, table) in world {
        table
            .reordered()
            .write_csv(&folder.join(format!("{name}.csv")));
    }
}

fn typed_parquet(world: &World, folder: &Path) {
    for (name, table) in world {
        table.write_parquet(&folder.join(format!("{name}.parquet")));
    }
}

/// Every other part is compressed.
fn split(world: &World, folder: &Path) {
    for (name, table) in world {
        let parts = folder.join(name);
        fs::create_dir(&parts).expect("a folder of parts");
        for (i, part) in table.parts().iter().enumerate() {
            if i % 2 == 0 {
                part.write_csv(&parts.join(format!("part-{i}.csv")));
            } else {
                part.write_gzip(&parts.join(format!("part-{i}.csv.gz")));
            }
        }
    }
}

/// Blanks behind the plan's name are trimmed, but they make the file large, and the number of
/// member buckets is decided from the size: the only way to more than one bucket without a few
/// hundred thousand lines.
fn several_buckets(world: &World, folder: &Path) {
    let mut world = world.clone();
    let claims = world.get_mut("medical_claim").expect("claims");
    let plan = claims.position("plan");
    for row in &mut claims.rows {
        row[plan] = format!("{:<3000}", row[plan]);
    }
    typed_parquet(&world, folder);
}

fn everything_at_once(world: &World, folder: &Path) {
    let changed = |t: &Table| t.shuffled().reordered();
    split(
        &world.iter().map(|(name, t)| (*name, changed(t))).collect(),
        folder,
    );
}

type Delivery = (&'static str, fn(&World, &Path));

const DELIVERIES: [Delivery; 6] = [
    ("shuffled rows", shuffled),
    ("reordered columns", reordered),
    ("parts, some compressed", split),
    ("typed Parquet", typed_parquet),
    ("several member buckets", several_buckets),
    ("everything at once", everything_at_once),
];

// ---------------------------------------------------------------- scanning and comparing

/// A place for deliveries and runs.
struct Place {
    root: TempDir,
    config: PathBuf,
}

impl Place {
    fn new() -> Place {
        let root = TempDir::new().expect("a temporary folder");
        let config = root.path().join("scan.toml");
        fs::write(&config, CONFIG).expect("a configuration");
        Place { root, config }
    }

    fn deliver(&self, name: &str, world: &World, write: fn(&World, &Path)) -> PathBuf {
        let folder = self.root.path().join(name);
        fs::create_dir(&folder).expect("a folder");
        write(world, &folder);
        folder
    }

    fn out(&self, name: &str) -> PathBuf {
        self.root.path().join("out").join(name)
    }

    fn scan(&self, input: &Path, out: &str, threads: usize) -> Run {
        let config = run::text(&self.config);
        let options = ["--config", config, "--show-values"];
        scan(input, &self.out(out), &options, threads)
    }
}

/// Rejects without file and row, sorted.
fn rejects(run: &Run) -> Vec<[String; 3]> {
    let Some(batch) = run.table("rejects") else {
        return Vec::new();
    };
    let columns = ["column", "value", "reason"].map(|c| text(&batch, c).expect("a column"));
    let mut rows: Vec<[String; 3]> = (0..batch.num_rows())
        .map(|row| columns.map(|c| text_at(c, row).unwrap_or("null").to_owned()))
        .collect();
    rows.sort();
    rows
}

/// What differs between two runs' tables, `rejects` aside.
fn table_differences(one: &Run, other: &Run) -> Vec<String> {
    let (left, right) = (one.bytes(), other.bytes());
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    names
        .into_iter()
        .filter(|name| name.ends_with(".parquet") && *name != "rejects.parquet")
        .filter(|name| left.get(*name) != right.get(*name))
        .map(|name| format!("other bytes in {name}"))
        .collect()
}

/// What differs between two runs of the same claims.
fn differences(one: &Run, other: &Run) -> Vec<String> {
    let mut differing = table_differences(one, other);
    if rejects(one) != rejects(other) {
        differing.push("other rejects".to_owned());
    }
    compare("results", one.results(), other.results(), &mut differing);
    let page = |run: &Run| run.bytes().remove("report.html");
    if page(one).is_none() || page(one) != page(other) {
        differing.push("another report.html".to_owned());
    }
    differing
}

/// Names every place where two JSON values differ.
fn compare(place: &str, one: &Value, other: &Value, differing: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) if left.keys().eq(right.keys()) => {
            for (key, value) in left {
                compare(&format!("{place}.{key}"), value, &right[key], differing);
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (i, (value, second)) in left.iter().zip(right).enumerate() {
                compare(&format!("{place}[{i}]"), value, second, differing);
            }
        }
        _ if one == other => {}
        _ => differing.push(format!("{place} is {one} and {other}")),
    }
}

fn count(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

/// Without these the comparisons below would compare nothing.
fn assert_worth_comparing(run: &Run) {
    let reasons: BTreeSet<String> = rejects(run)
        .into_iter()
        .map(|[_, _, reason]| reason)
        .collect();
    assert!(reasons.len() >= 4, "reasons of rejects: {reasons:?}");
    let stages = &run.results()["control_totals"]["stages"]["professional"];
    for stage in ["rejected", "conflicting", "repeated"] {
        assert!(count(&stages[stage]["rows"]) > 0, "no {stage} line");
    }
    assert!(
        run.table("evidence").is_some_and(|e| e.num_rows() > 0),
        "no evidence"
    );
}

fn deliveries_agree(seed: u64) {
    let world = world(60, seed);
    let place = Place::new();
    let input = place.deliver("plain", &world, plain);
    let base = place.scan(&input, "plain-1", 1);
    assert_worth_comparing(&base);
    let mut differing = vec![(
        "two threads",
        differences(&base, &place.scan(&input, "plain-2", 2)),
    )];
    for (name, write) in DELIVERIES {
        let input = place.deliver(name, &world, write);
        for threads in [1, 2] {
            let run = place.scan(&input, &format!("{name}-{threads}"), threads);
            differing.push((name, differences(&base, &run)));
        }
    }
    differing.retain(|(_, found)| !found.is_empty());
    assert!(differing.is_empty(), "seed {seed}: {differing:#?}");
    let buckets = buckets_of_lines(&place.out("several member buckets-1"));
    assert!(buckets >= 4, "the padded file filled {buckets} buckets");
}

/// Member buckets that the loads of an output folder filled with lines.
fn buckets_of_lines(out: &Path) -> usize {
    let pattern = out.join(".cache/loads/*/line-*.parquet");
    let files = glob::glob(run::text(&pattern)).expect("a pattern");
    files.filter_map(Result::ok).count()
}

#[test]
fn every_delivery_of_one_world_gives_the_same_bytes() {
    deliveries_agree(1);
}

#[test]
fn every_delivery_of_another_world_gives_the_same_bytes() {
    deliveries_agree(2);
}

/// Floats, too: hundreds of p-values, and the peer groups they come from.
#[test]
fn a_larger_world_with_scored_providers_gives_the_same_bytes() {
    let mut world = world(300, 2);
    // Without declared specialties all are each other's peers: few providers are enough.
    world.remove("provider");
    let place = Place::new();
    let input = place.deliver("plain", &world, plain);
    let base = place.scan(&input, "plain", 1);
    let tests = base.table("tests").expect("tests");
    let p = tests.column_by_name("p_value").expect("p-values");
    let scored = tests.num_rows() - p.null_count();
    assert!(scored >= 100, "{scored} tests with a p-value");
    let input = place.deliver("changed", &world, everything_at_once);
    let differing = differences(&base, &place.scan(&input, "changed", 2));
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn the_same_files_give_the_same_run() {
    let world = world(60, 1);
    let place = Place::new();
    let input = place.deliver("plain", &world, plain);
    let [one, other] = ["one", "other"].map(|out| place.scan(&input, out, 2));
    assert_eq!(one.bytes(), other.bytes());
    let manifest = |run: &Run| fs::read(run.folder.join("manifest.json")).expect("a manifest");
    assert_eq!(manifest(&one), manifest(&other));
}

/// Takes out what a second delivery of some rows may change, and gives rows read less repeats.
fn without_repeats(results: &Value) -> (Value, Vec<(String, i64)>) {
    let mut rest = results.clone();
    let mut once = Vec::new();
    let stages = rest["control_totals"]["stages"]
        .as_object_mut()
        .expect("stages");
    for (kind, stages) in stages {
        let stages = stages.as_object_mut().expect("stages of a claim type");
        let mut rows = |stage: &str| stages.remove(stage).map_or(0, |s| count(&s["rows"]));
        once.push((kind.clone(), rows("read") - rows("repeated")));
    }
    rest["tables"]["line"]
        .as_object_mut()
        .expect("lines")
        .remove("rows");
    (rest, once)
}

#[test]
fn a_part_delivered_twice_changes_the_count_of_repeats_only() {
    let world = world(60, 2);
    let place = Place::new();
    let input = place.deliver("once", &world, split);
    let base = place.scan(&input, "once", 2);
    let last = world["medical_claim"].parts().pop().expect("parts");
    let twice = place.deliver("twice", &world, split);
    let part = |name: &str| twice.join("medical_claim").join(name);
    // Other bytes with the same rows, then the same bytes under another name.
    last.shuffled().write_csv(&part("part-8.csv"));
    fs::copy(part("part-8.csv"), part("part-9.csv")).expect("a copy");
    let run = place.scan(&twice, "twice", 2);

    assert_eq!(table_differences(&base, &run), [""; 0]);
    assert_eq!(rejects(&base), rejects(&run));
    assert_eq!(
        without_repeats(base.results()),
        without_repeats(run.results())
    );
    let repeated = |run: &Run| -> i64 {
        let stages = run.results()["control_totals"]["stages"]
            .as_object()
            .expect("stages");
        stages.values().map(|s| count(&s["repeated"]["rows"])).sum()
    };
    assert_eq!(repeated(&run) - repeated(&base), 2 * last.rows.len() as i64);
}
