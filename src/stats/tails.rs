//! Tail probabilities, each summed from its own side so that a tail of 1e-300
//! is as exact as one of 0.1.

use statrs::function::beta::beta_reg;
use statrs::function::erf::{erfc, erfc_inv};

use super::counts::Count;
use super::kind::Direction;

/// Smallest p that is reported; ln, 1 / p and sums of these stay finite.
pub const SMALLEST_P: f64 = 1e-300;

/// Degrees of freedom from which Student's t is taken as normal.
pub const NORMAL_FROM: f64 = 20_000.0;

/// What lies below, at and above an observed count; the three add up to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// P(X < k).
    pub below: f64,
    /// P(X = k).
    pub point: f64,
    /// P(X > k).
    pub above: f64,
}

impl Tails {
    /// P strictly beyond the observation, on the suspicious side.
    pub fn beyond(&self, direction: Direction) -> f64 {
        match direction {
            Direction::High => self.above,
            Direction::Low => self.below,
        }
    }

    /// Mid-p: beyond plus half the observed point (Lancaster 1961), whose mean
    /// under the null is ½ as a continuous p-value's is.
    pub fn mid_p(&self, direction: Direction) -> f64 {
        (self.beyond(direction) + 0.5 * self.point).clamp(SMALLEST_P, 1.0)
    }
}

/// P(X < k), P(X = k) and P(X > k) for a whole number k ≥ 0.
///
/// The side of k away from the mean is summed term by term, outwards from k,
/// until what remains cannot change the sum; the other is its complement.
pub fn tails(count: &Count, k: f64) -> Tails {
    let ln_point = count.ln_probability(k);
    let point = ln_point.exp();
    // Terms are summed relative to the point, which may underflow where the
    // tail does not.
    let scaled = |relative: f64| {
        if relative > 0.0 {
            (ln_point + relative.ln()).exp()
        } else {
            0.0
        }
    };
    if k >= count.mean() {
        let above = scaled(sum_above(count, k)).min(1.0);
        Tails {
            below: (1.0 - above - point).max(0.0),
            point,
            above,
        }
    } else {
        let below = scaled(sum_below(count, k)).min(1.0);
        Tails {
            below,
            point,
            above: (1.0 - below - point).max(0.0),
        }
    }
}

/// Relative size below which a remainder is rounding.
const NEGLIGIBLE: f64 = 1e-17;

fn sum_above(count: &Count, k: f64) -> f64 {
    // Beyond any k the steps are at most the larger of the present one and
    // their limit; a beta-binomial with β < 1 turns up again at its end.
    let limit = match *count {
        Count::NegativeBinomial { mean, size } => mean / (mean + size),
        Count::BetaBinomial { beta, .. } if beta < 1.0 => 1.0,
        _ => 0.0,
    };
    let (mut at, mut term, mut sum) = (k, 1.0_f64, 0.0);
    loop {
        let step = count.step(at);
        term *= step;
        if term <= 0.0 {
            return sum;
        }
        sum += term;
        at += 1.0;
        let bound = step.max(limit);
        if bound < 1.0 && term * bound / (1.0 - bound) < NEGLIGIBLE * sum {
            return sum;
        }
    }
}

fn sum_below(count: &Count, k: f64) -> f64 {
    // A size or α below 1 turns the probabilities up again at 0.
    let unimodal = match *count {
        Count::NegativeBinomial { size, .. } => size >= 1.0,
        Count::BetaBinomial { alpha, .. } => alpha >= 1.0,
        _ => true,
    };
    let (mut at, mut term, mut sum) = (k, 1.0_f64, 0.0);
    while at >= 1.0 {
        let step = 1.0 / count.step(at - 1.0);
        term *= step;
        sum += term;
        at -= 1.0;
        if unimodal && step < 1.0 && term * step / (1.0 - step) < NEGLIGIBLE * sum {
            break;
        }
    }
    sum
}

/// P(Z > z) for a standard normal; at least [`SMALLEST_P`].
pub fn normal_above(z: f64) -> f64 {
    (0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2)).max(SMALLEST_P)
}

/// P(T > t) for Student's t; at least [`SMALLEST_P`].
pub fn student_above(t: f64, freedom: f64) -> f64 {
    if freedom >= NORMAL_FROM {
        return normal_above(t);
    }
    let half = 0.5 * beta_reg(0.5 * freedom, 0.5, freedom / (freedom + t * t));
    if t >= 0.0 {
        half.max(SMALLEST_P)
    } else {
        1.0 - half
    }
}

/// Density of a standard normal.
pub(super) fn normal_density(z: f64) -> f64 {
    const ROOT_OF_INVERSE_TAU: f64 = 0.398_942_280_401_432_7;
    ROOT_OF_INVERSE_TAU * (-0.5 * z * z).exp()
}

/// P(Z + mean · G > y) for a standard normal Z and an exponential G of mean 1.
pub(super) fn modified_normal_above(y: f64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return normal_above(y);
    }
    normal_above(y) + exponential_part(y, 1.0 / mean)
}

/// e^(rate²/2 − rate y) Φ(y − rate): what an exponential of this rate adds to a
/// standard normal's tail, and, times the rate, the density of their sum.
pub(super) fn exponential_part(y: f64, rate: f64) -> f64 {
    /// From here on five steps of Mills' continued fraction suffice, and the
    /// exponential may overflow.
    const FAR: f64 = 5.0;
    let t = rate - y;
    if t < FAR {
        return (0.5 * rate * rate - rate * y).exp()
            * 0.5
            * erfc(t * std::f64::consts::FRAC_1_SQRT_2);
    }
    let fraction = t + 1.0 / (t + 2.0 / (t + 3.0 / (t + 4.0 / (t + 5.0 / t))));
    normal_density(y) / fraction
}

/// The z with P(Z > z) = p, for 0 < p < 1.
pub fn normal_quantile_above(p: f64) -> f64 {
    std::f64::consts::SQRT_2 * erfc_inv(2.0 * p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn student_tails_as_tabulated() {
        // One-sided 5 % points of the t table, and Cauchy at 1.
        for (t, freedom, p) in [
            (6.313_751_515, 1.0, 0.05),
            (1.812_461_123, 10.0, 0.05),
            (1.0, 1.0, 0.25),
        ] {
            assert!(
                (student_above(t, freedom) / p - 1.0).abs() < 1e-8,
                "{freedom}"
            );
            assert!(
                (student_above(-t, freedom) - (1.0 - p)).abs() < 1e-8,
                "{freedom}"
            );
        }
        assert!((student_above(2.0, NORMAL_FROM - 1.0) / normal_above(2.0) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn coin_tails() {
        let count = Count::Binomial {
            trials: 4.0,
            p: 0.5,
        };
        let Tails {
            below,
            point,
            above,
        } = tails(&count, 3.0);
        assert!((below - 11.0 / 16.0).abs() < 1e-14);
        assert!((point - 4.0 / 16.0).abs() < 1e-14);
        assert!((above - 1.0 / 16.0).abs() < 1e-14);
        assert!((tails(&count, 3.0).mid_p(Direction::High) - 3.0 / 16.0).abs() < 1e-14);
        assert!((tails(&count, 1.0).mid_p(Direction::Low) - 3.0 / 16.0).abs() < 1e-14);
    }

    #[test]
    fn no_tail_beyond_the_end() {
        let count = Count::BetaBinomial {
            trials: 5.0,
            alpha: 0.3,
            beta: 0.2,
        };
        assert!(tails(&count, 5.0).above.abs() < f64::EPSILON);
        assert!(tails(&count, 0.0).below.abs() < f64::EPSILON);
    }

    #[test]
    fn normal_tail_reaches_far() {
        // 37 standard deviations: 5.7e-300 (scipy.stats.norm.sf).
        assert!((normal_above(37.0) / 5.725_571_222_524_577e-300 - 1.0).abs() < 1e-9);
        assert!((normal_above(0.0) - 0.5).abs() < 1e-15);
        assert!((normal_quantile_above(normal_above(2.5)) - 2.5).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn tails_are_monotone_and_complete(
            trials in 1..300_u32, alpha in 0.05..20.0_f64, beta in 0.05..20.0_f64, at in 0.0..1.0_f64,
        ) {
            let k = (f64::from(trials) * at).floor();
            let count = Count::BetaBinomial { trials: f64::from(trials), alpha, beta };
            let here = tails(&count, k);
            prop_assert!((here.below + here.point + here.above - 1.0).abs() < 1e-10);
            let next = tails(&count, k + 1.0);
            if k < f64::from(trials) {
                prop_assert!((here.above - next.above - next.point).abs() < 1e-10);
            }
        }
    }
}
