//! The command `export`: its arguments, and what it says when it is done.

use std::path::PathBuf;

use claimhound::error::{Error, Result};
use claimhound::report::export::pseudonym::{Key, Members};
use claimhound::report::export::suppress::SMALLEST_SHOWN;
use claimhound::report::export::{Export, Format, Outcome, export, folder};
use claimhound::report::html;
use claimhound::schema::output::COLUMNS;
use clap::{Args, ValueEnum};

use super::{commands, log};

pub const HELP: &str = "\
Members:
  By default a number that means nothing outside the export (M0001, in the order of the papers).
  With --pseudonymize KEYFILE a keyed hash, the same in every export with that key; make a key with
    (umask 077; openssl rand -hex 32 > KEYFILE)
  and keep it: without it nobody, you included, can repeat the pseudonyms. Claim identifiers stay,
  and identify the member to whoever holds the claims.

Small counts:
  --suppress-below leaves out cases about single members, adds evidence lines up by code and month,
  and withholds counts below the limit, what rests on them, and what they could be computed from.

Files:
  Named after the run, the cases and the options. The same export again changes nothing; one of the
  same name that differs is refused, since it may hold an auditor's notes.

Pages:
  --format html writes the page of report.html for each case, members by a number within the case;
  the options for outside use are for tables only.

Examples:
  claimhound export nightly                                     (one workbook, every case)
  claimhound export nightly 1 2 3f2a9c --format csv             (three cases)
  claimhound export nightly 1 --format html                     (a page to read, print and file)
  claimhound export nightly --pseudonymize key --output papers
  claimhound export nightly --suppress-below 11 --format parquet";

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Output folder of the scans; its latest run is exported
    pub out: PathBuf,
    /// Ranks, entity ids, case ids or their beginnings; every case by default
    #[arg(value_name = "CASE")]
    pub cases: Vec<String>,
    #[arg(long, value_enum, default_value = "xlsx")]
    pub format: FormatArg,
    /// Folder to write into [default: OUT/export/<run id>]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Withhold counts below N, for use outside the house (CMS: 11)
    #[arg(
        long,
        value_name = "N",
        num_args = 0..=1,
        default_missing_value = SMALLEST_SHOWN_TEXT,
        value_parser = clap::value_parser!(u32).range(2..)
    )]
    pub suppress_below: Option<u32>,
    /// Members by a hash keyed with the secret in this file (32 bytes or more)
    #[arg(long, value_name = "KEYFILE")]
    pub pseudonymize: Option<PathBuf>,
    /// Members by their own identifiers
    #[arg(long, conflicts_with_all = ["pseudonymize", "suppress_below"])]
    pub with_phi: bool,
}

/// [`SMALLEST_SHOWN`] as clap takes it.
const SMALLEST_SHOWN_TEXT: &str = "11";
const _: () = assert!(SMALLEST_SHOWN == 11, "SMALLEST_SHOWN_TEXT says the same");

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// A folder of CSV files, formulas neutralised
    Csv,
    /// One workbook
    Xlsx,
    /// A folder of Parquet files
    Parquet,
    /// One self-contained page a case
    Html,
}

/// Writes the work papers and says where they are.
pub fn run(args: ExportArgs) -> Result<()> {
    let format = match args.format {
        FormatArg::Csv => Format::Csv,
        FormatArg::Xlsx => Format::Xlsx,
        FormatArg::Parquet => Format::Parquet,
        FormatArg::Html => return pages(&args),
    };
    let members = match (&args.pseudonymize, args.with_phi) {
        (Some(file), _) => Members::Keyed(Key::read(file)?),
        (None, true) => Members::Shown,
        (None, false) => Members::Numbered,
    };
    let done = export(&Export {
        run: commands::latest(&args.out)?,
        cases: args.cases,
        format,
        output: args.output,
        members,
        suppress_below: args.suppress_below,
    })?;
    log::finish();
    let tables: Vec<String> = done
        .tables
        .iter()
        .filter(|(name, _)| *name != COLUMNS.name)
        .map(|(name, rows)| format!("{name}: {rows}"))
        .collect();
    say!("{}", tables.join(", "));
    for note in &done.notes {
        say!("{note}");
    }
    say!(
        "{}: {}",
        match done.outcome {
            Outcome::Written => "Work papers",
            Outcome::Unchanged => "The same work papers are there already",
        },
        done.path.display()
    );
    Ok(())
}

/// Writes a page a case and says where they are.
fn pages(args: &ExportArgs) -> Result<()> {
    if args.pseudonymize.is_some() || args.suppress_below.is_some() {
        return Err(Error::Usage(
            "pages show single lines and number their members: --pseudonymize and --suppress-below are for \
             --format xlsx, csv and parquet"
                .into(),
        ));
    }
    let run = commands::latest(&args.out)?;
    let place = run.canonicalize().map_err(Error::io(&run, "finding"))?;
    let run_id = place.file_name().unwrap_or_default().to_string_lossy();
    let folder = folder(&run, args.output.as_deref(), &run_id)?;
    let files = html::write_cases(&run, &args.cases, args.with_phi, &folder)?;
    log::finish();
    for file in files {
        say!("{}", file.display());
    }
    Ok(())
}
