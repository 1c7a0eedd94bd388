//! Drug infusions, endoscopies and arthroscopies: procedures without an E/M service.

use super::Chart;
use crate::synth::claim::{Claim, Line};
use crate::synth::mix;
use crate::synth::random::{between, pick, weighted, whole};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

const OFFICE: &str = "11";
const OUTPATIENT_HOSPITAL: &str = "22";
const SURGERY_CENTRE: &str = "24";
/// Revenue centres: gastrointestinal services, operating room services.
const REVENUE_ENDOSCOPY: &str = "0750";
const REVENUE_OPERATING_ROOM: &str = "0360";

impl Chart<'_> {
    pub(super) fn infusion(&mut self, visit: &Visit, reason: &'static str) {
        let habit = self.provider(visit.provider).style.units.exp();
        let mut claim = Claim::professional(visit.provider, visit.day, OFFICE);
        claim.diagnoses = vec!["Z5111", reason];
        for &(code, low, high) in pick(&mut self.rng, &mix::REGIMENS) {
            let usual = f64::from(between(&mut self.rng, low, high));
            let units = if low == high { usual } else { usual * habit };
            claim.lines.push(Line::new(
                visit.day,
                code,
                whole(&mut self.rng, units).max(1),
            ));
        }
        self.file(claim);
    }

    pub(super) fn endoscopy(&mut self, visit: &Visit, reason: &'static str) {
        let (codes, weights) = mix::ENDOSCOPIES;
        let code = codes[weighted(&mut self.rng, &weights)];
        self.first_contact(visit.provider, 0.0);
        self.outpatient_procedure(visit, code, reason, REVENUE_ENDOSCOPY);
        if matches!(code, "45380" | "45385" | "43239") && self.chance(0.7) {
            self.pathology(visit, reason);
        }
    }

    pub(super) fn arthroscopy(&mut self, visit: &Visit, reason: &'static str) {
        self.outpatient_procedure(visit, "29881", reason, REVENUE_OPERATING_ROOM);
    }

    /// The surgeon's claim, and the hospital's where it is done in one.
    fn outpatient_procedure(
        &mut self,
        visit: &Visit,
        code: &'static str,
        reason: &'static str,
        revenue: &'static str,
    ) {
        let market = self.near;
        let tier = self.member.tier();
        let hospital = if self.chance(0.45) {
            self.world
                .choose_on(visit.day, Specialty::Hospital, market, tier, &mut self.rng)
        } else {
            None
        };
        let place = if hospital.is_some() {
            OUTPATIENT_HOSPITAL
        } else {
            SURGERY_CENTRE
        };
        let mut claim = Claim::professional(visit.provider, visit.day, place);
        claim.referring = visit.referrer;
        claim.facility = hospital;
        claim.diagnoses = self.diagnoses(visit.provider, reason);
        let side = if code == "29881" {
            pick(&mut self.rng, &["LT", "RT"])
        } else {
            ""
        };
        claim.lines.push(Line::new(visit.day, code, 1).with(side));
        let diagnoses = claim.diagnoses.clone();
        self.file(claim);
        if let Some(hospital) = hospital {
            let mut facility = Claim::institutional(hospital, (visit.day, visit.day), "13");
            facility.diagnoses = diagnoses;
            facility
                .lines
                .push(Line::new(visit.day, code, 1).with(side).at(revenue));
            self.file(facility);
        }
    }
}
