//! Sessions: psychotherapy, physical therapy, chiropractic treatment.

use super::Chart;
use super::evaluation::NEW;
use crate::synth::claim::{Claim, Line};
use crate::synth::mix;
use crate::synth::random::{between, shifted, whole};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

const OFFICE: &str = "11";
const TELEHEALTH_HOME: &str = "10";
/// Timed units a therapist bills on a day at most, honestly: an hour and a half.
const MOST_TIMED_UNITS: i64 = 6;

impl Chart<'_> {
    pub(super) fn session(&mut self, visit: &Visit, reason: &'static str) {
        let provider = self.provider(visit.provider);
        let new = self.first_contact(visit.provider, provider.style.new_patients);
        let remote = !new && self.chance(provider.style.telehealth);
        let place = if remote { TELEHEALTH_HOME } else { OFFICE };
        let mut claim = Claim::professional(visit.provider, visit.day, place);
        claim.referring = visit.referrer;
        claim.diagnoses = self.diagnoses(visit.provider, reason);
        match provider.specialty {
            Specialty::PhysicalTherapy => self.physical_therapy(visit, new, &mut claim),
            Specialty::Chiropractic => self.chiropractic(visit, new, &mut claim),
            _ => self.psychotherapy(visit, new, &mut claim),
        }
        if remote {
            for line in &mut claim.lines {
                line.add_modifier("95");
            }
        }
        self.file(claim);
    }

    fn psychotherapy(&mut self, visit: &Visit, new: bool, claim: &mut Claim) {
        let level = self.provider(visit.provider).style.level;
        let code = if new {
            "90791"
        } else if self.chance(shifted(0.48, 1.5 * level)) {
            "90837"
        } else if self.chance(0.85) {
            "90834"
        } else {
            "90832"
        };
        claim.lines.push(Line::new(visit.day, code, 1));
    }

    fn physical_therapy(&mut self, visit: &Visit, new: bool, claim: &mut Claim) {
        let style = &self.provider(visit.provider).style;
        let habit = style.units.exp();
        if new {
            claim
                .lines
                .push(Line::new(visit.day, "97161", 1).with("GP"));
        }
        let mut left = MOST_TIMED_UNITS;
        for (code, chance, most) in [
            ("97110", 0.92, 3),
            ("97140", 0.62, 2),
            ("97530", 0.30, 2),
            ("97112", 0.34, 2),
        ] {
            if !self.chance(chance) {
                continue;
            }
            let usual = f64::from(between(&mut self.rng, 1, most));
            let units = whole(&mut self.rng, usual * habit).clamp(1, left.max(1));
            if left <= 0 {
                break;
            }
            left -= units;
            let mut line = Line::new(visit.day, code, units).with("GP");
            let paired = claim.lines.iter().any(|other| other.code == "97140");
            if code == "97530" && paired {
                // Bundled with manual therapy but at separate times: billed with the modifier
                // that says so, or left out.
                if !self.chance((style.modifier_59 * 2.0).min(0.95)) {
                    continue;
                }
                line.add_modifier("59");
            }
            claim.lines.push(line);
        }
        if claim.lines.is_empty() {
            claim
                .lines
                .push(Line::new(visit.day, "97110", 1).with("GP"));
        }
        if self.chance(0.15) {
            claim
                .lines
                .push(Line::new(visit.day, "G0283", 1).with("GP"));
        }
    }

    fn chiropractic(&mut self, visit: &Visit, new: bool, claim: &mut Claim) {
        let style = &self.provider(visit.provider).style;
        if new {
            let code = NEW.draw(style.level - 0.6, &mut self.rng);
            let line = Line::new(visit.day, code, 1).with("25");
            claim.lines.push(line);
        }
        let code = if self.chance(shifted(0.58, style.level)) {
            "98941"
        } else if self.chance(0.92) {
            "98940"
        } else {
            "98942"
        };
        claim.lines.push(Line::new(visit.day, code, 1).with("AT"));
        for service in mix::services(Specialty::Chiropractic) {
            if self.chance(service.chance * style.intensity.exp()) {
                let mut line = Line::new(visit.day, service.code, 1);
                if service.code == "97140" {
                    line.add_modifier("59");
                }
                claim.lines.push(line);
            }
        }
    }
}
