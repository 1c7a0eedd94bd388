//! Null, false discovery rate, power and fairness of the statistical core on simulated measures.
//!
//! `cargo bench --profile dev --bench calibration` prints the table kept in `benches/README.md`;
//! words after `--` pick settings (`share normal 300`). The other simulator, which does not share
//! the model, is `tests/reference/simulator.py`, judged by `tests/calibration.rs`.

#[path = "../tests/chain/mod.rs"]
mod chain;

use chain::{Group, Judged, Tails, judge};
use claimhound::stats::Kind;
use claimhound::stats::multiplicity::minimum_effect_q;
use claimhound::stats::standardise::Cell;
use claimhound::stats::uniform::splitmix64;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{
    Binomial, Distribution, Exp1, Gamma, Poisson, StandardNormal, StandardUniform, StudentT,
};
use rayon::prelude::*;

const SEEDS: u64 = 100;
/// Standard deviation of honest effects, times 0.8 to 1.25 by group.
const TAU: f64 = 0.3;
/// Factor on the odds or the rate of unusual entities.
const FACTOR: f64 = 4.0;
const MIN_RATIO: f64 = 1.3;
const LEVELS: [f64; 3] = [0.01, 0.05, 0.10];

/// Law of honest effects, mean 0 and variance 1.
#[derive(Clone, Copy, Debug)]
enum Law {
    Normal,
    T5,
    /// Gamma of shape 8: skewness 0.7.
    Skewed,
    /// Skewness 2, with a wall on the harmless side.
    Exponential,
    /// The same mirrored.
    SkewedLow,
    Bimodal,
}

impl Law {
    const ALL: [Self; 6] = [
        Self::Normal,
        Self::T5,
        Self::Skewed,
        Self::Exponential,
        Self::SkewedLow,
        Self::Bimodal,
    ];

    fn draw(self, rng: &mut ChaCha8Rng) -> f64 {
        let exponential = |rng: &mut ChaCha8Rng| -> f64 { Exp1.sample(rng) };
        match self {
            Self::Normal => StandardNormal.sample(rng),
            Self::T5 => StudentT::new(5.0).expect("ν > 0").sample(rng) * 0.6_f64.sqrt(),
            Self::Skewed => {
                (Gamma::new(8.0, 1.0).expect("shape > 0").sample(rng) - 8.0) / 8.0_f64.sqrt()
            }
            Self::Exponential => exponential(rng) - 1.0,
            Self::SkewedLow => 1.0 - exponential(rng),
            Self::Bimodal => {
                let side = if even(rng) < 0.5 { -0.8 } else { 0.8 };
                let within: f64 = StandardNormal.sample(rng);
                side + 0.6 * within
            }
        }
    }
}

fn even(rng: &mut ChaCha8Rng) -> f64 {
    StandardUniform.sample(rng)
}

#[derive(Clone, Copy, Debug)]
struct Setting {
    kind: Kind,
    law: Law,
    entities: usize,
    unusual: f64,
}

/// Groups of a measure: half of the entities, a quarter, … none below 45.
fn sizes(entities: usize) -> Vec<usize> {
    let (mut left, mut sizes) = (entities, Vec::new());
    while left >= 90 && sizes.len() < 6 {
        sizes.push(left / 2);
        left -= left / 2;
    }
    sizes.push(left);
    sizes
}

fn simulate(setting: &Setting, seed: u64) -> (Vec<Group>, Vec<bool>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut unusual = Vec::new();
    let groups = sizes(setting.entities).into_iter().enumerate();
    let groups = groups
        .map(|(group, size)| {
            let level: f64 = [0.3, 0.15, 0.45, 0.08][group % 4];
            let tau = TAU * [1.0, 0.8, 1.25, 1.0][group % 4];
            let cells = (0..size as u32).map(|entity| {
                // Denominators run log-uniformly from 20 to 2000.
                let n = (20.0 * 100.0_f64.powf(even(&mut rng))).round();
                let planted = even(&mut rng) < setting.unusual;
                unusual.push(planted);
                let effect =
                    tau * setting.law.draw(&mut rng) + if planted { FACTOR.ln() } else { 0.0 };
                cell(setting.kind, entity, n, level, effect, &mut rng)
            });
            let cells: Vec<Cell> = cells.collect();
            let key = |entity| splitmix64(seed << 32 | (group << 20 | entity) as u64);
            Group {
                keys: (0..cells.len()).map(key).collect(),
                phi: 1.0,
                parents: vec![0],
                cells,
            }
        })
        .collect();
    (groups, unusual)
}

fn cell(kind: Kind, entity: u32, n: f64, level: f64, effect: f64, rng: &mut ChaCha8Rng) -> Cell {
    match kind {
        Kind::Share => {
            let odds = level / (1.0 - level) * effect.exp();
            let law = Binomial::new(n as u64, odds / (1.0 + odds)).expect("a probability");
            Cell::count(0, entity, law.sample(rng) as i64, n as i64)
        }
        Kind::Rate => {
            let law = Poisson::new(n * level * effect.exp()).expect("a positive mean");
            let events: f64 = law.sample(rng);
            Cell::count(0, entity, events as i64, n as i64)
        }
        Kind::Mean => {
            let noise: f64 = StandardNormal.sample(rng);
            let mean = 4.0 + effect + 0.5 * noise / n.sqrt();
            Cell {
                stratum: 0,
                entity,
                denominator: n,
                numerator: n * mean,
                squares: n * mean * mean + 0.25 * (n - 1.0),
            }
        }
    }
}

/// A run's figures; a measure that does not count has an empty list.
struct Run {
    counts: bool,
    /// Listed and honest, listed and unusual, by level.
    listed: [(f64, f64); 3],
    unusual: f64,
    /// Honest with p < 0.01, and all honest, by decile of size.
    by_size: [(f64, f64); 10],
}

fn run(setting: &Setting, seed: u64, law: Tails) -> Option<Run> {
    let (groups, unusual) = simulate(setting, seed);
    let judged = judge(setting.kind, &groups, MIN_RATIO, law).ok()?;
    let counts = judged.admission.counts(false);
    let p: Vec<f64> = judged.p.iter().map(|p| p.p_list).collect();
    let q = minimum_effect_q(&p);
    let listed = LEVELS.map(|level| {
        let listed = |bad: bool| {
            let hits = q
                .iter()
                .zip(&unusual)
                .filter(|(q, b)| **q <= level && **b == bad);
            if counts { hits.count() as f64 } else { 0.0 }
        };
        (listed(false), listed(true))
    });
    Some(Run {
        counts,
        listed,
        unusual: unusual.iter().filter(|b| **b).count() as f64,
        by_size: by_size(&judged, &unusual),
    })
}

fn by_size(judged: &Judged, unusual: &[bool]) -> [(f64, f64); 10] {
    let mut order: Vec<usize> = (0..unusual.len()).filter(|i| !unusual[*i]).collect();
    let size = |i: &usize| judged.members[*i].score.denominator;
    order.sort_by(|a, b| size(a).total_cmp(&size(b)).then(a.cmp(b)));
    let mut deciles = [(0.0, 0.0); 10];
    for (rank, i) in order.iter().enumerate() {
        let (low, all) = &mut deciles[rank * 10 / order.len()];
        *low += f64::from(judged.p[*i].p < 0.01);
        *all += 1.0;
    }
    deciles
}

/// One row of the table.
fn row(setting: &Setting, law: Tails) -> String {
    let runs: Vec<Run> = (0..SEEDS)
        .into_par_iter()
        .filter_map(|seed| run(setting, 1000 + seed, law))
        .collect();
    let total = runs.len() as f64;
    let counts = runs.iter().filter(|r| r.counts).count();
    let any = runs
        .iter()
        .filter(|r| r.listed[1].0 + r.listed[1].1 > 0.0)
        .count();
    let mut figures = Vec::new();
    for (at, level) in LEVELS.iter().enumerate() {
        let part = |r: &Run| r.listed[at].0 / (r.listed[at].0 + r.listed[at].1).max(1.0);
        let mean = runs.iter().map(part).sum::<f64>() / total;
        let squares: f64 = runs.iter().map(|r| (part(r) - mean).powi(2)).sum();
        let error = (squares / (total - 1.0) / total).sqrt();
        let broken = if mean - 2.0 * error > *level {
            " (broken)"
        } else {
            ""
        };
        figures.push(format!("{mean:.3}{broken}"));
    }
    let unusual: f64 = runs.iter().map(|r| r.unusual).sum();
    let found: f64 = runs.iter().map(|r| r.listed[1].1).sum();
    let decile = |at: usize| {
        let sum = |of: fn(&(f64, f64)) -> f64| runs.iter().map(|r| of(&r.by_size[at])).sum::<f64>();
        100.0 * sum(|d| d.0) / sum(|d| d.1)
    };
    let deciles: Vec<f64> = (0..10).map(decile).collect();
    let least = deciles.iter().copied().fold(f64::INFINITY, f64::min);
    let most = deciles.iter().copied().fold(0.0, f64::max);
    let (null, recall) = if setting.unusual > 0.0 {
        (String::new(), format!("{:.2}", found / unusual))
    } else {
        (format!("{any}"), String::new())
    };
    format!(
        "| {:?} | {:?} | {} | {:.0} % | {} | {counts} | {null} | {} | {recall} | {least:.1}-{most:.1} % |",
        setting.kind,
        setting.law,
        setting.entities,
        100.0 * setting.unusual,
        if law == Tails::Fitted {
            "fitted"
        } else {
            "normal"
        },
        figures.join(" / "),
    )
}

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .map(|a| a.to_lowercase())
        .collect();
    println!(
        "| kind | honest law | entities | unusual | tails | runs counted | null runs with a case \
         | false part at 0.01 / 0.05 / 0.10 | recall at 0.05 | honest p < 0.01 by size decile |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for kind in [Kind::Share, Kind::Rate, Kind::Mean] {
        for law in Law::ALL {
            for entities in [100, 300, 2000] {
                let names = [
                    format!("{kind:?}"),
                    format!("{law:?}"),
                    entities.to_string(),
                ];
                let names = names.map(|n| n.to_lowercase());
                if !wanted.iter().all(|w| names.contains(w)) {
                    continue;
                }
                for unusual in [0.0, 0.05, 0.15] {
                    for tails in [Tails::Normal, Tails::Fitted] {
                        let setting = Setting {
                            kind,
                            law,
                            entities,
                            unusual,
                        };
                        println!("{}", row(&setting, tails));
                    }
                }
            }
        }
    }
}
