//! Cases across nights: identity, status, what reviewers decided, and what follows from it.
//!
//! ```text
//! register of the run before ─┐
//! dispositions ───────────────┼─▶ night::update ─▶ status, quiet, back, closed ─▶ register
//! tonight's cases ────────────┘
//! measures of reviewed cases ─┬─▶ precision::measured: what a rule's dollars weigh
//!                             └─▶ rerank: the probability that a review confirms
//! ```

pub mod disposition;
pub mod group;
pub mod lookup;
pub mod measures;
pub mod night;
pub mod precision;
pub mod register;
pub mod rerank;
mod stored;

pub use self::disposition::{Disposition, Outcome};
pub use self::register::{Register, Registered, Status};
