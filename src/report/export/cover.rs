//! The cover: what the papers are, how the cases were found, and what they rest on.

use std::collections::BTreeMap;

use super::origin::{Amounts, Origin};
use super::table::ExportTable;
use super::{Disguised, Export, words};
use crate::error::Result;
use crate::money::{Decimals, parse_cents};
use crate::report::export::suppress::small_rows;

/// Sections in their order.
pub struct Cover {
    pub title: &'static str,
    pub run: String,
    pub sections: Vec<Section>,
    /// How members appear, and what was withheld.
    pub notes: Vec<String>,
}

/// Lines under one heading.
pub struct Section {
    pub title: &'static str,
    /// Headings of the lines' parts; none where the lines speak for themselves.
    pub header: Vec<&'static str>,
    pub lines: Vec<Line>,
}

/// A label, what is said, and figures.
pub struct Line {
    pub label: String,
    pub text: String,
    pub figures: Vec<Figure>,
}

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Count(i64),
    Cents(i128),
    Withheld,
}

impl Line {
    /// A line without figures.
    pub fn new(label: impl Into<String>, text: impl Into<String>) -> Line {
        Line {
            label: label.into(),
            text: text.into(),
            figures: Vec::new(),
        }
    }
}

fn section(title: &'static str, lines: Vec<Line>) -> Section {
    Section {
        title,
        header: Vec::new(),
        lines,
    }
}

impl Cover {
    /// The cover of these tables.
    ///
    /// # Errors
    /// Where a table is not as declared.
    pub fn new(
        job: &Export,
        origin: &Origin,
        tables: &[ExportTable],
        disguised: Option<Disguised>,
        left_out: usize,
    ) -> Result<Cover> {
        let notes = words::notes(job, disguised, left_out);
        let mut sections = vec![
            section("What this is", words::what(job, origin, tables, &notes)?),
            section("How the cases were found", words::method(job, origin)),
            section("How to recompute", words::recompute(job, origin)),
            totals(tables),
            control_totals(job, origin),
            section("Claims files read", inputs(origin)),
            section("Tables these papers were made from", sources(origin)),
            section("Reference tables", references(origin)),
            section("Detectors", detectors(origin)),
        ];
        sections.retain(|s| !s.lines.is_empty());
        Ok(Cover {
            title: words::TITLE,
            run: origin.run_id.clone(),
            sections,
            notes,
        })
    }
}

/// What every table adds up to.
fn totals(tables: &[ExportTable]) -> Section {
    let mut lines = Vec::new();
    for table in tables {
        let rows = table.rows.num_rows();
        let fields = table.rows.schema();
        for (field, sum) in fields.fields().iter().zip(table.sums(0..rows)) {
            if let Some((cents, _)) = sum {
                lines.push(Line {
                    label: table.name.to_owned(),
                    text: field.name().clone(),
                    figures: vec![Figure::Count(rows as i64), Figure::Cents(cents)],
                });
            }
        }
    }
    Section {
        title: "Totals of these papers",
        header: vec!["table", "column", "rows", "sum"],
        lines,
    }
}

/// Rows and dollars of the claims by type and stage, as the manifest has them.
fn control_totals(job: &Export, origin: &Origin) -> Section {
    let cents = |text: &str| {
        let cents = parse_cents(text, Decimals::Exact);
        cents.map_or(Figure::Withheld, |c| Figure::Cents(i128::from(c)))
    };
    let mut lines = Vec::new();
    for (kind, stages) in &origin.results.control_totals.stages {
        for (stage, total) in in_order(stages) {
            // The other stages are differences of small counts.
            if job.suppress_below.is_some() && stage != "accepted" {
                continue;
            }
            let figures = if small_rows(total.rows, job.suppress_below) {
                vec![Figure::Withheld; 4]
            } else {
                let amounts = [&total.paid, &total.allowed, &total.charge];
                let mut figures = vec![Figure::Count(total.rows)];
                figures.extend(amounts.map(|a| cents(a)));
                figures
            };
            lines.push(Line {
                label: kind.clone(),
                text: stage.replace('_', " "),
                figures,
            });
        }
    }
    Section {
        title: "Control totals of the claims, each claim counted once",
        header: vec!["claims", "stage", "rows", "paid", "allowed", "charged"],
        lines,
    }
}

/// Stages in the order in which rows pass them, what is unknown here at the end.
fn in_order(stages: &BTreeMap<String, Amounts>) -> Vec<(&String, &Amounts)> {
    const ORDER: [&str; 7] = [
        "read",
        "rejected",
        "repeated",
        "conflicting",
        "total_rows",
        "counted_once",
        "accepted",
    ];
    let place = |stage: &str| {
        ORDER
            .iter()
            .position(|s| *s == stage)
            .unwrap_or(ORDER.len())
    };
    let mut stages: Vec<_> = stages.iter().collect();
    stages.sort_by_key(|(stage, _)| place(stage));
    stages
}

/// Name, size and hash of each input; no folder, which tells of the machine.
fn inputs(origin: &Origin) -> Vec<Line> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let line = |input: &super::origin::Input| {
        let text = format!(
            "{}, {} bytes, BLAKE3 {}",
            name(&input.path),
            input.bytes,
            input.blake3
        );
        Line::new(input.source.clone(), text)
    };
    origin.inputs.iter().map(line).collect()
}

fn sources(origin: &Origin) -> Vec<Line> {
    ["cases.parquet", "findings.parquet", "evidence.parquet"]
        .iter()
        .filter_map(|name| {
            let hash = origin.tables.get(*name)?;
            Some(Line::new(*name, format!("BLAKE3 {hash}")))
        })
        .collect()
}

fn references(origin: &Origin) -> Vec<Line> {
    let line = |r: &super::origin::Reference| {
        let text = format!("{}; {}; BLAKE3 {}", r.vintage, r.source, r.blake3);
        Line::new(r.table.clone(), text)
    };
    origin.reference.iter().map(line).collect()
}

/// What ran by verdict, and what did not and why.
fn detectors(origin: &Origin) -> Vec<Line> {
    let mut by_verdict: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for ran in &origin.results.detectors_run {
        by_verdict.entry(&ran.verdict).or_default().push(&ran.name);
    }
    let ran = by_verdict.into_iter().map(|(verdict, names)| {
        // Rules have nothing to fit.
        let label = match verdict {
            "run" => "ran: rules".to_owned(),
            verdict => format!("ran: {verdict}"),
        };
        Line::new(label, names.join(", "))
    });
    let not_run = origin
        .results
        .detectors_not_run
        .iter()
        .map(|n| Line::new(format!("not run: {}", n.name), n.why.clone()));
    ran.chain(not_run).collect()
}
