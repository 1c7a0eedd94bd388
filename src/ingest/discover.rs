//! Finds the files of a layout's source tables.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::layout::{Layout, SourceTable};
use crate::error::{Error, Result};

/// Where the input is: a folder that holds the tables by name, and tables named one by one (paths
/// or glob patterns), which take precedence.
#[derive(Debug, Clone, Default)]
pub struct InputPaths {
    pub folder: Option<PathBuf>,
    pub named: BTreeMap<String, Vec<String>>,
    /// A folder that is never input: the output folder may lie inside the input folder.
    pub not_inside: Option<PathBuf>,
}

/// One input file.
#[derive(Debug, Clone, Serialize)]
pub struct InputFile {
    /// Table of the layout it belongs to.
    pub source: String,
    pub path: PathBuf,
    pub bytes: u64,
    /// BLAKE3 of its content, hexadecimal.
    pub blake3: String,
    /// Year found in its name, or configured.
    pub year: Option<String>,
}

impl InputFile {
    /// The file's identity in provenance columns: the head of its content hash.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.blake3
            .get(..16)
            .and_then(|h| u64::from_str_radix(h, 16).ok())
            .map_or(0, u64::cast_signed)
    }

    /// Its name without the folder.
    #[must_use]
    pub fn name(&self) -> String {
        self.path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default()
    }
}

/// File name endings that hold tables.
const ENDINGS: [&str; 9] = [
    ".csv.gz", ".tsv.gz", ".txt.gz", ".psv.gz", ".csv", ".tsv", ".txt", ".psv", ".parquet",
];

/// Finds and hashes every input file, in the order of the layout's sources, then of paths.
///
/// # Errors
/// Where a required source has no file, or a path does not exist.
pub fn find_inputs(
    layout: &Layout,
    paths: &InputPaths,
    configured_year: Option<&str>,
) -> Result<Vec<InputFile>> {
    for name in paths.named.keys() {
        if layout.source(name).is_none() {
            let known: Vec<&str> = layout.sources.iter().map(|s| s.name.as_str()).collect();
            return Err(Error::Usage(format!(
                "--{}: the layout {} has no such table. It reads {}; give a folder with these instead",
                name.replace('_', "-"),
                layout.name,
                known.join(", ")
            )));
        }
    }
    let mut found = match &paths.folder {
        Some(folder) => in_folder(layout, folder, paths.not_inside.as_deref())?,
        None => BTreeMap::new(),
    };
    let excluded = paths
        .not_inside
        .as_ref()
        .and_then(|p| p.canonicalize().ok());
    for (name, patterns) in &paths.named {
        found.insert(
            name.clone(),
            named_files(name, patterns, excluded.as_deref())?,
        );
    }
    let mut inputs = Vec::new();
    for source in &layout.sources {
        let files = found.remove(&source.name).unwrap_or_default();
        if files.is_empty() && !source.optional {
            return Err(nothing_found(layout, source, paths));
        }
        for path in files {
            inputs.push(input_file(source, path, configured_year)?);
        }
    }
    Ok(inputs)
}

fn nothing_found(layout: &Layout, source: &SourceTable, paths: &InputPaths) -> Error {
    let place = paths
        .folder
        .as_ref()
        .map_or_else(|| "input".to_owned(), |f| f.display().to_string());
    let option = source.name.replace('_', "-");
    Error::input(
        place,
        format!(
            "no file for the table {} of the layout {}",
            source.name, layout.name
        ),
        format!(
            "Name it {}.csv, .csv.gz or .parquet, give --{option} PATH, or choose another --layout",
            source.files.first().unwrap_or(&source.name)
        ),
    )
}

fn in_folder(
    layout: &Layout,
    folder: &Path,
    not_inside: Option<&Path>,
) -> Result<BTreeMap<String, Vec<PathBuf>>> {
    let metadata =
        std::fs::metadata(folder).map_err(Error::io(folder, "reading the input folder"))?;
    if !metadata.is_dir() {
        return Err(Error::input(
            folder.display().to_string(),
            "a file where a folder is expected",
            "Give the folder, or --medical-claim FILE",
        ));
    }
    let excluded = not_inside.and_then(|p| p.canonicalize().ok());
    let mut entries: Vec<(String, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::io(folder, "reading the input folder"))? {
        let path = entry
            .map_err(Error::io(folder, "reading the input folder"))?
            .path();
        if excluded.is_some() && path.canonicalize().ok() == excluded {
            continue;
        }
        if let Some(stem) = stem_of(&path) {
            entries.push((stem, path));
        }
    }
    entries.sort();
    // Exact names first, so that a wide pattern of one source never takes another's file.
    let mut assigned: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for exact in [true, false] {
        for source in &layout.sources {
            if assigned.contains_key(&source.name) {
                continue;
            }
            let fits = |stem: &str| {
                source
                    .files
                    .iter()
                    .any(|p| p.contains('*') != exact && matches(p, stem))
            };
            let (taken, left): (Vec<_>, Vec<_>) =
                entries.into_iter().partition(|(stem, _)| fits(stem));
            entries = left;
            if !taken.is_empty() {
                let mut files = Vec::new();
                for (_, path) in taken {
                    files.extend(table_files(&path, excluded.as_deref())?);
                }
                assigned.insert(source.name.clone(), files);
            }
        }
    }
    Ok(assigned)
}

fn matches(pattern: &str, stem: &str) -> bool {
    glob::Pattern::new(pattern).is_ok_and(|p| p.matches(stem))
}

/// Lower-case name without the ending: `None` for files that hold no table, and hidden ones.
fn stem_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    if name.starts_with('.') {
        return None;
    }
    if path.is_dir() {
        return Some(name);
    }
    ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .map(str::to_owned)
}

/// The file itself, or the parts in a folder, sorted by path; nothing inside `excluded`.
fn table_files(path: &Path, excluded: Option<&Path>) -> Result<Vec<PathBuf>> {
    if excluded.is_some() && path.canonicalize().ok().as_deref() == excluded {
        return Ok(Vec::new());
    }
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(Error::io(path, "reading the folder"))? {
        let part = entry.map_err(Error::io(path, "reading the folder"))?.path();
        if stem_of(&part).is_some() {
            files.extend(table_files(&part, excluded)?);
        }
    }
    files.sort();
    Ok(files)
}

fn named_files(name: &str, patterns: &[String], excluded: Option<&Path>) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for pattern in patterns {
        let path = Path::new(pattern);
        if path.exists() {
            files.extend(table_files(path, excluded)?);
            continue;
        }
        let hits: Vec<PathBuf> = glob::glob(pattern)
            .map(|hits| hits.filter_map(std::result::Result::ok).collect())
            .unwrap_or_default();
        if hits.is_empty() {
            return Err(Error::input(
                format!("--{} {pattern}", name.replace('_', "-")),
                "no such file",
                "Check the path or pattern",
            ));
        }
        for hit in hits {
            files.extend(table_files(&hit, excluded)?);
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn input_file(
    source: &SourceTable,
    path: PathBuf,
    configured_year: Option<&str>,
) -> Result<InputFile> {
    let file = File::open(&path).map_err(Error::io(&path, "opening"))?;
    let bytes = file.metadata().map_err(Error::io(&path, "reading"))?.len();
    let mut hasher = blake3::Hasher::new();
    hasher
        .update_reader(file)
        .map_err(Error::io(&path, "reading"))?;
    let stem = stem_of(&path).unwrap_or_default();
    Ok(InputFile {
        source: source.name.clone(),
        bytes,
        blake3: hasher.finalize().to_hex().to_string(),
        year: year_in(&stem).or_else(|| configured_year.map(str::to_owned)),
        path,
    })
}

/// The first run of exactly four digits in a name that is a year of claims data.
fn year_in(stem: &str) -> Option<String> {
    stem.split(|c: char| !c.is_ascii_digit())
        .find(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_a_beneficiary_file_is_the_first_in_its_name() {
        assert_eq!(
            year_in("de1_0_2008_beneficiary_summary_file_sample_1"),
            Some("2008".into())
        );
        assert_eq!(year_in("beneficiary_2021"), Some("2021".into()));
        assert_eq!(year_in("bs"), None);
        assert_eq!(year_in("bs_20081231"), None);
    }
}
