//! The re-ranking on planted data, from a file of decisions to the next night's list.
//!
//! Both nights rank every tested entity, as a list at level 1 does: there the leads are mixed, and
//! an order is worth something. The lists of the default level are too right to learn from: they
//! hardly have 20 cases to clear. `cargo bench --bench rerank` does the same over many sets.

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
const UNSEEN: usize = 600;

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
fn decisions_on_planted_cases_order_unseen_ones_better_and_random_ones_change_nothing() {
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
    let second = next_night(&out, &decided, &unseen);
    let reranking = second.results()["reranking"].clone();
    println!("{}", reranking["reason"]);
    assert_eq!(reranking["on"], true, "{}", reranking["reason"]);
    let cases = listed(&second, &planted);
    let (with, without) = (
        precision(cases.iter().collect(), |c| c.rank),
        precision(cases.iter().collect(), |c| c.unsupervised),
    );
    println!("unseen claims: average precision {without:.3} without, {with:.3} with");
    assert!(with > without, "{with} {without}");
    let table = second.table("cases").expect("cases");
    let p = float(&table, "confirm_probability").expect("a column");
    assert_eq!(p.len() - p.null_count(), cases.len());

    // The same number of confirmed, dealt out at random.
    let mut words: Vec<bool> = decided.iter().map(|d| d.1).collect();
    let keys: Vec<f64> = (0..REVIEWED as u64).map(|i| uniform(i + 1)).collect();
    let mut order: Vec<usize> = (0..REVIEWED).collect();
    order.sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
    words = order.into_iter().map(|i| words[i]).collect();
    let random: Vec<(&str, bool)> = decided
        .iter()
        .zip(words)
        .map(|(d, word)| (d.0, word))
        .collect();
    let third = next_night(&place.path().join("random"), &random, &unseen);
    let reranking = third.results()["reranking"].clone();
    println!("{}", reranking["reason"]);
    assert_eq!(reranking["on"], false);
    let said = reranking["reason"].as_str().expect("a reason");
    assert!(
        said.contains("300 reviewed cases do not improve the order"),
        "{said}"
    );
    let cases = listed(&third, &planted);
    assert!(cases.iter().all(|c| c.rank == c.unsupervised));
}
