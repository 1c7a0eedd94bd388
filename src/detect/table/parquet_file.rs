//! Parquet tables: only the columns that are asked for are read.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{cast, is_not_null};
use arrow::datatypes::{DataType, Float64Type};
use ndarray::Array2;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{Column, Request, Table};
use crate::error::{Error, Result};

fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let file = File::open(path).map_err(Error::io(path, "opening"))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| {
        Error::input(
            path.display().to_string(),
            e.to_string(),
            "Give a whole Parquet file",
        )
    })
}

/// The columns and the number of rows. Text, dates, truth values and lists are not numbers.
pub fn describe(path: &Path) -> Result<(Vec<Column>, usize)> {
    let reader = open(path)?;
    let rows = reader.metadata().file_metadata().num_rows();
    let columns = reader
        .schema()
        .fields()
        .iter()
        .map(|field| Column {
            name: field.name().clone(),
            not_a_number: (!field.data_type().is_numeric())
                .then(|| (1, format!("a value of type {}", field.data_type()))),
        })
        .collect();
    Ok((columns, usize::try_from(rows).unwrap_or(0)))
}

/// The ids, peers and chosen columns.
pub fn read(request: &Request, chosen: &[String], rows: usize) -> Result<Table> {
    let path = &request.table;
    let builder = open(path)?;
    let wanted: Vec<&str> = std::iter::once(&request.id)
        .chain(&request.peer)
        .chain(chosen)
        .map(String::as_str)
        .collect();
    let roots = builder.schema().fields().iter().enumerate();
    let roots = roots
        .filter(|(_, field)| wanted.contains(&field.name().as_str()))
        .map(|(at, _)| at);
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots.collect::<Vec<_>>());
    let fail = |e: &dyn std::fmt::Display| Error::table(path, e);
    let reader = builder
        .with_projection(mask)
        .build()
        .map_err(|e| fail(&e))?;
    let mut matrix = Array2::from_elem((rows, chosen.len()), f64::NAN);
    let (mut id, mut peer, mut start) = (Vec::with_capacity(rows), Vec::new(), 0);
    for batch in reader {
        let batch = batch.map_err(|e| fail(&e))?;
        let column = |name: &str, to: &DataType| -> Result<ArrayRef> {
            let found = batch.column_by_name(name);
            let found = found.ok_or_else(|| fail(&format!("column {name} is gone")))?;
            cast(found, to).map_err(|e| fail(&e))
        };
        let ids = column(&request.id, &DataType::Utf8)?;
        let ids = ids.as_string::<i32>();
        for row in 0..ids.len() {
            let text = ids.is_valid(row).then(|| ids.value(row));
            id.push(super::named(request, (start + row + 1) as u64, text)?);
        }
        if let Some(name) = &request.peer {
            let peers = column(name, &DataType::Utf8)?;
            let peers = peers.as_string::<i32>();
            peer.extend(peers.iter().map(|p| p.unwrap_or_default().to_owned()));
        }
        for (at, name) in chosen.iter().enumerate() {
            let values = column(name, &DataType::Float64)?;
            let present = is_not_null(&values).map_err(|e| fail(&e))?;
            let values = values.as_primitive::<Float64Type>();
            for row in (0..values.len()).filter(|row| present.value(*row)) {
                matrix[[start + row, at]] = values.value(row);
            }
        }
        start += batch.num_rows();
    }
    Ok(Table {
        id,
        peer: request.peer.as_ref().map(|_| peer),
        columns: chosen.to_vec(),
        matrix,
        notes: Vec::new(),
    })
}
