//! What a peer group's width may be, seen from its members alone.

use super::null::Null;
use super::tails::NORMAL_FROM;

/// What a group's τ² may be, with its weight.
///
/// What a group of a few dozen tells is its total variance at the noise of its
/// typical entity, T = τ² + v: the estimate is T times a chi-square over its
/// degrees of freedom, 2 T² over the variance of the estimate. So τ² is
/// T̂ ν / χ²_ν − v, not below 0. For an entity with the typical noise this is
/// Student's t with ν degrees of freedom; a larger one, whose own noise is
/// small, is not judged as if its width were unknown to an order of magnitude.
#[derive(Debug, Clone, Copy)]
pub(super) struct Width {
    pub weight: f64,
    pub tau2: f64,
}

impl Width {
    pub fn all(null: &Null) -> impl Iterator<Item = Width> {
        let tau2 = null.tau * null.tau;
        let noise = null.typical_variance;
        let total = tau2 + noise;
        let freedom = if null.tau2_variance > 0.0 {
            2.0 * total * total / null.tau2_variance
        } else {
            f64::INFINITY
        };
        let factors = inverse_chi_square(freedom);
        let at = move |(weight, factor): (f64, f64)| Width {
            weight,
            tau2: if freedom < NORMAL_FROM {
                (total * factor - noise).max(0.0)
            } else {
                tau2
            },
        };
        factors.into_iter().map(at)
    }
}

/// V, with ν / V chi-squared with ν degrees of freedom, as (weight, V) of a trapezoidal rule over
/// ln V, whose density falls off on both sides faster than any power: a dozen nodes give the tails
/// of a normal mixed over V, which are Student's, to a part in a thousand. V is 1 where ν is
/// infinite.
pub(super) fn inverse_chi_square(freedom: f64) -> Vec<(f64, f64)> {
    /// Nodes' distance in standard deviations of ln V.
    const STEP: f64 = 1.25;
    /// Weight, relative to the centre's, at which the nodes end: low V changes no tail, high V is
    /// the tail.
    const NEGLIGIBLE: [f64; 2] = [1e-4, 1e-7];
    /// More nodes than any ν takes.
    const MOST: i32 = 100;
    if freedom >= NORMAL_FROM {
        return vec![(1.0, 1.0)];
    }
    let half_nu = 0.5 * freedom;
    let step = STEP / half_nu.sqrt();
    let density = |u: f64| (-half_nu * (u + (-u).exp_m1())).exp();
    let mut lowest = 0.0;
    while density(lowest - step) > NEGLIGIBLE[0] {
        lowest -= step;
    }
    let mut nodes: Vec<(f64, f64)> = (0..MOST)
        .map(|j| lowest + f64::from(j) * step)
        .take_while(|&u| u <= 0.0 || density(u) > NEGLIGIBLE[1])
        .map(|u| (density(u), u.exp()))
        .collect();
    let total: f64 = nodes.iter().map(|(weight, _)| weight).sum();
    for (weight, _) in &mut nodes {
        *weight /= total;
    }
    nodes
}
