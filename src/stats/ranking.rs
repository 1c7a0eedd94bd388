//! How good an order is where the truth is known.

/// Mean of the precision at each hit, in ranked order; `None` without a hit.
///
/// ```
/// # use claimhound::stats::ranking::average_precision;
/// // Hits at ranks 1 and 4: (1/1 + 2/4) / 2.
/// assert_eq!(average_precision(&[true, false, false, true, false]), Some(0.75));
/// ```
#[must_use]
pub fn average_precision(hits: &[bool]) -> Option<f64> {
    resampled_average_precision(hits, &vec![1; hits.len()])
}

/// [`average_precision`] where item i stands `counts[i]` times in a row: what a bootstrap draw of
/// the items gives without sorting them again.
#[must_use]
pub fn resampled_average_precision(hits: &[bool], counts: &[u32]) -> Option<f64> {
    let (mut found, mut seen, mut sum) = (0_u32, 0_u32, 0.0);
    for (hit, count) in hits.iter().zip(counts) {
        for _ in 0..*count {
            seen += 1;
            if *hit {
                found += 1;
                sum += f64::from(found) / f64::from(seen);
            }
        }
    }
    (found > 0).then(|| sum / f64::from(found))
}

/// Probability that a hit is ranked before a miss; `None` where either is absent.
#[must_use]
pub fn roc_auc(hits: &[bool]) -> Option<f64> {
    let planted = hits.iter().filter(|h| **h).count();
    let pairs = planted * (hits.len() - planted);
    let (mut after, mut right) = (0_usize, 0_usize);
    for hit in hits.iter().rev() {
        if *hit {
            right += after;
        } else {
            after += 1;
        }
    }
    (pairs > 0).then(|| right as f64 / pairs as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_order_scores_one_and_a_reversed_one_nothing() {
        assert_eq!(average_precision(&[true, true, false]), Some(1.0));
        assert_eq!(average_precision(&[false, false]), None);
        assert_eq!(roc_auc(&[true, true, false]), Some(1.0));
        assert_eq!(roc_auc(&[false, true]), Some(0.0));
        assert_eq!(roc_auc(&[true]), None);
    }

    #[test]
    fn an_item_drawn_twice_counts_twice_and_one_not_drawn_not_at_all() {
        // Drawn: hit, hit, miss, hit.
        let drawn = resampled_average_precision(&[true, false, true, false], &[2, 1, 1, 0]);
        assert_eq!(drawn, average_precision(&[true, true, false, true]));
    }
}
