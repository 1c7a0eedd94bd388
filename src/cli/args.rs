//! Commands and options, as the contract names them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::audit::SampleArgs;
use super::export::{self, ExportArgs};

/// Finds fraud, waste and abuse in health-insurance claims.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 input rejected, 4 another scan holds this --out."
)]
pub struct Cli {
    /// Progress on stderr as plain lines or JSON; bars on a terminal otherwise
    #[arg(long, global = true, value_enum)]
    pub log: Option<LogFormat>,
    /// No progress at all
    #[arg(long, short, global = true)]
    pub quiet: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Plain,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make labelled synthetic claims, scan them, and show the top cases
    #[command(after_help = "Example:\n  claimhound demo --out demo")]
    Demo {
        /// Where the claims and the run go
        #[arg(long, default_value = "out/demo")]
        out: PathBuf,
        /// Number of providers
        #[arg(long, default_value_t = 3000)]
        providers: usize,
        /// Seed of every random draw
        #[arg(long, default_value_t = 42)]
        seed: u64,
    },
    /// Scan claims and write the run folder with cases, findings and evidence
    #[command(
        after_help = "Examples:\n  claimhound scan claims/ --out nightly\n  claimhound scan --medical-claim 'claims/2025-*.csv.gz' --eligibility members.parquet --out nightly\n  claimhound scan rif/ --layout rif --out medicare"
    )]
    Scan {
        #[command(flatten)]
        input: InputArgs,
        /// Folder for this and earlier runs
        #[arg(long)]
        out: PathBuf,
        /// Keep this many runs, remove older ones
        #[arg(long)]
        keep: Option<usize>,
        /// Write values of rejected rows out; they may identify members
        #[arg(long)]
        show_values: bool,
        /// Show members by their identifiers in report.html
        #[arg(long)]
        with_phi: bool,
    },
    /// Read and validate only: control totals, rejects, holds, and what could run
    #[command(after_help = "Example:\n  claimhound check claims/")]
    Check {
        #[command(flatten)]
        input: InputArgs,
        /// Show values of rejected rows; they may identify members
        #[arg(long)]
        show_values: bool,
    },
    /// List the cases of the latest run
    Cases {
        /// Folder of the runs: what `scan --out` was given
        out: PathBuf,
        /// Show at most this many
        #[arg(long, default_value_t = 50)]
        top: usize,
    },
    /// One case in words: findings, peers, counterpoints, evidence lines, dollars
    #[command(
        after_help = "Example:\n  claimhound show nightly 1        (the case at rank 1)\n  claimhound show nightly 3f2a…    (by case id)"
    )]
    Show {
        /// Folder of the runs: what `scan --out` was given
        out: PathBuf,
        /// Case id or its beginning, a rank, or an entity id
        case: String,
    },
    /// Work papers of cases: a workbook, CSV, Parquet, or a page a case
    #[command(after_help = export::HELP)]
    Export(ExportArgs),
    /// Take up what reviewers decided; the next scan follows it
    #[command(
        after_help = "FILE has the columns case_id, disposition (confirmed, cleared or pending), date (YYYY-MM-DD) and,\nif there is one, note. Of decisions on one case the latest date holds.\n\nExample:\n  claimhound disposition nightly decided.csv"
    )]
    Disposition {
        /// Folder of the runs: what `scan --out` was given
        out: PathBuf,
        /// CSV file with a row a decision
        file: PathBuf,
    },
    /// Compare the latest run with known truth
    Evaluate {
        /// Folder of the runs: what `scan --out` was given
        out: PathBuf,
        /// CSV of the truth, as `synth` writes it: entity_type, entity_id, scheme, strength, role, group_id
        #[arg(long)]
        labels: PathBuf,
    },
    /// Outlier scores for the rows of any numeric table
    #[command(
        after_help = "Example:\n  claimhound detect providers.parquet --id npi --peer specialty --direction high --output scores.csv"
    )]
    Detect(DetectArgs),
    /// Draw an audit sample of a case's paid claims, to be reviewed
    #[command(
        after_help = "Examples:\n  claimhound sample nightly 1\n  claimhound sample nightly 1 --probe\n  claimhound sample nightly 3f2a --codes 99214,99215 --from 2025-01-01 --to 2025-12-31 --strata 4"
    )]
    Sample(Box<SampleArgs>),
    /// Estimate the overpayment in a frame from its reviewed sample
    #[command(
        after_help = "Example:\n  claimhound extrapolate nightly/samples/3f2ac0de_1b2c3d4e reviewed.csv\n\nREVIEWED.csv is the sample's review.csv with allowed_on_review filled in for every unit."
    )]
    Extrapolate {
        /// Folder that `sample` wrote
        sample: PathBuf,
        /// The reviewed sample
        #[arg(value_name = "REVIEWED.csv")]
        reviewed: PathBuf,
    },
    /// Make labelled synthetic claims in the Tuva layout
    Synth {
        /// Folder for the claims, their labels and reference files
        #[arg(long)]
        out: PathBuf,
        /// Number of providers
        #[arg(long, default_value_t = 1200)]
        providers: usize,
        /// Seed of every random draw
        #[arg(long, default_value_t = 42)]
        seed: u64,
        /// About how many claim lines
        #[arg(long)]
        lines: Option<u64>,
        /// Plant nothing
        #[arg(long)]
        clean: bool,
    },
    /// Recompute the hashes of a run's manifest
    Verify {
        /// Folder of the run, such as nightly/latest
        run: PathBuf,
        /// Scan the same claims again and compare every byte
        #[arg(long)]
        rerun: bool,
    },
    /// What there is: detectors, measures, edits, layouts, columns
    List {
        #[arg(value_enum)]
        what: Registry,
        /// Print the SQL where there is SQL
        #[arg(long)]
        print_sql: bool,
    },
    /// Completions for a shell
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Registry {
    Detectors,
    Measures,
    Edits,
    Layouts,
    Columns,
}

#[derive(Debug, Args)]
pub struct InputArgs {
    /// Folder that holds the tables by name
    pub input: Option<PathBuf>,
    /// Claim lines: files, folders of parts or globs
    #[arg(long, num_args = 1..)]
    pub medical_claim: Vec<String>,
    /// Members and enrolment
    #[arg(long, num_args = 1..)]
    pub eligibility: Vec<String>,
    /// Providers
    #[arg(long, num_args = 1..)]
    pub provider: Vec<String>,
    /// Pharmacy claims
    #[arg(long, num_args = 1..)]
    pub pharmacy_claim: Vec<String>,
    /// Built-in layout, or a SQL file of your own
    #[arg(long, default_value = "tuva")]
    pub layout: String,
    /// Folder with official reference files: NCCI pairs and MUE of CMS, OIG's exclusion list,
    /// prior-authorization lists, ZIP centroids
    #[arg(long)]
    pub reference: Option<PathBuf>,
    /// OIG's exclusion list, as UPDATED.csv, with supplements and reinstatement files
    #[arg(long, num_args = 1..)]
    pub exclusions: Vec<PathBuf>,
    /// Folder with edits of your own, one SQL file each
    #[arg(long)]
    pub edits: Option<PathBuf>,
    /// Configuration in TOML
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// As-of date (YYYY-MM-DD); the newest date in the claims by default
    #[arg(long)]
    pub as_of: Option<String>,
}

#[derive(Debug, Args)]
pub struct DetectArgs {
    /// Parquet or CSV table (.parquet, .csv, .csv.gz), a row an entity
    pub table: PathBuf,
    /// Column that names a row
    #[arg(long)]
    pub id: String,
    /// Columns to look at, separated by commas; every numeric one but the id by default
    #[arg(long, value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Score rows among those with the same value in this column
    #[arg(long)]
    pub peer: Option<String>,
    /// A detector of `claimhound list detectors`, or `ensemble`
    #[arg(long, default_value = "ensemble")]
    pub method: String,
    /// Which strange rows are sought
    #[arg(long, value_enum, default_value = "both")]
    pub direction: DirectionArg,
    /// Seed of the random methods and of the folds behind the p-values
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Where `id, score, p_value, top_columns` go: Parquet or CSV by the ending
    #[arg(long)]
    pub output: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DirectionArg {
    /// Strange and high: values below a column's median count as the median
    High,
    /// Strange and low
    Low,
    /// Strange in any way
    Both,
}
