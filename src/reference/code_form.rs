//! The form of a code: its length and the kind of each character, and the check digit of an NPI.
//!
//! Form is less than validity: a code can have the right form and never have been issued. A claim
//! whose codes lack the form cannot be what its sender meant, whatever the code list of the year,
//! so these rules need no table and no date. Codes are taken as the canonical tables hold them:
//! trimmed, letters in upper case.

/// Whether `npi` is ten digits of which the last is the right check digit.
///
/// The check digit is Luhn's (ISO/IEC 7812-1), taken as if the card issuer prefix 80840 stood
/// before the number; those five digits always add 24 to the sum. Source: 69 FR 3434 (45 CFR
/// 162.406) and CMS, "Requirements for National Provider Identifier (NPI) and NPI Check Digit".
pub fn npi_check_digit(npi: &str) -> bool {
    /// What the prefix 80840 adds to the sum: 8 + 0 + 8 + 8 (4 doubled) + 0.
    const PREFIX_SUM: u32 = 24;

    let digits = npi.as_bytes();
    if digits.len() != 10 || !all_digits(digits) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| luhn_value(u32::from(digit - b'0'), place % 2 == 1))
        .sum();
    (PREFIX_SUM + sum).is_multiple_of(10)
}

/// A digit's part in Luhn's sum: itself, or the digit sum of its double.
fn luhn_value(digit: u32, doubled: bool) -> u32 {
    match (doubled, digit) {
        (false, _) => digit,
        (true, 0..=4) => 2 * digit,
        (true, _) => 2 * digit - 9,
    }
}

/// Whether `code` has the form of an ICD-10-CM diagnosis: a letter, a digit, a letter or digit,
/// then up to four letters or digits, with or without the dot behind the third character.
///
/// All letters occur, U since 2020. The one category whose second character is a letter is QA0, new
/// in fiscal year 2026. Source: ICD-10-CM Official Guidelines, section I.A.2, and the tabular list
/// of April 2026 (CDC/NCHS, CMS).
pub fn icd10cm_form(code: &str) -> bool {
    const STEM: usize = 3;
    const TAIL: usize = 4;

    let Some((stem, tail)) = at_dot(code, STEM) else {
        return false;
    };
    let category = match stem {
        [b'Q', b'A', b'0'] => true,
        [first, second, third] => {
            first.is_ascii_uppercase() && second.is_ascii_digit() && is_upper_alphanumeric(*third)
        }
        _ => false,
    };
    category && tail.len() <= TAIL && tail.iter().copied().all(is_upper_alphanumeric)
}

/// Whether `code` has the form of an ICD-9-CM diagnosis: three digits or V and two digits, then up
/// to two digits; or E and three digits, then at most one. The dot, behind the third character or
/// the fourth of an E code, may be absent.
///
/// Source: ICD-9-CM Official Guidelines (2011), section I.A, and CMS's version 32 code list. Last
/// used for services of 30 September 2015.
pub fn icd9cm_form(code: &str) -> bool {
    let (stem_len, tail_len) = if code.starts_with('E') {
        (4, 1)
    } else {
        (3, 2)
    };
    let Some((stem, tail)) = at_dot(code, stem_len) else {
        return false;
    };
    let category = match stem {
        [b'E' | b'V', rest @ ..] => all_digits(rest),
        digits => all_digits(digits),
    };
    category && tail.len() <= tail_len && all_digits(tail)
}

/// Whether `code` has the form of a HCPCS procedure or supply code: five characters, being
///
/// - five digits (CPT category I),
/// - four digits and `F` (category II), `T` (category III), `U` (proprietary laboratory analyses),
///   `M` (administrative multianalyte assays) or `A` (administration of COVID-19 vaccines), or
/// - a letter and four digits (level II).
///
/// Payment groups of facilities share the field on some institutional lines: see [`hipps_form`].
/// Source: 45 CFR 162.1002 and CMS, HCPCS level II coding procedures.
pub fn hcpcs_form(code: &str) -> bool {
    match code.as_bytes() {
        [first, middle @ .., last] if middle.len() == 3 && all_digits(middle) => {
            match (first.is_ascii_digit(), last.is_ascii_digit()) {
                (true, true) => true,
                (true, false) => matches!(last, b'A' | b'F' | b'M' | b'T' | b'U'),
                (false, true) => first.is_ascii_uppercase(),
                (false, false) => false,
            }
        }
        _ => false,
    }
}

/// Whether `code` has the form of a HIPPS payment group: five letters or digits, in the HCPCS field
/// of lines with revenue code 0022 (skilled nursing), 0023 (home health) or 0024 (rehabilitation
/// hospital).
///
/// Source: CMS, "Definition and Uses of Health Insurance Prospective Payment System Codes".
pub fn hipps_form(code: &str) -> bool {
    code.len() == 5 && code.bytes().all(is_upper_alphanumeric)
}

/// Whether `code` has the form of a revenue code: four digits, or three where the leading zero was
/// lost.
///
/// 0001, the total line, has the form. Source: CMS, Medicare Claims Processing Manual, chapter 25,
/// section 75.4 (form locator 42).
pub fn revenue_code_form(code: &str) -> bool {
    let digits = code.as_bytes();
    matches!(digits.len(), 3 | 4) && all_digits(digits) && digits.iter().any(|digit| *digit != b'0')
}

/// Whether `code` has the form of a type of bill: facility type 1 to 9, classification 1 to 9 and a
/// frequency, a digit or a letter; with or without a leading zero.
///
/// Source: CMS, Medicare Claims Processing Manual, chapter 25, section 75.1 (form locator 4).
pub fn bill_type_form(code: &str) -> bool {
    match code.as_bytes() {
        [b'0', facility, class, frequency] | [facility, class, frequency] => {
            matches!(facility, b'1'..=b'9')
                && matches!(class, b'1'..=b'9')
                && is_upper_alphanumeric(*frequency)
        }
        _ => false,
    }
}

/// Whether `code` has the form of an MS-DRG: three digits, 001 to 999.
///
/// Source: CMS, MS-DRG Definitions Manual.
pub fn drg_form(code: &str) -> bool {
    let digits = code.as_bytes();
    digits.len() == 3 && all_digits(digits) && digits != b"000"
}

/// The bytes before and after the dot, which must stand behind `stem_len` characters and not last;
/// of a code without a dot, the first `stem_len` bytes and the rest. `None` if the code is shorter.
fn at_dot(code: &str, stem_len: usize) -> Option<(&[u8], &[u8])> {
    match code.split_once('.') {
        Some((stem, tail)) => (stem.len() == stem_len && !tail.is_empty())
            .then_some((stem.as_bytes(), tail.as_bytes())),
        None => code.as_bytes().split_at_checked(stem_len),
    }
}

fn all_digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}

fn is_upper_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests;
