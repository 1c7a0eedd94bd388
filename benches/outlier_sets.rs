//! ROC-AUC and average precision of every detector on the public outlier sets that
//! `tests/reference/detect.py` stores: the measurement by which the default ensemble was chosen.
//! Prints Markdown; `outlier_sets.md` holds it. Run with `cargo bench --bench outlier_sets`.
//!
//! Columns are standardised as `detect` does; random methods are averaged over five seeds.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use claimhound::detect::REGISTRY;
use claimhound::detect::method::{Method, score};
use claimhound::detect::standardise::{Side, standardise};
use flate2::read::GzDecoder;
use ndarray::Array2;

const SEEDS: u64 = 5;
/// Members tried together, besides every method by itself.
const ENSEMBLES: [&[&str]; 9] = [
    &["extended_isolation_forest", "knn"],
    &["isolation_forest", "knn"],
    &["extended_isolation_forest", "knn", "mahalanobis"],
    &["extended_isolation_forest", "knn", "gaussian_mixture"],
    &["isolation_forest", "knn", "gaussian_mixture"],
    &["extended_isolation_forest", "knn", "pca"],
    &["extended_isolation_forest", "knn", "lof"],
    &["knn", "gaussian_mixture"],
    &["isolation_forest", "knn", "ecod", "mahalanobis"],
];

struct OutlierSet {
    name: String,
    rows: Array2<f64>,
    labels: Vec<bool>,
}

fn main() {
    let sets = sets();
    let mut methods: Vec<(String, Vec<&str>)> = REGISTRY
        .iter()
        .map(|entry| (entry.name.to_owned(), vec![entry.name]))
        .collect();
    methods.extend(ENSEMBLES.iter().map(|m| (m.join(" + "), m.to_vec())));
    let mut table = Vec::new();
    for (name, members) in &methods {
        let figures: Vec<(f64, f64)> = sets.iter().map(|set| figures(members, set)).collect();
        table.push((name.clone(), figures));
    }
    let mean = |figures: &[(f64, f64)], pick: fn(&(f64, f64)) -> f64| {
        figures.iter().map(pick).sum::<f64>() / figures.len() as f64
    };
    println!("| method | mean ROC-AUC | mean average precision | lowest ROC-AUC | mean rank |");
    println!("|---|---:|---:|---:|---:|");
    let mut lines: Vec<_> = table.iter().collect();
    lines.sort_by(|a, b| mean(&b.1, |f| f.0).total_cmp(&mean(&a.1, |f| f.0)));
    for (name, figures) in lines {
        let lowest = figures.iter().map(|f| f.0).fold(1.0, f64::min);
        let rank = (0..sets.len())
            .map(|at| table.iter().filter(|t| t.1[at].0 > figures[at].0).count() + 1)
            .sum::<usize>() as f64
            / sets.len() as f64;
        let (auc, precision) = (mean(figures, |f| f.0), mean(figures, |f| f.1));
        println!("| {name} | {auc:.3} | {precision:.3} | {lowest:.3} | {rank:.1} |");
    }
    println!("\n| set | rows × columns | outliers | {} |", names());
    println!("|---|---:|---:|{}", "---:|".repeat(REGISTRY.len()));
    for (at, set) in sets.iter().enumerate() {
        let outliers = set.labels.iter().filter(|l| **l).count();
        let (rows, columns) = set.rows.dim();
        let cells: Vec<String> = table[..REGISTRY.len()]
            .iter()
            .map(|(_, figures)| format!("{:.3}", figures[at].0))
            .collect();
        println!(
            "| {} | {rows} × {columns} | {outliers} | {} |",
            set.name,
            cells.join(" | ")
        );
    }
}

fn names() -> String {
    REGISTRY.map(|entry| entry.name).join(" | ")
}

/// ROC-AUC and average precision of some detectors together, averaged over the seeds.
fn figures(members: &[&str], set: &OutlierSet) -> (f64, f64) {
    let (mut auc, mut precision) = (0.0, 0.0);
    for seed in 0..SEEDS {
        let detectors = members.iter().map(|name| {
            let entry = REGISTRY.iter().find(|entry| entry.name == *name);
            (entry.expect("a registered detector").make)()
        });
        let method = Method::of("tried", detectors.collect());
        // A method that has nothing to say finds as much as chance does.
        let raw = score(&method, set.rows.view(), seed)
            .map_or_else(|_| vec![0.0; set.labels.len()], |scores| scores.raw);
        let (a, p) = ranking(&raw, &set.labels);
        auc += a / SEEDS as f64;
        precision += p / SEEDS as f64;
    }
    (auc, precision)
}

/// ROC-AUC (ties count half) and average precision (tied rows enter together).
fn ranking(scores: &[f64], labels: &[bool]) -> (f64, f64) {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let positives = labels.iter().filter(|l| **l).count() as f64;
    let negatives = labels.len() as f64 - positives;
    let (mut hits, mut misses, mut auc, mut precision) = (0.0, 0.0, 0.0, 0.0);
    for tied in order.chunk_by(|a, b| scores[*a].total_cmp(&scores[*b]).is_eq()) {
        let new = tied.iter().filter(|at| labels[**at]).count() as f64;
        let others = tied.len() as f64 - new;
        auc += others * (hits + new / 2.0);
        hits += new;
        misses += others;
        precision += new * hits / (hits + misses);
    }
    (auc / (positives * negatives), precision / positives)
}

fn sets() -> Vec<OutlierSet> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference/detect");
    let text = std::fs::read_to_string(folder.join("sets.json")).expect("the sets");
    let listed: Vec<serde_json::Value> = serde_json::from_str(&text).expect("the sets");
    listed
        .iter()
        .map(|set| {
            let name = set["name"].as_str().expect("a name").to_owned();
            let file = File::open(folder.join(format!("sets/{name}.csv.gz"))).expect("a set");
            let mut table = String::new();
            GzDecoder::new(file)
                .read_to_string(&mut table)
                .expect("a set");
            let (mut values, mut labels) = (Vec::new(), Vec::new());
            for line in table.lines() {
                let mut row: Vec<f64> = line
                    .split(',')
                    .map(|v| v.parse().expect("a number"))
                    .collect();
                labels.push(row.pop() == Some(1.0));
                values.extend(row);
            }
            let shape = (labels.len(), values.len() / labels.len());
            let rows = Array2::from_shape_vec(shape, values).expect("rows of one length");
            OutlierSet {
                rows: standardise(rows.view(), Side::Both),
                name,
                labels,
            }
        })
        .collect()
}
