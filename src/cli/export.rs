//! The command `export`: its arguments, and what it says when it is done.

use std::path::PathBuf;

use claimhound::error::{Error, Result};
use claimhound::report::html;
use clap::{Args, ValueEnum};

use super::{commands, log};

pub const HELP: &str = "\
Members appear by a number within their case unless --with-phi asks for their identifiers.

Examples:
  claimhound export nightly --format html                 (a page for every case)
  claimhound export nightly 1 3f2a9c --format html        (two cases)";

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Output folder of the scans; its latest run is exported
    pub out: PathBuf,
    /// Ranks, entity ids, case ids or their beginnings; every case by default
    #[arg(value_name = "CASE")]
    pub cases: Vec<String>,
    #[arg(long, value_enum)]
    pub format: FormatArg,
    /// Folder to write into [default: OUT/export/<run id>]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Members by their own identifiers
    #[arg(long)]
    pub with_phi: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// One self-contained page a case, to read, print and file
    Html,
}

/// Writes the work papers and says where they are.
pub fn run(args: &ExportArgs) -> Result<()> {
    let run = commands::latest(&args.out)?;
    let place = run.canonicalize().map_err(Error::io(&run, "finding"))?;
    let folder = args.output.clone().unwrap_or_else(|| {
        args.out
            .join("export")
            .join(place.file_name().unwrap_or_default())
    });
    let FormatArg::Html = args.format;
    let files = html::write_cases(&run, &args.cases, args.with_phi, &folder)?;
    log::finish();
    for file in files {
        say!("{}", file.display());
    }
    Ok(())
}
