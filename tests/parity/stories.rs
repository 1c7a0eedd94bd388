//! The scenario folders as fixtures: stories told for a rule give it rows that chance does not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use claimhound::batch::{read_table, text};
use claimhound::engine::TableData;
use claimhound::ingest::discover::InputPaths;
use claimhound::ingest::layout::Layout;
use claimhound::ingest::{Ingest, ingest};
use claimhound::reference::official::TABLES;
use claimhound::reference::{Reference, ReferencePaths};

use super::canonical::{add_grains, wanted};
use super::fixture::Fixture;

/// The claims of each story as a run makes them canonical, beside the other tables of `filled`:
/// one fixture a folder, because stories share the names of their members.
pub fn told(filled: &Fixture) -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut folders: Vec<_> = fs::read_dir(root)
        .expect("the scenarios")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let story = |folder: &PathBuf| {
        let mut tables = filled.tables.clone();
        tables.extend(canonical(folder));
        let everyone = |column: &str| -> Vec<String> {
            let ids = text(&tables["line"], column).expect("a column of text");
            let ids: BTreeSet<&str> = ids.iter().flatten().collect();
            ids.into_iter().map(str::to_owned).collect()
        };
        let wanted = wanted(everyone("provider_id"), everyone("person_id"));
        tables.insert("wanted".to_owned(), wanted);
        add_grains(&mut tables);
        let name = folder.file_name().expect("a name").to_string_lossy();
        Fixture {
            name: name.into_owned(),
            tables,
        }
    };
    folders.iter().map(story).collect()
}

/// A story's claims made canonical, and the official tables that are told with it.
fn canonical(folder: &Path) -> Vec<(String, RecordBatch)> {
    let given = folder.join("reference");
    let reference = Reference::load(&ReferencePaths {
        folder: given.is_dir().then_some(given),
        exclusions: Vec::new(),
    })
    .expect("reference files of a story");
    let work = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("working folder");
    let canonical = ingest(&Ingest {
        layout: &Layout::find("tuva").expect("built in"),
        paths: &InputPaths {
            folder: Some(folder.to_owned()),
            ..InputPaths::default()
        },
        file_year: None,
        as_of: None,
        cache: &work.path().join("loads"),
        work: &work.path().join("tables"),
        reference: &reference,
    })
    .expect("a story");
    let rows = |data: TableData| match data {
        TableData::Batch(rows) => Some(rows),
        TableData::Parquet(paths) => read_table(&paths[0]).expect("a canonical table"),
    };
    let tables = (0..canonical.buckets).flat_map(|bucket| canonical.tables(bucket));
    let official = reference.tables().into_iter();
    let official = official.filter(|(name, _)| TABLES.contains(&name.as_str()));
    tables
        .chain(official)
        .filter_map(|(name, data)| rows(data).map(|rows| (name, rows)))
        .collect()
}
