//! Invented charges: round numbers where others bill their price list.

use super::{Scheme, Site, Strength};
use crate::synth::claim::{Amounts, Claim, Line};
use crate::synth::provider::Provider;
use crate::synth::random::{Purpose, Random, chance, stream};

/// Share of services whose charge is invented.
const INVENTED: [f64; 3] = [0.35, 0.65, 1.0];
/// Charges up to this many cents are multiples of the first step, above of the second.
const SMALL: i64 = 10_000;
const STEPS: (i64, i64) = (1_000, 5_000);
/// The decoy charges a price list at this multiple of the fee schedule.
const DECOY_MULTIPLE: f64 = 2.0;

/// See the module.
pub struct RoundNumbers;

impl Scheme for RoundNumbers {
    fn name(&self) -> &'static str {
        "round_numbers"
    }

    fn share(&self) -> f64 {
        0.0012
    }

    fn suits(&self, provider: &Provider) -> bool {
        provider.specialty.sees_patients_in_office() || provider.specialty.works_in_sessions()
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.style.charge_multiple = DECOY_MULTIPLE;
    }

    fn afterwards(&self, site: &Site, claims: &mut Vec<Claim>, _rng: &mut Random) {
        let Some(strength) = site.strength() else {
            return;
        };
        for claim in claims.iter_mut() {
            if claim.provider == site.provider {
                let lines = claim.lines.iter_mut();
                lines
                    .filter(|line| is_invented(site, strength, line))
                    .for_each(|line| line.amounts = rounded(line.amounts));
            }
        }
    }
}

/// Drawn by service, so that a reversal takes back the charge that was made.
fn is_invented(site: &Site, strength: Strength, line: &Line) -> bool {
    let code = line.code.bytes().fold(0, |sum, b| sum * 37 + u64::from(b));
    let service = code * 100_000 + line.day as u64;
    let mut rng = stream(
        site.world.seed,
        Purpose::Scheme,
        site.member.index,
        (service << 24) | u64::from(site.provider),
    );
    chance(&mut rng, strength.of(INVENTED))
}

/// Rounded up in size, so that nothing is allowed above the charge.
fn rounded(amounts: Amounts) -> Amounts {
    let size = amounts.charge.abs();
    let step = if size <= SMALL { STEPS.0 } else { STEPS.1 };
    let charge = (size + step - 1) / step * step * amounts.charge.signum();
    Amounts { charge, ..amounts }
}
