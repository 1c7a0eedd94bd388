//! Null, false discoveries, power and fairness of whole runs: generated claims through `scan`.
//!
//! `cargo bench --bench end_to_end` makes 30 sets without anything planted and 10 with every scheme
//! planted, scans each, and prints the tables kept in `benches/README.md`. Numbers after `--` are
//! providers, sets without and sets with plants: `-- 3000 30 10`.

mod generated;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::{Array, RecordBatch};
use claimhound::batch::{boolean, float, int, read_table, text, text_at};
use claimhound::detect::method::{Method, score};
use claimhound::evaluate::read_labels;
use ndarray::Array2;

const LEVELS: [f64; 3] = [0.01, 0.05, 0.10];
/// An honest provider with a smaller p counts as unusual in the table of fairness.
const UNUSUAL: f64 = 0.01;
const DECILES: usize = 10;

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let number = |at: usize, usual: usize| numbers.get(at).copied().unwrap_or(usual);
    let (providers, clean, planted) = (number(0, 3_000), number(1, 30), number(2, 10));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (mut with_case, mut fairness) = ([0; LEVELS.len()], Fairness::default());
    for seed in 0..clean {
        let run = scanned(folder.path(), providers, seed as u64, true);
        for (level, runs) in LEVELS.iter().zip(&mut with_case) {
            *runs += usize::from(!run.listed(*level).is_empty());
        }
        fairness.add(&run);
    }
    println!("\n{clean} sets of {providers} providers without plants");
    for (level, runs) in LEVELS.iter().zip(with_case) {
        println!("  level {level:.2}: {runs} runs with a statistical case");
    }
    fairness.print();
    let mut parts = LEVELS.map(|_| (Vec::new(), Vec::new()));
    for seed in 0..planted {
        let run = scanned(folder.path(), providers, 1_000 + seed as u64, false);
        for (level, (falsely, found)) in LEVELS.iter().zip(&mut parts) {
            let listed = run.listed(*level);
            let right = listed
                .iter()
                .filter(|id| run.planted.contains(**id))
                .count();
            falsely.push((listed.len() - right) as f64 / listed.len().max(1) as f64);
            found.push(right as f64);
        }
    }
    println!("\n{planted} sets of {providers} providers with every scheme planted");
    for (level, (falsely, found)) in LEVELS.iter().zip(&parts) {
        let (mean, error) = mean_and_error(falsely);
        println!(
            "  level {level:.2}: false part {mean:.3} ± {error:.3}, planted found {:.1} a run",
            mean_and_error(found).0
        );
    }
}

/// What is needed of one run.
struct Run {
    entities: RecordBatch,
    tests: RecordBatch,
    /// Providers planted with any scheme.
    planted: BTreeSet<String>,
}

fn scanned(folder: &Path, providers: usize, seed: u64, clean: bool) -> Run {
    let (claims, run) = generated::scanned(folder, providers, seed, clean);
    let table = |name: &str| {
        let path = run.join(name);
        read_table(&path).expect("a table").expect("rows")
    };
    let labels = read_labels(&claims.join("labels.csv")).expect("labels");
    let read = Run {
        entities: table("entities.parquet"),
        tests: table("tests.parquet"),
        planted: labels
            .into_iter()
            .filter(|l| l.planted && l.entity_type == "provider")
            .map(|l| l.entity_id)
            .collect(),
    };
    generated::remove(folder);
    read
}

impl Run {
    /// Providers on the statistical list at a level.
    fn listed(&self, level: f64) -> Vec<&str> {
        let q = float(&self.entities, "q_value").expect("q_value");
        self.providers()
            .filter(|(row, _)| !q.is_null(*row) && q.value(*row) <= level)
            .map(|(_, id)| id)
            .collect()
    }

    /// Rows of `entities` that are tested providers.
    fn providers(&self) -> impl Iterator<Item = (usize, &str)> {
        let kind = text(&self.entities, "entity_type").expect("entity_type");
        let id = text(&self.entities, "entity_id").expect("entity_id");
        let tested = boolean(&self.entities, "tested").expect("tested");
        (0..self.entities.num_rows())
            .filter(|row| kind.value(*row) == "provider" && tested.value(*row))
            .map(|row| (row, id.value(row)))
    }
}

/// How often honest providers of each size look unusual, by three methods.
#[derive(Default)]
struct Fairness {
    /// By decile of claims: tests, those with p below [`UNUSUAL`], those with such a naive p.
    tests: [[usize; 3]; DECILES],
    /// By decile: providers, those among the first hundredth of the isolation forest.
    forest: [[usize; 2]; DECILES],
}

impl Fairness {
    fn add(&mut self, run: &Run) {
        let claims = int(&run.entities, "claim_count").expect("claim_count");
        let mut sizes: Vec<(i64, &str)> = run
            .providers()
            .map(|(row, id)| (claims.value(row), id))
            .collect();
        sizes.sort_unstable();
        let decile: BTreeMap<&str, usize> = sizes
            .iter()
            .enumerate()
            .map(|(rank, (_, id))| (*id, rank * DECILES / sizes.len()))
            .collect();
        let (id, measure) = (
            text(&run.tests, "entity_id").expect("entity_id"),
            text(&run.tests, "measure").expect("measure"),
        );
        let column = |name: &str| float(&run.tests, name).expect("a column of numbers");
        let (p, observed, expected) = (column("p_value"), column("observed"), column("expected"));
        let denominator = column("denominator");
        let counted = boolean(&run.tests, "counted").expect("counted");
        let mut rows: BTreeMap<&str, BTreeMap<&str, f64>> = BTreeMap::new();
        let mut measures = BTreeSet::new();
        for row in 0..run.tests.num_rows() {
            let Some(&decile) = decile.get(id.value(row)) else {
                continue;
            };
            let scored = !p.is_null(row) && !counted.is_null(row) && counted.value(row);
            let (Some(name), true) = (text_at(measure, row), scored) else {
                continue;
            };
            let (n, o, e) = (
                denominator.value(row),
                observed.value(row),
                expected.value(row),
            );
            let naive = (o - e) * n / (e * n).max(0.5).sqrt();
            let counts = &mut self.tests[decile];
            counts[0] += 1;
            counts[1] += usize::from(p.value(row) < UNUSUAL);
            // The normal quantile of one in a hundred.
            counts[2] += usize::from(naive > 2.326);
            rows.entry(id.value(row)).or_default().insert(name, naive);
            measures.insert(name);
        }
        self.add_forest(&rows, &measures.into_iter().collect::<Vec<_>>(), &decile);
    }

    fn add_forest(
        &mut self,
        rows: &BTreeMap<&str, BTreeMap<&str, f64>>,
        measures: &[&str],
        decile: &BTreeMap<&str, usize>,
    ) {
        let mut matrix = Array2::zeros((rows.len(), measures.len()));
        for (row, values) in rows.values().enumerate() {
            for (column, name) in measures.iter().enumerate() {
                matrix[[row, column]] = values.get(name).copied().unwrap_or(0.0);
            }
        }
        let forest = Method::named("isolation_forest").expect("a registered method");
        let scores = score(&forest, matrix.view(), 1).expect("scores").raw;
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let first: BTreeSet<usize> = order.into_iter().take(scores.len() / 100).collect();
        for (row, id) in rows.keys().enumerate() {
            let counts = &mut self.forest[decile[id]];
            counts[0] += 1;
            counts[1] += usize::from(first.contains(&row));
        }
    }

    fn print(&self) {
        println!("\n| decile of claims | p < 0.01 | naive z, p < 0.01 | first 1 % of a forest |");
        println!("|---|---|---|---|");
        let part = |of: usize, all: usize| 100.0 * of as f64 / all.max(1) as f64;
        for (decile, (tests, forest)) in self.tests.iter().zip(&self.forest).enumerate() {
            println!(
                "| {} | {:.2} % | {:.1} % | {:.1} % |",
                decile + 1,
                part(tests[1], tests[0]),
                part(tests[2], tests[0]),
                part(forest[1], forest[0])
            );
        }
    }
}

/// Mean and its standard error.
fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    (mean, (variance / n).sqrt())
}
