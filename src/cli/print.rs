//! Results on stdout: what a scan, a check, an evaluation or a verification found.

use std::path::Path;

use super::case::cases;
use super::nightly;
use super::terminal::{align_right, table};
use claimhound::error::Result;
use claimhound::evaluate::{Evaluation, Found};
use claimhound::ingest::date;
use claimhound::ingest::ledger::Stage;
use claimhound::money::dollars;
use claimhound::pipeline::verify::Verified;
use claimhound::pipeline::{Checked, Scanned};
use claimhound::schemes::SCHEMES;
use claimhound::validate::NotRun;

/// Cases shown after a scan.
const TOP_CASES: usize = 10;

/// What a scan gave.
pub fn scanned(scanned: &Scanned, out: &Path) -> Result<()> {
    let results = &scanned.manifest.results;
    say!(
        "As of {}: {} providers, {} members",
        scanned.manifest.as_of,
        results.providers,
        results.members
    );
    for (name, count) in &results.tables {
        say!(
            "  {name:<14} {:>10} rows, {} rejected",
            count.rows,
            count.rejected
        );
    }
    for (kind, stages) in &results.control_totals.stages {
        if let Some(accepted) = stages.get("accepted") {
            say!(
                "  {kind}: {} lines, {} paid, each claim counted once",
                accepted.rows,
                accepted.paid
            );
        }
    }
    let holds: u64 = results.holds_by_reason.values().sum();
    say!(
        "  {holds} holds; {} detectors ran, {} not run (see manifest.json)",
        results.detectors_run.len(),
        results.detectors_not_run.len()
    );
    for notice in &results.notices {
        say!(
            "  notice: {} hits {} lines of {} providers: {}",
            notice.edit,
            notice.spread.lines,
            notice.spread.providers,
            notice.what_it_means
        );
    }
    let selected: usize = results.lists.iter().map(|l| l.selected - l.quiet).sum();
    let tested: Vec<String> = results
        .lists
        .iter()
        .map(|l| format!("{} tested {}s", l.tested, l.entity_type))
        .collect();
    let level = results.lists.first().map_or(0.0, |l| l.level);
    say!(
        "{} from {}: {} by statistics (false leads held to {:.0} %), {} by edits alone; {} at risk\n",
        counted(results.cases, "case"),
        tested.join(" and "),
        selected,
        level * 100.0,
        results.cases - selected.min(results.cases),
        results.exposure
    );
    nightly::standings(results);
    cases(&scanned.run, TOP_CASES)?;
    say!("Run folder: {}", out.join("latest").display());
    Ok(())
}

/// A number with its noun.
fn counted(number: usize, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}

/// Control totals, rejects, holds, and what could run.
pub fn checked(checked: &Checked) {
    let canonical = &checked.canonical;
    if canonical.line_count == 0 {
        say!("No line was accepted");
    } else {
        let as_of = date::iso(canonical.as_of);
        say!("As of {as_of}; {} lines", canonical.line_count);
    }
    let mut out = table(&["claims", "stage", "rows", "paid", "allowed", "charge"]);
    for (kind, stages) in &canonical.ledger.0 {
        for (stage, totals) in stages {
            let name = match stage {
                Stage::Read => "read",
                Stage::Rejected => "- rejected",
                Stage::Repeated => "- delivered twice",
                Stage::Conflicting => "- conflicting",
                Stage::TotalRows => "- total rows",
                Stage::CountedOnce => "- counted once",
                Stage::Accepted => "= accepted",
            };
            out.add_row(vec![
                kind.clone(),
                name.to_owned(),
                totals.rows.to_string(),
                dollars(totals.paid_cents),
                dollars(totals.allowed_cents),
                dollars(totals.charge_cents),
            ]);
        }
    }
    align_right(&mut out, &[2, 3, 4, 5]);
    say!("{out}\nThe totals reconcile to the cent.\n");
    for (kind, statuses) in &checked.validation.by_status {
        for (status, totals) in statuses {
            say!(
                "{kind}: {} lines {status}, {} paid",
                totals.rows,
                dollars(totals.paid_cents)
            );
        }
    }
    for (name, (rows, rejected)) in &canonical.counts {
        say!("{name}: {rows} rows read, {rejected} rejected");
    }
    let mut reasons: std::collections::BTreeMap<(&str, &str), u64> =
        std::collections::BTreeMap::new();
    for reject in &canonical.rejects {
        *reasons
            .entry((reject.column.as_deref().unwrap_or("row"), &reject.reason))
            .or_default() += 1;
    }
    for ((column, reason), count) in reasons {
        say!("  rejected {count}: {column}: {reason}");
    }
    let mut holds: std::collections::BTreeMap<(&str, &str), u64> =
        std::collections::BTreeMap::new();
    for hold in &checked.validation.holds {
        *holds.entry((&hold.reason, &hold.request)).or_default() += 1;
    }
    for ((reason, request), count) in holds {
        say!("  held {count}: {reason}; request {request}");
    }
    say!("\nCan run: {}", checked.runnable.join(", "));
    for not_run in checked.validation.not_run.iter().chain(&checked.not_run) {
        say!("Not run: {} ({})", not_run.name, not_run.why);
    }
}

/// How many planted schemes were found.
pub fn planted(evaluation: &Evaluation, not_run: &[NotRun]) {
    say!("\nPlanted schemes found:");
    let mut out = table(&["scheme", "found", "planted"]);
    for scheme in SCHEMES {
        if let Some(Found { found, planted }) = evaluation.recall_by_scheme.get(scheme) {
            let built = !not_run.iter().any(|n| n.name == scheme);
            out.add_row(vec![
                scheme.to_owned(),
                if built {
                    found.to_string()
                } else {
                    "not built".to_owned()
                },
                planted.to_string(),
            ]);
        }
    }
    for (scheme, Found { found, planted }) in &evaluation.groups {
        let scheme = format!("{scheme}, whole groups");
        out.add_row(vec![scheme, found.to_string(), planted.to_string()]);
    }
    align_right(&mut out, &[1, 2]);
    say!("{out}");
    if let Some(fdr) = evaluation.realised_fdr {
        say!(
            "False leads among the {} statistical cases: {:.1} %",
            evaluation.statistical_cases,
            fdr * 100.0
        );
    }
}

/// An evaluation in full.
pub fn evaluation(evaluation: &Evaluation) {
    let percent =
        |v: Option<f64>| v.map_or_else(|| "-".to_owned(), |v| format!("{:.1} %", v * 100.0));
    let score = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), |v| format!("{v:.4}"));
    say!(
        "{} entities, {} planted, {} cases",
        evaluation.entities,
        evaluation.planted,
        evaluation.flagged
    );
    say!("precision {}", percent(evaluation.precision));
    say!(
        "realised FDR {} among {} statistical cases",
        percent(evaluation.realised_fdr),
        evaluation.statistical_cases
    );
    say!(
        "average precision {}, ROC-AUC {}",
        score(evaluation.average_precision),
        score(evaluation.roc_auc)
    );
    for (k, precision) in &evaluation.precision_at {
        say!("precision at {k}: {:.1} %", precision * 100.0);
    }
    let mut out = table(&["scheme", "strength", "found", "planted"]);
    for (scheme, strengths) in &evaluation.recall_by_strength {
        for (strength, found) in strengths {
            out.add_row(vec![
                scheme.clone(),
                strength.clone(),
                found.found.to_string(),
                found.planted.to_string(),
            ]);
        }
    }
    for (scheme, found) in &evaluation.groups {
        out.add_row(vec![
            scheme.clone(),
            "whole groups".to_owned(),
            found.found.to_string(),
            found.planted.to_string(),
        ]);
    }
    for (scheme, found) in &evaluation.hard_negatives {
        out.add_row(vec![
            scheme.clone(),
            "hard negative".to_owned(),
            found.found.to_string(),
            found.planted.to_string(),
        ]);
    }
    align_right(&mut out, &[2, 3]);
    say!("{out}");
    let mut sizes = table(&["by paid volume", "honest", "flagged", "planted", "flagged"]);
    for band in &evaluation.by_size {
        sizes.add_row(vec![
            band.band.to_owned(),
            band.honest.to_string(),
            band.honest_flagged.to_string(),
            band.planted.to_string(),
            band.planted_flagged.to_string(),
        ]);
    }
    align_right(&mut sizes, &[1, 2, 3, 4]);
    say!("{sizes}");
}

/// What verification found.
pub fn verified(verified: &Verified) {
    if verified.differing.is_empty() {
        say!(
            "{} tables verified{}",
            verified.tables,
            if verified.rerun {
                "; the same claims give the same bytes"
            } else {
                ""
            }
        );
    }
    for name in &verified.differing {
        say!("differs: {name}");
    }
}
