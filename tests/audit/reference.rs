//! Against numpy and scipy: `tests/reference/audit.py` writes `tests/reference/audit.json`.

use claimhound::audit::draw::{order, random_number};
use claimhound::audit::estimate::{Estimator, Reviewed, ReviewedStratum, estimate};
use claimhound::audit::limits::{CONTRACTOR_LEVEL, Law};
use claimhound::stats::hypergeometric::Population;
use claimhound::stats::student::student_quantile_above;
use serde::Deserialize;

/// Largest relative difference from the reference.
const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Reference {
    samples: Vec<Sample>,
    student: Vec<Student>,
    counts: Vec<Count>,
    draws: Vec<Draw>,
}

#[derive(Deserialize)]
struct Sample {
    name: String,
    strata: Vec<Stratum>,
    estimates: Vec<Expected>,
}

#[derive(Deserialize)]
struct Stratum {
    units: u64,
    paid_cents: i64,
    pairs: Vec<[i64; 2]>,
}

#[derive(Deserialize)]
struct Expected {
    estimator: Estimator,
    point: f64,
    standard_error: f64,
    limits: std::collections::BTreeMap<String, [f64; 2]>,
    one_sided_90: f64,
    effective_freedom: Option<f64>,
    effective_one_sided_90: Option<f64>,
}

#[derive(Deserialize)]
struct Student {
    p: f64,
    freedom: f64,
    t: f64,
}

#[derive(Deserialize)]
struct Count {
    units: u64,
    drawn: u64,
    found: u64,
    level: f64,
    lower: u64,
    upper: u64,
}

#[derive(Deserialize)]
struct Draw {
    seed: u64,
    units: u64,
    order: Vec<u64>,
    first: String,
}

fn reference() -> Reference {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/audit.json");
    let text = std::fs::read_to_string(path).expect("reference numbers");
    serde_json::from_str(&text).expect("reference numbers in the declared shape")
}

/// Equal to nine digits, of the value itself or, for a limit near 0, of the error it was made with.
#[track_caller]
fn close(found: f64, expected: f64, scale: f64, place: &str) {
    let allowed = TOLERANCE * expected.abs().max(scale);
    assert!(
        (found - expected).abs() <= allowed,
        "{place}: {found} instead of {expected}"
    );
}

fn strata(sample: &Sample) -> Vec<ReviewedStratum> {
    let unit = |pair: &[i64; 2]| Reviewed {
        paid_cents: pair[0],
        allowed_cents: pair[1],
    };
    let stratum = |s: &Stratum| ReviewedStratum {
        units: s.units,
        paid_cents: s.paid_cents,
        reviewed: s.pairs.iter().map(unit).collect(),
    };
    sample.strata.iter().map(stratum).collect()
}

#[test]
fn estimates_agree_to_nine_digits() {
    let samples = reference().samples;
    assert!(samples.len() >= 10);
    for sample in &samples {
        let strata = strata(sample);
        for expected in &sample.estimates {
            let place = |what: &str| format!("{}, {:?}, {what}", sample.name, expected.estimator);
            let found = estimate(expected.estimator, &strata);
            let error = expected.standard_error;
            close(found.point, expected.point, 0.0, &place("point"));
            close(found.standard_error, error, 1e-6, &place("standard error"));
            for (level, [lower, upper]) in &expected.limits {
                let interval = found.interval(level.parse().expect("a level"));
                close(interval.lower, *lower, error, &place(level));
                close(interval.upper, *upper, error, &place(level));
            }
            let one_sided = found.lower_limit(CONTRACTOR_LEVEL);
            close(one_sided, expected.one_sided_90, error, &place("one-sided"));
            match (expected.effective_freedom, expected.effective_one_sided_90) {
                (Some(freedom), Some(limit)) => {
                    let own = found.effective_freedom.expect("sampled strata");
                    close(own, freedom, 0.0, &place("degrees of freedom"));
                    let careful = found.with_effective_freedom();
                    let lower = careful.lower_limit(CONTRACTOR_LEVEL);
                    close(lower, limit, error, &place("with effective freedom"));
                }
                _ => assert!(matches!(found.law, Law::Certain), "{}", place("law")),
            }
        }
    }
}

#[test]
fn quantiles_of_students_t_agree_to_nine_digits() {
    for row in reference().student {
        let found = student_quantile_above(row.p, row.freedom);
        close(
            found,
            row.t,
            0.0,
            &format!("p {} df {}", row.p, row.freedom),
        );
    }
}

#[test]
fn limits_of_counts_are_those_of_every_number_tried() {
    for row in reference().counts {
        let population = Population {
            units: row.units,
            drawn: row.drawn,
        };
        let limits = population.limits(row.found, row.level);
        let place = (row.units, row.drawn, row.found, row.level);
        assert_eq!(limits, (row.lower, row.upper), "{place:?}");
    }
}

#[test]
fn another_languages_sha_256_draws_the_same_units() {
    for row in reference().draws {
        let ids: Vec<u64> = (1..=row.units).collect();
        let drawn = order(row.seed, &ids);
        assert_eq!(drawn[..row.order.len()], row.order, "seed {}", row.seed);
        let first = format!("{:016x}", random_number(row.seed, drawn[0]));
        assert_eq!(first, row.first);
    }
}
