//! Evaluation and management (E/M) services: families of levels and how a level is chosen.

use crate::synth::random::{Random, logistic};

/// Codes that differ by level only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EvaluationFamily {
    /// Codes, lowest level first.
    pub codes: &'static [&'static str],
    /// Odds (logit) above which the next level is reached, for an average visit.
    thresholds: &'static [f64],
}

/// Office, new patient.
pub const NEW: EvaluationFamily = EvaluationFamily {
    codes: &["99202", "99203", "99204", "99205"],
    thresholds: &[-2.5, 0.35, 2.9],
};
/// Office, established patient.
pub const ESTABLISHED: EvaluationFamily = EvaluationFamily {
    codes: &["99211", "99212", "99213", "99214", "99215"],
    thresholds: &[-4.4, -2.4, 0.55, 3.6],
};
/// Emergency department.
pub const EMERGENCY: EvaluationFamily = EvaluationFamily {
    codes: &["99281", "99282", "99283", "99284", "99285"],
    thresholds: &[-5.0, -3.0, -0.9, 1.1],
};
/// First hospital day.
pub const ADMISSION: EvaluationFamily = EvaluationFamily {
    codes: &["99221", "99222", "99223"],
    thresholds: &[-2.2, 0.1],
};
/// Later hospital days.
pub const HOSPITAL_DAY: EvaluationFamily = EvaluationFamily {
    codes: &["99231", "99232", "99233"],
    thresholds: &[-1.6, 1.3],
};
/// Day of discharge.
pub const DISCHARGE: EvaluationFamily = EvaluationFamily {
    codes: &["99238", "99239"],
    thresholds: &[0.2],
};

const FAMILIES: [EvaluationFamily; 6] = [
    NEW,
    ESTABLISHED,
    EMERGENCY,
    ADMISSION,
    HOSPITAL_DAY,
    DISCHARGE,
];

impl EvaluationFamily {
    /// Draws a code; `shift` is the case's complexity on the logit scale.
    pub fn draw(&self, shift: f64, rng: &mut Random) -> &'static str {
        let complexity = shift + logistic(rng);
        let level = self
            .thresholds
            .iter()
            .filter(|&&threshold| complexity > threshold)
            .count();
        self.codes[level]
    }

    /// The code some levels up, at most the highest.
    pub fn raised(&self, code: &str, levels: usize) -> Option<&'static str> {
        let level = self.codes.iter().position(|&listed| listed == code)?;
        Some(self.codes[(level + levels).min(self.codes.len() - 1)])
    }
}

/// The family a code belongs to.
pub fn family_of(code: &str) -> Option<EvaluationFamily> {
    FAMILIES
        .into_iter()
        .find(|family| family.codes.contains(&code))
}

/// What a member's sickness adds to complexity, logit scale, by condition tier and age.
pub fn complexity(tier: usize, age: f64) -> f64 {
    const PER_TIER: f64 = 0.38;
    let old = if age >= 75.0 { 0.25 } else { 0.0 };
    PER_TIER * (tier as f64 - 1.5) + old
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::random::{Purpose, stream};

    #[test]
    fn levels_rise_with_complexity_and_stop_at_the_top() {
        let mut rng = stream(1, Purpose::Encounter, 0, 0);
        let mut high = |shift: f64| {
            (0..5_000)
                .filter(|_| ESTABLISHED.draw(shift, &mut rng) >= "99214")
                .count()
        };
        let (low, high) = (high(0.0), high(1.0));
        assert!(high > low + 500, "{low} then {high}");
        assert_eq!(ESTABLISHED.raised("99214", 3), Some("99215"));
        assert_eq!(ESTABLISHED.raised("99202", 1), None);
        assert_eq!(family_of("99233"), Some(HOSPITAL_DAY));
    }
}
