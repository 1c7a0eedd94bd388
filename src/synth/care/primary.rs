//! Primary care, check-ups and the occasional visit elsewhere.

use super::{Plan, YEARS, weekday_of_window};
use crate::synth::calendar::{self, FIRST_DAY};
use crate::synth::condition::{ADULT_COMPLAINTS, CHILD_COMPLAINTS, CONDITIONS, age_band};
use crate::synth::member::Member;
use crate::synth::random::{Random, between, chance, count, pick, uniform, weighted};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};

/// Primary care visits a year by age band without conditions (NCHS, National Ambulatory
/// Medical Care Survey, round numbers).
const PRIMARY_VISITS: [f64; 5] = [1.9, 0.9, 1.2, 1.6, 1.8];
/// Further primary care visits a year for each condition.
const PRIMARY_PER_CONDITION: f64 = 0.34;
/// Urgent care visits a year.
const URGENT_VISITS: f64 = 0.22;

impl Plan<'_> {
    pub(super) fn choose_primary(&self, member: &Member, rng: &mut Random) -> Option<u32> {
        use Specialty::{FamilyMedicine, InternalMedicine, NursePractitioner, Pediatrics};
        let specialty = if member.age(FIRST_DAY) < 17.0 {
            if chance(rng, 0.78) {
                Pediatrics
            } else {
                FamilyMedicine
            }
        } else {
            [FamilyMedicine, InternalMedicine, NursePractitioner]
                [weighted(rng, &[0.46, 0.36, 0.18])]
        };
        self.choose(specialty, member, rng)
    }

    pub(super) fn primary_care(&mut self, member: &Member, primary: Option<u32>, rng: &mut Random) {
        let Some(primary) = primary else { return };
        // One member in twelve changes doctor on the way.
        let moves = chance(rng, 0.08).then(|| calendar::any_day(rng));
        let next = self.choose_primary(member, rng).unwrap_or(primary);
        let band = age_band(member.age(FIRST_DAY));
        let yearly = PRIMARY_VISITS[band] + PRIMARY_PER_CONDITION * member.conditions.len() as f64;
        let habit = self.world.provider(primary).style.frequency.exp();
        for _ in 0..count(
            rng,
            (YEARS * yearly * member.frailty.sqrt() * habit).min(50.0),
        ) {
            let reason = reason(member, rng);
            let day = self.office_day(primary, rng);
            let doctor = if moves.is_some_and(|moved| day > moved) {
                next
            } else {
                primary
            };
            let doctor = self.colleague(doctor, rng);
            self.add(member, Visit::new(day, doctor, Need::Office(reason)));
        }
        let preventive = if member.age(FIRST_DAY) < 18.0 {
            0.65
        } else {
            0.42
        };
        for year in 0..2 {
            if chance(rng, preventive) {
                let day = FIRST_DAY + 366 * year + between(rng, 0, 364);
                let saturday = self.world.provider(primary).style.saturday;
                let day = calendar::open_day(rng, day, saturday);
                self.add(member, Visit::new(day, primary, Need::Preventive));
            }
        }
    }

    pub(super) fn occasional_care(
        &mut self,
        member: &Member,
        primary: Option<u32>,
        rng: &mut Random,
    ) {
        use Specialty::{
            Dermatology, Gastroenterology, ObstetricsGynecology, Orthopaedics, PhysicalTherapy,
            UrgentCare,
        };
        let age = member.age(FIRST_DAY);
        for _ in 0..count(
            rng,
            URGENT_VISITS * YEARS * if age < 40.0 { 1.3 } else { 0.7 },
        ) {
            if let Some(clinic) = self.choose(UrgentCare, member, rng) {
                let day = calendar::seasonal_day(rng, 1.0);
                let complaints = complaints(member);
                self.add(
                    member,
                    Visit::new(day, clinic, Need::Office(pick(rng, complaints))),
                );
            }
        }
        if member.female
            && age > 16.0
            && chance(rng, 0.45)
            && let Some(doctor) = self.choose(ObstetricsGynecology, member, rng)
        {
            for _ in 0..count(rng, 0.8 * YEARS) {
                let day = self.office_day(doctor, rng);
                let need = pick(
                    rng,
                    &[Need::Preventive, Need::Office("N926"), Need::Office("N760")],
                );
                self.add(member, Visit::new(day, doctor, need));
            }
        }
        if chance(rng, 0.03 * YEARS)
            && let Some(doctor) = self.choose(Dermatology, member, rng)
        {
            let day = self.office_day(doctor, rng);
            self.add(
                member,
                Visit::new(day, doctor, Need::Office("D225")).from(primary),
            );
        }
        if chance(rng, 0.05 * YEARS) {
            self.injury(member, (Orthopaedics, PhysicalTherapy), primary, rng);
        }
        if (45.0..76.0).contains(&age)
            && chance(rng, 0.09 * YEARS)
            && let Some(doctor) = self.choose(Gastroenterology, member, rng)
        {
            let day = weekday_of_window(rng);
            let reason = pick(rng, &["Z1211", "D123", "K635"]);
            self.add(
                member,
                Visit::new(day, doctor, Need::Endoscopy(reason)).from(primary),
            );
        }
    }
}

/// Why a member sees the family doctor: a condition, or a passing complaint.
fn reason(member: &Member, rng: &mut Random) -> &'static str {
    let chronic = 0.75 * (1.0 - 0.6_f64.powf(member.conditions.len() as f64));
    if uniform(rng) < chronic {
        let condition = pick(rng, &member.conditions);
        return pick(rng, CONDITIONS[condition].codes);
    }
    pick(rng, complaints(member))
}

fn complaints(member: &Member) -> &'static [&'static str] {
    if member.age(FIRST_DAY) < 18.0 {
        &CHILD_COMPLAINTS
    } else {
        &ADULT_COMPLAINTS
    }
}
