//! A scan from files to a run folder; each call below is one stage.

mod assemble;
mod behaviour;
pub mod decisions;
mod evidence;
pub mod extrapolate;
mod groups;
mod list;
mod memory;
mod population;
mod profile;
mod recorded;
mod rings;
pub mod sample;
mod timing;
mod trend;
pub mod verify;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use self::memory::Memory;
use self::timing::Timings;
use crate::combine::{Case, Ingredients, build_cases};
use crate::config::{Config, Holds};
use crate::edits;
use crate::error::Result;
use crate::features::{self, measure};
use crate::ingest::discover::InputPaths;
use crate::ingest::layout::Layout;
use crate::ingest::{self, Canonical, Ingest};
use crate::private::create_private;
use crate::reference::{Reference, ReferencePaths};
use crate::report::manifest::{Manifest, Results};
use crate::report::run_folder;
use crate::report::tables::ProviderCounts;
use crate::schema::EntityType;
use crate::schema::canonical::TABLES;
use crate::validate::{self, Validation};

/// Where typed loads are kept under the output folder.
const LOADS: &str = ".cache/loads";

/// What to scan, how, and where to.
#[derive(Debug, Clone)]
pub struct Scan {
    pub layout: Layout,
    pub paths: InputPaths,
    pub out: PathBuf,
    pub config: Config,
    /// Official reference files.
    pub reference: ReferencePaths,
    /// Folder with the user's own edits.
    pub edits: Option<PathBuf>,
    /// As-of date, days since 1970-01-01; the newest date in the claims where absent.
    pub as_of: Option<i64>,
    /// Older runs to keep.
    pub keep: Option<usize>,
    /// Whether values of rejected rows may be written out.
    pub show_values: bool,
    /// Whether `report.html` shows members by their identifiers.
    pub with_phi: bool,
}

/// What a scan gave, for the terminal.
#[derive(Debug)]
pub struct Scanned {
    pub run: PathBuf,
    pub manifest: Manifest,
    pub cases: Vec<Case>,
}

/// Reads, checks, measures, judges and reports; what stands in `out` changes only at the very end.
///
/// # Errors
/// Any stage's; nothing half-written stays.
pub fn scan(job: &Scan) -> Result<Scanned> {
    let _lock = run_folder::lock(&job.out)?;
    scan_locked(job)
}

/// [`scan`] where the lock on `out` is held already.
fn scan_locked(job: &Scan) -> Result<Scanned> {
    run_folder::sweep(&job.out)?;
    let mut timings = Timings::start();
    let memory = Memory::recall(&job.out)?;
    let reference = Reference::load(&job.reference)?;
    let edits = edits::edits(job.edits.as_deref())?;
    edits::try_out(&edits, &reference)?;
    let work = Work::create(&job.out)?;
    let canonical = read_claims(job, &reference, &work.folder)?;
    timings.stage("ingest");
    let missing = missing_columns(&job.layout, &canonical);
    let validation = validate::validate(&canonical, &reference, &missing)?;
    assemble::write_refused_rejects(job, &canonical)?;
    if job.config.ingest.holds == Holds::Exclude {
        canonical.exclude(&validation.hold_keys())?;
    }
    timings.stage("validate");
    let (measures, unmeasured) =
        evidence::measures_that_run(measure::measures()?, &missing, &reference);
    let mut features = features::compute(&canonical, &reference, &measures)?;
    let mut providers = population::providers(&ProviderCounts::new(&features)?, &canonical)?;
    timings.stage("features");
    let lines = (&canonical, &reference);
    let behaviours = behaviour::behaviours(
        &mut providers,
        &mut features,
        &measures,
        lines,
        job.config.peers.min_peers,
    )?;
    timings.stage("behaviour");
    let counts = ProviderCounts::new(&features)?;
    let members = population::members(&features, &canonical)?;
    let (entities, places) = &providers;
    let (of_months, trends) =
        trend::trends(&features, entities, places, canonical.as_of, &job.config)?;
    let rings = rings::find(&providers, lines, &features, &missing, &job.config)?;
    timings.stage("network");
    let scored = |kind, who, of_months| {
        population::population(kind, who, of_months, &measures, &features, &job.config)
    };
    let mut populations = vec![
        scored(EntityType::Provider, providers, of_months)?,
        scored(EntityType::Member, members, Vec::new())?,
    ];
    let rings = rings.join(&mut populations);
    timings.stage("statistics");
    let mut edited = evidence::run_edits(
        &edits,
        &canonical,
        &reference,
        &missing,
        &job.config,
        &populations,
        edits::total(features.grain("provider__lines")?, "line_count")?,
    )?;
    edited.not_run.extend(unmeasured);
    edited.not_run.extend(trends.not_run());
    edited.not_run.extend(rings.not_run.clone());
    timings.stage("edits");
    for population in &mut populations {
        population.measure_lines =
            evidence::measure_lines(population, &canonical, &reference, &features)?;
        population.patterns = evidence::patterns(&edited, population, &reference);
        match population.kind {
            EntityType::Provider => trends.fill(population, &canonical, &reference)?,
            EntityType::Group => rings.fill(population, &canonical, &reference)?,
            EntityType::Member => {}
        }
    }
    memory.know_groups(&mut populations);
    let precision = memory.measure_precision(&mut populations);
    let drawn = build_cases(&Ingredients {
        populations: &populations,
        reference_vintage: assemble::vintage_text(&reference),
        minimum_edit_cents: i64::from(job.config.list.minimum_edit_exposure) * 100,
    });
    let settled = memory.settle(drawn, &populations, canonical.as_of, &job.config.cases);
    timings.stage("cases");
    let frames = assemble::Frames {
        memory: &memory,
        settled: &settled,
        populations: &populations,
        counts: &counts,
        features: &features,
        canonical: &canonical,
        validation: &validation,
        behaviours: &behaviours,
    };
    let results: Results =
        assemble::results(job, &edits, &frames, &edited, precision, &rings.summary)?;
    let (run, manifest) = assemble::write_run(job, &frames, &reference, &edits, results, timings)?;
    ingest::load::prune(&job.out.join(LOADS), &canonical.loads)?;
    if let Some(keep) = job.keep {
        run_folder::prune(&job.out, keep)?;
    }
    Ok(Scanned {
        run,
        manifest,
        cases: settled.list,
    })
}

/// What a check prints: everything that is known before a detector runs.
pub struct Checked {
    pub canonical: Canonical,
    pub validation: Validation,
    pub runnable: Vec<String>,
    pub not_run: Vec<validate::NotRun>,
}

/// Reads and validates only. `work` holds intermediate files and may be removed afterwards.
///
/// # Errors
/// As [`scan`].
pub fn check(job: &Scan, work: &Path) -> Result<Checked> {
    let reference = Reference::load(&job.reference)?;
    let edits = edits::edits(job.edits.as_deref())?;
    edits::try_out(&edits, &reference)?;
    let canonical = read_claims(job, &reference, work)?;
    let missing = missing_columns(&job.layout, &canonical);
    let validation = validate::validate(&canonical, &reference, &missing)?;
    let (mut runnable, not_run) =
        evidence::runnable(&edits, measure::measures()?, &missing, &reference)?;
    if job.config.detect.unusual_profile {
        runnable.push(crate::detect::profile::NAME.to_owned());
    }
    Ok(Checked {
        canonical,
        validation,
        runnable,
        not_run,
    })
}

fn read_claims(job: &Scan, reference: &Reference, work: &Path) -> Result<Canonical> {
    let year = job.config.ingest.file_year.map(|y| y.to_string());
    ingest::ingest(&Ingest {
        layout: &job.layout,
        paths: &job.paths,
        file_year: year.as_deref(),
        as_of: job.as_of,
        cache: &job.out.join(LOADS),
        work,
        reference,
    })
}

/// Canonical columns that this source cannot give: the layout's own statement, and the optional
/// columns that none of its files has. A column of another table than `line` is `table.column`; a
/// table that no file gives is `table`.
fn missing_columns(layout: &Layout, canonical: &Canonical) -> Vec<String> {
    let mut missing: BTreeSet<String> = layout.missing.iter().cloned().collect();
    for table in TABLES.iter().map(|t| t.name).filter(|t| *t != "diagnosis") {
        let mut loads = canonical
            .loads
            .iter()
            .filter(|load| load.note.target == table)
            .peekable();
        if loads.peek().is_none() {
            missing.insert(table.to_owned());
        }
        let absent = loads.map(|load| load.note.absent.values().flatten().cloned().collect());
        let absent = in_all(absent);
        if table == "line" {
            missing.extend(absent);
        } else {
            let of_table = absent.iter().chain(&layout.missing);
            missing.extend(of_table.map(|column| format!("{table}.{column}")));
        }
    }
    missing.into_iter().collect()
}

/// What every one of the sets holds: one file without a column does not take it from the others.
fn in_all(sets: impl Iterator<Item = BTreeSet<String>>) -> BTreeSet<String> {
    sets.reduce(|all, one| all.intersection(&one).cloned().collect())
        .unwrap_or_default()
}

/// The working folder of a run, removed whatever happens.
struct Work {
    folder: PathBuf,
}

impl Work {
    fn create(out: &Path) -> Result<Work> {
        let folder = out.join(".cache").join("work");
        // Under the lock nobody else works here: what is left is a killed run's.
        let _ = std::fs::remove_dir_all(&folder);
        create_private(&folder)?;
        Ok(Work { folder })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_missing_where_no_file_has_it() {
        let set = |names: &[&str]| {
            names
                .iter()
                .map(|n| (*n).to_owned())
                .collect::<BTreeSet<_>>()
        };
        let files = [set(&["hcpcs_code", "plan"]), set(&["plan"])];
        assert_eq!(in_all(files.into_iter()), set(&["plan"]));
        assert_eq!(in_all(std::iter::empty()), set(&[]));
    }
}
