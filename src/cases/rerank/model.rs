//! One model from labels to calibrated probabilities, its strength chosen by cross-validation.

use super::calibration::Calibration;
use super::design::Design;
use super::logistic::{Weights, fit};
use crate::cases::measures::Measures;
use crate::stats::uniform::splitmix64;

/// Folds of every cross-validation (Hastie, Tibshirani & Friedman, *The Elements of Statistical
/// Learning*, 2nd ed., §7.10: five or ten).
pub const FOLDS: usize = 5;

/// Penalties tried, strongest last. They are on the sum of log losses, the columns standardised:
/// from hardly any, for some hundred labels, to weights of next to nothing.
pub const STRENGTHS: [f64; 6] = [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0];

/// Digits of a probability: beyond them it is the optimiser's business.
const DIGITS: f64 = 1e4;

/// A reviewed case.
#[derive(Debug, Clone, Copy)]
pub struct Label<'a> {
    pub case_id: &'a str,
    pub confirmed: bool,
    pub measures: &'a Measures,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    design: Design,
    weights: Weights,
    calibration: Calibration,
    /// The penalty chosen.
    pub strength: f64,
}

impl Model {
    /// Fits a model. The penalty is the one of least log loss over [`FOLDS`] folds, the stronger of
    /// equals; the predictions out of fold at it calibrate the model.
    ///
    /// `None` where no penalty gives a fit in every fold.
    #[must_use]
    pub fn train(labels: &[Label], seed: u64) -> Option<Model> {
        let folds = folds(labels, seed);
        let mut best: Option<(f64, f64, Vec<f64>)> = None;
        for strength in STRENGTHS {
            let Some(scores) = out_of_fold(labels, &folds, strength) else {
                continue;
            };
            let loss: f64 = scores
                .iter()
                .zip(labels)
                .map(|(score, label)| {
                    let x = if label.confirmed { *score } else { -score };
                    (-x).max(0.0) + (-x.abs()).exp().ln_1p()
                })
                .sum();
            if best.as_ref().is_none_or(|(least, ..)| loss <= *least) {
                best = Some((loss, strength, scores));
            }
        }
        let (_, strength, scores) = best?;
        let (design, weights) = fit_rows(labels, strength)?;
        Some(Model {
            design,
            weights,
            calibration: Calibration::fit(&scores, &confirmed(labels)),
            strength,
        })
    }

    /// Probability that a review confirms a case, of four digits and never quite 0, so that its
    /// dollars still order the hopeless.
    #[must_use]
    pub fn probability(&self, measures: &Measures) -> f64 {
        let score = self.weights.log_odds(&self.design.matrix(&[measures]))[0];
        let p = self.calibration.probability(score);
        ((p * DIGITS).round() / DIGITS).clamp(1.0 / DIGITS, 1.0)
    }

    /// What a standard deviation of each measure adds to the log odds, before calibration.
    pub fn weights(&self) -> impl Iterator<Item = (&str, f64)> {
        let names = self.design.columns.iter().map(|c| c.name.as_str());
        names.zip(self.weights.of_columns.iter().copied())
    }
}

fn confirmed(labels: &[Label]) -> Vec<bool> {
    labels.iter().map(|l| l.confirmed).collect()
}

fn fit_rows(labels: &[Label], strength: f64) -> Option<(Design, Weights)> {
    let measures: Vec<&Measures> = labels.iter().map(|l| l.measures).collect();
    let design = Design::fit(&measures);
    let weights = fit(&design.matrix(&measures), &confirmed(labels), strength)?;
    Some((design, weights))
}

/// Log odds of every label from the other folds.
fn out_of_fold(labels: &[Label], folds: &[usize], strength: f64) -> Option<Vec<f64>> {
    let mut scores = vec![0.0; labels.len()];
    for fold in 0..FOLDS {
        let (held, rest) = split(labels, folds, fold);
        let (design, weights) = fit_rows(&rest, strength)?;
        let rows: Vec<&Measures> = held.iter().map(|i| labels[*i].measures).collect();
        let odds = weights.log_odds(&design.matrix(&rows));
        for (index, odds) in held.into_iter().zip(odds) {
            scores[index] = odds;
        }
    }
    Some(scores)
}

/// Positions in a fold, and the labels of the others.
pub(super) fn split<'a>(
    labels: &[Label<'a>],
    folds: &[usize],
    fold: usize,
) -> (Vec<usize>, Vec<Label<'a>>) {
    let (held, rest): (Vec<usize>, Vec<usize>) = (0..labels.len()).partition(|i| folds[*i] == fold);
    (held, rest.into_iter().map(|i| labels[i]).collect())
}

/// The fold of each label: confirmed and cleared are each dealt out in an order that the seed and
/// the case's own id fix, so that the order of the labels decides nothing.
pub(super) fn folds(labels: &[Label], seed: u64) -> Vec<usize> {
    let mut dealt: Vec<(bool, u64, &str, usize)> = labels
        .iter()
        .enumerate()
        .map(|(i, l)| (l.confirmed, key(l.case_id, seed), l.case_id, i))
        .collect();
    dealt.sort_unstable();
    let mut folds = vec![0; labels.len()];
    for (place, (.., index)) in dealt.into_iter().enumerate() {
        folds[index] = place % FOLDS;
    }
    folds
}

fn key(case_id: &str, seed: u64) -> u64 {
    let mut bytes = [0_u8; 8];
    bytes.copy_from_slice(&blake3::hash(case_id.as_bytes()).as_bytes()[..8]);
    splitmix64(u64::from_be_bytes(bytes) ^ splitmix64(seed))
}
