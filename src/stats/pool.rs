//! Peer rates of one level of strata, with the entity itself left out.

use super::kind::Kind;
use super::scale::median;

/// Weight of the parent level in a stratum's rate, in typical peers: the prior
/// counts as five peers of the stratum's median denominator. A stratum with
/// dozens of peers stands on its own, one with two leans on its parent; stated
/// in peers because peers, not units, are what a thin stratum lacks.
pub const PRIOR_PEERS: f64 = 5.0;

/// Largest part of a pool's weight for one entity. One eleventh of all is one
/// tenth of what remains when another entity of that weight is left out, so no
/// peer weighs more than 10 % in a stratum, nor in a parent level.
pub const WEIGHT_CEILING: f64 = 1.0 / 11.0;

/// One entity in one pool (a stratum or a parent of strata).
#[derive(Debug, Clone, Copy)]
pub(super) struct LevelCell {
    pub pool: u32,
    pub entity: u32,
    pub denominator: f64,
    pub numerator: f64,
    weight: f64,
}

impl LevelCell {
    pub fn new(pool: u32, entity: u32, denominator: f64, numerator: f64) -> Self {
        Self {
            pool,
            entity,
            denominator,
            numerator,
            weight: 0.0,
        }
    }

    fn rate(&self) -> f64 {
        self.numerator / self.denominator
    }
}

/// A peer rate and its uncertainty in three parts: sampling, the unknown
/// distance of a thin stratum from its parent, and what the same peers carry
/// through all strata (their own habits). The first two are independent between
/// strata, the third is not.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rate {
    pub value: f64,
    pub sampling_sd: f64,
    pub distance_variance: f64,
    pub shared_sd: f64,
}

impl Rate {
    /// Variance that does not carry over to other strata.
    pub fn independent(&self) -> f64 {
        self.sampling_sd * self.sampling_sd + self.distance_variance
    }
}

/// Sums over a pool's entities from which one of them can be subtracted.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    peers: f64,
    weight: f64,
    weight_rate: f64,
    square: f64,
    square_rate: f64,
    square_rate_rate: f64,
    square_per_unit: f64,
}

impl Sums {
    fn add(&mut self, cell: &LevelCell, sign: f64) {
        let (w, r) = (cell.weight, cell.rate());
        self.peers += sign;
        self.weight += sign * w;
        self.weight_rate += sign * w * r;
        self.square += sign * w * w;
        self.square_rate += sign * w * w * r;
        self.square_rate_rate += sign * w * w * r * r;
        self.square_per_unit += sign * w * w / cell.denominator;
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Pool {
    sums: Sums,
    prior_weight: f64,
}

/// All pools of one level, with a link to the level above.
pub(super) struct Level<'a> {
    kind: Kind,
    unit_variance: f64,
    cells: Vec<LevelCell>,
    pools: Vec<Pool>,
    above: Option<Link<'a>>,
    /// Per pool above: variance of this level's rates about that pool's, which
    /// is how far a stratum without peers may lie from its parent.
    spread: Vec<f64>,
}

/// The level above and the pool there that a pool belongs to.
type Link<'a> = (&'a Level<'a>, &'a dyn Fn(u32) -> u32);

impl<'a> Level<'a> {
    /// `cells` are sorted by (pool, entity), with positive denominators.
    pub fn new(
        kind: Kind,
        unit_variance: f64,
        mut cells: Vec<LevelCell>,
        pool_count: usize,
        above: Option<Link<'a>>,
    ) -> Self {
        let mut pools = vec![Pool::default(); pool_count];
        for members in cells.chunk_by_mut(|a, b| a.pool == b.pool) {
            let pool = &mut pools[members[0].pool as usize];
            let denominators: Vec<f64> = members.iter().map(|c| c.denominator).collect();
            if above.is_some() {
                pool.prior_weight = PRIOR_PEERS * median(&denominators).unwrap_or(0.0);
            }
            let ceiling = weight_ceiling(&denominators, pool.prior_weight);
            for cell in members {
                cell.weight = if ceiling > 0.0 {
                    cell.denominator.min(ceiling)
                } else {
                    1.0
                };
                pool.sums.add(cell, 1.0);
            }
        }
        let mut level = Self {
            kind,
            unit_variance,
            cells,
            pools,
            above,
            spread: Vec::new(),
        };
        level.spread = level.spread_above();
        level
    }

    fn spread_above(&self) -> Vec<f64> {
        let Some((above, pool_above)) = self.above else {
            return Vec::new();
        };
        let mut moments = vec![(0.0, 0.0); above.pools.len()];
        for (index, pool) in self
            .pools
            .iter()
            .enumerate()
            .filter(|(_, p)| p.sums.peers > 0.5)
        {
            let up = pool_above(index as u32) as usize;
            let distance =
                self.peer_rate(&pool.sums).value - above.peer_rate(&above.pools[up].sums).value;
            let (squares, weight) = &mut moments[up];
            *squares += pool.sums.weight * distance * distance;
            *weight += pool.sums.weight;
        }
        let variance =
            |(squares, weight): (f64, f64)| if weight > 0.0 { squares / weight } else { 0.0 };
        moments.into_iter().map(variance).collect()
    }

    pub fn cells(&self) -> &[LevelCell] {
        &self.cells
    }

    /// The rate of the cell's pool with the cell's entity left out, there and
    /// at every level above.
    pub fn without(&self, cell: &LevelCell) -> Rate {
        self.rate_without(cell.pool, cell.entity, Some(cell))
    }

    fn rate_without(&self, pool: u32, entity: u32, own: Option<&LevelCell>) -> Rate {
        let Pool {
            mut sums,
            prior_weight,
            ..
        } = self.pools[pool as usize];
        if let Some(own) = own {
            sums.add(own, -1.0);
        }
        let peers = self.peer_rate(&sums);
        let Some((above, pool_above)) = self.above else {
            return peers;
        };
        let up = pool_above(pool);
        let prior = above.rate_without(up, entity, above.find(up, entity));
        // Counts of peers are whole, so this is exact where a weight
        // difference may leave a rounding error.
        let weight = if sums.peers > 0.5 { sums.weight } else { 0.0 };
        let own_part = weight / (weight + prior_weight);
        let prior_part = 1.0 - own_part;
        Rate {
            value: own_part * peers.value + prior_part * prior.value,
            // The parent holds the stratum's own units too, so their errors
            // go together.
            sampling_sd: own_part * peers.sampling_sd + prior_part * prior.sampling_sd,
            distance_variance: prior_part
                * prior_part
                * (prior.distance_variance + self.spread[up as usize]),
            shared_sd: own_part * peers.shared_sd + prior_part * prior.shared_sd,
        }
    }

    /// Weighted rate of the peers in `sums`. Its variance is the sandwich
    /// Σ w² (r − r̄)² / W², of which sampling alone explains a part.
    fn peer_rate(&self, sums: &Sums) -> Rate {
        if sums.peers < 0.5 || sums.weight <= 0.0 {
            return Rate::default();
        }
        let rate = match self.kind {
            Kind::Share => (sums.weight_rate / sums.weight).clamp(0.0, 1.0),
            Kind::Rate => (sums.weight_rate / sums.weight).max(0.0),
            Kind::Mean => sums.weight_rate / sums.weight,
        };
        let per_unit = match self.kind {
            Kind::Share => rate * (1.0 - rate),
            Kind::Rate => rate,
            Kind::Mean => self.unit_variance,
        };
        let square_weight = sums.weight * sums.weight;
        let sampling = per_unit * sums.square_per_unit.max(0.0) / square_weight;
        let squares =
            sums.square_rate_rate - 2.0 * rate * sums.square_rate + rate * rate * sums.square;
        let total = if sums.peers > 1.5 {
            squares.max(0.0) / square_weight * sums.peers / (sums.peers - 1.0)
        } else {
            sampling
        };
        Rate {
            value: rate,
            sampling_sd: sampling.sqrt(),
            distance_variance: 0.0,
            shared_sd: (total - sampling).max(0.0).sqrt(),
        }
    }

    fn find(&self, pool: u32, entity: u32) -> Option<&LevelCell> {
        let at = self
            .cells
            .binary_search_by_key(&(pool, entity), |c| (c.pool, c.entity))
            .ok()?;
        self.cells.get(at)
    }
}

/// Largest weight w with w ≤ ceiling · (prior + Σ min(n, w)), exactly: at most
/// ten entities can be cut, so the eleven largest decide. Zero where there is
/// no prior and fewer than eleven entities: nothing can keep them below a
/// tenth, and equal weights come closest.
fn weight_ceiling(denominators: &[f64], prior_weight: f64) -> f64 {
    let most_cut = (1.0 / WEIGHT_CEILING).round() as usize - 1;
    let mut largest = denominators.to_vec();
    largest.sort_unstable_by(|a, b| b.total_cmp(a));
    let mut rest: f64 = largest.iter().rev().sum();
    for cut in 0..=most_cut {
        let ceiling = WEIGHT_CEILING * (prior_weight + rest) / (1.0 - WEIGHT_CEILING * cut as f64);
        match largest.get(cut) {
            Some(&next) if next > ceiling => rest = largest[cut + 1..].iter().rev().sum(),
            _ => return ceiling,
        }
    }
    0.0
}
