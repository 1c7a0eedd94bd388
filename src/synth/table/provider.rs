//! `provider`: who renders, supplies and bills, in NPI order.

use super::Kind::Text;
use super::{Kind, Rows};
use crate::synth::specialty::Specialty;
use crate::synth::world::World;

/// Columns.
#[rustfmt::skip]
pub const LAYOUT: [(&str, Kind); 7] = [
    ("npi", Text), ("entity_type_code", Text), ("primary_taxonomy_code", Text),
    ("primary_specialty_description", Text), ("practice_state", Text), ("practice_zip_code", Text),
    ("provider_name", Text),
];

/// NUCC codes of billing groups and of retail pharmacies, with their descriptions.
const SINGLE_SPECIALTY_GROUP: (&str, &str) = ("193400000X", "Single Specialty Group");
const RETAIL_PHARMACY: (&str, &str) = ("3336C0003X", "Community/Retail Pharmacy");

/// One row of the table, borrowed.
struct Row<'a> {
    npi: &'a str,
    organisation: bool,
    taxonomy: (&'a str, &'a str),
    place: (&'a str, &'a str),
    name: String,
}

/// Writes the register.
pub fn write(world: &World, rows: &mut Rows) {
    let state = |market: usize| world.markets[market].state;
    let register = &world.register;
    let persons = register.providers.iter().map(|provider| {
        let profile = Specialty::profile(provider.specialty);
        Row {
            npi: &provider.npi,
            organisation: provider.organisation,
            taxonomy: (profile.taxonomy, profile.description),
            place: (state(provider.market), &provider.zip),
            name: provider.name.clone(),
        }
    });
    let groups = register
        .practices
        .iter()
        .filter(|practice| practice.group)
        .map(|practice| Row {
            npi: &practice.npi,
            organisation: true,
            taxonomy: SINGLE_SPECIALTY_GROUP,
            place: (state(practice.market), &practice.zip),
            name: practice.name.clone(),
        });
    let pharmacies = register.pharmacies.iter().map(|(npi, market)| Row {
        npi,
        organisation: true,
        taxonomy: RETAIL_PHARMACY,
        place: (state(*market), ""),
        name: format!("Sample Pharmacy {} (synthetic)", &npi[6..]),
    });
    let mut all: Vec<Row> = persons.chain(groups).chain(pharmacies).collect();
    all.sort_by_key(|row| row.npi);
    for row in all {
        rows.text(row.npi);
        rows.text(if row.organisation { "2" } else { "1" });
        rows.text(row.taxonomy.0);
        rows.text(row.taxonomy.1);
        rows.text(row.place.0);
        rows.text(row.place.1);
        rows.text(&row.name);
    }
}
