//! p-values whose calibration sample is the other side.

use crate::stats::pareto::ParetoTail;

/// Part of the control scores whose law is fitted as a tail (the upper tenth: DuMouchel, *Estimating
/// the stable index in order to measure tail thickness*, Annals of Statistics 1983).
pub const TAIL_PART: f64 = 0.1;

/// p-values of scores, and the tail by which the highest are judged.
#[derive(Debug, Clone)]
pub struct Mirrored {
    pub p: Vec<f64>,
    /// Heaviness ξ of the control's tail; `None` where there were too few to fit.
    pub heaviness: Option<f64>,
}

/// Judges scores that are symmetric about 0 for honest entities.
///
/// Then −w of the others has the law of an honest w, so the rank of w among them is a conformal p:
/// p = (1 + others with −w at least as high) / n. Unusual entities, all on one side, are not in the
/// calibration sample but for their mirror images at its low end, where nobody is judged by them.
/// Beyond the control's upper [`TAIL_PART`] the rank is continued by the generalised Pareto law
/// fitted there ([`ParetoTail`]: never lighter than exponential).
pub fn mirrored(w: &[f64]) -> Mirrored {
    let n = w.len();
    let mut control: Vec<f64> = w.iter().map(|w| -w).collect();
    control.sort_unstable_by(f64::total_cmp);
    let beyond = (TAIL_PART * n as f64) as usize;
    let threshold = n.checked_sub(beyond + 1).map(|at| control[at]);
    let tail = threshold.filter(|u| *u > 0.0).and_then(|u| {
        let exceedances: Vec<f64> = control[n - beyond..].iter().map(|c| c - u).collect();
        Some((u, ParetoTail::fit(&exceedances)?))
    });
    let one = |w: &f64| {
        if let Some((u, law)) = &tail
            && w > u
        {
            return beyond as f64 / n as f64 * law.beyond(w - u);
        }
        let at_least = n - control.partition_point(|c| c < w);
        // The entity's own mirror image is no other's.
        let own = usize::from(-w >= *w);
        (1 + at_least - own) as f64 / n as f64
    };
    Mirrored {
        p: w.iter().map(one).collect(),
        heaviness: tail.map(|(_, law)| law.shape),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tails::normal_quantile_above;

    #[test]
    fn ranks_among_the_mirror_images_by_hand() {
        // 3, the image of −3, is as high as 2 and as 3. All others' images are as high as −3.
        let found = mirrored(&[2.0, -1.0, 3.0, -0.5, -3.0]);
        for (row, p) in [(0, 0.4), (2, 0.4), (4, 1.0)] {
            assert!((found.p[row] - p).abs() < 1e-15, "{row}: {}", found.p[row]);
        }
        assert_eq!(found.heaviness, None);
    }

    #[test]
    fn normal_scores_get_their_normal_tail() {
        let n = 4000;
        let mut w: Vec<f64> = (0..n)
            .map(|i| normal_quantile_above((f64::from(i) + 0.5) / f64::from(n)))
            .collect();
        w.push(4.0);
        let found = mirrored(&w);
        for (w, p) in w.iter().zip(&found.p) {
            let normal = crate::stats::tails::normal_above(*w);
            assert!((p - normal).abs() < 5e-3, "{w}: {p} {normal}");
        }
        // Three in 100,000; an exponential continuation, lighter than which none is taken, says ten
        // times as many.
        let last = found.p[n as usize];
        assert!((3.1e-5..4e-4).contains(&last), "{last}");
    }

    #[test]
    fn unusual_ones_on_the_high_side_do_not_widen_the_tail() {
        let n = 1000;
        let mut w: Vec<f64> = (0..n)
            .map(|i| normal_quantile_above((f64::from(i) + 0.5) / f64::from(n)))
            .collect();
        let before = mirrored(&w);
        w.extend(vec![6.0; 50]);
        let after = mirrored(&w);
        assert!(after.p[n as usize] < 1e-5);
        // Their images lie at the low end: the tail begins a little further in.
        let ratio = after.p[5] / before.p[5];
        assert!((0.8..1.3).contains(&ratio), "{ratio}");
    }
}
