//! The registry of functions both engines know by one name and answer alike.

/// How a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Over a group, or over a window.
    Aggregate,
    /// Over an ordered window only, without arguments.
    Ranking,
    /// Over an ordered window only: a value of another row.
    Offset,
    /// Per row.
    Scalar,
}

/// One admitted function.
#[derive(Debug)]
pub(super) struct Function {
    /// Lower case.
    pub name: &'static str,
    pub class: Class,
    /// Fewest and most arguments.
    pub arguments: (usize, usize),
}

const fn function(name: &'static str, class: Class, fewest: usize, most: usize) -> Function {
    Function {
        name,
        class,
        arguments: (fewest, most),
    }
}

use Class::{Aggregate, Offset, Ranking, Scalar};

/// Sorted by class, then name. `CAST`, `CASE`, `EXTRACT`, `SUBSTR`, `TRIM`,
/// `CEIL` and `FLOOR` have a syntax of their own and are not calls.
pub(super) const FUNCTIONS: [Function; 45] = [
    function("avg", Aggregate, 1, 1),
    function("count", Aggregate, 1, 1),
    function("max", Aggregate, 1, 1),
    function("median", Aggregate, 1, 1),
    function("min", Aggregate, 1, 1),
    function("stddev", Aggregate, 1, 1),
    function("stddev_samp", Aggregate, 1, 1),
    function("sum", Aggregate, 1, 1),
    function("var_samp", Aggregate, 1, 1),
    function("dense_rank", Ranking, 0, 0),
    function("rank", Ranking, 0, 0),
    function("row_number", Ranking, 0, 0),
    function("first_value", Offset, 1, 1),
    function("lag", Offset, 1, 2),
    function("lead", Offset, 1, 2),
    function("abs", Scalar, 1, 1),
    function("char_length", Scalar, 1, 1),
    function("character_length", Scalar, 1, 1),
    function("coalesce", Scalar, 1, usize::MAX),
    function("concat", Scalar, 1, usize::MAX),
    function("concat_ws", Scalar, 2, usize::MAX),
    function("date_part", Scalar, 2, 2),
    function("ends_with", Scalar, 2, 2),
    function("exp", Scalar, 1, 1),
    function("greatest", Scalar, 2, usize::MAX),
    function("least", Scalar, 2, usize::MAX),
    function("left", Scalar, 2, 2),
    function("length", Scalar, 1, 1),
    function("ln", Scalar, 1, 1),
    function("lower", Scalar, 1, 1),
    function("lpad", Scalar, 3, 3),
    function("ltrim", Scalar, 1, 2),
    function("nullif", Scalar, 2, 2),
    function("octet_length", Scalar, 1, 1),
    function("regexp_like", Scalar, 2, 2),
    function("replace", Scalar, 3, 3),
    function("right", Scalar, 2, 2),
    function("round", Scalar, 1, 1),
    function("rpad", Scalar, 3, 3),
    function("rtrim", Scalar, 1, 2),
    function("split_part", Scalar, 3, 3),
    function("sqrt", Scalar, 1, 1),
    function("starts_with", Scalar, 2, 2),
    function("trunc", Scalar, 1, 1),
    function("upper", Scalar, 1, 1),
];

/// The admitted function of that (lower-case) name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// Farthest edit distance that still counts as a slip of the pen.
const SLIP: usize = 3;

/// The admitted name nearest to `name`, ties by alphabet.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    FUNCTIONS
        .iter()
        .map(|function| (edit_distance(name, function.name), function.name))
        .min()
        .filter(|(distance, _)| *distance <= SLIP)
        .map(|(_, name)| name)
}

/// Levenshtein distance: insertions, deletions and substitutions count one each.
fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&to) {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = *cell;
            left = substituted.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_levenshtein() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("sum", "sum"), 0);
        assert_eq!(edit_distance("summ", "sum"), 1);
    }

    #[test]
    fn nearest_names_the_slip_and_no_stranger() {
        assert_eq!(nearest("lenght"), Some("length"));
        assert_eq!(nearest("coalesc"), Some("coalesce"));
        assert_eq!(nearest("st_geomfromtext"), None);
    }

    #[test]
    fn names_are_unique_and_lower_case() {
        let mut names: Vec<_> = FUNCTIONS.iter().map(|f| f.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(names.iter().all(|name| *name == name.to_lowercase()));
    }
}
