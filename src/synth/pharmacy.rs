//! Retail prescriptions.

use super::calendar::{FIRST_DAY, LAST_DAY};
use super::condition::{ConditionIndex, named};
use super::member::Member;
use super::payer::{PLANS, PlanIndex};
use super::random::{Purpose, Random, below, between, chance, pick, stream};
use super::schemes::Role;
use super::schemes::drug_shopping;
use super::specialty::Specialty;
use super::world::World;

/// A product as dispensed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drug {
    /// National Drug Code, eleven digits.
    pub ndc: &'static str,
    /// Units a day.
    pub daily: i64,
    /// Price of a unit, cents.
    pub unit_price: i64,
}

const fn drug(ndc: &'static str, daily: i64, unit_price: i64) -> Drug {
    Drug {
        ndc,
        daily,
        unit_price,
    }
}

/// Maintenance drugs by the condition they are for.
const MAINTENANCE: [(ConditionIndex, Drug); 8] = [
    (named::HYPERTENSION, drug("00310013110", 1, 35)),
    (named::DIABETES, drug("00087606005", 2, 28)),
    (2, drug("00071015523", 1, 60)),
    (named::CORONARY, drug("00069153066", 1, 45)),
    (11, drug("00049490066", 1, 55)),
    (14, drug("00074455290", 1, 70)),
    (17, drug("00008084181", 1, 90)),
    (7, drug("00006011731", 1, 85)),
];
/// Opioid analgesics (schedule II).
pub const OPIOIDS: [Drug; 2] = [drug("59011041010", 2, 480), drug("63481062370", 4, 190)];
/// Share of treated conditions that are filled through this benefit.
const FILLED_SHARE: f64 = 0.35;
/// Yearly share of adults with a short course of an opioid.
const SHORT_COURSE: f64 = 0.05;

/// One fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// Day dispensed.
    pub day: i32,
    /// Product.
    pub drug: Drug,
    /// Days it lasts.
    pub days_supply: i32,
    /// Refills left.
    pub refills: i32,
    /// Who prescribed: an index into the register.
    pub prescriber: u32,
    /// Where: an index into the pharmacies.
    pub pharmacy: usize,
    /// Plan it was paid under.
    pub plan: PlanIndex,
}

impl Fill {
    /// Units dispensed.
    pub fn quantity(&self) -> i64 {
        self.drug.daily * i64::from(self.days_supply)
    }

    /// Allowed amount, cents.
    pub fn allowed(&self) -> i64 {
        self.quantity() * self.drug.unit_price
    }

    /// Member's copayment, cents.
    pub fn copay(&self) -> i64 {
        let copay = if PLANS[self.plan].payer_type == "medicaid" {
            0
        } else {
            1_000
        };
        copay.min(self.allowed())
    }
}

/// A member's fills in order of day, and what the member is in the labels; `free` says that
/// the member is nothing else there.
pub fn fills(world: &World, member: &Member, free: bool) -> (Vec<Fill>, Option<Role>) {
    let mut rng = stream(world.seed, Purpose::Pharmacy, member.index, 0);
    let mut fills = Vec::new();
    let near = pharmacies(world, member, &mut rng);
    let prescriber = prescriber(world, member, &mut rng);
    if let Some(prescriber) = prescriber {
        for (condition, drug) in MAINTENANCE {
            if member.has(condition) && chance(&mut rng, FILLED_SHARE) {
                maintenance(member, drug, (prescriber, near[0]), &mut fills, &mut rng);
            }
        }
        if member.age(FIRST_DAY) >= 18.0 && chance(&mut rng, 2.0 * SHORT_COURSE) {
            let day = between(&mut rng, FIRST_DAY, LAST_DAY);
            let days = pick(&mut rng, &[3, 5, 7, 10]);
            let opioid = pick(&mut rng, &OPIOIDS);
            dispense(
                member,
                (day, opioid, days, 0),
                (prescriber, near[0]),
                &mut fills,
            );
        }
    }
    let mut shopping = stream(world.seed, Purpose::Pharmacy, member.index, 1);
    let role = if free && world.plants_members {
        drug_shopping::role(member, &mut shopping)
    } else {
        None
    };
    if let Some(role) = role {
        drug_shopping::fill(world, member, role, &near, &mut fills, &mut shopping);
    }
    fills.sort_by_key(|fill| (fill.day, fill.drug.ndc, fill.prescriber, fill.pharmacy));
    (fills, role)
}

/// Adds a fill if the member is there to fetch it.
pub fn dispense(
    member: &Member,
    (day, drug, days_supply, refills): (i32, Drug, i32, i32),
    (prescriber, pharmacy): (u32, usize),
    fills: &mut Vec<Fill>,
) {
    if day > LAST_DAY || !member.available(day) {
        return;
    }
    if let Some(span) = member.coverage(day) {
        let plan = member.spans[span].plan;
        fills.push(Fill {
            day,
            drug,
            days_supply,
            refills,
            prescriber,
            pharmacy,
            plan,
        });
    }
}

fn maintenance(
    member: &Member,
    drug: Drug,
    source: (u32, usize),
    fills: &mut Vec<Fill>,
    rng: &mut Random,
) {
    let supply = pick(rng, &[30, 90, 90]);
    let mut day = FIRST_DAY + between(rng, 0, supply);
    let mut refills = 3;
    while day <= LAST_DAY {
        dispense(member, (day, drug, supply, refills), source, fills);
        refills = if refills == 0 { 3 } else { refills - 1 };
        // People refill a little early or late; now and then they skip one.
        day += supply + between(rng, -4, 7) + if chance(rng, 0.08) { supply } else { 0 };
    }
}

/// A prescriber for the member.
pub fn prescriber(world: &World, member: &Member, rng: &mut Random) -> Option<u32> {
    let specialty = pick(
        rng,
        &[Specialty::FamilyMedicine, Specialty::InternalMedicine],
    );
    world.choose(specialty, member.market, member.tier(), rng)
}

/// The market's pharmacies, in an order of the member's own: the usual one first.
fn pharmacies(world: &World, member: &Member, rng: &mut Random) -> Vec<usize> {
    // They are dealt to the markets in turn.
    let mut near: Vec<usize> = (member.market..world.register.pharmacies.len())
        .step_by(world.markets.len())
        .collect();
    for last in (1..near.len()).rev() {
        near.swap(last, below(rng, last + 1));
    }
    near
}
