//! Mean, variance and skewness of amounts, from exact sums.

/// The first moments of a set of amounts in cents.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    pub count: u64,
    /// Mean, in cents; 0 where there is none.
    pub mean: f64,
    /// Variance with divisor n − 1, in cents squared; 0 below two amounts.
    pub variance: f64,
    /// G₁ = m₃ / m₂^(3/2), the moments about the mean having divisor n; 0 where there is no spread.
    pub skewness: f64,
}

impl Moments {
    /// Of whole cents. The sums are of deviations from the mean's whole cent, which are exact
    /// integers, so that neither large amounts nor many of them lose a digit.
    #[must_use]
    pub fn of(amounts: &[i64]) -> Moments {
        let Ok(count) = i128::try_from(amounts.len()) else {
            return Moments::default();
        };
        if count == 0 {
            return Moments::default();
        }
        let total: i128 = amounts.iter().map(|a| i128::from(*a)).sum();
        let centre = total.div_euclid(count);
        let (mut first, mut second, mut third) = (0_i128, 0_i128, 0.0_f64);
        for amount in amounts {
            let deviation = i128::from(*amount) - centre;
            first += deviation;
            second += deviation * deviation;
            third += (deviation as f64).powi(3);
        }
        let n = count as f64;
        let shift = first as f64 / n;
        let squares = second as f64 - first as f64 * shift;
        let (m2, m3) = (
            squares / n,
            third / n - 3.0 * shift * second as f64 / n + 2.0 * shift.powi(3),
        );
        Moments {
            count: amounts.len() as u64,
            mean: centre as f64 + shift,
            variance: if count > 1 { squares / (n - 1.0) } else { 0.0 },
            skewness: if m2 > 0.0 { m3 / m2.powf(1.5) } else { 0.0 },
        }
    }

    /// Standard deviation, in cents.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        self.variance.sqrt()
    }
}

/// Second and third moment of residuals about their mean: the variance with divisor n − 1, and the
/// mean cube with divisor n. In two passes; 0 below two residuals.
#[must_use]
pub fn spread_of(residuals: &[f64]) -> Spread {
    let n = residuals.len() as f64;
    if n < 2.0 {
        return Spread::default();
    }
    let mean = residuals.iter().sum::<f64>() / n;
    let (mut squares, mut cubes, mut drift) = (0.0, 0.0, 0.0);
    for r in residuals {
        let deviation = r - mean;
        squares += deviation * deviation;
        cubes += deviation.powi(3);
        drift += deviation;
    }
    Spread {
        variance: (squares - drift * drift / n) / (n - 1.0),
        third: cubes / n,
    }
}

/// See [`spread_of`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    pub variance: f64,
    pub third: f64,
}

impl Moments {
    /// Variance and third moment about the mean.
    #[must_use]
    pub fn spread(&self) -> Spread {
        let n = self.count as f64;
        let m2 = if n > 0.0 {
            self.variance * (n - 1.0) / n
        } else {
            0.0
        };
        Spread {
            variance: self.variance,
            third: self.skewness * m2.powf(1.5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // 1, 2, 3, 6: mean 3, squares 4 + 1 + 0 + 9 = 14, cubes −8 − 1 + 0 + 27 = 18.
        let moments = Moments::of(&[1, 2, 3, 6]);
        assert!((moments.mean - 3.0).abs() < 1e-15);
        assert!((moments.variance - 14.0 / 3.0).abs() < 1e-14);
        assert!((moments.skewness - 4.5 / 3.5_f64.powf(1.5)).abs() < 1e-14);
        let spread = spread_of(&[1.0, 2.0, 3.0, 6.0]);
        assert!((spread.variance - 14.0 / 3.0).abs() < 1e-14);
        assert!((spread.third - 4.5).abs() < 1e-14);
        assert!((moments.spread().third - 4.5).abs() < 1e-13);
    }

    #[test]
    fn a_large_common_part_costs_no_digit() {
        let small = Moments::of(&[-7, 2, 11]);
        let large = Moments::of(&[9_999_999_999_993, 10_000_000_000_002, 10_000_000_000_011]);
        assert!((small.variance - large.variance).abs() < 1e-12);
        assert!((small.skewness - large.skewness).abs() < 1e-12);
    }

    #[test]
    fn one_amount_has_no_variance_and_none_no_mean() {
        assert!(Moments::of(&[5]).variance.abs() < 1e-15);
        assert_eq!(Moments::of(&[]), Moments::default());
    }
}
