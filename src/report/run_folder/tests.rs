//! Stops between the steps of a run's end, and what is left for the next.

use super::*;

/// An output folder with runs in it, oldest first, the last one the latest.
fn with_runs(runs: &[&str]) -> tempfile::TempDir {
    let out = tempfile::tempdir().expect("a folder");
    let mut prior = None;
    for run in runs {
        written(out.path(), run, prior).finish().expect("a run");
        prior = Some(*run);
    }
    out
}

/// A run whose files are written, not yet in its place.
fn written(out: &Path, run: &str, prior: Option<&str>) -> RunFolder {
    let folder = RunFolder::begin(out, run).expect("a partial run");
    let manifest = serde_json::json!({ "run_id": run, "prior_run": prior });
    folder
        .write_text(MANIFEST, &manifest.to_string())
        .expect("a manifest");
    folder.write_text("table", run).expect("a table");
    folder
}

/// As SIGKILL leaves it: nothing is cleaned up.
fn killed(run: RunFolder) {
    std::mem::forget(run);
}

/// Where `latest` points, and the table found through it.
fn latest(out: &Path) -> (Option<String>, String) {
    let table = fs::read_to_string(out.join("latest").join("table")).expect("a whole run");
    (latest_run(out), table)
}

fn names(out: &Path) -> Vec<String> {
    let all = entries(&out.join("runs")).expect("runs");
    all.iter().map(|path| name_of(path)).collect()
}

#[test]
fn a_stop_after_any_step_leaves_a_whole_latest_run() {
    type Steps = fn(&RunFolder);
    let steps: [(Steps, &str); 5] = [
        (|_| (), "a"),
        (|run| sync_folder(&run.partial).expect("synced"), "a"),
        (|run| drop(run.put_in_place().expect("in place")), "a"),
        (
            |run| {
                run.put_in_place().expect("in place");
                run.link_next().expect("linked");
            },
            "a",
        ),
        (
            |run| {
                run.put_in_place().expect("in place");
                run.link_next().expect("linked");
                run.switch().expect("switched");
            },
            "b",
        ),
    ];
    for (place, (done, points_to)) in steps.into_iter().enumerate() {
        let out = with_runs(&["a"]);
        let run = written(out.path(), "b", Some("a"));
        done(&run);
        killed(run);
        let (run, table) = latest(out.path());
        assert_eq!(
            (run.as_deref(), table.as_str()),
            (Some(points_to), points_to)
        );
        // The next night succeeds, whether it gives the same run or another.
        for next in ["b", "c"] {
            sweep(out.path()).expect("swept");
            assert!(
                names(out.path()).iter().all(|n| !n.starts_with('.')),
                "step {place}"
            );
            written(out.path(), next, Some("a"))
                .finish()
                .expect("the next run");
            assert_eq!(latest(out.path()).1, next);
        }
        assert!(!out.path().join(NEXT).is_symlink());
    }
}

#[test]
fn a_run_that_is_there_already_is_whole_while_it_is_replaced() {
    let out = with_runs(&["a"]);
    let again = written(out.path(), "a", None);
    // Killed between two files of it.
    let first = &entries(&again.partial).expect("files")[0];
    let over = out
        .path()
        .join("runs/a")
        .join(first.file_name().expect("a name"));
    fs::rename(first, over).expect("replaced");
    killed(again);
    assert_eq!(latest(out.path()).1, "a");
    sweep(out.path()).expect("swept");
    written(out.path(), "a", None)
        .finish()
        .expect("the same run");
    assert_eq!(latest(out.path()), (Some("a".into()), "a".into()));
    assert_eq!(names(out.path()), ["a"]);
}

#[test]
fn a_run_that_fails_removes_what_it_wrote() {
    let out = with_runs(&["a"]);
    drop(written(out.path(), "b", Some("a")));
    assert_eq!(names(out.path()), ["a"]);
}

#[test]
fn a_repetition_under_way_stays_and_one_that_was_killed_goes() {
    let out = with_runs(&["a"]);
    let repetition = |name: &str| out.path().join("runs").join(format!("{REPETITION}{name}"));
    let under_way = lock(&repetition("held")).expect("a lock");
    drop(lock(&repetition("killed")).expect("a lock"));
    sweep(out.path()).expect("swept");
    assert_eq!(names(out.path()), [".verify-held", "a"]);
    drop(under_way);
    sweep(out.path()).expect("swept");
    assert_eq!(names(out.path()), ["a"]);
}

#[test]
fn the_newest_runs_stay_in_the_order_they_continue_each_other() {
    // As-of dates need not ascend: a late file may bring the date back.
    let runs = [
        "2024-03-01_a",
        "2024-01-01_b",
        "2024-02-01_c",
        "2024-02-01_d",
    ];
    for (keep, left) in [
        (0, vec!["2024-02-01_d"]),
        (1, vec!["2024-02-01_d"]),
        (2, vec!["2024-02-01_c", "2024-02-01_d"]),
        (3, vec!["2024-01-01_b", "2024-02-01_c", "2024-02-01_d"]),
        (9, {
            let mut all = runs.to_vec();
            all.sort_unstable();
            all
        }),
    ] {
        let out = with_runs(&runs);
        fs::create_dir(out.path().join("runs/notes")).expect("a folder of somebody's own");
        prune(out.path(), keep).expect("pruned");
        let kept: Vec<String> = names(out.path())
            .into_iter()
            .filter(|n| n != "notes")
            .collect();
        assert_eq!(kept, left, "keep {keep}");
        assert!(out.path().join("runs/notes").exists());
    }
}

#[test]
fn a_run_that_nothing_continues_goes_before_those_that_are_continued() {
    let out = with_runs(&["2024-01-01_a", "2024-01-01_b"]);
    // Killed before the switch: whole, never the latest, and newer than both.
    let orphan = written(out.path(), "2024-09-01_x", Some("2024-01-01_b"));
    orphan.put_in_place().expect("in place");
    killed(orphan);
    prune(out.path(), 2).expect("pruned");
    assert_eq!(names(out.path()), ["2024-01-01_a", "2024-01-01_b"]);
}

#[test]
fn a_pruning_that_was_killed_is_finished_by_the_next_night() {
    let out = with_runs(&["a", "b"]);
    let runs = out.path().join("runs");
    fs::rename(runs.join("a"), runs.join(format!(".a{PRUNED}"))).expect("half pruned");
    prune(out.path(), 5).expect("pruned");
    sweep(out.path()).expect("swept");
    assert_eq!(names(out.path()), ["b"]);
    // The chain ends where a run is gone.
    assert_eq!(chain(out.path()), ["b", "a"]);
}

#[test]
fn a_link_that_leads_in_a_circle_is_followed_once() {
    let out = with_runs(&["a"]);
    written(out.path(), "a", Some("a")).finish().expect("a run");
    assert_eq!(chain(out.path()), ["a"]);
}
