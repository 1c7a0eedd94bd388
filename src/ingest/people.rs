//! Merges loaded members, enrolment, providers and pharmacy lines into canonical tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow::compute::take_record_batch;

use super::date;
use super::ledger::{Ledger, PHARMACY, Stage};
use super::load_people::pharmacy_totals;
use super::reject::Reject;
use super::settle::schema_of;
use crate::batch::{int, int_at, text, text_at};
use crate::error::{Error, Result};
use crate::schema::Table;
use crate::schema::canonical::{ENROLLMENT, MEMBER, PHARMACY_LINE, PROVIDER};

/// The value that occurs most often; among equals the smallest, so that row order never decides.
fn most_frequent<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))
        .map(|(value, _)| value)
}

/// Rows of a load by the text of one column, in the order of that text.
fn rows_by<'a>(load: Option<&'a RecordBatch>, key: &str) -> Result<BTreeMap<&'a str, Vec<usize>>> {
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    if let Some(load) = load {
        for (row, id) in text(load, key)?.iter().enumerate() {
            rows.entry(id.unwrap_or_default()).or_default().push(row);
        }
    }
    Ok(rows)
}

fn merged_text<'a>(
    load: Option<&'a RecordBatch>,
    name: &str,
    groups: &[&[usize]],
) -> Result<Vec<Option<&'a str>>> {
    let Some(load) = load else {
        return Ok(vec![None; groups.len()]);
    };
    let column = text(load, name)?;
    Ok(groups
        .iter()
        .map(|rows| most_frequent(rows.iter().filter_map(|r| text_at(column, *r))))
        .collect())
}

fn merged_int(
    load: Option<&RecordBatch>,
    name: &str,
    groups: &[&[usize]],
) -> Result<Vec<Option<i64>>> {
    let Some(load) = load else {
        return Ok(vec![None; groups.len()]);
    };
    let column = int(load, name)?;
    Ok(groups
        .iter()
        .map(|rows| most_frequent(rows.iter().filter_map(|r| int_at(column, *r))))
        .collect())
}

fn table(table: &Table, arrays: Vec<ArrayRef>) -> Result<RecordBatch> {
    RecordBatch::try_new(Arc::new(schema_of(table)), arrays).map_err(|e| Error::Engine {
        statement: format!("merging {}", table.name),
        message: e.to_string(),
    })
}

fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(values.iter().copied().collect::<StringArray>())
}

/// Age bands by their first year of age.
const AGE_BANDS: [(i64, &str); 6] = [
    (85, "85+"),
    (75, "75-84"),
    (65, "65-74"),
    (45, "45-64"),
    (18, "18-44"),
    (0, "00-17"),
];
/// Mean length of a year, for ages in whole years.
const DAYS_PER_YEAR: f64 = 365.2425;

/// The age band of a birth date at a day.
#[must_use]
pub fn age_band(birth_day: Option<i64>, at_day: i64) -> &'static str {
    let Some(birth) = birth_day.filter(|b| *b <= at_day) else {
        return "unknown";
    };
    let age = ((at_day - birth) as f64 / DAYS_PER_YEAR).floor() as i64;
    AGE_BANDS
        .iter()
        .find(|(first, _)| age >= *first)
        .map_or("unknown", |(_, band)| band)
}

/// Condition tier of a number of comorbidity categories.
#[must_use]
pub fn condition_tier(categories: i64) -> i64 {
    match categories {
        0 => 0,
        1..=2 => 1,
        3..=4 => 2,
        _ => 3,
    }
}

/// One row per member: those of the eligibility table and those known from claims alone.
///
/// `conditions` are the numbers of comorbidity categories by member.
///
/// # Errors
/// Where a load column is missing.
pub fn merge_members(
    load: Option<&RecordBatch>,
    in_claims: &BTreeSet<String>,
    conditions: &BTreeMap<String, i64>,
    as_of: i64,
) -> Result<RecordBatch> {
    let mut rows = rows_by(load, "person_id")?;
    for person in in_claims {
        rows.entry(person.as_str()).or_default();
    }
    let groups: Vec<&[usize]> = rows.values().map(Vec::as_slice).collect();
    let birth = merged_int(load, "birth_day", &groups)?;
    let counts: Vec<i64> = rows
        .keys()
        .map(|p| conditions.get(*p).copied().unwrap_or(0))
        .collect();
    let ids: Vec<Option<&str>> = rows.keys().map(|p| Some(*p)).collect();
    let bands: Vec<Option<&str>> = birth.iter().map(|b| Some(age_band(*b, as_of))).collect();
    table(
        &MEMBER,
        vec![
            texts(&ids),
            Arc::new(Int64Array::from(birth)),
            Arc::new(Int64Array::from(merged_int(load, "death_day", &groups)?)),
            texts(&merged_text(load, "sex", &groups)?),
            texts(&merged_text(load, "state", &groups)?),
            texts(&merged_text(load, "zip_code", &groups)?),
            texts(&bands),
            Arc::new(Int64Array::from(counts.clone())),
            Arc::new(
                counts
                    .iter()
                    .map(|c| Some(condition_tier(*c)))
                    .collect::<Int64Array>(),
            ),
        ],
    )
}

/// Spans of enrolment; those of one member and plan that touch or overlap become one.
///
/// # Errors
/// Where a load column is missing.
pub fn merge_enrollment(load: Option<&RecordBatch>) -> Result<RecordBatch> {
    let mut spans: Vec<(&str, &str, &str, i64, i64)> = Vec::new();
    if let Some(load) = load {
        let (person, payer, plan) = (
            text(load, "person_id")?,
            text(load, "payer")?,
            text(load, "plan")?,
        );
        let (start, end) = (int(load, "start_day")?, int(load, "end_day")?);
        for row in 0..load.num_rows() {
            let word = |column| text_at(column, row).unwrap_or_default();
            let last = int_at(end, row).unwrap_or_else(|| date::day_of(date::LAST_DAY));
            spans.push((
                word(person),
                word(payer),
                word(plan),
                start.value(row),
                last,
            ));
        }
    }
    spans.sort_unstable();
    let mut merged: Vec<(&str, &str, &str, i64, i64)> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last)
                if (last.0, last.1, last.2) == (span.0, span.1, span.2) && span.3 <= last.4 + 1 =>
            {
                last.4 = last.4.max(span.4);
            }
            _ => merged.push(span),
        }
    }
    merged.sort_unstable_by_key(|s| (s.0, s.3, s.1, s.2, s.4));
    let word = |pick: fn(&(&'_ str, &'_ str, &'_ str, i64, i64)) -> String| -> ArrayRef {
        Arc::new(
            merged
                .iter()
                .map(|s| Some(pick(s)).filter(|t| !t.is_empty()))
                .collect::<StringArray>(),
        )
    };
    table(
        &ENROLLMENT,
        vec![
            word(|s| s.0.to_owned()),
            word(|s| s.1.to_owned()),
            word(|s| s.2.to_owned()),
            Arc::new(merged.iter().map(|s| Some(s.3)).collect::<Int64Array>()),
            Arc::new(merged.iter().map(|s| Some(s.4)).collect::<Int64Array>()),
        ],
    )
}

/// Specialty and family of a taxonomy code and declared specialty.
pub type SpecialtyOf<'f> =
    dyn Fn(Option<&str>, Option<&str>) -> (Option<String>, Option<String>) + 'f;

/// One row per provider: those of the provider table and those known from claims alone.
/// `family` gives the specialty family of a taxonomy code and specialty, and a specialty name
/// where only the code is there.
///
/// # Errors
/// Where a load column is missing.
pub fn merge_providers(
    load: Option<&RecordBatch>,
    in_claims: &BTreeSet<String>,
    family: &SpecialtyOf,
) -> Result<RecordBatch> {
    let mut rows = rows_by(load, "provider_id")?;
    for provider in in_claims {
        rows.entry(provider.as_str()).or_default();
    }
    let groups: Vec<&[usize]> = rows.values().map(Vec::as_slice).collect();
    let ids: Vec<Option<&str>> = rows.keys().map(|p| Some(*p)).collect();
    let taxonomy = merged_text(load, "taxonomy_code", &groups)?;
    let declared = merged_text(load, "specialty", &groups)?;
    let known: Vec<(Option<String>, Option<String>)> = taxonomy
        .iter()
        .zip(&declared)
        .map(|(t, s)| family(*t, *s))
        .collect();
    let specialty: Vec<Option<&str>> = known.iter().map(|k| k.0.as_deref()).collect();
    let families: Vec<Option<&str>> = known.iter().map(|k| k.1.as_deref()).collect();
    table(
        &PROVIDER,
        vec![
            texts(&ids),
            texts(&merged_text(load, "provider_name", &groups)?),
            texts(&merged_text(load, "entity_type_code", &groups)?),
            texts(&taxonomy),
            texts(&specialty),
            texts(&families),
            texts(&merged_text(load, "state", &groups)?),
            texts(&merged_text(load, "zip_code", &groups)?),
        ],
    )
}

/// Pharmacy lines: repeats kept once, rows that differ under one key refused.
///
/// # Errors
/// Where a load column is missing.
pub fn settle_pharmacy(
    load: Option<&RecordBatch>,
    rejects: &mut Vec<Reject>,
    ledger: &mut Ledger,
) -> Result<RecordBatch> {
    let Some(load) = load else {
        return Ok(RecordBatch::new_empty(Arc::new(schema_of(&PHARMACY_LINE))));
    };
    let (person, source, claim) = (
        text(load, "person_id")?,
        text(load, "data_source")?,
        text(load, "claim_id")?,
    );
    let number = int(load, "claim_line_number")?;
    let (hash, file, source_row) = (
        int(load, "row_hash")?,
        int(load, "source_file")?,
        int(load, "source_row")?,
    );
    let key = |r: usize| {
        (
            text_at(person, r),
            text_at(source, r),
            text_at(claim, r),
            int_at(number, r),
        )
    };
    let mut order: Vec<usize> = (0..load.num_rows()).collect();
    order.sort_unstable_by(|a, b| {
        key(*a)
            .cmp(&key(*b))
            .then_with(|| hash.value(*a).cmp(&hash.value(*b)))
            .then_with(|| a.cmp(b))
    });
    let mut kept: Vec<u32> = Vec::with_capacity(order.len());
    for group in order.chunk_by(|a, b| key(*a) == key(*b)) {
        if group.iter().all(|r| hash.value(*r) == hash.value(group[0])) {
            kept.push(group[0] as u32);
            ledger.add(PHARMACY, Stage::Accepted, pharmacy_totals(load, group[0]));
            for row in &group[1..] {
                ledger.add(PHARMACY, Stage::Repeated, pharmacy_totals(load, *row));
            }
            continue;
        }
        for row in group {
            ledger.add(PHARMACY, Stage::Conflicting, pharmacy_totals(load, *row));
            let value = text_at(claim, *row).map(str::to_owned);
            let reason = "conflicting: pharmacy rows that differ under one key".to_owned();
            rejects.push(Reject::row(
                file.value(*row),
                source_row.value(*row),
                Some("claim_id".into()),
                value,
                reason,
            ));
        }
    }
    let taken = take_record_batch(load, &UInt32Array::from(kept)).map_err(|e| Error::Engine {
        statement: "pharmacy".into(),
        message: e.to_string(),
    })?;
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for column in PHARMACY_LINE.columns {
        let array = taken
            .column_by_name(column.name)
            .ok_or_else(|| Error::Usage(format!("pharmacy load lacks {}", column.name)))?;
        arrays.push(Arc::clone(array));
    }
    table(&PHARMACY_LINE, arrays)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_value_wins_and_ties_go_to_the_smallest() {
        assert_eq!(most_frequent([3, 1, 3, 2].into_iter()), Some(3));
        assert_eq!(most_frequent([2, 1].into_iter()), Some(1));
        assert_eq!(most_frequent(std::iter::empty::<i64>()), None);
    }

    #[test]
    fn age_bands_begin_on_birthdays() {
        let born = date::day_of((1953, 7, 1));
        assert_eq!(age_band(Some(born), date::day_of((2018, 6, 29))), "45-64");
        assert_eq!(age_band(Some(born), date::day_of((2018, 7, 2))), "65-74");
        assert_eq!(age_band(None, 0), "unknown");
        assert_eq!(age_band(Some(10), 0), "unknown");
    }
}
