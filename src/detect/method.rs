//! One detector, or several together, with the promises that all keep: no row order, a reason for
//! every row without a score, equal scores for equal rows.

use ndarray::{Array2, ArrayView2, Axis};
use statrs::distribution::{ContinuousCDF, Normal};

use super::row_order::{equalise, permute, sort};
use super::{Detector, REGISTRY, Rows, Scores};
use crate::stats::Skip;

/// The name of the default method.
pub const ENSEMBLE: &str = "ensemble";
/// Its members, chosen by measurement: `benches/outlier_sets.md` holds the rule and the table.
pub const MEMBERS: [&str; 4] = ["isolation_forest", "knn", "ecod", "mahalanobis"];

/// A row with more than this share of its columns missing is not scored.
const MOST_MISSING: f64 = 0.5;

/// A named detector, or the ensemble.
pub struct Method {
    name: String,
    members: Vec<Box<dyn Detector>>,
}

impl Method {
    /// The method of that name, with default parameters.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let make = |name: &str| REGISTRY.iter().find(|e| e.name == name).map(|e| (e.make)());
        let members: Option<Vec<_>> = if name == ENSEMBLE {
            MEMBERS.iter().map(|member| make(member)).collect()
        } else {
            make(name).map(|detector| vec![detector])
        };
        members.map(|members| Self {
            name: name.to_owned(),
            members,
        })
    }

    /// A method of one's own.
    #[must_use]
    pub fn of(name: &str, members: Vec<Box<dyn Detector>>) -> Self {
        Self {
            name: name.to_owned(),
            members,
        }
    }

    /// Every name that [`Method::named`] knows, the default first.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        let detectors = REGISTRY.iter().map(|entry| entry.name);
        std::iter::once(ENSEMBLE).chain(detectors).collect()
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The rows that can be scored, sorted, and where they came from.
pub(super) struct Usable {
    pub matrix: Array2<f64>,
    /// Position of each sorted row in the given matrix.
    pub from: Vec<usize>,
    skipped: Vec<(usize, Skip)>,
    given: usize,
}

impl Usable {
    /// Missing values become 0, the centre of a standardised column; rows with an infinite value or
    /// mostly missing ones are skipped.
    pub fn new(matrix: ArrayView2<f64>) -> Result<Self, Skip> {
        let needed = ((1.0 - MOST_MISSING) * matrix.ncols() as f64).ceil() as usize;
        let (mut kept, mut skipped) = (Vec::new(), Vec::new());
        for (at, row) in matrix.outer_iter().enumerate() {
            let found = row.iter().filter(|v| !v.is_nan()).count();
            if row.iter().any(|v| v.is_infinite()) {
                skipped.push((at, Skip::NonFinite));
            } else if found < needed.max(1) {
                let needed = needed.max(1);
                skipped.push((at, Skip::TooFew { found, needed }));
            } else {
                kept.push(at);
            }
        }
        if kept.is_empty() {
            return Err(Skip::TooFew {
                found: 0,
                needed: 1,
            });
        }
        let order = sort(matrix, kept);
        let matrix_sorted = matrix
            .select(Axis(0), &order)
            .mapv_into(|v| if v.is_nan() { 0.0 } else { v });
        let first = matrix_sorted.row(0);
        if matrix_sorted.nrows() > 1 && first == matrix_sorted.row(matrix_sorted.nrows() - 1) {
            return Err(Skip::NoSpread);
        }
        Ok(Self {
            matrix: matrix_sorted,
            from: order,
            skipped,
            given: matrix.nrows(),
        })
    }

    /// Scores of the sorted rows back in the given order, equal rows made equal.
    pub fn restore(self, mut scores: Scores) -> Scores {
        equalise(self.matrix.view(), &mut scores);
        let mut raw = vec![f64::NAN; self.given];
        let mut skipped = self.skipped;
        for (score, to) in scores.raw.iter().zip(&self.from) {
            if score.is_finite() {
                raw[*to] = *score;
            } else {
                skipped.push((*to, Skip::NonFinite));
            }
        }
        skipped.sort_unstable();
        let shares = scores.shares.map(|mut sorted| {
            if sorted.nrows() == self.given {
                permute(&mut sorted, self.from);
                return sorted;
            }
            let mut shares = Array2::zeros((self.given, sorted.ncols()));
            for (row, to) in sorted.outer_iter().zip(&self.from) {
                shares.row_mut(*to).assign(&row);
            }
            shares
        });
        Scores {
            raw,
            shares,
            skipped,
        }
    }
}

/// One score a row of the matrix, higher is stranger; shares of columns where the method has them.
///
/// Columns on comparable scales (see [`super::standardise`]); NaN is missing and counts as the
/// centre 0. Rows with an infinite value or more than half of their columns missing are skipped
/// with the reason. The order of the rows and the number of threads do not reach the result; the
/// seed and, for the random methods, the order of the columns do.
///
/// A single detector gives its own scale; the ensemble the mean over its members of the normal
/// quantile of each member's rank, so that no member's scale counts more than another's. A member
/// that has nothing to say (too few rows for it) is left out.
///
/// # Errors
/// Where no row can be scored, with the reason.
pub fn score(method: &Method, matrix: ArrayView2<f64>, seed: u64) -> Result<Scores, Skip> {
    let usable = Usable::new(matrix)?;
    let train = usable.matrix.view();
    let scores = together(method, |member| member.score(train, Rows::Own, seed))?;
    Ok(usable.restore(scores))
}

/// The scores of one member as they are, or of several by their ranks.
pub(super) fn together(
    method: &Method,
    one: impl Fn(&dyn Detector) -> Result<Scores, Skip>,
) -> Result<Scores, Skip> {
    let mut found = Vec::new();
    let mut reason = Skip::TooFew {
        found: 0,
        needed: 1,
    };
    for member in &method.members {
        match one(member.as_ref()) {
            Ok(scores) => found.push(scores),
            Err(skip) => reason = skip,
        }
    }
    match found.len() {
        0 => Err(reason),
        1 if method.members.len() == 1 => found.pop().ok_or(reason),
        _ => Ok(combine(&found)),
    }
}

fn combine(members: &[Scores]) -> Scores {
    let rows = members[0].raw.len();
    let mut raw = vec![0.0; rows];
    for member in members {
        for (raw, score) in raw.iter_mut().zip(normal_scores(&member.raw)) {
            *raw += score / members.len() as f64;
        }
    }
    let shared: Vec<&Array2<f64>> = members.iter().filter_map(|m| m.shares.as_ref()).collect();
    let sum = shared
        .iter()
        .fold(None, |sum: Option<Array2<f64>>, shares| {
            Some(sum.map_or_else(|| (*shares).clone(), |sum| sum + *shares))
        });
    match sum {
        Some(sum) => Scores::shared(raw, sum),
        None => Scores::plain(raw),
    }
}

/// Normal quantile of each value's rank (Blom's (r − ⅜) / (n + ¼)); equal values share their mean
/// rank.
fn normal_scores(values: &[f64]) -> Vec<f64> {
    let normal = Normal::standard();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let n = values.len() as f64;
    let mut out = vec![0.0; values.len()];
    let mut before = 0;
    for equal in order.chunk_by(|a, b| values[*a].total_cmp(&values[*b]).is_eq()) {
        let rank = f64::from(before) + f64::midpoint(1.0, equal.len() as f64);
        before += equal.len() as u32;
        let score = normal.inverse_cdf((rank - 0.375) / (n + 0.25));
        for at in equal {
            out[*at] = score;
        }
    }
    out
}
