//! Cases across runs: identity, status, and the register that carries them.

pub mod find;
pub mod lookup;

use std::collections::BTreeMap;
use std::path::Path;

use crate::batch::{text, text_at};
use crate::combine::{Case, Population};
use crate::error::{Error, Result};

/// Relative change of exposure from which a case has grown or shrunk.
pub const MATERIAL_CHANGE: f64 = 0.10;

/// What the register knows of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub entity_type: String,
    pub entity_id: String,
    pub status: &'static str,
    pub first_flagged: i64,
    pub last_flagged: i64,
    pub exposure_cents: i64,
    pub disposition: Option<String>,
}

/// The register: case id to its state.
pub type Register = BTreeMap<String, Registered>;

/// Reads the register of the latest run under `out`; empty where there is none.
///
/// # Errors
/// Where the file is there but unreadable.
pub fn read_register(out: &Path) -> Result<Register> {
    use arrow::array::AsArray;
    use arrow::datatypes::{Date32Type, Decimal128Type};
    let path = out.join("latest").join("case_register.parquet");
    if !path.exists() {
        return Ok(Register::new());
    }
    let Some(rows) = crate::batch::read_table(&path)? else {
        return Ok(Register::new());
    };
    let broken = |name: &str| {
        Error::table(
            &path,
            &format!("column {name} is not as this version writes it"),
        )
    };
    let date = |name: &str| {
        rows.column_by_name(name)
            .and_then(|c| c.as_primitive_opt::<Date32Type>())
            .ok_or_else(|| broken(name))
    };
    let (first, last) = (date("first_flagged")?, date("last_flagged")?);
    let exposure = rows
        .column_by_name("exposure_amount")
        .and_then(|c| c.as_primitive_opt::<Decimal128Type>())
        .ok_or_else(|| broken("exposure_amount"))?;
    let (id, kind, entity) = (
        text(&rows, "case_id")?,
        text(&rows, "entity_type")?,
        text(&rows, "entity_id")?,
    );
    let (status, disposition) = (text(&rows, "status")?, text(&rows, "disposition")?);
    let mut register = Register::new();
    for row in 0..rows.num_rows() {
        register.insert(
            id.value(row).to_owned(),
            Registered {
                entity_type: kind.value(row).to_owned(),
                entity_id: entity.value(row).to_owned(),
                status: known_status(status.value(row)),
                first_flagged: i64::from(first.value(row)),
                last_flagged: i64::from(last.value(row)),
                exposure_cents: i64::try_from(exposure.value(row)).unwrap_or(0),
                disposition: text_at(disposition, row).map(str::to_owned),
            },
        );
    }
    Ok(register)
}

const STATUSES: [&str; 5] = ["new", "continuing", "grown", "shrunk", "closed"];

fn known_status(word: &str) -> &'static str {
    STATUSES
        .iter()
        .find(|s| **s == word)
        .copied()
        .unwrap_or("continuing")
}

/// The status of a case against what the register knew of it.
#[must_use]
pub fn status(before: Option<&Registered>, exposure_cents: i64) -> &'static str {
    let Some(before) = before else { return "new" };
    if before.status == "closed" {
        return "new";
    }
    let change = (exposure_cents - before.exposure_cents) as f64;
    let base = before.exposure_cents.max(1) as f64;
    if change / base > MATERIAL_CHANGE {
        "grown"
    } else if change / base < -MATERIAL_CHANGE {
        "shrunk"
    } else {
        "continuing"
    }
}

/// The register after a run: tonight's cases, and earlier ones that are gone, closed.
#[must_use]
pub fn update(
    before: &Register,
    cases: &[Case],
    populations: &[Population],
    as_of: i64,
) -> Register {
    let mut register = before.clone();
    for known in register.values_mut() {
        known.status = "closed";
    }
    for case in cases {
        let known = before.get(&case.id);
        register.insert(
            case.id.clone(),
            Registered {
                entity_type: case.entity_type.name().to_owned(),
                entity_id: populations[case.population].entities[case.entity]
                    .id
                    .clone(),
                status: status(known, case.exposure_cents),
                first_flagged: known.map_or(as_of, |k| k.first_flagged),
                last_flagged: as_of,
                exposure_cents: case.exposure_cents,
                disposition: known.and_then(|k| k.disposition.clone()),
            },
        );
    }
    register
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(exposure_cents: i64, status: &'static str) -> Registered {
        Registered {
            entity_type: "provider".into(),
            entity_id: "p".into(),
            status,
            first_flagged: 1,
            last_flagged: 1,
            exposure_cents,
            disposition: None,
        }
    }

    #[test]
    fn a_case_grows_and_shrinks_by_more_than_a_tenth() {
        assert_eq!(status(None, 100), "new");
        let before = known(1000, "new");
        for (now, word) in [
            (1000, "continuing"),
            (1100, "continuing"),
            (1101, "grown"),
            (899, "shrunk"),
        ] {
            assert_eq!(status(Some(&before), now), word, "{now}");
        }
        assert_eq!(status(Some(&known(1000, "closed")), 1000), "new");
    }
}
