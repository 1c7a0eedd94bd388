//! One case of a finished run, by rank, id or entity.

use std::path::Path;

use crate::batch::{int, read_table, text, text_at};
use crate::error::{Error, Result};
use crate::schema::EntityType;

/// Shortest beginning of a case id that names a case.
pub const MIN_ID_PREFIX: usize = 4;

/// Whom a case is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCase {
    pub case_id: String,
    pub rank: i64,
    pub entity_type: EntityType,
    pub entity_id: String,
}

/// Finds a case by its rank, its entity's id, or its case id or the beginning of it.
///
/// # Errors
/// Where the run has no such case, or its table cannot be read.
pub fn find(run: &Path, wanted: &str) -> Result<FoundCase> {
    let missing = || {
        Error::input(
            wanted,
            "no such case in the run",
            "`claimhound cases OUT` lists them",
        )
    };
    let cases = read_table(&run.join("cases.parquet"))?.ok_or_else(missing)?;
    let (id, kind, entity) = (
        text(&cases, "case_id")?,
        text(&cases, "entity_type")?,
        text(&cases, "entity_id")?,
    );
    let rank = int(&cases, "rank")?;
    let is_wanted = |row: &usize| {
        rank.value(*row).to_string() == wanted
            || text_at(entity, *row) == Some(wanted)
            || (wanted.len() >= MIN_ID_PREFIX && id.value(*row).starts_with(wanted))
    };
    let row = (0..cases.num_rows()).find(is_wanted).ok_or_else(missing)?;
    let entity_type = EntityType::ALL
        .into_iter()
        .find(|known| known.name() == kind.value(row))
        .ok_or_else(|| {
            Error::input(
                wanted,
                "a case of a kind that this version does not know",
                "Scan again with this version",
            )
        })?;
    Ok(FoundCase {
        case_id: id.value(row).to_owned(),
        rank: rank.value(row),
        entity_type,
        entity_id: entity.value(row).to_owned(),
    })
}
