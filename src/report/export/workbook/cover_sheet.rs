//! The cover as a sheet.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::number;
use super::style::{LINE, Styles, height, page};
use crate::report::export::cover::{Cover, Figure, Line};
use crate::report::export::table::MARK;

/// Widths of label, text, and four figures, in characters.
const WIDTHS: [f64; 6] = [24.0, 44.0, 17.0, 17.0, 17.0, 17.0];

pub fn write(sheet: &mut Worksheet, cover: &Cover, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name("Cover")?.set_screen_gridlines(false);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.write_string_with_format(0, 0, cover.title, &styles.title)?;
    sheet.set_row_height(0, 26)?;
    let mut row = 1;
    for section in &cover.sections {
        row += 1;
        let last = WIDTHS.len() as u16 - 1;
        sheet.write_string_with_format(row, 0, section.title, &styles.section)?;
        for column in 1..=last {
            sheet.write_blank(row, column, &styles.section)?;
        }
        row += 1;
        if !section.header.is_empty() {
            for (column, name) in (0..).zip(&section.header) {
                let style = if column < 2 {
                    &styles.column
                } else {
                    &styles.figure
                };
                sheet.write_string_with_format(row, column, *name, style)?;
            }
            row += 1;
        }
        for line in &section.lines {
            write_line(sheet, row, line, styles)?;
            row += 1;
        }
    }
    page(sheet, "Cover", &cover.run, WIDTHS.iter().sum());
    Ok(())
}

fn write_line(
    sheet: &mut Worksheet,
    row: u32,
    line: &Line,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let label = line.label.as_str();
    sheet.write_string_with_format(row, 0, label, &styles.label)?;
    if line.figures.is_empty() {
        let last = WIDTHS.len() as u16 - 1;
        sheet.merge_range(row, 1, row, last, &line.text, &styles.said)?;
        // Merged cells do not grow with their text by themselves.
        let merged = WIDTHS[1..].iter().sum();
        let tall = height(&line.text, merged)
            .max(height(label, WIDTHS[0]))
            .max(LINE);
        sheet.set_row_height(row, tall)?;
        return Ok(());
    }
    sheet.write_string_with_format(row, 1, &line.text, &styles.said)?;
    for (column, figure) in (2..).zip(&line.figures) {
        match figure {
            Figure::Count(count) => {
                number(sheet, (row, column), i128::from(*count), 0, &styles.count)?;
            }
            Figure::Cents(cents) => number(sheet, (row, column), *cents, 2, &styles.money)?,
            Figure::Withheld => {
                sheet.write_string_with_format(row, column, MARK, &styles.withheld)?;
            }
        }
    }
    Ok(())
}
