//! Prior authorization: what a plan wants to be asked about beforehand, and the numbers it gives.

use super::claim::Claim;
use super::member::Member;
use super::payer::{PLANS, PlanIndex};
use super::random::{Random, between};

/// Codes on the lists of the commercial plans, of Medicaid and of Medicare Advantage, in code
/// order: advanced imaging, planned operations, infused cancer drugs, dear braces.
const LISTED: [&str; 16] = [
    "27130", "27447", "29881", "70553", "72148", "73721", "74177", "78452", "92928", "J9035",
    "J9045", "J9267", "J9271", "J9355", "L0650", "L1833",
];
/// The part of it that Medicare asks for (CMS, Required Prior Authorization List for DMEPOS).
const MEDICARE: [&str; 2] = ["L0650", "L1833"];

/// Codes that a plan pays for with an authorization number only, emergencies apart.
pub fn listed(plan: PlanIndex) -> &'static [&'static str] {
    if PLANS[plan].name == "Medicare FFS" {
        &MEDICARE
    } else {
        &LISTED
    }
}

/// Whether a claim needs a number under a plan.
pub fn is_required(plan: PlanIndex, claim: &Claim) -> bool {
    let listed = listed(plan);
    let asked = |code: &str| listed.binary_search(&code).is_ok();
    !claim.emergency && claim.lines.iter().any(|line| asked(line.code))
}

/// Gives a claim the number it needs; planned stays have one under every plan.
pub fn attach(member: &Member, claim: &mut Claim, rng: &mut Random) {
    let plan = member
        .coverage(claim.days.0)
        .map_or(0, |span| member.spans[span].plan);
    let hospital = claim.stay.is_some_and(|stay| !stay.drg.is_empty());
    if is_required(plan, claim) || (hospital && !claim.emergency) {
        let number = between(rng, 10_000_000, 99_999_999);
        claim.authorization = Some(u64::from(number.unsigned_abs()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::claim::Line;

    #[test]
    fn lists_are_sorted_and_emergencies_are_exempt() {
        assert!(LISTED.is_sorted() && MEDICARE.is_sorted());
        let mut claim = Claim::professional(0, 0, "22");
        claim.lines.push(Line::new(0, "74177", 1));
        assert!(is_required(2, &claim) && !is_required(0, &claim));
        claim.emergency = true;
        assert!(!is_required(2, &claim));
    }
}
