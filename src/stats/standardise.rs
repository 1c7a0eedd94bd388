//! Indirect standardisation: what an entity would show if it behaved as its
//! peers do in the same strata.
//!
//! `E_i = Σ_s n_is · r_s(−i)`, where the peer rate `r_s(−i)` leaves the entity
//! itself out, is shrunk to its parent level where the stratum is thin, and
//! gives no single peer more than a tenth of the weight (see [`super::pool`]).

use super::kind::{FIXED_POINT, Kind};
use super::pool::{Level, LevelCell};
use super::skip::Skip;

/// Degrees of freedom by which an entity's own variance of log amounts is
/// pulled to the group's (as Smyth, *Linear models and empirical Bayes*, 2004,
/// with a stated instead of a fitted prior): ten lines of evidence.
pub const PRIOR_DEGREES: f64 = 10.0;

/// One entity in one stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Index of the stratum.
    pub stratum: u32,
    /// Index of the entity.
    pub entity: u32,
    /// Denominator: units, exposure, or number of log amounts.
    pub denominator: f64,
    /// Numerator: units that count, or the sum of log amounts.
    pub numerator: f64,
    /// Sum of squared log amounts; 0 for shares and rates.
    pub squares: f64,
}

impl Cell {
    /// A cell of a share or rate.
    pub fn count(stratum: u32, entity: u32, numerator: i64, denominator: i64) -> Self {
        Self {
            stratum,
            entity,
            denominator: denominator as f64,
            numerator: numerator as f64,
            squares: 0.0,
        }
    }

    /// A cell of a mean, from the count, sum and sum of squares of fixed-point
    /// logarithms (unit 1 / [`FIXED_POINT`]).
    pub fn log_amounts(stratum: u32, entity: u32, n: i64, sum: i64, sum_of_squares: i128) -> Self {
        Self {
            stratum,
            entity,
            denominator: n as f64,
            numerator: sum as f64 / FIXED_POINT,
            squares: sum_of_squares as f64 / (FIXED_POINT * FIXED_POINT),
        }
    }
}

/// An entity beside its expectation.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Standardised {
    /// O: the numerator over all strata.
    pub observed: f64,
    /// n: the denominator over all strata.
    pub denominator: f64,
    /// E: the numerator expected from the peers.
    pub expected: f64,
    /// Var(E), in squared units of the numerator.
    pub expected_variance: f64,
    /// Variance of one log amount within the entity's strata, pulled to the
    /// group's; 0 for shares and rates.
    pub unit_variance: f64,
}

/// Expected values for every entity of one peer group.
///
/// `cells` are strictly sorted by (stratum, entity); `parents[s]` is the parent
/// level of stratum s, and above all parents stands the whole group;
/// `entities` is the number of entities, and the result has that length (an
/// entity without cells gets zeros). Costs O(cells · log cells).
///
/// # Errors
/// [`Skip::TooFew`] with fewer than two entities that have a denominator;
/// [`Skip::Malformed`] and [`Skip::NonFinite`] for unusable cells.
pub fn standardise(
    kind: Kind,
    cells: &[Cell],
    parents: &[u32],
    entities: usize,
) -> Result<Vec<Standardised>, Skip> {
    check(cells, parents, entities)?;
    let mut result = vec![Standardised::default(); entities];
    let unit_variance = unit_variances(kind, cells, &mut result);

    let leaf: Vec<LevelCell> = cells
        .iter()
        .filter(|c| c.denominator > 0.0)
        .map(|c| LevelCell::new(c.stratum, c.entity, c.denominator, c.numerator))
        .collect();
    let middle = aggregate(&leaf, |c| parents[c.pool as usize]);
    let whole = aggregate(&middle, |_| 0);
    if whole.len() < 2 {
        return Err(Skip::TooFew {
            found: whole.len(),
            needed: 2,
        });
    }

    // Three levels, top down: each level's estimate is the prior of the next.
    let top = Level::new(kind, unit_variance, whole, 1, None);
    let parent_count = parents.iter().map(|&p| p as usize + 1).max().unwrap_or(0);
    let middle = Level::new(
        kind,
        unit_variance,
        middle,
        parent_count,
        Some((&top, &|_| 0)),
    );
    let to_parent = |stratum: u32| parents[stratum as usize];
    let leaf = Level::new(
        kind,
        unit_variance,
        leaf,
        parents.len(),
        Some((&middle, &to_parent)),
    );

    let mut correlated_sd = vec![0.0; entities];
    for cell in leaf.cells() {
        let peers = leaf.without(cell);
        let entity = cell.entity as usize;
        let n = cell.denominator;
        result[entity].observed += cell.numerator;
        result[entity].denominator += n;
        result[entity].expected += n * peers.value;
        result[entity].expected_variance += n * n * peers.independent();
        correlated_sd[entity] += n * peers.shared_sd;
    }
    for (entry, sd) in result.iter_mut().zip(correlated_sd) {
        // The same peers stand behind all strata, so what they share adds up
        // before it is squared.
        entry.expected_variance += sd * sd;
        if !entry.expected.is_finite() || !entry.expected_variance.is_finite() {
            return Err(Skip::NonFinite);
        }
    }
    Ok(result)
}

fn check(cells: &[Cell], parents: &[u32], entities: usize) -> Result<(), Skip> {
    for (index, cell) in cells.iter().enumerate() {
        let in_range = (cell.stratum as usize) < parents.len() && (cell.entity as usize) < entities;
        let in_order = index == 0 || {
            let before = &cells[index - 1];
            (before.stratum, before.entity) < (cell.stratum, cell.entity)
        };
        if !in_range || !in_order {
            return Err(Skip::Malformed { cell: index });
        }
        let finite =
            cell.denominator.is_finite() && cell.numerator.is_finite() && cell.squares.is_finite();
        let orphan = cell.denominator <= 0.0 && (cell.numerator != 0.0 || cell.denominator < 0.0);
        if !finite || orphan {
            return Err(Skip::NonFinite);
        }
    }
    Ok(())
}

/// Sums cells into the pools that `pool_of` names, sorted by (pool, entity).
fn aggregate(cells: &[LevelCell], pool_of: impl Fn(&LevelCell) -> u32) -> Vec<LevelCell> {
    let mut moved: Vec<LevelCell> = cells
        .iter()
        .map(|c| LevelCell::new(pool_of(c), c.entity, c.denominator, c.numerator))
        .collect();
    // Stable: within (pool, entity) the strata keep their order, so do the sums.
    moved.sort_by_key(|c| (c.pool, c.entity));
    let mut merged: Vec<LevelCell> = Vec::with_capacity(moved.len());
    for cell in moved {
        match merged.last_mut() {
            Some(last) if (last.pool, last.entity) == (cell.pool, cell.entity) => {
                last.denominator += cell.denominator;
                last.numerator += cell.numerator;
            }
            _ => merged.push(cell),
        }
    }
    merged
}

/// Fills each entity's variance of one log amount and returns the group's.
fn unit_variances(kind: Kind, cells: &[Cell], result: &mut [Standardised]) -> f64 {
    if kind != Kind::Mean {
        return 0.0;
    }
    let mut within = vec![(0.0, 0.0); result.len()];
    for cell in cells.iter().filter(|c| c.denominator > 0.0) {
        let about_mean = cell.squares - cell.numerator * cell.numerator / cell.denominator;
        let (squares, degrees) = &mut within[cell.entity as usize];
        *squares += about_mean.max(0.0);
        *degrees += cell.denominator - 1.0;
    }
    let (squares, degrees) = within
        .iter()
        .fold((0.0, 0.0), |(s, d), &(squares, degrees)| {
            (s + squares, d + degrees)
        });
    let pooled = if degrees > 0.0 {
        squares / degrees
    } else {
        0.0
    };
    for (entry, (squares, degrees)) in result.iter_mut().zip(within) {
        entry.unit_variance = (squares + PRIOR_DEGREES * pooled) / (degrees + PRIOR_DEGREES);
    }
    pooled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_rates_are_expected_exactly() {
        let cells: Vec<Cell> = (0..40)
            .map(|e| Cell::count(0, e, 3 * (1 + i64::from(e)), 10 * (1 + i64::from(e))))
            .collect();
        for entity in standardise(Kind::Share, &cells, &[0], 40).unwrap() {
            assert!((entity.expected - entity.observed).abs() < 1e-9);
        }
    }

    #[test]
    fn an_entity_does_not_move_its_own_expectation() {
        let mut cells: Vec<Cell> = (0..30).map(|e| Cell::count(0, e, 20, 100)).collect();
        let before = standardise(Kind::Rate, &cells, &[0], 30).unwrap()[7].expected;
        cells[7].numerator = 5000.0;
        let after = standardise(Kind::Rate, &cells, &[0], 30).unwrap();
        assert!((after[7].expected - before).abs() < 1e-9);
        assert!(after[8].expected > before);
    }

    #[test]
    fn a_giant_weighs_no_more_than_a_tenth() {
        let mut cells: Vec<Cell> = (0..41).map(|e| Cell::count(0, e, 0, 10)).collect();
        cells[40] = Cell::count(0, 40, 1_000_000, 1_000_000);
        let result = standardise(Kind::Share, &cells, &[0], 41).unwrap();
        // Its rate is 1, the others' 0: a tenth of the stratum with its prior,
        // and a tenth of the prior's 5 in 45 once more.
        let most = 0.1 + 0.1 * 5.0 / 45.0;
        assert!(result[0].expected / 10.0 <= most, "{}", result[0].expected);
        assert!(result[0].expected / 10.0 > 0.09);
    }

    #[test]
    fn strata_explain_the_mix() {
        // Stratum 1 runs at 0.6, stratum 0 at 0.1; entity 0 sees only stratum 1.
        let mut cells = Vec::new();
        for e in 1..60 {
            cells.push(Cell::count(0, e, 10, 100));
        }
        for e in 0..60 {
            cells.push(Cell::count(1, e, 60, 100));
        }
        let result = standardise(Kind::Share, &cells, &[0, 0], 60).unwrap();
        assert!((result[0].observed - 60.0).abs() < 1e-12);
        // 59 peers against a prior worth five at the parent's 0.35.
        let shrunk = (59.0 * 0.6 + 5.0 * (0.1 * 59.0 + 0.6 * 59.0) / 118.0) / 64.0;
        assert!(
            (result[0].expected / 100.0 - shrunk).abs() < 0.003,
            "{}",
            result[0].expected
        );
    }

    #[test]
    fn an_empty_stratum_falls_back_to_its_parent() {
        let mut cells: Vec<Cell> = (0..40).map(|e| Cell::count(0, e, 30, 100)).collect();
        cells.push(Cell::count(1, 5, 9, 10));
        let result = standardise(Kind::Share, &cells, &[0, 0], 40).unwrap();
        assert!((result[5].expected - (30.0 + 3.0)).abs() < 1e-9);
        assert!(result[5].expected_variance >= result[6].expected_variance);
    }

    #[test]
    fn log_amounts_give_mean_and_variance() {
        let one = |e: u32, logs: &[f64]| {
            let fixed: Vec<i64> = logs
                .iter()
                .map(|l| (l * FIXED_POINT).round() as i64)
                .collect();
            let squares = fixed.iter().map(|&f| i128::from(f) * i128::from(f)).sum();
            Cell::log_amounts(
                0,
                e,
                i64::try_from(logs.len()).unwrap(),
                fixed.iter().sum(),
                squares,
            )
        };
        let cells: Vec<Cell> = (0..30).map(|e| one(e, &[4.0, 5.0, 6.0])).collect();
        let result = standardise(Kind::Mean, &cells, &[0], 30).unwrap();
        assert!((result[3].expected - 15.0).abs() < 1e-9);
        assert!((result[3].unit_variance - 1.0).abs() < 1e-9);
    }

    #[test]
    fn bad_input_is_named() {
        let cells = [Cell::count(0, 1, 1, 2), Cell::count(0, 0, 1, 2)];
        assert_eq!(
            standardise(Kind::Share, &cells, &[0], 2),
            Err(Skip::Malformed { cell: 1 })
        );
        let orphan = [Cell::count(0, 0, 1, 0), Cell::count(0, 1, 1, 2)];
        assert_eq!(
            standardise(Kind::Share, &orphan, &[0], 2),
            Err(Skip::NonFinite)
        );
        let lonely = [Cell::count(0, 0, 1, 2)];
        assert_eq!(
            standardise(Kind::Share, &lonely, &[0], 1),
            Err(Skip::TooFew {
                found: 1,
                needed: 2
            })
        );
    }

    proptest! {
        #[test]
        fn leaving_out_is_what_it_says(
            counts in proptest::collection::vec((0..50_i64, 50..100_i64), 25..60),
        ) {
            // Nobody is near the ceiling and all levels hold the same peers, so
            // the rate is plainly that of the others.
            let cells: Vec<Cell> = counts.iter().zip(0..)
                .map(|((k, n), e)| Cell::count(0, e, *k, *n)).collect();
            let result = standardise(Kind::Share, &cells, &[0], counts.len()).unwrap();
            let (all_k, all_n) = counts.iter().fold((0, 0), |(a, b), (k, n)| (a + k, b + n));
            for ((k, n), entity) in counts.iter().zip(result) {
                let others = (all_k - k) as f64 / (all_n - n) as f64;
                prop_assert!((entity.expected / *n as f64 - others).abs() < 1e-10);
            }
        }

        #[test]
        fn expectation_lies_within_the_peers_rates(
            counts in proptest::collection::vec((0..50_i64, 1..50_i64, 0..3_u32), 5..60),
        ) {
            let mut cells: Vec<Cell> = counts.iter().enumerate()
                .map(|(e, &(k, n, s))| Cell::count(s, e as u32, k.min(n), n)).collect();
            cells.sort_by_key(|c| (c.stratum, c.entity));
            let result = standardise(Kind::Share, &cells, &[0, 1, 1], counts.len()).unwrap();
            for entity in result {
                prop_assert!(entity.expected >= -1e-9);
                prop_assert!(entity.expected <= entity.denominator + 1e-9);
                prop_assert!(entity.expected_variance >= 0.0);
            }
        }
    }
}
