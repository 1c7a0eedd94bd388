//! Decisions read, refused, appended, and read back.

use super::*;
use crate::cases::{Registered, Status};
use proptest::prelude::*;

/// A register of three cases.
fn register() -> Register {
    let known = Registered {
        entity_type: "provider".into(),
        entity_id: "p".into(),
        entity_name: None,
        specialty: None,
        member_ids: Vec::new(),
        status: Status::New,
        quiet: false,
        note: None,
        first_flagged: 1,
        last_flagged: 1,
        schemes: vec!["a".into(), "b".into()],
        detectors: Vec::new(),
        exposure_cents: 123_405,
        exposure_lower_cents: 0,
        paid_cents: 0,
        summary: None,
        disposition: None,
    };
    ["aaaa1111", "aaaa2222", "bbbb3333"]
        .map(|id| (id.to_owned(), known.clone()))
        .into()
}

fn read(text: &str) -> Result<Returned> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("decided.csv");
    fs::write(&file, text).expect("a file");
    read_returned(&file, &register())
}

/// The history after files in a row, each a list of rows without a header.
fn history(files: &[&str]) -> Result<Merged> {
    let mut merged = Merged {
        history: Vec::new(),
        added: 0,
        repeated: 0,
    };
    for rows in files {
        let text = format!("case_id,disposition,date,note\n{rows}");
        merged = append(&merged.history, &read(&text)?.decisions, "decided.csv")?;
    }
    Ok(merged)
}

#[test]
fn a_decision_takes_over_what_the_register_knows() {
    let text = "\u{feff}Note, Case_ID ,reviewer,DISPOSITION,date\n\
                \"as, agreed\",aaaa1111,me,Cleared , 2024-02-29\n,,,,\n,bbbb3333,,pending,2024-03-01\n";
    let returned = read(text).expect("a good file");
    assert_eq!(returned.unknown_columns, ["reviewer"]);
    let (row, first) = &returned.decisions[0];
    assert_eq!(*row, 1);
    assert_eq!(
        first.decided(),
        ("aaaa1111", Outcome::Cleared, 19_782, "as, agreed")
    );
    assert_eq!(first.exposure_cents, 123_405);
    assert_eq!(first.schemes, ["a", "b"]);
    // The row of empty cells counts as a row.
    assert_eq!(returned.decisions[1].0, 3);
}

#[test]
fn a_faulty_row_is_named_with_the_remedy() {
    for (text, parts) in [
        (
            "disposition,date\ncleared,2024-01-01\n",
            ["no column case_id", "disposition, date"],
        ),
        (
            "case_id,disposition,date\naaaa1111,cleared,2024-01-01\nffff,cleared,2024-01-01\n",
            [
                "row 2, column case_id: no run found a case \"ffff\"",
                "whole case_id",
            ],
        ),
        (
            "case_id,disposition,date\naaaa,cleared,2024-01-01\n",
            ["\"aaaa\" is the beginning of 2 case ids", "16 characters"],
        ),
        (
            "case_id,disposition,date\naaaa1111,guilty,2024-01-01\n",
            [
                "row 1, column disposition: \"guilty\"",
                "confirmed, cleared or pending",
            ],
        ),
        (
            "case_id,disposition,date\naaaa1111,cleared,02/29/2024\n",
            ["row 1, column date: \"02/29/2024\"", "YYYY-MM-DD"],
        ),
        (
            "case_id,disposition,date\naaaa1111,cleared,2023-02-29\n",
            ["row 1, column date", "YYYY-MM-DD"],
        ),
        (
            "case_id,disposition,date\naaaa1111,cleared\n",
            ["row 1: 2 cells under a header of 3", "comma between cells"],
        ),
    ] {
        let said = read(text).expect_err(text).to_string();
        assert!(said.contains("decided.csv"), "{said}");
        for part in parts {
            assert!(said.contains(part), "{part:?} is not in: {said}");
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("decided.csv");
    fs::write(
        &file,
        b"case_id,disposition,date,note\naaaa1111,cleared,2024-01-01,\xff secret\n",
    )
    .expect("a file");
    let said = read_returned(&file, &register())
        .expect_err("no text")
        .to_string();
    assert!(
        said.contains("row 1: not UTF-8") && !said.contains("secret"),
        "{said}"
    );
}

#[test]
fn the_later_date_holds_whatever_the_order_of_files() {
    let (early, late) = (
        "aaaa1111,cleared,2024-01-01,\n",
        "aaaa1111,confirmed,2024-02-01,\n",
    );
    for files in [vec![early, late], vec![late, early]] {
        let merged = history(&files).expect("no conflict");
        assert_eq!(merged.history.len(), 2);
        let held = &in_force(&merged.history)["aaaa1111"];
        assert_eq!(held.outcome, Outcome::Confirmed);
    }
    let merged = history(&[&format!("{late}{early}")]).expect("no conflict");
    assert_eq!(
        in_force(&merged.history)["aaaa1111"].outcome,
        Outcome::Confirmed
    );
}

#[test]
fn two_decisions_on_one_day_are_refused_and_one_twice_is_kept_once() {
    let row = "aaaa1111,cleared,2024-01-01,first\n";
    let merged = history(&[row, row]).expect("the same again");
    assert_eq!(
        (merged.history.len(), merged.added, merged.repeated),
        (1, 0, 1)
    );
    let noted = history(&[row, "aaaa1111,cleared,2024-01-01,second\n"]).expect("another note");
    assert_eq!(noted.history.len(), 2);
    assert_eq!(in_force(&noted.history)["aaaa1111"].note, "second");
    let other = "bbbb3333,cleared,2024-01-01,\naaaa1111,pending,2024-01-01,\n";
    for files in [
        vec![row, other],
        vec!["aaaa1111,cleared,2024-01-01,\naaaa1111,pending,2024-01-01,\n"],
    ] {
        let said = history(&files).expect_err("a conflict").to_string();
        for part in [
            "row 2, column disposition",
            "cleared and pending on 2024-01-01",
            "later",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
}

#[test]
fn a_damaged_history_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("dispositions.csv");
    assert_eq!(read_history(&file).expect("none yet"), []);
    let row = "aaaa1111,cleared,2024-01-01,,12.30,a;b";
    for (broken, column) in [
        ("aaaa1111,done,2024-01-01,,12.30,a", "disposition"),
        ("aaaa1111,cleared,1.1.24,,12.30,a", "date"),
        ("aaaa1111,cleared,2024-01-01,,12.305,a", "exposure_amount"),
    ] {
        fs::write(&file, format!("{}\n{row}\n{broken}\n", HISTORY.join(","))).expect("a file");
        let said = read_history(&file).expect_err(broken).to_string();
        assert!(said.contains(&format!("row 2, column {column}")), "{said}");
    }
}

proptest! {
    #[test]
    fn the_history_reads_back_as_it_was_written(
        notes in prop::collection::vec("[ -~äß\n\r,;\"]{0,20}", 0..5),
        cents in 0_i64..1_000_000_000,
    ) {
        let one = |(place, note): (usize, &String)| Disposition {
            case_id: format!("case{place}"),
            outcome: Outcome::ALL[place % 3],
            date: 19_000 + place as i64,
            // As it is read: without blanks around it.
            note: note.trim().to_owned(),
            exposure_cents: cents + place as i64,
            schemes: (0..place).map(|s| format!("scheme_{s}")).collect(),
        };
        let history: Vec<Disposition> = notes.iter().enumerate().map(one).collect();
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("dispositions.csv");
        fs::write(&file, history_text(&history).expect("text")).expect("a file");
        prop_assert_eq!(read_history(&file).expect("the history"), history);
    }
}
