//! Seconds to score 100,000 entities on 60 measures, statistics only: 20 shares, 20 rates and 20
//! means, 200 peer groups of 500. Run with `cargo bench --bench stats`.

#[path = "../tests/chain/mod.rs"]
mod chain;

use std::time::Instant;

use chain::{Group, Tails, judge};
use claimhound::stats::Kind;
use claimhound::stats::standardise::Cell;
use claimhound::stats::uniform::{splitmix64, uniform};
use rayon::prelude::*;

const MEASURES: u64 = 60;
const GROUPS: u64 = 200;
const ENTITIES: u64 = 500;

/// A group's cells in two strata, from keys alone.
fn group(kind: Kind, measure: u64, group: u64) -> Group {
    let key = |entity: u64| splitmix64(group * ENTITIES + entity);
    let draw = |entity: u64, what: u64| uniform(key(entity) ^ splitmix64(measure << 8 | what));
    let mut cells = Vec::new();
    for stratum in 0..2_u32 {
        for entity in 0..ENTITIES {
            let n = (10.0 * 300.0_f64.powf(draw(entity, 1))).round();
            // A sum of three uniforms for the effect, of two for the noise.
            let sum = |from: u64, to: u64| (from..to).map(|w| draw(entity, w) - 0.5).sum::<f64>();
            let noise = 2.4 * sum(10 + 4 * u64::from(stratum), 12 + 4 * u64::from(stratum));
            let level = [0.08, 0.25][stratum as usize];
            let rate = (level * (0.6 * sum(2, 5)).exp()).min(0.9);
            let count = (n * rate + noise * (n * rate).sqrt()).round().clamp(0.0, n);
            let mean = 4.0 + 0.6 * sum(2, 5) + 0.5 * noise / n.sqrt();
            cells.push(match kind {
                Kind::Share | Kind::Rate => {
                    Cell::count(stratum, entity as u32, count as i64, n as i64)
                }
                Kind::Mean => Cell {
                    stratum,
                    entity: entity as u32,
                    denominator: n,
                    numerator: n * mean,
                    squares: n * mean * mean + 0.25 * (n - 1.0),
                },
            });
        }
    }
    Group {
        cells,
        parents: vec![0, 0],
        keys: (0..ENTITIES).map(key).collect(),
        phi: 1.0,
    }
}

fn main() {
    let start = Instant::now();
    let seconds: Vec<f64> = (0..MEASURES)
        .into_par_iter()
        .map(|measure| {
            let kind = [Kind::Share, Kind::Rate, Kind::Mean][(measure % 3) as usize];
            let groups: Vec<Group> = (0..GROUPS).map(|g| group(kind, measure, g)).collect();
            let begin = Instant::now();
            let judged =
                judge(kind, &groups, 1.3, Tails::Fitted).expect("groups that can be fitted");
            assert_eq!(judged.p.len() as u64, GROUPS * ENTITIES);
            begin.elapsed().as_secs_f64()
        })
        .collect();
    let entities = GROUPS * ENTITIES;
    println!(
        "{entities} entities x {MEASURES} measures: {:.1} s on {} threads, cells included",
        start.elapsed().as_secs_f64(),
        rayon::current_num_threads()
    );
    for (at, name) in ["share", "rate", "mean"].into_iter().enumerate() {
        let of_kind: Vec<f64> = seconds.iter().skip(at).step_by(3).copied().collect();
        let mean = of_kind.iter().sum::<f64>() / of_kind.len() as f64;
        println!("one {name}: {mean:.2} s of one thread");
    }
}
