//! The re-ranking on planted data, from a file of decisions to the next night's list.
//!
//! Both nights rank every tested entity, as a list at level 1 does, or there would hardly be 20 cases
//! to clear. The first 300 of a planted world are in so good an order (average precision above 0.9)
//! that decisions cannot improve it for certain: the re-ranking has to stay off, and to say why.
//! Where decisions do improve an order is tested on cases that differ as real ones do in what
//! reviewers confirm (`cases::rerank`); `cargo bench --bench rerank` has figures over many sets.

#[path = "support/run.rs"]
mod run;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::Array;
use claimhound::batch::{float, int, text};
use claimhound::evaluate::read_labels;
use claimhound::stats::ranking::average_precision;
use claimhound::stats::uniform::uniform;
use claimhound::synth::{REFERENCE, SynthConfig, generate};
use tempfile::TempDir;

use self::run::{Run, claimhound, scan};

const CONFIG: &str = "[list]\nlevel = 1.0\nminimum_edit_exposure = 1\n";
/// Cases that reviewers decided, from the top of the list.
const REVIEWED: usize = 300;

/// Providers of the claims that were reviewed, enough for 20 confirmed among the first cases.
const SEEN: usize = 1_200;
/// Providers of the claims that nobody has seen.
const UNSEEN: usize = 300;

/// Claims of a world, and the entities that something is planted in.
fn world(place: &Path, providers: usize, seed: u64) -> (PathBuf, BTreeSet<(String, String)>) {
    let claims = place.join(format!("claims{seed}"));
    let config = SynthConfig {
        providers,
        seed,
        lines: None,
        clean: false,
    };
    generate(&config, &claims).expect("synthetic claims");
    let labels = read_labels(&claims.join("labels.csv")).expect("labels");
    let planted = labels.into_iter().filter(|l| l.planted);
    let planted = planted.map(|l| (l.entity_type, l.entity_id)).collect();
    (claims, planted)
}

fn night(claims: &Path, out: &Path) -> Run {
    let config = out.with_extension("toml");
    fs::write(&config, CONFIG).expect("a configuration");
    let reference = claims.join(REFERENCE);
    let options = [
        "--config",
        run::text(&config),
        "--reference",
        run::text(&reference),
    ];
    scan(claims, out, &options, 2)
}

/// A listed case: its id, whether it is planted, and its two ranks.
struct Listed {
    id: String,
    planted: bool,
    rank: i64,
    unsupervised: i64,
}

fn listed(run: &Run, planted: &BTreeSet<(String, String)>) -> Vec<Listed> {
    let cases = run.table("cases").expect("cases");
    let word = |name: &str, row: usize| text(&cases, name).expect("a column").value(row).to_owned();
    let (rank, unsupervised) = (
        int(&cases, "rank").expect("ranks"),
        int(&cases, "unsupervised_rank").expect("ranks"),
    );
    (0..cases.num_rows())
        .filter(|row| rank.is_valid(*row))
        .map(|row| Listed {
            id: word("case_id", row),
            planted: planted.contains(&(word("entity_type", row), word("entity_id", row))),
            rank: rank.value(row),
            unsupervised: unsupervised.value(row),
        })
        .collect()
}

fn precision(mut cases: Vec<&Listed>, by: impl Fn(&Listed) -> i64) -> f64 {
    cases.sort_by_key(|c| by(c));
    let hits: Vec<bool> = cases.iter().map(|c| c.planted).collect();
    average_precision(&hits).expect("planted cases")
}

/// Takes up decisions on the first cases and scans claims that nobody has seen.
fn next_night(out: &Path, decided: &[(&str, bool)], claims: &Path) -> Run {
    let mut text = "case_id,disposition,date\n".to_owned();
    for (id, confirmed) in decided {
        let word = if *confirmed { "confirmed" } else { "cleared" };
        writeln!(text, "{id},{word},2026-02-01").expect("text");
    }
    let file = out.with_extension("csv");
    fs::write(&file, text).expect("decisions");
    let output = claimhound(&["disposition", run::text(out), run::text(&file)], 2);
    assert!(output.status.success());
    night(claims, out)
}

#[test]
fn decisions_on_a_list_in_good_order_leave_it_as_it_is_and_random_ones_too() {
    let place = TempDir::new().expect("a folder");
    let (seen, planted_seen) = world(place.path(), SEEN, 1);
    let (unseen, planted) = world(place.path(), UNSEEN, 2);
    let out = place.path().join("out");
    let first = listed(&night(&seen, &out), &planted_seen);
    let reviewed = &first[..REVIEWED];
    assert!(reviewed.iter().all(|c| c.rank == c.unsupervised));
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .args([&out, &place.path().join("random")])
        .status();
    assert!(copied.expect("cp").success());

    let decided: Vec<(&str, bool)> = reviewed
        .iter()
        .map(|c| (c.id.as_str(), c.planted))
        .collect();
    let confirmed = decided.iter().filter(|d| d.1).count();
    assert!((20..=REVIEWED - 20).contains(&confirmed), "{confirmed}");
    let without = precision(reviewed.iter().collect(), |c| c.unsupervised);
    assert!(without > 0.9, "{without}: there is something to learn");
    stays_off(&next_night(&out, &decided, &unseen), &planted);

    // The same number of confirmed, dealt out at random.
    let keys: Vec<f64> = (0..REVIEWED as u64).map(|i| uniform(i + 1)).collect();
    let mut order: Vec<usize> = (0..REVIEWED).collect();
    order.sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
    let words = order.into_iter().map(|i| decided[i].1);
    let random: Vec<(&str, bool)> = decided.iter().map(|d| d.0).zip(words).collect();
    stays_off(
        &next_night(&place.path().join("random"), &random, &unseen),
        &planted,
    );
}

/// The reason is given, and the order is the one without decisions.
fn stays_off(run: &Run, planted: &BTreeSet<(String, String)>) {
    let reranking = run.results()["reranking"].clone();
    let said = reranking["reason"].as_str().expect("a reason");
    assert_eq!(reranking["on"], false, "{said}");
    assert!(
        said.contains("300 reviewed cases do not improve the order"),
        "{said}"
    );
    let cases = listed(run, planted);
    assert!(cases.iter().all(|c| c.rank == c.unsupervised));
    let table = run.table("cases").expect("cases");
    let p = float(&table, "confirm_probability").expect("a column");
    assert_eq!(p.null_count(), p.len());
}
