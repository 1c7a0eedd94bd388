//! The cells of a measure as numbers: provider, stratum, half, numerator, denominator.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use crate::batch::{int, text};
use crate::error::Result;
use crate::features::measure::{Measure, MeasureKind};
use crate::stats::standardise::Cell;

/// One cell of a measure.
#[derive(Debug, Clone, Copy)]
struct Row {
    provider: u32,
    stratum: u32,
    half: usize,
    numerator: i64,
    denominator: i64,
    square: i64,
}

/// All cells of one measure, by provider.
pub struct MeasureCells {
    rows: Vec<Row>,
    /// Where each provider's rows begin; one more entry than providers.
    begin: Vec<usize>,
    /// Parent of each stratum.
    parents: Vec<u32>,
    kind: MeasureKind,
}

impl MeasureCells {
    /// Reads the merged cells; `entities` are the ids of all entities of the measure's type in
    /// ascending order, which is the order of the cells as well.
    ///
    /// # Errors
    /// Where a column is missing.
    pub fn new(batch: &RecordBatch, measure: &Measure, entities: &[&str]) -> Result<MeasureCells> {
        let (provider, stratum, parent) = (
            text(batch, measure.entity.key())?,
            text(batch, "stratum")?,
            text(batch, "parent")?,
        );
        let (half, numerator, denominator) = (
            int(batch, "half")?,
            int(batch, "numerator")?,
            int(batch, "denominator")?,
        );
        let square = if measure.kind == MeasureKind::Mean {
            Some(int(batch, "square")?)
        } else {
            None
        };
        let index: BTreeMap<&str, u32> = entities.iter().copied().zip(0..).collect();
        let mut strata: BTreeMap<&str, (&str, i64)> = BTreeMap::new();
        for row in 0..batch.num_rows() {
            strata
                .entry(stratum.value(row))
                .or_insert((parent.value(row), 0))
                .1 += numerator.value(row).abs();
        }
        if measure.drop_constant_strata {
            strata.retain(|_, (_, total)| *total > 0);
        }
        let parent_index: BTreeMap<&str, u32> = {
            let mut names: Vec<&str> = strata.values().map(|(p, _)| *p).collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().zip(0..).collect()
        };
        let parents = strata.values().map(|(p, _)| parent_index[p]).collect();
        let stratum_index: BTreeMap<&str, u32> = strata.keys().copied().zip(0..).collect();
        let mut rows = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let (Some(provider), Some(stratum)) = (
                index.get(provider.value(row)),
                stratum_index.get(stratum.value(row)),
            ) else {
                continue;
            };
            rows.push(Row {
                provider: *provider,
                stratum: *stratum,
                half: usize::from(half.value(row) != 0),
                numerator: numerator.value(row),
                denominator: denominator.value(row),
                square: square.map_or(0, |s| s.value(row)),
            });
        }
        rows.sort_unstable_by_key(|r| (r.provider, r.stratum, r.half));
        let mut begin = vec![0; entities.len() + 1];
        for row in &rows {
            begin[row.provider as usize + 1] += 1;
        }
        for i in 1..begin.len() {
            begin[i] += begin[i - 1];
        }
        Ok(MeasureCells {
            rows,
            begin,
            parents,
            kind: measure.kind,
        })
    }

    fn of(&self, provider: usize) -> &[Row] {
        &self.rows[self.begin[provider]..self.begin[provider + 1]]
    }

    /// Numerator and denominator of a provider over all strata.
    #[must_use]
    pub fn totals(&self, provider: usize) -> (i64, i64) {
        self.of(provider).iter().fold((0, 0), |sum, row| {
            (sum.0 + row.numerator, sum.1 + row.denominator)
        })
    }

    /// Cells of a group in the form the standardisation takes, entities numbered by their position
    /// in `members`; one half of the members, or both together for `None`. With them the parent of
    /// each stratum that occurs.
    ///
    /// `specialties`, one number per provider, are crossed with the strata where the group mixes
    /// specialties: a wide group shares the spread of honest providers, not what is expected of
    /// them.
    #[must_use]
    pub fn group(
        &self,
        members: &[usize],
        half: Option<usize>,
        specialties: Option<&[u32]>,
    ) -> (Vec<Cell>, Vec<u32>) {
        let mut rows: Vec<CrossedRow> = Vec::new();
        for (entity, provider) in members.iter().enumerate() {
            let specialty = specialties.map_or(0, |s| s[*provider]);
            for row in self
                .of(*provider)
                .iter()
                .filter(|r| half.is_none_or(|h| h == r.half))
            {
                let key = (specialty, row.stratum, entity as u32);
                match rows.last_mut() {
                    Some(last) if last.key == key => last.add(row),
                    _ => {
                        let mut first = CrossedRow {
                            key,
                            numerator: 0,
                            denominator: 0,
                            square: 0,
                        };
                        first.add(row);
                        rows.push(first);
                    }
                }
            }
        }
        rows.sort_unstable_by_key(|r| r.key);
        let mut parents: Vec<(u32, u32)> = Vec::new();
        let mut cells = Vec::with_capacity(rows.len());
        let mut last = None;
        for row in rows {
            let (specialty, stratum, entity) = row.key;
            if last != Some((specialty, stratum)) {
                last = Some((specialty, stratum));
                parents.push((specialty, self.parents[stratum as usize]));
            }
            let local = parents.len() as u32 - 1;
            cells.push(match self.kind {
                MeasureKind::Mean => {
                    Cell::log_amounts(local, entity, row.denominator, row.numerator, row.square)
                }
                MeasureKind::Share | MeasureKind::Rate => {
                    Cell::count(local, entity, row.numerator, row.denominator)
                }
            });
        }
        (cells, dense(&parents))
    }
}

/// A row of a group: (specialty, stratum, entity) and its sums over the halves.
struct CrossedRow {
    key: (u32, u32, u32),
    numerator: i64,
    denominator: i64,
    square: i128,
}

impl CrossedRow {
    fn add(&mut self, row: &Row) {
        self.numerator += row.numerator;
        self.denominator += row.denominator;
        self.square += i128::from(row.square);
    }
}

/// Numbers the values 0, 1, 2 … in ascending order.
fn dense(values: &[(u32, u32)]) -> Vec<u32> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    values
        .iter()
        .map(|v| sorted.binary_search(v).unwrap_or(0) as u32)
        .collect()
}
