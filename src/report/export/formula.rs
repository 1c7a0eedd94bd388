//! Text in CSV files that no spreadsheet takes for a formula, and back again.
//!
//! A spreadsheet that opens a CSV file computes whatever begins with `=`, `+`, `-` or `@`, and
//! drops some leading control characters before it looks (CWE-1236; OWASP, *CSV Injection*; OWASP
//! ASVS 5.0 1.2.10). A cell need not begin where the field does: where a semicolon is the
//! separator of the user's country, or a line is cut at a tab, the text behind it is a cell of its
//! own, quotes or not.

use std::borrow::Cow;

/// What is put before a character that would begin a formula.
pub const PREFIX: char = '\'';

/// Whether a cell that begins with it would be computed. Full-width forms count: spreadsheets of
/// East Asian languages take them for the plain ones.
#[must_use]
pub fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−')
}

/// Whether some importer begins a new cell behind it, whatever the quotes say.
fn separates(c: char) -> bool {
    matches!(c, ';' | '\t' | '\r' | '\n')
}

/// Whether an importer may drop it at the beginning of a cell.
fn dropped(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

/// Puts [`PREFIX`] before every character that would begin a formula where a cell may begin, before
/// [`PREFIX`] itself there, so that [`restore`] is exact, and before a control character at the
/// very beginning.
#[must_use]
pub fn neutralise(text: &str) -> Cow<'_, str> {
    let harmless = |c: char| !(begins_formula(c) || c == PREFIX || c.is_control());
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    if text.starts_with(char::is_control) {
        out.push(PREFIX);
    }
    let mut begins = true;
    for c in text.chars() {
        if begins && (begins_formula(c) || c == PREFIX) {
            out.push(PREFIX);
        }
        begins = separates(c) || (begins && dropped(c));
        out.push(c);
    }
    Cow::Owned(out)
}

/// The text that [`neutralise`] was given.
#[must_use]
pub fn restore(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    if text.starts_with(PREFIX) && text.chars().nth(1).is_some_and(char::is_control) {
        chars.next();
    }
    let mut begins = true;
    while let Some(c) = chars.next() {
        let taken = if begins && c == PREFIX {
            chars.next().unwrap_or(c)
        } else {
            c
        };
        begins = separates(taken) || (begins && dropped(taken));
        out.push(taken);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_begins_a_formula_gets_the_prefix() {
        for (text, written) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-10000010254618", "'-10000010254618"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("\0=1", "'\0'=1"),
            (" =1", " '=1"),
            ("\u{feff}=1", "\u{feff}'=1"),
            ("＝1+1", "'＝1+1"),
            ("Smith;=1+1", "Smith;'=1+1"),
            ("Smith\n -1", "Smith\n '-1"),
            ("'s Hertogenbosch", "''s Hertogenbosch"),
        ] {
            assert_eq!(neutralise(text), written, "{text:?}");
            assert_eq!(restore(written), text, "{written:?}");
        }
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "",
            "0001",
            "A-1",
            "Smith & Sons, Inc. (+ lab)",
            "12; 13.5 at risk; review",
            "<script>",
            "no. 1 = best",
        ] {
            assert_eq!(neutralise(text), text);
            assert_eq!(restore(text), text);
        }
    }

    /// Texts rich in what matters here.
    fn hostile() -> impl Strategy<Value = String> {
        let signs: Vec<char> = "=+-@'＝;\t\r\n \0\u{feff}a1".chars().collect();
        prop::collection::vec(prop::sample::select(signs), 0..12).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in prop_oneof![hostile(), any::<String>()]) {
            prop_assert_eq!(restore(&neutralise(&text)), text);
        }

        #[test]
        fn no_cell_begins_a_formula(text in hostile()) {
            let written = neutralise(&text);
            prop_assert!(!written.starts_with(['\t', '\r', '\n', '\0']));
            for cell in written.split(separates) {
                let first = cell.trim_start_matches(dropped).chars().next();
                prop_assert!(!first.is_some_and(begins_formula), "{:?}", written);
            }
        }
    }
}
