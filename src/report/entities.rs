//! `entities`: everyone, flagged or not, in the order in which they would be looked at.

use std::collections::BTreeMap;

use super::frame::Frame;
use super::tables::by_word;
use crate::combine::{Case, Population};
use crate::schema::{EntityType, output};

/// How early each entity of a population would be looked at, from 100 to 0: the share of its type
/// that comes after it. Cases come by rank, then the others by p; without either it is 0.
fn scores(population: &Population, rank: &BTreeMap<usize, i64>) -> Vec<f64> {
    let count = population.entities.len();
    let key = |at: usize| {
        let p = population.standings[at].p.unwrap_or(f64::INFINITY);
        (rank.get(&at).copied().unwrap_or(i64::MAX), p)
    };
    let mut order: Vec<usize> = (0..count).collect();
    let compare = |a: (i64, f64), b: (i64, f64)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
    order.sort_by(|a, b| compare(key(*a), key(*b)).then(a.cmp(b)));
    let mut scores = vec![0.0; count];
    let mut before = 0;
    for equal in order.chunk_by(|a, b| compare(key(*a), key(*b)).is_eq()) {
        if key(equal[0]) != (i64::MAX, f64::INFINITY) {
            for at in equal {
                scores[*at] = 100.0 * (count - before) as f64 / count as f64;
            }
        }
        before += equal.len();
    }
    scores
}

/// `entities`: of every type in the order of its word.
#[must_use]
pub fn entities(populations: &[Population], cases: &[Case]) -> Frame {
    let mut frame = Frame::new(&output::ENTITIES);
    for (position, population) in by_word(populations) {
        let of_type = cases.iter().filter(|c| c.population == position);
        let rank: BTreeMap<usize, i64> = of_type.map(|c| (c.entity, c.rank)).collect();
        let scores = scores(population, &rank);
        for (index, (entity, standing)) in population
            .entities
            .iter()
            .zip(&population.standings)
            .enumerate()
        {
            let has_members = population.kind != EntityType::Member;
            frame.push(vec![
                population.kind.name().into(),
                entity.id.as_str().into(),
                entity.name.clone().into(),
                entity.specialty.clone().into(),
                standing.tested.into(),
                (standing.measures as i64).into(),
                standing.p.into(),
                standing.q.into(),
                standing.local_fdr.into(),
                scores[index].into(),
                rank.contains_key(&index).into(),
                entity.paid_cents.into(),
                entity.allowed_cents.into(),
                entity.claim_count.into(),
                entity.line_count.into(),
                has_members.then_some(entity.partner_count).into(),
            ]);
        }
    }
    frame
}
