//! Texts without their figures.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};

use super::with_column;
use crate::batch::text;
use crate::error::Result;
use crate::report::export::table::MARK;

/// The table with every figure in some of its texts replaced.
///
/// # Errors
/// Where a column is missing.
pub fn without_figures(batch: &RecordBatch, columns: &[&str]) -> Result<RecordBatch> {
    let mut batch = batch.clone();
    for name in columns {
        let masked: StringArray = text(&batch, name)?
            .iter()
            .map(|t| t.map(without_figures_in))
            .collect();
        batch = with_column(&batch, name, &(Arc::new(masked) as ArrayRef))?;
    }
    Ok(batch)
}

/// A text with [`MARK`] for every word that is a number; codes with letters stay.
fn without_figures_in(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let around = |c: char| !c.is_alphanumeric();
        let core = word.trim_matches(around);
        let figure = core.starts_with(|c: char| c.is_ascii_digit())
            && core
                .chars()
                .all(|c| c.is_ascii_digit() || ".,-/".contains(c));
        if figure {
            out.push_str(&word.replacen(core, MARK, 1));
        } else {
            out.push_str(word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_and_words_stay() {
        for (text, shown) in [
            (
                "Share of visits: 2.9 % observed, 0.2 % expected from 202 peers in 207R00000X, professional; 1.37 times as expected (at least 0.84) over 139 visits",
                "Share of visits: * % observed, * % expected from * peers in 207R00000X, professional; * times as expected (at least *) over * visits",
            ),
            (
                "Volume: 48 members, 10,788.97 paid in all.",
                "Volume: * members, * paid in all.",
            ),
            ("17% of -3.50, 1e5", "*% of -*, 1e5"),
            ("three or more", "three or more"),
            ("", ""),
        ] {
            assert_eq!(without_figures_in(text), shown);
        }
    }
}
