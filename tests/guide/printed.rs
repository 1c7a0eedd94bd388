//! What pages show as printed: marked in an HTML comment before a fenced block, run anew here in
//! the order of the pages' markers, in one folder.
//!
//! | marker | the fenced block behind it |
//! |---|---|
//! | `<!-- file: PATH -->` | is written to a file |
//! | `<!-- python -->` | is run by the tests' Python; the next block is what it prints |
//! | `<!-- claimhound … -->` | is what the command prints |
//! | `<!-- claimhound … \| head -N -->` | its first N lines |
//!
//! `claims` in that folder is a copy of a public sample, `out` and whatever else commands write.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::book::{Page, keep, scratch};
use super::support::{python::python, sample};

/// Longest line of a block, where a sentence goes on in the next.
const WIDTH: usize = 100;
/// Longest row of a table; what is beyond is cut.
const ROW_WIDTH: usize = 150;
/// Pages whose commands come first, since later pages read what they write.
const FIRST: [&str; 2] = ["tutorial.md", "own-claims.md"];

/// Runs every marker and compares the blocks, or writes them anew.
pub fn check(pages: &[Page]) {
    let place = scratch("printed");
    copy(&sample("tuva_demo"), &place.join("claims"));
    let (first, later): (Vec<&Page>, Vec<&Page>) =
        pages.iter().partition(|p| FIRST.contains(&p.name.as_str()));
    let mut first = first;
    first.sort_by_key(|p| FIRST.iter().position(|f| *f == p.name));
    let mut blocks = 0;
    for page in first.into_iter().chain(later) {
        let (text, printed) = printed_anew(page, &place);
        blocks += printed;
        keep(&page.path, &text);
    }
    assert!(blocks > 5, "only {blocks} printed blocks were found");
}

/// A page with its printed blocks as they are now, and how many there are.
fn printed_anew(page: &Page, place: &Path) -> (String, usize) {
    let mut text = String::new();
    let mut blocks = 0;
    let mut wanted: Option<String> = None;
    let mut pending = None;
    let mut lines = page.text.lines();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        if let Some(marker) = line
            .strip_prefix("<!-- ")
            .and_then(|l| l.strip_suffix(" -->"))
        {
            if marker.starts_with("claimhound ") {
                wanted = Some(printed(marker, place));
            } else {
                pending = Some(marker);
            }
        } else if line.starts_with("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
            let body = body.iter().fold(String::new(), |all, l| all + l + "\n");
            match (wanted.take(), pending.take()) {
                (Some(printed), _) => {
                    blocks += 1;
                    text.push_str(&printed);
                }
                (None, marker) => {
                    text.push_str(&body);
                    match marker {
                        Some("python") => wanted = Some(by_python(&body, place)),
                        Some(marker) => write(marker, &body, place),
                        None => {}
                    }
                }
            }
            text.push_str("```\n");
        }
    }
    assert!(wanted.is_none(), "{}: a marker has no block", page.name);
    (text, blocks)
}

fn write(marker: &str, body: &str, place: &Path) {
    if let Some(name) = marker.strip_prefix("file: ") {
        let path = place.join(name);
        fs::create_dir_all(path.parent().unwrap_or(place)).expect("a folder for an example");
        fs::write(&path, body).expect("writing an example");
    }
}

/// What a command prints, on either stream.
fn printed(marker: &str, place: &Path) -> String {
    let (command, head) = match marker.split_once(" | head -") {
        Some((command, number)) => (command, number.parse().expect("a number of lines")),
        None => (marker, usize::MAX),
    };
    let mut program = Command::new(env!("CARGO_BIN_EXE_claimhound"));
    program
        .arg("--quiet")
        .args(command.split_whitespace().skip(1));
    block(&mut program, command, head, place)
}

fn by_python(code: &str, place: &Path) -> String {
    let mut program = Command::new(python());
    program.args(["-B", "-c", code]);
    let text = block(&mut program, code, usize::MAX, place);
    assert!(!text.contains("Traceback"), "{text}");
    text
}

fn block(program: &mut Command, shown: &str, head: usize, place: &Path) -> String {
    let output = program
        .current_dir(place)
        .env("NO_COLOR", "1")
        .env("COLUMNS", WIDTH.to_string())
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|e| panic!("{shown}: {e}"));
    let code = output.status.code();
    let [out, err] = [&output.stdout, &output.stderr].map(|b| String::from_utf8_lossy(b));
    assert!(
        matches!(code, Some(0 | 3)),
        "{shown} ended with {code:?}:\n{out}{err}"
    );
    // Where the test runs is nobody's business.
    let all = format!("{out}{err}").replace(&format!("{}/", place.display()), "");
    let lines: Vec<String> = all
        .lines()
        .map(str::trim_end)
        // Rules between the rows of a table say nothing.
        .filter(|line| line.is_empty() || !line.chars().all(|c| c == '─'))
        .flat_map(fitted)
        .collect();
    let mut text = lines[..lines.len().min(head)].join("\n");
    if lines.len() > head {
        text.push_str("\n…");
    }
    format!("{}\n", text.trim_matches('\n'))
}

/// A line as a page shows it: rows of tables are cut at [`ROW_WIDTH`], sentences go on at [`WIDTH`].
fn fitted(line: &str) -> Vec<String> {
    let width = |text: &str| text.chars().count();
    if width(line) <= WIDTH {
        return vec![line.to_owned()];
    }
    let is_row = line.trim_start().contains("   ") || line.contains('═') || line.contains('│');
    if is_row && width(line) <= ROW_WIDTH {
        return vec![line.to_owned()];
    }
    if is_row {
        let cut: String = line.chars().take(ROW_WIDTH - 1).collect();
        return vec![format!("{}…", cut.trim_end())];
    }
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    let mut lines = vec![indent.clone()];
    for word in line.split_whitespace() {
        let last = lines.last_mut().expect("a line");
        let space = usize::from(last.len() > indent.len());
        if width(last) + space + width(word) > WIDTH && space == 1 {
            lines.push(format!("{indent}{word}"));
        } else {
            if space == 1 {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

/// A copy that commands may write beside.
fn copy(from: &Path, into: &Path) {
    fs::create_dir_all(into).expect("a folder");
    for entry in fs::read_dir(from).expect("the sample") {
        let path = entry.expect("a folder entry").path();
        if path.is_file() {
            fs::copy(&path, into.join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
}
