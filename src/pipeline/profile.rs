//! Judges the measures of each provider together, as one more test beside them.

use std::collections::BTreeMap;

use ndarray::Array2;

use crate::combine::{Entity, Measured, Part};
use crate::detect::profile::{self, COUNTERPOINT, Found, LEAST_ROWS, NAME, SOURCE, TITLE, Table};
use crate::features::measure::{Measure, MeasureKind, ShownAs, WidestPeers};
use crate::peers::{GroupNull, MeasureTests, Place, Scored, Test, peer_groups};
use crate::schema::EntityType;
use crate::stats::admission::Verdict;
use crate::stats::scale::median;
use crate::stats::shrink::Ratio;
use crate::stats::tails::normal_quantile_above;

/// Null probability of the very value observed, in the middle of its entities, beyond which a measure
/// is left out: where many show the same count, mostly none, high and low are not each other's mirror.
const MOST_ON_A_POINT: f64 = 0.2;

/// The test of all admitted measures against peers together; the list asks nothing beyond p, since the
/// score counts in spreads of honest providers, which no volume makes larger.
pub fn profiles(
    measured: &[Measured],
    entities: &[Entity],
    places: &[Place],
    keys: &[u64],
) -> Measured {
    let columns: Vec<usize> = (0..measured.len())
        .filter(|m| enters(&measured[*m]))
        .collect();
    let mut z = Array2::from_elem((entities.len(), columns.len()), f64::NAN);
    for (column, measure) in columns.iter().enumerate() {
        for test in &measured[*measure].tests.tests {
            if let Ok(scored) = &test.outcome {
                // The measure's own tail is in its p: its normal score counts every measure alike.
                z[[test.entity, column]] = normal_quantile_above(scored.p.p);
            }
        }
    }
    let some = |entity: &usize| z.row(*entity).iter().any(|z| !z.is_nan());
    let eligible: Vec<usize> = (0..entities.len()).filter(some).collect();
    let (groups, alone) = peer_groups(places, &eligible, LEAST_ROWS, WidestPeers::All);
    let sizes: Vec<f64> = entities.iter().map(|e| e.line_count as f64).collect();
    let table = Table {
        z: z.view(),
        keys,
        sizes: &sizes,
    };
    let found = profile::profiles(&table, &groups);
    let mut parts = BTreeMap::new();
    let mut tests: Vec<Test> = Vec::with_capacity(eligible.len());
    for profile in found.profiles {
        let entity = profile.entity;
        let mut test = Test {
            entity,
            group: profile.group,
            numerator: 0.0,
            denominator: 0.0,
            outcome: Err(String::new()),
        };
        test.outcome = profile.outcome.map(|found| {
            let of_entity = parts_of(measured, &columns, entity, &found);
            let ratio = mean_ratio(measured, &of_entity);
            parts.insert(entity, of_entity);
            test.numerator = found.high as f64;
            test.denominator = found.present as f64;
            Scored {
                score: found.score,
                p: found.p,
                ratio,
                crude_ratio: f64::NAN,
            }
        });
        tests.push(test);
    }
    tests.extend(alone.into_iter().map(|entity| Test {
        entity,
        group: None,
        numerator: 0.0,
        denominator: 0.0,
        outcome: Err(format!(
            "fewer than {LEAST_ROWS} peers, however wide the group"
        )),
    }));
    tests.sort_by_key(|t| t.entity);
    let nulls = groups.into_iter().zip(found.nulls);
    let groups = nulls.map(|(group, (null, rows))| GroupNull {
        key: group.key,
        level: group.level,
        members: rows,
        peers: Vec::new(),
        null,
    });
    let tests = MeasureTests::with_shape(tests, groups.collect(), found.admission, found.shape);
    Measured {
        measure: measure(),
        kind: "cluster",
        tests,
        parts,
    }
}

/// Whether a measure is one of the columns: against peers, admitted for all its tests, and with a
/// side to either hand.
fn enters(one: &Measured) -> bool {
    let admitted = matches!(
        one.tests.admission.verdict,
        Verdict::Admitted | Verdict::Conservative | Verdict::Widespread
    );
    let scored = one
        .tests
        .tests
        .iter()
        .filter_map(|t| t.outcome.as_ref().ok());
    let points: Vec<f64> = scored.map(|scored| scored.p.point).collect();
    let smooth = median(&points).is_some_and(|point| point <= MOST_ON_A_POINT);
    one.kind == "peer" && !one.measure.supporting && admitted && smooth
}

/// The tests that make most of an entity's score, with their shares.
fn parts_of(measured: &[Measured], columns: &[usize], entity: usize, found: &Found) -> Vec<Part> {
    let part = |(column, share): &(usize, f64)| {
        let measure = columns[*column];
        let tests = &measured[measure].tests.tests;
        let test = tests.binary_search_by_key(&entity, |t| t.entity).ok()?;
        Some(Part {
            measure,
            test,
            share: *share,
        })
    };
    found.shares.iter().filter_map(part).collect()
}

/// Geometric mean of the ratios that the parts show, weighted by their shares.
fn mean_ratio(measured: &[Measured], parts: &[Part]) -> Ratio {
    let (mut mean, mut lower, mut total) = (0.0, 0.0, 0.0);
    for part in parts {
        let test = &measured[part.measure].tests.tests[part.test];
        if let Ok(scored) = &test.outcome {
            mean += part.share * scored.ratio.mean.max(f64::MIN_POSITIVE).ln();
            lower += part.share * scored.ratio.lower.max(f64::MIN_POSITIVE).ln();
            total += part.share;
        }
    }
    if total <= 0.0 {
        return Ratio {
            mean: 1.0,
            lower: 1.0,
        };
    }
    Ratio {
        mean: (mean / total).exp(),
        lower: (lower / total).exp(),
    }
}

/// What the reports show of the test.
fn measure() -> Measure {
    Measure {
        name: NAME.to_owned(),
        title: TITLE.to_owned(),
        scheme: NAME.to_owned(),
        entity: EntityType::Provider,
        kind: MeasureKind::Rate,
        cells: String::new(),
        lines: String::new(),
        unit: "measure".to_owned(),
        minimum_denominator: 1,
        minimum_ratio: 1.0,
        minimum_share: 0.0,
        widest_peers: WidestPeers::All,
        required_columns: Vec::new(),
        required_reference: Vec::new(),
        drop_constant_strata: false,
        shown_as: ShownAs::default(),
        supporting: false,
        display_factor: 1.0,
        source: SOURCE.to_owned(),
        counterpoint: COUNTERPOINT.to_owned(),
    }
}
