//! A window of months against the year before it.

use super::history::{MIN_LINES, MIN_TRAILING, Peer, PeerMonth, Peers, TRAILING};
use crate::stats::scale::{MAD_TO_SD, median};

/// Part of a window's months that must have an amount.
pub const ACTIVE_SHARE: f64 = 2.0 / 3.0;

/// The latest months that windows may begin in; earlier ones are history only. Medicare's recovery
/// auditors look back three years.
pub const LOOK_BACK: usize = 36;

/// Variance of a median over that of a mean, for many normal values.
const MEDIAN_LOSS: f64 = std::f64::consts::FRAC_PI_2;

/// The most by which months of one provider are taken to move together.
const LARGEST_DESIGN_EFFECT: f64 = 10.0;

/// One provider's window.
#[derive(Debug, Clone, Copy)]
pub struct Departure {
    /// Position of its group, of the provider within it, and first month of the window.
    pub group: usize,
    pub peer: usize,
    pub start: usize,
    /// Log ratio of the window's usual month to the year before, without season.
    pub d: f64,
    /// What the provider's own noise makes of it.
    pub variance: f64,
    /// Log of the window's usual month, and of what the year before and the season make of it.
    pub observed: f64,
    pub expected: f64,
}

/// Months from one window to the next: half a window, since a median does not mind the quarter that
/// a shift may then miss it by.
fn hop(window: usize) -> usize {
    (window / 2).max(1)
}

/// All windows of a group's members.
#[must_use]
pub fn departures(group: usize, peers: &Peers, window: usize, months: usize) -> Vec<Departure> {
    let mut found = Vec::new();
    for (position, peer) in peers.peers.iter().enumerate() {
        let latest = (months + 1).saturating_sub(window);
        let starts = (latest.saturating_sub(LOOK_BACK)..latest).rev();
        for start in starts.step_by(hop(window)) {
            found.extend(departure(group, position, peer, start, window));
        }
    }
    found
}

fn departure(
    group: usize,
    position: usize,
    peer: &Peer,
    start: usize,
    window: usize,
) -> Option<Departure> {
    let between = |from: usize, to: usize| {
        let from = peer.months.partition_point(|m| m.month < from);
        let to = peer.months.partition_point(|m| m.month < to);
        &peer.months[from..to]
    };
    let inside = between(start, start + window);
    let before = between(start.saturating_sub(TRAILING), start);
    if before.len() < MIN_TRAILING || (inside.len() as f64) < ACTIVE_SHARE * window as f64 {
        return None;
    }
    let usual = |months: &[PeerMonth], of: fn(&PeerMonth) -> f64| {
        let values: Vec<f64> = months.iter().map(of).collect();
        median(&values)
    };
    if usual(before, |m| m.lines)? < MIN_LINES {
        return None;
    }
    let (now, then) = (usual(inside, |m| m.log)?, usual(before, |m| m.log)?);
    let season = inside.iter().map(|m| m.season).sum::<f64>() / inside.len() as f64;
    let of_one = if inside.len() == 1 { 1.0 } else { MEDIAN_LOSS };
    let parts = of_one / inside.len() as f64 + MEDIAN_LOSS / before.len() as f64;
    Some(Departure {
        group,
        peer: position,
        start,
        d: now - then,
        variance: peer.noise * parts,
        observed: now + season,
        expected: then + season,
    })
}

/// φ: by how much a provider's own noise understates its departures, since months move together.
/// The slope of squared departures over the variances they should have, between the thirds with the
/// smallest and the largest (Bartlett, *Fitting a straight line when both variables are subject to
/// error*, 1949), robustly. `centred` are departures with their group's usual one taken out.
#[must_use]
pub fn design_effect(centred: &[(f64, f64)]) -> f64 {
    let mut sorted = centred.to_vec();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let third = sorted.len() / 3;
    let low = third_of(&sorted[..third]);
    let high = third_of(&sorted[sorted.len() - third..]);
    match (low, high) {
        (Some(low), Some(high)) if high.0 > 1.5 * low.0 => {
            ((high.1 - low.1) / (high.0 - low.0)).clamp(1.0, LARGEST_DESIGN_EFFECT)
        }
        _ => 1.0,
    }
}

/// Median variance and robust square of the departures.
fn third_of(centred: &[(f64, f64)]) -> Option<(f64, f64)> {
    let variances: Vec<f64> = centred.iter().map(|c| c.0).collect();
    let sizes: Vec<f64> = centred.iter().map(|c| c.1.abs()).collect();
    Some((median(&variances)?, (MAD_TO_SD * median(&sizes)?).powi(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(logs: &[(usize, f64)]) -> Peer {
        let month = |&(month, log): &(usize, f64)| PeerMonth {
            month,
            log,
            season: 0.5,
            lines: 10.0,
        };
        Peer {
            provider: 0,
            months: logs.iter().map(month).collect(),
            noise: 0.12,
            lines: 10.0,
            judged: true,
        }
    }

    #[test]
    fn a_month_against_the_median_of_its_year_by_hand() {
        // Ten of the twelve months before: median of 1..=10 is 5.5.
        let mut months: Vec<(usize, f64)> = (0..10).map(|m| (m + 1, (m + 1) as f64)).collect();
        months.push((12, 9.0));
        let found = departure(0, 0, &peer(&months), 12, 1).expect("a window");
        assert!((found.d - 3.5).abs() < 1e-12);
        assert!((found.expected - 6.0).abs() < 1e-12 && (found.observed - 9.5).abs() < 1e-12);
        let by_hand = 0.12 * (1.0 + std::f64::consts::FRAC_PI_2 / 10.0);
        assert!((found.variance - by_hand).abs() < 1e-12);
        assert!(departure(0, 0, &peer(&months), 11, 1).is_none());
    }

    #[test]
    fn a_year_of_a_few_lines_a_month_judges_nothing() {
        let months: Vec<(usize, f64)> = (0..13).map(|m| (m, 1.0)).collect();
        let mut few = peer(&months);
        assert!(departure(0, 0, &few, 12, 1).is_some());
        for month in &mut few.months[..7] {
            month.lines = 3.0;
        }
        assert!(departure(0, 0, &few, 12, 1).is_none());
    }

    #[test]
    fn half_a_year_needs_four_active_months() {
        let months: Vec<(usize, f64)> = (0..12).map(|m| (m, 1.0)).collect();
        let with = |after: &[usize]| {
            let mut all = months.clone();
            all.extend(after.iter().map(|m| (*m, 3.0)));
            departure(0, 0, &peer(&all), 12, 6)
        };
        assert!(with(&[12, 14, 15]).is_none());
        assert!((with(&[12, 14, 15, 17]).expect("four").d - 2.0).abs() < 1e-12);
    }

    #[test]
    fn the_design_effect_is_the_slope() {
        let centred: Vec<(f64, f64)> = (0..3000)
            .map(|i| {
                let variance = 0.01 * f64::from(i / 100 + 1);
                let p = (f64::from(i % 100) + 0.5) / 100.0;
                let z = crate::stats::tails::normal_quantile_above(p);
                (variance, z * (0.05 + 2.5 * variance).sqrt())
            })
            .collect();
        let slope = design_effect(&centred);
        assert!((slope - 2.5).abs() < 0.1, "{slope}");
        assert!((design_effect(&[(0.1, 3.0); 30]) - 1.0).abs() < 1e-12);
    }
}
