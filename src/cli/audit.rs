//! `sample` and `extrapolate`: options to library calls.

use std::path::{Path, PathBuf};

use claimhound::audit::estimate::Estimator;
use claimhound::audit::plan::{CONFIDENCE, ERROR_RATE, PRECISION};
use claimhound::audit::scope::Unit;
use claimhound::error::{Error, Result};
use claimhound::ingest::date::{DateFormat, parse_day};
use claimhound::money::{Decimals, parse_cents};
use claimhound::pipeline::extrapolate::extrapolate;
use claimhound::pipeline::sample::{SampleJob, Size, sample};
use clap::{Args, ValueEnum};

use super::{commands, log, statement};

#[derive(Debug, Args)]
pub struct SampleArgs {
    /// Output folder of the scan, or a run in it
    pub out: PathBuf,
    /// Case id or its beginning, a rank, or an entity id
    pub case: String,
    /// Procedure codes or MS-DRGs, separated by commas; every line by default
    #[arg(long, value_delimiter = ',')]
    pub codes: Vec<String>,
    /// First service date (YYYY-MM-DD)
    #[arg(long)]
    pub from: Option<String>,
    /// Last service date (YYYY-MM-DD)
    #[arg(long)]
    pub to: Option<String>,
    /// Lines of this payer only
    #[arg(long)]
    pub payer: Option<String>,
    /// What is drawn and reviewed as one
    #[arg(long, value_enum, default_value = "claim")]
    pub unit: UnitArg,
    /// Units to draw; by default what --precision needs, and at least 100
    #[arg(long, conflicts_with = "probe")]
    pub size: Option<u64>,
    /// A probe of 30 units
    #[arg(long)]
    pub probe: bool,
    /// Strata by paid amount, with limits by the cumulative √f rule and Neyman's allocation; 1 is a
    /// simple random sample
    #[arg(long, default_value_t = 1)]
    pub strata: usize,
    /// Review every unit paid more than this (dollars)
    #[arg(long)]
    pub take_all_above: Option<String>,
    /// Half the width of the confidence interval, as a share of the estimate, to plan for
    #[arg(long, default_value_t = PRECISION)]
    pub precision: f64,
    /// Two-sided confidence level to plan for
    #[arg(long, default_value_t = CONFIDENCE)]
    pub confidence: f64,
    /// Share of units taken to be wholly overpaid, for planning and allocation; 1 plans by paid
    /// amounts alone
    #[arg(long, default_value_t = ERROR_RATE)]
    pub error_rate: f64,
    /// How the overpayment will be estimated; laid down before the review
    #[arg(long, value_enum, default_value = "difference")]
    pub estimator: EstimatorArg,
    /// Seed of the draw; by default taken from the frame's hash, so that nobody chooses it
    #[arg(long)]
    pub seed: Option<u64>,
    /// Folder to write; by default one of its own under OUT/samples
    #[arg(long)]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UnitArg {
    Claim,
    Line,
    Member,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EstimatorArg {
    /// Mean overpayment of a unit, times the units
    Difference,
    /// Share overpaid, times everything paid
    Ratio,
    /// Mean allowed amount of a unit, times the units, taken from everything paid
    MeanPerUnit,
}

/// Draws a sample.
pub fn draw(args: SampleArgs) -> Result<()> {
    let day = |option: &str, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => parse_day(&text, &[DateFormat::Iso])
            .map(Some)
            .ok_or_else(|| Error::Usage(format!("{option} {text}: not a date; write YYYY-MM-DD"))),
    };
    let cents = |text: String| {
        parse_cents(&text, Decimals::Exact)
            .map_err(|e| Error::Usage(format!("--take-all-above {text}: {e}; write dollars")))
    };
    let sampled = sample(&SampleJob {
        run: commands::latest(&args.out)?,
        case: args.case,
        codes: args.codes,
        from: day("--from", args.from)?,
        to: day("--to", args.to)?,
        payer: args.payer,
        unit: match args.unit {
            UnitArg::Claim => Unit::Claim,
            UnitArg::Line => Unit::Line,
            UnitArg::Member => Unit::Member,
        },
        size: match (args.size, args.probe) {
            (Some(size), _) => Size::Given(size),
            (None, true) => Size::Probe,
            (None, false) => Size::Planned,
        },
        strata: args.strata,
        take_all_above: args.take_all_above.map(cents).transpose()?,
        precision: args.precision,
        confidence: args.confidence,
        error_rate: args.error_rate,
        estimator: match args.estimator {
            EstimatorArg::Difference => Estimator::Difference,
            EstimatorArg::Ratio => Estimator::Ratio,
            EstimatorArg::MeanPerUnit => Estimator::MeanPerUnit,
        },
        seed: args.seed,
        output: args.output,
    })?;
    log::finish();
    statement::say_sample(&sampled);
    Ok(())
}

/// Estimates from a reviewed sample.
pub fn appraise(folder: &Path, reviewed: &Path) -> Result<()> {
    let found = extrapolate(folder, reviewed)?;
    log::finish();
    statement::say_estimate(&found);
    Ok(())
}
