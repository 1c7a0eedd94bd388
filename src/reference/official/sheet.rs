//! A published table as it comes: copyright and title rows, then a header, then rows.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::Kind;
use crate::error::{Error, Result};

/// Bytes in which title rows and header must end; CMS's take less than two thousand.
const HEAD_BYTES: usize = 1 << 16;
/// Records looked at for the header.
const HEAD_RECORDS: usize = 40;
/// Records below the header's first that may continue it, column by column.
const HEADER_CONTINUES: usize = 6;
/// Separators of published files, tried in this order.
const DELIMITERS: [u8; 4] = *b"\t,|;";

/// A file whose kind and header are known.
pub struct Sheet {
    pub path: PathBuf,
    pub kind: Kind,
    /// Title rows above the header, and the file's name: where CMS states version and quarter.
    pub title: String,
    /// BLAKE3 of the file as it lies on the disk.
    pub blake3: String,
    columns: Vec<String>,
    text: Vec<u8>,
    delimiter: u8,
    /// Records before the first row.
    head: usize,
}

/// A column of a sheet.
#[derive(Debug, Clone, Copy)]
pub struct ColumnAt(usize);

/// One row, with its place for messages.
pub struct Row<'s> {
    sheet: &'s Sheet,
    record: &'s csv::ByteRecord,
    /// Byte of the file at which the record was read from.
    start: usize,
}

impl Sheet {
    /// Opens a file, plain or gzip-compressed; `None` where no header of a known kind is found.
    ///
    /// # Errors
    /// Where it is no text, or cut off.
    pub fn open(path: &Path) -> Result<Option<Sheet>> {
        let packed = std::fs::read(path).map_err(Error::io(path, "reading"))?;
        let blake3 = blake3::hash(&packed).to_hex().to_string();
        let text = unpacked(path, packed)?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        for delimiter in DELIMITERS {
            let Some(head) = Head::find(&text, delimiter) else {
                continue;
            };
            return Ok(Some(Sheet {
                path: path.to_path_buf(),
                kind: head.kind,
                title: format!("{}\n{}", head.title, name.unwrap_or_default()),
                blake3,
                columns: head.columns,
                text,
                delimiter,
                head: head.records,
            }));
        }
        Ok(None)
    }

    /// The file's name without its folder.
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Whether title or name say that the content is made up.
    pub fn illustrative(&self) -> bool {
        self.title.to_lowercase().contains("illustrative")
    }

    /// A fault of the whole file.
    pub fn fault(&self, found: impl Into<String>, remedy: &str) -> Error {
        Error::input(self.path.display().to_string(), found, remedy)
    }

    /// The first column whose name, in lower case with single blanks, `fits`.
    pub fn find(&self, fits: impl Fn(&str) -> bool) -> Option<ColumnAt> {
        self.columns.iter().position(|c| fits(c)).map(ColumnAt)
    }

    /// As [`Sheet::find`], for a column that must be there.
    ///
    /// # Errors
    /// Names the column and what the header has instead.
    pub fn column(&self, name: &str, fits: impl Fn(&str) -> bool) -> Result<ColumnAt> {
        self.find(fits).ok_or_else(|| {
            self.fault(
                format!(
                    "the column {name} is missing; the header has {}",
                    self.columns.join(" | ")
                ),
                "Give the file as it was published, or add the column",
            )
        })
    }

    /// A column's name as the header has it.
    pub fn column_name(&self, column: ColumnAt) -> &str {
        self.columns.get(column.0).map_or("", String::as_str)
    }

    /// Calls `each` for every row that is not blank.
    ///
    /// # Errors
    /// Where a row lacks one of the `required` columns, a quote is left open, or there is no row;
    /// whatever `each` returns.
    pub fn rows(
        &self,
        required: &[ColumnAt],
        mut each: impl FnMut(&Row) -> Result<()>,
    ) -> Result<()> {
        let least = required.iter().map(|c| c.0).max().unwrap_or(0);
        let mut reader = reader(&self.text, self.delimiter);
        let mut record = csv::ByteRecord::new();
        let whole = self.text.last() == Some(&b'\n');
        let named = self.columns.iter().rposition(|c| !c.is_empty());
        let named = named.unwrap_or(least).max(least);
        let mut seen = 0_usize;
        let mut count = 0_u64;
        loop {
            let more = reader
                .read_byte_record(&mut record)
                .map_err(|e| self.fault(e.to_string(), "Download it again"))?;
            if !more {
                break;
            }
            seen += 1;
            let start = record.position().map_or(0, csv::Position::byte) as usize;
            let end = reader.position().byte() as usize;
            let raw = self.text.get(start..end).unwrap_or_default();
            // A quote alone is a row that was cut off.
            let blank = record.iter().all(|c| c.trim_ascii().is_empty()) && !raw.contains(&b'"');
            if seen <= self.head || blank {
                continue;
            }
            let row = Row {
                sheet: self,
                record: &record,
                start,
            };
            let at_end = reader.position().byte() == self.text.len() as u64;
            // A last row without its line end may have been cut anywhere.
            let last = if at_end && !whole { named } else { least };
            if record.len() <= last {
                return Err(row.fault(
                    ColumnAt(record.len()),
                    format!(
                        "the row ends after {} of {} columns",
                        record.len(),
                        named + 1
                    ),
                    "The file is cut off or was changed: download it again",
                ));
            }
            if let Some(open) = record.iter().position(|c| c.contains(&b'\n')) {
                return Err(row.fault(
                    ColumnAt(open),
                    "a quoted value runs over several lines",
                    "Close the quote, or download the file again",
                ));
            }
            each(&row)?;
            count += 1;
        }
        if count == 0 {
            return Err(self.fault(
                "no row below the header",
                "The file is cut off: download it again",
            ));
        }
        Ok(())
    }
}

impl Row<'_> {
    /// Line of the file, from 1. A record may begin with the end of the line before it, where that
    /// ends with CR and LF.
    fn line(&self) -> usize {
        let rest = self.sheet.text.get(self.start..).unwrap_or_default();
        let ends = rest
            .iter()
            .take_while(|b| b.is_ascii_control() && **b != b'\t');
        let before = self.sheet.text.get(..self.start + ends.count());
        before.unwrap_or_default().split(|b| *b == b'\n').count()
    }

    /// A fault of one value, with file, row and column.
    pub fn fault(&self, column: ColumnAt, found: impl Into<String>, remedy: &str) -> Error {
        let place = format!(
            "{}, row {}, column {}",
            self.sheet.path.display(),
            self.line(),
            self.sheet.column_name(column)
        );
        Error::input(place, found, remedy)
    }

    /// Bytes of a value without blanks around; empty where the row is shorter.
    pub fn bytes(&self, column: ColumnAt) -> &[u8] {
        self.record.get(column.0).unwrap_or_default().trim_ascii()
    }

    /// A value that must be UTF-8.
    ///
    /// # Errors
    /// With the place.
    pub fn text(&self, column: ColumnAt) -> Result<&str> {
        std::str::from_utf8(self.bytes(column)).map_err(|_| {
            self.fault(
                column,
                "the value is not UTF-8 text",
                "Save the file as UTF-8",
            )
        })
    }

    /// A name, in upper case; bytes beyond ASCII are read as Latin-1 where they are not UTF-8.
    pub fn name(&self, column: ColumnAt) -> Option<String> {
        let bytes = self.bytes(column);
        let text = std::str::from_utf8(bytes).map_or_else(
            |_| bytes.iter().map(|b| char::from(*b)).collect(),
            str::to_owned,
        );
        Some(text.to_uppercase()).filter(|t| !t.is_empty())
    }

    /// A HCPCS or CPT code: five letters or digits.
    ///
    /// # Errors
    /// With the place, where it is none.
    pub fn code(&self, column: ColumnAt) -> Result<String> {
        let text = self.text(column)?;
        let is_code = text.len() == 5 && text.bytes().all(|b| b.is_ascii_alphanumeric());
        is_code.then(|| text.to_ascii_uppercase()).ok_or_else(|| {
            let found = format!("\"{text}\" where a code of five letters or digits belongs");
            self.fault(column, found, "Correct the row, or download the file again")
        })
    }

    /// A date as `YYYYMMDD` or `YYYY-MM-DD`, in days since 1970-01-01; `None` for one of the
    /// words that mean "none" and for an empty value.
    ///
    /// # Errors
    /// With the place, where it is no date.
    pub fn day(&self, column: ColumnAt, none: &[&str]) -> Result<Option<i64>> {
        let text = self.text(column)?;
        if text.is_empty() || none.contains(&text) {
            return Ok(None);
        }
        let plain: String = text.split('-').collect();
        let dashes_fit = text.len() == plain.len() || text.len() == plain.len() + 2;
        let part = |range: std::ops::Range<usize>| plain.get(range).unwrap_or_default().parse();
        let date = (plain.len() == 8 && dashes_fit && plain.is_ascii())
            .then(|| match (part(0..4), part(4..6), part(6..8)) {
                (Ok(year), Ok(month), Ok(day)) => {
                    jiff::civil::Date::new(year, month as i8, day as i8).ok()
                }
                _ => None,
            })
            .flatten();
        date.map(|d| Some(crate::reference::day(d))).ok_or_else(|| {
            let found = format!("\"{text}\" where a date as YYYYMMDD belongs");
            self.fault(column, found, "Correct the row, or download the file again")
        })
    }
}

/// Where title rows end and rows begin.
struct Head {
    kind: Kind,
    title: String,
    columns: Vec<String>,
    records: usize,
}

impl Head {
    fn find(text: &[u8], delimiter: u8) -> Option<Head> {
        let mut reader = reader(&text[..text.len().min(HEAD_BYTES)], delimiter);
        let mut records = reader.byte_records().map_while(std::result::Result::ok);
        let mut title: Vec<String> = Vec::new();
        for position in 0..HEAD_RECORDS {
            let cells = plain(&records.next()?);
            let Some(kind) = Kind::of_header(&cells) else {
                title.push(cells.join(" "));
                continue;
            };
            // CMS's text files spread a column's name over several rows; the code columns, which
            // every row fills, have theirs on the first. In other files a row may well begin with
            // an empty cell: OIG's list opens with businesses, which have no last name.
            let mut columns = cells;
            let mut count = position + 1;
            let spread = matches!(kind, Kind::ProcedurePairs | Kind::MedicallyUnlikely);
            let most = if spread { HEADER_CONTINUES } else { 0 };
            for more in records.take(most).map(|r| plain(&r)) {
                if more.first().is_none_or(|c| !c.is_empty()) || more.iter().all(String::is_empty) {
                    break;
                }
                for (name, rest) in columns.iter_mut().zip(&more) {
                    format!("{name} {rest}").trim().clone_into(name);
                }
                count += 1;
            }
            return Some(Head {
                kind,
                title: title.join("\n"),
                columns,
                records: count,
            });
        }
        None
    }
}

/// Cells of a header, in lower case with single blanks.
fn plain(record: &csv::ByteRecord) -> Vec<String> {
    let cell = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        let text = text.replace('\u{feff}', "");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    record.iter().map(cell).collect()
}

fn reader(text: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text)
}

/// The file's text, or why it has none.
fn unpacked(path: &Path, packed: Vec<u8>) -> Result<Vec<u8>> {
    let fault =
        |found: &str, remedy: &str| Err(Error::input(path.display().to_string(), found, remedy));
    if packed.is_empty() {
        return fault("the file is empty", "Download it again");
    }
    if packed.starts_with(b"PK\x03\x04") || packed.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return fault(
            "an Excel workbook or a ZIP archive, which this version does not read",
            "Unpack it, and give the text or CSV file inside; save a workbook as CSV",
        );
    }
    if packed.starts_with(&[0xff, 0xfe]) || packed.starts_with(&[0xfe, 0xff]) {
        return fault("the text is UTF-16", "Save it as UTF-8");
    }
    if !packed.starts_with(&[0x1f, 0x8b]) {
        return Ok(packed);
    }
    let mut text = Vec::new();
    match flate2::read::MultiGzDecoder::new(packed.as_slice()).read_to_end(&mut text) {
        Ok(_) => Ok(text),
        Err(_) => fault(
            "the compressed file is damaged or cut off",
            "Transfer it again",
        ),
    }
}
