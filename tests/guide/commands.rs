//! The command line: its help as a page, and whether the guide's commands are in it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use super::book::{fences, title};

const PROGRAM: &str = "claimhound";
/// How the guide runs the program from a clone.
const FROM_A_CLONE: &str = "cargo run --release -- ";
/// Width of the help, whatever terminal the test runs on.
const WIDTH: &str = "90";

/// The help of the program, or of one command.
fn help(command: Option<&str>) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_claimhound"))
        .args(command)
        .arg("--help")
        .env("COLUMNS", WIDTH)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "--help of {command:?}");
    let text = String::from_utf8(output.stdout).expect("help is UTF-8");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

/// The commands in the order of the help.
fn names(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        // A description that is wrapped goes on further to the right.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// The page of commands.
pub fn page() -> String {
    let whole = help(None);
    let mut text = title(
        "Commands and options",
        "What `--help` prints. `--log`, `--quiet` and `--help` belong to every command.",
    );
    text.push_str(&format!("```text\n{whole}```\n"));
    for name in names(&whole) {
        text.push_str(&format!(
            "\n## {name}\n\n```text\n{}```\n",
            help(Some(&name))
        ));
    }
    text
}

/// What the program takes.
pub struct Program {
    options: BTreeMap<String, BTreeSet<String>>,
}

impl Program {
    pub fn ask() -> Program {
        let names = names(&help(None));
        assert!(names.len() > 5, "commands found in --help: {names:?}");
        let options = names
            .into_iter()
            .map(|name| {
                let help = help(Some(&name));
                let lines = help.lines().map(str::trim_start);
                let options = lines
                    .filter(|line| line.starts_with('-'))
                    .filter_map(|line| line.split_whitespace().find_map(long_option))
                    .map(str::to_owned)
                    .collect();
                (name, options)
            })
            .collect();
        Program { options }
    }

    /// What is wrong with a command line.
    pub fn faults(&self, command: &str) -> Option<String> {
        let mut words = command.split_whitespace().skip(1).peekable();
        while words.next_if(|w| matches!(*w, "--quiet" | "-q")).is_some() {}
        let name = words.next()?;
        if name.starts_with('-') || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return None; // `claimhound --help`, `claimhound COMMAND`
        }
        let Some(options) = self.options.get(name) else {
            return Some(format!("`{command}`: no command {name}"));
        };
        words
            .filter_map(long_option)
            .find(|option| !options.contains(*option))
            .map(|option| format!("`{command}`: {name} has no --{option}"))
    }
}

/// `name` of `--name`, `--name=value` or `--name,`.
fn long_option(word: &str) -> Option<&str> {
    let name = word.strip_prefix("--")?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    Some(&name[..end.unwrap_or(name.len())]).filter(|n| !n.is_empty())
}

/// Every command line of the program in a page's fenced blocks and code spans, each beginning with
/// the program's name.
pub fn written_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for fence in fences(text) {
        let joined = fence.body.replace("\\\n", " ");
        found.extend(
            joined
                .lines()
                .flat_map(|line| line.split(['|', ';']))
                .filter_map(command),
        );
    }
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            found.extend(line.split('`').skip(1).step_by(2).filter_map(command));
        }
    }
    found
}

/// A line's command of the program, without prompt, path and comment.
fn command(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches("$ ");
    let line = line.split("  #").next().unwrap_or(line).trim();
    if let Some(rest) = line.strip_prefix(FROM_A_CLONE) {
        return Some(format!("{PROGRAM} {rest}"));
    }
    let (first, rest) = line.split_once(' ')?;
    let first = first.rsplit(['/', '=']).next()?;
    (first == PROGRAM).then(|| format!("{PROGRAM} {}", rest.trim()))
}
