//! Every detector on one matrix: seconds and the process's peak memory so far. Run with
//! `benches/detect.py`, which makes the matrix, runs this and the reference implementations on it
//! in the same session, and prints the ratios:
//!
//! `cargo bench --bench detect -- MATRIX ROWS COLUMNS [METHOD…]`
//!
//! MATRIX holds little-endian doubles, row by row. Without arguments a small matrix is made.

use std::time::Instant;

use claimhound::detect::method::{Method, score};
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SEED: u64 = 42;
const SMALL: (usize, usize) = (5_000, 20);

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let (rows, methods) = if let [path, rows, columns, methods @ ..] = &arguments[..] {
        let shape = (
            rows.parse().expect("rows"),
            columns.parse().expect("columns"),
        );
        (read(path, shape), methods.to_vec())
    } else {
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let rows = Array2::from_shape_simple_fn(SMALL, || random.random());
        (rows, Vec::new())
    };
    for name in Method::names() {
        if !methods.is_empty() && !methods.iter().any(|m| m == name) {
            continue;
        }
        let method = Method::named(name).expect("a registered method");
        let started = Instant::now();
        let scores = score(&method, rows.view(), SEED).expect("scores");
        let seconds = started.elapsed().as_secs_f64();
        assert!(scores.raw.iter().all(|s| s.is_finite()));
        println!("{name} {seconds:.3} {}", peak_mebibytes());
    }
}

fn read(path: &str, shape: (usize, usize)) -> Array2<f64> {
    let bytes = std::fs::read(path).expect("the matrix");
    let values = bytes
        .chunks_exact(8)
        .map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes")))
        .collect();
    Array2::from_shape_vec(shape, values).expect("rows × columns doubles")
}

/// Highest resident memory of the process so far, as Linux counts it.
fn peak_mebibytes() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .map_or(0, |kibibytes| kibibytes / 1024)
}
