//! What several test binaries share.

#![allow(
    dead_code,
    reason = "every test binary compiles this module and uses a part of it"
)]

pub mod node;
pub mod python;

use std::path::{Path, PathBuf};

/// A folder of the public sample data, which lies beside the clone.
///
/// # Panics
/// Where it is not there: without its input a test proves nothing.
pub fn sample(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    assert!(
        folder.is_dir(),
        "there is no folder {}: the sample data must lie in `shared/data` beside the clone",
        folder.display()
    );
    folder
}
