//! Reference files in their publishers' layouts load as they come; wrong and truncated ones are
//! named with file, row and column.

#[path = "support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use claimhound::batch::{int, int_at, text, text_at};
use claimhound::engine::TableData;
use claimhound::reference::{Reference, ReferencePaths};
use tempfile::TempDir;

const PAIRS: &str = "ccipra-v313r0-f1.TXT";
const UNITS: &str = "MCR_MUE_PractitionerServices_Eff_10-01-2025.csv";
const EXCLUDED: &str = "UPDATED.csv";

/// A folder of reference files.
struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(TempDir::new().expect("a temporary folder"));
        for (name, text) in files {
            folder.put(name, text.as_bytes());
        }
        folder
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    fn load(&self) -> claimhound::error::Result<Reference> {
        Reference::load(&ReferencePaths {
            folder: Some(self.0.path().to_path_buf()),
            exclusions: Vec::new(),
        })
    }

    /// The error of a load that must fail.
    fn fails(&self) -> String {
        match self.load() {
            Ok(_) => panic!("the files load"),
            Err(error) => error.to_string(),
        }
    }
}

fn table(reference: &Reference, name: &str) -> RecordBatch {
    match reference.tables().remove(name) {
        Some(TableData::Batch(rows)) => rows,
        other => panic!("{name}: {other:?}"),
    }
}

/// A made-up code: a letter and four digits.
fn code(letter: char, number: usize) -> String {
    format!("{letter}{number:04}")
}

/// The layout of CMS's text files: titles, and a header over four rows.
fn pairs(rows: usize) -> String {
    let mut text = String::from(
        "CPT only copyright 2024 American Medical Association.  All rights reserved.\t\t\t\t\t\t\r\n\
         Column1/Column2 Edits\t\t\t\t\t\t\r\n\
         Column 1\tColumn 2\t*=In existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n\
         \t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n\
         \t\t\t\t*=no data\t1=allowed\t\r\n\
         \t\t\t\t\t9=not applicable\t\r\n",
    );
    for row in 0..rows {
        let deleted = if row % 3 == 0 { "20241231" } else { "*" };
        let indicator = [0, 1, 9][row % 3];
        let (one, two) = (code('A', row), code('B', row));
        let _ = write!(
            text,
            "{one}\t{two}\t*\t20200101\t{deleted}\t{indicator}\tStandards of medical practice\r\n"
        );
    }
    text
}

/// The layout of CMS's CSV: a quoted copyright row, and a header with a line break in a cell.
fn units(rows: impl Iterator<Item = (String, i64)>) -> String {
    let mut text = String::from(
        "\"CPT codes and descriptions only are copyright 2024 American Medical Association. All \
         rights reserved, including \"\"units\"\".\",,,\n\
         \"HCPCS/\nCPT Code\",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n",
    );
    let indicators = [
        "1 Line Edit",
        "2 Date of Service Edit: Policy",
        "3 Date of Service Edit: Clinical",
    ];
    for (row, (code, value)) in rows.enumerate() {
        let _ = writeln!(
            text,
            "{code},{value},{},\"Clinical: Data\"",
            indicators[row % 3]
        );
    }
    text
}

fn excluded(rows: usize) -> String {
    let mut text = String::from(
        "LASTNAME,FIRSTNAME,MIDNAME,BUSNAME,GENERAL,SPECIALTY,UPIN,NPI,DOB,ADDRESS,CITY,STATE,ZIP,EXCLTYPE,EXCLDATE,REINDATE,WAIVERDATE,WVRSTATE\r\n",
    );
    for row in 0..rows {
        let npi = if row % 2 == 0 {
            "0000000000".to_owned()
        } else {
            format!("{}", 1_000_000_000 + row)
        };
        let _ = write!(
            text,
            "\"DOE, {row}\",JANE,,,IND- LIC HC SERV PRO,NURSE/NURSES AIDE,,{npi},19600101,\"1 MAIN ST, #2\",AUSTIN,TX,78701,1128b4,20150{}20,00000000,00000000,  \r\n",
            row % 9 + 1
        );
    }
    text
}

fn codes(count: usize) -> impl Iterator<Item = (String, i64)> {
    (0..count).map(|row| (code('C', row), row as i64 % 7))
}

/// OIG's list opens with businesses, whose first cells are empty as those of a header that goes on.
#[test]
fn a_list_that_opens_with_a_business_has_its_header_alone() {
    let listed = excluded(2).replace("\"DOE, 0\",JANE,,", ",,,\"BUSINESS, INC\"");
    let folder = Folder::with(&[(EXCLUDED, &listed)]);
    let reference = folder.load().expect("an exclusion list");
    assert_eq!(table(&reference, "exclusion").num_rows(), 2);
}

#[test]
fn official_layouts_load_as_they_come() {
    let folder = Folder::with(&[
        (PAIRS, &pairs(300)),
        (UNITS, &units(codes(300))),
        (EXCLUDED, &excluded(300)),
        (
            "plan_list.csv",
            "hcpcs_code,effective_from,effective_to,payer,plan\nA0001,20240101,,P,\nA0002,2024-01-01,2024-12-31,,\n",
        ),
        (
            "2024_Gaz_zcta_national.txt",
            "GEOID\tALAND\tINTPTLAT\tINTPTLONG                  \n00601\t166847909\t18.180555\t -66.749961   \n78701\t1\t30.27\t-97.74\n",
        ),
        ("README.txt", "not a table"),
    ]);
    let reference = folder.load().expect("official layouts");
    let pairs = table(&reference, "ncci_ptp");
    assert_eq!(pairs.num_rows(), 300);
    let column = |name| int(&pairs, name).expect("an integer column");
    let first = |name| int_at(column(name), 0);
    assert_eq!(
        text(&pairs, "column_2_code").expect("text").value(0),
        "B0000"
    );
    assert_eq!(
        text(&pairs, "setting").expect("text").value(0),
        "practitioner"
    );
    // 2020-01-01; the day before the deletion on 2024-12-31; the quarter ends on 2025-12-31.
    assert_eq!(first("effective_from_day"), Some(18_262));
    assert_eq!(first("effective_to_day"), Some(20_087));
    assert_eq!(first("table_to_day"), Some(20_453));
    assert_eq!(int_at(column("effective_to_day"), 1), None);
    assert_eq!(int_at(column("modifier_indicator"), 2), Some(9));

    let units = table(&reference, "mue");
    assert_eq!(units.num_rows(), 300);
    assert_eq!(int_at(int(&units, "mue_value").expect("units"), 5), Some(5));
    let indicator = int(&units, "adjudication_indicator").expect("indicators");
    assert_eq!([0, 1, 2].map(|row| indicator.value(row)), [1, 2, 3]);

    let excluded = table(&reference, "exclusion");
    assert_eq!(excluded.num_rows(), 300);
    let npi = text(&excluded, "npi").expect("NPIs");
    let with_npi = (0..300).filter(|row| text_at(npi, *row).is_some()).count();
    assert_eq!(with_npi, 150);
    let names = text(&excluded, "full_name").expect("names");
    assert!(names.iter().flatten().any(|name| name == "DOE, 7 JANE"));

    assert_eq!(table(&reference, "prior_authorization").num_rows(), 2);
    let places = table(&reference, "zip_centroid");
    assert_eq!(
        int(&places, "longitude_micro").expect("degrees").value(0),
        -66_749_961
    );
    // A point of the unit sphere, in millionths.
    let axis = |name| int(&places, name).expect("an axis").value(1) as f64 / 1e6;
    let length = ["x_micro", "y_micro", "z_micro"]
        .map(axis)
        .iter()
        .map(|v| v * v)
        .sum::<f64>();
    assert!((length - 1.0).abs() < 1e-5, "{length}");

    let edition = |table: &str| reference.editions(&[table.to_owned()]).unwrap_or_default();
    assert_eq!(edition("ncci_ptp"), "ncci_ptp: practitioner 2025 Q4");
    assert_eq!(edition("mue"), "mue: practitioner 2025 Q4");
    assert_eq!(
        edition("exclusion"),
        "exclusion: exclusions up to 2015-09-20"
    );
    let vintage = reference.vintages().iter().find(|v| v.table == "mue");
    let vintage = vintage.expect("the vintage");
    assert_eq!(
        (
            vintage.effective_from.as_str(),
            vintage.effective_to.as_str()
        ),
        ("2025-10-01", "2025-12-31")
    );
    let bytes = fs::read(folder.0.path().join(UNITS)).expect("the file");
    assert_eq!(vintage.blake3, blake3::hash(&bytes).to_hex().to_string());
}

#[test]
fn tables_that_were_not_given_are_absent() {
    let reference = Reference::load(&ReferencePaths::default()).expect("embedded tables");
    for table in claimhound::reference::official::TABLES {
        assert!(!reference.has(table), "{table}");
    }
}

#[test]
fn wrong_files_are_named_with_row_and_column() {
    for (name, text, parts) in [
        (
            PAIRS,
            pairs(9).replace("A0004\tB0004\t*\t20200101", "A0004\tB0004\t*\t2020-13"),
            &[PAIRS, "row 11", "column effective date", "2020-13"][..],
        ),
        (
            PAIRS,
            pairs(9).replace("A0004\tB0004", "A0004\tB04"),
            &["row 11", "column column 2", "B04"],
        ),
        (
            PAIRS,
            pairs(9).replace("\t1\tStand", "\t7\tStand"),
            &["row 8", "modifier", "\"7\""],
        ),
        (
            PAIRS,
            pairs(9).replace("\tDeletion\t", "\tGone\t"),
            &["the column Deletion Date is missing", "column 1 | column 2"],
        ),
        (
            "pairs.txt",
            pairs(9),
            &["pairs.txt", "practitioner, hospital", "file's name"],
        ),
        (
            UNITS,
            units(codes(9)).replace("C0004,4,", "C0004,four,"),
            &[
                UNITS,
                "row 8",
                "column practitioner services mue values",
                "four",
            ],
        ),
        (
            UNITS,
            units(codes(9)).replace("C0004,4,2 Date", "C0004,4,Date"),
            &["row 8", "mue adjudication indicator", "Date of Service"],
        ),
        (
            UNITS,
            units(codes(9)).replace("C0004,4,", "C0004,4,\""),
            &["row 8", "quoted value"],
        ),
        (
            EXCLUDED,
            excluded(9).replace("1000000003", "100000000X"),
            &[EXCLUDED, "row 5", "column npi", "100000000X"],
        ),
        (
            EXCLUDED,
            excluded(9).replace("20150420", "00000000"),
            &["row 5", "column excldate", "no exclusion date"],
        ),
        (
            "zips.csv",
            "zip_code,latitude,longitude\n601,18.1,-66.7\n".to_owned(),
            &["zips.csv", "row 2", "column zip_code", "leading zeros"],
        ),
        (
            "notes.csv",
            "a,b\n1,2\n".to_owned(),
            &["notes.csv", "no header", "exclusion list"],
        ),
        ("empty.csv", String::new(), &["empty.csv", "empty"]),
        (
            "book.xlsx",
            "PK\u{3}\u{4}".to_owned(),
            &["book.xlsx", "save a workbook as CSV"],
        ),
    ] {
        let said = Folder::with(&[(name, &text)]).fails();
        for part in parts {
            assert!(said.contains(part), "{name}: \"{said}\" lacks \"{part}\"");
        }
    }
}

#[test]
fn a_file_cut_off_anywhere_is_refused_or_has_lost_no_row_that_it_shows() {
    for (name, text, rows) in [
        (PAIRS, pairs(3), 3),
        (UNITS, units(codes(3)), 3),
        (EXCLUDED, excluded(3), 3),
    ] {
        for end in 0..text.len() {
            let folder = Folder::with(&[(name, &text[..end])]);
            match folder.load() {
                Err(error) => assert!(error.to_string().contains(name), "{error}"),
                // Cut at a line's end, or inside the rationale that is not read.
                Ok(reference) => {
                    let table = ["ncci_ptp", "mue", "exclusion"].map(|t| (t, reference.has(t)));
                    let (table, _) = table.into_iter().find(|t| t.1).expect("a table");
                    let lines = text[..end].trim_end().lines().count();
                    let head = text.lines().count() - rows;
                    let read = self::table(&reference, table).num_rows();
                    assert_eq!(read, lines - head, "{name} cut at {end}");
                }
            }
        }
    }
}

#[test]
fn a_compressed_file_reads_alike_and_a_cut_one_is_refused() {
    let text = pairs(50);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).expect("memory");
    let packed = packer.finish().expect("memory");
    let folder = Folder::with(&[]);
    folder.put("ccipra-v313r0-f1.txt.gz", &packed);
    let reference = folder.load().expect("a compressed file");
    assert_eq!(table(&reference, "ncci_ptp").num_rows(), 50);
    folder.put("ccipra-v313r0-f1.txt.gz", &packed[..packed.len() / 2]);
    assert!(folder.fails().contains("cut off"));
}

#[test]
fn parts_of_one_quarter_add_up_and_two_quarters_do_not() {
    let second = pairs(20).replace("\tB0", "\tD0");
    let folder = Folder::with(&[(PAIRS, &pairs(10)), ("ccipra-v313r0-f2.TXT", &second)]);
    let reference = folder.load().expect("two parts");
    assert_eq!(table(&reference, "ncci_ptp").num_rows(), 30);
    folder.put("ccipra-v312r0-f1.TXT", pairs(5).as_bytes());
    let said = folder.fails();
    assert!(
        said.contains("2025 Q3") && said.contains("later quarter's files only"),
        "{said}"
    );
}

#[test]
fn each_day_has_one_edition_of_the_units() {
    let later = units(codes(1)).replace("C0000,0", "C0000,9");
    let folder = Folder::with(&[
        ("MUE_Practitioner_Eff_01-01-2025.csv", &units(codes(1))),
        ("MUE_Practitioner_Eff_07-01-2025.csv", &later),
    ]);
    let rows = table(&folder.load().expect("two quarters"), "mue");
    let column = |name| int(&rows, name).expect("an integer column").clone();
    let (from, to, value) = (
        column("applies_from_day"),
        column("applies_to_day"),
        column("mue_value"),
    );
    assert_eq!((value.value(0), value.value(1)), (0, 9));
    // 2025-07-01 is day 20270: the first edition stands in for the quarter between.
    assert_eq!((to.value(0), from.value(1)), (20_269, 20_270));
    assert!(from.value(0) < 0 && to.value(1) > 50_000);
    assert_eq!(int_at(&column("effective_to_day"), 0), Some(20_178));
}

#[test]
fn a_reinstatement_of_another_file_ends_the_exclusion() {
    let current = excluded(3);
    let back = current
        .lines()
        .filter(|l| l.starts_with("LAST") || l.contains("DOE, 1"))
        .map(|l| l.replace("20150220,00000000", "20150220,20240301") + "\n")
        .collect::<String>();
    let folder = Folder::with(&[(EXCLUDED, &current), ("2403REIN.csv", &back)]);
    let rows = table(&folder.load().expect("two files"), "exclusion");
    assert_eq!(rows.num_rows(), 3);
    let last = int(&rows, "effective_to_day").expect("days");
    let ended: Vec<i64> = last.iter().flatten().collect();
    // The day before 2024-03-01.
    assert_eq!(ended, [19_782]);
    assert_eq!(
        int(&rows, "reinstatements_given").expect("flags").value(0),
        1
    );
}

/// Eight thousand codes of a public list, put into CMS's layout in a temporary folder.
#[test]
fn a_table_of_real_size_loads() {
    let source = support::sample("reference").join("mue_values.csv");
    let listed = fs::read_to_string(&source).expect("the list");
    let rows = listed.lines().skip(1).map(|line| {
        let (code, value) = line.split_once(',').expect("two columns");
        (code.to_owned(), value.trim().parse().expect("a number"))
    });
    let folder = Folder::with(&[(UNITS, &units(rows))]);
    let reference = folder.load().expect("the table");
    assert_eq!(table(&reference, "mue").num_rows(), 8_253);
}

#[test]
fn the_exclusion_option_takes_exclusion_lists_only() {
    let folder = Folder::with(&[(PAIRS, &pairs(3)), (EXCLUDED, &excluded(3))]);
    let load = |name: &str| {
        let file = |name: &str| Path::join(folder.0.path(), name);
        Reference::load(&ReferencePaths {
            folder: None,
            exclusions: vec![file(name)],
        })
    };
    assert!(load(EXCLUDED).expect("the list").has("exclusion"));
    let said = load(PAIRS).err().expect("refused").to_string();
    assert!(said.contains("--exclusions"), "{said}");
}
