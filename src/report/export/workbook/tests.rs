use super::*;
use crate::report::frame::{Frame, Value};
use crate::schema::output::{CASE_REGISTER, HOLDS};
use crate::schema::{Column, Kind};
use arrow::array::RecordBatch;
use proptest::prelude::*;

fn holds(rows: usize) -> RecordBatch {
    let mut frame = Frame::new(&HOLDS);
    for row in 0..rows {
        frame.push(vec![
            "north".into(),
            format!("C{row}").into(),
            (row as i64).into(),
            "=reason".into(),
            "request".into(),
        ]);
    }
    frame.into_batch().expect("a batch")
}

fn table(name: &'static str, rows: usize) -> ExportTable {
    ExportTable {
        name,
        rows: holds(rows),
        totals: &[],
    }
}

fn cover() -> Cover {
    Cover {
        title: "Title",
        run: "run".into(),
        sections: Vec::new(),
        notes: Vec::new(),
    }
}

fn bytes(sheets: &[Sheet], as_of: i64) -> Vec<u8> {
    let Ok(mut workbook) = book(sheets, &cover(), as_of) else {
        panic!("no workbook");
    };
    workbook.save_to_buffer().expect("bytes")
}

#[test]
fn a_table_longer_than_a_sheet_goes_on_on_the_next() {
    let tables = [
        table("evidence", 5),
        table("cases", 0),
        table("findings", 2),
    ];
    let sheets = sheets_of(&tables, 2);
    let said: Vec<(&str, Range<usize>)> = sheets
        .iter()
        .map(|s| (s.name.as_str(), s.rows.clone()))
        .collect();
    assert_eq!(
        said,
        [
            ("Evidence", 0..2),
            ("Evidence 2", 2..4),
            ("Evidence 3", 4..5),
            ("Cases", 0..0),
            ("Findings", 0..2),
        ]
    );
    assert!(!bytes(&sheets, 0).is_empty());
    assert_eq!(DATA_ROWS + 2, 1 << 20);
}

#[test]
fn the_same_tables_give_the_same_bytes_and_another_date_others() {
    let tables = [table("evidence", 50)];
    let sheets = sheets_of(&tables, 20);
    let first = bytes(&sheets, 20_453);
    // The zip format counts in steps of two seconds.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert!(
        first == bytes(&sheets, 20_453),
        "the bytes depend on the clock"
    );
    assert!(first != bytes(&sheets, 20_454));
}

#[test]
fn sums_are_those_of_the_sheet() {
    let mut frame = Frame::new(&CASE_REGISTER);
    let columns = CASE_REGISTER.columns;
    let at = columns
        .iter()
        .position(|c| c.name == "exposure_amount")
        .expect("the column");
    for cents in [1_i64, 20, 300] {
        let value = |(place, column): (usize, &Column)| match column.kind {
            _ if place == at => cents.into(),
            Kind::TextList => Value::List(Vec::new()),
            _ => Value::Null,
        };
        frame.push(columns.iter().enumerate().map(value).collect());
    }
    let table = ExportTable {
        name: "cases",
        rows: frame.into_batch().expect("a batch"),
        totals: &["exposure_amount"],
    };
    assert_eq!(table.sums(0..3)[at], Some((321, 2)));
    assert_eq!(table.sums(1..2)[at], Some((20, 2)));
    let others = table
        .sums(0..3)
        .into_iter()
        .enumerate()
        .filter(|(i, _)| *i != at);
    assert!(others.map(|(_, sum)| sum).all(|sum| sum.is_none()));
}

#[test]
fn a_text_that_does_not_fit_a_cell_is_cut_with_a_mark() {
    for (text, fits) in [
        ("a".repeat(MAX_TEXT), true),
        ("a".repeat(MAX_TEXT + 1), false),
        ("é".repeat(MAX_TEXT), true),
        ("😀".repeat(MAX_TEXT / 2), true),
        ("😀".repeat(MAX_TEXT / 2 + 1), false),
    ] {
        let cut = fitting(&text);
        assert_eq!(cut.is_none(), fits);
        if let Some(cut) = cut {
            let units: usize = cut.chars().map(char::len_utf16).sum();
            assert!((MAX_TEXT - 1..=MAX_TEXT).contains(&units), "{units}");
            assert!(cut.ends_with(CUT) && text.starts_with(cut.trim_end_matches(CUT)));
        }
    }
}

proptest! {
    #[test]
    fn an_amount_that_is_written_as_a_number_is_exact(cents in -DIGITS + 1..DIGITS) {
        let number = cents as f64 / 10_f64.powi(2);
        prop_assert_eq!(format!("{number:.2}"), decimal(cents, 2));
        // A spreadsheet keeps fifteen digits.
        let kept: f64 = format!("{number:.14e}").parse().expect("a number");
        prop_assert_eq!(kept.to_bits(), number.to_bits());
    }
}
