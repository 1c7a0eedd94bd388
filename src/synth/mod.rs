//! Labelled synthetic claims in the shape of the Tuva input layer.
//!
//! ```text
//! world: markets, register of providers with their habits          (market, provider, style)
//!   └─ planting: a few providers run a scheme, a few look like it  (schemes)
//! member by member, each from a stream of its own                  (history)
//!   care needed → visits → claims → priced → settled → rows        (care, encounter, pricing,
//!                                                                   settlement, table)
//! ```
//!
//! A member's history depends on the seed, the world and the member's number only. Members are
//! made in blocks, in parallel; a block is a row group, written in order: memory does not grow
//! with the number of lines, and the bytes do not depend on the number of threads.

mod authorization;
mod calendar;
mod care;
mod claim;
mod condition;
mod drg;
mod encounter;
mod error;
mod exclusion;
mod fees;
mod history;
mod labels;
mod market;
mod member;
mod mix;
mod npi;
mod payer;
mod pharmacy;
mod practice;
mod pricing;
mod provider;
mod random;
mod reference_files;
mod reference_lists;
mod schemes;
mod settlement;
mod specialty;
mod style;
mod table;
mod visit;
mod world;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

pub use error::SynthError;
pub use reference_files::FOLDER as REFERENCE;
pub use reference_lists::{
    CodePair, ListedAuthorization, ListedExclusion, ReferenceLists, ZipCentroid, reference_lists,
};

use labels::Label;
use schemes::{Role, drug_shopping, member_overuse};
use table::parquet_file::{Encoded, Encoder, ParquetFile};
use table::{Layout, Rows, eligibility, medical_claim, pharmacy_claim};
use world::World;

/// Fewest providers: below, most specialties are a single provider.
pub const FEWEST_PROVIDERS: usize = 60;
/// Members for each provider when no number of lines is asked for: gives some 230 lines a
/// provider.
const MEMBERS_PER_PROVIDER: u64 = 9;
/// Members of a block, the unit of work and of a row group (some 40 thousand lines).
const BLOCK: u64 = 2_048;
/// Blocks in memory at a time.
const BLOCKS_AT_ONCE: u64 = 8;
/// Members drawn beforehand to learn how many lines and visits a member makes.
const PILOT: u64 = 3_000;

/// What to generate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SynthConfig {
    /// Providers who render or supply services (billing groups and pharmacies come on top).
    pub providers: usize,
    /// Seed: the same seed gives the same bytes.
    pub seed: u64,
    /// Medical claim lines wanted, about; without it the volume follows the providers.
    pub lines: Option<u64>,
    /// Plant nothing.
    pub clean: bool,
}

impl Default for SynthConfig {
    /// The demo: 1,200 providers, some 275 thousand lines.
    fn default() -> Self {
        Self {
            providers: 1_200,
            seed: 42,
            lines: None,
            clean: false,
        }
    }
}

/// What was generated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SynthSummary {
    /// Providers who render or supply services.
    pub providers: usize,
    /// Members with at least one enrolment span.
    pub members: u64,
    /// Medical claims.
    pub claims: u64,
    /// Medical claim lines.
    pub lines: u64,
    /// Pharmacy fills.
    pub pharmacy_lines: u64,
    /// Paid on medical claims, in cents.
    pub paid: i64,
    /// Entities labelled, by scheme: planted, hard negatives.
    pub labels: BTreeMap<&'static str, (u64, u64)>,
}

/// Writes `medical_claim`, `eligibility`, `provider` and `pharmacy_claim` (`.parquet`) and
/// `labels.csv` into the folder `out`, and the illustrative reference files that go with them into
/// `out/reference`. The folder `out` is created if need be.
///
/// # Errors
/// Too few providers, or a file that cannot be written.
pub fn generate(config: &SynthConfig, out: &Path) -> Result<SynthSummary, SynthError> {
    if config.providers < FEWEST_PROVIDERS {
        return Err(SynthError::TooFewProviders {
            asked: config.providers,
        });
    }
    fs::create_dir_all(out).map_err(|source| SynthError::Write {
        path: out.to_owned(),
        source,
    })?;
    let world = build_world(config);
    write_register(&world, out)?;
    reference_files::write(&reference_lists::of(&world), out)?;
    let mut summary = SynthSummary {
        providers: config.providers,
        ..SynthSummary::default()
    };
    let mut labels = labels::of_providers(&world);
    labels.extend(write_histories(&world, out, &mut summary)?);
    for label in &labels {
        let counts = summary.labels.entry(label.scheme).or_default();
        match label.role {
            Role::Planted(_) => counts.0 += 1,
            Role::HardNegative => counts.1 += 1,
        }
    }
    let path = out.join("labels.csv");
    fs::write(&path, labels::to_csv(&labels))
        .map_err(|source| SynthError::Write { path, source })?;
    Ok(summary)
}

/// Draws the world, sizes its population by a pilot, and plants the schemes. What they add is
/// learnt from a second pilot, so that the number of lines asked for is met.
fn build_world(config: &SynthConfig) -> World {
    let mut world = World::draw(config.seed, config.providers);
    let honest = Pilot::run(&world);
    world.members = honest.members(config);
    world.expect(&honest.visits);
    if !config.clean {
        schemes::plant(&mut world);
        world.members = Pilot::run(&world).members(config);
    }
    world
}

/// What a member makes on average.
struct Pilot {
    lines: f64,
    /// By specialty.
    visits: Vec<f64>,
}

impl Pilot {
    fn run(world: &World) -> Self {
        let histories: Vec<history::History> = (0..PILOT)
            .into_par_iter()
            .map(|index| history::of_member(world, index))
            .collect();
        let mut lines = 0_u64;
        let mut visits = vec![0_u64; specialty::PROFILES.len()];
        for claim in histories.iter().flat_map(|history| &history.claims) {
            lines += claim.lines.len() as u64;
            visits[world.provider(claim.provider).specialty as usize] += 1;
        }
        let mean = |total: u64| total as f64 / PILOT as f64;
        Self {
            lines: mean(lines),
            visits: visits.into_iter().map(mean).collect(),
        }
    }

    /// Members needed for what the configuration asks.
    fn members(&self, config: &SynthConfig) -> u64 {
        match config.lines {
            Some(wanted) => ((wanted as f64 / self.lines) as u64).max(1),
            None => config.providers as u64 * MEMBERS_PER_PROVIDER,
        }
    }
}

fn write_register(world: &World, out: &Path) -> Result<(), SynthError> {
    let (mut file, encoder) =
        ParquetFile::create(&out.join("provider.parquet"), &table::provider::LAYOUT)?;
    let mut rows = Rows::new(&table::provider::LAYOUT)?;
    table::provider::write(world, &mut rows);
    file.append(encoder.encode(&rows.finish()?)?)?;
    file.close()
}

/// Encoders of the three tables that grow with the members.
struct Encoders {
    medical: Encoder,
    eligibility: Encoder,
    pharmacy: Encoder,
}

/// A block of members, encoded; tables without rows are left out.
struct Block {
    medical: Option<Encoded>,
    eligibility: Option<Encoded>,
    pharmacy: Option<Encoded>,
    labels: Vec<Label>,
    summary: SynthSummary,
}

fn write_histories(
    world: &World,
    out: &Path,
    summary: &mut SynthSummary,
) -> Result<Vec<Label>, SynthError> {
    let create = |name: &str, layout: &Layout| ParquetFile::create(&out.join(name), layout);
    let (mut medical, medical_encoder) = create("medical_claim.parquet", &medical_claim::LAYOUT)?;
    let (mut eligible, eligible_encoder) = create("eligibility.parquet", &eligibility::LAYOUT)?;
    let (mut fills, fills_encoder) = create("pharmacy_claim.parquet", &pharmacy_claim::LAYOUT)?;
    let encoders = Encoders {
        medical: medical_encoder,
        eligibility: eligible_encoder,
        pharmacy: fills_encoder,
    };
    let mut labels = Vec::new();
    let blocks = world.members.div_ceil(BLOCK);
    for first in (0..blocks).step_by(BLOCKS_AT_ONCE as usize) {
        let made: Vec<Result<Block, SynthError>> = (first..blocks.min(first + BLOCKS_AT_ONCE))
            .into_par_iter()
            .map(|number| {
                let members = number * BLOCK..world.members.min((number + 1) * BLOCK);
                make_block(world, members, &encoders)
            })
            .collect();
        for block in made {
            let block = block?;
            for (file, group) in [
                (&mut medical, block.medical),
                (&mut eligible, block.eligibility),
                (&mut fills, block.pharmacy),
            ] {
                if let Some(group) = group {
                    file.append(group)?;
                }
            }
            labels.extend(block.labels);
            summary.members += block.summary.members;
            summary.claims += block.summary.claims;
            summary.lines += block.summary.lines;
            summary.pharmacy_lines += block.summary.pharmacy_lines;
            summary.paid += block.summary.paid;
        }
    }
    medical.close()?;
    eligible.close()?;
    fills.close()?;
    Ok(labels)
}

fn make_block(
    world: &World,
    members: Range<u64>,
    encoders: &Encoders,
) -> Result<Block, SynthError> {
    let mut medical = Rows::new(&medical_claim::LAYOUT)?;
    let mut eligible = Rows::new(&eligibility::LAYOUT)?;
    let mut pharmacy = Rows::new(&pharmacy_claim::LAYOUT)?;
    let mut summary = SynthSummary::default();
    let mut labels = Vec::new();
    for index in members {
        let history::History {
            member,
            claims,
            overuse,
        } = history::of_member(world, index);
        summary.members += u64::from(!member.spans.is_empty());
        eligibility::write(world, &member, &mut eligible);
        for claim in &claims {
            summary.claims += 1;
            summary.lines += claim.lines.len() as u64;
            summary.paid += claim.total(|amounts| amounts.paid);
            medical_claim::write(world, &member, claim, &mut medical);
        }
        let (fills, shops) = pharmacy::fills(world, &member, overuse.is_none());
        summary.pharmacy_lines += fills.len() as u64;
        pharmacy_claim::write(world, &member, &fills, &mut pharmacy);
        for (scheme, role) in [
            (member_overuse::NAME, overuse),
            (drug_shopping::NAME, shops),
        ] {
            labels.extend(role.map(|role| labels::of_member(&member, scheme, role)));
        }
    }
    let encode = |rows: Rows, encoder: &Encoder| -> Result<Option<Encoded>, SynthError> {
        let batch = rows.finish()?;
        Ok(if batch.num_rows() > 0 {
            Some(encoder.encode(&batch)?)
        } else {
            None
        })
    };
    Ok(Block {
        medical: encode(medical, &encoders.medical)?,
        eligibility: encode(eligible, &encoders.eligibility)?,
        pharmacy: encode(pharmacy, &encoders.pharmacy)?,
        labels,
        summary,
    })
}

#[cfg(test)]
mod tests;
