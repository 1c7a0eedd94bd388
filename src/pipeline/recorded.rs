//! What a finished run's manifest says of its input, read back so that the same claims can be
//! read again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::ingest::discover::InputPaths;
use crate::ingest::layout::Layout;
use crate::reference::ReferencePaths;
use crate::report::run_folder::hash_file;

/// The part of the manifest that a second reading needs.
#[derive(Debug, Deserialize)]
pub(super) struct Recorded {
    pub run_id: String,
    pub as_of: String,
    pub prior_run: Option<String>,
    layout: String,
    pub edits: Option<PathBuf>,
    pub reference_paths: ReferencePaths,
    pub reference: Vec<RecordedVintage>,
    inputs: Vec<RecordedInput>,
    pub config: Config,
    // A run of a version that did not record them had neither.
    #[serde(default)]
    pub show_values: bool,
    #[serde(default)]
    pub with_phi: bool,
    pub tables: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RecordedVintage {
    pub table: String,
    pub blake3: String,
}

#[derive(Debug, Deserialize)]
struct RecordedInput {
    source: String,
    path: PathBuf,
    blake3: String,
}

impl Recorded {
    /// Reads the manifest of a run folder.
    ///
    /// # Errors
    /// Where it is missing or not as this version writes it.
    pub fn read(run: &Path) -> Result<Recorded> {
        let file = run.join("manifest.json");
        let text = std::fs::read_to_string(&file).map_err(Error::io(&file, "reading"))?;
        serde_json::from_str(&text).map_err(|e| Error::table(&file, &e))
    }

    /// The run's layout.
    ///
    /// # Errors
    /// Where its file is gone or faulty.
    pub fn layout(&self) -> Result<Layout> {
        Layout::find(&self.layout)
    }

    /// The files that the run read, which must still be there and unchanged.
    ///
    /// # Errors
    /// [`Error::Io`] where one is gone, [`Error::Input`] where one is another than it was.
    pub fn unchanged_inputs(&self) -> Result<InputPaths> {
        let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for input in &self.inputs {
            if hash_file(&input.path)? != input.blake3 {
                return Err(Error::input(
                    input.path.display().to_string(),
                    "the file is not the one of the run",
                    "Bring back the file as it was",
                ));
            }
            named
                .entry(input.source.clone())
                .or_default()
                .push(input.path.display().to_string());
        }
        Ok(InputPaths {
            folder: None,
            named,
            not_inside: None,
        })
    }
}
