//! Care at home: home health after a stay or a visit, and hospice towards the end of life.

use super::hospital::TO_HOME_HEALTH;
use super::{Plan, YEARS};
use crate::synth::calendar::{FIRST_DAY, LAST_DAY};
use crate::synth::condition::{CONDITIONS, ConditionIndex, named};
use crate::synth::member::Member;
use crate::synth::random::{Random, between, chance, count, normal, pick};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{HomePeriod, HospicePeriod, Need, Visit};

/// Days of a home health payment period, and of a hospice claim (months in round numbers).
pub const PERIOD: i32 = 30;
/// Home health periods that follow the first, on average: after a stay, and otherwise.
const MORE_AFTER_STAY: f64 = 0.7;
const MORE_FROM_COMMUNITY: f64 = 1.0;
/// Yearly share of old members with many conditions who get home health without a stay.
const FROM_COMMUNITY: f64 = 0.05;
/// Conditions that people die of with hospice care.
const TERMINAL: [ConditionIndex; 5] = [
    named::DEMENTIA,
    named::HEART_FAILURE,
    named::COPD,
    named::CANCER_LAST - 1,
    named::CANCER_LAST,
];
/// Share of deaths with such a condition that hospice cares for.
const HOSPICE_DEATHS: f64 = 0.55;
/// Days in hospice before death: median, and spread of the logarithm (a median of 18 days and
/// a mean of about 90: NHPCO Facts and Figures).
const HOSPICE_MEDIAN: f64 = 20.0;
const HOSPICE_SPREAD: f64 = 1.3;
/// Yearly share of demented members who enter hospice and live, and the share of those who
/// leave it again.
const HOSPICE_LIVING: f64 = 0.015;
const LEAVES_ALIVE: f64 = 0.6;
/// Share of other care that goes on in hospice.
const OTHER_CARE: f64 = 0.12;

impl Plan<'_> {
    pub(super) fn home_health(&mut self, member: &Member, primary: Option<u32>, rng: &mut Random) {
        for stay in &member.stays {
            if stay.destination == TO_HOME_HEALTH {
                let start = stay.discharge + between(rng, 1, 3);
                let more = count(rng, MORE_AFTER_STAY);
                self.home_periods(member, (start, 1 + more, true), primary, rng);
            }
        }
        let frail = member.age(FIRST_DAY) >= 72.0 && member.conditions.len() >= 3;
        if !frail || !chance(rng, FROM_COMMUNITY * YEARS) {
            return;
        }
        // It begins with the visit at which the doctor certifies it.
        let certified = self
            .visits
            .iter()
            .find(|visit| Some(visit.provider) == primary)
            .map(|visit| visit.day);
        if let Some(day) = certified {
            let start = day + between(rng, 1, 20);
            let more = count(rng, MORE_FROM_COMMUNITY);
            self.home_periods(member, (start, 1 + more, false), primary, rng);
        }
    }

    /// Consecutive periods with an agency of the member's market.
    fn home_periods(
        &mut self,
        member: &Member,
        (start, periods, after_stay): (i32, i32, bool),
        primary: Option<u32>,
        rng: &mut Random,
    ) {
        let (market, tier) = (member.market, member.tier());
        let agency = self
            .world
            .choose_on(start, Specialty::HomeHealth, market, tier, rng);
        let Some(agency) = agency else { return };
        let reason = member
            .conditions
            .first()
            .map_or("M6281", |&condition| CONDITIONS[condition].codes[0]);
        for number in 0..periods {
            let period = HomePeriod {
                number,
                after_stay,
                reason,
            };
            let visit = Visit::new(start + number * PERIOD, agency, Need::HomeHealth(period));
            self.add(member, visit.from(primary));
        }
    }

    /// Hospice until death, or until the member leaves it; other care mostly ceases.
    pub(super) fn hospice(&mut self, member: &Member, rng: &mut Random) {
        let terminal: Vec<ConditionIndex> = TERMINAL
            .into_iter()
            .filter(|&condition| member.has(condition))
            .collect();
        if terminal.is_empty() || member.age(FIRST_DAY) < 55.0 {
            return;
        }
        let reason = CONDITIONS[pick(rng, &terminal)].codes[0];
        let (start, last, leaves) = if let Some(death) = member.death {
            if !chance(rng, HOSPICE_DEATHS) {
                return;
            }
            let days = (HOSPICE_MEDIAN.ln() + HOSPICE_SPREAD * normal(rng)).exp();
            (death - days.clamp(2.0, 500.0) as i32, death, false)
        } else {
            if !member.has(named::DEMENTIA) || !chance(rng, HOSPICE_LIVING * YEARS) {
                return;
            }
            let start = between(rng, FIRST_DAY, LAST_DAY - 60);
            (
                start,
                start + between(rng, 60, 300),
                chance(rng, LEAVES_ALIVE),
            )
        };
        // It begins after the last stay: curative care has ended.
        let discharged = member.stays.iter().map(|stay| stay.discharge + 1).max();
        let start = start.max(discharged.unwrap_or(FIRST_DAY)).max(FIRST_DAY);
        let (market, tier) = (member.market, member.tier());
        let hospice = self
            .world
            .choose_on(start, Specialty::Hospice, market, tier, rng);
        let Some(hospice) = hospice.filter(|_| start < last) else {
            return;
        };
        self.visits
            .retain(|visit| visit.day < start || chance(rng, OTHER_CARE));
        for visit in hospice_visits(hospice, (start, last), leaves, reason) {
            self.add(member, visit);
        }
    }
}

/// One visit for each claim of an election: a claim a month.
pub fn hospice_visits(
    hospice: u32,
    (election, last): (i32, i32),
    leaves: bool,
    reason: &'static str,
) -> impl Iterator<Item = Visit> {
    (election..=last)
        .step_by(PERIOD as usize)
        .map(move |first| {
            let until = (first + PERIOD - 1).min(last);
            let period = HospicePeriod {
                election,
                until,
                leaves: leaves && until == last,
                reason,
            };
            Visit::new(first, hospice, Need::Hospice(period))
        })
}
