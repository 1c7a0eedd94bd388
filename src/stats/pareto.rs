//! The generalised Pareto law of what lies beyond a high threshold, for tails that reach further
//! than the sample.

/// Exceedances that a fit needs.
pub const LEAST_EXCEEDANCES: usize = 10;

/// What the fitted shape is pulled to, and by how many exceedances' weight, as Vehtari, Simpson,
/// Gelman, Yao & Gabry (*Pareto smoothed importance sampling*, JMLR 2024, appendix C) have it: few
/// exceedances are taken for a heavy tail.
const PRIOR_SHAPE: f64 = 0.5;
const PRIOR_WEIGHT: f64 = 10.0;

/// P(X > u + x | X > u) = (1 + ξ x / σ)^(−1/ξ), e^(−x/σ) where ξ is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParetoTail {
    /// ξ ≥ 0: 0 for an exponential tail, 1/ν for Student's t with ν degrees of freedom.
    pub shape: f64,
    /// σ, in the values' unit.
    pub scale: f64,
}

impl ParetoTail {
    /// Fits positive exceedances of a threshold (Zhang & Stephens, *A new and efficient estimation
    /// method for the generalized Pareto distribution*, Technometrics 2009: a posterior mean that
    /// needs no iteration). A tail lighter than exponential is taken as exponential, which has no
    /// end beyond which nothing could be honest. `None` below [`LEAST_EXCEEDANCES`], or where values
    /// are not positive and finite.
    pub fn fit(exceedances: &[f64]) -> Option<Self> {
        let mut x = exceedances.to_vec();
        x.sort_unstable_by(f64::total_cmp);
        let (n, largest) = (x.len(), *x.last()?);
        let usable = x.iter().all(|x| *x > 0.0 && x.is_finite());
        if n < LEAST_EXCEEDANCES || !usable {
            return None;
        }
        let count = n as f64;
        let quartile = x[(count / 4.0 + 0.5) as usize - 1];
        let points = 30 + count.sqrt() as usize;
        let at = |j: usize| {
            let root = (points as f64 / (j as f64 - 0.5)).sqrt();
            1.0 / largest + (1.0 - root) / (3.0 * quartile)
        };
        let shape_at = |b: f64| x.iter().map(|x| (-b * x).ln_1p()).sum::<f64>() / count;
        let grid: Vec<(f64, f64)> = (1..=points)
            .map(at)
            .filter(|b| b.abs() > f64::EPSILON / largest)
            .map(|b| {
                let k = shape_at(b);
                (b, count * ((-b / k).ln() - k - 1.0))
            })
            .filter(|(_, l)| l.is_finite())
            .collect();
        let top = grid
            .iter()
            .map(|(_, l)| *l)
            .fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut total) = (0.0, 0.0);
        for (b, l) in grid {
            let weight = (l - top).exp();
            sum += weight * b;
            total += weight;
        }
        let b = sum / total;
        let own = shape_at(b);
        let shape = (count * own + PRIOR_WEIGHT * PRIOR_SHAPE) / (count + PRIOR_WEIGHT);
        let scale = -own / b;
        if shape > 0.0 && scale > 0.0 && scale.is_finite() {
            return Some(Self { shape, scale });
        }
        Some(Self {
            shape: 0.0,
            scale: x.iter().sum::<f64>() / count,
        })
    }

    /// Probability of more than x beyond the threshold, given that it is passed.
    pub fn beyond(&self, x: f64) -> f64 {
        let y = (x / self.scale).max(0.0);
        if self.shape > 0.0 {
            (-(self.shape * y).ln_1p() / self.shape).exp()
        } else {
            (-y).exp()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evenly spaced quantiles of the law.
    fn even(shape: f64, n: u32) -> Vec<f64> {
        let quantile = |p: f64| {
            if shape > 0.0 {
                ((1.0 - p).powf(-shape) - 1.0) / shape
            } else {
                -(1.0 - p).ln()
            }
        };
        (0..n)
            .map(|i| 2.0 * quantile((f64::from(i) + 0.5) / f64::from(n)))
            .collect()
    }

    #[test]
    fn the_law_is_recognised_by_its_quantiles() {
        for shape in [0.0, 0.2, 0.5] {
            let tail = ParetoTail::fit(&even(shape, 2000)).unwrap();
            assert!((tail.shape - shape).abs() < 0.03, "{shape}: {tail:?}");
            assert!((tail.scale - 2.0).abs() < 0.1, "{shape}: {tail:?}");
            // P(X > 2 Q(0.999)) among the quantiles themselves.
            let far = even(shape, 2000)[1997];
            let ratio = tail.beyond(far) / 0.00125;
            assert!((0.7..1.4).contains(&ratio), "{shape}: {ratio}");
        }
    }

    #[test]
    fn a_tail_with_an_end_is_taken_as_exponential() {
        let uniform: Vec<f64> = (1..=500).map(|i| f64::from(i) / 500.0).collect();
        let tail = ParetoTail::fit(&uniform).unwrap();
        assert!(tail.shape <= 0.0);
        assert!((tail.scale - 0.501).abs() < 1e-12);
        assert!(tail.beyond(3.0) > 1e-3);
    }

    #[test]
    fn few_say_heavy_and_very_few_say_nothing() {
        assert!(ParetoTail::fit(&even(0.0, 12)).unwrap().shape > 0.1);
        assert_eq!(ParetoTail::fit(&even(0.0, 9)), None);
        assert_eq!(ParetoTail::fit(&[]), None);
        assert_eq!(ParetoTail::fit(&[f64::NAN; 20]), None);
        assert_eq!(ParetoTail::fit(&[0.0; 20]), None);
    }

    #[test]
    fn agrees_with_an_independent_implementation() {
        // The published formulas in numpy; scipy's maximum likelihood has 1.424 and 0.153, before
        // the prior.
        let x: Vec<f64> = (1..=40)
            .map(|i| (f64::from(i) / 7.0).powi(4) / 300.0 + 0.01)
            .collect();
        let tail = ParetoTail::fit(&x).unwrap();
        assert!(
            (tail.shape - 1.267_864_752_929_323_2).abs() < 1e-9,
            "{tail:?}"
        );
        assert!(
            (tail.scale - 0.147_989_257_877_485_26).abs() < 1e-9,
            "{tail:?}"
        );
    }
}
