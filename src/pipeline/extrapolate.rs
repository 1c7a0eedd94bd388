//! Estimates the overpayment in a sampling frame from the reviewed sample.

mod note;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use self::note::EstimateNote;
use super::sample::{DECLARATION, FRAME};
use crate::audit::allocation::Anticipated;
use crate::audit::attribute::{ErrorRate, error_rate};
use crate::audit::declaration::Declaration;
use crate::audit::doubt::doubts;
use crate::audit::draw::{ALGORITHM, order};
use crate::audit::estimate::{Estimate, Estimator, ReviewedStratum, estimate};
use crate::audit::limits::OIG_LEVEL;
use crate::audit::plan::{normal_quantile, size_for};
use crate::audit::review;
use crate::batch::{int, read_table};
use crate::error::{Error, Result};
use crate::money::round_half_even;
use crate::private::write_private;
use crate::report::run_folder::hash_file;
use arrow::array::AsArray;
use arrow::datatypes::Decimal128Type;

/// File that the estimate is written to, in the sample folder.
pub const ESTIMATE: &str = "estimate.json";
/// Precisions that sizes of a next sample are given for.
pub const PRECISIONS: [f64; 4] = [0.10, 0.15, 0.20, 0.25];

/// What the review gave.
#[derive(Debug)]
pub struct Extrapolated {
    pub declaration: Declaration,
    /// By the declared estimator.
    pub declared: Estimate,
    /// By every other one, for comparison.
    pub others: Vec<Estimate>,
    pub error_rate: ErrorRate,
    pub reviewed: ReviewTotals,
    /// Paid on the whole frame, in cents.
    pub frame_cents: i64,
    pub doubts: Vec<String>,
    /// Units to review in all for a precision at the declared confidence, with what this sample
    /// showed; empty where it showed no overpayment, or the whole frame was reviewed.
    pub sizes: Vec<(f64, u64)>,
    /// Where the estimate was written.
    pub file: PathBuf,
}

/// Totals of the reviewed units, in cents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReviewTotals {
    pub units: u64,
    pub overpaid_units: u64,
    pub underpaid_units: u64,
    pub paid_cents: i64,
    pub allowed_cents: i64,
}

impl ReviewTotals {
    fn of(strata: &[ReviewedStratum]) -> ReviewTotals {
        let mut totals = ReviewTotals::default();
        for unit in strata.iter().flat_map(|s| &s.reviewed) {
            totals.units += 1;
            totals.overpaid_units += u64::from(unit.overpaid() > 0);
            totals.underpaid_units += u64::from(unit.overpaid() < 0);
            totals.paid_cents += unit.paid_cents;
            totals.allowed_cents += unit.allowed_cents;
        }
        totals
    }

    /// Net overpayment found in the sample itself.
    #[must_use]
    pub fn overpaid_cents(&self) -> i64 {
        self.paid_cents - self.allowed_cents
    }
}

/// A limit as it is demanded: whole cents, half-even, and nothing where it is below 0.
#[must_use]
pub fn demanded_cents(limit: f64) -> i64 {
    round_half_even(limit).max(0)
}

/// Reads a sample folder and its review, replays the draw, estimates, and writes `estimate.json`.
///
/// # Errors
/// [`Error::Input`] where the folder is no sample folder, its frame is not the declared one, or the
/// review is incomplete or wrong.
pub fn extrapolate(folder: &Path, reviewed: &Path) -> Result<Extrapolated> {
    let declaration = declaration(folder)?;
    let frame = frame(folder, &declaration)?;
    let strata = reviewed_strata(&declaration, &frame, reviewed)?;
    let declared = estimate(declaration.design.estimator, &strata);
    let others = comparisons(declared.estimator, strata.len())
        .into_iter()
        .map(|e| estimate(e, &strata))
        .collect();
    let mut out = Extrapolated {
        doubts: doubts(&declared, &strata),
        declared,
        others,
        error_rate: error_rate(&strata, OIG_LEVEL),
        reviewed: ReviewTotals::of(&strata),
        frame_cents: strata.iter().map(|s| s.paid_cents).sum(),
        sizes: sizes(&declaration, &strata),
        file: folder.join(ESTIMATE),
        declaration,
    };
    if out.declared.point > out.frame_cents as f64 {
        out.doubts
            .push("the estimate exceeds what was paid on the whole frame".into());
    }
    let mut text = serde_json::to_string_pretty(&EstimateNote::new(&out, reviewed)?)
        .map_err(|e| Error::table(&out.file, &e))?;
    text.push('\n');
    write_private(&out.file, text.as_bytes())?;
    Ok(out)
}

fn declaration(folder: &Path) -> Result<Declaration> {
    let file = folder.join(DECLARATION);
    let text = fs::read_to_string(&file).map_err(|e| {
        if e.kind() == std::io::ErrorKind::NotFound {
            Error::input(
                folder.display().to_string(),
                format!("no {DECLARATION}: not the folder of a sample"),
                "Give the folder that `claimhound sample` named",
            )
        } else {
            Error::io(&file, "reading")(e)
        }
    })?;
    let declaration: Declaration =
        serde_json::from_str(&text).map_err(|e| Error::table(&file, &e))?;
    if declaration.draw.algorithm != ALGORITHM {
        return Err(Error::input(
            file.display().to_string(),
            "drawn by another algorithm than this version's",
            "Use the version of the program that the declaration names",
        ));
    }
    Ok(declaration)
}

/// Units of a stratum: unit id and cents.
type Units = Vec<(u64, i64)>;

/// The declared frame, stratum by stratum.
fn frame(folder: &Path, declaration: &Declaration) -> Result<Vec<Units>> {
    let file = folder.join(FRAME);
    let other = |found: &str| {
        Error::input(
            file.display().to_string(),
            found,
            "Bring back the frame as it was drawn from, or draw a new sample",
        )
    };
    if hash_file(&file)? != declaration.frame.blake3 {
        return Err(other("not the frame that was declared: its hash differs"));
    }
    let rows = read_table(&file)?.ok_or_else(|| other("it has no unit"))?;
    let (ids, strata) = (int(&rows, "unit_id")?, int(&rows, "stratum")?);
    let paid = rows
        .column_by_name("paid_amount")
        .and_then(|c| c.as_primitive_opt::<Decimal128Type>())
        .ok_or_else(|| other("no column paid_amount in cents"))?;
    let mut frame: Vec<Units> = vec![Vec::new(); declaration.design.strata.len()];
    for row in 0..rows.num_rows() {
        let of_stratum = usize::try_from(strata.value(row) - 1)
            .ok()
            .and_then(|at| frame.get_mut(at))
            .ok_or_else(|| other("a stratum that was not declared"))?;
        let cents = i64::try_from(paid.value(row)).unwrap_or(i64::MAX);
        of_stratum.push((ids.value(row).cast_unsigned(), cents));
    }
    let sizes = declaration.design.strata.iter().map(|s| s.units);
    if !sizes.eq(frame.iter().map(|units| units.len() as u64)) {
        return Err(other("strata of other sizes than declared"));
    }
    Ok(frame)
}

fn reviewed_strata(
    declaration: &Declaration,
    frame: &[Units],
    reviewed: &Path,
) -> Result<Vec<ReviewedStratum>> {
    let mut drawn: Vec<BTreeMap<u64, i64>> = Vec::new();
    for (note, units) in declaration.design.strata.iter().zip(frame) {
        let cents: BTreeMap<u64, i64> = units.iter().copied().collect();
        let ids: Vec<u64> = cents.keys().copied().collect();
        let order = order(declaration.draw.seed, &ids);
        let taken = order.into_iter().take(note.drawn as usize);
        drawn.push(taken.map(|id| (id, cents[&id])).collect());
    }
    let all: BTreeMap<u64, i64> = drawn.iter().flatten().map(|(id, c)| (*id, *c)).collect();
    let review = review::read(reviewed, &all)?;
    Ok(drawn
        .iter()
        .zip(frame)
        .map(|(drawn, units)| ReviewedStratum {
            units: units.len() as u64,
            paid_cents: units.iter().map(|(_, cents)| cents).sum(),
            reviewed: drawn.keys().map(|id| review[id]).collect(),
        })
        .collect())
}

/// The other estimators; without strata the two ratios are one.
fn comparisons(declared: Estimator, strata: usize) -> Vec<Estimator> {
    let mut others = vec![
        Estimator::Difference,
        Estimator::Ratio,
        Estimator::SeparateRatio,
        Estimator::MeanPerUnit,
    ];
    others.retain(|e| *e != declared && (strata > 1 || *e != Estimator::SeparateRatio));
    others
}

fn sizes(declaration: &Declaration, strata: &[ReviewedStratum]) -> Vec<(f64, u64)> {
    let anticipated: Vec<Anticipated> = strata
        .iter()
        .zip(&declaration.design.strata)
        .map(|(stratum, note)| {
            let found = stratum.overpayments();
            Anticipated {
                units: stratum.units,
                mean: found.mean,
                deviation: found.deviation(),
                take_all: note.take_all,
            }
        })
        .collect();
    let total: f64 = anticipated.iter().map(|s| s.units as f64 * s.mean).sum();
    let whole = strata.iter().all(|s| s.reviewed.len() as u64 == s.units);
    if total <= 0.0 || whole {
        return Vec::new();
    }
    let z = normal_quantile(declaration.design.confidence);
    PRECISIONS
        .iter()
        .map(|precision| (*precision, size_for(&anticipated, *precision, z)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_below_zero_demands_nothing_and_cents_round_half_even() {
        assert_eq!(demanded_cents(-12.7), 0);
        assert_eq!(demanded_cents(10.5), 10);
        assert_eq!(demanded_cents(11.5), 12);
    }

    #[test]
    fn without_strata_the_two_ratios_are_one() {
        assert_eq!(
            comparisons(Estimator::Difference, 1),
            [Estimator::Ratio, Estimator::MeanPerUnit]
        );
        assert_eq!(comparisons(Estimator::Ratio, 3).len(), 3);
    }
}
