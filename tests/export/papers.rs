//! A run folder made by hand, with names that are out to hurt, and what is exported of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claimhound::private::create_private;
use claimhound::report::export::pseudonym::Members;
use claimhound::report::export::{Export, Exported, Format, export};
use claimhound::report::frame::{Frame, Value};
use claimhound::report::run_folder::{hash_file, write_parquet};
use claimhound::report::tables;
use claimhound::schema::{Kind, Table, output};
use serde_json::json;
use tempfile::TempDir;

/// Largest amount that the program reads, in cents.
pub const LARGEST: i64 = claimhound::money::MAX_CENTS;

/// Names, identifiers and codes that a program could take for something else.
pub const HOSTILE: [&str; 22] = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "Smith;=1+1",
    "Smith\n=1+1",
    "<script>alert(1)</script>",
    "a \"quoted\", name",
    "'=1+1",
    "-10000010254618",
    "000012345678",
    "12345678901234567890",
    "1E5",
    "2023-01-02",
    "_x0041_",
    "https://example.org/?a=1&b=2",
    "\u{1}\u{b}bell and null\u{0}",
];

/// An output folder with one run.
pub struct Papers {
    pub root: TempDir,
    pub run: PathBuf,
}

/// Values of a row by column; the others are null.
pub type Row<'a> = Vec<(&'a str, Value)>;

/// A table of rows.
pub fn frame(table: &'static Table, rows: &[Row]) -> Frame {
    let mut frame = Frame::new(table);
    for row in rows {
        for (name, _) in row {
            assert!(
                table.position(name).is_some(),
                "{} has no {name}",
                table.name
            );
        }
        let value = |column: &claimhound::schema::Column| {
            let given = row.iter().find(|(name, _)| *name == column.name);
            given.map_or_else(
                || match column.kind {
                    Kind::TextList => Value::List(Vec::new()),
                    _ => Value::Null,
                },
                |(_, value)| value.clone(),
            )
        };
        frame.push(table.columns.iter().map(value).collect());
    }
    frame
}

impl Papers {
    /// Writes a run of these cases, findings, evidence lines and entities.
    pub fn new(cases: &[Row], findings: &[Row], evidence: &[Row], entities: &[Row]) -> Papers {
        let root = TempDir::new().expect("a temporary folder");
        let run = root.path().join("out/runs/2025-12-31_0badcafe");
        create_private(&run).expect("a run folder");
        let mut hashes: BTreeMap<String, String> = BTreeMap::new();
        for frame in [
            frame(&output::CASES, cases),
            frame(&output::FINDINGS, findings),
            frame(&output::EVIDENCE, evidence),
            frame(&output::ENTITIES, entities),
            tables::columns(),
        ] {
            let name = format!("{}.parquet", frame.table.name);
            let batch = frame.into_batch().expect("a batch");
            write_parquet(&run.join(&name), &batch).expect("a table");
            hashes.insert(name.clone(), hash_file(&run.join(&name)).expect("a hash"));
        }
        let amounts =
            json!({"rows": 7, "paid": "1,234.56", "allowed": "2,000.00", "charge": "-3.10"});
        let manifest = json!({
            "run_id": "2025-12-31_0badcafe",
            "as_of": "2025-12-31",
            "version": "0.1.0",
            "layout": "tuva",
            "inputs": [{"source": "medical_claim", "path": "/secret/place/=claims.csv", "bytes": 12, "blake3": "ab"}],
            "config": {
                "peers": {"min_peers": 30},
                "list": {"level": 0.05, "materiality_floor": 1000, "minimum_edit_exposure": 100}
            },
            "reference": [{"table": "drg", "vintage": "v43", "source": "CMS", "blake3": "cd"}],
            "tables": hashes,
            "results": {
                "control_totals": {"stages": {"professional": {"read": amounts, "accepted": amounts}}},
                "detectors_run": [{"name": "duplicate_billing__exact", "kind": "edit", "verdict": "run"}],
                "detectors_not_run": [{"name": "collusion_ring", "why": "not built"}],
                "lists": [
                    {"entity_type": "provider", "statement": "Among the tested providers."},
                    {"entity_type": "member", "statement": "Among the tested members."}
                ]
            }
        });
        fs::write(run.join("manifest.json"), manifest.to_string()).expect("a manifest");
        Papers { root, run }
    }

    /// What to export of it, into a folder of its own.
    pub fn job(&self, format: Format, members: Members) -> Export {
        Export {
            run: self.run.clone(),
            cases: Vec::new(),
            format,
            output: Some(self.root.path().join("papers")),
            members,
            suppress_below: None,
        }
    }
}

/// Exports.
#[track_caller]
pub fn written(job: &Export) -> Exported {
    match export(job) {
        Ok(done) => done,
        Err(error) => panic!("{error}"),
    }
}

/// Identifier of member `number`: hostile ones first, then plain ones.
pub fn member(number: usize) -> String {
    match number {
        0 => "=SECRET(0)".to_owned(),
        1 => "-900000001SECRET".to_owned(),
        2 => "00SECRET2".to_owned(),
        _ => format!("SECRET-{number:06}"),
    }
}

/// A provider and a member with a case each, and as many lines as there are hostile names.
#[allow(clippy::too_many_lines, reason = "tables, value by value")]
pub fn hostile() -> Papers {
    let long = format!("{}{}", "long ".repeat(8_000), "end");
    let mut evidence: Vec<Row> = Vec::new();
    let mut sums = [0_i64; 3];
    let lines: Vec<(usize, &str)> = HOSTILE
        .iter()
        .copied()
        .chain([long.as_str()])
        .enumerate()
        .collect();
    for (case, finding) in [
        ("aaaa000000000001", "f1"),
        ("bbbb000000000002", "f2"),
        ("cccc000000000003", "f3"),
    ] {
        let position = finding.as_bytes()[1] as usize - usize::from(b'1');
        for (number, name) in lines.iter().filter(|(n, _)| n % 3 == position) {
            let cents = match number {
                0 => LARGEST,
                3 => 1,
                _ => *number as i64 * 1_001,
            };
            sums[position] += cents;
            let person = if position == 2 {
                member(1)
            } else {
                member(*number)
            };
            let note = format!("{name} as on claim {person}-7 of {}", member(number + 100));
            evidence.push(vec![
                ("finding_id", finding.into()),
                ("case_id", case.into()),
                ("entity_id", entity(position).into()),
                ("data_source", "north".into()),
                ("claim_id", (*name).into()),
                ("claim_line_number", (*number as i64 + 1).into()),
                ("person_id", person.into()),
                ("service_date", (19_000 + *number as i64).into()),
                ("hcpcs_code", "99213".into()),
                ("modifiers", "".into()),
                ("units", 1_500_i64.into()),
                ("paid_amount", cents.into()),
                ("allowed_amount", (-1_200_i64).into()),
                ("questioned_amount", cents.into()),
                ("amount_at_risk", cents.into()),
                ("amount_at_risk_lower", 0_i64.into()),
                ("amount_counted_case", cents.into()),
                ("amount_counted_run", cents.into()),
                ("basis", "paid".into()),
                ("note", note.into()),
            ]);
        }
    }
    let mut cases: Vec<Row> = Vec::new();
    let mut findings: Vec<Row> = Vec::new();
    for (position, case) in ["aaaa000000000001", "bbbb000000000002", "cccc000000000003"]
        .into_iter()
        .enumerate()
    {
        let about = if position == 2 { "member" } else { "provider" };
        cases.push(vec![
            ("case_id", case.into()),
            ("rank", (position as i64 + 1).into()),
            ("entity_type", about.into()),
            ("entity_id", entity(position).into()),
            (
                "entity_name",
                ["=cmd|' /C calc'!A0 & Müller", long.as_str(), "SECRET NAME"][position].into(),
            ),
            (
                "schemes",
                Value::List(vec!["duplicate_billing".into(), "=1".into()]),
            ),
            ("status", "new".into()),
            ("p_value", 1.541_102_605_322_602_8e-17.into()),
            ("exposure_amount", sums[position].into()),
            ("exposure_lower", 0_i64.into()),
            ("priority_amount", sums[position].into()),
            ("claim_count", 8_i64.into()),
            ("finding_count", 1_i64.into()),
            (
                "summary",
                format!("=About {}: 8 lines; review", member(1)).into(),
            ),
            ("first_flagged", 20_453_i64.into()),
        ]);
        findings.push(vec![
            ("finding_id", format!("f{}", position + 1).into()),
            ("case_id", case.into()),
            ("entity_type", about.into()),
            ("entity_id", entity(position).into()),
            ("scheme", "duplicate_billing".into()),
            ("detector", "duplicate_billing__exact".into()),
            ("kind", "edit".into()),
            ("ratio", 1.25.into()),
            ("exposure_amount", sums[position].into()),
            ("exposure_lower", 0_i64.into()),
            ("reason", "-reason".into()),
            ("counterpoint", "@counterpoint".into()),
            ("source", "+source".into()),
        ]);
    }
    // Lines in the order of the table, which is by case and finding.
    let members = (0..200).map(member).chain([member(1)]);
    let entities: Vec<Row> = members
        .map(|id| {
            vec![
                ("entity_type", "member".into()),
                ("entity_id", Value::from(id)),
            ]
        })
        .collect();
    Papers::new(&cases, &findings, &evidence, &entities)
}

/// Entity of the case at a position.
fn entity(position: usize) -> String {
    ["-1000000999", "0009", "-900000001SECRET"][position].to_owned()
}

/// Every file below a folder, or the file itself.
pub fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut found: Vec<PathBuf> = fs::read_dir(path)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    found.sort();
    found
}
