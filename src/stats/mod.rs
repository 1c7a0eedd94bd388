//! Statistical core: slices in, numbers out. It knows no domain, reads no file
//! and draws no random number that a key does not fix.
//!
//! The chain, per measure and peer group:
//!
//! 1. [`standardise`]: what each entity would show if it behaved as its peers;
//! 2. [`score`]: the difference on the scale where honest differences are
//!    symmetric, with its sampling variance;
//! 3. [`design_effect()`]: how much more units cluster than independent ones;
//! 4. [`null`]: how much honest entities differ, fitted on the centre; where
//!    groups are small, τ is shared [`between`] them, and the smallest have
//!    only a centre of their own ([`borrowed`]);
//! 5. [`shape`]: how heavy-tailed and skewed honest differences are, over all
//!    groups of the measure;
//! 6. [`p_value`]: for a ratio of at most 1, and of at most the least worth
//!    listing;
//! 7. [`admission`]: does the null fit, on this run's own data;
//! 8. [`shrink`]: the ratio itself, with its lower bound;
//! 9. [`multiplicity`] and [`local_fdr`]: from tests to a list.
//!
//! Beside it, for graphs: their dense [`cores`], and what chance makes of them
//! when every degree is kept ([`rewire`]).
//!
//! # One provider, five peers, by hand
//!
//! A share: 600 of 1000 visits at the high level, where five peers have 200,
//! 300, 250, 350 and 400 of 1000.
//!
//! - Peers' rate: 1500 / 5000 = 0.30. Every level gives it (one stratum, equal
//!   peers), so E = 1000 · 0.30 = 300.
//! - d = ln(600.5 / 400.5) − ln(300 / 700) = 0.4050 + 0.8473 = 1.2523.
//! - Sampling variance: ½ (1/600.5 + 1/400.5 + 1/300.5 + 1/700.5) = 0.00446.
//! - Variance of E: the peers' rates have Σ (r − 0.3)² = 0.025, so their mean has
//!   0.025 / 5² · 5/4 = 0.00125, and E has 1250; on the scale of d that is
//!   1250 · (1/300.5 + 1/700.5)² = 0.02827.
//! - Say a large group of such peers gave μ = 0, τ = 0.3 and φ = 1. The null's
//!   variance is 0.09 + 0.00446 + 0.02827 = 0.12273, so z = 1.2523 / 0.3503 =
//!   3.575 and p = 0.000175.
//! - For a minimum ratio of 1.5 the null moves to a share of 0.45, by
//!   ln(0.45 / 0.55) − ln(0.30 / 0.70) = 0.6466, so z = (1.2523 − 0.6466) /
//!   0.3503 = 1.729 and `p_list` = 0.042: unusual for certain, but 1.5 times its
//!   peers only perhaps.
//!
//! ```
//! use claimhound::stats::{
//!     Direction, Kind, Skip,
//!     null::Null,
//!     p_value::p_value,
//!     score::score,
//!     shape::Effects,
//!     shrink::shrink,
//!     standardise::{Cell, standardise},
//! };
//!
//! let high = [600, 200, 300, 250, 350, 400];
//! let cells: Vec<Cell> =
//!     high.iter().zip(0..).map(|(k, entity)| Cell::count(0, entity, *k, 1000)).collect();
//! let provider = standardise(Kind::Share, &cells, &[0], 6)?[0];
//! assert!((provider.expected - 300.0).abs() < 1e-9);
//! assert!((provider.expected_variance - 1250.0).abs() < 1e-6);
//!
//! let score = score(Kind::Share, &provider)?;
//! assert!((score.d - 1.2523).abs() < 1e-4);
//! assert!((score.sampling - 0.00446).abs() < 1e-5);
//! assert!((score.carried - 0.02827).abs() < 1e-5);
//!
//! let null = Null {
//!     mu: 0.0, tau: 0.3, phi: 1.0, proportion: 1.0, mu_error: 0.0,
//!     tau2_variance: 0.0, typical_variance: 0.05, scored: 400, used: 380, iterations: 5,
//! };
//! let found = p_value(Kind::Share, &score, &null, &Effects::normal(), Direction::High, 1.5)?;
//! assert!((found.z - 3.575).abs() < 1e-3);
//! assert!((found.p - 0.000175).abs() < 1e-6);
//! assert!((found.p_list - 0.042).abs() < 1e-3);
//!
//! let ratio = shrink(Kind::Share, &score, &null);
//! assert!(ratio.mean > 1.9 && ratio.mean < 2.0 && ratio.lower > 1.8);
//! # Ok::<(), Skip>(())
//! ```

pub mod admission;
mod ascent;
pub mod between;
pub mod borrowed;
pub mod cores;
pub mod counts;
pub mod design_effect;
#[cfg(test)]
pub(crate) mod draws;
pub mod hypergeometric;
pub mod kind;
pub mod local_fdr;
pub mod multiplicity;
pub mod null;
pub mod overlap;
pub mod p_value;
pub mod pareto;
mod pool;
pub mod predict;
pub mod ranking;
pub mod rewire;
pub mod scale;
pub mod score;
pub mod shape;
pub mod shrink;
#[cfg(test)]
mod simulation;
pub mod skip;
pub mod standardise;
pub mod student;
pub mod tails;
mod truncated;
pub mod uniform;
mod width;

pub use design_effect::design_effect;
pub use kind::{Direction, FIXED_POINT, Kind};
pub use skip::Skip;
