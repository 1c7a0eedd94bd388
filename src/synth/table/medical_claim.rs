//! `medical_claim`, as the Tuva input layer names its columns, and claimhound's optional ones.

use super::Kind::{Day, Money, Text, Whole};
use super::{Kind, Rows};
use crate::synth::claim::{Claim, Form, Line};
use crate::synth::member::Member;
use crate::synth::payer::{PLANS, PlanIndex};
use crate::synth::specialty::Specialty;
use crate::synth::world::World;

/// `data_source` of all tables.
pub const DATA_SOURCE: &str = "claimhound_synth";
/// Diagnosis positions written.
const DIAGNOSES: usize = 8;

/// Columns.
#[rustfmt::skip]
pub const LAYOUT: [(&str, Kind); 57] = [
    ("claim_id", Text), ("claim_line_number", Whole), ("claim_type", Text), ("person_id", Text),
    ("member_id", Text), ("payer", Text), ("plan", Text), ("claim_start_date", Day),
    ("claim_end_date", Day), ("claim_line_start_date", Day), ("claim_line_end_date", Day),
    ("admission_date", Day), ("discharge_date", Day), ("admit_source_code", Text),
    ("admit_type_code", Text), ("discharge_disposition_code", Text),
    ("place_of_service_code", Text), ("bill_type_code", Text), ("drg_code_type", Text),
    ("drg_code", Text), ("revenue_center_code", Text), ("service_unit_quantity", Whole),
    ("hcpcs_code", Text), ("hcpcs_modifier_1", Text), ("hcpcs_modifier_2", Text),
    ("hcpcs_modifier_3", Text), ("hcpcs_modifier_4", Text), ("hcpcs_modifier_5", Text),
    ("rendering_npi", Text), ("billing_npi", Text), ("billing_tin", Text), ("facility_npi", Text),
    ("paid_date", Day), ("paid_amount", Money), ("allowed_amount", Money),
    ("charge_amount", Money), ("coinsurance_amount", Money), ("copayment_amount", Money),
    ("deductible_amount", Money), ("total_cost_amount", Money), ("diagnosis_code_type", Text),
    ("diagnosis_code_1", Text), ("diagnosis_code_2", Text), ("diagnosis_code_3", Text),
    ("diagnosis_code_4", Text), ("diagnosis_code_5", Text), ("diagnosis_code_6", Text),
    ("diagnosis_code_7", Text), ("diagnosis_code_8", Text), ("in_network_flag", Whole),
    ("data_source", Text), ("referring_npi", Text), ("ordering_npi", Text),
    ("prior_authorization_number", Text), ("claim_frequency_code", Text),
    ("original_claim_id", Text), ("claim_status", Text),
];

/// What all lines of a claim share.
struct Header<'a> {
    claim: &'a Claim,
    plan: PlanIndex,
    id: String,
    original: String,
    person: String,
    member: String,
    frequency: String,
    bill_type: String,
    authorization: String,
}

/// Writes the lines of a claim.
pub fn write(world: &World, member: &Member, claim: &Claim, rows: &mut Rows) {
    let plan = member.spans[claim.coverage].plan;
    let frequency = claim.frequency.to_string();
    let header = Header {
        claim,
        plan,
        id: claim_id(member, claim.number),
        original: claim
            .original
            .map(|number| claim_id(member, number))
            .unwrap_or_default(),
        person: member.person_id(),
        member: member.member_id(plan),
        bill_type: match claim.form {
            Form::Professional => String::new(),
            Form::Institutional(kind) => format!("{kind}{frequency}"),
        },
        frequency,
        authorization: claim
            .authorization
            .map(|n| format!("PA{n}"))
            .unwrap_or_default(),
    };
    for (number, line) in (1..).zip(&claim.lines) {
        identification(&header, number, line, rows);
        service(&header, line, rows);
        providers(world, claim, rows);
        settlement(claim, line, rows);
        rest(world, &header, rows);
    }
}

/// Identifier of a member's claim.
fn claim_id(member: &Member, number: u32) -> String {
    format!("C{:08}{number:04}", member.index)
}

fn identification(header: &Header, number: i64, line: &Line, rows: &mut Rows) {
    let claim = header.claim;
    let plan = &PLANS[header.plan];
    rows.text(&header.id);
    rows.whole(number);
    rows.text(match claim.form {
        Form::Professional => "professional",
        Form::Institutional(_) => "institutional",
    });
    rows.text(&header.person);
    rows.text(&header.member);
    rows.text(plan.payer);
    rows.text(plan.name);
    rows.day(claim.days.0);
    rows.day(claim.days.1);
    rows.day(line.day);
    rows.day(line.until);
    rows.day(claim.stay.map(|stay| stay.admission));
    rows.day(claim.stay.and_then(|stay| stay.discharge));
    rows.text(claim.stay.map_or("", |stay| stay.source));
    rows.text(claim.stay.map_or("", |stay| stay.priority));
    rows.text(claim.stay.map_or("", |stay| stay.disposition));
}

fn service(header: &Header, line: &Line, rows: &mut Rows) {
    rows.text(header.claim.place);
    rows.text(&header.bill_type);
    let drg = header.claim.stay.map_or("", |stay| stay.drg);
    rows.text(if drg.is_empty() { "" } else { "ms-drg" });
    rows.text(drg);
    rows.text(line.revenue);
    rows.whole(line.units);
    rows.text(line.code);
    for modifier in line.modifiers {
        rows.text(modifier);
    }
}

/// Persons render and their practice bills; clinics bill with no one named as rendering;
/// other organisations (laboratories, suppliers, carriers) render and bill.
fn providers(world: &World, claim: &Claim, rows: &mut Rows) {
    let provider = world.provider(claim.provider);
    let practice = &world.register.practices[provider.practice];
    let clinic = provider.organisation
        && (provider.specialty == Specialty::UrgentCare
            || provider.specialty.sees_patients_in_office()
            || provider.specialty.works_in_sessions());
    let renders = claim.form == Form::Professional && !clinic;
    rows.text(if renders { &provider.npi } else { "" });
    rows.text(if provider.organisation {
        &provider.npi
    } else {
        &practice.npi
    });
    rows.text(&practice.tin);
    rows.text(
        claim
            .facility
            .map_or("", |facility| &world.provider(facility).npi),
    );
}

fn settlement(claim: &Claim, line: &Line, rows: &mut Rows) {
    let amounts = line.amounts;
    rows.day(claim.settled);
    for cents in [
        amounts.paid,
        amounts.allowed,
        amounts.charge,
        amounts.coinsurance,
        amounts.copay,
        amounts.deductible,
        amounts.allowed,
    ] {
        rows.money(cents);
    }
}

fn rest(world: &World, header: &Header, rows: &mut Rows) {
    let claim = header.claim;
    let npi = |index: Option<u32>| index.map_or("", |index| world.provider(index).npi.as_str());
    rows.text("icd-10-cm");
    for position in 0..DIAGNOSES {
        rows.text(claim.diagnoses.get(position).copied().unwrap_or(""));
    }
    rows.whole(i64::from(
        world.provider(claim.provider).network[header.plan],
    ));
    rows.text(DATA_SOURCE);
    rows.text(npi(claim.referring));
    rows.text(npi(claim.ordering));
    rows.text(&header.authorization);
    rows.text(&header.frequency);
    rows.text(&header.original);
    rows.text(claim.status.word());
}
