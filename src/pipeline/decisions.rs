//! Takes up a file of reviewers' decisions, for the next scan.

use std::path::Path;

use super::memory::{DISPOSITIONS, Memory};
use crate::cases::Outcome;
use crate::cases::disposition::{append, history_text, read_returned};
use crate::error::{Error, Result};
use crate::private::replace_private;
use crate::report::run_folder;

/// What became of a file of decisions.
#[derive(Debug, PartialEq, Eq)]
pub struct TakenUp {
    /// New decisions by outcome.
    pub added: Vec<(Outcome, usize)>,
    /// Rows that had come back before.
    pub repeated: usize,
    /// All decisions so far.
    pub decisions: usize,
    /// Columns of the file that were not used.
    pub unknown_columns: Vec<String>,
}

/// Checks a file of decisions against the register of the latest run and adds it to the history.
/// The whole file is taken up or, where one row is at fault, nothing of it.
///
/// # Errors
/// Where no run is there, a scan is under way, or a row is at fault.
pub fn take_up(out: &Path, file: &Path) -> Result<TakenUp> {
    if run_folder::latest_run(out).is_none() {
        return Err(Error::input(
            out.display().to_string(),
            "no run in this folder",
            "Give the --out of the scans whose cases were decided",
        ));
    }
    let _lock = run_folder::lock(out)?;
    let memory = Memory::recall(out)?;
    let returned = read_returned(file, &memory.register)?;
    let place = file.display().to_string();
    let merged = append(&memory.history, &returned.decisions, &place)?;
    if merged.added > 0 {
        replace_private(&out.join(DISPOSITIONS), &history_text(&merged.history)?)?;
    }
    let new = &merged.history[memory.history.len()..];
    let count = |outcome| new.iter().filter(|d| d.outcome == outcome).count();
    Ok(TakenUp {
        added: Outcome::ALL.map(|o| (o, count(o))).to_vec(),
        repeated: merged.repeated,
        decisions: merged.history.len(),
        unknown_columns: returned.unknown_columns,
    })
}
