//! Providers who share members beyond what their sizes, specialties and places explain.
//!
//! ```text
//! lines ──SQL──▶ history ─▶ graph ─▶ area, panel ─▶ law ─▶ edges ─▶ rings ─▶ groups
//! ```
//!
//! 1. [`history`]: a member's days with each provider outside hospitals, and who ordered what;
//! 2. [`graph`]: two providers of a member are tied unless one chain of orders explains both.
//!    Members of everybody are left out: time and memory grow with the pairs of ordinary members;
//! 3. [`area`]: what pairs of one state share; [`panel`]: what they would share if the members of
//!    each place came to both independently, times how much the members of each go round;
//! 4. [`law`]: how much pairs of the same specialties share against that, and how widely honest
//!    pairs differ, fitted on pairs chosen by their margins, with the admission check of every
//!    measure ([`crate::stats`]);
//! 5. [`edges`]: every pair of two eligible providers of an area is tested, those that share nobody
//!    too, and Benjamini-Hochberg over all of them leaves the ties;
//! 6. [`rings`]: dense cores of the ties ([`crate::stats::cores`]), and the part of at least 999
//!    degree-preserving rewirings of the area ([`crate::stats::rewire`]) whose own cores, searched
//!    for in the same way, are as far out;
//! 7. [`groups`]: the figures of a ring for the reports, and whether its shared members come in
//!    bursts.
//!
//! What is not seen: rings whose services are all on orders of one of their own (concentrated
//! orders are a measure of their own), rings that bill under one number, rings across states, and
//! rings that took most of a place's members.

pub mod area;
pub mod caps;
pub mod edges;
pub mod graph;
pub mod groups;
pub mod history;
pub mod kinds;
pub mod law;
pub mod measure;
pub mod panel;
pub mod rings;
pub mod sample;
pub mod summary;

/// Names of the network detectors.
pub const NAMES: [&str; 1] = [measure::SHARED_MEMBERS];

/// Their schemes.
pub const SCHEMES: [&str; 1] = ["collusion_ring"];
