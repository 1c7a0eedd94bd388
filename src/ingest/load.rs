//! Runs a layout's statements over the input files and keeps the typed rows in member buckets,
//! cached by content: a file that was loaded before is not read again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use arrow::array::RecordBatch;
use serde::{Deserialize, Serialize};

use super::bucket::BucketWriter;
use super::discover::InputFile;
use super::layout::{Layout, LayoutStatement, SourceTable};
use super::ledger::Ledger;
use super::load_line::load_lines;
use super::load_people::load_rows;
use super::parts;
use super::reader::{self, HeaderNote, TextChunk};
use super::reject::Reject;
use crate::engine::{TableData, Tables};
use crate::error::{Error, Result};

/// Part of every cache key: raised whenever the content of a load changes.
const LOAD_VERSION: &str = "1";
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
    fs::create_dir_all(cache).map_err(Error::io(cache, "creating the cache"))?;
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
    fs::create_dir_all(folder).map_err(Error::io(folder, "creating the cache"))?;
    let made = make(folder).and_then(|note| {
        let text = serde_json::to_string(&note).map_err(|e| Error::table(&note_file, &e))?;
        fs::write(&note_file, text).map_err(Error::io(&note_file, "writing"))?;
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
    layout: &'a Layout,
    statement: &'a LayoutStatement,
    writer: BucketWriter,
    note: LoadNote,
}

impl<'a> LoadWriter<'a> {
    fn new(
        layout: &'a Layout,
        statement: &'a LayoutStatement,
        buckets: usize,
        work: &Path,
    ) -> Result<LoadWriter<'a>> {
        let table = super::load_people::table_name(&statement.target)?;
        // Providers belong to no member: one file.
        let buckets = if table == "provider" { 1 } else { buckets };
        Ok(LoadWriter {
            layout,
            statement,
            writer: BucketWriter::new(work, table, buckets),
            note: LoadNote {
                target: statement.target.clone(),
                ..LoadNote::default()
            },
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

    fn run(&mut self, tables: &Tables) -> Result<()> {
        let rows = self.statement.statement.run(tables)?;
        self.note.rows_read += rows.num_rows() as u64;
        let batch = if self.statement.target == "line" {
            let loaded = load_lines(&rows, &self.layout.values("line"))?;
            self.note.ledger.merge(&loaded.ledger);
            self.note.rejects.extend(loaded.rejects);
            loaded.batch
        } else {
            let (batch, rejects) = load_rows(
                &self.statement.target,
                &rows,
                &self.layout.values(&self.statement.target),
            )?;
            self.note.rejects.extend(rejects);
            batch
        };
        self.writer.write(&batch)
    }

    /// Rows refused before they were rows: counted as read and refused.
    fn refuse(&mut self, rejects: Vec<Reject>) {
        self.note.rows_read += rejects.len() as u64;
        if self.statement.target == "line" {
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

fn load_rowwise(
    layout: &Layout,
    statement: &LayoutStatement,
    file: &InputFile,
    buckets: usize,
    work: &Path,
) -> Result<LoadNote> {
    let source = source_of(layout, &file.source)?;
    let mut out = LoadWriter::new(layout, statement, buckets, work)?;
    let header = std::thread::scope(|scope| -> Result<HeaderNote> {
        let (sender, receiver) = sync_channel::<TextChunk>(READ_AHEAD);
        let reading = scope.spawn(move || {
            let mut sink = |chunk: TextChunk| {
                // The receiver is gone only when the other side failed; its error is the one to tell.
                sender
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
        let mut worked = Ok(());
        for chunk in receiver {
            worked = out.take_chunk(&source.name, chunk);
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

impl LoadWriter<'_> {
    fn take_chunk(&mut self, table: &str, chunk: TextChunk) -> Result<()> {
        self.refuse(chunk.rejects);
        if chunk.batch.num_rows() == 0 {
            return Ok(());
        }
        self.run(&Tables::from([(
            table.to_owned(),
            TableData::Batch(chunk.batch),
        )]))
    }
}

fn load_joined(
    layout: &Layout,
    statement: &LayoutStatement,
    files: &[&InputFile],
    buckets: usize,
    work: &Path,
) -> Result<LoadNote> {
    let mut out = LoadWriter::new(layout, statement, buckets, work)?;
    let mut tables = Tables::new();
    let mut staged: Vec<PathBuf> = Vec::new();
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
    let worked = out.run(&tables);
    for path in staged {
        let _ = fs::remove_file(path);
    }
    worked?;
    out.finish()
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
