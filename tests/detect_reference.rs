//! The outlier detectors against scikit-learn and PyOD on the same arrays.
//! `tests/reference/detect.py` writes what is read here.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use claimhound::detect::copod::Copod;
use claimhound::detect::dbscan::Dbscan;
use claimhound::detect::ecod::Ecod;
use claimhound::detect::gaussian_mixture::{self, Mixture};
use claimhound::detect::hbos::Hbos;
use claimhound::detect::knn::Knn;
use claimhound::detect::lof::Lof;
use claimhound::detect::mahalanobis::Mahalanobis;
use claimhound::detect::method::{Method, score};
use claimhound::detect::pca::Pca;
use claimhound::detect::scatter::{squared_lengths, whiten};
use claimhound::detect::standardise::{Side, standardise};
use claimhound::detect::{Detector, Rows, k_means, optics};
use claimhound::stats::Skip;
use flate2::read::GzDecoder;
use ndarray::{Array1, Array2, Axis};
use serde::Deserialize;

type Matrix = Vec<Vec<f64>>;

#[derive(Deserialize)]
struct Exact {
    rows: Matrix,
    unit: Matrix,
    train: usize,
    knn: Vec<f64>,
    knn_new: Vec<f64>,
    lof: Vec<f64>,
    lof_new: Vec<f64>,
    ecod: Vec<f64>,
    ecod_new: Vec<f64>,
    copod: Vec<f64>,
    copod_new: Vec<f64>,
    hbos: Vec<f64>,
    hbos_new: Vec<f64>,
    pca: Vec<f64>,
    k_means_start: Matrix,
    k_means_centres: Matrix,
    k_means: Vec<f64>,
    cblof: Vec<f64>,
    cblof_large: usize,
    location: Vec<f64>,
    scatter: Matrix,
    mahalanobis: Vec<f64>,
    mcd_rows: Matrix,
    mcd: Vec<f64>,
    gmm_means: Matrix,
    gmm_weights: Vec<f64>,
    gmm_variances: Vec<f64>,
    gmm_fitted: Matrix,
    gmm: Vec<f64>,
    dbscan: Vec<Partition>,
    optics: Vec<Walk>,
}

#[derive(Deserialize)]
struct Partition {
    eps: f64,
    points: usize,
    core: Vec<bool>,
    noise: Vec<bool>,
}

#[derive(Deserialize)]
struct Walk {
    points: usize,
    core: Vec<f64>,
    /// −1 where infinite.
    reach: Vec<f64>,
}

#[derive(Deserialize)]
struct OutlierSet {
    name: String,
    rows: usize,
    columns: usize,
    outliers: usize,
    isolation_forest_auc: f64,
    isolation_forest_sd: f64,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference/detect")
}

fn unzipped(name: &str) -> String {
    let mut text = String::new();
    GzDecoder::new(File::open(folder().join(name)).expect("reference numbers"))
        .read_to_string(&mut text)
        .expect("reference numbers");
    text
}

fn exact() -> Exact {
    serde_json::from_str(&unzipped("exact.json.gz")).expect("numbers in the declared shape")
}

fn matrix(rows: &Matrix) -> Array2<f64> {
    let values = rows.iter().flatten().copied().collect();
    Array2::from_shape_vec((rows.len(), rows[0].len()), values).expect("rows of one length")
}

fn agrees(name: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{name}");
    for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (found - expected).abs();
        assert!(
            difference <= 1e-6 * expected.abs().max(1e-3),
            "{name}, row {row}: {found} for {expected}"
        );
    }
}

fn own(detector: &dyn Detector, rows: &Array2<f64>) -> Vec<f64> {
    detector
        .score(rows.view(), Rows::Own, 0)
        .expect("scores")
        .raw
}

/// Trains on the first rows and scores the others.
fn new(detector: &dyn Detector, rows: &Array2<f64>, train: usize) -> Vec<f64> {
    let (train, new) = rows.view().split_at(Axis(0), train);
    detector
        .score(train, Rows::New(new), 0)
        .expect("scores")
        .raw
}

/// Spearman's correlation, for values without ties.
fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let ranks = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|x, y| values[*x].total_cmp(&values[*y]));
        let mut ranks = vec![0.0; values.len()];
        order
            .iter()
            .zip(0..)
            .for_each(|(at, rank)| ranks[*at] = f64::from(rank));
        ranks
    };
    let n = a.len() as f64;
    let squares: f64 = ranks(a)
        .iter()
        .zip(ranks(b))
        .map(|(a, b)| (a - b).powi(2))
        .sum();
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}

/// Part of the pairs of an outlier and another row in which the outlier scores higher; ties count
/// half.
fn roc_auc(scores: &[f64], labels: &[bool]) -> f64 {
    let of = |wanted: bool| {
        let pairs = scores.iter().zip(labels);
        pairs
            .filter(move |(_, label)| **label == wanted)
            .map(|(score, _)| *score)
    };
    let (mut wins, mut pairs) = (0.0, 0.0);
    for outlier in of(true) {
        for other in of(false) {
            pairs += 1.0;
            wins += if outlier > other {
                1.0
            } else if outlier < other {
                0.0
            } else {
                0.5
            };
        }
    }
    wins / pairs
}

#[test]
fn neighbour_distances_and_factors_agree() {
    let exact = exact();
    let rows = matrix(&exact.rows);
    let (knn, lof) = (Knn { neighbours: 5 }, Lof { neighbours: 20 });
    agrees("knn", &own(&knn, &rows), &exact.knn);
    agrees("knn, new", &new(&knn, &rows, exact.train), &exact.knn_new);
    agrees("lof", &own(&lof, &rows), &exact.lof);
    agrees("lof, new", &new(&lof, &rows, exact.train), &exact.lof_new);
}

#[test]
fn sums_over_columns_agree() {
    let exact = exact();
    let (rows, unit) = (matrix(&exact.rows), matrix(&exact.unit));
    let hbos = Hbos { bins: 10 };
    agrees("ecod", &own(&Ecod, &rows), &exact.ecod);
    agrees(
        "ecod, new",
        &new(&Ecod, &rows, exact.train),
        &exact.ecod_new,
    );
    agrees("copod", &own(&Copod, &rows), &exact.copod);
    agrees(
        "copod, new",
        &new(&Copod, &rows, exact.train),
        &exact.copod_new,
    );
    agrees("hbos", &own(&hbos, &unit), &exact.hbos);
    agrees(
        "hbos, new",
        &new(&hbos, &unit, exact.train),
        &exact.hbos_new,
    );
}

#[test]
fn reconstruction_errors_agree() {
    let exact = exact();
    let pca = Pca { explained: 0.9 };
    agrees("pca", &own(&pca, &matrix(&exact.rows)), &exact.pca);
}

#[test]
fn k_means_from_the_same_start_agrees() -> Result<(), Skip> {
    let exact = exact();
    let rows = matrix(&exact.rows);
    let centres = k_means::centres_from(rows.view(), &matrix(&exact.k_means_start), 1e-12)?;
    let expected = matrix(&exact.k_means_centres);
    agrees(
        "centres",
        centres.as_slice().expect("contiguous"),
        expected.as_slice().expect("contiguous"),
    );
    let distances = k_means::distances(rows.view(), &centres).raw;
    agrees("k-means distance", &distances, &exact.k_means);
    let large = k_means::large(rows.view(), &centres);
    assert_eq!(large.nrows(), exact.cblof_large);
    agrees(
        "cblof",
        &k_means::distances(rows.view(), &large).raw,
        &exact.cblof,
    );
    Ok(())
}

#[test]
fn mahalanobis_distance_of_the_same_location_and_scatter_agrees() -> Result<(), Skip> {
    let exact = exact();
    let (rows, location) = (matrix(&exact.rows), Array1::from(exact.location.clone()));
    let w = whiten(rows.view(), location.view(), matrix(&exact.scatter).view())?;
    agrees(
        "mahalanobis",
        &squared_lengths(w.view()),
        &exact.mahalanobis,
    );
    // FastMCD draws other starts than PyOD's: the bulk found, and so the order, is nearly the same.
    let order = spearman(&own(&Mahalanobis, &matrix(&exact.mcd_rows)), &exact.mcd);
    assert!(order > 0.99, "{order}");
    Ok(())
}

#[test]
fn a_mixture_from_the_same_start_agrees() -> Result<(), Skip> {
    let exact = exact();
    let rows = matrix(&exact.rows);
    let start = Mixture {
        weights: exact.gmm_weights.clone(),
        means: matrix(&exact.gmm_means),
        covariances: vec![Array2::from_diag(&Array1::from(exact.gmm_variances.clone())); 3],
    };
    let fitted = gaussian_mixture::fit(rows.view(), start)?;
    let expected = matrix(&exact.gmm_fitted);
    for (found, expected) in fitted.means.iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-6, "{found} for {expected}");
    }
    let scores: Vec<f64> = fitted
        .log_density(rows.view())?
        .iter()
        .map(|l| -l)
        .collect();
    agrees("mixture", &scores, &exact.gmm);
    Ok(())
}

#[test]
fn core_and_noise_rows_are_identical() {
    let exact = exact();
    let rows = matrix(&exact.rows);
    for case in exact.dbscan {
        let dbscan = Dbscan {
            min_points: case.points,
            epsilon: Some(case.eps),
        };
        let scores = own(&dbscan, &rows);
        let core: Vec<bool> = scores.iter().map(|s| *s == 0.0).collect();
        let noise: Vec<bool> = scores.iter().map(|s| *s > 1.0).collect();
        assert!(
            case.noise.contains(&true) && case.core.contains(&true),
            "{}",
            case.eps
        );
        assert_eq!(core, case.core, "core at {} {}", case.eps, case.points);
        assert_eq!(noise, case.noise, "noise at {} {}", case.eps, case.points);
    }
}

#[test]
fn reachabilities_from_the_same_first_row_agree() {
    let exact = exact();
    let rows = matrix(&exact.rows);
    for case in exact.optics {
        let core = optics::core_distances(rows.view(), case.points);
        agrees("core distance", &core, &case.core);
        let mut reach = optics::reachability(rows.view(), &core, 0);
        assert!(reach[0].is_infinite());
        reach[0] = -1.0;
        agrees("reachability", &reach, &case.reach);
    }
}

#[test]
fn isolation_forest_finds_as_much_as_scikit_learns_on_public_sets() {
    let text = std::fs::read_to_string(folder().join("sets.json")).expect("the sets");
    let sets: Vec<OutlierSet> = serde_json::from_str(&text).expect("the sets");
    let method = Method::named("isolation_forest").expect("registered");
    let (mut within, mut sum) = (0, 0.0);
    for set in &sets {
        let table = unzipped(&format!("sets/{}.csv.gz", set.name));
        let mut rows: Vec<Vec<f64>> = table
            .lines()
            .map(|line| {
                line.split(',')
                    .map(|v| v.parse().expect("a number"))
                    .collect()
            })
            .collect();
        let labels: Vec<bool> = rows.iter_mut().map(|r| r.pop() == Some(1.0)).collect();
        let rows = standardise(matrix(&rows).view(), Side::Both);
        assert_eq!(rows.dim(), (set.rows, set.columns), "{}", set.name);
        assert_eq!(
            labels.iter().filter(|l| **l).count(),
            set.outliers,
            "{}",
            set.name
        );
        let aucs = (0..10).map(|seed| {
            let scores = score(&method, rows.view(), seed).expect("scores");
            roc_auc(&scores.raw, &labels)
        });
        let difference = aucs.sum::<f64>() / 10.0 - set.isolation_forest_auc;
        println!("{:<22} {difference:+.4}", set.name);
        sum += difference;
        within += usize::from(difference.abs() <= 0.01);
        // Two means of ten seeds differ by this much by their seeds alone, once in 370 sets.
        let band = 3.0 * set.isolation_forest_sd * (2.0_f64 / 10.0).sqrt();
        assert!(
            difference.abs() <= 0.01_f64.max(band),
            "{}: {difference}",
            set.name
        );
    }
    assert!(within >= 10, "{within} of {} sets within 0.01", sets.len());
    assert!((sum / sets.len() as f64).abs() <= 0.005, "{sum}");
}
