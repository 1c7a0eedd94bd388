//! Measures whose SQL is easy to get wrong, on lines few enough to count by hand.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::Int64Type;
use claimhound::engine::{TableData, Tables};
use claimhound::features;
use claimhound::reference::Reference;
use claimhound::schema::canonical::{DIAGNOSIS, LINE, MEMBER};
use claimhound::schema::{Kind, Table};

/// A row as the columns that matter; the others are NULL.
type Row = &'static [(&'static str, &'static str)];

fn batch(table: &Table, rows: &[Row]) -> RecordBatch {
    for (name, _) in rows.iter().copied().flatten() {
        assert!(table.position(name).is_some(), "no column {name}");
    }
    let columns = table.columns.iter().map(|column| {
        let cells = rows.iter().map(|row| {
            let given = row.iter().find(|(name, _)| *name == column.name);
            given.map(|(_, value)| *value)
        });
        let array: ArrayRef = match column.kind {
            Kind::Text => Arc::new(cells.collect::<StringArray>()),
            Kind::Bool => Arc::new(
                cells
                    .map(|c| Some(c != Some("no")))
                    .collect::<BooleanArray>(),
            ),
            Kind::Date => Arc::new(
                cells
                    .map(number)
                    .map(|n| n.map(|n| n as i32))
                    .collect::<Date32Array>(),
            ),
            _ => Arc::new(cells.map(number).collect::<Int64Array>()),
        };
        (column.name, array)
    });
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true)))
        .expect("a batch")
}

fn number(cell: Option<&str>) -> Option<i64> {
    cell.map(|text| text.parse().expect("a number"))
}

/// Provider, numerator and denominator of all cells of a measure, added up over strata.
fn cells(name: &str, lines: &[Row]) -> Vec<(String, i64, i64)> {
    let mut tables: Tables = Reference::embedded().expect("embedded tables").tables();
    let members: [Row; 3] = [
        &[
            ("person_id", "ann"),
            ("condition_tier", "1"),
            ("age_band", "65-74"),
        ],
        &[
            ("person_id", "bob"),
            ("condition_tier", "1"),
            ("age_band", "65-74"),
        ],
        &[
            ("person_id", "cy"),
            ("condition_tier", "2"),
            ("age_band", "75-84"),
        ],
    ];
    for (table, rows) in [(LINE, lines), (MEMBER, &members), (DIAGNOSIS, &[])] {
        tables.insert(table.name.to_owned(), TableData::Batch(batch(&table, rows)));
    }
    let statement = features::statement(&format!("cells__{name}")).expect(name);
    let result = statement.run(&tables).expect(name);
    let value = |column: &str, row: usize| result[column].as_primitive::<Int64Type>().value(row);
    let mut sums = std::collections::BTreeMap::new();
    for row in 0..result.num_rows() {
        let provider = result["provider_id"]
            .as_string::<i32>()
            .value(row)
            .to_owned();
        let sum = sums.entry(provider).or_insert((0, 0));
        sum.0 += value("numerator", row);
        sum.1 += value("denominator", row);
    }
    sums.into_iter().map(|(p, (n, d))| (p, n, d)).collect()
}

fn of(provider: &str, numerator: i64, denominator: i64) -> (String, i64, i64) {
    (provider.to_owned(), numerator, denominator)
}

macro_rules! row {
    ($($column:ident = $value:literal),* $(,)?) => {
        &[$((stringify!($column), $value)),*]
    };
}

#[test]
#[allow(clippy::too_many_lines, reason = "one story, line by line")]
fn a_transport_is_alone_without_another_providers_service_within_a_day() {
    let lines: &[Row] = &[
        // The same day as an emergency visit.
        row!(
            provider_id = "amb",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "A0427",
            service_day = "100",
            service_end_day = "100"
        ),
        row!(
            provider_id = "er",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "99284",
            service_day = "100",
            service_end_day = "100"
        ),
        // In the middle of a stay, which has no procedure code.
        row!(
            provider_id = "amb",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "A0428",
            service_day = "205",
            service_end_day = "205"
        ),
        row!(
            provider_id = "hosp",
            person_id = "ann",
            member_half = "0",
            bill_type_code = "111",
            service_day = "200",
            service_end_day = "200",
            admission_day = "200",
            discharge_day = "210"
        ),
        // The visit is two days later: alone.
        row!(
            provider_id = "amb",
            person_id = "bob",
            member_half = "1",
            hcpcs_code = "A0428",
            service_day = "300",
            service_end_day = "300"
        ),
        row!(
            provider_id = "doc",
            person_id = "bob",
            member_half = "1",
            hcpcs_code = "99213",
            service_day = "302",
            service_end_day = "302"
        ),
        // Strips by mail, a denied visit and somebody else's visit explain nothing: alone, both ways.
        row!(
            provider_id = "amb",
            person_id = "cy",
            member_half = "1",
            hcpcs_code = "A0428",
            service_day = "400",
            service_end_day = "400"
        ),
        row!(
            provider_id = "amb",
            person_id = "cy",
            member_half = "1",
            hcpcs_code = "A0428",
            service_day = "400",
            service_end_day = "400"
        ),
        row!(
            provider_id = "dme",
            person_id = "cy",
            member_half = "1",
            hcpcs_code = "A4253",
            service_day = "400",
            service_end_day = "400"
        ),
        row!(
            provider_id = "doc",
            person_id = "cy",
            member_half = "1",
            hcpcs_code = "99213",
            service_day = "400",
            service_end_day = "400",
            active = "no"
        ),
        row!(
            provider_id = "doc",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "99213",
            service_day = "400",
            service_end_day = "400"
        ),
        // Mileage is no transport.
        row!(
            provider_id = "amb",
            person_id = "cy",
            member_half = "1",
            hcpcs_code = "A0425",
            service_day = "400",
            service_end_day = "400",
            units_milli = "12000"
        ),
    ];
    assert_eq!(cells("ambulance_alone", lines), [of("amb", 3, 5)]);
}

#[test]
fn an_order_is_unseen_without_the_orderer_within_a_year() {
    let lines: &[Row] = &[
        // Seen 365 days before the first supply.
        row!(
            provider_id = "dme",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "E0601",
            service_day = "465",
            service_month = "24300",
            ordering_npi = "doc"
        ),
        row!(
            provider_id = "doc",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "99213",
            service_day = "100"
        ),
        // Two supplies on one order count once; the visit is 366 days before.
        row!(
            provider_id = "dme",
            person_id = "bob",
            member_half = "0",
            hcpcs_code = "L1833",
            service_day = "466",
            service_month = "24300",
            referring_npi = "doc"
        ),
        row!(
            provider_id = "dme",
            person_id = "bob",
            member_half = "0",
            hcpcs_code = "L0650",
            service_day = "470",
            service_month = "24300",
            referring_npi = "doc"
        ),
        row!(
            provider_id = "clinic",
            person_id = "bob",
            member_half = "0",
            hcpcs_code = "99213",
            service_day = "100",
            rendering_npi = "doc"
        ),
        // Seen by another, and by the orderer after the last supply only.
        row!(
            provider_id = "dme",
            person_id = "cy",
            member_half = "1",
            hcpcs_code = "K0823",
            service_day = "500",
            service_month = "24301",
            ordering_npi = "doc"
        ),
        row!(
            provider_id = "other",
            person_id = "cy",
            member_half = "1",
            hcpcs_code = "99213",
            service_day = "490"
        ),
        row!(
            provider_id = "doc",
            person_id = "cy",
            member_half = "1",
            hcpcs_code = "99213",
            service_day = "501"
        ),
        // No orderer, and no equipment: not counted.
        row!(
            provider_id = "dme",
            person_id = "cy",
            member_half = "1",
            hcpcs_code = "E0143",
            service_day = "500",
            service_month = "24301"
        ),
        row!(
            provider_id = "lab",
            person_id = "cy",
            member_half = "1",
            hcpcs_code = "80053",
            service_day = "500",
            service_month = "24301",
            ordering_npi = "doc"
        ),
    ];
    assert_eq!(cells("dme_no_visit", lines), [of("dme", 2, 3)]);
}

#[test]
#[allow(clippy::too_many_lines, reason = "one story, line by line")]
fn a_start_of_home_health_needs_a_stay_or_a_visit_around_it() {
    let lines: &[Row] = &[
        // Discharged 90 days before the start; the second claim follows within 60 days.
        row!(
            provider_id = "hha",
            person_id = "ann",
            member_half = "0",
            bill_type_code = "329",
            claim_id = "1",
            claim_type = "institutional",
            claim_start_day = "1000",
            claim_end_day = "1029",
            service_month = "24300",
            service_day = "1000",
            service_end_day = "1000"
        ),
        row!(
            provider_id = "hha",
            person_id = "ann",
            member_half = "0",
            bill_type_code = "329",
            claim_id = "2",
            claim_type = "institutional",
            claim_start_day = "1089",
            claim_end_day = "1110",
            service_month = "24303",
            service_day = "1089",
            service_end_day = "1089"
        ),
        row!(
            provider_id = "hosp",
            person_id = "ann",
            member_half = "0",
            bill_type_code = "111",
            claim_id = "3",
            claim_type = "institutional",
            service_day = "900",
            service_end_day = "900",
            admission_day = "900",
            discharge_day = "910"
        ),
        // A new start 61 days after the last claim, without a visit.
        row!(
            provider_id = "hha",
            person_id = "ann",
            member_half = "0",
            bill_type_code = "329",
            claim_id = "4",
            claim_type = "institutional",
            claim_start_day = "1171",
            claim_end_day = "1200",
            service_month = "24305",
            service_day = "1171",
            service_end_day = "1171"
        ),
        // The visit comes 30 days after the start.
        row!(
            provider_id = "hha",
            person_id = "bob",
            member_half = "1",
            bill_type_code = "329",
            claim_id = "5",
            claim_type = "institutional",
            claim_start_day = "2000",
            claim_end_day = "2029",
            service_month = "24330",
            service_day = "2000",
            service_end_day = "2000"
        ),
        row!(
            provider_id = "doc",
            person_id = "bob",
            member_half = "1",
            claim_id = "6",
            claim_type = "professional",
            hcpcs_code = "99213",
            service_day = "2030",
            service_end_day = "2030"
        ),
        // The certification and a blood test are no visit.
        row!(
            provider_id = "hha",
            person_id = "cy",
            member_half = "1",
            bill_type_code = "329",
            claim_id = "7",
            claim_type = "institutional",
            claim_start_day = "2000",
            claim_end_day = "2029",
            service_month = "24330",
            service_day = "2000",
            service_end_day = "2000"
        ),
        row!(
            provider_id = "doc",
            person_id = "cy",
            member_half = "1",
            claim_id = "8",
            claim_type = "professional",
            hcpcs_code = "G0180",
            service_day = "2001",
            service_end_day = "2001"
        ),
        row!(
            provider_id = "lab",
            person_id = "cy",
            member_half = "1",
            claim_id = "9",
            claim_type = "professional",
            hcpcs_code = "85025",
            service_day = "1990",
            service_end_day = "1990"
        ),
    ];
    assert_eq!(cells("home_health_start", lines), [of("hha", 2, 4)]);
}

/// Claims of one hospice: a stay of 180 days and a death, one of 181 and a live discharge, a transfer
/// after two months, and a member who is still a patient.
const HOSPICE: &[Row] = &[
    row!(
        provider_id = "hos",
        person_id = "ann",
        member_half = "0",
        bill_type_code = "813",
        claim_id = "1",
        claim_start_day = "1150",
        claim_end_day = "1179",
        admission_day = "1000",
        diagnosis_code_1 = "C349",
        discharge_disposition_code = "40"
    ),
    row!(
        provider_id = "hos",
        person_id = "bob",
        member_half = "0",
        bill_type_code = "812",
        claim_id = "2",
        claim_start_day = "1000",
        claim_end_day = "1029",
        diagnosis_code_1 = "G309",
        discharge_disposition_code = "30"
    ),
    row!(
        provider_id = "hos",
        person_id = "bob",
        member_half = "0",
        bill_type_code = "814",
        claim_id = "3",
        claim_start_day = "1150",
        claim_end_day = "1180",
        diagnosis_code_1 = "G309",
        discharge_disposition_code = "01"
    ),
    row!(
        provider_id = "hos",
        person_id = "bob",
        member_half = "0",
        bill_type_code = "814",
        claim_id = "4",
        claim_start_day = "1401",
        claim_end_day = "1460",
        admission_day = "1401",
        diagnosis_code_1 = "G309",
        discharge_disposition_code = "50"
    ),
    row!(
        provider_id = "hos",
        person_id = "cy",
        member_half = "1",
        bill_type_code = "812",
        claim_id = "5",
        claim_start_day = "1000",
        claim_end_day = "1400",
        diagnosis_code_1 = "I509",
        discharge_disposition_code = "30"
    ),
];

#[test]
fn a_hospice_stay_is_judged_when_it_has_ended() {
    assert_eq!(cells("hospice_long", HOSPICE), [of("hos", 1, 3)]);
    assert_eq!(cells("hospice_live", HOSPICE), [of("hos", 1, 2)]);
}

#[test]
fn laboratory_codes_are_those_of_the_ranges_with_their_endings() {
    let lines: &[Row] = &[
        row!(
            provider_id = "lab",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "G0483",
            service_day = "1"
        ),
        // One encounter of its own each, with one code: log 1 is 0. The category III code, the surgical
        // pathology and the drawing of blood are no tests.
        row!(
            provider_id = "lab",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "0001U",
            service_day = "2"
        ),
        row!(
            provider_id = "lab",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "0042T",
            service_day = "3"
        ),
        row!(
            provider_id = "lab",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "88305",
            service_day = "4"
        ),
        row!(
            provider_id = "lab",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "36415",
            service_day = "5"
        ),
        // Two codes, one of them on two lines: log 2, in 65,536ths.
        row!(
            provider_id = "lab",
            person_id = "bob",
            member_half = "1",
            hcpcs_code = "80053",
            service_day = "9"
        ),
        row!(
            provider_id = "lab",
            person_id = "bob",
            member_half = "1",
            hcpcs_code = "85025",
            service_day = "9"
        ),
        row!(
            provider_id = "lab",
            person_id = "bob",
            member_half = "1",
            hcpcs_code = "85025",
            service_day = "9"
        ),
    ];
    assert_eq!(cells("lab_tests", lines), [of("lab", 45_426, 3)]);
    assert_eq!(cells("lab_drug_class", lines), [of("lab", 1, 1)]);
}

#[test]
fn a_test_is_a_repeat_wherever_the_earlier_one_was_made() {
    let lines: &[Row] = &[
        row!(
            provider_id = "lab",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "80053",
            service_day = "100"
        ),
        // 30 days after, at a hospital; on two lines it is one test.
        row!(
            provider_id = "hosp",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "80053",
            service_day = "130"
        ),
        row!(
            provider_id = "hosp",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "80053",
            service_day = "130"
        ),
        // 31 days after that; another code; another member.
        row!(
            provider_id = "lab",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "80053",
            service_day = "161"
        ),
        row!(
            provider_id = "lab",
            person_id = "ann",
            member_half = "0",
            hcpcs_code = "80061",
            service_day = "162"
        ),
        row!(
            provider_id = "lab",
            person_id = "bob",
            member_half = "1",
            hcpcs_code = "80053",
            service_day = "162"
        ),
        row!(
            provider_id = "lab",
            person_id = "bob",
            member_half = "1",
            hcpcs_code = "80053",
            service_day = "169"
        ),
    ];
    assert_eq!(
        cells("lab_repeats", lines),
        [of("hosp", 1, 1), of("lab", 1, 5)]
    );
}

#[test]
fn telehealth_is_a_place_or_a_modifier_and_supplies_follow_it() {
    let lines: &[Row] = &[
        row!(
            provider_id = "doc",
            person_id = "ann",
            member_half = "0",
            claim_type = "professional",
            modifiers = "",
            hcpcs_code = "99215",
            service_day = "20000",
            place_of_service_code = "10"
        ),
        row!(
            provider_id = "doc",
            person_id = "ann",
            member_half = "0",
            claim_type = "professional",
            modifiers = "25 95",
            hcpcs_code = "99213",
            service_day = "20010",
            place_of_service_code = "11"
        ),
        row!(
            provider_id = "doc",
            person_id = "bob",
            member_half = "1",
            claim_type = "professional",
            modifiers = "GT",
            hcpcs_code = "99214",
            service_day = "20000",
            place_of_service_code = "11"
        ),
        // In the office, whatever else the modifiers hold.
        row!(
            provider_id = "doc",
            person_id = "bob",
            member_half = "1",
            claim_type = "professional",
            modifiers = "195",
            hcpcs_code = "99215",
            service_day = "20020",
            place_of_service_code = "11"
        ),
        // On the visit's day, and 181 days after it.
        row!(
            provider_id = "dme",
            person_id = "ann",
            member_half = "0",
            claim_type = "professional",
            modifiers = "NU",
            hcpcs_code = "L0650",
            service_day = "20010",
            ordering_npi = "doc"
        ),
        row!(
            provider_id = "dme",
            person_id = "bob",
            member_half = "1",
            claim_type = "professional",
            modifiers = "NU",
            hcpcs_code = "L0650",
            service_day = "20181",
            ordering_npi = "doc"
        ),
    ];
    assert_eq!(cells("telehealth_supply", lines), [of("doc", 1, 2)]);
}
