//! A contract loaded wrongly at the payer: lines paid above the allowed amount, shares that do
//! not add up, one code at two prices.

use super::{Scheme, Site};
use crate::synth::calendar::LAST_DAY;
use crate::synth::claim::{Amounts, Claim, Status};
use crate::synth::payer::PLANS;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, below, chance, uniform};

/// Share of paid lines that are wrong.
const WRONG: [f64; 3] = [0.05, 0.15, 0.40];
/// Overpayment as a share of the allowed amount, least and most.
const OVERPAID: (f64, f64) = (0.10, 0.40);
/// Decoy: what sequestration takes of every Medicare payment (2 U.S.C. 901a), and the share of
/// claims of which another insurer has paid most.
const SEQUESTRATION: f64 = 0.02;
const OTHER_INSURER: f64 = 0.08;
const OTHER_INSURER_PAID: f64 = 0.8;

/// See the module.
pub struct PricingError;

impl Scheme for PricingError {
    fn name(&self) -> &'static str {
        "pricing_error"
    }

    fn share(&self) -> f64 {
        0.0015
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office() || provider.specialty.works_in_sessions()
    }

    fn afterwards(&self, site: &Site, claims: &mut Vec<Claim>, rng: &mut Random) {
        let voided: Vec<u32> = claims.iter().filter_map(|claim| claim.original).collect();
        let mine = claims.iter_mut().filter(|claim| {
            claim.provider == site.provider
                && claim.status == Status::Paid
                && claim.settled <= LAST_DAY
                && !voided.contains(&claim.number)
                && claim.frequency == 1
        });
        for claim in mine {
            if let Some(strength) = site.strength() {
                for line in &mut claim.lines {
                    if chance(rng, strength.of(WRONG)) {
                        line.amounts = wrong(line.amounts, rng);
                    }
                }
            } else {
                pay_less(site, claim, rng);
            }
        }
    }
}

/// What honestly makes a payment and the member's share fall short of the allowed amount.
fn pay_less(site: &Site, claim: &mut Claim, rng: &mut Random) {
    let plan = &PLANS[site.member.spans[claim.coverage].plan];
    let less = if chance(rng, OTHER_INSURER) {
        OTHER_INSURER_PAID
    } else if plan.name == "Medicare FFS" {
        SEQUESTRATION
    } else {
        return;
    };
    for line in &mut claim.lines {
        line.amounts.paid -= (line.amounts.paid as f64 * less).round() as i64;
    }
}

fn wrong(right: Amounts, rng: &mut Random) -> Amounts {
    let share = OVERPAID.0 + (OVERPAID.1 - OVERPAID.0) * uniform(rng);
    let extra = ((right.allowed as f64 * share).round() as i64).max(1);
    match below(rng, 3) {
        // More paid than allowed.
        0 => Amounts {
            paid: right.allowed + extra,
            ..right
        },
        // More allowed than charged.
        1 => Amounts {
            allowed: right.charge + extra,
            paid: right.charge + extra - right.member_share(),
            ..right
        },
        // Another price than the contract's, in itself consistent.
        _ => Amounts {
            allowed: right.allowed + extra,
            paid: right.paid + extra,
            charge: right.charge.max(right.allowed + extra),
            ..right
        },
    }
}
