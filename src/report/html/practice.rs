//! What a provider does, month by month and code by code, beside its specialty.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde::{Serialize, Serializer};

use super::evidence::CaseLines;
use crate::batch::{date, date_at, decimal, decimal_at, each_piece, int, int_at, text, text_at};
use crate::error::Result;
use crate::ingest::date::iso;

/// Codes that a case page compares with the specialty's.
pub const CODES_SHOWN: usize = 10;

/// A provider's practice.
#[derive(Debug, Default, Serialize)]
pub struct Practice {
    specialty: Option<String>,
    state: Option<String>,
    member_count: Option<i64>,
    claim_count: Option<i64>,
    line_count: Option<i64>,
    first_service: Option<String>,
    last_service: Option<String>,
    /// Members by condition tier: none, 1–2, 3–4, 5 or more.
    tiers: Vec<i64>,
    /// Providers whose codes the shares of the specialty are taken over, itself left out.
    specialty_count: usize,
    code_count: usize,
    pub months: Vec<Month>,
    codes: Vec<Code>,
    #[serde(skip)]
    specialty_key: Option<String>,
    #[serde(skip)]
    all_codes: Vec<Code>,
}

/// Values of a month and of a code in the order in which they are written, without their names.
pub const MONTH: &[&str] = &["month", "paid_cents", "at_risk_cents"];
pub const CODE: &[&str] = &[
    "code",
    "line_count",
    "paid_cents",
    "at_risk_cents",
    "share",
    "specialty_share",
];

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        (&self.label, self.paid_cents, self.at_risk_cents).serialize(serializer)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        (
            &self.word,
            self.line_count,
            self.paid_cents,
            self.at_risk_cents,
            self.share,
            self.specialty_share,
        )
            .serialize(serializer)
    }
}

/// One month of service.
#[derive(Debug)]
pub struct Month {
    label: String,
    paid_cents: i64,
    at_risk_cents: i64,
}

/// One procedure code.
#[derive(Debug, Clone)]
struct Code {
    word: String,
    line_count: i64,
    paid_cents: i64,
    at_risk_cents: i64,
    /// Share of the provider's lines.
    share: f64,
    /// Share of its specialty's lines, the provider left out; null without a specialty.
    specialty_share: Option<f64>,
}

/// A specialty's lines.
#[derive(Debug, Default)]
struct Specialty {
    providers: usize,
    lines: i64,
    by_code: HashMap<String, i64>,
}

/// Practices of the wanted providers.
///
/// # Errors
/// Where a table is missing or not as this version writes it.
pub fn practices(run: &Path, wanted: &HashMap<&str, usize>) -> Result<Vec<Practice>> {
    let mut practices: Vec<Practice> = Vec::new();
    practices.resize_with(wanted.len(), Practice::default);
    let specialty_of = read_features(run, wanted, &mut practices)?;
    read_months(run, wanted, &mut practices)?;
    read_codes(run, wanted, &mut practices, &specialty_of)?;
    Ok(practices)
}

/// Fills in who they are; gives the specialty of every provider that shares one with them.
fn read_features(
    run: &Path,
    wanted: &HashMap<&str, usize>,
    practices: &mut [Practice],
) -> Result<HashMap<String, String>> {
    let path = run.join("provider_features.parquet");
    let key =
        |taxonomy: Option<&str>, specialty: Option<&str>| taxonomy.or(specialty).map(str::to_owned);
    let columns = [
        "provider_id",
        "taxonomy_code",
        "specialty",
        "state",
        "member_count",
        "claim_count",
        "line_count",
        "first_service_date",
        "last_service_date",
        "tier0_members",
        "tier1_members",
        "tier2_members",
        "tier3_members",
    ];
    each_piece(&path, &columns, |piece| {
        let (id, taxonomy) = (text(piece, "provider_id")?, text(piece, "taxonomy_code")?);
        let (specialty, state) = (text(piece, "specialty")?, text(piece, "state")?);
        for row in 0..piece.num_rows() {
            let Some(at) = wanted.get(id.value(row)) else {
                continue;
            };
            let count = |name: &str| -> Result<Option<i64>> { Ok(int_at(int(piece, name)?, row)) };
            let day = |name: &str| -> Result<Option<String>> {
                Ok(date_at(date(piece, name)?, row).map(iso))
            };
            let tiers: Result<Vec<i64>> = (0..4)
                .map(|tier| Ok(count(&format!("tier{tier}_members"))?.unwrap_or(0)))
                .collect();
            let own = &mut practices[*at];
            own.specialty = text_at(specialty, row).map(str::to_owned);
            own.state = text_at(state, row).map(str::to_owned);
            own.member_count = count("member_count")?;
            own.claim_count = count("claim_count")?;
            own.line_count = count("line_count")?;
            own.first_service = day("first_service_date")?;
            own.last_service = day("last_service_date")?;
            own.tiers = tiers?;
            own.specialty_key = key(text_at(taxonomy, row), text_at(specialty, row));
        }
        Ok(())
    })?;
    let shared: BTreeSet<String> = practices
        .iter()
        .filter_map(|p| p.specialty_key.clone())
        .collect();
    let mut specialty_of: HashMap<String, String> = HashMap::new();
    let columns = ["provider_id", "taxonomy_code", "specialty"];
    each_piece(&path, &columns, |piece| {
        let (id, taxonomy) = (text(piece, "provider_id")?, text(piece, "taxonomy_code")?);
        let specialty = text(piece, "specialty")?;
        for row in 0..piece.num_rows() {
            let key = key(text_at(taxonomy, row), text_at(specialty, row));
            if let Some(key) = key.filter(|k| shared.contains(k)) {
                specialty_of.insert(id.value(row).to_owned(), key);
            }
        }
        Ok(())
    })?;
    Ok(specialty_of)
}

fn read_months(
    run: &Path,
    wanted: &HashMap<&str, usize>,
    practices: &mut [Practice],
) -> Result<()> {
    let columns = ["provider_id", "service_month", "paid_amount"];
    each_piece(&run.join("provider_month.parquet"), &columns, |piece| {
        let (id, month) = (text(piece, "provider_id")?, text(piece, "service_month")?);
        let paid = decimal(piece, "paid_amount")?;
        for row in 0..piece.num_rows() {
            if let Some(at) = wanted.get(id.value(row)) {
                practices[*at].months.push(Month {
                    label: month.value(row).to_owned(),
                    paid_cents: decimal_at(paid, row).unwrap_or(0),
                    at_risk_cents: 0,
                });
            }
        }
        Ok(())
    })
}

fn read_codes(
    run: &Path,
    wanted: &HashMap<&str, usize>,
    practices: &mut [Practice],
    specialty_of: &HashMap<String, String>,
) -> Result<()> {
    let mut specialties: HashMap<&str, Specialty> = HashMap::new();
    let mut last = String::new();
    let columns = ["provider_id", "hcpcs_code", "line_count", "paid_amount"];
    each_piece(&run.join("provider_code.parquet"), &columns, |piece| {
        let (id, code) = (text(piece, "provider_id")?, text(piece, "hcpcs_code")?);
        let (lines, paid) = (int(piece, "line_count")?, decimal(piece, "paid_amount")?);
        for row in 0..piece.num_rows() {
            let provider = id.value(row);
            let word = text_at(code, row).unwrap_or("");
            let count = int_at(lines, row).unwrap_or(0);
            if let Some(key) = specialty_of.get(provider) {
                let all = specialties.entry(key.as_str()).or_default();
                // The table is sorted by provider.
                all.providers += usize::from(last != provider);
                all.lines += count;
                *all.by_code.entry(word.to_owned()).or_default() += count;
            }
            if last != provider {
                provider.clone_into(&mut last);
            }
            if let Some(at) = wanted.get(provider) {
                practices[*at].all_codes.push(Code {
                    word: word.to_owned(),
                    line_count: count,
                    paid_cents: decimal_at(paid, row).unwrap_or(0),
                    at_risk_cents: 0,
                    share: 0.0,
                    specialty_share: None,
                });
            }
        }
        Ok(())
    })?;
    for practice in practices {
        let key = practice.specialty_key.as_deref();
        practice.compare(
            key.and_then(|k| specialties.get(k))
                .unwrap_or(&Specialty::default()),
        );
    }
    Ok(())
}

impl Practice {
    /// Shares of codes, own and of the other providers of the specialty.
    fn compare(&mut self, specialty: &Specialty) {
        let lines: i64 = self.all_codes.iter().map(|c| c.line_count).sum();
        self.code_count = self.all_codes.len();
        self.specialty_count = specialty.providers.saturating_sub(1);
        let others = specialty.lines - lines;
        for code in &mut self.all_codes {
            code.share = round(code.line_count as f64 / lines.max(1) as f64);
            if others > 0 {
                let all = specialty.by_code.get(&code.word).copied().unwrap_or(0);
                code.specialty_share = Some(round((all - code.line_count) as f64 / others as f64));
            }
        }
    }

    /// Adds what is at risk by month and code, and keeps the codes with most at risk, then paid.
    pub fn add_evidence(&mut self, lines: &CaseLines) {
        for month in &mut self.months {
            month.at_risk_cents = lines.by_month.get(&month.label).copied().unwrap_or(0);
        }
        for code in &mut self.all_codes {
            code.at_risk_cents = lines.by_code.get(&code.word).copied().unwrap_or(0);
        }
        self.all_codes.sort_by(|a, b| {
            (b.at_risk_cents, b.paid_cents, &a.word).cmp(&(a.at_risk_cents, a.paid_cents, &b.word))
        });
        self.codes = self.all_codes.iter().take(CODES_SHOWN).cloned().collect();
    }
}

/// Shares are shown as percent with one decimal; a ten-thousandth is enough.
fn round(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

/// Months of a member, of whom there is no table of months: what is at risk alone.
pub fn months_at_risk(lines: &CaseLines) -> Vec<Month> {
    lines
        .by_month
        .iter()
        .map(|(month, cents)| Month {
            label: month.clone(),
            paid_cents: *cents,
            at_risk_cents: *cents,
        })
        .collect()
}
