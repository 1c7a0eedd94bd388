//! Claims of home health agencies and hospices.

use super::Chart;
use crate::synth::calendar::LAST_DAY;
use crate::synth::care::PERIOD;
use crate::synth::claim::{Claim, Line, StayHeader};
use crate::synth::random::{between, whole};
use crate::synth::visit::{HomePeriod, HospicePeriod, Visit};

/// Type of bill of home health under a plan of care, and of hospice outside a hospital.
const HOME_HEALTH: &str = "32";
const HOSPICE: &str = "81";
/// Revenue centre of the line that names the payment group.
pub const PAYMENT_GROUP: &str = "0023";
/// Visits: HCPCS code, revenue centre, share of the visits, part of the charge. Nurse,
/// physical therapist, aide, occupational therapist.
const VISITS: [(&str, &str, f64, f64); 4] = [
    ("G0299", "0551", 0.44, 1.0),
    ("G0151", "0421", 0.30, 1.1),
    ("G0156", "0571", 0.16, 0.5),
    ("G0152", "0431", 0.10, 1.1),
];
/// Visits of a first period and of a later one, before the agency's habit.
const FIRST_PERIOD: (i32, i32) = (6, 13);
const LATER_PERIOD: (i32, i32) = (3, 9);
/// Hospice: routine care at home a day, and inpatient care in the last days.
const ROUTINE: (&str, &str) = ("0651", "Q5001");
const INPATIENT: (&str, &str) = ("0656", "Q5006");
/// Share of deaths in hospice with such days.
const INPATIENT_DEATHS: f64 = 0.12;
/// Patient status: still a patient, left alive, died at home.
const STILL_PATIENT: &str = "30";
const LEFT: &str = "01";
const DIED: &str = "40";

impl Chart<'_> {
    /// One claim for the period: the payment group, and a line for each visit.
    pub(super) fn home_health(&mut self, visit: &Visit, period: HomePeriod) {
        let end = self.last_day(visit.day, visit.day + PERIOD - 1);
        let style = &self.provider(visit.provider).style;
        let (low, high) = if period.number == 0 {
            FIRST_PERIOD
        } else {
            LATER_PERIOD
        };
        let usual = f64::from(between(&mut self.rng, low, high)) * style.frequency.exp();
        let visits = whole(&mut self.rng, usual).clamp(1, 28);
        let mut claim = Claim::institutional(visit.provider, (visit.day, end), HOME_HEALTH);
        claim.referring = visit.referrer;
        claim.stay = Some(StayHeader {
            admission: visit.day - period.number * PERIOD,
            discharge: None,
            source: "1",
            priority: "3",
            disposition: STILL_PATIENT,
            drg: "",
        });
        claim.diagnoses = self.diagnoses(visit.provider, period.reason);
        let group = match (period.after_stay, period.number) {
            (true, 0) => "2HB21",
            (true, _) => "4HB11",
            (false, 0) => "1HB11",
            (false, _) => "3HA11",
        };
        let header = Line::new(visit.day, group, 1).at(PAYMENT_GROUP);
        claim.lines.push(header);
        for number in 0..visits {
            // Visits spread over the period; the first is on its first day.
            let day = visit.day + (number * i64::from(PERIOD) / visits) as i32;
            let day = day
                + if number == 0 {
                    0
                } else {
                    between(&mut self.rng, 0, 1)
                };
            if day > end || !self.member.available(day) {
                continue;
            }
            let mut draw = crate::synth::random::uniform(&mut self.rng);
            let kind = VISITS.iter().find(|kind| {
                draw -= kind.2;
                draw < 0.0
            });
            let (code, revenue, _, weight) = *kind.unwrap_or(&VISITS[0]);
            let line = Line::new(day, code, 1).at(revenue);
            claim.lines.push(Line { weight, ..line });
        }
        if claim.lines.len() > 1 {
            self.file(claim);
        }
    }

    /// One claim for the month: days of routine care, sometimes inpatient days at the end.
    pub(super) fn hospice(&mut self, visit: &Visit, period: HospicePeriod) {
        let end = self.last_day(visit.day, period.until);
        let died = self.member.death == Some(end);
        let leaves = period.leaves && end == period.until;
        let mut claim = Claim::institutional(visit.provider, (visit.day, end), HOSPICE);
        claim.stay = Some(StayHeader {
            admission: period.election,
            discharge: (died || leaves).then_some(end),
            source: "1",
            priority: "3",
            disposition: match () {
                () if died => DIED,
                () if leaves => LEFT,
                () => STILL_PATIENT,
            },
            drg: "",
        });
        claim.diagnoses = self.diagnoses(visit.provider, period.reason);
        let days = end - visit.day + 1;
        let inpatient = if died && self.chance(INPATIENT_DEATHS) {
            between(&mut self.rng, 1, 4).min(days - 1)
        } else {
            0
        };
        let turn = end - inpatient;
        for ((revenue, code), first, last) in
            [(ROUTINE, visit.day, turn), (INPATIENT, turn + 1, end)]
        {
            if first <= last {
                let line = Line::new(first, code, i64::from(last - first + 1)).at(revenue);
                claim.lines.push(Line {
                    until: last,
                    ..line
                });
            }
        }
        self.file(claim);
    }

    /// The last day of a span of care: the member's life, coverage and the extract end it.
    fn last_day(&self, first: i32, wanted: i32) -> i32 {
        let covered = self
            .member
            .spans
            .iter()
            .filter(|span| span.end >= first)
            .scan(first, |from, span| {
                let joined = span.start <= *from;
                *from = span.end + 1;
                joined.then_some(span.end)
            })
            .last();
        wanted
            .min(covered.unwrap_or(first))
            .min(self.member.death.unwrap_or(wanted))
            .min(LAST_DAY)
            .max(first)
    }
}
