//! Folders and disks that refuse, and scans that meet.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use claimhound::error::Error;
use claimhound::pipeline::scan;

use crate::claims::{
    Outcome, PROGRAM, Site, assert_says, checked, lines, runs, stderr, stdout, table,
};

/// The program bound by file permissions: root gives up its right to ignore them.
fn scan_bound_by_permissions(site: &Site, arguments: &[&str]) -> Output {
    let probe = site.put("probe", "");
    forbid(&probe);
    let mut command = if File::open(&probe).is_ok() {
        let mut command = Command::new("setpriv");
        command.args(["--bounding-set=-dac_override,-dac_read_search", PROGRAM]);
        command
    } else {
        Command::new(PROGRAM)
    };
    let output = command
        .arg("scan")
        .args(arguments)
        .current_dir(site.path("."))
        .output();
    checked(output.expect("setpriv of util-linux"))
}

fn forbid(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o000)).expect("permissions");
}

fn allow(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o700)).expect("permissions");
}

#[test]
fn what_may_not_be_read_or_written_is_named() {
    let site = Site::with_earlier_run();
    let file = site.put("in/medical_claim/part.csv", table(&lines(0..3)));
    let before = runs(&site.out());
    let folder = file.parent().expect("a folder");
    for place in [file.as_path(), folder, &site.input()] {
        forbid(place);
        let output = scan_bound_by_permissions(&site, &["in", "--out", "out"]);
        allow(place);
        assert_eq!(output.status.code(), Some(1));
        let name = place.file_name().expect("a name").to_string_lossy();
        let parts = [&*name, "Permission denied", "Give this user permission"];
        assert_says(&stderr(&output), &parts);
    }
    assert_eq!(runs(&site.out()), before);
    let closed = site.path("closed");
    fs::create_dir(&closed).expect("a folder");
    forbid(&closed);
    let output = scan_bound_by_permissions(&site, &["in", "--out", "closed/out"]);
    allow(&closed);
    assert_eq!(output.status.code(), Some(1));
    assert_says(&stderr(&output), &["closed/out", "Permission denied"]);
}

#[test]
fn a_file_in_the_way_of_a_folder_is_named() {
    let site = Site::with_earlier_run();
    site.put("in/medical_claim.csv", table(&lines(0..3)));
    let said = site.fails_with(1, &["scan", "in/medical_claim.csv/deeper", "--out", "out"]);
    assert_says(&said, &["in/medical_claim.csv/deeper", "Not a directory"]);
    let said = site.fails_with(1, &["scan", "in", "--out", "in/medical_claim.csv"]);
    assert_says(
        &said,
        &["in/medical_claim.csv", "creating the folder failed"],
    );
}

/// Fills a small disk, then frees it step by step: every scan on the way fails and leaves the
/// earlier run, until one has room. Prints `code|latest|runs|stderr` for each.
const FULL_DISK: &str = r#"
    mount -t tmpfs -o size=4m tmpfs "$1" || exit 77
    "$2" --quiet scan earlier --out "$1/out" > /dev/null || exit 78
    dd if=/dev/zero of="$1/filler" bs=1k 2> /dev/null
    for step in $(seq 60); do
        "$2" --quiet scan in --out "$1/out" > /dev/null 2> said
        code=$?
        echo "$code|$(readlink "$1/out/latest")|$(ls -A "$1/out/runs" | tr '\n' ' ')|$(cat said)"
        if [ $code -eq 0 ]; then exit 0; fi
        # report.html is by far the largest file, and the last.
        truncate -s -$([ $step -le 35 ] && echo 8k || echo 64k) "$1/filler"
    done
    exit 79
"#;

#[test]
fn a_full_disk_leaves_the_earlier_run_and_nothing_half_written() {
    let site = Site::with_earlier_run();
    site.put("in/medical_claim.csv", table(&lines(0..400)));
    fs::create_dir(site.path("disk")).expect("a folder");
    // A mount of one's own needs root, or a user namespace where the kernel allows one.
    let mounted = |options: &[&str]| {
        let shell = ["sh", "-c", FULL_DISK, "sh", "disk", PROGRAM];
        let mut command = Command::new("unshare");
        command
            .args(options)
            .args(shell)
            .current_dir(site.path("."));
        command
            .output()
            .ok()
            .filter(|o| o.status.code().is_some_and(|c| c == 0 || c > 77))
    };
    let output = mounted(&["--mount"]).or_else(|| mounted(&["--map-root-user", "--mount"]));
    let Some(output) = output else {
        // The limit on file sizes below takes its place.
        return eprintln!("no file system can be mounted here");
    };
    let output = checked(output);
    assert!(
        output.status.success(),
        "{} {}",
        stdout(&output),
        stderr(&output)
    );
    let steps = stdout(&output);
    let mut steps: Vec<Vec<&str>> = steps.lines().map(|l| l.splitn(4, '|').collect()).collect();
    let last = steps.pop().expect("a step");
    let latest = steps.first().expect("a failure")[1].to_owned();
    for step in &steps {
        let [code, points_to, runs, said] = step[..] else {
            panic!("{step:?}")
        };
        assert_eq!((code, points_to), ("1", latest.as_str()), "{said}");
        assert_eq!(
            format!("runs/{}", runs.trim()),
            latest,
            "something half-written stays"
        );
        assert_says(said, &["No space left on device", "Free some space"]);
    }
    assert!(
        steps.iter().any(|s| s[3].contains(".cache")),
        "no load ran out of space"
    );
    assert!(
        steps.iter().any(|s| s[3].contains(".partial")),
        "no report ran out of space"
    );
    assert_ne!(last[1], latest, "with space again, the scan goes through");
}

#[test]
fn a_file_that_may_not_grow_leaves_the_earlier_run() {
    let site = Site::with_earlier_run();
    site.put("in/medical_claim.csv", table(&lines(0..400)));
    let before = runs(&site.out());
    // Without the trap the kernel would kill the program, which no program can answer.
    let limited = "trap '' XFSZ; ulimit -f 4; exec \"$0\" --quiet scan in --out out";
    let mut command = Command::new("bash");
    command
        .args(["-c", limited, PROGRAM])
        .current_dir(site.path("."));
    let output = checked(command.output().expect("bash"));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_says(&stderr(&output), &["out/", "writing failed"]);
    assert_eq!(runs(&site.out()), before);
    scan(&site.job()).expect("without the limit it goes through");
}

#[test]
fn an_output_folder_inside_the_input_is_never_read() {
    for (claims, out) in [
        ("in/medical_claim.csv", "in/out"),
        ("in/medical_claim.csv", "in/medical_claim_runs"),
        ("in/medical_claim.csv", "in"),
        ("in/medical_claim/part.csv", "in/medical_claim/out"),
        ("in/medical_claim/part.csv", "in/medical_claim/2023/out"),
    ] {
        let site = Site::new();
        site.put(claims, table(&lines(0..5)));
        for night in 1..=2 {
            let output = site.run(&["--quiet", "scan", "in", "--out", out]);
            let said = stderr(&output);
            assert_eq!(
                output.status.code(),
                Some(0),
                "night {night}, --out {out}: {said}"
            );
            let outcome = Outcome::read(&site.path(out).join("latest"));
            assert_eq!(outcome.manifest["inputs"].as_array().map(Vec::len), Some(1));
            assert_eq!((outcome.rows("read"), outcome.rows("accepted")), (5, 5));
        }
    }
}

#[test]
fn a_second_scan_waits_for_nobody() {
    let site = Site::with_earlier_run();
    site.put("in/medical_claim.csv", table(&lines(0..5)));
    let lock = File::options()
        .write(true)
        .open(site.out().join(".lock"))
        .expect("the lock file");
    lock.lock().expect("the lock");
    let said = site.fails_with(4, &["scan", "in", "--out", "out"]);
    assert_says(&said, &["another scan holds this folder", "another --out"]);
    let error = site.fails(&site.job());
    assert!(matches!(error, Error::Busy { .. }), "{error}");
    lock.unlock().expect("the lock");
    scan(&site.job()).expect("the lock is free again");
}
