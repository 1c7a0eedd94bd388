//! A scan that is killed, at twenty points of its life, leaves the run before as it was, and the next
//! scan succeeds and removes what was left. What a clock cannot hit, between two steps of a run's
//! end, the tests of `report::run_folder` stop at.

#[allow(dead_code, reason = "shared with the tests of wrong input")]
#[path = "wrong_input/claims.rs"]
mod claims;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use self::claims::{PROGRAM, Site, line, lines, runs, table};

/// Points spread evenly over the life of a scan.
const TIMED: u32 = 13;
/// Scans started for one point before it is given up.
const ATTEMPTS: u32 = 6;
/// What a scan is to be killed at, by its folder, its beginning and the number of the attempt.
type Point = Box<dyn Fn(&Path, Instant, u32) -> bool>;
/// Whether a folder shows something yet.
type Sign = fn(&Path) -> bool;
/// How long to look away between two looks at the folder.
const LOOK: Duration = Duration::from_micros(200);
const SIGKILL: i32 = 9;

/// What a folder shows as a scan proceeds; a scan is killed as soon as it does.
const SIGNS: [(&str, Sign); 6] = [
    ("work begun", |out| out.join(".cache/work").exists()),
    ("another load begun", |out| {
        listed(&out.join(".cache/loads")).len() > 1
    }),
    ("tables begun", |out| partial(out).is_some()),
    ("evidence written", |out| {
        partial(out).is_some_and(|p| p.join("evidence.parquet").exists())
    }),
    ("the manifest written", |out| {
        partial(out).is_some_and(|p| p.join("manifest.json").exists())
    }),
    ("the run in its place", |out| whole(out) > 1),
];

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|e| Some(e.ok()?.path())).collect()
}

fn hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with('.')
}

fn partial(out: &Path) -> Option<PathBuf> {
    listed(&out.join("runs")).into_iter().find(|p| hidden(p))
}

fn whole(out: &Path) -> usize {
    let runs = listed(&out.join("runs"));
    runs.iter().filter(|p| !hidden(p)).count()
}

fn command(site: &Site, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .arg("--quiet")
        .args(arguments)
        .current_dir(site.path("."))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn start(site: &Site, out: &str) -> Child {
    let arguments = ["scan", "in", "--out", out];
    command(site, &arguments)
        .spawn()
        .expect("the program starts")
}

#[track_caller]
fn succeeds(site: &Site, arguments: &[&str]) {
    let output = site.run(arguments);
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        claims::stderr(&output)
    );
}

/// A folder with one run in it, under another name.
fn copied(site: &Site, name: &str) -> PathBuf {
    let to = site.path(name);
    let done = Command::new("cp")
        .arg("-a")
        .arg(site.out())
        .arg(&to)
        .status();
    assert!(done.expect("cp").success());
    to
}

/// Tables of the latest run. The manifest names the folder it was scanned from.
fn tables(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = listed(&fs::canonicalize(out.join("latest")).expect("a latest run"));
    let name = |path: &Path| {
        path.file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned()
    };
    files
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "parquet"))
        .map(|path| (name(path), fs::read(path).expect("a table")))
        .collect()
}

/// One run of an earlier night in `out`, and another night's claims in `in`.
fn site() -> Site {
    let site = Site::new();
    let night = |count: usize| {
        let mut all = lines(0..count);
        let again = |number| line(number, &[("claim_id", "again")]);
        all.push(again(count / 2));
        table(&all)
    };
    site.put("in/medical_claim.csv", night(60));
    succeeds(&site, &["--quiet", "scan", "in", "--out", "out"]);
    site.put("in/medical_claim.csv", night(90));
    site
}

/// Starts a scan and kills it where `when` says so; `false` where it was over before.
fn killed(site: &Site, out: &str, when: impl Fn(Instant) -> bool) -> bool {
    let mut child = start(site, out);
    let begun = Instant::now();
    while !when(begun) {
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        sleep(LOOK);
    }
    child.kill().expect("a signal");
    let status = child.wait().expect("its end");
    status.signal() == Some(SIGKILL)
}

#[test]
fn a_scan_killed_at_any_of_twenty_points_leaves_what_was_and_the_next_succeeds() {
    let site = site();
    // What an undisturbed night gives, and how long it takes.
    copied(&site, "undisturbed");
    let begun = Instant::now();
    assert!(
        start(&site, "undisturbed")
            .wait()
            .expect("its end")
            .success()
    );
    let life = begun.elapsed();
    let wanted = tables(&site.path("undisturbed"));
    let before = runs(&site.out());

    let mut points: Vec<(String, Point)> = Vec::new();
    for point in 0..TIMED {
        let at = life * point / TIMED;
        // A scan may run faster than the one that was timed: then sooner.
        let due = move |_: &Path, begun: Instant, attempt: u32| begun.elapsed() * attempt >= at;
        points.push((format!("{point} of {TIMED} of its time"), Box::new(due)));
    }
    for (sign, shown) in SIGNS {
        points.push((sign.to_owned(), Box::new(move |out, _, _| shown(out))));
    }
    let old = fs::read_link(site.out().join("latest")).expect("a link");
    let kept = old.clone();
    let switched =
        move |out: &Path, _, _| fs::read_link(out.join("latest")).is_ok_and(|l| l != kept);
    points.push(("the switch".to_owned(), Box::new(switched)));
    assert_eq!(points.len(), 20);
    let mut before_the_switch = 0;
    for (place, (what, when)) in points.iter().enumerate() {
        let name = format!("out{place}");
        let out = (1..=ATTEMPTS).find_map(|attempt| {
            let out = site.path(&name);
            let _ = fs::remove_dir_all(&out);
            copied(&site, &name);
            killed(&site, &name, |begun| when(&out, begun, attempt)).then_some(out)
        });
        let out = out.unwrap_or_else(|| panic!("{what}: the scan was over before, every time"));
        // Every file of the run before is as it was; `latest` points to it, or to a whole new run.
        let now = runs(&out);
        for (path, bytes) in &before {
            let path = out.join(path.strip_prefix(site.out()).expect("below the folder"));
            if path != out.join("latest") {
                assert_eq!(now.get(&path), Some(bytes), "{what}: {}", path.display());
            }
        }
        if fs::read_link(out.join("latest")).expect("a link") == old {
            before_the_switch += 1;
        } else {
            assert_eq!(tables(&out), wanted, "{what}: after the switch");
        }
        succeeds(&site, &["verify", &format!("{name}/latest")]);
        // The next night: nothing is in its way, and nothing half-made stays.
        succeeds(&site, &["--quiet", "scan", "in", "--out", &name]);
        let left: Vec<PathBuf> = listed(&out.join("runs"))
            .into_iter()
            .filter(|p| hidden(p))
            .collect();
        assert_eq!(left, Vec::<PathBuf>::new(), "{what}");
        assert!(!out.join(".latest.next").is_symlink() && !out.join(".cache/work").exists());
        succeeds(&site, &["verify", &format!("{name}/latest")]);
        if fs::read_link(out.join("latest")).expect("a link") != old && whole(&out) == 2 {
            assert_eq!(tables(&out), wanted, "{what}: not as undisturbed");
        }
        fs::remove_dir_all(&out).expect("removed");
    }
    assert!(
        before_the_switch >= 18,
        "only {before_the_switch} were killed before the switch"
    );
}

#[test]
fn a_scan_that_meets_another_ends_with_4_and_disturbs_nothing() {
    let site = site();
    copied(&site, "undisturbed");
    assert!(
        start(&site, "undisturbed")
            .wait()
            .expect("its end")
            .success()
    );
    let mut first = start(&site, "out");
    while !site.path("out/.cache/work").exists() {
        assert!(
            first.try_wait().expect("a child").is_none(),
            "it was over too soon"
        );
        sleep(LOOK);
    }
    for arguments in [
        &["--quiet", "scan", "in", "--out", "out"][..],
        &["disposition", "out", "in/medical_claim.csv"],
    ] {
        let second = site.run(arguments);
        assert_eq!(second.status.code(), Some(4), "{}", claims::stderr(&second));
    }
    assert!(first.wait().expect("its end").success());
    assert_eq!(tables(&site.out()), tables(&site.path("undisturbed")));
}
