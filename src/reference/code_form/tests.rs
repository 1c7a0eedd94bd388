use super::*;
use proptest::prelude::*;

/// An embedded reference table's text.
macro_rules! reference {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/data/reference/",
            $name
        ))
    };
}

type Form = fn(&str) -> bool;

const FORMS: [Form; 8] = [
    npi_check_digit,
    icd10cm_form,
    icd9cm_form,
    hcpcs_form,
    hipps_form,
    revenue_code_form,
    bill_type_form,
    drg_form,
];

fn assert_form(form: Form, expected: bool, codes: &[&str]) {
    for code in codes {
        assert_eq!(form(code), expected, "{code}");
    }
}

/// The first column of an embedded reference table.
fn first_column(table: &'static str) -> Vec<&'static str> {
    table
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect()
}

#[test]
fn npi_of_the_published_example_passes() {
    // CMS's own worked example: 123456789 has check digit 3.
    assert!(npi_check_digit("1234567893"));
    let wrong = [
        "1234567890",
        "123456789",
        "12345678931",
        "123456789X",
        "0000000000",
        "",
    ];
    assert_form(npi_check_digit, false, &wrong);
}

#[test]
fn icd10cm_examples() {
    let right = [
        "A00", "A000", "A00.0", "S52.131A", "T8202XA", "O9A.311", "U07.1", "QA0.0141",
    ];
    assert_form(icd10cm_form, true, &right);
    let wrong = [
        "A0", "A00.", "A0.00", "250", "AA0", "QB0", "S52131AX", "a00", "A00.0.1", "É00",
    ];
    assert_form(icd10cm_form, false, &wrong);
}

#[test]
fn icd9cm_examples() {
    let right = [
        "496", "511.9", "51190", "V0261", "V02.61", "V70", "E8859", "E885.9", "E000",
    ];
    assert_form(icd9cm_form, true, &right);
    let wrong = [
        "49", "496.", "511901", "V7", "V02.611", "E88", "E885.99", "E88.59", "OTHER", "U07",
    ];
    assert_form(icd9cm_form, false, &wrong);
}

#[test]
fn hcpcs_examples() {
    let right = [
        "99213", "0001F", "0042T", "0240U", "0002M", "0071A", "G0439", "J1885", "D0120",
    ];
    assert_form(hcpcs_form, true, &right);
    let wrong = [
        "9921", "992130", "9921F3", "0001X", "GG439", "G043F", "g0439", "99213-", "",
    ];
    assert_form(hcpcs_form, false, &wrong);
}

#[test]
fn institutional_examples() {
    assert_form(hipps_form, true, &["KAGD1", "1BGK1", "A0101"]);
    assert_form(hipps_form, false, &["KAGD", "KAGD1A", "kagd1", "KAG 1"]);
    assert_form(revenue_code_form, true, &["0001", "0450", "450", "3101"]);
    assert_form(revenue_code_form, false, &["0000", "45", "04500", "045A"]);
    assert_form(bill_type_form, true, &["111", "0131", "13G", "0328", "11Z"]);
    let wrong = ["011", "1111", "0011", "101", "13g", "00111", "11"];
    assert_form(bill_type_form, false, &wrong);
    assert_form(drg_form, true, &["001", "470", "999"]);
    assert_form(drg_form, false, &["000", "47", "0470", "OTH"]);
}

#[test]
fn reference_tables_have_the_forms() {
    let tables: [(Form, &str); 4] = [
        (icd10cm_form, reference!("elixhauser_icd10cm.csv")),
        (icd9cm_form, reference!("elixhauser_icd9cm.csv")),
        (hcpcs_form, reference!("em_family.csv")),
        (drg_form, reference!("drg.csv")),
    ];
    for (form, table) in tables {
        let codes = first_column(table);
        assert!(codes.len() > 50);
        assert_form(form, true, &codes);
    }
}

proptest! {
    #[test]
    fn nothing_panics_and_only_ascii_passes(text in any::<String>()) {
        for form in FORMS {
            prop_assert!(!form(&text) || text.is_ascii());
        }
    }

    #[test]
    fn surrounding_blanks_never_pass(code in "[0-9A-Z]{3,10}") {
        let (before, after) = (format!(" {code}"), format!("{code} "));
        for form in FORMS {
            prop_assert!(!form(&before) && !form(&after));
        }
    }

    #[test]
    fn exactly_one_check_digit_fits(body in "[0-9]{9}") {
        let fits = |digit: &u8| npi_check_digit(&format!("{body}{digit}"));
        let fitting = (0..10).filter(fits).count();
        prop_assert_eq!(fitting, 1);
    }

    #[test]
    fn check_digit_catches_a_wrong_digit_and_a_swap(
        body in "[0-9]{9}",
        place in 0_usize..9,
        shift in 1_u8..10,
    ) {
        let check = (0..10).find(|digit| npi_check_digit(&format!("{body}{digit}")));
        let npi = format!("{body}{}", check.unwrap_or_default()).into_bytes();

        let mut mistyped = npi.clone();
        mistyped[place] = b'0' + (npi[place] - b'0' + shift) % 10;
        prop_assert!(!npi_check_digit(&String::from_utf8_lossy(&mistyped)));

        // Luhn's sum is blind to 09 <-> 90 only.
        let pair = [npi[place], npi[place + 1]];
        let mut swapped = npi.clone();
        swapped.swap(place, place + 1);
        let blind = pair[0] == pair[1] || pair == *b"09" || pair == *b"90";
        prop_assert_eq!(npi_check_digit(&String::from_utf8_lossy(&swapped)), blind);
    }

    #[test]
    fn the_dot_of_a_diagnosis_changes_nothing(stem in "[A-Z0-9]{3}", tail in "[A-Z0-9]{1,5}") {
        let (plain, dotted) = (format!("{stem}{tail}"), format!("{stem}.{tail}"));
        prop_assert_eq!(icd10cm_form(&plain), icd10cm_form(&dotted));
        if !stem.starts_with('E') {
            prop_assert_eq!(icd9cm_form(&plain), icd9cm_form(&dotted));
        }
    }

    #[test]
    fn generated_codes_have_their_form(
        icd10 in "[A-Z][0-9][0-9A-Z]([0-9A-Z]{0,4}|\\.[0-9A-Z]{1,4})",
        icd9 in "([0-9]{3}|V[0-9]{2})([0-9]{0,2}|\\.[0-9]{1,2})|E[0-9]{3}(\\.?[0-9])?",
        hcpcs in "[0-9]{5}|[0-9]{4}[AFMTU]|[A-Z][0-9]{4}",
        bill in "0?[1-9]{2}[0-9A-Z]",
    ) {
        prop_assert!(icd10cm_form(&icd10), "{}", icd10);
        prop_assert!(icd9cm_form(&icd9), "{}", icd9);
        prop_assert!(hcpcs_form(&hcpcs) && hipps_form(&hcpcs), "{}", hcpcs);
        prop_assert!(bill_type_form(&bill), "{}", bill);
    }
}
