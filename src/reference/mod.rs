//! Reference tables: facts of public agencies, each with its source and vintage.
//!
//! They are embedded from `data/reference/` (see `data/README.md` for where each comes from) and
//! registered as SQL tables under their file names. Larger tables, and those that change every
//! quarter, are read from the files their publishers give out: see [`official`].

pub mod code_form;
pub mod official;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use serde::Serialize;

pub use self::official::ReferencePaths;
use crate::engine::{TableData, Tables};
use crate::error::{Error, Result};

/// How a column of a reference file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    Text,
    Int,
    /// An ISO date, as days since 1970-01-01 under the name with `_day` appended.
    Day,
}

struct Embedded {
    name: &'static str,
    text: &'static str,
    columns: &'static [(&'static str, Read)],
}

const EMBEDDED: &[Embedded] = &[
    Embedded {
        name: "em_family",
        text: include_str!("../../data/reference/em_family.csv"),
        columns: &[
            ("hcpcs_code", Read::Text),
            ("family", Read::Text),
            ("level", Read::Int),
            ("top_two", Read::Int),
            ("new_patient", Read::Int),
            ("setting", Read::Text),
            ("effective_from", Read::Day),
            ("effective_to", Read::Day),
        ],
    },
    Embedded {
        name: "place_of_service",
        text: include_str!("../../data/reference/place_of_service.csv"),
        columns: &[
            ("place_of_service_code", Read::Text),
            ("setting", Read::Text),
            ("face_to_face", Read::Int),
        ],
    },
    Embedded {
        name: "holiday",
        text: include_str!("../../data/reference/holiday.csv"),
        columns: &[
            ("date", Read::Day),
            ("name", Read::Text),
            ("in_lieu", Read::Int),
        ],
    },
    Embedded {
        name: "drg",
        text: include_str!("../../data/reference/drg.csv"),
        columns: &[
            ("drg_code", Read::Text),
            ("geometric_mean_los_hundredths", Read::Int),
            ("weight_ten_thousandths", Read::Int),
            ("base_family", Read::Text),
            ("severity", Read::Text),
            ("other_route", Read::Int),
        ],
    },
    Embedded {
        name: "taxonomy",
        text: include_str!("../../data/reference/taxonomy.csv"),
        columns: &[
            ("taxonomy_code", Read::Text),
            ("specialty_family", Read::Text),
            ("specialty", Read::Text),
            ("setting", Read::Text),
        ],
    },
    Embedded {
        name: "cms_specialty",
        text: include_str!("../../data/reference/cms_specialty.csv"),
        columns: &[
            ("cms_specialty_code", Read::Text),
            ("specialty", Read::Text),
            ("specialty_family", Read::Text),
            ("setting", Read::Text),
        ],
    },
    Embedded {
        name: "code_minutes",
        text: include_str!("../../data/reference/code_minutes.csv"),
        columns: &[
            ("hcpcs_code", Read::Text),
            ("minutes", Read::Int),
            ("per_unit", Read::Int),
            ("effective_from", Read::Day),
            ("effective_to", Read::Day),
        ],
    },
    Embedded {
        name: "hcpcs_range",
        text: include_str!("../../data/reference/hcpcs_range.csv"),
        columns: &[
            ("first_code", Read::Text),
            ("last_code", Read::Text),
            ("initial", Read::Text),
            ("ending", Read::Text),
            ("category", Read::Text),
            ("kind", Read::Text),
        ],
    },
];

const ELIXHAUSER_ICD10: &str = include_str!("../../data/reference/elixhauser_icd10cm.csv");
const ELIXHAUSER_ICD9: &str = include_str!("../../data/reference/elixhauser_icd9cm.csv");
const ELIXHAUSER_CATEGORY: &str = include_str!("../../data/reference/elixhauser_category.csv");
const VINTAGE: &str = include_str!("../../data/reference/vintage.csv");

/// Which edition of a table was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Vintage {
    pub table: String,
    pub vintage: String,
    pub effective_from: String,
    pub effective_to: String,
    pub source: String,
    pub blake3: String,
}

/// Every reference table of a run.
pub struct Reference {
    tables: BTreeMap<String, RecordBatch>,
    comorbidity: [HashMap<&'static str, Vec<&'static str>>; 2],
    /// Measure of a category, and the measures that make it not count.
    category: HashMap<&'static str, Category>,
    taxonomy: HashMap<&'static str, (&'static str, &'static str)>,
    cms_specialty: HashMap<&'static str, (&'static str, &'static str)>,
    vintages: Vec<Vintage>,
}

/// How layouts mark a CMS specialty code that stands in place of a specialty.
const CMS_SPECIALTY: &str = "CMS specialty ";

struct Category {
    measure: &'static str,
    superseded_by: Vec<&'static str>,
}

impl Reference {
    /// The tables that come with the program.
    ///
    /// # Errors
    /// Where an embedded file is malformed, which a test rules out.
    pub fn embedded() -> Result<Reference> {
        let mut tables = BTreeMap::new();
        for file in EMBEDDED {
            tables.insert(file.name.to_owned(), batch(file)?);
        }
        let pairs = |text: &'static str| -> HashMap<&'static str, Vec<&'static str>> {
            let mut map: HashMap<&str, Vec<&str>> = HashMap::new();
            for row in rows(text) {
                map.entry(row[0]).or_default().push(row[1]);
            }
            map
        };
        let lookup = |text: &'static str, family: usize, specialty: usize| {
            rows(text)
                .map(|row| (row[0], (row[specialty], row[family])))
                .collect::<HashMap<_, _>>()
        };
        let mut category = HashMap::new();
        for row in rows(ELIXHAUSER_CATEGORY) {
            let superseded_by = row[4].split('|').filter(|s| !s.is_empty()).collect();
            category.insert(
                row[1],
                Category {
                    measure: row[2],
                    superseded_by,
                },
            );
        }
        Ok(Reference {
            tables,
            comorbidity: [pairs(ELIXHAUSER_ICD10), pairs(ELIXHAUSER_ICD9)],
            category,
            taxonomy: lookup(EMBEDDED[4].text, 1, 2),
            cms_specialty: lookup(EMBEDDED[5].text, 2, 1),
            vintages: vintages(),
        })
    }

    /// The tables that come with the program, and those that official files give.
    ///
    /// # Errors
    /// With file, row and column of what is wrong in a given file.
    pub fn load(paths: &ReferencePaths) -> Result<Reference> {
        let mut reference = Reference::embedded()?;
        let given = official::read(paths)?;
        reference.tables.extend(given.tables);
        reference.vintages.extend(given.vintages);
        Ok(reference)
    }

    /// Editions of some tables in one line; `None` where no table is named.
    #[must_use]
    pub fn editions(&self, tables: &[String]) -> Option<String> {
        let of_tables = self.vintages.iter().filter(|v| tables.contains(&v.table));
        let named: BTreeSet<String> = of_tables
            .map(|v| format!("{}: {}", v.table, v.vintage))
            .collect();
        (!named.is_empty()).then(|| named.into_iter().collect::<Vec<_>>().join("; "))
    }

    /// The tables under their SQL names.
    #[must_use]
    pub fn tables(&self) -> Tables {
        self.tables
            .iter()
            .map(|(name, batch)| (name.clone(), TableData::Batch(batch.clone())))
            .collect()
    }

    /// Whether there is a table of that SQL name.
    #[must_use]
    pub fn has(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// Editions of all tables, for the manifest.
    #[must_use]
    pub fn vintages(&self) -> &[Vintage] {
        &self.vintages
    }

    /// Elixhauser categories of a diagnosis code without its dot; an unstated code type is taken
    /// as ICD-10-CM, then ICD-9-CM.
    pub fn comorbidities(
        &self,
        code_type: Option<&str>,
        code: &str,
    ) -> impl Iterator<Item = &'static str> + use<'_> {
        let [icd10, icd9] = &self.comorbidity;
        let found = match code_type {
            Some("icd-9-cm") => icd9.get(code),
            Some(_) => icd10.get(code),
            None => icd10.get(code).or_else(|| icd9.get(code)),
        };
        found.into_iter().flatten().copied()
    }

    /// Number of comorbidity measures among categories; a milder form is not counted beside its
    /// graver one.
    #[must_use]
    pub fn comorbidity_count(&self, categories: &BTreeSet<&str>) -> i64 {
        let counted: BTreeSet<&str> = categories
            .iter()
            .filter_map(|c| self.category.get(c))
            .filter(|c| {
                !c.superseded_by
                    .iter()
                    .any(|graver| categories.contains(graver))
            })
            .map(|c| c.measure)
            .collect();
        counted.len() as i64
    }

    /// Specialty and family of a provider, from its taxonomy code, else from a CMS specialty code
    /// in place of the specialty, else the specialty as declared with no family.
    #[must_use]
    pub fn specialty(
        &self,
        taxonomy: Option<&str>,
        declared: Option<&str>,
    ) -> (Option<String>, Option<String>) {
        let declared = declared.map(|d| d.strip_prefix(CMS_SPECIALTY).unwrap_or(d));
        let from_code = taxonomy
            .and_then(|t| self.taxonomy.get(t))
            .or_else(|| declared.and_then(|d| self.cms_specialty.get(d)));
        match from_code {
            Some((specialty, family)) => {
                let is_code = declared.is_some_and(|d| self.cms_specialty.contains_key(d));
                let name = declared.filter(|_| !is_code).unwrap_or(specialty);
                (Some(name.to_owned()), Some((*family).to_owned()))
            }
            None => (declared.map(str::to_owned), None),
        }
    }
}

fn vintages() -> Vec<Vintage> {
    let content = |file: &str| match file {
        "elixhauser_icd10cm.csv" => ELIXHAUSER_ICD10,
        "elixhauser_icd9cm.csv" => ELIXHAUSER_ICD9,
        "elixhauser_category.csv" => ELIXHAUSER_CATEGORY,
        other => EMBEDDED
            .iter()
            .find(|e| other.strip_suffix(".csv") == Some(e.name))
            .map_or("", |e| e.text),
    };
    let mut vintages = Vec::new();
    let mut reader = csv::Reader::from_reader(VINTAGE.as_bytes());
    for row in reader.records().flatten() {
        let cell = |i: usize| row.get(i).unwrap_or_default().to_owned();
        vintages.push(Vintage {
            table: cell(0).trim_end_matches(".csv").to_owned(),
            vintage: cell(1),
            effective_from: cell(2),
            effective_to: cell(3),
            source: cell(4),
            blake3: blake3::hash(content(&cell(0)).as_bytes())
                .to_hex()
                .to_string(),
        });
    }
    vintages
}

/// Cells of an embedded file without quoted fields.
fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

fn batch(file: &Embedded) -> Result<RecordBatch> {
    let fault = |found: String| {
        Error::input(
            format!("embedded table {}", file.name),
            found,
            "Please report this",
        )
    };
    let mut reader = csv::Reader::from_reader(file.text.as_bytes());
    let header = reader.headers().map_err(|e| fault(e.to_string()))?.clone();
    let records: Vec<csv::StringRecord> = reader
        .records()
        .collect::<std::result::Result<_, _>>()
        .map_err(|e| fault(e.to_string()))?;
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (name, read) in file.columns {
        let position = header
            .iter()
            .position(|h| h == *name)
            .ok_or_else(|| fault(format!("no column {name}")))?;
        let cells = records
            .iter()
            .map(|r| r.get(position).filter(|c| !c.is_empty()));
        if *read == Read::Text {
            fields.push(Field::new(*name, DataType::Utf8, true));
            arrays.push(Arc::new(cells.collect::<StringArray>()));
            continue;
        }
        let mut numbers = Vec::with_capacity(records.len());
        for cell in cells {
            let number = match (cell, read) {
                (None, _) => None,
                (Some(text), Read::Day) => Some(
                    text.parse()
                        .map(day)
                        .map_err(|_| fault(format!("{name}: {text}")))?,
                ),
                (Some(text), _) => Some(
                    text.parse::<i64>()
                        .map_err(|_| fault(format!("{name}: {text}")))?,
                ),
            };
            numbers.push(number);
        }
        let name = if *read == Read::Day {
            format!("{name}_day")
        } else {
            (*name).to_owned()
        };
        fields.push(Field::new(name, DataType::Int64, true));
        arrays.push(Arc::new(Int64Array::from(numbers)));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|e| fault(e.to_string()))
}

fn day(date: jiff::civil::Date) -> i64 {
    i64::from(
        date.duration_since(jiff::civil::date(1970, 1, 1))
            .as_hours() as i32
            / 24,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_tables_load() {
        let reference = Reference::embedded().expect("embedded tables");
        assert_eq!(reference.tables().len(), EMBEDDED.len());
        assert!(reference.vintages().iter().all(|v| v.blake3.len() == 64));
    }

    #[test]
    fn a_milder_form_does_not_count_beside_its_graver_one() {
        let reference = Reference::embedded().expect("embedded tables");
        let of = |codes: &[&str]| {
            let found: BTreeSet<&str> = codes
                .iter()
                .flat_map(|c| reference.comorbidities(Some("icd-10-cm"), c))
                .collect();
            reference.comorbidity_count(&found)
        };
        assert_eq!(of(&["I10"]), 1);
        assert_eq!(of(&["E119"]), 1);
        assert_eq!(of(&["E119", "E1122"]), of(&["E1122"]));
        assert_eq!(of(&["Z0000"]), 0);
    }

    #[test]
    fn specialty_comes_from_the_taxonomy_else_from_the_cms_code() {
        let reference = Reference::embedded().expect("embedded tables");
        let family = reference.specialty(Some("207Q00000X"), Some("Family Medicine"));
        assert_eq!(
            family,
            (Some("Family Medicine".into()), Some("primary_care".into()))
        );
        assert_eq!(
            reference
                .specialty(None, Some("CMS specialty 01"))
                .1
                .as_deref(),
            Some("primary_care")
        );
        assert_eq!(
            reference.specialty(None, Some("Wizardry")),
            (Some("Wizardry".into()), None)
        );
        assert_eq!(reference.specialty(None, None), (None, None));
    }
}
