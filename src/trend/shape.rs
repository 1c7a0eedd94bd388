//! How heavy the upper tail of honest months is.

use crate::stats::tails::student_above;

/// The tail is fitted between this upper part of the departures …
pub const FROM: f64 = 0.05;

/// … and this: far enough out that little is left to extrapolate, and not so far that unusual
/// months reach it, since even where one provider in twenty has a spike, only one of its many months
/// is one.
pub const TO: f64 = 0.005;

/// Departures that must lie beyond the outer point; where there are fewer it moves in.
pub const BEYOND: f64 = 10.0;

/// Departures of a class of volume: as many as the outer point needs.
pub const CLASS_SIZE: usize = 4_000;

/// Most classes of volume.
pub const MOST_CLASSES: usize = 10;

/// Below this many departures nothing can be said of the tail and [`UNKNOWN`] is taken.
pub const MIN_FITTED: usize = 1_000;

/// A tail that is not known is taken as heavy.
pub const UNKNOWN: Shape = Shape {
    scale: 1.0,
    freedom: 4.0,
};

/// Freedom is looked for in this range; at its end the tail is as good as normal.
const FREEDOM: (f64, f64) = (1.5, 200.0);

/// A scaled Student's t.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    pub scale: f64,
    pub freedom: f64,
}

/// Fits scale and degrees of freedom to two upper quantiles of standardised departures.
#[must_use]
pub fn fit(z: &[f64]) -> Shape {
    if z.len() < MIN_FITTED {
        return UNKNOWN;
    }
    let mut sorted = z.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let outer = TO.max(BEYOND / z.len() as f64);
    let at = |above: f64| sorted[((sorted.len() - 1) as f64 * (1.0 - above)).round() as usize];
    let (low, high) = (at(FROM), at(outer));
    if !(low > 0.0 && high.is_finite()) {
        return UNKNOWN;
    }
    let ratio = |freedom: f64| quantile(outer, freedom) / quantile(FROM, freedom);
    let (mut heavy, mut light) = FREEDOM;
    // The ratio falls as freedom rises.
    for _ in 0..60 {
        let middle = (heavy * light).sqrt();
        if ratio(middle) > high / low {
            heavy = middle;
        } else {
            light = middle;
        }
    }
    let freedom = (heavy * light).sqrt();
    Shape {
        // Where the tail is lighter or heavier than any t looked at, the wider of the two.
        scale: (low / quantile(FROM, freedom)).max(high / quantile(outer, freedom)),
        freedom,
    }
}

/// The t with P(T > t) = above, for above < ½, by bisection.
pub fn quantile(above: f64, freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while student_above(high, freedom) > above && high < 1e6 {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if student_above(middle, freedom) > above {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_t_is_recognised_by_its_quantiles() {
        // Quantiles of 1.3 times a t with 5 degrees of freedom, evenly spaced in p.
        let z: Vec<f64> = (0..20_000)
            .map(|i| {
                let p = (f64::from(i) + 0.5) / 20_000.0;
                let size = 1.3 * quantile(p.min(1.0 - p), 5.0);
                if p > 0.5 { size } else { -size }
            })
            .collect();
        let shape = fit(&z);
        assert!((shape.scale - 1.3).abs() < 0.02, "{shape:?}");
        assert!((shape.freedom - 5.0).abs() < 0.3, "{shape:?}");
    }

    #[test]
    fn few_or_equal_departures_say_nothing() {
        assert_eq!(fit(&[1.0; 20]), UNKNOWN);
        assert_eq!(fit(&[0.0; 2000]), UNKNOWN);
    }
}
