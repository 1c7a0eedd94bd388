//! Money as integer cents.
//!
//! Amounts are read from text into `i64` cents without passing through floating point, so that
//! totals reconcile to the cent at every stage.

/// How a value with more than two decimals is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimals {
    /// More than two significant decimals are an error.
    Exact,
    /// Round to the nearest cent, ties to the even cent.
    HalfEven,
}

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("not a number")]
    NotANumber,
    #[error("more than two decimals")]
    TooManyDecimals,
    #[error("larger than a claim amount can be")]
    TooLarge,
}

/// Largest absolute amount accepted, in cents (one hundred billion dollars): far above any claim,
/// and low enough that sums over a billion lines stay inside `i64`.
pub const MAX_CENTS: i64 = 10_000_000_000_000;

/// Reads a fixed-point number: optional sign, optional `$`, digits with optional thousands commas,
/// optional decimals, or the accountant's `(12.50)` for a negative. `places` digits are kept.
///
/// # Errors
/// [`AmountError`] says what is wrong with the text.
pub fn parse_fixed(text: &str, places: u32, decimals: Decimals) -> Result<i64, AmountError> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        },
    };
    let digits = digits.strip_prefix('$').unwrap_or(digits);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(AmountError::NotANumber);
    }
    let whole = parse_whole(whole)?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AmountError::NotANumber);
    }
    let kept = &fraction[..fraction.len().min(places as usize)];
    let dropped = &fraction[kept.len()..];
    let scale = 10_i64.pow(places);
    let mut value = whole.checked_mul(scale).ok_or(AmountError::TooLarge)?;
    let mut fraction_value = 0_i64;
    for byte in kept.bytes() {
        fraction_value = fraction_value * 10 + i64::from(byte - b'0');
    }
    for _ in kept.len()..places as usize {
        fraction_value *= 10;
    }
    value = value
        .checked_add(fraction_value)
        .ok_or(AmountError::TooLarge)?;
    if dropped.bytes().any(|b| b != b'0') {
        match decimals {
            Decimals::Exact => return Err(AmountError::TooManyDecimals),
            Decimals::HalfEven => {
                let first = dropped.as_bytes()[0];
                let rest_is_zero = dropped.bytes().skip(1).all(|b| b == b'0');
                let up = first > b'5' || (first == b'5' && (!rest_is_zero || value % 2 == 1));
                value += i64::from(up);
            }
        }
    }
    if value > MAX_CENTS {
        return Err(AmountError::TooLarge);
    }
    Ok(if negative { -value } else { value })
}

fn parse_whole(text: &str) -> Result<i64, AmountError> {
    let mut value = 0_i64;
    let groups = text.split(',').count();
    for (position, group) in text.split(',').enumerate() {
        // "1,234,567": every group after the first has exactly three digits.
        let malformed = groups > 1 && ((position > 0 && group.len() != 3) || group.is_empty());
        if malformed || !group.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AmountError::NotANumber);
        }
        for byte in group.bytes() {
            value = value
                .checked_mul(10)
                .and_then(|v| v.checked_add(i64::from(byte - b'0')))
                .ok_or(AmountError::TooLarge)?;
        }
    }
    Ok(value)
}

/// Reads an amount of dollars into cents.
///
/// # Errors
/// [`AmountError`] says what is wrong with the text.
pub fn parse_cents(text: &str, decimals: Decimals) -> Result<i64, AmountError> {
    parse_fixed(text, 2, decimals)
}

/// Splits `total` cents over lines in proportion to `weights`, exact to the cent: every line gets
/// the floor of its share, and the cents left over go to the largest remainders (ties to the
/// earlier line). Negative or all-zero weights count as equal ones.
#[must_use]
pub fn allocate(total: i64, weights: &[i64]) -> Vec<i64> {
    if weights.is_empty() {
        return Vec::new();
    }
    let usable = weights.iter().all(|w| *w >= 0) && weights.iter().any(|w| *w > 0);
    let weight = |i: usize| if usable { i128::from(weights[i]) } else { 1 };
    let sum: i128 = (0..weights.len()).map(weight).sum();
    let magnitude = i128::from(total.unsigned_abs());
    let mut shares = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for i in 0..weights.len() {
        let product = magnitude * weight(i);
        shares.push(product / sum);
        remainders.push((std::cmp::Reverse(product % sum), i));
    }
    let left = magnitude - shares.iter().sum::<i128>();
    remainders.sort_unstable();
    for (_, i) in remainders.iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[*i] += 1;
    }
    let sign = i128::from(total.signum());
    shares
        .into_iter()
        .map(|s| i64::try_from(s * sign).unwrap_or(0))
        .collect()
}

/// Rounds half to even; for shares of cents computed in `f64`.
#[must_use]
pub fn round_half_even(value: f64) -> i64 {
    value.round_ties_even() as i64
}

/// `-1234567` cents as `-12,345.67`.
#[must_use]
pub fn dollars(cents: i64) -> String {
    let magnitude = cents.unsigned_abs();
    let whole = (magnitude / 100).to_string();
    let mut grouped = String::with_capacity(whole.len() + whole.len() / 3 + 4);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{grouped}.{:02}", magnitude % 100)
}

/// `-1234567` cents as `-12345.67`: for files that programs read.
#[must_use]
pub fn plain_dollars(cents: i64) -> String {
    dollars(cents).replace(',', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_exactly() {
        let cases = [
            ("29.56", 2956),
            ("-99.55", -9955),
            ("(12.5)", -1250),
            ("$1,234.50", 123_450),
            ("0", 0),
            (".5", 50),
            ("7.", 700),
            ("100.00000", 10_000),
            ("90071992547.09", 9_007_199_254_709),
        ];
        for (text, cents) in cases {
            assert_eq!(parse_cents(text, Decimals::Exact), Ok(cents), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in [
            "", "-", ".", "abc", "1e5", "1,23", "12.3.4", "NaN", "١٢", "--1", ",123",
        ] {
            assert_eq!(
                parse_cents(text, Decimals::Exact),
                Err(AmountError::NotANumber),
                "{text}"
            );
        }
        assert_eq!(
            parse_cents("1.005", Decimals::Exact),
            Err(AmountError::TooManyDecimals)
        );
        assert_eq!(
            parse_cents("99999999999999", Decimals::Exact),
            Err(AmountError::TooLarge)
        );
    }

    #[test]
    fn half_even_rounds_ties_to_the_even_cent() {
        for (text, cents) in [
            ("1.005", 100),
            ("1.015", 102),
            ("1.0051", 101),
            ("-1.015", -102),
        ] {
            assert_eq!(parse_cents(text, Decimals::HalfEven), Ok(cents), "{text}");
        }
    }

    #[test]
    fn allocation_gives_left_over_cents_to_the_largest_remainders() {
        assert_eq!(allocate(100, &[1, 1, 1]), vec![34, 33, 33]);
        assert_eq!(allocate(-2956, &[0, 0, 0]), vec![-986, -985, -985]);
        assert_eq!(allocate(10, &[0, 3, 1]), vec![0, 8, 2]);
    }

    proptest! {
        #[test]
        fn allocation_is_exact(total in -MAX_CENTS..MAX_CENTS, weights in prop::collection::vec(-5_i64..1_000_000, 1..60)) {
            let shares = allocate(total, &weights);
            prop_assert_eq!(shares.iter().sum::<i64>(), total);
            prop_assert!(shares.iter().all(|s| s.signum() * total.signum() >= 0));
        }

        #[test]
        fn dollars_read_back(cents in -MAX_CENTS..MAX_CENTS) {
            prop_assert_eq!(parse_cents(&dollars(cents), Decimals::Exact), Ok(cents));
            let plain = plain_dollars(cents);
            prop_assert!(plain.parse::<f64>().is_ok());
            prop_assert_eq!(parse_cents(&plain, Decimals::Exact), Ok(cents));
        }
    }
}
