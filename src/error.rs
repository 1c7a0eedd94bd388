//! What can go wrong, with the file, row and column it concerns, and the remedy.

use std::path::{Path, PathBuf};

use crate::engine::guard::GuardError;

/// Result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One variant per stage; [`Error::exit_code`] is the contract of the command line.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{}: {action} failed: {source}. {}", path.display(), io_remedy(source))]
    Io {
        path: PathBuf,
        action: &'static str,
        source: std::io::Error,
    },

    /// An input file is not what it should be.
    #[error("{place}: {found}. {remedy}")]
    Input {
        place: String,
        found: String,
        remedy: String,
    },

    /// A layout, check, edit or feature SQL file is faulty.
    #[error("{place}: {found}. {remedy}")]
    Sql {
        place: String,
        found: String,
        remedy: String,
    },

    /// A SQL text leaves the dialect that all engines agree on.
    #[error(transparent)]
    Dialect(GuardError),

    /// The configuration file is faulty.
    #[error("configuration {place}: {found}. {remedy}")]
    Config {
        place: String,
        found: String,
        remedy: String,
    },

    /// The SQL engine failed on a statement that passed the guard.
    #[error("{statement}: the SQL engine failed: {message}")]
    Engine { statement: String, message: String },

    /// More rows were rejected than allowed.
    #[error(
        "{table}: {rejected} of {rows} rows rejected ({share:.2} %), more than max_reject_share = {limit:.2} %. \
         Most frequent reason: {reason}. See {}, or raise `max_reject_share` in the configuration", rejects.display()
    )]
    TooManyRejects {
        table: String,
        rejected: u64,
        rows: u64,
        share: f64,
        limit: f64,
        reason: String,
        rejects: PathBuf,
    },

    /// Rows or cents went missing between two stages: never the data's fault alone.
    #[error(
        "control totals do not reconcile at {stage}: {found}. Please report this; no result was written"
    )]
    Reconcile { stage: String, found: String },

    /// Another scan holds the output folder.
    #[error("{}: another scan holds this folder. Wait for it to end, or choose another --out", path.display())]
    Busy { path: PathBuf },

    /// A run is not what its manifest says.
    #[error("{differing} of {tables} tables differ from the manifest")]
    Differs { differing: usize, tables: usize },

    /// Wrong use that clap cannot see.
    #[error("{0}")]
    Usage(String),

    /// A table could not be written or read back.
    #[error("{}: {message}", path.display())]
    Table { path: PathBuf, message: String },
}

impl Error {
    /// Process exit code, as the contract lists them.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Usage(_) => 2,
            Error::TooManyRejects { .. } | Error::Reconcile { .. } => 3,
            Error::Busy { .. } => 4,
            _ => 1,
        }
    }

    /// An I/O failure on `path` while doing `action`.
    pub fn io(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Error + use<> {
        let path = path.to_path_buf();
        move |source| Error::Io {
            path,
            action,
            source,
        }
    }

    /// An input fault at `place`.
    pub fn input(
        place: impl Into<String>,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Error {
        Error::Input {
            place: place.into(),
            found: found.into(),
            remedy: remedy.into(),
        }
    }

    /// A failure of the arrow or parquet crates on `path`.
    pub fn table(path: &Path, message: &dyn std::fmt::Display) -> Error {
        Error::Table {
            path: path.to_path_buf(),
            message: message.to_string(),
        }
    }
}

impl From<GuardError> for Error {
    fn from(error: GuardError) -> Error {
        Error::Dialect(error)
    }
}

fn io_remedy(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "Check the path",
        std::io::ErrorKind::PermissionDenied => "Give this user permission to it",
        std::io::ErrorKind::StorageFull => {
            "Free some space, or choose an --out on another disk; nothing half-written was kept"
        }
        std::io::ErrorKind::UnexpectedEof => "The file is cut off: transfer it again",
        _ => "Look at the message of the operating system",
    }
}
