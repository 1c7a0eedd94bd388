//! On simulated tables: correlated normal and heavy-tailed honest entities, and some that are
//! shifted a little in every measure.

use ndarray::Array2;

use super::*;
use crate::peers::Level;
use crate::stats::draws::Draws;
use crate::stats::multiplicity::{TRUNCATED_AT, benjamini_hochberg, cauchy_combination};
use crate::stats::tails::normal_above;
use crate::stats::uniform::{splitmix64, uniform};

const GROUPS: usize = 4;
const ROWS: usize = 250;
const COLUMNS: usize = 8;
/// Correlation of honest measures by one common leaning.
const COMMON: f64 = 0.2;

/// Honest rows, the first `shifted` of each group moved by `shift` in every column.
fn simulated(seed: u64, heavy: bool, shifted: usize, shift: f64) -> Array2<f64> {
    let mut draws = Draws::new(seed);
    let draw = |draws: &mut Draws| if heavy { draws.t5() } else { draws.normal() };
    let mut z = Array2::zeros((GROUPS * ROWS, COLUMNS));
    for (row, mut values) in z.outer_iter_mut().enumerate() {
        let leaning = draw(&mut draws);
        values.mapv_inplace(|_| COMMON.sqrt() * leaning + (1.0 - COMMON).sqrt() * draw(&mut draws));
        if row % ROWS < shifted {
            values += shift;
        }
    }
    z
}

fn groups() -> Vec<PeerGroup> {
    (0..GROUPS)
        .map(|g| {
            let members: Vec<usize> = (g * ROWS..(g + 1) * ROWS).collect();
            PeerGroup {
                key: g.to_string(),
                level: Level::Taxonomy,
                judged: members.clone(),
                members,
            }
        })
        .collect()
}

fn keys(seed: u64) -> Vec<u64> {
    (0..(GROUPS * ROWS) as u64)
        .map(|row| splitmix64(row ^ splitmix64(seed)))
        .collect()
}

fn judged(z: &Array2<f64>, keys: &[u64]) -> Profiles {
    let sizes: Vec<f64> = keys.iter().map(|k| uniform(k ^ 1)).collect();
    let table = Table {
        z: z.view(),
        keys,
        sizes: &sizes,
    };
    profiles(&table, &groups())
}

fn p_values(profiles: &Profiles) -> Vec<f64> {
    let p = profiles.profiles.iter();
    p.map(|p| p.outcome.as_ref().map_or(f64::NAN, |f| f.p.p))
        .collect()
}

#[test]
fn honest_profiles_are_unusual_as_often_as_they_should() {
    for heavy in [false, true] {
        let (mut below, mut listed, runs) = ([0; 2], 0, 5);
        for seed in 0..runs {
            let found = judged(&simulated(seed, heavy, 0, 0.0), &keys(seed));
            let p = p_values(&found);
            for (count, level) in below.iter_mut().zip([0.05, 0.01]) {
                *count += p.iter().filter(|p| **p < level).count();
            }
            listed += usize::from(benjamini_hochberg(&p).iter().any(|q| *q <= 0.05));
            assert!(found.admission.counts(false), "{:?}", found.admission);
        }
        let all = (runs as usize * GROUPS * ROWS) as f64;
        let part = below.map(|count| count as f64 / all);
        assert!((0.035..0.065).contains(&part[0]), "{heavy}: {part:?}");
        assert!((0.004..0.018).contains(&part[1]), "{heavy}: {part:?}");
        assert!(listed <= 1, "{heavy}: {listed} of {runs} runs with a case");
    }
}

#[test]
fn a_small_shift_of_all_is_found_that_none_shows() {
    // One in fifty is moved by 2 in every column.
    let shifted = ROWS / 50;
    let z = simulated(11, false, shifted, 2.0);
    let found = judged(&z, &keys(11));
    let p = p_values(&found);
    let alone: Vec<f64> = z
        .outer_iter()
        .map(|row| {
            let p: Vec<f64> = row.iter().map(|z| normal_above(*z)).collect();
            cauchy_combination(&p, &[1.0; COLUMNS], TRUNCATED_AT).expect("p-values")
        })
        .collect();
    let count = |p: &[f64]| {
        let q = benjamini_hochberg(p);
        let listed: Vec<usize> = (0..q.len()).filter(|i| q[*i] <= 0.05).collect();
        let right = listed.iter().filter(|i| **i % ROWS < shifted).count();
        (right, listed.len() - right)
    };
    let (with, without) = (count(&p), count(&alone));
    println!("together {with:?}, one by one {without:?} (right, wrong)");
    assert!(with.0 > without.0 && with.1 <= 2, "{with:?} {without:?}");
    // Every measure has its part of a shift in all of them.
    let first = found.profiles[0].outcome.as_ref().expect("scored");
    assert_eq!(first.present, COLUMNS);
    assert!(!first.shares.is_empty() && first.shares.iter().all(|s| s.1 < 0.7));
}

#[test]
fn low_on_everything_is_no_lead() {
    let z = simulated(12, false, 5, -4.0);
    let p = p_values(&judged(&z, &keys(12)));
    let low = (0..GROUPS * ROWS).filter(|row| row % ROWS < 5);
    assert!(low.into_iter().all(|row| p[row] > 0.5));
}

#[test]
fn rows_with_too_little_get_a_reason() {
    let mut z = simulated(14, false, 0, 0.0);
    for column in 0..5 {
        z[[3, column]] = f64::NAN;
    }
    for row in ROWS..2 * ROWS {
        for column in 2..COLUMNS {
            z[[row, column]] = f64::NAN;
        }
    }
    z[[4, 0]] = f64::NAN;
    let found = judged(&z, &keys(14));
    let why = |row: usize| found.profiles[row].outcome.as_ref().err().cloned();
    assert_eq!(
        why(3).as_deref(),
        Some("fewer than half of its peers' 8 measures scored")
    );
    assert_eq!(
        why(ROWS).as_deref(),
        Some("fewer than 3 measures scored for most of its peers")
    );
    assert_eq!(why(4), None);
    assert!(found.nulls[1].0.is_err());
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let z = simulated(15, true, 3, 2.0);
    let once = p_values(&judged(&z, &keys(15)));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let again = pool
        .expect("threads")
        .install(|| p_values(&judged(&z, &keys(15))));
    let bits = |p: &[f64]| p.iter().map(|p| p.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&once), bits(&again));
}
