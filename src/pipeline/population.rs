//! Puts the entities of one type together: who they are, what places them among peers, how they
//! test, and which of them the list selects.

use std::collections::BTreeMap;

use super::profile;
use crate::batch::{int, int_at, text, text_at};
use crate::combine::list::build_list;
use crate::combine::stability;
use crate::combine::{Entity, Measured, Population};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::features::FeatureTable;
use crate::features::measure::Measure;
use crate::ingest::Canonical;
use crate::peers::{MeasureCells, Peers, Place, Retest, score_measure};
use crate::report::tables::ProviderCounts;
use crate::schema::EntityType;

/// A share of professional lines beyond which a provider's setting is one or the other.
const ONE_SETTING_SHARE: f64 = 0.9;

/// Scores the measures of one entity type and draws its list; `scored` are tests made elsewhere.
///
/// # Errors
/// Where a grain or a measure's cells are missing.
pub fn population(
    kind: EntityType,
    (entities, places): (Vec<Entity>, Vec<Place>),
    scored: Vec<Measured>,
    measures: &[Measure],
    features: &FeatureTable,
    config: &Config,
) -> Result<Population> {
    let ids: Vec<&str> = entities.iter().map(|e| e.id.as_str()).collect();
    let keys: Vec<u64> = ids.iter().map(|id| hash_key(id)).collect();
    let mut measured = Vec::new();
    let mut all_cells = Vec::new();
    for measure in measures.iter().filter(|m| m.entity == kind) {
        let cells = features
            .cells(&measure.cells)
            .ok_or_else(|| no_cells(&measure.cells))?;
        let cells = MeasureCells::new(cells, measure, &ids)?;
        measured.push(Measured {
            measure: measure.clone(),
            kind: measure.shown_as.name(),
            parts: BTreeMap::new(),
            tests: score_measure(measure, &cells, &places, &keys, config.peers.min_peers),
        });
        all_cells.push(cells);
    }
    measured.extend(scored);
    if kind == EntityType::Provider && config.detect.unusual_profile {
        measured.push(profile::profiles(&measured, &entities, &places, &keys));
    }
    let floor = i64::from(config.list.materiality_floor) * 100;
    let material: Vec<bool> = entities.iter().map(|e| e.amount_cents >= floor).collect();
    let level = config.list.level;
    let mut standings = build_list(&measured, &material, level);
    let retest = |measure: usize, entities: &[usize], peers: Peers| {
        let Measured {
            measure: of, tests, ..
        } = &measured[measure];
        // Trends are held, since their peers are the same at every month, and so are profiles,
        // whose null comes from all groups.
        let Some(cells) = all_cells.get(measure) else {
            return vec![None; entities.len()];
        };
        let again = Retest {
            measure: of,
            cells,
            places: &places,
            keys: &keys,
            tests,
        };
        again.p_lists(entities, peers)
    };
    stability::assess(&mut standings, &measured, &material, level, &retest);
    Ok(Population {
        kind,
        entities,
        measured,
        tested: standings.iter().filter(|s| s.tested).count(),
        standings,
        measure_lines: BTreeMap::new(),
        patterns: Vec::new(),
    })
}

/// First eight bytes of BLAKE3 over an identifier.
pub fn hash_key(id: &str) -> u64 {
    let mut bytes = [0_u8; 8];
    bytes.copy_from_slice(&blake3::hash(id.as_bytes()).as_bytes()[..8]);
    u64::from_be_bytes(bytes)
}

fn no_cells(cells: &str) -> Error {
    Error::Engine {
        statement: format!("cells__{cells}"),
        message: "no such cells".into(),
    }
}

/// What the provider table says of every provider with a line, and where that places it.
///
/// # Errors
/// Where a column is missing.
pub fn providers(
    counts: &ProviderCounts,
    canonical: &Canonical,
) -> Result<(Vec<Entity>, Vec<Place>)> {
    let table = &canonical.provider;
    let id = text(table, "provider_id")?;
    let row_of: BTreeMap<&str, usize> = id.iter().flatten().zip(0..).collect();
    let column = |name: &str| text(table, name);
    let (name, taxonomy, specialty) = (
        column("provider_name")?,
        column("taxonomy_code")?,
        column("specialty")?,
    );
    let (family, state) = (column("specialty_family")?, column("state")?);
    let mut entities = Vec::new();
    let mut places = Vec::new();
    for provider in counts.providers() {
        let row = row_of.get(provider.as_str()).copied();
        let word = |column| row.and_then(|r| text_at(column, r)).map(str::to_owned);
        let count = |name| counts.get(&provider, name);
        places.push(Place {
            entity: EntityType::Provider,
            taxonomy: word(taxonomy).or_else(|| word(specialty)),
            state: word(state),
            setting: setting(count("professional_lines"), count("line_count")).to_owned(),
            family: word(family),
            behaviour: None,
        });
        entities.push(Entity {
            name: word(name),
            specialty: word(specialty),
            behaviour: None,
            state: word(state),
            paid_cents: count("paid_cents"),
            amount_cents: count("amount_cents"),
            allowed_cents: count("allowed_cents"),
            claim_count: count("claim_count"),
            line_count: count("line_count"),
            partner_count: count("member_count"),
            tiers: [
                count("tier0_members"),
                count("tier1_members"),
                count("tier2_members"),
                count("tier3_members"),
            ],
            known_case: None,
            member_ids: Vec::new(),
            id: provider,
        });
    }
    Ok((entities, places))
}

/// Whether a provider works in offices or institutions, by its lines.
pub fn setting(professional: i64, lines: i64) -> &'static str {
    let share = professional as f64 / lines.max(1) as f64;
    if share >= ONE_SETTING_SHARE {
        "professional"
    } else if share <= 1.0 - ONE_SETTING_SHARE {
        "institutional"
    } else {
        "mixed"
    }
}

/// Every member with an active line. All members are each other's peers; what tells them apart
/// (conditions, age) is in the strata of their measures.
///
/// # Errors
/// Where a grain is missing.
pub fn members(
    features: &FeatureTable,
    canonical: &Canonical,
) -> Result<(Vec<Entity>, Vec<Place>)> {
    let lines = features.grain("member__lines")?;
    let claims = by_key(
        features.grain("member__claims")?,
        "person_id",
        "claim_count",
    )?;
    let pharmacy = by_key(
        features.grain("member__pharmacy")?,
        "person_id",
        "pharmacy_cents",
    )?;
    let mut tier_of: BTreeMap<String, i64> = BTreeMap::new();
    for members in canonical.members()? {
        let (id, tier) = (
            text(&members, "person_id")?,
            int(&members, "condition_tier")?,
        );
        let rows = 0..members.num_rows();
        tier_of.extend(rows.filter_map(|r| Some((id.value(r).to_owned(), int_at(tier, r)?))));
    }
    let person = text(lines, "person_id")?;
    let column = |name: &str| int(lines, name);
    let (paid, amount, allowed) = (
        column("paid_cents")?,
        column("amount_cents")?,
        column("allowed_cents")?,
    );
    let (line_count, providers) = (column("line_count")?, column("provider_count")?);
    let entities: Vec<Entity> = (0..lines.num_rows())
        .map(|row| {
            let id = person.value(row);
            let mut tiers = [0; 4];
            let tier = tier_of.get(id).and_then(|t| usize::try_from(*t).ok());
            if let Some(slot) = tier.and_then(|t| tiers.get_mut(t)) {
                *slot = 1;
            }
            Entity {
                id: id.to_owned(),
                paid_cents: paid.value(row),
                amount_cents: amount.value(row) + pharmacy.get(id).copied().unwrap_or(0),
                allowed_cents: allowed.value(row),
                claim_count: claims.get(id).copied().unwrap_or(0),
                line_count: line_count.value(row),
                partner_count: providers.value(row),
                tiers,
                ..Entity::default()
            }
        })
        .collect();
    let place = Place {
        entity: EntityType::Member,
        ..Place::default()
    };
    let places = vec![place; entities.len()];
    Ok((entities, places))
}

/// Values of one column of a grain by its key.
pub fn by_key<'b>(
    batch: &'b arrow::array::RecordBatch,
    key: &str,
    column: &str,
) -> Result<BTreeMap<&'b str, i64>> {
    let (keys, values) = (text(batch, key)?, int(batch, column)?);
    Ok((0..batch.num_rows())
        .map(|row| (keys.value(row), int_at(values, row).unwrap_or(0)))
        .collect())
}
