//! How much two sets have in common.

use std::collections::BTreeSet;

/// Overlap from which two groups are the same one, on another night, in another analysis, or in
/// the truth that they are compared with (the contract's).
pub const SAME_GROUP: f64 = 0.5;

/// Of all that are in one or the other, the share of those in both (Jaccard 1912), 0 to 1; 0 of two
/// empty sets.
///
/// ```
/// # use claimhound::stats::overlap::jaccard;
/// assert_eq!(jaccard(&[1, 2, 3].into(), &[2, 3, 4].into()), 0.5);
/// ```
#[must_use]
pub fn jaccard<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> f64 {
    let common = one.intersection(other).count();
    let either = one.len() + other.len() - common;
    if either == 0 {
        0.0
    } else {
        common as f64 / either as f64
    }
}
