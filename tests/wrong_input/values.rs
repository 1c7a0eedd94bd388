//! Rows with one unusable value: refused and counted, with their cents where they can be read.

use arrow::array::Array;
use claimhound::batch::int;
use claimhound::report::read_table;

use crate::claims::{CENTS, Outcome, Rejected, SECRET, Site, line, lines, table};

/// Scans ten good lines around one bad one, at row 6.
#[track_caller]
fn with_bad_line(bad: impl AsRef<[u8]>) -> Outcome {
    let head = table(&lines(0..5));
    let tail = lines(6..11).join("\n");
    let claims = [head.as_bytes(), bad.as_ref(), b"\n", tail.as_bytes(), b"\n"].concat();
    let outcome = Site::new().scans(claims);
    assert_eq!(outcome.rows("read"), 11);
    assert_eq!(outcome.rows("accepted"), 10);
    assert_eq!(outcome.paid("accepted"), 10 * CENTS);
    assert_eq!(outcome.rows("rejected"), 1);
    let count = &outcome.manifest["results"]["tables"]["line"];
    assert_eq!(
        (count["rows"].as_i64(), count["rejected"].as_i64()),
        (Some(11), Some(1))
    );
    outcome
}

#[track_caller]
fn assert_rejected(outcome: &Outcome, column: &str, reason: &str) {
    let [
        Rejected {
            row,
            column: found,
            value,
            reason: given,
        },
    ] = &outcome.rejects[..]
    else {
        panic!("not one reject: {:?}", outcome.rejects);
    };
    assert_eq!((*row, found.as_str()), (6, column), "{given}");
    assert!(given.contains(reason), "{reason:?} is not in: {given}");
    assert_eq!(*value, None, "a value is written without --show-values");
}

#[test]
fn what_is_no_amount_is_rejected() {
    for (amount, reason) in [
        ("12.O5", "not a number"),
        ("1e3", "not a number"),
        ("NaN", "not a number"),
        ("1.2.3", "not a number"),
        ("10.005", "more than two decimals"),
        ("99999999999999", "larger than"),
    ] {
        let outcome = with_bad_line(line(5, &[("paid_amount", amount)]));
        assert_rejected(&outcome, "paid_amount", reason);
        assert_eq!(outcome.paid("rejected"), 0, "nobody knows what {amount} is");
    }
}

#[test]
fn a_day_that_does_not_exist_or_cannot_be_is_rejected_with_its_cents() {
    for (date, reason) in [
        ("2023-02-29", "unreadable date"),
        ("2023-13-01", "unreadable date"),
        ("yesterday", "unreadable date"),
        ("0001-01-01", "date outside 1990-2099"),
        ("1989-12-31", "date outside 1990-2099"),
        ("2100-01-01", "date outside 1990-2099"),
        ("9999-12-31", "date outside 1990-2099"),
    ] {
        let outcome = with_bad_line(line(5, &[("claim_start_date", date)]));
        assert_rejected(&outcome, "claim_start_date", reason);
        assert_eq!(outcome.paid("rejected"), CENTS);
        assert_eq!(
            outcome.manifest["as_of"], "2023-01-11",
            "{date} moved the clock"
        );
    }
}

#[test]
fn a_line_without_what_every_line_needs_is_rejected_with_its_cents() {
    for (column, at, reason) in [
        ("claim_id", "claim_id", "no claim id"),
        (
            "claim_line_number",
            "claim_line_number",
            "no claim line number",
        ),
        ("person_id", "person_id", "no member"),
        ("claim_start_date", "claim_start_date", "no service date"),
        ("rendering_npi", "rendering_npi", "no provider"),
    ] {
        let outcome = with_bad_line(line(5, &[(column, "")]));
        assert_rejected(&outcome, at, reason);
        assert_eq!(outcome.paid("rejected"), CENTS);
    }
    assert_rejected(
        &with_bad_line(line(5, &[("paid_amount", "")])),
        "paid_amount",
        "no amount",
    );
}

#[test]
fn negative_units_are_held_and_stay() {
    let mut claims = lines(0..10);
    claims.push(line(10, &[("service_unit_quantity", "-2")]));
    let outcome = Site::new().scans(table(&claims));
    assert_eq!(
        (outcome.rows("accepted"), outcome.rows("rejected")),
        (11, 0)
    );
    let holds = outcome.manifest["results"]["holds_by_reason"]
        .as_object()
        .expect("holds");
    let (_, count) = holds
        .iter()
        .find(|(r, _)| r.contains("negative units"))
        .expect("the hold");
    assert_eq!(count, 1);
}

#[test]
fn bytes_that_are_no_text_are_rejected() {
    let outcome = with_bad_line(line(5, &[("hcpcs_code", "99\u{0}13")]));
    assert_rejected(&outcome, "hcpcs_code", "NUL byte");
    let mut bad = line(5, &[("hcpcs_code", "Z")]).into_bytes();
    let place = bad
        .iter()
        .position(|byte| *byte == b'Z')
        .expect("the place");
    bad[place] = 0xff;
    assert_rejected(&with_bad_line(bad), "hcpcs_code", "not UTF-8");
}

/// What is unreadable is the code, not the amount.
#[test]
fn bytes_that_are_no_text_leave_the_amount_readable() {
    let outcome = with_bad_line(line(5, &[("hcpcs_code", "99\u{0}13")]));
    assert_eq!(outcome.paid("rejected"), CENTS);
}

#[test]
fn a_value_of_a_megabyte_is_rejected_only_where_it_matters() {
    let long = "x".repeat(1 << 20);
    let outcome = with_bad_line(line(5, &[("hcpcs_code", &long)]));
    assert_rejected(&outcome, "hcpcs_code", "1048576 bytes");
    let claims = [lines(0..5), vec![line(5, &[("patient_name", &long)])]].concat();
    assert_eq!(Site::new().scans(table(&claims)).rows("accepted"), 6);
}

#[test]
fn rows_with_too_few_or_too_many_values_are_rejected() {
    let outcome = with_bad_line(line(5, &[]) + ",surplus");
    assert_rejected(&outcome, "", "14 values where the header has 13");
    let outcome = with_bad_line(format!("C5,1,{SECRET}"));
    assert_rejected(&outcome, "", "3 values where the header has 13");
}

#[test]
fn an_input_of_nothing_but_rejects_still_reconciles() {
    let claims: Vec<String> = (0..3)
        .map(|i| line(i, &[("paid_amount", "free")]))
        .collect();
    let outcome = Site::new().scans(table(&claims));
    assert_eq!((outcome.rows("read"), outcome.rows("rejected")), (3, 3));
}

#[test]
fn an_enrolment_may_end_in_9999_but_not_before_it_starts() {
    let site = Site::new();
    let spans = "person_id,enrollment_start_date,enrollment_end_date\n\
                 SENTINEL0,2022-01-01,9999-12-31\n\
                 SENTINEL1,2022-01-01,2099-12-31\n\
                 SENTINEL2,2022-01-01,\n\
                 SENTINEL3,2022-01-01,0001-01-01\n";
    site.put("in/eligibility.csv", spans);
    let outcome = site.scans(table(&lines(0..5)));
    let count = &outcome.manifest["results"]["tables"]["enrollment"];
    assert_eq!(
        (count["rows"].as_i64(), count["rejected"].as_i64()),
        (Some(4), Some(1))
    );
    let [refused] = &outcome.rejects[..] else {
        panic!("not one reject: {:?}", outcome.rejects)
    };
    assert_eq!(
        (refused.row, refused.column.as_str()),
        (4, "enrollment_end_date")
    );

    let members = read_table(&site.out().join("latest/member_features.parquet"));
    let members = members.expect("a table").expect("members");
    let days = int(&members, "enrolled_days").expect("enrolled_days");
    assert!(days.value(0) > 0);
    assert_eq!(
        (days.value(1), days.value(2)),
        (days.value(0), days.value(0)),
        "all open-ended"
    );
    assert!(days.is_null(3), "the refused span was used");
}
