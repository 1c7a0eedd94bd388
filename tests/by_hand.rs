//! A person with the evidence can recompute observed values and dollars: another program does.

#[path = "support/python.rs"]
mod python;
#[path = "support/run.rs"]
mod run;

use std::fs;
use std::path::Path;
use std::process::Command;

use claimhound::synth::{SynthConfig, generate};
use tempfile::TempDir;

use self::run::{claimhound, scan, text};

/// Loose enough for a small world to give statistical cases.
const CONFIG: &str = "[list]\nlevel = 0.3\nmateriality_floor = 0\nminimum_edit_exposure = 1\n";

#[test]
fn observed_and_exposure_come_out_by_hand_and_show_tells_them() {
    let place = TempDir::new().expect("a temporary folder");
    let claims = place.path().join("claims");
    let config = SynthConfig {
        providers: 3000,
        seed: 42,
        lines: None,
        clean: false,
    };
    generate(&config, &claims).expect("synthetic claims");
    let file = place.path().join("scan.toml");
    fs::write(&file, CONFIG).expect("a configuration");
    let out = place.path().join("out");
    let run = scan(&claims, &out, &["--config", text(&file)], 2);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    python::run(
        Command::new(python::python())
            .arg("-B")
            .arg(root.join("tests/reference/by_hand.py"))
            .arg(&run.folder)
            .arg(root.join("data/reference/em_family.csv")),
    );
    let shown = claimhound(&["show", text(&out), "1"], 1);
    let shown = String::from_utf8(shown.stdout).expect("text");
    for word in [
        "observed",
        "expected",
        "peers",
        "At risk",
        "Speaks for the",
        "largest of",
    ] {
        assert!(
            shown.contains(word),
            "show says nothing of {word}:\n{shown}"
        );
    }
}
