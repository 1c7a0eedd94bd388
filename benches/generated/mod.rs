//! Claims of a seed, made and scanned by the program as a user has it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use claimhound::synth::{REFERENCE, SynthConfig, generate};

/// Makes the claims of a seed below `folder` and scans them; the folders of the claims and of the
/// run, which [`remove`] takes away.
pub fn scanned(folder: &Path, providers: usize, seed: u64, clean: bool) -> (PathBuf, PathBuf) {
    let (claims, out) = (folder.join("claims"), folder.join("out"));
    let config = SynthConfig {
        providers,
        seed,
        lines: None,
        clean,
    };
    generate(&config, &claims).expect("synthetic claims");
    let status = Command::new(env!("CARGO_BIN_EXE_claimhound"))
        .args(["--quiet", "scan"])
        .arg(&claims)
        .arg("--out")
        .arg(&out)
        .arg("--reference")
        .arg(claims.join(REFERENCE))
        .stdout(Stdio::null())
        .status()
        .expect("scan");
    assert!(status.success(), "the scan failed");
    (claims, out.join("latest"))
}

/// Makes room for the next seed.
pub fn remove(folder: &Path) {
    for name in ["claims", "out"] {
        std::fs::remove_dir_all(folder.join(name)).expect("removing what was made");
    }
}
