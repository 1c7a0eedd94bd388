//! Emergency visits and hospital stays.

use super::{Plan, YEARS};
use crate::synth::calendar::{self, FIRST_DAY, LAST_DAY};
use crate::synth::condition::{CONDITIONS, EMERGENCY_COMPLAINTS, age_band};
use crate::synth::drg;
use crate::synth::member::{Member, StayDays};
use crate::synth::random::{Random, chance, count, pick};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};

/// Emergency visits a year at average frailty.
const EMERGENCY_VISITS: f64 = 0.22;
/// Stays a year not caused by a listed condition, by age band.
const OTHER_STAYS: [f64; 5] = [0.010, 0.012, 0.020, 0.055, 0.110];
/// Share of deaths that end a hospital stay (about a third: CDC, National Vital Statistics).
const DEATHS_IN_HOSPITAL: f64 = 0.3;
/// Patient discharge status codes: home, skilled nursing, home health, expired.
const TO_HOME: &str = "01";
const TO_NURSING: &str = "03";
pub(super) const TO_HOME_HEALTH: &str = "06";
const EXPIRED: &str = "20";
/// Shares of stays that end in skilled nursing, and of the others in home health, at 70 and
/// over; and in home health below.
const NURSING: f64 = 0.28;
const HOME_HEALTH_OLD: f64 = 0.25;
const HOME_HEALTH_YOUNGER: f64 = 0.06;

impl Plan<'_> {
    /// Stays come first: no honest office visit falls inside one.
    pub(super) fn stays(&mut self, member: &mut Member, rng: &mut Random) {
        let band = age_band(member.age(FIRST_DAY));
        let mut causes: Vec<Option<usize>> = Vec::new();
        for &condition in &member.conditions {
            let mean = (CONDITIONS[condition].stays * YEARS * member.frailty).min(6.0);
            causes.extend((0..count(rng, mean)).map(|_| Some(condition)));
        }
        let other = (OTHER_STAYS[band] * YEARS * member.frailty).min(4.0);
        causes.extend((0..count(rng, other)).map(|_| None));
        for cause in causes {
            let family = drg::family_for(cause, rng);
            let elective = family == drg::JOINT_REPLACEMENT;
            self.stay(member, family, elective, rng);
        }
        if let Some(death) = member.death
            && chance(rng, DEATHS_IN_HOSPITAL)
        {
            let cause = (!member.conditions.is_empty()).then(|| pick(rng, &member.conditions));
            let family = drg::family_for(cause, rng);
            if family != drg::JOINT_REPLACEMENT {
                self.stay_until(member, family, death, rng);
            }
        }
        let age = member.age(FIRST_DAY);
        if member.female && (18.0..42.0).contains(&age) && chance(rng, 0.06 * YEARS) {
            let family = drg::DELIVERIES[usize::from(chance(rng, 0.32))];
            self.stay(member, family, true, rng);
        }
    }

    fn stay(&mut self, member: &mut Member, family: usize, elective: bool, rng: &mut Random) {
        let admission = calendar::seasonal_day(rng, if elective { 0.0 } else { 0.4 });
        let admission = if elective {
            calendar::open_day(rng, admission, 0.0)
        } else {
            admission
        };
        let when = |days| (admission, admission + days);
        self.stay_of(member, family, elective, when, rng);
    }

    /// A stay that death ends.
    fn stay_until(&mut self, member: &mut Member, family: usize, death: i32, rng: &mut Random) {
        let when = |days| (death - days, death);
        self.stay_of(member, family, false, when, rng);
    }

    /// A stay of so many days, `when` it fits.
    fn stay_of(
        &mut self,
        member: &mut Member,
        family: usize,
        elective: bool,
        when: impl Fn(i32) -> (i32, i32),
        rng: &mut Random,
    ) {
        let Some(hospital) = self.choose(Specialty::Hospital, member, rng) else {
            return;
        };
        let style = &self.world.provider(hospital).style;
        let sickness = 0.24 * (member.tier() as f64 - 2.0);
        let severity = drg::severity(family, style.severity + sickness, rng);
        let group = drg::group_of(family, severity);
        let (admission, discharge) = when(drg::days(group, style.stay_length, rng));
        let mut stay = StayDays {
            admission,
            discharge,
            destination: TO_HOME,
            market: self.world.provider(hospital).market,
        };
        if let Some(death) = member.death {
            if death < stay.admission {
                return;
            }
            stay.discharge = stay.discharge.min(death);
        }
        let free = member
            .stays
            .iter()
            .all(|other| stay.discharge < other.admission || other.discharge < stay.admission);
        let covered = (stay.admission..=stay.discharge).all(|day| member.coverage(day).is_some());
        if !free || !covered || stay.discharge > LAST_DAY {
            return;
        }
        stay.destination = destination(member, stay.discharge, rng);
        member.stays.push(stay);
        let emergency = !elective && chance(rng, 0.75);
        if emergency && let Some(doctor) = self.emergency_doctor(hospital, member, rng) {
            let reason = pick(rng, drg::FAMILIES[family].principal);
            let transported = chance(rng, 0.45);
            let need = Need::Emergency {
                hospital,
                reason,
                transported,
                admitted: true,
            };
            self.add(member, Visit::new(admission, doctor, need));
        }
        let need = Need::Stay {
            family,
            severity,
            discharge: stay.discharge,
            emergency,
        };
        self.visits.push(Visit::new(admission, hospital, need));
    }

    pub(super) fn emergencies(&mut self, member: &Member, rng: &mut Random) {
        for _ in 0..count(rng, (EMERGENCY_VISITS * YEARS * member.frailty).min(8.0)) {
            let day = calendar::seasonal_day(rng, 0.3);
            if member
                .stays
                .iter()
                .any(|s| (s.admission..=s.discharge).contains(&day))
            {
                continue;
            }
            let Some(hospital) = self.choose(Specialty::Hospital, member, rng) else {
                continue;
            };
            let Some(doctor) = self.emergency_doctor(hospital, member, rng) else {
                continue;
            };
            let reason = pick(rng, &EMERGENCY_COMPLAINTS);
            let transported = chance(rng, if member.age(day) >= 65.0 { 0.36 } else { 0.12 });
            let need = Need::Emergency {
                hospital,
                reason,
                transported,
                admitted: false,
            };
            self.add(member, Visit::new(day, doctor, need));
        }
    }

    /// Who is on duty where the member is brought.
    fn emergency_doctor(&self, hospital: u32, member: &Member, rng: &mut Random) -> Option<u32> {
        let market = self.world.provider(hospital).market;
        let specialty = Specialty::EmergencyMedicine;
        self.world.choose(specialty, market, member.tier(), rng)
    }
}

/// Where a member goes from hospital: patient discharge status code.
fn destination(member: &Member, discharge: i32, rng: &mut Random) -> &'static str {
    if member.death == Some(discharge) {
        return EXPIRED;
    }
    let old = member.age(discharge) >= 70.0;
    let home_health = if old {
        HOME_HEALTH_OLD
    } else {
        HOME_HEALTH_YOUNGER
    };
    match () {
        () if old && chance(rng, NURSING) => TO_NURSING,
        () if chance(rng, home_health) => TO_HOME_HEALTH,
        () => TO_HOME,
    }
}
