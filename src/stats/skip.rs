//! Why something was not scored.

use thiserror::Error;

/// An expected absence: the reason goes to the manifest, no number is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum Skip {
    /// Fewer entities than the method needs.
    #[error("too few: {found} found, {needed} needed")]
    TooFew {
        /// Entities there were.
        found: usize,
        /// Entities the method needs.
        needed: usize,
    },
    /// More than half of the entities show the same value.
    #[error("no spread: most values are equal")]
    NoSpread,
    /// The fit did not settle.
    #[error("no convergence after {iterations} iterations")]
    NoConvergence {
        /// Iterations tried.
        iterations: usize,
    },
    /// Too few of a small group lie where the width of other groups would have them.
    #[error("two kinds of peers: {inside} of {scored} lie within the width of other groups")]
    OtherWidth {
        /// Entities within the window.
        inside: usize,
        /// Scored entities.
        scored: usize,
    },
    /// A value is NaN, infinite or outside its range (a count above its total).
    #[error("a value is not finite or outside its range")]
    NonFinite,
    /// The entity has no denominator.
    #[error("no denominator")]
    NoDenominator,
    /// Cells are not strictly sorted by (stratum, entity), or an index is
    /// outside its table.
    #[error("cell {cell} is out of order or out of range")]
    Malformed {
        /// Position of the first offending cell.
        cell: usize,
    },
}
