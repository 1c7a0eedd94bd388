//! Simulated peer groups: does the chain from counts to p-values hold?

use super::admission::{Admission, Verdict, admission};
use super::draws::Draws;
use super::kind::{Direction, Kind};
use super::multiplicity::minimum_effect_q;
use super::null::{Null, fit};
use super::p_value::{PValue, p_value};
use super::predict::{expit, logit};
use super::score::{Score, mark_many_zeros, score};
use super::shape::{Effects, Residual, Shape, cross_fit, fold, residual};
use super::standardise::{Cell, standardise};
use super::uniform::{splitmix64, uniform};

/// Shape of honest differences; all have mean 0 and variance 1.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Law {
    Normal,
    T5,
    /// Gamma of shape 8 less its mean: skewness 0.7.
    MildlySkewed,
    /// Exponential less its mean, and the same mirrored.
    SkewedHigh,
    SkewedLow,
    /// Two camps at ±0.8 with standard deviation 0.6.
    Bimodal,
}

impl Law {
    fn draw(self, draws: &mut Draws) -> f64 {
        match self {
            Self::Normal => draws.normal(),
            Self::T5 => draws.t5(),
            Self::MildlySkewed => {
                let waits: f64 = (0..8).map(|_| -draws.uniform().ln()).sum();
                (waits - 8.0) / 8.0_f64.sqrt()
            }
            Self::SkewedHigh => -draws.uniform().ln() - 1.0,
            Self::SkewedLow => 1.0 + draws.uniform().ln(),
            Self::Bimodal => {
                let side = if draws.uniform() < 0.5 { -0.8 } else { 0.8 };
                side + 0.6 * draws.normal()
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Setting {
    kind: Kind,
    law: Law,
    tau: f64,
    entities: u32,
    /// Typical denominators run log-uniformly from the first to the second.
    sizes: (f64, f64),
    /// Peer rate or share.
    level: f64,
    contaminated: f64,
    /// Factor on the rate, or on the odds, of unusual entities.
    factor: f64,
}

const STANDARD: Setting = Setting {
    kind: Kind::Share,
    law: Law::Normal,
    tau: 0.3,
    entities: 2000,
    sizes: (20.0, 2000.0),
    level: 0.3,
    contaminated: 0.0,
    factor: 3.0,
};

struct Outcome {
    null: Null,
    scores: Vec<Score>,
    p: Vec<PValue>,
    unusual: Vec<bool>,
    admission: Admission,
    shape: Shape,
}

fn simulate(setting: &Setting, seed: u64, min_ratio: f64) -> Outcome {
    let mut draws = Draws::new(seed);
    let mut cells = Vec::new();
    let mut unusual = Vec::new();
    for entity in 0..setting.entities {
        let (small, large) = setting.sizes;
        let n = (small * (large / small).powf(draws.uniform())).round();
        let bad = draws.uniform() < setting.contaminated;
        let planted = if bad { setting.factor.ln() } else { 0.0 };
        let effect = setting.tau * setting.law.draw(&mut draws) + planted;
        let k = match setting.kind {
            Kind::Share => draws.binomial(n as u32, expit(logit(setting.level) + effect)),
            _ => draws.poisson(n * setting.level * effect.exp()),
        };
        cells.push(Cell::count(0, entity, k as i64, n as i64));
        unusual.push(bad);
    }
    let standardised = standardise(setting.kind, &cells, &[0], setting.entities as usize).unwrap();
    let mut scores: Vec<Score> = standardised
        .iter()
        .map(|s| score(setting.kind, s).unwrap())
        .collect();
    mark_many_zeros(setting.kind, &mut scores);
    let null = fit(setting.kind, &scores, 1.0).unwrap();
    let keys: Vec<u64> = (0..scores.len() as u64)
        .map(|e| splitmix64(seed ^ (e << 20)))
        .collect();
    let residuals: Vec<(u64, Residual)> = scores
        .iter()
        .zip(&keys)
        .map(|(s, &key)| {
            let one = residual(setting.kind, s, &null, Direction::High, uniform(key));
            (key, one.unwrap())
        })
        .collect();
    let shapes = cross_fit(&residuals);
    let effects = shapes.map(|shape| Effects::new(&shape));
    let p: Vec<PValue> = scores
        .iter()
        .zip(&keys)
        .map(|(s, &key)| {
            let effects = &effects[fold(key)];
            p_value(setting.kind, s, &null, effects, Direction::High, min_ratio).unwrap()
        })
        .collect();
    let randomised: Vec<f64> = p
        .iter()
        .zip(&keys)
        .map(|(p, &key)| p.randomised(uniform(key)))
        .collect();
    let denominators: Vec<f64> = scores.iter().map(|s| s.denominator).collect();
    Outcome {
        null,
        scores,
        admission: admission(&randomised, &denominators, Shape::mean(&shapes).skew),
        shape: Shape::mean(&shapes),
        p,
        unusual,
    }
}

/// Part of the honest with p below the threshold.
fn honest_below(outcome: &Outcome, threshold: f64) -> f64 {
    let honest = || {
        outcome
            .p
            .iter()
            .zip(&outcome.unusual)
            .filter(|(_, unusual)| !**unusual)
    };
    honest().filter(|(p, _)| p.p < threshold).count() as f64 / honest().count() as f64
}

#[test]
fn honest_p_values_are_near_uniform_whatever_the_contamination() {
    for kind in [Kind::Share, Kind::Rate] {
        for contaminated in [0.0, 0.05, 0.15] {
            let setting = Setting {
                kind,
                contaminated,
                ..STANDARD
            };
            let outcome = simulate(&setting, 21, 1.0);
            for threshold in [0.01, 0.1, 0.5] {
                let found = honest_below(&outcome, threshold);
                // Three standard errors of a count, and a quarter for the fit.
                let n = f64::from(setting.entities);
                let slack = 3.0 * (threshold * (1.0 - threshold) / n).sqrt() + 0.25 * threshold;
                // Unusual entities near the centre pass for skew: that may cost power.
                let modest = contaminated > 0.0 && found < threshold;
                assert!(
                    modest || (found - threshold).abs() < slack,
                    "{kind:?} {contaminated}: {found} below {threshold}, {:?}",
                    outcome.null
                );
            }
            assert!(outcome.admission.counts(false), "{:?}", outcome.admission);
        }
    }
}

#[test]
fn contamination_does_not_widen_the_null() {
    for kind in [Kind::Share, Kind::Rate] {
        let clean = simulate(&Setting { kind, ..STANDARD }, 22, 1.0).null;
        let spoilt = simulate(
            &Setting {
                kind,
                contaminated: 0.15,
                ..STANDARD
            },
            22,
            1.0,
        )
        .null;
        assert!((clean.tau - 0.3).abs() < 0.03, "{clean:?}");
        assert!((spoilt.tau - clean.tau).abs() < 0.05, "{spoilt:?}");
        assert!((spoilt.proportion - 0.85).abs() < 0.05, "{spoilt:?}");
    }
}

#[test]
fn no_size_is_favoured() {
    for kind in [Kind::Share, Kind::Rate] {
        let mut deciles = [(0.0, 0.0); 10];
        for seed in 0..20 {
            let outcome = simulate(&Setting { kind, ..STANDARD }, 40 + seed, 1.0);
            let mut by_size: Vec<_> = outcome.scores.iter().zip(&outcome.p).collect();
            by_size.sort_by(|a, b| a.0.denominator.total_cmp(&b.0.denominator));
            for (decile, (low, all)) in by_size.chunks(by_size.len() / 10).zip(&mut deciles) {
                *low += decile.iter().filter(|(_, p)| p.p < 0.01).count() as f64;
                *all += decile.len() as f64;
            }
        }
        for (low, all) in deciles {
            let part = low / all;
            assert!(
                (0.005..=0.02).contains(&part),
                "{kind:?} {part}: {deciles:?}"
            );
        }
    }
}

#[test]
fn a_sparse_measure_is_calibrated_by_its_exact_tails() {
    for kind in [Kind::Share, Kind::Rate] {
        let setting = Setting {
            kind,
            sizes: (10.0, 300.0),
            level: 0.01,
            ..STANDARD
        };
        let outcome = simulate(&setting, 23, 1.0);
        assert!(outcome.scores.iter().all(|s| s.exact));
        assert_eq!(
            outcome.admission.verdict,
            Verdict::Admitted,
            "{:?}",
            outcome.admission
        );
        assert!(honest_below(&outcome, 0.01) < 0.02);
    }
}

#[test]
fn heavy_tails_and_mild_skew_are_taken_into_the_shape() {
    for kind in [Kind::Share, Kind::Rate] {
        for law in [Law::T5, Law::MildlySkewed] {
            let setting = Setting {
                kind,
                law,
                sizes: (50.0, 3000.0),
                ..STANDARD
            };
            let outcome = simulate(&setting, 24, 1.0);
            assert_eq!(
                outcome.admission.verdict,
                Verdict::Admitted,
                "{kind:?} {law:?} {:?} {:?}",
                outcome.admission,
                outcome.shape
            );
            let below = honest_below(&outcome, 0.01);
            assert!(below < 0.018, "{kind:?} {law:?} {below}");
        }
    }
}

#[test]
fn normal_effects_are_seen_to_be_nearly_normal() {
    let setting = Setting {
        entities: 10_000,
        ..STANDARD
    };
    let shape = simulate(&setting, 25, 1.0).shape;
    assert!(shape.heaviness < 0.06 && shape.skew < 0.5, "{shape:?}");
}

#[test]
fn a_law_without_a_near_side_never_floods_a_list() {
    // An exponential towards the suspicious side: refused, or so wide that
    // nobody honest is listed.
    for kind in [Kind::Share, Kind::Rate] {
        let setting = Setting {
            kind,
            law: Law::SkewedHigh,
            sizes: (50.0, 3000.0),
            ..STANDARD
        };
        for seed in 30..34 {
            let outcome = simulate(&setting, seed, 1.0);
            let p: Vec<f64> = outcome.p.iter().map(|p| p.p).collect();
            let listed = minimum_effect_q(&p).iter().filter(|q| **q <= 0.05).count();
            assert!(
                !outcome.admission.counts(false) || listed <= 1,
                "{kind:?} {listed} {:?} {:?}",
                outcome.admission,
                outcome.shape
            );
        }
    }
}

const LEVELS: [f64; 3] = [0.01, 0.05, 0.10];
const SEEDS: u64 = 100;

/// Mean false discovery proportion, its standard error and the recall of a list
/// by `p_list`, at each of [`LEVELS`].
fn false_discoveries(setting: &Setting, ratio: f64) -> [(f64, f64, f64); 3] {
    let mut proportions = [const { Vec::new() }; 3];
    let (mut found, mut planted) = ([0.0; 3], 0.0);
    for seed in 0..SEEDS {
        let outcome = simulate(setting, 1000 + seed, ratio);
        let p: Vec<f64> = outcome.p.iter().map(|p| p.p_list).collect();
        let q = minimum_effect_q(&p);
        planted += outcome.unusual.iter().filter(|unusual| **unusual).count() as f64;
        for (at, level) in LEVELS.iter().enumerate() {
            let listed = q.iter().zip(&outcome.unusual).filter(|(q, _)| *q <= level);
            let right = listed.clone().filter(|(_, unusual)| **unusual).count() as f64;
            let listed = listed.count() as f64;
            found[at] += right;
            proportions[at].push((listed - right) / listed.max(1.0));
        }
    }
    let summary = |at: usize| {
        let n = SEEDS as f64;
        let mean = proportions[at].iter().sum::<f64>() / n;
        let squares: f64 = proportions[at].iter().map(|p| (p - mean).powi(2)).sum();
        (
            mean,
            (squares / (n - 1.0) / n).sqrt(),
            found[at] / f64::max(planted, 1.0),
        )
    };
    [summary(0), summary(1), summary(2)]
}

#[test]
#[ignore = "100 seeds per setting: minutes"]
fn false_discovery_rate_holds_over_a_hundred_seeds() {
    for kind in [Kind::Share, Kind::Rate] {
        for law in [
            Law::Normal,
            Law::T5,
            Law::MildlySkewed,
            Law::SkewedHigh,
            Law::SkewedLow,
            Law::Bimodal,
        ] {
            for (ratio, contaminated) in [
                (1.0, 0.0),
                (1.0, 0.05),
                (1.0, 0.15),
                (1.3, 0.0),
                (1.3, 0.05),
                (1.3, 0.15),
            ] {
                let setting = Setting {
                    kind,
                    law,
                    contaminated,
                    factor: 5.0,
                    entities: 1000,
                    ..STANDARD
                };
                let summary = false_discoveries(&setting, ratio);
                println!(
                    "{kind:?} {law:?} ratio {ratio} contaminated {contaminated}: {summary:.3?}"
                );
                // Other laws are printed: admission is what stands against them.
                for (level, (mean, error, _)) in LEVELS.iter().zip(summary) {
                    let holds = mean - 2.0 * error <= *level;
                    assert!(
                        holds || !matches!(law, Law::Normal | Law::T5 | Law::MildlySkewed),
                        "{setting:?} at {level}: {mean} ± {error}"
                    );
                }
            }
        }
    }
}
