//! The whole `scan` of 1 and 5 million generated lines: seconds by stage, peak memory, and the
//! ratio to reading the needed columns alone. Run with `cargo bench --bench scan`.
//!
//! Each scan is a process of its own, so that its peak memory is its own; the program writes both
//! into `timings.json`.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use claimhound::synth::{SynthConfig, generate};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

const SEED: u64 = 42;
const SIZES: [(u64, usize); 2] = [(1_000_000, 3_000), (5_000_000, 15_000)];
/// Columns without which no scan can do.
const NEEDED: [&str; 12] = [
    "claim_id",
    "claim_line_number",
    "claim_type",
    "person_id",
    "claim_start_date",
    "hcpcs_code",
    "service_unit_quantity",
    "rendering_npi",
    "facility_npi",
    "charge_amount",
    "allowed_amount",
    "paid_amount",
];

fn main() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let mut totals = Vec::new();
    for (lines, providers) in SIZES {
        let claims = folder.path().join(format!("claims-{lines}"));
        let config = SynthConfig {
            providers,
            seed: SEED,
            lines: Some(lines),
            clean: false,
        };
        let summary = generate(&config, &claims).expect("synthetic claims");
        let floor = read_needed(&claims.join("medical_claim.parquet"));
        let out = folder.path().join(format!("out-{lines}"));
        let started = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_claimhound"))
            .args(["--quiet", "scan"])
            .arg(&claims)
            .arg("--out")
            .arg(&out)
            .stdout(std::process::Stdio::null())
            .status()
            .expect("scan");
        let seconds = started.elapsed().as_secs_f64();
        assert!(status.success(), "the scan failed");
        let timings =
            std::fs::read_to_string(out.join("latest").join("timings.json")).expect("timings");
        let stages: serde_json::Value = serde_json::from_str(&timings).expect("timings");
        println!("\n{} lines, {} providers", summary.lines, providers);
        let mut peak = 0;
        for stage in stages.as_array().expect("stages") {
            peak = peak.max(stage["peak_bytes"].as_u64().unwrap_or(0));
            println!(
                "  {:<12} {:>8.2} s",
                stage["stage"].as_str().unwrap_or(""),
                stage["seconds"].as_f64().unwrap_or(0.0)
            );
        }
        println!(
            "  whole        {seconds:>8.2} s, {:.1} x reading the needed columns ({floor:.2} s)",
            seconds / floor
        );
        println!("  peak memory  {:>8.0} MiB", peak as f64 / 1_048_576.0);
        totals.push((seconds, peak as f64));
        let _ = std::fs::remove_dir_all(&claims);
        let _ = std::fs::remove_dir_all(&out);
    }
    if let [small, large] = totals[..] {
        println!(
            "\nfrom 1 to 5 million lines: time x {:.2}, peak memory x {:.2}",
            large.0 / small.0,
            large.1 / small.1
        );
    }
}

/// Seconds to read the needed columns on one thread.
fn read_needed(path: &Path) -> f64 {
    let started = Instant::now();
    let file = std::fs::File::open(path).expect("claims");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).expect("claims");
    let mask = ProjectionMask::columns(builder.parquet_schema(), NEEDED);
    let reader = builder.with_projection(mask).build().expect("claims");
    let rows: usize = reader.map(|batch| batch.expect("claims").num_rows()).sum();
    assert!(rows > 0);
    started.elapsed().as_secs_f64()
}
