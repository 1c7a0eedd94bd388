//! A Parquet file whose row groups are encoded side by side and written in order.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;

use super::{Layout, schema};
use crate::synth::SynthError;

/// One row group, encoded.
pub type Encoded = Vec<ArrowColumnChunk>;

/// Encodes row groups; can be shared between threads.
pub struct Encoder {
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
}

impl Encoder {
    /// Encodes a batch as one row group.
    pub fn encode(&self, batch: &RecordBatch) -> Result<Encoded, ParquetError> {
        // The index matters to encryption only.
        let mut writers = self.factory.create_column_writers(0)?.into_iter();
        let mut chunks = Vec::with_capacity(batch.num_columns());
        for (field, array) in self.schema.fields().iter().zip(batch.columns()) {
            for leaf in compute_leaves(field, array)? {
                let Some(mut writer) = writers.next() else {
                    return Err(ParquetError::General("more leaves than columns".to_owned()));
                };
                writer.write(&leaf)?;
                chunks.push(writer.close()?);
            }
        }
        Ok(chunks)
    }
}

/// The file, open for writing.
pub struct ParquetFile {
    path: PathBuf,
    writer: SerializedFileWriter<File>,
}

impl ParquetFile {
    /// Creates the file and the encoder of its row groups.
    ///
    /// # Errors
    /// The file cannot be created.
    pub fn create(path: &Path, layout: &Layout) -> Result<(Self, Encoder), SynthError> {
        let file = File::create(path).map_err(|source| SynthError::Write {
            path: path.to_owned(),
            source,
        })?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let schema = schema(layout);
        let (writer, factory) = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
            .and_then(ArrowWriter::into_serialized_writer)
            .map_err(|source| SynthError::Parquet {
                path: path.to_owned(),
                source,
            })?;
        Ok((
            Self {
                path: path.to_owned(),
                writer,
            },
            Encoder { factory, schema },
        ))
    }

    /// Appends an encoded row group; an empty one is left out.
    ///
    /// # Errors
    /// The disk is full or the like.
    pub fn append(&mut self, group: Encoded) -> Result<(), SynthError> {
        self.try_append(group)
            .map_err(|source| SynthError::Parquet {
                path: self.path.clone(),
                source,
            })
    }

    fn try_append(&mut self, group: Encoded) -> Result<(), ParquetError> {
        let mut row_group = self.writer.next_row_group()?;
        for chunk in group {
            chunk.append_to_row_group(&mut row_group)?;
        }
        row_group.close()?;
        Ok(())
    }

    /// Writes the footer.
    ///
    /// # Errors
    /// The disk is full or the like.
    pub fn close(self) -> Result<(), SynthError> {
        let path = self.path;
        self.writer
            .close()
            .map(|_| ())
            .map_err(|source| SynthError::Parquet { path, source })
    }
}
