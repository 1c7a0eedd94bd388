//! Equipment and supplies that conditions call for.

use super::{Plan, weekday_of_window};
use crate::synth::calendar::{self, FIRST_DAY};
use crate::synth::condition::named;
use crate::synth::member::Member;
use crate::synth::random::{Random, between, chance, pick};
use crate::synth::specialty::Specialty;
use crate::synth::visit::{Need, Visit};

impl Plan<'_> {
    pub(super) fn supplies(&mut self, member: &Member, primary: Option<u32>, rng: &mut Random) {
        let Some(supplier) = self.choose(Specialty::MedicalEquipment, member, rng) else {
            return;
        };
        let supply = |code, units, modifier, reason| Need::Supply {
            code,
            units,
            modifier,
            reason,
        };
        if member.has(named::SLEEP_APNEA) && chance(rng, 0.5) {
            let rental = supply("E0601", 1, "RR", "G4733");
            self.recurring(member, supplier, (rental, 30, 13), primary, rng);
            self.recurring(
                member,
                supplier,
                (supply("A7038", 2, "NU", "G4733"), 90, 6),
                primary,
                rng,
            );
        }
        if member.has(named::DIABETES) && chance(rng, 0.45) {
            let strips = i64::from(between(rng, 1, 3));
            let strips = supply("A4253", strips, "NU", "E119");
            self.recurring(member, supplier, (strips, 90, 8), primary, rng);
        }
        if member.has(named::COPD) && chance(rng, 0.25) {
            self.recurring(
                member,
                supplier,
                (supply("E1390", 1, "RR", "J449"), 30, 20),
                primary,
                rng,
            );
        }
        if member.has(named::ARTHROSIS) && chance(rng, 0.10) {
            let brace = pick(rng, &[("L1833", "RT"), ("E0143", "NU"), ("L1833", "LT")]);
            let day = weekday_of_window(rng);
            let need = supply(brace.0, 1, brace.1, "M1711");
            self.add(member, Visit::new(day, supplier, need).from(primary));
        }
    }

    pub(super) fn recurring(
        &mut self,
        member: &Member,
        supplier: u32,
        (need, every, times): (Need, i32, i32),
        orderer: Option<u32>,
        rng: &mut Random,
    ) {
        let mut day = FIRST_DAY + between(rng, 0, 300);
        for _ in 0..between(rng, 2, times) {
            let delivery = calendar::open_day(rng, day, 0.0);
            self.add(member, Visit::new(delivery, supplier, need).from(orderer));
            day += every;
        }
    }
}
