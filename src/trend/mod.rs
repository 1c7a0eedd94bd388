//! Trends: each provider against its own past, judged by what its peers do at the same time.
//!
//! One month's amount says little: practices differ in size, winters are busy, small practices
//! jump about. So, for every provider with half a year of history:
//!
//! 1. [`series`]: its amount by month; [`season`]: what its peers share month by month, taken out;
//! 2. [`departure`]: the log ratio of a window of months (one for a spike, six for a lasting shift)
//!    to the median of the twelve months before;
//! 3. [`noise`]: how much its months vary by themselves, between its own and what is usual at its
//!    volume;
//! 4. per peer group and month the null `d ~ N(μ, τ² + φ s²)` of [`crate::stats::null`]: μ is what
//!    peers share beyond the season, τ how differently honest practices grow;
//! 5. [`shape`]: honest months have heavier tails than a normal; how heavy is fitted to the run's
//!    own departures, by volume;
//! 6. one p per provider over its windows: the Cauchy combination for no departure, Bonferroni's
//!    bound for a ratio of at most the detector's minimum; and the admission check of every measure.
//!
//! [`bust_out`] is a pattern without a p.
//!
//! Only what is larger than the own past is unusual here. Evidence is the one window a test shows,
//! so that observed, expected and ratio are those of the lines listed.

pub mod bust_out;
mod departure;
mod detector;
mod history;
mod noise;
mod scoring;
mod season;
pub mod series;
mod shape;
#[cfg(test)]
mod simulation;

use crate::error::Result;

/// Names of all trend detectors.
///
/// # Errors
/// Where the registry is malformed, which a test rules out.
pub fn names() -> Result<Vec<String>> {
    let mut names: Vec<String> = detectors()?.into_iter().map(|d| d.measure.name).collect();
    names.push(bust_out::NAME.into());
    Ok(names)
}

/// Their schemes, in the order of the names.
///
/// # Errors
/// As [`names`].
pub fn schemes() -> Result<Vec<String>> {
    let mut schemes: Vec<String> = detectors()?.into_iter().map(|d| d.measure.scheme).collect();
    schemes.push(bust_out::NAME.into());
    Ok(schemes)
}

pub use departure::{ACTIVE_SHARE, LOOK_BACK};
pub use detector::{Detector, detectors};
pub use history::{FILLING, MIN_LINES, MIN_TRAILING, TRAILING};
pub use scoring::{TrendTests, score_trends};
pub use series::Series;
