//! Estimates of the total overpayment from a reviewed sample.
//!
//! With x what was paid on a unit, a what review allows, d = x − a its overpayment (below 0 where
//! too little was paid, and netted), N units and X paid in a stratum, of which n are reviewed:
//!
//! - **difference**: Σ N d̄. RAT-STATS' variable appraisal of difference values, in other words the
//!   mean overpayment times the number of units. Unbiased.
//! - **mean per unit**: Σ (X − N ā), from the allowed amounts alone. RAT-STATS' appraisal of audited
//!   values, taken from the known total. Unbiased, and wide where allowed amounts vary more than
//!   overpayments do.
//! - **ratio**: the share overpaid, Σ d / Σ x, of everything paid; over strata combined (one share)
//!   or separate (a share each). Narrow where overpayments follow the amounts; biased by a part of
//!   order 1 / n.
//!
//! Variances are Σ N (N − n) s² / n over the strata, with the finite-population correction, where s²
//! is the sample variance of d, of a, or of the residuals d − R x, the latter times (X / X̂)²
//! (Cochran, *Sampling Techniques*, 3rd ed., 1977, §§ 2.9, 5.4, 6.4, 6.10, 6.11; the factor as in
//! Lohr, *Sampling: Design and Analysis*, ch. 4, and R's `survey`). A stratum reviewed whole adds no
//! variance.
//!
//! Degrees of freedom are RAT-STATS': n − 1 for one sampled stratum, normal for several. For the
//! latter [`Estimate::effective_freedom`] is what Satterthwaite's rule gives (Cochran § 5.4), which
//! is the more careful choice with few units in a stratum.

use serde::{Deserialize, Serialize};

use super::limits::{Interval, Law, interval, lower_limit};
use super::moments::{Moments, Spread, spread_of};

/// One unit after review, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reviewed {
    pub paid_cents: i64,
    /// What should have been paid; may exceed what was.
    pub allowed_cents: i64,
}

impl Reviewed {
    /// Overpaid, in cents; below 0 where too little was paid.
    #[must_use]
    pub fn overpaid(&self) -> i64 {
        self.paid_cents - self.allowed_cents
    }
}

/// One stratum of a reviewed sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedStratum {
    /// Units in the frame.
    pub units: u64,
    /// Paid on them, in cents.
    pub paid_cents: i64,
    /// The drawn ones: at least two, or all.
    pub reviewed: Vec<Reviewed>,
}

impl ReviewedStratum {
    fn is_whole(&self) -> bool {
        self.reviewed.len() as u64 == self.units
    }

    fn moments(&self, value: impl Fn(&Reviewed) -> i64) -> Moments {
        Moments::of(&self.reviewed.iter().map(value).collect::<Vec<_>>())
    }

    /// Moments of the overpayments.
    #[must_use]
    pub fn overpayments(&self) -> Moments {
        self.moments(Reviewed::overpaid)
    }

    fn sum(&self, value: impl Fn(&Reviewed) -> i64) -> f64 {
        self.reviewed
            .iter()
            .map(|r| i128::from(value(r)))
            .sum::<i128>() as f64
    }

    /// What the spread within the stratum adds to that of the estimated total; `sign` is −1 where
    /// the total falls as the values rise.
    fn part(&self, spread: Spread, sign: f64) -> Part {
        let n = self.reviewed.len() as u64;
        let (units, drawn) = (self.units as f64, n as f64);
        Part {
            variance: units * (self.units - n) as f64 / drawn * spread.variance,
            uncorrected: units * units / drawn * spread.variance,
            third: sign * units.powi(3) / (drawn * drawn) * spread.third,
            freedom: n.saturating_sub(1) as f64,
            whole: self.is_whole(),
        }
    }
}

/// How the total is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimator {
    Difference,
    MeanPerUnit,
    /// One ratio over all strata.
    Ratio,
    /// A ratio in every stratum.
    SeparateRatio,
}

impl Estimator {
    /// The word in texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Estimator::Difference => "difference",
            Estimator::MeanPerUnit => "mean per unit",
            Estimator::Ratio => "ratio",
            Estimator::SeparateRatio => "separate ratio",
        }
    }
}

/// An estimated total overpayment, in cents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub estimator: Estimator,
    pub point: f64,
    pub standard_error: f64,
    pub law: Law,
    /// Satterthwaite's degrees of freedom; none where every unit was reviewed.
    pub effective_freedom: Option<f64>,
    /// Skewness of the estimate over samples, without the finite-population correction: G₁ / √n for
    /// one stratum. 0 where there is no spread.
    pub skewness: f64,
}

impl Estimate {
    /// A two-sided interval.
    #[must_use]
    pub fn interval(&self, level: f64) -> Interval {
        interval(self.point, self.standard_error, self.law, level)
    }

    /// The lower limit of a one-sided interval.
    #[must_use]
    pub fn lower_limit(&self, level: f64) -> f64 {
        lower_limit(self.point, self.standard_error, self.law, level)
    }

    /// The same with Student's t at the effective degrees of freedom.
    #[must_use]
    pub fn with_effective_freedom(&self) -> Estimate {
        let law = self
            .effective_freedom
            .map_or(Law::Certain, |degrees_of_freedom| Law::Student {
                degrees_of_freedom,
            });
        Estimate { law, ..*self }
    }

    fn new(estimator: Estimator, point: f64, parts: &[Part]) -> Estimate {
        let total: f64 = parts.iter().map(|p| p.variance).sum();
        let sampled: Vec<&Part> = parts.iter().filter(|p| !p.whole).collect();
        let spread: f64 = sampled
            .iter()
            .map(|p| p.variance * p.variance / p.freedom)
            .sum();
        let uncorrected: f64 = sampled.iter().map(|p| p.uncorrected).sum();
        let least = sampled
            .iter()
            .map(|p| p.freedom)
            .fold(f64::INFINITY, f64::min);
        // Without any spread the smallest stratum's is what the rule tends to at worst.
        let effective = if spread > 0.0 {
            total * total / spread
        } else {
            least
        };
        Estimate {
            estimator,
            point,
            standard_error: total.sqrt(),
            law: match sampled.as_slice() {
                [] => Law::Certain,
                [one] => Law::Student {
                    degrees_of_freedom: one.freedom,
                },
                _ => Law::Normal,
            },
            effective_freedom: (!sampled.is_empty()).then_some(effective),
            skewness: if uncorrected > 0.0 {
                sampled.iter().map(|p| p.third).sum::<f64>() / uncorrected.powf(1.5)
            } else {
                0.0
            },
        }
    }
}

struct Part {
    variance: f64,
    uncorrected: f64,
    third: f64,
    freedom: f64,
    whole: bool,
}

/// Estimates the total overpayment. Every stratum has at least two reviewed units, or all of its
/// units; none is empty.
#[must_use]
pub fn estimate(estimator: Estimator, strata: &[ReviewedStratum]) -> Estimate {
    match estimator {
        Estimator::Difference => difference(strata),
        Estimator::MeanPerUnit => mean_per_unit(strata),
        Estimator::Ratio => ratio(strata),
        Estimator::SeparateRatio => separate_ratio(strata),
    }
}

fn difference(strata: &[ReviewedStratum]) -> Estimate {
    let (mut point, mut parts) = (0.0, Vec::new());
    for stratum in strata {
        let moments = stratum.overpayments();
        point += stratum.units as f64 * moments.mean;
        parts.push(stratum.part(moments.spread(), 1.0));
    }
    Estimate::new(Estimator::Difference, point, &parts)
}

fn mean_per_unit(strata: &[ReviewedStratum]) -> Estimate {
    let (mut point, mut parts) = (0.0, Vec::new());
    for stratum in strata {
        let moments = stratum.moments(|r| r.allowed_cents);
        point += stratum.paid_cents as f64 - stratum.units as f64 * moments.mean;
        parts.push(stratum.part(moments.spread(), -1.0));
    }
    Estimate::new(Estimator::MeanPerUnit, point, &parts)
}

/// Spread of `factor` times the overpayments' residuals about a share of the paid amounts.
fn residual_spread(stratum: &ReviewedStratum, share: f64, factor: f64) -> Spread {
    let of = |r: &Reviewed| factor * (r.overpaid() as f64 - share * r.paid_cents as f64);
    spread_of(&stratum.reviewed.iter().map(of).collect::<Vec<_>>())
}

fn ratio(strata: &[ReviewedStratum]) -> Estimate {
    let expanded = |value: &dyn Fn(&Reviewed) -> i64| -> f64 {
        let of = |s: &ReviewedStratum| s.units as f64 * s.sum(value) / s.reviewed.len() as f64;
        strata.iter().map(of).sum()
    };
    let (overpaid, paid) = (expanded(&Reviewed::overpaid), expanded(&|r| r.paid_cents));
    let share = overpaid / paid;
    let known: f64 = strata.iter().map(|s| s.paid_cents as f64).sum();
    let parts: Vec<Part> = strata
        .iter()
        .map(|s| s.part(residual_spread(s, share, known / paid), 1.0))
        .collect();
    Estimate::new(Estimator::Ratio, share * known, &parts)
}

fn separate_ratio(strata: &[ReviewedStratum]) -> Estimate {
    let (mut point, mut parts) = (0.0, Vec::new());
    for stratum in strata {
        let paid = stratum.sum(|r| r.paid_cents);
        let share = stratum.sum(Reviewed::overpaid) / paid;
        let known = stratum.paid_cents as f64;
        let expanded = stratum.units as f64 * paid / stratum.reviewed.len() as f64;
        point += share * known;
        let spread = residual_spread(stratum, share, known / expanded);
        parts.push(stratum.part(spread, 1.0));
    }
    Estimate::new(Estimator::SeparateRatio, point, &parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reviewed(pairs: &[(i64, i64)]) -> Vec<Reviewed> {
        let unit = |(paid_cents, allowed_cents): &(i64, i64)| Reviewed {
            paid_cents: *paid_cents,
            allowed_cents: *allowed_cents,
        };
        pairs.iter().map(unit).collect()
    }

    fn story() -> Vec<ReviewedStratum> {
        vec![
            ReviewedStratum {
                units: 50,
                paid_cents: 60_000,
                reviewed: reviewed(&[(1000, 1000), (1200, 0), (1100, 900), (1300, 1400)]),
            },
            ReviewedStratum {
                units: 2,
                paid_cents: 90_000,
                reviewed: reviewed(&[(50_000, 10_000), (40_000, 40_000)]),
            },
        ]
    }

    #[test]
    fn a_stratum_reviewed_whole_adds_what_was_found_and_no_error() {
        let all = story();
        for estimator in [
            Estimator::Difference,
            Estimator::MeanPerUnit,
            Estimator::SeparateRatio,
        ] {
            let (both, first) = (estimate(estimator, &all), estimate(estimator, &all[..1]));
            assert!((both.point - first.point - 40_000.0).abs() < 1e-9);
            assert!((both.standard_error - first.standard_error).abs() < 1e-9);
            assert_eq!(
                both.law,
                Law::Student {
                    degrees_of_freedom: 3.0
                }
            );
        }
    }

    #[test]
    fn a_whole_frame_reviewed_is_known() {
        let whole = &story()[1..];
        for estimator in [
            Estimator::Difference,
            Estimator::MeanPerUnit,
            Estimator::Ratio,
            Estimator::SeparateRatio,
        ] {
            let known = estimate(estimator, whole);
            assert!((known.point - 40_000.0).abs() < 1e-9);
            assert!(known.standard_error.abs() < 1e-9 && known.law == Law::Certain);
            assert!((known.lower_limit(0.9) - 40_000.0).abs() < 1e-9);
        }
    }

    #[test]
    fn underpayments_are_netted() {
        let strata = [ReviewedStratum {
            units: 10,
            paid_cents: 1000,
            reviewed: reviewed(&[(100, 150), (100, 50)]),
        }];
        assert!(estimate(Estimator::Difference, &strata).point.abs() < 1e-9);
    }

    #[test]
    fn an_estimate_is_as_skewed_as_its_units_over_the_root_of_their_number() {
        // Overpaid 1, 2, 3, 6: G₁ = 4.5 / 3.5^1.5, and allowed amounts lean the other way.
        let strata = [ReviewedStratum {
            units: 100,
            paid_cents: 1000,
            reviewed: reviewed(&[(10, 9), (10, 8), (10, 7), (10, 4)]),
        }];
        // The variance behind the estimate has divisor n − 1.
        let expected = 4.5 / (14.0_f64 / 3.0).powf(1.5) / 2.0;
        for estimator in [
            Estimator::Difference,
            Estimator::MeanPerUnit,
            Estimator::Ratio,
        ] {
            let found = estimate(estimator, &strata).skewness;
            assert!((found - expected).abs() < 1e-9, "{estimator:?} {found}");
        }
    }

    #[test]
    fn several_sampled_strata_take_the_normal_as_rat_stats_does() {
        let mut strata = story();
        strata[1].units = 9;
        let found = estimate(Estimator::Difference, &strata);
        assert_eq!(found.law, Law::Normal);
        let freedom = found.effective_freedom.expect("sampled");
        assert!((1.0..=4.0).contains(&freedom), "{freedom}");
        let careful = found.with_effective_freedom();
        assert!(careful.lower_limit(0.9) < found.lower_limit(0.9));
    }

    #[test]
    fn no_spread_leaves_the_smallest_stratums_freedom() {
        let strata = [ReviewedStratum {
            units: 100,
            paid_cents: 1000,
            reviewed: reviewed(&[(10, 10), (10, 10), (10, 10)]),
        }];
        let none = estimate(Estimator::Difference, &strata);
        assert!(none.point.abs() < 1e-12 && none.standard_error.abs() < 1e-12);
        assert!(none.skewness.abs() < 1e-12);
        assert_eq!(none.effective_freedom, Some(2.0));
    }
}
