//! `eligibility`: one row per enrolment span.

use super::Kind::{Day, Text, Whole};
use super::medical_claim::DATA_SOURCE;
use super::{Kind, Rows};
use crate::synth::member::Member;
use crate::synth::payer::PLANS;
use crate::synth::world::World;

/// Columns.
#[rustfmt::skip]
pub const LAYOUT: [(&str, Kind); 16] = [
    ("person_id", Text), ("member_id", Text), ("subscriber_id", Text), ("gender", Text),
    ("race", Text), ("birth_date", Day), ("death_date", Day), ("death_flag", Whole),
    ("enrollment_start_date", Day), ("enrollment_end_date", Day), ("payer", Text),
    ("payer_type", Text), ("plan", Text), ("state", Text), ("zip_code", Text),
    ("data_source", Text),
];

/// Writes a member's spans.
pub fn write(world: &World, member: &Member, rows: &mut Rows) {
    for span in &member.spans {
        let plan = &PLANS[span.plan];
        let member_id = member.member_id(span.plan);
        rows.text(&member.person_id());
        rows.text(&member_id);
        rows.text(&member_id);
        rows.text(if member.female { "female" } else { "male" });
        rows.text(member.race);
        rows.day(member.birth);
        rows.day(member.death);
        rows.whole(i64::from(member.death.is_some()));
        rows.day(span.start);
        rows.day(span.end);
        rows.text(plan.payer);
        rows.text(plan.payer_type);
        rows.text(plan.name);
        let market = &world.markets[member.market];
        rows.text(market.state);
        rows.text(&market.zip(span.zip));
        rows.text(DATA_SOURCE);
    }
}
