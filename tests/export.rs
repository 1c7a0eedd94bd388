//! Work papers, read by the programs that people open them with: LibreOffice, openpyxl, pyarrow's
//! format. Their figures are those of the run, no name becomes a formula, and no member is named.

#[path = "export/office.rs"]
mod office;
#[path = "export/papers.rs"]
mod papers;
#[path = "support/python.rs"]
mod python;
#[path = "support/run.rs"]
mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type};
use claimhound::batch::{text, text_at};
use claimhound::ingest::date;
use claimhound::report::export::formula::restore;
use claimhound::report::export::pseudonym::{Key, Members};
use claimhound::report::export::{Export, Format, MAX_TEXT, Outcome, export};
use claimhound::report::read_table;
use claimhound::synth::{SynthConfig, generate};
use serde_json::Value;
use tempfile::TempDir;

use self::papers::{HOSTILE, LARGEST, files, hostile, member, written};
use self::run::{Run, claimhound, scan};

/// Loose enough for a small world to give cases of every kind.
const CONFIG: &str = "[peers]\nmin_peers = 20\n\
                      [list]\nlevel = 0.5\nmateriality_floor = 0\nminimum_edit_exposure = 1\n";

/// One scan of synthetic claims.
static SCANNED: LazyLock<(TempDir, Run)> = LazyLock::new(|| {
    let place = TempDir::new().expect("a temporary folder");
    let claims = place.path().join("claims");
    let config = SynthConfig {
        providers: 1_000,
        seed: 5,
        lines: None,
        clean: false,
    };
    generate(&config, &claims).expect("synthetic claims");
    let file = place.path().join("scan.toml");
    fs::write(&file, CONFIG).expect("a configuration");
    let out = place.path().join("out");
    let run = scan(&claims, &out, &["--config", run::text(&file)], 2);
    (place, run)
});

/// Exports the scan into a folder of its own.
fn exported(format: Format, members: Members, below: Option<u32>) -> (TempDir, PathBuf) {
    let place = TempDir::new().expect("a temporary folder");
    let done = export(&Export {
        run: SCANNED.1.folder.clone(),
        cases: Vec::new(),
        format,
        output: Some(place.path().to_owned()),
        members,
        suppress_below: below,
    });
    let path = done.expect("an export").path;
    (place, path)
}

/// Tables of a Parquet export by name.
fn parquet(folder: &Path) -> BTreeMap<String, RecordBatch> {
    let tables = files(folder).into_iter();
    tables
        .filter(|f| f.extension().is_some_and(|e| e == "parquet"))
        .map(|f| {
            let name = f
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, read_table(&f).expect("a table").expect("rows"))
        })
        .collect()
}

/// A value of a table in the plainest form; a blank that is withheld is `*`.
#[derive(Debug, Clone, PartialEq)]
enum Plain {
    Nothing,
    Text(String),
    /// Unscaled value and decimals.
    Exact(i128, u32),
    Float(f64),
    Date(String),
}

fn plain(batch: &RecordBatch, row: usize, column: usize) -> Plain {
    let values = batch.column(column);
    if values.is_null(row) {
        let name = batch.schema().field(column).name().clone();
        let withheld = batch.column_by_name("suppressed").and_then(|_| {
            text_at(text(batch, "suppressed").expect("text"), row).map(str::to_owned)
        });
        return if withheld.is_some_and(|w| w.split(", ").any(|n| n == name)) {
            Plain::Text("*".into())
        } else {
            Plain::Nothing
        };
    }
    match values.data_type() {
        DataType::Utf8 => Plain::Text(values.as_string::<i32>().value(row).to_owned()),
        DataType::Int64 => Plain::Exact(values.as_primitive::<Int64Type>().value(row).into(), 0),
        DataType::Float64 => Plain::Float(values.as_primitive::<Float64Type>().value(row)),
        DataType::Date32 => Plain::Date(date::iso(
            values.as_primitive::<Date32Type>().value(row).into(),
        )),
        DataType::Decimal128(_, scale) => Plain::Exact(
            values.as_primitive::<Decimal128Type>().value(row),
            u32::from(scale.unsigned_abs()),
        ),
        DataType::List(_) => {
            let items = values.as_list::<i32>().value(row);
            let items: Vec<&str> = items.as_string::<i32>().iter().flatten().collect();
            Plain::Text(items.join(", "))
        }
        other => panic!("{other}"),
    }
}

/// `12.5` of 1250 and 2, exactly or not at all.
fn exact(shown: &str, decimals: u32) -> Option<i128> {
    let shown = match shown.split_once(['e', 'E']) {
        // Python and LibreOffice write large numbers with an exponent.
        Some(_) => format!("{:.1$}", shown.parse::<f64>().ok()?, decimals as usize),
        None => shown.to_owned(),
    };
    let negative = shown.starts_with('-');
    let (whole, part) = shown
        .trim_start_matches('-')
        .split_once('.')
        .unwrap_or((shown.trim_start_matches('-'), ""));
    let part = part.trim_end_matches('0');
    if part.len() > decimals as usize {
        return None;
    }
    let digits = format!("{whole}{part:0<width$}", width = decimals as usize);
    digits
        .parse::<i128>()
        .ok()
        .map(|v| if negative { -v } else { v })
}

/// Asserts that a cell as some program shows it is the table's value.
#[track_caller]
fn assert_shows(shown: &str, value: &Plain, place: &str) {
    let same = match value {
        Plain::Nothing => shown.is_empty(),
        Plain::Text(text) => shown == text,
        Plain::Date(day) => shown == day,
        Plain::Exact(number, decimals) => exact(shown, *decimals) == Some(*number),
        // A spreadsheet keeps fifteen digits, and LibreOffice writes twenty decimals at most.
        Plain::Float(number) => shown
            .parse::<f64>()
            .is_ok_and(|s| (s - number).abs() <= (1e-14 * number.abs()).max(5e-21)),
    };
    assert!(
        same,
        "{place}: {shown:?} is shown, {value:?} is in the table"
    );
}

/// Sheets by table, as many as there are.
fn sheet_of(table: &str) -> &'static str {
    match table {
        "cases" => "Cases",
        "findings" => "Findings",
        "evidence" => "Evidence",
        "evidence_summary" => "Evidence summary",
        "columns" => "Data dictionary",
        other => panic!("{other}"),
    }
}

/// What openpyxl reads.
fn openpyxl(workbook: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export/workbook.py");
    let said = python::run(
        Command::new(python::python())
            .arg("-B")
            .arg(script)
            .arg(workbook),
    );
    serde_json::from_str(&said).expect("JSON")
}

fn sheet<'v>(book: &'v Value, name: &str) -> &'v Value {
    let sheets = book["sheets"].as_array().expect("sheets");
    let found = sheets.iter().find(|s| s["name"] == name);
    found.unwrap_or_else(|| panic!("no sheet {name}"))
}

/// Every text of a file, with the members of a workbook unpacked.
fn content(file: &Path) -> String {
    if file.extension().is_some_and(|e| e == "xlsx") {
        return members_of_zip(file).into_values().collect();
    }
    if file.extension().is_some_and(|e| e == "parquet") {
        // Values are compressed: look at them as CSV would show them, and at the raw footer.
        let raw = String::from_utf8_lossy(&fs::read(file).expect("a file")).into_owned();
        let Some(batch) = read_table(file).expect("a table") else {
            return raw;
        };
        let mut all = raw;
        for row in 0..batch.num_rows() {
            for column in 0..batch.num_columns() {
                writeln!(all, "{:?}", plain(&batch, row, column)).expect("text");
            }
        }
        return all;
    }
    fs::read_to_string(file).expect("text")
}

/// Parts of a workbook by name.
fn members_of_zip(file: &Path) -> BTreeMap<String, String> {
    const UNZIP: &str = "import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\n\
         json.dump({n: z.read(n).decode('utf-8') for n in z.namelist()}, sys.stdout)";
    let said = python::run(Command::new("python3").args(["-c", UNZIP]).arg(file));
    serde_json::from_str(&said).expect("JSON")
}

/// Elements of a workbook that compute something or lead somewhere.
fn formulas(file: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for (name, xml) in members_of_zip(file) {
        for element in [
            "<f>",
            "<f ",
            "<hyperlink",
            "externalLink",
            "ddeLink",
            "oleObject",
        ] {
            let count = xml.matches(element).count();
            if count > 0 {
                found.push(format!("{count} {element} in {name}"));
            }
        }
    }
    found
}

#[test]
fn libreoffice_and_openpyxl_read_the_parquets_figures_from_the_workbook() {
    let (_x, workbook) = exported(Format::Xlsx, Members::Numbered, None);
    let (_p, folder) = exported(Format::Parquet, Members::Numbered, None);
    let tables = parquet(&folder);
    let office = office::sheets(&workbook);
    let book = openpyxl(&workbook);
    assert!(formulas(&workbook).is_empty());
    assert!(tables["evidence"].num_rows() > 2_000, "too small a world");
    for (name, table) in &tables {
        let title = sheet_of(name);
        let rows = &office[title];
        let header: Vec<String> = table
            .schema()
            .fields()
            .iter()
            .map(|f| f.name().clone())
            .collect();
        assert_eq!(rows[0], header, "{name}");
        let cells = sheet(&book, title)["rows"].as_array().expect("rows");
        for row in 0..table.num_rows() {
            for column in 0..table.num_columns() {
                let place = format!("{name} {row} {}", header[column]);
                let value = plain(table, row, column);
                assert_shows(&rows[row + 1][column], &value, &place);
                assert_typed(&cells[row + 1][column], &value, &place);
            }
        }
        assert_total(name, table, rows);
        assert_eq!(sheet(&book, title)["formulas"], Value::Array(vec![]));
        assert_eq!(sheet(&book, title)["links"], Value::Array(vec![]));
    }
    for (title, frozen) in [("Cases", "C2"), ("Findings", "C2"), ("Evidence", "A2")] {
        assert_eq!(sheet(&book, title)["frozen"], frozen, "{title}");
        let filter = sheet(&book, title)["filter"]
            .as_str()
            .expect("a filter")
            .to_owned();
        assert!(filter.starts_with("A1:"), "{title}: {filter}");
    }
    let as_of = SCANNED.1.manifest["as_of"].as_str().expect("a date");
    assert_eq!(book["created"], as_of);
    assert_eq!(book["modified"], as_of);
}

/// Asserts that openpyxl's typed value is the table's.
#[track_caller]
fn assert_typed(cell: &Value, value: &Plain, place: &str) {
    let shown = match value {
        Plain::Nothing => {
            assert!(cell.is_null(), "{place}: {cell}");
            return;
        }
        // A spreadsheet has no empty text.
        Plain::Text(text) if text.is_empty() => return,
        Plain::Text(_) => &cell["text"],
        Plain::Date(_) => &cell["date"],
        Plain::Exact(..) | Plain::Float(_) => &cell["number"],
    };
    let shown = shown.as_str().unwrap_or_else(|| panic!("{place}: {cell}"));
    assert_shows(shown, value, place);
}

/// Asserts that the row below a table's rows holds the sums of its money, and no other figure.
fn assert_total(name: &str, table: &RecordBatch, rows: &[Vec<String>]) {
    let summed: &[&str] = match name {
        "cases" => &["exposure_amount", "exposure_lower", "priority_amount"],
        "findings" => &["exposure_amount", "exposure_lower"],
        "evidence" => &[
            "amount_at_risk",
            "amount_at_risk_lower",
            "amount_counted_case",
            "amount_counted_run",
        ],
        _ => {
            assert_eq!(rows.len(), table.num_rows() + 1);
            return;
        }
    };
    let total = &rows[table.num_rows() + 1];
    assert_eq!(rows.len(), table.num_rows() + 2, "{name}");
    assert_eq!(total[0], "Total");
    for (column, field) in table.schema().fields().iter().enumerate().skip(1) {
        if summed.contains(&field.name().as_str()) {
            let values = table.column(column).as_primitive::<Decimal128Type>();
            let sum: i128 = values.iter().flatten().sum();
            assert_shows(&total[column], &Plain::Exact(sum, 2), field.name());
        } else {
            assert_eq!(total[column], "", "{name} {}", field.name());
        }
    }
}

/// Sum of a money column.
fn sum(table: &RecordBatch, name: &str) -> i128 {
    let column = table.column_by_name(name).expect(name);
    column
        .as_primitive::<Decimal128Type>()
        .iter()
        .flatten()
        .sum()
}

#[test]
fn the_papers_hold_the_runs_rows_and_its_lines_add_up_to_its_cases() {
    let (_p, folder) = exported(Format::Parquet, Members::Shown, None);
    let tables = parquet(&folder);
    for name in ["cases", "findings", "evidence"] {
        let (ours, runs) = (&tables[name], SCANNED.1.table(name).expect("rows"));
        assert_eq!(ours.schema(), runs.schema(), "{name}: schema or metadata");
        let rows = |batch: &RecordBatch| -> BTreeMap<String, usize> {
            let mut counts = BTreeMap::new();
            for row in 0..batch.num_rows() {
                let row: Vec<Plain> = (0..batch.num_columns())
                    .map(|c| plain(batch, row, c))
                    .collect();
                *counts.entry(format!("{row:?}")).or_insert(0) += 1;
            }
            counts
        };
        assert!(
            rows(ours) == rows(&runs),
            "{name}: other rows than the run's"
        );
    }
    assert_eq!(
        sum(&tables["evidence"], "amount_counted_case"),
        sum(&tables["cases"], "exposure_amount")
    );
    assert_eq!(
        sum(&tables["evidence"], "amount_at_risk"),
        sum(&tables["findings"], "exposure_amount")
    );
}

#[test]
fn no_member_is_named_unless_asked_for() {
    let of_run = SCANNED.1.table("member_features").expect("members");
    let ids: BTreeSet<&str> = text(&of_run, "person_id")
        .expect("ids")
        .iter()
        .flatten()
        .collect();
    let secret = TempDir::new().expect("a folder");
    let file = secret.path().join("key");
    fs::write(&file, "f".repeat(10) + "0123456789abcdef0123456789abcdef").expect("a key");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a mode");
    let key = Key::read(&file).expect("a key");
    let named = |path: &Path| -> usize {
        let words = |text: &str| -> BTreeSet<String> {
            let apart = |c: char| !c.is_alphanumeric();
            text.split(apart).map(str::to_owned).collect()
        };
        files(path)
            .iter()
            .map(|f| {
                words(&content(f))
                    .iter()
                    .filter(|w| ids.contains(w.as_str()))
                    .count()
            })
            .sum()
    };
    for format in [Format::Csv, Format::Xlsx, Format::Parquet] {
        for (members, below) in [
            (Members::Numbered, None),
            (Members::Keyed(key.clone()), None),
            (Members::Numbered, Some(11)),
            (Members::Keyed(key.clone()), Some(11)),
        ] {
            let (_place, path) = exported(format, members, below);
            assert_eq!(named(&path), 0, "{}", path.display());
        }
        // The search finds them where they are.
        let (_place, path) = exported(format, Members::Shown, None);
        assert!(named(&path) > 10, "{}", path.display());
    }
}

#[test]
fn cases_about_members_cannot_be_found_by_hashing_a_list_of_members() {
    let (_p, folder) = exported(Format::Parquet, Members::Numbered, None);
    let cases = SCANNED.1.table("cases").expect("cases");
    let (kind, id) = (
        text(&cases, "entity_type").expect("kind"),
        text(&cases, "case_id").expect("id"),
    );
    let of_members: BTreeSet<&str> = (0..cases.num_rows())
        .filter(|row| kind.value(*row) == "member")
        .map(|row| id.value(row))
        .collect();
    assert!(!of_members.is_empty(), "no case about a member");
    let findings = SCANNED.1.table("findings").expect("findings");
    let (of, finding) = (
        text(&findings, "case_id").expect("id"),
        text(&findings, "finding_id").expect("id"),
    );
    let hashes: BTreeSet<&str> = (0..findings.num_rows())
        .filter(|row| of_members.contains(of.value(*row)))
        .map(|row| finding.value(row))
        .chain(of_members.iter().copied())
        .collect();
    for file in files(&folder) {
        let text = content(&file);
        for hash in &hashes {
            assert!(!text.contains(hash), "{hash} in {}", file.display());
        }
    }
    // The tables still belong together.
    let tables = parquet(&folder);
    let ids = |table: &str, column: &str| -> BTreeSet<String> {
        let ids = text(&tables[table], column).expect("ids");
        ids.iter().flatten().map(str::to_owned).collect()
    };
    assert_eq!(ids("cases", "case_id"), ids("findings", "case_id"));
    assert!(ids("evidence", "case_id").is_subset(&ids("cases", "case_id")));
    assert!(ids("evidence", "finding_id").is_subset(&ids("findings", "finding_id")));
    assert_eq!(
        ids("findings", "finding_id").len(),
        tables["findings"].num_rows()
    );
}

#[test]
fn hostile_names_are_text_in_the_workbook_and_stay_as_they_are() {
    let papers = hostile();
    let done = written(&papers.job(Format::Xlsx, Members::Shown));
    assert!(formulas(&done.path).is_empty());
    let tables = {
        let done = written(&papers.job(Format::Parquet, Members::Shown));
        parquet(&done.path)
    };
    let book = openpyxl(&done.path);
    let office = office::sheets(&done.path);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut cut = 0;
    for (name, table) in &tables {
        let cells = sheet(&book, sheet_of(name))["rows"]
            .as_array()
            .expect("rows");
        for row in 0..table.num_rows() {
            for column in 0..table.num_columns() {
                let value = plain(table, row, column);
                let cell = &cells[row + 1][column];
                let shown = &office[sheet_of(name)][row + 1][column];
                let place = format!("{name} {row} {}", table.schema().field(column).name());
                match &value {
                    Plain::Text(long) if long.encode_utf16().count() > MAX_TEXT => {
                        let kept = cell["text"].as_str().expect("text");
                        assert!(
                            kept.ends_with("[cut off]") && kept.encode_utf16().count() == MAX_TEXT
                        );
                        cut += 1;
                    }
                    Plain::Text(text) => {
                        assert_typed(cell, &value, &place);
                        // CSV out of LibreOffice has line feeds only, and no null characters.
                        let lines = |t: &str| t.replace(['\r', '\n', '\0'], "");
                        assert_eq!(lines(shown), lines(text), "{place}");
                        seen.insert(text.clone());
                    }
                    _ => {
                        assert_typed(cell, &value, &place);
                        assert_shows(shown, &value, &place);
                    }
                }
            }
        }
    }
    for name in HOSTILE {
        assert!(seen.contains(name), "{name:?} is not in the workbook");
    }
    assert!(cut >= 2, "the long name and claim");
    let largest = tables["evidence"]
        .column_by_name("paid_amount")
        .expect("paid");
    let largest = largest
        .as_primitive::<Decimal128Type>()
        .iter()
        .flatten()
        .max();
    assert_eq!(largest, Some(i128::from(LARGEST)));
    let cover = &sheet(&book, "Cover")["rows"].to_string();
    for said in [
        "cut off, with a mark",
        "=claims.csv",
        "1234.56",
        "Among the tested members",
    ] {
        assert!(cover.contains(said), "{said} is not on the cover: {cover}");
    }
    assert!(
        !cover.contains("/secret/place"),
        "the cover tells where the claims lay"
    );
}

#[test]
fn hostile_names_are_text_in_csv_and_come_back() {
    let papers = hostile();
    let csv = written(&papers.job(Format::Csv, Members::Shown)).path;
    let tables = parquet(&written(&papers.job(Format::Parquet, Members::Shown)).path);
    for (name, table) in &tables {
        let file = csv.join(format!("{name}.csv"));
        let bytes = fs::read(&file).expect("a file");
        assert!(bytes.starts_with("\u{feff}".as_bytes()) && bytes.ends_with(b"\r\n"));
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(&bytes[3..]);
        let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
        assert_eq!(rows.len(), table.num_rows() + 1);
        for row in 0..table.num_rows() {
            for (column, shown) in rows[row + 1].iter().enumerate() {
                let place = format!("{name} {row} {column}");
                match plain(table, row, column) {
                    Plain::Text(text) => assert_eq!(restore(shown), text, "{place}"),
                    other => assert_shows(shown, &other, &place),
                }
            }
        }
        for separator in [',', ';', '\t'] {
            let (_out, workbook) = office::opened(&file, separator);
            assert!(formulas(&workbook).is_empty(), "{name} at {separator:?}");
        }
    }
    // The same reader computes what is not neutralised.
    let naive = papers.root.path().join("naive.csv");
    fs::write(&naive, "\"=1+1\",\"Smith;=1+1\"\n").expect("a file");
    for separator in [',', ';'] {
        let (_out, workbook) = office::opened(&naive, separator);
        assert!(!formulas(&workbook).is_empty(), "{separator:?}");
    }
    let readme = fs::read_to_string(csv.join("README.txt")).expect("a text");
    assert!(
        readme.contains("apostrophe") && readme.contains("--with-phi"),
        "{readme}"
    );
}

#[test]
fn members_named_inside_texts_and_claims_are_replaced_too() {
    let papers = hostile();
    for format in [Format::Csv, Format::Xlsx, Format::Parquet] {
        let done = written(&papers.job(format, Members::Numbered));
        for file in files(&done.path) {
            let text = content(&file);
            assert!(!text.contains("SECRET"), "{}", file.display());
        }
        assert!(
            done.notes
                .iter()
                .any(|n| n.contains("texts held a member's identifier")),
            "{:?}",
            done.notes
        );
    }
    let shown = written(&papers.job(Format::Csv, Members::Shown));
    let all: String = files(&shown.path).iter().map(|f| content(f)).collect();
    assert!(
        (0..2).all(|n| all.contains(&member(n))),
        "the search finds them where they are"
    );
}

#[test]
fn the_same_request_gives_the_same_bytes_and_leaves_what_is_there() {
    let place = TempDir::new().expect("a folder");
    for format in [Format::Csv, Format::Xlsx, Format::Parquet] {
        let job = |folder: &str| Export {
            run: SCANNED.1.folder.clone(),
            cases: vec!["2".into(), "1".into(), "1".into()],
            format,
            output: Some(place.path().join(folder)),
            members: Members::Numbered,
            suppress_below: None,
        };
        let [first, second] = ["a", "b"].map(|f| export(&job(f)).expect("an export").path);
        for (one, two) in files(&first).iter().zip(files(&second)) {
            assert!(
                fs::read(one).expect("bytes") == fs::read(&two).expect("bytes"),
                "{}",
                one.display()
            );
        }
        assert_eq!(
            export(&job("a")).expect("an export").outcome,
            Outcome::Unchanged
        );
        // An auditor's note is not written over.
        let touched = files(&first)[0].clone();
        let mut bytes = fs::read(&touched).expect("bytes");
        bytes.push(b' ');
        fs::write(&touched, &bytes).expect("a note");
        let error = export(&job("a")).expect_err("refused").to_string();
        assert!(
            error.contains("differs") && error.contains("--output"),
            "{error}"
        );
        assert_eq!(fs::read(&touched).expect("bytes"), bytes);
        for folder in ["a", "b"] {
            for entry in fs::read_dir(place.path().join(folder)).expect("a folder") {
                let name = entry.expect("an entry").file_name();
                assert!(!name.to_string_lossy().starts_with('.'), "{name:?} is left");
            }
        }
    }
}

#[test]
fn a_changed_table_an_unknown_case_and_a_run_as_output_are_refused() {
    let papers = hostile();
    let job = |cases: &[&str]| Export {
        cases: cases.iter().map(|c| (*c).to_owned()).collect(),
        ..papers.job(Format::Parquet, Members::Numbered)
    };
    let says = |job: &Export, part: &str| {
        let error = export(job).expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
    };
    says(&job(&["1", "nobody"]), "no such case");
    let inside = Export {
        output: Some(papers.run.join("papers")),
        ..job(&[])
    };
    says(&inside, "inside the runs");
    let member = Export {
        suppress_below: Some(11),
        ..job(&["3"])
    };
    says(&member, "count of one");
    let file = papers.run.join("evidence.parquet");
    let mut bytes = fs::read(&file).expect("bytes");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("a changed table");
    says(&job(&["1"]), "not the table");
    assert!(
        !papers.root.path().join("papers").exists()
            || files(&papers.root.path().join("papers")).is_empty()
    );
}

#[test]
fn suppressed_papers_show_no_small_count_in_any_table_or_text() {
    let (_p, folder) = exported(Format::Parquet, Members::Numbered, Some(11));
    let tables = parquet(&folder);
    assert!(!tables.contains_key("evidence"));
    let mut counts = 0;
    for (name, table) in &tables {
        for (column, field) in table.schema().fields().iter().enumerate() {
            let counted = [
                "member_count",
                "claim_count",
                "line_count",
                "numerator",
                "denominator",
            ];
            for row in (0..table.num_rows()).filter(|_| counted.contains(&field.name().as_str())) {
                let count = match plain(table, row, column) {
                    Plain::Exact(count, _) => count as f64,
                    Plain::Float(count) => count,
                    _ => continue,
                };
                counts += 1;
                assert!(
                    count == 0.0 || count >= 11.0,
                    "{name} {row} {}: {count}",
                    field.name()
                );
            }
            let words = ["summary", "reason", "counterpoint"].contains(&field.name().as_str());
            for row in (0..table.num_rows()).filter(|_| words) {
                let Plain::Text(said) = plain(table, row, column) else {
                    continue;
                };
                let figure = said.split_whitespace().any(|w| {
                    w.trim_matches(|c: char| !c.is_alphanumeric())
                        .parse::<f64>()
                        .is_ok()
                });
                assert!(!figure, "{said}");
            }
        }
    }
    assert!(counts > 50, "too small a world");
    let withheld = |name: &str| {
        text(&tables[name], "suppressed")
            .expect("a column")
            .iter()
            .flatten()
            .count()
    };
    assert!(withheld("evidence_summary") > 10 && withheld("findings") > 0);
    let (_x, workbook) = exported(Format::Xlsx, Members::Numbered, Some(11));
    let office = office::sheets(&workbook);
    for (name, table) in &tables {
        assert!(office[sheet_of(name)].len() > table.num_rows(), "{name}");
        let rows = office[sheet_of(name)].iter().skip(1);
        for (row, cells) in rows.enumerate().take(table.num_rows()) {
            for (column, shown) in cells.iter().enumerate().take(table.num_columns()) {
                let place = format!("{name} {row} {column}");
                assert_shows(shown, &plain(table, row, column), &place);
            }
        }
    }
}

#[test]
fn the_command_exports_chosen_cases_privately_and_says_how_members_appear() {
    let place = TempDir::new().expect("a folder");
    let out = SCANNED
        .1
        .folder
        .parent()
        .expect("the output folder")
        .to_owned();
    let papers = place.path().join("papers");
    let run = |more: &[&str]| {
        let mut arguments = vec!["export", run::text(&out)];
        arguments.extend(more);
        let output = claimhound(&arguments, 1);
        let said =
            [&output.stdout, &output.stderr].map(|b| String::from_utf8_lossy(b).into_owned());
        (output.status.code(), said[0].clone(), said[1].clone())
    };
    let (code, said, _) = run(&["1", "2", "--output", run::text(&papers), "--format", "csv"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("cases: 2") && said.contains("M0001") && said.contains(run::text(&papers)),
        "{said}"
    );
    for path in files(&papers).iter().chain(&files(&files(&papers)[0])) {
        let mode = fs::metadata(path).expect("a file").permissions().mode() & 0o777;
        assert_eq!(
            mode,
            if path.is_dir() { 0o700 } else { 0o600 },
            "{}",
            path.display()
        );
    }
    // Into the output folder by default, beside the runs and never inside.
    let (code, said, _) = run(&["1"]);
    assert_eq!(code, Some(0), "{said}");
    let id = SCANNED.1.manifest["run_id"].as_str().expect("an id");
    let made = files(&out.join("export").join(id));
    assert!(
        made.len() == 1 && made[0].extension().is_some_and(|e| e == "xlsx"),
        "{made:?}"
    );
    for (arguments, code, part) in [
        (&["nobody"][..], 1, "no such case"),
        (&["--format", "pdf"], 2, "possible values"),
        (&["--suppress-below", "1"], 2, "2.."),
        (&["--with-phi", "--suppress-below"], 2, "cannot be used"),
        (
            &["--with-phi", "--pseudonymize", "key"],
            2,
            "cannot be used",
        ),
        (&["--pseudonymize", "/nonexistent"], 1, "key file"),
    ] {
        let (status, _, said) = run(arguments);
        assert_eq!(status, Some(code), "{arguments:?}: {said}");
        assert!(said.contains(part), "{arguments:?}: {said}");
    }
}
