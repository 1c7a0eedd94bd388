//! What a visit orders elsewhere: laboratory tests and imaging.

use super::Chart;
use crate::synth::calendar::open_day;
use crate::synth::claim::{Claim, Line};
use crate::synth::mix::{self, IMAGING, PANEL, WITH_CONDITION};
use crate::synth::random::{between, pick};
use crate::synth::specialty::Specialty;
use crate::synth::visit::Visit;

const OFFICE: &str = "11";
const INDEPENDENT_LABORATORY: &str = "81";
const OUTPATIENT_HOSPITAL: &str = "22";
/// Share of orders carried out on Saturdays.
const SATURDAY_SHARE: f64 = 0.04;
/// Share of imaging done at a hospital, where facility and reading are billed apart.
const HOSPITAL_IMAGING: f64 = 0.45;

impl Chart<'_> {
    /// A day some days after a visit on which laboratories and imaging centres work.
    fn next_open_day(&mut self, after: i32, soonest: i32, latest: i32) -> i32 {
        let day = after + between(&mut self.rng, soonest, latest);
        open_day(&mut self.rng, day, SATURDAY_SHARE)
    }

    /// Draws the orders of an office visit.
    pub(super) fn orders(&mut self, visit: &Visit, specialty: Specialty, reason: &'static str) {
        let provider = self.provider(visit.provider);
        let (tests, images) = mix::orders(specialty);
        let habit = provider.style.intensity.exp();
        let sickness = 1.0 + 0.18 * (self.member.tier() as f64 - 1.3);
        if self.chance((tests * habit * sickness).min(0.95)) {
            self.laboratory_order(visit, reason);
        }
        if self.chance((images * habit * sickness).min(0.95)) {
            let study = pick(&mut self.rng, &IMAGING);
            let study = if study == "77067" { "71046" } else { study };
            self.imaging_order(visit, study, reason);
        }
    }

    pub(super) fn laboratory_order(&mut self, visit: &Visit, reason: &'static str) {
        let orderer = self.provider(visit.provider);
        let day = self.next_open_day(visit.day, 0, 2);
        let own = orderer.own_laboratory;
        let own = own.filter(|&(_, share)| self.chance(share));
        let laboratory = own.map(|(laboratory, _)| laboratory).or_else(|| {
            let (market, tier) = (self.near, self.member.tier());
            self.world
                .choose_on(day, Specialty::Laboratory, market, tier, &mut self.rng)
        });
        let Some(laboratory) = laboratory else { return };
        if !self.member.available(day) {
            return;
        }
        let habit = self.provider(laboratory).style.intensity.exp();
        let mut claim = Claim::professional(laboratory, day, INDEPENDENT_LABORATORY);
        claim.ordering = Some(visit.provider);
        claim.referring = Some(visit.provider);
        claim.diagnoses = self.diagnoses(visit.provider, reason);
        for (code, usual, condition) in PANEL {
            let fits = code != "84153" || !self.member.female;
            let raised = condition.is_some_and(|condition| self.member.has(condition));
            let p = if raised {
                WITH_CONDITION
            } else {
                usual * habit
            };
            if fits && self.chance(p.min(0.95)) {
                claim.lines.push(Line::new(day, code, 1));
            }
        }
        if self.member.has_cancer() && self.chance(0.3) {
            claim
                .lines
                .push(Line::new(day, pick(&mut self.rng, &["82378", "86300"]), 1));
        }
        self.file(claim);
    }

    /// Tissue from an endoscopy goes to a laboratory.
    pub(super) fn pathology(&mut self, visit: &Visit, reason: &'static str) {
        let day = self.next_open_day(visit.day, 1, 2);
        let (market, tier) = (self.near, self.member.tier());
        let Some(laboratory) =
            self.world
                .choose_on(day, Specialty::Laboratory, market, tier, &mut self.rng)
        else {
            return;
        };
        if !self.member.available(day) {
            return;
        }
        let mut claim = Claim::professional(laboratory, day, INDEPENDENT_LABORATORY);
        claim.ordering = Some(visit.provider);
        claim.diagnoses = vec![reason];
        let specimens = i64::from(between(&mut self.rng, 1, 3));
        claim.lines.push(Line::new(day, "88305", specimens));
        self.file(claim);
    }

    pub(super) fn imaging_order(
        &mut self,
        visit: &Visit,
        study: &'static str,
        reason: &'static str,
    ) {
        let day = self.next_open_day(visit.day, 1, 12);
        let (market, tier) = (self.near, self.member.tier());
        let reader = self
            .world
            .choose_on(day, Specialty::Radiology, market, tier, &mut self.rng);
        let Some(reader) = reader else { return };
        if !self.member.available(day) {
            return;
        }
        let hospital = if self.chance(HOSPITAL_IMAGING) {
            self.world
                .choose_on(day, Specialty::Hospital, market, tier, &mut self.rng)
        } else {
            None
        };
        let place = if hospital.is_some() {
            OUTPATIENT_HOSPITAL
        } else {
            OFFICE
        };
        let mut reading = Claim::professional(reader, day, place);
        reading.ordering = Some(visit.provider);
        reading.referring = Some(visit.provider);
        reading.facility = hospital;
        reading.diagnoses = vec![reason];
        let mut line = Line::new(day, study, 1);
        if hospital.is_some() {
            line.add_modifier("26");
        }
        reading.lines.push(line);
        self.file(reading);
        if let Some(hospital) = hospital {
            let mut claim = Claim::institutional(hospital, (day, day), "13");
            claim.ordering = Some(visit.provider);
            claim.diagnoses = vec![reason];
            claim
                .lines
                .push(Line::new(day, study, 1).with("TC").at(revenue_of(study)));
            self.file(claim);
        }
    }
}

/// Revenue centre of an imaging study: CT, MRI, ultrasound, mammography, plain films.
fn revenue_of(study: &str) -> &'static str {
    match study {
        "70450" | "74177" => "0350",
        "73721" | "72148" | "70553" => "0610",
        "76700" => "0402",
        "77067" => "0403",
        _ => "0320",
    }
}
