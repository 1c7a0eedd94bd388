//! Pages of tables: what goes in, what SQL reads, what comes out.

use claimhound::ingest::layout::{BUILT_IN, Layout};
use claimhound::reference::{Reference, official};
use claimhound::schema::output::TABLES;
use claimhound::schema::{SCHEMA_VERSION, Table, audit, canonical, export};

use super::book::{cell, codes, table, title};

/// Layouts with their source tables and columns.
pub fn layouts() -> String {
    let mut text = title(
        "Layouts",
        "What `--layout` takes, and the tables and columns it looks for. A file belongs to a table \
         by its name without ending, in lower case; `*` stands for anything. A column in **bold** \
         must be there; behind a name stand the others it goes by. Everything else is optional: \
         what a missing column turns off is reported.",
    );
    for (name, sql) in BUILT_IN {
        let layout = Layout::find(name).expect("a built-in layout");
        text.push_str(&format!("## {name}\n\n{}.", layout.title));
        if let Some(url) = sql.lines().find_map(|l| l.strip_prefix("-- source-url:")) {
            text.push_str(&format!(" Source: {}.", url.trim()));
        }
        if !layout.npi_check {
            text.push_str(" Provider identifiers are not checked as NPIs.");
        }
        text.push_str("\n\n");
        let mut rows = Vec::new();
        for source in &layout.sources {
            let columns: Vec<String> = source
                .columns
                .iter()
                .map(|column| {
                    let first = &column.names[0];
                    let first = if column.required {
                        format!("**{first}**")
                    } else {
                        first.clone()
                    };
                    match &column.names[1..] {
                        [] => first,
                        others => format!("{first} ({})", others.join(", ")),
                    }
                })
                .collect();
            let name = format!(
                "`{}`{}",
                source.name,
                if source.optional { " (optional)" } else { "" }
            );
            rows.push(vec![
                name,
                codes(&source.files),
                escaped(&columns.join(", ")),
            ]);
        }
        text.push_str(&table(&["table", "files", "columns"], &rows));
        text.push('\n');
    }
    format!("{}\n", text.trim_end())
}

/// Underscores and stars of names, kept from being taken for emphasis; bold stays bold.
fn escaped(text: &str) -> String {
    cell(text).replace('_', "\\_")
}

/// The tables that edits, checks and features read.
pub fn canonical() -> String {
    let mut text = title(
        "Tables that SQL reads",
        "What every layout is turned into, and what edits, checks and measures read. Money is in \
         integer cents; beside each date stands the day as an integer (days since 1970-01-01), so \
         that no rule needs date arithmetic. Besides these there are the \
         [reference tables](reference-tables.md).",
    );
    text.push_str(&dictionary(canonical::TABLES));
    text
}

/// The tables of a run folder.
pub fn output() -> String {
    let mut text = title(
        "Output tables",
        &format!(
            "One Parquet file each in the run folder, zstd-compressed, with these descriptions in the \
             fields' metadata. Schema version {SCHEMA_VERSION}. The same stands in `columns.parquet` of every run; \
             `claimhound list columns` prints it."
        ),
    );
    text.push_str(&dictionary(TABLES));
    text.push_str(
        "\n# Tables of work papers and samples\n\nWhat `export` and `sample` write beside the columns \
         above.\n\n",
    );
    text.push_str(&dictionary(audit::TABLES));
    text.push('\n');
    text.push_str(&dictionary(&[export::EVIDENCE_SUMMARY]));
    text.push_str("\n## Columns added where small counts are withheld\n\n");
    text.push_str(&columns(export::SUPPRESSION_COLUMNS));
    text
}

fn columns(columns: &[claimhound::schema::Column]) -> String {
    let row = |c: &claimhound::schema::Column| {
        vec![
            format!("`{}`", c.name),
            format!("`{}`", c.kind.name()),
            cell(c.about),
        ]
    };
    let rows: Vec<Vec<String>> = columns.iter().map(row).collect();
    table(&["column", "type", "meaning"], &rows)
}

fn dictionary(tables: &[Table]) -> String {
    let mut text = String::new();
    for one in tables {
        let keys: Vec<String> = one.sorted_by.iter().map(|k| (*k).to_owned()).collect();
        text.push_str(&format!("## {}\n\n{}.", one.name, cell(one.about)));
        if !keys.is_empty() {
            text.push_str(&format!(" Sorted by {}.", codes(&keys)));
        }
        text.push_str("\n\n");
        text.push_str(&columns(one.columns));
        text.push('\n');
    }
    format!("{}\n", text.trim_end())
}

/// Code tables that come with the program, and those that files give.
pub fn reference() -> String {
    let mut text = title(
        "Reference tables",
        "Code tables that SQL may join. Those of the first list come with the program. Each run's \
         manifest names the editions it used, with a hash, and so does every finding that rests on \
         one.",
    );
    let reference = Reference::embedded().expect("embedded tables");
    let rows: Vec<Vec<String>> = reference
        .vintages()
        .iter()
        .map(|v| {
            let days = match (v.effective_from.as_str(), v.effective_to.as_str()) {
                ("", "") => String::new(),
                (from, to) => format!("{from} to {to}").trim().to_owned(),
            };
            vec![
                format!("`{}`", v.table),
                cell(&v.vintage),
                days,
                cell(&v.source),
            ]
        })
        .collect();
    text.push_str(&table(&["table", "vintage", "in force", "source"], &rows));
    let given: Vec<String> = official::TABLES.iter().map(|t| (*t).to_owned()).collect();
    text.push_str(&format!(
        "\nThese come from files that you give (`--reference`, `--exclusions`): {}. \
         [Official reference files](../reference-files.md) says which files.\n",
        codes(&given)
    ));
    text
}
