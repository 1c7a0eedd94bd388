//! What a provider would ordinarily bill: the cloth that made-up visits are cut from.

use super::Site;
use crate::synth::calendar::LAST_DAY;
use crate::synth::condition::ADULT_COMPLAINTS;
use crate::synth::random::{Purpose, Random, pick, stream};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};

/// An ordinary need for this kind of provider.
pub fn need(specialty: Specialty, rng: &mut Random) -> Need {
    let supply = |code, modifier, reason| Need::Supply {
        code,
        units: 1,
        modifier,
        reason,
    };
    match specialty {
        Specialty::Psychology => Need::Session(pick(rng, &["F411", "F331", "F4310"])),
        Specialty::PhysicalTherapy | Specialty::Chiropractic => {
            Need::Session(pick(rng, &["M5450", "M25561", "M542"]))
        }
        Specialty::Laboratory => Need::Tests(&["80053", "85025", "80061"], "Z0000"),
        Specialty::MedicalEquipment => pick(
            rng,
            &[
                supply("E0601", "RR", "G4733"),
                supply("E1390", "RR", "J449"),
                supply("A7038", "NU", "G4733"),
            ],
        ),
        Specialty::Cardiology => Need::Office("I2510"),
        Specialty::Orthopaedics => Need::Office("M1711"),
        Specialty::Dermatology => Need::Office("L570"),
        Specialty::Psychiatry => Need::Office("F411"),
        Specialty::Gastroenterology => Need::Office("K219"),
        Specialty::Oncology => Need::Office("C50911"),
        Specialty::ObstetricsGynecology => Need::Office("N926"),
        _ => Need::Office(pick(rng, &ADULT_COMPLAINTS)),
    }
}

/// Adds an ordinary visit on a day, whatever the member's state; none on a day that has one
/// with the provider already, nor after the extract.
pub fn add(site: &Site, day: i32, visits: &mut Vec<Visit>, rng: &mut Random) {
    let taken = visits
        .iter()
        .any(|v| v.provider == site.provider && v.day == day);
    if !taken && day <= LAST_DAY {
        visits.push(Visit::new(
            day,
            site.provider,
            need(site.me().specialty, rng),
        ));
    }
}

/// Whether the member has a visit with the provider.
pub fn is_patient(site: &Site, visits: &[Visit]) -> bool {
    visits.iter().any(|visit| visit.provider == site.provider)
}

/// A stream that belongs to the provider's scheme alone: the same at every member.
pub fn shared_stream(site: &Site) -> Random {
    stream(
        site.world.seed,
        Purpose::Planting,
        u64::MAX,
        u64::from(site.provider),
    )
}
