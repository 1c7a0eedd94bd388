//! How much a provider's months vary by themselves.

use crate::stats::scale::{MAD_TO_SD, median};

/// Degrees of freedom that one difference between months is worth: a median of absolute values has
/// 0.37 of the efficiency of a mean of squares (as the MAD), and neighbouring differences share a
/// month, which takes a third of what is left.
pub const FREEDOM_PER_DIFFERENCE: f64 = 0.25;

/// Differences a provider's own noise is worth looking at from.
pub const MIN_DIFFERENCES: usize = 3;

/// A squared noise of more than this many times what is fitted counts as this much in the fit.
const WINSOR: f64 = 9.0;

/// Rounds of the reweighted fit.
const ROUNDS: usize = 12;

/// The weight of what peers of the same volume show, in degrees of freedom: at least and at most.
const PRIOR_FREEDOM: (f64, f64) = (2.0, 50.0);

/// A provider's own noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Own {
    /// Squared noise of one month, on the log scale.
    pub variance: f64,
    pub freedom: f64,
    /// Usual lines a month.
    pub lines: f64,
}

/// The noise of one month from the differences of neighbouring active months: ½ (1.4826 · median
/// |Δ|)². Differences are blind to growth and to a lasting shift (von Neumann 1941), the median to a
/// few spikes. `logs` are adjusted for season, in the order of months; `None` below
/// [`MIN_DIFFERENCES`].
#[must_use]
pub fn own_noise(logs: &[f64], lines: f64) -> Option<Own> {
    let steps: Vec<f64> = logs.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
    if steps.len() < MIN_DIFFERENCES {
        return None;
    }
    let sd = MAD_TO_SD * median(&steps)?;
    Some(Own {
        variance: 0.5 * sd * sd,
        freedom: FREEDOM_PER_DIFFERENCE * steps.len() as f64,
        lines,
    })
}

/// What peers of a given volume show: `base + per_line / lines`, the variance of the log of a
/// compound Poisson amount with that many lines beside a part that volume does not average out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    pub base: f64,
    pub per_line: f64,
    /// Degrees of freedom that this weighs against a provider's own.
    pub freedom: f64,
}

impl Usual {
    /// The noise usual at a volume.
    #[must_use]
    pub fn at(&self, lines: f64) -> f64 {
        self.base + self.per_line / lines.max(1.0)
    }

    /// A provider's noise, between its own and the usual one (moderated variance: Smyth, *Linear
    /// models and empirical Bayes methods*, 2004, with the trend in volume of limma).
    #[must_use]
    pub fn moderate(&self, own: Option<&Own>, lines: f64) -> f64 {
        let usual = self.at(lines);
        own.map_or(usual, |own| {
            (self.freedom * usual + own.freedom * own.variance) / (self.freedom + own.freedom)
        })
    }
}

/// Fits the usual noise over peers, by least squares of relative errors, reweighted and winsorised;
/// `None` where nobody's noise is known.
#[must_use]
pub fn usual_noise(peers: &[Own]) -> Option<Usual> {
    if peers.is_empty() {
        return None;
    }
    let mean = peers.iter().map(|p| p.variance).sum::<f64>() / peers.len() as f64;
    let mut usual = Usual {
        base: mean,
        per_line: 0.0,
        freedom: PRIOR_FREEDOM.0,
    };
    if mean <= 0.0 {
        return Some(usual);
    }
    for _ in 0..ROUNDS {
        // Sums of the weighted normal equations over (1, x = 1 / lines).
        let (mut w0, mut w1, mut w2, mut y0, mut y1) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for peer in peers {
            let fitted = usual.at(peer.lines).max(1e-3 * mean);
            let weight = peer.freedom / (fitted * fitted);
            let (x, y) = (
                1.0 / peer.lines.max(1.0),
                peer.variance.min(WINSOR * fitted),
            );
            w0 += weight;
            w1 += weight * x;
            w2 += weight * x * x;
            y0 += weight * y;
            y1 += weight * x * y;
        }
        let determinant = w0 * w2 - w1 * w1;
        let (base, per_line) = if determinant > 1e-9 * w0 * w2 {
            (
                (y0 * w2 - y1 * w1) / determinant,
                (y1 * w0 - y0 * w1) / determinant,
            )
        } else {
            (y0 / w0, 0.0)
        };
        (usual.base, usual.per_line) = if base < 0.0 {
            (0.0, y1 / w2)
        } else if per_line < 0.0 {
            (y0 / w0, 0.0)
        } else {
            (base, per_line)
        };
    }
    usual.freedom = prior_freedom(peers, &usual);
    Some(usual)
}

/// Degrees of freedom of the prior: the log of a variance with d of them varies by about 2 / d, so
/// what the log ratios vary beyond their own share is 2 over the prior's.
fn prior_freedom(peers: &[Own], usual: &Usual) -> f64 {
    let ratios: Vec<f64> = peers
        .iter()
        .filter(|p| p.variance > 0.0)
        .map(|p| (p.variance / usual.at(p.lines)).ln())
        .collect();
    let own: Vec<f64> = peers.iter().map(|p| 2.0 / p.freedom).collect();
    let (Some(sd), Some(own)) = (crate::stats::scale::scale(&ratios), median(&own)) else {
        return PRIOR_FREEDOM.0;
    };
    let between = sd * sd - own;
    let freedom = if between > 0.0 {
        2.0 / between
    } else {
        f64::INFINITY
    };
    freedom.clamp(PRIOR_FREEDOM.0, PRIOR_FREEDOM.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_see_neither_growth_nor_a_spike() {
        let steady: Vec<f64> = (0..13)
            .map(|m| if m % 2 == 0 { 0.1 } else { -0.1 })
            .collect();
        let growing: Vec<f64> = steady
            .iter()
            .zip(0..)
            .map(|(x, m)| x + 1e-6 * f64::from(m))
            .collect();
        let mut spiked = steady.clone();
        spiked[5] += 3.0;
        let variance = |logs: &[f64]| own_noise(logs, 10.0).expect("twelve differences").variance;
        let by_hand = 0.5 * (MAD_TO_SD * 0.2_f64).powi(2);
        for logs in [&steady, &growing, &spiked] {
            assert!((variance(logs) - by_hand).abs() < 1e-6);
        }
        assert_eq!(own_noise(&steady[..3], 10.0), None);
    }

    #[test]
    fn the_usual_noise_falls_with_volume_to_its_base() {
        let peers: Vec<Own> = (1..200)
            .map(|lines| Own {
                variance: 0.01 + 2.0 / f64::from(lines),
                freedom: 3.0,
                lines: f64::from(lines),
            })
            .collect();
        let usual = usual_noise(&peers).expect("peers");
        assert!((usual.base - 0.01).abs() < 1e-6 && (usual.per_line - 2.0).abs() < 1e-4);
        let noisy = Own {
            variance: 1.0,
            freedom: 3.0,
            lines: 100.0,
        };
        let between = usual.moderate(Some(&noisy), 100.0);
        assert!(between > usual.at(100.0) && between < 1.0);
        assert_eq!(usual_noise(&[]), None);
    }
}
