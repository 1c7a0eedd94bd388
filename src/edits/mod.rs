//! Edits: SQL rules on claim lines that cannot be right.
//!
//! One file an edit; its header comment says what it is. Each runs within member buckets. What
//! needs more than one member's lines, such as a provider's whole day, comes in as a grain: a
//! statement before the finding, headed `-- table: NAME; key: COLUMNS`, whose integers are added
//! up over the buckets.

mod dry_run;
mod flood;
mod grain;
mod hit;

use std::path::Path;

pub use self::dry_run::try_out;
pub use self::flood::{FloodGuard, Notice, Spread};
pub use self::grain::{Grain, grains, lines_applied_to, total};
pub use self::hit::{LineHit, line_hits, run_edit};
use crate::engine::guard::{Directive, Header, StatementText, header};
use crate::engine::{Purpose, Statement};
use crate::error::{Error, Result};
use crate::schema::EntityType;
use crate::schema::canonical::{LINE, TABLES};

macro_rules! edit_files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("sql/", $name, ".sql")))),*] };
}

/// The edits that come with the program, by file name: every file of the folder.
pub const BUILT_IN: &[(&str, &str)] = edit_files![
    "after_death__services",
    "drug_shopping__same_drug",
    "duplicate_billing__exact",
    "duplicate_billing__near",
    "duplicate_billing__next_day",
    "during_inpatient__overlapping_stays",
    "during_inpatient__services",
    "excess_units__mue",
    "excluded_provider__leie",
    "geography__two_places",
    "impossible_day__over_24_hours",
    "new_patient__within_three_years",
    "no_authorization__listed_code",
    "not_eligible__outside_spans",
    "pricing_error__amounts",
    "pricing_error__two_prices",
    "unbundling__ptp",
];

/// Columns every edit returns.
pub const COLUMNS: [&str; 15] = [
    "entity_id",
    "data_source",
    "claim_id",
    "claim_line_number",
    "person_id",
    "service_date",
    "hcpcs_code",
    "modifiers",
    "drg_code",
    "units_milli",
    "paid_cents",
    "allowed_cents",
    "amount_basis",
    "risk_cents",
    "note",
];

/// One edit: its rule and what its header says of it.
#[derive(Debug, Clone)]
pub struct Edit {
    pub name: String,
    pub scheme: String,
    /// Whom its `entity_id` names: header `entity: member`, else the provider.
    pub entity: EntityType,
    pub title: String,
    pub source: String,
    /// Stated precision: the share of its findings expected to hold on review, until measured.
    pub precision: f64,
    /// Columns of `line`, `table.column` of another canonical table, or such a table.
    pub required_columns: Vec<String>,
    /// Reference tables that it reads.
    pub required_reference: Vec<String>,
    pub counterpoint: String,
    pub sql: String,
    /// What it reads besides: computed over all members first.
    pub grains: Vec<Grain>,
    pub statement: Statement,
}

/// Name of the statement that returns the lines, where a file has several.
const FINDING: &str = "finding";

impl Edit {
    /// Reads an edit from its file's text.
    ///
    /// # Errors
    /// [`Error::Sql`] with file and line where a header line is missing or wrong, the statements
    /// leave the portable subset, or a column is not returned.
    pub fn parse(name: &str, sql: &str, origin: &str) -> Result<Edit> {
        let header = header(sql, origin).map_err(|e| Error::Sql {
            place: origin.to_owned(),
            found: e.to_string(),
            remedy: "Correct the header comment".into(),
        })?;
        let head = Head { header, origin };
        let entity = match head.header.get("entity") {
            None => EntityType::Provider,
            Some(word) => [EntityType::Provider, EntityType::Member]
                .into_iter()
                .find(|t| t.name() == word.value)
                .ok_or_else(|| head.wrong(word, "Write provider or member"))?,
        };
        let stated = head.directive("precision")?;
        let share = stated.value.parse().ok();
        let precision = share
            .filter(|p| (0.0..=1.0).contains(p))
            .ok_or_else(|| head.wrong(stated, "Write a share between 0 and 1"))?;
        let (grains, finding) = head.statements()?;
        let edit = Edit {
            name: name.to_owned(),
            scheme: head.directive("scheme")?.value.clone(),
            entity,
            title: head.directive("title")?.value.clone(),
            source: head.directive("source")?.value.clone(),
            precision,
            required_columns: named(head.directive("required columns")?),
            required_reference: head
                .header
                .get("required reference")
                .map_or_else(Vec::new, named),
            counterpoint: head.directive("counterpoint")?.value.clone(),
            sql: sql.to_owned(),
            grains,
            statement: finding,
        };
        for column in COLUMNS {
            if !edit.statement.columns.iter().any(|c| c == column) {
                return Err(head.fault(
                    edit.statement.first_line,
                    format!("the statement does not return {column}"),
                    &format!("Return {}", COLUMNS.join(", ")),
                ));
            }
        }
        let required = head.directive("required columns")?;
        if let Some(column) = edit.required_columns.iter().find(|c| !is_canonical(c)) {
            return Err(head.fault(
                required.line,
                format!("required column {column} is no column of line"),
                "Name columns of the line table, or table.column of another canonical table",
            ));
        }
        Ok(edit)
    }
}

/// The items of a list that may be `none`.
fn named(list: &Directive) -> Vec<String> {
    let items = list.items().filter(|item| *item != "none");
    items.map(str::to_owned).collect()
}

/// Whether a required column, named as the source's amounts and dates are, is a canonical one.
fn is_canonical(column: &str) -> bool {
    let name = |column: &str| match column {
        // Names that sources have for what `line` holds under one name.
        "hcpcs_modifier_1" => "modifiers".to_owned(),
        "units" | "service_unit_quantity" => "units_milli".to_owned(),
        other => other.replace("_amount", "_cents").replace("_date", "_day"),
    };
    match column.split_once('.') {
        None if TABLES.iter().any(|t| t.name == column) => true,
        None => LINE.position(column).is_some() || LINE.position(&name(column)).is_some(),
        Some((table, column)) => TABLES
            .iter()
            .any(|t| t.name == table && t.position(&name(column)).is_some()),
    }
}

/// An edit's file taken apart.
struct Head<'a> {
    header: Header,
    origin: &'a str,
}

impl Head<'_> {
    fn fault(&self, line: usize, found: String, remedy: &str) -> Error {
        Error::Sql {
            place: format!("{}:{line}", self.origin),
            found,
            remedy: remedy.to_owned(),
        }
    }

    fn wrong(&self, directive: &Directive, remedy: &str) -> Error {
        let found = format!("{}: {}", directive.key, directive.value);
        self.fault(directive.line, found, remedy)
    }

    fn directive(&self, key: &str) -> Result<&Directive> {
        self.header.get(key).ok_or_else(|| {
            let found = format!("the header has no `{key}:` line");
            self.fault(1, found, "Add it; every edit says what it is")
        })
    }

    /// The grains and the finding, which comes last.
    fn statements(&self) -> Result<(Vec<Grain>, Statement)> {
        let guarded = |text: &StatementText, purpose| {
            Statement::new(&text.sql, self.origin, text.first_line, purpose)
        };
        let mut grains = Vec::new();
        for text in &self.header.statements {
            match text.get("table") {
                Some(table) if table.value != FINDING => {
                    let statement = guarded(text, Purpose::Grain)?;
                    grains.push(self.grain(text, table, statement)?);
                }
                _ => {
                    let finding = guarded(text, Purpose::Edit)?;
                    if self.header.statements.last() == Some(text) {
                        return Ok((grains, finding));
                    }
                }
            }
        }
        let last = self.header.statements.last().map_or(1, |t| t.first_line);
        Err(self.fault(
            last,
            "the last statement is no finding".to_owned(),
            "Head each statement with `-- table: NAME; key: COLUMNS`, the last with `-- table: finding`",
        ))
    }

    fn grain(
        &self,
        text: &StatementText,
        table: &Directive,
        statement: Statement,
    ) -> Result<Grain> {
        let key: Vec<String> = text.get("key").map_or_else(Vec::new, named);
        if key.is_empty() || key.iter().any(|k| !statement.columns.contains(k)) {
            return Err(self.fault(
                table.line,
                format!("the key of {} is not among its columns", table.value),
                "Write `-- table: NAME; key: COLUMN, COLUMN`; all other columns are added up",
            ));
        }
        if TABLES.iter().any(|t| t.name == table.value) {
            return Err(self.wrong(table, "Choose a name that no canonical table has"));
        }
        Ok(Grain {
            name: table.value.clone(),
            key,
            statement,
        })
    }
}

/// The built-in edits and those of a folder of the user's.
///
/// # Errors
/// Where a file is unreadable or faulty: no run begins with a broken rule.
pub fn edits(folder: Option<&Path>) -> Result<Vec<Edit>> {
    let mut edits = Vec::new();
    for (name, sql) in BUILT_IN {
        edits.push(Edit::parse(name, sql, &format!("edits/sql/{name}.sql"))?);
    }
    if let Some(folder) = folder {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(Error::io(folder, "reading --edits"))? {
            let path = entry.map_err(Error::io(folder, "reading --edits"))?.path();
            if path.extension().is_some_and(|e| e == "sql") {
                files.push(path);
            }
        }
        files.sort();
        for path in files {
            let name = path
                .file_stem()
                .map(|s| s.to_string_lossy().into_owned())
                .unwrap_or_default();
            let sql = std::fs::read_to_string(&path).map_err(Error::io(&path, "reading"))?;
            edits.push(Edit::parse(&name, &sql, &path.display().to_string())?);
        }
    }
    Ok(edits)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray};
    use arrow::datatypes::DataType;

    use super::*;
    use crate::engine::{TableData, Tables, arrow_type};

    #[test]
    fn grains_are_named_once_but_for_the_lines_an_edit_applies_to() {
        let mut names = BTreeSet::new();
        for edit in edits(None).expect("built-in edits") {
            assert!(names.insert(edit.name.clone()), "{}", edit.name);
            for grain in edit.grains.iter().filter(|g| g.name != "applies_to") {
                assert!(names.insert(grain.name.clone()), "{}", grain.name);
            }
        }
    }

    #[test]
    fn a_file_of_several_statements_is_held_to_their_order() {
        let (_, good) = BUILT_IN
            .iter()
            .find(|(name, _)| name.starts_with("not_eligible"))
            .expect("an edit with grains");
        for (from, to, line_of, part) in [
            ("; key: day", "", "-- table: span_start", "the key of"),
            (
                "-- table: span_start",
                "-- table: member",
                "-- table: member",
                "no canonical table",
            ),
            (
                "-- table: finding",
                "-- table: other; key: note",
                "WITH begun",
                "no finding",
            ),
            (
                "-- required columns: service_date",
                "-- required columns: no",
                "-- required columns",
                "no column",
            ),
        ] {
            let text = good.replacen(from, to, 1);
            assert_ne!(&text, good, "{from}");
            let line = text
                .lines()
                .position(|l| l.starts_with(line_of))
                .expect(line_of)
                + 1;
            let said = Edit::parse("x", &text, "x.sql")
                .expect_err(part)
                .to_string();
            assert!(
                said.contains(part) && said.contains(&format!("x.sql:{line}:")),
                "{said}"
            );
        }
    }

    /// A table with the given text and integer columns; all else is NULL.
    fn table(columns: &[(&str, Vec<&str>)], of: &crate::schema::Table) -> RecordBatch {
        let rows = columns[0].1.len();
        let arrays = of.columns.iter().map(|column| {
            let given = columns.iter().find(|(name, _)| *name == column.name);
            let cells: Vec<Option<&str>> = given.map_or_else(
                || vec![None; rows],
                |(_, cells)| {
                    cells
                        .iter()
                        .map(|c| Some(*c).filter(|c| !c.is_empty()))
                        .collect()
                },
            );
            let numbers = cells.iter().map(|c| c.and_then(|c| c.parse::<i64>().ok()));
            let array: ArrayRef = match arrow_type(column.kind) {
                DataType::Int64 => Arc::new(numbers.collect::<Int64Array>()),
                DataType::Boolean => Arc::new(BooleanArray::from(vec![true; rows])),
                DataType::Date32 => Arc::new(Date32Array::from(vec![Some(0); rows])),
                _ => Arc::new(cells.into_iter().collect::<StringArray>()),
            };
            (column.name, array, true)
        });
        RecordBatch::try_from_iter_with_nullable(arrays).expect("a table")
    }

    #[test]
    fn a_listed_code_needs_a_number_unless_it_was_an_emergency() {
        let lines = table(
            &[
                (
                    "claim_id",
                    vec!["none", "number", "emergency", "early", "other", "same-day"],
                ),
                ("claim_line_number", vec!["1"; 6]),
                ("data_source", vec!["s"; 6]),
                ("person_id", vec!["a", "a", "b", "a", "a", "b"]),
                ("provider_id", vec!["p"; 6]),
                ("line_status", vec!["paid"; 6]),
                ("modifiers", vec![" "; 6]),
                (
                    "hcpcs_code",
                    vec!["27447", "27447", "27447", "27447", "99213", "27447"],
                ),
                ("service_day", vec!["100", "101", "102", "99", "100", "102"]),
                ("amount_cents", vec!["5000"; 6]),
                (
                    "place_of_service_code",
                    vec!["11", "11", "23", "11", "11", "21"],
                ),
                ("prior_authorization_number", vec!["", "A1", "", "", "", ""]),
            ],
            &LINE,
        );
        let column = |values: Vec<Option<i64>>| -> ArrayRef { Arc::new(Int64Array::from(values)) };
        let word = |values: Vec<Option<&str>>| -> ArrayRef { Arc::new(StringArray::from(values)) };
        let listed = RecordBatch::try_from_iter_with_nullable([
            ("hcpcs_code", word(vec![Some("27447")]), true),
            ("payer", word(vec![None]), true),
            ("plan", word(vec![None]), true),
            ("effective_from_day", column(vec![Some(100)]), true),
            ("effective_to_day", column(vec![None]), true),
        ])
        .expect("a list");
        let tables: Tables = [("line", lines), ("prior_authorization", listed)]
            .into_iter()
            .map(|(name, rows)| (name.to_owned(), TableData::Batch(rows)))
            .collect();
        let edits = edits(None).expect("built-in edits");
        let edit = edits.iter().find(|e| e.scheme == "no_authorization");
        let hits = run_edit(edit.expect("the edit"), &tables).expect("hits");
        let claims: Vec<&str> = hits.iter().map(|h| h.claim_id.as_str()).collect();
        assert_eq!((claims, hits[0].cents), (vec!["none"], 5000));
    }
}
