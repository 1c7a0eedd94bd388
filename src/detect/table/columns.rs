//! Which columns to look at, and what is odd about them.

use std::collections::BTreeSet;

use super::{Column, Request, Table};
use crate::error::{Error, Result};

/// Fewest rows for which distinct whole numbers look like identifiers and not like a measure.
const FEW_ROWS: usize = 20;
/// Digits from which whole numbers of one length look like identifiers: an NPI has 10, a claim
/// number more, a tax number 9.
const IDENTIFIER_DIGITS: i32 = 8;
/// Part of the values that are distinct where a column holds identifiers.
const MOSTLY_DISTINCT: f64 = 0.9;

/// The chosen columns, and what to say about the others.
#[derive(Debug)]
pub struct Chosen {
    pub columns: Vec<String>,
    pub notes: Vec<String>,
}

/// The columns asked for, or every numeric one; sorted by name, so that their order in the file
/// cannot reach a random draw.
pub fn choose(request: &Request, known: &[Column]) -> Result<Chosen> {
    let place = request.table.display().to_string();
    let find = |name: &str| known.iter().find(|column| column.name == name);
    let there = || {
        let names: Vec<&str> = known.iter().map(|c| c.name.as_str()).collect();
        format!("The table has: {}", names.join(", "))
    };
    let keys = std::iter::once(("--id", &request.id));
    for (option, name) in keys.chain(request.peer.as_ref().map(|peer| ("--peer", peer))) {
        if find(name).is_none() {
            let found = format!("{option} {name}: no such column");
            return Err(Error::input(place, found, there()));
        }
    }
    let mut notes = Vec::new();
    let mut columns: Vec<String> = Vec::new();
    for name in &request.columns {
        let Some(column) = find(name) else {
            let found = format!("--columns {name}: no such column");
            return Err(Error::input(place, found, there()));
        };
        if let Some((row, value)) = &column.not_a_number {
            return Err(Error::input(
                format!("{place}, row {row}, column {name}"),
                format!("found '{value}', which is not a number"),
                "Leave the column out of --columns, or mend the value; an empty cell is missing",
            ));
        }
        if *name == request.id || Some(name) == request.peer.as_ref() {
            let found = format!("--columns {name}: the column is --id or --peer already");
            return Err(Error::input(place, found, "Leave it out of --columns"));
        }
        columns.push(name.clone());
    }
    if request.columns.is_empty() {
        for column in known {
            let is_key = column.name == request.id || Some(&column.name) == request.peer.as_ref();
            match &column.not_a_number {
                _ if is_key => {}
                None => columns.push(column.name.clone()),
                Some((row, value)) => notes.push(format!(
                    "column {} left out: row {row} holds '{value}', which is not a number",
                    column.name
                )),
            }
        }
    }
    columns.sort_unstable();
    columns.dedup();
    if columns.is_empty() {
        return Err(Error::input(
            place,
            "no numeric column beside the id",
            "Give a table with numbers; text columns cannot be scored",
        ));
    }
    Ok(Chosen { columns, notes })
}

/// Checks the values: refuses infinite ones, leaves out columns that say nothing or hold
/// identifiers, and notes what is odd about the ids.
pub fn settle(request: &Request, table: &mut Table) -> Result<()> {
    let place = request.table.display().to_string();
    if table.id.is_empty() {
        let remedy = "Give a table with rows";
        return Err(Error::input(place, "the table has no row", remedy));
    }
    if let Some(((row, column), value)) = table.matrix.indexed_iter().find(|v| v.1.is_infinite()) {
        return Err(Error::input(
            format!("{place}, row {}, column {}", row + 1, table.columns[column]),
            format!("found {value}"),
            "Leave the cell empty where the value is not known, or give a number",
        ));
    }
    let distinct: BTreeSet<&String> = table.id.iter().collect();
    let repeated = table.id.len() - distinct.len();
    if repeated > 0 {
        table.notes.push(format!(
            "--id {}: {repeated} rows repeat an id that was there before; each row is scored by itself",
            request.id
        ));
    }
    let mut kept = Vec::new();
    for (at, name) in table.columns.iter().enumerate() {
        let present: Vec<f64> = table
            .matrix
            .column(at)
            .iter()
            .copied()
            .filter(|v| !v.is_nan())
            .collect();
        let missing = table.id.len() - present.len();
        if missing > 0 && !present.is_empty() {
            table.notes.push(format!(
                "column {name}: {missing} of {} cells are empty; each counts as the column's median",
                table.id.len()
            ));
        }
        let constant = present
            .windows(2)
            .all(|pair| pair[0].total_cmp(&pair[1]).is_eq());
        if constant {
            table
                .notes
                .push(format!("column {name} left out: it holds one value only"));
        } else if looks_like_identifiers(&present) && request.columns.is_empty() {
            table.notes.push(format!(
                "column {name} left out: it looks like identifiers ({} distinct whole numbers); name it in --columns if it is a measure",
                present.len()
            ));
        } else {
            if looks_like_identifiers(&present) {
                table.notes.push(format!(
                    "column {name} looks like identifiers; a distance between two of them means nothing. Leave it out of --columns unless it is a measure"
                ));
            }
            kept.push(at);
        }
    }
    if kept.is_empty() {
        return Err(Error::input(
            place,
            format!("no column to score by: {}", table.notes.join("; ")),
            "Name the columns to look at in --columns",
        ));
    }
    table.matrix = table.matrix.select(ndarray::Axis(1), &kept);
    table.columns = kept.iter().map(|at| table.columns[*at].clone()).collect();
    Ok(())
}

/// Whole numbers that count the rows, or long ones of one length that hardly repeat.
fn looks_like_identifiers(values: &[f64]) -> bool {
    if values.len() < FEW_ROWS || values.iter().any(|v| v.fract() != 0.0 || *v < 0.0) {
        return false;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.dedup();
    let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
    // Distinct whole numbers that span no more than their count leave no gap.
    let counts_rows = sorted.len() == values.len() && high - low < values.len() as f64;
    let digits = |value: f64| value.log10().floor() as i32 + 1;
    let long = low > 0.0 && digits(low) >= IDENTIFIER_DIGITS && digits(low) == digits(high);
    counts_rows || (long && sorted.len() as f64 >= MOSTLY_DISTINCT * values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_told_from_measures() {
        let row_numbers: Vec<f64> = (1..=50).map(f64::from).collect();
        let npis: Vec<f64> = (0..50)
            .map(|i| 1_003_000_126.0 + f64::from(i * 7919))
            .collect();
        let cents: Vec<f64> = (0..50).map(|i| f64::from(i * i * 1234 + 5)).collect();
        let shares: Vec<f64> = (0..50).map(|i| f64::from(i) / 50.0).collect();
        assert!(looks_like_identifiers(&row_numbers));
        assert!(looks_like_identifiers(&npis));
        assert!(!looks_like_identifiers(&cents));
        assert!(!looks_like_identifiers(&shares));
        assert!(!looks_like_identifiers(&row_numbers[..10]));
    }
}
