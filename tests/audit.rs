//! Audit sampling and overpayment estimation: against published examples, and against numpy and scipy.

#[path = "audit/published.rs"]
mod published;
#[path = "audit/reference.rs"]
mod reference;
