//! The calibrated re-ranking: what reviewers decided on earlier cases orders tonight's.
//!
//! A logistic regression on a case's own measures gives the probability that a review confirms it.
//! Dollars at risk times that probability then rank the list, in the place of dollars times
//! confidence. Which cases there are, their q-values and the statement on false leads do not change:
//! only the order does.
//!
//! It is off until there are [`LEAST_LABELS`] reviewed cases with [`LEAST_OF_EACH`] of each kind,
//! and on only where it beats the unsupervised order on cases it has not seen: average precision
//! over the reviewed cases, every probability predicted by a model that was chosen, fitted and
//! calibrated without the case; [`REPEATS`] divisions into folds; the difference bounded from below
//! by a paired bootstrap. Reviewed cases are mostly those from the top of earlier lists, which is
//! where the order matters and what the comparison speaks of.

mod calibration;
mod design;
mod logistic;
mod model;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

pub use self::model::{FOLDS, Label, Model, STRENGTHS};
use super::disposition::Outcome;
use super::measures::Book;
use crate::stats::ranking::resampled_average_precision;
use crate::stats::uniform::uniform;

/// Reviewed cases below which nothing is learned.
pub const LEAST_LABELS: usize = 100;
/// Confirmed, and cleared, cases below which nothing is learned.
pub const LEAST_OF_EACH: usize = 20;
/// Divisions into folds over which the comparison is averaged.
pub const REPEATS: usize = 3;
/// Draws of the paired bootstrap (Efron & Tibshirani, *An Introduction to the Bootstrap*, §13.3:
/// a thousand or more for a limit).
pub const DRAWS: usize = 2_000;
/// Share of the draws that may show no improvement. A hundredth rather than a twentieth, since the
/// question is asked anew every night.
pub const LARGEST_DOUBT: f64 = 0.01;
/// Seed of the folds and draws; the nights' labels make the difference.
const SEED: u64 = 0x00C1_A14B;

/// What came of the comparison, for the manifest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Whether tonight's list is ordered by it.
    pub on: bool,
    /// Why, or why not.
    pub reason: String,
    pub confirmed: usize,
    pub cleared: usize,
    /// Average precision of the reviewed cases by dollars times confidence.
    pub unsupervised_average_precision: Option<f64>,
    /// By dollars times probability, out of fold; mean over the divisions.
    pub reranked_average_precision: Option<f64>,
    /// Lower limit of the difference.
    pub improvement_at_least: Option<f64>,
    /// Penalty of the model in use.
    pub strength: Option<f64>,
    /// What a standard deviation of each measure adds to the log odds.
    pub weights: BTreeMap<String, f64>,
}

/// A model, where it earned its place, and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Reranking {
    pub model: Option<Model>,
    pub summary: Summary,
}

/// The reviewed cases, in the order of their ids.
#[must_use]
pub fn labels(book: &Book) -> Vec<Label<'_>> {
    book.reviewed
        .iter()
        .filter(|(_, r)| r.outcome != Outcome::Pending)
        .map(|(id, reviewed)| Label {
            case_id: id,
            confirmed: reviewed.outcome == Outcome::Confirmed,
            measures: &reviewed.recorded.measures,
        })
        .collect()
}

/// Decides whether the labels order cases better than no labels do, and fits the model if so.
#[must_use]
pub fn rerank(labels: &[Label], wanted: bool) -> Reranking {
    let confirmed = labels.iter().filter(|l| l.confirmed).count();
    let mut summary = Summary {
        on: false,
        reason: String::new(),
        confirmed,
        cleared: labels.len() - confirmed,
        unsupervised_average_precision: None,
        reranked_average_precision: None,
        improvement_at_least: None,
        strength: None,
        weights: BTreeMap::new(),
    };
    let off = |mut summary: Summary, reason: String| {
        summary.reason = reason;
        Reranking {
            model: None,
            summary,
        }
    };
    if !wanted {
        return off(summary, "off in the configuration".to_owned());
    }
    let fewest = confirmed.min(summary.cleared);
    if labels.len() < LEAST_LABELS || fewest < LEAST_OF_EACH {
        let reason = format!(
            "off: {} reviewed cases, {confirmed} confirmed and {} cleared; it takes {LEAST_LABELS} with \
             {LEAST_OF_EACH} of each",
            labels.len(),
            summary.cleared
        );
        return off(summary, reason);
    }
    let (Some(compared), Some(model)) = (compare(labels), Model::train(labels, SEED)) else {
        let reason = format!("off: no model of {} reviewed cases converges", labels.len());
        return off(summary, reason);
    };
    summary.unsupervised_average_precision = Some(compared.unsupervised);
    summary.reranked_average_precision = Some(compared.reranked);
    summary.improvement_at_least = Some(compared.at_least);
    let figures = format!(
        "average precision {:.3} where {:.3} without, the difference at least {:+.3}",
        compared.reranked, compared.unsupervised, compared.at_least
    );
    if compared.at_least <= 0.0 {
        let reason = format!(
            "off: {} reviewed cases do not improve the order for certain: {figures}",
            labels.len()
        );
        return off(summary, reason);
    }
    summary.on = true;
    summary.reason = format!(
        "on: {} reviewed cases improve the order: {figures}",
        labels.len()
    );
    summary.strength = Some(model.strength);
    summary.weights = model
        .weights()
        .map(|(name, weight)| (name.to_owned(), weight))
        .collect();
    Reranking {
        model: Some(model),
        summary,
    }
}

/// The two orders on cases that no model saw.
struct Compared {
    unsupervised: f64,
    reranked: f64,
    at_least: f64,
}

/// Positions from the highest value to the lowest, ties by case id.
fn order(labels: &[Label], value: impl Fn(usize) -> f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| {
        value(*b)
            .total_cmp(&value(*a))
            .then_with(|| labels[*a].case_id.cmp(labels[*b].case_id))
    });
    order
}

fn compare(labels: &[Label]) -> Option<Compared> {
    let dollars = |i: usize, name: &str| labels[i].measures.get(name).copied().unwrap_or(0.0);
    let unsupervised = order(labels, |i| dollars(i, "unsupervised_amount"));
    let jobs: Vec<(u64, usize)> = (0..REPEATS as u64)
        .flat_map(|repeat| (0..FOLDS).map(move |fold| (repeat, fold)))
        .collect();
    let folds: Vec<Vec<usize>> = (0..REPEATS as u64)
        .map(|repeat| model::folds(labels, SEED + 1 + repeat))
        .collect();
    let predicted: Vec<Option<Vec<(usize, f64)>>> = jobs
        .par_iter()
        .map(|(repeat, fold)| {
            let (held, rest) = model::split(labels, &folds[*repeat as usize], *fold);
            let model = Model::train(&rest, SEED)?;
            let one = |i: usize| (i, model.probability(labels[i].measures));
            Some(held.into_iter().map(one).collect())
        })
        .collect();
    let mut probability = vec![vec![0.0; labels.len()]; REPEATS];
    for ((repeat, _), predicted) in jobs.iter().zip(predicted) {
        for (index, p) in predicted? {
            probability[*repeat as usize][index] = p;
        }
    }
    let reranked: Vec<Vec<usize>> = probability
        .iter()
        .map(|p| order(labels, |i| dollars(i, "exposure_amount") * p[i]))
        .collect();
    let of = |order: &[usize], counts: &[u32]| {
        let hits: Vec<bool> = order.iter().map(|i| labels[*i].confirmed).collect();
        let counts: Vec<u32> = order.iter().map(|i| counts[*i]).collect();
        resampled_average_precision(&hits, &counts)
    };
    let both = |counts: &[u32]| -> Option<(f64, f64)> {
        let with = reranked.iter().map(|order| of(order, counts));
        let with: Option<f64> = with.sum();
        Some((of(&unsupervised, counts)?, with? / REPEATS as f64))
    };
    let (without, with) = both(&vec![1; labels.len()])?;
    let mut differences: Vec<f64> = (0..DRAWS)
        .filter_map(|draw| both(&drawn(labels.len(), draw)))
        .map(|(without, with)| with - without)
        .collect();
    differences.sort_by(f64::total_cmp);
    let limit = (differences.len() as f64 * LARGEST_DOUBT).floor() as usize;
    Some(Compared {
        unsupervised: without,
        reranked: with,
        at_least: *differences.get(limit)?,
    })
}

/// How often each of `count` items is drawn, with replacement, in one draw of the bootstrap.
fn drawn(count: usize, draw: usize) -> Vec<u32> {
    let mut counts = vec![0; count];
    for i in 0..count {
        let key = SEED ^ ((draw * count + i) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let at = (uniform(key) * count as f64) as usize;
        counts[at.min(count - 1)] += 1;
    }
    counts
}

#[cfg(test)]
mod tests;
