//! The OIG's List of Excluded Individuals/Entities: `UPDATED.csv`, and the monthly supplements and
//! reinstatement files, which have the same columns.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use super::Edition;
use super::columns::Columns;
use super::sheet::Sheet;
use crate::error::Result;

/// The table's name in SQL.
pub const TABLE: &str = "exclusion";
/// `effective_from_day` is the exclusion date, `effective_to_day` the day before reinstatement;
/// `full_name` is `LAST FIRST`, or the business name; `reinstatements_given` is 1 where any row of
/// the files bears a reinstatement date: `UPDATED.csv` alone never does.
const COLUMNS: [&str; 9] = [
    "npi",
    "full_name",
    "state",
    "exclusion_type",
    "effective_from_day",
    "effective_to_day",
    "waiver_day",
    "waiver_state",
    "reinstatements_given",
];
const INTEGERS: [&str; 4] = [
    "effective_from_day",
    "effective_to_day",
    "waiver_day",
    "reinstatements_given",
];

/// What the list writes for "no NPI" and "no date".
const NO_NPI: &str = "0000000000";
const NO_DATE: &str = "00000000";

/// What tells one exclusion from another: names, birth date, and the exclusion date.
type Key = (Option<String>, Option<String>, Option<String>, String, i64);

#[allow(clippy::struct_field_names, reason = "the column's name in the table")]
/// One exclusion.
#[derive(Debug, Clone, Default)]
struct Exclusion {
    npi: Option<String>,
    state: Option<String>,
    exclusion_type: Option<String>,
    reinstated: Option<i64>,
    waiver: Option<(i64, Option<String>)>,
}

/// One file read.
pub struct Part {
    pub edition: Edition,
    rows: Vec<(Key, Exclusion)>,
}

/// Reads one file of the list.
///
/// # Errors
/// With file, row and column of what is wrong.
pub fn read(sheet: &Sheet) -> Result<Part> {
    let of = |name: &'static str| sheet.column(name, move |c| c == name.to_lowercase());
    let (last, first, business) = (of("LASTNAME")?, of("FIRSTNAME")?, of("BUSNAME")?);
    let (npi, birth, state) = (of("NPI")?, of("DOB")?, of("STATE")?);
    let (kind, excluded, reinstated) = (of("EXCLTYPE")?, of("EXCLDATE")?, of("REINDATE")?);
    let (waived, waiver_state) = (of("WAIVERDATE")?, of("WVRSTATE")?);
    let all = [
        last,
        first,
        business,
        npi,
        birth,
        state,
        kind,
        excluded,
        reinstated,
        waived,
        waiver_state,
    ];
    let none = [NO_DATE];
    let mut rows = Vec::new();
    let mut latest = i64::MIN;
    sheet.rows(&all, |row| {
        let number = row.text(npi)?;
        let digits = number.bytes().all(|b| b.is_ascii_digit());
        if !(number.is_empty() || number.len() == NO_NPI.len() && digits) {
            let found = format!("\"{number}\" where ten digits belong");
            return Err(row.fault(npi, found, "Correct the row, or download the file again"));
        }
        let from = row.day(excluded, &none)?.ok_or_else(|| {
            row.fault(
                excluded,
                "no exclusion date",
                "Correct the row, or download the file again",
            )
        })?;
        latest = latest.max(from);
        let key = (
            row.name(last),
            row.name(first),
            row.name(business),
            row.text(birth)?.to_owned(),
            from,
        );
        let word = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
        let exclusion = Exclusion {
            npi: Some(number.to_owned()).filter(|n| !n.is_empty() && n != NO_NPI),
            state: row.name(state),
            exclusion_type: word(row.text(kind)?),
            reinstated: row.day(reinstated, &none)?,
            waiver: row
                .day(waived, &none)?
                .map(|day| (day, row.name(waiver_state))),
        };
        rows.push((key, exclusion));
        Ok(())
    })?;
    let upto = jiff::civil::date(1970, 1, 1)
        .checked_add(jiff::Span::new().days(latest))
        .map_or_else(|_| "unstated".to_owned(), |date| date.to_string());
    let edition = Edition::new(
        TABLE,
        "",
        None,
        sheet,
        "HHS OIG, List of Excluded Individuals/Entities",
    );
    Ok(Part {
        edition: Edition {
            vintage: edition.marked(&format!("exclusions up to {upto}")),
            ..edition
        },
        rows,
    })
}

/// All exclusions given, one row each: what several files say of one is put together, so that a
/// reinstatement ends the exclusion of an earlier file.
///
/// # Errors
/// Where the table cannot be built.
pub fn table(parts: &[Part]) -> Result<RecordBatch> {
    let mut merged: BTreeMap<&Key, Vec<Exclusion>> = BTreeMap::new();
    for (key, given) in parts.iter().flat_map(|p| &p.rows) {
        let known = merged.entry(key).or_default();
        let same =
            |e: &&mut Exclusion| e.npi == given.npi || e.npi.is_none() || given.npi.is_none();
        match known.iter_mut().find(same) {
            Some(one) => {
                one.npi = one.npi.take().or_else(|| given.npi.clone());
                one.state = one.state.take().or_else(|| given.state.clone());
                one.reinstated = one.reinstated.max(given.reinstated);
                one.waiver = one.waiver.take().or_else(|| given.waiver.clone());
            }
            None => known.push(given.clone()),
        }
    }
    let given = merged.values().flatten().any(|e| e.reinstated.is_some());
    let mut rows = Columns::new(&COLUMNS, &INTEGERS);
    for ((last, first, business, _, from), exclusions) in &merged {
        for one in exclusions {
            let person = [last.as_deref(), first.as_deref()];
            let person: Vec<&str> = person.into_iter().flatten().collect();
            let name = business.clone().unwrap_or_else(|| person.join(" "));
            let waiver_state = one.waiver.as_ref().and_then(|w| w.1.clone());
            rows.push(&[
                (&one.npi).into(),
                name.as_str().into(),
                (&one.state).into(),
                (&one.exclusion_type).into(),
                (*from).into(),
                one.reinstated.map(|day| day - 1).into(),
                one.waiver.as_ref().map(|w| w.0).into(),
                (&waiver_state).into(),
                i64::from(given).into(),
            ]);
        }
    }
    rows.finish()
}
