//! Honest heterogeneity: how one provider's habits differ from the specialty's.

use super::random::{Random, chance, normal, uniform};
use super::specialty::{Profile, Specialty};

/// A provider's habits. Shifts are added on the scale named; 0 is the specialty's norm.
#[derive(Debug, Clone)]
pub struct Style {
    /// Level of service, logit.
    pub level: f64,
    /// Tests and procedures per visit, log.
    pub intensity: f64,
    /// Units per line of codes billed in units, log.
    pub units: f64,
    /// Return visits, log.
    pub frequency: f64,
    /// Contracted price against the fee schedule, log.
    pub fee: f64,
    /// Price above the contract where there is none, log.
    pub out_of_network: f64,
    /// Charge as a multiple of the fee schedule.
    pub charge_multiple: f64,
    /// Modifier 25 on E/M visits with a procedure, probability.
    pub modifier_25: f64,
    /// Modifier 59 on a second procedure, probability.
    pub modifier_59: f64,
    /// Share of work on Saturdays.
    pub saturday: f64,
    /// Share of visits by video.
    pub telehealth: f64,
    /// Share of this provider's first visits that are truly new patients.
    pub new_patients: f64,
    /// Documentation of complications, logit (hospitals).
    pub severity: f64,
    /// Length of stay, log (hospitals).
    pub stay_length: f64,
    /// Probability that a chronic condition is written on a claim.
    pub documentation: f64,
    /// Share of claims denied at first.
    pub denials: f64,
    /// Share of claims corrected later.
    pub corrections: f64,
}

/// How much one common leaning (towards doing more) shows in each habit: habits of one
/// provider are correlated, as they are in life.
const COMMON_LOADING: f64 = 0.4;
/// Share of video visits from which a practice is a telehealth practice: it sees new patients
/// by video too.
pub const TELEHEALTH_PRACTICE: f64 = 0.9;
/// Share of such practices in specialties that see members by video at all, and what they do.
const TELEHEALTH_PRACTICES: f64 = 0.012;
const TELEHEALTH_PRACTICE_SHARE: f64 = 0.97;

impl Style {
    /// Draws the habits of one honest provider.
    pub fn draw(profile: &Profile, rng: &mut Random) -> Self {
        let leaning = profile.law.draw(rng);
        let rest = (1.0 - COMMON_LOADING * COMMON_LOADING).sqrt();
        let leaned = |rng: &mut Random| COMMON_LOADING * leaning + rest * profile.law.draw(rng);
        let level = profile.level_spread * leaned(rng);
        let intensity = 0.22 * leaned(rng);
        let frequency = 0.16 * leaned(rng);
        let units = 0.14 * leaned(rng);
        // Four in five offices keep no Saturday at all; the others several times the norm.
        let saturday = if chance(rng, 0.8) { 0.1 } else { 4.6 } * profile.saturday;
        let telehealth = if profile.telehealth > 0.0 && chance(rng, TELEHEALTH_PRACTICES) {
            TELEHEALTH_PRACTICE_SHARE
        } else {
            profile.telehealth * (0.5 * normal(rng)).exp().min(2.0)
        };
        let always_open = matches!(profile.specialty, Specialty::UrgentCare);
        Self {
            level,
            intensity,
            units,
            frequency,
            fee: 0.10 * profile.law.draw(rng),
            out_of_network: 0.25 + 0.10 * normal(rng),
            charge_multiple: (2.3 * (0.28 * normal(rng)).exp()).max(1.6),
            modifier_25: near(profile.modifier_25, 0.45, rng),
            modifier_59: near(0.22, 0.5, rng),
            saturday: if always_open {
                profile.saturday
            } else {
                saturday
            },
            telehealth,
            new_patients: near(0.5, 0.5, rng),
            severity: 0.28 * profile.law.draw(rng),
            stay_length: 0.08 * profile.law.draw(rng),
            documentation: 0.65 + 0.3 * uniform(rng),
            denials: near(0.05, 0.4, rng),
            corrections: near(0.018, 0.5, rng),
        }
    }
}

/// A probability whose logit is normal around that of `p`.
fn near(p: f64, spread: f64, rng: &mut Random) -> f64 {
    super::random::shifted(p, spread * normal(rng))
}
