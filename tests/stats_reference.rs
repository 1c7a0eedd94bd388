//! The statistical core against numbers from mpmath, scipy and statsmodels.
//! `tests/reference/stats.py` writes `tests/reference/stats.json`.

use claimhound::stats::counts::Count;
use claimhound::stats::multiplicity::{TRUNCATED_AT, benjamini_hochberg, cauchy_combination};
use claimhound::stats::null::{Null, fit};
use claimhound::stats::p_value::p_value;
use claimhound::stats::score::{Score, score};
use claimhound::stats::shape::{Effects, Shape};
use claimhound::stats::shrink::shrink;
use claimhound::stats::standardise::Standardised;
use claimhound::stats::tails::{normal_above, tails};
use claimhound::stats::{Direction, Kind, Skip};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    tails: Vec<Tail>,
    normal: Vec<Normal>,
    benjamini_hochberg: Vec<BenjaminiHochberg>,
    cauchy: Vec<Cauchy>,
    null: Vec<Fit>,
    shrunken_rate: Vec<ShrunkenRate>,
    shape: Vec<Shaped>,
}

#[derive(Deserialize)]
struct Tail {
    law: String,
    a: f64,
    b: f64,
    n: u32,
    k: u32,
    tails: [f64; 3],
}

#[derive(Deserialize)]
struct Normal {
    z: f64,
    above: f64,
}

#[derive(Deserialize)]
struct BenjaminiHochberg {
    p: Vec<f64>,
    q: Vec<f64>,
}

#[derive(Deserialize)]
struct Cauchy {
    p: Vec<f64>,
    weights: Vec<f64>,
    combined: f64,
}

#[derive(Deserialize)]
struct Fit {
    d: Vec<f64>,
    s2: Vec<f64>,
    /// Every (μ, τ, π₀) that is the maximum for its own windows.
    fits: Vec<[f64; 3]>,
}

#[derive(Deserialize)]
struct ShrunkenRate {
    observed: f64,
    expected: f64,
    tau: f64,
    phi: f64,
    mean: f64,
    lower: f64,
}

#[derive(Deserialize)]
struct Shaped {
    h: f64,
    g: f64,
    tau: f64,
    s2: f64,
    d: f64,
    p: f64,
}

fn reference() -> Reference {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/stats.json");
    let text = std::fs::read_to_string(path).expect("reference numbers");
    serde_json::from_str(&text).expect("reference numbers in the declared shape")
}

fn relative(found: f64, expected: f64) -> f64 {
    if expected == 0.0 {
        found.abs()
    } else {
        (found / expected - 1.0).abs()
    }
}

#[test]
fn count_tails_agree_to_nine_digits() {
    for row in reference().tails {
        let trials = f64::from(row.n);
        let count = match row.law.as_str() {
            "poisson" => Count::Poisson { mean: row.a },
            "negative_binomial" => Count::NegativeBinomial {
                mean: row.a,
                size: row.b,
            },
            "binomial" => Count::Binomial { trials, p: row.a },
            "beta_binomial" => Count::BetaBinomial {
                trials,
                alpha: row.a,
                beta: row.b,
            },
            other => panic!("unknown law {other}"),
        };
        let found = tails(&count, f64::from(row.k));
        for (found, expected) in [found.below, found.point, found.above]
            .into_iter()
            .zip(row.tails)
        {
            // Below the smallest normal double digits are lost in any case.
            if expected > 1e-300 {
                assert!(
                    relative(found, expected) < 1e-9,
                    "{count:?} at {}: {found:e} for {expected:e}",
                    row.k
                );
            } else {
                assert!(found < 1.1e-300);
            }
        }
    }
}

#[test]
fn normal_tails_agree_to_nine_digits() {
    for Normal { z, above } in reference().normal {
        assert!(relative(normal_above(z), above) < 1e-9, "{z}");
    }
}

#[test]
fn q_values_agree_with_statsmodels() {
    for BenjaminiHochberg { p, q } in reference().benjamini_hochberg {
        for (found, expected) in benjamini_hochberg(&p).into_iter().zip(q) {
            assert!(relative(found, expected) < 1e-12, "{found} for {expected}");
        }
    }
}

#[test]
fn cauchy_combination_agrees_with_the_formula() {
    for Cauchy {
        p,
        weights,
        combined,
    } in reference().cauchy
    {
        let found = cauchy_combination(&p, &weights, TRUNCATED_AT).expect("something to combine");
        assert!(
            relative(found, combined) < 1e-9,
            "{p:?}: {found:e} for {combined:e}"
        );
    }
}

#[test]
fn null_fit_agrees_with_an_independent_optimiser() -> Result<(), Skip> {
    for Fit { d, s2, fits } in reference().null {
        let scores: Vec<Score> = d
            .iter()
            .zip(&s2)
            .map(|(&d, &sampling)| Score {
                observed: 0.0,
                denominator: 1.0,
                expected: 0.0,
                d,
                sampling,
                carried: 0.0,
                exact: false,
            })
            .collect();
        let null = fit(Kind::Mean, &scores, 1.0)?;
        let distance = |fit: &[f64; 3]| {
            let [mu, tau, proportion] = *fit;
            (null.mu - mu)
                .abs()
                .max((null.tau - tau).abs())
                .max((null.proportion - proportion).abs())
        };
        // The fit stops at 3e-4 of a standard deviation per round.
        assert!(
            fits.iter().any(|fit| distance(fit) < 1e-3),
            "{null:?} is none of {fits:?}"
        );
    }
    Ok(())
}

#[test]
fn shrunken_rates_agree_with_scipy() -> Result<(), Skip> {
    for row in reference().shrunken_rate {
        let entity = Standardised {
            observed: row.observed,
            denominator: 1000.0,
            expected: row.expected,
            ..Standardised::default()
        };
        let null = Null {
            mu: 0.0,
            tau: row.tau,
            phi: row.phi,
            proportion: 1.0,
            mu_error: 0.0,
            tau2_variance: 0.0,
            typical_variance: 0.1,
            scored: 100,
            used: 95,
            iterations: 1,
        };
        let ratio = shrink(Kind::Rate, &score(Kind::Rate, &entity)?, &null);
        assert!(relative(ratio.mean, row.mean) < 1e-12);
        assert!(
            relative(ratio.lower, row.lower) < 1e-9,
            "{} {}",
            ratio.lower,
            row.lower
        );
    }
    Ok(())
}

#[test]
fn tails_of_shapes_agree_with_scipy() -> Result<(), Skip> {
    for row in reference().shape {
        let score = Score {
            observed: 0.0,
            denominator: 1.0,
            expected: 0.0,
            d: row.d,
            sampling: row.s2,
            carried: 0.0,
            exact: false,
        };
        let null = Null {
            mu: 0.0,
            tau: row.tau,
            phi: 1.0,
            proportion: 1.0,
            mu_error: 0.0,
            tau2_variance: 0.0,
            typical_variance: 0.1,
            scored: 100,
            used: 95,
            iterations: 1,
        };
        let effects = Effects::new(&Shape {
            heaviness: row.h,
            skew: row.g,
            ..Shape::NORMAL
        });
        let found = p_value(Kind::Mean, &score, &null, &effects, Direction::High, 1.0)?.p;
        // Exact but for the dozen nodes over V.
        let tolerance = if row.h > 0.0 { 0.02 } else { 1e-9 };
        assert!(
            relative(found, row.p) < tolerance,
            "h {} g {} tau {} s2 {} d {}: {found:e} for {:e}",
            row.h,
            row.g,
            row.tau,
            row.s2,
            row.d,
            row.p
        );
    }
    Ok(())
}
