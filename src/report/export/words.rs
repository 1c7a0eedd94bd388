//! What work papers say about themselves.

use super::cover::{Cover, Figure, Line};
use super::origin::Origin;
use super::pseudonym::{KEYED_DIGITS, Members};
use super::suppress::small_rows;
use super::table::{ExportTable, MARK, decimal};
use super::workbook::{MAX_TEXT, cut_texts, sheets};
use super::{Disguised, Export, Format};
use crate::error::Result;

pub const TITLE: &str = "Work papers: unusual claims for review";

/// Characters of a line of the text file.
const WIDTH: usize = 92;

/// How members appear, and what was withheld.
pub fn notes(job: &Export, disguised: Option<Disguised>, left_out: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let done = disguised.unwrap_or_default();
    match (&job.members, job.suppress_below) {
        (_, Some(below)) => notes.extend(suppression(below, left_out)),
        (Members::Numbered, None) => notes.push(format!(
            "{} members stand as M0001, M0002 and so on, in the order in which these papers name them. The numbers mean nothing outside: another export numbers anew.",
            done.members
        )),
        (Members::Keyed(key), None) => notes.push(format!(
            "{} members stand by a keyed hash, the same in every export with this key (fingerprint {}): {KEYED_DIGITS} hexadecimal digits of BLAKE3 keyed with the secret, so that two of a hundred million members share one with a probability of 4 in a thousand million.",
            done.members, key.fingerprint
        )),
        (Members::Shown, None) => notes.push(
            "Members stand by their own identifiers (--with-phi). Keep these papers as you keep the claims.".to_owned(),
        ),
    }
    if job.suppress_below.is_some() || matches!(job.members, Members::Shown) {
        return notes;
    }
    if done.cases > 0 {
        notes.push(format!(
            "Identifiers of the {} cases about a member, and of their findings, are replaced too: they are hashes of the member's that anyone with a list of members could compute. `claimhound show` finds such a case by its rank.",
            done.cases
        ));
    }
    if done.claim_ids + done.texts > 0 {
        notes.push(format!(
            "{} claim identifiers and {} other texts held a member's identifier; the pseudonym stands in its place.",
            done.claim_ids, done.texts
        ));
    }
    notes.push(
        "Claim identifiers stay as they are, since whoever reviews a claim needs them. They, and dates of service, identify the member to anyone who holds the claims: these papers are pseudonymised, not de-identified as 45 CFR 164.514 means it.".to_owned(),
    );
    notes
}

fn suppression(below: u32, left_out: usize) -> Vec<String> {
    let cases = if left_out == 0 {
        "There are no cases about single members among them.".to_owned()
    } else if small_rows(left_out as i64, Some(below)) {
        format!(
            "Fewer than {below} cases about single members are left out; ranks are counted anew."
        )
    } else {
        format!("{left_out} cases about single members are left out; ranks are counted anew.")
    };
    vec![
        format!(
            "Counts of 1 to {} members or services are withheld ({MARK}), and so is what rests on so few members or would give such a count away, a second cell under the same total included (CMS Cell Size Suppression Policy). The column `suppressed` names what is withheld in its row; figures inside texts are withheld throughout.",
            below - 1
        ),
        format!(
            "Evidence lines are added up by case, code and month, each line once; no line, claim or member is named. {cases}"
        ),
        "Not prevented: comparing these papers with those of other nights, or with other tables of the same claims.".to_owned(),
    ]
}

/// The section that says what the reader holds.
pub fn what(
    job: &Export,
    origin: &Origin,
    tables: &[ExportTable],
    notes: &[String],
) -> Result<Vec<Line>> {
    let rows = |position: usize| tables.get(position).map_or(0, |t| t.rows.num_rows());
    let chosen = if job.cases.is_empty() {
        "every case of the run"
    } else {
        "the cases asked for"
    };
    let mut lines = vec![
        Line::new(
            "Purpose",
            "Leads for a person to review. A case is about a provider, a member or a group whose claims are unusual beside their peers', or break a rule on claim lines. It is no verdict; what speaks for the one it is about stands in the column `counterpoint` of every finding.",
        ),
        Line::new(
            "Run",
            format!(
                "{} as of {}, by claimhound {} (layout {})",
                origin.run_id,
                origin.as_of,
                origin.version,
                origin.layout.rsplit('/').next().unwrap_or_default()
            ),
        ),
        Line::new(
            "Contents",
            format!(
                "Cases: {} ({chosen}). Findings: {}. Rows of evidence: {}.",
                rows(0),
                rows(1),
                rows(2)
            ),
        ),
    ];
    for (position, note) in notes.iter().enumerate() {
        let label = if position == 0 { "Members" } else { "" };
        lines.push(Line::new(label, note.clone()));
    }
    if job.format == Format::Xlsx {
        for sheet in sheets(tables) {
            let (first, last) = (sheet.rows.start + 1, sheet.rows.end);
            let text = if sheet.rows.is_empty() {
                "no row".to_owned()
            } else {
                format!("rows {first} to {last} of {}", sheet.table.name)
            };
            lines.push(Line::new(format!("Sheet {}", sheet.name), text));
        }
        let cut = cut_texts(tables)?;
        if cut > 0 {
            lines.push(Line::new(
                "Long texts",
                format!("{cut} texts are longer than the {MAX_TEXT} characters of a cell and are cut off, with a mark; CSV and Parquet have them whole."),
            ));
        }
    }
    Ok(lines)
}

/// The section on peers, tests, levels and money.
pub fn method(job: &Export, origin: &Origin) -> Vec<Line> {
    let settings = &origin.config;
    let mut lines = vec![
        Line::new(
            "Peers",
            format!(
                "Each entity is compared with others of its specialty and setting, from wider groups until there are at least {} with enough volume. The group stands beside each finding (`peer_group`, `peer_count`).",
                settings.peers.min_peers
            ),
        ),
        Line::new(
            "Expected",
            "What is expected comes from the peers' rates among the same kinds of members and services (condition tier, age, place, code), the entity itself left out.",
        ),
        Line::new(
            "Hypothesis",
            "Honest providers differ, and by how much is estimated from this run's claims. A case tests whether the entity exceeds what is expected by more than that difference and the measure's stated minimum ratio. `p_value` of a finding tests a ratio above 1. A measure whose null model does not fit the claims of the run is left out (below, Detectors).",
        ),
    ];
    for list in &origin.results.lists {
        // Cases about members are not in suppressed papers, nor is what their list says.
        if job.suppress_below.is_none() || list.entity_type != "member" {
            lines.push(Line::new("False leads", list.statement.clone()));
        }
    }
    lines.extend([
        Line::new(
            "Tested",
            format!(
                "Providers with at least {} dollars paid; rules on lines make a case of their own from {} dollars. The level is {}.",
                settings.list.materiality_floor,
                settings.list.minimum_edit_exposure,
                settings.list.level
            ),
        ),
        Line::new(
            "Rules",
            "Findings of kind `edit` are rules on claim lines: they carry no probability, and their cases are outside the statement on false leads unless statistics made them too.",
        ),
        Line::new(
            "Stability",
            "Share of analyses with other peers and other levels in which the case stays on the list.",
        ),
    ]);
    lines
}

/// The section on how to check these figures.
pub fn recompute(job: &Export, origin: &Origin) -> Vec<Line> {
    let mut lines = vec![Line::new(
        "The run",
        format!(
            "`claimhound verify OUT/runs/{}` recomputes the hashes of its tables; with `--rerun` it scans the same claims again and compares every byte.",
            origin.run_id
        ),
    )];
    if job.suppress_below.is_some() {
        lines.push(Line::new(
            "A case",
            "`exposure_amount` is the sum of `amount_counted_case` over the case's rows, those withheld together included.",
        ));
        return lines;
    }
    lines.extend([
        Line::new(
            "A line",
            "`amount_at_risk` = `questioned_amount` x (`ratio` - 1) / `ratio` of its finding, at least 0 and at most what was paid, rounded half to even to the cent; the whole `questioned_amount` for a rule. `amount_at_risk_lower` likewise with `ratio_lower`.",
        ),
        Line::new(
            "A finding",
            "`exposure_amount` is the sum of its lines' `amount_at_risk`.",
        ),
        Line::new(
            "A case",
            "`exposure_amount` is the sum of its lines' `amount_counted_case`: a line that several findings rest on counts once, at its largest amount. `amount_counted_run` counts each line once over all cases of the run; the higher-ranked case has it.",
        ),
    ]);
    lines
}

/// A column's description, with how members appear in it.
pub fn column(job: &Export, name: &str, about: &str) -> String {
    if job.suppress_below.is_some() && name == "rank" {
        return "Position among the cases shown, by priority_amount".to_owned();
    }
    let of_members = ["person_id", "entity_id", "case_id", "finding_id"].contains(&name);
    if !of_members || job.suppress_below.is_some() || matches!(job.members, Members::Shown) {
        return about.to_owned();
    }
    match name {
        "person_id" => format!("{about}, by pseudonym"),
        _ => format!("{about}; of a case about a member, by pseudonym"),
    }
}

/// The cover as text, for the folders of tables.
pub fn readme(cover: &Cover, format: Format) -> String {
    let mut out = format!("{}\n{}\n", cover.title, "=".repeat(cover.title.len()));
    if format == Format::Csv {
        out.push('\n');
        for (label, text) in CSV_CONVENTIONS {
            paragraph(&mut out, label, text);
        }
    }
    for section in &cover.sections {
        heading(&mut out, section.title);
        for line in &section.lines {
            let mut text = line.text.clone();
            let names = section.header.iter().skip(2);
            for (name, figure) in names.zip(&line.figures) {
                text = format!("{text}; {name} {}", shown(figure));
            }
            paragraph(&mut out, &line.label, &text);
        }
    }
    out
}

fn heading(out: &mut String, title: &str) {
    out.push('\n');
    out.push_str(title);
    out.push('\n');
    out.push_str(&"-".repeat(title.len()));
    out.push('\n');
}

const CSV_CONVENTIONS: [(&str, &str); 4] = [
    (
        "Format",
        "RFC 4180: comma, CRLF, quotes around every text; UTF-8 with a byte order mark, without which Excel misreads accents. Nothing between commas is no value; two quotes are an empty text; * is a value withheld.",
    ),
    (
        "Formulas",
        "A spreadsheet would compute a text that begins with = + - or @. Such a character, also in its full-width form, has an apostrophe (') before it where a text begins, blanks and control characters aside, and behind every semicolon, tab or line break. An apostrophe in such a place has another one before it, and a text that begins with a control character (a tab, a line break) one before that. To undo it, take away one apostrophe in every such place. Numbers and dates have none: -12.00 is an amount.",
    ),
    (
        "Identifiers",
        "Import text columns as text (in Excel: Data, From Text/CSV): a spreadsheet that opens the file by itself drops leading zeros and the last digits of long numbers. The xlsx export has them whole.",
    ),
    (
        "Types",
        "columns.csv has the type of every column; Parquet carries it in the file.",
    ),
];

/// `label: text`, broken at [`WIDTH`], further lines indented. What file names and reference files
/// bring along cannot start a line of its own.
fn paragraph(out: &mut String, label: &str, text: &str) {
    let text = if label.is_empty() {
        text.to_owned()
    } else {
        format!("{label}: {text}")
    };
    let mut length = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let long = word.chars().count();
        if word.is_empty() {
            continue;
        }
        if length > 0 && length + 1 + long > WIDTH {
            out.push_str("\n    ");
            length = 4;
        } else if length > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += long;
    }
    out.push('\n');
}

/// A figure as text.
fn shown(figure: &Figure) -> String {
    match figure {
        Figure::Count(count) => count.to_string(),
        Figure::Cents(cents) => decimal(*cents, 2),
        Figure::Withheld => MARK.to_owned(),
    }
}
