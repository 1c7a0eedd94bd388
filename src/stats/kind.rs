//! What a measure counts, and which side of it is suspicious.

/// Fixed-point unit of logarithms handed over by SQL: `ROUND(LN(x) * 65536)`.
///
/// Integers add up to the same total in every order, doubles do not.
pub const FIXED_POINT: f64 = 65_536.0;

/// How a measure's numerator relates to its denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// k of n independent units; compared on the logit scale.
    Share,
    /// Count per unit of exposure; compared on the log scale.
    Rate,
    /// Mean of a log amount over n units; compared as it is, so that a
    /// difference is the log of a ratio of geometric means.
    Mean,
}

/// The side of the null that is suspicious.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// More than expected.
    High,
    /// Less than expected.
    Low,
}

impl Direction {
    /// +1 for high, −1 for low: multiplies a difference so that suspicious is
    /// positive.
    pub fn sign(self) -> f64 {
        match self {
            Self::High => 1.0,
            Self::Low => -1.0,
        }
    }
}
