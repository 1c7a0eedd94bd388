//! Claims of one provider that stands out, with everything a frame has to tell apart.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::{LazyLock, Mutex, PoisonError};

use tempfile::TempDir;

use crate::run::{claimhound, scan, text};

/// The provider that bills twice, and so has a case.
pub const PROVIDER: &str = "1003000126";
/// Its claims that are paid and stand, by data source and id: cents.
pub type Paid = BTreeMap<String, i64>;

const COLUMNS: &str = "claim_id,claim_line_number,claim_type,person_id,data_source,payer,plan,\
claim_start_date,hcpcs_code,service_unit_quantity,rendering_npi,paid_amount,claim_status";

/// Rows of the claims table, and what a frame of the provider's claims must hold.
pub struct Story {
    pub rows: Vec<String>,
    pub paid: Paid,
    pub denied_lines: u64,
    pub zero_lines: u64,
}

fn dollars(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Twelve providers; one of them with 260 claims of one or two lines of very different amounts, of
/// which some are denied, some paid nothing, and four visits are billed and paid twice.
pub fn story() -> Story {
    let mut story = Story {
        rows: Vec::new(),
        paid: Paid::new(),
        denied_lines: 0,
        zero_lines: 0,
    };
    let mut add = |claim: &str,
                   line: u64,
                   member: u64,
                   code: &str,
                   npi: &str,
                   cents: i64,
                   status: &str,
                   day: u64| {
        story.rows.push(format!(
            "{claim},{line},professional,SENTINEL{member},north,blue,gold,2024-{:02}-{:02},{code},1,{npi},{},{status}",
            day / 28 % 12 + 1,
            day % 28 + 1,
            dollars(cents)
        ));
        if npi == PROVIDER {
            match (status, cents) {
                ("denied", _) => story.denied_lines += 1,
                (_, 0) => story.zero_lines += 1,
                _ => *story.paid.entry(claim.to_owned()).or_default() += cents,
            }
        }
    };
    for n in 0..260 {
        let claim = format!("C{n}");
        // From about 20 to about 2,000 dollars, most of them small.
        let cents = 2_000
            + (n * n * n * 37 % 180_000) as i64 * i64::from(n % 9 == 0)
            + (n * 97 % 4_000) as i64;
        let status = if n % 20 == 7 { "denied" } else { "paid" };
        let first = if n % 25 == 11 { 0 } else { cents };
        add(
            &claim,
            1,
            n,
            if n % 3 == 0 { "99214" } else { "99213" },
            PROVIDER,
            first,
            status,
            n,
        );
        if n % 4 == 1 {
            add(&claim, 2, n, "93000", PROVIDER, 1_500 + n as i64, status, n);
        }
        if n < 20 && n % 20 != 7 && n % 25 != 11 && n % 4 != 1 {
            add(
                &format!("again{n}"),
                1,
                n,
                if n % 3 == 0 { "99214" } else { "99213" },
                PROVIDER,
                cents,
                "paid",
                n,
            );
        }
    }
    for n in 0..660 {
        let npi = format!("12345678{:02}", n % 11 + 10);
        add(
            &format!("D{n}"),
            1,
            1000 + n,
            "99213",
            &npi,
            7_500,
            "paid",
            n,
        );
    }
    story
}

/// A folder with the claims, scanned into `out`.
pub struct Site {
    root: TempDir,
}

/// The scanned claims that most tests look at.
pub static SCANNED: LazyLock<Site> = LazyLock::new(|| Site::scanned(&story().rows));

static TURN: Mutex<()> = Mutex::new(());

impl Site {
    pub fn scanned(rows: &[String]) -> Site {
        let root = TempDir::new().expect("a temporary folder");
        let claims = root.path().join("claims");
        fs::create_dir(&claims).expect("a folder");
        let table = format!("{COLUMNS}\n{}\n", rows.join("\n"));
        fs::write(claims.join("medical_claim.csv"), table).expect("claims");
        scan(&claims, &root.path().join("out"), &[], 2);
        Site { root }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Runs `sample` on the provider's case.
    pub fn sample(&self, more: &[&str]) -> Output {
        self.sample_of(PROVIDER, more)
    }

    /// Runs `sample` on a case.
    pub fn sample_of(&self, case: &str, more: &[&str]) -> Output {
        let out = self.path("out");
        let mut arguments = vec!["sample", text(&out), case];
        arguments.extend(more);
        // One at a time: a sample takes the lock that a scan takes.
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        claimhound(&arguments, 2)
    }

    /// Draws into a folder of this name.
    pub fn drawn(&self, name: &str, more: &[&str]) -> PathBuf {
        let folder = self.path(name);
        let output = self.sample(&[&["--output", text(&folder)], more].concat());
        assert!(output.status.success(), "{}", said(&output));
        folder
    }
}

/// What a command wrote to stderr.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a command wrote to stdout.
pub fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Rows of a CSV file by column.
pub fn csv(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a CSV file");
    let rows = reader.deserialize().map(|row| row.expect("a row"));
    rows.collect()
}

/// Fills a template in: what is allowed of what was paid, in cents, by the row's number.
pub fn fill_in(template: &Path, to: &Path, allowed: impl Fn(usize, i64) -> i64) {
    let mut rows = vec!["unit_id,paid_amount,allowed_on_review,reason".to_owned()];
    for (at, row) in csv(template).iter().enumerate() {
        let paid = cents(&row["paid_amount"]);
        let allowed = dollars(allowed(at, paid));
        rows.push(format!(
            "{},{},{allowed},ok",
            row["unit_id"], row["paid_amount"]
        ));
    }
    fs::write(to, rows.join("\n")).expect("a review");
}

/// Cents of a plain amount.
pub fn cents(amount: &str) -> i64 {
    let (whole, fraction) = amount.split_once('.').expect("two decimals");
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let whole: i64 = whole.parse().expect("dollars");
    whole * 100 + sign * fraction.parse::<i64>().expect("cents")
}
