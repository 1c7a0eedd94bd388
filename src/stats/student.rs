//! Quantiles of Student's t, for the limits of an estimate.

use statrs::function::beta::beta_reg;
use statrs::function::gamma::ln_gamma;

use super::tails::normal_quantile_above;

/// Steps after which a bracket has shrunk below any rounding.
const MAX_STEPS: usize = 200;

/// P(T > t) for Student's t at t ≥ 0, for any degrees of freedom: through the probability of
/// [−t, t], which keeps its digits where t² is small against the degrees of freedom.
fn above(t: f64, freedom: f64) -> f64 {
    if t <= 0.0 {
        return 0.5;
    }
    0.5 * (1.0 - beta_reg(0.5, 0.5 * freedom, t * t / (freedom + t * t)))
}

fn density(t: f64, freedom: f64) -> f64 {
    let half = 0.5 * (freedom + 1.0);
    let ln_scale =
        ln_gamma(half) - ln_gamma(0.5 * freedom) - 0.5 * (freedom * std::f64::consts::PI).ln();
    (ln_scale - half * (t * t / freedom).ln_1p()).exp()
}

/// Degrees of freedom from which the expansion about the normal is exact to twelve digits, while
/// the incomplete beta function begins to lose some.
const EXPANSION_FROM: f64 = 2000.0;

/// Quantile by its expansion about the normal's (Abramowitz and Stegun 26.7.5).
fn expanded(z: f64, freedom: f64) -> f64 {
    let s = z * z;
    let terms = [
        z * (s + 1.0) / 4.0,
        z * ((5.0 * s + 16.0) * s + 3.0) / 96.0,
        z * (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0,
    ];
    z + (terms[0] + (terms[1] + terms[2] / freedom) / freedom) / freedom
}

/// The t with P(T > t) = p, for 0 < p < 1 and degrees of freedom of at least 1: Newton's steps
/// within a bracket. Agrees with scipy to 1e-9 for p from 0.005 to 0.4 (`tests/audit/reference.rs`).
#[must_use]
pub fn student_quantile_above(p: f64, freedom: f64) -> f64 {
    if p > 0.5 {
        return -student_quantile_above(1.0 - p, freedom);
    }
    if freedom >= EXPANSION_FROM {
        return expanded(normal_quantile_above(p), freedom);
    }
    let (mut low, mut high) = (0.0, normal_quantile_above(p).max(1.0));
    while above(high, freedom) > p {
        low = high;
        high *= 2.0;
    }
    let mut t = 0.5 * (low + high);
    for _ in 0..MAX_STEPS {
        let excess = above(t, freedom) - p;
        if excess > 0.0 {
            low = t;
        } else {
            high = t;
        }
        let newton = t + excess / density(t, freedom);
        let next = if newton > low && newton < high {
            newton
        } else {
            0.5 * (low + high)
        };
        if (next - t).abs() <= 4.0 * f64::EPSILON * next.abs() {
            return next;
        }
        t = next;
    }
    t
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_forms_at_one_and_two_degrees_of_freedom() {
        for p in [0.005, 0.05, 0.1, 0.25, 0.49] {
            let cauchy = 1.0 / (std::f64::consts::PI * p).tan();
            let two = (1.0 - 2.0 * p) / (2.0 * p * (1.0 - p)).sqrt();
            assert!((student_quantile_above(p, 1.0) / cauchy - 1.0).abs() < 1e-12);
            assert!((student_quantile_above(p, 2.0) / two - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_expansion_takes_over_without_a_step() {
        for p in [0.005, 0.05, 0.1, 0.4] {
            let below = student_quantile_above(p, EXPANSION_FROM - 1e-6);
            let beyond = student_quantile_above(p, EXPANSION_FROM);
            assert!((below / beyond - 1.0).abs() < 1e-11, "{p} {below} {beyond}");
        }
    }

    #[test]
    fn both_sides_mirror_and_the_middle_is_zero() {
        assert!(student_quantile_above(0.5, 7.0).abs() < 1e-12);
        let (low, high) = (
            student_quantile_above(0.9, 7.0),
            student_quantile_above(0.1, 7.0),
        );
        assert!((low + high).abs() < 1e-12);
    }

    #[test]
    fn many_degrees_of_freedom_come_close_to_the_normal() {
        let normal = normal_quantile_above(0.05);
        let many = student_quantile_above(0.05, 1e7);
        assert!(many > normal && many - normal < 1e-6);
    }
}
