//! The user guide says what is so: its reference pages are rendered from the registries, what it
//! prints is what the program prints, and its links, commands, rules, layouts and settings are
//! good.
//!
//! `UPDATE_GUIDE=1 cargo test --test guide` writes reference pages and printed blocks anew; without
//! it a page that differs fails the test.

#![allow(
    clippy::format_push_string,
    reason = "pages are put together piece by piece"
)]

mod support;

#[path = "guide/book.rs"]
mod book;
#[path = "guide/commands.rs"]
mod commands;
#[path = "guide/links.rs"]
mod links;
#[path = "guide/lists.rs"]
mod lists;
#[path = "guide/printed.rs"]
mod printed;
#[path = "guide/settings.rs"]
mod settings;
#[path = "guide/tables.rs"]
mod tables;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use claimhound::config::Config;
use claimhound::edits::{Edit, try_out};
use claimhound::ingest::layout::Layout;
use claimhound::reference::Reference;

use book::{Page, fences, keep, pages};
use support::python::{python, run};

#[test]
fn reference_pages_are_what_the_registries_say() {
    let rendered = [
        ("commands.md", commands::page()),
        ("settings.md", settings::page()),
        ("schemes.md", lists::schemes()),
        ("measures.md", lists::measures()),
        ("edits.md", lists::edits()),
        ("checks.md", lists::checks()),
        ("outliers.md", lists::outliers()),
        ("layouts.md", tables::layouts()),
        ("sql-tables.md", tables::canonical()),
        ("reference-tables.md", tables::reference()),
        ("output.md", tables::output()),
    ];
    for (name, text) in &rendered {
        keep(&book::folder().join("src/reference").join(name), text);
    }
    let written: BTreeSet<String> = pages()
        .into_iter()
        .filter_map(|p| p.name.strip_prefix("reference/").map(str::to_owned))
        .collect();
    let known: BTreeSet<String> = rendered.iter().map(|(n, _)| (*n).to_owned()).collect();
    assert_eq!(written, known, "a page in reference/ that nothing renders");
}

#[test]
fn the_summary_names_every_page_and_no_other() {
    let summary = fs::read_to_string(book::folder().join("src/SUMMARY.md")).expect("SUMMARY.md");
    let named: Vec<String> = links::of(&summary).into_iter().map(|l| l.target).collect();
    let unique: BTreeSet<String> = named.iter().cloned().collect();
    assert_eq!(unique.len(), named.len(), "SUMMARY.md names a page twice");
    let there: BTreeSet<String> = pages().into_iter().map(|p| p.name).collect();
    assert_eq!(unique, there, "left: SUMMARY.md, right: docs/src");
}

#[test]
fn links_lead_somewhere() {
    let broken: Vec<String> = pages().iter().flat_map(links::broken).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    // The README's and the contributors' way into the guide.
    for file in ["README.md", "CONTRIBUTING.md"] {
        let broken = links::broken(&Page::at_the_root(file));
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}

#[test]
fn commands_and_options_exist() {
    let program = commands::Program::ask();
    let mut seen = 0;
    let mut wrong = Vec::new();
    for page in pages() {
        for command in commands::written_in(&page.text) {
            seen += 1;
            wrong.extend(
                program
                    .faults(&command)
                    .map(|f| format!("{}: {f}", page.name)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        seen > 30,
        "only {seen} commands were recognised in the guide"
    );
    assert_eq!(
        ["claimhound scna x", "claimhound scan x --uot y"].map(|c| program.faults(c).is_some()),
        [true, true],
        "the check finds nothing"
    );
}

#[test]
fn rules_layouts_and_settings_of_the_guide_are_good() {
    let reference = Reference::embedded().expect("embedded tables");
    let (mut edits, mut layouts, mut settings) = (0, 0, 0);
    for page in pages().iter().filter(|p| !p.name.starts_with("reference/")) {
        for fence in fences(&page.text) {
            let place = format!("{}:{}", page.name, fence.line);
            if fence.body.starts_with("-- scheme:") {
                let edit =
                    Edit::parse("example", &fence.body, &place).unwrap_or_else(|e| panic!("{e}"));
                try_out(&[edit], &reference).unwrap_or_else(|e| panic!("{e}"));
                edits += 1;
            } else if fence.body.starts_with("-- layout:") {
                Layout::parse(&fence.body, &place).unwrap_or_else(|e| panic!("{e}"));
                layouts += 1;
            } else if fence.language == "toml" {
                Config::parse(&fence.body, &place).unwrap_or_else(|e| panic!("{e}"));
                settings += 1;
            }
        }
    }
    assert!(
        edits > 0 && layouts > 0 && settings > 0,
        "an example is gone: {edits} {layouts} {settings}"
    );
}

#[test]
fn what_the_guide_prints_is_what_the_program_prints() {
    printed::check(&pages());
}

#[test]
fn the_book_builds() {
    let mdbook = python().with_file_name("mdbook");
    let into = book::scratch("book");
    run(Command::new(mdbook)
        .arg("build")
        .arg(book::folder())
        .arg("--dest-dir")
        .arg(&into));
    for page in pages() {
        let html = into.join(&page.name).with_extension("html");
        assert!(html.is_file(), "{} was not rendered", page.name);
    }
}
