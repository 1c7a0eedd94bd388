//! Audit sampling and overpayment estimation, as HHS OIG's RAT-STATS and the Medicare Program
//! Integrity Manual, ch. 8 § 8.4, have them.
//!
//! ```text
//! scope ─▶ frame ─▶ strata ─▶ plan, allocation ─▶ draw ─▶ (a person reviews)
//!                                                              │
//!                 sizes for a next sample ◀─ estimate ◀─ review ┘
//! ```
//!
//! The [`frame`] is declared before anything is drawn and is not the case's evidence: every paid
//! unit of the provider for the stated codes and period. The [`draw`] can be replayed by anyone
//! from the seed alone. What is estimated, and by which estimator, stands in the
//! [`declaration`] before a single unit is reviewed.
//!
//! Amounts are integer cents; sums of them are exact ([`moments`]), and only means, variances and
//! estimates are floats, rounded half-even to cents where they are written.

pub mod allocation;
pub mod attribute;
pub mod declaration;
pub mod doubt;
pub mod draw;
pub mod estimate;
pub mod frame;
pub mod limits;
pub mod moments;
pub mod plan;
pub mod review;
pub mod scope;
pub mod strata;
