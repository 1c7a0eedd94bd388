//! Input that has no answer gives a reason, and never a NaN or a panic.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};

use super::{MeasureCells, MeasureTests, Place, score_measure};
use crate::features::measure::Measure;
use crate::stats::uniform::splitmix64;

/// Entity, half, numerator, denominator and sum of squares.
type Cell = (usize, i64, i64, i64, i64);

fn measure(kind: &str) -> Measure {
    toml::from_str(&format!(
        "name = \"m\"\ntitle = \"m\"\nscheme = \"s\"\nkind = \"{kind}\"\ncells = \"c\"\nlines = \"l\"\n\
         unit = \"visit\"\nminimum_denominator = 1\nminimum_ratio = 1.3\nsource = \"none\""
    ))
    .expect("a measure")
}

fn scored(kind: &str, entities: usize, cells: &[Cell]) -> MeasureTests {
    let measure = measure(kind);
    let names: Vec<String> = (0..entities).map(|e| format!("{e:06}")).collect();
    let number = |of: fn(&Cell) -> i64| -> ArrayRef {
        Arc::new(cells.iter().map(of).collect::<Int64Array>())
    };
    let word = |of: &dyn Fn(&Cell) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(cells.iter().map(of)))
    };
    let batch = RecordBatch::try_from_iter([
        ("provider_id", word(&|c| names[c.0].clone())),
        ("stratum", word(&|_| "s".into())),
        ("parent", word(&|_| "p".into())),
        ("half", number(|c| c.1)),
        ("numerator", number(|c| c.2)),
        ("denominator", number(|c| c.3)),
        ("square", number(|c| c.4)),
    ])
    .expect("a batch");
    let ids: Vec<&str> = names.iter().map(String::as_str).collect();
    let cells = MeasureCells::new(&batch, &measure, &ids).expect("cells");
    let places = vec![Place::default(); entities];
    let keys: Vec<u64> = (0..entities as u64).map(splitmix64).collect();
    let tests = score_measure(&measure, &cells, &places, &keys, 30);
    for test in &tests.tests {
        match &test.outcome {
            Ok(s) => {
                let figures = [s.p.p, s.p.p_list, s.ratio.mean, s.ratio.lower, s.score.d];
                assert!(figures.iter().all(|x| x.is_finite()), "{test:?}");
                assert!(s.p.p > 0.0 && s.p.p <= 1.0 && s.p.p_list <= 1.0, "{test:?}");
            }
            Err(why) => assert!(!why.is_empty()),
        }
    }
    tests
}

fn reasons(tests: &MeasureTests) -> Vec<&str> {
    let mut all: Vec<&str> = tests
        .tests
        .iter()
        .filter_map(|t| t.outcome.as_ref().err().map(String::as_str))
        .collect();
    all.dedup();
    all
}

#[test]
fn a_group_of_one_has_too_few_peers() {
    let tests = scored("share", 1, &[(0, 0, 3, 10, 0)]);
    assert_eq!(
        reasons(&tests),
        ["fewer than 30 peers with enough volume, however wide the group"]
    );
}

#[test]
fn a_constant_measure_has_no_spread() {
    let log = 4 * 65_536;
    let cells: Vec<Cell> = (0..50)
        .map(|e| (e, 0, 10 * log, 10, 10 * log * log))
        .collect();
    let tests = scored("mean", 50, &cells);
    assert_eq!(reasons(&tests), ["no spread: most values are equal"]);
}

#[test]
fn a_heap_with_a_few_beside_it_has_no_spread() {
    let log = |e: usize| if e < 40 { 4 * 65_536 } else { 5 * 65_536 };
    let cells: Vec<Cell> = (0..50)
        .map(|e| (e, 0, 10 * log(e), 10, 10 * log(e) * log(e)))
        .collect();
    let tests = scored("mean", 50, &cells);
    assert_eq!(reasons(&tests), ["no spread: most values are equal"]);
}

#[test]
fn zero_denominators_are_no_entities() {
    let cells: Vec<Cell> = (0..50).map(|e| (e, 0, 0, 0, 0)).collect();
    for kind in ["share", "rate", "mean"] {
        assert!(scored(kind, 50, &cells).tests.is_empty(), "{kind}");
    }
}

#[test]
fn counts_that_are_all_zero_or_all_full_single_out_nobody() {
    for (kind, full) in [("share", 0), ("rate", 0), ("share", 1)] {
        let cells: Vec<Cell> = (0..60)
            .map(|e| (e, 0, full * (10 + e as i64), 10 + e as i64, 0))
            .collect();
        let tests = scored(kind, 60, &cells);
        let unusual = |t: &&super::Test| t.outcome.as_ref().is_ok_and(|s| s.p.p < 0.2);
        assert_eq!(
            tests.tests.iter().filter(unusual).count(),
            0,
            "{kind} {full}"
        );
    }
}

#[test]
fn one_provider_with_all_the_volume_is_no_norm() {
    for kind in ["share", "rate"] {
        let mut cells: Vec<Cell> = (0..60).map(|e| (e, 0, 3 + (e % 5) as i64, 20, 0)).collect();
        cells[59] = (59, 0, 900_000_000, 1_000_000_000, 0);
        let tests = scored(kind, 60, &cells);
        let low = |t: &&super::Test| t.outcome.as_ref().is_ok_and(|s| s.p.p < 0.01);
        let found: Vec<usize> = tests.tests.iter().filter(low).map(|t| t.entity).collect();
        assert!(found.is_empty() || found == [59], "{kind} {found:?}");
        assert_eq!(tests.tests.len(), 60);
    }
}

#[test]
fn amounts_of_zero_are_a_value_like_any_other() {
    // ln 1 = 0 for half of the lines; the others spread.
    let cells: Vec<Cell> = (0..60)
        .map(|e| {
            let log = if e % 3 == 0 { 0 } else { 1000 * e as i64 };
            (e, (e % 2) as i64, 8 * log, 8, 8 * log * log)
        })
        .collect();
    assert_eq!(scored("mean", 60, &cells).tests.len(), 60);
}
