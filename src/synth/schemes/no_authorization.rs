//! Services that need prior authorization, billed and paid without a number.

use super::{Scheme, Site};
use crate::synth::authorization;
use crate::synth::claim::Claim;
use crate::synth::provider::Provider;
use crate::synth::random::{Random, chance};
use crate::synth::specialty::Specialty;

/// Share of claims that need a number and bear none.
const WITHOUT: [f64; 3] = [0.15, 0.40, 0.80];

/// See the module.
pub struct NoAuthorization;

impl Scheme for NoAuthorization {
    fn name(&self) -> &'static str {
        "no_authorization"
    }

    fn share(&self) -> f64 {
        0.0018
    }

    fn suits(&self, provider: &Provider) -> bool {
        matches!(
            provider.specialty,
            Specialty::Oncology | Specialty::Radiology
        )
    }

    /// Reads the emergency department's studies, which could not wait; nothing about it needs
    /// changing.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::Radiology
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        let (Some(strength), Some(span)) = (site.strength(), site.member.coverage(claim.days.0))
        else {
            return;
        };
        let plan = site.member.spans[span].plan;
        if authorization::is_required(plan, claim) && chance(rng, strength.of(WITHOUT)) {
            claim.authorization = None;
        }
    }
}
