//! Specialist care of chronic conditions and injuries, and courses of sessions.

use super::{Plan, YEARS};
use crate::synth::condition::{CONDITIONS, ConditionIndex, INJURIES};
use crate::synth::member::Member;
use crate::synth::random::{Random, between, chance, count, pick};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};

impl Plan<'_> {
    pub(super) fn specialist_care(
        &mut self,
        member: &Member,
        condition: ConditionIndex,
        primary: Option<u32>,
        rng: &mut Random,
    ) {
        let condition = &CONDITIONS[condition];
        let code = pick(rng, condition.codes);
        for pathway in condition.pathways {
            if !chance(rng, pathway.chance) {
                continue;
            }
            let Some(doctor) = self.choose(pathway.specialty, member, rng) else {
                continue;
            };
            let habit = self.world.provider(doctor).style.frequency.exp();
            let mean = (YEARS * pathway.visits * member.frailty.sqrt() * habit).min(50.0);
            let visits = count(rng, mean);
            if pathway.specialty.works_in_sessions() {
                self.course(member, doctor, visits, code, primary, rng);
                continue;
            }
            for _ in 0..visits {
                let day = self.office_day(doctor, rng);
                let doctor = self.colleague(doctor, rng);
                let visit = Visit::new(day, doctor, Need::Office(code)).from(primary);
                if pathway.specialty == Specialty::Oncology && chance(rng, 0.35) {
                    self.add(
                        member,
                        Visit {
                            need: Need::Infusion(code),
                            ..visit.clone()
                        },
                    );
                }
                self.add(member, visit);
            }
        }
    }

    /// A course of sessions, weekly or so.
    pub(super) fn course(
        &mut self,
        member: &Member,
        therapist: u32,
        sessions: i32,
        reason: &'static str,
        primary: Option<u32>,
        rng: &mut Random,
    ) {
        let gap = match self.world.provider(therapist).specialty {
            Specialty::Psychology => pick(rng, &[7, 7, 14]),
            _ => pick(rng, &[3, 4, 7]),
        };
        let mut day = self.office_day(therapist, rng) - gap * sessions / 2;
        let accepted = self.world.acceptance(therapist);
        for _ in 0..sessions {
            if chance(rng, accepted) {
                self.add(
                    member,
                    Visit::new(day, therapist, Need::Session(reason)).from(primary),
                );
            }
            day = self.follow_up(therapist, day, gap, rng).max(day + 1);
        }
    }

    pub(super) fn injury(
        &mut self,
        member: &Member,
        (surgeon, therapist): (Specialty, Specialty),
        primary: Option<u32>,
        rng: &mut Random,
    ) {
        let reason = pick(rng, &INJURIES);
        let Some(doctor) = self.choose(surgeon, member, rng) else {
            return;
        };
        let mut day = self.office_day(doctor, rng);
        for _ in 0..between(rng, 1, 3) {
            self.add(
                member,
                Visit::new(day, doctor, Need::Office(reason)).from(primary),
            );
            day = self.follow_up(doctor, day, 24, rng);
        }
        if chance(rng, 0.12) {
            self.add(
                member,
                Visit::new(day, doctor, Need::Arthroscopy(reason)).from(primary),
            );
        }
        if chance(rng, 0.4)
            && let Some(therapist) = self.choose(therapist, member, rng)
        {
            let sessions = 3 + count(rng, 5.0);
            self.course(member, therapist, sessions, reason, Some(doctor), rng);
        }
    }
}
