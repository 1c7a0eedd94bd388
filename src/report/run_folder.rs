//! A run folder: written beside its final place, renamed when complete, then `latest` is switched.
//!
//! Whatever moment the program is killed at, `latest` points to a whole run: the one before until
//! the switch, tonight's after it. What a killed run leaves, [`sweep`] removes at the next.

use std::cmp::Reverse;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::error::{Error, Result};
use crate::ingest::bucket::parquet_error;
use crate::private::{create_private, private_file, sync_entries, write_private};

/// Rows per row group of the reports.
const ROW_GROUP: usize = 131_072;
/// Zstandard level of the reports: read often, written once.
const ZSTD_LEVEL: i32 = 6;

/// Ends of the names of what is being written, and of what is being removed.
const PARTIAL: &str = ".partial";
const PRUNED: &str = ".pruned";
/// Beginning of the name of a repetition, which `verify` makes beside the runs and locks.
pub const REPETITION: &str = ".verify-";
/// The link before it becomes `latest`.
const NEXT: &str = ".latest.next";
const LOCK: &str = ".lock";
const MANIFEST: &str = "manifest.json";

/// The lock on an output folder; released when dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes the lock of an output folder.
///
/// # Errors
/// [`Error::Busy`] where another scan holds it.
pub fn lock(out: &Path) -> Result<Lock> {
    create_private(out)?;
    let path = out.join(LOCK);
    let file = private_file(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(fs::TryLockError::WouldBlock) => Err(Error::Busy {
            path: out.to_path_buf(),
        }),
        Err(fs::TryLockError::Error(e)) => Err(Error::io(&path, "locking")(e)),
    }
}

/// A run being written.
pub struct RunFolder {
    out: PathBuf,
    run_id: String,
    partial: PathBuf,
    finished: bool,
}

impl RunFolder {
    /// Begins a run in `OUT/runs/.<run_id>.partial`.
    ///
    /// # Errors
    /// Where the folder cannot be created.
    pub fn begin(out: &Path, run_id: &str) -> Result<RunFolder> {
        let partial = out.join("runs").join(format!(".{run_id}{PARTIAL}"));
        if partial.exists() {
            fs::remove_dir_all(&partial)
                .map_err(Error::io(&partial, "removing what a killed run left"))?;
        }
        create_private(&partial)?;
        Ok(RunFolder {
            out: out.to_path_buf(),
            run_id: run_id.to_owned(),
            partial,
            finished: false,
        })
    }

    /// Where the run is being written.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.partial
    }

    /// Writes one table and returns the BLAKE3 hash of its file.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn write_table(&self, name: &str, batch: &RecordBatch) -> Result<String> {
        let path = self.partial.join(format!("{name}.parquet"));
        write_parquet(&path, batch)?;
        hash_file(&path)
    }

    /// Writes a text file.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn write_text(&self, name: &str, text: &str) -> Result<()> {
        let path = self.partial.join(name);
        write_private(&path, text.as_bytes())
    }

    /// Puts the run in its place and switches `latest` to it; returns the run's folder.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn finish(mut self) -> Result<PathBuf> {
        sync_folder(&self.partial)?;
        let place = self.put_in_place()?;
        self.finished = true;
        self.link_next()?;
        self.switch()?;
        Ok(place)
    }

    /// Renames the folder to its final name. Where a run of this id is there already, the same
    /// claims, configuration, decisions and version gave it, so that the content is the same: its
    /// files are replaced one by one, and it is whole at every moment.
    fn put_in_place(&self) -> Result<PathBuf> {
        let runs = self.out.join("runs");
        let place = runs.join(&self.run_id);
        if !place.exists() {
            fs::rename(&self.partial, &place)
                .map_err(Error::io(&place, "putting the run in its place"))?;
            sync_entries(&runs)?;
            return Ok(place);
        }
        for file in entries(&self.partial)? {
            let over = place.join(file.file_name().unwrap_or_default());
            fs::rename(&file, &over).map_err(Error::io(&over, "replacing an identical file"))?;
        }
        fs::remove_dir(&self.partial).map_err(Error::io(&self.partial, "removing"))?;
        sync_entries(&place)?;
        Ok(place)
    }

    /// Makes the link that is to become `latest`.
    fn link_next(&self) -> Result<()> {
        let next = self.out.join(NEXT);
        let _ = fs::remove_file(&next);
        symlink(Path::new("runs").join(&self.run_id), &next)
            .map_err(Error::io(&next, "linking the run"))
    }

    /// The one atomic switch.
    fn switch(&self) -> Result<()> {
        let latest = self.out.join("latest");
        fs::rename(self.out.join(NEXT), &latest)
            .map_err(Error::io(&latest, "switching to the new run"))?;
        sync_entries(&self.out)
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}

/// Writes a report table.
///
/// # Errors
/// Where the disk refuses.
pub fn write_parquet(path: &Path, batch: &RecordBatch) -> Result<()> {
    let file = private_file(path)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(
            ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default(),
        ))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_created_by(concat!("claimhound ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties))
        .map_err(|e| Error::table(path, &e))?;
    writer.write(batch).map_err(|e| parquet_error(path, &e))?;
    writer.close().map_err(|e| parquet_error(path, &e))?;
    Ok(())
}

/// BLAKE3 of a file, hexadecimal.
///
/// # Errors
/// Where it cannot be read.
pub fn hash_file(path: &Path) -> Result<String> {
    let file = File::open(path).map_err(Error::io(path, "opening"))?;
    let mut hasher = blake3::Hasher::new();
    hasher
        .update_reader(file)
        .map_err(Error::io(path, "reading"))?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Makes sure that every file of a folder is on the disk.
///
/// # Errors
/// Where the disk refuses.
pub fn sync_folder(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io(folder, "reading back"))? {
        let path = entry.map_err(Error::io(folder, "reading back"))?.path();
        File::open(&path)
            .and_then(|f| f.sync_all())
            .map_err(Error::io(&path, "writing to disk"))?;
    }
    Ok(())
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io(folder, "reading"))? {
        paths.push(entry.map_err(Error::io(folder, "reading"))?.path());
    }
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Name of the run that `latest` points to.
#[must_use]
pub fn latest_run(out: &Path) -> Option<String> {
    let run = fs::read_link(out.join("latest")).ok()?;
    Some(name_of(&run))
}

/// Removes what killed scans, prunings and repetitions left under an output folder whose lock is
/// held. A repetition that is under way holds a lock of its own and stays.
///
/// # Errors
/// Where the disk refuses.
pub fn sweep(out: &Path) -> Result<()> {
    let _ = fs::remove_file(out.join(NEXT));
    let runs = out.join("runs");
    if !runs.exists() {
        return Ok(());
    }
    for path in entries(&runs)? {
        let name = name_of(&path);
        let unfinished =
            name.starts_with('.') && (name.ends_with(PARTIAL) || name.ends_with(PRUNED));
        // Held while the folder is removed, so that no repetition begins in it meanwhile.
        let lock = File::options().write(true).open(path.join(LOCK));
        let left =
            name.starts_with(REPETITION) && lock.as_ref().is_ok_and(|lock| lock.try_lock().is_ok());
        if unfinished || left {
            fs::remove_dir_all(&path)
                .map_err(Error::io(&path, "removing what a killed run left"))?;
        }
    }
    Ok(())
}

/// Place of a run in the chain of the latest, then its as-of date and when it was written, newest
/// first.
type Age = (usize, Reverse<(String, SystemTime)>);

/// Removes the oldest runs but `keep`; the one `latest` points to always stays. The newest are
/// those that `latest` continues, run by run; where that chain ends, those of later as-of dates,
/// then those written later.
///
/// # Errors
/// Where the disk refuses.
pub fn prune(out: &Path, keep: usize) -> Result<()> {
    let runs = out.join("runs");
    let chain = chain(out);
    let mut folders: Vec<(Age, PathBuf)> = Vec::new();
    for path in entries(&runs)? {
        let name = name_of(&path);
        // What is no run of ours is nobody's to remove.
        if name.starts_with('.') || !path.join(MANIFEST).exists() {
            continue;
        }
        let written = fs::metadata(&path)
            .and_then(|m| m.modified())
            .map_err(Error::io(&path, "reading"))?;
        let place = chain.iter().position(|run| *run == name);
        let as_of = name.split('_').next().unwrap_or_default().to_owned();
        let age = (place.unwrap_or(usize::MAX), Reverse((as_of, written)));
        folders.push((age, path));
    }
    folders.sort();
    for (_, folder) in folders.into_iter().skip(keep.max(1)) {
        // Under its own name a run is whole: it loses that before its files.
        let gone = runs.join(format!(".{}{PRUNED}", name_of(&folder)));
        fs::rename(&folder, &gone)
            .and_then(|()| fs::remove_dir_all(&gone))
            .map_err(Error::io(&folder, "pruning"))?;
    }
    Ok(())
}

/// The latest run, the run that one continued, and so on, as far as they are there.
fn chain(out: &Path) -> Vec<String> {
    let mut chain: Vec<String> = Vec::new();
    let mut next = latest_run(out);
    while let Some(run) = next.filter(|run| !chain.contains(run)) {
        let manifest = fs::read_to_string(out.join("runs").join(&run).join(MANIFEST));
        let manifest: Option<serde_json::Value> = manifest
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok());
        next = manifest.and_then(|m| m["prior_run"].as_str().map(str::to_owned));
        chain.push(run);
    }
    chain
}

#[cfg(test)]
mod tests;
