//! LibreOffice without a window, one conversion at a time, with a profile of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use tempfile::TempDir;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Every sheet as CSV: comma, quotes, UTF-8, values as they are and not as they are shown.
const EVERY_SHEET: &str =
    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1";
const WORKBOOK: &str = "xlsx:Calc MS Excel 2007 XML";

/// Converts a file and gives what came of it, by name.
///
/// # Panics
/// Where LibreOffice is missing or fails: a test that skips proves nothing.
fn convert(file: &Path, to: &str, more: &[String]) -> (TempDir, Vec<PathBuf>) {
    let _turn = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let out = TempDir::new().expect("a temporary folder");
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libreoffice");
    let output = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            profile.display()
        ))
        .args(["--headless", "--norestore"])
        .args(more)
        .args(["--convert-to", to, "--outdir"])
        .arg(out.path())
        .arg(file)
        .output()
        .unwrap_or_else(|e| {
            panic!("soffice does not start ({e}): apt-get install libreoffice-calc")
        });
    let mut made: Vec<PathBuf> = fs::read_dir(out.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    made.sort();
    assert!(
        output.status.success() && !made.is_empty(),
        "soffice made nothing of {}: {}{}",
        file.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (out, made)
}

/// The rows of every sheet of a workbook by the sheet's name, as LibreOffice reads them.
pub fn sheets(workbook: &Path) -> BTreeMap<String, Vec<Vec<String>>> {
    let (_out, made) = convert(workbook, EVERY_SHEET, &[]);
    let stem = workbook.file_stem().expect("a name").to_string_lossy();
    made.iter()
        .map(|file| {
            let name = file.file_stem().expect("a name").to_string_lossy();
            let sheet = name
                .strip_prefix(&format!("{stem}-"))
                .expect("a sheet's name");
            let rows = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_path(file)
                .expect("a CSV file")
                .records()
                .map(|r| r.expect("a row").iter().map(str::to_owned).collect())
                .collect();
            (sheet.to_owned(), rows)
        })
        .collect()
}

/// What LibreOffice makes of a CSV file with one of its separators, as a workbook.
pub fn opened(csv: &Path, separator: char) -> (TempDir, PathBuf) {
    let filter = format!("--infilter=CSV:{},34,76", u32::from(separator));
    let (out, made) = convert(csv, WORKBOOK, &[filter]);
    (out, made[0].clone())
}
