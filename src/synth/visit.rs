//! A visit as planned, before it becomes claims.

use super::drg::{FamilyIndex, Severity};

/// What a member comes for, or is sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Need {
    /// An office visit for this diagnosis.
    Office(&'static str),
    /// A yearly check-up.
    Preventive,
    /// A session of psychotherapy, physical or chiropractic treatment for this diagnosis.
    Session(&'static str),
    /// An endoscopy for this diagnosis.
    Endoscopy(&'static str),
    /// An arthroscopy for this diagnosis.
    Arthroscopy(&'static str),
    /// Drug infusion of an oncology visit for this diagnosis.
    Infusion(&'static str),
    /// An emergency department visit.
    Emergency {
        /// Index of the hospital in the register.
        hospital: u32,
        /// Main diagnosis.
        reason: &'static str,
        /// Brought by ambulance.
        transported: bool,
        /// Ends in admission: the facility part goes on the stay's claim.
        admitted: bool,
    },
    /// A hospital stay; the visit's provider is the hospital.
    Stay {
        /// MS-DRG family.
        family: FamilyIndex,
        /// Severity as documented.
        severity: Severity,
        /// Day of discharge.
        discharge: i32,
        /// Came through the emergency department.
        emergency: bool,
    },
    /// Equipment or supplies.
    Supply {
        /// HCPCS code.
        code: &'static str,
        /// Units.
        units: i64,
        /// RR rental, NU new, or empty.
        modifier: &'static str,
        /// Diagnosis it is for.
        reason: &'static str,
    },
    /// An ambulance transport that no visit explains (dialysis, transfer between homes).
    Transport(&'static str),
    /// Laboratory tests with no office visit here; the visit's provider is the laboratory.
    Tests(&'static [&'static str], &'static str),
    /// A payment period of home health.
    HomeHealth(HomePeriod),
    /// A month of hospice.
    Hospice(HospicePeriod),
    /// An office visit billed with exactly these codes for this diagnosis.
    Template(&'static [&'static str], &'static str),
}

/// Thirty days of home health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HomePeriod {
    /// Periods before it in the course.
    pub number: i32,
    /// The course follows a hospital stay.
    pub after_stay: bool,
    /// Diagnosis it is for.
    pub reason: &'static str,
}

/// A month, or the part of one, in hospice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HospicePeriod {
    /// Day of election.
    pub election: i32,
    /// Last day.
    pub until: i32,
    /// The member leaves hospice alive on the last day.
    pub leaves: bool,
    /// Diagnosis it is for.
    pub reason: &'static str,
}

/// A visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Epoch day.
    pub day: i32,
    /// Who: an index into the register.
    pub provider: u32,
    /// What for.
    pub need: Need,
    /// Who referred or ordered.
    pub referrer: Option<u32>,
}

impl Visit {
    /// A visit without referral.
    pub fn new(day: i32, provider: u32, need: Need) -> Self {
        Self {
            day,
            provider,
            need,
            referrer: None,
        }
    }

    /// The same, referred or ordered.
    pub fn from(mut self, referrer: Option<u32>) -> Self {
        self.referrer = referrer;
        self
    }
}
