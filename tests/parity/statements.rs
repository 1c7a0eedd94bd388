//! Every statement of the program.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use claimhound::engine::{Purpose, Statement};
use claimhound::ingest::layout::Layout;
use claimhound::{audit, edits, features, validate};

const CONTROL_TOTALS: &str = include_str!("../../src/validate/control_totals.sql");

/// A statement, and the source it is given in chunks held in memory, if any.
pub struct Subject {
    pub statement: Statement,
    pub rowwise: Option<String>,
}

/// The statements that read canonical tables: features, edits, checks, control totals, the
/// sampling frame.
pub fn canonical() -> Vec<Subject> {
    let mut statements: Vec<Statement> = features::FILES
        .iter()
        .map(|(name, _)| features::statement(name).expect(name))
        .collect();
    let edits = edits::edits(None).expect("built-in edits");
    for edit in edits {
        statements.extend(edit.grains.into_iter().map(|grain| grain.statement));
        statements.push(edit.statement);
    }
    let checks = validate::checks().expect("built-in checks");
    statements.extend(checks.into_iter().map(|check| check.statement));
    let origin = "validate/control_totals.sql";
    statements.push(Statement::new(CONTROL_TOTALS, origin, 1, Purpose::Grain).expect(origin));
    statements.push(audit::frame::statement().expect("the sampling frame"));
    statements
        .into_iter()
        .map(|statement| Subject {
            statement,
            rowwise: None,
        })
        .collect()
}

/// The statements of a layout.
pub fn layout(layout: &Layout) -> Vec<Subject> {
    let subjects = layout.statements.iter().map(|s| Subject {
        statement: s.statement.clone(),
        rowwise: s.rowwise.clone(),
    });
    subjects.collect()
}

/// The SQL files below `src` that give none of `subjects`: each has the file's path at the head
/// of its origin.
pub fn files_without(subjects: &[&Subject]) -> BTreeSet<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = BTreeSet::new();
    collect_sql(&source, &mut files);
    assert!(!files.is_empty(), "no SQL file below {}", source.display());
    let is_given = |file: &Path| {
        subjects.iter().any(|subject| {
            let origin = &subject.statement.origin;
            let path = origin
                .split_once(" (")
                .map_or(origin.as_str(), |(path, _)| path);
            file.ends_with(path)
        })
    };
    files.retain(|file| !is_given(file));
    files
}

fn collect_sql(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("source folder") {
        let path = entry.expect("source folder").path();
        if path.is_dir() {
            collect_sql(&path, files);
        } else if path.extension().is_some_and(|e| e == "sql") {
            files.insert(path);
        }
    }
}
