//! Finds fraud, waste and abuse in health-insurance claims.
//!
//! ```text
//! files ─▶ ingest ─▶ validate ─▶ features ─▶ peers ─▶ combine ─▶ cases ─▶ report
//!          (SQL)     (SQL)       (SQL)   └▶ edits (SQL) ──┘
//! ```
//!
//! Lines are handled by SQL files, entities by Rust. [`pipeline::scan`] is the whole flow, each
//! call one stage; `ARCHITECTURE.md` says which module may use which.

#![forbid(unsafe_code)]

pub mod audit;
pub mod batch;
pub mod cases;
pub mod combine;
pub mod config;
pub mod detect;
pub mod edits;
pub mod engine;
pub mod error;
pub mod evaluate;
pub mod features;
pub mod ingest;
pub mod money;
pub mod network;
pub mod peers;
pub mod pipeline;
pub mod private;
pub mod reference;
pub mod report;
pub mod schema;
pub mod schemes;
pub mod stats;
pub mod synth;
pub mod trend;
pub mod validate;
