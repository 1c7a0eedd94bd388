//! Seeded random draws for the tests.

use super::uniform::uniform;

/// A counter-based generator: draw k of seed s is a pure function of both.
pub(crate) struct Draws {
    seed: u64,
    count: u64,
}

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed: seed.wrapping_mul(0xD134_2543_DE82_EF95),
            count: 0,
        }
    }

    pub(crate) fn uniform(&mut self) -> f64 {
        self.count += 1;
        uniform(self.seed.wrapping_add(self.count))
    }

    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Student's t with five degrees of freedom, scaled to variance 1.
    pub(crate) fn t5(&mut self) -> f64 {
        let chi_square: f64 = (0..5).map(|_| self.normal().powi(2)).sum();
        self.normal() / (chi_square / 5.0).sqrt() * (3.0_f64 / 5.0).sqrt()
    }

    /// Poisson by inversion, in pieces small enough that e^−mean is a number.
    pub(crate) fn poisson(&mut self, mean: f64) -> f64 {
        const PIECE: f64 = 500.0;
        let mut total = 0.0;
        let mut left = mean;
        while left > 0.0 {
            let piece = left.min(PIECE);
            left -= piece;
            let (mut u, mut term, mut k) = (self.uniform(), (-piece).exp(), 0.0);
            while u > term && k < piece + 1000.0 {
                u -= term;
                k += 1.0;
                term *= piece / k;
            }
            total += k;
        }
        total
    }

    pub(crate) fn binomial(&mut self, trials: u32, p: f64) -> f64 {
        f64::from((0..trials).filter(|_| self.uniform() < p).count() as u32)
    }
}
