//! A Python interpreter with the packages of `tests/requirements.txt`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

const REQUIREMENTS: &str = include_str!("../requirements.txt");
/// Written last: a virtual environment without it was interrupted and is made anew.
const STAMP: &str = "complete";

/// The interpreter of a virtual environment that is made on first use and kept in the target
/// folder until the requirements or the system's Python change. Test binaries that need it at the
/// same time wait for the first one to make it.
///
/// # Panics
/// Where it cannot be made, with what pip said.
pub fn python() -> PathBuf {
    let version = run(Command::new("python3").arg("-VV"));
    let key = blake3::hash(format!("{version}{REQUIREMENTS}").as_bytes()).to_hex();
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("python-{}", &key.as_str()[..16]));
    let interpreter = folder.join("bin").join("python");
    let lock = folder.with_extension("lock");
    let lock = File::create(&lock).unwrap_or_else(|e| panic!("creating {}: {e}", lock.display()));
    lock.lock().expect("waiting for another test binary");
    if !folder.join(STAMP).exists() {
        make(&folder, &interpreter);
    }
    interpreter
}

fn make(folder: &Path, interpreter: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("removing an interrupted virtual environment");
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(folder));
    run(Command::new(interpreter)
        .args(["-m", "pip", "install", "--quiet", "--no-input"])
        .args([
            "--disable-pip-version-check",
            "--only-binary=:all:",
            "--requirement",
        ])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requirements.txt")));
    fs::write(folder.join(STAMP), "").expect("marking the virtual environment complete");
}

/// Runs a command to its end and gives what it printed.
///
/// # Panics
/// Where it fails, with everything it printed.
pub fn run(command: &mut Command) -> String {
    let shown = format!("{command:?}");
    let output = command.output().unwrap_or_else(|e| {
        panic!("{shown} does not start ({e}): CONTRIBUTING.md says what the tests need")
    });
    let [out, err] = [&output.stdout, &output.stderr].map(|b| String::from_utf8_lossy(b));
    assert!(
        output.status.success(),
        "{shown} failed ({}):\n{out}{err}",
        output.status
    );
    out.into_owned()
}
