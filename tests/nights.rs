//! Several nights over one output folder: what is new, grown, shrunk, closed, cleared and back, what
//! reviewers' decisions do, and that every night can be repeated.

#[allow(dead_code, reason = "shared with the tests of wrong input")]
#[path = "wrong_input/claims.rs"]
mod claims;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Decimal128Type, Int64Type};
use claimhound::batch::{boolean, float, int, text, text_at};
use claimhound::cases::Outcome;
use claimhound::error::Error;
use claimhound::pipeline::decisions::{TakenUp, take_up};
use claimhound::pipeline::verify::verify;
use claimhound::pipeline::{Scan, scan};
use claimhound::report::read_table;
use claimhound::report::run_folder::{latest_run, lock};
use serde_json::Value;

use self::claims::{CENTS, Site, assert_says, line, stderr, stdout, table};

/// Providers, and lines of each.
const PROVIDERS: usize = 20;
const LINES: usize = 40;

fn npi(provider: usize) -> String {
    format!("12345678{provider:02}")
}

/// Claims in which some providers bill some of their visits twice.
fn claims_with(twice: &[(usize, usize)]) -> String {
    let mut all = Vec::new();
    for provider in 0..PROVIDERS {
        let visits = twice.iter().find(|t| t.0 == provider).map_or(0, |t| t.1);
        for visit in 0..LINES {
            let number = provider * LINES + visit;
            let npi = npi(provider);
            all.push(line(number, &[("rendering_npi", &npi)]));
            if visit < visits {
                let again = format!("again{number}");
                all.push(line(
                    number,
                    &[("rendering_npi", &npi), ("claim_id", &again)],
                ));
            }
        }
    }
    table(&all)
}

/// Nights over one site.
struct Nights {
    site: Site,
    night: i64,
}

/// First night, days since 1970-01-01: 2023-02-01.
const FIRST: i64 = 19_389;

impl Nights {
    fn new() -> Nights {
        Nights {
            site: Site::new(),
            night: 0,
        }
    }

    fn job(&self) -> Scan {
        let mut job = self.site.job();
        job.as_of = Some(FIRST + self.night);
        // The handful of providers here would else be a notice about the data.
        job.config.flood_guard.max_line_share = 1.0;
        job.config.flood_guard.max_provider_share = 1.0;
        job
    }

    /// Scans claims in which these providers bill that many visits twice.
    #[track_caller]
    fn night(&mut self, twice: &[(usize, usize)]) -> Night {
        self.night += 1;
        self.site.put("in/medical_claim.csv", claims_with(twice));
        let scanned = scan(&self.job()).expect("a night");
        Night { run: scanned.run }
    }

    /// Takes up decisions, one `provider, word, date` each.
    fn decide(&self, last: &Night, decisions: &[(usize, &str, &str)]) -> TakenUp {
        let register = last.register();
        let mut text = "case_id,disposition,date,note\n".to_owned();
        for (provider, word, date) in decisions {
            let id = &register[&npi(*provider)]["case_id"];
            writeln!(text, "{id},{word},{date},made up").expect("text");
        }
        let file = self.site.put("decided.csv", text);
        take_up(&self.site.out(), &file).expect("taken up")
    }
}

/// One night's run.
struct Night {
    run: PathBuf,
}

/// Cells of a row as text, by column.
type Row = BTreeMap<String, String>;

impl Night {
    fn table(&self, name: &str) -> Option<RecordBatch> {
        read_table(&self.run.join(format!("{name}.parquet"))).expect("a table")
    }

    fn manifest(&self) -> Value {
        let text = fs::read_to_string(self.run.join("manifest.json")).expect("a manifest");
        serde_json::from_str(&text).expect("JSON")
    }

    fn rows(&self, name: &str) -> BTreeMap<String, Row> {
        let Some(batch) = self.table(name) else {
            return BTreeMap::new();
        };
        let ids = text(&batch, "entity_id").expect("entities");
        let row = |row: usize| {
            let columns = batch.schema().fields().clone();
            let cells = columns.iter().map(|c| c.name().clone());
            let cells = cells.map(|name| {
                let value = cell(&batch, &name, row);
                (name, value)
            });
            (ids.value(row).to_owned(), cells.collect())
        };
        (0..batch.num_rows()).map(row).collect()
    }

    fn cases(&self) -> BTreeMap<String, Row> {
        self.rows("cases")
    }

    fn register(&self) -> BTreeMap<String, Row> {
        self.rows("case_register")
    }

    /// Status of every case in `cases`, by provider.
    fn statuses(&self) -> BTreeMap<usize, String> {
        let number = |id: &str| id[8..].parse().expect("a provider");
        self.cases()
            .iter()
            .map(|(id, row)| (number(id), row["status"].clone()))
            .collect()
    }
}

fn cell(batch: &RecordBatch, name: &str, row: usize) -> String {
    let column = batch.column_by_name(name).expect("a column");
    if column.is_null(row) {
        return String::new();
    }
    if let Some(money) = column.as_primitive_opt::<Decimal128Type>() {
        return money.value(row).to_string();
    }
    if let Some(day) = column.as_primitive_opt::<Date32Type>() {
        return day.value(row).to_string();
    }
    if let Some(number) = column.as_primitive_opt::<Int64Type>() {
        return number.value(row).to_string();
    }
    if let Some(truth) = column.as_boolean_opt() {
        return truth.value(row).to_string();
    }
    let text = column.as_string_opt::<i32>();
    text.map_or_else(String::new, |t| t.value(row).to_owned())
}

fn told(statuses: &[(usize, &str)]) -> BTreeMap<usize, String> {
    let word = |(provider, status): &(usize, &str)| (*provider, (*status).to_owned());
    statuses.iter().map(word).collect()
}

/// Providers of the story: one a claim is added to, one cleared, one that grows, one that is
/// confirmed and vanishes, one that shrinks, and one that comes later.
const ADDED: usize = 1;
const CLEARED: usize = 2;
const GROWS: usize = 3;
const VANISHES: usize = 4;
const SHRINKS: usize = 5;
const LATER: usize = 6;

#[test]
fn four_nights() {
    let mut nights = Nights::new();
    let first = nights.night(&[
        (ADDED, 20),
        (CLEARED, 10),
        (GROWS, 10),
        (VANISHES, 10),
        (SHRINKS, 10),
    ]);
    let all = [ADDED, CLEARED, GROWS, VANISHES, SHRINKS];
    assert_eq!(first.statuses(), told(&all.map(|p| (p, "new"))));
    let taken_up = nights.decide(
        &first,
        &[
            (CLEARED, "cleared", "2023-02-01"),
            (VANISHES, "confirmed", "2023-02-02"),
        ],
    );
    let added: BTreeMap<&str, usize> = taken_up.added.iter().map(|(o, n)| (o.name(), *n)).collect();
    assert_eq!(
        added,
        BTreeMap::from([("cleared", 1), ("confirmed", 1), ("pending", 0)])
    );

    // Also after decisions that it did not know yet.
    repeats(&first);

    let second = nights.night(&[
        (ADDED, 21),
        (CLEARED, 11),
        (GROWS, 13),
        (SHRINKS, 5),
        (LATER, 3),
    ]);
    assert_eq!(
        second.statuses(),
        told(&[
            (ADDED, "continuing"),
            (GROWS, "grown"),
            (SHRINKS, "shrunk"),
            (LATER, "new"),
            (VANISHES, "closed"),
        ])
    );
    let quiet = &second.register()[&npi(CLEARED)];
    assert_eq!(
        (quiet["quiet"].as_str(), quiet["status"].as_str()),
        ("true", "continuing")
    );
    assert_eq!(quiet["exposure_amount"], (11 * CENTS).to_string());
    assert_says(
        &quiet["note"],
        &[
            "cleared on 2023-02-01 at 73,419.60",
            "kept quiet at 80,761.56",
        ],
    );
    let closed = &second.cases()[&npi(VANISHES)];
    assert_eq!(closed["rank"], "");
    assert_eq!(closed["exposure_amount"], (10 * CENTS).to_string());
    assert_eq!(closed["disposition"], "confirmed");
    assert_eq!(closed["status_note"], "nothing found as of 2023-02-03");
    let standings = second.manifest()["results"]["case_standings"].clone();
    assert_eq!(standings["by_status"]["closed"], 1);
    assert_eq!(
        (&standings["quiet"], &standings["back"]),
        (&1.into(), &0.into())
    );

    repeats(&second);

    // Worse by more than a tenth than when it was cleared, though not than the night before.
    let third = nights.night(&[(CLEARED, 12), (VANISHES, 10)]);
    assert_eq!(
        third.statuses(),
        told(&[
            (CLEARED, "grown"),
            (VANISHES, "new"),
            (ADDED, "closed"),
            (GROWS, "closed"),
            (SHRINKS, "closed"),
            (LATER, "closed"),
        ])
    );
    let back = &third.cases()[&npi(CLEARED)];
    assert_eq!(back["disposition"], "cleared");
    assert_says(
        &back["status_note"],
        &["cleared on 2023-02-01", "back on the list at 88,103.52"],
    );
    assert_eq!(third.manifest()["results"]["case_standings"]["back"], 1);
    let again = &third.cases()[&npi(VANISHES)];
    assert_eq!(
        again["disposition"], "confirmed",
        "what was decided is remembered"
    );
    assert_eq!(again["first_flagged"], (FIRST + 1).to_string());

    repeats(&third);

    // What left the list leaves it once.
    let fourth = nights.night(&[(CLEARED, 12), (VANISHES, 10)]);
    assert_eq!(
        fourth.statuses(),
        told(&[(CLEARED, "continuing"), (VANISHES, "continuing")])
    );

    repeats(&fourth);
}

/// A night's tables agree, and its claims, still in place, give them again.
fn repeats(night: &Night) {
    the_tables_agree(night);
    let verified = verify(&night.run, true).expect("verified");
    assert_eq!(verified.differing, Vec::<String>::new());
}

/// The list, its findings and lines, the entities, the register and the manifest say the same.
fn the_tables_agree(night: &Night) {
    let cases = night.table("cases").expect("cases");
    let ranks = int(&cases, "rank").expect("ranks");
    let listed = cases.num_rows() - ranks.null_count();
    let ranked: Vec<i64> = ranks.iter().take(listed).flatten().collect();
    assert_eq!(
        ranked,
        (1..=listed as i64).collect::<Vec<_>>(),
        "closed cases come last"
    );
    assert_eq!(night.manifest()["results"]["cases"], listed);
    let of = |name: &str| -> Vec<String> {
        let batch = night.table(name).expect("rows");
        let ids = text(&batch, "case_id").expect("ids");
        let mut ids: Vec<String> = ids.iter().flatten().map(str::to_owned).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let mut on_the_list: Vec<String> = (0..listed)
        .filter_map(|row| text_at(text(&cases, "case_id").expect("ids"), row))
        .map(str::to_owned)
        .collect();
    on_the_list.sort();
    assert_eq!(of("findings"), on_the_list);
    assert_eq!(of("evidence"), on_the_list);
    let entities = night.table("entities").expect("entities");
    let flagged = boolean(&entities, "flagged").expect("flags");
    assert_eq!(flagged.iter().flatten().filter(|f| *f).count(), listed);
    let register = night.register();
    let open = |row: &&Row| row["status"] != "closed" && row["quiet"] == "false";
    assert_eq!(register.values().filter(open).count(), listed);
}

#[test]
fn a_case_whose_rule_fell_silent_is_closed_with_that_reason() {
    let mut nights = Nights::new();
    nights.night(&[(1, 10)]);
    let mut job = nights.job();
    // So many hits say something about the data: a notice, no cases.
    job.config.flood_guard.max_line_share = 0.0;
    job.config.flood_guard.max_provider_share = 0.0;
    let scanned = scan(&job).expect("a night");
    let night = Night { run: scanned.run };
    let closed = &night.cases()[&npi(1)];
    assert_eq!(closed["status"], "closed");
    assert_says(
        &closed["status_note"],
        &["nothing found", "not looked for: duplicate_billing__exact"],
    );
}

#[test]
fn decisions_measure_a_rules_precision_and_weigh_its_dollars() {
    let mut nights = Nights::new();
    let twice = [(1, 10), (2, 10), (3, 10), (4, 10)];
    let first = nights.night(&twice);
    let of_rule = |night: &Night| {
        let manifest = night.manifest();
        let rules = manifest["results"]["rule_precision"]
            .as_array()
            .expect("rules")
            .clone();
        let named = |rule: &&Value| rule["confirmed"] != 0 || rule["cleared"] != 0;
        (rules.len(), rules.iter().find(named).cloned())
    };
    let (rules, decided) = of_rule(&first);
    assert!(rules > 0, "rules that ran");
    assert_eq!(decided, None);
    nights.decide(
        &first,
        &[
            (1, "cleared", "2023-02-01"),
            (2, "cleared", "2023-02-01"),
            (3, "confirmed", "2023-02-01"),
            (4, "pending", "2023-02-01"),
        ],
    );
    let second = nights.night(&twice);
    let (_, decided) = of_rule(&second);
    let decided = decided.expect("a rule with decisions");
    assert_eq!(
        (&decided["confirmed"], &decided["cleared"]),
        (&1.into(), &2.into())
    );
    let stated = decided["stated"].as_f64().expect("a precision");
    let used = decided["used"].as_f64().expect("a precision");
    assert!(
        (used - (10.0 * stated + 1.0) / 13.0).abs() < 1e-12,
        "{stated} {used}"
    );
    for (provider, row) in second.cases() {
        let exposure: f64 = row["exposure_amount"].parse().expect("cents");
        let priority: f64 = row["priority_amount"].parse().expect("cents");
        assert!((priority - exposure * used).abs() <= 10.0, "{provider}");
    }
    let reranking = &second.manifest()["results"]["reranking"];
    assert_eq!(reranking["on"], false);
    assert_says(
        reranking["reason"].as_str().expect("a reason"),
        &[
            "off: 3 reviewed cases, 1 confirmed and 2 cleared",
            "100 with 20 of each",
        ],
    );
    let cases = second.table("cases").expect("cases");
    assert_eq!(
        float(&cases, "confirm_probability")
            .expect("a column")
            .null_count(),
        cases.num_rows()
    );
    assert_eq!(
        int(&cases, "unsupervised_rank").expect("ranks"),
        int(&cases, "rank").expect("ranks"),
        "off, the order is the unsupervised one"
    );
}

#[test]
fn the_same_claims_come_to_rest_in_one_run_that_does_not_continue_itself() {
    let mut nights = Nights::new();
    let mut ids = Vec::new();
    for _ in 0..5 {
        // One as-of date, as where no new claims came.
        nights.night = 0;
        let night = nights.night(&[(1, 10)]);
        ids.push(latest_run(&nights.site.out()).expect("a run"));
        let manifest = night.manifest();
        assert_ne!(manifest["prior_run"], manifest["run_id"]);
        let verified = verify(&night.run, true).expect("verified");
        assert_eq!(verified.differing, Vec::<String>::new());
    }
    // New, then continuing; after that nothing changes any more.
    assert_ne!(ids[0], ids[1]);
    assert_eq!((&ids[2], &ids[3]), (&ids[3], &ids[4]));
}

#[test]
fn a_night_does_not_begin_from_a_state_that_nobody_left() {
    let mut nights = Nights::new();
    let first = nights.night(&[(1, 10), (2, 10)]);
    nights.decide(
        &first,
        &[(1, "cleared", "2023-02-01"), (2, "pending", "2023-02-01")],
    );
    let second = nights.night(&[(1, 10), (2, 10)]);
    let site = &nights.site;
    let history = site.path("out/dispositions.csv");
    let good = fs::read_to_string(&history).expect("the history");
    // A decision taken out, and one rewritten.
    let without = good.lines().take(2).collect::<Vec<_>>().join("\n");
    for (text, row) in [(without, 2), (good.replace("cleared", "confirmed"), 1)] {
        fs::write(&history, text).expect("the history");
        let said = site.fails(&nights.job()).to_string();
        assert_says(
            &said,
            &[&format!("dispositions.csv, row {row}"), "gone or changed"],
        );
    }
    fs::write(&history, good).expect("the history");
    for name in ["case_register", "case_measures", "dispositions"] {
        let file = second.run.join(format!("{name}.parquet"));
        let good = fs::read(&file).expect("a table");
        let mut changed = good.clone();
        changed[good.len() / 2] ^= 1;
        fs::write(&file, changed).expect("a table");
        let said = site.fails(&nights.job()).to_string();
        assert_says(&said, &[name, "not as the run wrote it"]);
        fs::write(&file, good).expect("a table");
    }
    let aside = site.path("aside");
    fs::rename(&second.run, &aside).expect("moved");
    let said = site.fails(&nights.job()).to_string();
    assert_says(&said, &["out/latest", "points to no run"]);
    fs::rename(&aside, &second.run).expect("moved");
    scan(&nights.job()).expect("all is as it was");
}

#[test]
fn a_file_with_one_fault_is_not_taken_up_and_a_scan_is_waited_for() {
    let mut nights = Nights::new();
    let first = nights.night(&[(1, 10)]);
    let out = nights.site.out();
    let id = &first.register()[&npi(1)]["case_id"];
    let good = format!("{id},cleared,2023-02-01\n");
    let head = "case_id,disposition,date\n";
    let bad = nights
        .site
        .put("bad.csv", format!("{head}{good}{id},perhaps,2023-02-02\n"));
    let said = take_up(&out, &bad).expect_err("a fault").to_string();
    assert_says(&said, &["bad.csv, row 2, column disposition", "perhaps"]);
    assert!(!out.join("dispositions.csv").exists());
    let file = nights.site.put("good.csv", format!("{head}{good}"));
    let held = lock(&out).expect("the lock");
    let busy = take_up(&out, &file).expect_err("a scan is under way");
    assert!(matches!(busy, Error::Busy { .. }) && busy.exit_code() == 4);
    drop(held);
    // Killed while writing: a part of the next history lies beside the old one.
    fs::write(out.join(".dispositions.csv.next"), "case_id,dispo").expect("a file");
    assert_eq!(take_up(&out, &file).expect("taken up").decisions, 1);
    assert!(!out.join(".dispositions.csv.next").exists());
    let nowhere = take_up(&nights.site.path("nowhere"), &file).expect_err("no run");
    assert_says(&nowhere.to_string(), &["nowhere", "no run in this folder"]);
    assert!(
        !nights.site.path("nowhere").exists(),
        "nothing is created by mistake"
    );
}

#[test]
fn the_program_takes_decisions_and_tells_where_a_case_went() {
    let mut nights = Nights::new();
    let first = nights.night(&[(1, 10), (2, 10), (3, 10)]);
    let id = first.register()[&npi(1)]["case_id"].clone();
    nights.site.put(
        "decided.csv",
        format!(
            "case_id,disposition,date,who\n{id},{},2023-02-01,me\n",
            Outcome::Cleared.name()
        ),
    );
    let says = |arguments: &[&str]| {
        let output = nights.site.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output)
    };
    let said = says(&["disposition", "out", "decided.csv"]);
    assert_says(
        &said,
        &[
            "1 decisions taken up",
            "1 cleared",
            "columns not used: who",
            "1 decisions in all",
        ],
    );
    assert_says(
        &says(&["disposition", "out", "decided.csv"]),
        &["1 had come back before"],
    );
    nights.site.put(
        "wrong.csv",
        "case_id,disposition,date\nffff,cleared,2023-02-01\n",
    );
    let wrong = nights.site.run(&["disposition", "out", "wrong.csv"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert_says(&stderr(&wrong), &["wrong.csv, row 1, column case_id"]);

    nights
        .site
        .put("in/medical_claim.csv", claims_with(&[(1, 10), (2, 10)]));
    nights.site.put(
        "scan.toml",
        "[flood_guard]\nmax_line_share = 1.0\nmax_provider_share = 1.0\n",
    );
    let scan = [
        "scan",
        "in",
        "--out",
        "out",
        "--config",
        "scan.toml",
        "--as-of",
        "2023-02-09",
    ];
    let said = says(&scan);
    assert_says(
        &said,
        &[
            "1 closed, 1 continuing",
            "1 cleared cases kept quiet",
            "Closed since the run before",
        ],
    );
    assert_says(&said, &["Re-ranking off: 1 reviewed cases"]);
    let listed = says(&["cases", "out"]);
    assert!(!listed.contains(&npi(1)), "{listed}");
    assert_says(&listed, &[&npi(2), "Closed since the run before", &npi(3)]);
    let quiet = says(&["show", "out", &npi(1)]);
    assert_says(
        &quiet,
        &[
            &id,
            "kept quiet, not on the list",
            "Reviewed: cleared on 2023-02-01",
            "pending",
        ],
    );
    let closed = says(&["show", "out", &npi(3)]);
    assert_says(
        &closed,
        &["closed, not on the list", "Nothing found as of 2023-02-09"],
    );
    assert_says(
        &says(&["verify", "out/latest", "--rerun"]),
        &["the same claims give the same bytes"],
    );
}
