//! Cells of measures on a handful of lines, counted by hand.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray};
use claimhound::batch::{int, text};
use claimhound::engine::{TableData, Tables};
use claimhound::features;
use claimhound::reference::Reference;
use claimhound::schema::canonical::{LINE, MEMBER, PROVIDER};
use claimhound::schema::{Kind, Table};

/// 2024-01-07, a Sunday.
const SUNDAY: i64 = 19_729;

/// A table from rows written as `column=value` with blanks between; what is not written is the
/// column's default in `defaults`, else NULL.
fn table(table: &Table, defaults: &str, rows: &[&str]) -> TableData {
    let value = |row: &str, column: &str| -> Option<String> {
        let find = |text: &str| {
            text.split(' ')
                .filter_map(|cell| cell.split_once('='))
                .find(|(name, _)| *name == column)
                .map(|(_, value)| value.replace('_', " "))
        };
        find(row).or_else(|| find(defaults))
    };
    let columns = table.columns.iter().map(|column| {
        let cells: Vec<Option<String>> = rows.iter().map(|row| value(row, column.name)).collect();
        let numbers = cells
            .iter()
            .map(|c| c.as_ref().map(|c| c.parse().expect("a number")));
        let array: ArrayRef = match column.kind {
            Kind::Int => Arc::new(numbers.collect::<Int64Array>()),
            Kind::Bool => Arc::new(
                cells
                    .iter()
                    .map(|c| c.as_ref().map(|c| c == "true"))
                    .collect::<BooleanArray>(),
            ),
            Kind::Date => Arc::new(Date32Array::new_null(rows.len())),
            _ => Arc::new(cells.iter().map(Option::as_deref).collect::<StringArray>()),
        };
        (column.name, array)
    });
    TableData::Batch(
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true)))
            .expect("columns of one length"),
    )
}

fn tables(lines: &[&str]) -> Tables {
    let mut tables = Reference::embedded().expect("embedded tables").tables();
    let line = "provider_id=P person_id=M member_half=0 active=true claim_type=professional \
                modifiers= provider_role=rendering units_milli=1000 amount_cents=10000";
    let member = "condition_tier=0 condition_count=0 age_band=45-64";
    tables.insert("line".into(), table(&LINE, line, lines));
    let members = ["person_id=M", "person_id=N"];
    tables.insert("member".into(), table(&MEMBER, member, &members));
    let providers = [
        "provider_id=P entity_type_code=1",
        "provider_id=GROUP entity_type_code=2",
        "provider_id=DOCTOR entity_type_code=1",
    ];
    tables.insert("provider".into(), table(&PROVIDER, "", &providers));
    let as_of: ArrayRef = Arc::new(Int64Array::from(vec![SUNDAY + 365]));
    let run = RecordBatch::try_from_iter([("as_of_day", as_of)]).expect("one column");
    tables.insert("run".into(), TableData::Batch(run));
    tables
}

/// Stratum, numerator and denominator of every cell, sorted.
fn cells(name: &str, tables: &Tables) -> Vec<(String, i64, i64)> {
    let statement = features::statement(name).expect(name);
    let rows = statement.run(tables).expect(name);
    let (stratum, numerator, denominator) = (
        text(&rows, "stratum").expect("stratum"),
        int(&rows, "numerator").expect("numerator"),
        int(&rows, "denominator").expect("denominator"),
    );
    let mut cells: Vec<_> = (0..rows.num_rows())
        .map(|i| {
            (
                stratum.value(i).to_owned(),
                numerator.value(i),
                denominator.value(i),
            )
        })
        .collect();
    cells.sort();
    cells
}

fn cell(stratum: &str, numerator: i64, denominator: i64) -> (String, i64, i64) {
    (stratum.to_owned(), numerator, denominator)
}

#[test]
fn a_known_member_is_one_seen_in_person_within_three_years() {
    let lines = [
        // First visit, and one more than three years later: new both times, so neither counts.
        "hcpcs_code=99203 place_of_service_code=11 service_day=17000",
        "hcpcs_code=99203 place_of_service_code=11 service_day=19000",
        // Back within three years: once as new, once as established.
        "hcpcs_code=99204 place_of_service_code=11 service_day=19100",
        "hcpcs_code=99213 place_of_service_code=11 service_day=19200",
        // The reading of an image is no visit.
        "person_id=N hcpcs_code=71046 modifiers=26 place_of_service_code=22 service_day=19000",
        "person_id=N hcpcs_code=99203 place_of_service_code=11 service_day=19010",
    ];
    assert_eq!(
        cells("cells__new_patient", &tables(&lines)),
        [cell("office", 1, 2)]
    );
}

#[test]
fn a_short_stay_is_one_below_four_fifths_of_the_published_mean() {
    // DRG 291 (heart failure with MCC), mean 3.8 days: 3 days are short, 4 are not; a death and a
    // stay of the lowest severity are none of it; an interim claim adds no stay.
    let lines = [
        "claim_type=institutional drg_code=291 admission_day=100 discharge_day=103",
        "claim_type=institutional drg_code=291 admission_day=200 discharge_day=204",
        "claim_type=institutional drg_code=291 admission_day=200 discharge_day=204",
        "claim_type=institutional drg_code=291 admission_day=300 discharge_day=301 \
         discharge_disposition_code=20",
        "claim_type=institutional drg_code=195 admission_day=400 discharge_day=401",
    ];
    let found = cells("cells__drg_short_stay", &tables(&lines));
    assert_eq!(found, [cell("291", 1, 2)]);
}

#[test]
fn closed_days_are_sundays_and_six_holidays_at_offices() {
    let lines = [
        // Sunday, Saturday and Monday at the office; the same Sunday in an emergency department.
        "hcpcs_code=99213 place_of_service_code=11 service_day=19729 service_weekday=7",
        "hcpcs_code=99213 place_of_service_code=11 service_day=19728 service_weekday=6",
        "hcpcs_code=99213 place_of_service_code=11 service_day=19730 service_weekday=1",
        "hcpcs_code=99283 place_of_service_code=23 service_day=19729 service_weekday=7",
        // Christmas 2024, and the Birthday of Martin Luther King, Jr., on which practices work.
        "hcpcs_code=99213 place_of_service_code=11 service_day=20082 service_weekday=3",
        "hcpcs_code=99213 place_of_service_code=11 service_day=19737 service_weekday=1",
        // Urgent care is its own stratum.
        "hcpcs_code=99213 place_of_service_code=20 service_day=19729 service_weekday=7",
    ];
    assert_eq!(
        cells("cells__closed_day", &tables(&lines)),
        [cell("11", 2, 5), cell("20", 1, 1)]
    );
}

#[test]
fn minutes_of_a_day_follow_the_eight_minute_rule_and_skip_organisations() {
    let mut lines: Vec<String> = Vec::new();
    // Nineteen sessions of 53 minutes are 1,007, more than 960; on the next day eighteen, 954.
    for (day, sessions) in [(1000, 19), (1001, 18)] {
        let session = format!("hcpcs_code=90837 service_day={day}");
        lines.extend(std::iter::repeat_n(session, sessions));
    }
    // Four units of one member and one of another: 4 * 15 - 7 + 15 - 7 = 61; an assistant's none.
    lines.push("hcpcs_code=97110 service_day=1002 units_milli=3000 modifiers=GP".into());
    lines.push("hcpcs_code=97140 service_day=1002".into());
    lines.push("hcpcs_code=97110 service_day=1002 person_id=N".into());
    lines.push("hcpcs_code=97110 service_day=1002 units_milli=4000 modifiers=GP_CQ".into());
    lines.extend(std::iter::repeat_n(
        "provider_id=GROUP hcpcs_code=90837 service_day=1000".to_owned(),
        40,
    ));
    // Before the codes were there.
    let lines: Vec<String> = lines
        .iter()
        .map(|l| l.replace("service_day=100", "service_day=1900"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut tables = tables(&lines);
    let grain = features::statement("provider_day__minutes").expect("grain");
    let days = grain.run(&tables).expect("grain");
    let mut minutes: Vec<i64> = int(&days, "minutes").expect("minutes").values().to_vec();
    minutes.sort_unstable();
    assert_eq!(minutes, [61, 954, 1_007, 2_120]);
    tables.insert("provider_day__minutes".into(), TableData::Batch(days));
    let found = cells("cells__long_day", &tables);
    let total = |pick: fn(&(String, i64, i64)) -> i64| found.iter().map(pick).sum::<i64>();
    assert_eq!((total(|c| c.1), total(|c| c.2)), (1, 3));
}

#[test]
fn an_order_needs_a_visit_to_the_orderer_in_ninety_days() {
    let lines = [
        "provider_id=DOCTOR hcpcs_code=99213 service_day=19000",
        // 90 days later, 91 days later, never seen, and ordered by someone unknown.
        "hcpcs_code=80053 ordering_npi=DOCTOR service_day=19090",
        "hcpcs_code=80053 ordering_npi=DOCTOR service_day=19091",
        "hcpcs_code=80053 ordering_npi=DOCTOR service_day=19000 person_id=N",
        "hcpcs_code=80053 ordering_npi=NOBODY service_day=19000",
        // Referred is as good as ordered; one's own order is none.
        "hcpcs_code=71046 referring_npi=DOCTOR service_day=19001",
        "hcpcs_code=71046 ordering_npi=P service_day=19001",
    ];
    assert_eq!(
        cells("cells__order_without_visit", &tables(&lines)),
        [cell("imaging", 0, 1), cell("laboratory", 2, 3)]
    );
}

#[test]
fn a_code_pair_is_bypassed_by_a_modifier_on_either_code() {
    let pairs = |codes: [(&str, &str, i64, i64); 3]| {
        let texts =
            |values: [&str; 3]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
        let numbers =
            |values: [i64; 3]| -> ArrayRef { Arc::new(Int64Array::from(values.to_vec())) };
        let columns = [
            ("setting", texts(["practitioner"; 3])),
            ("column_1_code", texts(codes.map(|c| c.0))),
            ("column_2_code", texts(codes.map(|c| c.1))),
            ("modifier_indicator", numbers(codes.map(|c| c.2))),
            ("effective_from_day", numbers([0; 3])),
            ("effective_to_day", numbers(codes.map(|c| c.3))),
        ];
        RecordBatch::try_from_iter(columns).expect("columns of one length")
    };
    let on = |day: i64, code: &str, modifiers: &str| {
        format!("hcpcs_code={code} modifiers={modifiers} service_day={day} service_end_day={day}")
    };
    let lines = [
        // Marked on the component, on the comprehensive code, on neither.
        on(100, "20611", ""),
        on(100, "20610", "59"),
        on(101, "20611", "XS"),
        on(101, "20610", ""),
        on(102, "20611", "RT"),
        on(102, "20610", "LT"),
        // Never allowed; no longer in force; no pair on the day.
        on(103, "80053", "59"),
        on(103, "80048", ""),
        on(900, "93000", "59"),
        on(900, "93010", ""),
        on(104, "20610", "59"),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut tables = tables(&lines);
    let pairs = pairs([
        ("20611", "20610", 1, 10_000),
        ("80053", "80048", 0, 10_000),
        ("93000", "93010", 1, 500),
    ]);
    tables.insert("ncci_ptp".into(), TableData::Batch(pairs));
    assert_eq!(cells("cells__bypassed_pair", &tables), [cell("20", 2, 3)]);
}
