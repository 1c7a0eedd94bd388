//! Stays grouped with a major complication that was not there.

use super::{Scheme, Site};
use crate::synth::claim::Claim;
use crate::synth::drg::{self, Severity};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, chance, pick};
use crate::synth::specialty::Specialty;

/// Share of stays without a major complication that get one.
const RAISED: [f64; 3] = [0.18, 0.38, 0.65];
/// Decoy: sickness of a tertiary hospital's members, log per tier, and of its stays, logit.
const DECOY_ACUITY: f64 = 0.5;
const DECOY_SEVERITY: f64 = 0.7;
/// Decoy: its stays are longer, log.
const DECOY_DAYS: f64 = 0.18;

/// See the module.
pub struct DrgUpcoding;

impl Scheme for DrgUpcoding {
    fn name(&self) -> &'static str {
        "drg_upcoding"
    }

    fn share(&self) -> f64 {
        0.0018
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::Hospital
    }

    /// A tertiary hospital: long stays with several major complications.
    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.acuity = DECOY_ACUITY;
        provider.style.severity = DECOY_SEVERITY;
        provider.style.stay_length = DECOY_DAYS;
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        let (Some(strength), Some(stay)) = (site.strength(), claim.stay.as_mut()) else {
            return;
        };
        let Some((family, severity)) = drg::find(stay.drg) else {
            return;
        };
        let major = drg::group_of(family, Severity::Major);
        if severity == Severity::Major || !chance(rng, strength.of(RAISED)) {
            return;
        }
        let obstetric = drg::DELIVERIES.contains(&family);
        let codes: &[_] = if obstetric {
            &drg::MAJOR_OBSTETRIC
        } else {
            &drg::MAJOR
        };
        let code = pick(rng, codes);
        let excluded = claim
            .diagnoses
            .iter()
            .any(|listed| listed[..3] == code[..3]);
        if !excluded {
            stay.drg = major.code;
            claim.diagnoses.insert(1, code);
            claim.diagnoses.truncate(8);
        }
    }
}
