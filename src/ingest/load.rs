//! Runs a layout's statements over the input files and keeps the typed rows in member buckets,
//! cached by content: a file that was loaded before is not read again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

use arrow::array::RecordBatch;
use serde::{Deserialize, Serialize};

use super::bucket::BucketWriter;
use super::discover::InputFile;
use super::layout::{Layout, LayoutStatement, SourceTable};
use super::ledger::Ledger;
use super::load_line::load_lines;
use super::load_people::load_rows;
use super::parts;
use super::reader::{self, HeaderNote, Spoiled, TextChunk};
use super::reject::Reject;
use crate::engine::{TableData, Tables};
use crate::error::{Error, Result};
use crate::private::{create_private, write_private};

/// Part of every cache key: raised whenever the content of a load changes.
const LOAD_VERSION: &str = "3";
/// Chunks read ahead of the one being worked on.
const READ_AHEAD: usize = 2;

/// What one load says of itself, kept beside its files.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct LoadNote {
    /// Canonical table it holds rows of.
    pub target: String,
    pub rows_read: u64,
    pub ledger: Ledger,
    pub rejects: Vec<Reject>,
    /// Columns of the files that the layout does not use, and optional ones they lack, by source.
    pub unknown: BTreeMap<String, Vec<String>>,
    pub absent: BTreeMap<String, Vec<String>>,
}

/// A finished load: its folder of bucket files and its note.
#[derive(Debug, Clone)]
pub struct Load {
    pub folder: PathBuf,
    pub note: LoadNote,
    /// Whether it was there already.
    pub cached: bool,
}

/// Loads every statement of the layout.
///
/// # Errors
/// Where a file is unusable, a statement fails, or the cache cannot be written.
pub fn load_all(
    layout: &Layout,
    inputs: &[InputFile],
    buckets: usize,
    cache: &Path,
) -> Result<Vec<Load>> {
    create_private(cache)?;
    let mut loads = Vec::new();
    for (index, statement) in layout.statements.iter().enumerate() {
        // Exclusion lists are reference data; nothing of them goes through member buckets.
        if statement.target == "exclusion" {
            continue;
        }
        let mine: Vec<&InputFile> = inputs
            .iter()
            .filter(|f| statement.statement.tables.contains(&f.source))
            .collect();
        if mine.is_empty() {
            continue;
        }
        let key = |files: &[&InputFile]| load_key(layout, index, files, buckets);
        if statement.rowwise.is_some() {
            for file in mine {
                let folder = cache.join(key(&[file]));
                loads.push(cached_or(&folder, |work| {
                    load_rowwise(layout, statement, file, buckets, work)
                })?);
            }
        } else {
            let folder = cache.join(key(&mine));
            loads.push(cached_or(&folder, |work| {
                load_joined(layout, statement, &mine, buckets, work)
            })?);
        }
    }
    Ok(loads)
}

fn load_key(layout: &Layout, statement: usize, files: &[&InputFile], buckets: usize) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [
        LOAD_VERSION,
        env!("CARGO_PKG_VERSION"),
        &layout.sql,
        &statement.to_string(),
        &buckets.to_string(),
    ] {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    for file in files {
        hasher.update(file.source.as_bytes()).update(&[0]);
        hasher.update(file.blake3.as_bytes()).update(&[0]);
        hasher
            .update(file.year.as_deref().unwrap_or_default().as_bytes())
            .update(&[0]);
    }
    hasher.finalize().to_hex()[..24].to_owned()
}

/// Name of the note inside a load's folder: written last, so its presence means completeness.
const NOTE: &str = "load.json";

fn cached_or(folder: &Path, make: impl FnOnce(&Path) -> Result<LoadNote>) -> Result<Load> {
    let note_file = folder.join(NOTE);
    if let Ok(text) = fs::read_to_string(&note_file)
        && let Ok(note) = serde_json::from_str(&text)
    {
        return Ok(Load {
            folder: folder.to_path_buf(),
            note,
            cached: true,
        });
    }
    // Whatever a killed run left here is incomplete.
    let _ = fs::remove_dir_all(folder);
    create_private(folder)?;
    let made = make(folder).and_then(|note| {
        let text = serde_json::to_string(&note).map_err(|e| Error::table(&note_file, &e))?;
        write_private(&note_file, text.as_bytes())?;
        Ok(Load {
            folder: folder.to_path_buf(),
            note,
            cached: false,
        })
    });
    if made.is_err() {
        let _ = fs::remove_dir_all(folder);
    }
    made
}

/// Takes typed rows of one statement to their buckets and counts them.
struct LoadWriter<'a> {
    statement: &'a LayoutStatement,
    writer: BucketWriter,
    note: LoadNote,
}

impl<'a> LoadWriter<'a> {
    fn new(statement: &'a LayoutStatement, buckets: usize, work: &Path) -> Result<LoadWriter<'a>> {
        let table = super::load_people::table_name(&statement.target)?;
        // Providers belong to no member: one file.
        let buckets = if table == "provider" { 1 } else { buckets };
        let note = LoadNote {
            target: statement.target.clone(),
            ..LoadNote::default()
        };
        Ok(LoadWriter {
            statement,
            writer: BucketWriter::new(work, table, buckets),
            note,
        })
    }

    fn header(&mut self, source: &str, header: HeaderNote) {
        self.note
            .unknown
            .entry(source.to_owned())
            .or_default()
            .extend(header.unknown);
        self.note
            .absent
            .entry(source.to_owned())
            .or_default()
            .extend(header.absent);
    }

    /// Keeps typed rows and what was refused among them.
    fn keep(&mut self, typed: Typed) -> Result<()> {
        self.refuse(typed.unreadable);
        self.note.rows_read += typed.rows_read;
        self.note.ledger.merge(&typed.ledger);
        self.note.rejects.extend(typed.rejects);
        match typed.batch {
            Some(batch) => self.writer.write(&batch),
            None => Ok(()),
        }
    }

    /// Rows refused before they were rows: counted as read and refused.
    fn refuse(&mut self, rejects: Vec<Reject>) {
        self.note.rows_read += rejects.len() as u64;
        if matches!(self.statement.target.as_str(), "line" | "pharmacy_line") {
            for _ in &rejects {
                let totals = super::ledger::Totals {
                    rows: 1,
                    ..Default::default()
                };
                for stage in [super::ledger::Stage::Read, super::ledger::Stage::Rejected] {
                    self.note.ledger.add(UNREADABLE, stage, totals);
                }
            }
        }
        self.note.rejects.extend(rejects);
    }

    fn finish(mut self) -> Result<LoadNote> {
        self.writer.finish()?;
        self.note.rejects.sort();
        Ok(self.note)
    }
}

/// Claim type under which rows are counted that could not even be split into columns.
pub const UNREADABLE: &str = "unreadable";

fn source_of<'l>(layout: &'l Layout, name: &str) -> Result<&'l SourceTable> {
    layout
        .source(name)
        .ok_or_else(|| Error::Usage(format!("layout {}: no source {name}", layout.name)))
}

/// What one run of a statement gave, typed.
#[derive(Default)]
struct Typed {
    batch: Option<RecordBatch>,
    rows_read: u64,
    ledger: Ledger,
    rejects: Vec<Reject>,
    /// Rows of the source that could not even be split into columns.
    unreadable: Vec<Reject>,
}

/// Runs a layout statement and types its rows.
fn run_typed(
    layout: &Layout,
    statement: &LayoutStatement,
    tables: &Tables,
    spoiled: &Spoiled,
) -> Result<Typed> {
    let rows = statement.statement.run(tables)?;
    let mut typed = Typed {
        rows_read: rows.num_rows() as u64,
        ..Typed::default()
    };
    let format = layout.values(&statement.target);
    if statement.target == "line" {
        let loaded = load_lines(&rows, &format, spoiled)?;
        typed.batch = Some(loaded.batch);
        typed.ledger = loaded.ledger;
        typed.rejects = loaded.rejects;
    } else {
        let (batch, rejects, ledger) = load_rows(&statement.target, &rows, &format, spoiled)?;
        typed.batch = Some(batch);
        typed.rejects = rejects;
        typed.ledger = ledger;
    }
    Ok(typed)
}

/// Types a chunk of a source that a statement reads row by row.
fn type_chunk(
    layout: &Layout,
    statement: &LayoutStatement,
    table: &str,
    chunk: TextChunk,
) -> Result<Typed> {
    let mut typed = if chunk.batch.num_rows() == 0 {
        Typed::default()
    } else {
        let tables = Tables::from([(table.to_owned(), TableData::Batch(chunk.batch))]);
        run_typed(layout, statement, &tables, &chunk.spoiled)?
    };
    typed.unreadable = chunk.rejects;
    Ok(typed)
}

/// One thread reads, several type, this one writes. Chunks may be written out of order: settling
/// sorts the rows of every bucket, so their order here decides nothing.
fn load_rowwise(
    layout: &Layout,
    statement: &LayoutStatement,
    file: &InputFile,
    buckets: usize,
    work: &Path,
) -> Result<LoadNote> {
    let source = source_of(layout, &file.source)?;
    let mut out = LoadWriter::new(statement, buckets, work)?;
    let header = std::thread::scope(|scope| -> Result<HeaderNote> {
        let (send_chunk, chunks) = sync_channel::<TextChunk>(READ_AHEAD);
        let (send_typed, typed) = sync_channel::<Result<Typed>>(READ_AHEAD);
        let reading = scope.spawn(move || {
            let mut sink = |chunk: TextChunk| {
                // The receivers are gone only when the other side failed; its error is the one to tell.
                send_chunk
                    .send(chunk)
                    .map_err(|_| Error::Usage("loading stopped".into()))
            };
            reader::read(
                &file.path,
                file.id(),
                file.year.as_deref(),
                source,
                &layout.text,
                &mut sink,
            )
        });
        let chunks = Arc::new(Mutex::new(chunks));
        for _ in 0..rayon::current_num_threads() {
            let (chunks, send_typed) = (Arc::clone(&chunks), send_typed.clone());
            scope.spawn(move || {
                loop {
                    let next = chunks.lock().ok().and_then(|receiver| receiver.recv().ok());
                    let Some(chunk) = next else { break };
                    if send_typed
                        .send(type_chunk(layout, statement, &source.name, chunk))
                        .is_err()
                    {
                        break;
                    }
                }
            });
        }
        // Only the workers hold them now, so that each end is seen when the other is done.
        drop((send_typed, chunks));
        let mut worked = Ok(());
        for typed in typed {
            worked = typed.and_then(|typed| out.keep(typed));
            if worked.is_err() {
                break;
            }
        }
        let header = reading
            .join()
            .map_err(|_| Error::Usage("the reader stopped unexpectedly".into()))?;
        worked.and(header)
    })?;
    out.header(&source.name, header);
    out.finish()
}

fn load_joined(
    layout: &Layout,
    statement: &LayoutStatement,
    files: &[&InputFile],
    buckets: usize,
    work: &Path,
) -> Result<LoadNote> {
    let mut out = LoadWriter::new(statement, buckets, work)?;
    let mut tables = Tables::new();
    let mut staged: Vec<PathBuf> = Vec::new();
    let mut spoiled = Spoiled::new();
    for name in &statement.statement.tables {
        let source = source_of(layout, name)?;
        let mut paths: Vec<PathBuf> = Vec::new();
        for file in files.iter().filter(|f| &f.source == name) {
            let mut part = 0;
            let mut refused = Vec::new();
            let header = reader::read(
                &file.path,
                file.id(),
                file.year.as_deref(),
                source,
                &layout.text,
                &mut |chunk| {
                    refused.extend(chunk.rejects);
                    spoiled.extend(chunk.spoiled);
                    let path = work.join(format!(
                        "staged-{name}-{}-{part}.parquet",
                        &file.blake3[..16]
                    ));
                    part += 1;
                    parts::write(&path, &chunk.batch)?;
                    paths.push(path);
                    Ok(())
                },
            )?;
            out.header(name, header);
            out.refuse(refused);
        }
        staged.extend(paths.iter().cloned());
        let data = if paths.is_empty() {
            TableData::Batch(reader::empty(source))
        } else {
            TableData::Parquet(paths)
        };
        tables.insert(name.clone(), data);
    }
    let worked = run_typed(layout, statement, &tables, &spoiled).and_then(|typed| out.keep(typed));
    for path in staged {
        let _ = fs::remove_file(path);
    }
    worked?;
    out.finish()
}

/// Removes the loads of files that are no longer delivered: what tonight used is what tomorrow
/// can use again.
///
/// # Errors
/// Where the disk refuses.
pub fn prune(cache: &Path, used: &[Load]) -> Result<()> {
    for entry in fs::read_dir(cache).map_err(Error::io(cache, "reading the cache"))? {
        let folder = entry.map_err(Error::io(cache, "reading the cache"))?.path();
        if !used.iter().any(|load| load.folder == folder) {
            // The note goes first: without it a folder that is half gone is not taken for whole.
            let _ = fs::remove_file(folder.join(NOTE));
            fs::remove_dir_all(&folder).map_err(Error::io(&folder, "pruning the cache"))?;
        }
    }
    Ok(())
}

/// The files of one bucket over all loads of a table.
#[must_use]
pub fn bucket_parts(loads: &[Load], table: &str, bucket: usize) -> Vec<PathBuf> {
    loads
        .iter()
        .map(|load| BucketWriter::path(&load.folder, table, bucket))
        .filter(|p| p.exists())
        .collect()
}

/// All rows of one bucket of a table, or `None`.
///
/// # Errors
/// Where a file cannot be read.
pub fn bucket_rows(loads: &[Load], table: &str, bucket: usize) -> Result<Option<RecordBatch>> {
    parts::read_all(&bucket_parts(loads, table, bucket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_loads_in_use_stay() {
        let cache = tempfile::tempdir().expect("folder");
        let folder = |name: &str| cache.path().join(name);
        for name in ["used", "old"] {
            fs::create_dir(folder(name)).expect("folder");
        }
        let used = Load {
            folder: folder("used"),
            note: LoadNote::default(),
            cached: true,
        };
        prune(cache.path(), &[used]).expect("pruned");
        assert!(folder("used").exists() && !folder("old").exists());
    }
}
