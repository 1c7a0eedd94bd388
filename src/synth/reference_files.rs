//! The reference lists as files in their publishers' layouts, so that a scan reads them as it
//! reads official ones. Every file says that it is illustrative: the pairs, units, exclusions and
//! places are those of the generated world, not those in force.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::error::SynthError;
use super::reference_lists::{CodePair, ListedExclusion, ReferenceLists};

/// Folder of the files beside the claims.
pub const FOLDER: &str = "reference";
/// Quarter that the NCCI files are for: the last of the extract (version 31.3 in CMS's count).
const QUARTER: &str = "v313r0";
const QUARTER_BEGINS: &str = "10-01-2025";
/// When the illustrative pairs took effect.
const PAIRS_BEGIN: &str = "20200101";
/// Pairs that are no longer in force: a claim that holds one is right.
const DELETED: [(&str, &str); 2] = [("97530", "97110"), ("80053", "85025")];
/// Most units per member, provider and day that honest claims of the generator hold, or a little
/// above, with the adjudication indicator (1 line, 2 day and absolute, 3 day).
const UNITS: [(&str, u32, &str); 18] = [
    ("11103", 6, "3 Date of Service Edit: Clinical"),
    ("17003", 17, "2 Date of Service Edit: Policy"),
    ("20610", 1, "3 Date of Service Edit: Clinical"),
    ("20611", 1, "3 Date of Service Edit: Clinical"),
    ("88305", 3, "3 Date of Service Edit: Clinical"),
    ("96415", 5, "3 Date of Service Edit: Clinical"),
    ("97110", 6, "3 Date of Service Edit: Clinical"),
    ("97112", 5, "3 Date of Service Edit: Clinical"),
    ("97140", 5, "3 Date of Service Edit: Clinical"),
    ("97530", 5, "3 Date of Service Edit: Clinical"),
    ("A4253", 4, "1 Line Edit"),
    ("A7038", 3, "1 Line Edit"),
    ("J0702", 3, "3 Date of Service Edit: Clinical"),
    ("J1100", 20, "3 Date of Service Edit: Clinical"),
    ("J3301", 16, "3 Date of Service Edit: Clinical"),
    ("J7325", 96, "3 Date of Service Edit: Clinical"),
    ("J9035", 130, "3 Date of Service Edit: Clinical"),
    ("J9271", 200, "3 Date of Service Edit: Clinical"),
];
const README: &str = "These reference files are illustrative. They belong to the synthetic claims \
beside them and hold no code pair, unit limit, excluded person or place of the official files, \
whose layouts they have. Never scan real claims with them.\n";

/// Writes the lists into `out/reference`.
///
/// # Errors
/// A file that cannot be written.
pub fn write(lists: &ReferenceLists, out: &Path) -> Result<(), SynthError> {
    let folder = out.join(FOLDER);
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|source| SynthError::Write { path, source })
    };
    fs::create_dir_all(&folder).map_err(|source| SynthError::Write {
        path: folder.clone(),
        source,
    })?;
    put("README.txt", README)?;
    put(
        &format!("ccipra-{QUARTER}-illustrative.txt"),
        &pairs(&lists.code_pairs),
    )?;
    put(
        &format!("MCR_MUE_PractitionerServices_Eff_{QUARTER_BEGINS}_illustrative.csv"),
        &units(),
    )?;
    let (reinstated, current): (Vec<_>, Vec<_>) = lists
        .exclusions
        .iter()
        .partition(|e| e.reinstated.is_some());
    let exclusions_of =
        |listed: &[&ListedExclusion]| (!listed.is_empty()).then(|| exclusions(listed));
    // A small world has no entry of some lists: a header alone would look cut off.
    for (name, text) in [
        ("UPDATED_illustrative.csv", exclusions_of(&current)),
        ("REINSTATED_illustrative.csv", exclusions_of(&reinstated)),
        (
            "prior_authorization_illustrative.csv",
            (!lists.authorizations.is_empty()).then(|| authorizations(lists)),
        ),
        (
            "Gaz_zcta_illustrative.txt",
            (!lists.zip_centroids.is_empty()).then(|| places(lists)),
        ),
    ] {
        if let Some(text) = text {
            put(name, &text)?;
        }
    }
    Ok(())
}

/// NCCI's tab-separated text: title rows, and a header spread over several.
fn pairs(pairs: &[CodePair]) -> String {
    let mut text = String::from(
        "Illustrative pairs of a synthetic world, not CMS's\n\
         Column1/Column2 Edits, Practitioner\n\
         Column 1\tColumn 2\t*=In existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n\
         \t\tprior to 1996\tDate\tDate\t0=not allowed\t\n\
         \t\t\t\t*=no data\t1=allowed\t\n\
         \t\t\t\t\t9=not applicable\t\n",
    );
    let mut rows: Vec<String> = pairs
        .iter()
        .map(|pair| {
            let allowed = u8::from(pair.modifier_allowed);
            format!(
                "{}\t{}\t\t{PAIRS_BEGIN}\t*\t{allowed}\tIllustrative",
                pair.column_1, pair.column_2
            )
        })
        .collect();
    rows.extend(DELETED.iter().map(|(one, two)| {
        format!("{one}\t{two}\t\t{PAIRS_BEGIN}\t{PAIRS_BEGIN}\t9\tIllustrative")
    }));
    rows.sort();
    for row in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{row}");
    }
    text
}

fn units() -> String {
    let mut text = String::from(
        "\"Illustrative units of a synthetic world, not CMS's\",,,\n\
         \"HCPCS/\nCPT Code\",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n",
    );
    for (code, most, indicator) in UNITS {
        let _ = writeln!(text, "{code},{most},{indicator},Illustrative");
    }
    text
}

/// OIG's columns; names are `LAST, FIRST` for persons.
fn exclusions(entries: &[&ListedExclusion]) -> String {
    let mut text = String::from(
        "LASTNAME,FIRSTNAME,MIDNAME,BUSNAME,GENERAL,SPECIALTY,UPIN,NPI,DOB,ADDRESS,CITY,STATE,ZIP,\
         EXCLTYPE,EXCLDATE,REINDATE,WAIVERDATE,WVRSTATE\n",
    );
    for entry in entries {
        let (last, first, business) = match entry.name.split_once(", ") {
            Some((last, first)) => (last, first, ""),
            None => ("", "", entry.name.as_str()),
        };
        let _ = writeln!(
            text,
            "{last},{first},,{business},Illustrative,{},,{},,,,{},{},1128b7,{},{},00000000,",
            entry.specialty,
            entry.npi.as_deref().unwrap_or("0000000000"),
            entry.state,
            entry.zip,
            compact(entry.excluded),
            entry
                .reinstated
                .map_or_else(|| "00000000".to_owned(), compact),
        );
    }
    text
}

fn authorizations(lists: &ReferenceLists) -> String {
    let mut text = String::from("hcpcs_code,effective_from,effective_to,payer,plan\n");
    for listed in &lists.authorizations {
        let _ = writeln!(text, "{},,,{},{}", listed.code, listed.payer, listed.plan);
    }
    text
}

/// The Census Bureau's gazetteer columns, those between left out.
fn places(lists: &ReferenceLists) -> String {
    let mut text = String::from("GEOID\tINTPTLAT\tINTPTLONG\n");
    for place in &lists.zip_centroids {
        let _ = writeln!(
            text,
            "{}\t{:.6}\t{:.6}",
            place.zip, place.latitude, place.longitude
        );
    }
    text
}

/// An epoch day as YYYYMMDD.
fn compact(day: i32) -> String {
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day));
    date.map_or_else(
        |_| "00000000".to_owned(),
        |d| d.strftime("%Y%m%d").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::{SynthConfig, reference_lists};

    #[test]
    fn every_list_is_written_and_says_that_it_is_made_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let lists = reference_lists(&SynthConfig {
            providers: 3000,
            ..SynthConfig::default()
        });
        write(&lists, folder.path()).expect("written");
        let files = fs::read_dir(folder.path().join(FOLDER)).expect("the folder");
        let mut count = 0;
        for file in files {
            let path = file.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("text");
            let said = format!("{} {text}", path.display()).to_lowercase();
            assert!(said.contains("illustrative"), "{}", path.display());
            assert!(text.lines().count() > 1 || path.ends_with("README.txt"));
            count += 1;
        }
        assert_eq!(count, 7);
        assert_eq!(compact(20_453), "20251231");
    }
}
