//! Hospital stays: MS-DRG families, severity and length of stay.

use super::condition::{ConditionIndex, named};
use super::random::{Random, normal, pick, shifted, uniform};

/// Severity of illness in MS-DRG grouping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Neither complication nor comorbidity.
    Plain,
    /// With a complication or comorbidity (CC).
    Complication,
    /// With a major one (MCC).
    Major,
}

/// One MS-DRG of a family.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// MS-DRG code.
    pub code: &'static str,
    /// Relative weight, CMS FY 2026 final rule, table 5.
    pub weight: f64,
    /// Geometric mean length of stay in days, same table.
    pub mean_days: f64,
}

/// MS-DRGs that differ by severity only.
#[derive(Debug)]
pub struct Family {
    /// The groups by severity: plain, CC, MCC (a family split in two repeats one).
    pub groups: [Group; 3],
    /// Principal diagnoses, ICD-10-CM.
    pub principal: &'static [&'static str],
    /// Professional procedure on the first full day, if it is a surgical family.
    pub procedure: Option<&'static str>,
    /// Share of stays with MCC and with CC at average sickness, honest coding.
    pub severity_shares: [f64; 2],
}

const fn group(code: &'static str, weight: f64, mean_days: f64) -> Group {
    Group {
        code,
        weight,
        mean_days,
    }
}

/// Index into [`FAMILIES`].
pub type FamilyIndex = usize;

/// Vaginal delivery and caesarean section in [`FAMILIES`].
pub const DELIVERIES: [FamilyIndex; 2] = [13, 14];
/// Joint replacement in [`FAMILIES`].
pub const JOINT_REPLACEMENT: FamilyIndex = 11;
/// Psychoses in [`FAMILIES`].
pub const PSYCHOSES: FamilyIndex = 15;

/// The families.
#[rustfmt::skip]
pub const FAMILIES: [Family; 16] = [
    Family { groups: [group("293", 0.5660, 2.1), group("292", 0.8490, 2.9), group("291", 1.2838, 3.8)], principal: &["I110", "I130"], procedure: None, severity_shares: [0.42, 0.38] },
    Family { groups: [group("195", 0.6285, 2.2), group("194", 0.8059, 2.8), group("193", 1.3144, 3.9)], principal: &["J189", "J159"], procedure: None, severity_shares: [0.36, 0.40] },
    Family { groups: [group("872", 1.0233, 3.4), group("872", 1.0233, 3.4), group("871", 1.9425, 4.8)], principal: &["A419", "A4151"], procedure: None, severity_shares: [0.58, 0.30] },
    Family { groups: [group("192", 0.6420, 2.1), group("191", 0.8430, 2.6), group("190", 1.1077, 3.3)], principal: &["J441", "J440"], procedure: None, severity_shares: [0.40, 0.36] },
    Family { groups: [group("684", 0.6003, 2.2), group("683", 0.8758, 3.0), group("682", 1.4810, 4.3)], principal: &["N179", "N170"], procedure: None, severity_shares: [0.34, 0.42] },
    Family { groups: [group("379", 0.6304, 2.0), group("378", 0.9807, 2.9), group("377", 1.8280, 4.5)], principal: &["K922", "K5731"], procedure: None, severity_shares: [0.28, 0.46] },
    Family { groups: [group("066", 0.6844, 1.9), group("065", 1.0103, 2.8), group("064", 2.0110, 4.4)], principal: &["I639", "I6340"], procedure: None, severity_shares: [0.36, 0.40] },
    Family { groups: [group("690", 0.8095, 2.8), group("690", 0.8095, 2.8), group("689", 1.1603, 3.8)], principal: &["N390", "N10"], procedure: None, severity_shares: [0.30, 0.40] },
    Family { groups: [group("603", 0.8709, 3.1), group("603", 0.8709, 3.1), group("602", 1.4213, 4.5)], principal: &["L03115", "L03116"], procedure: None, severity_shares: [0.20, 0.40] },
    Family { groups: [group("282", 0.7231, 1.7), group("281", 0.9191, 2.3), group("280", 1.6041, 4.1)], principal: &["I214"], procedure: None, severity_shares: [0.34, 0.34] },
    Family { groups: [group("322", 1.7630, 2.0), group("322", 1.7630, 2.0), group("321", 2.7208, 3.7)], principal: &["I25110", "I214"], procedure: Some("92928"), severity_shares: [0.24, 0.36] },
    Family { groups: [group("470", 1.9289, 1.9), group("470", 1.9289, 1.9), group("469", 3.0332, 3.3)], principal: &["M1711", "M1712", "M1611"], procedure: Some("27447"), severity_shares: [0.05, 0.25] },
    Family { groups: [group("331", 1.6829, 2.7), group("330", 2.3972, 4.8), group("329", 4.5965, 9.4)], principal: &["C187", "K5720"], procedure: None, severity_shares: [0.26, 0.42] },
    Family { groups: [group("807", 0.6742, 2.0), group("806", 0.7540, 2.4), group("805", 1.0792, 3.0)], principal: &["O80"], procedure: Some("59400"), severity_shares: [0.04, 0.18] },
    Family { groups: [group("788", 0.9588, 2.9), group("787", 1.1168, 3.4), group("786", 1.6495, 4.4)], principal: &["O82"], procedure: Some("59510"), severity_shares: [0.06, 0.24] },
    Family { groups: [group("885", 1.3968, 6.5), group("885", 1.3968, 6.5), group("885", 1.3968, 6.5)], principal: &["F332", "F3113"], procedure: None, severity_shares: [0.08, 0.30] },
];

/// Major complications (MCC) of medical stays, ICD-10-CM (CMS table 6I).
pub const MAJOR: [&str; 10] = [
    "J9601", "G9341", "E43", "N170", "R6521", "J690", "I2699", "I5033", "I5023", "J9602",
];
/// Complications and comorbidities (CC) of medical stays, ICD-10-CM (CMS table 6J).
pub const MINOR: [&str; 10] = [
    "N179", "E871", "D62", "N390", "I4820", "E440", "J90", "J9811", "E870", "F05",
];
/// MCC of deliveries.
pub const MAJOR_OBSTETRIC: [&str; 3] = ["O1413", "O1412", "O151"];
/// CC of deliveries.
pub const MINOR_OBSTETRIC: [&str; 3] = ["O721", "O1403", "D62"];

/// The family that a stay caused by a condition falls into.
pub fn family_for(condition: Option<ConditionIndex>, rng: &mut Random) -> FamilyIndex {
    match condition {
        Some(named::HEART_FAILURE | named::FIBRILLATION) => pick(rng, &[0, 0, 0, 4]),
        Some(named::COPD) => pick(rng, &[3, 3, 1]),
        Some(named::CORONARY) => pick(rng, &[9, 10, 10]),
        Some(named::KIDNEY | named::DIABETES) => pick(rng, &[4, 4, 7, 8]),
        Some(named::ARTHROSIS) => JOINT_REPLACEMENT,
        Some(named::SEVERE_MENTAL) => PSYCHOSES,
        Some(c) if (named::CANCER_FIRST..=named::CANCER_LAST).contains(&c) => {
            pick(rng, &[2, 2, 12, 1])
        }
        _ => pick(rng, &[1, 2, 2, 5, 6, 7, 8]),
    }
}

/// Draws the severity; `shift` moves the shares on the logit scale (sickness, documentation).
pub fn severity(family: FamilyIndex, shift: f64, rng: &mut Random) -> Severity {
    let [major, minor] = FAMILIES[family].severity_shares;
    let major = shifted(major, shift);
    let minor = shifted(minor, shift * 0.5) * (1.0 - major);
    match uniform(rng) {
        u if u < major => Severity::Major,
        u if u < major + minor => Severity::Complication,
        _ => Severity::Plain,
    }
}

/// Draws the days of a stay; log-normal about the group's geometric mean.
pub fn days(group: Group, shift: f64, rng: &mut Random) -> i32 {
    /// Spread of the logarithm of days within a group.
    const SPREAD: f64 = 0.42;
    let days = (group.mean_days.ln() + shift + SPREAD * normal(rng)).exp();
    (days.round() as i32).clamp(1, 45)
}

/// The group of a family at a severity.
pub fn group_of(family: FamilyIndex, severity: Severity) -> Group {
    FAMILIES[family].groups[severity as usize]
}

/// Position of a DRG among the families, with the severities it stands for (highest).
pub fn find(code: &str) -> Option<(FamilyIndex, Severity)> {
    use Severity::{Complication, Major, Plain};
    FAMILIES.iter().enumerate().find_map(|(index, family)| {
        [Major, Complication, Plain]
            .into_iter()
            .find(|&severity| family.groups[severity as usize].code == code)
            .map(|severity| (index, severity))
    })
}

/// Relative weight of a DRG; 1 for one not listed.
pub fn weight(code: &str) -> f64 {
    find(code).map_or(1.0, |(family, severity)| group_of(family, severity).weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::random::{Purpose, stream};

    #[test]
    fn weights_and_days_rise_with_severity() {
        for family in &FAMILIES {
            for pair in family.groups.windows(2) {
                assert!(pair[0].weight <= pair[1].weight && pair[0].mean_days <= pair[1].mean_days);
            }
        }
    }

    #[test]
    fn a_positive_shift_makes_more_major_stays() {
        let mut rng = stream(5, Purpose::Encounter, 0, 0);
        let majors = |shift: f64, rng: &mut Random| {
            (0..4_000)
                .filter(|_| severity(0, shift, rng) == Severity::Major)
                .count()
        };
        let (honest, raised) = (majors(0.0, &mut rng), majors(1.0, &mut rng));
        assert!(raised > honest + 400, "{honest} then {raised}");
    }

    #[test]
    fn every_code_is_found_again() {
        for family in &FAMILIES {
            for group in family.groups {
                assert!((weight(group.code) - group.weight).abs() < 1e-9);
            }
        }
    }
}
