//! The tables of a run folder hold what `claimhound::schema::output` declares, their money adds up,
//! and the readers that people use open them.

#[path = "support/run.rs"]
mod run;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::process::Command;
use std::sync::LazyLock;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, Schema};
use arrow::row::{RowConverter, SortField};
use claimhound::batch::{boolean, int, text, text_at};
use claimhound::schema::{EntityType, Kind, SCHEMA_VERSION, Table, output};
use claimhound::synth::{SynthConfig, generate};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};
use tempfile::TempDir;

use self::run::{Run, scan};

/// Loose enough for a small world to be scored and to give cases.
const CONFIG: &str = "[peers]\nmin_peers = 20\n\
                      [list]\nlevel = 0.99\nmateriality_floor = 0\nminimum_edit_exposure = 1\n";

/// One scan that all tests here look at; its folder lives as long as the process.
static SCANNED: LazyLock<(TempDir, Run)> = LazyLock::new(|| {
    let place = TempDir::new().expect("a temporary folder");
    let claims = place.path().join("claims");
    let config = SynthConfig {
        providers: 300,
        seed: 2,
        lines: None,
        clean: false,
    };
    generate(&config, &claims).expect("synthetic claims");
    // Without declared specialties all are each other's peers: few providers are enough.
    fs::remove_file(claims.join("provider.parquet")).expect("the provider table");
    let file = place.path().join("scan.toml");
    fs::write(&file, CONFIG).expect("a configuration");
    let options = ["--config", run::text(&file)];
    let run = scan(&claims, &place.path().join("out"), &options, 2);
    (place, run)
});

fn scanned() -> &'static Run {
    &SCANNED.1
}

fn table(name: &str) -> RecordBatch {
    scanned()
        .table(name)
        .unwrap_or_else(|| panic!("{name} has no row"))
}

/// Schema and number of rows as the file says them.
fn file_of(table: &Table) -> (Schema, i64) {
    let path = scanned().folder.join(format!("{}.parquet", table.name));
    let file = File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
    (
        reader.schema().as_ref().clone(),
        reader.metadata().file_metadata().num_rows(),
    )
}

fn cents(batch: &RecordBatch, column: &str) -> Vec<i128> {
    let array = batch.column_by_name(column).expect("a column");
    assert_eq!(array.data_type(), &DataType::Decimal128(18, 2), "{column}");
    let values = array.as_primitive::<Decimal128Type>();
    values.iter().map(|v| v.unwrap_or(0)).collect()
}

fn texts<'b>(batch: &'b RecordBatch, column: &str) -> Vec<&'b str> {
    let array = text(batch, column).expect("a text column");
    (0..array.len())
        .map(|row| text_at(array, row).unwrap_or_default())
        .collect()
}

fn whole(batch: &RecordBatch, column: &str) -> Vec<i64> {
    int(batch, column)
        .expect("a whole column")
        .values()
        .to_vec()
}

// ---------------------------------------------------------------- declarations

/// Written here once more, so that a change of the mapping is noticed.
fn arrow_type(kind: Kind) -> DataType {
    match kind {
        Kind::Int => DataType::Int64,
        Kind::Float => DataType::Float64,
        Kind::Text => DataType::Utf8,
        Kind::Bool => DataType::Boolean,
        Kind::Date => DataType::Date32,
        Kind::Money => DataType::Decimal128(18, 2),
        Kind::Quantity => DataType::Decimal128(18, 3),
        Kind::TextList => DataType::new_list(DataType::Utf8, true),
    }
}

#[test]
fn the_run_folder_holds_exactly_the_declared_tables_and_the_report() {
    let found: Vec<String> = scanned().bytes().into_keys().collect();
    let mut declared: Vec<String> = output::TABLES
        .iter()
        .map(|t| format!("{}.parquet", t.name))
        .chain(["report.html".to_owned()])
        .collect();
    declared.sort();
    assert_eq!(found, declared);
    let hashed = scanned().manifest["tables"].as_object().expect("hashes");
    assert_eq!(
        hashed.keys().collect::<Vec<_>>(),
        declared.iter().collect::<Vec<_>>()
    );
}

#[test]
fn columns_types_and_descriptions_are_those_declared() {
    for table in output::TABLES {
        let (schema, _) = file_of(table);
        let found: Vec<(&str, &DataType)> = schema
            .fields()
            .iter()
            .map(|f| (f.name().as_str(), f.data_type()))
            .collect();
        let types: Vec<DataType> = table.columns.iter().map(|c| arrow_type(c.kind)).collect();
        let declared: Vec<(&str, &DataType)> =
            table.columns.iter().map(|c| c.name).zip(&types).collect();
        assert_eq!(found, declared, "{}", table.name);
        for (field, column) in schema.fields().iter().zip(table.columns) {
            let about = field.metadata().get("description").map(String::as_str);
            assert_eq!(about, Some(column.about), "{}.{}", table.name, column.name);
        }
        let said = |key: &str| schema.metadata().get(key).map(String::as_str);
        assert_eq!(
            said("claimhound.schema_version"),
            Some(SCHEMA_VERSION),
            "{}",
            table.name
        );
        assert_eq!(said("claimhound.table"), Some(table.name));
    }
}

#[test]
fn rows_are_sorted_as_declared() {
    for table in output::TABLES {
        let Some(batch) = scanned().table(table.name) else {
            continue;
        };
        let keys: Vec<_> = table
            .sorted_by
            .iter()
            .map(|key| batch.column_by_name(key).expect("a sort column").clone())
            .collect();
        let fields = keys
            .iter()
            .map(|k| SortField::new(k.data_type().clone()))
            .collect();
        let converter = RowConverter::new(fields).expect("sortable columns");
        let rows = converter.convert_columns(&keys).expect("comparable rows");
        let out_of_order = (1..rows.num_rows()).find(|i| rows.row(i - 1) > rows.row(*i));
        assert_eq!(
            out_of_order, None,
            "{} is not sorted by {:?}",
            table.name, table.sorted_by
        );
        assert!(
            !table.sorted_by.is_empty(),
            "{} declares no order",
            table.name
        );
    }
}

#[test]
fn the_data_dictionary_lists_every_column_once() {
    let dictionary = table("columns");
    let names = ["table_name", "column_name", "type", "about"];
    let columns = names.map(|name| texts(&dictionary, name));
    let positions = whole(&dictionary, "position");
    let listed: BTreeSet<(i64, [&str; 4])> = (0..dictionary.num_rows())
        .map(|row| (positions[row], [0, 1, 2, 3].map(|i| columns[i][row])))
        .collect();
    let declared: BTreeSet<(i64, [&str; 4])> = output::TABLES
        .iter()
        .flat_map(|t| {
            let columns = (1..).zip(t.columns);
            columns.map(|(at, c)| (at, [t.name, c.name, c.kind.name(), c.about]))
        })
        .collect();
    assert_eq!(dictionary.num_rows(), listed.len(), "a column stands twice");
    assert_eq!(listed, declared);
}

// ---------------------------------------------------------------- money

type LineKey = (String, String, i64);

/// One row of evidence.
struct Counted {
    case: String,
    finding: String,
    line: LineKey,
    paid: i128,
    at_risk: i128,
    at_risk_lower: i128,
    case_amount: i128,
    run_amount: i128,
}

fn evidence() -> Vec<Counted> {
    let batch = table("evidence");
    let (cases, findings) = (texts(&batch, "case_id"), texts(&batch, "finding_id"));
    let (sources, claims) = (texts(&batch, "data_source"), texts(&batch, "claim_id"));
    let numbers = whole(&batch, "claim_line_number");
    let [paid, risk, lower, case, run] = [
        "paid_amount",
        "amount_at_risk",
        "amount_at_risk_lower",
        "amount_counted_case",
        "amount_counted_run",
    ]
    .map(|c| cents(&batch, c));
    (0..batch.num_rows())
        .map(|i| Counted {
            case: cases[i].to_owned(),
            finding: findings[i].to_owned(),
            line: (sources[i].to_owned(), claims[i].to_owned(), numbers[i]),
            paid: paid[i],
            at_risk: risk[i],
            at_risk_lower: lower[i],
            case_amount: case[i],
            run_amount: run[i],
        })
        .collect()
}

fn sums<K: Ord>(
    rows: &[Counted],
    key: impl Fn(&Counted) -> K,
    of: impl Fn(&Counted) -> i128,
) -> BTreeMap<K, i128> {
    let mut sums = BTreeMap::new();
    for row in rows {
        *sums.entry(key(row)).or_default() += of(row);
    }
    sums
}

#[test]
fn there_is_something_to_look_at() {
    for (name, least) in [("evidence", 10), ("tests", 500), ("peer_groups", 3)] {
        let rows = table(name).num_rows();
        assert!(rows >= least, "{name} has {rows} rows");
    }
    let tests = table("tests");
    let p = tests.column_by_name("p_value").expect("p-values");
    let scored = tests.num_rows() - p.null_count();
    assert!(scored >= 100, "{scored} tests with a p-value");
}

#[test]
fn no_line_counts_for_more_than_was_paid_on_it() {
    let rows = evidence();
    let paid: BTreeMap<&LineKey, i128> = rows.iter().map(|r| (&r.line, r.paid)).collect();
    for row in &rows {
        assert_eq!(paid[&row.line], row.paid, "one line, two payments");
        assert!(
            (0..=row.paid.max(0)).contains(&row.at_risk),
            "at risk beyond the payment"
        );
        assert!(
            (0..=row.at_risk).contains(&row.at_risk_lower),
            "lower bound above the amount"
        );
        assert!(row.case_amount == 0 || row.case_amount == row.at_risk);
        assert!(row.run_amount == 0 || row.run_amount == row.case_amount);
    }
    let in_case = sums(
        &rows,
        |r| (r.case.clone(), r.line.clone()),
        |r| r.case_amount,
    );
    for ((_, line), amount) in &in_case {
        assert!(
            *amount <= paid[line].max(0),
            "a case counts more than was paid on a line"
        );
    }
    for (line, amount) in sums(&rows, |r| r.line.clone(), |r| r.run_amount) {
        assert!(
            amount <= paid[&line].max(0),
            "the run counts more than was paid on a line"
        );
    }
    // Once over the run: in exactly one case, wherever a case counts it at all.
    let counted = |r: &&Counted| r.run_amount > 0;
    let mut owners: BTreeMap<&LineKey, usize> = BTreeMap::new();
    for row in rows.iter().filter(counted) {
        *owners.entry(&row.line).or_default() += 1;
    }
    let wanted: BTreeSet<&LineKey> = rows
        .iter()
        .filter(|r| r.case_amount > 0)
        .map(|r| &r.line)
        .collect();
    assert!(
        owners.values().all(|n| *n == 1),
        "a line is counted twice in the run"
    );
    assert_eq!(owners.keys().copied().collect::<BTreeSet<_>>(), wanted);
}

#[test]
fn cases_and_findings_are_the_sums_of_their_lines() {
    let (cases, findings, rows) = (table("cases"), table("findings"), evidence());
    let by_case = sums(&rows, |r| r.case.clone(), |r| r.case_amount);
    let by_finding = sums(&rows, |r| r.finding.clone(), |r| r.at_risk);
    let lower = sums(&rows, |r| r.finding.clone(), |r| r.at_risk_lower);
    let sum = |of: &BTreeMap<String, i128>, id: &str| of.get(id).copied().unwrap_or(0);
    for (id, exposure) in texts(&findings, "finding_id")
        .iter()
        .zip(cents(&findings, "exposure_amount"))
    {
        assert_eq!(exposure, sum(&by_finding, id), "finding {id}");
    }
    for (id, exposure) in texts(&findings, "finding_id")
        .iter()
        .zip(cents(&findings, "exposure_lower"))
    {
        assert_eq!(exposure, sum(&lower, id), "finding {id}, lower");
    }
    let of_case = texts(&findings, "case_id");
    let exposures = cents(&cases, "exposure_amount");
    for (row, id) in texts(&cases, "case_id").into_iter().enumerate() {
        assert_eq!(exposures[row], sum(&by_case, id), "case {id}");
        let count = of_case.iter().filter(|c| **c == id).count() as i64;
        assert_eq!(
            whole(&cases, "finding_count")[row],
            count,
            "case {id}: findings"
        );
        let claims: BTreeSet<_> = rows
            .iter()
            .filter(|r| r.case == id)
            .map(|r| (&r.line.0, &r.line.1))
            .collect();
        assert_eq!(
            whole(&cases, "claim_count")[row],
            claims.len() as i64,
            "case {id}: claims"
        );
        assert!(
            exposures[row] <= cents(&cases, "paid_amount")[row],
            "case {id}: beyond all paid"
        );
        assert!(
            cents(&cases, "exposure_lower")[row] <= exposures[row],
            "case {id}: lower"
        );
    }
    let ids = |batch, column| texts(batch, column).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(ids(&findings, "case_id"), ids(&cases, "case_id"));
    let known = ids(&findings, "finding_id");
    assert!(
        rows.iter().all(|r| known.contains(r.finding.as_str())),
        "evidence of no finding"
    );
}

#[test]
fn the_list_is_ranked_and_agrees_with_entities_and_manifest() {
    let (cases, entities) = (table("cases"), table("entities"));
    let ranks: Vec<i64> = (1..=cases.num_rows() as i64).collect();
    assert_eq!(whole(&cases, "rank"), ranks);
    assert!(
        cents(&cases, "priority_amount").is_sorted_by(|a, b| a >= b),
        "not by priority"
    );
    let flags = boolean(&entities, "flagged").expect("flags");
    let flagged: BTreeSet<&str> = texts(&entities, "entity_id")
        .into_iter()
        .enumerate()
        .filter(|(row, _)| flags.value(*row))
        .map(|(_, id)| id)
        .collect();
    assert_eq!(flagged, texts(&cases, "entity_id").into_iter().collect());
    let results = scanned().results();
    assert_eq!(results["cases"], cases.num_rows());
    assert_eq!(results["findings"], table("findings").num_rows());
    assert_eq!(results["evidence_lines"], table("evidence").num_rows());
    let run: i128 = evidence().iter().map(|r| r.run_amount).sum();
    let exposure = results["exposure"]
        .as_str()
        .expect("dollars")
        .replace([',', '.'], "");
    assert_eq!(exposure.parse::<i128>().expect("cents"), run);
}

#[test]
fn money_by_provider_month_and_entity_is_the_money_accepted() {
    let sum = |name: &str| -> i128 { cents(&table(name), "paid_amount").iter().sum() };
    let providers = sum("provider_features");
    assert_eq!(sum("provider_month"), providers);
    let entities = table("entities");
    // Groups are made of providers.
    for kind in [EntityType::Provider, EntityType::Member] {
        let of_kind = texts(&entities, "entity_type")
            .into_iter()
            .zip(cents(&entities, "paid_amount"))
            .filter(|(word, _)| *word == kind.name());
        assert_eq!(of_kind.map(|(_, paid)| paid).sum::<i128>(), providers);
    }
    assert_eq!(sum("member_features"), providers);
    let kinds = &scanned().results()["control_totals"]["lines_by_status"];
    let active: i128 = kinds
        .as_object()
        .expect("claim types")
        .iter()
        // Pharmacies are no providers of these tables.
        .filter(|(kind, _)| kind.as_str() != "pharmacy")
        .flat_map(|(_, k)| ["paid", "zero"].map(|status| k[status]["paid"].clone()))
        .filter_map(|paid| paid.as_str().map(|p| p.replace([',', '.'], "")))
        .map(|cents| cents.parse::<i128>().expect("cents"))
        .sum();
    assert_eq!(providers, active);
}

#[test]
fn no_float_is_nan_or_infinite_and_every_share_is_one() {
    for declared in output::TABLES {
        let Some(batch) = scanned().table(declared.name) else {
            continue;
        };
        for column in declared.columns.iter().filter(|c| c.kind == Kind::Float) {
            let values = batch.column_by_name(column.name).expect("a column");
            let values = values.as_primitive::<arrow::datatypes::Float64Type>();
            let mut present = values.iter().flatten();
            let share = column.name.starts_with("p_")
                || column.name.ends_with("_fdr")
                || column.name == "q_value";
            assert!(
                present.all(|v| v.is_finite() && (!share || (0.0..=1.0).contains(&v))),
                "{}.{}",
                declared.name,
                column.name
            );
        }
    }
    let keys = table("member_features");
    assert!(
        keys.column_by_name("line_count")
            .is_some_and(|c| c.as_primitive_opt::<Int64Type>().is_some())
    );
}

// ---------------------------------------------------------------- other readers

/// Opens every table with three libraries and compares columns, types, rows and a sum of money.
const READERS: &str = r#"
import json, sys
from decimal import Decimal
from pathlib import Path
import duckdb, polars, pyarrow.parquet

folder, expected = Path(sys.argv[1]), json.loads(sys.argv[2])
TYPES = {
    "int64": ("int64", "BIGINT", "Int64"),
    "float64": ("double", "DOUBLE", "Float64"),
    "utf8": ("string", "VARCHAR", "String"),
    "boolean": ("bool", "BOOLEAN", "Boolean"),
    "date32": ("date32[day]", "DATE", "Date"),
    "decimal128(18,2)": ("decimal128(18, 2)", "DECIMAL(18,2)", "Decimal(precision=18, scale=2)"),
    "decimal128(18,3)": ("decimal128(18, 3)", "DECIMAL(18,3)", "Decimal(precision=18, scale=3)"),
    "list<utf8>": ("list<item: string>", "VARCHAR[]", "List(String)"),
}
for name, table in expected.items():
    path = str(folder / f"{name}.parquet")
    kinds = [[column, TYPES[kind]] for column, kind in table["columns"]]
    money = [column for column, kind in table["columns"] if kind == "decimal128(18,2)"]

    arrow = pyarrow.parquet.read_table(path)
    found = [[f.name, str(f.type).replace("element:", "item:")] for f in arrow.schema]
    assert found == [[c, k[0]] for c, k in kinds], (name, "pyarrow", found)
    assert arrow.num_rows == table["rows"], (name, "pyarrow", arrow.num_rows)
    assert all(f.metadata[b"description"] for f in arrow.schema), (name, "descriptions")
    assert arrow.schema.metadata[b"claimhound.schema_version"].decode() == table["version"], name

    connection = duckdb.connect()
    relation = connection.sql(f"SELECT * FROM read_parquet('{path}')")
    found = [[c, str(t)] for c, t in zip(relation.columns, relation.types)]
    assert found == [[c, k[1]] for c, k in kinds], (name, "duckdb", found)
    sums = ", ".join(["count(*)", *(f'sum("{column}")' for column in money)])
    rows, *summed = connection.execute(f"SELECT {sums} FROM read_parquet('{path}')").fetchall()[0]
    assert rows == table["rows"], (name, "duckdb", rows)

    frame = polars.read_parquet(path)
    found = [[c, str(t)] for c, t in frame.schema.items()]
    assert found == [[c, k[2]] for c, k in kinds], (name, "polars", found)
    assert frame.height == table["rows"], (name, "polars", frame.height)

    for column, by_duckdb in zip(money, summed):
        sums = (
            sum((v for v in arrow.column(column).to_pylist() if v is not None), Decimal(0)),
            by_duckdb or Decimal(0),
            sum((v for v in frame[column].to_list() if v is not None), Decimal(0)),
        )
        cents = Decimal(table["cents"][column]) / 100
        assert all(s == cents for s in sums), (name, column, sums, cents)
print("opened", len(expected))
"#;

fn described(declared: &Table) -> Value {
    let batch = scanned().table(declared.name);
    let money = declared.columns.iter().filter(|c| c.kind == Kind::Money);
    let sum =
        |column: &str| -> i128 { batch.as_ref().map_or(0, |b| cents(b, column).iter().sum()) };
    json!({
        "columns": declared.columns.iter().map(|c| [c.name, c.kind.name()]).collect::<Vec<_>>(),
        "rows": file_of(declared).1,
        "version": SCHEMA_VERSION,
        "cents": money.map(|c| (c.name, sum(c.name).to_string())).collect::<BTreeMap<_, _>>(),
    })
}

#[test]
fn pyarrow_duckdb_and_polars_open_every_table_alike() {
    let expected: BTreeMap<&str, Value> = output::TABLES
        .iter()
        .map(|t| (t.name, described(t)))
        .collect();
    let printed = support::python::run(
        Command::new(support::python::python())
            .args(["-c", READERS])
            .arg(&scanned().folder)
            .arg(serde_json::to_string(&expected).expect("JSON")),
    );
    assert_eq!(printed.trim(), format!("opened {}", output::TABLES.len()));
}
