//! What earlier nights left: the register, the measures of reviewed cases, the decisions; and what
//! tonight makes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cases::disposition::{Disposition, in_force, read_history, read_table};
use crate::cases::group::inherit;
use crate::cases::measures::{Book, Recorded, measures_of, read_book};
use crate::cases::night::{Found, Night, update};
use crate::cases::precision::{self, RulePrecision};
use crate::cases::register::{Register, read_register};
use crate::cases::rerank::{Summary, labels, rerank};
use crate::combine::{Case, Measured, Population, rank_cases};
use crate::config::{CaseConfig, Rerank};
use crate::error::{Error, Result};
use crate::report::run_folder::{hash_file, latest_run};
use crate::schema::EntityType;

/// Where decisions are kept under the output folder, beside the runs.
pub const DISPOSITIONS: &str = "dispositions.csv";

/// What a night begins with.
#[derive(Debug, Default)]
pub struct Memory {
    /// The run before, and the one before that.
    prior_run: Option<String>,
    earlier_run: Option<String>,
    pub register: Register,
    pub book: Book,
    pub history: Vec<Disposition>,
    in_force: BTreeMap<String, Disposition>,
    /// Hashes of what was read.
    fingerprint: Vec<String>,
}

/// The part of the prior run's manifest that is needed.
#[derive(Deserialize)]
struct Hashes {
    prior_run: Option<String>,
    tables: BTreeMap<String, String>,
}

impl Memory {
    /// Reads what stands under an output folder; empty before the first run.
    ///
    /// # Errors
    /// Where `latest` points nowhere, a table of it is not what its manifest says, or the history
    /// of decisions is damaged or lacks what the run before knew: a night must not begin from a
    /// state that nobody left.
    pub fn recall(out: &Path) -> Result<Memory> {
        let file = out.join(DISPOSITIONS);
        let mut memory = Memory {
            prior_run: latest_run(out),
            history: read_history(&file)?,
            ..Memory::default()
        };
        if file.exists() {
            memory.fingerprint.push(hash_file(&file)?);
        }
        if memory.prior_run.is_some() {
            let prior = Prior::open(out)?;
            memory.earlier_run.clone_from(&prior.hashes.prior_run);
            if let Some(path) = prior.table("case_register", &mut memory.fingerprint)? {
                memory.register = read_register(&path)?;
            }
            if let Some(path) = prior.table("case_measures", &mut memory.fingerprint)? {
                memory.book = read_book(&path)?;
            }
            if let Some(path) = prior.table("dispositions", &mut memory.fingerprint)? {
                refuse_lost_decisions(&read_table(&path)?, &memory.history, &file)?;
            }
        }
        memory.in_force = in_force(&memory.history);
        memory.book = memory.book.with_decisions(&memory.in_force);
        Ok(memory)
    }

    /// The run that a run of this id continues: the same claims in the same state give the same id
    /// once more, and that run does not continue itself.
    pub fn prior_run(&self, run_id: &str) -> Option<String> {
        if self.prior_run.as_deref() == Some(run_id) {
            self.earlier_run.clone()
        } else {
            self.prior_run.clone()
        }
    }

    /// What of it decides the content of the run.
    pub fn fingerprint(&self) -> &[String] {
        &self.fingerprint
    }

    /// Gives every group the case that it was on an earlier night.
    pub fn know_groups(&self, populations: &mut [Population]) {
        let of_groups = self
            .register
            .iter()
            .filter(|(_, known)| !known.member_ids.is_empty());
        let (ids, before): (Vec<&String>, Vec<Vec<String>>) = of_groups
            .map(|(id, known)| (id, known.member_ids.clone()))
            .unzip();
        let groups = populations
            .iter_mut()
            .filter(|p| p.kind == EntityType::Group);
        for population in groups {
            let tonight: Vec<Vec<String>> = population
                .entities
                .iter()
                .map(|e| e.member_ids.clone())
                .collect();
            let same = inherit(&before, &tonight);
            for (entity, same) in population.entities.iter_mut().zip(same) {
                entity.known_case = same.map(|position| ids[position].clone());
            }
        }
    }

    /// Replaces the stated precision of every rule by the measured one.
    pub fn measure_precision(&self, populations: &mut [Population]) -> Vec<RulePrecision> {
        let decided = precision::decided(&self.book);
        let patterns = populations.iter_mut().flat_map(|p| &mut p.patterns);
        let mut measured: Vec<RulePrecision> = patterns
            .map(|pattern| {
                let stated = pattern.precision;
                let of_rule = decided.get(&pattern.name).copied().unwrap_or_default();
                pattern.precision = precision::measured(stated, of_rule);
                RulePrecision {
                    rule: pattern.name.clone(),
                    stated,
                    confirmed: of_rule.confirmed,
                    cleared: of_rule.cleared,
                    used: pattern.precision,
                }
            })
            .collect();
        measured.sort_by(|a, b| a.rule.cmp(&b.rule));
        measured
    }

    /// Holds tonight's cases against the register and ranks those that belong on the list.
    pub fn settle(
        &self,
        drawn: Vec<Case>,
        populations: &[Population],
        as_of: i64,
        config: &CaseConfig,
    ) -> Settled {
        let spoke = spoke(populations);
        let night = Night {
            before: &self.register,
            dispositions: &self.in_force,
            spoke: &spoke,
            as_of,
            material_change: config.material_change,
        };
        let found = drawn
            .iter()
            .map(|c| (c.id.clone(), Found::of(c, populations)));
        let register = update(&night, found.collect());
        let reranking = rerank(&labels(&self.book), config.rerank == Rerank::Auto);
        let mut book = self.book.clone();
        let mut list = Vec::new();
        let mut quiet = BTreeSet::new();
        for mut case in drawn {
            let measures = measures_of(&case, populations);
            if let Some(model) = &reranking.model {
                let p = model.probability(&measures);
                let priority = case.exposure_cents as f64 * p;
                case.confirm_probability = Some(p);
                case.priority_cents = crate::money::round_half_even(priority);
            }
            let recorded = Recorded { as_of, measures };
            book.found.insert(case.id.clone(), recorded);
            if register.get(&case.id).is_some_and(|known| known.quiet) {
                quiet.insert((case.population, case.entity));
            } else {
                list.push(case);
            }
        }
        rank_cases(&mut list);
        Settled {
            list,
            quiet,
            register,
            book,
            reranking: reranking.summary,
        }
    }
}

/// Measures that count tonight, and rules that ran and make cases.
fn spoke(populations: &[Population]) -> BTreeSet<String> {
    let counts = |one: &&Measured| {
        let mut scored = one
            .tests
            .tests
            .iter()
            .filter_map(|t| t.outcome.as_ref().ok());
        scored.any(|s| one.tests.counts(s))
    };
    let measured = populations.iter().flat_map(|p| &p.measured);
    let measures = measured.filter(counts).map(|m| &m.measure.name);
    let rules = populations
        .iter()
        .flat_map(|p| &p.patterns)
        .map(|p| &p.name);
    measures.chain(rules).cloned().collect()
}

/// What a night ends with.
pub struct Settled {
    /// The cases on the list, ranked.
    pub list: Vec<Case>,
    /// Population and entity of the cases kept quiet.
    pub quiet: BTreeSet<(usize, usize)>,
    pub register: Register,
    pub book: Book,
    pub reranking: Summary,
}

/// The run that `latest` points to.
struct Prior {
    folder: PathBuf,
    hashes: Hashes,
}

impl Prior {
    fn open(out: &Path) -> Result<Prior> {
        let folder = out.join("latest");
        let manifest = folder.join("manifest.json");
        let text = std::fs::read_to_string(&manifest).map_err(|_| {
            Error::input(
                folder.display().to_string(),
                "it points to no run",
                "Bring back that run, or remove the link to begin anew: cases will be new, and decisions on them stay",
            )
        })?;
        let hashes = serde_json::from_str(&text).map_err(|e| Error::table(&manifest, &e))?;
        Ok(Prior { folder, hashes })
    }

    /// Path of a table, which must be as the run wrote it; `None` where its version had no such
    /// table.
    fn table(&self, name: &str, fingerprint: &mut Vec<String>) -> Result<Option<PathBuf>> {
        let file = format!("{name}.parquet");
        let Some(hash) = self.hashes.tables.get(&file) else {
            return Ok(None);
        };
        let path = self.folder.join(file);
        if hash_file(&path)? != *hash {
            return Err(Error::input(
                path.display().to_string(),
                "it is not as the run wrote it",
                "Bring back the file, or link `latest` to an earlier run",
            ));
        }
        fingerprint.push(hash.clone());
        Ok(Some(path))
    }
}

/// Decisions are only ever added.
fn refuse_lost_decisions(
    known: &[Disposition],
    history: &[Disposition],
    file: &Path,
) -> Result<()> {
    if history.starts_with(known) {
        return Ok(());
    }
    let row = known
        .iter()
        .zip(history)
        .take_while(|(a, b)| a == b)
        .count()
        + 1;
    Err(Error::input(
        format!("{}, row {row}", file.display()),
        format!(
            "the run before knew {} decisions, and this one is gone or changed",
            known.len()
        ),
        "Bring back the file as it was (latest/dispositions.parquet has its rows); to revise a decision, add a later one",
    ))
}
