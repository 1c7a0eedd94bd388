//! No member, name or amount of a single claim in anything that is logged, unless asked for.

use claimhound::ingest::layout::BUILT_IN;

use crate::claims::{
    SECRET, Site, assert_discreet, assert_says, line, lines, rejects, stdout, table,
};

/// Claims with every kind of reject there is, and a member in each.
fn rejected_claims() -> String {
    let mut claims = lines(0..5);
    claims.push(line(5, &[("paid_amount", "SENTINEL dollars")]));
    claims.push(line(6, &[("claim_start_date", "SENTINEL day")]));
    claims.push(line(7, &[("claim_line_number", "SENTINEL")]));
    claims.push(line(8, &[("claim_id", "")]));
    claims.push(line(1, &[("claim_id", "SENTINEL-claim")]));
    claims.push(line(2, &[("claim_id", "SENTINEL-claim")]));
    claims.push(line(9, &[]) + ",SENTINEL");
    table(&claims)
}

#[test]
fn no_log_of_a_refused_scan_tells_of_a_member_or_claim() {
    let site = Site::with_earlier_run();
    site.put("in/medical_claim.csv", rejected_claims());
    for log in ["plain", "json"] {
        // The comparison with what must not be told is made for every run.
        let said = site.fails_with(3, &["--log", log, "scan", "in", "--out", "out"]);
        assert_says(&said, &["of 12 rows rejected", "reading"]);
    }
    let check = site.run(&["--log", "plain", "check", "in"]);
    assert!(!stdout(&check).contains(SECRET), "{}", stdout(&check));
}

/// Where the header row is missing, the first claim stands in its place.
#[test]
fn a_file_without_header_is_refused_without_telling_its_first_row() {
    let site = Site::with_earlier_run();
    let claims = lines(0..5).join("\n");
    let parts = ["claim_id", "is missing"];
    site.refuses("medical_claim.csv", &claims, &parts);
    // The same with one column only, and with a member where a name would stand.
    site.refuses("medical_claim.csv", claims.replace(',', "^"), &parts);
    site.refuses("medical_claim.csv", format!("{SECRET}\n1\n"), &parts);
}

/// An engine tells the values it stumbled over.
#[test]
fn a_statement_that_fails_on_a_value_does_not_tell_it() {
    let site = Site::with_earlier_run();
    site.put("in/medical_claim.csv", table(&lines(0..5)));
    let (_, tuva) = BUILT_IN[0];
    let from = "COALESCE(person_id, member_id) AS person_id";
    let to = "CAST(CAST(person_id AS BIGINT) AS VARCHAR) AS person_id";
    let own = tuva.replacen(from, to, 1);
    assert_ne!(own, tuva);
    site.put("own.sql", own);
    let said = site.fails_with(1, &["scan", "in", "--out", "out", "--layout", "own.sql"]);
    assert_says(&said, &["own.sql", "person_id"]);
}

#[test]
fn rejected_values_are_written_only_on_request() {
    for (option, shown) in [(None, false), (Some("--show-values"), true)] {
        let site = Site::new();
        site.put("in/medical_claim.csv", rejected_claims());
        let arguments = ["--quiet", "scan", "in", "--out", "out"];
        let output = site.run(&[&arguments[..], option.as_slice()].concat());
        assert_eq!(output.status.code(), Some(3));
        let refused = rejects(&site.out().join("refused/rejects.parquet"));
        assert_eq!(refused.len(), 7);
        let told = |value: &Option<String>| value.as_ref().is_some_and(|v| v.contains(SECRET));
        assert_eq!(refused.iter().any(|r| told(&r.value)), shown);
        for reject in &refused {
            assert_discreet(&reject.reason);
        }
    }
}
