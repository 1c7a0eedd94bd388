//! Verifies a run: its hashes, and that the same claims give the same bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::memory::DISPOSITIONS;
use super::recorded::Recorded;
use super::{Scan, scan_locked};
use crate::cases::disposition::{history_text, read_table};
use crate::error::{Error, Result};
use crate::ingest::date::{DateFormat, parse_day};
use crate::private::{create_private, write_private};
use crate::reference::Reference;
use crate::report::run_folder::{Lock, REPETITION, hash_file, lock};

/// What verification found.
#[derive(Debug)]
pub struct Verified {
    pub tables: usize,
    pub rerun: bool,
    /// Files whose content is not what the manifest says.
    pub differing: Vec<String>,
}

/// Recomputes the hashes of the manifest; with `rerun` scans the same claims again beside the run.
///
/// # Errors
/// Where the manifest is missing, an input changed since, or the scan fails.
pub fn verify(run: &Path, rerun: bool) -> Result<Verified> {
    let recorded = Recorded::read(run)?;
    let mut differing = differing_tables(run, &recorded.tables)?;
    if rerun {
        let again = scan_again(run, &recorded)?;
        differing.extend(
            differing_tables(&again.run, &recorded.tables)?
                .into_iter()
                .map(|name| format!("{name} (rerun)")),
        );
    }
    Ok(Verified {
        tables: recorded.tables.len(),
        rerun,
        differing,
    })
}

fn differing_tables(run: &Path, tables: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let mut differing = Vec::new();
    for (name, hash) in tables {
        let path = run.join(name);
        if !path.exists() || hash_file(&path)? != *hash {
            differing.push(name.clone());
        }
    }
    Ok(differing)
}

/// A rerun's folder, removed with the value.
struct Rerun {
    out: PathBuf,
    run: PathBuf,
    _lock: Lock,
}

impl Drop for Rerun {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.out);
    }
}

/// The reference tables must be the run's, those that come with the program among them.
fn refuse_other_reference(recorded: &Recorded) -> Result<()> {
    let now = Reference::load(&recorded.reference_paths)?;
    for known in &recorded.reference {
        let same = now.vintages().iter().any(|v| v.blake3 == known.blake3);
        if !same {
            return Err(Error::input(
                format!("reference table {}", known.table),
                "it is not the one of the run",
                "Bring back the files as they were, or use the program's version of the run",
            ));
        }
    }
    Ok(())
}

fn scan_again(run: &Path, recorded: &Recorded) -> Result<Rerun> {
    let paths = recorded.unchanged_inputs()?;
    refuse_other_reference(recorded)?;
    let place = run.canonicalize().map_err(Error::io(run, "finding"))?;
    let runs = place.parent().unwrap_or(&place).to_path_buf();
    let out = runs.join(format!("{REPETITION}{}", recorded.run_id));
    let _ = std::fs::remove_dir_all(&out);
    create_private(&out)?;
    // At once: a scan removes the repetitions that nobody holds.
    let held = lock(&out)?;
    let mut rerun = Rerun {
        out: out.clone(),
        run: PathBuf::new(),
        _lock: held,
    };
    if let Some(prior) = &recorded.prior_run {
        let prior = runs.join(prior);
        if !prior.exists() {
            return Err(Error::input(
                prior.display().to_string(),
                "the run before this one is gone",
                "Its case register is needed; keep more runs",
            ));
        }
        std::os::unix::fs::symlink(&prior, out.join("latest"))
            .map_err(Error::io(&out, "linking"))?;
    }
    // The decisions that the run knew; others may have come back since.
    let known = run.join("dispositions.parquet");
    let history = if known.exists() {
        read_table(&known)?
    } else {
        Vec::new()
    };
    if !history.is_empty() {
        write_private(&out.join(DISPOSITIONS), &history_text(&history)?)?;
    }
    let scanned = scan_locked(&Scan {
        layout: recorded.layout()?,
        paths,
        out,
        config: recorded.config.clone(),
        reference: recorded.reference_paths.clone(),
        edits: recorded.edits.clone(),
        as_of: parse_day(&recorded.as_of, &[DateFormat::Iso]),
        keep: None,
        show_values: recorded.show_values,
        with_phi: recorded.with_phi,
    })?;
    rerun.run = scanned.run;
    Ok(rerun)
}
