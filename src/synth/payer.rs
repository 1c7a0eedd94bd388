//! Payers, plans and benefit designs.

use super::random::{Random, chance, uniform};

/// One plan of one payer. Amounts in cents.
#[derive(Debug)]
pub struct Plan {
    /// Payer's name (invented but for the public programmes).
    pub payer: &'static str,
    /// medicare, medicaid or commercial.
    pub payer_type: &'static str,
    /// Plan name.
    pub name: &'static str,
    /// First letters of its member identifiers.
    pub id_prefix: &'static str,
    /// Contracts with some providers and not with others.
    pub network: bool,
    /// Price level against the fee schedule.
    pub rate: f64,
    /// Yearly deductible.
    pub deductible: i64,
    /// Member's share after the deductible.
    pub coinsurance: f64,
    /// Copayment of an E/M visit, instead of deductible and coinsurance.
    pub copay: i64,
    /// Yearly limit of the member's share.
    pub out_of_pocket_limit: i64,
}

/// Index into [`PLANS`].
pub type PlanIndex = usize;

/// The plans of the extract. Medicare's figures are near Part B's for 2024 (CMS).
#[rustfmt::skip]
pub const PLANS: [Plan; 7] = [
    Plan { payer: "Medicare", payer_type: "medicare", name: "Medicare FFS", id_prefix: "MC", network: false, rate: 1.0, deductible: 24_000, coinsurance: 0.2, copay: 0, out_of_pocket_limit: i64::MAX },
    Plan { payer: "State Medicaid", payer_type: "medicaid", name: "Medicaid", id_prefix: "MD", network: false, rate: 0.74, deductible: 0, coinsurance: 0.0, copay: 0, out_of_pocket_limit: 0 },
    Plan { payer: "Evergreen Mutual", payer_type: "commercial", name: "Evergreen PPO", id_prefix: "EP", network: true, rate: 1.24, deductible: 75_000, coinsurance: 0.2, copay: 3_000, out_of_pocket_limit: 450_000 },
    Plan { payer: "Evergreen Mutual", payer_type: "commercial", name: "Evergreen HDHP", id_prefix: "EH", network: true, rate: 1.24, deductible: 200_000, coinsurance: 0.2, copay: 0, out_of_pocket_limit: 500_000 },
    Plan { payer: "Harbor Health", payer_type: "commercial", name: "Harbor HMO", id_prefix: "HH", network: true, rate: 1.12, deductible: 0, coinsurance: 0.1, copay: 2_500, out_of_pocket_limit: 300_000 },
    Plan { payer: "Harbor Health", payer_type: "commercial", name: "Harbor PPO", id_prefix: "HP", network: true, rate: 1.18, deductible: 50_000, coinsurance: 0.2, copay: 3_500, out_of_pocket_limit: 400_000 },
    Plan { payer: "Harbor Health", payer_type: "medicare", name: "Harbor Medicare Advantage", id_prefix: "HM", network: true, rate: 0.98, deductible: 0, coinsurance: 0.1, copay: 1_500, out_of_pocket_limit: 350_000 },
];

/// A plan for a member of this age at the start of the window.
pub fn for_age(age: f64, rng: &mut Random) -> PlanIndex {
    const MEDICARE: PlanIndex = 0;
    const MEDICAID: PlanIndex = 1;
    const ADVANTAGE: PlanIndex = 6;
    const COMMERCIAL: [PlanIndex; 4] = [2, 3, 4, 5];
    if age >= 65.0 {
        return if uniform(rng) < 0.62 {
            MEDICARE
        } else {
            ADVANTAGE
        };
    }
    // Roughly the national shares: a third of children, one adult in seven.
    if chance(rng, if age < 19.0 { 0.35 } else { 0.15 }) {
        return MEDICAID;
    }
    super::random::pick(rng, &COMMERCIAL)
}
