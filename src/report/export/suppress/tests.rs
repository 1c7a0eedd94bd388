use super::cells::withheld;
use super::*;
use crate::report::export::work::money;
use crate::report::frame::{Frame, Value};
use crate::report::run_folder::write_parquet;
use crate::schema::Kind;
use crate::schema::output::{CASES, ENTITIES, EVIDENCE, FINDINGS};
use arrow::array::AsArray;
use arrow::datatypes::{Decimal128Type, Float64Type, Int64Type};
use proptest::prelude::*;

type Row<'a> = Vec<(&'a str, Value)>;

fn table(table: &'static crate::schema::Table, rows: &[Row]) -> RecordBatch {
    let mut frame = Frame::new(table);
    for row in rows {
        let value = |column: &crate::schema::Column| {
            let given = row.iter().find(|(name, _)| *name == column.name);
            given.map_or_else(
                || match column.kind {
                    Kind::TextList => Value::List(Vec::new()),
                    _ => Value::Null,
                },
                |(_, value)| value.clone(),
            )
        };
        frame.push(table.columns.iter().map(value).collect());
    }
    frame.into_batch().expect("a batch")
}

/// A line: case, finding, member, code, month, cents.
type Line = (usize, usize, usize, usize, i64, i64);

/// Work of these lines; a case is about a provider, or about a member where its number is 9.
fn work(lines: &[Line]) -> Work {
    let cases: BTreeSet<usize> = lines.iter().map(|l| l.0).collect();
    let findings: BTreeSet<(usize, usize)> = lines.iter().map(|l| (l.0, l.1)).collect();
    let sum = |keep: &dyn Fn(&Line) -> bool| -> i64 {
        lines.iter().filter(|l| keep(l)).map(|l| l.5).sum()
    };
    let case_rows: Vec<Row> = cases
        .iter()
        .map(|case| {
            let kind = if *case == 9 { "member" } else { "provider" };
            vec![
                ("case_id", format!("case{case}").into()),
                ("rank", (*case as i64 + 1).into()),
                ("entity_type", kind.into()),
                ("entity_id", format!("entity{case}").into()),
                ("exposure_amount", sum(&|l| l.0 == *case).into()),
                ("exposure_lower", 1_i64.into()),
                ("priority_amount", 1_i64.into()),
                ("paid_amount", 100_000_i64.into()),
                // Every line is a claim of its own.
                (
                    "claim_count",
                    (lines.iter().filter(|l| l.0 == *case).count() as i64).into(),
                ),
                ("summary", "Provider: 12,345.67 at risk; review".into()),
            ]
        })
        .collect();
    let finding_rows: Vec<Row> = findings
        .iter()
        .map(|(case, finding)| {
            vec![
                ("finding_id", format!("case{case}finding{finding}").into()),
                ("case_id", format!("case{case}").into()),
                ("detector", format!("detector{finding}").into()),
                (
                    "exposure_amount",
                    sum(&|l| (l.0, l.1) == (*case, *finding)).into(),
                ),
                ("exposure_lower", 1_i64.into()),
                ("reason", "Lines: 3 lines".into()),
                ("counterpoint", "48 members".into()),
            ]
        })
        .collect();
    let evidence_rows: Vec<Row> = lines
        .iter()
        .enumerate()
        .map(|(number, (case, finding, member, code, month, cents))| {
            vec![
                ("finding_id", format!("case{case}finding{finding}").into()),
                ("case_id", format!("case{case}").into()),
                ("data_source", "north".into()),
                ("claim_id", format!("claim{number}").into()),
                ("claim_line_number", 1_i64.into()),
                ("person_id", format!("member{member}").into()),
                ("service_date", (19_000 + 31 * month).into()),
                ("hcpcs_code", format!("code{code}").into()),
                ("paid_amount", (*cents).into()),
                ("amount_counted_case", (*cents).into()),
                ("amount_counted_run", (*cents).into()),
            ]
        })
        .collect();
    Work {
        cases: table(&CASES, &case_rows),
        findings: table(&FINDINGS, &finding_rows),
        evidence: table(&EVIDENCE, &evidence_rows),
    }
}

/// What is shown of the work, providers having panels of that many members.
fn shown(work: &Work, panel: i64, below: usize) -> Suppressed {
    let folder = tempfile::tempdir().expect("a folder");
    let rows: Vec<Row> = (0..10)
        .map(|case| {
            vec![
                ("entity_type", "provider".into()),
                ("entity_id", format!("entity{case}").into()),
                ("member_count", panel.into()),
            ]
        })
        .collect();
    let path = folder.path().join("entities.parquet");
    write_parquet(&path, &table(&ENTITIES, &rows)).expect("a table");
    suppress(folder.path(), work, below).expect("suppressed")
}

fn ints(batch: &RecordBatch, name: &str) -> Vec<Option<i64>> {
    let column = batch.column_by_name(name).expect(name);
    column.as_primitive::<Int64Type>().iter().collect()
}

fn cents(batch: &RecordBatch, name: &str) -> Vec<Option<i128>> {
    let column = batch.column_by_name(name).expect(name);
    column.as_primitive::<Decimal128Type>().iter().collect()
}

fn texts(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column = text(batch, name).expect(name);
    column.iter().map(|t| t.map(str::to_owned)).collect()
}

/// `count` lines of as many members, from member `first` on.
fn lines(case: usize, finding: usize, code: usize, first: usize, count: usize) -> Vec<Line> {
    (first..first + count)
        .map(|member| (case, finding, member, code, 0, 1_000))
        .collect()
}

#[test]
fn the_smallest_count_shown_is_the_limit_itself() {
    let work = work(&[lines(0, 0, 0, 0, 11), lines(1, 0, 0, 0, 10)].concat());
    let shown = shown(&work, 50, 11);
    assert_eq!(ints(&shown.cases, "member_count"), [Some(11), None]);
    assert_eq!(cents(&shown.cases, "exposure_amount"), [Some(11_000), None]);
    assert_eq!(
        texts(&shown.cases, "suppressed"),
        [
            None,
            Some(
                "exposure_amount, exposure_lower, priority_amount, claim_count, member_count"
                    .into()
            )
        ]
    );
    assert_eq!(ints(&shown.findings, "member_count"), [Some(11), None]);
    assert_eq!(
        texts(&shown.cases, "summary")[0].as_deref(),
        Some("Provider: * at risk; review")
    );
    assert_eq!(
        texts(&shown.findings, "reason")[0].as_deref(),
        Some("Lines: * lines")
    );
}

#[test]
fn a_single_small_cell_takes_the_next_smallest_with_it() {
    // Code 1 has 3 members, code 2 has 12, code 3 has 30, under one total.
    let work = work(
        &[
            lines(0, 0, 1, 0, 3),
            lines(0, 0, 2, 0, 12),
            lines(0, 0, 3, 0, 30),
        ]
        .concat(),
    );
    let shown = shown(&work, 50, 11);
    let rows = |name| texts(&shown.evidence, name);
    assert_eq!(
        rows("cell"),
        [
            "code and month",
            "code and month",
            "code and month",
            "withheld together"
        ]
        .map(|w| Some(w.to_owned()))
    );
    assert_eq!(
        ints(&shown.evidence, "member_count"),
        [None, None, Some(30), Some(12)]
    );
    assert_eq!(
        cents(&shown.evidence, "amount_counted_case"),
        [None, None, Some(30_000), Some(15_000)]
    );
    assert_eq!(cents(&shown.cases, "exposure_amount"), [Some(45_000)]);
}

#[test]
fn findings_are_cells_under_the_total_of_their_case() {
    let work = work(&[lines(0, 0, 1, 0, 3), lines(0, 1, 2, 0, 40)].concat());
    let shown = shown(&work, 50, 11);
    assert_eq!(cents(&shown.cases, "exposure_amount"), [Some(43_000)]);
    assert_eq!(cents(&shown.findings, "exposure_amount"), [None, None]);
    assert_eq!(ints(&shown.findings, "member_count"), [None, None]);
}

#[test]
fn cases_about_members_are_left_out_and_ranks_do_not_tell_how_many() {
    let work = work(&[lines(0, 0, 1, 0, 20), lines(9, 0, 1, 0, 1)].concat());
    let shown = shown(&work, 50, 11);
    assert_eq!(shown.left_out, 1);
    assert_eq!(ints(&shown.cases, "rank"), [Some(1)]);
    for batch in [&shown.cases, &shown.findings, &shown.evidence] {
        let ids = texts(batch, "case_id");
        assert!(ids.iter().all(|id| id.as_deref() == Some("case0")));
    }
}

#[test]
fn what_was_paid_in_all_rests_on_the_panel() {
    let work = work(&lines(0, 0, 1, 0, 20));
    assert_eq!(
        cents(&shown(&work, 11, 11).cases, "paid_amount"),
        [Some(100_000)]
    );
    assert_eq!(cents(&shown(&work, 10, 11).cases, "paid_amount"), [None]);
}

#[test]
fn a_line_under_two_findings_is_added_up_once() {
    let mut all = work(&lines(0, 0, 1, 0, 12));
    let again = work(&lines(0, 1, 1, 0, 12));
    let both =
        arrow::compute::concat_batches(&all.evidence.schema(), [&all.evidence, &again.evidence]);
    all.evidence = both.expect("a batch");
    let shown = shown(&all, 50, 11);
    assert_eq!(ints(&shown.evidence, "line_count"), [Some(12)]);
    assert_eq!(cents(&shown.evidence, "paid_amount"), [Some(12_000)]);
    // What is counted is stated once per line by the run itself; here it is on both.
    assert_eq!(
        cents(&shown.evidence, "amount_counted_case"),
        [Some(24_000)]
    );
}

#[test]
fn a_share_of_few_is_withheld_with_all_that_gives_it_away() {
    for (numerator, denominator, expected) in [
        (20.0, 100.0, &[][..]),
        (0.0, 100.0, &[]),
        (
            4.0,
            100.0,
            &[
                "observed",
                "ratio",
                "ratio_lower",
                "numerator",
                "z",
                "p_value",
            ],
        ),
        (
            96.0,
            100.0,
            &[
                "observed",
                "ratio",
                "ratio_lower",
                "numerator",
                "z",
                "p_value",
            ],
        ),
        (
            5.0,
            9.0,
            &[
                "observed",
                "expected",
                "ratio",
                "ratio_lower",
                "numerator",
                "denominator",
                "z",
                "p_value",
            ],
        ),
    ] {
        let mut work = work(&lines(0, 0, 1, 0, 20));
        let names = [
            "observed",
            "expected",
            "ratio",
            "ratio_lower",
            "z",
            "p_value",
        ];
        let mut row: Row = names.iter().map(|n| (*n, 0.5.into())).collect();
        row.extend([
            ("finding_id", "case0finding0".into()),
            ("case_id", "case0".into()),
            ("numerator", numerator.into()),
            ("denominator", denominator.into()),
        ]);
        work.findings = table(&FINDINGS, &[row]);
        let shown = shown(&work, 50, 11).findings;
        let named = texts(&shown, "suppressed")[0].clone().unwrap_or_default();
        assert_eq!(named, expected.join(", "), "{numerator} of {denominator}");
        for name in names {
            let column = shown.column_by_name(name).expect(name);
            let null = column.as_primitive::<Float64Type>().is_null(0);
            assert_eq!(
                null,
                expected.contains(&name),
                "{name}, {numerator} of {denominator}"
            );
        }
    }
}

fn some_lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (
        0..3_usize,
        0..3_usize,
        0..25_usize,
        0..4_usize,
        0..2_i64,
        1..9_999_i64,
    );
    prop::collection::vec(line, 0..120)
}

proptest! {
    #[test]
    fn what_is_withheld_is_never_alone_nor_too_few(
        sizes in prop::collection::vec(prop::collection::btree_set(0..40_u8, 0..20), 0..8),
        below in 2..15_usize,
    ) {
        let cells: Vec<Members> = sizes
            .iter()
            .map(|s| s.iter().map(u8::to_string).collect())
            .collect();
        let cells: Vec<&Members> = cells.iter().collect();
        let hidden = withheld(&cells, below);
        for (cell, hidden) in cells.iter().zip(&hidden) {
            prop_assert!(*hidden || !small(cell.len(), below));
            prop_assert!(!*hidden || !cell.is_empty());
        }
        let few: Vec<&&Members> = cells.iter().zip(&hidden).filter(|c| *c.1).map(|c| c.0).collect();
        let all_hidden = cells.iter().zip(&hidden).all(|(c, h)| *h || c.is_empty());
        let together: BTreeSet<&String> = few.iter().copied().copied().flatten().collect();
        prop_assert!(few.is_empty() || all_hidden || (few.len() > 1 && together.len() >= below));
    }

    /// Whoever adds and subtracts what is shown of a case learns nothing of fewer members.
    #[test]
    fn no_small_count_is_shown_or_left_over(lines in some_lines(), below in 2..13_usize) {
        let work = work(&lines);
        let shown = shown(&work, 50, below);
        for batch in [&shown.cases, &shown.findings, &shown.evidence] {
            for name in ["member_count", "claim_count", "line_count"] {
                if batch.column_by_name(name).is_some() {
                    for count in ints(batch, name).into_iter().flatten() {
                        prop_assert!(!small(count as usize, below), "{name} {count}");
                    }
                }
            }
        }
        let exposures = cents(&shown.cases, "exposure_amount");
        for (case, exposure) in texts(&shown.cases, "case_id").iter().zip(exposures) {
            let of_case = rows_where(&shown.evidence, &|row| {
                text(&shown.evidence, "case_id").expect("ids").value(row) == case.as_deref().unwrap_or_default()
            }).expect("rows");
            let sum: i128 = money(&of_case, "amount_counted_case").expect("money").iter().sum();
            // What is shown adds up to the total, or the total is not shown.
            prop_assert_eq!(sum, exposure.unwrap_or(0));
            // The blank cells and findings, as whoever knows the lines would count them.
            let number: usize = case.as_deref().unwrap_or_default()[4..].parse().expect("a number");
            let codes = texts(&of_case, "hcpcs_code");
            let months = texts(&of_case, "service_month");
            let cells = texts(&of_case, "cell");
            let hidden: BTreeSet<usize> = lines
                .iter()
                .filter(|l| l.0 == number)
                .filter(|l| (0..of_case.num_rows()).any(|row| {
                    cells[row].as_deref() == Some("code and month")
                        && codes[row] == Some(format!("code{}", l.3))
                        && months[row] == Some(crate::ingest::date::iso(19_000 + 31 * l.4)[..7].to_owned())
                        && ints(&of_case, "member_count")[row].is_none()
                }))
                .map(|l| l.2)
                .collect();
            prop_assert!(exposure.is_none() || !small(hidden.len(), below), "{} members left over", hidden.len());
        }
        let stated: i128 = cents(&shown.findings, "exposure_amount").into_iter().flatten().sum();
        let all: i128 = lines.iter().map(|l| i128::from(l.5)).sum();
        prop_assert!(stated <= all);
    }
}
