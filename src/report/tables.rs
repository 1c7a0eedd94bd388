//! The output tables, filled from what the stages gave.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::frame::{Frame, Value};
use super::history::closed_case;
use crate::batch::{int, int_at, text};
use crate::cases::Register;
use crate::cases::night::just_closed;
use crate::combine::{Case, Finding, Population};
use crate::error::Result;
use crate::features::FeatureTable;
use crate::schema::EntityType;
use crate::schema::output;

/// `cases`: the list, and after it the cases that left it tonight since nothing was found.
#[must_use]
pub fn cases(
    cases: &[Case],
    populations: &[Population],
    before: &Register,
    after: &Register,
) -> Frame {
    let mut frame = Frame::new(&output::CASES);
    for case in cases {
        let population = &populations[case.population];
        let (entity, standing) = (
            &population.entities[case.entity],
            &population.standings[case.entity],
        );
        let strongest = case.findings.iter().find_map(|f| f.statistic.as_ref());
        let mut schemes: Vec<String> = Vec::new();
        for finding in &case.findings {
            if !schemes.contains(&finding.scheme) {
                schemes.push(finding.scheme.clone());
            }
        }
        let claims: BTreeSet<(&str, &str)> = case
            .findings
            .iter()
            .flat_map(|f| &f.lines)
            .map(|l| (l.hit.data_source.as_str(), l.hit.claim_id.as_str()))
            .collect();
        let statistical = strongest.is_some();
        let known = after.get(&case.id);
        frame.push(vec![
            case.id.as_str().into(),
            case.rank.into(),
            case.entity_type.name().into(),
            entity.id.as_str().into(),
            entity.name.clone().into(),
            entity.specialty.clone().into(),
            strongest.map(|s| s.peer_group.clone()).into(),
            strongest.map(|s| s.peer_count as i64).into(),
            Value::List(schemes),
            known.map(|k| k.status.name()).into(),
            standing.p.filter(|_| statistical).into(),
            standing.q.filter(|_| statistical).into(),
            standing.local_fdr.filter(|_| statistical).into(),
            standing.stability.filter(|_| statistical).into(),
            case.exposure_cents.into(),
            case.exposure_lower_cents.into(),
            case.priority_cents.into(),
            entity.amount_cents.into(),
            (claims.len() as i64).into(),
            Value::List(case.member_ids.clone()),
            (case.findings.len() as i64).into(),
            case.summary.as_str().into(),
            known.map(|k| k.first_flagged).into(),
            known.and_then(|k| k.disposition).map(|d| d.0.name()).into(),
            known.and_then(|k| k.disposition).map(|d| d.1).into(),
            known.and_then(|k| k.note.clone()).into(),
            case.unsupervised_rank.into(),
            case.confirm_probability.into(),
        ]);
    }
    for (id, known) in just_closed(before, after) {
        frame.push(closed_case(id, known));
    }
    frame
}

/// Cases in the order of their ids, each with its findings in the order of theirs.
fn findings_in_order(cases: &[Case]) -> Vec<(&Case, &Finding)> {
    let mut all: Vec<(&Case, &Finding)> = cases
        .iter()
        .flat_map(|c| c.findings.iter().map(move |f| (c, f)))
        .collect();
    all.sort_by(|a, b| (&a.0.id, &a.1.id).cmp(&(&b.0.id, &b.1.id)));
    all
}

/// `findings`.
#[must_use]
pub fn findings(cases: &[Case], populations: &[Population]) -> Frame {
    let mut frame = Frame::new(&output::FINDINGS);
    for (case, finding) in findings_in_order(cases) {
        let statistic = finding.statistic.as_ref();
        let (exposure, lower) = finding.exposure();
        let population = &populations[case.population];
        frame.push(vec![
            finding.id.as_str().into(),
            case.id.as_str().into(),
            case.entity_type.name().into(),
            population.entities[case.entity].id.as_str().into(),
            finding.scheme.as_str().into(),
            finding.detector.as_str().into(),
            finding.kind.into(),
            statistic.map(|s| s.measure.clone()).into(),
            statistic.map(|s| s.observed).into(),
            statistic.map(|s| s.expected).into(),
            statistic.map(|s| s.scored.ratio.mean).into(),
            statistic.map(|s| s.scored.ratio.lower).into(),
            statistic.map(|s| s.numerator).into(),
            statistic.map(|s| s.denominator).into(),
            statistic.map(|s| s.unit.clone()).into(),
            statistic.map(|s| s.peer_group.clone()).into(),
            statistic.map(|s| s.peer_count as i64).into(),
            statistic.map(|s| s.scored.p.z).into(),
            statistic.map(|s| s.scored.p.p).into(),
            statistic.and(population.standings[case.entity].q).into(),
            exposure.into(),
            lower.into(),
            finding.reason.as_str().into(),
            finding.counterpoint.as_str().into(),
            finding.source.as_str().into(),
            finding.reference_vintage.clone().into(),
        ]);
    }
    frame
}

/// `evidence`.
#[must_use]
pub fn evidence(cases: &[Case], populations: &[Population]) -> Frame {
    let mut frame = Frame::new(&output::EVIDENCE);
    for (case, finding) in findings_in_order(cases) {
        let entity = &populations[case.population].entities[case.entity];
        for line in &finding.lines {
            let hit = &line.hit;
            frame.push(vec![
                finding.id.as_str().into(),
                case.id.as_str().into(),
                if case.entity_type == EntityType::Group {
                    hit.entity_id.as_str().into()
                } else {
                    entity.id.as_str().into()
                },
                hit.data_source.as_str().into(),
                hit.claim_id.as_str().into(),
                hit.claim_line_number.into(),
                hit.person_id.as_str().into(),
                hit.service_day.into(),
                hit.hcpcs_code.clone().into(),
                hit.modifiers.as_str().into(),
                hit.drg_code.clone().into(),
                hit.units_milli.into(),
                hit.paid_cents.into(),
                hit.allowed_cents.into(),
                hit.cents.into(),
                line.at_risk.into(),
                line.at_risk_lower.into(),
                line.counted_case.into(),
                line.counted_run.into(),
                hit.basis.as_str().into(),
                hit.note.as_str().into(),
            ]);
        }
    }
    frame
}

/// Counts of a provider, by column of the provider grain files.
pub struct ProviderCounts<'a> {
    rows: BTreeMap<&'a str, BTreeMap<&'a str, i64>>,
}

impl<'a> ProviderCounts<'a> {
    /// Joins the provider grain files.
    ///
    /// # Errors
    /// Where a grain is missing.
    pub fn new(features: &'a FeatureTable) -> Result<ProviderCounts<'a>> {
        let mut rows: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
        for file in ["provider__lines", "provider__claims", "provider__members"] {
            let batch = features.grain(file)?;
            let provider = text(batch, "provider_id")?;
            for field in batch
                .schema_ref()
                .fields()
                .iter()
                .filter(|f| f.name() != "provider_id")
            {
                let values = int(batch, field.name())?;
                for row in 0..batch.num_rows() {
                    rows.entry(provider.value(row))
                        .or_default()
                        .insert(field.name().as_str(), int_at(values, row).unwrap_or(0));
                }
            }
        }
        Ok(ProviderCounts { rows })
    }

    /// A provider's count, 0 where there is none.
    #[must_use]
    pub fn get(&self, provider: &str, column: &str) -> i64 {
        self.rows
            .get(provider)
            .and_then(|r| r.get(column))
            .copied()
            .unwrap_or(0)
    }

    /// Every provider with a line, ascending.
    #[must_use]
    pub fn providers(&self) -> Vec<String> {
        self.rows.keys().map(|p| (*p).to_owned()).collect()
    }
}

/// Populations with their positions, in the order of `entity_type`.
pub(super) fn by_word(populations: &[Population]) -> Vec<(usize, &Population)> {
    let mut order: Vec<(usize, &Population)> = populations.iter().enumerate().collect();
    order.sort_by_key(|(_, p)| p.kind.name());
    order
}

/// `tests`, by entity type, entity, then measure name.
#[must_use]
pub fn tests(populations: &[Population]) -> Frame {
    let mut frame = Frame::new(&output::TESTS);
    for (_, population) in by_word(populations) {
        let mut order: Vec<(usize, &str, usize, usize)> = Vec::new();
        for (m, one) in population.measured.iter().enumerate() {
            for (t, test) in one.tests.tests.iter().enumerate() {
                order.push((test.entity, one.measure.name.as_str(), m, t));
            }
        }
        order.sort_unstable();
        for (_, _, m, t) in order {
            frame.push(test_row(population, m, t));
        }
    }
    frame
}

fn test_row(population: &Population, measure: usize, test: usize) -> Vec<Value> {
    let one = &population.measured[measure];
    let test = &one.tests.tests[test];
    let scored = test.outcome.as_ref().ok();
    let shown = scored.map(|s| one.measure.display(&s.score));
    let counted = scored.is_some_and(|s| one.tests.counts(s));
    let why = match &test.outcome {
        Err(why) => Some(why.clone()),
        Ok(_) if !counted => Some(format!("not combined: {}", one.tests.verdict())),
        Ok(_) if one.measure.supporting => Some("supporting evidence only".to_owned()),
        Ok(_) => None,
    };
    let group = test.group.map(|g| &one.tests.groups[g]);
    vec![
        population.kind.name().into(),
        population.entities[test.entity].id.as_str().into(),
        one.measure.scheme.as_str().into(),
        one.measure.name.as_str().into(),
        group
            .map(|g| format!("{} ({})", g.key, g.level.name()))
            .into(),
        test.numerator.into(),
        test.denominator.into(),
        shown.map(|s| s.0).into(),
        shown.map(|s| s.1).into(),
        scored.map(|s| s.ratio.mean).into(),
        scored.map(|s| s.ratio.lower).into(),
        scored.map(|s| s.p.z).into(),
        scored.map(|s| s.p.p).into(),
        scored.map(|s| s.p.p_list).into(),
        (counted && !one.measure.supporting).into(),
        why.into(),
    ]
}

/// `peer_groups`.
#[must_use]
pub fn peer_groups(populations: &[Population]) -> Frame {
    let mut rows: Vec<(String, String, Vec<Value>)> = Vec::new();
    for one in populations.iter().flat_map(|p| &p.measured) {
        let admission = &one.tests.admission;
        for group in &one.tests.groups {
            let key = format!("{} ({})", group.key, group.level.name());
            let null = group.null.as_ref().ok();
            let row = vec![
                one.measure.name.as_str().into(),
                key.as_str().into(),
                group.level.name().into(),
                (group.members as i64).into(),
                null.map(|n| n.mu).into(),
                null.map(|n| n.tau).into(),
                null.map(|n| n.phi).into(),
                one.tests.shape.heaviness.into(),
                one.tests.shape.skew.into(),
                null.map(|n| n.used as i64).into(),
                (admission.scored as i64).into(),
                admission.excess.into(),
                admission.control.into(),
                one.tests.verdict().into(),
                group.null.as_ref().err().map(ToString::to_string).into(),
            ];
            rows.push((one.measure.name.clone(), key, row));
        }
    }
    rows.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let mut frame = Frame::new(&output::PEER_GROUPS);
    for (_, _, row) in rows {
        frame.push(row);
    }
    frame
}

/// `provider_month` from its grain files.
///
/// # Errors
/// Where a grain is missing.
pub fn provider_month(features: &FeatureTable) -> Result<Frame> {
    let (lines, members) = (
        features.grain("provider_month__lines")?,
        features.grain("provider_month__members")?,
    );
    let mut frame = Frame::new(&output::PROVIDER_MONTH);
    // Both grains are sorted by the same key over the same rows of line.
    for row in 0..lines.num_rows() {
        let month = int(lines, "service_month")?.value(row);
        let value = |batch: &RecordBatch, name: &str| -> Result<Value> {
            Ok(int_at(int(batch, name)?, row).into())
        };
        frame.push(vec![
            text(lines, "provider_id")?.value(row).into(),
            format!("{:04}-{:02}", month / 12, month % 12 + 1).into(),
            value(lines, "line_count")?,
            value(members, "claim_count")?,
            value(members, "member_count")?,
            value(lines, "charge_cents")?,
            value(lines, "allowed_cents")?,
            value(lines, "paid_cents")?,
        ]);
    }
    Ok(frame)
}

/// `provider_code` from its grain file.
///
/// # Errors
/// Where the grain is missing.
pub fn provider_code(features: &FeatureTable) -> Result<Frame> {
    let batch = features.grain("provider_code__lines")?;
    let (provider, code) = (text(batch, "provider_id")?, text(batch, "hcpcs_code")?);
    let names = [
        "line_count",
        "member_count",
        "units_milli",
        "charge_cents",
        "allowed_cents",
        "paid_cents",
    ];
    let columns = names.map(|n| int(batch, n));
    let mut frame = Frame::new(&output::PROVIDER_CODE);
    for row in 0..batch.num_rows() {
        let mut values: Vec<Value> = vec![provider.value(row).into(), code.value(row).into()];
        for column in &columns {
            values.push(column.as_ref().ok().and_then(|c| int_at(c, row)).into());
        }
        frame.push(values);
    }
    Ok(frame)
}

/// `columns`: the data dictionary, from the declarations themselves.
#[must_use]
pub fn columns() -> Frame {
    let mut rows: Vec<(&str, i64, &str, &str, &str)> = Vec::new();
    for table in output::TABLES {
        for (position, column) in (1..).zip(table.columns) {
            rows.push((
                table.name,
                position,
                column.name,
                column.kind.name(),
                column.about,
            ));
        }
    }
    rows.sort_unstable();
    let mut frame = Frame::new(&output::COLUMNS);
    for (table, position, name, kind, about) in rows {
        frame.push(vec![
            table.into(),
            position.into(),
            name.into(),
            kind.into(),
            about.into(),
        ]);
    }
    frame
}
