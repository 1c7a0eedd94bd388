//! New providers that ramp up steeply and fall silent.
//!
//! A pattern, not a test: there is no law of how honest practices end. It points at providers whose
//! whole life lies within the last year of the data, whose best month is larger than nearly any new
//! peer's, and who then bill nothing while their peers bill on.

use std::collections::BTreeMap;

use super::history::BEGIN_SLACK;
use super::series::{Billed, Series};
use crate::features::measure::WidestPeers;
use crate::peers::{Place, peer_groups};
use crate::stats::scale::median;

/// The first amount came fewer than this many months before the as-of date.
pub const OPENED_WITHIN: usize = 12;

/// The data must have begun this many months before a provider for it to be new.
pub const DATA_BEFORE: usize = 6;

/// Complete months without an amount at the end.
pub const SILENT: usize = 2;

/// Share of new peers whose best month may be as large.
pub const BEYOND: f64 = 0.01;

/// New peers that a 99th percentile needs.
pub const MIN_NEW_PEERS: usize = 100;

/// Months with an amount, and lines in them, from which a practice can have ramped up: fewer are a
/// visitor, or one member's episode.
pub const FEWEST_MONTHS: usize = 3;

/// See [`FEWEST_MONTHS`].
pub const FEWEST_LINES: i64 = 30;

/// A month counts as silence where at least this part of the providers bill that usually do: the
/// last months of a delivery may not be paid yet.
pub const BILLING_ON: f64 = 0.5;

/// Share of the findings expected to hold on review: a judgement, until dispositions measure it.
/// Practices also close, merge and change their number.
pub const PRECISION: f64 = 0.3;

/// The name of the pattern, which is its scheme's.
pub const NAME: &str = "bust_out";

/// The pattern in words.
pub const TITLE: &str = "new provider with a steep ramp that then fell silent";

/// Where it comes from.
pub const SOURCE: &str = "42 CFR 424.518 (closer screening of new enrolments) and 424.540 (billing numbers that fall silent are deactivated)";

/// What an honest provider would answer.
pub const COUNTERPOINT: &str = "A practice may have closed, merged, moved its billing to another number or left the network; a seasonal or temporary service ends as planned.";

/// One provider that fits the pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct BustOut {
    pub provider: usize,
    /// First and last month with an amount (year · 12 + month − 1).
    pub months: (i64, i64),
    pub best_cents: i64,
    /// Complete silent months up to the as-of date.
    pub silent: usize,
    /// Peers the best month was compared with.
    pub peers: usize,
}

/// What is compared of a provider: its best month over its specialty's usual best month.
struct Best {
    relative: f64,
    new: bool,
    fell_silent: bool,
}

/// Finds the pattern.
///
/// # Errors
/// In words, where the data are too short for anyone to be new.
pub fn bust_outs(
    series: &Series,
    places: &[Place],
    min_peers: usize,
) -> Result<Vec<BustOut>, String> {
    if series.months < DATA_BEFORE + SILENT + 1 {
        return Err(format!(
            "{} complete months of data, fewer than {}",
            series.months,
            DATA_BEFORE + SILENT + 1
        ));
    }
    let last = last_billing_month(series);
    let billing: Vec<usize> = (0..series.providers())
        .filter(|p| !series.of(*p).is_empty())
        .collect();
    let (groups, _) = peer_groups(places, &billing, min_peers, WidestPeers::All);
    let mut bests: BTreeMap<usize, Best> = BTreeMap::new();
    for group in &groups {
        let logs: Vec<f64> = group
            .members
            .iter()
            .map(|p| best(series.of(*p)).log())
            .collect();
        let usual = median(&logs).unwrap_or(0.0);
        for provider in &group.judged {
            let own = series.of(*provider);
            let new = own[0].month >= DATA_BEFORE.max(BEGIN_SLACK + 1);
            let relative = best(own).log() - usual;
            let fell_silent = silence(own, last).is_some();
            bests.insert(
                *provider,
                Best {
                    relative,
                    new,
                    fell_silent,
                },
            );
        }
    }
    let opened_from = series.months.saturating_sub(OPENED_WITHIN);
    let mut found = Vec::new();
    for (provider, best_of) in bests.iter().filter(|(_, b)| b.new && b.fell_silent) {
        let own = series.of(*provider);
        let lines: i64 = own.iter().map(|b| b.lines).sum();
        let a_practice = own.len() >= FEWEST_MONTHS && lines >= FEWEST_LINES;
        if own[0].month < opened_from.max(1) || !a_practice {
            continue;
        }
        let peers = reference(&bests, *provider);
        let as_large = peers.iter().filter(|r| **r >= best_of.relative).count();
        if peers.len() < min_peers || as_large as f64 > BEYOND * peers.len() as f64 {
            continue;
        }
        let month = |b: &Billed| series.first_month + b.month as i64;
        found.push(BustOut {
            provider: *provider,
            months: (month(&own[0]), month(&own[own.len() - 1])),
            best_cents: best(own).cents,
            silent: silence(own, last).unwrap_or(0),
            peers: peers.len(),
        });
    }
    Ok(found)
}

/// The month with the largest amount; `own` holds one at least.
fn best(own: &[Billed]) -> Billed {
    own.iter()
        .copied()
        .max_by_key(|b| b.cents)
        .unwrap_or(own[0])
}

/// Relative best months of new peers that bill on; of all that do where the new ones are too few.
fn reference(bests: &BTreeMap<usize, Best>, but: usize) -> Vec<f64> {
    let those = |only_new: bool| -> Vec<f64> {
        bests
            .iter()
            .filter(|(p, b)| **p != but && !b.fell_silent && (b.new || !only_new))
            .map(|(_, b)| b.relative)
            .collect()
    };
    let new = those(true);
    if new.len() >= MIN_NEW_PEERS {
        new
    } else {
        those(false)
    }
}

/// Complete months after a provider's last, up to `last`; `None` where they are too few or it has
/// paused as long before.
fn silence(own: &[Billed], last: usize) -> Option<usize> {
    let end = own.last()?.month;
    let silent = last.saturating_sub(end);
    let longest_pause = own
        .windows(2)
        .map(|w| w[1].month - w[0].month - 1)
        .max()
        .unwrap_or(0);
    (silent >= SILENT && silent > longest_pause).then_some(silent)
}

/// The last month in which the providers bill on: as many as half of what is usual.
fn last_billing_month(series: &Series) -> usize {
    let mut active = vec![0.0; series.months];
    for provider in 0..series.providers() {
        for billed in series.of(provider) {
            active[billed.month] += 1.0;
        }
    }
    let usual = median(&active).unwrap_or(0.0);
    active
        .iter()
        .rposition(|a| *a >= BILLING_ON * usual)
        .unwrap_or(0)
}
