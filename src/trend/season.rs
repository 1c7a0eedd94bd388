//! The season that peers share, month by month.

use crate::stats::scale::median;

/// Peers that must bill in a month for their season to be known.
pub const MIN_SEASON_PEERS: usize = 15;

/// Rounds of the polish; it settles within a few.
const ROUNDS: usize = 20;

/// A change of the season below this is none: a hundredth of a percent.
const SETTLED: f64 = 1e-4;

/// The log season of each of `months` months over the peers' log amounts, by median polish (Tukey,
/// *Exploratory Data Analysis*, 1977, ch. 11): alternately each peer's median over months is taken
/// out, and each month's median over peers. A peer that is itself unusual, or missing in some
/// months, moves it next to nothing. `NaN` in months with fewer than [`MIN_SEASON_PEERS`].
///
/// `peers` hold (month, log amount).
#[must_use]
pub fn season(peers: &[Vec<(usize, f64)>], months: usize) -> Vec<f64> {
    let mut count = vec![0_usize; months];
    for (month, _) in peers.iter().flatten() {
        count[*month] += 1;
    }
    let mut season: Vec<f64> = count
        .iter()
        .map(|c| if *c < MIN_SEASON_PEERS { f64::NAN } else { 0.0 })
        .collect();
    let mut columns: Vec<Vec<f64>> = count.iter().map(|c| Vec::with_capacity(*c)).collect();
    for _ in 0..ROUNDS {
        columns.iter_mut().for_each(Vec::clear);
        for peer in peers {
            let adjusted: Vec<f64> = peer
                .iter()
                .map(|(m, log)| log - season[*m])
                .filter(|x| !x.is_nan())
                .collect();
            if let Some(own) = median(&adjusted) {
                for (month, log) in peer {
                    columns[*month].push(log - own);
                }
            }
        }
        let mut moved = 0.0_f64;
        for (value, column) in season.iter_mut().zip(&columns) {
            if let (false, Some(next)) = (value.is_nan(), median(column)) {
                moved = moved.max((next - *value).abs());
                *value = next;
            }
        }
        if moved < SETTLED {
            break;
        }
    }
    season
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_season_is_found_exactly_whatever_the_sizes() {
        let winter = |month: usize| if month % 12 < 3 { 0.7 } else { 0.0 };
        let peers: Vec<Vec<(usize, f64)>> = (0..20)
            .map(|p| (0..24).map(|m| (m, f64::from(p) + winter(m))).collect())
            .collect();
        let season = season(&peers, 24);
        for (month, value) in season.iter().enumerate() {
            assert!((value - season[6] - winter(month)).abs() < 1e-9);
        }
    }

    #[test]
    fn one_unusual_peer_and_missing_months_leave_it() {
        let mut peers: Vec<Vec<(usize, f64)>> = (0..21)
            .map(|p| {
                (0..12)
                    .filter(|m| (m + p) % 5 != 0)
                    .map(|m| (m, p as f64))
                    .collect()
            })
            .collect();
        for (_, log) in &mut peers[3] {
            *log *= 7.0;
        }
        assert!(season(&peers, 12).iter().all(|s| s.abs() < 1e-9));
    }

    #[test]
    fn a_month_with_few_peers_has_none() {
        let peers = vec![vec![(0, 1.0)]; MIN_SEASON_PEERS - 1];
        assert!(season(&peers, 1)[0].is_nan());
    }
}
