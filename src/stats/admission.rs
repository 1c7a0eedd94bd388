//! Whether a measure's null fits well enough for its p-values to count.
//!
//! Judged by size, not significance, on randomised p-values. Only
//! anti-conservative misfit harms. Unusual entities inflate p near 0, nothing
//! should inflate p near 1: the other tail is the control.

use super::counts::Count;
use super::tails::tails;

/// Scored entities below which a measure's fit cannot be vouched for, only
/// refused where even sampling does not explain what is seen.
pub const MIN_ASSESSED: usize = 300;

/// Scored entities from which a measure that cannot be vouched for still counts.
///
/// Its centre, width and their errors come from its own groups (30 are enough,
/// [`super::null::MIN_SCORED`]) and its tail mostly from the stated prior
/// ([`super::shape::PRIOR_HEAVINESS`]); the false discovery proportion at this
/// number is measured in `benches/README.md`. Below it a control tail of 1 % is
/// less than one entity, and nothing could contradict the prior.
pub const MIN_COUNTED: usize = 100;

/// Skew γ of the fitted shape from which a measure does not fit whatever its
/// p-values look like: the law rises like a wall on the harmless side (skewness
/// above 1.4), and nothing there tells how far it reaches on the other.
pub const LARGEST_SKEW: f64 = 0.9;

/// Largest harmless excess F(t) − t.
pub const LARGEST_EXCESS: f64 = 0.03;

/// The excess is looked at from here …
pub const FROM: f64 = 0.05;

/// … to here.
pub const TO: f64 = 0.5;

/// The control tail is p beyond this.
pub const CONTROL: f64 = 0.99;

/// Largest harmless part beyond it, in place of 0.01: judged by size, as the
/// excess is, since with 100,000 entities no real measure stays within the
/// sampling band of exactly 0.01.
pub const LARGEST_CONTROL: f64 = 0.015;

/// Smallest mean p within a tenth of the entities by size. Under the null it is
/// ½; at a third a whole class of size looks unusual, which a third of unusual
/// entities in it would be needed to explain: the measure measures size.
pub const LEAST_MEAN_BY_SIZE: f64 = 1.0 / 3.0;

/// One-sided level of the sampling bands.
pub const BAND_LEVEL: f64 = 0.01;

/// What follows from the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The null fits.
    Admitted,
    /// p-values are larger than they should be: kept, at a loss of power.
    Conservative,
    /// The bulk and the control fit, and many lie near 0: kept, and reported.
    Widespread,
    /// Fewer than [`MIN_ASSESSED`] scored, and nothing seen that sampling would
    /// not explain: counts with exact tails, or from [`MIN_COUNTED`] on with the
    /// prior's heavy tail.
    NotAssessable,
    /// The null does not fit; the measure is not combined.
    DoesNotFit,
}

/// The figures behind a verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Admission {
    /// What follows.
    pub verdict: Verdict,
    /// Finite p-values judged.
    pub scored: usize,
    /// Largest F(t) − t for t in [[`FROM`], [`TO`]].
    pub excess: f64,
    /// Smallest F(t) − t there: how conservative.
    pub shortfall: f64,
    /// Largest excess allowed at this number.
    pub allowed_excess: f64,
    /// The same excess among p > [`FROM`] only, rescaled to (0, 1): of the bulk
    /// once a heavy tail near 0 is set aside.
    pub bulk_excess: f64,
    /// Part with p < [`FROM`].
    pub near_zero: f64,
    /// Largest part near 0 that sampling explains.
    pub allowed_near_zero: f64,
    /// Part with p > [`CONTROL`].
    pub control: f64,
    /// Largest part there that is harmless or that sampling explains.
    pub allowed_control: f64,
    /// Part of the bulk with p > 1 − [`FROM`]: the mirror image of near 0.
    pub mirror: f64,
    /// Smallest part there that sampling explains. Less means that the law is
    /// skewed, and then a heavy end near 0 is no sign of unusual entities.
    pub least_mirror: f64,
    /// Smallest mean p of a tenth by size, with what sampling may have taken from
    /// it added; ½ below [`MIN_ASSESSED`].
    pub mean_by_size: f64,
}

impl Admission {
    /// Whether the measure's p-values may enter a combination; `exact` says
    /// that they are exact tails.
    pub fn counts(&self, exact: bool) -> bool {
        match self.verdict {
            Verdict::Admitted | Verdict::Conservative | Verdict::Widespread => true,
            Verdict::NotAssessable => exact || self.scored >= MIN_COUNTED,
            Verdict::DoesNotFit => false,
        }
    }
}

/// Judges a measure by its randomised p-values (for a ratio of at most 1, in
/// the measure's direction, over all its peer groups) and the skew γ of the
/// shape they rest on ([`super::shape`], 0 for normal). `sizes` are the entities'
/// denominators, in the order of `p`. NaNs are left out.
pub fn admission(p: &[f64], sizes: &[f64], skew: f64) -> Admission {
    let mean_by_size = mean_by_size(p, sizes);
    let mut sorted: Vec<f64> = p.iter().copied().filter(|p| !p.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let scored = sorted.len();
    let part = |count: usize| {
        if scored == 0 {
            0.0
        } else {
            count as f64 / scored as f64
        }
    };

    let (excess, shortfall) = extremes(&sorted);
    let bulk: Vec<f64> = sorted
        .iter()
        .filter(|p| **p > FROM)
        .map(|p| (p - FROM) / (1.0 - FROM))
        .collect();
    let (bulk_excess, _) = extremes(&bulk);
    let near_zero = part(scored - bulk.len());
    let control = part(sorted.iter().filter(|p| **p > CONTROL).count());
    let allowed_near_zero = part(band(scored, FROM));
    let allowed_control = part(band(scored, 1.0 - CONTROL)).max(LARGEST_CONTROL);
    let allowed_excess = allowance(scored);
    let of_bulk = |count: usize| count as f64 / bulk.len().max(1) as f64;
    let mirror = of_bulk(sorted.iter().filter(|p| **p > 1.0 - FROM).count());
    // As many above as a clean bulk leaves below with the same probability.
    let expected_mirror = FROM / (1.0 - FROM);
    let least_mirror =
        of_bulk(bulk.len() - band(bulk.len(), 1.0 - expected_mirror).min(bulk.len()));

    let clean_control = control <= allowed_control;
    let follows_size = mean_by_size < LEAST_MEAN_BY_SIZE;
    let fits = if !clean_control || skew >= LARGEST_SKEW || follows_size {
        Verdict::DoesNotFit
    } else if excess <= allowed_excess {
        if shortfall < -allowed_excess {
            Verdict::Conservative
        } else {
            Verdict::Admitted
        }
    } else if near_zero > allowed_near_zero
        && bulk_excess <= allowance(bulk.len())
        && mirror >= least_mirror
    {
        Verdict::Widespread
    } else {
        Verdict::DoesNotFit
    };
    let verdict = if scored < MIN_ASSESSED && fits != Verdict::DoesNotFit {
        Verdict::NotAssessable
    } else {
        fits
    };
    Admission {
        verdict,
        scored,
        excess,
        shortfall,
        allowed_excess,
        bulk_excess,
        near_zero,
        allowed_near_zero,
        control,
        allowed_control,
        mirror,
        least_mirror,
        mean_by_size,
    }
}

/// The tolerated excess, or the one-sided band of an empirical distribution
/// (Massart 1990: P(excess > x) ≤ exp(−2 n x²)) where that is wider.
fn allowance(scored: usize) -> f64 {
    let band = (-BAND_LEVEL.ln() / (2.0 * scored.max(1) as f64)).sqrt();
    band.max(LARGEST_EXCESS)
}

/// Smallest mean p of a tenth of the entities by size, each at the upper end of
/// its sampling error.
fn mean_by_size(p: &[f64], sizes: &[f64]) -> f64 {
    const CLASSES: usize = 10;
    /// [`BAND_LEVEL`] shared by the classes, in standard errors.
    const ERRORS: f64 = 3.09;
    /// Standard deviation of a uniform number, 1 / √12.
    const UNIFORM_SD: f64 = 0.288_675_134_594_812_9;
    let mut by_size: Vec<(f64, f64)> = sizes
        .iter()
        .copied()
        .zip(p.iter().copied())
        .filter(|(_, p)| !p.is_nan())
        .collect();
    if by_size.len() < MIN_ASSESSED {
        return 0.5;
    }
    // Stable: equals stay in key order, which says nothing of p.
    by_size.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mean =
        |class: &[(f64, f64)]| class.iter().map(|(_, p)| p).sum::<f64>() / class.len() as f64;
    // The last class may be short: it is left out below half a class.
    let size = by_size.len().div_ceil(CLASSES);
    let classes = by_size.chunks(size).filter(|class| 2 * class.len() >= size);
    let upper =
        |class: &[(f64, f64)]| mean(class) + ERRORS * UNIFORM_SD / (class.len() as f64).sqrt();
    classes.map(upper).fold(0.5, f64::min)
}

/// Largest and smallest F(t) − t for t in [FROM, TO], of sorted values.
fn extremes(sorted: &[f64]) -> (f64, f64) {
    if sorted.is_empty() {
        return (0.0, 0.0);
    }
    let total = sorted.len() as f64;
    let up_to = |t: f64| sorted.partition_point(|p| *p <= t);
    let at_end = |t: f64| up_to(t) as f64 / total - t;
    let mut largest = at_end(FROM).max(at_end(TO));
    let mut smallest = at_end(FROM).min(at_end(TO));
    // F jumps up at each value: it is largest just there, smallest just before.
    for (rank, p) in sorted.iter().enumerate().take(up_to(TO)).skip(up_to(FROM)) {
        largest = largest.max((rank as f64 + 1.0) / total - p);
        smallest = smallest.min(rank as f64 / total - p);
    }
    (largest, smallest)
}

/// Largest count of events of this probability among `scored` that sampling
/// explains at [`BAND_LEVEL`], exactly.
fn band(scored: usize, probability: f64) -> usize {
    if scored == 0 {
        return 0;
    }
    let count = Count::Binomial {
        trials: scored as f64,
        p: probability,
    };
    let mut k = count.mean().floor();
    while tails(&count, k).above > BAND_LEVEL {
        k += 1.0;
    }
    k as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::draws::Draws;

    /// Without sizes.
    fn judge(p: &[f64], skew: f64) -> Admission {
        admission(p, &[], skew)
    }

    fn even(n: u32) -> Vec<f64> {
        (0..n)
            .map(|i| (f64::from(i) + 0.5) / f64::from(n))
            .collect()
    }

    #[test]
    fn uniform_is_admitted() {
        let result = judge(&even(5000), 0.0);
        assert_eq!(result.verdict, Verdict::Admitted, "{result:?}");
        assert!(result.excess.abs() < 1e-3 && (result.control - 0.01).abs() < 1e-3);
    }

    #[test]
    fn few_are_not_assessable_and_very_few_count_only_when_exact() {
        for (scored, counts) in [(99, false), (100, true), (299, true)] {
            let result = judge(&even(scored), 0.0);
            assert_eq!(result.verdict, Verdict::NotAssessable);
            assert!(result.counts(true) && result.counts(false) == counts);
        }
    }

    #[test]
    fn few_are_refused_where_sampling_explains_nothing() {
        let p: Vec<f64> = even(200).iter().map(|p| p.powf(1.6)).collect();
        let result = judge(&p, 0.0);
        assert_eq!(result.verdict, Verdict::DoesNotFit, "{result:?}");
        assert!(!result.counts(true));
    }

    #[test]
    fn a_shifted_null_does_not_fit() {
        let p: Vec<f64> = even(5000).iter().map(|p| p.powf(1.2)).collect();
        assert_eq!(judge(&p, 0.0).verdict, Verdict::DoesNotFit);
    }

    #[test]
    fn too_wide_a_null_is_conservative() {
        // Everything pulled towards the middle.
        let p: Vec<f64> = even(5000).iter().map(|p| 0.1 + 0.8 * p).collect();
        assert_eq!(judge(&p, 0.0).verdict, Verdict::Conservative);
    }

    #[test]
    fn too_narrow_a_null_shows_in_the_control() {
        let p: Vec<f64> = even(5000)
            .iter()
            .map(|p| if *p > 0.98 { 0.995 } else { *p })
            .collect();
        assert_eq!(judge(&p, 0.0).verdict, Verdict::DoesNotFit);
    }

    #[test]
    fn a_heavy_end_with_a_clean_bulk_is_widespread() {
        let mut p = even(4000);
        p.extend(vec![1e-6; 600]);
        let result = judge(&p, 0.0);
        assert_eq!(result.verdict, Verdict::Widespread, "{result:?}");
        assert!(result.mirror > result.least_mirror);
        assert!(result.counts(false));
    }

    #[test]
    fn a_measure_of_size_is_refused() {
        // Uniform over all, and the larger the smaller.
        let p = even(5000);
        let sizes: Vec<f64> = p.iter().map(|p| 1.0 / p).collect();
        let result = admission(&p, &sizes, 0.0);
        assert_eq!(result.verdict, Verdict::DoesNotFit);
        assert!(result.mean_by_size < 0.1 && judge(&p, 0.0).mean_by_size > 0.49);
    }

    #[test]
    fn a_wall_on_the_harmless_side_is_refused() {
        assert_eq!(judge(&even(5000), 0.95).verdict, Verdict::DoesNotFit);
    }

    #[test]
    fn a_heavy_end_without_its_mirror_is_a_skewed_law() {
        let mut p: Vec<f64> = even(4000).into_iter().filter(|p| *p < 0.97).collect();
        p.extend(vec![1e-6; 600]);
        assert_eq!(judge(&p, 0.0).verdict, Verdict::DoesNotFit);
    }

    #[test]
    fn honest_samples_are_seldom_refused() {
        let mut draws = Draws::new(9);
        let refused = (0..300)
            .filter(|_| {
                let p: Vec<f64> = (0..500).map(|_| draws.uniform()).collect();
                judge(&p, 0.0).verdict == Verdict::DoesNotFit
            })
            .count();
        // Two bands at 1 % each: 6 expected at most.
        assert!(refused <= 12, "{refused}");
    }

    #[test]
    fn the_band_is_the_binomial_quantile() {
        // scipy.stats.binom.ppf(0.99, 1000, 0.01)
        assert_eq!(band(1000, 0.01), 18);
    }
}
