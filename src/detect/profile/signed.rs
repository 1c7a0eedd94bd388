//! Scores of both sides of every row, and their difference.

use ndarray::{Array2, ArrayView2, Axis, Zip, concatenate};

use crate::detect::{Detector, REGISTRY, Rows, Scores};
use crate::stats::tails::normal_above;
use crate::stats::uniform::splitmix64;

/// Folds, as in [`crate::detect::conformal`].
const FOLDS: u64 = crate::detect::conformal::FOLDS as u64;

/// Rows at most that a detector trains on, twice each: some thousands tell where the crowd is.
pub const MOST_TRAINED: usize = 5_000;

const SEED: u64 = 42;

/// What scores a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scorer {
    /// Σ over the measures of −ln P(Z ≥ z): ECOD (Li et al. 2022) with each measure's own null, by
    /// which z is calibrated, in place of the empirical distribution, which would end at 1/n;
    /// Fisher's combination (1932) of the measures' p-values.
    Tails,
    /// A detector of the registry, out of fold.
    Detector(&'static str),
}

/// Scores of the rows of one group.
pub struct Signed {
    /// High side less low side; one a row.
    pub score: Vec<f64>,
    /// Rows × columns: parts of the high side's score; a row sums to 1 or is 0.
    pub shares: Array2<f64>,
}

/// Scores complete rows (missing entries 0); `None` where the scorer has nothing to say.
pub fn signed(scorer: Scorer, rows: ArrayView2<f64>, keys: &[u64]) -> Option<Signed> {
    let name = match scorer {
        Scorer::Tails => return Some(tails(rows)),
        Scorer::Detector(name) => name,
    };
    let detector = (REGISTRY.iter().find(|e| e.name == name)?.make)();
    let sides = [rows.mapv(|z| z.max(0.0)), rows.mapv(|z| (-z).max(0.0))];
    let [high, low] = out_of_fold(detector.as_ref(), &sides, keys)?;
    // Distances count squared in some detectors; the root keeps the order and tames the tail.
    let difference = |(high, low): (&f64, &f64)| high.max(0.0).sqrt() - low.max(0.0).sqrt();
    Some(Signed {
        score: high.raw.iter().zip(&low.raw).map(difference).collect(),
        shares: high.shares?,
    })
}

fn tails(rows: ArrayView2<f64>) -> Signed {
    let part = |z: f64| -normal_above(z).ln() + normal_above(-z).ln();
    let parts = rows.mapv(part);
    Signed {
        score: parts.outer_iter().map(|row| row.sum()).collect(),
        shares: Scores::shared(Vec::new(), parts.mapv_into(|p| p.max(0.0)))
            .shares
            .unwrap_or_default(),
    }
}

/// Scores of the high and the low side, each row by a detector that has seen neither of its sides.
fn out_of_fold(
    detector: &dyn Detector,
    sides: &[Array2<f64>; 2],
    keys: &[u64],
) -> Option<[Scores; 2]> {
    let shape = sides[0].dim();
    let blank = || Scores::shared(vec![f64::NAN; shape.0], Array2::zeros(shape));
    let mut scored = [blank(), blank()];
    let fold = |row: usize| splitmix64(keys[row] ^ 0x7072_6f66_696c_6573) % FOLDS;
    // In the order of the hashes: which rows train, where there are too many, depends on no order.
    let mut order: Vec<usize> = (0..shape.0).collect();
    order.sort_unstable_by_key(|row| (splitmix64(keys[*row]), *row));
    for held in 0..FOLDS {
        let (test, mut train): (Vec<usize>, Vec<usize>) =
            order.iter().partition(|row| fold(**row) == held);
        if test.is_empty() {
            continue;
        }
        train.truncate(MOST_TRAINED);
        let both = |of: &[usize]| {
            let [high, low] = sides.each_ref().map(|side| side.select(Axis(0), of));
            concatenate(Axis(0), &[high.view(), low.view()]).ok()
        };
        let (train, given) = (both(&train)?, both(&test)?);
        let found = detector
            .score(train.view(), Rows::New(given.view()), SEED)
            .ok()?;
        for (at, row) in test.iter().enumerate() {
            for (side, scores) in scored.iter_mut().enumerate() {
                let from = at + side * test.len();
                scores.raw[*row] = found.raw[from];
                if let (Some(to), Some(parts)) = (&mut scores.shares, &found.shares) {
                    Zip::from(to.row_mut(*row))
                        .and(parts.row(from))
                        .for_each(|to, part| *to = *part);
                }
            }
        }
    }
    let finite = |scores: &Scores| scores.raw.iter().all(|raw| raw.is_finite());
    scored.iter().all(finite).then_some(scored)
}
