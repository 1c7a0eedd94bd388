//! What edits that compare lines cost: seconds of each over generated claims, beside one join of
//! the same lines on a key in the same run.
//!
//! `cargo bench --bench edits` takes 10 million lines. Numbers and a path after `--`: lines,
//! providers, folder with further reference files: `-- 1000000 3000 /srv/reference`.

use std::path::PathBuf;
use std::time::Instant;

use claimhound::config::Config;
use claimhound::edits::{Edit, edits, grains, run_edit};
use claimhound::engine::{Purpose, Statement};
use claimhound::ingest::Canonical;
use claimhound::ingest::discover::InputPaths;
use claimhound::ingest::layout::Layout;
use claimhound::pipeline::{Scan, check};
use claimhound::reference::{Reference, ReferencePaths};
use claimhound::synth::{REFERENCE, SynthConfig, generate};

const SEED: u64 = 42;
/// Every line with the lines of the same member, day and code: one join of the lines on a key, and
/// sums so that the rows are made.
const JOIN: &str = "SELECT l.claim_type AS claim_type, COUNT(*) AS pair_count, SUM(o.paid_cents) AS paid_cents \
     FROM line AS l INNER JOIN line AS o \
     ON l.person_id = o.person_id AND l.service_day = o.service_day AND l.hcpcs_code = o.hcpcs_code \
     WHERE l.active AND o.active GROUP BY l.claim_type";

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<u64> = given.iter().filter_map(|a| a.parse().ok()).collect();
    let number = |at: usize, usual: u64| numbers.get(at).copied().unwrap_or(usual);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let claims = folder.path().join("claims");
    let config = SynthConfig {
        providers: number(1, 30_000) as usize,
        seed: SEED,
        lines: Some(number(0, 10_000_000)),
        clean: false,
    };
    let made = generate(&config, &claims).expect("synthetic claims");
    let own = given.iter().find(|a| a.contains('/')).map(PathBuf::from);
    let reference = ReferencePaths {
        folder: Some(own.unwrap_or_else(|| claims.join(REFERENCE))),
        exclusions: Vec::new(),
    };
    let job = Scan {
        layout: Layout::find("tuva").expect("the layout"),
        paths: InputPaths {
            folder: Some(claims),
            ..InputPaths::default()
        },
        out: folder.path().join("out"),
        config: Config::default(),
        reference: reference.clone(),
        edits: None,
        as_of: None,
        keep: None,
        show_values: false,
        with_phi: false,
    };
    let checked = check(&job, &folder.path().join("work")).expect("claims that can be read");
    let canonical = &checked.canonical;
    let reference = Reference::load(&reference).expect("reference tables");
    let join = Statement::new(JOIN, "one join on a key", 1, Purpose::Grain).expect("a statement");
    let one = || {
        let begun = Instant::now();
        let rows = canonical.each_bucket(&reference, |tables| join.run(&tables));
        assert!(rows.expect("rows").iter().any(|r| r.num_rows() > 0));
        begun.elapsed().as_secs_f64()
    };
    // The second time, as the edits, over files that the system has at hand.
    let join = one().min(one());
    println!("{} lines in {} buckets", made.lines, canonical.buckets);
    println!(
        "one join on a key {join:.2} s\n\n| edit | lines found | seconds | joins |\n|---|---|---|---|"
    );
    let runs = |edit: &&Edit| checked.runnable.contains(&edit.name);
    for edit in edits(None).expect("edits").iter().filter(runs) {
        let (found, seconds) = timed(edit, canonical, &reference);
        println!(
            "| `{}` | {found} | {seconds:.2} | {:.1} |",
            edit.name,
            seconds / join
        );
    }
}

fn timed(edit: &Edit, canonical: &Canonical, reference: &Reference) -> (usize, f64) {
    let begun = Instant::now();
    let further = grains(&[edit], canonical, reference).expect("grains");
    let hits = canonical.each_bucket(reference, |mut tables| {
        tables.extend(
            further
                .iter()
                .flatten()
                .map(|(n, t)| (n.clone(), t.clone())),
        );
        run_edit(edit, &tables)
    });
    let found = hits.expect("lines").iter().map(Vec::len).sum();
    (found, begun.elapsed().as_secs_f64())
}
