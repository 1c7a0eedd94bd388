//! Audit sampling and overpayment estimation: against published examples, against numpy and scipy,
//! and as an auditor meets them, from a scan to the figure that is demanded.

#[path = "support/run.rs"]
mod run;
mod support;

#[path = "audit/claims.rs"]
mod claims;
#[path = "audit/folder.rs"]
mod folder;
#[path = "audit/published.rs"]
mod published;
#[path = "audit/reference.rs"]
mod reference;
#[path = "audit/refused.rs"]
mod refused;
