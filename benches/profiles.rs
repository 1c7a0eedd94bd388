//! What a list gains by judging all measures together, by each detector, on the runs that
//! `tests/reference/simulator.py` stores: the table in `benches/README.md`.
//!
//! `cargo bench --profile dev --bench profiles`

#[path = "../tests/chain/mod.rs"]
mod chain;
#[path = "../tests/chain/joint.rs"]
mod joint;

use std::time::Instant;

use claimhound::detect::REGISTRY;
use claimhound::detect::profile::{SCORERS, Scorer};
use joint::{MEASURES, Outcome, Run, p_values, ranks, stored};

/// Measures shifted where not all are.
const FEW: usize = 3;

fn main() {
    let mut methods: Vec<(String, Vec<Scorer>)> = vec![
        ("the measures alone".into(), Vec::new()),
        (
            "tails and mahalanobis (the default)".into(),
            SCORERS.to_vec(),
        ),
        ("tails".into(), vec![Scorer::Tails]),
        (
            "tails, knn and mahalanobis".into(),
            vec![
                Scorer::Tails,
                Scorer::Detector("knn"),
                Scorer::Detector("mahalanobis"),
            ],
        ),
    ];
    methods.extend(REGISTRY.map(|e| (e.name.into(), vec![Scorer::Detector(e.name)])));
    for law in ["normal", "t5"] {
        let runs: Vec<_> = stored(law)
            .into_iter()
            .enumerate()
            .map(|(number, rows)| {
                let run = Run::new(number, rows);
                let judged = run.measures().expect("fitted measures");
                (run, judged)
            })
            .collect();
        println!("\n{law}\n");
        println!(
            "| one more test | null runs with a case | false part ± se | found, all shifted | found, {FEW} shifted | the same by rank alone | refused | seconds |"
        );
        println!("|---|---:|---:|---:|---:|---:|---:|---:|");
        for (name, scorers) in &methods {
            let (mut outcome, mut by_rank, mut refused) =
                (Outcome::default(), Outcome::default(), 0);
            let started = Instant::now();
            for (run, judged) in &runs {
                let mut p = None;
                if !scorers.is_empty() {
                    let profiles = run.profiles(judged, scorers);
                    let scored = profiles.profiles.iter().all(|p| p.outcome.is_ok());
                    if scored && profiles.admission.counts(false) {
                        p = Some(p_values(&profiles));
                    } else {
                        refused += 1;
                    }
                }
                let ranked = p.as_deref().map(ranks);
                outcome.add(&run.rows, &run.combined(judged, p.as_deref()));
                by_rank.add(&run.rows, &run.combined(judged, ranked.as_deref()));
            }
            let seconds = started.elapsed().as_secs_f64();
            let (part, error) = outcome.false_discoveries();
            println!(
                "| {name} | {} | {part:.3} ± {error:.3} | {} | {} | {}, {} | {refused} | {seconds:.1} |",
                outcome.null_with_case,
                outcome.found(MEASURES),
                outcome.found(FEW),
                by_rank.found(MEASURES),
                by_rank.found(FEW),
            );
        }
        let planted = |shifted: usize| -> usize {
            let rows = runs.iter().flat_map(|(run, _)| &run.rows);
            rows.filter(|r| r.shifted == shifted).count()
        };
        println!(
            "| planted | | | {} | {} | | | |",
            planted(MEASURES),
            planted(FEW)
        );
    }
}
