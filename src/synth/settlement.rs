//! What the payer does: denials, member shares, payment dates, corrections.

use std::collections::BTreeMap;

use super::calendar::{LAST_DAY, year_index};
use super::claim::{Amounts, Claim, Line, Status};
use super::encounter::family_of;
use super::member::Member;
use super::payer::{PLANS, PlanIndex};
use super::pricing;
use super::random::{Random, between, chance, normal, pick};
use super::world::World;

/// Median days from service to payment.
const MEDIAN_LAG: f64 = 16.0;
/// Spread of the logarithm of that lag.
const LAG_SPREAD: f64 = 0.55;
/// Share of denied claims sent in again.
const RESUBMITTED: f64 = 0.65;
/// Share of corrections that void the claim and send nothing in its place.
const VOID_ONLY: f64 = 0.15;
/// Coinsurance out of network.
const OUT_OF_NETWORK_COINSURANCE: f64 = 0.4;

/// What a member still owes in a plan year, in cents.
#[derive(Debug, Clone, Copy)]
struct Ledger {
    deductible: i64,
    out_of_pocket: i64,
}

/// Prices and settles a member's claims, numbers them in order, and adds what follows from
/// denials and corrections. Claims settled after the extract are left out with what follows.
pub fn settle(
    world: &World,
    member: &Member,
    mut claims: Vec<Claim>,
    rng: &mut Random,
) -> Vec<Claim> {
    claims.sort_by_key(|claim| (claim.days.0, claim.provider));
    let mut ledgers: BTreeMap<(usize, PlanIndex), Ledger> = BTreeMap::new();
    let mut settled = Vec::with_capacity(claims.len() + 4);
    for mut claim in claims {
        claim.coverage = coverage(member, claim.days.0);
        let plan = member.spans[claim.coverage].plan;
        pricing::price(world, plan, &mut claim);
        claim.settled = claim.days.1 + lag(rng);
        let style = &world.provider(claim.provider).style;
        let (denied, corrected) = (chance(rng, style.denials), chance(rng, style.corrections));
        if denied {
            let again = chance(rng, RESUBMITTED);
            let first = deny(claim.clone());
            claim.settled = first.settled + between(rng, 18, 60);
            push(&mut settled, first);
            if !again {
                continue;
            }
        }
        let network = world.provider(claim.provider).network[plan];
        let year = (year_index(claim.days.0), plan);
        let ledger = ledgers.entry(year).or_insert(Ledger {
            deductible: PLANS[plan].deductible,
            out_of_pocket: PLANS[plan].out_of_pocket_limit,
        });
        share_cost(plan, network, ledger, &mut claim);
        let number = push(&mut settled, claim.clone());
        if corrected && let Some(number) = number {
            claim.number = number;
            correct(&mut settled, &claim, world, plan, rng);
        }
    }
    settled
}

/// Appends a claim under the next number, unless it was settled after the extract.
fn push(settled: &mut Vec<Claim>, mut claim: Claim) -> Option<u32> {
    if claim.settled > LAST_DAY {
        return None;
    }
    claim.number = next_number(settled);
    let number = claim.number;
    settled.push(claim);
    Some(number)
}

/// The number that the next claim of a member gets.
pub fn next_number(settled: &[Claim]) -> u32 {
    settled.last().map_or(1, |last| last.number + 1)
}

/// The span that covers a day; for services that none covers, the last one before it, else
/// the first: the payer then paid what it should not have.
fn coverage(member: &Member, day: i32) -> usize {
    member.coverage(day).unwrap_or_else(|| {
        member
            .spans
            .iter()
            .rposition(|span| span.start <= day)
            .unwrap_or(0)
    })
}

fn lag(rng: &mut Random) -> i32 {
    ((MEDIAN_LAG.ln() + LAG_SPREAD * normal(rng)).exp() as i32).clamp(3, 180)
}

fn deny(mut claim: Claim) -> Claim {
    claim.status = Status::Denied;
    for line in &mut claim.lines {
        line.amounts = Amounts {
            charge: line.amounts.charge,
            ..Amounts::default()
        };
    }
    claim
}

/// Splits each line's allowed amount into copayment, deductible, coinsurance and payment.
fn share_cost(plan: PlanIndex, in_network: bool, ledger: &mut Ledger, claim: &mut Claim) {
    let design = &PLANS[plan];
    let rate = if in_network || design.coinsurance <= 0.0 {
        design.coinsurance
    } else {
        OUT_OF_NETWORK_COINSURANCE
    };
    for line in &mut claim.lines {
        let amounts = &mut line.amounts;
        let limit = amounts.allowed.min(ledger.out_of_pocket);
        if design.copay > 0 && family_of(line.code).is_some() {
            amounts.copay = design.copay.min(limit);
        } else {
            amounts.deductible = ledger.deductible.min(limit);
            let rest = amounts.allowed - amounts.deductible;
            // Clinical laboratory tests have no coinsurance under Medicare Part B.
            let free = design.payer_type == "medicare" && line.code.starts_with('8');
            let share = if free { 0.0 } else { rate };
            let coinsurance = (rest as f64 * share).round() as i64;
            amounts.coinsurance = coinsurance.min(limit - amounts.deductible);
        }
        amounts.paid = amounts.allowed - amounts.member_share();
        ledger.deductible -= amounts.deductible;
        ledger.out_of_pocket -= amounts.member_share();
    }
}

/// Takes a paid claim back and, mostly, puts a corrected one in its place.
fn correct(
    settled: &mut Vec<Claim>,
    paid: &Claim,
    world: &World,
    plan: PlanIndex,
    rng: &mut Random,
) {
    let day = paid.settled + between(rng, 15, 80);
    let mut void = paid.clone();
    void.frequency = 8;
    void.original = Some(paid.number);
    void.status = Status::Reversed;
    void.settled = day;
    for line in &mut void.lines {
        line.amounts = line.amounts.negated();
        line.units = -line.units;
    }
    if push(settled, void).is_none() || chance(rng, VOID_ONLY) {
        return;
    }
    let mut replacement = paid.clone();
    replacement.frequency = 7;
    replacement.original = Some(paid.number);
    replacement.settled = day;
    amend(&mut replacement, rng);
    pricing::price(world, plan, &mut replacement);
    for line in &mut replacement.lines {
        keep_shares(line);
    }
    push(settled, replacement);
}

/// What was wrong: a level one too high, units one too many, or a diagnosis left out.
fn amend(claim: &mut Claim, rng: &mut Random) {
    match between(rng, 0, 2) {
        0 => {
            let line = &mut claim.lines[0];
            if let Some(family) = family_of(line.code) {
                let level = family
                    .codes
                    .iter()
                    .position(|&code| code == line.code)
                    .unwrap_or(0);
                line.code = family.codes[level.saturating_sub(1)];
            }
        }
        1 => {
            if let Some(line) = claim.lines.iter_mut().find(|line| line.units > 1) {
                line.units -= 1;
            }
        }
        _ => {
            let code = pick(rng, &["Z79899", "Z7901", "Z87891"]);
            if claim.diagnoses.len() < 8 && !claim.diagnoses.contains(&code) {
                claim.diagnoses.push(code);
            }
        }
    }
}

/// Leaves the member's shares of the first settlement as far as the new allowed amount goes.
fn keep_shares(line: &mut Line) {
    let amounts = &mut line.amounts;
    amounts.copay = amounts.copay.min(amounts.allowed);
    amounts.deductible = amounts.deductible.min(amounts.allowed - amounts.copay);
    amounts.coinsurance = amounts
        .coinsurance
        .min(amounts.allowed - amounts.copay - amounts.deductible);
    amounts.paid = amounts.allowed - amounts.member_share();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claim_of(allowed: &[i64], code: &'static str) -> Claim {
        let mut claim = Claim::professional(0, 0, "11");
        for &allowed in allowed {
            let mut line = Line::new(0, code, 1);
            line.amounts = Amounts {
                allowed,
                charge: allowed,
                ..Amounts::default()
            };
            claim.lines.push(line);
        }
        claim
    }

    #[test]
    fn the_deductible_is_used_up_before_coinsurance_begins() {
        let mut ledger = Ledger {
            deductible: 24_000,
            out_of_pocket: i64::MAX,
        };
        let mut claim = claim_of(&[20_000, 10_000], "93306");
        share_cost(0, true, &mut ledger, &mut claim);
        assert_eq!(claim.lines[0].amounts.deductible, 20_000);
        assert_eq!(claim.lines[1].amounts.deductible, 4_000);
        assert_eq!(claim.lines[1].amounts.coinsurance, 1_200);
        assert_eq!(claim.lines[1].amounts.paid, 4_800);
        assert_eq!(ledger.deductible, 0);
    }

    proptest! {
        #[test]
        fn shares_and_payment_make_up_the_allowed_amount(
            plan in 0..PLANS.len(), network in any::<bool>(),
            amounts in prop::collection::vec(0_i64..2_000_000, 1..8), visit in any::<bool>(),
        ) {
            let design = &PLANS[plan];
            let mut ledger =
                Ledger { deductible: design.deductible, out_of_pocket: design.out_of_pocket_limit };
            let mut claim = claim_of(&amounts, if visit { "99213" } else { "93306" });
            share_cost(plan, network, &mut ledger, &mut claim);
            for line in &claim.lines {
                let a = line.amounts;
                prop_assert_eq!(a.paid + a.member_share(), a.allowed);
                prop_assert!(a.paid >= 0 && a.coinsurance >= 0 && a.copay >= 0 && a.deductible >= 0);
            }
            prop_assert!(ledger.deductible >= 0 && ledger.out_of_pocket >= 0);
            let borne = claim.total(Amounts::member_share);
            prop_assert!(borne <= design.out_of_pocket_limit);
        }
    }
}
