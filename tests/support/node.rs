//! Node with the packages of `tests/report/package-lock.json`, and Debian's Chromium.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::python::run;

const LOCK: &str = include_str!("../report/package-lock.json");
/// Written last: a folder without it was interrupted and is made anew.
const STAMP: &str = "complete";

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report")
}

/// A folder with the scripts of `tests/report` and the packages they need, kept in the target
/// folder until the lock changes. Test binaries that need it at the same time wait for the first
/// one to make it.
fn folder() -> PathBuf {
    let key = blake3::hash(LOCK.as_bytes()).to_hex();
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("node-{}", &key.as_str()[..16]));
    let lock = folder.with_extension("lock");
    let lock = File::create(&lock).unwrap_or_else(|e| panic!("creating {}: {e}", lock.display()));
    lock.lock().expect("waiting for another test binary");
    if !folder.join(STAMP).exists() {
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("removing an interrupted installation");
        }
        fs::create_dir_all(&folder).expect("a folder for the packages");
        for name in ["package.json", "package-lock.json"] {
            fs::copy(scripts().join(name), folder.join(name)).expect("copying the lock");
        }
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&folder));
        fs::write(folder.join(STAMP), "").expect("marking the installation complete");
    }
    // Modules are looked up beside the script that names them, so the scripts move there.
    for entry in fs::read_dir(scripts()).expect("the scripts") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "mjs") {
            let name = path.file_name().expect("a name");
            let fresh = fs::read(&path).expect("a script");
            if fs::read(folder.join(name)).ok().as_ref() != Some(&fresh) {
                fs::write(folder.join(name), fresh).expect("copying a script");
            }
        }
    }
    folder
}

/// Runs a scenario of `tests/report/check.mjs` on a file and gives what it found.
///
/// # Panics
/// Where something is not as it should be, or Chromium, node or npm is missing.
pub fn check(scenario: &str, file: &Path, more: &[&str]) -> String {
    run(Command::new("node")
        .arg("check.mjs")
        .arg(scenario)
        .arg(file)
        .args(more)
        .current_dir(folder()))
}
