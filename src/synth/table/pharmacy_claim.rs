//! `pharmacy_claim`: one row per fill.

use super::Kind::{Day, Money, Text, Whole};
use super::medical_claim::DATA_SOURCE;
use super::{Kind, Rows};
use crate::synth::calendar::LAST_DAY;
use crate::synth::member::Member;
use crate::synth::payer::PLANS;
use crate::synth::pharmacy::Fill;
use crate::synth::world::World;

/// Columns.
#[rustfmt::skip]
pub const LAYOUT: [(&str, Kind); 20] = [
    ("claim_id", Text), ("claim_line_number", Whole), ("person_id", Text), ("member_id", Text),
    ("payer", Text), ("plan", Text), ("prescribing_provider_npi", Text),
    ("dispensing_provider_npi", Text), ("dispensing_date", Day), ("ndc_code", Text),
    ("quantity", Whole), ("days_supply", Whole), ("refills", Whole), ("paid_date", Day),
    ("paid_amount", Money), ("allowed_amount", Money), ("charge_amount", Money),
    ("copayment_amount", Money), ("in_network_flag", Whole), ("data_source", Text),
];

/// Charge against the allowed amount: the usual and customary price is higher.
const USUAL_AND_CUSTOMARY: (i64, i64) = (5, 4);
/// Days to payment.
const LAG: i32 = 7;

/// Writes a member's fills.
pub fn write(world: &World, member: &Member, fills: &[Fill], rows: &mut Rows) {
    for (number, fill) in (1..).zip(fills) {
        let plan = &PLANS[fill.plan];
        let (allowed, copay) = (fill.allowed(), fill.copay());
        rows.text(&format!("R{:08}{number:04}", member.index));
        rows.whole(1);
        rows.text(&member.person_id());
        rows.text(&member.member_id(fill.plan));
        rows.text(plan.payer);
        rows.text(plan.name);
        rows.text(&world.provider(fill.prescriber).npi);
        rows.text(&world.register.pharmacies[fill.pharmacy].0);
        rows.day(fill.day);
        rows.text(fill.drug.ndc);
        rows.whole(fill.quantity());
        rows.whole(i64::from(fill.days_supply));
        rows.whole(i64::from(fill.refills));
        rows.day((fill.day + LAG).min(LAST_DAY));
        rows.money(allowed - copay);
        rows.money(allowed);
        rows.money(allowed * USUAL_AND_CUSTOMARY.0 / USUAL_AND_CUSTOMARY.1);
        rows.money(copay);
        rows.whole(1);
        rows.text(DATA_SOURCE);
    }
}
