//! Randomisation of a two-sided graph that keeps every degree.
//!
//! A slot is one tie of a member: it belongs to the member and points at a partner. Slots of one
//! block may trade partners: as many slots of each block point at each partner as before, and each
//! member keeps its slots and their blocks. So what is held is everything that the blocks say (where
//! a member lives, which kinds of partner it sees, how large each partner is there), and what is
//! drawn anew is which partner of its kind a member sees.

use super::uniform::splitmix64;

/// Trades tried for every slot between one graph and the next. The test is exact however few: see
/// [`Rewiring`].
const TRADES_PER_SLOT: usize = 2;

/// A graph whose slots can be rewired.
///
/// Draws follow the parallel method of Besag & Clifford (*Generalized Monte Carlo significance
/// tests*, Biometrika 1989): trades lead from the observed graph to a hub, and independently from
/// the hub to each draw. Trades are symmetric, so under the null of random partners the observed
/// graph and the draws are exchangeable, and (1 + draws at least as extreme) / (1 + draws) is a
/// p-value, whether or not the chain has forgotten where it began.
#[derive(Debug, Clone)]
pub struct Rewiring<'a> {
    /// First slot of each member, and the number of slots at the end.
    begin: &'a [u32],
    /// Member of each slot.
    member: Vec<u32>,
    /// Slots by block, and where each slot's block begins and ends among them.
    by_block: Vec<u32>,
    extent: Vec<(u32, u32)>,
    /// Slots in blocks of more than one.
    movable: Vec<u32>,
    seed: u64,
    hub: Vec<u32>,
}

impl<'a> Rewiring<'a> {
    /// `begin[m]..begin[m + 1]` are the slots of member m; `partners` and `blocks` have one value a
    /// slot, and no member has a partner twice.
    #[must_use]
    pub fn new(begin: &'a [u32], partners: &[u32], blocks: &[u32], seed: u64) -> Rewiring<'a> {
        let mut member = vec![0; partners.len()];
        for (m, ends) in begin.windows(2).enumerate() {
            member[ends[0] as usize..ends[1] as usize].fill(m as u32);
        }
        let mut by_block: Vec<u32> = (0..blocks.len() as u32).collect();
        by_block.sort_by_key(|slot| blocks[*slot as usize]);
        let mut extent = vec![(0, 0); blocks.len()];
        let mut from = 0;
        for run in by_block.chunk_by(|a, b| blocks[*a as usize] == blocks[*b as usize]) {
            let to = from + run.len() as u32;
            for slot in run {
                extent[*slot as usize] = (from, to);
            }
            from = to;
        }
        let movable = (0..blocks.len() as u32)
            .filter(|slot| extent[*slot as usize].1 - extent[*slot as usize].0 > 1)
            .collect();
        let mut rewiring = Rewiring {
            begin,
            member,
            by_block,
            extent,
            movable,
            seed,
            hub: partners.to_vec(),
        };
        rewiring.hub = rewiring.traded(partners, seed);
        rewiring
    }

    /// Partners of all slots in the draw of this number.
    #[must_use]
    pub fn draw(&self, number: u64) -> Vec<u32> {
        self.traded(&self.hub, splitmix64(self.seed ^ splitmix64(number + 1)))
    }

    fn traded(&self, partners: &[u32], mut state: u64) -> Vec<u32> {
        let mut partners = partners.to_vec();
        let mut below = |limit: usize| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            ((u128::from(splitmix64(state)) * limit as u128) >> 64) as usize
        };
        if self.movable.is_empty() {
            return partners;
        }
        for _ in 0..TRADES_PER_SLOT * self.movable.len() {
            let one = self.movable[below(self.movable.len())] as usize;
            let (from, to) = self.extent[one];
            let other = self.by_block[from as usize + below((to - from) as usize)] as usize;
            let (a, b) = (partners[one], partners[other]);
            let apart = self.member[one] != self.member[other];
            if apart && a != b && !self.sees(one, b, &partners) && !self.sees(other, a, &partners) {
                partners.swap(one, other);
            }
        }
        partners
    }

    /// Whether the member of a slot has a partner already.
    fn sees(&self, slot: usize, partner: u32, partners: &[u32]) -> bool {
        let member = self.member[slot] as usize;
        let own = self.begin[member] as usize..self.begin[member + 1] as usize;
        partners[own].contains(&partner)
    }
}

/// p-value of an observed statistic among those of the draws, larger being more extreme.
///
/// ```
/// # use claimhound::stats::rewire::monte_carlo_p;
/// assert_eq!(monte_carlo_p(5.0, &[1.0, 6.0, 5.0]), 0.75);
/// ```
#[must_use]
pub fn monte_carlo_p(observed: f64, drawn: &[f64]) -> f64 {
    let as_extreme = drawn.iter().filter(|d| **d >= observed).count();
    (as_extreme + 1) as f64 / (drawn.len() + 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::draws::Draws;
    use proptest::prelude::*;

    fn counts(values: impl Iterator<Item = (u32, u32)>) -> Vec<((u32, u32), usize)> {
        let mut sorted: Vec<(u32, u32)> = values.collect();
        sorted.sort_unstable();
        sorted
            .chunk_by(|a, b| a == b)
            .map(|run| (run[0], run.len()))
            .collect()
    }

    proptest! {
        #[test]
        fn degrees_stay_and_nobody_sees_a_partner_twice(
            members in prop::collection::vec(prop::collection::btree_set(0_u32..12, 1..6), 1..40),
            kinds in 1_u32..4, seed in any::<u64>(),
        ) {
            let mut begin = vec![0_u32];
            let mut partners = Vec::new();
            for member in &members {
                partners.extend(member.iter().copied());
                begin.push(partners.len() as u32);
            }
            let blocks: Vec<u32> = partners.iter().map(|p| p % kinds).collect();
            let rewiring = Rewiring::new(&begin, &partners, &blocks, seed);
            let drawn = rewiring.draw(3);
            let kept = |p: &[u32]| counts(p.iter().copied().zip(blocks.iter().copied()));
            prop_assert_eq!(kept(&partners), kept(&drawn));
            for ends in begin.windows(2) {
                let mut own = drawn[ends[0] as usize..ends[1] as usize].to_vec();
                own.sort_unstable();
                own.dedup();
                prop_assert_eq!(own.len(), (ends[1] - ends[0]) as usize);
            }
            prop_assert_eq!(drawn, rewiring.draw(3));
        }
    }

    /// Members who see one partner of each of two kinds of `size` partners each, a partner of the
    /// second kind with the same number as the first with probability `tied`.
    fn two_kinds(draws: &mut Draws, members: usize, size: u32, tied: f64) -> (Vec<u32>, Vec<u32>) {
        let below = |draws: &mut Draws| ((draws.uniform() * f64::from(size)) as u32).min(size - 1);
        let mut partners = Vec::new();
        for _ in 0..members {
            let first = below(draws);
            let second = below(draws);
            let tied = draws.uniform() < tied;
            partners.extend([first, size + if tied { first } else { second }]);
        }
        let begin = (0..=members as u32).map(|m| 2 * m).collect();
        (begin, partners)
    }

    /// Members of the pair that shares most.
    fn most_shared(partners: &[u32]) -> f64 {
        let pairs = counts(partners.chunks(2).map(|pair| (pair[0], pair[1])));
        pairs.iter().map(|(_, n)| *n).max().unwrap_or(0) as f64
    }

    fn p_of(draws: &mut Draws, seed: u64, tied: f64) -> f64 {
        let (begin, partners) = two_kinds(draws, 120, 8, tied);
        let blocks: Vec<u32> = partners.iter().map(|p| p / 8).collect();
        let rewiring = Rewiring::new(&begin, &partners, &blocks, seed);
        let drawn: Vec<f64> = (0..99).map(|n| most_shared(&rewiring.draw(n))).collect();
        monte_carlo_p(most_shared(&partners), &drawn)
    }

    #[test]
    fn p_is_uniform_under_random_partners_and_small_under_ties() {
        let mut draws = Draws::new(17);
        let null: Vec<f64> = (0..400).map(|seed| p_of(&mut draws, seed, 0.0)).collect();
        for level in [0.05, 0.2, 0.5] {
            let part = null.iter().filter(|p| **p <= level).count() as f64 / 400.0;
            // Ties between counts make it conservative; four standard errors above.
            let most = level + 4.0 * (level * (1.0 - level) / 400.0_f64).sqrt();
            assert!(part <= most, "{part} at {level}");
        }
        assert!(null.iter().any(|p| *p < 0.1) && null.iter().any(|p| *p > 0.8));
        assert!(p_of(&mut draws, 1, 0.5) <= 0.01);
    }
}
