//! Counts cut, so that unusual pairs are not what the usual is learnt from.

use std::collections::BTreeMap;

use super::kinds::{Both, Kinds};
use super::law::Pair;

/// Where the counts that rates are made of are cut: a pair beyond what is asked about, such as two of
/// a ring, is not to be what the pairs of its specialties are judged by.
pub struct Caps {
    minimum_ratio: f64,
    of_kinds: BTreeMap<Kinds, f64>,
    of_families: BTreeMap<Option<Both>, f64>,
    of_all: f64,
}

/// Pairs of like specialties from which their own centre is where counts are cut; of fewer a ring of
/// three or four could be the half.
const MIN_CENTRED: usize = 30;

/// Standard deviations of sampling beyond the minimum ratio that a count may lie before it is cut.
const CUT_BEYOND: f64 = 3.0;

impl Caps {
    /// From the pairs of a group, given by their positions.
    #[must_use]
    pub fn new(minimum_ratio: f64, pairs: &[Pair], kinds: &[Kinds], members: &[usize]) -> Caps {
        let mut by_kinds: BTreeMap<Kinds, Vec<&Pair>> = BTreeMap::new();
        let mut by_families: BTreeMap<Option<Both>, Vec<&Pair>> = BTreeMap::new();
        for member in members {
            let (kinds, pair) = (kinds[*member], &pairs[*member]);
            by_kinds.entry(kinds).or_default().push(pair);
            by_families.entry(kinds.families).or_default().push(pair);
        }
        let all: Vec<&Pair> = members.iter().map(|m| &pairs[*m]).collect();
        let mean = all.iter().map(|p| p.observed).sum::<f64>()
            / all.iter().map(|p| p.exposure).sum::<f64>();
        let of_all = centre(minimum_ratio, &all, mean);
        let of_families: BTreeMap<Option<Both>, f64> = by_families
            .iter()
            .filter(|(_, pairs)| pairs.len() >= MIN_CENTRED)
            .map(|(families, pairs)| (*families, centre(minimum_ratio, pairs, of_all)))
            .collect();
        let of_kinds = by_kinds
            .iter()
            .filter(|(_, pairs)| pairs.len() >= MIN_CENTRED)
            .map(|(kinds, pairs)| {
                let wider = of_families.get(&kinds.families).copied();
                (
                    *kinds,
                    centre(minimum_ratio, pairs, wider.unwrap_or(of_all)),
                )
            })
            .collect();
        Caps {
            minimum_ratio,
            of_kinds,
            of_families,
            of_all,
        }
    }

    /// A pair's count, cut.
    #[must_use]
    pub fn cut(&self, kinds: Kinds, pair: &Pair) -> f64 {
        let of_families = self.of_families.get(&kinds.families);
        let centre = self.of_kinds.get(&kinds).or(of_families);
        cut(self.minimum_ratio, pair, *centre.unwrap_or(&self.of_all))
    }
}

/// A pair's count, cut where it lies beyond the minimum ratio and sampling.
fn cut(minimum_ratio: f64, pair: &Pair, rate: f64) -> f64 {
    let most = minimum_ratio * rate * pair.exposure;
    pair.observed.min(most + CUT_BEYOND * most.sqrt())
}

/// Rate of some pairs with their counts cut about it: from the median pair by exposure (where that
/// shares nobody from `wider`), over and over.
fn centre(minimum_ratio: f64, pairs: &[&Pair], wider: f64) -> f64 {
    /// Rounds: the cut moves by less than a thousandth after a few.
    const ROUNDS: usize = 20;
    let exposure: f64 = pairs.iter().map(|p| p.exposure).sum();
    let mut rates: Vec<(f64, f64)> = pairs
        .iter()
        .map(|p| (p.observed / p.exposure, p.exposure))
        .collect();
    rates.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut below = 0.0;
    let median = rates.iter().find(|(_, weight)| {
        below += weight;
        2.0 * below >= exposure
    });
    let median = median.map_or(0.0, |(rate, _)| *rate);
    let mut rate = if median > 0.0 { median } else { wider };
    for _ in 0..ROUNDS {
        rate = pairs
            .iter()
            .map(|p| cut(minimum_ratio, p, rate))
            .sum::<f64>()
            / exposure;
    }
    rate
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few pairs of rare specialties that share ten times what is usual move neither their own
    /// rate nor that of others.
    #[test]
    fn a_ring_is_not_what_its_specialties_are_judged_by() {
        let usual = Kinds {
            taxonomies: Some((0, 1)),
            families: Some((0, 1)),
        };
        let rare = Kinds {
            taxonomies: Some((0, 2)),
            families: Some((0, 2)),
        };
        let pair = |observed: f64| Pair {
            a: 0,
            b: 1,
            observed,
            exposure: 10.0,
        };
        let mut pairs: Vec<Pair> = (0..99).map(|n| pair(f64::from(8 + n % 5))).collect();
        pairs.extend([pair(100.0); 3]);
        let kinds: Vec<Kinds> = (0..102)
            .map(|n| if n < 99 { usual } else { rare })
            .collect();
        let all: Vec<usize> = (0..102).collect();
        let caps = Caps::new(2.0, &pairs, &kinds, &all);
        assert!((caps.cut(usual, &pairs[4]) - 12.0).abs() < 1e-12);
        // Twice the usual ten, with the three's own weight in it, and sampling.
        let cut = caps.cut(rare, &pairs[100]);
        assert!((33.0..36.0).contains(&cut), "{cut}");
    }
}
