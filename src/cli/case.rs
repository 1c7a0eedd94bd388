//! Cases on stdout: the list, and one of them in words.

use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Decimal128Type, Float64Type, Int64Type};
use claimhound::batch::{decimal, decimal_at, int, read_table, text, text_at};
use claimhound::cases::lookup;
use claimhound::error::Result;
use claimhound::ingest::date;
use claimhound::money::dollars;

use super::terminal::{Ink, align_right, cell, is_narrow, paint, paragraph, table};
use super::{nightly, subject};

/// Evidence lines shown with a case.
const TOP_LINES: usize = 10;
/// Characters of a case id that name it in a list.
const SHORT_ID: usize = 8;

/// A value of any output column as text.
pub fn value(batch: &RecordBatch, name: &str, row: usize) -> String {
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

pub fn load(run: &Path, name: &str) -> Result<Option<RecordBatch>> {
    read_table(&run.join(format!("{name}.parquet")))
}

/// The case list of a run. A narrow terminal gets the same columns, two or three in one.
pub fn cases(run: &Path, top: usize) -> Result<()> {
    let Some(cases) = load(run, "cases")? else {
        say!("No cases.");
        return Ok(());
    };
    let narrow = is_narrow();
    let mut out = if narrow {
        table(&["#", "case", "who and why", "status", "at risk"])
    } else {
        table(&[
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
        ])
    };
    // Closed cases come last and have no rank.
    let listed = cases.num_rows() - int(&cases, "rank")?.null_count();
    for row in 0..listed.min(top) {
        let get = |name: &str| value(&cases, name, row);
        let id: String = get("case_id").chars().take(SHORT_ID).collect();
        let specialty = if get("entity_type") == "provider" {
            get("specialty")
        } else {
            format!("({})", get("entity_type"))
        };
        let status = get("status");
        let ink = Ink::of_status(&status);
        let q = get("q_value");
        if narrow {
            let by = if q.is_empty() {
                "by rules".to_owned()
            } else {
                format!("q {q}")
            };
            out.add_row(vec![
                cell(get("rank"), None),
                cell(id, None),
                cell(
                    format!("{} {specialty}\n{}", subject::of(&get), why(&get)),
                    None,
                ),
                cell(format!("{status}\n{by}"), ink),
                cell(
                    format!("{}\n≥ {}", get("exposure_amount"), get("exposure_lower")),
                    None,
                ),
            ]);
        } else {
            out.add_row(vec![
                cell(get("rank"), None),
                cell(id, None),
                cell(subject::of(&get), None),
                cell(specialty, None),
                cell(get("schemes"), Some(Ink::Scheme)),
                cell(status, ink),
                cell(q, None),
                cell(get("exposure_amount"), None),
                cell(get("exposure_lower"), None),
                cell(why(&get), None),
            ]);
        }
    }
    align_right(&mut out, if narrow { &[0, 4] } else { &[0, 6, 7, 8] });
    let shown = (listed > 0).then(|| out.to_string());
    say!("{}", shown.as_deref().unwrap_or("No cases."));
    if listed > top {
        say!(
            "{} more; see `claimhound cases --top N`, report.html or cases.parquet",
            listed - top
        );
    }
    nightly::closed(&cases, listed);
    Ok(())
}

/// What is unusual about a case, without whom it is about and the dollars, which have columns of
/// their own.
fn why(get: &dyn Fn(&str) -> String) -> String {
    let summary = get("summary");
    let reasons = summary.split(": ").nth(1).unwrap_or_default();
    reasons.split(';').next().unwrap_or_default().to_owned()
}

/// One case in words.
pub fn show(run: &Path, wanted: &str) -> Result<()> {
    let Some(cases) = load(run, "cases")? else {
        return nightly::off_the_list(run, wanted);
    };
    let Some(row) = lookup::on_the_list(&cases, wanted)? else {
        return nightly::off_the_list(run, wanted);
    };
    let get = |name: &str| value(&cases, name, row);
    let status = get("status");
    say!(
        "{} (rank {}, {})",
        paint(&format!("Case {}", get("case_id")), Some(Ink::Strong)),
        get("rank"),
        paint(&status, Ink::of_status(&status))
    );
    let who = [subject::of(&get), get("entity_name"), get("specialty")];
    paragraph(0, who.join(" ").trim_end());
    say!();
    paragraph(0, &get("summary"));
    say!();
    if !get("member_ids").is_empty() {
        paragraph(0, &format!("Providers of the group: {}", get("member_ids")));
        say!();
    }
    paragraph(
        0,
        &format!(
            "At risk {} (at least {}), of {} paid in all.",
            get("exposure_amount"),
            get("exposure_lower"),
            get("paid_amount")
        ),
    );
    if !get("q_value").is_empty() {
        paragraph(
            0,
            &format!(
                "q = {}: of a list drawn at this level, that share is expected to be false leads.",
                get("q_value")
            ),
        );
    }
    nightly::decided(&get);
    let id = get("case_id");
    if let Some(findings) = load(run, "findings")? {
        let case_ids = text(&findings, "case_id")?;
        for row in (0..findings.num_rows()).filter(|r| text_at(case_ids, *r) == Some(&id)) {
            finding(&|name| value(&findings, name, row));
        }
    }
    evidence_lines(run, &id)
}

fn finding(get: &dyn Fn(&str) -> String) {
    say!(
        "\n{} ({}, {})",
        paint(&get("scheme"), Some(Ink::Scheme)),
        get("detector"),
        get("kind")
    );
    paragraph(2, &get("reason"));
    if !get("p_value").is_empty() {
        say!("  z = {}, p = {}", get("z"), get("p_value"));
    }
    say!(
        "  At risk {} (at least {})",
        get("exposure_amount"),
        get("exposure_lower")
    );
    paragraph(
        2,
        &format!(
            "Speaks for the {}: {}",
            get("entity_type"),
            get("counterpoint")
        ),
    );
    paragraph(2, &format!("Source: {}", get("source")));
}

fn evidence_lines(run: &Path, case: &str) -> Result<()> {
    let Some(evidence) = load(run, "evidence")? else {
        return Ok(());
    };
    let ids = text(&evidence, "case_id")?;
    let (risk, units) = (
        decimal(&evidence, "amount_counted_case")?,
        decimal(&evidence, "units")?,
    );
    let amount = |row: usize| decimal_at(risk, row).unwrap_or(0);
    let mut rows: Vec<usize> = (0..evidence.num_rows())
        .filter(|r| text_at(ids, *r) == Some(case))
        .collect();
    let all = rows.len();
    rows.sort_by(|a, b| amount(*b).cmp(&amount(*a)).then(a.cmp(b)));
    rows.truncate(TOP_LINES);
    say!();
    paragraph(
        0,
        &format!(
            "The {} largest of {all} evidence lines (members and all lines: evidence.parquet)",
            rows.len()
        ),
    );
    let narrow = is_narrow();
    let mut out = if narrow {
        table(&["claim line and note", "date", "code", "paid", "at risk"])
    } else {
        table(&[
            "claim", "line", "date", "code", "mod", "units", "paid", "at risk", "note",
        ])
    };
    for row in rows {
        let get = |name| value(&evidence, name, row);
        let units = decimal_at(units, row)
            .map(|u| format!("{}", u as f64 / 1000.0))
            .unwrap_or_default();
        let (claim, line) = (get("claim_id"), get("claim_line_number"));
        out.add_row(if narrow {
            let code = format!("{} {}", get("hcpcs_code"), get("modifiers"));
            vec![
                format!("{claim} / {line}\n{}", get("note")),
                get("service_date"),
                format!("{}\n{units} units", code.trim()),
                get("paid_amount"),
                get("amount_counted_case"),
            ]
        } else {
            vec![
                claim,
                line,
                get("service_date"),
                get("hcpcs_code"),
                get("modifiers"),
                units,
                get("paid_amount"),
                get("amount_counted_case"),
                get("note"),
            ]
        });
    }
    align_right(&mut out, if narrow { &[3, 4] } else { &[5, 6, 7] });
    say!("{out}");
    Ok(())
}
