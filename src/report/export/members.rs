//! Members by their pseudonyms, in every table and inside every text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::DataType;

use super::pseudonym::{Members, Pseudonyms};
use super::work::{Work, broken};
use crate::batch::{read_rows, text, text_at};
use crate::error::Result;
use crate::schema::EntityType;

/// Fewest characters of the line's own member's identifier that are taken out of its texts: shorter
/// ones cannot be told from counts and ages.
const SHORTEST_OWN: usize = 5;
/// Fewest characters of another member's identifier that are: shorter ones cannot be told from
/// procedure codes and amounts.
const SHORTEST_OTHER: usize = 6;
/// Columns of codes, which no identifier is looked for in.
const CODES: [&str; 3] = ["hcpcs_code", "modifiers", "drg_code"];

/// What was done to the texts, for the cover.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Disguised {
    /// Members that have a pseudonym.
    pub members: usize,
    /// Cases about a member.
    pub cases: usize,
    /// Evidence lines whose claim identifier held the member's.
    pub claim_ids: usize,
    /// Other texts that held a member's identifier.
    pub texts: usize,
}

/// Replaces every member by a pseudonym: `person_id`, the entity of a member's case, that case's id
/// and those of its findings (hashes of the member's identifier that anyone with a list of members
/// could compute), and the identifiers of members inside texts. A case about a member loses its
/// name. `None` where members are to be shown.
///
/// # Errors
/// Where a column is not as declared, or pseudonyms collide.
pub fn disguise(run: &Path, work: &Work, how: &Members) -> Result<Option<(Work, Disguised)>> {
    if matches!(how, Members::Shown) {
        return Ok(None);
    }
    let elsewhere = mentioned(run, work)?;
    let known = work.members()?;
    let everyone = known
        .iter()
        .copied()
        .chain(elsewhere.iter().map(String::as_str));
    let Some(names) = Pseudonyms::new(how, everyone)? else {
        return Ok(None);
    };
    let ids = Ids::new(work, &names)?;
    let mut done = Disguised {
        members: names.len(),
        cases: ids.case.len(),
        ..Disguised::default()
    };
    let disguised = Work {
        cases: table(&work.cases, &ids, &names, &mut done)?,
        findings: table(&work.findings, &ids, &names, &mut done)?,
        evidence: table(&work.evidence, &ids, &names, &mut done)?,
    };
    Ok(Some((disguised, done)))
}

/// New identifiers of the cases about members and of their findings.
struct Ids {
    case: BTreeMap<String, String>,
    finding: BTreeMap<String, String>,
}

impl Ids {
    fn new(work: &Work, names: &Pseudonyms) -> Result<Ids> {
        let about_members = work.member_cases()?;
        let (id, entity) = (
            text(&work.cases, "case_id")?,
            text(&work.cases, "entity_id")?,
        );
        let case: BTreeMap<String, String> = (0..work.cases.num_rows())
            .filter(|row| about_members.contains(id.value(*row)))
            .filter_map(|row| {
                let name = names.of(entity.value(row))?;
                Some((id.value(row).to_owned(), format!("member-{name}")))
            })
            .collect();
        let (id, of, detector) = (
            text(&work.findings, "finding_id")?,
            text(&work.findings, "case_id")?,
            text(&work.findings, "detector")?,
        );
        let mut finding = BTreeMap::new();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for row in 0..work.findings.num_rows() {
            let Some(case) = case.get(of.value(row)) else {
                continue;
            };
            let plain = format!("{case}-{}", detector.value(row));
            let numbered = (2..).map(|n| format!("{plain}-{n}"));
            let name = std::iter::once(plain.clone())
                .chain(numbered)
                .find(|name| taken.insert(name.clone()));
            finding.insert(id.value(row).to_owned(), name.unwrap_or(plain));
        }
        Ok(Ids { case, finding })
    }
}

/// One table with its members replaced, column by column.
fn table(
    batch: &RecordBatch,
    ids: &Ids,
    names: &Pseudonyms,
    done: &mut Disguised,
) -> Result<RecordBatch> {
    let case = text(batch, "case_id")?;
    let about_member: Vec<bool> = case
        .iter()
        .map(|id| id.is_some_and(|id| ids.case.contains_key(id)))
        .collect();
    // The member a row is about: its own column, else the case's entity.
    let own = match text(batch, "person_id") {
        Ok(person) => person,
        Err(_) => text(batch, "entity_id")?,
    };
    let whose = batch.column_by_name("person_id").is_some();
    let own = |row: usize| text_at(own, row).filter(|_| whose || about_member[row]);
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        if *field.data_type() != DataType::Utf8 || CODES.contains(&field.name().as_str()) {
            columns.push(column.clone());
            continue;
        }
        let texts = column.as_string::<i32>();
        let value = |row: usize| -> Option<String> {
            let old = text_at(texts, row)?;
            let replaced = |of: &BTreeMap<String, String>| of.get(old).cloned();
            match field.name().as_str() {
                "case_id" => replaced(&ids.case).or_else(|| Some(old.to_owned())),
                "finding_id" => replaced(&ids.finding).or_else(|| Some(old.to_owned())),
                "entity_id" if !about_member[row] => Some(old.to_owned()),
                "person_id" | "entity_id" => names.of(old).map(str::to_owned),
                "entity_name" if about_member[row] => None,
                _ => Some(without_members(old, own(row), names)),
            }
        };
        let new: StringArray = (0..batch.num_rows()).map(value).collect();
        match field.name().as_str() {
            "case_id" | "finding_id" | "entity_id" | "person_id" | "entity_name" => {}
            "claim_id" => done.claim_ids += differing(texts, &new),
            _ => done.texts += differing(texts, &new),
        }
        columns.push(Arc::new(new));
    }
    RecordBatch::try_new(batch.schema(), columns).map_err(|e| broken("pseudonyms", &e))
}

fn differing(old: &StringArray, new: &StringArray) -> usize {
    old.iter().zip(new).filter(|(a, b)| a != b).count()
}

/// A text with the identifiers of members replaced: the row's own member's, and those of others.
fn without_members(text: &str, own: Option<&str>, names: &Pseudonyms) -> String {
    let mut out = text.to_owned();
    if let Some(own) = own.filter(|own| own.len() >= SHORTEST_OWN)
        && let Some(name) = names.of(own)
    {
        out = replace_whole(&out, own, name);
    }
    let others: BTreeSet<String> = words(&out)
        .filter(|word| names.of(word).is_some())
        .map(str::to_owned)
        .collect();
    for other in &others {
        out = replace_whole(&out, other, names.of(other).unwrap_or_default());
    }
    out
}

/// What in a text may be an identifier.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let between = |c: char| c.is_whitespace() || ",;:=()[]{}<>\"'|/".contains(c);
    text.split(between)
        .map(|word| word.trim_matches('.'))
        .filter(|word| word.len() >= SHORTEST_OTHER)
}

/// Replaces `part` where no letter or digit touches it.
fn replace_whole(text: &str, part: &str, by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    for (at, _) in text.match_indices(part) {
        let before = text[..at].chars().next_back();
        let after = text[at + part.len()..].chars().next();
        let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if at >= rest && !touches(before) && !touches(after) {
            out.push_str(&text[rest..at]);
            out.push_str(by);
            rest = at + part.len();
        }
    }
    out.push_str(&text[rest..]);
    out
}

/// Members of the run, other than those of these cases, whose identifiers stand in a text: edits of
/// the user's own may name them.
fn mentioned(run: &Path, work: &Work) -> Result<BTreeSet<String>> {
    let mut candidates: BTreeSet<String> = BTreeSet::new();
    for batch in [&work.cases, &work.findings, &work.evidence] {
        for column in batch
            .columns()
            .iter()
            .filter_map(|c| c.as_string_opt::<i32>())
        {
            let distinct: BTreeSet<&str> = column.iter().flatten().collect();
            candidates.extend(distinct.into_iter().flat_map(words).map(str::to_owned));
        }
    }
    let mut found = BTreeSet::new();
    let member = EntityType::Member.name();
    let entities = read_rows(&run.join("entities.parquet"), &|batch| {
        let (kind, id) = (text(batch, "entity_type")?, text(batch, "entity_id")?);
        let wanted = |row: usize| {
            text_at(kind, row) == Some(member)
                && text_at(id, row).is_some_and(|id| candidates.contains(id))
        };
        Ok((0..batch.num_rows()).map(|row| Some(wanted(row))).collect())
    })?;
    found.extend(
        text(&entities, "entity_id")?
            .iter()
            .flatten()
            .map(str::to_owned),
    );
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(members: &[&str]) -> Pseudonyms {
        Pseudonyms::new(&Members::Numbered, members.iter().copied())
            .expect("pseudonyms")
            .expect("not shown")
    }

    #[test]
    fn identifiers_inside_texts_are_replaced_where_they_stand_alone() {
        let names = names(&["P000123", "10133", "-1000006", "a1b2-c3d4", "P000999"]);
        for (text, own, shown) in [
            ("as on claim P000123-7", "P000123", "as on claim M0001-7"),
            ("XP000123 and P0001234", "P000123", "XP000123 and P0001234"),
            ("member=P000999; 3 days", "P000123", "member=M0005; 3 days"),
            ("of 10133, twice 10133", "10133", "of M0002, twice M0002"),
            ("included in 10133", "P000123", "included in 10133"),
            ("-1000006.", "-1000006", "M0003."),
            ("-100000648", "-1000006", "-100000648"),
            ("(a1b2-c3d4)", "P000123", "(M0004)"),
        ] {
            assert_eq!(without_members(text, Some(own), &names), shown, "{text}");
        }
        assert_eq!(without_members("60 days", Some("60"), &names), "60 days");
    }
}
