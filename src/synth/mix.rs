//! What each specialty does at an office visit beside the E/M service, and what it orders.

use super::condition::{ConditionIndex, named};
use super::specialty::Specialty;

/// A service that may accompany a visit.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// HCPCS code.
    pub code: &'static str,
    /// Probability at a visit of the specialty, at average habits.
    pub chance: f64,
    /// Fewest and most units, before the provider's habit.
    pub units: (i32, i32),
    /// A modifier the code is billed with.
    pub modifier: &'static str,
    /// A procedure: the visit then needs modifier 25.
    pub procedure: bool,
    /// Only for members with this condition.
    pub needs: Option<ConditionIndex>,
    /// Only together with the service before it in the list.
    pub follows: bool,
}

const fn test(code: &'static str, chance: f64) -> Service {
    Service {
        code,
        chance,
        units: (1, 1),
        modifier: "",
        procedure: false,
        needs: None,
        follows: false,
    }
}

const fn procedure(code: &'static str, chance: f64) -> Service {
    Service {
        procedure: true,
        ..test(code, chance)
    }
}

const fn drug(code: &'static str, chance: f64, low: i32, high: i32) -> Service {
    Service {
        units: (low, high),
        follows: true,
        ..test(code, chance)
    }
}

/// Services of an office visit by specialty.
#[rustfmt::skip]
pub fn services(specialty: Specialty) -> &'static [Service] {
    use Specialty as S;
    match specialty {
        S::FamilyMedicine | S::NursePractitioner => const { &[
            test("36415", 0.16), test("81002", 0.06), test("87880", 0.04), test("93000", 0.05),
            test("96127", 0.10), test("G0444", 0.03), procedure("96372", 0.05), drug("J3301", 0.5, 2, 6),
            procedure("20610", 0.02), drug("J0702", 0.6, 1, 2), procedure("69210", 0.02),
            procedure("17110", 0.015), procedure("11102", 0.008), test("90471", 0.09),
            Service { follows: true, ..test("90686", 0.8) }, test("94010", 0.015), test("99406", 0.02),
        ] },
        S::InternalMedicine => const { &[
            test("36415", 0.20), test("93000", 0.09), test("81002", 0.05), test("96127", 0.06),
            test("G0444", 0.04), procedure("96372", 0.05), drug("J3301", 0.4, 2, 6),
            procedure("20610", 0.015), drug("J0702", 0.6, 1, 2), test("90471", 0.08),
            Service { follows: true, ..test("90686", 0.8) }, test("94010", 0.02), test("99406", 0.02),
            procedure("69210", 0.01),
        ] },
        S::Pediatrics => const { &[
            test("87880", 0.12), test("87804", 0.07), test("96127", 0.09), test("94640", 0.02),
            test("81002", 0.03), procedure("69210", 0.02), test("90460", 0.10),
            Service { follows: true, ..test("90686", 0.7) }, test("36415", 0.04), procedure("17110", 0.01),
        ] },
        S::Cardiology => const { &[
            test("93000", 0.55), test("93306", 0.16), test("93015", 0.06), test("78452", 0.05),
            test("93880", 0.03), test("36415", 0.06),
        ] },
        S::Orthopaedics => const { &[
            test("73562", 0.34), test("73030", 0.16), procedure("20610", 0.18), drug("J3301", 0.8, 3, 8),
            procedure("20611", 0.06), drug("J7325", 0.55, 16, 48), procedure("29125", 0.03),
        ] },
        S::Dermatology => const { &[
            Service { needs: Some(23), ..procedure("17000", 0.34) },
            Service { units: (1, 11), follows: true, ..procedure("17003", 0.72) },
            procedure("11102", 0.22), Service { units: (1, 3), follows: true, ..procedure("11103", 0.35) },
            procedure("17110", 0.10), procedure("11900", 0.04), drug("J3301", 0.8, 1, 4),
        ] },
        S::Psychiatry => const { &[
            test("90833", 0.26), test("90836", 0.08), test("96127", 0.14),
        ] },
        S::ObstetricsGynecology => const { &[
            test("76830", 0.12), test("76805", 0.03), test("81025", 0.07), procedure("58100", 0.04),
            procedure("57454", 0.03), test("36415", 0.08), procedure("96372", 0.03),
        ] },
        S::Gastroenterology => const { &[test("36415", 0.06), test("82270", 0.04)] },
        S::Oncology => const { &[test("36415", 0.45), test("85025", 0.35), procedure("96372", 0.10)] },
        S::UrgentCare => const { &[
            test("87880", 0.12), test("87804", 0.12), test("87635", 0.10), test("81002", 0.09),
            test("71046", 0.06), procedure("12001", 0.05), procedure("10060", 0.03), test("94640", 0.02),
            procedure("96372", 0.05), procedure("29125", 0.03),
        ] },
        S::Chiropractic => const { &[test("97140", 0.14), test("G0283", 0.12)] },
        _ => &[],
    }
}

/// Infusion regimens: the drug, its units and the minutes' codes. Units are high because the
/// codes are defined per milligram or so.
pub const REGIMENS: [&[(&str, i32, i32)]; 4] = [
    &[
        ("96413", 1, 1),
        ("J9271", 200, 200),
        ("96375", 1, 1),
        ("J1100", 8, 12),
    ],
    &[
        ("96413", 1, 1),
        ("96415", 1, 3),
        ("J9267", 130, 260),
        ("J9045", 8, 14),
        ("J2469", 10, 10),
    ],
    &[
        ("96413", 1, 1),
        ("J9355", 38, 60),
        ("96375", 1, 1),
        ("J1100", 8, 12),
    ],
    &[
        ("96413", 1, 1),
        ("96415", 1, 2),
        ("J9035", 40, 80),
        ("J2469", 10, 10),
    ],
];

/// Probability that a visit leads to laboratory orders, and to an imaging order.
pub fn orders(specialty: Specialty) -> (f64, f64) {
    use Specialty as S;
    match specialty {
        S::FamilyMedicine | S::NursePractitioner => (0.22, 0.045),
        S::InternalMedicine => (0.28, 0.055),
        S::Pediatrics => (0.06, 0.015),
        S::Cardiology => (0.15, 0.03),
        S::Orthopaedics => (0.02, 0.12),
        S::ObstetricsGynecology => (0.25, 0.06),
        S::Gastroenterology => (0.20, 0.12),
        S::Oncology => (0.30, 0.20),
        S::Psychiatry => (0.08, 0.0),
        S::UrgentCare => (0.05, 0.02),
        _ => (0.0, 0.0),
    }
}

/// Tests on a laboratory order: code, probability, condition that raises it to [`WITH_CONDITION`].
pub const PANEL: [(&str, f64, Option<ConditionIndex>); 15] = [
    ("80053", 0.58, None),
    ("85025", 0.52, None),
    ("80061", 0.34, Some(2)),
    ("83036", 0.16, Some(named::DIABETES)),
    ("84443", 0.20, Some(14)),
    ("82306", 0.10, None),
    ("82607", 0.06, None),
    ("81001", 0.13, None),
    ("87086", 0.06, None),
    ("82043", 0.03, Some(named::DIABETES)),
    ("83880", 0.02, Some(named::HEART_FAILURE)),
    ("85610", 0.02, Some(named::FIBRILLATION)),
    ("82728", 0.05, Some(25)),
    ("84153", 0.02, None),
    ("80307", 0.02, None),
];
/// Probability of a test in members whose condition asks for it.
pub const WITH_CONDITION: f64 = 0.68;
/// Imaging studies.
pub const IMAGING: [&str; 8] = [
    "71046", "73721", "72148", "74177", "70450", "77067", "76700", "70553",
];
/// Endoscopies with their weights.
pub const ENDOSCOPIES: ([&str; 4], [f64; 4]) = (
    ["45378", "45380", "45385", "43239"],
    [0.34, 0.27, 0.24, 0.15],
);

/// Level of service against the average of all specialties, logit scale.
pub fn level_offset(specialty: Specialty) -> f64 {
    use Specialty as S;
    match specialty {
        S::InternalMedicine => 0.25,
        S::Pediatrics => -0.35,
        S::Cardiology => 0.70,
        S::NursePractitioner | S::Orthopaedics | S::ObstetricsGynecology => -0.15,
        S::Dermatology => -0.75,
        S::Psychiatry => 0.35,
        S::Gastroenterology => 0.30,
        S::Oncology => 1.0,
        S::UrgentCare => -0.25,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::fees;
    use crate::synth::specialty::PROFILES;

    #[test]
    fn every_code_has_a_price() {
        let panel = PANEL.iter().map(|test| test.0);
        let regimens = REGIMENS
            .iter()
            .flat_map(|regimen| regimen.iter().map(|part| part.0));
        let own = PROFILES
            .iter()
            .flat_map(|p| services(p.specialty))
            .map(|service| service.code);
        for code in own
            .chain(panel)
            .chain(regimens)
            .chain(IMAGING)
            .chain(ENDOSCOPIES.0)
        {
            assert!(fees::price(code).is_some(), "{code} has no price");
        }
    }

    #[test]
    fn lists_do_not_begin_with_a_follower() {
        for profile in &PROFILES {
            assert!(
                services(profile.specialty)
                    .first()
                    .is_none_or(|service| !service.follows)
            );
        }
    }
}
