//! Canonical tables with everything that engines have been seen to disagree on: NULLs, ties,
//! duplicates, negatives, zeros, groups without a partner, texts beyond ASCII.
//!
//! Only the keys that the program promises to be unique are unique and present.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray, UInt32Array,
};
use arrow::compute::take;
use claimhound::audit::scope::{Scope, Unit};
use claimhound::engine::TableData;
use claimhound::reference::Reference;
use claimhound::schema::canonical::TABLES;
use claimhound::schema::{EntityType, Kind};
use claimhound::{edits, features};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::fixture::{Fixture, batch, one_of};

const SEED: u64 = 20_261_101;
/// Share of values that are NULL, keys aside.
const NULL_SHARE: f64 = 0.2;
/// Share of rows that repeat one of the rows above but for its key.
const REPEAT_SHARE: f64 = 0.3;
/// Share of repeated rows with a code or a day of their own: another code on the same day, another
/// visit or stay.
const REDRAWN_SHARE: f64 = 0.4;
/// How many rows above it may stand: within the claim or in the one before.
const REPEAT_WITHIN: usize = 6;
/// 2025-01-01, on which reference tables begin and end: days lie on both sides of it.
const NEW_YEAR: i64 = 20_089;
const LINES: usize = 8_000;
const LINES_PER_CLAIM: usize = 4;
const PERSONS: usize = 30;
/// Lines name more members than the member table has.
const KNOWN_PERSONS: usize = 25;

const PROVIDERS: [&str; 9] = [
    "1003000126",
    "1003000134",
    "1992999825",
    "A",
    "a",
    "Ärzte",
    "東京",
    "O'Hara",
    "0",
];
const WORDS: [&str; 9] = ["a", "B", "ß", "日本", "O'Hara", "%", "_", "0", "-1"];

/// Grains that statements read: the table's name and the file it comes from.
const GRAINS: [(&str, &str); 5] = [
    ("provider_code", "provider_code__lines"),
    ("provider_code__lines", "provider_code__lines"),
    ("provider_day__minutes", "provider_day__minutes"),
    ("provider_biller__lines", "provider_biller__lines"),
    ("orderer_supplier__orders", "orderer_supplier__orders"),
];
const ORDERED: [&str; 4] = ["laboratory", "therapy", "supply", "home health"];

/// Tables that only official files give.
const OFFICIAL: [(&str, &[(&str, Kind)]); 5] = [
    (
        "ncci_ptp",
        &[
            ("setting", Kind::Text),
            ("column_1_code", Kind::Text),
            ("column_2_code", Kind::Text),
            ("modifier_indicator", Kind::Int),
            ("effective_from_day", Kind::Int),
            ("effective_to_day", Kind::Int),
            ("table_to_day", Kind::Int),
        ],
    ),
    (
        "mue",
        &[
            ("setting", Kind::Text),
            ("hcpcs_code", Kind::Text),
            ("mue_value", Kind::Int),
            ("adjudication_indicator", Kind::Int),
            ("effective_from_day", Kind::Int),
            ("effective_to_day", Kind::Int),
            ("applies_from_day", Kind::Int),
            ("applies_to_day", Kind::Int),
        ],
    ),
    (
        "exclusion",
        &[
            ("npi", Kind::Text),
            ("full_name", Kind::Text),
            ("state", Kind::Text),
            ("exclusion_type", Kind::Text),
            ("effective_from_day", Kind::Int),
            ("effective_to_day", Kind::Int),
            ("waiver_day", Kind::Int),
            ("waiver_state", Kind::Text),
            ("reinstatements_given", Kind::Int),
        ],
    ),
    (
        "prior_authorization",
        &[
            ("hcpcs_code", Kind::Text),
            ("payer", Kind::Text),
            ("plan", Kind::Text),
            ("effective_from_day", Kind::Int),
            ("effective_to_day", Kind::Int),
        ],
    ),
    (
        "zip_centroid",
        &[
            ("zip_code", Kind::Text),
            ("latitude_micro", Kind::Int),
            ("longitude_micro", Kind::Int),
            ("x_micro", Kind::Int),
            ("y_micro", Kind::Int),
            ("z_micro", Kind::Int),
        ],
    ),
];

/// The filled tables, with the reference tables and those that a run adds.
pub fn filled() -> Fixture {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let reference = Reference::embedded().expect("embedded tables").tables();
    let mut tables: BTreeMap<String, RecordBatch> = reference
        .into_iter()
        .filter_map(|(name, data)| match data {
            TableData::Batch(rows) => Some((name, rows)),
            TableData::Parquet(_) => None,
        })
        .collect();
    let codes = procedure_codes(&tables["em_family"]);
    let mut make = Generator {
        random: &mut random,
        codes,
    };
    for table in TABLES {
        let columns: Vec<(&str, Kind)> = table.columns.iter().map(|c| (c.name, c.kind)).collect();
        tables.insert(table.name.to_owned(), make.table(table.name, &columns));
    }
    for (table, file) in GRAINS {
        let grain = features::statement(file).expect("grain");
        let columns: Vec<(&str, Kind)> = grain
            .columns
            .iter()
            .map(|name| match name.as_str() {
                "provider_id" | "orderer_id" | "hcpcs_code" | "kind" | "biller" => {
                    (name.as_str(), Kind::Text)
                }
                _ => (name.as_str(), Kind::Int),
            })
            .collect();
        tables.insert(table.to_owned(), make.table(table, &columns));
    }
    let foreign = foreign_codes(&tables["provider_code"]);
    tables.insert("foreign_code".to_owned(), foreign);
    for (name, columns) in OFFICIAL {
        tables.insert(name.to_owned(), make.table(name, columns));
    }
    let providers = PROVIDERS[..6].iter().map(|p| (*p).to_owned()).collect();
    let wanted = wanted(providers, (0..6).map(person).collect());
    tables.insert("wanted".to_owned(), wanted);
    let day = |day: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![day])) };
    tables.insert(
        "run".to_owned(),
        batch(vec![
            ("from_day".to_owned(), day(NEW_YEAR - 700)),
            ("as_of_day".to_owned(), day(NEW_YEAR)),
        ]),
    );
    add_scope(&mut tables);
    add_grains(&mut tables);
    Fixture {
        name: "filled".to_owned(),
        tables,
    }
}

/// The entities whose lines a run fetches, as many of one type as of the other.
pub fn wanted(mut providers: Vec<String>, mut members: Vec<String>) -> RecordBatch {
    let rows = providers.len().max(members.len());
    for ids in [&mut providers, &mut members] {
        let nobody = (ids.len()..rows).map(|row| format!("nobody {row}"));
        ids.extend(nobody.collect::<Vec<_>>());
    }
    let month = |month: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![month; rows])) };
    batch(vec![
        (
            "provider_id".to_owned(),
            Arc::new(StringArray::from(providers)),
        ),
        ("person_id".to_owned(), Arc::new(StringArray::from(members))),
        ("from_month".to_owned(), month(0)),
        ("to_month".to_owned(), month(i64::MAX)),
    ])
}

/// Adds the scope of an audit: two providers, some codes, and a period within the claims'.
fn add_scope(tables: &mut BTreeMap<String, RecordBatch>) {
    let scope = Scope {
        entity_type: EntityType::Provider,
        entity_ids: PROVIDERS[..2].iter().map(|p| (*p).to_owned()).collect(),
        codes: ["99213", "99214", "J1100", "A0425", "90834", "470"]
            .map(str::to_owned)
            .to_vec(),
        from: Some(NEW_YEAR - 400),
        to: Some(NEW_YEAR + 400),
        payer: None,
        unit: Unit::Claim,
    };
    for (name, data) in scope.tables().expect("the scope's tables") {
        if let TableData::Batch(rows) = data {
            tables.insert(name, rows);
        }
    }
}

/// Every third pair of provider and code.
fn foreign_codes(provider_code: &RecordBatch) -> RecordBatch {
    let rows: UInt32Array = (0..provider_code.num_rows() as u32).step_by(3).collect();
    let column = |name: &str| {
        let values = take(&provider_code[name], &rows, None).expect("rows");
        (name.to_owned(), values)
    };
    batch(["provider_id", "hcpcs_code"].map(column).to_vec())
}

/// Adds what a run adds up over all members for its edits.
pub fn add_grains(tables: &mut BTreeMap<String, RecordBatch>) {
    let edits = edits::edits(None).expect("built-in edits");
    for grain in edits.iter().flat_map(|edit| &edit.grains) {
        let given =
            |(name, rows): (&String, &RecordBatch)| (name.clone(), TableData::Batch(rows.clone()));
        let rows = grain.statement.run(&tables.iter().map(given).collect());
        tables.insert(grain.name.clone(), rows.expect("a grain of an edit"));
    }
}

/// Codes of the reference table at every third row, and such as no table knows.
fn procedure_codes(em_family: &RecordBatch) -> Vec<String> {
    let codes = em_family["hcpcs_code"].as_string::<i32>();
    let mut codes: Vec<String> = codes
        .iter()
        .flatten()
        .step_by(3)
        .map(str::to_owned)
        .collect();
    let others = [
        "J1100", "A0425", "99999", "ÄÖÜ99", "7", "90834", "90837", "97110", "97112", "97140",
        "97530", "17110", "11102", "20610", "69210", "29881", "43239", "45378", "66984", "96372",
        "80053",
    ];
    codes.extend(others.map(str::to_owned));
    codes.extend(["A0427", "A0428", "E0601", "G0480", "G0483"].map(str::to_owned));
    codes.extend(["L0120", "L0650", "L1833", "L1902", "L3960", "L4360"].map(str::to_owned));
    codes.extend(["80053", "85025", "0001U", "0042T"].map(str::to_owned));
    codes
}

struct Generator<'r> {
    random: &'r mut ChaCha8Rng,
    codes: Vec<String>,
}

/// Whether a column is one of those that are unique together.
fn is_key(table: &str, column: &str) -> bool {
    matches!(
        (table, column),
        ("line", "data_source" | "claim_id" | "claim_line_number")
            | ("member", "person_id")
            | (
                "provider" | "provider_code" | "provider_code__lines" | "provider_day__minutes",
                "provider_id"
            )
            | ("provider_code" | "provider_code__lines", "hcpcs_code")
            | ("provider_day__minutes", "service_day")
            | ("provider_biller__lines", "provider_id" | "biller")
            | (
                "orderer_supplier__orders",
                "orderer_id" | "provider_id" | "kind" | "half"
            )
    )
}

/// A key column's value. Only the source of a line may go without a name.
fn key(table: &str, column: &str, row: usize, codes: &[String]) -> Option<String> {
    let claim = row / LINES_PER_CLAIM;
    match (table, column) {
        (_, "data_source") => [Some("tape"), Some("Büro"), None][claim % 3].map(str::to_owned),
        (_, "claim_id") => Some(format!("C{}", claim / 3)),
        (_, "claim_line_number") => Some((row % LINES_PER_CLAIM + 1).to_string()),
        (_, "person_id") => Some(person(row)),
        // The first and the last two providers have a biller in common, the rest none.
        (_, "biller") => Some(format!("T{}", row % (PROVIDERS.len() - 2))),
        ("orderer_supplier__orders", "provider_id") => {
            Some(PROVIDERS[row / PROVIDERS.len() % PROVIDERS.len()].to_owned())
        }
        (_, "kind") => Some(ORDERED[row / PROVIDERS.len().pow(2) % ORDERED.len()].to_owned()),
        (_, "half") => Some((row / PROVIDERS.len().pow(2) / ORDERED.len()).to_string()),
        (_, "hcpcs_code") => Some(codes[row / PROVIDERS.len() % codes.len()].clone()),
        (_, "service_day") => Some((NEW_YEAR - 6 + (row / PROVIDERS.len()) as i64).to_string()),
        _ => Some(PROVIDERS[row % PROVIDERS.len()].to_owned()),
    }
}

fn person(number: usize) -> String {
    format!("P{number}")
}

impl Generator<'_> {
    fn rows_of(&self, table: &str) -> usize {
        match table {
            "line" => LINES,
            "member" => KNOWN_PERSONS,
            "provider" | "provider_biller__lines" => PROVIDERS.len(),
            "provider_code" | "provider_code__lines" => PROVIDERS.len() * self.codes.len(),
            "provider_day__minutes" => PROVIDERS.len() * 12,
            "orderer_supplier__orders" => PROVIDERS.len().pow(2) * ORDERED.len() * 2,
            _ => 500,
        }
    }

    fn table(&mut self, table: &str, columns: &[(&str, Kind)]) -> RecordBatch {
        let mut rows: Vec<Vec<Option<String>>> = Vec::new();
        for row in 0..self.rows_of(table) {
            let above = self.random.random_range(1..=REPEAT_WITHIN);
            let repeated = rows.len().checked_sub(above).map(|above| &rows[above]);
            let repeated = repeated.filter(|_| self.random.random_bool(REPEAT_SHARE));
            let mut values = Vec::with_capacity(columns.len());
            for (position, (column, kind)) in columns.iter().enumerate() {
                values.push(match repeated {
                    _ if is_key(table, column) => key(table, column, row, &self.codes),
                    Some(repeated) if !self.is_redrawn(column) => repeated[position].clone(),
                    _ => self.value(column, *kind),
                });
            }
            rows.push(values);
        }
        let column = |position: usize| rows.iter().map(move |row| row[position].as_deref());
        let arrays = columns
            .iter()
            .enumerate()
            .map(|(position, (name, kind))| ((*name).to_owned(), array(*kind, column(position))));
        batch(arrays.collect())
    }

    fn is_redrawn(&mut self, column: &str) -> bool {
        matches!(column, "hcpcs_code" | "service_day" | "admission_day")
            && self.random.random_bool(REDRAWN_SHARE)
    }

    fn value(&mut self, column: &str, kind: Kind) -> Option<String> {
        if self.random.random_bool(NULL_SHARE) {
            return None;
        }
        Some(match kind {
            Kind::Bool => self.random.random_bool(0.7).to_string(),
            Kind::Text => self.text(column),
            _ => self.integer(column).to_string(),
        })
    }

    fn text(&mut self, column: &str) -> String {
        let random = &mut *self.random;
        let pool: &[&str] = match column {
            "person_id" => return person(random.random_range(0..PERSONS)),
            "claim_id" => return format!("C{}", random.random_range(0..LINES / LINES_PER_CLAIM)),
            "hcpcs_code" => return self.codes[random.random_range(0..self.codes.len())].clone(),
            "column_1_code" | "column_2_code" => {
                return self.codes[random.random_range(0..self.codes.len())].clone();
            }
            "setting" => &["practitioner", "hospital", "dme"],
            "data_source" => &["tape", "Büro"],
            "npi" | "provider_id" => &PROVIDERS,
            "claim_type" => &["professional", "professional", "institutional", "vision"],
            "line_status" => &[
                "paid", "paid", "paid", "zero", "denied", "reversed", "replaced",
            ],
            "modifiers" => &[
                "", "25", "25", "25", "25 95", "59", "XS", "76", "59 77", "91 RT", "176", "191 RT",
                "LT 76 GT", "26", "95", "CQ", "RH QN",
            ],
            "drg_code" => &[
                "189", "190", "190", "190", "191", "192", "291", "291", "291", "292", "870", "999",
            ],
            "provider_role" => &["rendering", "rendering", "billing", "facility"],
            "entity_type_code" => &["1", "2"],
            "code" => &["N186", "I10", "E119"],
            "age_band" => &[
                "00-17", "18-44", "45-64", "65-74", "75-84", "85+", "unknown",
            ],
            "amount_level" => &["line", "line", "allocated"],
            "amount_basis" => &["paid", "allowed"],
            "place_of_service_code" => &["11", "21", "22", "02", "99", ""],
            "bill_type_code" => &["111", "131", "721", "11", "329", "813", "813", "814"],
            "revenue_center_code" => &["0551", "0421", "0250", "0"],
            "discharge_disposition_code" => {
                &["01", "01", "01", "01", "02", "06", "20", "30", "40", "50"]
            }
            "code_type" => &["icd-10-cm", "icd-9-cm"],
            "sex" => &["female", "male", "unknown"],
            name if name.ends_with("_npi") => &PROVIDERS,
            _ => &WORDS,
        };
        one_of(random, pool).to_owned()
    }

    fn integer(&mut self, column: &str) -> i64 {
        let random = &mut *self.random;
        if column.ends_with("_cents") {
            return match random.random_range(0..10) {
                0 => 0,
                1 => -1,
                2 | 3 => 12_500,
                4 => -12_500,
                5 => 1,
                6 => 999_999_999_999,
                _ => random.random_range(-100_000..10_000_000),
            };
        }
        if column.ends_with("_milli") {
            return match random.random_range(0..8) {
                0 => 0,
                1 => -1_000,
                2 => 999,
                3 | 4 => 1_000,
                5 => 2_500,
                _ => random.random_range(1_000..500_000),
            };
        }
        match column {
            // Stays of half a year, and claims with nothing around them.
            "admission_day" | "claim_start_day" if random.random_bool(0.15) => NEW_YEAR - 400,
            "admission_day" | "discharge_day" => random.random_range(NEW_YEAR - 44..NEW_YEAR - 32),
            "birth_day" => random.random_range(-15_000..NEW_YEAR),
            name if name.ends_with("_day") || name.ends_with("_date") => {
                random.random_range(NEW_YEAR - 6..NEW_YEAR + 6)
            }
            "service_month" => random.random_range(24_299..24_302),
            "service_weekday" => random.random_range(1..=7),
            "member_half" | "in_network" => random.random_range(0..2),
            "minutes" => random.random_range(0..1_500),
            "condition_tier" => random.random_range(0..4),
            _ => random.random_range(0..6),
        }
    }
}

fn array<'v>(kind: Kind, values: impl Iterator<Item = Option<&'v str>>) -> ArrayRef {
    match kind {
        Kind::Text => Arc::new(values.collect::<StringArray>()),
        Kind::Bool => Arc::new(parsed(values).collect::<BooleanArray>()),
        Kind::Int => Arc::new(parsed(values).collect::<Int64Array>()),
        Kind::Date => Arc::new(parsed(values).collect::<Date32Array>()),
        other => panic!("canonical tables have no {}", other.name()),
    }
}

fn parsed<'v, T: std::str::FromStr<Err: std::fmt::Debug>>(
    values: impl Iterator<Item = Option<&'v str>>,
) -> impl Iterator<Item = Option<T>> {
    values.map(|value| value.map(|v| v.parse().expect("a value of the column's type")))
}
