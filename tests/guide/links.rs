//! Links of a page: to other pages, to headings, to files of the repository.

use std::fs;
use std::path::Path;

use super::book::{Page, root};

/// The repository's files on its forge, as `Cargo.toml` names it.
const FILES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/");

pub struct Link {
    pub line: usize,
    pub target: String,
}

/// The targets of `[…](target)` outside fenced blocks and code spans.
pub fn of(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for (line, prose) in prose(text) {
        let mut rest = prose.as_str();
        while let Some(at) = rest.find("](") {
            rest = &rest[at + 2..];
            let Some(end) = rest.find(')') else { break };
            links.push(Link {
                line,
                target: rest[..end].to_owned(),
            });
            rest = &rest[end..];
        }
    }
    links
}

/// What is wrong with a page's links, one a line.
pub fn broken(page: &Page) -> Vec<String> {
    let wrong = |link: &Link| format!("{}:{}: {}", page.name, link.line, link.target);
    let is_broken = |link: &&Link| {
        if let Some(file) = link.target.strip_prefix(FILES) {
            return !exists(&root().join(file.split('#').next().unwrap_or(file)));
        }
        if link.target.contains("://") {
            return false;
        }
        let (file, heading) = link.target.split_once('#').unwrap_or((&link.target, ""));
        let path = match file {
            "" => page.path.clone(),
            file => page.path.parent().unwrap_or(root()).join(file),
        };
        !exists(&path) || (!heading.is_empty() && !has_heading(&path, heading))
    };
    of(&page.text).iter().filter(is_broken).map(wrong).collect()
}

fn exists(path: &Path) -> bool {
    path.canonicalize().is_ok()
}

fn has_heading(path: &Path, heading: &str) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let headings = prose(&text)
        .into_iter()
        .filter(|(_, line)| line.starts_with('#'));
    headings
        .into_iter()
        .any(|(_, line)| anchor(line.trim_start_matches('#')) == heading)
}

/// A heading's anchor, as mdBook and forges make it of plain words.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// The lines outside fenced blocks with their numbers; what stands in code spans of a line that is
/// no heading is left out.
fn prose(text: &str) -> Vec<(usize, String)> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced && line.starts_with('#') {
            lines.push((number, line.to_owned()));
        } else if !fenced {
            lines.push((number, line.split('`').step_by(2).collect()));
        }
    }
    lines
}
