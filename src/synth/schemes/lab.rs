//! A laboratory that adds tests nobody ordered.

use super::{Scheme, Site};
use crate::synth::claim::{Claim, Line};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, count, pick};
use crate::synth::specialty::Specialty;

/// Tests added to an order, on average.
const ADDED: [f64; 3] = [0.8, 1.8, 4.0];
/// Dear tests that go with anything.
const TESTS: [&str; 9] = [
    "82306", "82607", "80307", "G0480", "G0483", "82728", "84439", "86141", "83540",
];
/// Size of the decoy, a large reference laboratory with ordinary orders.
const DECOY_POPULARITY: f64 = 6.0;

/// See the module.
pub struct Laboratory;

impl Scheme for Laboratory {
    fn name(&self) -> &'static str {
        "lab"
    }

    fn share(&self) -> f64 {
        0.0013
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::Laboratory
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.popularity = provider.popularity.max(DECOY_POPULARITY);
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        for _ in 0..count(rng, strength.of(ADDED)) {
            let code = pick(rng, &TESTS);
            if claim.lines.iter().all(|line| line.code != code) {
                claim.lines.push(Line::new(claim.days.0, code, 1));
            }
        }
    }
}
