//! From files to canonical tables in member buckets.
//!
//! discover files → run the layout's statements (cached by content) → settle each bucket: repeats,
//! conflicts, claim-level money, adjustments, one provider a line → merge members and providers.

pub mod bucket;
pub mod date;
pub mod discover;
pub mod layout;
pub mod ledger;
pub mod load;
mod load_line;
mod load_people;
mod parts;
pub mod people;
mod quotes;
pub mod reader;
pub mod reject;
pub mod settle;
mod typed;
mod window;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use rayon::prelude::*;

use self::discover::{InputFile, InputPaths};
use self::layout::Layout;
use self::ledger::Ledger;
use self::load::Load;
use self::reject::Reject;
use self::settle::amount_level::{AMOUNTS, Levels, Votes};
use self::settle::{Outcome, Rules};
use crate::batch;
use crate::engine::{TableData, Tables};
use crate::error::{Error, Result};
use crate::private::create_private;
use crate::reference::Reference;

/// What to ingest and where to work.
pub struct Ingest<'a> {
    pub layout: &'a Layout,
    pub paths: &'a InputPaths,
    /// Year of files that carry none in their name.
    pub file_year: Option<&'a str>,
    /// As-of date given by the user.
    pub as_of: Option<i64>,
    /// Loads are kept here across runs.
    pub cache: &'a Path,
    /// Canonical tables of this run go here.
    pub work: &'a Path,
    pub reference: &'a Reference,
}

/// The canonical tables of a run, settled, and everything that was counted on the way.
pub struct Canonical {
    pub inputs: Vec<InputFile>,
    pub buckets: usize,
    pub ledger: Ledger,
    pub levels: Levels,
    pub level_exceptions: u64,
    pub rejects: Vec<Reject>,
    /// Rows read and rejected by canonical table.
    pub counts: BTreeMap<String, (u64, u64)>,
    /// Notes of the loads: unknown and absent columns.
    pub loads: Vec<Load>,
    pub as_of: i64,
    /// Oldest date that enough lines bear: where the claims begin.
    pub from: i64,
    pub line_count: u64,
    pub provider: RecordBatch,
    work: PathBuf,
}

/// Lines whose keys are compared in one pass while looking for a key under several members.
const KEYS_PER_PASS: u64 = 16_000_000;

/// Canonical tables kept in member buckets: no statement sees all of their rows.
pub const BUCKETED: [&str; 5] = ["line", "diagnosis", "member", "enrollment", "pharmacy_line"];

/// Reads, types, settles and merges everything.
///
/// # Errors
/// Where an input is unusable or the disk fails.
pub fn ingest(job: &Ingest) -> Result<Canonical> {
    let inputs = discover::find_inputs(job.layout, job.paths, job.file_year)?;
    let buckets = bucket::count_for(estimated_lines(job.layout, &inputs));
    tracing::info!(files = inputs.len(), buckets, "reading");
    let loads = load::load_all(job.layout, &inputs, buckets, job.cache)?;
    let cached = loads.iter().filter(|l| l.cached).count();
    tracing::info!(loads = loads.len(), cached, "loaded");
    create_private(job.work)?;

    let declared = |kind: &str, amount: usize| job.layout.declared_level(kind, amount);
    let levels = decide_levels(&loads, buckets)?.decide(&declared);
    let conflicts = keys_of_several_members(&loads, buckets)?;
    let rules = Rules {
        levels: &levels,
        conflicts: &conflicts,
        npi_check: job.layout.npi_check,
    };
    let settled: Vec<Outcome> = (0..buckets)
        .into_par_iter()
        .map(|b| {
            let [line, diagnosis] = ["line", "diagnosis"].map(|t| canonical_path(job.work, t, b));
            settle::settle_bucket(
                &load::bucket_parts(&loads, "line", b),
                &rules,
                &line,
                &diagnosis,
            )
        })
        .collect::<Result<_>>()?;

    let mut canonical = Canonical {
        inputs,
        buckets,
        ledger: Ledger::default(),
        levels: levels.clone(),
        level_exceptions: 0,
        rejects: Vec::new(),
        counts: BTreeMap::new(),
        loads,
        as_of: 0,
        from: 0,
        line_count: 0,
        provider: RecordBatch::new_empty(std::sync::Arc::new(settle::schema_of(
            &crate::schema::canonical::PROVIDER,
        ))),
        work: job.work.to_path_buf(),
    };
    canonical.count(settled, job.as_of)?;
    canonical.merge_people(job.reference)?;
    Ok(canonical)
}

/// Number of lines guessed from the sizes of the files that give lines: decides the number of
/// buckets only, and results do not depend on it.
fn estimated_lines(layout: &Layout, inputs: &[InputFile]) -> u64 {
    const CSV_BYTES: u64 = 250;
    const COMPRESSED_BYTES: u64 = 40;
    let gives_lines = |source: &str| {
        layout
            .statements
            .iter()
            .any(|s| s.target == "line" && s.statement.tables.contains(source))
    };
    let of = |file: &InputFile| {
        let name = file.name().to_lowercase();
        if reader::is_parquet_name(&file.path) || name.rsplit('.').next() == Some("gz") {
            file.bytes / COMPRESSED_BYTES
        } else {
            file.bytes / CSV_BYTES
        }
    };
    inputs
        .iter()
        .filter(|f| gives_lines(&f.source))
        .map(of)
        .sum()
}

fn decide_levels(loads: &[Load], buckets: usize) -> Result<Votes> {
    let columns = [
        "data_source",
        "claim_type",
        "claim_line_number",
        "revenue_center_code",
        "person_hash",
        "claim_hash",
        "row_hash",
        AMOUNTS[0],
        AMOUNTS[1],
        AMOUNTS[2],
    ];
    let of_bucket = |b: usize| -> Result<Votes> {
        let mut votes = Votes::default();
        if let Some(rows) =
            parts::read_columns(&load::bucket_parts(loads, "line", b), Some(&columns))?
        {
            votes.add_bucket(&rows)?;
        }
        Ok(votes)
    };
    let parts: Vec<Votes> = (0..buckets)
        .into_par_iter()
        .map(of_bucket)
        .collect::<Result<_>>()?;
    let mut votes = Votes::default();
    for part in parts {
        votes.merge(part);
    }
    Ok(votes)
}

/// Line keys that were delivered for more than one member: members lie in different buckets, so
/// such rows would never meet.
fn keys_of_several_members(loads: &[Load], buckets: usize) -> Result<HashSet<i64>> {
    let lines: u64 = loads
        .iter()
        .filter(|l| l.note.target == "line")
        .map(|l| l.note.rows_read)
        .sum();
    let passes = i64::try_from(lines / KEYS_PER_PASS + 1).unwrap_or(1);
    let mut conflicts = HashSet::new();
    for pass in 0..passes {
        let of_bucket = |b: usize| -> Result<Vec<(i64, i64)>> {
            let files = load::bucket_parts(loads, "line", b);
            let Some(rows) = parts::read_columns(&files, Some(&["key_hash", "person_hash"]))?
            else {
                return Ok(Vec::new());
            };
            let (keys, persons) = (
                batch::int(&rows, "key_hash")?,
                batch::int(&rows, "person_hash")?,
            );
            let pairs = keys
                .values()
                .iter()
                .copied()
                .zip(persons.values().iter().copied());
            Ok(pairs
                .filter(|(key, _)| key.rem_euclid(passes) == pass)
                .collect())
        };
        let pairs: Vec<Vec<(i64, i64)>> = (0..buckets)
            .into_par_iter()
            .map(of_bucket)
            .collect::<Result<_>>()?;
        let mut pairs = pairs.concat();
        pairs.par_sort_unstable();
        for pair in pairs.windows(2) {
            if pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1 {
                conflicts.insert(pair[0].0);
            }
        }
    }
    Ok(conflicts)
}

fn canonical_path(work: &Path, table: &str, bucket: usize) -> PathBuf {
    bucket::BucketWriter::path(work, table, bucket)
}

impl Canonical {
    /// The canonical tables of one bucket, by name; `provider` is whole in every bucket.
    #[must_use]
    pub fn tables(&self, bucket: usize) -> Tables {
        let mut tables = Tables::new();
        for name in BUCKETED {
            tables.insert(
                name.to_owned(),
                TableData::Parquet(vec![canonical_path(&self.work, name, bucket)]),
            );
        }
        tables.insert(
            "provider".to_owned(),
            TableData::Batch(self.provider.clone()),
        );
        tables
    }

    /// The member table, bucket by bucket.
    ///
    /// # Errors
    /// Where a working file cannot be read.
    pub fn members(&self) -> Result<Vec<RecordBatch>> {
        let mut all = Vec::new();
        for b in 0..self.buckets {
            all.extend(parts::read_all(&[canonical_path(&self.work, "member", b)])?);
        }
        Ok(all)
    }

    /// Takes lines out of the analysis: they stay in the table with the status `held`.
    ///
    /// # Errors
    /// Where a working file cannot be rewritten.
    pub fn exclude(&self, keys: &BTreeSet<(String, String, i64)>) -> Result<()> {
        for b in 0..self.buckets {
            let path = canonical_path(&self.work, "line", b);
            if let Some(rows) = parts::read_all(std::slice::from_ref(&path))? {
                parts::write(&path, &settle::held(&rows, keys)?)?;
            }
        }
        Ok(())
    }

    /// Whether any load gives rows of a canonical table.
    #[must_use]
    pub fn has(&self, table: &str) -> bool {
        self.counts
            .get(table)
            .is_some_and(|(read, rejected)| read > rejected)
    }

    fn count(&mut self, settled: Vec<Outcome>, as_of: Option<i64>) -> Result<()> {
        for load in &self.loads {
            self.ledger.merge(&load.note.ledger);
            let count = self.counts.entry(load.note.target.clone()).or_default();
            count.0 += load.note.rows_read;
            count.1 += load.note.rejects.len() as u64;
            self.rejects.extend(load.note.rejects.iter().cloned());
        }
        let mut days: BTreeMap<i64, u64> = BTreeMap::new();
        for outcome in settled {
            self.ledger.merge(&outcome.ledger);
            self.counts.entry("line".into()).or_default().1 += outcome.rejects.len() as u64;
            self.rejects.extend(outcome.rejects);
            self.level_exceptions += outcome.level_exceptions;
            self.line_count += outcome.lines;
            for (day, count) in outcome.days {
                *days.entry(day).or_default() += count;
            }
        }
        if self.line_count == 0 && self.counts.get("line").is_none_or(|(read, _)| *read == 0) {
            return Err(Error::input(
                "claims",
                "there is not one claim line in the input",
                "Check that the right files were delivered",
            ));
        }
        let (oldest, newest) = window::window(&days, self.line_count);
        self.as_of = as_of.or(newest).unwrap_or(0);
        self.from = oldest.unwrap_or(self.as_of);
        Ok(())
    }

    fn merge_people(&mut self, reference: &Reference) -> Result<()> {
        let merged: Vec<(BTreeSet<String>, Vec<Reject>, Ledger)> = (0..self.buckets)
            .into_par_iter()
            .map(|b| self.merge_bucket(b, reference))
            .collect::<Result<_>>()?;
        let mut providers: BTreeSet<String> = BTreeSet::new();
        for (of_bucket, rejects, ledger) in merged {
            providers.extend(of_bucket);
            self.ledger.merge(&ledger);
            self.counts.entry("pharmacy_line".into()).or_default().1 += rejects.len() as u64;
            self.rejects.extend(rejects);
        }
        let loaded = load::bucket_rows(&self.loads, "provider", 0)?;
        self.provider =
            people::merge_providers(loaded.as_ref(), &providers, &|taxonomy, specialty| {
                reference.specialty(taxonomy, specialty)
            })?;
        Ok(())
    }

    /// Writes the people of one bucket; gives the providers of its lines and what was refused.
    fn merge_bucket(
        &self,
        b: usize,
        reference: &Reference,
    ) -> Result<(BTreeSet<String>, Vec<Reject>, Ledger)> {
        let path = |table: &str| canonical_path(&self.work, table, b);
        let loaded = |table: &str| load::bucket_rows(&self.loads, table, b);
        let (mut persons, mut providers) = (BTreeSet::new(), BTreeSet::new());
        if let Some(rows) =
            parts::read_columns(&[path("line")], Some(&["person_id", "provider_id"]))?
        {
            collect(batch::text(&rows, "person_id")?, &mut persons);
            collect(batch::text(&rows, "provider_id")?, &mut providers);
        }
        let conditions = conditions(&path("diagnosis"), reference)?;
        let member = people::merge_members(
            loaded("member")?.as_ref(),
            &persons,
            &conditions,
            self.as_of,
        )?;
        parts::write(&path("member"), &member)?;
        parts::write(
            &path("enrollment"),
            &people::merge_enrollment(loaded("enrollment")?.as_ref())?,
        )?;
        let mut rejects = Vec::new();
        let mut ledger = Ledger::default();
        let pharmacy =
            people::settle_pharmacy(loaded("pharmacy_line")?.as_ref(), &mut rejects, &mut ledger)?;
        parts::write(&path("pharmacy_line"), &pharmacy)?;
        Ok((providers, rejects, ledger))
    }

    /// Works on every bucket, in parallel; results come in the order of the buckets.
    ///
    /// # Errors
    /// Whatever `work` returns.
    pub fn each_bucket<T: Send>(
        &self,
        reference: &Reference,
        work: impl Fn(Tables) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        self.some_buckets(0..self.buckets, reference, work)
    }

    /// Works on some buckets, in parallel; results come in their order.
    ///
    /// # Errors
    /// Whatever `work` returns.
    pub fn some_buckets<T: Send>(
        &self,
        buckets: Range<usize>,
        reference: &Reference,
        work: impl Fn(Tables) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        buckets
            .into_par_iter()
            .map(|b| work(bucket_tables(self, reference, b)?))
            .collect()
    }
}

/// Tables of one bucket with the reference tables and the run's constants.
///
/// # Errors
/// Where the one-row table of constants cannot be made.
fn bucket_tables(canonical: &Canonical, reference: &Reference, bucket: usize) -> Result<Tables> {
    let mut tables = canonical.tables(bucket);
    tables.extend(reference.tables());
    let run = window::run_table(canonical.from, canonical.as_of)?;
    tables.insert("run".to_owned(), TableData::Batch(run));
    Ok(tables)
}

fn collect(column: &arrow::array::StringArray, into: &mut BTreeSet<String>) {
    for value in column.iter().flatten() {
        if !into.contains(value) {
            into.insert(value.to_owned());
        }
    }
}

/// Number of comorbidity categories by member.
fn conditions(diagnosis: &Path, reference: &Reference) -> Result<BTreeMap<String, i64>> {
    let mut categories: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    if let Some(rows) = parts::read_columns(
        &[diagnosis.to_path_buf()],
        Some(&["person_id", "code", "code_type"]),
    )? {
        let (person, code, code_type) = (
            batch::text(&rows, "person_id")?,
            batch::text(&rows, "code")?,
            batch::text(&rows, "code_type")?,
        );
        for row in 0..rows.num_rows() {
            for category in reference.comorbidities(batch::text_at(code_type, row), code.value(row))
            {
                match categories.get_mut(person.value(row)) {
                    Some(set) => {
                        set.insert(category);
                    }
                    None => {
                        categories.insert(person.value(row).to_owned(), BTreeSet::from([category]));
                    }
                }
            }
        }
    }
    Ok(categories
        .into_iter()
        .map(|(person, set)| (person, reference.comorbidity_count(&set)))
        .collect())
}
