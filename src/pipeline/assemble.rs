//! Puts together what the stages gave: entities, results, and the run folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Scan;
use super::evidence::{self, Edited};
use super::list::list_result;
use super::memory::{Memory, Settled};
use super::population::{by_key, setting};
use super::timing::Timings;
use crate::batch::{int, int_at, text, text_at};
use crate::cases::night::Standings;
use crate::cases::precision::RulePrecision;
use crate::combine::{Population, stable_id};
use crate::edits::Edit;
use crate::error::{Error, Result};
use crate::features::{FeatureTable, measure};
use crate::ingest::settle::amount_level::AMOUNTS;
use crate::ingest::{Canonical, date};
use crate::money::dollars;
use crate::network::summary::NetworkSummary;
use crate::private::create_private;
use crate::reference::Reference;
use crate::report::entities::entities;
use crate::report::frame::{Frame, Value};
use crate::report::history;
use crate::report::html;
use crate::report::manifest::{
    AmountLevel, BehaviourResult, ControlTotals, DetectorRun, Manifest, Results, TableCount,
};
use crate::report::run_folder::{self, RunFolder};
use crate::report::set_aside;
use crate::report::tables::{self, ProviderCounts};
use crate::schema::{EntityType, output};
use crate::validate::{self, Validation};

/// Stops where too many rows were refused, leaving them to look at beside the runs.
pub fn write_refused_rejects(job: &Scan, canonical: &Canonical) -> Result<()> {
    let folder = job.out.join("refused");
    let refused = validate::refuse_bad_tables(
        canonical,
        job.config.ingest.max_reject_share,
        &folder.join("rejects.parquet"),
    );
    if refused.is_err() {
        create_private(&folder)?;
        let batch = set_aside::rejects(
            &canonical.rejects,
            &|id| file_name(canonical, id),
            job.show_values,
        )
        .into_batch()?;
        run_folder::write_parquet(&folder.join("rejects.parquet"), &batch)?;
    }
    refused
}

fn file_name(canonical: &Canonical, id: i64) -> String {
    canonical.inputs.iter().find(|f| f.id() == id).map_or_else(
        || "unknown".to_owned(),
        crate::ingest::discover::InputFile::name,
    )
}

/// Reference tables that measures rest on.
const OF_MEASURES: [&str; 4] = ["elixhauser_icd10cm", "em_family", "ncci_ptp", "taxonomy"];

/// Editions of the reference tables that measures rest on, in one line.
pub fn vintage_text(reference: &Reference) -> Option<String> {
    reference.editions(&OF_MEASURES.map(str::to_owned))
}

/// The manifest's results.
pub fn results(
    job: &Scan,
    edits: &[Edit],
    from: &Frames,
    edited: &Edited,
    rule_precision: Vec<RulePrecision>,
    network: &NetworkSummary,
) -> Result<Results> {
    let (canonical, validation) = (from.canonical, from.validation);
    let (populations, cases) = (from.populations, &from.settled.list);
    let mut holds_by_reason: BTreeMap<String, u64> = BTreeMap::new();
    for hold in &validation.holds {
        *holds_by_reason.entry(hold.reason.clone()).or_default() += 1;
    }
    let mut detectors_not_run = edited.not_run.clone();
    detectors_not_run.extend(validation.not_run.iter().cloned());
    detectors_not_run.extend(evidence::not_built(edits, &measure::measures()?)?);
    let mut unknown_columns = BTreeMap::new();
    let mut absent_columns = BTreeMap::new();
    for load in &canonical.loads {
        merge(&mut unknown_columns, &load.note.unknown);
        merge(&mut absent_columns, &load.note.absent);
    }
    Ok(Results {
        control_totals: ControlTotals::new(&canonical.ledger, &validation.by_status),
        tables: canonical
            .counts
            .iter()
            .map(|(t, (rows, rejected))| {
                (
                    t.clone(),
                    TableCount {
                        rows: *rows,
                        rejected: *rejected,
                    },
                )
            })
            .collect(),
        amount_levels: amount_levels(canonical),
        amount_level_exceptions: canonical.level_exceptions,
        holds_by_reason,
        detectors_run: detectors_run(populations, edited),
        detectors_not_run,
        notices: edited.notices.clone(),
        behaviours: from.behaviours.clone(),
        lists: populations
            .iter()
            .enumerate()
            .map(|(place, p)| {
                let quiet = from.settled.quiet.iter().filter(|c| c.0 == place);
                list_result(p, job.config.list.level, quiet.map(|c| c.1))
            })
            .collect(),
        network: network.clone(),
        providers: size(populations, EntityType::Provider),
        members: size(populations, EntityType::Member),
        cases: cases.len(),
        findings: cases.iter().map(|c| c.findings.len()).sum(),
        evidence_lines: cases
            .iter()
            .flat_map(|c| &c.findings)
            .map(|f| f.lines.len())
            .sum(),
        exposure: dollars(
            cases
                .iter()
                .flat_map(|c| &c.findings)
                .flat_map(|f| &f.lines)
                .map(|l| l.counted_run)
                .sum(),
        ),
        case_standings: Standings::new(&from.memory.register, &from.settled.register),
        rule_precision,
        reranking: from.settled.reranking.clone(),
        unknown_columns,
        absent_columns,
    })
}

fn size(populations: &[Population], kind: EntityType) -> usize {
    let of_kind = populations.iter().find(|p| p.kind == kind);
    of_kind.map_or(0, |p| p.entities.len())
}

fn merge(into: &mut BTreeMap<String, Vec<String>>, from: &BTreeMap<String, Vec<String>>) {
    for (source, names) in from {
        let all = into.entry(source.clone()).or_default();
        all.extend(names.iter().cloned());
        all.sort();
        all.dedup();
    }
}

fn amount_levels(canonical: &Canonical) -> Vec<AmountLevel> {
    let mut all = Vec::new();
    for (source, kind, levels, votes) in canonical.levels.iter() {
        for (i, amount) in AMOUNTS.iter().enumerate() {
            all.push(AmountLevel {
                data_source: source.to_owned(),
                claim_type: kind.to_owned(),
                amount,
                level: levels[i],
                votes: votes[i],
            });
        }
    }
    all
}

fn detectors_run(populations: &[Population], edited: &Edited) -> Vec<DetectorRun> {
    let mut run: Vec<DetectorRun> = populations
        .iter()
        .flat_map(|p| &p.measured)
        .map(|m| DetectorRun {
            name: m.measure.name.clone(),
            scheme: m.measure.scheme.clone(),
            kind: m.kind,
            count: m.tests.tests.iter().filter(|t| t.outcome.is_ok()).count(),
            verdict: m.tests.verdict().to_owned(),
            largest_excess: Some(m.tests.admission.excess).filter(|v| v.is_finite()),
            upper_share: Some(m.tests.admission.control).filter(|v| v.is_finite()),
            spread: None,
        })
        .collect();
    let patterns = populations.iter().flat_map(|p| &p.patterns);
    run.extend(patterns.filter(|p| p.kind == "trend").map(|p| DetectorRun {
        name: p.name.clone(),
        scheme: p.scheme.clone(),
        kind: p.kind,
        count: p.lines.len(),
        verdict: "run".to_owned(),
        largest_excess: None,
        upper_share: None,
        spread: None,
    }));
    run.extend(edited.spreads.iter().map(|(edit, spread, flooded)| {
        DetectorRun {
            name: edit.name.clone(),
            scheme: edit.scheme.clone(),
            kind: "edit",
            count: spread.lines,
            verdict: if *flooded {
                "flood: a notice, no cases"
            } else {
                "run"
            }
            .to_owned(),
            largest_excess: None,
            upper_share: None,
            spread: Some(*spread),
        }
    }));
    run
}

/// Everything the tables are filled from.
pub struct Frames<'a> {
    pub memory: &'a Memory,
    pub settled: &'a Settled,
    pub populations: &'a [Population],
    pub counts: &'a ProviderCounts<'a>,
    pub features: &'a FeatureTable,
    pub canonical: &'a Canonical,
    pub validation: &'a Validation,
    pub behaviours: &'a BehaviourResult,
}

/// Writes the run folder and switches to it.
pub fn write_run(
    job: &Scan,
    from: &Frames,
    reference: &Reference,
    edits: &[Edit],
    results: Results,
    mut timings: Timings,
) -> Result<(PathBuf, Manifest)> {
    let canonical = from.canonical;
    let (memory, settled) = (from.memory, from.settled);
    let run_id = run_id(job, canonical, reference, edits, memory);
    let folder = RunFolder::begin(&job.out, &run_id)?;
    let mut hashes = BTreeMap::new();
    let mut write = |frame: Frame| -> Result<()> {
        let name = frame.table.name;
        let hash = folder.write_table(name, &frame.into_batch()?)?;
        hashes.insert(format!("{name}.parquet"), hash);
        Ok(())
    };
    let cases = &settled.list;
    write(tables::cases(
        cases,
        from.populations,
        &memory.register,
        &settled.register,
    ))?;
    write(tables::findings(cases, from.populations))?;
    write(tables::evidence(cases, from.populations))?;
    write(entities(from.populations, cases))?;
    write(tables::tests(from.populations))?;
    write(provider_features(from)?)?;
    write(member_features(from)?)?;
    write(tables::provider_month(from.features)?)?;
    write(tables::provider_code(from.features)?)?;
    write(tables::peer_groups(from.populations))?;
    write(set_aside::rejects(
        &canonical.rejects,
        &|id| file_name(canonical, id),
        job.show_values,
    ))?;
    write(set_aside::holds(&from.validation.holds))?;
    write(history::case_register(&settled.register))?;
    write(history::case_measures(&settled.book))?;
    write(history::dispositions(&memory.history))?;
    write(tables::columns())?;
    let mut manifest = Manifest {
        prior_run: memory.prior_run(&run_id),
        run_id,
        as_of: date::iso(canonical.as_of),
        dispositions: memory.history.len(),
        version: env!("CARGO_PKG_VERSION"),
        layout: job.layout.origin.clone(),
        edits: job.edits.as_ref().map(|p| p.display().to_string()),
        reference_paths: job.reference.clone(),
        inputs: canonical.inputs.clone(),
        config: job.config.clone(),
        show_values: job.show_values,
        with_phi: job.with_phi,
        reference: reference.vintages().to_vec(),
        tables: hashes,
        results,
    };
    let broken = |e: serde_json::Error| Error::table(&job.out, &e);
    // Read back from its text, so that a page made later from the file has the same numbers.
    let known = serde_json::to_string(&manifest).map_err(broken)?;
    let known = serde_json::from_str(&known).map_err(broken)?;
    let page = html::write_report(folder.path(), &known, job.with_phi)?;
    manifest.tables.insert(html::REPORT.to_owned(), page);
    let text = serde_json::to_string_pretty(&manifest).map_err(broken)?;
    folder.write_text("manifest.json", &(text + "\n"))?;
    timings.stage("report");
    folder.write_text("timings.json", &(timings.json() + "\n"))?;
    Ok((folder.finish()?, manifest))
}

/// `<as_of>_<8 hex>` over everything that decides the content.
fn run_id(
    job: &Scan,
    canonical: &Canonical,
    reference: &Reference,
    edits: &[Edit],
    memory: &Memory,
) -> String {
    let mut parts: Vec<String> = vec![env!("CARGO_PKG_VERSION").to_owned(), job.layout.sql.clone()];
    parts.extend(
        canonical
            .inputs
            .iter()
            .map(|f| format!("{} {}", f.source, f.blake3)),
    );
    parts.push(serde_json::to_string(&job.config).unwrap_or_default());
    parts.extend(reference.vintages().iter().map(|v| v.blake3.clone()));
    parts.extend(edits.iter().map(|e| e.sql.clone()));
    parts.extend(memory.fingerprint().iter().cloned());
    parts.push(format!(
        "{} {} {}",
        canonical.as_of, job.show_values, job.with_phi
    ));
    let refs: Vec<&str> = parts.iter().map(String::as_str).collect();
    format!("{}_{}", date::iso(canonical.as_of), &stable_id(&refs)[..8])
}

fn provider_features(from: &Frames) -> Result<Frame> {
    let days = from.features.grain("provider_day__lines")?;
    let (provider, day) = (text(days, "provider_id")?, int(days, "service_day")?);
    // Days are sorted by provider and day: first and last of each run of a provider.
    let mut spans: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
    for row in 0..days.num_rows() {
        let at = day.value(row);
        let span = spans.entry(provider.value(row)).or_insert((at, at, 0));
        *span = (span.0.min(at), span.1.max(at), span.2 + 1);
    }
    let months = from.features.grain("provider_month__lines")?;
    let mut active_months: BTreeMap<&str, i64> = BTreeMap::new();
    for id in text(months, "provider_id")?.iter().flatten() {
        *active_months.entry(id).or_default() += 1;
    }
    let table = &from.canonical.provider;
    let ids: BTreeMap<&str, usize> = text(table, "provider_id")?
        .iter()
        .flatten()
        .zip(0..)
        .collect();
    let word = |name: &str, id: &str| -> Result<Value> {
        Ok(ids
            .get(id)
            .and_then(|r| text(table, name).ok().and_then(|c| text_at(c, *r)))
            .into())
    };
    let mut frame = Frame::new(&output::PROVIDER_FEATURES);
    let providers = from
        .populations
        .iter()
        .filter(|p| p.kind == EntityType::Provider);
    for entity in providers.flat_map(|p| &p.entities) {
        let id = entity.id.as_str();
        let count = |name| Value::from(from.counts.get(id, name));
        let span = spans.get(id);
        frame.push(vec![
            id.into(),
            entity.name.clone().into(),
            entity.specialty.clone().into(),
            word("specialty_family", id)?,
            word("taxonomy_code", id)?,
            entity.state.clone().into(),
            setting(
                from.counts.get(id, "professional_lines"),
                from.counts.get(id, "line_count"),
            )
            .into(),
            entity.behaviour.clone().into(),
            count("line_count"),
            count("claim_count"),
            count("visit_count"),
            count("member_count"),
            span.map_or(0, |s| s.2).into(),
            active_months.get(id).copied().unwrap_or(0).into(),
            span.map(|s| s.0).into(),
            span.map(|s| s.1).into(),
            count("units_milli"),
            count("charge_cents"),
            count("allowed_cents"),
            count("paid_cents"),
            count("professional_lines"),
            count("denied_lines"),
            count("reversed_lines"),
            count("tier0_members"),
            count("tier1_members"),
            count("tier2_members"),
            count("tier3_members"),
        ]);
    }
    Ok(frame)
}

fn member_features(from: &Frames) -> Result<Frame> {
    let lines = from.features.grain("member__lines")?;
    let claims = by_key(
        from.features.grain("member__claims")?,
        "person_id",
        "claim_count",
    )?;
    let enrolled = by_key(
        from.features.grain("member__enrolled")?,
        "person_id",
        "enrolled_days",
    )?;
    let person = text(lines, "person_id")?;
    let row_of: BTreeMap<&str, usize> = person.iter().flatten().zip(0..).collect();
    let mut rows: Vec<(String, Vec<Value>)> = Vec::new();
    for members in from.canonical.members()? {
        let (id, sex, band) = (
            text(&members, "person_id")?,
            text(&members, "sex")?,
            text(&members, "age_band")?,
        );
        let (conditions, tier) = (
            int(&members, "condition_count")?,
            int(&members, "condition_tier")?,
        );
        for row in 0..members.num_rows() {
            let key = id.value(row);
            let count = |column: &str| -> Result<Value> {
                Ok(row_of
                    .get(key)
                    .map_or(Ok(0), |r| int(lines, column).map(|c| c.value(*r)))?
                    .into())
            };
            rows.push((
                key.to_owned(),
                vec![
                    key.into(),
                    text_at(sex, row).into(),
                    text_at(band, row).into(),
                    int_at(conditions, row).into(),
                    int_at(tier, row).into(),
                    enrolled.get(key).copied().into(),
                    count("line_count")?,
                    claims.get(key).copied().unwrap_or(0).into(),
                    count("visit_count")?,
                    count("provider_count")?,
                    count("allowed_cents")?,
                    count("paid_cents")?,
                ],
            ));
        }
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let mut frame = Frame::new(&output::MEMBER_FEATURES);
    for (_, row) in rows {
        frame.push(row);
    }
    Ok(frame)
}
