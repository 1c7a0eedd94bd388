//! Columns on comparable scales, and the side that is suspicious.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use crate::stats::scale::median;

/// Deviations beyond this many spreads count as this many, as the measures' matrix has it: a single
/// wild value cannot drown every other column of its row.
pub const MOST: f64 = 8.0;

/// Which strange rows are sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// Strange and high: values below a column's middle count as the middle.
    High,
    /// Strange and low: values above a column's middle count as the middle.
    Low,
    /// Strange in any way.
    #[default]
    Both,
}

/// Each column less its median, in units of its standard deviation, within ± [`MOST`]; on the
/// suspicious side only: `High` makes negative values 0, `Low` makes positive values 0 and turns the
/// sign, so that suspicious is positive either way. What is missing (NaN) stays missing; a constant
/// column is 0.
///
/// Clipping before scoring, rather than choosing among the scores afterwards, keeps the meaning of
/// every method: a row is strange by what is high in it, and a row that is strange only by what is
/// low looks like the middle.
#[must_use]
pub fn standardise(matrix: ArrayView2<f64>, side: Side) -> Array2<f64> {
    let mut out = matrix.to_owned();
    for mut column in out.axis_iter_mut(Axis(1)) {
        let (centre, spread) = centre_and_spread(column.view());
        column.mapv_inplace(|value| {
            let z = if spread > 0.0 || value.is_nan() {
                ((value - centre) / spread).clamp(-MOST, MOST)
            } else {
                0.0
            };
            match side {
                _ if z.is_nan() => f64::NAN,
                Side::Both => z,
                Side::High => z.max(0.0),
                Side::Low => (-z).max(0.0),
            }
        });
    }
    out
}

/// Median and standard deviation of what is there; spread 0 for a constant column.
fn centre_and_spread(column: ArrayView1<f64>) -> (f64, f64) {
    let mut present: Vec<f64> = column.iter().copied().filter(|v| !v.is_nan()).collect();
    // Sums in the order of the values: the rows' order cannot reach them.
    present.sort_unstable_by(f64::total_cmp);
    let Some(centre) = median(&present) else {
        return (0.0, 0.0);
    };
    if present.first() == present.last() {
        return (centre, 0.0);
    }
    // Scaled by the largest first: squares of very large values stay finite.
    let largest = present
        .iter()
        .fold(0.0_f64, |a, v| a.max((v - centre).abs()));
    let n = present.len() as f64;
    let unit = |v: &f64| (v - centre) / largest;
    let mean = present.iter().map(unit).sum::<f64>() / n;
    let variance = present
        .iter()
        .map(|v| (unit(v) - mean).powi(2))
        .sum::<f64>()
        / n;
    (centre, variance.sqrt() * largest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn one_side_is_clipped_at_the_middle() {
        let column = array![[1.0], [2.0], [3.0], [f64::NAN]];
        let spread = (2.0_f64 / 3.0).sqrt();
        let high = standardise(column.view(), Side::High);
        assert_eq!(high.column(0).to_vec()[..3], [0.0, 0.0, 1.0 / spread]);
        assert!(high[[3, 0]].is_nan());
        let low = standardise(column.view(), Side::Low);
        assert_eq!(low.column(0).to_vec()[..3], [1.0 / spread, 0.0, 0.0]);
        let both = standardise(column.view(), Side::Both);
        assert_eq!(
            both.column(0).to_vec()[..3],
            [-1.0 / spread, 0.0, 1.0 / spread]
        );
    }

    #[test]
    fn constant_and_empty_columns_say_nothing() {
        let rows = array![[5.0, f64::NAN], [5.0, f64::NAN]];
        let out = standardise(rows.view(), Side::Both);
        assert_eq!(out.column(0).to_vec(), [0.0, 0.0]);
        assert!(out.column(1).iter().all(|v| v.is_nan()));
    }
}
