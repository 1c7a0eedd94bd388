//! Member buckets: which part of the data a member's rows go to.
//!
//! Every comparison of lines is between lines of one member, so a bucket can be worked on alone and
//! memory is bounded by the bucket. Results do not depend on the number of buckets.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{Int64Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::error::{Error, Result};
use crate::private::private_file;

/// Lines a bucket should stay under: about half a gigabyte while it is settled.
pub const TARGET_LINES: u64 = 400_000;
/// More buckets than this would only make small files.
const MAX_BUCKETS: usize = 1024;
/// Rows per Parquet row group while a load is written; every bucket has one open.
const ROW_GROUP: usize = 65_536;

/// The number of buckets for about `lines` lines: a power of two.
#[must_use]
pub fn count_for(lines: u64) -> usize {
    let wanted = usize::try_from(lines.div_ceil(TARGET_LINES)).unwrap_or(MAX_BUCKETS);
    wanted.next_power_of_two().clamp(1, MAX_BUCKETS)
}

/// The bucket of a member.
#[must_use]
pub fn bucket_of(person_hash: i64, buckets: usize) -> usize {
    let bits = buckets.trailing_zeros();
    if bits == 0 {
        0
    } else {
        (person_hash.cast_unsigned() >> (64 - bits)) as usize
    }
}

/// The fixed random half of the members that a member belongs to: a bit the buckets do not use.
#[must_use]
pub fn half_of(person_hash: i64) -> i64 {
    person_hash & 1
}

/// Properties of every working Parquet file.
#[must_use]
pub fn working_properties(row_group: usize) -> WriterProperties {
    let mut properties = WriterProperties::builder();
    // Every value of a hash is different: a dictionary would only cost.
    for hash in [
        "person_hash",
        "claim_hash",
        "key_hash",
        "row_hash",
        "source_row",
    ] {
        properties = properties.set_column_dictionary_enabled(hash.into(), false);
    }
    properties
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
        .set_max_row_group_row_count(Some(row_group))
        .build()
}

/// Writes batches that carry `person_hash` into one Parquet file per bucket.
pub struct BucketWriter {
    folder: PathBuf,
    table: &'static str,
    buckets: usize,
    writers: Vec<Option<ArrowWriter<File>>>,
}

impl BucketWriter {
    #[must_use]
    pub fn new(folder: &Path, table: &'static str, buckets: usize) -> BucketWriter {
        BucketWriter {
            folder: folder.to_path_buf(),
            table,
            buckets,
            writers: (0..buckets).map(|_| None).collect(),
        }
    }

    /// Path of one bucket's file.
    #[must_use]
    pub fn path(folder: &Path, table: &str, bucket: usize) -> PathBuf {
        folder.join(format!("{table}-{bucket:04}.parquet"))
    }

    /// Appends the rows of `batch` to their buckets.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let Some(hash) = batch
            .column_by_name("person_hash")
            .and_then(|c| c.as_primitive_opt::<Int64Type>())
        else {
            return Err(Error::input(
                "bucketing",
                "rows without person_hash",
                "Please report this",
            ));
        };
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); self.buckets];
        for (row, hash) in hash.values().iter().enumerate() {
            rows[bucket_of(*hash, self.buckets)].push(row as u32);
        }
        for (bucket, rows) in rows.into_iter().enumerate() {
            if rows.is_empty() {
                continue;
            }
            let path = Self::path(&self.folder, self.table, bucket);
            let part = if rows.len() == batch.num_rows() {
                batch.clone()
            } else {
                take_record_batch(batch, &UInt32Array::from(rows))
                    .map_err(|e| Error::table(&path, &e))?
            };
            let writer = self.writer(bucket, &path, &part.schema())?;
            writer.write(&part).map_err(|e| parquet_error(&path, &e))?;
        }
        Ok(())
    }

    fn writer(
        &mut self,
        bucket: usize,
        path: &Path,
        schema: &Arc<Schema>,
    ) -> Result<&mut ArrowWriter<File>> {
        let slot = &mut self.writers[bucket];
        if slot.is_none() {
            let file = private_file(path)?;
            let writer = ArrowWriter::try_new(
                file,
                Arc::clone(schema),
                Some(working_properties(ROW_GROUP)),
            );
            *slot = Some(writer.map_err(|e| Error::table(path, &e))?);
        }
        slot.as_mut()
            .ok_or_else(|| Error::table(path, &"no writer"))
    }

    /// Closes the files.
    ///
    /// # Errors
    /// Where a file cannot be completed.
    pub fn finish(self) -> Result<()> {
        for (bucket, writer) in self.writers.into_iter().enumerate() {
            if let Some(writer) = writer {
                let path = Self::path(&self.folder, self.table, bucket);
                writer.close().map_err(|e| parquet_error(&path, &e))?;
            }
        }
        Ok(())
    }
}

/// A Parquet failure, with the disk's own error told apart.
#[must_use]
pub fn parquet_error(path: &Path, error: &parquet::errors::ParquetError) -> Error {
    if let parquet::errors::ParquetError::External(inner) = error
        && let Some(io) = inner.downcast_ref::<std::io::Error>()
    {
        return Error::io(path, "writing")(std::io::Error::new(io.kind(), io.to_string()));
    }
    Error::table(path, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_powers_of_two_and_keep_under_the_target() {
        assert_eq!(count_for(0), 1);
        assert_eq!(count_for(TARGET_LINES), 1);
        assert_eq!(count_for(TARGET_LINES + 1), 2);
        assert_eq!(count_for(5_000_000), 16);
        assert_eq!(count_for(u64::MAX), MAX_BUCKETS);
    }

    #[test]
    fn a_bucket_splits_into_two_when_the_number_doubles() {
        for hash in [i64::MIN, -1, 0, 1, i64::MAX, 0x1234_5678_9abc_def0] {
            assert_eq!(bucket_of(hash, 1), 0);
            assert_eq!(bucket_of(hash, 8) / 2, bucket_of(hash, 4));
        }
    }
}
