//! Several rows under one key, and that every row and cent of a file is accounted for.

use crate::claims::{CENTS, Outcome, Site, line, lines, table};

#[track_caller]
fn assert_all_conflicting(claims: &[String], numbers: &[i64]) {
    let outcome = Site::new().scans(table(claims));
    let count = numbers.len() as i64;
    assert_eq!(outcome.rows("conflicting"), count);
    assert_eq!(outcome.rows("accepted"), claims.len() as i64 - count);
    let mut rows: Vec<i64> = outcome.rejects.iter().map(|r| r.row).collect();
    rows.sort_unstable();
    assert_eq!(rows, numbers);
    assert!(
        outcome
            .rejects
            .iter()
            .all(|r| r.reason.starts_with("conflicting"))
    );
}

#[test]
fn two_different_rows_under_one_key_are_both_rejected() {
    let mut claims = lines(0..5);
    claims.push(line(2, &[("paid_amount", "1.00")]));
    assert_all_conflicting(&claims, &[3, 6]);
    // In the other order as well: no row settles it by coming first.
    claims.reverse();
    assert_all_conflicting(&claims, &[1, 4]);
}

#[test]
fn rows_of_different_members_under_one_key_are_both_rejected() {
    let mut claims = lines(0..5);
    claims.push(line(2, &[("person_id", "SENTINEL-other")]));
    assert_all_conflicting(&claims, &[3, 6]);
    // A repeat beside them does not turn the majority right.
    claims.push(line(2, &[]));
    assert_all_conflicting(&claims, &[3, 6, 7]);
}

#[test]
fn the_same_key_in_another_data_source_is_another_line() {
    let claims = [lines(0..5), vec![line(2, &[("data_source", "south")])]].concat();
    let outcome = Site::new().scans(table(&claims));
    assert_eq!((outcome.rows("accepted"), outcome.rejects.len()), (6, 0));
}

#[test]
fn the_same_row_delivered_twice_is_kept_once_and_counted() {
    let claims = [lines(0..5), lines(1..3), lines(1..2)].concat();
    let outcome = Site::new().scans(table(&claims));
    assert_eq!(
        (outcome.rows("accepted"), outcome.paid("accepted")),
        (5, 5 * CENTS)
    );
    assert_eq!(
        (outcome.rows("repeated"), outcome.paid("repeated")),
        (3, 3 * CENTS)
    );
    assert_eq!(outcome.rejects, []);
}

/// The same file under two names is the same rows twice.
#[test]
fn a_file_delivered_twice_is_kept_once() {
    let site = Site::new();
    let claims = table(&lines(0..5));
    site.put("in/medical_claim/a.csv", &claims);
    site.put("in/medical_claim/b.csv", &claims);
    claimhound::pipeline::scan(&site.job()).expect("a scan");
    let outcome = Outcome::read(&site.out().join("latest"));
    assert_eq!((outcome.rows("accepted"), outcome.rows("repeated")), (5, 5));
}

/// Rows are compared by a hash over their values: where one ends and the next begins counts.
#[test]
fn values_that_only_differ_in_where_they_end_conflict() {
    let mut claims = lines(0..5);
    claims.push(line(5, &[("payer", "a\u{1}b"), ("plan", "c")]));
    claims.push(line(5, &[("payer", "a"), ("plan", "b\u{1}c")]));
    assert_all_conflicting(&claims, &[6, 7]);
}

/// One file with everything in it, against totals counted by hand.
#[test]
fn every_row_and_cent_of_a_bad_file_is_accounted_for() {
    let header = "claim_id,claim_line_number,claim_type,person_id,data_source,claim_start_date,\
                  bill_type_code,revenue_center_code,facility_npi,rendering_npi,paid_amount,\
                  allowed_amount,charge_amount";
    let professional = |id: &str, paid: &str, allowed: &str| {
        format!(
            "{id},1,professional,SENTINEL,north,2023-01-05,,,,1234567893,{paid},{allowed},900.00"
        )
    };
    let hospital = |id: &str, number: u32, revenue: &str, paid: &str| {
        format!(
            "{id},{number},institutional,SENTINEL,north,2023-01-05,131,{revenue},1234567893,,{paid},,"
        )
    };
    let rows = [
        professional("P1", "10.00", "11.00"),
        professional("P2", "20.00", "21.00"),
        professional("P2", "20.00", "21.00"), // delivered twice
        professional("P3", "30.00", "31.00"), // and another under its key
        professional("P3", "30.01", "31.00"),
        professional("P4", "forty", "41.00"),
        professional("P5", "50.00", "51.00").replace("2023-01-05", "2023-02-29"),
        professional("P6", "60.00", "61.00") + ",surplus",
        hospital("H1", 1, "0300", "70.00"), // the claim's 70.00 on each line and on its total
        hospital("H1", 2, "0450", "70.00"),
        hospital("H1", 3, "0001", "70.00"),
        hospital("H2", 1, "0300", "80.00"),
        hospital("H2", 2, "0450", "80.00"),
        hospital("H2", 3, "0001", "80.00"),
    ];
    let outcome = Site::new().scans(format!("{header}\n{}\n", rows.join("\n")));
    let totals = |stage| (outcome.rows(stage), outcome.paid(stage));
    assert_eq!(totals("accepted"), (2 + 4, 10_00 + 20_00 + 70_00 + 80_00));
    assert_eq!(totals("repeated"), (1, 20_00));
    assert_eq!(totals("conflicting"), (2, 30_00 + 30_01));
    // P4 has no readable amount; P6 has a value too many, and nobody knows which.
    assert_eq!(totals("rejected"), (3, 50_00));
    assert_eq!(totals("total_rows"), (2, 0));
    assert_eq!(totals("counted_once"), (0, 2 * 70_00 + 2 * 80_00));
    assert_eq!(outcome.rows("read"), 14);
    let once = 10_00 + 20_00 + 20_00 + 30_00 + 30_01 + 50_00;
    assert_eq!(outcome.paid("read"), once + 3 * 70_00 + 3 * 80_00);
}
