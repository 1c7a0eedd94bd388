//! Labels that tell something, labels that do not, and too few of them.

use super::*;
use crate::cases::measures::Measures;
use crate::stats::draws::Draws;

/// Made-up reviewed cases: dollars that say nothing, a confidence that says little, and the
/// probability to be confirmed that `odds` gives from three hidden measures.
fn cases(
    count: usize,
    seed: u64,
    odds: impl Fn(&[f64; 3]) -> f64,
) -> Vec<(String, bool, Measures)> {
    let mut draws = Draws::new(seed);
    (0..count)
        .map(|i| {
            let hidden = [draws.normal(), draws.normal(), draws.normal()];
            let exposure = (9.0 + draws.normal()).exp();
            let confidence = 0.5 + 0.4 * draws.uniform();
            let p = logistic::sigmoid(odds(&hidden));
            let mut measures = Measures::from([
                ("exposure_amount".to_owned(), exposure),
                ("unsupervised_amount".to_owned(), exposure * confidence),
            ]);
            for (place, value) in hidden.into_iter().enumerate() {
                measures.insert(format!("hidden.{place}"), value);
            }
            (format!("{seed:03}-{i:05}"), draws.uniform() < p, measures)
        })
        .collect()
}

fn labels_of(cases: &[(String, bool, Measures)]) -> Vec<Label<'_>> {
    cases
        .iter()
        .map(|(case_id, confirmed, measures)| Label {
            case_id,
            confirmed: *confirmed,
            measures,
        })
        .collect()
}

fn informative(count: usize, seed: u64) -> Vec<(String, bool, Measures)> {
    cases(count, seed, |hidden| 2.0 * hidden[0] - hidden[1])
}

#[test]
fn labels_that_tell_something_order_unseen_cases_better() {
    let seen = informative(300, 1);
    let reranking = rerank(&labels_of(&seen), true);
    let summary = &reranking.summary;
    assert!(summary.on, "{}", summary.reason);
    assert!(summary.reason.starts_with("on: 300 reviewed cases"));
    let model = reranking.model.expect("a model");
    assert!(summary.weights["hidden.0"] > 0.5 && summary.weights["hidden.1"] < -0.2);
    // On cases of another draw, the gain is about what was promised.
    let unseen = informative(2_000, 2);
    let labels = labels_of(&unseen);
    let precision = |value: &dyn Fn(&Measures) -> f64| {
        let order = order(&labels, |i| value(labels[i].measures));
        let hits: Vec<bool> = order.iter().map(|i| labels[*i].confirmed).collect();
        crate::stats::ranking::average_precision(&hits).expect("confirmed cases")
    };
    let without = precision(&|m| m["unsupervised_amount"]);
    let with = precision(&|m| m["exposure_amount"] * model.probability(m));
    assert!(with > without + summary.improvement_at_least.expect("a limit"));
    // Calibrated: of those that are given about 70 %, about 70 % are confirmed.
    for (low, high) in [(0.1, 0.3), (0.4, 0.6), (0.7, 0.9)] {
        let within: Vec<(f64, bool)> = labels
            .iter()
            .map(|l| (model.probability(l.measures), l.confirmed))
            .filter(|(p, _)| (low..high).contains(p))
            .collect();
        let count = within.len() as f64;
        let said = within.iter().map(|w| w.0).sum::<f64>() / count;
        let held = within.iter().filter(|w| w.1).count() as f64 / count;
        assert!(
            count > 100.0 && (said - held).abs() < 0.1,
            "{said} {held} of {count}"
        );
    }
}

#[test]
fn labels_at_random_change_nothing_and_it_says_so() {
    let mut on = 0;
    for seed in 10..20 {
        let random = cases(300, seed, |_| 0.0);
        let reranking = rerank(&labels_of(&random), true);
        let said = &reranking.summary.reason;
        on += usize::from(reranking.summary.on);
        assert_eq!(reranking.model.is_some(), reranking.summary.on);
        assert!(said.contains("300 reviewed cases"), "{said}");
        if !reranking.summary.on {
            assert!(said.contains("do not improve the order"), "{said}");
        }
    }
    assert_eq!(on, 0);
}

#[test]
fn too_few_of_either_kind_are_not_enough() {
    let many = informative(400, 3);
    let (yes, no): (Vec<_>, Vec<_>) = many.into_iter().partition(|c| c.1);
    for (confirmed, cleared, enough) in [
        (50, 49, false),
        (19, 150, false),
        (150, 19, false),
        (50, 50, true),
    ] {
        let some = [&yes[..confirmed], &no[..cleared]].concat();
        let summary = rerank(&labels_of(&some), true).summary;
        assert_eq!((summary.confirmed, summary.cleared), (confirmed, cleared));
        assert_eq!(summary.unsupervised_average_precision.is_some(), enough);
        if !enough {
            assert!(!summary.on && summary.reason.contains("it takes 100 with 20 of each"));
        }
    }
}

#[test]
fn it_can_be_switched_off() {
    let seen = informative(300, 1);
    let reranking = rerank(&labels_of(&seen), false);
    assert_eq!(reranking.model, None);
    assert_eq!(reranking.summary.reason, "off in the configuration");
}

#[test]
fn a_measure_that_separates_the_labels_is_learned_and_stays_finite() {
    let separated = cases(200, 4, |hidden| if hidden[2] > 0.0 { 50.0 } else { -50.0 });
    let reranking = rerank(&labels_of(&separated), true);
    assert!(reranking.summary.on, "{}", reranking.summary.reason);
    let weights = reranking.summary.weights;
    assert!(
        weights.values().all(|w| w.is_finite() && w.abs() < 100.0),
        "{weights:?}"
    );
    // Not 1: a large unlikely case still comes before a small certain one.
    let ordered = reranking
        .summary
        .reranked_average_precision
        .expect("a figure");
    assert!(ordered > 0.9, "{ordered}");
}

#[test]
fn the_order_of_the_labels_decides_nothing() {
    let seen = informative(120, 5);
    let mut turned = labels_of(&seen);
    turned.reverse();
    turned.rotate_left(17);
    // Folds, and so everything but the last digits of sums, are the same.
    let (a, b) = (rerank(&labels_of(&seen), true), rerank(&turned, true));
    assert_eq!(a.summary.on, b.summary.on);
    assert_eq!(
        a.summary.reranked_average_precision,
        b.summary.reranked_average_precision
    );
    let again = rerank(&labels_of(&seen), true);
    assert_eq!(a, again);
}

#[test]
fn every_fold_has_its_part_of_both_kinds() {
    let seen = informative(103, 6);
    let labels = labels_of(&seen);
    let folds = model::folds(&labels, 1);
    for confirmed in [false, true] {
        let all = labels.iter().filter(|l| l.confirmed == confirmed).count();
        for fold in 0..FOLDS {
            let of_fold = (0..labels.len())
                .filter(|i| folds[*i] == fold && labels[*i].confirmed == confirmed)
                .count();
            assert!(of_fold.abs_diff(all / FOLDS) <= 1);
        }
    }
    assert_ne!(
        folds,
        model::folds(&labels, 2),
        "another seed divides otherwise"
    );
}
