//! Claims that lack what their type requires.

use super::{Scheme, Site};
use crate::synth::claim::{Claim, Form};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, below, chance};

/// Share of claims that lack something.
const LACKING: [f64; 3] = [0.06, 0.18, 0.45];
/// A procedure code and a diagnosis code of no valid form.
const NO_PROCEDURE: &str = "99Z1";
const NO_DIAGNOSIS: &str = "25O";

/// See the module.
pub struct Incomplete;

impl Scheme for Incomplete {
    fn name(&self) -> &'static str {
        "incomplete"
    }

    fn share(&self) -> f64 {
        0.0015
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office() || provider.specialty.works_in_sessions()
    }

    /// Writes no more than a claim needs: one diagnosis, no referrer.
    fn claim(&self, site: &Site, claim: &mut Claim, _rng: &mut Random) {
        if site.strength().is_none() {
            claim.diagnoses.truncate(1);
            claim.referring = None;
        }
    }

    fn afterwards(&self, site: &Site, claims: &mut Vec<Claim>, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        for claim in claims.iter_mut() {
            if claim.provider == site.provider && chance(rng, strength.of(LACKING)) {
                blemish(claim, rng);
            }
        }
    }
}

fn blemish(claim: &mut Claim, rng: &mut Random) {
    match below(rng, 4) {
        0 => claim.diagnoses.clear(),
        1 => {
            if let Some(first) = claim.diagnoses.first_mut() {
                *first = NO_DIAGNOSIS;
            }
        }
        kind => {
            let code = if kind == 2 && claim.form == Form::Professional {
                ""
            } else {
                NO_PROCEDURE
            };
            if let Some(line) = claim.lines.first_mut() {
                line.code = code;
            }
        }
    }
}
