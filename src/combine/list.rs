//! From tests to a list: one p per entity, the false discovery rate over entities of a type, and
//! the tests within each selected entity that become findings.

use std::collections::BTreeMap;

use super::population::Measured;
use crate::stats::local_fdr::Mixture;
use crate::stats::multiplicity::{benjamini_bogomolov, benjamini_hochberg, cauchy_combination};

/// What the statistics say of one entity.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Whether it belongs to the set the false discovery rate is stated for.
    pub tested: bool,
    /// Tests that were combined.
    pub measures: usize,
    pub p: Option<f64>,
    pub q: Option<f64>,
    pub local_fdr: Option<f64>,
    /// Tests chosen as findings, as (measure, position among its tests), smallest p first.
    pub findings: Vec<(usize, usize)>,
}

/// One counted test of an entity.
struct Counted<'a> {
    measure: usize,
    position: usize,
    scheme: &'a str,
    p_list: f64,
}

/// Builds the list. `tests` are the measures in registry order, each with its scheme; `material`
/// says which providers are paid enough to be worth testing, decided before any p is seen.
#[must_use]
pub fn build_list(measured: &[Measured], material: &[bool], level: f64) -> Vec<Standing> {
    let mut standings = vec![Standing::default(); material.len()];
    let mut counted: Vec<Vec<Counted>> = material.iter().map(|_| Vec::new()).collect();
    let mut supporting: Vec<Vec<Counted>> = material.iter().map(|_| Vec::new()).collect();
    for (measure, one) in measured.iter().enumerate() {
        let role = if one.measure.supporting {
            &mut supporting
        } else {
            &mut counted
        };
        for (position, test) in one.tests.tests.iter().enumerate() {
            if let Ok(scored) = &test.outcome
                && material[test.entity]
                && one.tests.counts(scored)
            {
                role[test.entity].push(Counted {
                    measure,
                    position,
                    scheme: &one.measure.scheme,
                    p_list: scored.p.p_list,
                });
            }
        }
    }
    for (standing, counted) in standings.iter_mut().zip(&counted) {
        standing.measures = counted.len();
        standing.p = combine_schemes(counted);
        standing.tested = standing.p.is_some();
    }
    let tested: Vec<usize> = (0..standings.len())
        .filter(|i| standings[*i].tested)
        .collect();
    let p: Vec<f64> = tested.iter().filter_map(|i| standings[*i].p).collect();
    let q = benjamini_hochberg(&p);
    let mixture = Mixture::fit(&p);
    for ((index, p), q) in tested.iter().zip(&p).zip(q) {
        standings[*index].q = Some(q);
        standings[*index].local_fdr = Some(mixture.local_fdr(*p));
    }
    let selected: Vec<usize> = tested
        .iter()
        .copied()
        .filter(|i| standings[*i].q.is_some_and(|q| q <= level))
        .collect();
    let within = benjamini_bogomolov(level, selected.len(), tested.len());
    for index in selected {
        standings[index].findings = choose_findings(&counted[index], within);
        let beside = supporting[index].iter().filter(|t| t.p_list <= within);
        standings[index]
            .findings
            .extend(beside.map(|t| (t.measure, t.position)));
    }
    standings
}

/// Combines within each scheme, then across schemes, so that a scheme with many measures does not
/// outvote one with few.
fn combine_schemes(counted: &[Counted]) -> Option<f64> {
    let mut schemes: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for test in counted {
        schemes.entry(test.scheme).or_default().push(test.p_list);
    }
    let equal = |p: &[f64]| cauchy_combination(p, &vec![1.0; p.len()]);
    let of_schemes: Option<Vec<f64>> = schemes.values().map(|p| equal(p)).collect();
    equal(&of_schemes?)
}

/// The entity's tests that pass Benjamini-Hochberg at the level left for them; where only the
/// combination passed, the smallest stands for it.
fn choose_findings(counted: &[Counted], level: f64) -> Vec<(usize, usize)> {
    let p: Vec<f64> = counted.iter().map(|t| t.p_list).collect();
    let q = benjamini_hochberg(&p);
    let mut order: Vec<usize> = (0..counted.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]).then(a.cmp(b)));
    let passing = order.iter().filter(|i| q[**i] <= level).count().max(1);
    order
        .into_iter()
        .take(passing)
        .map(|i| (counted[i].measure, counted[i].position))
        .collect()
}
