//! A small claims table to break, the folders of one test, and what a scan made of them.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Output;

use claimhound::batch::{int, text, text_at};
use claimhound::config::Config;
use claimhound::error::Error;
use claimhound::ingest::discover::InputPaths;
use claimhound::ingest::layout::Layout;
use claimhound::money::{Decimals, parse_cents};
use claimhound::pipeline::{Scan, scan};
use claimhound::report::read_table;
use serde_json::Value;
use tempfile::TempDir;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_claimhound");

/// Columns of the small table; `patient_name` is one that the layout does not know.
pub const COLUMNS: [&str; 13] = [
    "claim_id",
    "claim_line_number",
    "claim_type",
    "person_id",
    "patient_name",
    "data_source",
    "payer",
    "plan",
    "claim_start_date",
    "hcpcs_code",
    "service_unit_quantity",
    "rendering_npi",
    "paid_amount",
];

/// Part of every member identifier and name.
pub const SECRET: &str = "SENTINEL";
/// Paid on every line.
pub const PAID: &str = "7341.96";
/// [`PAID`] in cents.
pub const CENTS: i64 = 734_196;

/// One line of its own claim, member and day, with `changes` by column.
pub fn line(number: usize, changes: &[(&str, &str)]) -> String {
    let value = |column: &str| match changes.iter().find(|(name, _)| *name == column) {
        Some((_, value)) => (*value).to_owned(),
        None => usual(column, number),
    };
    COLUMNS.map(value).join(",")
}

fn usual(column: &str, number: usize) -> String {
    match column {
        "claim_id" => format!("C{number}"),
        "person_id" => format!("{SECRET}{number}"),
        "patient_name" => format!("Ann {SECRET}"),
        "claim_start_date" => format!("2023-01-{:02}", number % 28 + 1),
        "claim_type" => "professional".to_owned(),
        "data_source" => "north".to_owned(),
        "hcpcs_code" => "99213".to_owned(),
        "rendering_npi" => "1234567893".to_owned(),
        "paid_amount" => PAID.to_owned(),
        "claim_line_number" | "service_unit_quantity" => "1".to_owned(),
        _ => "plain".to_owned(),
    }
}

/// Unchanged lines.
pub fn lines(numbers: Range<usize>) -> Vec<String> {
    numbers.map(|number| line(number, &[])).collect()
}

/// The header and `lines`.
pub fn table(lines: &[String]) -> String {
    format!("{}\n{}\n", COLUMNS.join(","), lines.join("\n"))
}

/// Asserts that a text holds every part.
#[track_caller]
pub fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

/// Asserts that a text tells of no single member or claim. Header names are lowered by the reader,
/// so letters are compared without regard to case.
#[track_caller]
pub fn assert_discreet(text: &str) {
    let lower = text.to_lowercase();
    for secret in [SECRET, PAID, "7,341.96"] {
        assert!(
            !lower.contains(&secret.to_lowercase()),
            "{secret} is told: {text}"
        );
    }
}

/// Input and output folder of one test.
pub struct Site {
    root: TempDir,
}

impl Site {
    /// An empty input folder.
    pub fn new() -> Site {
        let site = Site {
            root: TempDir::new().expect("a temporary folder"),
        };
        fs::create_dir(site.input()).expect("the input folder");
        site
    }

    /// The same, with one good run in the output folder already.
    pub fn with_earlier_run() -> Site {
        let site = Site::new();
        let earlier = site.path("earlier");
        fs::create_dir(&earlier).expect("a folder");
        fs::write(earlier.join("medical_claim.csv"), table(&lines(0..12))).expect("claims");
        let job = Scan {
            paths: InputPaths {
                folder: Some(earlier),
                ..InputPaths::default()
            },
            ..site.job()
        };
        scan(&job).expect("the earlier run");
        site
    }

    /// A path beside the input and output folders.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn input(&self) -> PathBuf {
        self.path("in")
    }

    pub fn out(&self) -> PathBuf {
        self.path("out")
    }

    /// Writes a file, `in/medical_claim.csv` for one, and returns its path.
    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// A scan of the input folder with the defaults.
    pub fn job(&self) -> Scan {
        Scan {
            layout: Layout::find("tuva").expect("the layout"),
            paths: InputPaths {
                folder: Some(self.input()),
                not_inside: Some(self.out()),
                ..InputPaths::default()
            },
            out: self.out(),
            config: Config::default(),
            reference: claimhound::reference::ReferencePaths::default(),
            edits: None,
            as_of: None,
            keep: None,
            show_values: false,
            with_phi: false,
        }
    }

    /// A scan that must fail discreetly and leave the earlier run as it was.
    #[track_caller]
    pub fn fails(&self, job: &Scan) -> Error {
        let before = runs(&self.out());
        let error = match scan(job) {
            Ok(done) => panic!("accepted with {:?}", done.manifest.results.tables),
            Err(error) => error,
        };
        assert_eq!(
            runs(&self.out()),
            before,
            "the earlier run changed: {error}"
        );
        assert_discreet(&error.to_string());
        error
    }

    /// The scan of `in/medical_claim.csv` with this content must fail with these words.
    #[track_caller]
    pub fn refuses(&self, name: &str, bytes: impl AsRef<[u8]>, parts: &[&str]) {
        let file = self.put(&format!("in/{name}"), bytes);
        let error = self.fails(&self.job());
        fs::remove_file(file).expect("the file");
        assert_eq!(error.exit_code(), 1, "{error}");
        assert_says(&error.to_string(), &[name]);
        assert_says(&error.to_string(), parts);
    }

    /// A scan with the program that must end with `code`; what it says on stderr.
    #[track_caller]
    pub fn fails_with(&self, code: i32, arguments: &[&str]) -> String {
        let before = runs(&self.out());
        let output = self.run(arguments);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert_eq!(runs(&self.out()), before, "the earlier run changed: {said}");
        said
    }

    /// Runs the program beside the folders `in` and `out`. No log may tell of a member or claim.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = std::process::Command::new(PROGRAM);
        let output = command
            .args(arguments)
            .current_dir(self.root.path())
            .output();
        checked(output.expect("the program"))
    }

    /// Scans `claims`, however many of its rows are refused.
    #[track_caller]
    pub fn scans(&self, claims: impl AsRef<[u8]>) -> Outcome {
        self.put("in/medical_claim.csv", claims);
        let mut job = self.job();
        job.config.ingest.max_reject_share = 1.0;
        scan(&job).unwrap_or_else(|error| panic!("refused: {error}"));
        Outcome::read(&self.out().join("latest"))
    }
}

/// The same output, after the checks that hold for any run of the program.
#[track_caller]
pub fn checked(output: Output) -> Output {
    let said = stderr(&output);
    assert!(!said.contains("panicked"), "{said}");
    assert_discreet(&said);
    if !output.status.success() {
        assert_discreet(&stdout(&output));
    }
    output
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Everything under `runs`, hidden folders too, and where `latest` points.
pub fn runs(out: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for path in tree(&out.join("runs")) {
        let bytes = if path.is_dir() {
            Vec::new()
        } else {
            fs::read(&path).expect("a file")
        };
        found.insert(path, bytes);
    }
    let latest = out.join("latest");
    if let Ok(run) = fs::read_link(&latest) {
        found.insert(latest, run.to_string_lossy().into_owned().into_bytes());
    }
    found
}

/// Files and folders at and under `folder`; links are not followed.
pub fn tree(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folder
        .exists()
        .then(|| folder.to_path_buf())
        .into_iter()
        .collect();
    while let Some(path) = open.pop() {
        if path.is_dir() && !path.is_symlink() {
            open.extend(
                fs::read_dir(&path)
                    .expect("a folder")
                    .map(|e| e.expect("an entry").path()),
            );
        }
        found.push(path);
    }
    found
}

/// A row of `rejects.parquet`.
#[derive(Debug, PartialEq, Eq)]
pub struct Rejected {
    pub row: i64,
    /// Empty where the whole row is at fault.
    pub column: String,
    pub value: Option<String>,
    pub reason: String,
}

/// Reads a `rejects.parquet`.
pub fn rejects(path: &Path) -> Vec<Rejected> {
    let Some(batch) = read_table(path).expect("rejects.parquet") else {
        return Vec::new();
    };
    let column = |name| text(&batch, name).expect("a text column");
    let word = |name, row| text_at(column(name), row).map(str::to_owned);
    (0..batch.num_rows())
        .map(|row| Rejected {
            row: int(&batch, "row").expect("row").value(row),
            column: word("column", row).unwrap_or_default(),
            value: word("value", row),
            reason: word("reason", row).unwrap_or_default(),
        })
        .collect()
}

/// What a run says of itself.
pub struct Outcome {
    pub manifest: Value,
    pub rejects: Vec<Rejected>,
}

/// Stages whose rows add up to the rows read.
const ROW_STAGES: [&str; 5] = [
    "accepted",
    "repeated",
    "conflicting",
    "rejected",
    "total_rows",
];
/// Stages whose cents add up to the cents read; `counted_once` is money found more than once.
const CENT_STAGES: [&str; 5] = [
    "accepted",
    "repeated",
    "conflicting",
    "rejected",
    "counted_once",
];

impl Outcome {
    /// Reads a run folder and reconciles its control totals.
    #[track_caller]
    pub fn read(run: &Path) -> Outcome {
        let manifest = fs::read_to_string(run.join("manifest.json")).expect("manifest.json");
        let outcome = Outcome {
            manifest: serde_json::from_str(&manifest).expect("JSON"),
            rejects: rejects(&run.join("rejects.parquet")),
        };
        let sum =
            |stages: [&str; 5], amount| stages.map(|s| outcome.sum(s, amount)).iter().sum::<i64>();
        assert_eq!(
            outcome.sum("read", "rows"),
            sum(ROW_STAGES, "rows"),
            "rows were lost"
        );
        for amount in ["paid", "allowed", "charge"] {
            assert_eq!(
                outcome.sum("read", amount),
                sum(CENT_STAGES, amount),
                "cents were lost"
            );
        }
        outcome
    }

    /// Rows or cents of one stage over all claim types.
    fn sum(&self, stage: &str, amount: &str) -> i64 {
        let stages = self.manifest["results"]["control_totals"]["stages"].as_object();
        let of = |kind: &Value| match &kind[stage][amount] {
            Value::Number(rows) => rows.as_i64().expect("a number of rows"),
            Value::String(dollars) => parse_cents(dollars, Decimals::Exact).expect("an amount"),
            _ => 0,
        };
        stages.expect("control totals").values().map(of).sum()
    }

    pub fn rows(&self, stage: &str) -> i64 {
        self.sum(stage, "rows")
    }

    /// Paid cents of a stage.
    pub fn paid(&self, stage: &str) -> i64 {
        self.sum(stage, "paid")
    }
}
