//! Work papers: cases with their findings and evidence for people outside the program.
//!
//! ```text
//! run folder ─▶ work ─▶ members (pseudonyms) ─▶ suppress (small counts) ─▶ csv_file | workbook | Parquet
//! ```
//!
//! What is written depends on the run, the cases chosen and how members appear, and on nothing
//! else: the same request gives the same bytes.

mod cover;
mod csv_file;
pub mod formula;
mod members;
mod origin;
mod place;
pub mod pseudonym;
pub mod suppress;
mod table;
mod words;
mod work;
mod workbook;

use std::path::{Path, PathBuf};

use arrow::array::{Array, RecordBatch};

use self::cover::Cover;
use self::members::{Disguised, disguise};
use self::origin::Origin;
pub use self::place::Outcome;
use self::place::Place;
use self::pseudonym::Members;
use self::suppress::suppress;
use self::table::ExportTable;
use self::work::Work;
pub use self::workbook::MAX_TEXT;
use crate::batch::{read_rows, text, text_at};
use crate::error::{Error, Result};
use crate::private::{create_private, private_file, write_private};
use crate::report::frame::{Frame, Value};
use crate::report::run_folder::write_parquet;
use crate::schema::export::{EVIDENCE_SUMMARY, SUPPRESSION_COLUMNS};
use crate::schema::output::COLUMNS;

/// What to write, of which run, and how.
#[derive(Debug, Clone)]
pub struct Export {
    /// Folder of the run.
    pub run: PathBuf,
    /// Ranks, entities, case ids or their beginnings; every case where there is none.
    pub cases: Vec<String>,
    pub format: Format,
    /// Folder to write into; `OUT/export/<run_id>` where absent.
    pub output: Option<PathBuf>,
    pub members: Members,
    /// Smallest count of members or services that is shown; every count where absent.
    pub suppress_below: Option<u32>,
}

/// A way to write tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A folder of CSV files.
    Csv,
    /// One workbook.
    Xlsx,
    /// A folder of Parquet files.
    Parquet,
}

/// What was written.
#[derive(Debug)]
pub struct Exported {
    /// The workbook or folder.
    pub path: PathBuf,
    pub outcome: Outcome,
    /// Rows by table.
    pub tables: Vec<(&'static str, usize)>,
    /// How members appear, and what was withheld, in words.
    pub notes: Vec<String>,
}

/// Text file that tells of the tables beside it.
const README: &str = "README.txt";

/// Writes work papers. Nothing half-written stays, and nothing that is there is overwritten.
///
/// # Errors
/// Where the run is not as its manifest says, a case is unknown, or the disk refuses.
pub fn export(job: &Export) -> Result<Exported> {
    let origin = Origin::read(&job.run)?;
    let all = work::read(&job.run, &origin, &job.cases)?;
    if job.suppress_below.is_some() {
        refuse_chosen_members(job, &all)?;
    }
    let (work, disguised) = match disguise(&job.run, &all, &job.members)? {
        Some((work, disguised)) => (work, Some(disguised)),
        None => (all, None),
    };
    let (tables, left_out) = tables(job, work)?;
    reconcile(&tables)?;
    let cover = Cover::new(job, &origin, &tables, disguised, left_out)?;
    let folder = folder(&job.run, job.output.as_deref(), &origin.run_id)?;
    let place = Place::begin(&folder, &file_name(job, &origin, &tables)?)?;
    write(job.format, &place.content(), &tables, &cover, &origin)?;
    let (path, outcome) = place.finish()?;
    Ok(Exported {
        path,
        outcome,
        tables: tables.iter().map(|t| (t.name, t.rows.num_rows())).collect(),
        notes: cover.notes,
    })
}

/// A case about a member is a count of one.
fn refuse_chosen_members(job: &Export, work: &Work) -> Result<()> {
    if job.cases.is_empty() || work.member_cases()?.is_empty() {
        return Ok(());
    }
    Err(Error::Usage(
        "a case about a member was asked for, and with --suppress-below no count of one is shown: leave that case out, or the flag".into(),
    ))
}

/// The tables to write, small counts suppressed where asked for, and how many cases are left out.
fn tables(job: &Export, work: Work) -> Result<(Vec<ExportTable>, usize)> {
    let dictionary = dictionary(&job.run, job)?;
    let (cases, findings, evidence, left_out) = match job.suppress_below {
        None => (work.cases, work.findings, work.evidence, 0),
        Some(below) => {
            let shown = suppress(&job.run, &work, below as usize)?;
            (shown.cases, shown.findings, shown.evidence, shown.left_out)
        }
    };
    let table = |name, rows: RecordBatch, totals| ExportTable { name, rows, totals };
    let tables = vec![
        table(
            "cases",
            cases,
            &["exposure_amount", "exposure_lower", "priority_amount"] as &[_],
        ),
        table("findings", findings, &["exposure_amount", "exposure_lower"]),
        table(
            if job.suppress_below.is_some() {
                EVIDENCE_SUMMARY.name
            } else {
                "evidence"
            },
            evidence,
            &[
                "amount_at_risk",
                "amount_at_risk_lower",
                "amount_counted_case",
                "amount_counted_run",
            ],
        ),
        table(COLUMNS.name, dictionary, &[]),
    ];
    Ok((tables, left_out))
}

/// The run's data dictionary for the tables written, and what is added to them.
fn dictionary(run: &Path, job: &Export) -> Result<RecordBatch> {
    let suppressed = job.suppress_below.is_some();
    let shown: &[&str] = if suppressed {
        &["cases", "findings"]
    } else {
        &["cases", "findings", "evidence"]
    };
    let rows = read_rows(&run.join("columns.parquet"), &|batch| {
        let table = text(batch, "table_name")?;
        let wanted = |row| text_at(table, row).is_some_and(|t| shown.contains(&t));
        Ok((0..batch.num_rows()).map(|row| Some(wanted(row))).collect())
    })?;
    let (of, name) = (text(&rows, "table_name")?, text(&rows, "column_name")?);
    let (kind, about) = (text(&rows, "type")?, text(&rows, "about")?);
    let mut frame = Frame::new(&COLUMNS);
    for table in shown {
        let mut position = 0_i64;
        let mut add = |column: &str, kind: &str, about: String| {
            position += 1;
            let row: [Value; 5] = [
                (*table).into(),
                position.into(),
                column.into(),
                kind.into(),
                about.into(),
            ];
            frame.push(row.into());
        };
        for row in (0..rows.num_rows()).filter(|row| of.value(*row) == *table) {
            let about = words::column(job, name.value(row), about.value(row));
            add(name.value(row), kind.value(row), about);
        }
        for column in SUPPRESSION_COLUMNS.iter().filter(|_| suppressed) {
            add(column.name, column.kind.name(), column.about.to_owned());
        }
    }
    for (position, column) in (1_i64..).zip(EVIDENCE_SUMMARY.columns) {
        if suppressed {
            let row: [Value; 5] = [
                EVIDENCE_SUMMARY.name.into(),
                position.into(),
                column.name.into(),
                column.kind.name().into(),
                column.about.into(),
            ];
            frame.push(row.into());
        }
    }
    frame.into_batch()
}

/// What cases and findings state must be what their lines add up to.
fn reconcile(tables: &[ExportTable]) -> Result<()> {
    let sum = |table: &ExportTable, column: &str| {
        let position = table.rows.schema_ref().index_of(column).ok()?;
        table.sums(0..table.rows.num_rows())[position]
    };
    let [cases, findings, evidence, ..] = tables else {
        return Ok(());
    };
    for (stated, lines) in [
        (
            sum(cases, "exposure_amount"),
            sum(evidence, "amount_counted_case"),
        ),
        (
            sum(findings, "exposure_amount"),
            sum(evidence, "amount_at_risk"),
        ),
    ] {
        if let (Some(stated), Some(lines)) = (stated, lines)
            && stated != lines
        {
            let [stated, lines] = [stated, lines].map(|(v, d)| table::decimal(v, d));
            return Err(Error::Reconcile {
                stage: "work papers".into(),
                found: format!("cases or findings state {stated}, their lines add up to {lines}"),
            });
        }
    }
    Ok(())
}

/// Where to write: `output`, or `OUT/export/RUN_ID`; never into a run, whose content its manifest
/// vouches for.
///
/// # Errors
/// Where the run lies outside an output folder and no `output` is given, or `output` is inside a
/// run or cannot be made.
pub fn folder(run: &Path, output: Option<&Path>, run_id: &str) -> Result<PathBuf> {
    let named = run;
    let run = std::fs::canonicalize(run).map_err(Error::io(run, "looking for"))?;
    let runs = run.parent().filter(|p| p.ends_with("runs"));
    let Some(output) = output else {
        return match runs.and_then(Path::parent) {
            Some(out) => Ok(out.join("export").join(run_id)),
            None => Err(Error::Usage(format!(
                "{}: this run is not in its output folder; say where to write with --output DIR",
                named.display()
            ))),
        };
    };
    create_private(output)?;
    let output = std::fs::canonicalize(output).map_err(Error::io(output, "looking for"))?;
    if output.starts_with(runs.unwrap_or(&run)) {
        return Err(Error::Usage(format!(
            "--output {}: this is inside the runs; give another folder",
            output.display()
        )));
    }
    Ok(output)
}

/// A name that says what is inside: the run, which cases, and how members appear.
fn file_name(job: &Export, origin: &Origin, tables: &[ExportTable]) -> Result<String> {
    let ids = text(&tables[0].rows, "case_id")?;
    let cases = match (job.cases.as_slice(), ids.len()) {
        ([], _) => "all-cases".to_owned(),
        (_, 1) => format!("case-{}", ids.value(0)),
        (_, count) => {
            let listed: Vec<&str> = ids.iter().flatten().collect();
            let hash = blake3::hash(listed.join("\n").as_bytes()).to_hex();
            format!("{count}-cases-{}", &hash[..8])
        }
    };
    let members = match &job.members {
        Members::Numbered => String::new(),
        Members::Keyed(key) => format!("-key-{}", key.fingerprint),
        Members::Shown => "-phi".to_owned(),
    };
    let small = job
        .suppress_below
        .map_or_else(String::new, |below| format!("-below-{below}-suppressed"));
    let ending = match job.format {
        Format::Xlsx => ".xlsx",
        Format::Csv => "-csv",
        Format::Parquet => "-parquet",
    };
    Ok(format!("{}-{cases}{members}{small}{ending}", origin.run_id))
}

fn write(
    format: Format,
    content: &Path,
    tables: &[ExportTable],
    cover: &Cover,
    origin: &Origin,
) -> Result<()> {
    if format == Format::Xlsx {
        let file = private_file(content)?;
        return workbook::write(content, file, tables, cover, origin.as_of_day()?);
    }
    create_private(content)?;
    for table in tables {
        let name = |ending: &str| content.join(format!("{}.{ending}", table.name));
        if format == Format::Csv {
            let path = name("csv");
            csv_file::write(&path, private_file(&path)?, table)?;
        } else {
            write_parquet(&name("parquet"), &table.rows)?;
        }
    }
    write_private(
        &content.join(README),
        words::readme(cover, format).as_bytes(),
    )
}
