//! The schemes that can be planted: one file each, and one line in [`REGISTRY`].
//!
//! A scheme touches a provider at four points: the provider's habits before anyone visits
//! (`plant`, `decoy`), the visits of a member (`visits`), a claim before it is priced
//! (`claim`), and what is sent in after payment (`afterwards`). In all else a planted provider
//! behaves as its specialty does. Beside each scheme stands its hard negative, the decoy:
//! someone who looks alike for an honest reason.

mod after_death;
mod ambulance;
mod bust_out;
mod collusion_ring;
mod dme;
mod drg_upcoding;
pub mod drug_shopping;
mod duplicate_billing;
mod during_inpatient;
mod em_upcoding;
mod excess_units;
mod excluded_provider;
mod geography;
mod home_health;
mod hospice;
mod impossible_day;
mod incomplete;
mod lab;
pub mod member_overuse;
mod modifier_abuse;
mod new_patient;
mod no_authorization;
mod not_eligible;
mod out_of_network;
mod over_treatment;
mod overbilling;
mod phantom;
mod planting;
mod pricing_error;
mod referral_capture;
mod round_numbers;
mod routine;
mod specialty_mismatch;
mod spike;
mod telehealth;
pub mod unbundling;
mod weekend;

pub use planting::{Rings, plant};

use super::claim::Claim;
use super::member::Member;
use super::provider::Provider;
use super::random::Random;
use super::visit::Visit;
use super::world::World;

/// How far a scheme goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Near what honest heterogeneity allows.
    Weak,
    /// Plain to a specialist who looks.
    Medium,
    /// Blatant.
    Strong,
}

impl Strength {
    /// All, weakest first.
    pub const ALL: [Self; 3] = [Self::Weak, Self::Medium, Self::Strong];

    /// The word in `labels.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Medium => "medium",
            Self::Strong => "strong",
        }
    }

    /// The value that belongs to this strength, of (weak, medium, strong).
    pub fn of<T: Copy>(self, values: [T; 3]) -> T {
        values[self as usize]
    }
}

/// What a provider or member is in the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Runs the scheme.
    Planted(Strength),
    /// Looks like it and does not.
    HardNegative,
}

impl Role {
    /// The strength of a planted one.
    pub fn strength(self) -> Option<Strength> {
        match self {
            Self::Planted(strength) => Some(strength),
            Self::HardNegative => None,
        }
    }
}

/// What is planted at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plant {
    /// Index into [`REGISTRY`].
    pub scheme: usize,
    /// Planted or decoy.
    pub role: Role,
    /// Index into the rings, for schemes of several providers.
    pub ring: Option<usize>,
}

/// A planted provider at one member.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The world.
    pub world: &'a World,
    /// The member.
    pub member: &'a Member,
    /// Index of the provider in the register.
    pub provider: u32,
}

impl<'a> Site<'a> {
    /// The provider.
    pub fn me(&self) -> &'a Provider {
        self.world.provider(self.provider)
    }

    /// The strength if planted here, nothing for a decoy.
    pub fn strength(&self) -> Option<Strength> {
        self.me().plant.and_then(|plant| plant.role.strength())
    }

    /// Probability per resident that makes `total` events over the provider's market.
    pub fn per_resident(&self, total: f64) -> f64 {
        (total / self.world.residents(self.me().market)).min(1.0)
    }

    /// Visits the provider would have over the window if honest.
    pub fn expected_visits(&self) -> f64 {
        self.world.expected_visits[self.provider as usize]
    }
}

/// A scheme. All hooks do nothing unless overridden; hooks run for decoys as well.
pub trait Scheme: Sync {
    /// Name in the scheme catalogue.
    fn name(&self) -> &'static str;

    /// Planted units as a share of all providers.
    fn share(&self) -> f64;

    /// Providers of one unit.
    fn ring_size(&self) -> usize {
        1
    }

    /// Who can run it.
    fn suits(&self, provider: &Provider) -> bool;

    /// Providers of one decoy unit.
    fn decoy_ring_size(&self) -> usize {
        1
    }

    /// Who can join a unit begun by another, in the same market.
    fn suits_mate(&self, first: &Provider, mate: &Provider, _decoy: bool) -> bool {
        first.specialty != mate.specialty && self.suits(mate)
    }

    /// Ties the providers of a unit together.
    fn bind(&self, _providers: &mut [Provider], _ring: &[u32], _role: Role) {}

    /// Whether the world has what it takes at a provider that suits, as the first of a unit.
    fn possible(&self, _world: &World, _provider: &Provider, _decoy: bool) -> bool {
        true
    }

    /// Who can be its hard negative.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        self.suits(provider)
    }

    /// Changes a planted provider's habits.
    fn plant(&self, _provider: &mut Provider, _strength: Strength, _rng: &mut Random) {}

    /// Changes a decoy's habits.
    fn decoy(&self, _provider: &mut Provider, _rng: &mut Random) {}

    /// Adds, moves or removes visits of one member of the provider's market, or of any where
    /// the provider has members far away.
    fn visits(&self, _site: &Site, _visits: &mut Vec<Visit>, _rng: &mut Random) {}

    /// Changes one of the provider's claims before it is priced.
    fn claim(&self, _site: &Site, _claim: &mut Claim, _rng: &mut Random) {}

    /// Adds claims after settlement.
    fn afterwards(&self, _site: &Site, _claims: &mut Vec<Claim>, _rng: &mut Random) {}
}

/// The provider schemes, most important first: where few can be planted, these come first;
/// captured referrals before the other schemes of laboratories, since few laboratories are
/// the only ones of their market.
pub const REGISTRY: [&dyn Scheme; 33] = [
    &em_upcoding::EmUpcoding,
    &overbilling::Overbilling,
    &excess_units::ExcessUnits,
    &duplicate_billing::DuplicateBilling,
    &referral_capture::ReferralCapture,
    &unbundling::Unbundling,
    &new_patient::NewPatient,
    &modifier_abuse::ModifierAbuse,
    &over_treatment::OverTreatment,
    &weekend::Weekend,
    &impossible_day::ImpossibleDay,
    &after_death::AfterDeath,
    &not_eligible::NotEligible,
    &during_inpatient::DuringInpatient,
    &drg_upcoding::DrgUpcoding,
    &excluded_provider::ExcludedProvider,
    &spike::Spike,
    &bust_out::BustOut,
    &phantom::Phantom,
    &collusion_ring::CollusionRing,
    &lab::Laboratory,
    &dme::MedicalEquipment,
    &ambulance::Ambulance,
    &home_health::HomeHealth,
    &hospice::Hospice,
    &telehealth::Telehealth,
    &geography::Geography,
    &specialty_mismatch::SpecialtyMismatch,
    &no_authorization::NoAuthorization,
    &out_of_network::OutOfNetwork,
    &pricing_error::PricingError,
    &incomplete::Incomplete,
    &round_numbers::RoundNumbers,
];

/// The scheme planted at a site's provider. Sites are made of planted providers only; any
/// other would meet the first scheme's hooks as a decoy.
pub fn of(site: &Site) -> &'static dyn Scheme {
    REGISTRY[site.me().plant.map_or(0, |plant| plant.scheme)]
}

#[cfg(test)]
mod tests;
