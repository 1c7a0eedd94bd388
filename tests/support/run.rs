//! Runs the program as a user does, and reads its run folder back.

#![allow(
    dead_code,
    reason = "every test binary compiles this module and uses a part of it"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use arrow::array::RecordBatch;
use claimhound::report::read_table;
use serde_json::Value;

/// A finished scan.
pub struct Run {
    /// `OUT/latest`.
    pub folder: PathBuf,
    pub manifest: Value,
}

/// Starts the program with some arguments, quietly, and waits for it.
pub fn claimhound(arguments: &[&str], threads: usize) -> Output {
    let threads = threads.to_string();
    Command::new(env!("CARGO_BIN_EXE_claimhound"))
        .arg("--quiet")
        .args(arguments)
        .env("RAYON_NUM_THREADS", &threads)
        .env("POLARS_MAX_THREADS", &threads)
        .output()
        .expect("the program starts")
}

/// Scans a folder and gives the run.
///
/// # Panics
/// Where the scan fails, with its message.
pub fn scan(input: &Path, out: &Path, more: &[&str], threads: usize) -> Run {
    let mut arguments = vec!["scan", text(input), "--out", text(out)];
    arguments.extend(more);
    let output = claimhound(&arguments, threads);
    assert!(
        output.status.success(),
        "claimhound {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    Run::read(&out.join("latest"))
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("test paths are UTF-8")
}

impl Run {
    /// Reads the manifest of a run folder.
    pub fn read(folder: &Path) -> Run {
        let manifest = fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
        Run {
            folder: folder.to_path_buf(),
            manifest: serde_json::from_str(&manifest).expect("the manifest is JSON"),
        }
    }

    /// What does not depend on how the claims were delivered.
    pub fn results(&self) -> &Value {
        &self.manifest["results"]
    }

    /// A table; `None` where it has no row.
    pub fn table(&self, name: &str) -> Option<RecordBatch> {
        read_table(&self.folder.join(format!("{name}.parquet"))).expect("a readable table")
    }

    /// The bytes of every table and of the report, by file name.
    pub fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(&self.folder).expect("a run folder");
        entries
            .map(|entry| entry.expect("an entry of the run folder").path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|e| e == "parquet" || e == "html")
            })
            .map(|path| {
                let name = path.file_name().expect("a name").to_string_lossy();
                (name.into_owned(), fs::read(&path).expect("a table"))
            })
            .collect()
    }
}
