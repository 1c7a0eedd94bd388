//! Tests of the guard as a whole.

mod admitted;
mod exactness;
mod golden;
mod headers;
mod joins;
mod names;
mod properties;
mod refused;
mod rewritten;
mod silent;

use super::{GuardError, GuardedSql, Purpose, Refusal, guard};

/// Guards a text that must be admitted.
fn admit(sql: &str, purpose: Purpose) -> GuardedSql {
    match guard(sql, "test.sql", 1, purpose) {
        Ok(guarded) => guarded,
        Err(error) => panic!("not admitted:\n{sql}\n{error}"),
    }
}

/// Guards a text that must be refused; gives what was found, in order.
fn refusals(sql: &str, purpose: Purpose) -> Vec<Refusal> {
    match guard(sql, "test.sql", 1, purpose) {
        Err(GuardError::Refused { refusals, .. }) => refusals,
        other => panic!("not refused:\n{sql}\n{other:?}"),
    }
}

/// Asserts that one of the refusals of `sql` mentions `found`.
#[track_caller]
fn assert_refused(sql: &str, purpose: Purpose, found: &str) {
    let refusals = refusals(sql, purpose);
    assert!(
        refusals.iter().any(|refusal| refusal.found.contains(found)),
        "{sql}\nexpected a refusal of `{found}`, got {refusals:#?}"
    );
}

/// The text for polars.
fn polars(sql: &str, purpose: Purpose) -> String {
    admit(sql, purpose).polars
}

/// The text for `DataFusion`.
fn portable(sql: &str, purpose: Purpose) -> String {
    admit(sql, purpose).portable
}
