//! Chronic conditions and passing complaints: ICD-10-CM codes, prevalence, the care they cause.

use super::specialty::Specialty;
use Specialty as S;

/// Care that a condition causes with one specialty.
#[derive(Debug, Clone, Copy)]
pub struct Pathway {
    /// Who gives it.
    pub specialty: Specialty,
    /// Probability that a member with the condition gets it.
    pub chance: f64,
    /// Visits a year of those who do.
    pub visits: f64,
}

/// A chronic condition.
#[derive(Debug)]
pub struct Condition {
    /// ICD-10-CM codes it is written with; the first is the plain one.
    pub codes: &'static [&'static str],
    /// Prevalence in the age bands of [`age_band`].
    pub prevalence: [f64; 5],
    /// Specialist care.
    pub pathways: &'static [Pathway],
    /// Hospital stays a year that it causes by itself.
    pub stays: f64,
    /// Whether the plain code is itself a complication (CC) in MS-DRG grouping.
    pub complication: bool,
}

const fn to(specialty: Specialty, chance: f64, visits: f64) -> Pathway {
    Pathway {
        specialty,
        chance,
        visits,
    }
}

const fn chronic(
    codes: &'static [&'static str],
    prevalence: [f64; 5],
    stays: f64,
    pathways: &'static [Pathway],
) -> Condition {
    Condition {
        codes,
        prevalence,
        pathways,
        stays,
        complication: false,
    }
}

/// Index into [`CONDITIONS`].
pub type ConditionIndex = usize;

/// Positions of conditions that other parts of the generator refer to.
pub mod named {
    #![allow(missing_docs)]
    use super::ConditionIndex;
    pub const HYPERTENSION: ConditionIndex = 0;
    pub const DIABETES: ConditionIndex = 1;
    pub const CORONARY: ConditionIndex = 3;
    pub const HEART_FAILURE: ConditionIndex = 4;
    pub const FIBRILLATION: ConditionIndex = 5;
    pub const COPD: ConditionIndex = 6;
    pub const KIDNEY: ConditionIndex = 8;
    pub const ARTHROSIS: ConditionIndex = 9;
    pub const SEVERE_MENTAL: ConditionIndex = 13;
    pub const SLEEP_APNEA: ConditionIndex = 16;
    pub const CANCER_FIRST: ConditionIndex = 19;
    pub const CANCER_LAST: ConditionIndex = 21;
    pub const DEMENTIA: ConditionIndex = 24;
}

/// The conditions. Prevalences follow CDC/NCHS and CMS chronic-condition tables in round
/// numbers; they need to be plausible, not exact.
#[rustfmt::skip]
pub const CONDITIONS: [Condition; 29] = [
    chronic(&["I10"], [0.001, 0.06, 0.32, 0.60, 0.68], 0.004, &[to(S::Cardiology, 0.08, 1.0)]),
    chronic(&["E119", "E1165", "E1122", "E1142"], [0.003, 0.03, 0.13, 0.24, 0.22], 0.012, &[]),
    chronic(&["E785", "E782", "E7800"], [0.004, 0.05, 0.29, 0.50, 0.45], 0.0, &[]),
    chronic(&["I2510", "I25118"], [0.0, 0.002, 0.05, 0.18, 0.28], 0.035, &[to(S::Cardiology, 0.75, 2.4)]),
    chronic(&["I509", "I5022", "I5032"], [0.0, 0.002, 0.02, 0.08, 0.18], 0.16, &[to(S::Cardiology, 0.75, 3.4)]),
    chronic(&["I4891", "I480"], [0.0, 0.002, 0.015, 0.08, 0.17], 0.03, &[to(S::Cardiology, 0.78, 2.6)]),
    chronic(&["J449", "J439"], [0.0, 0.004, 0.05, 0.12, 0.13], 0.07, &[]),
    chronic(&["J45909", "J4520", "J4540"], [0.09, 0.07, 0.07, 0.06, 0.05], 0.008, &[]),
    chronic(&["N1830", "N1831", "N1832"], [0.0, 0.005, 0.04, 0.16, 0.28], 0.06, &[]),
    chronic(&["M1711", "M1712", "M170", "M1990"], [0.0, 0.01, 0.12, 0.28, 0.34], 0.012, &[to(S::Orthopaedics, 0.38, 1.9), to(S::PhysicalTherapy, 0.14, 9.0)]),
    chronic(&["M5450", "M5416", "M5126"], [0.01, 0.10, 0.15, 0.16, 0.14], 0.002, &[to(S::PhysicalTherapy, 0.20, 8.0), to(S::Chiropractic, 0.20, 8.0), to(S::Orthopaedics, 0.12, 1.6)]),
    chronic(&["F32A", "F339", "F330"], [0.04, 0.11, 0.11, 0.09, 0.08], 0.006, &[to(S::Psychiatry, 0.24, 4.0), to(S::Psychology, 0.26, 13.0)]),
    chronic(&["F419", "F411", "F4310"], [0.05, 0.13, 0.11, 0.08, 0.06], 0.002, &[to(S::Psychiatry, 0.14, 3.5), to(S::Psychology, 0.26, 12.0)]),
    chronic(&["F319", "F209", "F259"], [0.001, 0.016, 0.013, 0.006, 0.003], 0.14, &[to(S::Psychiatry, 0.9, 7.0), to(S::Psychology, 0.25, 10.0)]),
    chronic(&["E039"], [0.002, 0.02, 0.06, 0.12, 0.14], 0.0, &[]),
    chronic(&["E669", "Z6835"], [0.06, 0.14, 0.20, 0.17, 0.08], 0.001, &[]),
    chronic(&["G4733"], [0.004, 0.03, 0.09, 0.12, 0.08], 0.0, &[]),
    chronic(&["K219", "K2100"], [0.01, 0.05, 0.12, 0.18, 0.18], 0.002, &[to(S::Gastroenterology, 0.28, 1.7)]),
    Condition { complication: true, ..chronic(&["K5090", "K5190"], [0.001, 0.006, 0.007, 0.007, 0.005], 0.05, &[to(S::Gastroenterology, 0.9, 3.0)]) },
    chronic(&["C50911", "C50912"], [0.0, 0.001, 0.010, 0.018, 0.016], 0.07, &[to(S::Oncology, 0.9, 9.0)]),
    Condition { complication: true, ..chronic(&["C3490", "C3491"], [0.0, 0.0, 0.004, 0.014, 0.013], 0.25, &[to(S::Oncology, 0.9, 12.0)]) },
    Condition { complication: true, ..chronic(&["C189", "C187"], [0.0, 0.001, 0.005, 0.012, 0.016], 0.16, &[to(S::Oncology, 0.85, 10.0), to(S::Gastroenterology, 0.5, 1.5)]) },
    chronic(&["L400", "L2089"], [0.02, 0.025, 0.03, 0.03, 0.025], 0.0, &[to(S::Dermatology, 0.55, 2.2)]),
    chronic(&["L570", "D485", "L821"], [0.0, 0.01, 0.06, 0.22, 0.28], 0.0, &[to(S::Dermatology, 0.65, 1.7)]),
    chronic(&["F0390", "G309"], [0.0, 0.0, 0.002, 0.04, 0.20], 0.05, &[]),
    chronic(&["D649", "D509"], [0.01, 0.02, 0.03, 0.08, 0.15], 0.01, &[to(S::Gastroenterology, 0.18, 1.4)]),
    chronic(&["M810"], [0.0, 0.0, 0.03, 0.12, 0.20], 0.0, &[]),
    chronic(&["F909", "F902"], [0.08, 0.04, 0.02, 0.002, 0.0], 0.0, &[to(S::Psychiatry, 0.25, 3.5), to(S::Psychology, 0.15, 9.0)]),
    chronic(&["L700", "B079"], [0.05, 0.06, 0.015, 0.01, 0.005], 0.0, &[to(S::Dermatology, 0.42, 2.0)]),
];

/// Complaints that bring adults to a doctor; the first four follow the winter.
pub const ADULT_COMPLAINTS: [&str; 14] = [
    "J069", "J209", "J0190", "J101", "M25561", "R519", "R109", "N390", "R5383", "L0390", "H6690",
    "R42", "R079", "M542",
];
/// Complaints of children; the first four follow the winter.
pub const CHILD_COMPLAINTS: [&str; 8] = [
    "J069", "H6690", "J020", "J210", "R509", "L209", "R112", "A084",
];
/// What people come to an emergency department with.
pub const EMERGENCY_COMPLAINTS: [&str; 10] = [
    "R079", "R109", "S0990XA", "R55", "J189", "N201", "S93401A", "R0602", "K5900", "T7840XA",
];
/// Injuries that an orthopaedist follows.
pub const INJURIES: [&str; 5] = ["S83241A", "M75101", "S52501A", "S82891A", "M25511"];

/// Age band of [`Condition::prevalence`]: under 18, 18–39, 40–64, 65–79, 80 and over.
pub fn age_band(age: f64) -> usize {
    [18.0, 40.0, 65.0, 80.0]
        .iter()
        .filter(|&&limit| age >= limit)
        .count()
}

/// Tier of a number of chronic conditions: none, 1–2, 3–4, 5–6, 7 and more.
pub fn tier(conditions: usize) -> usize {
    conditions.div_ceil(2).min(TIERS - 1)
}

/// Number of tiers.
pub const TIERS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_positions_point_at_their_codes() {
        for (index, code) in [
            (named::HYPERTENSION, "I10"),
            (named::DIABETES, "E119"),
            (named::CORONARY, "I2510"),
            (named::HEART_FAILURE, "I509"),
            (named::FIBRILLATION, "I4891"),
            (named::COPD, "J449"),
            (named::KIDNEY, "N1830"),
            (named::ARTHROSIS, "M1711"),
            (named::SEVERE_MENTAL, "F319"),
            (named::SLEEP_APNEA, "G4733"),
            (named::CANCER_FIRST, "C50911"),
            (named::CANCER_LAST, "C189"),
            (named::DEMENTIA, "F0390"),
        ] {
            assert_eq!(CONDITIONS[index].codes[0], code);
        }
    }

    #[test]
    fn tiers_and_bands_have_their_edges() {
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 6, 7, 20].map(tier),
            [0, 1, 1, 2, 2, 3, 3, 4, 4]
        );
        assert_eq!(
            [0.0, 17.9, 18.0, 39.9, 64.0, 65.0, 80.0].map(age_band),
            [0, 0, 1, 1, 2, 3, 4]
        );
    }
}
