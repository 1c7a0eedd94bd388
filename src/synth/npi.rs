//! National Provider Identifiers that pass the check-digit test.

/// Luhn sum of the constant prefix 80840 that the check digit is computed over (CMS,
/// "Requirements for National Provider Identifier and NPI Check Digit", 2004).
const PREFIX_SUM: u32 = 24;
/// NPIs of individuals and organisations begin with 1 (2 is reserved and in little use).
const FIRST: u64 = 100_000_000;
/// Odd and no multiple of 5, hence coprime to the 10⁸ bodies: consecutive indices give
/// scattered and distinct bodies.
const STEP: u64 = 61_757_879;

/// The NPI of a nine-digit body: body and Luhn check digit.
pub fn with_check_digit(body: u64) -> String {
    let mut sum = PREFIX_SUM;
    let mut rest = body;
    // From the right the first digit of the body is doubled, the next not, and so on.
    for position in 0..9 {
        let digit = (rest % 10) as u32;
        rest /= 10;
        sum += if position % 2 == 0 {
            doubled(digit)
        } else {
            digit
        };
    }
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn doubled(digit: u32) -> u32 {
    let twice = digit * 2;
    if twice > 9 { twice - 9 } else { twice }
}

/// The `index`-th NPI of a run; distinct for all indices below 10⁸.
pub fn numbered(seed: u64, index: u64) -> String {
    let offset = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) % FIRST;
    with_check_digit(FIRST + (offset + index * STEP) % FIRST)
}

/// Whether a ten-digit identifier passes the check.
#[cfg(test)]
pub fn is_valid(npi: &str) -> bool {
    npi.len() == 10
        && npi[..9]
            .parse::<u64>()
            .is_ok_and(|body| body >= FIRST && with_check_digit(body) == npi)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn cms_example_has_its_published_check_digit() {
        assert_eq!(with_check_digit(123_456_789), "1234567893");
    }

    #[test]
    fn numbered_identifiers_are_distinct() {
        let all: BTreeSet<String> = (0..5_000).map(|index| numbered(42, index)).collect();
        assert_eq!(all.len(), 5_000);
    }

    proptest! {
        #[test]
        fn every_identifier_is_valid_and_no_single_digit_error_is(
            seed in any::<u64>(), index in 0_u64..1_000_000, place in 1_usize..10, add in 1_u8..10,
        ) {
            let npi = numbered(seed, index);
            prop_assert!(is_valid(&npi));
            let mut digits = npi.into_bytes();
            digits[place] = b'0' + (digits[place] - b'0' + add) % 10;
            prop_assert!(!is_valid(&String::from_utf8_lossy(&digits)));
        }
    }
}
