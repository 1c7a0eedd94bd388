//! The kinds of providers: taxonomy, how common they are and how their days look.

use super::random::Random;
use super::random::{heavy, normal};

/// A declared specialty or facility type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Specialty {
    FamilyMedicine,
    InternalMedicine,
    NursePractitioner,
    Pediatrics,
    Cardiology,
    Orthopaedics,
    Dermatology,
    Psychiatry,
    Psychology,
    PhysicalTherapy,
    Chiropractic,
    EmergencyMedicine,
    Hospitalist,
    ObstetricsGynecology,
    Gastroenterology,
    Oncology,
    Radiology,
    UrgentCare,
    Laboratory,
    MedicalEquipment,
    Ambulance,
    Hospital,
    HomeHealth,
    Hospice,
}

use Specialty as S;

/// How honest providers of a specialty differ: the law of their practice style.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StyleLaw {
    /// Normal.
    Normal,
    /// Student's t with these degrees of freedom.
    Heavy(f64),
    /// Centred log-normal: a few do far more than most.
    Skewed,
}

/// Honest habits lie within this many standard deviations. An office that bills nine visits in ten
/// at the top level is no honest style: whoever labels it so would count a good lead as a false one.
const BOUND: f64 = 4.0;

impl StyleLaw {
    /// One draw with mean 0 and variance 1 (a little less where tails are heavy), within
    /// [`BOUND`].
    pub fn draw(self, rng: &mut Random) -> f64 {
        self.unbounded(rng).clamp(-BOUND, BOUND)
    }

    fn unbounded(self, rng: &mut Random) -> f64 {
        /// Log-scale spread of the skewed law; skewness about 1.75.
        const SPREAD: f64 = 0.5;
        match self {
            Self::Normal => normal(rng),
            Self::Heavy(dof) => heavy(rng, dof),
            Self::Skewed => {
                let variance = SPREAD * SPREAD;
                let mean = (variance / 2.0).exp();
                let deviation = ((variance.exp() - 1.0) * variance.exp()).sqrt();
                ((SPREAD * normal(rng)).exp() - mean) / deviation
            }
        }
    }
}

/// What is fixed about a specialty.
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    /// The specialty described.
    pub specialty: Specialty,
    /// NUCC provider taxonomy code.
    pub taxonomy: &'static str,
    /// Plain words for `primary_specialty_description`.
    pub description: &'static str,
    /// Share of all providers, in percent.
    pub share: f64,
    /// An organisation (NPI entity type 2) rather than a person.
    pub organisation: bool,
    /// Spread of provider popularity, log scale: panel sizes are heavy-tailed.
    pub size_spread: f64,
    /// Spread of level of service, logit scale.
    pub level_spread: f64,
    /// Law of the practice styles.
    pub law: StyleLaw,
    /// Typical share of work on Saturdays.
    pub saturday: f64,
    /// Share of visits by video.
    pub telehealth: f64,
    /// How far visits follow the winter peak, 0 to 1.
    pub winter: f64,
    /// Share of E/M visits on days with a procedure that carry modifier 25.
    pub modifier_25: f64,
}

const BASE: Profile = Profile {
    specialty: S::FamilyMedicine,
    taxonomy: "207Q00000X",
    description: "Family Medicine",
    share: 12.4,
    organisation: false,
    size_spread: 0.75,
    level_spread: 0.40,
    law: StyleLaw::Heavy(5.0),
    saturday: 0.015,
    telehealth: 0.06,
    winter: 0.5,
    modifier_25: 0.72,
};

/// All specialties, in the order of the enumeration.
#[rustfmt::skip]
pub const PROFILES: [Profile; 24] = [
    BASE,
    Profile { specialty: S::InternalMedicine, taxonomy: "207R00000X", description: "Internal Medicine", share: 9.2, winter: 0.4, ..BASE },
    Profile { specialty: S::NursePractitioner, taxonomy: "363LF0000X", description: "Family Nurse Practitioner", share: 6.0, level_spread: 0.45, telehealth: 0.09, ..BASE },
    Profile { specialty: S::Pediatrics, taxonomy: "208000000X", description: "Pediatrics", share: 5.6, winter: 1.0, saturday: 0.04, law: StyleLaw::Normal, ..BASE },
    Profile { specialty: S::Cardiology, taxonomy: "207RC0000X", description: "Cardiovascular Disease", share: 5.5, winter: 0.1, saturday: 0.002, level_spread: 0.35, modifier_25: 0.60, ..BASE },
    Profile { specialty: S::Orthopaedics, taxonomy: "207X00000X", description: "Orthopaedic Surgery", share: 5.0, winter: 0.0, saturday: 0.003, law: StyleLaw::Skewed, ..BASE },
    Profile { specialty: S::Dermatology, taxonomy: "207N00000X", description: "Dermatology", share: 4.5, winter: 0.0, saturday: 0.01, level_spread: 0.35, modifier_25: 0.88, law: StyleLaw::Skewed, ..BASE },
    Profile { specialty: S::Psychiatry, taxonomy: "2084P0800X", description: "Psychiatry", share: 4.0, winter: 0.1, telehealth: 0.35, modifier_25: 0.3, ..BASE },
    Profile { specialty: S::Psychology, taxonomy: "103TC0700X", description: "Clinical Psychologist", share: 5.0, winter: 0.1, saturday: 0.04, telehealth: 0.40, size_spread: 0.55, ..BASE },
    Profile { specialty: S::PhysicalTherapy, taxonomy: "225100000X", description: "Physical Therapist", share: 5.6, winter: 0.1, saturday: 0.01, telehealth: 0.0, size_spread: 0.6, ..BASE },
    Profile { specialty: S::Chiropractic, taxonomy: "111N00000X", description: "Chiropractor", share: 3.0, winter: 0.0, saturday: 0.05, telehealth: 0.0, modifier_25: 0.5, ..BASE },
    Profile { specialty: S::EmergencyMedicine, taxonomy: "207P00000X", description: "Emergency Medicine", share: 4.2, winter: 0.3, telehealth: 0.0, size_spread: 0.5, level_spread: 0.30, law: StyleLaw::Normal, ..BASE },
    Profile { specialty: S::Hospitalist, taxonomy: "208M00000X", description: "Hospitalist", share: 3.5, telehealth: 0.0, size_spread: 0.5, level_spread: 0.35, law: StyleLaw::Normal, ..BASE },
    Profile { specialty: S::ObstetricsGynecology, taxonomy: "207V00000X", description: "Obstetrics & Gynecology", share: 4.0, winter: 0.0, saturday: 0.005, ..BASE },
    Profile { specialty: S::Gastroenterology, taxonomy: "207RG0100X", description: "Gastroenterology", share: 3.0, winter: 0.0, saturday: 0.003, ..BASE },
    Profile { specialty: S::Oncology, taxonomy: "207RX0202X", description: "Medical Oncology", share: 3.0, winter: 0.0, saturday: 0.005, law: StyleLaw::Heavy(4.0), ..BASE },
    Profile { specialty: S::Radiology, taxonomy: "2085R0202X", description: "Diagnostic Radiology", share: 2.2, saturday: 0.05, telehealth: 0.0, law: StyleLaw::Normal, ..BASE },
    Profile { specialty: S::UrgentCare, taxonomy: "261QU0200X", description: "Urgent Care", share: 1.5, organisation: true, saturday: 0.15, telehealth: 0.0, winter: 1.0, ..BASE },
    Profile { specialty: S::Laboratory, taxonomy: "291U00000X", description: "Clinical Medical Laboratory", share: 2.5, organisation: true, size_spread: 0.9, saturday: 0.04, telehealth: 0.0, ..BASE },
    Profile { specialty: S::MedicalEquipment, taxonomy: "332B00000X", description: "Durable Medical Equipment & Medical Supplies", share: 3.0, organisation: true, size_spread: 0.9, saturday: 0.01, telehealth: 0.0, ..BASE },
    Profile { specialty: S::Ambulance, taxonomy: "3416L0300X", description: "Land Transport Ambulance", share: 2.0, organisation: true, telehealth: 0.0, law: StyleLaw::Normal, ..BASE },
    Profile { specialty: S::Hospital, taxonomy: "282N00000X", description: "General Acute Care Hospital", share: 2.5, organisation: true, size_spread: 0.6, telehealth: 0.0, law: StyleLaw::Normal, ..BASE },
    Profile { specialty: S::HomeHealth, taxonomy: "251E00000X", description: "Home Health Agency", share: 2.0, organisation: true, size_spread: 0.7, telehealth: 0.0, winter: 0.2, ..BASE },
    Profile { specialty: S::Hospice, taxonomy: "251G00000X", description: "Hospice Care, Community Based", share: 0.8, organisation: true, size_spread: 0.6, telehealth: 0.0, winter: 0.2, law: StyleLaw::Normal, ..BASE },
];

impl Specialty {
    /// What is fixed about it.
    pub fn profile(self) -> &'static Profile {
        &PROFILES[self as usize]
    }

    /// Bills E/M office visits to persons.
    pub fn sees_patients_in_office(self) -> bool {
        matches!(
            self,
            S::FamilyMedicine
                | S::InternalMedicine
                | S::NursePractitioner
                | S::Pediatrics
                | S::Cardiology
                | S::Orthopaedics
                | S::Dermatology
                | S::Psychiatry
                | S::ObstetricsGynecology
                | S::Gastroenterology
                | S::Oncology
        )
    }

    /// Bills sessions whose code states minutes.
    pub fn works_in_sessions(self) -> bool {
        matches!(self, S::Psychology | S::PhysicalTherapy | S::Chiropractic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::random::{Purpose, stream};

    #[test]
    fn profiles_stand_in_the_order_of_the_enumeration_and_sum_to_all() {
        for (index, profile) in PROFILES.iter().enumerate() {
            assert_eq!(profile.specialty as usize, index);
            assert_eq!(profile.taxonomy.len(), 10);
        }
        let total: f64 = PROFILES.iter().map(|profile| profile.share).sum();
        assert!((total - 100.0).abs() < 1e-9, "shares sum to {total}");
    }

    #[test]
    fn style_laws_are_standardised() {
        let mut rng = stream(3, Purpose::Style, 0, 0);
        for law in [StyleLaw::Normal, StyleLaw::Heavy(5.0), StyleLaw::Skewed] {
            let draws: Vec<f64> = (0..40_000).map(|_| law.draw(&mut rng)).collect();
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let variance = draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 40_000.0;
            assert!(mean.abs() < 0.03, "{law:?}: mean {mean}");
            assert!((variance - 1.0).abs() < 0.2, "{law:?}: variance {variance}");
        }
    }
}
