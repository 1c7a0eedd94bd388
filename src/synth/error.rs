//! What can go wrong.

use std::io;
use std::path::PathBuf;

use arrow::error::ArrowError;
use parquet::errors::ParquetError;
use thiserror::Error;

use super::FEWEST_PROVIDERS;

/// Why nothing, or not all, was generated.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SynthError {
    /// Too small a world.
    #[error(
        "{asked} providers are too few: every specialty needs some; ask for at least {FEWEST_PROVIDERS}"
    )]
    TooFewProviders {
        /// Providers asked for.
        asked: usize,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {}: {source}; check that the folder exists and has room", path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A Parquet file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Parquet {
        /// What was to be written.
        path: PathBuf,
        /// Why not.
        source: ParquetError,
    },
    /// A table cannot be put together.
    #[error("cannot build a table: {0}")]
    Table(#[from] ArrowError),
    /// A row group cannot be encoded.
    #[error("cannot encode a table: {0}")]
    Encode(#[from] ParquetError),
}
