//! The rules of ARCHITECTURE.md that a compiler does not check: which module may use which, where
//! a crate may appear, what the library never does, how long a file may be, and that every SQL
//! file is registered.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules in the order of the flow: each may use those before it.
const ORDER: [&str; 28] = [
    "schema",
    "money",
    "schemes",
    "error",
    "private",
    "batch",
    "stats",
    "synth",
    "engine",
    "reference",
    "ingest",
    "validate",
    "features",
    "edits",
    "peers",
    "trend",
    "detect",
    "network",
    "combine",
    "cases",
    "audit",
    "report",
    "evaluate",
    "config",
    "pipeline",
    "lib",
    "cli",
    "main",
];

/// Modules that use nothing of the rest, whatever stands before them.
const ALONE: [&str; 5] = ["schema", "money", "schemes", "stats", "synth"];

/// Uses against the order, each with its reason. One that is no longer there must go from here.
const EXCEPTIONS: [(&str, &str, &str); 2] = [
    (
        "error",
        "engine",
        "what the dialect guard refuses is one of the errors",
    ),
    (
        "report",
        "config",
        "the manifest records the configuration whole",
    ),
];

/// A crate, and the modules it may appear in.
const CRATES: [(&str, &[&str]); 9] = [
    ("clap", &["cli"]),
    ("rust_xlsxwriter", &["report"]),
    ("polars", &["engine"]),
    ("claimhound", &["cli", "main"]),
    ("linfa", &["peers", "detect", "cases"]),
    ("linfa_clustering", &["peers", "detect"]),
    ("linfa_linalg", &["peers", "detect"]),
    ("linfa_logistic", &["cases"]),
    ("linfa_nn", &["peers", "detect"]),
];

/// What only `cli` and `main` do.
const NOT_IN_THE_LIBRARY: [&str; 8] = [
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
    "dbg!",
    "process::exit",
    "env::var",
    "env::args",
];

/// Lines of code, without comments, blank lines and tests, that a file may have.
const MAX_LINES: usize = 400;

/// Files that are longer, with the most they may have. The first is one declaration after another;
/// the others are to be split: they may shrink, not grow, and leave the list below the limit.
const LONG_FILES: [(&str, usize); 3] = [
    ("src/schema/output.rs", 700),
    ("src/ingest/layout.rs", 430),
    ("src/pipeline/assemble.rs", 450),
];

/// One source file without its tests.
struct Source {
    /// Path from the crate's root.
    path: String,
    module: String,
    /// Code with comments and text literals blanked.
    code: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a source folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every source file that is compiled outside tests.
fn sources() -> Vec<Source> {
    let root = root();
    let all: Vec<(String, String)> = files_below(&root.join("src"), "rs")
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below the root");
            let text = fs::read_to_string(&path).expect("UTF-8 source");
            (
                name.to_str().expect("a UTF-8 path").to_owned(),
                blank(&text),
            )
        })
        .collect();
    let tests: Vec<String> = all
        .iter()
        .flat_map(|(path, code)| test_modules(path, code))
        .collect();
    let is_test = |path: &str| {
        tests
            .iter()
            .any(|t| path == format!("{t}.rs") || path.starts_with(&format!("{t}/")))
    };
    all.into_iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, code)| Source {
            module: module_of(&path),
            code: without_tests(&code),
            path,
        })
        .collect()
}

/// `src/ingest/settle/mod.rs` belongs to `ingest`, `src/error.rs` to `error`.
fn module_of(path: &str) -> String {
    let name = path.trim_start_matches("src/").trim_end_matches(".rs");
    name.split('/').next().unwrap_or(name).to_owned()
}

/// Paths, without the ending, of the files that `#[cfg(test)] mod name;` declares.
fn test_modules(path: &str, code: &str) -> Vec<String> {
    let stem = path.trim_end_matches(".rs");
    let folder = stem
        .strip_suffix("/mod")
        .or(stem.strip_suffix("/lib"))
        .unwrap_or(stem);
    let mut found = Vec::new();
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]"
            && let Some(name) = lines.next().and_then(|l| l.trim().strip_prefix("mod "))
            && let Some(name) = name.strip_suffix(';')
        {
            found.push(format!("{folder}/{name}"));
        }
    }
    found
}

/// Drops everything from the unit tests' inline module on: it comes last in a file.
fn without_tests(code: &str) -> String {
    let lines: Vec<&str> = code.lines().collect();
    let inline =
        |w: &[&str]| w[0] == "#[cfg(test)]" && w[1].starts_with("mod ") && w[1].ends_with('{');
    let end = lines.windows(2).position(inline).unwrap_or(lines.len());
    lines[..end].join("\n")
}

/// Replaces comments and the insides of text literals by blanks, keeping the lines.
fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < bytes.len() {
        let rest = &bytes[i..];
        let length = if rest.starts_with(b"//") {
            rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())
        } else if let Some(hashes) = raw_literal(rest, i.checked_sub(1).map(|p| bytes[p])) {
            let end = format!("\"{}", "#".repeat(hashes));
            let open = hashes + 2;
            text[i + open..]
                .find(&end)
                .map_or(rest.len(), |p| open + p + end.len())
        } else if rest[0] == b'"' {
            quoted_length(rest)
        } else if rest.starts_with(b"'\"'") {
            3
        } else if rest.starts_with(b"'\\") {
            rest.iter()
                .skip(3)
                .position(|b| *b == b'\'')
                .map_or(1, |p| p + 4)
        } else {
            out.push(char::from(if rest[0].is_ascii() { rest[0] } else { b'?' }));
            i += 1;
            continue;
        };
        out.extend(
            rest[..length]
                .iter()
                .map(|b| if *b == b'\n' { '\n' } else { ' ' }),
        );
        i += length;
    }
    out
}

/// Number of `#` of the raw literal that begins here.
fn raw_literal(rest: &[u8], before: Option<u8>) -> Option<usize> {
    let in_a_name = before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    let hashes = rest
        .strip_prefix(b"r")?
        .iter()
        .take_while(|b| **b == b'#')
        .count();
    (!in_a_name && rest.get(hashes + 1) == Some(&b'"')).then_some(hashes)
}

fn quoted_length(rest: &[u8]) -> usize {
    let mut i = 1;
    while i < rest.len() && rest[i] != b'"' {
        i += if rest[i] == b'\\' { 2 } else { 1 };
    }
    (i + 1).min(rest.len())
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What follows each `root::` in the code: one name, or all top names of a `{…}` list.
fn names_under(code: &str, root: &str) -> Vec<String> {
    let path = format!("{root}::");
    let starts = code.match_indices(&path).filter(|(at, _)| {
        let before = code[..*at].bytes().next_back();
        before.is_none_or(|b| !is_name(b) && b != b':')
    });
    let name = |text: &str| -> String {
        text.trim_start()
            .bytes()
            .take_while(|b| is_name(*b))
            .map(char::from)
            .collect()
    };
    let mut found = Vec::new();
    for (at, _) in starts {
        let rest = &code[at + path.len()..];
        match rest.strip_prefix('{') {
            None => found.push(name(rest)),
            Some(list) => found.extend(top_items(list).into_iter().map(name)),
        }
    }
    found
}

/// Items of a list up to its closing brace, split at the commas outside inner braces.
fn top_items(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (i, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&list[start..i]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&list[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    items.retain(|i| !i.trim().is_empty());
    items
}

/// Whether a crate's path, attribute or `use` stands in the code.
fn uses_crate(code: &str, name: &str) -> bool {
    !names_under(code, name).is_empty()
}

fn rank(module: &str) -> usize {
    ORDER.iter().position(|m| *m == module).unwrap_or_else(|| {
        panic!(
            "the module {module} has no place in the order: give it one here and in ARCHITECTURE.md"
        )
    })
}

/// (module, used module, path of the user)
fn uses(sources: &[Source]) -> BTreeSet<(String, String, String)> {
    let mut uses = BTreeSet::new();
    for source in sources {
        let mut used = names_under(&source.code, "crate");
        if ["cli", "main"].contains(&source.module.as_str()) {
            used = names_under(&source.code, "claimhound");
        }
        for name in used.into_iter().filter(|n| ORDER.contains(&n.as_str())) {
            if name != source.module {
                uses.insert((source.module.clone(), name, source.path.clone()));
            }
        }
    }
    uses
}

#[test]
fn every_module_has_a_place_and_uses_only_those_before_it() {
    let sources = sources();
    let declared = sources
        .iter()
        .find(|s| s.path == "src/lib.rs")
        .expect("the library");
    for line in declared.code.lines() {
        if let Some(name) = line
            .trim()
            .strip_prefix("pub mod ")
            .and_then(|l| l.strip_suffix(';'))
        {
            rank(name);
        }
    }
    let excepted = |user: &str, used: &str| EXCEPTIONS.iter().any(|e| (e.0, e.1) == (user, used));
    let mut broken = Vec::new();
    for (user, used, path) in uses(&sources) {
        let against_order = rank(&used) > rank(&user);
        let alone = ALONE.contains(&user.as_str());
        if (against_order || alone) && !excepted(&user, &used) {
            broken.push(format!("{path}: {user} uses {used}"));
        }
    }
    assert!(
        broken.is_empty(),
        "against the order of ARCHITECTURE.md:\n{}",
        broken.join("\n")
    );
}

#[test]
fn no_exception_outlives_its_reason() {
    let uses = uses(&sources());
    for (user, used, why) in EXCEPTIONS {
        let still = uses.iter().any(|u| u.0 == user && u.1 == used);
        assert!(
            still,
            "{user} no longer uses {used} ({why}): take the exception out"
        );
    }
}

#[test]
fn crates_stay_in_their_modules() {
    let mut broken = Vec::new();
    for source in sources() {
        for (name, modules) in CRATES {
            if uses_crate(&source.code, name) && !modules.contains(&source.module.as_str()) {
                broken.push(format!(
                    "{} uses {name}, which belongs to {}",
                    source.path,
                    modules.join(", ")
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_library_prints_nothing_exits_nowhere_and_reads_no_environment() {
    let mut broken = Vec::new();
    for source in sources()
        .iter()
        .filter(|s| !["cli", "main"].contains(&s.module.as_str()))
    {
        for word in NOT_IN_THE_LIBRARY {
            let mut hits = source.code.match_indices(word);
            let whole = |at: usize| !source.code[..at].bytes().next_back().is_some_and(is_name);
            if hits.any(|(at, _)| whole(at)) {
                broken.push(format!("{}: {word}", source.path));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut broken = Vec::new();
    for source in sources() {
        let lines = source.code.lines().filter(|l| !l.trim().is_empty()).count();
        match LONG_FILES.iter().find(|(path, _)| *path == source.path) {
            None if lines > MAX_LINES => {
                broken.push(format!(
                    "{}: {lines} lines of code, more than {MAX_LINES}",
                    source.path
                ));
            }
            Some((_, most)) if lines > *most => {
                broken.push(format!(
                    "{}: {lines} lines of code, {most} allowed until it is split",
                    source.path
                ));
            }
            Some(_) if lines <= MAX_LINES => {
                broken.push(format!(
                    "{}: {lines} lines of code: take it off the list",
                    source.path
                ));
            }
            _ => {}
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_sql_file_is_registered_with_its_text() {
    use claimhound::{audit::frame, edits, features, ingest::layout, validate::check};
    let mut registered: BTreeSet<(String, String)> = BTreeSet::new();
    for (folder, files) in [
        ("src/audit/sql", frame::FILES),
        ("src/edits/sql", edits::BUILT_IN),
        ("src/features/sql", features::FILES),
        ("src/ingest/layouts", &layout::BUILT_IN),
        ("src/validate/checks", check::FILES),
    ] {
        let path = |name: &str| format!("{folder}/{name}.sql");
        registered.extend(
            files
                .iter()
                .map(|(name, sql)| (path(name), (*sql).to_owned())),
        );
    }
    let control_totals = "src/validate/control_totals.sql";
    let on_disk: BTreeSet<(String, String)> = files_below(&root().join("src"), "sql")
        .into_iter()
        .map(|file| {
            let path = file.strip_prefix(root()).expect("below the root");
            let sql = fs::read_to_string(&file).expect("UTF-8 SQL");
            (path.to_str().expect("a UTF-8 path").to_owned(), sql)
        })
        .filter(|(path, _)| path != control_totals)
        .collect();
    let names = |set: &BTreeSet<(String, String)>| -> Vec<String> {
        set.iter().map(|(path, _)| path.clone()).collect()
    };
    assert_eq!(names(&on_disk), names(&registered));
    assert!(on_disk == registered, "a registered text is not its file's");
}

#[test]
fn the_reading_of_sources_sees_what_it_should() {
    let code = blank(
        "use crate::{ingest::{a, b}, money}; // crate::stats\nlet s = \"crate::cli\"; let c = '\"'; crate::peers::x();",
    );
    assert_eq!(names_under(&code, "crate"), ["ingest", "money", "peers"]);
    assert_eq!(blank(r##"r#"a"b"# x"##).trim(), "x");
    assert!(uses_crate(&blank("use polars::prelude as pl;"), "polars"));
    assert!(!uses_crate(
        &blank("// polars::x\nlet polars = 1; \"polars::\""),
        "polars"
    ));
    let tests = test_modules("src/stats/mod.rs", "#[cfg(test)]\nmod simulation;\n");
    assert_eq!(tests, ["src/stats/simulation"]);
    assert_eq!(without_tests("a\n#[cfg(test)]\nmod tests {\n b\n}"), "a");
}
