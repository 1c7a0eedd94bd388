//! Emergency departments and ambulances.

use super::Chart;
use super::evaluation::{self, EMERGENCY};
use crate::synth::claim::{Claim, Line};
use crate::synth::random::{between, pick, whole};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

const EMERGENCY_ROOM: &str = "23";
const AMBULANCE_LAND: &str = "41";
/// Revenue centres: emergency room, laboratory, plain films, CT, drugs.
const REVENUE_EMERGENCY: &str = "0450";
const REVENUE_LABORATORY: &str = "0301";
const REVENUE_FILMS: &str = "0320";
const REVENUE_CT: &str = "0351";

impl Chart<'_> {
    pub(super) fn emergency(
        &mut self,
        visit: &Visit,
        hospital: u32,
        reason: &'static str,
        admitted: bool,
    ) {
        let style = &self.provider(visit.provider).style;
        let age = self.member.age(visit.day);
        let shift = style.level
            + evaluation::complexity(self.member.tier(), age)
            + if admitted { 1.6 } else { 0.0 };
        let level = EMERGENCY.draw(shift, &mut self.rng);
        let mut claim = Claim::professional(visit.provider, visit.day, EMERGENCY_ROOM);
        claim.facility = Some(hospital);
        claim.emergency = true;
        claim.diagnoses = self.diagnoses(visit.provider, reason);
        claim.lines.push(Line::new(visit.day, level, 1));
        let mut procedures = false;
        for (code, usual) in [("12001", 0.08), ("10060", 0.03), ("93010", 0.22)] {
            if self.chance((usual * style.intensity.exp()).min(0.9)) {
                claim.lines.push(Line::new(visit.day, code, 1));
                procedures |= code != "93010";
            }
        }
        if procedures && self.chance(style.modifier_25) {
            claim.lines[0].add_modifier("25");
        }
        let diagnoses = claim.diagnoses.clone();
        self.file(claim);
        if self.chance(0.42) {
            self.emergency_reading(visit, hospital, reason);
        }
        if admitted {
            return;
        }
        let mut facility = Claim::institutional(hospital, (visit.day, visit.day), "13");
        facility.diagnoses = diagnoses;
        facility.emergency = true;
        facility
            .lines
            .push(Line::new(visit.day, level, 1).at(REVENUE_EMERGENCY));
        for (code, usual, revenue) in [
            ("80053", 0.45, REVENUE_LABORATORY),
            ("85025", 0.48, REVENUE_LABORATORY),
            ("71046", 0.30, REVENUE_FILMS),
            ("70450", 0.14, REVENUE_CT),
            ("96375", 0.18, REVENUE_EMERGENCY),
        ] {
            if self.chance(usual) {
                facility
                    .lines
                    .push(Line::new(visit.day, code, 1).at(revenue));
            }
        }
        self.file(facility);
    }

    fn emergency_reading(&mut self, visit: &Visit, hospital: u32, reason: &'static str) {
        let (market, tier) = (self.near, self.member.tier());
        let reader =
            self.world
                .choose_on(visit.day, Specialty::Radiology, market, tier, &mut self.rng);
        let Some(reader) = reader else { return };
        let mut claim = Claim::professional(reader, visit.day, EMERGENCY_ROOM);
        claim.facility = Some(hospital);
        claim.emergency = true;
        claim.ordering = Some(visit.provider);
        claim.diagnoses = vec![reason];
        let study = pick(&mut self.rng, &["71046", "71046", "70450", "74177"]);
        claim.lines.push(Line::new(visit.day, study, 1).with("26"));
        self.file(claim);
    }

    /// Transport to an emergency department.
    pub(super) fn ambulance(&mut self, visit: &Visit, hospital: u32, reason: &'static str) {
        let (market, tier) = (self.near, self.member.tier());
        let carrier =
            self.world
                .choose_on(visit.day, Specialty::Ambulance, market, tier, &mut self.rng);
        let Some(carrier) = carrier else { return };
        let code = pick(&mut self.rng, &["A0427", "A0429", "A0429"]);
        let origin = pick(&mut self.rng, &["RH", "RH", "SH", "NH"]);
        self.trip(carrier, visit.day, code, origin, reason);
        if let Some(trip) = self
            .claims
            .last_mut()
            .filter(|claim| claim.provider == carrier)
        {
            trip.facility = Some(hospital);
        }
    }

    /// A transport that no visit explains.
    pub(super) fn transport(&mut self, visit: &Visit, reason: &'static str) {
        self.trip(visit.provider, visit.day, "A0428", "NR", reason);
    }

    fn trip(
        &mut self,
        carrier: u32,
        day: i32,
        code: &'static str,
        between_places: &'static str,
        reason: &'static str,
    ) {
        let habit = self.provider(carrier).style.units.exp();
        let usual = f64::from(between(&mut self.rng, 2, 18));
        let miles = whole(&mut self.rng, usual * habit).max(1);
        let mut claim = Claim::professional(carrier, day, AMBULANCE_LAND);
        claim.diagnoses = vec![reason];
        claim
            .lines
            .push(Line::new(day, code, 1).with(between_places));
        claim
            .lines
            .push(Line::new(day, "A0425", miles).with(between_places));
        self.file(claim);
    }
}
