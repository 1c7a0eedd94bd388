//! The guide's pages and what stands in them.

use std::fs;
use std::path::{Path, PathBuf};

/// Set to write pages anew instead of comparing them.
const UPDATE: &str = "UPDATE_GUIDE";

/// A page: its path below `docs/src`, or below the repository's root.
pub struct Page {
    pub name: String,
    pub path: PathBuf,
    pub text: String,
}

impl Page {
    pub fn at_the_root(name: &str) -> Page {
        let path = root().join(name);
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
        Page {
            name: name.to_owned(),
            path,
            text,
        }
    }
}

/// A fenced block.
pub struct Fence {
    pub language: String,
    /// Number of its first line.
    pub line: usize,
    pub body: String,
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn folder() -> PathBuf {
    root().join("docs")
}

/// An empty folder below the target folder.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("guide")
        .join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("removing what an earlier test left");
    }
    fs::create_dir_all(&folder).expect("creating a folder for the test");
    folder
}

/// Every page but the summary, by path.
pub fn pages() -> Vec<Page> {
    let source = folder().join("src");
    let mut pages = Vec::new();
    collect(&source, &source, &mut pages);
    pages.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!pages.is_empty(), "no pages in {}", source.display());
    pages
}

fn collect(source: &Path, folder: &Path, pages: &mut Vec<Page>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            collect(source, &path, pages);
        } else if path.extension().is_some_and(|e| e == "md") {
            let name = path.strip_prefix(source).expect("below docs/src");
            let name = name.to_string_lossy().into_owned();
            if name != "SUMMARY.md" {
                let text = fs::read_to_string(&path).expect("a readable page");
                pages.push(Page { name, path, text });
            }
        }
    }
}

/// The fenced blocks of a page, in order.
pub fn fences(text: &str) -> Vec<Fence> {
    let mut fences: Vec<Fence> = Vec::new();
    let mut open = false;
    for (line, number) in text.lines().zip(1..) {
        match line.strip_prefix("```") {
            Some(language) if !open => {
                open = true;
                let language = language.trim().to_owned();
                fences.push(Fence {
                    language,
                    line: number + 1,
                    body: String::new(),
                });
            }
            Some(_) => open = false,
            None if open => {
                let fence = fences.last_mut().expect("an open fence");
                fence.body.push_str(line);
                fence.body.push('\n');
            }
            None => {}
        }
    }
    assert!(!open, "a fence is not closed");
    fences
}

/// Whether pages are to be written anew.
pub fn updating() -> bool {
    std::env::var_os(UPDATE).is_some()
}

/// Compares a file with what it should hold, or writes it where [`updating`].
pub fn keep(path: &Path, text: &str) {
    let committed = fs::read_to_string(path).unwrap_or_default();
    if committed == text {
        return;
    }
    if updating() {
        fs::write(path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        return;
    }
    let differs = |(a, b): (Option<&str>, Option<&str>)| a != b;
    let (mut old, mut new) = (committed.lines(), text.lines());
    let longest = committed.lines().count().max(text.lines().count());
    let (number, was, is) = (1..=longest)
        .map(|number| (number, old.next(), new.next()))
        .find(|(_, was, is)| differs((*was, *is)))
        .unwrap_or((longest, Some("other line ends"), None));
    panic!(
        "{}:{number} is out of date; run `{UPDATE}=1 cargo test --test guide`.\n  \
         committed: {was:?}\n  now:       {is:?}",
        path.display()
    );
}

/// Text as it stands in a cell of a Markdown table.
pub fn cell(text: &str) -> String {
    text.replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('\n', " ")
}

/// A Markdown table; a row's cells are Markdown already.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!(
        "| {} |\n|{}\n",
        header.join(" | "),
        "---|".repeat(header.len())
    );
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}

/// The heading of a rendered page.
pub fn title(title: &str, about: &str) -> String {
    format!(
        "<!-- Written by tests/guide.rs from the program's registries; changes here are lost. -->\n\n\
         # {title}\n\n{about}\n\n"
    )
}

/// Names as code, separated by commas.
pub fn codes(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    names.join(", ")
}
