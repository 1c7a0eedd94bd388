//! What stdout is: its width, whether it takes colours, and text and tables that fit it.
//!
//! Into a pipe or a file everything is plain and as wide as it needs; on a terminal lines break
//! where it ends, and colour marks what is new or grown unless `NO_COLOR` asks for none.

use std::io::IsTerminal;

use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, Table, presets};

/// Columns from which a table is shown with every column of its own; below, some share one.
pub const WIDE: usize = 130;
/// Text is not wrapped to fewer columns than this.
const NARROWEST: usize = 40;

/// A meaning that a colour carries beside the word that says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// A heading.
    Strong,
    /// The name of a scheme.
    Scheme,
    /// A new case.
    New,
    /// A case that has grown.
    Grown,
}

impl Ink {
    /// The ink of a case's status.
    pub fn of_status(status: &str) -> Option<Ink> {
        match status {
            "new" => Some(Ink::New),
            "grown" => Some(Ink::Grown),
            _ => None,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Ink::Strong => "1",
            Ink::Scheme => "35",
            Ink::New => "36",
            Ink::Grown => "33",
        }
    }

    fn colour(self) -> Color {
        match self {
            Ink::Strong => Color::Reset,
            Ink::Scheme => Color::DarkMagenta,
            Ink::New => Color::DarkCyan,
            Ink::Grown => Color::DarkYellow,
        }
    }
}

/// Columns of the terminal; `None` where stdout is none.
pub fn width() -> Option<usize> {
    Table::new().width().map(usize::from)
}

/// Whether a table has to put several columns into one.
pub fn is_narrow() -> bool {
    width().is_some_and(|columns| columns < WIDE)
}

/// Whether colours are wanted: on a terminal, unless `NO_COLOR` is set (no-color.org) or the
/// terminal knows none.
pub fn colours() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    std::io::stdout().is_terminal() && !refused && !dumb
}

/// Text in an ink, or plain.
pub fn paint(text: &str, ink: Option<Ink>) -> String {
    match ink.filter(|_| colours()) {
        Some(ink) => format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code()),
        None => text.to_owned(),
    }
}

/// A cell in an ink, or plain.
pub fn cell(text: impl ToString, ink: Option<Ink>) -> Cell {
    let cell = Cell::new(text);
    match ink.filter(|_| colours()) {
        Some(ink) => cell.fg(ink.colour()),
        None => cell,
    }
}

/// An empty table that fits the terminal.
pub fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.to_vec());
    table
}

/// Sets columns flush right.
pub fn align_right(table: &mut Table, columns: &[usize]) {
    for column in columns {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// Prints a paragraph, on a terminal broken between words, every line indented.
pub fn paragraph(indent: usize, text: &str) {
    match width() {
        Some(columns) => {
            for line in wrapped(text, columns.max(NARROWEST) - indent) {
                say!("{:indent$}{line}", "");
            }
        }
        None => say!("{:indent$}{text}", ""),
    }
}

/// Breaks a text between words into lines of at most `columns` characters; a longer word stands
/// alone.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().map_or(0, |l| l.chars().count());
        if last > 0 && last + 1 + word.chars().count() > columns {
            lines.push(word.to_owned());
        } else if let Some(line) = lines.last_mut() {
            if last > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_lose_none() {
        let lines = wrapped("one two three extraordinarily four", 9);
        assert_eq!(lines, ["one two", "three", "extraordinarily", "four"]);
        assert_eq!(wrapped("", 9), [""]);
    }
}
