//! Draws an audit sample of a case: the frame from the run's own claims, the design, the draw, and
//! the folder that a reviewer works in.

mod folder;
mod plan;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use self::plan::Plan;
use super::recorded::Recorded;
use super::{LOADS, Work};
use crate::audit::declaration::{Declaration, Draw, FrameNote, LinesAndDollars, RULE};
use crate::audit::draw::{ALGORITHM, random_number, seed_of};
use crate::audit::estimate::Estimator;
use crate::audit::frame::SamplingFrame;
use crate::audit::scope::{self, Scope, Unit};
use crate::cases::lookup::find_in;
use crate::error::{Error, Result};
use crate::ingest::date::{DateFormat, iso, parse_day};
use crate::ingest::{self, Ingest};
use crate::money::plain_dollars;
use crate::reference::Reference;
use crate::report::run_folder::{self, hash_file};

/// Files of a sample folder.
pub const DECLARATION: &str = "sample.json";
pub const FRAME: &str = "frame.parquet";
pub const DRAWN: &str = "sample.csv";
pub const TEMPLATE: &str = "review.csv";

/// Largest seed: what every spreadsheet and JSON reader holds exactly.
pub const MAX_SEED: u64 = (1 << 53) - 1;
/// Strata at most: RAT-STATS appraises no more.
pub const MAX_STRATA: usize = 50;

/// How many units are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Given(u64),
    Probe,
    /// For the precision asked for, and no fewer than a full sample has.
    Planned,
}

/// What to draw.
#[derive(Debug, Clone)]
pub struct SampleJob {
    /// Folder of the run.
    pub run: PathBuf,
    /// Rank, id or beginning of the id of the case, or its entity's id.
    pub case: String,
    pub codes: Vec<String>,
    /// First and last service date, days since 1970-01-01.
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub payer: Option<String>,
    pub unit: Unit,
    pub size: Size,
    /// Strata by paid amount; 0 and 1 are a simple random sample.
    pub strata: usize,
    /// Units paid more than this, in cents, are all reviewed.
    pub take_all_above: Option<i64>,
    pub precision: f64,
    pub confidence: f64,
    pub error_rate: f64,
    pub estimator: Estimator,
    /// None: from the frame.
    pub seed: Option<u64>,
    /// None: a folder of its own under `OUT/samples`.
    pub output: Option<PathBuf>,
}

/// What was drawn.
#[derive(Debug)]
pub struct SampledCase {
    pub folder: PathBuf,
    pub rank: i64,
    pub declaration: Declaration,
    /// Paid on the drawn units, in cents.
    pub drawn_cents: i64,
    /// Stated codes that no line of the frame bears.
    pub unused_codes: Vec<String>,
    /// Whether the folder held this very sample before: then nothing was written.
    pub already: bool,
}

/// Draws a sample and writes its folder.
///
/// # Errors
/// [`Error::Usage`] for options that contradict themselves or the frame; [`Error::Input`] where the
/// case is not there, an input of the run changed since, the frame is empty, or the folder holds
/// another sample; [`Error::Busy`] while a scan works in the output folder.
pub fn sample(job: &SampleJob) -> Result<SampledCase> {
    check(job)?;
    let run = job
        .run
        .canonicalize()
        .map_err(Error::io(&job.run, "finding"))?;
    let out = home_of(&run);
    let _lock = run_folder::lock(&out)?;
    let case = find_in(&run, &job.case)?;
    let recorded = Recorded::read(&run)?;
    let scope = Scope {
        entity_type: case.entity_type,
        entity_ids: case.entity_ids.clone(),
        codes: scope::codes(&job.codes),
        from: job.from,
        to: job.to,
        payer: job.payer.clone(),
        unit: job.unit,
    };
    scope.check()?;
    let work = Work::create(&out)?;
    let frame = read_frame(&recorded, &scope, &out, &work.folder)?;
    if frame.units.is_empty() {
        return Err(empty(&frame, &scope));
    }
    let sha256 = frame.sha256();
    let seed = job.seed.unwrap_or_else(|| seed_of(&sha256));
    let plan = Plan::new(job, &frame)?;
    let staged = work.folder.join(FRAME);
    run_folder::write_parquet(&staged, &plan.table(&frame, seed).into_batch()?)?;
    let declaration = Declaration {
        program: concat!("claimhound ", env!("CARGO_PKG_VERSION")).to_owned(),
        run_id: recorded.run_id,
        claims_as_of: recorded.as_of,
        case_id: case.case_id.clone(),
        entity_type: case.entity_type,
        entity_ids: scope.entity_ids,
        unit: job.unit,
        codes: scope.codes,
        from: job.from.map(iso),
        to: job.to.map(iso),
        payer: job.payer.clone(),
        frame: frame_note(&frame, sha256, hash_file(&staged)?),
        design: plan.design(job, &frame.amounts()),
        draw: Draw {
            seed,
            seed_from: if job.seed.is_some() { "given" } else { "frame" }.to_owned(),
            algorithm: ALGORITHM.to_owned(),
        },
    };
    let drawn = plan.drawn(seed);
    let (folder, already) = folder::write(job, &out, &case, &declaration, &staged, &frame, &drawn)?;
    Ok(SampledCase {
        folder,
        rank: case.rank,
        drawn_cents: drawn
            .iter()
            .map(|d| frame.units[d.unit_id as usize - 1].paid_cents)
            .sum(),
        declaration,
        unused_codes: frame.unused_codes,
        already,
    })
}

fn check(job: &SampleJob) -> Result<()> {
    let usage = |text: &str| Err(Error::Usage(text.to_owned()));
    let share = |value: f64| value > 0.0 && value < 1.0;
    if !share(job.precision) || !share(job.confidence) {
        return usage("--precision and --confidence are shares: 0.25 is 25 per cent, 0.90 is 90");
    }
    if !(job.error_rate > 0.0 && job.error_rate <= 1.0) {
        return usage("--error-rate is a share above 0 and at most 1: 0.5 is half of the units");
    }
    if job.strata > MAX_STRATA {
        return usage("--strata: at most 50; four or five give most of the gain");
    }
    if job.seed.is_some_and(|seed| seed > MAX_SEED) {
        return usage(
            "--seed: at most 9007199254740991, so that every spreadsheet holds it exactly",
        );
    }
    if job.size == Size::Given(0) {
        return usage("--size 0: draw at least two units, or leave it out for a planned size");
    }
    Ok(())
}

/// The output folder that a run lies in.
fn home_of(run: &Path) -> PathBuf {
    let parent = run.parent().unwrap_or(run);
    let in_runs = parent.file_name().is_some_and(|name| name == "runs");
    let home = if in_runs { parent.parent() } else { None };
    home.unwrap_or(parent).to_path_buf()
}

/// Reads the run's claims again and gathers the frame. Reference files given to the run play no part
/// in it: only the tables that come with the program are needed to settle the lines.
fn read_frame(
    recorded: &Recorded,
    scope: &Scope,
    out: &Path,
    work: &Path,
) -> Result<SamplingFrame> {
    let paths = recorded.unchanged_inputs()?;
    let reference = Reference::embedded()?;
    let year = recorded.config.ingest.file_year.map(|y| y.to_string());
    let canonical = ingest::ingest(&Ingest {
        layout: &recorded.layout()?,
        paths: &paths,
        file_year: year.as_deref(),
        as_of: parse_day(&recorded.as_of, &[DateFormat::Iso]),
        cache: &out.join(LOADS),
        work,
        reference: &reference,
    })?;
    SamplingFrame::build(&canonical, &reference, scope)
}

fn empty(frame: &SamplingFrame, scope: &Scope) -> Error {
    let mut found = format!("no paid {} of the case is in the scope", scope.unit.name());
    for (reason, left_out) in &frame.left_out {
        // Writing to a text cannot fail.
        let _ = write!(found, "; {} lines left out: {reason}", left_out.lines);
    }
    Error::input(
        "sampling frame",
        found,
        "Widen --codes, --from, --to or --payer, or choose another case",
    )
}

fn frame_note(frame: &SamplingFrame, sha256: String, blake3: String) -> FrameNote {
    let day = |day: Option<i64>| day.map_or_else(String::new, iso);
    FrameNote {
        rule: RULE.to_owned(),
        units: frame.units.len() as u64,
        paid_amount: plain_dollars(frame.paid_cents()),
        first_service_date: day(frame.units.iter().map(|u| u.first_day).min()),
        last_service_date: day(frame.units.iter().map(|u| u.last_day).max()),
        payers: frame
            .payers
            .iter()
            .map(|(payer, amount)| (payer.clone(), LinesAndDollars::new(amount)))
            .collect(),
        left_out: frame
            .left_out
            .iter()
            .map(|(reason, amount)| (reason.clone(), LinesAndDollars::new(amount)))
            .collect(),
        sha256,
        blake3,
    }
}

/// A random number as the files show it.
fn hex(seed: u64, unit_id: u64) -> String {
    format!("{:016x}", random_number(seed, unit_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_at_home_two_folders_up() {
        assert_eq!(home_of(Path::new("/n/runs/2025_ab")), Path::new("/n"));
        assert_eq!(
            home_of(Path::new("/elsewhere/copy")),
            Path::new("/elsewhere")
        );
    }
}
