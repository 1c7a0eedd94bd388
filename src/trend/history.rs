//! Providers with enough history, their peers, and what remains of their months without season.

use rayon::prelude::*;

use super::noise::{Own, Usual, own_noise, usual_noise};
use super::season::{MIN_SEASON_PEERS, season};
use super::series::{Billed, Series};
use crate::features::measure::WidestPeers;
use crate::peers::{Level, PeerGroup, Place, peer_groups};
use crate::stats::scale::median;

/// Months before a window that it is compared with: a year, so that they hold every season.
pub const TRAILING: usize = 12;

/// Months with an amount that these must hold.
pub const MIN_TRAILING: usize = 6;

/// Usual lines a month, over a year before a window, below which no window is judged: the log of the
/// sum of a few prices is far from normal, and one wheelchair among cheap supplies is no surge. (Ten
/// is where `stats::score` too leaves exact counts for a log scale.) It looks at the year before and
/// not at the window, so that it selects nobody by the outcome.
pub const MIN_LINES: f64 = 10.0;

/// First months of a practice that opened within the data, which are no history: it is filling.
pub const FILLING: usize = 6;

/// A first month within this many of the data's begin does not show that a practice is new: not
/// everyone bills every month.
pub const BEGIN_SLACK: usize = 3;

/// Peers are asked for this many times `min_peers`, since not all of them bill in every month.
pub const SPARE_PEERS: usize = 2;

/// A provider's usable months.
#[derive(Debug, Clone)]
pub struct History {
    pub provider: usize,
    pub months: Vec<Billed>,
    /// Usual lines a month.
    pub lines: f64,
}

/// A provider's months, or why they are too few.
///
/// # Errors
/// In words, where they are.
pub fn history(series: &Series, provider: usize) -> Result<History, String> {
    let all = series.of(provider);
    let Some(first) = all.first() else {
        return Err("no complete month with a positive amount".into());
    };
    let from = if first.month > BEGIN_SLACK {
        first.month + FILLING
    } else {
        0
    };
    let months: Vec<Billed> = all.iter().copied().filter(|b| b.month >= from).collect();
    let before = || months.iter().map(|b| trailing(&months, b.month));
    if !before().any(|year| year.len() >= MIN_TRAILING) {
        return Err(format!(
            "no month with an amount after {MIN_TRAILING} such months within the {TRAILING} before"
        ));
    }
    let enough = |year: &[Billed]| year.len() >= MIN_TRAILING && usual_lines(year) >= MIN_LINES;
    if !before().any(enough) {
        return Err(format!(
            "never {MIN_LINES} lines in a usual month of the year before"
        ));
    }
    let lines = usual_lines(&months);
    Ok(History {
        provider,
        months,
        lines,
    })
}

/// The months within the year before `start`.
fn trailing(months: &[Billed], start: usize) -> &[Billed] {
    let from = months.partition_point(|b| b.month + TRAILING < start);
    let to = months.partition_point(|b| b.month < start);
    &months[from..to]
}

fn usual_lines(months: &[Billed]) -> f64 {
    let lines: Vec<f64> = months.iter().map(|b| b.lines as f64).collect();
    median(&lines).unwrap_or(0.0)
}

/// One month of a provider beside its peers.
#[derive(Debug, Clone, Copy)]
pub struct PeerMonth {
    /// Months since the data begin.
    pub month: usize,
    /// Log amount without the season.
    pub log: f64,
    /// Log of the season.
    pub season: f64,
    pub lines: f64,
}

/// A provider within its peer group.
pub struct Peer {
    pub provider: usize,
    pub months: Vec<PeerMonth>,
    /// Squared noise of one month.
    pub noise: f64,
    pub lines: f64,
    /// Whether it is judged in this group.
    pub judged: bool,
}

/// A peer group with what its members' months show.
pub struct Peers {
    pub group: PeerGroup,
    pub peers: Vec<Peer>,
}

/// Groups the providers with a history; those for whom even the widest group is too small come
/// apart.
#[must_use]
pub fn gather(
    histories: &[History],
    places: &[Place],
    months: usize,
    min_peers: usize,
) -> (Vec<Peers>, Vec<usize>) {
    let eligible: Vec<usize> = histories.iter().map(|h| h.provider).collect();
    let (groups, alone) = peer_groups(places, &eligible, SPARE_PEERS * min_peers, WidestPeers::All);
    let gathered = groups
        .into_par_iter()
        .map(|group| {
            let members: Vec<&History> = group
                .members
                .iter()
                .filter_map(|p| eligible.binary_search(p).ok())
                .map(|position| &histories[position])
                .collect();
            prepare(group, &members, places, months)
        })
        .collect();
    (gathered, alone)
}

fn prepare(group: PeerGroup, members: &[&History], places: &[Place], months: usize) -> Peers {
    let seasons = seasons_of(&group, members, places, months);
    let adjusted: Vec<Vec<PeerMonth>> = members
        .iter()
        .zip(&seasons)
        .map(|(member, (values, which))| {
            let season = &values[*which];
            let month = |b: &Billed| PeerMonth {
                month: b.month,
                log: b.log() - season[b.month],
                season: season[b.month],
                lines: b.lines as f64,
            };
            let known = |m: &PeerMonth| !m.log.is_nan();
            member.months.iter().map(month).filter(known).collect()
        })
        .collect();
    let own: Vec<Option<Own>> = members
        .iter()
        .zip(&adjusted)
        .map(|(member, months)| {
            let logs: Vec<f64> = months.iter().map(|m| m.log).collect();
            own_noise(&logs, member.lines)
        })
        .collect();
    let known: Vec<Own> = own.iter().flatten().copied().collect();
    let usual: Option<Usual> = usual_noise(&known);
    let peers = members
        .iter()
        .zip(adjusted)
        .zip(own)
        .map(|((member, months), own)| Peer {
            provider: member.provider,
            months,
            noise: usual.map_or(0.0, |u| u.moderate(own.as_ref(), member.lines)),
            lines: member.lines,
            judged: group.judged.binary_search(&member.provider).is_ok(),
        })
        .collect();
    Peers { group, peers }
}

/// For each member the seasons of its group and which of them is its own. A wide group mixes
/// specialties, and each with enough peers has its own season there; the rest share one.
fn seasons_of(
    group: &PeerGroup,
    members: &[&History],
    places: &[Place],
    months: usize,
) -> Vec<(std::sync::Arc<Vec<Vec<f64>>>, usize)> {
    let wide = matches!(group.level, Level::Family | Level::All);
    let specialty = |m: &History| places[m.provider].specialty().filter(|_| wide);
    let mut count = std::collections::BTreeMap::<Option<&str>, usize>::new();
    for member in members {
        *count.entry(specialty(member)).or_default() += 1;
    }
    let names: Vec<Option<&str>> = count
        .iter()
        .filter(|(name, count)| name.is_some() && **count >= MIN_SEASON_PEERS)
        .map(|(name, _)| *name)
        .collect();
    // 0 for the rest, then one for each specialty with enough peers.
    let which = |m: &History| names.binary_search(&specialty(m)).map_or(0, |p| p + 1);
    let mut logs: Vec<Vec<Vec<(usize, f64)>>> = vec![Vec::new(); names.len() + 1];
    for member in members {
        let of = member.months.iter().map(|b| (b.month, b.log())).collect();
        logs[which(member)].push(of);
    }
    let seasons = logs.iter().map(|peers| season(peers, months)).collect();
    let seasons = std::sync::Arc::new(seasons);
    members
        .iter()
        .map(|m| (std::sync::Arc::clone(&seasons), which(m)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::series::tests::{JANUARY, grain};
    use super::*;
    use crate::ingest::date;

    fn series(rows: &[(&str, i64, i64, i64)]) -> Series {
        let as_of = date::day_of((2025, 12, 31));
        Series::new(&grain(rows), &["a", "z"], as_of).expect("columns")
    }

    /// Every month of two years, which keeps the data's begin in its place.
    fn steady(id: &'static str) -> impl Iterator<Item = (&'static str, i64, i64, i64)> {
        (0..24).map(move |m| (id, JANUARY + m, 10, 1000))
    }

    #[test]
    fn a_history_needs_months_lines_and_an_opening_that_is_over() {
        let mut rows: Vec<_> = steady("z").collect();
        rows.extend((0..7).map(|m| ("a", JANUARY + m, 10, 1000)));
        let short = series(&rows);
        assert_eq!(history(&short, 0).expect("seven months").months.len(), 7);
        rows.pop();
        assert!(history(&series(&rows), 0).is_err());
        // Opened in the fifth month: six months of filling, six of history, one to test.
        for (months, enough) in [(13, true), (12, false)] {
            let mut rows: Vec<_> = steady("z").collect();
            rows.extend((5..5 + months).map(|m| ("a", JANUARY + m, 10, 1000)));
            assert_eq!(history(&series(&rows), 0).is_ok(), enough, "{months}");
        }
        let mut rows: Vec<_> = steady("z").collect();
        rows.extend((0..24).map(|m| ("a", JANUARY + m, 2, 1000)));
        assert!(
            history(&series(&rows), 0)
                .unwrap_err()
                .contains("10 lines in a usual month")
        );
        let none = series(&steady("z").collect::<Vec<_>>());
        assert!(history(&none, 0).unwrap_err().contains("positive amount"));
    }
}
