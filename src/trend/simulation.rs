//! Simulated practices: honest ones must look honest whatever their size, spikes must be found.

#![allow(
    clippy::needless_range_loop,
    reason = "months are named by their number"
)]

use super::series::tests::{JANUARY, grain};
use super::*;
use crate::ingest::date;
use crate::peers::Place;
use crate::stats::admission::Verdict;
use crate::stats::draws::Draws;

const MONTHS: i64 = 36;

/// How honest practices are made.
#[derive(Clone, Copy)]
struct World {
    providers: usize,
    /// Fewest and most lines a month, on average; log-uniform between.
    lines: (f64, f64),
    /// Standard deviation of a month's own noise.
    noise: f64,
    /// Standard deviation of yearly log growth.
    growth: f64,
    /// Log amplitude of the shared winter.
    winter: f64,
    /// Whether that noise is a t with five degrees of freedom, else normal.
    heavy: bool,
}

const HONEST: World = World {
    providers: 4000,
    lines: (4.0, 400.0),
    noise: 0.12,
    growth: 0.15,
    winter: 0.5,
    heavy: true,
};

/// Cents and lines of each provider and month.
fn months_of(world: &World, seed: u64) -> Vec<Vec<(i64, i64)>> {
    let mut draws = Draws::new(seed);
    (0..world.providers)
        .map(|_| {
            let usual =
                (world.lines.0.ln() + draws.uniform() * (world.lines.1 / world.lines.0).ln()).exp();
            let growth = world.growth * draws.normal();
            let price = 10_000.0 * (0.5 * draws.normal()).exp();
            (0..MONTHS)
                .map(|m| {
                    let season = if m % 12 < 3 { world.winter } else { 0.0 };
                    let own = if world.heavy {
                        draws.t5()
                    } else {
                        draws.normal()
                    };
                    let log = season + growth * m as f64 / 12.0 + world.noise * own;
                    let lines = draws.poisson(usual * log.exp());
                    (amount(lines, price, &mut draws) as i64, lines as i64)
                })
                .collect()
        })
        .collect()
}

/// The sum of log-normal amounts of σ = 0.8; normal where there are many.
fn amount(lines: f64, price: f64, draws: &mut Draws) -> f64 {
    const SIGMA: f64 = 0.8;
    if lines <= 40.0 {
        let one = |_| price * (SIGMA * draws.normal()).exp();
        return (0..lines as u32).map(one).sum();
    }
    let mean = price * (SIGMA * SIGMA / 2.0).exp();
    let sd = mean * ((SIGMA * SIGMA).exp() - 1.0).sqrt();
    (lines * mean + lines.sqrt() * sd * draws.normal()).max(price)
}

fn series(practices: &[Vec<(i64, i64)>]) -> Series {
    let ids: Vec<String> = (0..practices.len()).map(|p| format!("{p:06}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut rows = Vec::new();
    for (id, months) in ids.iter().zip(practices) {
        for (month, (cents, lines)) in (0..).zip(months) {
            if *lines > 0 {
                rows.push((*id, JANUARY + month, *lines, *cents));
            }
        }
    }
    let as_of = date::day_of((2024 + (MONTHS / 12) as i16 - 1, 12, 31));
    Series::new(&grain(&rows), &ids, as_of).expect("columns")
}

fn places(providers: usize) -> Vec<Place> {
    let place = |p: usize| Place {
        taxonomy: Some(format!("specialty {}", p % 8)),
        setting: "professional".into(),
        ..Place::default()
    };
    (0..providers).map(place).collect()
}

fn scored(practices: &[Vec<(i64, i64)>]) -> Vec<TrendTests> {
    let keys: Vec<u64> = (0..practices.len() as u64).collect();
    let detectors = detectors().expect("detectors.toml");
    score_trends(
        &detectors,
        &series(practices),
        &places(practices.len()),
        &keys,
        crate::peers::MIN_PEERS,
    )
}

fn p_of(tests: &TrendTests, provider: usize) -> Option<(f64, f64)> {
    let scored = tests.tests.tests[provider].outcome.as_ref().ok()?;
    Some((scored.p.p, scored.p.p_list))
}

#[test]
fn honest_practices_of_every_size_are_flagged_alike_rarely() {
    const SEEDS: u64 = 3;
    for detector in 0..2 {
        let mut by_size: Vec<Vec<f64>> = vec![Vec::new(); 10];
        let mut listed = 0;
        for seed in 0..SEEDS {
            let practices = months_of(&HONEST, 100 + seed);
            let tests = &scored(&practices)[detector];
            let admission = &tests.tests.admission;
            assert_ne!(admission.verdict, Verdict::DoesNotFit, "{admission:?}");
            let mut judged: Vec<(i64, f64)> = Vec::new();
            for (provider, months) in practices.iter().enumerate() {
                if let Some((p, p_list)) = p_of(tests, provider) {
                    judged.push((months.iter().map(|m| m.1).sum(), p));
                    listed += usize::from(p_list < 0.001);
                }
            }
            judged.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            for (rank, (_, p)) in judged.iter().enumerate() {
                by_size[rank * 10 / judged.len()].push(*p);
            }
        }
        let below = |level: f64| -> Vec<f64> {
            by_size
                .iter()
                .map(|p| p.iter().filter(|p| **p < level).count() as f64 / p.len() as f64)
                .collect()
        };
        let name = &detectors().expect("detectors.toml")[detector].measure.name;
        let (shares, far) = (below(0.01), below(0.001));
        eprintln!("{name}: p < 0.01 {shares:.4?}, p < 0.001 {far:.4?}, p_list < 0.001 {listed}");
        let mean = |shares: &[f64]| shares.iter().sum::<f64>() / shares.len() as f64;
        // 1,200 practices a decile: the standard error at 1 % is 0.3 %. The smallest are judged
        // with some caution: few lines are skewed downwards on the log scale.
        assert!(
            (0.005..=0.02).contains(&mean(&shares)),
            "{name}: {shares:?}"
        );
        assert!(
            shares.iter().all(|s| *s <= 0.026) && shares[1..].iter().all(|s| *s >= 0.001),
            "{name}: {shares:?}"
        );
        // Beyond the fitted tail a t with five degrees of freedom outlasts it.
        assert!(mean(&far) <= 0.004, "{name}: {far:?}");
        assert!(
            listed as f64 <= 0.002 * SEEDS as f64 * HONEST.providers as f64,
            "{name}: {listed}"
        );
    }
}

#[test]
fn a_season_shared_by_the_peers_is_nobodys_spike() {
    let flat = World {
        winter: 0.0,
        providers: 1000,
        ..HONEST
    };
    let seasonal = World {
        winter: 1.2,
        ..flat
    };
    let count = |world: &World| -> usize {
        let tests = scored(&months_of(world, 5));
        (0..world.providers)
            .filter(|p| p_of(&tests[0], *p).is_some_and(|(p, _)| p < 0.01))
            .count()
    };
    // A winter of three times the usual month changes next to nothing.
    let (without, with) = (count(&flat), count(&seasonal));
    eprintln!("{without} without, {with} with a winter");
    assert!(
        with <= without + 8,
        "{without} without, {with} with a winter"
    );
}

#[test]
fn a_month_of_two_and_a_half_times_the_usual_is_found_and_a_lasting_shift_too() {
    let world = World {
        providers: 1200,
        lines: (400.0, 1600.0),
        heavy: false,
        ..HONEST
    };
    let mut practices = months_of(&world, 9);
    for practice in practices.iter_mut().take(10) {
        practice[30].0 = practice[30].0 * 5 / 2;
    }
    for practice in &mut practices[10..15] {
        for month in &mut practice[24..] {
            month.0 = month.0 * 5 / 2;
        }
    }
    let tests = scored(&practices);
    let smallest = |tests: &TrendTests, who: std::ops::Range<usize>| -> Vec<f64> {
        let mut p: Vec<f64> = who.filter_map(|p| p_of(tests, p)).map(|p| p.1).collect();
        p.sort_unstable_by(f64::total_cmp);
        p
    };
    let (spikes, shifts) = (smallest(&tests[0], 0..10), smallest(&tests[1], 10..15));
    eprintln!("spikes {spikes:.5?}\nshifts {shifts:.5?}");
    assert!(spikes[4] < 0.003 && spikes[8] < 0.02 && shifts[2] < 0.01);
    let shown = (0..10)
        .filter(|p| tests[0].windows[p] == (JANUARY + 30, JANUARY + 30))
        .count();
    assert!(shown >= 9, "{shown} of 10 show the month");
    // The spike is no lasting shift.
    let strange = smallest(&tests[1], 0..10)
        .iter()
        .filter(|p| **p < 0.01)
        .count();
    assert!(strange <= 1, "{strange}");
}

#[test]
fn an_amount_in_another_currency_changes_no_p() {
    let world = World {
        providers: 400,
        ..HONEST
    };
    let practices = months_of(&world, 4);
    let scaled: Vec<Vec<(i64, i64)>> = practices
        .iter()
        .map(|months| {
            months
                .iter()
                .map(|(cents, lines)| (cents * 1000, *lines))
                .collect()
        })
        .collect();
    let (one, other) = (scored(&practices), scored(&scaled));
    for provider in 0..world.providers {
        match (p_of(&one[0], provider), p_of(&other[0], provider)) {
            (Some(a), Some(b)) => assert!((a.0 / b.0 - 1.0).abs() < 1e-3, "{a:?} {b:?}"),
            (a, b) => assert_eq!(a.is_some(), b.is_some()),
        }
    }
}

#[test]
fn what_cannot_be_judged_says_why() {
    let world = World {
        providers: 80,
        winter: 0.0,
        ..HONEST
    };
    let mut practices = months_of(&world, 3);
    practices[0] = vec![(0, 10); MONTHS as usize];
    practices[1] = (0..MONTHS)
        .map(|m| (if m == 7 { 500 } else { -500 }, 10))
        .collect();
    practices[2] = vec![(9_000_000_000_000_000, 1_000_000_000); MONTHS as usize];
    let keys: Vec<u64> = (0..80).collect();
    let detectors = detectors().expect("detectors.toml");
    let series = series(&practices);
    let tests = score_trends(
        &detectors,
        &series,
        &places(80),
        &keys,
        crate::peers::MIN_PEERS,
    );
    let why = |p: usize| tests[0].tests.tests[p].outcome.as_ref().err().cloned();
    assert!(
        why(0).is_some_and(|w| w.contains("positive amount")),
        "{:?}",
        why(0)
    );
    assert!(
        why(1).is_some_and(|w| w.contains("no month")),
        "{:?}",
        why(1)
    );
    // The same amount every month is no departure from itself.
    let scored = tests[0].tests.tests[2].outcome.as_ref().expect("scored");
    assert!(scored.p.p > 0.1 && scored.ratio.lower < 1.0);
    // Too few peers anywhere.
    let alone = score_trends(&detectors, &series, &places(80), &keys, 50);
    for test in &alone[0].tests.tests {
        assert!(test.outcome.is_err());
    }
    assert_eq!(alone[0].tests.admission.verdict, Verdict::NotAssessable);
}

/// Everybody bills every month; provider 0 opens in the 28th month, ramps up, and is silent for the
/// last three.
fn with_a_bust_out() -> Vec<Vec<(i64, i64)>> {
    let mut practices: Vec<Vec<(i64, i64)>> = (0..120)
        .map(|p| (0..MONTHS).map(|m| (100_000 + 100 * p + m, 10)).collect())
        .collect();
    for month in 0..MONTHS as usize {
        practices[0][month] = match month {
            27..=32 => (200_000 * (month as i64 - 26), 10),
            _ => (0, 0),
        };
    }
    practices
}

fn found(practices: &[Vec<(i64, i64)>]) -> Vec<usize> {
    bust_out::bust_outs(&series(practices), &places(practices.len()), 15)
        .expect("enough months")
        .iter()
        .map(|b| b.provider)
        .collect()
}

#[test]
fn a_ramp_that_vanishes_is_found_and_its_look_alikes_are_not() {
    let practices = with_a_bust_out();
    let series = series(&practices);
    let all = bust_out::bust_outs(&series, &places(120), 15).expect("enough months");
    assert_eq!(all.len(), 1);
    let one = &all[0];
    assert_eq!(
        (one.provider, one.silent, one.best_cents),
        (0, 3, 1_200_000)
    );
    assert_eq!(one.months, (JANUARY + 27, JANUARY + 32));
    // It bills on.
    let mut other = practices.clone();
    for month in 33..36 {
        other[0][month] = (1_200_000, 10);
    }
    assert!(found(&other).is_empty());
    // It has been there from the beginning.
    let mut other = practices.clone();
    for month in 0..27 {
        other[0][month] = (50_000, 10);
    }
    assert!(found(&other).is_empty());
    // It never grew large.
    let mut other = practices.clone();
    for month in 27..33 {
        other[0][month].0 = 50_000;
    }
    assert!(found(&other).is_empty());
    // It pauses as long now and then.
    let mut other = practices.clone();
    for month in 28..31 {
        other[0][month] = (0, 0);
    }
    assert!(found(&other).is_empty());
    // Nobody's last three months are there yet.
    let mut other = practices;
    for practice in other.iter_mut().skip(20) {
        for month in practice.iter_mut().skip(33) {
            *month = (0, 0);
        }
    }
    assert!(found(&other).is_empty());
}

#[test]
fn in_data_of_half_a_year_nobody_is_new() {
    let short: Vec<Vec<(i64, i64)>> = with_a_bust_out()
        .into_iter()
        .map(|months| months[28..].to_vec())
        .collect();
    let as_of = date::day_of((2024, 8, 31));
    let rows: Vec<(&str, i64, i64, i64)> = short[1]
        .iter()
        .zip(0..)
        .map(|((cents, lines), month)| ("a", JANUARY + month, *lines, *cents))
        .collect();
    let series = Series::new(&grain(&rows), &["a"], as_of).expect("columns");
    assert!(bust_out::bust_outs(&series, &places(1), 15).is_err());
}
