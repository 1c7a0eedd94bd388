//! Source tables of the layouts: the public samples as the reader gives them, and the same rows
//! with cells emptied, exchanged within their column, or replaced by what hand-over files hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use arrow::datatypes::DataType;
use claimhound::ingest::discover::{InputPaths, find_inputs};
use claimhound::ingest::layout::Layout;
use claimhound::ingest::reader;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::fixture::{Fixture, batch, one_of};
use crate::support;

const SEED: u64 = 20_261_102;
/// Share of cells that are changed: a row of a wide table has several.
const CHANGED_SHARE: f64 = 0.08;
/// Smaller tables repeat their rows up to this many.
const MIN_ROWS: usize = 300;
/// Year of files without one in their name.
const YEAR: &str = "2008";

/// What stands in cells where something else is expected. No leading or trailing blanks and no
/// empty text: the reader leaves none.
const STRANGE: [&str; 31] = [
    "0",
    "0.0",
    "0.00",
    "-0",
    "00",
    "1",
    "2",
    "12",
    "13",
    "-1",
    "100.005",
    "-12.50",
    "+7",
    ".5",
    "5.",
    "1e3",
    "1,234.50",
    "$5.00",
    "twelve",
    "D",
    "F",
    "N",
    "male",
    "Denied",
    "1970-01-01",
    "1970-01-01T00:00:00Z",
    "20081231",
    "0111",
    "Ärztehaus 東京",
    "O'Hara",
    "%_%",
];
/// Columns that a layout casts outright: where one holds text, the statement fails on both engines.
const NUMBERS: [(&str, &str); 3] = [
    ("claims_transactions", "chargeid"),
    ("inpatient", "segment"),
    ("outpatient", "segment"),
];
const INTEGERS: [&str; 4] = ["1", "2", "3", "70"];

/// The sample of a layout, as it is read.
pub fn sample(layout: &Layout, folder: &str) -> Fixture {
    let paths = InputPaths {
        folder: Some(support::sample(folder)),
        ..InputPaths::default()
    };
    let mut chunks: BTreeMap<&str, Vec<RecordBatch>> = BTreeMap::new();
    for source in &layout.sources {
        chunks.insert(source.name.as_str(), vec![reader::empty(source)]);
    }
    for file in find_inputs(layout, &paths, Some(YEAR)).expect(folder) {
        let source = layout.source(&file.source).expect("a source of the layout");
        let taken = chunks.entry(source.name.as_str()).or_default();
        let mut sink = |chunk: reader::TextChunk| {
            taken.push(chunk.batch);
            Ok(())
        };
        let year = file.year.as_deref();
        reader::read(&file.path, file.id(), year, source, &layout.text, &mut sink).expect(folder);
    }
    let whole =
        |parts: &[RecordBatch]| concat_batches(&parts[0].schema(), parts).expect("one schema");
    let tables = chunks
        .iter()
        .map(|(name, parts)| ((*name).to_owned(), whole(parts)));
    Fixture {
        name: "sample".to_owned(),
        tables: tables.collect(),
    }
}

/// The sample's rows, changed; a table without rows is filled with strange values.
pub fn fuzzed(layout: &Layout, sample: &Fixture) -> Fixture {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut tables = BTreeMap::new();
    for (table, rows) in &sample.tables {
        let count = rows.num_rows().max(MIN_ROWS);
        let schema = rows.schema();
        let mut columns = Vec::new();
        for (field, column) in schema.fields().iter().zip(rows.columns()) {
            let name = field.name().as_str();
            let array: ArrayRef = match (field.data_type(), name) {
                (DataType::Utf8, _) => {
                    let is_number = NUMBERS.contains(&(table, name));
                    let values = Values {
                        own: column.as_string(),
                        meant: if is_number {
                            Vec::new()
                        } else {
                            literals_near(&layout.sql, name)
                        },
                        strange: if is_number { &INTEGERS } else { &STRANGE },
                    };
                    Arc::new(
                        (0..count)
                            .map(|row| values.at(row, &mut random))
                            .collect::<StringArray>(),
                    )
                }
                (_, "source_row") => Arc::new((1..).take(count).map(Some).collect::<Int64Array>()),
                _ => Arc::new(Int64Array::from(vec![1; count])),
            };
            columns.push((name.to_owned(), array));
        }
        tables.insert(table.clone(), batch(columns));
    }
    Fixture {
        name: "fuzzed".to_owned(),
        tables,
    }
}

/// What a cell may hold.
struct Values<'v> {
    /// The column's values in the sample.
    own: &'v StringArray,
    /// What the layout compares it with.
    meant: Vec<&'v str>,
    strange: &'v [&'v str],
}

impl<'v> Values<'v> {
    fn at(&self, row: usize, random: &mut ChaCha8Rng) -> Option<&'v str> {
        if !self.own.is_empty() && !random.random_bool(CHANGED_SHARE) {
            return self.sampled(row);
        }
        match random.random_range(0..4) {
            0 => None,
            1 if !self.meant.is_empty() => Some(one_of(random, &self.meant)),
            2 if !self.own.is_empty() => self.sampled(random.random_range(0..self.own.len())),
            _ => Some(one_of(random, self.strange)),
        }
    }

    /// The sample's value of a row, counted on from its start where it has fewer rows.
    fn sampled(&self, row: usize) -> Option<&'v str> {
        let row = row % self.own.len();
        self.own.is_valid(row).then(|| self.own.value(row))
    }
}

/// Text literals that stand within a few lines behind a column's name: most are what the column
/// is compared with.
fn literals_near<'s>(sql: &'s str, column: &str) -> Vec<&'s str> {
    const LINES: usize = 3;
    let lines: Vec<&str> = sql.lines().filter(|line| !line.starts_with("--")).collect();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut literals = BTreeSet::new();
    for (index, line) in lines.iter().enumerate() {
        if line.split(|c| !is_word(c)).any(|word| word == column) {
            for near in lines[index..].iter().take(LINES) {
                literals.extend(near.split('\'').skip(1).step_by(2));
            }
        }
    }
    literals.into_iter().collect()
}
