//! Conformal p-values, cross-fitted: how rare is a row's score among scores that were all given by
//! models that had not seen the row they score.
//!
//! Bates, Candès, Lei, Romano & Sesia, *Testing for outliers with conformal p-values*, Annals of
//! Statistics 2023. There a clean sample calibrates; here the other rows of the group do, so the
//! outliers among them make the p-values larger, never smaller, and a group's p-values are spread
//! over 1/n … 1 by their construction: they order rows and cap what a tiny group can claim.

use ndarray::{ArrayView2, Axis};
use rand::seq::SliceRandom;

use super::method::{Method, Usable, together};
use super::{Rows, Scores, stream};
use crate::stats::Skip;

/// Folds by default, as cross-validation commonly has it (Hastie, Tibshirani & Friedman, *The
/// Elements of Statistical Learning*, 2009, section 7.10).
pub const FOLDS: usize = 5;

/// One p-value a row of the matrix; NaN where the row cannot be scored.
///
/// p = (1 + number of other rows whose out-of-fold score is at least as high) / n, so p ≥ 1/n: no
/// row of a tiny group can have a small one. The folds are drawn from the seed.
///
/// # Errors
/// Where a fold's model cannot be made: too few rows, no spread.
pub fn conformal(
    method: &Method,
    matrix: ArrayView2<f64>,
    folds: usize,
    seed: u64,
) -> Result<Vec<f64>, Skip> {
    let scores = out_of_fold(method, matrix, folds, seed)?;
    Ok(p_values(&scores.raw))
}

/// The score of each row by the models of the other folds.
///
/// # Errors
/// Where a fold's model cannot be made.
pub fn out_of_fold(
    method: &Method,
    matrix: ArrayView2<f64>,
    folds: usize,
    seed: u64,
) -> Result<Scores, Skip> {
    let usable = Usable::new(matrix)?;
    let rows = usable.matrix.nrows();
    if rows < folds.max(2) {
        return Err(Skip::TooFew {
            found: rows,
            needed: folds.max(2),
        });
    }
    let members = members(rows, folds.max(2), seed);
    let scores = together(method, |detector| {
        let mut raw = vec![f64::NAN; rows];
        for held in &members {
            let mut is_held = vec![false; rows];
            for row in held {
                is_held[*row] = true;
            }
            let rest: Vec<usize> = (0..rows).filter(|row| !is_held[*row]).collect();
            let train = usable.matrix.select(Axis(0), &rest);
            let test = usable.matrix.select(Axis(0), held);
            let scores = detector.score(train.view(), Rows::New(test.view()), seed)?;
            for (row, score) in held.iter().zip(scores.raw) {
                raw[*row] = score;
            }
        }
        Ok(Scores::plain(raw))
    })?;
    Ok(usable.restore(scores))
}

/// The rows of each fold, ascending.
fn members(rows: usize, folds: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..rows).collect();
    order.shuffle(&mut stream(seed, u64::MAX - 1));
    let mut members = vec![Vec::new(); folds];
    for (at, row) in order.into_iter().enumerate() {
        members[at % folds].push(row);
    }
    for fold in &mut members {
        fold.sort_unstable();
    }
    members
}

/// (1 + others at least as high) / rows with a score.
fn p_values(scores: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = scores.iter().copied().filter(|s| !s.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len();
    scores
        .iter()
        .map(|score| {
            if score.is_nan() {
                return f64::NAN;
            }
            // The row itself is the 1.
            let at_least = n - sorted.partition_point(|other| other < score);
            at_least as f64 / n as f64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use rand_distr::{Distribution, StandardNormal};

    #[test]
    fn p_values_count_who_is_at_least_as_strange() {
        let p = p_values(&[3.0, 1.0, 3.0, f64::NAN, 2.0]);
        assert_eq!(p[..3], [0.5, 1.0, 0.5]);
        assert!(p[3].is_nan());
        assert!((p[4] - 0.75).abs() < 1e-15);
    }

    #[test]
    fn folds_hold_each_row_once_and_are_even() {
        let folds = members(103, 5, 9);
        let mut all: Vec<usize> = folds.iter().flatten().copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..103).collect::<Vec<_>>());
        assert!(folds.iter().all(|f| (20..=21).contains(&f.len())));
    }

    #[test]
    fn p_values_are_spread_evenly_where_nothing_is_strange() {
        let mut random = stream(11, 0);
        let rows = Array2::from_shape_simple_fn((400, 3), || StandardNormal.sample(&mut random));
        for name in Method::names() {
            let method = Method::named(name).unwrap();
            let p = conformal(&method, rows.view(), FOLDS, 1).unwrap();
            let least = p.iter().copied().fold(1.0, f64::min);
            assert!(least >= 1.0 / 400.0, "{name}");
            for level in [0.05, 0.25] {
                let below = p.iter().filter(|p| **p <= level).count() as f64 / 400.0;
                assert!(below <= level + 1e-9, "{name}: {below} at {level}");
            }
        }
    }
}
