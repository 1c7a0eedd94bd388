//! Strata by paid amount, with their limits by the cumulative √f rule.

use super::moments::Moments;

/// Classes that amounts are counted in, per stratum. Ten or twenty are usual; the more there are,
/// the closer a limit comes to the rule's, until classes hold single units.
pub const CLASSES_PER_STRATUM: usize = 20;

/// One stratum: the units paid more than `above` and at most `up_to` cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stratum {
    /// Lower limit in cents, itself outside; none in the lowest stratum.
    pub above: Option<i64>,
    /// Upper limit in cents, itself inside; none in the highest stratum.
    pub up_to: Option<i64>,
    /// Whether every unit is reviewed, whatever the sample size.
    pub take_all: bool,
    /// Its units, as positions in the frame from 1, ascending.
    pub unit_ids: Vec<u64>,
}

impl Stratum {
    /// Moments of what was paid on its units.
    #[must_use]
    pub fn moments(&self, amounts: &[i64]) -> Moments {
        let own: Vec<i64> = self
            .unit_ids
            .iter()
            .map(|id| amounts[*id as usize - 1])
            .collect();
        Moments::of(&own)
    }
}

/// A class of a frequency table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Class {
    /// Its upper limit, included.
    pub up_to: i64,
    /// Its width, in any unit that all classes share.
    pub width: f64,
    /// Units in it.
    pub count: u64,
}

/// Divides units into `count` strata by amount (in cents, above 0), below a stratum that is
/// reviewed whole where `take_all_above` is given. Fewer strata come back where the amounts do not
/// tell that many apart; none is empty.
#[must_use]
pub fn stratify(amounts: &[i64], count: usize, take_all_above: Option<i64>) -> Vec<Stratum> {
    let top = take_all_above.unwrap_or(i64::MAX);
    let mut sampled: Vec<i64> = amounts.iter().copied().filter(|a| *a <= top).collect();
    sampled.sort_unstable();
    let mut limits = if count > 1 {
        limits(&classes(&sampled, count * CLASSES_PER_STRATUM), count)
    } else {
        Vec::new()
    };
    let some_sampled = !sampled.is_empty();
    let some_taken = sampled.len() < amounts.len();
    if some_sampled && some_taken {
        limits.push(top);
    }
    let mut strata: Vec<Stratum> = (0..=limits.len())
        .map(|at| Stratum {
            above: at.checked_sub(1).map(|below| limits[below]),
            up_to: limits.get(at).copied(),
            take_all: some_taken && at == limits.len(),
            unit_ids: Vec::new(),
        })
        .collect();
    for (amount, id) in amounts.iter().zip(1..) {
        let at = limits.partition_point(|limit| limit < amount);
        strata[at].unit_ids.push(id);
    }
    strata
}

/// Counts sorted amounts in classes whose limits grow by a constant factor: claims are skewed, and
/// classes of one width would hold nearly all of them in the first.
fn classes(sorted: &[i64], count: usize) -> Vec<Class> {
    let (Some(lowest), Some(highest)) = (sorted.first(), sorted.last()) else {
        return Vec::new();
    };
    let ratio = *highest as f64 / *lowest as f64;
    let mut classes: Vec<Class> = Vec::new();
    let (mut below, mut counted) = (*lowest - 1, 0);
    for class in 1..=count {
        let share = class as f64 / count as f64;
        let up_to = if class == count {
            *highest
        } else {
            (*lowest as f64 * ratio.powf(share)).floor() as i64
        };
        let reached = sorted.partition_point(|a| *a <= up_to);
        if reached > counted {
            classes.push(Class {
                up_to,
                width: (up_to - below) as f64,
                count: (reached - counted) as u64,
            });
            (below, counted) = (up_to, reached);
        }
    }
    classes
}

/// Upper limits of all strata but the last, by the cumulative √f rule (Dalenius and Hodges,
/// *Minimum variance stratification*, 1959; Cochran, *Sampling Techniques*, 3rd ed., § 5A.7): the
/// class limits nearest to equal steps of the cumulated √(count · width). The square root of the
/// width is there for classes of unequal width. Among equally near limits the lower.
#[must_use]
pub fn limits(classes: &[Class], strata: usize) -> Vec<i64> {
    let mut cumulated = Vec::with_capacity(classes.len());
    let mut sum = 0.0;
    for class in classes {
        sum += (class.count as f64 * class.width).sqrt();
        cumulated.push(sum);
    }
    let mut limits: Vec<i64> = Vec::new();
    let inner = classes.len().saturating_sub(1);
    for step in 1..strata {
        let goal = sum * step as f64 / strata as f64;
        let nearest = (0..inner).min_by(|a, b| {
            let distance = |at: usize| (cumulated[at] - goal).abs();
            distance(*a).total_cmp(&distance(*b))
        });
        if let Some(limit) = nearest.map(|at| classes[at].up_to)
            && limits.last().is_none_or(|last| *last < limit)
        {
            limits.push(limit);
        }
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Industrial loans as a share of the loans of 13,435 banks, in classes of 5 per cent (Cochran,
    /// *Sampling Techniques*, 3rd ed., 1977, § 5A.7): five strata end at 5, 15, 25 and 45 per cent.
    #[test]
    fn cochrans_bank_loans() {
        let counts = [
            3464, 2516, 2157, 1581, 1142, 746, 512, 376, 265, 207, 126, 107, 82, 50, 39, 25, 16,
            19, 2, 3,
        ];
        assert_eq!(counts.iter().sum::<u64>(), 13_435);
        let classes: Vec<Class> = counts
            .iter()
            .zip(1..)
            .map(|(count, class)| Class {
                up_to: 5 * class,
                width: 1.0,
                count: *count,
            })
            .collect();
        assert_eq!(limits(&classes, 5), [5, 15, 25, 45]);
    }

    #[test]
    fn strata_hold_every_unit_once_and_keep_their_limits() {
        let amounts: Vec<i64> = (1..=400).map(|i| i * i).collect();
        let strata = stratify(&amounts, 4, Some(150_000));
        assert_eq!(strata.len(), 5);
        let mut seen = Vec::new();
        for stratum in &strata {
            assert!(!stratum.unit_ids.is_empty());
            for id in &stratum.unit_ids {
                let amount = amounts[*id as usize - 1];
                assert!(stratum.above.is_none_or(|limit| amount > limit));
                assert!(stratum.up_to.is_none_or(|limit| amount <= limit));
                seen.push(*id);
            }
        }
        seen.sort_unstable();
        assert_eq!(seen, (1..=400).collect::<Vec<u64>>());
        let taken: Vec<bool> = strata.iter().map(|s| s.take_all).collect();
        assert_eq!(taken, [false, false, false, false, true]);
        assert_eq!(strata[4].above, Some(150_000));
    }

    #[test]
    fn amounts_that_do_not_differ_make_one_stratum() {
        assert_eq!(stratify(&[500; 30], 4, None).len(), 1);
        let two = stratify(&[500, 500, 900, 900], 4, None);
        assert_eq!(two.len(), 2);
        assert_eq!(two[0].unit_ids, [1, 2]);
    }

    #[test]
    fn a_limit_above_or_below_everything() {
        let all = stratify(&[100, 200], 1, Some(50));
        assert!(all.len() == 1 && all[0].take_all && all[0].above.is_none());
        let none = stratify(&[100, 200], 1, Some(500));
        assert!(none.len() == 1 && !none[0].take_all);
    }
}
