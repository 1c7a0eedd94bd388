//! Lloyd's steps of k-means as products of matrices.
//!
//! Lloyd, *Least squares quantization in PCM*, IEEE Transactions on Information Theory 1982. linfa's
//! k-means measures every row against every centre one by one, and counts the old centre as one
//! more row of its cluster, which slows the last steps; on 100,000 rows that is several times
//! scikit-learn's time. Here a block of rows is compared with all centres by one product.

use ndarray::{Array1, Array2, ArrayView2, Axis};
use rayon::prelude::*;

/// Rows of one product and one partial sum: fixed, so that the number of threads cannot reach a sum.
const CHUNK: usize = 1024;

/// Sums of the rows nearest to each centre, and their numbers.
struct Sums {
    rows: Array2<f64>,
    counts: Vec<f64>,
}

/// Moves centres (cluster × column) to the means of their nearest rows (row × column) until all
/// together move by at most `tolerance`, in units of the matrix. A centre without rows stays.
///
/// `None` where they still move after `most_steps`.
#[must_use]
pub fn lloyd(
    rows: ArrayView2<f64>,
    start: &Array2<f64>,
    tolerance: f64,
    most_steps: usize,
) -> Option<Array2<f64>> {
    // About the mean, so that a common offset does not eat the digits of the products.
    let mean = rows.mean_axis(Axis(0))?;
    let mut centres = start - &mean;
    for _ in 0..most_steps {
        let next = step(rows, &mean, &centres);
        let moved = (&next - &centres).mapv_into(|v| v * v).sum().sqrt();
        centres = next;
        if moved <= tolerance {
            return Some(centres + &mean);
        }
    }
    None
}

/// The means of the rows nearest to each centre, all less `mean`.
fn step(rows: ArrayView2<f64>, mean: &Array1<f64>, centres: &Array2<f64>) -> Array2<f64> {
    // |x − c|² is least where x·c − |c|²/2 is most.
    let halves: Array1<f64> = centres.outer_iter().map(|c| 0.5 * c.dot(&c)).collect();
    let partial: Vec<Sums> = rows
        .axis_chunks_iter(Axis(0), CHUNK)
        .into_par_iter()
        .map(|chunk| {
            let chunk = &chunk - mean;
            let mut sums = Sums {
                rows: Array2::zeros(centres.dim()),
                counts: vec![0.0; centres.nrows()],
            };
            let near = chunk.dot(&centres.t()) - &halves;
            for (row, near) in chunk.outer_iter().zip(near.outer_iter()) {
                let mut best = 0;
                for (cluster, value) in near.iter().enumerate() {
                    if *value > near[best] {
                        best = cluster;
                    }
                }
                let mut sum = sums.rows.row_mut(best);
                sum += &row;
                sums.counts[best] += 1.0;
            }
            sums
        })
        .collect();
    let mut next = Array2::zeros(centres.dim());
    let mut counts = vec![0.0; centres.nrows()];
    for sums in &partial {
        next += &sums.rows;
        for (count, part) in counts.iter_mut().zip(&sums.counts) {
            *count += part;
        }
    }
    for ((mut next, count), old) in next.outer_iter_mut().zip(counts).zip(centres.outer_iter()) {
        if count > 0.0 {
            next /= count;
        } else {
            next.assign(&old);
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn two_steps_by_hand() {
        // From 0 and 4: {0, 1} and {5, 9}, so ½ and 7, where they rest.
        let rows = array![[0.0], [1.0], [5.0], [9.0]];
        let found = lloyd(rows.view(), &array![[0.0], [4.0]], 0.0, 2);
        assert_eq!(found, Some(array![[0.5], [7.0]]));
        assert_eq!(lloyd(rows.view(), &array![[0.0], [4.0]], 0.0, 1), None);
    }

    #[test]
    fn a_centre_without_rows_stays_and_equal_centres_give_the_first_all() {
        let rows = array![[0.0, 1.0], [2.0, 1.0]];
        let start = array![[1.0, 1.0], [1.0, 1.0], [50.0, 1.0]];
        assert_eq!(lloyd(rows.view(), &start, 0.0, 9), Some(start));
    }

    #[test]
    fn a_far_offset_does_not_mix_clusters() {
        let rows = Array2::from_shape_fn((4_000, 2), |(row, column)| {
            1e9 + (row % 2) as f64 + 1e-3 * ((row * 7 + column) % 10) as f64
        });
        let start = array![[1e9, 1e9], [1e9 + 0.6, 1e9 + 0.6]];
        let found = lloyd(rows.view(), &start, 1e-9, 50).expect("two clusters");
        let gap = &found.row(1) - &found.row(0);
        assert!(gap.iter().all(|g| (g - 1.0).abs() < 2e-3), "{gap}");
    }
}
