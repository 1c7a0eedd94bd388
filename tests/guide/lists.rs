//! Pages of what is looked for: schemes, measures, edits, checks, outlier detectors.

use std::collections::BTreeMap;
use std::process::Command;

use claimhound::detect::method::{ENSEMBLE, MEMBERS};
use claimhound::detect::{REGISTRY, profile};
use claimhound::edits;
use claimhound::features::measure::{Measure, MeasureKind, WidestPeers, measures as all_measures};
use claimhound::schemes::SCHEMES;
use claimhound::trend;
use claimhound::validate::checks as all_checks;

use super::book::{cell, codes, table, title};
use super::support::python::run;

/// Kinds of detectors that `list detectors` gives, as a page tells them.
const OUTLIER: &str = "outlier";

/// Scheme, detectors, kinds, from what the program itself lists.
pub fn schemes() -> String {
    let listed = run(Command::new(env!("CARGO_BIN_EXE_claimhound")).args(["list", "detectors"]));
    let mut by_scheme: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    for line in listed
        .lines()
        .filter(|l| !l.contains(&format!(" {OUTLIER} ")))
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, scheme, kind, ..] = words[..] else {
            panic!("list detectors: {line}")
        };
        assert!(
            SCHEMES.contains(&scheme) || scheme == profile::NAME,
            "{scheme} is not in the catalogue"
        );
        let row = vec![
            format!("`{name}`"),
            kind.to_owned(),
            cell(&words[3..].join(" ")),
        ];
        by_scheme.entry(scheme).or_default().push(row);
    }
    let mut text = title(
        "Schemes",
        "The catalogue, in its order, with what looks for each. *peer* compares with peers, *trend* \
         with the own past, *edit* is a rule on lines; *network* and *cluster*, where they occur, \
         look at providers together. A scheme without a detector appears in the manifest as *not \
         built*.",
    );
    for scheme in SCHEMES {
        text.push_str(&format!("## {scheme}\n\n"));
        match by_scheme.get(scheme) {
            Some(rows) => text.push_str(&table(&["detector", "kind", "what it is about"], rows)),
            None if claimhound::schemes::is_built(scheme, &[]) => {
                text.push_str("Lines that a claims desk would hold: see [checks](checks.md).\n");
            }
            None => text.push_str("Not built: this version has no detector for it.\n"),
        }
        text.push('\n');
    }
    if let Some(rows) = by_scheme.get(profile::NAME) {
        text.push_str(&format!(
            "## {}\n\nOutside the catalogue, and off unless `[detect] unusual_profile = true`.\n\n{}",
            profile::NAME,
            table(&["detector", "kind", "what it is about"], rows)
        ));
    }
    format!("{}\n", text.trim_end())
}

/// Measures and trend detectors.
pub fn measures() -> String {
    let mut text = title(
        "Measures",
        "What is compared with peers. A measure is listed only where its ratio exceeds the minimum \
         ratio; below the minimum denominator an entity is not tested. What the source must have \
         and does not turns a measure off, with the reason in the manifest. \
         `claimhound list measures --print-sql` prints the SQL behind each.",
    );
    for measure in all_measures().expect("measures.toml") {
        text.push_str(&entry(&measure, &[]));
    }
    text.push_str(
        "# Trends\n\nWhat is compared with the provider's own past, and with the peers' change at the \
         same time.\n\n",
    );
    for detector in trend::detectors().expect("detectors.toml") {
        let window = (
            "window",
            format!("{} month(s) against the twelve before", detector.window),
        );
        text.push_str(&entry(&detector.measure, &[window]));
    }
    let pattern = [
        ("scheme", format!("`{}`", trend::bust_out::NAME)),
        (
            "stated precision",
            format!("{:.0} %", trend::bust_out::PRECISION * 100.0),
        ),
        ("what may explain it", cell(trend::bust_out::COUNTERPOINT)),
        ("source", cell(trend::bust_out::SOURCE)),
    ];
    text.push_str(&section(
        trend::bust_out::NAME,
        trend::bust_out::TITLE,
        &pattern,
    ));
    format!("{}\n", text.trim_end())
}

fn entry(measure: &Measure, more: &[(&'static str, String)]) -> String {
    let kind = match measure.kind {
        MeasureKind::Share => "share",
        MeasureKind::Rate => "rate",
        MeasureKind::Mean => "mean of a logarithm (ratio of geometric means)",
    };
    let peers = match measure.widest_peers {
        WidestPeers::Taxonomy => "one taxonomy",
        WidestPeers::All => "all specialties",
    };
    let mut rows = vec![
        ("scheme", format!("`{}`", measure.scheme)),
        ("of", measure.entity.name().to_owned()),
        ("kind", kind.to_owned()),
        ("unit counted", cell(&measure.unit)),
        (
            "minimum denominator",
            measure.minimum_denominator.to_string(),
        ),
        ("minimum ratio", measure.minimum_ratio.to_string()),
    ];
    if measure.minimum_share > 0.0 {
        rows.push(("minimum share", measure.minimum_share.to_string()));
    }
    rows.push(("widest peers", peers.to_owned()));
    rows.extend(more.iter().cloned());
    if measure.supporting {
        rows.push((
            "role",
            "shown beside other findings; makes no case alone".to_owned(),
        ));
    }
    rows.extend(needs(
        &measure.required_columns,
        &measure.required_reference,
    ));
    if !measure.counterpoint.is_empty() {
        rows.push(("what may explain it", cell(&measure.counterpoint)));
    }
    rows.push(("source", cell(&measure.source)));
    section(&measure.name, &measure.title, &rows)
}

fn needs(columns: &[String], reference: &[String]) -> Vec<(&'static str, String)> {
    let named = [
        ("columns needed", columns),
        ("reference tables needed", reference),
    ];
    let named = named.into_iter().filter(|(_, names)| !names.is_empty());
    named.map(|(what, names)| (what, codes(names))).collect()
}

fn section(name: &str, about: &str, rows: &[(&'static str, String)]) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|(key, value)| vec![(*key).to_owned(), value.clone()])
        .collect();
    format!(
        "## {name}\n\n{}\n\n{}\n",
        capital(about),
        table(&["", ""], &rows)
    )
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    format!(
        "{}{}.",
        first.into_iter().flatten().collect::<String>(),
        chars.as_str()
    )
}

/// Rules on lines.
pub fn edits() -> String {
    let mut text = title(
        "Edits",
        "Rules on claim lines. The stated precision is a judgement on how many of an edit's findings \
         hold on review, and weighs its dollars in the ranking; it is no p-value. \
         `claimhound list edits --print-sql` prints each rule with its exceptions in prose.",
    );
    for edit in edits::edits(None).expect("built-in edits") {
        let mut rows = vec![
            ("scheme", format!("`{}`", edit.scheme)),
            ("of", edit.entity.name().to_owned()),
            (
                "stated precision",
                format!("{:.0} %", edit.precision * 100.0),
            ),
        ];
        rows.extend(needs(&edit.required_columns, &edit.required_reference));
        rows.push(("what may explain it", cell(&edit.counterpoint)));
        rows.push(("source", cell(&edit.source)));
        text.push_str(&section(&edit.name, &edit.title, &rows));
    }
    format!("{}\n", text.trim_end())
}

/// Checks that hold lines.
pub fn checks() -> String {
    let mut text = title(
        "Checks",
        "Lines that are usable but incomplete are *held*: listed in `holds` with what to ask the \
         provider for. They stay in the analysis unless `holds = \"exclude\"` takes them out. A check \
         whose column the source does not have is not run.",
    );
    let row = |c: &claimhound::validate::Check| {
        let needed: Vec<String> = c
            .required
            .iter()
            .filter(|r| *r != "none")
            .cloned()
            .collect();
        vec![
            format!("`{}`", c.name),
            cell(&c.reason),
            cell(&c.request),
            codes(&needed),
        ]
    };
    let rows: Vec<Vec<String>> = all_checks()
        .expect("embedded checks")
        .iter()
        .map(row)
        .collect();
    text.push_str(&table(
        &["check", "reason", "what to request", "columns needed"],
        &rows,
    ));
    text
}

/// Methods of `detect`.
pub fn outliers() -> String {
    let mut text = title(
        "Outlier detectors",
        "Methods of `claimhound detect --method`. In all of them a higher score is stranger.",
    );
    let mut rows: Vec<Vec<String>> = REGISTRY
        .iter()
        .map(|e| vec![format!("`{}`", e.name), cell(e.title), cell(e.source)])
        .collect();
    let members: Vec<String> = MEMBERS.iter().map(|m| (*m).to_owned()).collect();
    rows.push(vec![
        format!("`{ENSEMBLE}`"),
        format!("{} together; the default", codes(&members)),
        String::new(),
    ]);
    text.push_str(&table(&["method", "a high score means", "source"], &rows));
    text
}
