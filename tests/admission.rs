//! Measures whose null cannot fit: each is caught and left out, or mended, and a list made of it
//! and good measures stays clean.

mod chain;

use chain::{Group, Judged, Tails, judge};
use claimhound::stats::admission::Verdict;
use claimhound::stats::design_effect::design_effect;
use claimhound::stats::multiplicity::{EFFECTS_TRUNCATED_AT, cauchy_combination, minimum_effect_q};
use claimhound::stats::standardise::{Cell, Standardised, standardise};
use claimhound::stats::uniform::splitmix64;
use claimhound::stats::{Kind, Skip};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson, StandardNormal, StandardUniform};

const ENTITIES: u32 = 2000;
const MIN_RATIO: f64 = 1.3;

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(rng)
}

fn poisson(mean: f64, rng: &mut ChaCha8Rng) -> f64 {
    Poisson::new(mean).expect("a positive mean").sample(rng)
}

/// Months of exposure, the same for an entity on every measure: from 20 to 2000.
fn months(entity: u32) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(entity));
    let even: f64 = StandardUniform.sample(&mut rng);
    (20.0 * 100.0_f64.powf(even)).round()
}

/// A measure's group; `events` gives the count of an entity with these months.
fn group(seed: u64, phi: f64, events: impl Fn(f64, &mut ChaCha8Rng) -> f64) -> Group {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let cell = |entity| {
        let months = months(entity);
        Cell::count(0, entity, events(months, &mut rng) as i64, months as i64)
    };
    Group {
        cells: (0..ENTITIES).map(cell).collect(),
        parents: vec![0],
        keys: (0..u64::from(ENTITIES))
            .map(|e| splitmix64(e ^ seed << 40))
            .collect(),
        phi,
    }
}

fn rate(group: Group) -> Result<Judged, Skip> {
    judge(Kind::Rate, &[group], MIN_RATIO, Tails::Fitted)
}

fn good(seed: u64) -> Result<Judged, Skip> {
    rate(group(seed, 1.0, |months, rng| {
        poisson(months * 0.5 * (0.3 * normal(rng)).exp(), rng)
    }))
}

/// Entities listed at 0.05 by the measures that count.
fn listed(measures: &[&Judged]) -> usize {
    let combined: Vec<f64> = (0..ENTITIES as usize)
        .filter_map(|i| {
            let counted = measures.iter().filter(|m| m.admission.counts(m.p[i].exact));
            let p: Vec<f64> = counted.map(|m| m.p[i].p_list).collect();
            cauchy_combination(&p, &vec![1.0; p.len()], EFFECTS_TRUNCATED_AT)
        })
        .collect();
    minimum_effect_q(&combined)
        .iter()
        .filter(|q| **q <= 0.05)
        .count()
}

fn below(judged: &Judged, threshold: f64) -> f64 {
    judged.p.iter().filter(|p| p.p < threshold).count() as f64 / judged.p.len() as f64
}

#[test]
fn a_measure_that_grows_with_volume_is_left_out() -> Result<(), Skip> {
    // Visits per day: the larger the practice, the more a day, for everyone.
    let confounded = rate(group(1, 1.0, |months, rng| {
        poisson(
            months * 0.5 * (0.3 * (months / 200.0).ln() + 0.1 * normal(rng)).exp(),
            rng,
        )
    }))?;
    assert_eq!(
        confounded.admission.verdict,
        Verdict::DoesNotFit,
        "{:?}",
        confounded.admission
    );
    assert!(confounded.admission.mean_by_size < 0.2);
    let (first, second) = (good(2)?, good(3)?);
    assert!(first.admission.counts(false) && second.admission.counts(false));
    assert_eq!(listed(&[&first, &second]), 0);
    assert_eq!(listed(&[&confounded, &first, &second]), 0);
    Ok(())
}

#[test]
fn a_sparse_measure_is_mended_by_exact_tails() -> Result<(), Skip> {
    let sparse = rate(group(4, 1.0, |months, rng| {
        poisson(months * 0.002 * (0.3 * normal(rng)).exp(), rng)
    }))?;
    assert!(sparse.p.iter().all(|p| p.exact));
    assert!(sparse.admission.counts(true), "{:?}", sparse.admission);
    assert!(below(&sparse, 0.01) < 0.012, "{}", below(&sparse, 0.01));
    assert_eq!(listed(&[&sparse, &good(5)?]), 0);
    Ok(())
}

/// Events in fours: whole courses of treatment, counted by the line.
fn bundle(months: f64, rng: &mut ChaCha8Rng) -> f64 {
    4.0 * poisson(months * 0.3, rng)
}

#[test]
fn bundled_lines_are_left_out_or_mended_by_their_design_effect() -> Result<(), Skip> {
    let plain = rate(group(6, 1.0, bundle))?;
    assert_eq!(
        plain.admission.verdict,
        Verdict::DoesNotFit,
        "{:?}",
        plain.admission
    );
    assert_eq!(listed(&[&plain, &good(7)?]), 0);

    let halves: Vec<Vec<Standardised>> = [8, 9]
        .map(|seed| standardise(Kind::Rate, &group(seed, 1.0, bundle).cells, &[0], 2000))
        .into_iter()
        .collect::<Result<_, _>>()?;
    let pairs: Vec<[Standardised; 2]> = halves[0]
        .iter()
        .zip(&halves[1])
        .map(|(a, b)| [*a, *b])
        .collect();
    let effect = design_effect(Kind::Rate, &pairs)?;
    assert!((effect.phi - 4.0).abs() < 0.8, "{effect:?}");
    let mended = rate(group(6, effect.phi, bundle))?;
    assert!(mended.admission.counts(false), "{:?}", mended.admission);
    assert_eq!(listed(&[&mended, &good(7)?]), 0);
    Ok(())
}
