//! What an audit is about: whose lines, which codes, which period, and what one unit is.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use serde::{Deserialize, Serialize};

use crate::engine::{TableData, Tables};
use crate::error::{Error, Result};
use crate::schema::EntityType;

/// What is drawn and reviewed as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// The lines of one claim that are in the scope.
    Claim,
    /// One claim line.
    Line,
    /// All lines of one member that are in the scope.
    Member,
}

impl Unit {
    /// The word in texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Unit::Claim => "claim",
            Unit::Line => "line",
            Unit::Member => "member",
        }
    }
}

/// The lines that a sample is to speak for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// What `entity_ids` name: providers, or members.
    pub entity_type: EntityType,
    pub entity_ids: Vec<String>,
    /// Procedure codes (HCPCS, CPT) or MS-DRGs; every line where empty.
    pub codes: Vec<String>,
    /// First service date, days since 1970-01-01.
    pub from: Option<i64>,
    /// Last service date, included.
    pub to: Option<i64>,
    /// The one payer whose lines count; every payer's where absent.
    pub payer: Option<String>,
    pub unit: Unit,
}

/// Tables that the frame's statement reads beside the canonical ones.
pub const SCOPE: &str = "audit_scope";
pub const ENTITY: &str = "audit_entity";
pub const CODE: &str = "audit_code";

impl Scope {
    /// # Errors
    /// [`Error::Usage`] where the period ends before it begins.
    pub fn check(&self) -> Result<()> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from > to => Err(Error::Usage(
                "--from is later than --to: give the first day of the period, then its last".into(),
            )),
            _ => Ok(()),
        }
    }

    /// The scope as the three tables that SQL joins with: one row of limits, the entities, the
    /// codes.
    ///
    /// # Errors
    /// Where Arrow refuses the columns, which their declaration rules out.
    pub fn tables(&self) -> Result<Tables> {
        let texts = |values: &[String]| -> ArrayRef {
            Arc::new(values.iter().map(Some).collect::<StringArray>())
        };
        let day = |day: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![day])) };
        let truth = |value: bool| -> ArrayRef { Arc::new(BooleanArray::from(vec![value])) };
        let payer: ArrayRef = Arc::new(StringArray::from(vec![self.payer.as_deref()]));
        let limits = vec![
            ("from_day", day(self.from.unwrap_or(i64::MIN))),
            ("to_day", day(self.to.unwrap_or(i64::MAX))),
            (
                "by_member",
                truth(self.entity_type.key() == EntityType::Member.key()),
            ),
            ("every_code", truth(self.codes.is_empty())),
            ("every_payer", truth(self.payer.is_none())),
            ("payer", payer),
        ];
        [
            (SCOPE, limits),
            (ENTITY, vec![("entity_id", texts(&self.entity_ids))]),
            (CODE, vec![("code", texts(&self.codes))]),
        ]
        .into_iter()
        .map(|(name, columns)| {
            let rows = RecordBatch::try_from_iter(columns).map_err(|e| Error::Engine {
                statement: name.to_owned(),
                message: e.to_string(),
            })?;
            Ok((name.to_owned(), TableData::Batch(rows)))
        })
        .collect()
    }
}

/// Codes as given on a command line: upper case, each once, in their order.
#[must_use]
pub fn codes(given: &[String]) -> Vec<String> {
    let mut codes: Vec<String> = given
        .iter()
        .map(|code| code.trim().to_uppercase())
        .filter(|code| !code.is_empty())
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_that_ends_before_it_begins_is_refused() {
        let mut scope = Scope {
            entity_type: EntityType::Provider,
            entity_ids: vec!["p".into()],
            codes: Vec::new(),
            from: Some(20_000),
            to: Some(20_000),
            payer: None,
            unit: Unit::Claim,
        };
        assert!(scope.check().is_ok());
        scope.to = Some(19_999);
        assert!(matches!(scope.check(), Err(Error::Usage(_))));
    }

    #[test]
    fn codes_are_tidied() {
        let given = [" 99215", "g0439", "99215", ""].map(str::to_owned);
        assert_eq!(codes(&given), ["99215", "G0439"]);
    }
}
