//! What reviewed cases are worth: the order of unseen cases with and without the re-ranking, over
//! many sets of planted data, and with labels dealt out at random.
//!
//! `cargo bench --bench rerank` makes 12 sets of 300 providers, scans each at level 1, so that every
//! tested entity is a lead, and trains on the first 60 cases of each of five sets: 300 labels by the
//! truth, as reviewers work from the top. Average precision is over the cases of the seven other
//! sets. Numbers after `--` are providers and sets: `-- 300 12`.

use std::collections::BTreeSet;
use std::path::Path;

use claimhound::batch::text;
use claimhound::cases::measures::{Measures, read_book};
use claimhound::cases::rerank::{Label, rerank};
use claimhound::config::Config;
use claimhound::evaluate::read_labels;
use claimhound::ingest::discover::InputPaths;
use claimhound::ingest::layout::Layout;
use claimhound::pipeline::{Scan, scan};
use claimhound::reference::ReferencePaths;
use claimhound::report::read_table;
use claimhound::stats::ranking::average_precision;
use claimhound::stats::uniform::uniform;
use claimhound::synth::{REFERENCE, SynthConfig, generate};

/// Sets that are reviewed, and cases of each.
const REVIEWED: (usize, usize) = (5, 60);
/// Random dealings of the labels, each of its own training sets.
const RANDOM: usize = 5;

/// A case with its truth.
struct Case {
    id: String,
    planted: bool,
    measures: Measures,
}

impl Case {
    fn dollars(&self, name: &str) -> f64 {
        self.measures.get(name).copied().unwrap_or(0.0)
    }
}

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let number = |at: usize, usual: usize| numbers.get(at).copied().unwrap_or(usual);
    let (providers, count) = (number(0, 300), number(1, 12));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sets: Vec<Vec<Case>> = (0..count)
        .map(|seed| scanned(folder.path(), providers, 2_000 + seed as u64))
        .collect();
    let cases: usize = sets.iter().map(Vec::len).sum();
    let planted = sets.iter().flatten().filter(|c| c.planted).count();
    println!("{count} sets of {providers} providers: {cases} cases, {planted} of them planted");
    println!("\nlabels by the truth");
    let gains: Vec<f64> = (0..count)
        .flat_map(|first| replicate(&sets, first, None))
        .collect();
    let (mean, error) = mean_and_error(&gains);
    let better = gains.iter().filter(|g| **g > 0.0).count();
    println!(
        "difference {mean:+.3} ± {error:.3} a set, better on {better} of {} (training sets × unseen sets)",
        gains.len()
    );
    println!("\nlabels at random");
    let jobs = (0..count).flat_map(|first| (0..RANDOM).map(move |deal| (first, deal)));
    let on = jobs
        .filter(|(first, deal)| !replicate(&sets, *first, Some(*deal as u64)).is_empty())
        .count();
    println!("on in {on} of {}", count * RANDOM);
}

/// Trains on the first cases of some sets, and gives the gain on each of the others; nothing where
/// the re-ranking stays off.
fn replicate(sets: &[Vec<Case>], first: usize, random: Option<u64>) -> Vec<f64> {
    let of_set = |k: usize| (first + k) % sets.len();
    let reviewed: Vec<&Case> = (0..REVIEWED.0)
        .flat_map(|k| sets[of_set(k)].iter().take(REVIEWED.1))
        .collect();
    let mut order: Vec<usize> = (0..reviewed.len()).collect();
    if let Some(deal) = random {
        let key = |i: usize| uniform((deal * 1_000 + first as u64) * 1_000_000 + i as u64);
        order.sort_by(|a, b| key(*a).total_cmp(&key(*b)));
    }
    let labels: Vec<Label> = reviewed
        .iter()
        .zip(order)
        .map(|(case, truth)| Label {
            case_id: &case.id,
            confirmed: reviewed[truth].planted,
            measures: &case.measures,
        })
        .collect();
    let reranking = rerank(&labels, true);
    if random.is_none() {
        println!(
            "sets {first} to {}: {}",
            of_set(REVIEWED.0 - 1),
            reranking.summary.reason
        );
    }
    let Some(model) = reranking.model else {
        return Vec::new();
    };
    let mut gains = Vec::new();
    let mut sums = [0.0; 2];
    for k in REVIEWED.0..sets.len() {
        let set = &sets[of_set(k)];
        let without = precision(set, |c| c.dollars("unsupervised_amount"));
        let with = precision(set, |c| {
            c.dollars("exposure_amount") * model.probability(&c.measures)
        });
        sums[0] += without;
        sums[1] += with;
        gains.push(with - without);
    }
    if random.is_none() {
        let [without, with] = sums.map(|s| s / gains.len() as f64);
        println!("  unseen sets: {without:.3} without, {with:.3} with");
    }
    gains
}

fn precision(set: &[Case], value: impl Fn(&Case) -> f64) -> f64 {
    let mut order: Vec<&Case> = set.iter().collect();
    order.sort_by(|a, b| value(b).total_cmp(&value(a)).then_with(|| a.id.cmp(&b.id)));
    let hits: Vec<bool> = order.iter().map(|c| c.planted).collect();
    average_precision(&hits).expect("planted cases")
}

/// The cases of one set, in the unsupervised order.
fn scanned(folder: &Path, providers: usize, seed: u64) -> Vec<Case> {
    let (claims, out) = (folder.join("claims"), folder.join("out"));
    let config = SynthConfig {
        providers,
        seed,
        lines: None,
        clean: false,
    };
    generate(&config, &claims).expect("synthetic claims");
    let mut config = Config::default();
    config.list.level = 1.0;
    config.list.minimum_edit_exposure = 1;
    let done = scan(&Scan {
        layout: Layout::find("tuva").expect("the layout"),
        paths: InputPaths {
            folder: Some(claims.clone()),
            ..InputPaths::default()
        },
        out: out.clone(),
        config,
        reference: ReferencePaths {
            folder: Some(claims.join(REFERENCE)),
            exclusions: Vec::new(),
        },
        edits: None,
        as_of: None,
        keep: None,
        show_values: false,
        with_phi: false,
    })
    .expect("a scan");
    let truth = read_labels(&claims.join("labels.csv")).expect("labels");
    let planted: BTreeSet<(String, String)> = truth
        .into_iter()
        .filter(|l| l.planted)
        .map(|l| (l.entity_type, l.entity_id))
        .collect();
    let mut book = read_book(&done.run.join("case_measures.parquet")).expect("measures");
    let cases = read_table(&done.run.join("cases.parquet"))
        .expect("a table")
        .expect("cases");
    let word = |name: &str, row: usize| text(&cases, name).expect("a column").value(row).to_owned();
    let listed = (0..cases.num_rows())
        .map(|row| {
            let id = word("case_id", row);
            Case {
                planted: planted.contains(&(word("entity_type", row), word("entity_id", row))),
                measures: book.found.remove(&id).expect("measures").measures,
                // The same entity may be a case in two sets.
                id: format!("{seed}-{id}"),
            }
        })
        .collect();
    std::fs::remove_dir_all(&claims).expect("removing the claims");
    std::fs::remove_dir_all(&out).expect("removing the run");
    listed
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}
