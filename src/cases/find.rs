//! One case of a finished run, by rank, id or entity.

use std::path::Path;

use super::lookup;
use crate::batch::{int, read_table, text};
use crate::error::{Error, Result};
use crate::schema::EntityType;

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
    let cases = read_table(&run.join("cases.parquet"))?.ok_or_else(|| lookup::missing(wanted))?;
    let row = lookup::find(&cases, wanted)?;
    let (id, kind, entity) = (
        text(&cases, "case_id")?,
        text(&cases, "entity_type")?,
        text(&cases, "entity_id")?,
    );
    let rank = int(&cases, "rank")?;
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
