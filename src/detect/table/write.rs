//! The scores as Parquet or CSV, readable by their owner only.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{Scored, ending};
use crate::error::{Error, Result};
use crate::private::private_file;

const ID: &str = "id";
const SCORE: &str = "score";
const P_VALUE: &str = "p_value";
const TOP_COLUMNS: &str = "top_columns";

/// Refuses an output whose kind cannot be told, before any work is done.
pub fn check_ending(path: &Path) -> Result<()> {
    match ending(path) {
        Some("parquet" | "csv") => Ok(()),
        _ => Err(Error::Usage(format!(
            "--output {}: the ending says no known kind. Write .parquet or .csv",
            path.display()
        ))),
    }
}

/// Writes the rows in their order.
pub fn write(path: &Path, rows: &[Scored]) -> Result<()> {
    match ending(path) {
        Some("parquet") => parquet(path, rows),
        _ => csv(path, rows),
    }
}

fn csv(path: &Path, rows: &[Scored]) -> Result<()> {
    let mut writer = csv::Writer::from_writer(private_file(path)?);
    let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    let mut put = |record: [&str; 4]| {
        writer
            .write_record(record)
            .map_err(|e| Error::table(path, &e))
    };
    put([ID, SCORE, P_VALUE, TOP_COLUMNS])?;
    for row in rows {
        let (score, p_value) = (number(row.score), number(row.p_value));
        let top = row.top_columns.as_deref().unwrap_or_default();
        put([&row.id, &score, &p_value, top])?;
    }
    writer.flush().map_err(Error::io(path, "writing"))
}

fn parquet(path: &Path, rows: &[Scored]) -> Result<()> {
    let field = |name: &str, kind: DataType, about: &str| {
        let about = [("description".to_owned(), about.to_owned())];
        Field::new(name, kind, name != ID).with_metadata(about.into())
    };
    let schema = Arc::new(Schema::new(vec![
        field(ID, DataType::Utf8, "the row's --id"),
        field(SCORE, DataType::Float64, "higher is stranger"),
        field(
            P_VALUE,
            DataType::Float64,
            "conformal, cross-fitted, in the peer group",
        ),
        field(
            TOP_COLUMNS,
            DataType::Utf8,
            "columns and their shares of the score",
        ),
    ]));
    let text = |values: Vec<Option<&str>>| Arc::new(StringArray::from(values)) as ArrayRef;
    let float = |values: Vec<Option<f64>>| Arc::new(Float64Array::from(values)) as ArrayRef;
    let columns = vec![
        text(rows.iter().map(|r| Some(r.id.as_str())).collect()),
        float(rows.iter().map(|r| r.score).collect()),
        float(rows.iter().map(|r| r.p_value).collect()),
        text(rows.iter().map(|r| r.top_columns.as_deref()).collect()),
    ];
    let fail = |e: &dyn std::fmt::Display| Error::table(path, e);
    let batch = RecordBatch::try_new(schema.clone(), columns).map_err(|e| fail(&e))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    let mut writer = ArrowWriter::try_new(private_file(path)?, schema, Some(properties))
        .map_err(|e| fail(&e))?;
    writer.write(&batch).map_err(|e| fail(&e))?;
    writer.close().map_err(|e| fail(&e))?;
    Ok(())
}
