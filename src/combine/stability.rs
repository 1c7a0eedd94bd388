//! How far a selected entity depends on choices that could have been made otherwise: its peers, and
//! the level of the list.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::list::{Counted, Standing, combine_schemes, tests_of};
use super::population::Measured;
use crate::peers::Peers;
use crate::stats::multiplicity::{DISCARDED_ABOVE, PLAIN_FACTOR};

/// Bootstrap draws of the peers.
pub const DRAWS: u64 = 20;

/// Factors on the list's level.
const LEVELS: [f64; 2] = [0.5, 2.0];

/// `p_list` of some entities on a measure among other peers, by the measure's position.
pub type Retested<'a> = dyn Fn(usize, &[usize], Peers) -> Vec<Option<f64>> + Sync + 'a;

/// Fills in the stability of every selected entity: the share of perturbations in which it stays
/// on the list. One perturbation each are narrower peers, wider peers (where there are such), half
/// and twice the level, and [`DRAWS`] bootstrap draws of the peers. Only the entity's own tests are
/// computed again; the p-values of all others are held.
///
/// `retest` gives, for a measure, the `p_list` of some entities among other peers; `None` where
/// there are no such peers, and then the test stays as it is.
pub fn assess(
    standings: &mut [Standing],
    measured: &[Measured],
    material: &[bool],
    level: f64,
    retest: &Retested,
) {
    let selected: Vec<usize> = (0..standings.len())
        .filter(|i| !standings[*i].findings.is_empty())
        .collect();
    if selected.is_empty() {
        return;
    }
    let mut others = vec![Peers::Narrower, Peers::Wider];
    others.extend((0..DRAWS).map(Peers::Drawn));
    let jobs: Vec<(usize, Peers)> = (0..measured.len())
        .filter(|m| !measured[*m].measure.supporting)
        .flat_map(|m| others.iter().map(move |peers| (m, *peers)))
        .collect();
    let retested: Vec<Vec<Option<f64>>> = jobs
        .par_iter()
        .map(|(measure, peers)| retest(*measure, &selected, *peers))
        .collect();
    let mut again: BTreeMap<(usize, usize), &[Option<f64>]> = BTreeMap::new();
    for ((measure, peers), p) in jobs.iter().zip(&retested) {
        let place = others.iter().position(|other| other == peers).unwrap_or(0);
        again.insert((place, *measure), p);
    }
    let tests = tests_of(measured, material, false);
    let tested: Vec<(usize, f64)> = standings
        .iter()
        .enumerate()
        .filter_map(|(entity, standing)| Some((entity, standing.p?)))
        .collect();
    let all = Others::new(tested.iter().map(|(_, p)| *p).collect());
    for (row, entity) in selected.iter().enumerate() {
        let Some(own) = standings[*entity].p else {
            continue;
        };
        let others_p = all.without(own);
        let mut stays: Vec<bool> = LEVELS
            .iter()
            .map(|factor| others_p.selects(own, level * factor))
            .collect();
        for place in 0..others.len() {
            let p = |measure: usize| again.get(&(place, measure)).and_then(|p| p[row]);
            let p = combined(&tests[*entity], &p);
            stays.extend(p.map(|p| others_p.selects(p, level)));
        }
        let kept = stays.iter().filter(|stay| **stay).count();
        standings[*entity].stability = Some(kept as f64 / stays.len() as f64);
    }
}

/// The combined p with other peers; `None` where no test has such.
fn combined(tests: &[Counted], again: &dyn Fn(usize) -> Option<f64>) -> Option<f64> {
    let mut any = false;
    let tests: Vec<Counted> = tests
        .iter()
        .map(|test| match again(test.measure) {
            Some(p_list) => {
                any = true;
                Counted { p_list, ..*test }
            }
            None => *test,
        })
        .collect();
    any.then(|| combine_schemes(&tests)).flatten()
}

/// The other entities' p-values, ascending.
struct Others {
    sorted: Vec<f64>,
}

impl Others {
    fn new(mut p: Vec<f64>) -> Others {
        p.sort_unstable_by(f64::total_cmp);
        Others { sorted: p }
    }

    /// All but one of this value.
    fn without(&self, p: f64) -> Others {
        let mut sorted = self.sorted.clone();
        let place = sorted.partition_point(|other| *other < p);
        if sorted.get(place).is_some_and(|found| *found <= p) {
            sorted.remove(place);
        }
        Others { sorted }
    }

    /// Whether the list at `level` over the others and this one selects this one, see
    /// `multiplicity::minimum_effect_q`.
    fn selects(&self, p: f64, level: f64) -> bool {
        let kept = self.sorted.partition_point(|p| *p <= DISCARDED_ABOVE);
        p <= DISCARDED_ABOVE
            && steps_up_to(&self.sorted[..kept], p, level * DISCARDED_ABOVE)
            && steps_up_to(&self.sorted, p, level * PLAIN_FACTOR)
    }
}

/// Whether Benjamini-Hochberg at `level` over the others, ascending, and p selects p: where it, or
/// any larger one, meets its line.
fn steps_up_to(others: &[f64], p: f64, level: f64) -> bool {
    let total = (others.len() + 1) as f64;
    let below = others.partition_point(|other| *other <= p);
    // The n-th of the others is the (n + 1)-th of all where it lies above this one.
    let meets = |p: f64, rank: usize| p <= rank as f64 * level / total;
    let mut larger = others.iter().zip(2..).skip(below);
    meets(p, below + 1) || larger.any(|(p, rank)| meets(*p, rank))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::multiplicity::minimum_effect_q;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn selects_as_the_list_does(
            p in prop::collection::vec(prop_oneof![0.0_f64..0.2, 0.0_f64..1.0], 1..40),
            level in 0.01_f64..0.3,
        ) {
            let q = minimum_effect_q(&p);
            for (i, own) in p.iter().enumerate() {
                let mut others = p.clone();
                others.remove(i);
                // Away from the edge, where rounding decides.
                prop_assume!((q[i] - level).abs() > 1e-9);
                prop_assert_eq!(Others::new(others).selects(*own, level), q[i] <= level);
            }
        }
    }

    #[test]
    fn a_case_that_rests_on_its_peers_is_unstable() {
        let mut standings = vec![Standing::default(); 20];
        for (standing, p) in standings.iter_mut().zip((1..).map(|i| f64::from(i) / 21.0)) {
            standing.p = Some(p);
        }
        standings[0].p = Some(1e-6);
        standings[0].findings = vec![(0, 0)];
        let measured = [Measured::example("a", &[1e-6])];
        let mut material = vec![true; 20];
        material[0] = true;
        let assess = |p: f64| {
            let mut standings = standings.clone();
            super::assess(
                &mut standings,
                &measured,
                &material,
                0.05,
                &|_, who, peers| vec![matches!(peers, Peers::Drawn(_)).then_some(p); who.len()],
            );
            standings[0].stability
        };
        assert_eq!(assess(1e-6), Some(1.0));
        // Only the two levels keep it: no narrower or wider peers, and no draw selects it.
        assert_eq!(assess(0.9), Some(2.0 / 22.0));
    }
}
