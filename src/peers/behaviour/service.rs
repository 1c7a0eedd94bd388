//! Families of services: what codes are counted together.

use std::collections::BTreeMap;

use crate::batch::text;
use crate::error::Result;
use crate::reference::Reference;

/// Characters that the codes of a family share. CPT's sections are numbered by system and kind of
/// service; three digits are its subsections, and within them lie levels, sizes and lengths.
const PREFIX: usize = 3;

/// Settings of the E/M codes, by code.
pub struct Families {
    visits: BTreeMap<String, String>,
}

impl Families {
    /// Reads the reference table of E/M families.
    ///
    /// # Errors
    /// Where it lacks a column.
    pub fn new(reference: &Reference) -> Result<Families> {
        let tables = reference.tables();
        let Some(crate::engine::TableData::Batch(table)) = tables.get("em_family") else {
            return Ok(Families {
                visits: BTreeMap::new(),
            });
        };
        let (code, setting) = (text(table, "hcpcs_code")?, text(table, "setting")?);
        let visits = code.iter().flatten().zip(setting.iter().flatten());
        Ok(Families {
            visits: visits
                .map(|(code, setting)| (code.to_owned(), format!("{setting} visits")))
                .collect(),
        })
    }

    /// The family of a code: the setting of an E/M visit, else the first three characters.
    pub fn of(&self, code: &str) -> String {
        self.visits.get(code).cloned().unwrap_or_else(|| {
            let prefix: String = code.chars().take(PREFIX).collect();
            format!("{prefix}xx")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_lengths_are_one_service() {
        let families = Families::new(&Reference::embedded().expect("tables")).expect("families");
        for (one, other) in [
            ("99202", "99215"),
            ("99221", "99233"),
            ("90832", "90837"),
            ("80048", "80053"),
            ("20610", "20611"),
        ] {
            assert_eq!(families.of(one), families.of(other), "{one} {other}");
        }
        assert_eq!(families.of("99213"), "office visits");
        assert_eq!(families.of("93306"), "933xx");
        assert_ne!(families.of("99213"), families.of("99283"));
    }
}
