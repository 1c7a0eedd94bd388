//! Rows in an order of their own, so that the order they came in cannot reach a result.

use std::cmp::Ordering;

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Slice};

use super::Scores;

/// Lexicographic order by the columns from the left; −0 equals 0.
fn compare(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Ordering {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a + 0.0).total_cmp(&(b + 0.0)))
        .find(|o| o.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// The positions of the rows in lexicographic order of their values.
#[must_use]
pub fn sorted(matrix: ArrayView2<f64>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..matrix.nrows()).collect();
    order.sort_by(|&a, &b| compare(matrix.row(a), matrix.row(b)));
    order
}

/// Each different row once, sorted, and for each row of the matrix the position of its like.
#[must_use]
pub fn distinct(matrix: ArrayView2<f64>) -> (Array2<f64>, Vec<usize>) {
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
    (matrix.select(Axis(0), &kept), position)
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
    fn equal_rows_share_their_mean() {
        let rows = array![[1.0], [2.0], [2.0]];
        let mut scores = Scores::plain(vec![9.0, 1.0, 3.0]);
        equalise(rows.view(), &mut scores);
        assert_eq!(scores.raw, [9.0, 2.0, 2.0]);
    }
}
