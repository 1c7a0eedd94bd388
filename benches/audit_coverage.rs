//! How often the limits of an audit sample hold: the table in `benches/README.md`.
//!
//! `cargo bench --profile dev --bench audit_coverage [SAMPLES]` prints it. Frames of 3,000 claims
//! with log-normal paid amounts; a share of the claims is in error, wholly or by a uniform part. Per
//! row many samples are drawn and reviewed by the library's own code, and it is counted how often
//! the lower limit is at most the true total, and how often it is more without a warning.

use claimhound::audit::allocation::{Anticipated, neyman};
use claimhound::audit::doubt::may_be_too_high;
use claimhound::audit::draw::order;
use claimhound::audit::estimate::{Estimator, Reviewed, ReviewedStratum, estimate};
use claimhound::audit::limits::{CONTRACTOR_LEVEL, OIG_LEVEL};
use claimhound::audit::strata::{Stratum, stratify};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal};

const SEED: u64 = 20_261_106;
const FRAME: usize = 3000;
/// Mean paid amount, in cents.
const MEAN: f64 = 12_000.0;
const STRATA: usize = 4;

#[derive(Clone, Copy)]
enum Errors {
    Whole,
    Partial,
}

/// A frame with the truth about every unit.
fn frame(variation: f64, share: f64, errors: Errors) -> Vec<Reviewed> {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let sigma = (1.0 + variation * variation).ln().sqrt();
    let law = LogNormal::new(MEAN.ln() - sigma * sigma / 2.0, sigma).expect("a law");
    let mut unit = || {
        let paid_cents = (law.sample(&mut random).round() as i64).max(1);
        let part: f64 = random.random();
        let allowed_cents = if random.random::<f64>() >= share {
            paid_cents
        } else {
            match errors {
                Errors::Whole => 0,
                Errors::Partial => (paid_cents as f64 * part) as i64,
            }
        };
        Reviewed {
            paid_cents,
            allowed_cents,
        }
    };
    (0..FRAME).map(|_| unit()).collect()
}

fn reviewed(
    frame: &[Reviewed],
    strata: &[Stratum],
    sizes: &[u64],
    seed: u64,
) -> Vec<ReviewedStratum> {
    let of = |id: &u64| frame[*id as usize - 1];
    let one = |(stratum, n): (&Stratum, &u64)| ReviewedStratum {
        units: stratum.unit_ids.len() as u64,
        paid_cents: stratum.unit_ids.iter().map(|id| of(id).paid_cents).sum(),
        reviewed: order(seed, &stratum.unit_ids)
            .iter()
            .take(*n as usize)
            .map(of)
            .collect(),
    };
    strata.iter().zip(sizes).map(one).collect()
}

/// Per cent of samples.
fn percent(count: u64, samples: u64) -> f64 {
    100.0 * count as f64 / samples as f64
}

fn row(variation: f64, share: f64, errors: Errors, size: u64, samples: u64) {
    let frame = frame(variation, share, errors);
    let truth = frame.iter().map(Reviewed::overpaid).sum::<i64>() as f64;
    let amounts: Vec<i64> = frame.iter().map(|r| r.paid_cents).collect();
    let [simple, stratified] = [1, STRATA].map(|count| {
        let strata = stratify(&amounts, count, None);
        let anticipated: Vec<Anticipated> = strata
            .iter()
            .map(|s| Anticipated::all_or_nothing(&s.moments(&amounts), 0.5, false))
            .collect();
        let sizes = neyman(&anticipated, size);
        (strata, sizes)
    });
    let mut held = [0_u64; 5];
    let (mut warned, mut unwarned) = (0_u64, [0_u64; 2]);
    for seed in 0..samples {
        let sample = reviewed(&frame, &simple.0, &simple.1, seed);
        for (at, estimator) in [Estimator::Difference, Estimator::Ratio]
            .into_iter()
            .enumerate()
        {
            let found = estimate(estimator, &sample);
            let (holds, warns) = (
                found.lower_limit(CONTRACTOR_LEVEL) <= truth,
                may_be_too_high(&found, &sample),
            );
            held[at] += u64::from(holds);
            unwarned[at] += u64::from(!holds && !warns);
            if at == 0 {
                held[4] += u64::from(found.interval(OIG_LEVEL).lower <= truth);
                warned += u64::from(warns);
            }
        }
        let sample = reviewed(&frame, &stratified.0, &stratified.1, seed);
        let found = estimate(Estimator::Difference, &sample);
        let careful = found.with_effective_freedom();
        held[2] += u64::from(found.lower_limit(CONTRACTOR_LEVEL) <= truth);
        held[3] += u64::from(careful.lower_limit(CONTRACTOR_LEVEL) <= truth);
    }
    let [difference, ratio, normal, satterthwaite, two_sided] = held.map(|h| percent(h, samples));
    let [difference_unwarned, ratio_unwarned] = unwarned.map(|u| percent(u, samples));
    println!(
        "| {variation} | {} | {:.0} % | {size} | {difference:.1} | {two_sided:.1} | {:.0} | \
         {difference_unwarned:.1} | {ratio:.1} | {ratio_unwarned:.1} | {normal:.1} | {satterthwaite:.1} |",
        match errors {
            Errors::Whole => "whole",
            Errors::Partial => "part",
        },
        share * 100.0,
        percent(warned, samples),
    );
}

fn main() {
    // Cargo passes its own options to a bench.
    let given = std::env::args().skip(1).find_map(|a| a.parse().ok());
    let samples = given.unwrap_or(2000);
    println!(
        "| amounts vary by | errors | in error | drawn | difference, one-sided 90 % | two-sided 90 % | warned | \
         too high, no warning | ratio, one-sided 90 % | too high, no warning | {STRATA} strata, normal | \
         {STRATA} strata, Satterthwaite |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for variation in [0.1, 1.0, 2.0] {
        for errors in [Errors::Whole, Errors::Partial] {
            for share in [0.05, 0.2, 0.5, 0.8, 0.95] {
                for size in [30, 100] {
                    row(variation, share, errors, size, samples);
                }
            }
        }
    }
}
