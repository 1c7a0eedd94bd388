//! `report.html`: one self-contained page, made of a run's tables and manifest alone.
//!
//! ```text
//! manifest, rejects, case_register ─▶ overview ─┐
//! cases ─────────────────────────────▶ list     ├─▶ document ─▶ report.html, case_….html
//! findings, evidence, tests, … ──────▶ detail ──┘
//! ```
//!
//! The same run gives the same bytes. Members appear by a number within their case unless their
//! identifiers are asked for.

mod detail;
mod document;
mod evidence;
mod finding;
mod list;
mod overview;
mod peers;
mod practice;
mod words;

use std::path::{Path, PathBuf};

use serde_json::Value;

use self::detail::{Details, details};
pub use self::document::CHARTS;
use self::document::{Block, document};
use self::list::{CaseList, case_list};
use self::overview::{Overview, overview};
use crate::batch::read_table;
use crate::cases::lookup;
use crate::error::{Error, Result};
use crate::private::{create_private, write_private};

/// Name of the page in a run folder.
pub const REPORT: &str = "report.html";

/// Everything the pages of a run show.
struct Gathered {
    overview: Overview,
    list: CaseList,
    details: Details,
}

fn gather(run: &Path, manifest: &Value, wanted: Wanted, with_phi: bool) -> Result<Gathered> {
    let list = case_list(run, with_phi)?;
    let rows: Vec<usize> = match wanted {
        Wanted::All => (0..list.case_id.len()).collect(),
        Wanted::Ranks(rows) => rows.to_vec(),
    };
    Ok(Gathered {
        overview: overview(run, manifest, with_phi)?,
        details: details(run, &list, &rows, with_phi)?,
        list,
    })
}

#[derive(Clone, Copy)]
enum Wanted<'a> {
    All,
    /// Rows of the list.
    Ranks(&'a [usize]),
}

/// Writes `report.html` into a run folder whose tables are written, and returns its BLAKE3 hash.
///
/// # Errors
/// Where a table or a part of the manifest is missing, or the disk refuses.
pub fn write_report(run: &Path, manifest: &Value, with_phi: bool) -> Result<String> {
    let all = gather(run, manifest, Wanted::All, with_phi)?;
    let rows: Vec<usize> = (0..all.list.case_id.len()).collect();
    let mut blocks = vec![
        Block::new("overview", &all.overview)?,
        Block::new("list", &all.list)?,
        Block::new("shared", &all.details.shared(&rows))?,
    ];
    blocks.extend(all.details.blocks(&rows)?);
    let as_of = manifest["as_of"].as_str().unwrap_or_default();
    let page = document(&format!("Claims review as of {as_of}"), &blocks);
    write_private(&run.join(REPORT), page.as_bytes())?;
    Ok(blake3::hash(page.as_bytes()).to_hex().to_string())
}

/// Rows of the cases asked for; of the whole list where none is.
fn rows_of(run: &Path, wanted: &[String]) -> Result<Vec<usize>> {
    let cases = read_table(&run.join("cases.parquet"))?;
    let Some(first) = wanted.first() else {
        let listed = cases.map(|c| lookup::listed(&c)).transpose()?;
        return Ok((0..listed.map_or(0, |l| l.num_rows())).collect());
    };
    let cases = cases.ok_or_else(|| lookup::missing(first))?;
    wanted.iter().map(|w| lookup::find(&cases, w)).collect()
}

/// Writes one page a case into a folder and returns the files, in the order of the cases asked for;
/// every case of the run where none is. A case is named by its id or the beginning of it, its rank,
/// or the identifier of its entity.
///
/// # Errors
/// Where a case or a table is missing, or the disk refuses.
pub fn write_cases(
    run: &Path,
    cases: &[String],
    with_phi: bool,
    folder: &Path,
) -> Result<Vec<PathBuf>> {
    let path = run.join("manifest.json");
    let manifest = std::fs::read_to_string(&path).map_err(Error::io(&path, "reading"))?;
    let manifest: Value = serde_json::from_str(&manifest).map_err(|e| Error::table(&path, &e))?;
    let rows = rows_of(run, cases)?;
    let all = gather(run, &manifest, Wanted::Ranks(&rows), with_phi)?;
    create_private(folder)?;
    let overview = Block::new("overview", &all.overview)?;
    let mut blocks = vec![overview];
    let mut written = Vec::new();
    for row in rows {
        blocks.truncate(1);
        blocks.push(Block::new("list", &all.list.only(row))?);
        blocks.push(Block::new("shared", &all.details.shared(&[row]))?);
        blocks.extend(all.details.blocks(&[row])?);
        blocks.push(Block::new("single", &true)?);
        let id = &all.list.case_id[row];
        let file = folder.join(format!("case_{id}.html"));
        let page = document(&format!("Case {id}"), &blocks);
        write_private(&file, page.as_bytes())?;
        written.push(file);
    }
    Ok(written)
}
