//! Random streams and draws. Every stream is keyed by what it belongs to (a member, a
//! provider, a scheme at a member), never by the order of work, so that the thread count
//! cannot reach a result.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal, StudentT};

/// The generator used throughout.
pub type Random = ChaCha8Rng;

/// What a stream is for; part of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Markets, payers and the provider register.
    Register = 1,
    /// Honest practice styles, one stream per provider.
    Style = 2,
    /// Which providers are planted.
    Planting = 3,
    /// A member and the care they need, one stream per member.
    Member = 4,
    /// What happens at the visits of a member.
    Encounter = 5,
    /// What the payer does with a member's claims.
    Payer = 6,
    /// A member's prescriptions.
    Pharmacy = 7,
    /// What a planted provider does at one member.
    Scheme = 8,
    /// Members who use far more care than they need, or seem to.
    Overuse = 9,
    /// Entries of reference lists that concern nobody in the register.
    Reference = 10,
}

/// A stream of its own for (seed, purpose, index, sub-index). The key goes to the cipher
/// as it is, so two different keys never share a stream.
pub fn stream(seed: u64, purpose: Purpose, index: u64, sub: u64) -> Random {
    let mut key = [0_u8; 32];
    for (slot, word) in key
        .chunks_exact_mut(8)
        .zip([seed, purpose as u64, index, sub])
    {
        slot.copy_from_slice(&word.to_le_bytes());
    }
    Random::from_seed(key)
}

/// True with probability `p`.
pub fn chance(rng: &mut Random, p: f64) -> bool {
    rng.random::<f64>() < p
}

/// Uniform on [0, 1).
pub fn uniform(rng: &mut Random) -> f64 {
    rng.random()
}

/// Uniform on `low..=high`.
pub fn between(rng: &mut Random, low: i32, high: i32) -> i32 {
    rng.random_range(low..=high)
}

/// Standard normal.
pub fn normal(rng: &mut Random) -> f64 {
    StandardNormal.sample(rng)
}

/// Student's t scaled to unit variance (`dof` > 2): the centre of a normal law, heavier tails.
pub fn heavy(rng: &mut Random, dof: f64) -> f64 {
    StudentT::new(dof).map_or(0.0, |law| law.sample(rng) * ((dof - 2.0) / dof).sqrt())
}

/// Standard logistic.
pub fn logistic(rng: &mut Random) -> f64 {
    let u = uniform(rng).clamp(1e-12, 1.0 - 1e-12);
    (u / (1.0 - u)).ln()
}

/// Poisson count by multiplication of uniforms; means here are small (below about 60).
pub fn count(rng: &mut Random, mean: f64) -> i32 {
    if mean <= 0.0 {
        return 0;
    }
    let floor = (-mean.min(60.0)).exp();
    let mut product = uniform(rng);
    let mut events = 0;
    while product > floor {
        product *= uniform(rng);
        events += 1;
    }
    events
}

/// Uniform on `0..limit`; `limit` is above 0.
pub fn below(rng: &mut Random, limit: usize) -> usize {
    rng.random_range(0..limit)
}

/// One element, all alike. The slice is never empty by construction of the tables it serves.
pub fn pick<T: Copy>(rng: &mut Random, from: &[T]) -> T {
    from[below(rng, from.len())]
}

/// Index drawn with the given weights (not all zero).
pub fn weighted(rng: &mut Random, weights: &[f64]) -> usize {
    let total: f64 = weights.iter().sum();
    let mut left = uniform(rng) * total;
    for (index, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return index;
        }
    }
    weights.len() - 1
}

/// The probability whose logit is `logit(p) + shift`.
pub fn shifted(p: f64, shift: f64) -> f64 {
    let odds = p / (1.0 - p) * shift.exp();
    odds / (1.0 + odds)
}

/// A whole number near `value`: rounds up with the probability of the fraction.
pub fn whole(rng: &mut Random, value: f64) -> i64 {
    let floor = value.floor();
    floor as i64 + i64::from(chance(rng, value - floor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_depend_on_every_part_of_the_key() {
        let first = |s, p, i, j| stream(s, p, i, j).random::<u64>();
        let base = first(1, Purpose::Member, 2, 3);
        assert_eq!(base, first(1, Purpose::Member, 2, 3));
        for other in [
            first(9, Purpose::Member, 2, 3),
            first(1, Purpose::Style, 2, 3),
            first(1, Purpose::Member, 9, 3),
            first(1, Purpose::Member, 2, 9),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn counts_have_the_mean_asked_for() {
        let mut rng = stream(7, Purpose::Member, 0, 0);
        for mean in [0.3, 2.0, 20.0] {
            let total: i32 = (0..20_000).map(|_| count(&mut rng, mean)).sum();
            let error = f64::from(total) / 20_000.0 - mean;
            assert!(
                error.abs() < 5.0 * (mean / 20_000.0).sqrt(),
                "mean {mean}: off by {error}"
            );
        }
    }

    #[test]
    fn shifting_is_on_the_logit_scale() {
        assert!((shifted(0.5, 0.0) - 0.5).abs() < 1e-12);
        assert!((shifted(0.2, 1.0) - 0.2 * 1f64.exp() / (0.8 + 0.2 * 1f64.exp())).abs() < 1e-12);
    }
}
