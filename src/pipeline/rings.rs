//! Looks for groups of providers that pass members round, and puts them together as a population.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};

use super::evidence::rings_not_run;
use super::groups;
use crate::batch::text;
use crate::combine::{Entity, Population};
use crate::config::Config;
use crate::edits::{LineHit, line_hits};
use crate::engine::TableData;
use crate::error::{Error, Result};
use crate::features::{self, FeatureTable};
use crate::ingest::Canonical;
use crate::network::edges::{MIN_MEMBERS, Network};
use crate::network::graph::{Graph, MOST_PROVIDERS, Node};
use crate::network::groups::{Group, burst_law, group};
use crate::network::history::{self, Histories, member_key, provider_key};
use crate::network::measure::{self, LINES};
use crate::network::rings::{rewirings, rings};
use crate::network::summary::NetworkSummary;
use crate::peers::Place;
use crate::reference::Reference;
use crate::validate::NotRun;

/// Share of the members that may be without ZIP code and state: beyond, two providers of one town
/// cannot be told from two that pass members round.
const MOST_WITHOUT_PLACE: f64 = 0.5;

/// What the search gave.
pub struct Rings {
    /// Taken out by [`Rings::join`].
    population: Option<Population>,
    pub summary: NetworkSummary,
    pub not_run: Option<NotRun>,
    groups: Vec<Group>,
}

/// Searches the claims for groups.
///
/// # Errors
/// Where a statement fails.
pub fn find(
    (providers, places): &(Vec<Entity>, Vec<Place>),
    (canonical, reference): (&Canonical, &Reference),
    grains: &FeatureTable,
    missing: &[String],
    config: &Config,
) -> Result<Rings> {
    if let Some(why) = rings_not_run(missing) {
        return Ok(Rings::not_run(why.why, NetworkSummary::default()));
    }
    let ids: Vec<&str> = providers.iter().map(|e| e.id.as_str()).collect();
    let (visits, orders) = (
        features::statement(history::VISITS)?,
        features::statement(history::ORDERS)?,
    );
    let of_buckets = canonical.each_bucket(reference, |tables| {
        history::members(&visits.run(&tables)?, &orders.run(&tables)?, &ids)
    })?;
    let all = of_buckets.into_iter().fold(Histories::default(), joined);
    let mut summary = NetworkSummary {
        members: all.members.len() + all.hubs,
        members_left_out: all.hubs,
        most_providers: MOST_PROVIDERS,
        orders: all.orders,
        fewest_members: MIN_MEMBERS,
        ..NetworkSummary::default()
    };
    let graph = Graph::new(nodes(providers, places, grains)?, all.members, all.hubs);
    if graph.without_place as f64 > MOST_WITHOUT_PLACE * graph.members.len() as f64 {
        let why = format!(
            "{} of {} members have neither ZIP code nor state",
            graph.without_place,
            graph.members.len()
        );
        return Ok(Rings::not_run(why, summary));
    }
    let network = Network::new(&graph);
    summary.eligible_providers = network.eligible;
    summary.pairs_tested = network.tested;
    summary.areas = network.areas_tested();
    if network.tested == 0 {
        let why = format!("no two providers of one state with {MIN_MEMBERS} members each");
        return Ok(Rings::not_run(why, summary));
    }
    let level = config.list.level;
    let bursts = burst_law(&network);
    let ties = network.ties(level);
    let groups: Vec<Group> = rings(&network, &ties, level)
        .into_iter()
        .filter_map(|ring| group(&network, &bursts, ring).ok())
        .collect();
    summary.pairs_tied = ties.edges.iter().map(Vec::len).sum();
    summary.rewirings = rewirings(&network, level);
    summary.groups = groups.len();
    let (population, groups) = groups::population(&network, bursts, groups, providers, level);
    Ok(Rings {
        population: Some(population),
        summary,
        not_run: None,
        groups,
    })
}

fn joined(mut all: Histories, bucket: Histories) -> Histories {
    all.members.extend(bucket.members);
    all.hubs += bucket.hubs;
    all.orders += bucket.orders;
    all
}

/// The providers as the network sees them.
fn nodes(providers: &[Entity], places: &[Place], grains: &FeatureTable) -> Result<Vec<Node>> {
    let rows = grains.grain("provider_biller__lines")?;
    let (provider, biller) = (text(rows, "provider_id")?, text(rows, "biller")?);
    let mut billers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    // Sorted by provider and biller.
    for row in 0..rows.num_rows() {
        let own = billers.entry(provider.value(row)).or_default();
        own.push(biller.value(row).to_owned());
    }
    Ok(providers
        .iter()
        .zip(places)
        .map(|(entity, place)| Node {
            id: entity.id.clone(),
            key: provider_key(&entity.id),
            area: place.state.clone(),
            taxonomy: place.taxonomy.clone(),
            family: place.family.clone(),
            billers: billers.remove(entity.id.as_str()).unwrap_or_default(),
        })
        .collect())
}

impl Rings {
    fn not_run(why: String, summary: NetworkSummary) -> Rings {
        Rings {
            population: Some(groups::empty()),
            summary,
            not_run: Some(NotRun {
                name: measure::SHARED_MEMBERS.into(),
                why,
            }),
            groups: Vec::new(),
        }
    }

    /// Puts the groups beside the other populations.
    #[must_use]
    pub fn join(mut self, populations: &mut Vec<Population>) -> Rings {
        populations.extend(self.population.take());
        self
    }

    /// Adds the lines behind the groups' findings: of the members a group shares, at its providers.
    ///
    /// # Errors
    /// Where a statement fails.
    pub fn fill(
        &self,
        population: &mut Population,
        canonical: &Canonical,
        reference: &Reference,
    ) -> Result<()> {
        let flagged = |g: &usize| !population.standings[*g].findings.is_empty();
        let mut group_of: BTreeMap<&str, usize> = BTreeMap::new();
        for group in (0..self.groups.len()).filter(flagged) {
            let members = &population.entities[group].member_ids;
            group_of.extend(members.iter().map(|id| (id.as_str(), group)));
        }
        if group_of.is_empty() {
            return Ok(());
        }
        let statement = features::statement(&format!("lines__{LINES}"))?;
        let ids: ArrayRef = Arc::new(group_of.keys().map(Some).collect::<StringArray>());
        let wanted =
            RecordBatch::try_from_iter([("provider_id", ids)]).map_err(|e| Error::Engine {
                statement: LINES.into(),
                message: e.to_string(),
            })?;
        let of_buckets = canonical.each_bucket(reference, |mut tables| {
            tables.insert("wanted".into(), TableData::Batch(wanted.clone()));
            line_hits(&statement.run(&tables)?, "provider_id", "gap_cents")
        })?;
        let mut lines: BTreeMap<usize, Vec<LineHit>> = BTreeMap::new();
        for hit in of_buckets.into_iter().flatten() {
            let Some(group) = group_of.get(hit.entity_id.as_str()) else {
                continue;
            };
            let shared = &self.groups[*group].members;
            if shared.binary_search(&member_key(&hit.person_id)).is_ok() {
                lines.entry(*group).or_default().push(hit);
            }
        }
        population.measure_lines.insert(LINES.into(), lines);
        Ok(())
    }
}
