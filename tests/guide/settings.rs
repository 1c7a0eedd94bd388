//! The configuration file: defaults as the program has them, words as its source has them.

use std::fs;
use std::path::Path;

use claimhound::config::Config;
use toml::Value;

use super::book::{cell, root, table, title};

/// The page of settings: every section and key, whether or not it has a default.
pub fn page() -> String {
    let sources = sources(&root().join("src"));
    let defaults = Value::try_from(Config::default()).expect("settings are TOML");
    let mut text = title(
        "Configuration",
        "`--config FILE.toml`. Every key has a default; unknown keys are refused, with the line.",
    );
    for section in fields(&sources, "Config") {
        let mut rows = Vec::new();
        for field in fields(&sources, &section.kind) {
            let default = defaults.get(&section.name).and_then(|s| s.get(&field.name));
            let default = default.map_or_else(|| "none".to_owned(), |v| format!("`{v}`"));
            rows.push(vec![format!("`{}`", field.name), default, field.about]);
        }
        text.push_str(&format!("## \\[{}\\]\n\n", section.name));
        text.push_str(&table(&["key", "default", "meaning"], &rows));
        text.push('\n');
        let known = defaults.get(&section.name).and_then(Value::as_table);
        let known = known.map_or(0, toml::map::Map::len);
        assert!(
            rows.len() >= known && known > 0,
            "[{}] is not read whole",
            section.name
        );
    }
    format!("{}\n", text.trim_end())
}

struct Field {
    name: String,
    kind: String,
    about: String,
}

/// The public fields of a struct with their doc comments.
fn fields(sources: &[String], kind: &str) -> Vec<Field> {
    let head = format!("pub struct {kind} {{\n");
    let body = sources
        .iter()
        .find_map(|s| s.split_once(&head))
        .and_then(|(_, rest)| rest.split_once("\n}"))
        .unwrap_or_else(|| panic!("no {head}"))
        .0;
    let mut fields = Vec::new();
    let mut about = Vec::new();
    for line in body.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            about.push(words.trim());
        } else if let Some((name, kind)) = line.strip_prefix("pub ").and_then(|l| l.split_once(':'))
        {
            fields.push(Field {
                name: name.to_owned(),
                kind: kind.trim().trim_end_matches(',').to_owned(),
                about: cell(&about.join(" ")),
            });
            about.clear();
        }
    }
    assert!(!fields.is_empty(), "{kind} has no public fields");
    fields
}

/// The text of every source file, in the order of their paths.
fn sources(folder: &Path) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.expect("a folder entry").path())
        .collect();
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        if path.is_dir() {
            texts.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            texts.push(fs::read_to_string(&path).expect("a source file"));
        }
    }
    texts
}
