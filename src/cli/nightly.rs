//! What earlier nights and reviewers have to do with a case.

use std::path::Path;

use super::case::{load, value};
use super::subject;
use super::terminal::table;
use arrow::array::RecordBatch;
use claimhound::cases::{Outcome, lookup};
use claimhound::error::Result;
use claimhound::pipeline::decisions::TakenUp;
use claimhound::report::manifest::Results;

/// Characters of a case id shown in lists.
const SHORT_ID: usize = 8;

fn short(id: &str) -> String {
    id.chars().take(SHORT_ID).collect()
}

/// What became of a file of decisions.
pub fn taken_up(taken_up: &TakenUp) {
    let added: usize = taken_up.added.iter().map(|(_, n)| n).sum();
    let words: Vec<String> = taken_up
        .added
        .iter()
        .map(|(outcome, count)| format!("{count} {}", outcome.name()))
        .collect();
    say!("{added} decisions taken up: {}", words.join(", "));
    if taken_up.repeated > 0 {
        say!("{} had come back before", taken_up.repeated);
    }
    if !taken_up.unknown_columns.is_empty() {
        say!("columns not used: {}", taken_up.unknown_columns.join(", "));
    }
    say!(
        "{} decisions in all; the next scan follows them",
        taken_up.decisions
    );
}

/// How the cases of a scan stand against the run before, and what orders them.
pub fn standings(results: &Results) {
    let standings = &results.case_standings;
    let words: Vec<String> = standings
        .by_status
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(status, count)| format!("{count} {status}"))
        .collect();
    if !words.is_empty() {
        say!("Against the run before: {}", words.join(", "));
    }
    if standings.quiet > 0 {
        say!(
            "{} cleared cases kept quiet (case_register.parquet); {} back on the list",
            standings.quiet,
            standings.back
        );
    }
    let reranking = &results.reranking;
    if reranking.confirmed + reranking.cleared > 0 {
        say!("Re-ranking {}", reranking.reason);
    }
}

/// Cases that left the list since nothing was found of them: the rows from `first` on.
pub fn closed(cases: &RecordBatch, first: usize) {
    if first == cases.num_rows() {
        return;
    }
    say!("Closed since the run before:");
    let mut out = table(&["case", "entity", "schemes", "was at risk", "disposition"]);
    for row in first..cases.num_rows() {
        let get = |name: &str| value(cases, name, row);
        out.add_row(vec![
            short(&get("case_id")),
            subject::of(&get),
            get("schemes"),
            get("exposure_amount"),
            get("disposition"),
        ]);
    }
    say!("{out}");
}

/// What reviewers decided on a case of the list, and why it is there nevertheless.
pub fn decided(get: &dyn Fn(&str) -> String) {
    if !get("disposition").is_empty() {
        say!(
            "Reviewed: {} on {}.",
            get("disposition"),
            get("disposition_date")
        );
    }
    if !get("status_note").is_empty() {
        say!("{}.", capital(&get("status_note")));
    }
    if !get("confirm_probability").is_empty() {
        say!(
            "Reviews of earlier cases make it {} likely to be confirmed; rank {} without them.",
            get("confirm_probability"),
            get("unsupervised_rank")
        );
    }
}

/// A case that is not on the list: kept quiet, or closed.
///
/// # Errors
/// Where there is none.
pub fn off_the_list(run: &Path, wanted: &str) -> Result<()> {
    let missing = || lookup::missing(wanted);
    let register = load(run, "case_register")?.ok_or_else(missing)?;
    let matches = |row: &usize| {
        let get = |name| value(&register, name, *row);
        get("entity_id") == wanted
            || (wanted.len() >= lookup::SHORTEST_ID && get("case_id").starts_with(wanted))
    };
    let row = (0..register.num_rows()).find(matches).ok_or_else(missing)?;
    let get = |name: &str| value(&register, name, row);
    let quiet = get("status") != claimhound::cases::Status::Closed.name();
    let word = if quiet { "kept quiet" } else { "closed" };
    say!("Case {} ({word}, not on the list)", get("case_id"));
    say!(
        "{} {} {}\n",
        subject::of(&get),
        get("entity_name"),
        get("specialty")
    );
    say!("{}\n", get("summary"));
    say!(
        "First flagged {}, last {}; at risk then {} (at least {}).",
        get("first_flagged"),
        get("last_flagged"),
        get("exposure_amount"),
        get("exposure_lower")
    );
    if !get("disposition").is_empty() {
        say!(
            "Reviewed: {} on {}.",
            get("disposition"),
            get("disposition_date")
        );
    }
    say!("{}.", capital(&get("note")));
    if quiet {
        say!(
            "A later decision, {}, brings it back with its evidence.",
            Outcome::Pending.name()
        );
    }
    Ok(())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
