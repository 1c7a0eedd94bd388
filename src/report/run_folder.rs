//! A run folder: written beside its final place, renamed when complete, then `latest` is switched.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::error::{Error, Result};
use crate::ingest::bucket::parquet_error;
use crate::private::{create_private, private_file, write_private};

/// Rows per row group of the reports.
const ROW_GROUP: usize = 131_072;
/// Zstandard level of the reports: read often, written once.
const ZSTD_LEVEL: i32 = 6;

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
    let path = out.join(".lock");
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
        let partial = out.join("runs").join(format!(".{run_id}.partial"));
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
        let place = self.out.join("runs").join(&self.run_id);
        sync_folder(&self.partial)?;
        if place.exists() {
            // The same claims, configuration and version gave this id: the content is the same.
            fs::remove_dir_all(&place).map_err(Error::io(&place, "replacing an identical run"))?;
        }
        fs::rename(&self.partial, &place)
            .map_err(Error::io(&place, "putting the run in its place"))?;
        self.finished = true;
        let next = self.out.join(".latest.next");
        let _ = fs::remove_file(&next);
        symlink(Path::new("runs").join(&self.run_id), &next)
            .map_err(Error::io(&next, "linking the run"))?;
        let latest = self.out.join("latest");
        fs::rename(&next, &latest).map_err(Error::io(&latest, "switching to the new run"))?;
        Ok(place)
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

/// Name of the run that `latest` points to.
#[must_use]
pub fn latest_run(out: &Path) -> Option<String> {
    fs::read_link(out.join("latest"))
        .ok()?
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
}

/// Removes the oldest runs but `keep`; the one `latest` points to always stays.
///
/// # Errors
/// Where the disk refuses.
pub fn prune(out: &Path, keep: usize) -> Result<()> {
    let runs = out.join("runs");
    let latest = latest_run(out);
    let mut folders: Vec<(std::time::SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(&runs).map_err(Error::io(&runs, "reading"))? {
        let entry = entry.map_err(Error::io(&runs, "reading"))?;
        let modified = entry
            .metadata()
            .and_then(|m| m.modified())
            .map_err(Error::io(&runs, "reading"))?;
        let partial = entry.file_name().to_string_lossy().starts_with('.');
        if !partial && Some(entry.file_name().to_string_lossy().into_owned()) != latest {
            folders.push((modified, entry.path()));
        }
    }
    folders.sort();
    let excess = (folders.len() + 1).saturating_sub(keep.max(1));
    for (_, folder) in folders.into_iter().take(excess) {
        fs::remove_dir_all(&folder).map_err(Error::io(&folder, "pruning"))?;
    }
    Ok(())
}
