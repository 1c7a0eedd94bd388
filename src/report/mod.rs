//! The run folder: tables, manifest, and reading them back.

pub mod entities;
pub mod export;
pub mod frame;
pub mod history;
pub mod html;
pub mod manifest;
pub mod run_folder;
pub mod set_aside;
pub mod tables;

pub use crate::batch::read_table;
