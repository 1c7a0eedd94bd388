//! Files that cannot be read as a table at all.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use claimhound::ingest::discover::InputPaths;
use claimhound::pipeline::Scan;
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;

use crate::claims::{COLUMNS, Site, assert_says, line, lines, table};

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("compression");
    encoder.finish().expect("compression")
}

fn parquet(lines: &[String]) -> Vec<u8> {
    let column = |position: usize| -> ArrayRef {
        let value = |line: &String| line.split(',').nth(position).map(str::to_owned);
        Arc::new(lines.iter().map(value).collect::<StringArray>())
    };
    let columns = COLUMNS
        .iter()
        .enumerate()
        .map(|(position, name)| (*name, column(position)));
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
    bytes
}

#[test]
fn a_missing_file_is_named_with_its_option() {
    let site = Site::with_earlier_run();
    for pattern in ["nowhere.csv", "nowhere-*.csv"] {
        let named = BTreeMap::from([("medical_claim".to_owned(), vec![pattern.to_owned()])]);
        let paths = InputPaths {
            named,
            ..InputPaths::default()
        };
        let error = site.fails(&Scan {
            paths,
            ..site.job()
        });
        assert_eq!(error.exit_code(), 1);
        assert_says(
            &error.to_string(),
            &["--medical-claim", pattern, "no such file", "Check"],
        );
    }
}

#[test]
fn a_missing_folder_a_file_for_a_folder_and_a_folder_without_the_table_are_told_apart() {
    let site = Site::with_earlier_run();
    let input = site.input();
    let error = site.fails(&site.job()).to_string();
    assert_says(
        &error,
        &[
            &input.to_string_lossy(),
            "no file for the table medical_claim",
            "--layout",
        ],
    );
    fs::remove_dir(&input).expect("the input folder");
    let error = site.fails(&site.job()).to_string();
    assert_says(
        &error,
        &[&input.to_string_lossy(), "No such file", "Check the path"],
    );
    fs::write(&input, table(&lines(0..3))).expect("a file");
    let error = site.fails(&site.job()).to_string();
    assert_says(
        &error,
        &[
            &input.to_string_lossy(),
            "a folder is expected",
            "--medical-claim",
        ],
    );
}

#[test]
fn an_empty_file_and_one_without_a_line_are_refused() {
    let site = Site::with_earlier_run();
    site.refuses(
        "medical_claim.csv",
        "",
        &["the file is empty", "header row"],
    );
    site.refuses("medical_claim.csv", "\n\n", &["no header row"]);
    site.put("in/medical_claim.csv", table(&[]));
    let error = site.fails(&site.job());
    assert_eq!(error.exit_code(), 1);
    assert_says(&error.to_string(), &["not one claim line", "Check"]);
}

#[test]
fn any_usual_delimiter_is_found() {
    for delimiter in [";", "\t", "|"] {
        let outcome = Site::new().scans(table(&lines(0..5)).replace(',', delimiter));
        assert_eq!(
            (outcome.rows("accepted"), outcome.rows("read")),
            (5, 5),
            "{delimiter:?}"
        );
    }
}

#[test]
fn a_header_of_one_column_hints_at_the_delimiter() {
    let claims = table(&lines(0..5)).replace(',', "^");
    let site = Site::with_earlier_run();
    site.refuses(
        "medical_claim.csv",
        claims,
        &["claim_id", "is missing", "one column", "delimiter"],
    );
}

#[test]
fn text_in_utf_16_is_recognised() {
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(
        table(&lines(0..3))
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    Site::with_earlier_run().refuses("medical_claim.csv", bytes, &["UTF-16", "UTF-8"]);
}

#[test]
fn a_gzip_file_cut_off_anywhere_gives_no_rows() {
    let site = Site::with_earlier_run();
    let whole = gzip(&table(&lines(0..3000)));
    for length in [3, 12, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        let parts = ["damaged or cut off", "Transfer it again"];
        site.refuses("medical_claim.csv.gz", &whole[..length], &parts);
    }
    let parts = ["damaged or cut off", "no row of it was used"];
    site.refuses(
        "medical_claim.csv.gz",
        [&whole[..], b"tail"].concat(),
        &parts,
    );
}

#[test]
fn a_parquet_file_cut_off_anywhere_is_refused() {
    let site = Site::with_earlier_run();
    let whole = parquet(&lines(0..3000));
    for length in [0, 4, 8, whole.len() / 2, whole.len() - 1] {
        let parts = ["not a readable Parquet file", "Transfer it again"];
        site.refuses("medical_claim.parquet", &whole[..length], &parts);
    }
}

#[test]
fn a_file_under_the_wrong_ending_is_recognised() {
    let site = Site::with_earlier_run();
    let text = table(&lines(0..3));
    let parts = [
        "not a readable Parquet file",
        "rename a CSV file to end in .csv",
    ];
    site.refuses("medical_claim.parquet", text, &parts);
    let parts = ["a Parquet file under another name", ".parquet"];
    site.refuses("medical_claim.csv", parquet(&lines(0..3)), &parts);
}

#[test]
fn a_missing_or_doubled_column_is_named() {
    let site = Site::with_earlier_run();
    let claims = table(&lines(0..3));
    for column in ["claim_id", "claim_line_number"] {
        let without = claims.replacen(column, "something_else", 1);
        let parts = [
            "the required column",
            column,
            "is missing",
            "Add the column",
            "--layout",
        ];
        site.refuses("medical_claim.csv", without, &parts);
    }
    let doubled = claims.replacen("payer,plan", "payer,payer", 1);
    site.refuses(
        "medical_claim.csv",
        doubled,
        &["the column payer stands 2 times", "Keep one"],
    );
}

#[test]
fn two_hundred_thousand_columns_are_no_claims_table() {
    let more: Vec<String> = (0..200_000).map(|i| format!("c{i}")).collect();
    let claims = table(&lines(0..3)).replacen("payer", &more.join(","), 1);
    let parts = ["the header has 200012 columns", "Check the delimiter"];
    Site::with_earlier_run().refuses("medical_claim.csv", claims, &parts);
}

/// A quote that is never closed swallows the rows behind it; they must not become one reject.
#[test]
fn an_unclosed_quote_is_an_error_however_few_rows_follow() {
    let site = Site::with_earlier_run();
    // The last column is the worst case: the swallowing row has the right number of values.
    for column in ["payer", "paid_amount"] {
        for after in [2_000, 400, 3] {
            let mut claims = lines(0..300);
            claims.push(line(300, &[(column, "\"7")]));
            claims.extend(lines(301..301 + after));
            site.refuses("medical_claim.csv", table(&claims), &["row 301", "quote"]);
        }
    }
}

/// The next quote in the file ends the value, and the rows between would be gone. Text behind a
/// closing quote gives such a value away; in one line it is only sloppy.
#[test]
fn an_unclosed_quote_that_meets_another_one_is_an_error() {
    let mut claims = lines(0..300);
    claims.push(line(300, &[("payer", "\"North")]));
    claims.extend(lines(301..320));
    claims.push(line(320, &[("payer", "\"North\"")]));
    claims.extend(lines(321..330));
    Site::with_earlier_run().refuses("medical_claim.csv", table(&claims), &["row 301", "quote"]);
}

#[test]
fn a_quoted_value_may_hold_delimiters_quotes_and_line_ends() {
    let mut claims = lines(0..5);
    claims.push(line(5, &[("payer", "\"North, \"\"East\"\"\nand West\"")]));
    claims.extend(lines(6..8));
    claims.push(line(
        8,
        &[("payer", "\"North\" East"), ("plan", "5\" pipe")],
    ));
    let outcome = Site::new().scans(table(&claims));
    assert_eq!((outcome.rows("read"), outcome.rows("accepted")), (9, 9));
}
