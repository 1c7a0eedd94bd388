//! Exact limits for the number of marked units in a population, from a simple random sample
//! without replacement.

/// How far a tail must exceed its level to count as above it: a tail that equals the level exactly
/// (1 in 10 at 80 %) must not be decided by rounding.
const CLEARLY: f64 = 1e-9;
/// Terms below this share of a sum no longer change it.
const NEGLIGIBLE: f64 = 1e-18;

/// A population and a sample of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Population {
    /// Units of the population.
    pub units: u64,
    /// Units drawn.
    pub drawn: u64,
}

/// ln C(n, k), term by term: a difference of ln Γ would lose its digits in a population of billions.
fn ln_choose(n: u64, k: u64) -> f64 {
    (0..k).map(|i| ((n - i) as f64 / (k - i) as f64).ln()).sum()
}

impl Population {
    /// ln P(X = k) with `marked` units in the population; k within the support.
    fn ln_probability(self, marked: u64, k: u64) -> f64 {
        ln_choose(marked, k) + ln_choose(self.units - marked, self.drawn - k)
            - ln_choose(self.units, self.drawn)
    }

    /// P(X = k + 1) / P(X = k).
    fn step(self, marked: u64, k: u64) -> f64 {
        let (left, room) = (
            marked.saturating_sub(k) as f64,
            (self.drawn.saturating_sub(k)) as f64,
        );
        let unmarked = (self.units - marked + k + 1).saturating_sub(self.drawn) as f64;
        if unmarked == 0.0 {
            return f64::INFINITY;
        }
        left * room / ((k + 1) as f64 * unmarked)
    }

    /// P(X ≥ k).
    fn at_least(self, marked: u64, k: u64) -> f64 {
        let fewest = (self.drawn + marked).saturating_sub(self.units);
        if k <= fewest {
            return 1.0;
        }
        if k > marked.min(self.drawn) {
            return 0.0;
        }
        let (mut term, mut sum, mut at) = (1.0, 1.0, k);
        while at < marked.min(self.drawn) {
            term *= self.step(marked, at);
            sum += term;
            at += 1;
            if term < NEGLIGIBLE * sum {
                break;
            }
        }
        (self.ln_probability(marked, k).exp() * sum).min(1.0)
    }

    /// P(X ≤ k).
    fn at_most(self, marked: u64, k: u64) -> f64 {
        let fewest = (self.drawn + marked).saturating_sub(self.units);
        if k >= marked.min(self.drawn) {
            return 1.0;
        }
        if k < fewest {
            return 0.0;
        }
        let (mut term, mut sum, mut at) = (1.0, 1.0, k);
        while at > fewest {
            term /= self.step(marked, at - 1);
            sum += term;
            at -= 1;
            if term < NEGLIGIBLE * sum {
                break;
            }
        }
        (self.ln_probability(marked, k).exp() * sum).min(1.0)
    }

    /// Fewest and most units of the population that can be marked, at a two-sided confidence level,
    /// where `found` of the drawn ones are: the smallest number under which as many or more have a
    /// probability above (1 − confidence) / 2, and the largest under which as few or fewer have.
    /// Each side alone holds at (1 + confidence) / 2.
    ///
    /// This is RAT-STATS' unrestricted attribute appraisal.
    ///
    /// `found` is at most `drawn`, `drawn` at most `units`.
    #[must_use]
    pub fn limits(self, found: u64, confidence: f64) -> (u64, u64) {
        let level = 0.5 * (1.0 - confidence) * (1.0 + CLEARLY);
        let most_possible = self.units - self.drawn + found;
        // Both tails are monotone in the number marked: bisection on whole numbers.
        let (mut low, mut high) = (found, most_possible);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.at_least(middle, found) > level {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let lower = low;
        let (mut low, mut high) = (found, most_possible);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.at_most(middle, found) > level {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        (lower, low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_by_counting() {
        // 5 units, 3 marked, 2 drawn: of the 10 pairs 1 has none marked, 6 have one, 3 have two.
        let small = Population { units: 5, drawn: 2 };
        for (k, at_least, at_most) in [(0, 1.0, 0.1), (1, 0.9, 0.7), (2, 0.3, 1.0)] {
            assert!((small.at_least(3, k) - at_least).abs() < 1e-12, "{k}");
            assert!((small.at_most(3, k) - at_most).abs() < 1e-12, "{k}");
        }
    }

    #[test]
    fn a_whole_population_drawn_leaves_no_doubt() {
        let all = Population {
            units: 40,
            drawn: 40,
        };
        assert_eq!(all.limits(7, 0.9), (7, 7));
    }

    #[test]
    fn nothing_found_still_allows_some() {
        let population = Population {
            units: 1000,
            drawn: 30,
        };
        let (lower, upper) = population.limits(0, 0.9);
        assert_eq!(lower, 0);
        // P(none of 30) with 93 of 1000 marked is 0.0511, with 94 it is 0.0494.
        assert_eq!(upper, 93);
    }
}
