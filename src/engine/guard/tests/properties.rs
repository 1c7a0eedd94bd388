//! Properties over generated statements.

use proptest::prelude::*;

use super::super::{GuardError, guard, split_statements};
use super::Purpose;

/// Integer-valued row expressions over columns `a`, `b` and `d`.
fn integer() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a".to_owned()),
        Just("b".to_owned()),
        (0_i64..1000).prop_map(|n| n.to_string()),
        Just("EXTRACT(MONTH FROM d)".to_owned()),
        Just("LENGTH(t)".to_owned()),
    ];
    leaf.prop_recursive(3, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("({x} + {y})")),
            (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("{x} * {y}")),
            (inner.clone(), inner.clone())
                .prop_map(|(x, y)| format!("CASE WHEN {x} > {y} THEN {x} ELSE {y} END")),
            (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("COALESCE({x}, {y})")),
            inner
                .clone()
                .prop_map(|x| format!("CAST(ROUND(CAST({x} AS DOUBLE) / 7.0) AS BIGINT)")),
            inner.prop_map(|x| format!("CAST({x} AS BIGINT)")),
        ]
    })
}

/// A lone key that starts with a column, or two columns of which one may place its NULLs freely.
fn window_keys() -> impl Strategy<Value = String> {
    let place = |first| if first { "FIRST" } else { "LAST" };
    prop_oneof![
        (integer(), any::<bool>(), any::<bool>()).prop_map(move |(key, down, first)| {
            format!(
                "a + {key}{} NULLS {}",
                if down { " DESC" } else { "" },
                place(first)
            )
        }),
        (any::<bool>(), any::<bool>()).prop_map(move |(down, first)| {
            let (direction, native) = if down {
                (" DESC", "LAST")
            } else {
                ("", "FIRST")
            };
            format!(
                "a{direction} NULLS {native}, b{direction} NULLS {}",
                place(first)
            )
        }),
    ]
}

fn statement() -> impl Strategy<Value = String> {
    prop_oneof![
        (integer(), integer()).prop_map(|(x, y)| format!(
            "SELECT k, SUM(a + {x}) AS s, COUNT(*) FILTER (WHERE b + {y} > 3) AS n FROM line GROUP BY k"
        )),
        (
            window_keys(),
            prop_oneof![
                Just("ROW_NUMBER()"),
                Just("RANK()"),
                Just("DENSE_RANK()"),
                Just("LAG(a)"),
            ]
        )
            .prop_map(|(keys, call)| format!(
                "SELECT k, {call} OVER (PARTITION BY k ORDER BY {keys}) AS r FROM line"
            )),
        (integer(), prop::bool::ANY).prop_map(|(x, swap)| {
            let on = if swap { "m.k = l.k" } else { "l.k = m.k" };
            format!(
                "SELECT l.k, ROUND(CAST({x} AS DOUBLE)) AS r, TRIM(l.t) AS t FROM line AS l \
                 JOIN member AS m ON ({on} AND l.d BETWEEN m.f AND m.u)"
            )
        }),
    ]
}

proptest! {
    #[test]
    fn guarding_twice_changes_nothing(sql in statement()) {
        let once = guard(&sql, "p.sql", 1, Purpose::Edit).map_err(|e| TestCaseError::fail(format!("{sql}\n{e}")))?;
        for text in [&once.polars, &once.portable] {
            let twice = guard(text, "p.sql", 1, Purpose::Edit)
                .map_err(|e| TestCaseError::fail(format!("{text}\n{e}")))?;
            prop_assert_eq!(&twice.polars, &once.polars);
            prop_assert_eq!(&twice.output_columns, &once.output_columns);
            prop_assert_eq!(&twice.tables, &once.tables);
        }
        let portable = guard(&once.portable, "p.sql", 1, Purpose::Edit);
        prop_assert_eq!(portable.map(|g| g.portable), Ok(once.portable.clone()));
    }

    #[test]
    fn any_text_is_answered(sql in ".{0,80}") {
        // No panic, and errors stay inside the text.
        if let Err(GuardError::Refused { refusals, .. }) = guard(&sql, "p.sql", 4, Purpose::Check) {
            prop_assert!(!refusals.is_empty());
            prop_assert!(refusals.iter().all(|r| r.line >= 4 && r.column >= 1));
        }
    }

    #[test]
    fn splitting_keeps_every_statement(parts in prop::collection::vec("[a-z ;'\\n-]{0,12}", 0..5)) {
        let quoted: Vec<String> = parts.iter().map(|p| format!("SELECT '{}' AS a", p.replace('\'', "''"))).collect();
        let text = quoted.join(" ;\n");
        let pieces: Vec<String> = split_statements(&text, 1).into_iter().map(|p| p.sql).collect();
        prop_assert_eq!(pieces, quoted);
    }
}
