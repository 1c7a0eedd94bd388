//! Reference files as their publishers give them out, found in a folder by their headers.
//!
//! ```text
//! folder ─▶ sheet (title rows, header, rows) ─▶ kind ─▶ one table a kind, one vintage a file
//! ```
//!
//! What a file is follows from its header, so that its name is free; what setting and quarter it
//! is for follows from its title rows, else from its name as CMS writes it.

mod columns;
mod exclusion;
mod mue;
mod prior_authorization;
mod ptp;
mod quarter;
mod sheet;
mod zip_centroid;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use serde::{Deserialize, Serialize};

use self::quarter::Quarter;
use self::sheet::Sheet;
use super::Vintage;
use crate::error::{Error, Result};

/// Names of the tables that only files give.
pub const TABLES: [&str; 5] = [
    ptp::TABLE,
    mue::TABLE,
    exclusion::TABLE,
    prior_authorization::TABLE,
    zip_centroid::TABLE,
];

/// Where a run's reference files are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferencePaths {
    /// A folder with official files, and folders in it.
    pub folder: Option<PathBuf>,
    /// Files of the OIG's exclusion list besides.
    pub exclusions: Vec<PathBuf>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    ProcedurePairs,
    MedicallyUnlikely,
    Exclusion,
    PriorAuthorization,
    ZipCentroid,
}

impl Kind {
    /// The kind whose columns stand in a header, in lower case with single blanks.
    fn of_header(cells: &[String]) -> Option<Kind> {
        let has = |name: &str| cells.iter().any(|c| c == name);
        let like = |part: &str| cells.iter().position(|c| c.contains(part));
        let listed = [
            "hcpcs_code",
            "effective_from",
            "effective_to",
            "payer",
            "plan",
        ];
        if has("column 1") && has("column 2") {
            Some(Kind::ProcedurePairs)
        } else if like("cpt code").is_some_and(|code| like("mue value").is_some_and(|v| v != code))
        {
            Some(Kind::MedicallyUnlikely)
        } else if has("lastname") && has("excltype") {
            Some(Kind::Exclusion)
        } else if has("hcpcs_code")
            && has("effective_from")
            && cells.iter().all(|c| listed.contains(&c.as_str()))
        {
            Some(Kind::PriorAuthorization)
        } else if (has("geoid") && has("intptlat")) || (has("zip_code") && has("latitude")) {
            Some(Kind::ZipCentroid)
        } else {
            None
        }
    }
}

/// Which edition of a table a file is.
#[derive(Debug, Clone)]
pub struct Edition {
    table: &'static str,
    /// Setting of NCCI files, else empty.
    part: &'static str,
    /// As a finding names it.
    vintage: String,
    /// First and last day the edition is for; from the beginning where the first is absent.
    days: Option<(Option<i64>, i64)>,
    source: String,
    blake3: String,
    illustrative: bool,
}

impl Edition {
    fn new(
        table: &'static str,
        part: &'static str,
        quarter: Option<Quarter>,
        sheet: &Sheet,
        publisher: &str,
    ) -> Edition {
        let mut edition = Edition {
            table,
            part,
            vintage: String::new(),
            days: quarter.map(|q| (Some(q.days().0), q.days().1)),
            source: format!("{publisher}; file {}", sheet.name()),
            blake3: sheet.blake3.clone(),
            illustrative: sheet.illustrative(),
        };
        let quarter = quarter.map_or_else(|| "quarter unstated".to_owned(), |q| q.to_string());
        edition.vintage = match part {
            "" => edition.marked("as given"),
            setting => edition.marked(&format!("{setting} {quarter}")),
        };
        edition
    }

    /// A vintage that says where its content is made up.
    fn marked(&self, vintage: &str) -> String {
        if self.illustrative {
            format!("{vintage} (illustrative)")
        } else {
            vintage.to_owned()
        }
    }

    fn vintage(self) -> Vintage {
        let iso = |day: i64| {
            let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day));
            date.map_or_else(|_| String::new(), |d| d.to_string())
        };
        let (from, to) = self.days.unzip();
        Vintage {
            table: self.table.to_owned(),
            vintage: self.vintage,
            effective_from: from.flatten().map(iso).unwrap_or_default(),
            effective_to: to.map(iso).unwrap_or_default(),
            source: self.source,
            blake3: self.blake3,
        }
    }
}

/// Tables and editions that files gave.
#[derive(Debug, Default)]
pub struct Given {
    pub tables: BTreeMap<String, RecordBatch>,
    pub vintages: Vec<Vintage>,
}

/// Reads every reference file.
///
/// # Errors
/// With file, row and column of what is wrong, and where a table's file is of no known kind.
pub fn read(paths: &ReferencePaths) -> Result<Given> {
    let mut files = Vec::new();
    if let Some(folder) = &paths.folder {
        files.extend(table_files(folder)?);
        if files.is_empty() {
            return Err(Error::input(
                folder.display().to_string(),
                "no reference file",
                "Put the files there as CMS, OIG and the Census Bureau publish them",
            ));
        }
    }
    for path in &paths.exclusions {
        files.extend(if path.is_dir() {
            table_files(path)?
        } else {
            vec![path.clone()]
        });
    }
    let mut pairs = Vec::new();
    let mut units = Vec::new();
    let mut exclusions = Vec::new();
    let mut authorizations = Vec::new();
    let mut places = Vec::new();
    let mut seen = BTreeSet::new();
    for path in files {
        let sheet = Sheet::open(&path)?.ok_or_else(|| unknown(&path))?;
        if paths.exclusions.contains(&path) && sheet.kind != Kind::Exclusion {
            return Err(sheet.fault(
                "no exclusion list: LASTNAME and EXCLTYPE are not in its header",
                "Give OIG's UPDATED.csv to --exclusions, other files to --reference",
            ));
        }
        // The same file twice, such as under --reference and --exclusions, counts once.
        if !seen.insert(sheet.blake3.clone()) {
            continue;
        }
        match sheet.kind {
            Kind::ProcedurePairs => pairs.push(ptp::read(&sheet)?),
            Kind::MedicallyUnlikely => units.push(mue::read(&sheet)?),
            Kind::Exclusion => exclusions.push(exclusion::read(&sheet)?),
            Kind::PriorAuthorization => authorizations.push(prior_authorization::read(&sheet)?),
            Kind::ZipCentroid => places.push(zip_centroid::read(&sheet)?),
        }
    }
    let mut given = Given::default();
    let mut add = |table: &str, rows: Option<RecordBatch>, editions: Vec<Edition>| {
        given
            .tables
            .extend(rows.map(|rows| (table.to_owned(), rows)));
        given
            .vintages
            .extend(editions.into_iter().map(Edition::vintage));
    };
    let rows = of(&pairs, ptp::table)?;
    add(
        ptp::TABLE,
        rows,
        pairs.into_iter().map(|p| p.edition).collect(),
    );
    let rows = of(&units, mue::table)?;
    add(
        mue::TABLE,
        rows,
        units.into_iter().map(|p| p.edition).collect(),
    );
    let rows = of(&exclusions, exclusion::table)?;
    let editions = exclusions.into_iter().map(|p| p.edition).collect();
    add(exclusion::TABLE, rows, editions);
    let rows = of(&authorizations, prior_authorization::table)?;
    let editions = authorizations.into_iter().map(|p| p.edition).collect();
    add(prior_authorization::TABLE, rows, editions);
    let rows = of(&places, zip_centroid::table)?;
    add(
        zip_centroid::TABLE,
        rows,
        places.into_iter().map(|p| p.edition).collect(),
    );
    Ok(given)
}

/// Endings of files that hold a table, or something that looks like one.
const ENDINGS: [&str; 10] = [
    ".csv", ".txt", ".tsv", ".psv", ".csv.gz", ".txt.gz", ".tsv.gz", ".zip", ".xlsx", ".xls",
];

/// Files with tables in a folder and its folders, by path. Notes to the reader are left out.
fn table_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in
        std::fs::read_dir(folder).map_err(Error::io(folder, "reading the reference folder"))?
    {
        let path = entry
            .map_err(Error::io(folder, "reading the reference folder"))?
            .path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        if name.starts_with('.') || name.starts_with("readme") {
            continue;
        }
        if path.is_dir() {
            files.extend(table_files(&path)?);
        } else if ENDINGS.iter().any(|e| name.ends_with(e)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn unknown(path: &Path) -> Error {
    Error::input(
        path.display().to_string(),
        "no header of a reference file that this version reads",
        "It reads NCCI procedure-to-procedure and MUE files, OIG's exclusion list, \
         prior-authorization lists (hcpcs_code, effective_from, effective_to) and ZIP centroids \
         (GEOID, INTPTLAT, INTPTLONG); keep other files elsewhere",
    )
}

/// The setting one of whose words stands in a text: the first text that has any decides.
fn setting(
    sheet: &Sheet,
    texts: &[&str],
    settings: &[(&'static str, &[&str])],
) -> Result<&'static str> {
    let in_text = |text: &&str| {
        let text = text.to_lowercase();
        let said = settings
            .iter()
            .find(|s| s.1.iter().any(|word| text.contains(word)));
        said.map(|(name, _)| *name)
    };
    texts.iter().find_map(in_text).ok_or_else(|| {
        let names: Vec<&str> = settings.iter().map(|s| s.0).collect();
        sheet.fault(
            format!(
                "neither title rows nor name say which setting it is for: {}",
                names.join(", ")
            ),
            "Put one of these words into the file's name",
        )
    })
}

/// The table of some parts, none where there are none.
fn of<P>(parts: &[P], table: fn(&[P]) -> Result<RecordBatch>) -> Result<Option<RecordBatch>> {
    (!parts.is_empty()).then(|| table(parts)).transpose()
}
