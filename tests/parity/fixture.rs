//! A set of tables that statements run on, in memory and as Parquet files.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{Field, Schema};
use claimhound::engine::{TableData, Tables};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Rows of a row group: few, so that every engine reads in several pieces.
const ROW_GROUP: usize = 512;

/// Tables by the name that statements call them.
#[derive(Clone)]
pub struct Fixture {
    pub name: String,
    pub tables: BTreeMap<String, RecordBatch>,
}

impl Fixture {
    /// The same tables without a row.
    pub fn emptied(&self) -> Fixture {
        self.map("empty", |rows| rows.slice(0, 0))
    }

    /// The same rows in another order.
    pub fn permuted(&self, seed: u64) -> Fixture {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        self.map(&format!("{}, permuted", self.name), |rows| {
            let count = u32::try_from(rows.num_rows()).expect("a small table");
            let mut order: Vec<u32> = (0..count).collect();
            order.shuffle(&mut random);
            take_record_batch(rows, &UInt32Array::from(order)).expect("same rows")
        })
    }

    fn map(&self, name: &str, mut change: impl FnMut(&RecordBatch) -> RecordBatch) -> Fixture {
        let tables = self
            .tables
            .iter()
            .map(|(table, rows)| (table.clone(), change(rows)));
        Fixture {
            name: name.to_owned(),
            tables: tables.collect(),
        }
    }

    /// Writes every table as a Parquet file of its name.
    pub fn write(&self, folder: &Path) {
        std::fs::create_dir_all(folder).expect("folder of a fixture");
        for (table, rows) in &self.tables {
            let file = File::create(parquet(folder, table)).expect("file of a fixture");
            let properties = WriterProperties::builder()
                .set_max_row_group_row_count(Some(ROW_GROUP))
                .build();
            let mut writer =
                ArrowWriter::try_new(file, rows.schema(), Some(properties)).expect("plain columns");
            writer.write(rows).expect("writing a fixture");
            writer.close().expect("writing a fixture");
        }
    }

    /// The tables as a run gives them: some in memory, the others as the files in `folder`.
    pub fn given(&self, folder: &Path, in_memory: impl Fn(&str) -> bool) -> Tables {
        let given = |table: &str, rows: &RecordBatch| {
            if in_memory(table) {
                TableData::Batch(rows.clone())
            } else {
                TableData::Parquet(vec![parquet(folder, table)])
            }
        };
        self.tables
            .iter()
            .map(|(table, rows)| (table.clone(), given(table, rows)))
            .collect()
    }
}

fn parquet(folder: &Path, table: &str) -> PathBuf {
    folder.join(format!("{table}.parquet"))
}

/// One of several values.
pub fn one_of<'v, T: ?Sized>(random: &mut ChaCha8Rng, values: &[&'v T]) -> &'v T {
    values[random.random_range(0..values.len())]
}

/// A batch of named columns.
pub fn batch(columns: Vec<(String, ArrayRef)>) -> RecordBatch {
    let (fields, arrays): (Vec<Field>, Vec<_>) = columns
        .into_iter()
        .map(|(name, array)| (Field::new(name, array.data_type().clone(), true), array))
        .unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("columns of one length")
}
