//! Office visits: an E/M service and what goes with it.

use super::Chart;
use super::evaluation::{self, ESTABLISHED, NEW};
use crate::synth::claim::{Claim, Line};
use crate::synth::condition::age_band;
use crate::synth::mix::{self, Service};
use crate::synth::provider::Provider;
use crate::synth::random::{between, pick, whole};
use crate::synth::specialty::Specialty;
use crate::synth::style::TELEHEALTH_PRACTICE;
use crate::synth::visit::Visit;

/// Office; urgent care; telehealth at home.
const OFFICE: &str = "11";
const URGENT_CARE: &str = "20";
const TELEHEALTH_HOME: &str = "10";
/// Share of members not known to a practice from before the window, against the specialist's.
const PRIMARY_NEW_FACTOR: f64 = 0.35;

impl Chart<'_> {
    pub(super) fn office(&mut self, visit: &Visit, reason: &'static str) {
        let provider = self.provider(visit.provider);
        let specialty = self.specialty_at_visit(provider);
        let share_new = match specialty {
            Specialty::UrgentCare => 0.85,
            Specialty::FamilyMedicine
            | Specialty::InternalMedicine
            | Specialty::NursePractitioner
            | Specialty::Pediatrics => provider.style.new_patients * PRIMARY_NEW_FACTOR,
            _ => provider.style.new_patients,
        };
        let new = self.first_contact(visit.provider, share_new);
        let by_video = !new || provider.style.telehealth > TELEHEALTH_PRACTICE;
        let remote = by_video && self.chance(provider.style.telehealth);
        if remote {
            self.near = self.member.market;
        }
        let place = match specialty {
            Specialty::UrgentCare => URGENT_CARE,
            _ if remote => TELEHEALTH_HOME,
            _ => OFFICE,
        };
        let mut claim = Claim::professional(visit.provider, visit.day, place);
        claim.referring = visit.referrer;
        claim.diagnoses = self.diagnoses(visit.provider, reason);
        let shift = mix::level_offset(specialty)
            + provider.style.level
            + evaluation::complexity(self.member.tier(), self.member.age(visit.day));
        let family = if new { NEW } else { ESTABLISHED };
        let mut evaluation = Line::new(visit.day, family.draw(shift, &mut self.rng), 1);
        if remote {
            evaluation.add_modifier("95");
        }
        claim.lines.push(evaluation);
        if !remote {
            self.services(visit, specialty, &mut claim);
        }
        self.file(claim);
        self.orders(visit, specialty, reason);
    }

    /// The specialty whose work a visit is: the declared one, nearly always.
    fn specialty_at_visit(&mut self, provider: &Provider) -> Specialty {
        match provider.practises {
            Some((other, share)) if self.chance(share) => other,
            _ => provider.specialty,
        }
    }

    /// Adds the specialty's services and the modifiers they bring along.
    fn services(&mut self, visit: &Visit, specialty: Specialty, claim: &mut Claim) {
        let provider = self.provider(visit.provider);
        let intensity = provider.style.intensity.exp();
        let mut before = false;
        let mut procedures = 0;
        for service in mix::services(specialty) {
            let needed = service
                .needs
                .is_none_or(|condition| self.member.has(condition));
            let factor = if service.follows { 1.0 } else { intensity };
            before = needed
                && (before || !service.follows)
                && self.chance((service.chance * factor).min(0.95));
            if !before {
                continue;
            }
            let mut line = Line::new(visit.day, service.code, self.units(visit.provider, service));
            line.add_modifier(service.modifier);
            if service.procedure && !service.follows {
                procedures += 1;
                if procedures > 1 && self.chance(provider.style.modifier_59) {
                    line.add_modifier("59");
                }
            }
            claim.lines.push(line);
        }
        if procedures > 0 && self.chance(provider.style.modifier_25) {
            claim.lines[0].add_modifier("25");
        }
    }

    /// Units of a service: a draw in its range, moved by the provider's habit.
    pub(super) fn units(&mut self, provider: u32, service: &Service) -> i64 {
        let (low, high) = service.units;
        if low == high {
            return i64::from(low);
        }
        let usual = f64::from(between(&mut self.rng, low, high));
        let habit = self.provider(provider).style.units.exp();
        whole(&mut self.rng, usual * habit).max(1)
    }

    pub(super) fn preventive(&mut self, visit: &Visit) {
        const BY_BAND: [&str; 5] = ["99394", "99395", "99396", "G0439", "G0439"];
        let age = self.member.age(visit.day);
        let code = match age {
            a if a < 1.0 => "99391",
            a if a < 5.0 => "99392",
            a if a < 12.0 => "99393",
            a => BY_BAND[age_band(a)],
        };
        self.first_contact(visit.provider, 0.0);
        let child = age < 18.0;
        let mut claim = Claim::professional(visit.provider, visit.day, OFFICE);
        claim.diagnoses = self.diagnoses(visit.provider, if child { "Z00129" } else { "Z0000" });
        claim.lines.push(Line::new(visit.day, code, 1));
        if child && self.chance(0.6) {
            let vaccine = pick(&mut self.rng, &["90670", "90707", "90715", "90686"]);
            claim.lines.push(Line::new(visit.day, "90460", 1));
            claim.lines.push(Line::new(visit.day, vaccine, 1));
        } else if self.chance(0.4) {
            claim.lines.push(Line::new(visit.day, "90471", 1));
            let vaccine = if age >= 50.0 { "90750" } else { "90686" };
            claim.lines.push(Line::new(visit.day, vaccine, 1));
        }
        self.file(claim);
        if self.chance(0.45) {
            self.laboratory_order(visit, "Z0000");
        }
        let mammogram = self.member.female && (40.0..75.0).contains(&age);
        if mammogram && self.chance(0.45) {
            self.imaging_order(visit, "77067", "Z1231");
        }
    }

    /// Exactly these codes, as a billing machine would write them.
    pub(super) fn template(
        &mut self,
        visit: &Visit,
        codes: &'static [&'static str],
        reason: &'static str,
    ) {
        let mut claim = Claim::professional(visit.provider, visit.day, OFFICE);
        claim.referring = visit.referrer;
        claim.diagnoses = vec![reason];
        claim.lines = codes
            .iter()
            .map(|code| Line::new(visit.day, code, 1))
            .collect();
        self.file(claim);
    }
}
