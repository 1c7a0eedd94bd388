//! Two results as multisets of rows.

use std::cmp::Ordering;
use std::fmt::Write;

use arrow::array::{Array, RecordBatch};
use arrow::row::{RowConverter, Rows, SortField};
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// Rows shown of either side.
const SHOWN: usize = 4;

/// What differs, in words; `None` where names, types and rows are the same.
pub fn difference(names: [&str; 2], left: &RecordBatch, right: &RecordBatch) -> Option<String> {
    let columns = |batch: &RecordBatch| -> Vec<String> {
        let fields = batch.schema();
        fields
            .fields()
            .iter()
            .map(|f| format!("{} {}", f.name(), f.data_type()))
            .collect()
    };
    let (left_columns, right_columns) = (columns(left), columns(right));
    if left_columns != right_columns {
        let mut text = String::from("columns differ:");
        for (l, r) in left_columns
            .iter()
            .zip(&right_columns)
            .filter(|(l, r)| l != r)
        {
            let _ = write!(text, "\n    {}: {l}; {}: {r}", names[0], names[1]);
        }
        let _ = write!(
            text,
            "\n    {} and {} columns",
            left_columns.len(),
            right_columns.len()
        );
        return Some(text);
    }
    let [left_only, right_only] = unmatched(left, right);
    if left_only.is_empty() && right_only.is_empty() {
        return None;
    }
    let mut text = format!("{} and {} rows", left.num_rows(), right.num_rows());
    for (name, batch, rows) in [(names[0], left, left_only), (names[1], right, right_only)] {
        let _ = write!(text, "\n    {} only in {name}", rows.len());
        for row in rows.iter().take(SHOWN) {
            let _ = write!(text, "\n      {}", shown(batch, *row));
        }
    }
    Some(text)
}

/// Rows of either side that have no partner on the other, each as often as it is one too many.
fn unmatched(left: &RecordBatch, right: &RecordBatch) -> [Vec<usize>; 2] {
    if left.num_columns() == 0 {
        return [Vec::new(), Vec::new()];
    }
    let fields = left
        .columns()
        .iter()
        .map(|c| SortField::new(c.data_type().clone()))
        .collect();
    let converter = RowConverter::new(fields).expect("plain columns");
    let keys = |batch: &RecordBatch| {
        converter
            .convert_columns(batch.columns())
            .expect("one type")
    };
    let (left_keys, right_keys) = (keys(left), keys(right));
    let (left_order, right_order) = (order(&left_keys), order(&right_keys));
    let (mut l, mut r) = (0, 0);
    let mut alone = [Vec::new(), Vec::new()];
    loop {
        match (left_order.get(l), right_order.get(r)) {
            (None, None) => return alone,
            (Some(row), None) => {
                alone[0].push(*row);
                l += 1;
            }
            (None, Some(row)) => {
                alone[1].push(*row);
                r += 1;
            }
            (Some(a), Some(b)) => match left_keys.row(*a).cmp(&right_keys.row(*b)) {
                Ordering::Less => {
                    alone[0].push(*a);
                    l += 1;
                }
                Ordering::Greater => {
                    alone[1].push(*b);
                    r += 1;
                }
                Ordering::Equal => {
                    l += 1;
                    r += 1;
                }
            },
        }
    }
}

fn order(rows: &Rows) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.num_rows()).collect();
    order.sort_by(|a, b| rows.row(*a).cmp(&rows.row(*b)));
    order
}

/// `name=value` of every column that is not null.
fn shown(batch: &RecordBatch, row: usize) -> String {
    let options = FormatOptions::default();
    let mut text = String::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if column.is_valid(row) {
            let value = ArrayFormatter::try_new(column.as_ref(), &options).expect("plain column");
            let _ = write!(text, "{}={} ", field.name(), value.value(row));
        }
    }
    text
}

#[test]
fn rows_count_as_often_as_they_stand_there() {
    use arrow::array::{ArrayRef, Int64Array, StringArray};
    use std::sync::Arc;

    let of = |array: ArrayRef| RecordBatch::try_from_iter([("a", array)]).expect("one column");
    let integers = |values: &[Option<i64>]| of(Arc::new(Int64Array::from(values.to_vec())));
    let rows = integers(&[Some(1), None, Some(1), Some(2)]);
    let differs = |other: &RecordBatch| difference(["one", "other"], &rows, other).is_some();
    assert!(!differs(&integers(&[Some(2), Some(1), Some(1), None])));
    assert!(differs(&integers(&[Some(2), Some(1), None])));
    assert!(differs(&integers(&[Some(2), Some(1), None, None])));
    assert!(differs(&integers(&[Some(2), Some(1), Some(1), Some(0)])));
    let texts = StringArray::from(vec![Some("1"), None, Some("1"), Some("2")]);
    assert!(differs(&of(Arc::new(texts))));
}
