//! Fast minimum covariance determinant: location and scatter of the half of the rows that lies
//! closest together, so that outliers cannot widen it.
//!
//! Rousseeuw & Van Driessen, *A fast algorithm for the minimum covariance determinant estimator*,
//! Technometrics 1999: random starts, concentration steps, nesting for many rows, consistency
//! factor and one reweighting step.

use ndarray::{Array1, Array2, ArrayView2, Axis};
use rand::seq::index::sample;
use rayon::prelude::*;
use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::scatter::{inverse_root, mean_and_covariance, squared_lengths, transformed};
use super::stream;
use crate::stats::Skip;
use crate::stats::scale::median;

/// The paper's figures: starts in all, steps at first, candidates kept, rows of a group above
/// which the rows are split, groups at most.
const STARTS: usize = 500;
const FIRST_STEPS: usize = 2;
const KEPT: usize = 10;
const GROUP: usize = 300;
const GROUPS: usize = 5;
/// Rows of a group for each column, where columns are many.
const GROUP_PER_COLUMN: usize = 5;
/// Steps to convergence at most; the determinant falls at every step.
const MAX_STEPS: usize = 100;
/// Above so many entries only the best candidate is taken to convergence on all rows, as the paper
/// does for large data.
const LARGE: usize = 200_000;
/// Share of the variance of a column (all rows) added to the scatter of a subset, so that a subset
/// that lies in a plane, as subsets of counts often do, has a determinant.
const RIDGE: f64 = 1e-6;
/// Rows beyond this quantile of χ² do not enter the reweighted estimate.
const REWEIGHT: f64 = 0.975;

/// Location and scatter of the bulk.
#[derive(Debug, Clone)]
pub struct Bulk {
    pub location: Array1<f64>,
    pub scatter: Array2<f64>,
}

/// A candidate subset's estimate, on standardised columns.
#[derive(Clone)]
struct Candidate {
    mean: Array1<f64>,
    covariance: Array2<f64>,
    log_determinant: f64,
}

/// Location and scatter of the bulk of the rows. Give the rows in an order of their own: the
/// random starts are drawn by position.
///
/// # Errors
/// Where all rows are equal.
pub fn fast_mcd(rows: ArrayView2<f64>, seed: u64) -> Result<Bulk, Skip> {
    let (mean, covariance) = mean_and_covariance(rows);
    let deviations = covariance
        .diag()
        .mapv(|v| if v > 0.0 { v.sqrt() } else { 1.0 });
    if covariance.diag().iter().all(|v| *v <= 0.0) {
        return Err(Skip::NoSpread);
    }
    let standard = (&rows - &mean) / &deviations;
    let best = best_subset(standard.view(), seed)?;
    let (location, scatter) = reweighted(standard.view(), &best)?;
    let scale = &deviations.view().insert_axis(Axis(1)) * &deviations.view().insert_axis(Axis(0));
    Ok(Bulk {
        location: location * &deviations + &mean,
        scatter: scatter * scale,
    })
}

/// Rows of a subset: just over half, so that the estimate breaks down last.
fn half(rows: usize, columns: usize) -> usize {
    (rows + columns).div_ceil(2).min(rows)
}

fn best_subset(rows: ArrayView2<f64>, seed: u64) -> Result<Candidate, Skip> {
    let (n, d) = rows.dim();
    let h = half(n, d);
    let group = GROUP.max(GROUP_PER_COLUMN * d);
    if n < 2 * group {
        let starts = from_starts(rows, h, STARTS, seed, 0);
        return finish(rows, h, starts);
    }
    let groups = (n / group).min(GROUPS);
    let drawn = sample(&mut stream(seed, u64::MAX), n, groups * group).into_vec();
    let mut candidates = Vec::new();
    for (at, members) in drawn.chunks(group).enumerate() {
        let part = rows.select(Axis(0), members);
        let share = (group * h).div_ceil(n);
        let first = (at * STARTS) as u64;
        candidates.extend(from_starts(
            part.view(),
            share,
            STARTS / groups,
            seed,
            first,
        ));
    }
    let merged = rows.select(Axis(0), &drawn);
    let share = (merged.nrows() * h).div_ceil(n);
    let candidates = stepped(merged.view(), share, candidates);
    finish(rows, h, candidates)
}

/// The best candidates out of random starts of d + 1 rows.
fn from_starts(
    rows: ArrayView2<f64>,
    h: usize,
    starts: usize,
    seed: u64,
    first: u64,
) -> Vec<Candidate> {
    let (n, d) = rows.dim();
    let found = (0..starts as u64)
        .into_par_iter()
        .filter_map(|start| {
            let drawn = sample(&mut stream(seed, first + start), n, (d + 1).min(n)).into_vec();
            let mut candidate = estimate(rows, &drawn).ok()?;
            for _ in 0..FIRST_STEPS {
                candidate = concentrate(rows, h, &candidate).ok()?;
            }
            Some(candidate)
        })
        .collect();
    smallest(found, KEPT)
}

fn stepped(rows: ArrayView2<f64>, h: usize, candidates: Vec<Candidate>) -> Vec<Candidate> {
    let found = candidates
        .into_par_iter()
        .filter_map(|mut candidate| {
            for _ in 0..FIRST_STEPS {
                candidate = concentrate(rows, h, &candidate).ok()?;
            }
            Some(candidate)
        })
        .collect();
    smallest(found, KEPT)
}

/// Concentration steps until the determinant stops falling.
fn finish(rows: ArrayView2<f64>, h: usize, candidates: Vec<Candidate>) -> Result<Candidate, Skip> {
    let keep = if rows.len() > LARGE { 1 } else { KEPT };
    let done = candidates
        .into_iter()
        .take(keep)
        .map(|mut candidate| {
            for _ in 0..MAX_STEPS {
                let next = concentrate(rows, h, &candidate)?;
                let settled = next.log_determinant >= candidate.log_determinant - 1e-12;
                candidate = next;
                if settled {
                    break;
                }
            }
            Ok(candidate)
        })
        .collect::<Result<Vec<_>, Skip>>()?;
    smallest(done, 1).into_iter().next().ok_or(Skip::NoSpread)
}

fn smallest(mut candidates: Vec<Candidate>, count: usize) -> Vec<Candidate> {
    candidates.sort_by(|a, b| a.log_determinant.total_cmp(&b.log_determinant));
    candidates.truncate(count);
    candidates
}

fn estimate(rows: ArrayView2<f64>, members: &[usize]) -> Result<Candidate, Skip> {
    let (mean, covariance) = mean_and_covariance(rows.select(Axis(0), members).view());
    let (_, log_determinant) = inverse_root(&covariance, RIDGE)?;
    Ok(Candidate {
        mean,
        covariance,
        log_determinant,
    })
}

fn distances(rows: ArrayView2<f64>, of: &Candidate) -> Result<Vec<f64>, Skip> {
    let (root, _) = inverse_root(&of.covariance, RIDGE)?;
    let spherical = transformed(rows, of.mean.view(), &root);
    Ok(squared_lengths(spherical.view()))
}

/// The estimate of the h rows nearest to a candidate.
fn concentrate(rows: ArrayView2<f64>, h: usize, from: &Candidate) -> Result<Candidate, Skip> {
    let distances = distances(rows, from)?;
    let mut order: Vec<usize> = (0..rows.nrows()).collect();
    let by_distance = |a: &usize, b: &usize| distances[*a].total_cmp(&distances[*b]).then(a.cmp(b));
    if h < order.len() {
        order.select_nth_unstable_by(h - 1, by_distance);
        order.truncate(h);
        order.sort_unstable();
    }
    estimate(rows, &order)
}

/// Consistent at the normal law, then estimated again from all rows that lie within.
fn reweighted(rows: ArrayView2<f64>, best: &Candidate) -> Result<(Array1<f64>, Array2<f64>), Skip> {
    let law = ChiSquared::new(rows.ncols() as f64).map_err(|_| Skip::NonFinite)?;
    let distances = distances(rows, best)?;
    let middle = median(&distances).ok_or(Skip::NonFinite)?;
    let factor = middle / law.inverse_cdf(0.5);
    let limit = law.inverse_cdf(REWEIGHT) * factor;
    let within: Vec<usize> = (0..rows.nrows())
        .filter(|row| distances[*row] <= limit)
        .collect();
    if within.len() <= rows.ncols() || factor <= 0.0 {
        let mut scatter = best.covariance.clone();
        scatter.diag_mut().mapv_inplace(|v| v + RIDGE);
        return Ok((best.mean.clone(), scatter));
    }
    let (location, mut scatter) = mean_and_covariance(rows.select(Axis(0), &within).view());
    scatter.diag_mut().mapv_inplace(|v| v + RIDGE);
    Ok((location, scatter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_distr::{Distribution, StandardNormal};

    #[test]
    fn a_third_of_outliers_does_not_move_it() {
        for n in [200, 2000] {
            let mut random = stream(3, n as u64);
            let mut rows =
                Array2::from_shape_simple_fn((n, 3), || StandardNormal.sample(&mut random));
            for row in 0..n / 3 {
                rows.row_mut(row).mapv_inplace(|v: f64| 0.1 * v + 30.0);
            }
            let bulk = fast_mcd(rows.view(), 1).unwrap();
            assert!(bulk.location.iter().all(|v| v.abs() < 0.5), "{bulk:?}");
            assert!(
                bulk.scatter.diag().iter().all(|v| (0.5..1.6).contains(v)),
                "{bulk:?}"
            );
        }
    }

    #[test]
    fn more_than_half_in_a_plane_still_has_a_scatter() {
        let mut random = stream(4, 0);
        let mut rows =
            Array2::from_shape_simple_fn((100, 2), || StandardNormal.sample(&mut random));
        for row in 0..70 {
            rows[[row, 1]] = 0.0;
        }
        assert!(fast_mcd(rows.view(), 1).is_ok());
    }
}
