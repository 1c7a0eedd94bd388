//! How many units of each stratum are drawn.

use super::moments::Moments;

/// Units that every sampled stratum has at least: a variance needs two.
pub const MIN_PER_STRATUM: u64 = 2;

/// What is expected of the overpayments in one stratum before anything is reviewed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anticipated {
    pub units: u64,
    /// Mean overpayment of a unit, in cents.
    pub mean: f64,
    /// Its standard deviation, in cents.
    pub deviation: f64,
    /// Whether all units are reviewed in any case.
    pub take_all: bool,
}

impl Anticipated {
    /// From what was paid, if a share `error_rate` of the units were overpaid by all that was paid
    /// on them, independently of the amount: mean pμ and variance pσ² + p(1 − p)μ². With a share of
    /// 1 the paid amounts themselves are what is planned for.
    #[must_use]
    pub fn all_or_nothing(paid: &Moments, error_rate: f64, take_all: bool) -> Anticipated {
        let variance =
            error_rate * paid.variance + error_rate * (1.0 - error_rate) * paid.mean * paid.mean;
        Anticipated {
            units: paid.count,
            mean: error_rate * paid.mean,
            deviation: variance.sqrt(),
            take_all,
        }
    }

    /// Units that are drawn at least.
    fn least(&self) -> u64 {
        if self.take_all {
            self.units
        } else {
            self.units.min(MIN_PER_STRATUM)
        }
    }
}

/// Fewest units that a design with these strata reviews.
#[must_use]
pub fn least(strata: &[Anticipated]) -> u64 {
    strata.iter().map(Anticipated::least).sum()
}

/// Divides `total` units over the strata in proportion to size times standard deviation (Neyman
/// 1934; Cochran, *Sampling Techniques*, 3rd ed., § 5.5), exact in sum. A stratum that would get
/// more units than it has is reviewed whole and the rest divided again (Cochran § 5.8); none gets
/// fewer than [`MIN_PER_STRATUM`]. Units left by rounding go to the largest fractions, among equal
/// ones to the lower stratum.
///
/// `total` lies between [`least`] and the number of units; it is brought there otherwise.
#[must_use]
pub fn neyman(strata: &[Anticipated], total: u64) -> Vec<u64> {
    let all: u64 = strata.iter().map(|s| s.units).sum();
    let total = total.clamp(least(strata), all);
    // Where nothing is expected to vary, sizes alone decide.
    let no_spread = strata.iter().all(|s| s.take_all || s.deviation <= 0.0);
    let weight = |s: &Anticipated| {
        if no_spread {
            s.units as f64
        } else {
            s.units as f64 * s.deviation
        }
    };
    let mut drawn: Vec<Option<u64>> = strata
        .iter()
        .map(|s| s.take_all.then_some(s.units))
        .collect();
    loop {
        let fixed: u64 = drawn.iter().flatten().sum();
        let left = total.saturating_sub(fixed);
        let free: Vec<usize> = (0..strata.len()).filter(|h| drawn[*h].is_none()).collect();
        let weights: f64 = free.iter().map(|h| weight(&strata[*h])).sum();
        let share = |h: usize| {
            if weights > 0.0 {
                left as f64 * weight(&strata[h]) / weights
            } else {
                0.0
            }
        };
        // The ends first: a stratum reviewed whole leaves less for the others than its share.
        let whole = free.iter().find(|h| share(**h) >= strata[**h].units as f64);
        let few = free
            .iter()
            .find(|h| share(**h) < strata[**h].least() as f64);
        match (whole, few) {
            (Some(h), _) => drawn[*h] = Some(strata[*h].units),
            (None, Some(h)) => drawn[*h] = Some(strata[*h].least()),
            (None, None) => {
                let shares: Vec<f64> = free.iter().map(|h| share(*h)).collect();
                for (h, n) in free.iter().zip(rounded(&shares, left)) {
                    drawn[*h] = Some(n);
                }
                return fitted(strata, drawn.into_iter().flatten().collect(), total);
            }
        }
    }
}

/// Whole numbers near `shares` that add up to `total`.
fn rounded(shares: &[f64], total: u64) -> Vec<u64> {
    let mut whole: Vec<u64> = shares.iter().map(|s| s.floor() as u64).collect();
    let mut by_fraction: Vec<usize> = (0..shares.len()).collect();
    by_fraction.sort_by(|a, b| {
        shares[*b]
            .fract()
            .total_cmp(&shares[*a].fract())
            .then(a.cmp(b))
    });
    let left = total.saturating_sub(whole.iter().sum());
    for h in by_fraction.into_iter().take(left as usize) {
        whole[h] += 1;
    }
    whole
}

/// Moves what strata at a bound could not take, or had to take, to or from the others, so that the
/// sum is kept: fixing one stratum at its least may have left the fixed ones above the total.
fn fitted(strata: &[Anticipated], mut drawn: Vec<u64>, total: u64) -> Vec<u64> {
    let mut sum: u64 = drawn.iter().sum();
    for (stratum, n) in strata.iter().zip(&mut drawn) {
        let more = total.saturating_sub(sum).min(stratum.units - *n);
        let fewer = sum.saturating_sub(total).min(*n - stratum.least());
        *n = *n + more - fewer;
        sum = sum + more - fewer;
    }
    drawn
}

/// Standard error of the estimated total overpayment under an allocation, in cents: Σ N(N − n)s²/n
/// over the strata, and its root.
#[must_use]
pub fn standard_error(strata: &[Anticipated], drawn: &[u64]) -> f64 {
    let variance = |(s, n): (&Anticipated, &u64)| {
        if *n == 0 {
            return 0.0;
        }
        s.units as f64 * (s.units - n) as f64 * s.deviation * s.deviation / *n as f64
    };
    strata.iter().zip(drawn).map(variance).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stratum(units: u64, deviation: f64) -> Anticipated {
        Anticipated {
            units,
            mean: 1.0,
            deviation,
            take_all: false,
        }
    }

    /// 64 large cities in two strata by size (Cochran, *Sampling Techniques*, 3rd ed., 1977, § 5.6):
    /// of 24 cities the optimum takes 12 of each stratum, and the estimated total has a variance of
    /// 1,090,827; proportional allocation (6 and 18) has 1,882,293.
    #[test]
    fn cochrans_cities() {
        let cities = [
            stratum(16, 53_843_f64.sqrt()),
            stratum(48, 5_581_f64.sqrt()),
        ];
        assert_eq!(neyman(&cities, 24), [12, 12]);
        let variance = |drawn: [u64; 2]| standard_error(&cities, &drawn).powi(2).round() as i64;
        assert_eq!(variance([12, 12]), 1_090_827);
        assert_eq!(variance([6, 18]), 1_882_293);
    }

    /// Acres by region in the 1992 Census of Agriculture (Lohr, *Sampling: Design and Analysis*,
    /// data set `agpop`): Neyman's division of 300 and 400 counties.
    #[test]
    fn lohrs_counties() {
        let regions = [
            stratum(1054, 271_303.0),
            stratum(220, 79_365.0),
            stratum(1382, 243_956.0),
            stratum(422, 835_639.0),
        ];
        assert_eq!(neyman(&regions, 300), [86, 5, 102, 107]);
        assert_eq!(neyman(&regions, 400), [115, 7, 136, 142]);
    }

    #[test]
    fn a_stratum_that_would_be_overdrawn_is_reviewed_whole() {
        let strata = [stratum(1000, 1.0), stratum(10, 1000.0)];
        assert_eq!(neyman(&strata, 100), [90, 10]);
    }

    #[test]
    fn all_or_nothing_by_hand() {
        // Paid 100 and 300: mean 200, variance 20000. Half in error: 0, 100, 0, 300 equally likely,
        // mean 100; E d² = (100² + 300²) / 4 = 25000 for divisor n, here with the variance's n − 1.
        let paid = Moments::of(&[100, 300]);
        let half = Anticipated::all_or_nothing(&paid, 0.5, false);
        assert!((half.mean - 100.0).abs() < 1e-12);
        assert!((half.deviation.powi(2) - (0.5 * 20_000.0 + 0.25 * 40_000.0)).abs() < 1e-9);
        let certain = Anticipated::all_or_nothing(&paid, 1.0, false);
        assert!((certain.deviation.powi(2) - 20_000.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn every_allocation_adds_up_within_its_bounds(
            sizes in prop::collection::vec((1_u64..400, 0.0_f64..1000.0, prop::bool::weighted(0.2)), 1..8),
            wanted in 0_u64..3000,
        ) {
            let strata: Vec<Anticipated> = sizes
                .iter()
                .map(|(units, deviation, take_all)| Anticipated { take_all: *take_all, ..stratum(*units, *deviation) })
                .collect();
            let all: u64 = strata.iter().map(|s| s.units).sum();
            let drawn = neyman(&strata, wanted);
            prop_assert_eq!(drawn.iter().sum::<u64>(), wanted.clamp(least(&strata), all));
            for (s, n) in strata.iter().zip(&drawn) {
                prop_assert!(*n <= s.units && *n >= s.least());
            }
        }
    }
}
