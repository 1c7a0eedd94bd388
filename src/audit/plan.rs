//! Sample sizes.

use super::allocation::{Anticipated, least, neyman, standard_error};
use crate::stats::tails::normal_quantile_above;

/// Units of a probe sample: HHS OIG's RAT-STATS and claims reviews under its corporate integrity
/// agreements take at least thirty.
pub const PROBE: u64 = 30;
/// Units of a full sample at least: HHS OIG, *Health Care Fraud Self-Disclosure Protocol* (2013,
/// amended 2021), asks for at least 100 items.
pub const MIN_FULL_SAMPLE: u64 = 100;
/// Half the width of the confidence interval over the point estimate that a sample is planned for:
/// HHS OIG's corporate integrity agreements ask for 25 per cent at 90 per cent confidence.
pub const PRECISION: f64 = 0.25;
/// See [`PRECISION`].
pub const CONFIDENCE: f64 = 0.90;
/// Share of units taken to be wholly overpaid where nothing is known: the occurrence rate that the
/// TRICARE Operations Manual, ch. 13, addendum A, plans with where none is established.
pub const ERROR_RATE: f64 = 0.5;

/// Fewest units, allocated after Neyman, whose estimated total has a two-sided confidence interval
/// of at most `precision` of the anticipated total on either side: n₀ / (1 + n₀ / N) with
/// n₀ = (z s / (r ȳ))² for one stratum (Cochran, *Sampling Techniques*, 3rd ed., § 4.6), Cochran's
/// § 5.9 for several. `z` is the normal quantile of that confidence.
///
/// All units where no fewer suffice, or nothing is anticipated.
#[must_use]
pub fn size_for(strata: &[Anticipated], precision: f64, z: f64) -> u64 {
    let all: u64 = strata.iter().map(|s| s.units).sum();
    let goal = precision * strata.iter().map(|s| s.units as f64 * s.mean).sum::<f64>();
    let suffices = |n: u64| z * standard_error(strata, &neyman(strata, n)) <= goal;
    let (mut low, mut high) = (least(strata).min(all), all);
    while low < high {
        let middle = low + (high - low) / 2;
        if suffices(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The z of a two-sided confidence level.
#[must_use]
pub fn normal_quantile(confidence: f64) -> f64 {
    normal_quantile_above(0.5 * (1.0 - confidence))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seedlings on 430 feet of a nursery bed, mean 19 and variance 85.6 (Cochran, *Sampling
    /// Techniques*, 3rd ed., 1977, § 4.6): 78 feet are to be counted to know the total within 10 per
    /// cent, with t taken as 2; without the finite-population correction 95.
    #[test]
    fn cochrans_seedlings() {
        let bed = |units| Anticipated {
            units,
            mean: 19.0,
            deviation: 85.6_f64.sqrt(),
            take_all: false,
        };
        assert_eq!(size_for(&[bed(430)], 0.10, 2.0), 78);
        assert_eq!(size_for(&[bed(100_000_000)], 0.10, 2.0), 95);
    }

    #[test]
    fn a_precision_out_of_reach_takes_everything() {
        let strata = [Anticipated {
            units: 50,
            mean: 1.0,
            deviation: 100.0,
            take_all: false,
        }];
        assert_eq!(size_for(&strata, 0.01, 1.645), 50);
        let nothing = Anticipated {
            mean: 0.0,
            ..strata[0]
        };
        assert_eq!(size_for(&[nothing], 0.25, 1.645), 50);
    }

    #[test]
    fn one_unit_fewer_would_not_do() {
        let strata = [
            Anticipated {
                units: 900,
                mean: 30.0,
                deviation: 40.0,
                take_all: false,
            },
            Anticipated {
                units: 80,
                mean: 400.0,
                deviation: 300.0,
                take_all: false,
            },
        ];
        let (z, goal) = (normal_quantile(0.90), 0.10 * (900.0 * 30.0 + 80.0 * 400.0));
        let half_width = |n| z * standard_error(&strata, &neyman(&strata, n));
        let n = size_for(&strata, 0.10, z);
        assert!(half_width(n) <= goal && half_width(n - 1) > goal, "{n}");
        assert!((z - 1.644_853_626_951_472_7).abs() < 1e-12);
    }
}
