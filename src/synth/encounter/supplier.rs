//! Equipment suppliers, and laboratories that bill tests of their own accord.

use super::Chart;
use crate::synth::claim::{Claim, Line};
use crate::synth::random::whole;
use crate::synth::visit::Visit;

const HOME: &str = "12";
const INDEPENDENT_LABORATORY: &str = "81";

impl Chart<'_> {
    pub(super) fn supply(
        &mut self,
        visit: &Visit,
        (code, units, modifier): (&'static str, i64, &'static str),
        reason: &'static str,
    ) {
        let habit = self.provider(visit.provider).style.units.exp();
        let units = if units > 1 {
            whole(&mut self.rng, units as f64 * habit).max(1)
        } else {
            units
        };
        let mut claim = Claim::professional(visit.provider, visit.day, HOME);
        claim.ordering = visit.referrer;
        claim.referring = visit.referrer;
        claim.diagnoses = vec![reason];
        claim
            .lines
            .push(Line::new(visit.day, code, units).with(modifier));
        self.file(claim);
    }

    pub(super) fn tests(
        &mut self,
        visit: &Visit,
        codes: &'static [&'static str],
        reason: &'static str,
    ) {
        let mut claim = Claim::professional(visit.provider, visit.day, INDEPENDENT_LABORATORY);
        claim.ordering = visit.referrer;
        claim.referring = visit.referrer;
        claim.diagnoses = vec![reason];
        claim.lines = codes
            .iter()
            .map(|code| Line::new(visit.day, code, 1))
            .collect();
        self.file(claim);
    }
}
