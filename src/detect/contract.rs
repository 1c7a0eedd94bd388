//! What every detector of the registry promises, and the ensemble with them.

use ndarray::{Array2, ArrayView2, Axis, Slice};
use rand::seq::SliceRandom;
use rand_distr::{Distribution, StandardNormal};

use super::conformal::{FOLDS, conformal, out_of_fold};
use super::method::{Method, score};
use super::{REGISTRY, Rows, Scores, stream};
use crate::stats::Skip;

const SEED: u64 = 5;
const ROWS: usize = 240;
const COLUMNS: usize = 4;
/// The planted row: beyond the others in every column, and against their correlation.
const PLANTED: usize = 137;

/// Correlated normal rows, of which one is far out.
fn planted() -> Array2<f64> {
    let mut random = stream(99, 0);
    let mut rows =
        Array2::<f64>::from_shape_simple_fn((ROWS, COLUMNS), || StandardNormal.sample(&mut random));
    for mut row in rows.outer_iter_mut() {
        let common: f64 = StandardNormal.sample(&mut random);
        row.mapv_inplace(|v| 0.6 * v + 0.8 * common);
    }
    for column in 0..COLUMNS {
        rows[[PLANTED, column]] = if column % 2 == 0 { 7.0 } else { -7.0 };
    }
    rows
}

fn for_each(mut check: impl FnMut(&str, &Method)) {
    for name in Method::names() {
        check(name, &Method::named(name).expect("a registered method"));
    }
}

fn scored(name: &str, method: &Method, rows: ArrayView2<f64>) -> Scores {
    score(method, rows, SEED).unwrap_or_else(|skip| panic!("{name}: {skip}"))
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

#[test]
fn names_are_unique_and_sources_are_given() {
    let mut names = Method::names();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), REGISTRY.len() + 1);
    for entry in REGISTRY {
        assert!(
            entry.title.len() > 10 && entry.source.len() > 10,
            "{}",
            entry.name
        );
    }
    assert!(Method::named("no_such_method").is_none());
}

#[test]
fn one_finite_score_a_row_and_shares_that_sum_to_one() {
    let rows = planted();
    for_each(|name, method| {
        let scores = scored(name, method, rows.view());
        assert_eq!(scores.raw.len(), ROWS, "{name}");
        assert!(scores.raw.iter().all(|s| s.is_finite()), "{name}");
        assert!(scores.skipped.is_empty(), "{name}");
        if let Some(shares) = scores.shares {
            assert_eq!(shares.dim(), (ROWS, COLUMNS), "{name}");
            for row in shares.outer_iter() {
                let sum = row.sum();
                assert!(row.iter().all(|s| *s >= 0.0), "{name}");
                assert!((sum - 1.0).abs() < 1e-9 || sum == 0.0, "{name}: {sum}");
            }
        }
    });
}

#[test]
fn the_planted_row_is_strangest_within_and_out_of_fold() {
    let rows = planted();
    for_each(|name, method| {
        let scores = scored(name, method, rows.view());
        let strangest = (0..ROWS).max_by(|a, b| scores.raw[*a].total_cmp(&scores.raw[*b]));
        assert_eq!(strangest, Some(PLANTED), "{name}");
        let p = conformal(method, rows.view(), FOLDS, SEED).expect(name);
        // Bins and quantiles of other rows tie what lies beyond them all.
        assert!(p[PLANTED] <= 4.0 / ROWS as f64, "{name}: {}", p[PLANTED]);
    });
}

#[test]
fn the_strange_column_has_the_largest_share() {
    let mut rows = planted();
    rows.row_mut(PLANTED)
        .assign(&ndarray::array![0.1, 0.0, 6.0, -0.1]);
    for_each(|name, method| {
        let scores = scored(name, method, rows.view());
        if let Some(shares) = scores.shares {
            let row = shares.row(PLANTED);
            assert!(row.iter().all(|s| *s <= row[2]), "{name}: {row}");
        }
    });
}

#[test]
fn the_same_call_gives_the_same_bits_on_any_number_of_threads() {
    let rows = planted();
    for_each(|name, method| {
        let once = scored(name, method, rows.view());
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let again = pool
                .expect("threads")
                .install(|| scored(name, method, rows.view()));
            assert_eq!(bits(&once.raw), bits(&again.raw), "{name}");
        }
    });
}

#[test]
fn the_order_of_the_rows_changes_no_bit() {
    let mut rows = planted();
    // Equal rows too: which of them came first must not matter.
    for copy in 0..30 {
        let original = rows.row(copy).to_owned();
        rows.row_mut(copy + 30).assign(&original);
    }
    let mut order: Vec<usize> = (0..ROWS).collect();
    order.shuffle(&mut stream(1, 1));
    let shuffled = rows.select(Axis(0), &order);
    for_each(|name, method| {
        let straight = scored(name, method, rows.view());
        let other = scored(name, method, shuffled.view());
        let back: Vec<f64> = order.iter().map(|row| straight.raw[*row]).collect();
        assert_eq!(bits(&back), bits(&other.raw), "{name}");
        if let (Some(a), Some(b)) = (straight.shares, other.shares) {
            assert_eq!(a.select(Axis(0), &order), b, "{name}");
        }
        let p = conformal(method, rows.view(), FOLDS, SEED).expect(name);
        let q = conformal(method, shuffled.view(), FOLDS, SEED).expect(name);
        let back: Vec<f64> = order.iter().map(|row| p[*row]).collect();
        assert_eq!(bits(&back), bits(&q), "{name}");
    });
}

#[test]
fn a_new_row_has_the_same_score_in_any_company() {
    let rows = planted();
    let train = rows.slice_axis(Axis(0), Slice::from(..200));
    let new = rows.slice_axis(Axis(0), Slice::from(200..));
    for entry in REGISTRY {
        let detector = (entry.make)();
        let together = detector
            .score(train, Rows::New(new), SEED)
            .expect(entry.name);
        for row in [0, 17] {
            let alone = new.slice_axis(Axis(0), Slice::from(row..=row));
            let alone = detector
                .score(train, Rows::New(alone), SEED)
                .expect(entry.name);
            let difference = (alone.raw[0] - together.raw[row]).abs();
            assert!(
                difference <= 1e-12 * together.raw[row].abs(),
                "{}",
                entry.name
            );
        }
    }
}

#[test]
fn a_constant_column_changes_little_and_breaks_nothing() {
    let rows = planted();
    let mut wider = Array2::from_elem((ROWS, COLUMNS + 1), 3.0);
    wider
        .slice_axis_mut(Axis(1), Slice::from(..COLUMNS))
        .assign(&rows);
    for_each(|name, method| {
        let scores = scored(name, method, wider.view());
        assert!(scores.raw.iter().all(|s| s.is_finite()), "{name}");
        let strangest = (0..ROWS).max_by(|a, b| scores.raw[*a].total_cmp(&scores.raw[*b]));
        assert_eq!(strangest, Some(PLANTED), "{name}");
        if let Some(shares) = scores.shares {
            assert!(shares.column(COLUMNS).iter().all(|s| *s == 0.0), "{name}");
        }
    });
}

#[test]
fn nothing_is_said_of_equal_rows_few_rows_or_none() {
    let equal = Array2::from_elem((50, 3), 2.0);
    let one = Array2::from_elem((1, 3), 2.0);
    for_each(|name, method| {
        assert_eq!(
            score(method, equal.view(), SEED).err(),
            Some(Skip::NoSpread),
            "{name}"
        );
        for rows in [Array2::zeros((0, 3)), Array2::zeros((5, 0)), one.clone()] {
            let found = score(method, rows.view(), SEED);
            assert!(
                matches!(found, Err(Skip::TooFew { .. })),
                "{name}: {found:?}"
            );
            assert!(
                out_of_fold(method, rows.view(), FOLDS, SEED).is_err(),
                "{name}"
            );
        }
        // A tiny group gets a number or a reason, never a panic.
        for n in 2..30 {
            let rows = planted();
            let few = rows.slice_axis(Axis(0), Slice::from(..n));
            if let Ok(scores) = score(method, few, SEED) {
                assert!(scores.raw.iter().all(|s| s.is_finite()), "{name} of {n}");
            }
            let _ = conformal(method, few, FOLDS, SEED);
        }
    });
}

#[test]
fn missing_and_infinite_values_get_a_reason_or_the_centre() {
    let mut rows = planted();
    rows[[0, 1]] = f64::NAN;
    rows.row_mut(1)
        .slice_axis_mut(Axis(0), Slice::from(..3))
        .fill(f64::NAN);
    rows[[2, 0]] = f64::INFINITY;
    let mut filled = planted();
    filled[[0, 1]] = 0.0;
    let kept: Vec<usize> = (0..ROWS).filter(|row| ![1, 2].contains(row)).collect();
    let filled = filled.select(Axis(0), &kept);
    for_each(|name, method| {
        let scores = scored(name, method, rows.view());
        let reasons: Vec<(usize, Skip)> = vec![
            (
                1,
                Skip::TooFew {
                    found: 1,
                    needed: 2,
                },
            ),
            (2, Skip::NonFinite),
        ];
        assert_eq!(scores.skipped, reasons, "{name}");
        assert!(scores.raw[1].is_nan() && scores.raw[2].is_nan(), "{name}");
        let clean = scored(name, method, filled.view());
        let others: Vec<f64> = kept.iter().map(|row| scores.raw[*row]).collect();
        assert_eq!(bits(&others), bits(&clean.raw), "{name}");
    });
}

#[test]
fn hardly_different_and_huge_values_stay_finite() {
    let rows = planted();
    for_each(|name, method| {
        for scale in [1e-100, 1e100] {
            let scores = score(method, (&rows * scale).view(), SEED);
            if let Ok(scores) = scores {
                assert!(
                    scores.raw.iter().all(|s| s.is_finite()),
                    "{name} at {scale}"
                );
            }
        }
        // Two values only, as a yes-or-no column has them.
        let binary = rows.mapv(|v| f64::from(u8::from(v > 1.5)));
        match score(method, binary.view(), SEED) {
            Ok(scores) => assert!(scores.raw.iter().all(|s| s.is_finite()), "{name}"),
            // Sixteen different rows are too few places for some.
            Err(skip) => assert!(matches!(skip, Skip::TooFew { .. }), "{name}: {skip}"),
        }
    });
}
