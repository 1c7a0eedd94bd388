//! Prices: what a provider charges and what a plan allows.

use super::calendar::year_index;
use super::claim::{Claim, Form, Line};
use super::drg;
use super::encounter::PAYMENT_GROUP;
use super::fees::{
    self, BILATERAL, HOME_HEALTH_PERIOD, HOME_HEALTH_VISIT, OUTPATIENT_FACILITY,
    PROFESSIONAL_COMPONENT, STANDARDISED_STAY, YEARLY_RISE,
};
use super::payer::PlanIndex;
use super::provider::Provider;
use super::world::World;

/// Hospitals charge further above their payment than offices do.
const HOSPITAL_MARKUP: f64 = 1.5;
/// Home health periods with fewer visits are paid by the visit (the thresholds by payment group
/// are 2 to 6: CMS, Home Health Prospective Payment System, calendar year 2024).
const FEW_VISITS: usize = 3;
/// Case mix of a first period and of later ones, about.
const EARLY: f64 = 1.15;
const LATE: f64 = 0.85;
/// From this price (cents) charges are in whole dollars.
const DOLLAR_CHARGES_FROM: f64 = 200.0;

/// Sets charge and allowed amount of every line. The same provider, plan, code, modifiers and
/// year always give the same price.
pub fn price(world: &World, plan: PlanIndex, claim: &mut Claim) {
    let provider = world.provider(claim.provider);
    let level = level(world, provider, plan);
    if let Some((payment, markup)) = prospective(claim) {
        price_whole(
            provider,
            (payment * level, payment),
            markup,
            &mut claim.lines,
        );
        return;
    }
    let outpatient = claim.form == Form::Institutional("13");
    for line in &mut claim.lines {
        price_line(provider, level, outpatient, line);
    }
}

/// Price level: plan, market and the provider's own contract, or what it asks without one.
fn level(world: &World, provider: &Provider, plan: PlanIndex) -> f64 {
    let own = if provider.network[plan] {
        provider.style.fee
    } else {
        provider.style.fee + provider.style.out_of_network
    };
    super::payer::PLANS[plan].rate * world.markets[provider.market].price * own.exp()
}

/// Payment of a claim that is paid as a whole, at level 1, and the charge above it.
fn prospective(claim: &Claim) -> Option<(f64, f64)> {
    if let Some(stay) = claim.stay.filter(|stay| !stay.drg.is_empty()) {
        let payment = STANDARDISED_STAY * drg::weight(stay.drg) * rise(claim.days.1);
        return Some((payment, HOSPITAL_MARKUP));
    }
    let group = claim
        .lines
        .first()
        .filter(|line| line.revenue == PAYMENT_GROUP)?;
    let visits = claim.lines.len() - 1;
    let payment = if visits < FEW_VISITS {
        HOME_HEALTH_VISIT * visits as f64
    } else if group.code.starts_with(['1', '2']) {
        HOME_HEALTH_PERIOD * EARLY
    } else {
        HOME_HEALTH_PERIOD * LATE
    };
    Some((payment * rise(claim.days.1), 1.0))
}

fn rise(day: i32) -> f64 {
    if year_index(day) == 0 {
        1.0
    } else {
        1.0 + YEARLY_RISE
    }
}

fn price_line(provider: &Provider, level: f64, outpatient: bool, line: &mut Line) {
    let listed = fees::price(line.code).unwrap_or(0) as f64;
    let laboratory = line.code.starts_with('8');
    let facility = if outpatient && !laboratory {
        OUTPATIENT_FACILITY
    } else {
        1.0
    };
    let component = if line.has("26") {
        PROFESSIONAL_COMPONENT
    } else {
        1.0
    };
    let sides = if line.has("50") { BILATERAL } else { 1.0 };
    let base = listed * facility * component * sides * rise(line.day);
    let allowed = (base * level).round() as i64;
    let charge = base * provider.style.charge_multiple;
    let charge = if charge >= DOLLAR_CHARGES_FROM {
        (charge / 100.0).round() as i64 * 100
    } else {
        charge.round() as i64
    };
    line.amounts.allowed = allowed * line.units;
    line.amounts.charge = charge.max(allowed) * line.units;
}

/// The payment of a stay or period is one sum; lines carry it in proportion to their charges,
/// exact to the cent (largest remainder, the first of equals).
fn price_whole(
    provider: &Provider,
    (payment, reference): (f64, f64),
    markup: f64,
    lines: &mut [Line],
) {
    let payment = payment.round() as i64;
    let weights: f64 = lines.iter().map(|line| line.weight).sum();
    let charges = reference * provider.style.charge_multiple * markup;
    for line in lines.iter_mut() {
        line.amounts.charge = (charges * line.weight / weights / 100.0).round() as i64 * 100;
    }
    let shares = allocate(
        payment,
        &lines.iter().map(|l| l.amounts.charge).collect::<Vec<_>>(),
    );
    for (line, share) in lines.iter_mut().zip(shares) {
        line.amounts.allowed = share;
        line.amounts.charge = line.amounts.charge.max(share);
    }
}

/// Splits a sum in proportion to non-negative weights, exact to the cent.
pub fn allocate(sum: i64, weights: &[i64]) -> Vec<i64> {
    let total: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
    if total == 0 {
        let mut shares = vec![0; weights.len()];
        if let Some(first) = shares.first_mut() {
            *first = sum;
        }
        return shares;
    }
    let exact = |weight: i64| i128::from(sum) * i128::from(weight);
    let mut shares: Vec<i64> = weights.iter().map(|&w| (exact(w) / total) as i64).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(exact(weights[index]) % total));
    let missing = sum - shares.iter().sum::<i64>();
    for &index in order.iter().take(missing as usize) {
        shares[index] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn remainders_go_to_the_largest() {
        assert_eq!(allocate(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(allocate(10, &[0, 3, 1]), [0, 8, 2]);
        assert_eq!(allocate(7, &[0, 0]), [7, 0]);
    }

    proptest! {
        #[test]
        fn allocation_is_exact_and_within_a_cent(
            sum in 0_i64..1_000_000_000, weights in prop::collection::vec(0_i64..10_000_000, 1..12),
        ) {
            let shares = allocate(sum, &weights);
            prop_assert_eq!(shares.iter().sum::<i64>(), sum);
            let total: i64 = weights.iter().sum();
            prop_assume!(total > 0);
            for (share, weight) in shares.iter().zip(&weights) {
                let exact = sum as f64 * *weight as f64 / total as f64;
                prop_assert!((*share as f64 - exact).abs() < 1.0 + 1e-6);
            }
        }
    }
}
