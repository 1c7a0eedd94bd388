//! Identity of groups across nights: a ring that gains or loses a provider is the same case.

use std::collections::BTreeSet;

use crate::stats::overlap::{SAME_GROUP, jaccard};

/// Which earlier group each of tonight's is: position in `before` by position in `tonight`, `None`
/// for a new group.
///
/// Two groups match where their members' Jaccard index is at least [`SAME_GROUP`]. The most alike
/// pair is taken first, then the most alike of the rest: of the parts of a split, the closest
/// inherits; of groups that merged, the closest passes its identity on; no identity is inherited
/// twice. Among equals the lower position of `tonight`, then of `before`, goes first, so give both
/// in a defined order.
#[must_use]
pub fn inherit<S: AsRef<str>>(before: &[Vec<S>], tonight: &[Vec<S>]) -> Vec<Option<usize>> {
    let sets = |groups: &[Vec<S>]| -> Vec<BTreeSet<String>> {
        let set = |group: &Vec<S>| group.iter().map(|m| m.as_ref().to_owned()).collect();
        groups.iter().map(set).collect()
    };
    let (before, tonight) = (sets(before), sets(tonight));
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (t, now) in tonight.iter().enumerate() {
        for (b, then) in before.iter().enumerate() {
            let alike = jaccard(now, then);
            if alike >= SAME_GROUP {
                pairs.push((alike, t, b));
            }
        }
    }
    pairs.sort_by(|x, y| {
        y.0.total_cmp(&x.0)
            .then_with(|| (x.1, x.2).cmp(&(y.1, y.2)))
    });
    let mut inherited = vec![None; tonight.len()];
    let mut passed_on = vec![false; before.len()];
    for (_, t, b) in pairs {
        if inherited[t].is_none() && !passed_on[b] {
            inherited[t] = Some(b);
            passed_on[b] = true;
        }
    }
    inherited
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn groups(members: &[&str]) -> Vec<Vec<String>> {
        let split = |group: &&str| group.chars().map(String::from).collect();
        members.iter().map(split).collect()
    }

    fn inherited(before: &[&str], tonight: &[&str]) -> Vec<Option<usize>> {
        inherit(&groups(before), &groups(tonight))
    }

    #[test]
    fn half_of_all_members_is_enough_and_less_is_not() {
        // abcd and abc: 3 of 4. abcd and ab: 2 of 4. abcd and abx: 2 of 5.
        for (tonight, same) in [
            ("abcd", true),
            ("abc", true),
            ("ab", true),
            ("abx", false),
            ("", false),
        ] {
            assert_eq!(
                inherited(&["abcd"], &[tonight]),
                [same.then_some(0)],
                "{tonight}"
            );
        }
        assert_eq!(inherited(&[""], &[""]), [None]);
        assert_eq!(inherited(&[], &["ab"]), [None]);
    }

    #[test]
    fn of_a_split_the_larger_part_inherits() {
        // 3 of 6 and 4 of 6: both halves match, the larger is closer.
        assert_eq!(inherited(&["abcdef"], &["abc", "cdef"]), [None, Some(0)]);
        // Equal halves: the first.
        assert_eq!(inherited(&["abcd"], &["ab", "cd"]), [Some(0), None]);
    }

    #[test]
    fn of_a_merger_the_closest_passes_its_identity_on() {
        assert_eq!(inherited(&["abc", "defg"], &["abcdefg"]), [Some(1)]);
        assert_eq!(inherited(&["abc", "def"], &["abcdef"]), [Some(0)]);
    }

    #[test]
    fn the_most_alike_pair_goes_first() {
        // Tonight's first is like both, the second is like the first of before alone.
        assert_eq!(
            inherited(&["abcd", "abce"], &["abce", "abcd"]),
            [Some(1), Some(0)]
        );
        // The exact match takes the identity, although another comes first.
        assert_eq!(inherited(&["abcd"], &["abc", "abcd"]), [None, Some(0)]);
    }

    proptest! {
        #[test]
        fn no_identity_is_inherited_twice_and_never_without_overlap(
            before in prop::collection::vec("[a-f]{0,5}", 0..6),
            tonight in prop::collection::vec("[a-f]{0,5}", 0..6),
        ) {
            let (before, tonight): (Vec<&str>, Vec<&str>) = (
                before.iter().map(String::as_str).collect(),
                tonight.iter().map(String::as_str).collect(),
            );
            let (b, t) = (groups(&before), groups(&tonight));
            let found = inherit(&b, &t);
            let mut seen = BTreeSet::new();
            for (own, from) in t.iter().zip(&found) {
                let Some(from) = from else { continue };
                prop_assert!(seen.insert(*from));
                let own: BTreeSet<String> = own.iter().cloned().collect();
                let then: BTreeSet<String> = b[*from].iter().cloned().collect();
                prop_assert!(jaccard(&own, &then) >= SAME_GROUP);
            }
        }
    }
}
