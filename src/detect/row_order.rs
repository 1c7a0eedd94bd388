//! Rows in an order of their own, so that the order they came in cannot reach a result.

use std::cmp::Ordering;

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Slice};
use rayon::prelude::*;

use super::Scores;

/// A value as it is ordered: missing is the centre 0, and −0 is 0.
fn ordinal(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value + 0.0 }
}

/// Lexicographic order by the columns from the left.
fn compare(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Ordering {
    a.iter()
        .zip(b)
        .map(|(a, b)| ordinal(*a).total_cmp(&ordinal(*b)))
        .find(|o| o.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Some positions of rows in lexicographic order of their values, NaN as 0; equal rows as given.
pub fn sort(matrix: ArrayView2<f64>, positions: Vec<usize>) -> Vec<usize> {
    // The first column decides nearly always, and lies together here.
    let first = |row: usize| matrix.row(row).first().map_or(0.0, |v| ordinal(*v));
    let mut keyed: Vec<(f64, usize)> = positions.into_iter().map(|p| (first(p), p)).collect();
    keyed.par_sort_by(|a, b| {
        a.0.total_cmp(&b.0)
            .then_with(|| compare(matrix.row(a.1), matrix.row(b.1)))
    });
    keyed.into_iter().map(|(_, position)| position).collect()
}

/// The positions of all rows in lexicographic order of their values.
#[must_use]
pub fn sorted(matrix: ArrayView2<f64>) -> Vec<usize> {
    sort(matrix, (0..matrix.nrows()).collect())
}

/// The position of the first of each different row, in the order of their values, and for each row of
/// the matrix the place of its like among these.
#[must_use]
pub fn firsts(matrix: ArrayView2<f64>) -> (Vec<usize>, Vec<usize>) {
    let mut kept: Vec<usize> = Vec::new();
    let mut position = vec![0; matrix.nrows()];
    for row in sorted(matrix) {
        let new = kept
            .last()
            .is_none_or(|last| compare(matrix.row(*last), matrix.row(row)).is_ne());
        if new {
            kept.push(row);
        }
        position[row] = kept.len() - 1;
    }
    (kept, position)
}

/// Each different row once, sorted, and for each row of the matrix the position of its like.
#[must_use]
pub fn distinct(matrix: ArrayView2<f64>) -> (Array2<f64>, Vec<usize>) {
    let (kept, position) = firsts(matrix);
    (matrix.select(Axis(0), &kept), position)
}

/// Puts row i at place `to[i]`, where `to` is a permutation, within the matrix.
pub fn permute(matrix: &mut Array2<f64>, mut to: Vec<usize>) {
    for row in 0..to.len() {
        while to[row] != row {
            let place = to[row];
            for column in 0..matrix.ncols() {
                matrix.swap([row, column], [place, column]);
            }
            to.swap(row, place);
        }
    }
}

/// Gives equal rows of a sorted matrix their mean score and shares, so that it cannot matter which
/// of them came first.
pub fn equalise(sorted: ArrayView2<f64>, scores: &mut Scores) {
    let mut start = 0;
    while start < sorted.nrows() {
        let mut end = start + 1;
        while end < sorted.nrows() && compare(sorted.row(start), sorted.row(end)).is_eq() {
            end += 1;
        }
        if end - start > 1 {
            let count = (end - start) as f64;
            let mean = scores.raw[start..end].iter().sum::<f64>() / count;
            scores.raw[start..end].fill(mean);
            if let Some(shares) = &mut scores.shares {
                for column in 0..shares.ncols() {
                    let mut column = shares.column_mut(column);
                    let mut equal = column.slice_axis_mut(Axis(0), Slice::from(start..end));
                    let mean = equal.sum() / count;
                    equal.fill(mean);
                }
            }
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn equal_rows_are_one_and_know_their_like() {
        let rows = array![[2.0, 1.0], [0.0, 5.0], [2.0, 1.0], [-0.0, 5.0], [2.0, 0.0]];
        let (kept, position) = distinct(rows.view());
        assert_eq!(kept, array![[0.0, 5.0], [2.0, 0.0], [2.0, 1.0]]);
        assert_eq!(position, [2, 0, 2, 0, 1]);
    }

    #[test]
    fn firsts_are_the_different_rows_and_missing_is_the_centre() {
        let rows = array![
            [2.0, 1.0],
            [f64::NAN, 5.0],
            [2.0, 1.0],
            [0.0, 5.0],
            [-1.0, 9.0]
        ];
        assert_eq!(firsts(rows.view()).0, [4, 1, 0]);
        assert_eq!(sort(rows.view(), vec![0, 3, 2]), [3, 0, 2]);
    }

    #[test]
    fn rows_go_to_their_places() {
        let mut rows = array![[0.0, 0.5], [1.0, 1.5], [2.0, 2.5], [3.0, 3.5]];
        let to = [2, 0, 1, 3];
        let before = rows.clone();
        permute(&mut rows, to.to_vec());
        for (row, place) in to.into_iter().enumerate() {
            assert_eq!(rows.row(place), before.row(row));
        }
    }

    #[test]
    fn equal_rows_share_their_mean() {
        let rows = array![[1.0], [2.0], [2.0]];
        let mut scores = Scores::plain(vec![9.0, 1.0, 3.0]);
        equalise(rows.view(), &mut scores);
        assert_eq!(scores.raw, [9.0, 2.0, 2.0]);
    }
}
