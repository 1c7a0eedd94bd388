//! Profiles that are unusual as a whole: entities ordinary on each measure and strange, and high, on
//! all of them together.
//!
//! ```text
//! z of every measure ─▶ high and low side ─▶ scorers ─▶ high − low ─▶ rank among mirror images ─▶ p
//! ```
//!
//! 1. **Matrix.** Rows are a peer group's entities, columns the measures that most of them have;
//!    entries are the measures' standardised differences, suspicious positive, within
//!    ± [`super::standardise::MOST`]. A missing entry is 0; a row with fewer than half is not
//!    scored.
//! 2. **Score.** Strange is not enough: strange and high is what is sought. Every row is scored
//!    twice, by its high side max(z, 0) and by its low side max(−z, 0), and its score is the
//!    difference. Detectors that learn from rows are trained on both sides of the other folds' rows
//!    (Bates et al., *Testing for outliers with conformal p-values*, 2023). Honest rows may as well
//!    lie high as low, so the difference is symmetric about 0 whatever the detector is like, and
//!    **the low side is the control**: nobody cheats by doing less of everything.
//! 3. **p-value.** The rank of a score among the mirror images of all others' ([`mirror`]): over
//!    all groups, since each is first put in units of its own bulk. A conformal p within a group of
//!    a few hundred is never below 1 / (n + 1), too large to be listed, and takes the unusual among
//!    the others for honest; the control's tail, continued by a generalised Pareto law, does
//!    neither.
//! 4. **Scorers** ([`SCORERS`]) are combined by their p-values; admission checks what comes out, as
//!    for every measure.
//!
//! The score is in units of what honest entities differ by: volume alone makes nobody unusual.

mod judge;
pub mod mirror;
mod signed;
#[cfg(test)]
mod tests;

use ndarray::ArrayView2;

pub use self::signed::{MOST_TRAINED, Scorer};
use crate::peers::PeerGroup;
use crate::stats::admission::Admission;
use crate::stats::null::Null;
use crate::stats::p_value::PValue;
use crate::stats::shape::Shape;
use crate::stats::{Skip, score::Score};

/// Entities that a group needs: of its rows four fifths train, twice each (a side is a row), and a
/// scatter over a dozen measures wants five rows a column.
pub const LEAST_ROWS: usize = 100;

/// Measures that a profile needs; the combination of two says what each says.
pub const LEAST_MEASURES: usize = 3;

/// Part of the columns that a row must have, and of the rows that a column must.
pub const LEAST_PRESENT: f64 = 0.5;

/// The scorers that are combined: the one that finds a little of everything, and the one that finds
/// much of a few measures that do not go together. Chosen by measurement on simulated profiles:
/// `benches/README.md` has every detector's figures.
pub const SCORERS: [Scorer; 2] = [Scorer::Tails, Scorer::Detector("mahalanobis")];

/// Name of the measure, and of its scheme: the catalogue has no other for it.
pub const NAME: &str = "unusual_profile";

/// What it is, as it stands in a sentence.
pub const TITLE: &str = "measures taken together";

/// The papers it follows.
pub const SOURCE: &str = "Li et al., ECOD (2022) with the measures' own nulls; Rousseeuw & Van \
    Driessen, FastMCD (1999); Bates, Candès, Lei, Romano & Sesia, Testing for outliers with \
    conformal p-values (2023)";

/// What an honest provider would answer.
pub const COUNTERPOINT: &str = "No single measure need be out of the ordinary: a practice that does \
    a little more of everything may serve members who need a little more of everything.";

/// The entities to compare.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// Entities × measures: standardised differences, suspicious positive; NaN where not scored.
    pub z: ArrayView2<'a, f64>,
    /// Hash keys of the entities: folds and draws come from them.
    pub keys: &'a [u64],
    /// How large each entity is, for the check that the score does not follow size.
    pub sizes: &'a [f64],
}

/// What is said of one entity.
#[derive(Debug, Clone)]
pub struct Profile {
    pub entity: usize,
    /// Position of its group.
    pub group: Option<usize>,
    pub outcome: Result<Found, String>,
}

/// A scored profile.
#[derive(Debug, Clone)]
pub struct Found {
    pub score: Score,
    pub p: PValue,
    /// Measures that it has of the group's.
    pub present: usize,
    /// Those of them on the high side.
    pub high: usize,
    /// Measures that make most of the score, as (column, share of the score), largest first.
    pub shares: Vec<(usize, f64)>,
}

/// Profiles of all entities that were given, with what they rest on.
#[derive(Debug)]
pub struct Profiles {
    /// In the order of the entities.
    pub profiles: Vec<Profile>,
    /// Each group's null and how many rows it rests on.
    pub nulls: Vec<(Result<Null, Skip>, usize)>,
    pub admission: Admission,
    pub shape: Shape,
}

/// Judges every entity that one of the groups judges.
#[must_use]
pub fn profiles(table: &Table, groups: &[PeerGroup]) -> Profiles {
    judge::profiles(table, groups, &SCORERS)
}

/// The same by scorers of one's own, for comparison.
#[must_use]
pub fn profiles_by(table: &Table, groups: &[PeerGroup], scorers: &[Scorer]) -> Profiles {
    judge::profiles(table, groups, scorers)
}
