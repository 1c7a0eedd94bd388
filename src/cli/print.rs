//! Results on stdout: tables that fit the terminal, and cases in words.

use std::path::Path;

use super::subject;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Decimal128Type, Float64Type, Int64Type};
use claimhound::batch::{int, text, text_at};
use claimhound::error::{Error, Result};
use claimhound::evaluate::{Evaluation, Found};
use claimhound::ingest::date;
use claimhound::ingest::ledger::Stage;
use claimhound::money::dollars;
use claimhound::pipeline::verify::Verified;
use claimhound::pipeline::{Checked, Scanned};
use claimhound::report::read_table;
use claimhound::schemes::SCHEMES;
use claimhound::validate::NotRun;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// Cases shown after a scan.
const TOP_CASES: usize = 10;
/// Evidence lines shown with a case.
const TOP_LINES: usize = 10;

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.to_vec());
    table
}

fn align_right(table: &mut Table, columns: &[usize]) {
    for column in columns {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// A cell of any output column as text.
fn cell(batch: &RecordBatch, name: &str, row: usize) -> String {
    let Some(column) = batch.column_by_name(name).filter(|c| c.is_valid(row)) else {
        return String::new();
    };
    if let Some(text) = column.as_string_opt::<i32>() {
        text.value(row).to_owned()
    } else if let Some(number) = column.as_primitive_opt::<Int64Type>() {
        number.value(row).to_string()
    } else if let Some(number) = column.as_primitive_opt::<Float64Type>() {
        let value = number.value(row);
        if value != 0.0 && value.abs() < 0.001 {
            format!("{value:.1e}")
        } else {
            format!("{value:.3}")
        }
    } else if let Some(money) = column.as_primitive_opt::<Decimal128Type>() {
        dollars(i64::try_from(money.value(row)).unwrap_or(0))
    } else if let Some(day) = column.as_primitive_opt::<Date32Type>() {
        date::iso(i64::from(day.value(row)))
    } else if let Some(list) = column.as_list_opt::<i32>() {
        let items = list.value(row);
        items
            .as_string_opt::<i32>()
            .map(|i| i.iter().flatten().collect::<Vec<_>>().join(", "))
            .unwrap_or_default()
    } else {
        String::new()
    }
}

fn load(run: &Path, name: &str) -> Result<Option<RecordBatch>> {
    read_table(&run.join(format!("{name}.parquet")))
}

/// The case list of a run.
pub fn cases(run: &Path, top: usize) -> Result<()> {
    let Some(cases) = load(run, "cases")? else {
        say!("No cases.");
        return Ok(());
    };
    let mut out = table(&[
        "#",
        "case",
        "entity",
        "specialty",
        "schemes",
        "status",
        "q",
        "at risk",
        "at least",
        "why",
    ]);
    for row in 0..cases.num_rows().min(top) {
        let get = |name: &str| cell(&cases, name, row);
        let id: String = get("case_id").chars().take(8).collect();
        out.add_row(vec![
            get("rank"),
            id,
            subject::of(&get),
            if get("entity_type") == "provider" {
                get("specialty")
            } else {
                format!("({})", get("entity_type"))
            },
            get("schemes"),
            get("status"),
            get("q_value"),
            get("exposure_amount"),
            get("exposure_lower"),
            get("summary")
                .split(": ")
                .nth(1)
                .unwrap_or_default()
                .split(';')
                .next()
                .unwrap_or_default()
                .to_owned(),
        ]);
    }
    align_right(&mut out, &[0, 6, 7, 8]);
    say!("{out}");
    if cases.num_rows() > top {
        say!(
            "{} more; see `claimhound cases --top N` or cases.parquet",
            cases.num_rows() - top
        );
    }
    Ok(())
}

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
    let selected: usize = results.lists.iter().map(|l| l.selected).sum();
    let tested: Vec<String> = results
        .lists
        .iter()
        .map(|l| format!("{} tested {}s", l.tested, l.entity_type))
        .collect();
    let level = results.lists.first().map_or(0.0, |l| l.level);
    say!(
        "{} cases from {}: {} by statistics (false leads held to {:.0} %), {} by edits alone; {} at risk\n",
        results.cases,
        tested.join(" and "),
        selected,
        level * 100.0,
        results.cases - selected.min(results.cases),
        results.exposure
    );
    if results.cases > 0 {
        cases(&scanned.run, TOP_CASES)?;
    }
    say!("Run folder: {}", out.join("latest").display());
    Ok(())
}

/// One case in words.
pub fn show(run: &Path, wanted: &str) -> Result<()> {
    let missing = || {
        Error::input(
            wanted.to_owned(),
            "no such case in the latest run",
            "`claimhound cases OUT` lists them",
        )
    };
    let cases = load(run, "cases")?.ok_or_else(missing)?;
    let matches = |row: &usize| {
        let get = |name| cell(&cases, name, *row);
        get("rank") == wanted
            || get("entity_id") == wanted
            || (wanted.len() >= 4 && get("case_id").starts_with(wanted))
    };
    let row = (0..cases.num_rows()).find(matches).ok_or_else(missing)?;
    let get = |name: &str| cell(&cases, name, row);
    say!(
        "Case {} (rank {}, {})",
        get("case_id"),
        get("rank"),
        get("status")
    );
    say!(
        "{} {} {}\n",
        subject::of(&get),
        get("entity_name"),
        get("specialty")
    );
    say!("{}\n", get("summary"));
    say!(
        "At risk {} (at least {}), of {} paid in all.",
        get("exposure_amount"),
        get("exposure_lower"),
        get("paid_amount")
    );
    if !get("q_value").is_empty() {
        say!(
            "q = {}: of a list drawn at this level, that share is expected to be false leads.",
            get("q_value")
        );
    }
    let id = get("case_id");
    if let Some(findings) = load(run, "findings")? {
        let case_ids = text(&findings, "case_id")?;
        for row in (0..findings.num_rows()).filter(|r| text_at(case_ids, *r) == Some(&id)) {
            let get = |name| cell(&findings, name, row);
            say!("\n{} ({}, {})", get("scheme"), get("detector"), get("kind"));
            say!("  {}", get("reason"));
            if !get("p_value").is_empty() {
                say!("  z = {}, p = {}", get("z"), get("p_value"));
            }
            say!(
                "  At risk {} (at least {})",
                get("exposure_amount"),
                get("exposure_lower")
            );
            say!(
                "  Speaks for the {}: {}",
                get("entity_type"),
                get("counterpoint")
            );
            say!("  Source: {}", get("source"));
        }
    }
    evidence_lines(run, &id)
}

fn evidence_lines(run: &Path, case: &str) -> Result<()> {
    let Some(evidence) = load(run, "evidence")? else {
        return Ok(());
    };
    let ids = text(&evidence, "case_id")?;
    let risk = evidence
        .column_by_name("amount_counted_case")
        .and_then(|c| c.as_primitive_opt::<Decimal128Type>());
    let amount = |row: usize| risk.map_or(0, |r| r.value(row));
    let mut rows: Vec<usize> = (0..evidence.num_rows())
        .filter(|r| text_at(ids, *r) == Some(case))
        .collect();
    let all = rows.len();
    rows.sort_by(|a, b| amount(*b).cmp(&amount(*a)).then(a.cmp(b)));
    rows.truncate(TOP_LINES);
    say!(
        "\nThe {} largest of {all} evidence lines (members and all lines: evidence.parquet)",
        rows.len()
    );
    let mut out = table(&[
        "claim", "line", "date", "code", "mod", "units", "paid", "at risk", "note",
    ]);
    let numbers = int(&evidence, "claim_line_number")?;
    for row in rows {
        let get = |name| cell(&evidence, name, row);
        let units = evidence
            .column_by_name("units")
            .and_then(|c| c.as_primitive_opt::<Decimal128Type>())
            .filter(|c| c.is_valid(row));
        out.add_row(vec![
            get("claim_id"),
            numbers.value(row).to_string(),
            get("service_date"),
            get("hcpcs_code"),
            get("modifiers"),
            units
                .map(|u| format!("{}", u.value(row) as f64 / 1000.0))
                .unwrap_or_default(),
            get("paid_amount"),
            get("amount_counted_case"),
            get("note"),
        ]);
    }
    align_right(&mut out, &[5, 6, 7]);
    say!("{out}");
    Ok(())
}

/// Control totals, rejects, holds, and what could run.
pub fn checked(checked: &Checked) {
    let canonical = &checked.canonical;
    say!(
        "As of {}; {} lines",
        date::iso(canonical.as_of),
        canonical.line_count
    );
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
