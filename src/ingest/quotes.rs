//! Finds quoted values that are never closed: a CSV parser takes the rows behind one as its text,
//! and they would be gone.

use std::io::{BufRead, Read, Result};

/// Where the reader stands between two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the first byte of a row.
    Row,
    /// At the first byte of a later value.
    Value,
    /// In a value without quotes, or behind the closing quote of one that held no line end.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind a quote between quotes: the closing one, or the first of two that mean one.
    Closing,
}

/// A quoted value that is not closed, by the data row it begins in (1 is the first after the
/// header).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quoted value that begins in row {row} is not closed")]
pub struct OpenQuote {
    pub row: i64,
}

/// Passes text on unchanged and fails with an [`OpenQuote`] where the text ends between quotes, or
/// where text follows the closing quote of a value that runs over several lines: that quote opened
/// another value, rows further down.
pub struct QuoteWatch<R> {
    inner: R,
    delimiter: u8,
    state: State,
    /// Rows begun so far, the header among them.
    rows: i64,
    /// Whether the quoted value holds a line end.
    several_lines: bool,
    fault: Option<OpenQuote>,
}

impl<R: BufRead> QuoteWatch<R> {
    pub fn new(inner: R, delimiter: u8) -> QuoteWatch<R> {
        QuoteWatch {
            inner,
            delimiter,
            state: State::Row,
            rows: 0,
            several_lines: false,
            fault: None,
        }
    }

    fn watch(&mut self, byte: u8) {
        use State::{Closing, Plain, Quoted, Row, Value};
        let line_end = matches!(byte, b'\n' | b'\r');
        if self.state == Row {
            if line_end {
                return;
            }
            self.rows += 1;
        }
        self.state = match (self.state, byte) {
            (Row | Value, b'"') => {
                self.several_lines = false;
                Quoted
            }
            (Quoted, b'"') => Closing,
            (Quoted, _) => {
                self.several_lines |= line_end;
                Quoted
            }
            (Closing, b'"') => Quoted,
            (_, byte) if byte == self.delimiter => Value,
            _ if line_end => Row,
            (Closing, _) if self.several_lines => {
                self.fault = Some(OpenQuote { row: self.rows - 1 });
                Plain
            }
            _ => Plain,
        };
    }
}

impl<R: BufRead> Read for QuoteWatch<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(into)?;
        for byte in &into[..count] {
            if self.fault.is_none() {
                self.watch(*byte);
            }
        }
        if count == 0 && !into.is_empty() && self.state == State::Quoted {
            self.fault = Some(OpenQuote { row: self.rows - 1 });
        }
        match self.fault {
            Some(fault) => Err(std::io::Error::other(fault)),
            None => Ok(count),
        }
    }
}
