//! Faulty arguments, configuration, layouts and edits; and what is refused for too many rejects.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use claimhound::edits;
use claimhound::ingest::layout::BUILT_IN;

use crate::claims::{SECRET, Site, assert_says, line, lines, rejects, table};

/// Good claims over an earlier run.
fn site() -> Site {
    let site = Site::with_earlier_run();
    site.put("in/medical_claim.csv", table(&lines(0..5)));
    site
}

/// Number of the first line that holds `part`.
fn line_of(text: &str, part: &str) -> usize {
    text.lines()
        .position(|l| l.contains(part))
        .expect("the line")
        + 1
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let site = site();
    for (arguments, part) in [
        (&[][..], "subcommand"),
        (&["frobnicate"], "frobnicate"),
        (&["scan", "in"], "--out"),
        (&["scan", "--out", "out"], "--medical-claim"),
        (&["scan", "in", "--out", "out", "--keep", "all"], "--keep"),
        (&["scan", "in", "--out", "out", "--frob"], "--frob"),
        (&["--log", "xml", "check", "in"], "xml"),
        (&["list", "nothing"], "nothing"),
        (&["completions", "tcsh"], "tcsh"),
        (&["synth", "--out", "s", "--providers", "many"], "many"),
        (
            &["scan", "in", "--out", "out", "--layout", "nope"],
            "tuva, synthea, desynpuf, rif",
        ),
        (
            &["scan", "in", "--out", "out", "--as-of", "tomorrow"],
            "YYYY-MM-DD",
        ),
        (
            &["scan", "in", "--out", "out", "--as-of", "2023-02-29"],
            "YYYY-MM-DD",
        ),
        (
            &["scan", "in", "--out", "out", "--as-of", "31/12/2023"],
            "YYYY-MM-DD",
        ),
    ] {
        assert_says(&site.fails_with(2, arguments), &[part]);
    }
}

#[test]
fn a_faulty_configuration_is_named_with_its_line() {
    let site = site();
    for (text, parts) in [
        (
            "[list]\nlevel = 0.05\nlevl = 0.1\n",
            &["config.toml:3", "levl", "materiality_floor"][..],
        ),
        (
            "[ingest]\n\nfile_year = 2023\n[lists]\n",
            &["config.toml:4", "lists"],
        ),
        (
            "[list]\nlevel = 'low'\n",
            &["config.toml:2", "expected f64"],
        ),
        ("[list]\nlevel = = 1\n", &["config.toml:2"]),
        (
            "[ingest]\nmax_reject_share = 1.5\n",
            &["config.toml", "max_reject_share", "0 and 1"],
        ),
        (
            "[ingest]\nmax_reject_share = nan\n",
            &["config.toml", "max_reject_share", "0 and 1"],
        ),
        (
            "[ingest]\nholds = 'drop'\n",
            &["config.toml:2", "drop", "exclude"],
        ),
    ] {
        site.put("config.toml", text);
        let said = site.fails_with(
            1,
            &["scan", "in", "--out", "out", "--config", "config.toml"],
        );
        assert_says(&said, parts);
    }
    let said = site.fails_with(1, &["scan", "in", "--out", "out", "--config", "none.toml"]);
    assert_says(&said, &["none.toml", "No such file", "Check the path"]);
}

#[test]
fn a_faulty_layout_is_named_with_its_line() {
    let site = site();
    let (_, tuva) = BUILT_IN[0];
    for (from, to, part) in [
        ("npi_check: on", "npi_check: maybe", "Write on or off"),
        ("date_formats: iso", "date_formats: roman", "roman"),
        ("delimiter: auto", "delimiter: '::'", "one character"),
        ("FROM eligibility", "FROMM eligibility", "not valid SQL"),
        ("FROM provider;", "FROM providers;", "providers"),
        (
            "-- table: member;",
            "-- table: person;",
            "unknown table person",
        ),
    ] {
        let text = tuva.replacen(from, to, 1);
        assert_ne!(text, tuva, "{from} is not in the layout");
        site.put("own.sql", &text);
        let said = site.fails_with(1, &["scan", "in", "--out", "out", "--layout", "own.sql"]);
        assert_says(&said, &["own.sql", part]);
        // A fault of a whole statement is placed on its first line.
        let at = line_of(&text, to);
        let placed = [at, statement_start(&text, at)].map(|line| format!(":{line}:"));
        assert!(
            placed.iter().any(|place| said.contains(place)),
            "not {placed:?}: {said}"
        );
    }
    let said = site.fails_with(1, &["scan", "in", "--out", "out", "--layout", "none.sql"]);
    assert_says(&said, &["none.sql", "No such file", "Check the path"]);
    site.put("own.sql", "SELECT 1\n");
    let said = site.fails_with(1, &["scan", "in", "--out", "out", "--layout", "own.sql"]);
    assert_says(&said, &["own.sql:1", "-- table:"]);
}

/// First line of the statement that `line` belongs to, behind the `-- table:` line that heads it.
fn statement_start(text: &str, line: usize) -> usize {
    let heads = text
        .lines()
        .enumerate()
        .filter(|(_, l)| l.starts_with("-- table:"));
    heads
        .map(|(at, _)| at + 2)
        .filter(|at| *at <= line + 1)
        .max()
        .unwrap_or(0)
}

#[test]
fn a_faulty_edit_stops_the_scan_and_is_named() {
    let site = site();
    let (_, good) = edits::BUILT_IN
        .iter()
        .find(|(name, _)| *name == "duplicate_billing__exact")
        .expect("the edit");
    let arguments = ["scan", "in", "--out", "out", "--edits", "edits"];
    for (from, to, part) in [
        (
            "-- precision: 0.",
            "-- precision: 1.",
            "share between 0 and 1",
        ),
        ("-- title:", "-- titel:", "`title:`"),
        ("WHERE occurrence > 1", "WHERE occurrence >> 1", ":LINE:"),
        (
            "WHERE occurrence > 1",
            "WHERE (occurrence > 1",
            "not valid SQL",
        ),
        ("WHERE occurrence > 1", "WHERE RANDOM() > 1", ":LINE:"),
        (
            "paid_cents AS risk_cents",
            "paid_cents AS risk",
            "does not return risk_cents",
        ),
        ("FROM paid", "FROM unpaid", ":LINE: it reads unpaid"),
        ("WHERE occurrence > 1", "WHERE turns > 1", ":LINE: "),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, *good, "{from} is not in the edit");
        site.put("edits/own.sql", &text);
        let said = site.fails_with(1, &arguments);
        let part = part.replace("LINE", &line_of(&text, to).to_string());
        assert_says(&said, &["own.sql", &part]);
    }
    fs::remove_dir_all(site.path("edits")).expect("the folder");
    assert_says(
        &site.fails_with(1, &arguments),
        &["edits", "No such file", "Check the path"],
    );
}

#[test]
fn too_many_rejects_are_exit_code_3_and_left_to_look_at() {
    let site = Site::with_earlier_run();
    let mut claims = lines(0..97);
    claims.push(line(97, &[("paid_amount", "free")]));
    claims.push(line(98, &[("person_id", "")]));
    claims.push(line(99, &[("paid_amount", "free")]));
    site.put("in/medical_claim.csv", table(&claims));
    let said = site.fails_with(3, &["scan", "in", "--out", "out"]);
    let parts = [
        "line: 3 of 100 rows",
        "3.00 %",
        "1.00 %",
        "not a number",
        "max_reject_share",
    ];
    assert_says(&said, &parts);
    assert_says(&said, &["out/refused/rejects.parquet"]);
    let file = site.out().join("refused/rejects.parquet");
    let refused = rejects(&file);
    let rows: Vec<i64> = refused.iter().map(|r| r.row).collect();
    assert_eq!(rows, [98, 99, 100]);
    assert!(refused.iter().all(|r| r.value.is_none()), "{refused:?}");
    let mode = fs::metadata(&file).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    // One in a hundred is allowed; the next one is not.
    let site = Site::new();
    let mut claims = lines(0..99);
    claims.push(line(99, &[("person_id", SECRET), ("paid_amount", "free")]));
    site.put("in/medical_claim.csv", table(&claims));
    assert_eq!(
        site.run(&["scan", "in", "--out", "out"]).status.code(),
        Some(0)
    );
}
