//! Robust location and scale.

/// Makes the median absolute deviation a consistent estimate of a normal's
/// standard deviation: 1 / Φ⁻¹(¾).
pub const MAD_TO_SD: f64 = 1.482_602_218_505_602;

/// Median (mean of the middle two for an even count); `None` for an empty
/// slice or one with a NaN.
pub fn median(values: &[f64]) -> Option<f64> {
    if values.is_empty() || values.iter().any(|v| v.is_nan()) {
        return None;
    }
    let mut work = values.to_vec();
    let upper_index = work.len() / 2;
    let (below, &mut upper, _) = work.select_nth_unstable_by(upper_index, f64::total_cmp);
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    Some(f64::midpoint(lower, upper))
}

/// Robust standard deviation: the median absolute deviation × 1.4826, in the
/// values' own unit.
///
/// `None` where there is no scale to speak of: an empty slice, a value that is
/// not finite, or more than half the values equal.
///
/// ```
/// # use claimhound::stats::scale::scale;
/// assert!((scale(&[1.0, 2.0, 3.0, 4.0, 1000.0]).unwrap() - 1.4826).abs() < 1e-4);
/// assert_eq!(scale(&[7.0, 7.0, 7.0, 9.0]), None);
/// ```
pub fn scale(values: &[f64]) -> Option<f64> {
    let centre = median(values)?;
    let deviations: Vec<f64> = values.iter().map(|v| (v - centre).abs()).collect();
    let sd = MAD_TO_SD * median(&deviations)?;
    (sd.is_finite() && sd > 0.0).then_some(sd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn median_of_even_and_odd_counts() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[1.0, f64::NAN]), None);
    }

    #[test]
    fn infinite_values_have_no_scale() {
        assert_eq!(scale(&[1.0, f64::INFINITY, f64::INFINITY]), None);
    }

    proptest! {
        #[test]
        fn scale_follows_shift_and_stretch(
            values in proptest::collection::vec(-1e3..1e3_f64, 3..60),
            shift in -1e3..1e3_f64,
            stretch in 0.1..10.0_f64,
        ) {
            if let Some(before) = scale(&values) {
                let moved: Vec<f64> = values.iter().map(|v| v * stretch + shift).collect();
                let after = scale(&moved).unwrap_or(0.0);
                prop_assert!((after - before * stretch).abs() < 1e-9 * (1.0 + before * stretch));
            }
        }

        #[test]
        fn less_than_half_outliers_leave_scale_bounded(
            values in proptest::collection::vec(-1.0..1.0_f64, 21..60),
        ) {
            let mut spoilt = values.clone();
            for value in spoilt.iter_mut().take(values.len() / 3) {
                *value = 1e9;
            }
            if let Some(sd) = scale(&spoilt) {
                prop_assert!(sd <= 2.0 * MAD_TO_SD);
            }
        }
    }
}
