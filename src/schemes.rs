//! The catalogue of schemes: what is looked for, whether or not a detector is built yet.

/// Every scheme of the catalogue, in its order.
pub const SCHEMES: [&str; 35] = [
    "em_upcoding",
    "new_patient",
    "drg_upcoding",
    "impossible_day",
    "excess_units",
    "unbundling",
    "modifier_abuse",
    "duplicate_billing",
    "excluded_provider",
    "after_death",
    "not_eligible",
    "during_inpatient",
    "overbilling",
    "over_treatment",
    "spike",
    "bust_out",
    "weekend",
    "phantom",
    "geography",
    "ambulance",
    "dme",
    "lab",
    "home_health",
    "hospice",
    "telehealth",
    "round_numbers",
    "out_of_network",
    "no_authorization",
    "incomplete",
    "pricing_error",
    "drug_shopping",
    "member_overuse",
    "collusion_ring",
    "referral_capture",
    "specialty_mismatch",
];

/// Whether a scheme has a detector in this version.
#[must_use]
pub fn is_built(scheme: &str, built: &[&str]) -> bool {
    scheme == "incomplete" || built.contains(&scheme)
}
