//! How the sheets look.

use arrow::datatypes::DataType;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatPattern, Worksheet};

use crate::report::export::formula::begins_formula;

/// Dark slate of headers and titles.
const DARK: Color = Color::RGB(0x1F_3A_4D);
/// Grey of withheld values and labels.
const GREY: Color = Color::RGB(0x5A_66_70);
/// Light line above totals.
const LIGHT: Color = Color::RGB(0xB8_C4_CC);

/// Texts up to this length may have the number format Text; Excel shows longer ones as `####`.
const SHORT: usize = 255;
/// A4.
const PAPER: u8 = 9;
/// Characters across a page that can still be read.
const PAGE: f64 = 160.0;
/// Height of a line of text, in points.
pub const LINE: f64 = 15.0;
/// Greatest height of a row, in points (Excel specifications and limits).
const TALLEST: f64 = 409.0;
/// Characters of sentences beside the digits that a column's width is counted in.
const PROSE: f64 = 1.05;

/// Formats of the cells.
pub struct Styles {
    pub header: Format,
    pub title: Format,
    pub section: Format,
    pub label: Format,
    pub said: Format,
    pub column: Format,
    pub figure: Format,
    pub total: Format,
    pub withheld: Format,
    pub whole: Format,
    pub count: Format,
    pub money: Format,
    pub quantity: Format,
    pub date: Format,
    probability: Format,
    ratio: Format,
    text: Format,
    quoted: Format,
    long: Format,
    wrapped: Format,
}

impl Styles {
    /// The formats of every sheet.
    pub fn new() -> Styles {
        let top = || Format::new().set_align(FormatAlign::Top);
        let number = |format: &str| top().set_num_format(format);
        Styles {
            header: Format::new()
                .set_bold()
                .set_font_color(Color::White)
                .set_pattern(FormatPattern::Solid)
                .set_background_color(DARK)
                .set_align(FormatAlign::VerticalCenter)
                .set_text_wrap(),
            title: Format::new()
                .set_bold()
                .set_font_size(16)
                .set_font_color(DARK),
            section: Format::new()
                .set_bold()
                .set_font_size(12)
                .set_font_color(DARK)
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(DARK),
            label: top().set_font_color(GREY).set_text_wrap(),
            said: top().set_text_wrap(),
            column: top().set_italic().set_font_color(GREY),
            figure: top()
                .set_italic()
                .set_font_color(GREY)
                .set_align(FormatAlign::Right),
            total: number("#,##0.00")
                .set_bold()
                .set_border_top(FormatBorder::Thin)
                .set_border_top_color(LIGHT),
            withheld: top().set_font_color(GREY).set_align(FormatAlign::Right),
            whole: number("0"),
            count: number("#,##0"),
            money: number("#,##0.00"),
            quantity: top(),
            date: number("yyyy-mm-dd").set_align(FormatAlign::Left),
            probability: number("0.0E+00"),
            ratio: number("0.000"),
            text: number("@"),
            quoted: number("@").set_quote_prefix(),
            long: top(),
            wrapped: top().set_text_wrap(),
        }
    }

    /// Of a float by its column: probabilities by their order of magnitude.
    pub fn float(&self, column: &str) -> &Format {
        match column {
            "p_value" | "q_value" | "local_fdr" => &self.probability,
            _ => &self.ratio,
        }
    }

    /// Of a text. One that begins like a formula is marked as text, so that it stays text when a
    /// reader edits the cell.
    pub fn text(&self, text: &str, wraps: bool) -> &Format {
        if text.starts_with(begins_formula) {
            &self.quoted
        } else if wraps {
            &self.wrapped
        } else if text.chars().count() > SHORT {
            &self.long
        } else {
            &self.text
        }
    }
}

/// Whether a column holds sentences.
pub fn wraps(column: &str) -> bool {
    width_of_words(column).is_some()
}

/// Width of a column of sentences, in characters.
fn width_of_words(column: &str) -> Option<f64> {
    Some(match column {
        "summary" | "reason" | "counterpoint" => 60.0,
        "source" | "reference_vintage" | "about" => 45.0,
        "entity_name" => 30.0,
        "schemes" => 24.0,
        _ => return None,
    })
}

/// Width of a column, in characters.
pub fn width(table: &str, column: &str, kind: &DataType) -> f64 {
    if let Some(words) = width_of_words(column) {
        return words;
    }
    let header = column.len() as f64 + 4.0;
    match (column, kind) {
        ("case_id" | "finding_id", _) => 20.0,
        ("entity_id" | "claim_id", _) => 17.0,
        ("specialty" | "detector" | "measure", _) => 26.0,
        ("peer_group", _) => 38.0,
        ("suppressed", _) => 40.0,
        ("note", _) => 44.0,
        (_, DataType::Decimal128(..)) => header.clamp(14.0, 18.0),
        (_, DataType::Date32) => 13.0,
        (_, DataType::Utf8) if table == "columns" => 22.0,
        _ => header.clamp(9.0, 16.0),
    }
}

/// Height of a row that shows `text` whole in a column of `width` characters.
pub fn height(text: &str, width: f64) -> f64 {
    let lines: usize = text
        .split('\n')
        .map(|line| lines_of(line, (width * PROSE) as usize))
        .sum();
    (LINE * lines as f64).min(TALLEST)
}

/// Lines that a text takes, broken at blanks.
fn lines_of(text: &str, width: usize) -> usize {
    let (mut lines, mut length) = (1, 0);
    for word in text.split(' ') {
        let long = word.chars().count();
        if length > 0 && length + 1 + long > width {
            lines += 1;
            length = 0;
        }
        length += long + usize::from(length > 0);
        if length > width {
            lines += (length - 1) / width;
            length = (length - 1) % width + 1;
        }
    }
    lines
}

/// Landscape A4, as many pages across as it takes to read it, and a footer that says what it is.
pub fn page(sheet: &mut Worksheet, name: &str, run: &str, width: f64) {
    let across = (width / PAGE).ceil().max(1.0) as u16;
    sheet
        .set_paper_size(PAPER)
        .set_landscape()
        .set_print_fit_to_pages(across, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer(format!(
            "&L&8claimhound, run {run}&C&8{name}: holds health data, keep confidential&R&8&P of &N"
        ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_blanks_and_within_long_words() {
        for (text, width, lines) in [
            ("", 10, 1),
            ("one two", 10, 1),
            ("one two three", 10, 2),
            ("0123456789", 10, 1),
            ("01234567890", 10, 2),
            ("one 01234567890123456789", 10, 3),
        ] {
            assert_eq!(lines_of(text, width), lines, "{text}");
        }
        assert!(height(&"word ".repeat(10_000), 60.0) <= TALLEST);
        assert!((height("a\nb", 60.0) - 2.0 * LINE).abs() < 1e-9);
    }
}
