//! Hospital stays: the facility's claim and the professional services during the stay.

use super::evaluation::{self, ADMISSION, DISCHARGE, EvaluationFamily, HOSPITAL_DAY};
use super::{Chart, MAX_DIAGNOSES};
use crate::synth::claim::{Claim, Diagnoses, Line, StayHeader};
use crate::synth::condition::CONDITIONS;
use crate::synth::drg::{self, FamilyIndex, Severity};
use crate::synth::random::{between, chance, pick};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

const INPATIENT_HOSPITAL: &str = "21";
/// Revenue centres of a stay with their part of the charge: per day, and once.
const ROOM: (&str, f64) = ("0120", 1.0);
const ANCILLARY: [(&str, f64, f64); 5] = [
    ("0250", 0.9, 0.95),
    ("0300", 0.6, 0.92),
    ("0320", 0.4, 0.55),
    ("0270", 0.5, 0.60),
    ("0730", 0.2, 0.35),
];
const OPERATING_ROOM: (&str, f64) = ("0360", 4.0);
const EMERGENCY_ROOM: (&str, f64) = ("0450", 0.7);
/// Share of medical stays with a cardiologist's consultation, by cause.
const HEART_CONSULT: f64 = 0.6;
const OTHER_CONSULT: f64 = 0.12;

impl Chart<'_> {
    pub(super) fn stay(
        &mut self,
        visit: &Visit,
        family: FamilyIndex,
        severity: Severity,
        discharge: i32,
        emergency: bool,
    ) {
        let hospital = visit.provider;
        let days = (visit.day, discharge);
        let diagnoses = self.stay_diagnoses(family, severity);
        let mut claim = Claim::institutional(hospital, days, "11");
        claim.stay = Some(StayHeader {
            admission: days.0,
            discharge: Some(discharge),
            source: "1",
            priority: if emergency { "1" } else { "3" },
            disposition: self.disposition(discharge),
            drg: drg::group_of(family, severity).code,
        });
        claim.diagnoses.clone_from(&diagnoses);
        claim.emergency = emergency;
        let nights = (discharge - days.0).max(1);
        let once = |code: (&'static str, f64)| stay_line(days, code.0, 1, code.1);
        claim
            .lines
            .push(stay_line(days, ROOM.0, nights, ROOM.1 * f64::from(nights)));
        for (revenue, part, p) in ANCILLARY {
            if self.chance(p) {
                let units = between(&mut self.rng, 1, 3 * nights);
                let part = part * f64::from(nights) * 0.7 * (1.0 + f64::from(units)).ln();
                claim.lines.push(stay_line(days, revenue, units, part));
            }
        }
        if drg::FAMILIES[family].procedure.is_some() {
            claim.lines.push(once(OPERATING_ROOM));
        }
        if emergency {
            claim.lines.push(once(EMERGENCY_ROOM));
        }
        self.file(claim);
        self.attending(hospital, family, severity, days, &diagnoses);
        self.surgeon(hospital, family, (days, emergency), &diagnoses);
    }

    /// Principal diagnosis, the complications that make the severity, and chronic conditions
    /// whose codes do not change the grouping.
    fn stay_diagnoses(&mut self, family: FamilyIndex, severity: Severity) -> Diagnoses {
        let principal = pick(&mut self.rng, drg::FAMILIES[family].principal);
        let mut list = vec![principal];
        let obstetric = drg::DELIVERIES.contains(&family);
        let major: &[_] = if obstetric {
            &drg::MAJOR_OBSTETRIC
        } else {
            &drg::MAJOR
        };
        let minor: &[_] = if obstetric {
            &drg::MINOR_OBSTETRIC
        } else {
            &drg::MINOR
        };
        let (majors, minors) = match severity {
            Severity::Plain => (0, 0),
            Severity::Complication => (0, between(&mut self.rng, 1, 3)),
            // Truly major stays often carry two or three major complications.
            Severity::Major => (between(&mut self.rng, 1, 3), between(&mut self.rng, 1, 3)),
        };
        for (codes, wanted) in [(major, majors), (minor, minors)] {
            let mut found = 0;
            for _ in 0..8 {
                let code = pick(&mut self.rng, codes);
                let related = list.iter().any(|listed| listed[..3] == code[..3]);
                if found < wanted && !related {
                    list.push(code);
                    found += 1;
                }
            }
        }
        for &condition in &self.member.conditions {
            let condition = &CONDITIONS[condition];
            let plain = !condition.complication && !list.contains(&condition.codes[0]);
            if plain && list.len() < MAX_DIAGNOSES && chance(&mut self.rng, 0.8) {
                list.push(condition.codes[0]);
            }
        }
        list
    }

    /// Patient discharge status, as the member's plan has it.
    fn disposition(&self, discharge: i32) -> &'static str {
        let mut stays = self.member.stays.iter();
        let stay = stays.find(|stay| stay.discharge == discharge);
        stay.map_or("01", |stay| stay.destination)
    }

    /// Daily visits of the hospitalist, and of a consultant in some stays.
    fn attending(
        &mut self,
        hospital: u32,
        family: FamilyIndex,
        severity: Severity,
        (admission, discharge): (i32, i32),
        diagnoses: &Diagnoses,
    ) {
        let (market, tier) = (self.near, self.member.tier());
        let specialty = if drg::DELIVERIES.contains(&family) {
            return;
        } else if family == drg::PSYCHOSES {
            Specialty::Psychiatry
        } else {
            Specialty::Hospitalist
        };
        let severe = 0.5 * (f64::from(severity as u8) - 1.0);
        let complexity = evaluation::complexity(tier, self.member.age(admission)) + severe;
        let attending = self
            .world
            .choose_on(admission, specialty, market, tier, &mut self.rng);
        if let Some(doctor) = attending {
            for day in admission..=discharge {
                let family = match day {
                    d if d == admission => ADMISSION,
                    d if d == discharge => DISCHARGE,
                    _ => HOSPITAL_DAY,
                };
                self.hospital_visit(doctor, hospital, day, family, complexity, diagnoses);
            }
        }
        let heart = diagnoses[0].starts_with('I');
        if self.chance(if heart { HEART_CONSULT } else { OTHER_CONSULT }) {
            let consultant = self.world.choose_on(
                admission,
                Specialty::Cardiology,
                market,
                tier,
                &mut self.rng,
            );
            if let Some(doctor) = consultant {
                for day in (admission + 1..discharge).take(4) {
                    self.hospital_visit(doctor, hospital, day, HOSPITAL_DAY, complexity, diagnoses);
                }
            }
        }
    }

    fn hospital_visit(
        &mut self,
        doctor: u32,
        hospital: u32,
        day: i32,
        family: EvaluationFamily,
        complexity: f64,
        diagnoses: &Diagnoses,
    ) {
        // A doctor who leaves during a stay makes no more rounds.
        if !self.world.provider(doctor).in_business(day) {
            return;
        }
        let shift = complexity + self.provider(doctor).style.level;
        let mut claim = Claim::professional(doctor, day, INPATIENT_HOSPITAL);
        claim.facility = Some(hospital);
        claim.diagnoses = diagnoses.iter().take(4).copied().collect();
        claim
            .lines
            .push(Line::new(day, family.draw(shift, &mut self.rng), 1));
        self.seen.insert(self.provider(doctor).practice);
        self.file(claim);
    }

    fn surgeon(
        &mut self,
        hospital: u32,
        family: FamilyIndex,
        ((admission, discharge), emergency): ((i32, i32), bool),
        diagnoses: &Diagnoses,
    ) {
        let Some(procedure) = drg::FAMILIES[family].procedure else {
            return;
        };
        let (specialty, side) = match procedure {
            "27447" => (Specialty::Orthopaedics, pick(&mut self.rng, &["LT", "RT"])),
            "92928" => (Specialty::Cardiology, "LD"),
            _ => (Specialty::ObstetricsGynecology, ""),
        };
        let procedure = if diagnoses[0] == "M1611" {
            "27130"
        } else {
            procedure
        };
        let (market, tier) = (self.near, self.member.tier());
        let day = admission.min(discharge);
        let Some(doctor) = self
            .world
            .choose_on(day, specialty, market, tier, &mut self.rng)
        else {
            return;
        };
        let mut claim = Claim::professional(doctor, day, INPATIENT_HOSPITAL);
        claim.facility = Some(hospital);
        claim.diagnoses = diagnoses.iter().take(4).copied().collect();
        claim.emergency = emergency;
        claim.lines.push(Line::new(day, procedure, 1).with(side));
        self.seen.insert(self.provider(doctor).practice);
        self.file(claim);
    }
}

fn stay_line(days: (i32, i32), revenue: &'static str, units: i32, weight: f64) -> Line {
    Line {
        weight,
        until: days.1,
        ..Line::new(days.0, "", i64::from(units)).at(revenue)
    }
}
