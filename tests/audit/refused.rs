//! Wrong use, wrong files: what is said, with which exit code, and nothing of a member.

use std::fs;
use std::path::Path;

use crate::claims::{PROVIDER, SCANNED, Site, csv, fill_in, said, story};
use crate::run::{claimhound, text};

#[track_caller]
fn refuses(output: &std::process::Output, code: i32, parts: &[&str]) {
    let message = said(output);
    assert_eq!(output.status.code(), Some(code), "{message}");
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    assert!(!message.contains("SENTINEL"), "a member: {message}");
}

#[test]
fn options_that_do_not_fit_the_frame_or_each_other() {
    for (options, parts) in [
        (
            &["--from", "2024-07-01", "--to", "2024-06-30"][..],
            &["--from is later than --to"][..],
        ),
        (&["--from", "July"], &["--from July: not a date"]),
        (
            &["--size", "100000"],
            &["--size: the frame has", "ask for fewer"],
        ),
        (&["--size", "0"], &["--size 0"]),
        (
            &["--size", "7", "--strata", "4"],
            &["need at least 8 claims, 7 were asked for"],
        ),
        (&["--precision", "25"], &["0.25 is 25 per cent"]),
        (&["--error-rate", "0"], &["--error-rate"]),
        (&["--strata", "51"], &["--strata: at most 50"]),
        (&["--seed", "9007199254740992"], &["--seed: at most"]),
        (
            &["--take-all-above", "many"],
            &["--take-all-above many: not a number"],
        ),
        (&["--size", "10", "--probe"], &["cannot be used with"]),
    ] {
        refuses(&SCANNED.sample(options), 2, parts);
    }
}

#[test]
fn nothing_to_draw_from() {
    let codes = SCANNED.sample(&["--codes", "00000"]);
    refuses(
        &codes,
        1,
        &[
            "sampling frame",
            "no paid claim of the case is in the scope",
            "Widen --codes",
        ],
    );
    let day = ["--from", "1999-01-01", "--to", "1999-12-31"];
    refuses(&SCANNED.sample(&day), 1, &["no paid claim"]);
    refuses(&SCANNED.sample_of("999", &[]), 1, &["no such case"]);
    refuses(&claimhound(&["sample", "nowhere", "1"], 1), 1, &["no run"]);
}

#[test]
fn claims_that_changed_or_went_since_the_run() {
    let site = Site::scanned(&story().rows);
    let claims = site.path("claims/medical_claim.csv");
    let good = fs::read(&claims).expect("claims");
    fs::write(&claims, [&good[..], b"\n"].concat()).expect("claims");
    refuses(
        &site.sample(&[]),
        1,
        &["medical_claim.csv", "not the one of the run"],
    );
    fs::remove_file(&claims).expect("claims");
    refuses(
        &site.sample(&[]),
        1,
        &["medical_claim.csv", "Check the path"],
    );
    fs::write(&claims, good).expect("claims");
    assert!(site.sample(&[]).status.success());
    // Nothing is left of the working tables.
    assert!(!site.path("out/.cache/work").exists());
}

#[test]
fn a_review_that_is_not_the_samples() {
    let folder = SCANNED.drawn("refused", &["--size", "30", "--seed", "8"]);
    let template = folder.join("review.csv");
    let review = |text: &str| {
        let path = SCANNED.path("refused.csv");
        fs::write(&path, text).expect("a review");
        claimhound(&["extrapolate", text_of(&folder), text_of(&path)], 1)
    };
    let filled = SCANNED.path("refused_filled.csv");
    fill_in(&template, &filled, |_, paid| paid);
    let good = fs::read_to_string(&filled).expect("a review");
    let rows: Vec<&str> = good.lines().collect();
    let first = &csv(&template)[0];
    let last = rows[rows.len() - 1];
    for (text, parts) in [
        (
            fs::read_to_string(&template).expect("a template"),
            vec!["row 2, column allowed_on_review", "nothing"],
        ),
        (
            rows[..rows.len() - 1].join("\n"),
            vec!["1 of 30 drawn units are missing"],
        ),
        (
            format!("{good}\n{last}"),
            vec!["row 32, column unit_id", "comes a second time"],
        ),
        (
            format!("{good}\n99999,1.00,0.00,"),
            vec!["row 32, column unit_id", "was not drawn"],
        ),
        (
            good.replacen(&first["paid_amount"], "1.23", 1),
            vec!["row 2, column paid_amount", "frame says"],
        ),
        (good.replace("unit_id", "unit"), vec!["no column unit_id"]),
    ] {
        let output = review(&text);
        let mut parts = parts;
        parts.push("refused.csv");
        refuses(&output, 1, &parts);
        assert!(
            !said(&output).contains(&first["paid_amount"]),
            "an amount is told"
        );
        assert!(!folder.join("estimate.json").exists());
    }
    assert!(review(&good).status.success());
}

fn text_of(path: &Path) -> &str {
    text(path)
}

#[test]
fn a_folder_that_is_no_sample_or_was_tampered_with() {
    let out = SCANNED.path("out");
    let review = SCANNED.path("claims/medical_claim.csv");
    let nothing = claimhound(&["extrapolate", text(&out), text(&review)], 1);
    refuses(
        &nothing,
        1,
        &["no sample.json", "not the folder of a sample"],
    );

    let folder = SCANNED.drawn("tampered", &["--size", "40", "--seed", "2"]);
    let reviewed = SCANNED.path("tampered.csv");
    fill_in(&folder.join("review.csv"), &reviewed, |_, paid| paid);
    let other = SCANNED.drawn("tampered_other", &["--size", "40", "--seed", "3"]);
    fs::copy(other.join("frame.parquet"), folder.join("frame.parquet")).expect("a frame");
    let output = claimhound(&["extrapolate", text(&folder), text(&reviewed)], 1);
    refuses(
        &output,
        1,
        &["frame.parquet", "not the frame that was declared"],
    );
}

#[test]
fn a_scan_at_work_is_not_disturbed() {
    let site = Site::scanned(&story().rows);
    let lock = fs::File::create(site.path("out/.lock")).expect("the lock");
    lock.lock().expect("the lock");
    refuses(&site.sample(&[]), 4, &["another scan holds this folder"]);
    assert!(!PROVIDER.is_empty() && !site.path("out/samples").exists());
}
