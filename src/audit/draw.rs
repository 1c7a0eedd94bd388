//! The draw: a random number for every unit, and the units with the smallest ones.
//!
//! A unit's random number is the head of SHA-256 of the text `<seed>,<unit_id>`, so it depends on
//! nothing but the seed and the unit's place in the frame. Within a stratum the units are put in the
//! order of their random numbers; the first ones are the sample, the next ones the spares. This is a
//! simple random sample without replacement (permanent random numbers: Ohlsson, *Coordination of
//! samples using permanent random numbers*, in *Business Survey Methods*, 1995), and the way that
//! ballots are drawn in risk-limiting election audits (Rivest, *Consistent sampling with
//! replacement*, arXiv 1808.10016), chosen there for the reason it is chosen here: an opponent can
//! replay it on paper, in a spreadsheet or in a few lines of any language, since SHA-256 (FIPS 180-4)
//! is everywhere. A generator of a numerical library would have to be trusted with its version.
//!
//! With one seed a larger sample of the same frame contains the smaller one: 130 units drawn after a
//! probe of 30 hold the probe's 30. A new seed makes the two independent.

use sha2::{Digest, Sha256};

/// How the draw is replayed, as it stands in every declaration.
pub const ALGORITHM: &str = "SHA-256 random sort, version 1: a unit's random number is the first 8 bytes \
of SHA-256 of the ASCII text \"<seed>,<unit_id>\", read as a big-endian integer; within each stratum the \
units are sorted by random number, then unit_id, and the first ones are drawn";

/// Hexadecimal digits of the frame's hash that a seed is made of where none is given: 48 bits, which
/// every spreadsheet and JSON reader holds exactly.
const SEED_DIGITS: usize = 12;

/// The random number of a unit.
#[must_use]
pub fn random_number(seed: u64, unit_id: u64) -> u64 {
    let digest = Sha256::digest(format!("{seed},{unit_id}"));
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// Units of one stratum in the order in which they are drawn.
#[must_use]
pub fn order(seed: u64, unit_ids: &[u64]) -> Vec<u64> {
    let mut numbered: Vec<(u64, u64)> = unit_ids
        .iter()
        .map(|id| (random_number(seed, *id), *id))
        .collect();
    numbered.sort_unstable();
    numbered.into_iter().map(|(_, id)| id).collect()
}

/// A seed that nobody chose: the head of the frame's SHA-256.
#[must_use]
pub fn seed_of(frame_sha256: &str) -> u64 {
    frame_sha256
        .get(..SEED_DIGITS)
        .and_then(|head| u64::from_str_radix(head, 16).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_number_is_the_head_of_the_hash() {
        // printf '20261104,1' | sha256sum
        assert_eq!(random_number(20_261_104, 1), 0x6a1d_cc56_5b1e_73f6);
        assert_eq!(seed_of("0000000000ff99"), 255);
    }

    #[test]
    fn a_larger_sample_holds_the_smaller_and_every_unit_comes_once() {
        let ids: Vec<u64> = (1..=500).collect();
        let drawn = order(7, &ids);
        assert_eq!(drawn[..30], order(7, &ids)[..30]);
        let mut sorted = drawn.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ids);
        assert_ne!(drawn, order(8, &ids));
    }

    #[test]
    fn every_unit_is_as_likely_as_any() {
        // Share of 4,000 seeds that draw a unit among 3 of 12: 1 in 4, standard error 0.0068.
        let ids: Vec<u64> = (1..=12).collect();
        let mut drawn = [0_u32; 12];
        for seed in 0..4000 {
            for id in &order(seed, &ids)[..3] {
                drawn[*id as usize - 1] += 1;
            }
        }
        for count in drawn {
            assert!((f64::from(count) / 4000.0 - 0.25).abs() < 0.03, "{drawn:?}");
        }
    }
}
