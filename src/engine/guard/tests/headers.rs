//! Headers and statements of SQL files.

use super::super::{HeaderError, StatementText, header, split_statements};

const EDIT: &str = "\
-- scheme: unbundling
-- title: Component billed beside its panel: same day
-- source: CMS NCCI Policy Manual
--   chapter 10
-- required columns: hcpcs_code, service_date,
--
-- A panel pays its parts.
SELECT k
FROM line; -- done
";

#[test]
fn directives_prose_and_the_statement() {
    let head = header(EDIT, "e.sql").unwrap();
    let keys: Vec<(&str, &str, usize)> = head
        .directives
        .iter()
        .map(|d| (d.key.as_str(), d.value.as_str(), d.line))
        .collect();
    assert_eq!(
        keys,
        [
            ("scheme", "unbundling", 1),
            ("title", "Component billed beside its panel: same day", 2),
            ("source", "CMS NCCI Policy Manual chapter 10", 3),
            ("required columns", "hcpcs_code, service_date,", 5),
        ]
    );
    assert_eq!(head.prose, ["A panel pays its parts."]);
    let columns: Vec<&str> = head.get("required columns").unwrap().items().collect();
    assert_eq!(columns, ["hcpcs_code", "service_date"]);
    assert_eq!(head.statements.len(), 1);
    assert_eq!(head.statements[0].sql, "SELECT k\nFROM line");
    assert_eq!(head.statements[0].first_line, 8);
}

const LAYOUT: &str = "\
-- layout: synthea
-- source: claims
--   files: claims*.csv, claims.csv.gz
--   null words: NA, \\N
-- source: patients
--   files: patients.csv

-- table: line; rowwise: yes
-- one row per line
SELECT ';' AS semi, /* ; */ \"a;b\" AS x
FROM claims;

-- table: member
SELECT k FROM patients
";

#[test]
fn sources_with_children_and_several_tables() {
    let head = header(LAYOUT, "l.sql").unwrap();
    let sources: Vec<_> = head.all("source").collect();
    assert_eq!(sources.len(), 2);
    assert_eq!(
        sources[0].child("files").unwrap().value,
        "claims*.csv, claims.csv.gz"
    );
    assert_eq!(sources[0].child("null words").unwrap().line, 4);
    assert_eq!(sources[1].children.len(), 1);
    let [line, member] = head.statements.as_slice() else {
        panic!("{head:?}");
    };
    assert_eq!(line.get("table").unwrap().value, "line");
    assert_eq!(line.get("rowwise").unwrap().value, "yes");
    assert_eq!(line.first_line, 10);
    assert!(line.sql.ends_with("FROM claims"), "{}", line.sql);
    assert_eq!(
        (
            member.get("table").unwrap().value.as_str(),
            member.first_line
        ),
        ("member", 14)
    );
    assert!(member.get("rowwise").is_none());
}

#[test]
fn broken_files() {
    assert!(matches!(
        header("--    files: x\nSELECT 1", "f"),
        Err(HeaderError::Orphan { line: 1, .. })
    ));
    assert!(matches!(
        header("-- key: x\n", "f"),
        Err(HeaderError::Empty { .. })
    ));
    assert!(matches!(header("", "f"), Err(HeaderError::Empty { .. })));
    for line in [
        "-- table:",
        "-- table: a; Rowwise",
        "-- table: ; rowwise: yes",
    ] {
        let text = format!("-- a: b\n{line}\nSELECT k FROM t");
        assert!(
            matches!(
                header(&text, "f"),
                Err(HeaderError::StatementLine { line: 2, .. })
            ),
            "{line}"
        );
    }
    for (text, at) in [
        ("SELECT k FROM t\n-- table: a\nSELECT k FROM t", 1),
        ("-- table: a\n\n-- table: b\nSELECT k FROM t", 1),
        ("-- table: a\nSELECT k FROM t;\nSELECT k FROM u", 3),
    ] {
        let error = header(text, "f").unwrap_err();
        assert!(
            matches!(&error, HeaderError::Statements { line, .. } if *line == at),
            "{error}"
        );
    }
}

#[test]
fn semicolons_in_quotes_and_comments_do_not_split() {
    let pieces = split_statements("SELECT 'it''s; ok' -- a;b\n;\n\n/* ; */ SELECT 2;;", 3);
    let shown: Vec<(&str, usize)> = pieces
        .iter()
        .map(
            |StatementText {
                 sql, first_line, ..
             }| (sql.as_str(), *first_line),
        )
        .collect();
    assert_eq!(shown, [("SELECT 'it''s; ok' -- a;b", 3), ("SELECT 2", 6)]);
}
