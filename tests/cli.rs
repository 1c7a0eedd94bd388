//! The command line as its users meet it: help, registries, logs, cases in words, verification,
//! private files, and nothing left behind.

#[allow(dead_code, reason = "shared with the tests of wrong input")]
#[path = "wrong_input/claims.rs"]
mod claims;

use std::fs;
use std::io::pipe;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use claimhound::batch::{text, text_at};
use claimhound::ingest::layout::BUILT_IN;
use claimhound::report::read_table;
use claimhound::schema::audit;
use claimhound::schema::output::TABLES;
use serde_json::Value;
use tempfile::TempDir;

use self::claims::{
    PROGRAM, Site, assert_discreet, assert_says, line, lines, stderr, stdout, table, tree,
};

/// Runs the program in `folder`.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program")
}

/// Its output, where it must succeed.
#[track_caller]
fn done(folder: &Path, arguments: &[&str]) -> Output {
    let output = run(folder, arguments);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{arguments:?}: {}",
        stderr(&output)
    );
    output
}

/// What it prints, where it must succeed.
#[track_caller]
fn says(arguments: &[&str]) -> String {
    stdout(&done(Path::new("."), arguments))
}

/// The provider that bills twice.
const TWICE: &str = "1003000126";

/// A run with one case: twelve providers of forty lines, one of which bills four visits twice.
static CASE: LazyLock<TempDir> = LazyLock::new(|| {
    let mut claims = Vec::new();
    for number in 0..480 {
        let provider = match number % 12 {
            0 => TWICE.to_owned(),
            other => format!("12345678{other:02}"),
        };
        claims.push(line(number, &[("rendering_npi", &provider)]));
        if number % 12 == 0 && number < 48 {
            let again = format!("again{number}");
            claims.push(line(
                number,
                &[("rendering_npi", TWICE), ("claim_id", &again)],
            ));
        }
    }
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("medical_claim.csv"), table(&claims)).expect("claims");
    done(folder.path(), &["--quiet", "scan", ".", "--out", "out"]);
    folder
});

/// A run on the smallest synthetic claims.
static SYNTHETIC: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a temporary folder");
    done(
        folder.path(),
        &[
            "-q",
            "synth",
            "--out",
            "claims",
            "--providers",
            "60",
            "--seed",
            "7",
        ],
    );
    done(folder.path(), &["-q", "scan", "claims", "--out", "out"]);
    folder
});

#[test]
fn help_names_every_command_and_exit_code_and_gives_examples() {
    let help = says(&["--help"]);
    let commands = [
        "demo",
        "scan",
        "check",
        "cases",
        "show",
        "sample",
        "extrapolate",
        "export",
        "disposition",
        "evaluate",
        "synth",
        "verify",
        "list",
    ];
    assert_says(&help, &commands);
    assert_says(
        &help,
        &[
            "0 done",
            "1 failed",
            "2 wrong",
            "3 input rejected",
            "4 another scan",
        ],
    );
    for command in [
        "demo",
        "scan",
        "check",
        "show",
        "sample",
        "extrapolate",
        "disposition",
    ] {
        let help = says(&[command, "--help"]);
        let (_, examples) = help.split_once("Example").expect("examples");
        assert_says(examples, &[&format!("\n  claimhound {command} ")]);
    }
    for command in commands {
        let about = says(&[command, "-h"]);
        assert!(
            about.lines().next().is_some_and(|l| !l.is_empty()),
            "{command} is not explained"
        );
    }
    assert_says(&says(&["--version"]), &[env!("CARGO_PKG_VERSION")]);
}

#[test]
fn list_prints_the_registries() {
    let [detectors, measures, edits] =
        ["detectors", "measures", "edits"].map(|what| says(&["list", what]));
    assert!(!measures.is_empty() && !edits.is_empty());
    for line in measures.lines().chain(edits.lines()) {
        assert!(detectors.contains(line), "no detector: {line}");
    }
    let of_kind = |kind: &str| {
        let count = detectors.lines().filter(|l| l.contains(kind)).count();
        assert!(count > 0, "no{kind}in {detectors}");
        count
    };
    // Of groups there is more than one of the registry of measures.
    let groups = detectors
        .lines()
        .filter(|l| l.contains(" network ") && !measures.contains(l))
        .count();
    assert!(groups > 0, "no search for groups in {detectors}");
    assert_eq!(
        detectors.lines().count(),
        measures.lines().count()
            + edits.lines().count()
            + of_kind(" trend ")
            + of_kind(" outlier ")
            + of_kind(" unusual_profile ")
            + groups
    );
    let layouts = says(&["list", "layouts"]);
    for (name, _) in BUILT_IN {
        assert!(
            layouts.lines().any(|l| l.starts_with(name)),
            "{name}: {layouts}"
        );
    }
    let columns = says(&["list", "columns"]);
    for described in TABLES.iter().chain(audit::TABLES) {
        assert_says(&columns, &[&format!("{}: ", described.name)]);
        for column in described.columns {
            assert_says(&columns, &[column.name, column.about]);
        }
    }
    for what in ["detectors", "measures", "edits", "layouts"] {
        assert_says(&says(&["list", what, "--print-sql"]), &["SELECT", "FROM"]);
    }
}

#[test]
fn completions_know_the_commands_and_options() {
    for shell in ["bash", "zsh", "fish"] {
        let script = says(&["completions", shell]);
        assert_says(&script, &["claimhound", "scan", "verify", "medical-claim"]);
    }
}

#[test]
fn the_json_log_is_json_on_stderr_and_results_alone_are_on_stdout() {
    let site = Site::new();
    site.put("in/medical_claim.csv", table(&lines(0..5)));
    let quiet = site.run(&["--quiet", "check", "in"]);
    let logged = site.run(&["--log", "json", "check", "in"]);
    assert_eq!(
        stdout(&logged),
        stdout(&quiet),
        "the log changes the results"
    );
    let scan = site.run(&["scan", "in", "--out", "out", "--log", "json"]);
    assert!(scan.status.success());
    assert_says(&stdout(&scan), &["5 lines", "Run folder: out/latest"]);
    assert!(
        !stdout(&scan).contains("INFO") && !stdout(&scan).contains('{'),
        "{}",
        stdout(&scan)
    );
    for said in [stderr(&logged), stderr(&scan)] {
        assert!(said.lines().count() > 0);
        for line in said.lines() {
            let event: Value = serde_json::from_str(line).expect(line);
            assert!(
                event["level"].is_string() && event["fields"]["message"].is_string(),
                "{line}"
            );
        }
    }
}

#[test]
fn quiet_is_quiet_but_for_errors() {
    let site = Site::new();
    site.put("in/medical_claim.csv", table(&lines(0..5)));
    for arguments in [
        &["--quiet", "scan", "in", "--out", "out"][..],
        &["check", "-q", "in"],
    ] {
        let output = site.run(arguments);
        assert!(output.status.success() && !output.stdout.is_empty());
        assert_eq!(stderr(&output), "");
    }
    let loud = site.run(&["scan", "in", "--out", "out"]);
    assert_says(&stderr(&loud), &["reading", "done"]);
    let failed = site.run(&["--quiet", "scan", "nowhere", "--out", "out"]);
    let said = stderr(&failed);
    assert!(
        said.starts_with("error: nowhere") && said.lines().count() == 1,
        "{said}"
    );
}

#[test]
fn a_case_is_shown_by_rank_id_and_entity() {
    let folder = CASE.path();
    let cases = read_table(&folder.join("out/latest/cases.parquet")).expect("a table");
    let cases = cases.expect("a case");
    let id = text_at(text(&cases, "case_id").expect("case_id"), 0)
        .expect("an id")
        .to_owned();
    let listed = stdout(&done(folder, &["cases", "out"]));
    assert_says(&listed, &[TWICE, &id[..8], "duplicate_billing", "new"]);

    let by_rank = stdout(&done(folder, &["show", "out", "1"]));
    assert_says(
        &by_rank,
        &[
            &id,
            TWICE,
            "duplicate_billing",
            "Speaks for the provider",
            "again",
        ],
    );
    for wanted in [&id[..4], &id[..8], &id, TWICE] {
        let shown = stdout(&done(folder, &["show", "out", wanted]));
        assert_eq!(shown, by_rank, "{wanted}");
    }
    // The folder of the run does as well as the folder of all runs.
    assert_eq!(stdout(&done(folder, &["show", "out/latest", "1"])), by_rank);
    for (out, wanted, part) in [("out", "999", "no such case"), ("nowhere", "1", "no run")] {
        let missing = run(folder, &["show", out, wanted]);
        assert_eq!(missing.status.code(), Some(1));
        assert_says(&stderr(&missing), &[part]);
    }
}

#[test]
fn verify_passes_on_the_run_and_on_its_repetition() {
    let folder = SYNTHETIC.path();
    let before = tree(&folder.join("out")).len();
    assert_says(
        &stdout(&done(folder, &["verify", "out/latest"])),
        &["tables verified"],
    );
    let rerun = done(folder, &["-q", "verify", "out/latest", "--rerun"]);
    assert_says(&stdout(&rerun), &["the same claims give the same bytes"]);
    assert_eq!(
        tree(&folder.join("out")).len(),
        before,
        "the repetition left something behind"
    );
}

#[test]
fn verify_names_a_table_with_one_changed_byte_and_a_missing_one() {
    let site = Site::with_earlier_run();
    let run = site.out().join("latest");
    let file = run.join("entities.parquet");
    let good = fs::read(&file).expect("the table");
    let mut changed = good.clone();
    changed[good.len() / 2] ^= 1;
    fs::write(&file, changed).expect("the table");
    let output = site.run(&["verify", "out/latest"]);
    assert_says(&stdout(&output), &["differs: entities.parquet"]);
    assert_eq!(
        output.status.code(),
        Some(1),
        "the usage was right; the run is not"
    );
    fs::remove_file(&file).expect("the table");
    let output = site.run(&["verify", "out/latest"]);
    assert_says(&stdout(&output), &["differs: entities.parquet"]);
    fs::write(&file, good).expect("the table");
    assert_eq!(site.run(&["verify", "out/latest"]).status.code(), Some(0));
    // A repetition needs the claims as they were.
    site.put("earlier/medical_claim.csv", table(&lines(0..11)));
    let output = site.run(&["verify", "out/latest", "--rerun"]);
    assert_eq!(output.status.code(), Some(1));
    assert_says(
        &stderr(&output),
        &["medical_claim.csv", "not the one of the run"],
    );
}

/// Every file 0600 and every folder 0700, the cache of claims included, and also where the output
/// folder was there before and is open to all.
#[test]
fn all_that_a_scan_writes_is_the_owners_alone() {
    for open in [false, true] {
        let site = Site::new();
        site.put("in/medical_claim.csv", table(&lines(0..5)));
        if open {
            fs::create_dir(site.out()).expect("a folder");
            fs::set_permissions(site.out(), fs::Permissions::from_mode(0o755)).expect("a mode");
        }
        assert!(site.run(&["scan", "in", "--out", "out"]).status.success());
        let written = tree(&site.out());
        assert!(written.len() > 15);
        for path in written
            .iter()
            .filter(|p| !p.is_symlink() && (!open || **p != site.out()))
        {
            let metadata = fs::metadata(path).expect("an entry");
            let wanted = if metadata.is_dir() { 0o700 } else { 0o600 };
            let mode = metadata.permissions().mode() & 0o777;
            assert_eq!(mode, wanted, "{} is {mode:o}", path.display());
        }
    }
}

#[test]
fn check_says_what_a_scan_would_meet_and_leaves_nothing_behind() {
    let site = Site::new();
    let claims = [
        lines(0..5),
        lines(0..1),
        vec![line(9, &[("paid_amount", "free")])],
    ]
    .concat();
    site.put("in/medical_claim.csv", table(&claims));
    let temporary = site.path("temporary");
    fs::create_dir(&temporary).expect("a folder");
    let before = tree(&site.path("."));
    let check = |input: &str| {
        let mut command = Command::new(PROGRAM);
        command
            .args(["check", input])
            .env("TMPDIR", &temporary)
            .current_dir(site.path("."));
        let output = command.output().expect("the program");
        // Control totals are what a check prints, and the total of one line is its amount: only
        // stderr must tell of no claim.
        assert_discreet(&stderr(&output));
        output
    };
    let checked = check("in");
    // One of seven rows is refused: what a scan would not take, a check does not pass.
    assert_eq!(checked.status.code(), Some(3));
    assert_says(
        &stderr(&checked),
        &["1 of 7 rows rejected", "max_reject_share"],
    );
    let parts = [
        "read",
        "delivered twice",
        "= accepted",
        "reconcile to the cent",
        "not a number",
    ];
    assert_says(&stdout(&checked), &parts);
    assert_says(
        &stdout(&checked),
        &["Can run:", "Not run:", "7 rows read, 1 rejected"],
    );
    assert_eq!(check("nowhere").status.code(), Some(1));
    assert_eq!(tree(&site.path(".")), before);
}

/// What a command prints on a terminal of 80 columns.
fn on_a_terminal(folder: &Path, arguments: &str, no_color: &str) -> String {
    let command = format!("stty cols 80 rows 24; exec {PROGRAM} --quiet {arguments}");
    let output = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(folder)
        .env("TERM", "xterm-256color")
        .env("NO_COLOR", no_color)
        .stdin(Stdio::null())
        .output()
        .expect("`script` of Debian's bsdutils");
    assert!(output.status.success(), "{}", stdout(&output));
    stdout(&output).replace("\r\n", "\n")
}

/// Text without its escape sequences.
fn uncoloured(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        all + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

#[test]
fn a_terminal_gets_lines_that_fit_and_colours_unless_refused() {
    let folder = CASE.path();
    for arguments in ["cases out", "show out 1"] {
        let shown = on_a_terminal(folder, arguments, "");
        assert!(shown.contains("\u{1b}["), "no colour: {shown}");
        let plain = on_a_terminal(folder, arguments, "1");
        assert!(!plain.contains('\u{1b}'), "colours in spite of NO_COLOR");
        assert_eq!(uncoloured(&shown), plain, "colours change nothing else");
        for line in plain.lines() {
            assert!(
                line.chars().count() <= 80,
                "wider than the terminal: {line}"
            );
        }
        assert!(plain.contains("new") && plain.contains(TWICE));
        let words: Vec<&str> = arguments.split(' ').collect();
        let piped = stdout(&done(folder, &words));
        assert!(!piped.contains('\u{1b}'), "colours in a pipe");
    }
}

/// `claimhound cases OUT | head` closes the pipe before everything is printed.
#[test]
fn a_reader_that_goes_away_is_no_panic() {
    for arguments in [
        &["list", "columns"][..],
        &["completions", "bash"],
        &["--help"],
    ] {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let output = Command::new(PROGRAM)
            .args(arguments)
            .stdout(writer)
            .output();
        let output = output.expect("the program");
        let said = stderr(&output);
        assert!(
            !said.contains("panicked") && output.status.code() != Some(101),
            "{said}"
        );
    }
}

/// The README's commands are commands, and what CI runs is what it tells people to run.
#[test]
fn the_commands_of_the_readme_exist() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md");
    let commands: std::collections::BTreeSet<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("claimhound ")?.split_whitespace().next())
        .collect();
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        assert_says(&says(&[command, "--help"]), &["Usage"]);
    }
    let continuous = std::fs::read_to_string(root.join(".ci/run")).expect(".ci/run");
    for (text, line) in [
        (&readme, "cargo run --release -- demo"),
        (&readme, "cargo test"),
        (&continuous, "cargo test"),
    ] {
        assert!(text.lines().any(|l| l.starts_with(line)), "{line}");
    }
}
