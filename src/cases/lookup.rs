//! A case by what a person calls it: its rank, its entity, or its id and the beginning of that.

use std::path::Path;

use arrow::array::{Array, RecordBatch};

use crate::batch::{int, read_table, text, text_lists};
use crate::error::{Error, Result};
use crate::schema::EntityType;

/// Fewest characters of a case id that stand for it: two hundred cases rarely share four.
pub const SHORTEST_ID: usize = 4;

/// Whom a case is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCase {
    pub case_id: String,
    pub rank: i64,
    pub entity_type: EntityType,
    pub entity_id: String,
    /// Whose lines the case is about: the entity, or the providers of a group.
    pub entity_ids: Vec<String>,
}

/// The cases on the list: those that closed come last in `cases` and have no rank.
///
/// # Errors
/// Where the table has no ranks.
pub fn listed(cases: &RecordBatch) -> Result<RecordBatch> {
    let rank = int(cases, "rank")?;
    Ok(cases.slice(0, rank.len() - rank.null_count()))
}

/// Row of the case in `cases` that `wanted` names: a rank before an entity's identifier before a
/// case id or its beginning. `None` where no case on the list goes by it.
///
/// # Errors
/// Where more than one goes by it.
pub fn on_the_list(cases: &RecordBatch, wanted: &str) -> Result<Option<usize>> {
    let cases = &listed(cases)?;
    let (rank, entity, id) = (
        int(cases, "rank")?,
        text(cases, "entity_id")?,
        text(cases, "case_id")?,
    );
    let is_rank = |row: &usize| rank.value(*row).to_string() == wanted;
    let is_entity = |row: &usize| entity.value(*row) == wanted;
    let is_id = |row: &usize| wanted.len() >= SHORTEST_ID && id.value(*row).starts_with(wanted);
    let rows = |is: &dyn Fn(&usize) -> bool| (0..cases.num_rows()).filter(is).collect::<Vec<_>>();
    for found in [rows(&is_rank), rows(&is_entity), rows(&is_id)] {
        match found.as_slice() {
            [] => {}
            [row] => return Ok(Some(*row)),
            several => {
                let ranks: Vec<String> =
                    several.iter().map(|r| rank.value(*r).to_string()).collect();
                return Err(Error::input(
                    wanted,
                    format!("{} cases go by this", several.len()),
                    format!("Give the rank of the one you mean: {}", ranks.join(", ")),
                ));
            }
        }
    }
    Ok(None)
}

/// As [`on_the_list`].
///
/// # Errors
/// Where no case, or more than one, goes by it.
pub fn find(cases: &RecordBatch, wanted: &str) -> Result<usize> {
    on_the_list(cases, wanted)?.ok_or_else(|| missing(wanted))
}

/// The case of a run that `wanted` names, see [`on_the_list`].
///
/// # Errors
/// Where the run has no such case, or its table cannot be read.
pub fn find_in(run: &Path, wanted: &str) -> Result<FoundCase> {
    let cases = read_table(&run.join("cases.parquet"))?.ok_or_else(|| missing(wanted))?;
    let row = find(&cases, wanted)?;
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
    let entity_id = entity.value(row).to_owned();
    let entity_ids = match entity_type {
        EntityType::Group => text_lists(&cases, "member_ids")?.swap_remove(row),
        EntityType::Provider | EntityType::Member => vec![entity_id.clone()],
    };
    Ok(FoundCase {
        case_id: id.value(row).to_owned(),
        rank: rank.value(row),
        entity_type,
        entity_id,
        entity_ids,
    })
}

/// That no case goes by `wanted`.
#[must_use]
pub fn missing(wanted: &str) -> Error {
    Error::input(
        wanted,
        "no such case in the run",
        "`claimhound cases OUT` lists them",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::run_folder;
    use arrow::array::{ArrayRef, Int64Array, ListBuilder, StringArray, StringBuilder};
    use std::sync::Arc;

    /// Cases by rank, each with its id and its entity.
    fn cases(rows: &[(&str, &str)]) -> RecordBatch {
        let texts = |values: Vec<&str>| Arc::new(StringArray::from(values)) as ArrayRef;
        let ranks = Int64Array::from_iter_values(1..=rows.len() as i64);
        RecordBatch::try_from_iter([
            ("rank", Arc::new(ranks) as ArrayRef),
            ("case_id", texts(rows.iter().map(|r| r.0).collect())),
            ("entity_id", texts(rows.iter().map(|r| r.1).collect())),
        ])
        .expect("a batch")
    }

    #[test]
    fn a_rank_goes_before_an_entity_before_an_id() {
        let cases = cases(&[("ab12c", "2"), ("ab34d", "ab12"), ("cd56e", "x")]);
        for (wanted, row) in [("1", 0), ("2", 1), ("ab12", 1), ("ab12c", 0), ("x", 2)] {
            assert_eq!(find(&cases, wanted).expect(wanted), row, "{wanted}");
        }
    }

    #[test]
    fn a_closed_case_is_not_on_the_list() {
        let cases = RecordBatch::try_from_iter([
            (
                "rank",
                Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef,
            ),
            (
                "case_id",
                Arc::new(StringArray::from(vec!["ab12c", "cd56e"])) as ArrayRef,
            ),
            (
                "entity_id",
                Arc::new(StringArray::from(vec!["x", "y"])) as ArrayRef,
            ),
        ])
        .expect("a batch");
        assert_eq!(listed(&cases).expect("ranks").num_rows(), 1);
        for wanted in ["0", "y", "cd56"] {
            assert_eq!(on_the_list(&cases, wanted).expect(wanted), None);
        }
    }

    #[test]
    fn a_group_stands_for_its_providers() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut members = ListBuilder::new(StringBuilder::new());
        members.append_null();
        members.append_value([Some("10"), Some("20")]);
        let texts = |values: [&str; 2]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
        let rows = RecordBatch::try_from_iter([
            ("rank", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef),
            ("case_id", texts(["ab12c", "cd56e"])),
            ("entity_type", texts(["provider", "group"])),
            ("entity_id", texts(["10", "10+1"])),
            ("member_ids", Arc::new(members.finish()) as ArrayRef),
        ])
        .expect("a batch");
        run_folder::write_parquet(&folder.path().join("cases.parquet"), &rows).expect("a table");
        let ids = |wanted: &str| find_in(folder.path(), wanted).expect(wanted).entity_ids;
        assert_eq!(ids("1"), ["10"]);
        assert_eq!(ids("10+1"), ["10", "20"]);
    }

    #[test]
    fn what_names_no_case_or_two_is_refused() {
        let cases = cases(&[("ab12c", "x"), ("ab12d", "x"), ("cd56e", "y")]);
        for wanted in ["4", "cd5", "", "z"] {
            let error = find(&cases, wanted).expect_err(wanted).to_string();
            assert!(error.contains("no such case"), "{error}");
        }
        for wanted in ["ab12", "x"] {
            let error = find(&cases, wanted).expect_err(wanted).to_string();
            assert!(
                error.contains("2 cases") && error.contains("1, 2"),
                "{error}"
            );
        }
    }
}
