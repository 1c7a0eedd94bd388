//! Tables written to a folder, scored, and read back.

use std::fmt::Write as _;
use std::path::Path;

use tempfile::TempDir;

use super::*;

/// Sixty providers; `p7` bills and is paid far more than the others, `p9` far less.
fn providers() -> String {
    let mut text = String::from("npi,name,region,visits,paid,bias\n");
    for i in 0..60_u32 {
        let (visits, paid) = match i {
            7 => (400, 90_000),
            9 => (1, 10),
            _ => (100 + i % 13, 20_000 + 371 * (i * 7 % 60)),
        };
        let region = if i % 2 == 0 { "north" } else { "south" };
        let _ = writeln!(
            text,
            "{},p{i},{region},{visits},{paid},1",
            1_003_000_126 + i * 7919
        );
    }
    text
}

fn request(folder: &Path, text: &str) -> Request {
    let table = folder.join("table.csv");
    std::fs::write(&table, text).expect("written");
    Request {
        table,
        id: "name".into(),
        columns: Vec::new(),
        peer: None,
        method: "knn".into(),
        side: Side::Both,
        seed: 42,
        output: folder.join("scores.csv"),
    }
}

fn output(request: &Request) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(&request.output).expect("an output");
    assert_eq!(
        reader.headers().expect("a header"),
        &["id", "score", "p_value", "top_columns"][..]
    );
    reader
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        .collect()
}

fn refusal(change: impl Fn(&mut Request), text: &str) -> String {
    let folder = TempDir::new().expect("a folder");
    let mut request = request(folder.path(), text);
    change(&mut request);
    detect(&request).expect_err("refused").to_string()
}

#[test]
fn the_strangest_comes_first_with_its_columns() {
    let folder = TempDir::new().expect("a folder");
    for method in Method::names() {
        let request = Request {
            method: method.to_owned(),
            ..request(folder.path(), &providers())
        };
        let summary = detect(&request).unwrap_or_else(|e| panic!("{method}: {e}"));
        assert_eq!((summary.rows, summary.scored), (60, 60), "{method}");
        assert_eq!(summary.columns, ["paid", "visits"], "{method}");
        let rows = output(&request);
        assert_eq!(rows.len(), 60, "{method}");
        assert!(
            ["p7", "p9"].contains(&rows[0][0].as_str()),
            "{method}: {:?}",
            rows[0]
        );
        let p: f64 = rows[0][2].parse().expect("a p-value");
        assert!(p > 0.0 && p <= 0.1, "{method}: {p}");
    }
    let rows = output(&request(folder.path(), &providers()));
    assert!(rows[0][1].parse::<f64>().is_ok());
}

#[test]
fn strange_and_high_is_not_strange_and_low() {
    let folder = TempDir::new().expect("a folder");
    for (side, first) in [(Side::High, "p7"), (Side::Low, "p9")] {
        for method in ["ensemble", "knn", "ecod", "isolation_forest"] {
            let request = Request {
                side,
                method: method.into(),
                ..request(folder.path(), &providers())
            };
            detect(&request).expect("scored");
            let rows = output(&request);
            assert_eq!(rows[0][0], first, "{method} {side:?}");
        }
    }
}

#[test]
fn peers_are_scored_among_themselves() {
    // What is ordinary in the south is strange in the north.
    let mut text = String::from("name,region,a,b\n");
    for i in 0..80_u32 {
        let (region, level) = if i % 2 == 0 {
            ("north", 0)
        } else {
            ("south", 100)
        };
        let level = if i == 20 { 100 } else { level };
        let _ = writeln!(
            text,
            "r{i},{region},{}.5,{}.25",
            level + i % 7,
            level + i % 5
        );
    }
    let folder = TempDir::new().expect("a folder");
    let request = Request {
        peer: Some("region".into()),
        ..request(folder.path(), &text)
    };
    let summary = detect(&request).expect("scored");
    assert_eq!(summary.groups, 2);
    assert_eq!(output(&request)[0][0], "r20");
}

#[test]
fn identifiers_constants_and_words_are_left_out_with_a_note() {
    let folder = TempDir::new().expect("a folder");
    let summary = detect(&request(folder.path(), &providers())).expect("scored");
    let notes = summary.notes.join("\n");
    assert!(
        notes.contains("column npi left out: it looks like identifiers"),
        "{notes}"
    );
    assert!(
        notes.contains("column bias left out: it holds one value only"),
        "{notes}"
    );
    assert!(
        notes.contains("column region left out: row 1 holds 'north'"),
        "{notes}"
    );
    // Asked for by name it is used, with a warning.
    let request = Request {
        columns: vec!["npi".into(), "paid".into()],
        ..request(folder.path(), &providers())
    };
    let summary = detect(&request).expect("scored");
    assert_eq!(summary.columns, ["npi", "paid"]);
    assert!(
        summary.notes[0].contains("npi looks like identifiers"),
        "{:?}",
        summary.notes
    );
}

#[test]
fn faults_name_the_place_and_the_remedy() {
    let text = providers();
    let said = refusal(|r| r.id = "provider".into(), &text);
    assert!(
        said.contains("--id provider: no such column") && said.contains("npi, name"),
        "{said}"
    );
    let said = refusal(|r| r.columns = vec!["visit".into()], &text);
    assert!(said.contains("--columns visit: no such column"), "{said}");
    let said = refusal(|r| r.columns = vec!["region".into()], &text);
    assert!(
        said.contains("row 1, column region: found 'north', which is not a number"),
        "{said}"
    );
    let said = refusal(|r| r.peer = Some("state".into()), &text);
    assert!(said.contains("--peer state: no such column"), "{said}");
    let said = refusal(|r| r.method = "svm".into(), &text);
    assert!(
        said.contains("no such method") && said.contains("isolation_forest"),
        "{said}"
    );
    let said = refusal(|r| r.output = "scores.xlsx".into(), &text);
    assert!(said.contains("Write .parquet or .csv"), "{said}");
    let said = refusal(|r| r.table = r.table.with_file_name("none.csv"), &text);
    assert!(
        said.contains("none.csv") && said.contains("Check the path"),
        "{said}"
    );
    let said = refusal(|_| {}, &text.replace("p3,south,103", "p3,south,inf"));
    assert!(said.contains("row 4, column visits: found inf"), "{said}");
    let said = refusal(|_| {}, &text.replace(",p5,", ",,"));
    assert!(
        said.contains("row 6, column name: the id is empty"),
        "{said}"
    );
    let said = refusal(|_| {}, "name,a\nx,1\n");
    assert!(said.contains("one value only"), "{said}");
    let said = refusal(|_| {}, "name,a\nx,1\ny,2\nz,9\n");
    assert!(said.contains("too few: 3 found, 6 needed"), "{said}");
    let said = refusal(|_| {}, "name,a\n");
    assert!(said.contains("the table has no row"), "{said}");
    let said = refusal(|_| {}, "name,a,a\nx,1,2\n");
    assert!(said.contains("two columns are called 'a'"), "{said}");
    let said = refusal(|_| {}, "name,a\nx,1\ny\n");
    assert!(said.contains("line 3"), "{said}");
    let said = refusal(|_| {}, "name,word\nx,u\ny,v\n");
    assert!(said.contains("no numeric column"), "{said}");
}

#[test]
fn empty_cells_are_missing_and_mostly_empty_rows_not_scored() {
    let mut text = providers().replace("p3,south,103", "p3,south,");
    text = text.replacen("p5,south,105,32985", "p5,south,NA,NaN", 1);
    let folder = TempDir::new().expect("a folder");
    let request = request(folder.path(), &text);
    let summary = detect(&request).expect("scored");
    let notes = summary.notes.join("\n");
    assert_eq!(summary.scored, 59, "{notes}");
    assert!(
        notes.contains("column visits: 2 of 60 cells are empty"),
        "{notes}"
    );
    assert!(
        notes.contains("1 rows not scored: more than half"),
        "{notes}"
    );
    assert_eq!(output(&request)[59], ["p5", "", "", ""]);
}

#[test]
fn the_order_of_rows_and_columns_and_the_kind_of_file_change_no_byte() {
    let folder = TempDir::new().expect("a folder");
    let straight = request(folder.path(), &providers());
    let scored = |request: &Request| {
        detect(request).expect("scored");
        std::fs::read(&request.output).expect("an output")
    };
    let mut lines: Vec<String> = providers()
        .lines()
        .map(|line| line.split(',').rev().collect::<Vec<_>>().join(","))
        .collect();
    lines[1..].reverse();
    for method in ["isolation_forest", "ensemble"] {
        let with = |r: Request| Request {
            method: method.into(),
            ..r
        };
        let first = scored(&with(straight.clone()));
        let turned = with(request(folder.path(), &lines.join("\n")));
        assert_eq!(first, scored(&turned), "{method}");
        std::fs::write(&straight.table, providers()).expect("written");
    }
}

#[test]
fn parquet_in_and_out_says_the_same_as_csv() {
    use arrow::array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
    use std::sync::Arc;
    let names: Vec<String> = (0..40).map(|i| format!("r{i}")).collect();
    let a: Vec<Option<f64>> = (0..40)
        .map(|i| (i != 3).then(|| f64::from(i * i % 17)))
        .collect();
    let b: Vec<i32> = (0..40).map(|i| i * 11 % 19).collect();
    let mut text = String::from("name,a,b\n");
    for ((name, a), b) in names.iter().zip(&a).zip(&b) {
        let a = a.map(|v| v.to_string()).unwrap_or_default();
        let _ = writeln!(text, "{name},{a},{b}");
    }
    let folder = TempDir::new().expect("a folder");
    let csv = request(folder.path(), &text);
    let batch = RecordBatch::try_from_iter([
        ("name", Arc::new(StringArray::from(names)) as ArrayRef),
        ("a", Arc::new(Float64Array::from(a)) as ArrayRef),
        ("b", Arc::new(Int32Array::from(b)) as ArrayRef),
    ]);
    let batch = batch.expect("a batch");
    let parquet = Request {
        table: folder.path().join("table.parquet"),
        output: folder.path().join("scores.parquet"),
        ..csv.clone()
    };
    let file = std::fs::File::create(&parquet.table).expect("a file");
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    assert_eq!(
        detect(&csv).expect("scored"),
        detect(&parquet).expect("scored")
    );
    let read = crate::batch::read_table(&parquet.output)
        .expect("read")
        .expect("rows");
    let (ids, scores) = (
        crate::batch::text(&read, "id").expect("ids"),
        crate::batch::float(&read, "score").expect("scores"),
    );
    for (row, line) in output(&csv).iter().enumerate() {
        assert_eq!(line[0], ids.value(row));
        assert_eq!(
            line[1].parse::<f64>().expect("a score").to_bits(),
            scores.value(row).to_bits()
        );
    }
}
