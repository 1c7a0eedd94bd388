//! From tests to a list: one p per entity, the false discovery rate over entities of a type, and
//! the tests within each selected entity that become findings.

use std::collections::BTreeMap;

use super::population::Measured;
use crate::stats::local_fdr::Mixture;
use crate::stats::multiplicity::{
    EFFECTS_TRUNCATED_AT, benjamini_bogomolov, benjamini_hochberg, cauchy_combination,
    minimum_effect_q,
};

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
    /// Share of perturbed analyses in which it stays selected, see [`super::stability`].
    pub stability: Option<f64>,
    /// Tests chosen as findings, as (measure, position among its tests), smallest p first.
    pub findings: Vec<(usize, usize)>,
}

/// One counted test of an entity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted<'a> {
    pub measure: usize,
    pub position: usize,
    pub scheme: &'a str,
    pub p_list: f64,
}

/// Builds the list. `tests` are the measures in registry order, each with its scheme; `material`
/// says which providers are paid enough to be worth testing, decided before any p is seen.
#[must_use]
pub fn build_list(measured: &[Measured], material: &[bool], level: f64) -> Vec<Standing> {
    let mut standings = vec![Standing::default(); material.len()];
    let counted = tests_of(measured, material, false);
    let supporting = tests_of(measured, material, true);
    for (standing, counted) in standings.iter_mut().zip(&counted) {
        standing.measures = counted.len();
        standing.p = combine_schemes(counted);
        standing.tested = standing.p.is_some();
    }
    let tested: Vec<usize> = (0..standings.len())
        .filter(|i| standings[*i].tested)
        .collect();
    let p: Vec<f64> = tested.iter().filter_map(|i| standings[*i].p).collect();
    let q = minimum_effect_q(&p);
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

/// The tests of every material entity that count, or that only support others.
pub(super) fn tests_of<'a>(
    measured: &'a [Measured],
    material: &[bool],
    supporting: bool,
) -> Vec<Vec<Counted<'a>>> {
    let mut tests: Vec<Vec<Counted>> = material.iter().map(|_| Vec::new()).collect();
    let role = |one: &&Measured| one.measure.supporting == supporting;
    for (measure, one) in measured.iter().enumerate().filter(|(_, m)| role(m)) {
        for (position, test) in one.tests.tests.iter().enumerate() {
            if let Ok(scored) = &test.outcome
                && material[test.entity]
                && one.tests.counts(scored)
            {
                tests[test.entity].push(Counted {
                    measure,
                    position,
                    scheme: &one.measure.scheme,
                    p_list: scored.p.p_list,
                });
            }
        }
    }
    tests
}

/// Combines within each scheme, then across schemes, so that a scheme with many measures does not
/// outvote one with few.
pub(super) fn combine_schemes(counted: &[Counted]) -> Option<f64> {
    let mut schemes: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for test in counted {
        schemes.entry(test.scheme).or_default().push(test.p_list);
    }
    let equal = |p: &[f64]| cauchy_combination(p, &vec![1.0; p.len()], EFFECTS_TRUNCATED_AT);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supporting_measure_speaks_beside_others_and_never_alone() {
        // Entity 0 is strange on both, entity 1 on the supporting measure only.
        let mut supporting = Measured::example("beside", &[1e-9, 1e-9]);
        supporting.measure.supporting = true;
        let main = Measured::example("main", &[1e-6, 0.7]);
        let standings = build_list(&[main, supporting], &[true, true], 0.05);
        assert_eq!(standings[0].findings, vec![(0, 0), (1, 0)]);
        assert!(standings[1].findings.is_empty());
        assert_eq!((standings[0].measures, standings[1].measures), (1, 1));
    }

    #[test]
    fn too_small_an_entity_is_not_tested() {
        let standings = build_list(
            &[Measured::example("m", &[1e-9, 1e-9])],
            &[false, true],
            0.05,
        );
        assert!(!standings[0].tested && standings[1].tested);
    }
}
