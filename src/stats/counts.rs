//! Discrete distributions of a count, accurate for large arguments.
//!
//! Probabilities are built from the deviance and Stirling's error, as in
//! Loader, *Fast and accurate computation of binomial probabilities* (2000),
//! because differences of log-gammas lose digits where the arguments are large.

use statrs::function::gamma::ln_gamma;

/// Over-dispersion below this is none: the plain distribution is used.
const NO_OVERDISPERSION: f64 = 1e-9;

const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// Distribution of a count. Build with [`Count::rate`] or [`Count::share`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Count {
    /// Poisson with this mean.
    Poisson {
        /// Mean count.
        mean: f64,
    },
    /// Negative binomial: variance mean + mean² / size.
    NegativeBinomial {
        /// Mean count.
        mean: f64,
        /// Shape of the gamma that mixes the Poisson.
        size: f64,
    },
    /// Binomial.
    Binomial {
        /// Trials, a whole number.
        trials: f64,
        /// Probability, strictly between 0 and 1.
        p: f64,
    },
    /// Beta-binomial.
    BetaBinomial {
        /// Trials, a whole number.
        trials: f64,
        /// First shape of the mixing beta.
        alpha: f64,
        /// Second shape of the mixing beta.
        beta: f64,
    },
}

impl Count {
    /// Count without an upper bound: negative binomial with this mean and
    /// variance, Poisson where the variance is no larger than the mean.
    /// `mean` > 0.
    pub fn rate(mean: f64, variance: f64) -> Self {
        let excess = variance - mean;
        if excess <= NO_OVERDISPERSION * mean {
            Self::Poisson { mean }
        } else {
            Self::NegativeBinomial {
                mean,
                size: mean * (mean / excess),
            }
        }
    }

    /// Count out of `trials`: beta-binomial with mean `trials · p` and this
    /// variance, binomial where the variance is no larger than the binomial's.
    /// 0 < p < 1. The variance is held below its bound, `trials² p (1 − p)`.
    pub fn share(trials: f64, p: f64, variance: f64) -> Self {
        let binomial = trials * p * (1.0 - p);
        let correlation = (variance / binomial - 1.0) / (trials - 1.0);
        // A single trial has no spread to mix.
        if trials > 1.0 && correlation > NO_OVERDISPERSION {
            let concentration = (1.0 / correlation - 1.0).max(1e-3);
            Self::BetaBinomial {
                trials,
                alpha: p * concentration,
                beta: (1.0 - p) * concentration,
            }
        } else {
            Self::Binomial { trials, p }
        }
    }

    /// Mean count.
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Poisson { mean } | Self::NegativeBinomial { mean, .. } => mean,
            Self::Binomial { trials, p } => trials * p,
            Self::BetaBinomial {
                trials,
                alpha,
                beta,
            } => trials * (alpha / (alpha + beta)),
        }
    }

    /// Largest possible count.
    pub fn largest(&self) -> f64 {
        match *self {
            Self::Poisson { .. } | Self::NegativeBinomial { .. } => f64::INFINITY,
            Self::Binomial { trials, .. } | Self::BetaBinomial { trials, .. } => trials,
        }
    }

    /// ln P(X = k) for a whole number k; −∞ outside the support.
    pub fn ln_probability(&self, k: f64) -> f64 {
        if k < 0.0 || k > self.largest() {
            return f64::NEG_INFINITY;
        }
        match *self {
            Self::Poisson { mean } => ln_poisson(k, mean),
            Self::Binomial { trials, p } => ln_binomial(k, trials, p),
            Self::NegativeBinomial { mean, size } => {
                let success = size / (size + mean);
                if k == 0.0 {
                    return -size * (mean / size).ln_1p();
                }
                (size / (size + k)).ln() + ln_binomial(size, size + k, success)
            }
            Self::BetaBinomial {
                trials,
                alpha,
                beta,
            } => {
                // Three binomial probabilities at a common p: the powers of p
                // cancel, and with them most of the magnitude.
                let total = alpha + beta;
                let p = (k + alpha) / (trials + total);
                (alpha / total).ln()
                    + (beta / (k + alpha)).ln()
                    + ((trials + total) / (trials - k + beta)).ln()
                    + ln_binomial(k, trials, p)
                    + ln_binomial(alpha, total, p)
                    - ln_binomial(k + alpha, trials + total, p)
            }
        }
    }

    /// P(X = k + 1) / P(X = k).
    pub fn step(&self, k: f64) -> f64 {
        match *self {
            Self::Poisson { mean } => mean / (k + 1.0),
            Self::NegativeBinomial { mean, size } => {
                (k + size) / (k + 1.0) * (mean / (mean + size))
            }
            Self::Binomial { trials, p } => (trials - k) / (k + 1.0) * (p / (1.0 - p)),
            Self::BetaBinomial {
                trials,
                alpha,
                beta,
            } => (trials - k) / (k + 1.0) * ((alpha + k) / (beta + trials - k - 1.0)),
        }
    }
}

/// ln of x^x e^−x / Γ(x + 1) · λ^x e^−λ / (x^x e^−x), for real x ≥ 0.
fn ln_poisson(x: f64, mean: f64) -> f64 {
    if x == 0.0 {
        return -mean;
    }
    -stirling_error(x) - deviance(x, mean) - HALF_LN_TWO_PI - 0.5 * x.ln()
}

/// ln of Γ(n + 1) / (Γ(x + 1) Γ(n − x + 1)) · p^x (1 − p)^(n − x), for real
/// 0 ≤ x ≤ n.
fn ln_binomial(x: f64, n: f64, p: f64) -> f64 {
    if x == 0.0 {
        return n * (-p).ln_1p();
    }
    let rest = n - x;
    if rest == 0.0 {
        return n * p.ln();
    }
    stirling_error(n)
        - stirling_error(x)
        - stirling_error(rest)
        - deviance(x, n * p)
        - deviance(rest, n * (1.0 - p))
        - HALF_LN_TWO_PI
        + 0.5 * (n / (x * rest)).ln()
}

/// ln Γ(x + 1) − [(x + ½) ln x − x + ½ ln 2π].
fn stirling_error(x: f64) -> f64 {
    /// From here on eight terms of the series are exact to rounding.
    const SERIES_FROM: f64 = 12.0;
    /// `B_2k / (2k (2k − 1))`, k = 1 … 8: the asymptotic series of ln Γ.
    const SERIES: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3617.0 / 122_400.0,
    ];
    if x < SERIES_FROM {
        return ln_gamma(x + 1.0) - (x + 0.5) * x.ln() + x - HALF_LN_TWO_PI;
    }
    let inverse_square = 1.0 / (x * x);
    SERIES
        .iter()
        .rev()
        .fold(0.0, |sum, term| sum * inverse_square + term)
        / x
}

/// x ln(x / m) + m − x without the cancellation near x = m.
fn deviance(x: f64, m: f64) -> f64 {
    /// Within a tenth the series of ln((1 + v) / (1 − v)) converges fast.
    const NEAR: f64 = 0.1;
    let difference = x - m;
    if difference.abs() >= NEAR * (x + m) {
        return x * (x / m).ln() + m - x;
    }
    let v = difference / (x + m);
    let mut sum = difference * v;
    let mut term = 2.0 * x * v;
    for odd in (3..1000).step_by(2) {
        term *= v * v;
        let next = sum + term / f64::from(odd);
        // Equal to the last bit: nothing is left to add.
        if next.to_bits() == sum.to_bits() {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn textbook_values() {
        let heads = Count::Binomial {
            trials: 10.0,
            p: 0.5,
        };
        assert!((heads.ln_probability(3.0).exp() - 120.0 / 1024.0).abs() < 1e-14);
        // Beta-binomial(1, 1) is uniform on 0 … n.
        let flat = Count::BetaBinomial {
            trials: 9.0,
            alpha: 1.0,
            beta: 1.0,
        };
        for k in 0..10 {
            assert!((flat.ln_probability(f64::from(k)).exp() - 0.1).abs() < 1e-14);
        }
        // Negative binomial of size 1 is geometric.
        let geometric = Count::NegativeBinomial {
            mean: 1.0,
            size: 1.0,
        };
        assert!((geometric.ln_probability(4.0).exp() - 1.0 / 32.0).abs() < 1e-15);
    }

    #[test]
    fn no_excess_variance_means_the_plain_distribution() {
        assert_eq!(Count::rate(3.0, 2.0), Count::Poisson { mean: 3.0 });
        assert_eq!(
            Count::share(1.0, 0.4, 9.0),
            Count::Binomial {
                trials: 1.0,
                p: 0.4
            }
        );
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_one_with_the_given_moments(
            trials in 2..200_u32, p in 0.01..0.99_f64, inflation in 1.0..5.0_f64,
        ) {
            let n = f64::from(trials);
            // Not beyond the largest variance a share can have.
            let variance = (n * p * (1.0 - p) * inflation).min(0.9 * n * n * p * (1.0 - p));
            let variance = variance.max(n * p * (1.0 - p));
            let count = Count::share(n, p, variance);
            let (mut total, mut mean, mut square) = (0.0, 0.0, 0.0);
            for k in 0..=trials {
                let k = f64::from(k);
                let probability = count.ln_probability(k).exp();
                total += probability;
                mean += k * probability;
                square += k * k * probability;
            }
            prop_assert!((total - 1.0).abs() < 1e-9);
            prop_assert!((mean - n * p).abs() < 1e-8 * n);
            prop_assert!((square - mean * mean - variance).abs() < 1e-7 * n * n);
        }

        #[test]
        fn step_is_the_ratio_of_neighbours(mean in 0.01..50.0_f64, size in 0.05..50.0_f64, k in 0..100_u32) {
            let count = Count::NegativeBinomial { mean, size };
            let k = f64::from(k);
            let ratio = (count.ln_probability(k + 1.0) - count.ln_probability(k)).exp();
            prop_assert!((count.step(k) / ratio - 1.0).abs() < 1e-9);
        }
    }
}
