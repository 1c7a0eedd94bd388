//! Features by SQL: every grain is aggregated bucket by bucket and the partial grains are added up.
//!
//! All value columns of a grain are integers that add over buckets; what does not add (first and
//! last day, distinct days) is taken from a finer grain: cells whose SQL reads no table of the
//! buckets run once, over the merged grains under their files' names.

mod files;
pub mod measure;

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;

pub use self::files::FILES;
use self::files::file;
use crate::engine::{Purpose, Statement, TableData, Tables};
use crate::error::{Error, Result};
use crate::ingest::{BUCKETED, Canonical};
use crate::reference::Reference;
use crate::schema::EntityType;

/// SQL of a measure's cells.
#[must_use]
pub fn cells_sql(cells: &str) -> Option<&'static str> {
    file(&format!("cells__{cells}"))
}

/// SQL of a measure's evidence lines.
#[must_use]
pub fn lines_sql(lines: &str) -> Option<&'static str> {
    file(&format!("lines__{lines}"))
}

/// A grain: the columns that identify a row, and the files that give its values.
struct Grain {
    key: &'static [&'static str],
    files: &'static [&'static str],
}

const GRAINS: &[Grain] = &[
    Grain {
        key: &["provider_id"],
        files: &["provider__lines", "provider__claims", "provider__members"],
    },
    Grain {
        key: &["provider_id", "service_month"],
        files: &["provider_month__lines", "provider_month__members"],
    },
    Grain {
        key: &["provider_id", "hcpcs_code"],
        files: &["provider_code__lines"],
    },
    Grain {
        key: &["provider_id", "service_day"],
        files: &["provider_day__lines", "provider_day__minutes"],
    },
    Grain {
        key: &["provider_id", "biller"],
        files: &["provider_biller__lines"],
    },
    Grain {
        key: &["orderer_id", "provider_id", "kind", "half"],
        files: &["orderer_supplier__orders"],
    },
    Grain {
        key: &["person_id"],
        files: &[
            "member__lines",
            "member__claims",
            "member__enrolled",
            "member__pharmacy",
        ],
    },
];

/// Grains of a provider with a member, which are as many as the lines: read bucket by bucket where
/// they are needed, and never merged.
pub const OF_BUCKETS: [(&str, &[&str]); 2] = [
    (
        "provider_member__visits",
        &["provider_id", "person_id", "service_day"],
    ),
    (
        "provider_member__orders",
        &["provider_id", "person_id", "orderer_id"],
    ),
];

/// Buckets aggregated before their partial grains are added up: memory is bounded by this many
/// partial grains, not by the number of buckets.
const BUCKETS_AT_ONCE: usize = 4;

/// Tables that are made from the grains outside SQL: cells that read one wait for it, see
/// [`FeatureTable::derive`].
pub const DERIVED: [&str; 1] = ["foreign_code"];

/// How the names of files with a measure's cells begin.
const CELLS: &str = "cells__";

/// A grain to run, in every bucket or once, and the columns its rows are added up by.
pub struct Job<'a> {
    pub name: &'a str,
    pub statement: Statement,
    pub key: Vec<&'a str>,
}

/// Key columns of a measure's cells.
const fn cell_key(entity: EntityType) -> &'static [&'static str] {
    match entity {
        EntityType::Provider | EntityType::Group => &["provider_id", "stratum", "parent", "half"],
        EntityType::Member => &["person_id", "stratum", "parent", "half"],
    }
}

/// The merged grains: file name to rows, sorted by key.
pub struct FeatureTable {
    grains: BTreeMap<&'static str, RecordBatch>,
    cells: BTreeMap<String, RecordBatch>,
}

impl FeatureTable {
    /// Rows of one grain file, such as `provider__lines`.
    ///
    /// # Errors
    /// Where there is no such file.
    pub fn grain(&self, file: &str) -> Result<&RecordBatch> {
        self.grains.get(file).ok_or_else(|| Error::Engine {
            statement: file.to_owned(),
            message: "no such grain".into(),
        })
    }

    /// Every grain under its file's name, for SQL.
    #[must_use]
    pub fn tables(&self) -> Tables {
        let named = |(name, rows): (&&str, &RecordBatch)| {
            ((*name).to_owned(), TableData::Batch(rows.clone()))
        };
        self.grains.iter().map(named).collect()
    }

    /// Takes up a table that was made from the grains, and computes the cells that read it.
    ///
    /// # Errors
    /// Where a statement fails.
    pub fn derive(
        &mut self,
        table: &'static str,
        rows: RecordBatch,
        measures: &[measure::Measure],
        canonical: &Canonical,
        reference: &Reference,
    ) -> Result<()> {
        self.grains.insert(table, rows.clone());
        let jobs: Vec<Job> = cells_of(measures)?
            .into_iter()
            .filter(|job| job.statement.tables.contains(table))
            .collect();
        if jobs.is_empty() {
            return Ok(());
        }
        let derived = Tables::from([(table.to_owned(), TableData::Batch(rows))]);
        for (job, rows) in jobs
            .iter()
            .zip(merged_with(&jobs, canonical, reference, &derived)?)
        {
            self.cells.insert(cells_name(job.name).to_owned(), rows);
        }
        Ok(())
    }

    /// Cells of a measure: provider_id (or person_id), stratum, parent, half, numerator, denominator (, square).
    #[must_use]
    pub fn cells(&self, cells: &str) -> Option<&RecordBatch> {
        self.cells.get(cells)
    }
}

/// Computes every grain and the cells of `measures`.
///
/// # Errors
/// Where a statement fails.
pub fn compute(
    canonical: &Canonical,
    reference: &Reference,
    measures: &[measure::Measure],
) -> Result<FeatureTable> {
    let mut jobs: Vec<Job<'static>> = Vec::new();
    for grain in GRAINS {
        for name in grain.files {
            jobs.push(Job {
                name,
                statement: statement(name)?,
                key: grain.key.to_vec(),
            });
        }
    }
    let mut over_grains: Vec<Job<'static>> = Vec::new();
    let waits = |job: &Job| DERIVED.iter().any(|t| job.statement.tables.contains(*t));
    for job in cells_of(measures)?.into_iter().filter(|job| !waits(job)) {
        if reads_buckets(&job.statement) {
            jobs.push(job);
        } else {
            over_grains.push(job);
        }
    }
    let merged = merged(&jobs, canonical, reference)?;
    let mut out = FeatureTable {
        grains: BTreeMap::new(),
        cells: BTreeMap::new(),
    };
    for (job, merged) in jobs.iter().zip(merged) {
        match job.name.strip_prefix(CELLS) {
            Some(cells) => out.cells.insert(cells.to_owned(), merged),
            None => out.grains.insert(job.name, merged),
        };
    }
    if !over_grains.is_empty() {
        let mut tables = reference.tables();
        let provider = TableData::Batch(canonical.provider.clone());
        tables.insert("provider".to_owned(), provider);
        tables.extend(out.tables());
        for job in over_grains {
            let cells = sort_by(&job.statement.run(&tables)?, &job.key)?;
            out.cells.insert(cells_name(job.name).to_owned(), cells);
        }
    }
    Ok(out)
}

fn cells_name(file: &str) -> &str {
    file.strip_prefix(CELLS).unwrap_or(file)
}

/// The files with the measures' cells, in the order of [`FILES`].
fn cells_of(measures: &[measure::Measure]) -> Result<Vec<Job<'static>>> {
    let used = |name: &str| {
        measures
            .iter()
            .find(|m| name.strip_prefix(CELLS) == Some(&m.cells))
    };
    let files = FILES
        .iter()
        .filter_map(|(name, _)| Some((*name, used(name)?)));
    files
        .map(|(name, measure)| {
            Ok(Job {
                name,
                statement: statement(name)?,
                key: cell_key(measure.entity).to_vec(),
            })
        })
        .collect()
}

/// The grains over all buckets, in the order of `jobs`, each sorted by its key.
///
/// # Errors
/// Where a statement fails.
pub fn merged(
    jobs: &[Job],
    canonical: &Canonical,
    reference: &Reference,
) -> Result<Vec<RecordBatch>> {
    merged_with(jobs, canonical, reference, &Tables::new())
}

/// The same where the statements read further tables.
fn merged_with(
    jobs: &[Job],
    canonical: &Canonical,
    reference: &Reference,
    further: &Tables,
) -> Result<Vec<RecordBatch>> {
    let mut merged: Vec<Option<RecordBatch>> = vec![None; jobs.len()];
    for begin in (0..canonical.buckets).step_by(BUCKETS_AT_ONCE) {
        let buckets = begin..(begin + BUCKETS_AT_ONCE).min(canonical.buckets);
        let results = canonical.some_buckets(buckets, reference, |mut tables| {
            tables.extend(further.clone());
            jobs.iter()
                .map(|job| job.statement.run(&tables))
                .collect::<Result<Vec<_>>>()
        })?;
        let mut parts: Vec<Vec<RecordBatch>> = merged
            .iter_mut()
            .map(|m| m.take().into_iter().collect())
            .collect();
        for batches in results {
            for (parts, batch) in parts.iter_mut().zip(batches) {
                parts.push(batch);
            }
        }
        for ((slot, parts), job) in merged.iter_mut().zip(parts).zip(jobs) {
            *slot = Some(add_up(job.name, parts, &job.statement.columns, &job.key)?);
        }
    }
    let no_bucket = |job: &Job| Error::Engine {
        statement: job.name.to_owned(),
        message: "no bucket".into(),
    };
    merged
        .into_iter()
        .zip(jobs)
        .map(|(merged, job)| merged.ok_or_else(|| no_bucket(job)))
        .collect()
}

/// Whether a statement reads a table that is kept in member buckets.
fn reads_buckets(statement: &Statement) -> bool {
    BUCKETED
        .iter()
        .any(|table| statement.tables.contains(*table))
}

/// Guards one of the embedded feature files.
///
/// # Errors
/// Where there is no such file or it leaves the portable subset.
pub fn statement(name: &str) -> Result<Statement> {
    let sql = file(name).ok_or_else(|| Error::Engine {
        statement: name.to_owned(),
        message: "no such SQL file".into(),
    })?;
    let purpose = if name.starts_with("lines__") {
        Purpose::Evidence
    } else {
        Purpose::Grain
    };
    Statement::new(sql, &format!("features/sql/{name}.sql"), 1, purpose)
}

/// Adds partial grains up by key and sorts the rows by it.
fn add_up(
    name: &str,
    parts: Vec<RecordBatch>,
    columns: &[String],
    key: &[&str],
) -> Result<RecordBatch> {
    let failed = |e: arrow::error::ArrowError| Error::Engine {
        statement: name.to_owned(),
        message: e.to_string(),
    };
    let schema = parts
        .first()
        .map(RecordBatch::schema)
        .ok_or_else(|| Error::Engine {
            statement: name.to_owned(),
            message: "no bucket".into(),
        })?;
    let all = if parts.len() == 1 {
        parts
            .into_iter()
            .next()
            .unwrap_or_else(|| RecordBatch::new_empty(schema))
    } else {
        let all = concat_batches(&schema, &parts).map_err(failed)?;
        // In the order of the statement, so that the sum can be added to again.
        let select: Vec<String> = columns
            .iter()
            .map(|c| {
                if key.contains(&c.as_str()) {
                    c.clone()
                } else {
                    format!("SUM({c}) AS {c}")
                }
            })
            .collect();
        let sql = format!(
            "SELECT {} FROM part GROUP BY {}",
            select.join(", "),
            key.join(", ")
        );
        let statement = Statement::new(&sql, &format!("adding up {name}"), 1, Purpose::Grain)?;
        statement.run(&Tables::from([("part".to_owned(), TableData::Batch(all))]))?
    };
    sort_by(&all, key)
}

/// Rows sorted by key columns.
///
/// # Errors
/// Where a key column is missing.
pub fn sort_by(batch: &RecordBatch, key: &[&str]) -> Result<RecordBatch> {
    let failed = |e: arrow::error::ArrowError| Error::Engine {
        statement: "sorting".into(),
        message: e.to_string(),
    };
    let mut columns = Vec::new();
    for name in key {
        let values = batch.column_by_name(name).ok_or_else(|| Error::Engine {
            statement: "sorting".into(),
            message: format!("no column {name}"),
        })?;
        columns.push(arrow::compute::SortColumn {
            values: values.clone(),
            options: None,
        });
    }
    let order = arrow::compute::lexsort_to_indices(&columns, None).map_err(failed)?;
    arrow::compute::take_record_batch(batch, &order).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_passes_the_guard_and_returns_its_key() {
        let measures = measure::measures().expect("measures.toml");
        let guarded: Vec<_> = FILES.iter().map(|(n, _)| (n, statement(n))).collect();
        let refused: Vec<String> = guarded
            .iter()
            .filter_map(|(_, s)| s.as_ref().err().map(ToString::to_string))
            .collect();
        assert!(refused.is_empty(), "{}", refused.join("\n"));
        for (name, statement) in guarded {
            let statement = statement.expect(name);
            let entity = |file: &str| {
                let uses = |m: &&measure::Measure| m.cells == file || m.lines == file;
                measures
                    .iter()
                    .find(uses)
                    .map_or_else(EntityType::default, |m| m.entity)
            };
            let key: &[&str] = match name.split_once("__") {
                Some(("cells", file)) => cell_key(entity(file)),
                Some(("lines", file)) => &[entity(file).key(), "claim_id", "gap_cents", "note"],
                Some(_) => {
                    let merged = GRAINS.iter().find(|g| g.files.contains(name));
                    let of_buckets = OF_BUCKETS.iter().find(|(file, _)| file == name);
                    merged
                        .map(|g| g.key)
                        .or(of_buckets.map(|(_, key)| *key))
                        .expect(name)
                }
                None => &[],
            };
            for column in key {
                assert!(
                    statement.columns.iter().any(|c| c == column),
                    "{name}: {column}"
                );
            }
        }
    }
}
