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
fn a_member_with_several_foreign_services_counts_once_and_only_where_a_specialty_is_declared() {
    let lines = [
        // Two foreign services and one of the specialty's own.
        "hcpcs_code=93306",
        "hcpcs_code=93000",
        "hcpcs_code=99213",
        // Its own only; a foreign one that was denied.
        "hcpcs_code=99213 person_id=N",
        "hcpcs_code=93306 person_id=N active=false",
        // Foreign to P, not to the other; who declares nothing has nothing that is foreign.
        "provider_id=DOCTOR hcpcs_code=93306 person_id=N",
        "provider_id=GROUP hcpcs_code=93306",
    ];
    let mut tables = tables(&lines);
    let providers = [
        "provider_id=P taxonomy_code=207Q00000X",
        "provider_id=DOCTOR specialty=cardiology",
        "provider_id=GROUP",
    ];
    tables.insert("provider".into(), table(&PROVIDER, "", &providers));
    let of = |values: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let foreign = RecordBatch::try_from_iter([
        ("provider_id", of(vec!["P", "P", "GROUP"])),
        ("hcpcs_code", of(vec!["93306", "93000", "93306"])),
    ]);
    let foreign = foreign.expect("two columns");
    tables.insert("foreign_code".into(), TableData::Batch(foreign));
    let found = cells("cells__foreign_service", &tables);
    assert_eq!(found, [cell("all", 0, 1), cell("all", 1, 2)]);
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

/// One day each with the supplier, on the orderer's order, of members of one half.
fn orders(orderer: &str, supplier: &str, half: i64, days: i64) -> Vec<String> {
    let line = |day: i64| {
        format!(
            "provider_id={supplier} ordering_npi={orderer} hcpcs_code=80053 member_half={half} \
             service_day={day} billing_tin={supplier}"
        )
    };
    (0..days).map(line).collect()
}

/// Two orderers A and B and two laboratories L and M in one place, C and D with the only laboratory
/// of another, and E who has a laboratory of its own under one tax number.
fn ordered() -> Tables {
    let mut lines: Vec<String> = [
        ("A", "L", 0, 6),
        ("A", "M", 0, 2),
        ("A", "L", 1, 5),
        ("A", "M", 1, 5),
        ("B", "L", 0, 1),
        ("B", "M", 0, 3),
        ("B", "L", 1, 3),
        ("B", "M", 1, 1),
        ("C", "ONLY", 0, 2),
        ("C", "ONLY", 1, 2),
        ("D", "ONLY", 0, 3),
        ("E", "OWN", 0, 9),
        ("E", "OWN", 1, 9),
    ]
    .into_iter()
    .flat_map(|(orderer, supplier, half, days)| orders(orderer, supplier, half, days))
    .collect();
    lines.extend(
        [
            // Two tests of one day are one order; what a hospital did is none; E bills as its own.
            "provider_id=L ordering_npi=A hcpcs_code=85025 service_day=0",
            "provider_id=L ordering_npi=A hcpcs_code=85025 service_day=99 place_of_service_code=21",
            "provider_id=E hcpcs_code=99213 service_day=1 billing_tin=OWN",
        ]
        .map(str::to_owned),
    );
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut tables = tables(&lines);
    let providers: Vec<String> = ["A", "B", "E", "L", "M", "OWN"]
        .iter()
        .map(|id| format!("provider_id={id} zip_code=43201"))
        .chain(["C", "D", "ONLY"].map(|id| format!("provider_id={id} zip_code=90001")))
        .collect();
    let providers: Vec<&str> = providers.iter().map(String::as_str).collect();
    tables.insert("provider".into(), table(&PROVIDER, "", &providers));
    for grain in ["orderer_supplier__orders", "provider_biller__lines"] {
        let statement = features::statement(grain).expect(grain);
        let rows = statement.run(&tables).expect(grain);
        tables.insert(grain.into(), TableData::Batch(rows));
    }
    tables
}

#[test]
fn a_favourite_supplier_is_chosen_by_one_half_and_counted_in_the_other() {
    // A's favourite is L in both halves (in the second by name): 5 of 10 and 6 of 8, where B sends
    // half. B's is M, then L: 1 of 4 and 1 of 4, where A sends 7 and 11 of 18. C has no choice,
    // and D nothing in the other half.
    assert_eq!(
        cells("cells__captured_orders", &ordered()),
        [
            cell("laboratory/35 to 50 %", 1, 4),
            cell("laboratory/50 to 70 %", 1, 4),
            cell("laboratory/50 to 70 %", 5, 10),
            cell("laboratory/50 to 70 %", 6, 8),
            cell("laboratory/90 % or more", 2, 2),
            cell("laboratory/90 % or more", 2, 2),
        ]
    );
}

#[test]
fn a_favourite_orderer_is_chosen_by_one_half_and_counted_in_the_other() {
    // L's is A, then A: 5 of 8 and 6 of 7, where M has 7 of 11 from A. M's is B, then A: 1 of 6 and
    // 2 of 5, where L has 4 of 15 from B and 11 of 15 from A. Beside ONLY there is nobody.
    assert_eq!(
        cells("cells__order_source", &ordered()),
        [
            cell("laboratory/20 to 35 %", 1, 6),
            cell("laboratory/50 to 70 %", 5, 8),
            cell("laboratory/50 to 70 %", 6, 7),
            cell("laboratory/70 to 90 %", 2, 5),
        ]
    );
}

#[test]
fn the_lines_of_a_favourite_supplier_are_those_counted() {
    let mut tables = ordered();
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["A"]));
    let wanted = RecordBatch::try_from_iter([("provider_id", ids)]).expect("one column");
    tables.insert("wanted".into(), TableData::Batch(wanted));
    let lines = |name: &str| {
        let statement = features::statement(name).expect(name);
        statement.run(&tables).expect(name).num_rows()
    };
    // 11 orders, one of them with two tests.
    assert_eq!(lines("lines__captured_orders"), 12);
    assert_eq!(lines("lines__order_source"), 0);
}

#[test]
fn a_member_is_with_whom_it_went_to_and_an_order_counts_from_one_it_has_seen() {
    let lines = [
        "provider_id=DOCTOR hcpcs_code=99213 service_day=10 ordering_npi=DOCTOR",
        // A laboratory on the doctor's order, and on that of somebody never seen.
        "provider_id=LAB hcpcs_code=80053 service_day=11 ordering_npi=DOCTOR",
        "provider_id=LAB hcpcs_code=85025 service_day=11 ordering_npi=NOBODY",
        // In hospital everybody is met; home health comes by itself.
        "provider_id=SURGEON hcpcs_code=27447 service_day=12 place_of_service_code=21",
        "provider_id=HOSPITAL claim_type=institutional bill_type_code=111 service_day=12",
        "provider_id=HOME claim_type=institutional bill_type_code=329 service_day=20 \
         referring_npi=SURGEON",
        "provider_id=OTHER hcpcs_code=99213 service_day=10 active=false",
    ];
    let tables = tables(&lines);
    let rows = |name: &str, columns: [&str; 2]| {
        let statement = features::statement(name).expect(name);
        let rows = statement.run(&tables).expect(name);
        let column = |name: &str| -> Vec<String> {
            match text(&rows, name) {
                Ok(words) => words.iter().flatten().map(str::to_owned).collect(),
                Err(_) => int(&rows, name)
                    .expect(name)
                    .iter()
                    .flatten()
                    .map(|n| n.to_string())
                    .collect(),
            }
        };
        let mut found: Vec<(String, String)> = column(columns[0])
            .into_iter()
            .zip(column(columns[1]))
            .collect();
        found.sort();
        found
    };
    let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|p| (p.0.to_owned(), p.1.to_owned()))
            .collect()
    };
    assert_eq!(
        rows("provider_member__visits", ["provider_id", "service_day"]),
        owned(&[("DOCTOR", "10"), ("HOME", "20"), ("LAB", "11")])
    );
    assert_eq!(
        rows("provider_member__orders", ["provider_id", "orderer_id"]),
        owned(&[("HOME", "SURGEON"), ("LAB", "DOCTOR")])
    );
}
