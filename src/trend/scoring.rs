//! From departures to one test per provider.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::departure::{Departure, departures, design_effect};
use super::detector::Detector;
use super::history::{History, Peers, gather, history};
use super::series::Series;
use super::shape::{self, CLASS_SIZE, MOST_CLASSES, Shape};
use crate::peers::{GroupNull, MeasureTests, Place, Scored, Test};
use crate::stats::admission::admission;
use crate::stats::between::shrink_tau;
use crate::stats::multiplicity::{TRUNCATED_AT, cauchy_combination};
use crate::stats::null::{self, Null};
use crate::stats::p_value::{PValue, p_value};
use crate::stats::scale::median;
use crate::stats::score::Score;
use crate::stats::shape::Effects;
use crate::stats::shrink::{LOWER_LEVEL, Ratio};
use crate::stats::tails::normal_quantile_above;
use crate::stats::{Direction, Kind, Skip, uniform};

/// One detector's tests.
pub struct TrendTests {
    pub detector: Detector,
    pub tests: MeasureTests,
    /// Months (year · 12 + month − 1) of the window that a provider's test shows: first and last.
    pub windows: BTreeMap<usize, (i64, i64)>,
}

/// Scores every provider with each detector, one test per provider and detector over all its
/// windows, shown with the strongest of them. `keys` are the hash keys from
/// which the draws of the admission check come.
#[must_use]
pub fn score_trends(
    detectors: &[Detector],
    series: &Series,
    places: &[Place],
    keys: &[u64],
    min_peers: usize,
) -> Vec<TrendTests> {
    let histories: Vec<Result<History, String>> = (0..series.providers())
        .into_par_iter()
        .map(|provider| history(series, provider))
        .collect();
    let mut why: Vec<String> = histories
        .iter()
        .map(|h| h.as_ref().err().cloned().unwrap_or_default())
        .collect();
    let able: Vec<History> = histories.into_iter().flatten().collect();
    let (peers, alone) = gather(&able, places, series.months, min_peers);
    for provider in alone {
        why[provider] =
            format!("fewer than {min_peers} peers with enough history, however wide the group");
    }
    detectors
        .iter()
        .map(|detector| score_one(detector, series, &peers, &why, keys))
        .collect()
}

/// A window with its p-values.
#[derive(Debug, Clone, Copy)]
struct Judged {
    null: usize,
    departure: Departure,
    score: Score,
    p: PValue,
    ratio: Ratio,
}

fn score_one(
    detector: &Detector,
    series: &Series,
    peers: &[Peers],
    why: &[String],
    keys: &[u64],
) -> TrendTests {
    let all: Vec<Departure> = peers
        .par_iter()
        .enumerate()
        .flat_map_iter(|(group, peers)| departures(group, peers, detector.window, series.months))
        .collect();
    let mut cells: BTreeMap<(usize, usize), Vec<Departure>> = BTreeMap::new();
    for departure in all {
        cells
            .entry((departure.group, departure.start))
            .or_default()
            .push(departure);
    }
    let cells: Vec<Vec<Departure>> = cells.into_values().collect();
    let nulls = fit_nulls(&cells);
    let judged = judge(detector, peers, &cells, &nulls);
    let mut windows = BTreeMap::new();
    let mut tests: Vec<Test> = Vec::with_capacity(why.len());
    for (provider, why) in why.iter().enumerate() {
        let own = judged.get(&provider).map_or(&[][..], Vec::as_slice);
        let (test, start) = test_of(provider, own, why);
        if let Some(start) = start {
            let first = series.first_month + start as i64;
            windows.insert(provider, (first, first + detector.window as i64 - 1));
        }
        tests.push(test);
    }
    let randomised: Vec<f64> = tests
        .iter()
        .filter_map(|t| {
            let scored = t.outcome.as_ref().ok()?;
            Some(scored.p.randomised(uniform::uniform(keys[t.entity])))
        })
        .collect();
    let groups = cells
        .iter()
        .zip(nulls)
        .map(|(cell, null)| {
            let (group, start) = (&peers[cell[0].group].group, cell[0].start);
            let last = start + detector.window - 1;
            let months = if last == start {
                series.label(start)
            } else {
                format!("{} to {}", series.label(start), series.label(last))
            };
            GroupNull {
                key: format!("{}, {months}", group.key),
                level: group.level,
                members: cell.len(),
                peers: Vec::new(),
                null,
            }
        })
        .collect();
    TrendTests {
        detector: detector.clone(),
        // The tail's own shape is in the p-values already.
        tests: MeasureTests::new(tests, groups, admission(&randomised, &[], 0.0)),
        windows,
    }
}

/// The null of each group and month, τ shared between them.
fn fit_nulls(cells: &[Vec<Departure>]) -> Vec<Result<Null, Skip>> {
    let centred: Vec<(f64, f64)> = cells
        .iter()
        .flat_map(|cell| {
            let d: Vec<f64> = cell.iter().map(|c| c.d).collect();
            let centre = median(&d).unwrap_or(0.0);
            cell.iter().map(move |c| (c.variance, c.d - centre))
        })
        .collect();
    let phi = design_effect(&centred);
    let mut nulls: Vec<Result<Null, Skip>> = cells
        .par_iter()
        .map(|cell| {
            let scores: Vec<Score> = cell.iter().map(|c| score_of(c, 0.0)).collect();
            null::fit(Kind::Mean, &scores, phi)
        })
        .collect();
    let fitted: Vec<Null> = nulls.iter().flatten().copied().collect();
    let mut shared = shrink_tau(&fitted).into_iter();
    for slot in nulls.iter_mut().filter(|n| n.is_ok()) {
        if let Some(null) = shared.next() {
            *slot = Ok(null);
        }
    }
    nulls
}

/// A departure as a score of one log amount; the peers' own departure belongs to what is expected.
fn score_of(departure: &Departure, mu: f64) -> Score {
    Score {
        observed: departure.observed,
        denominator: 1.0,
        expected: departure.expected + mu,
        d: departure.d - mu,
        sampling: departure.variance,
        carried: 0.0,
        exact: false,
    }
}

/// p-values of every window of the providers judged, by provider.
fn judge(
    detector: &Detector,
    peers: &[Peers],
    cells: &[Vec<Departure>],
    nulls: &[Result<Null, Skip>],
) -> BTreeMap<usize, Vec<Judged>> {
    let mut windows: Vec<(usize, Departure, Null)> = Vec::new();
    for (position, (cell, null)) in cells.iter().zip(nulls).enumerate() {
        if let Ok(null) = null {
            let own = |d: &&Departure| peers[d.group].peers[d.peer].judged;
            windows.extend(cell.iter().filter(own).map(|d| (position, *d, *null)));
        }
    }
    let lines = |d: &Departure| peers[d.group].peers[d.peer].lines;
    windows.sort_by(|a, b| {
        let key =
            |w: &(usize, Departure, Null)| (peers[w.1.group].peers[w.1.peer].provider, w.1.start);
        lines(&a.1)
            .total_cmp(&lines(&b.1))
            .then_with(|| key(a).cmp(&key(b)))
    });
    let mut judged: BTreeMap<usize, Vec<Judged>> = BTreeMap::new();
    let classes = (windows.len() / CLASS_SIZE).clamp(1, MOST_CLASSES);
    let size = windows.len().div_ceil(classes).max(1);
    for class in windows.chunks(size) {
        let z: Vec<f64> = class
            .iter()
            .map(|(_, d, null)| (d.d - null.mu) / deviation(d, null))
            .collect();
        let shape = shape::fit(&z);
        for (position, departure, null) in class {
            let (score, widened) = widen(departure, null, shape);
            let least = detector.measure.minimum_ratio;
            if let Ok(p) = p_value(
                Kind::Mean,
                &score,
                &widened,
                &Effects::normal(),
                Direction::High,
                least,
            ) {
                let provider = peers[departure.group].peers[departure.peer].provider;
                judged.entry(provider).or_default().push(Judged {
                    null: *position,
                    departure: *departure,
                    score,
                    p,
                    ratio: ratio_of(&score, deviation(departure, null), shape),
                });
            }
        }
    }
    judged
}

/// Standard deviation of a departure under its null.
fn deviation(departure: &Departure, null: &Null) -> f64 {
    (null.tau.powi(2) + null.mu_error.powi(2) + null.phi * departure.variance)
        .sqrt()
        .max(f64::MIN_POSITIVE)
}

/// Puts the tail's scale into both parts of the null's variance, and its degrees of freedom into
/// the uncertainty of the variance, which is how a null says them.
fn widen(departure: &Departure, null: &Null, shape: Shape) -> (Score, Null) {
    let scale2 = shape.scale * shape.scale;
    let variance = scale2 * deviation(departure, null).powi(2);
    let widened = Null {
        mu: 0.0,
        tau: shape.scale * null.tau,
        phi: scale2 * null.phi,
        mu_error: shape.scale * null.mu_error,
        tau2_variance: scale2 * scale2 * null.tau2_variance
            + 2.0 * variance * variance / shape.freedom,
        // The tail is that of departures as noisy as this one.
        typical_variance: (variance - scale2 * null.tau * null.tau).max(0.0),
        ..*null
    };
    (score_of(departure, null.mu), widened)
}

/// The ratio of what was billed to what is expected, and to the 95 % point of what an honest
/// provider might have billed. What was billed is known to the cent and is not shrunk; it is the
/// honest month in its place that is uncertain.
fn ratio_of(score: &Score, deviation: f64, shape: Shape) -> Ratio {
    let honest = shape.scale * shape::quantile(LOWER_LEVEL, shape.freedom) * deviation;
    Ratio {
        mean: score.d.exp(),
        lower: (score.d - honest).exp(),
    }
}

/// One provider's test, and the first month of the window it shows.
fn test_of(provider: usize, own: &[Judged], why: &str) -> (Test, Option<usize>) {
    let mut own: Vec<&Judged> = own.iter().collect();
    own.sort_by_key(|w| w.departure.start);
    let each: Vec<f64> = own.iter().map(|w| w.p.p).collect();
    let combined = cauchy_combination(&each, &vec![1.0; each.len()], TRUNCATED_AT);
    let strongest = own.iter().min_by(|a, b| {
        let key = |w: &Judged| (w.p.p_list, w.p.p);
        let (a, b) = (key(a), key(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let (Some(best), Some(p)) = (strongest, combined) else {
        let why = if why.is_empty() {
            "no window of months with enough peers and history"
        } else {
            why
        };
        let test = Test {
            entity: provider,
            group: None,
            numerator: 0.0,
            denominator: 0.0,
            outcome: Err(why.to_owned()),
        };
        return (test, None);
    };
    // For a ratio of at most the minimum nearly every window has a p near 1, and in a Cauchy
    // combination those would outweigh the one that matters: Bonferroni's bound, valid under any
    // dependence too, looks at that one alone.
    let p_list = (best.p.p_list * own.len() as f64).clamp(p, 1.0);
    let test = Test {
        entity: provider,
        group: Some(best.null),
        numerator: best.score.observed,
        denominator: own.len() as f64,
        outcome: Ok(Scored {
            score: best.score,
            p: PValue {
                p,
                p_list,
                beyond: p,
                point: 0.0,
                z: normal_quantile_above(p),
                exact: false,
            },
            ratio: best.ratio,
            crude_ratio: f64::NAN,
        }),
    };
    (test, Some(best.departure.start))
}
