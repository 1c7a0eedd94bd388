//! Services that belong together billed apart: panels with their components, tests with their
//! parts, therapy codes without the modifier that would say they were separate.

use super::{Scheme, Site, Strength};
use crate::synth::claim::{Claim, Line};
use crate::synth::provider::Provider;
use crate::synth::random::{Random, chance, pick, shifted};
use crate::synth::specialty::Specialty;

/// Two codes of which the second is part of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodePair {
    /// The comprehensive code, which is paid.
    pub column_1: &'static str,
    /// The component, which is not paid beside it.
    pub column_2: &'static str,
    /// Whether a modifier can say that the services were separate.
    pub modifier_allowed: bool,
}

const fn pair(column_1: &'static str, column_2: &'static str, modifier_allowed: bool) -> CodePair {
    CodePair {
        column_1,
        column_2,
        modifier_allowed,
    }
}

/// Pairs in the manner of CMS's procedure-to-procedure edits (National Correct Coding
/// Initiative), as far as they are planted: illustrative, not a copy of the edits in force.
/// Honest claims of the generator hold none of them without a proper modifier.
pub const PAIRS: [CodePair; 10] = [
    pair("80053", "80048", false),
    pair("80053", "82565", false),
    pair("80053", "82947", false),
    pair("80053", "84520", false),
    pair("80061", "82465", false),
    pair("80061", "83718", false),
    pair("80061", "84478", false),
    pair("85025", "85027", false),
    pair("93000", "93010", false),
    pair("97530", "97140", true),
];

/// Share of claims with a comprehensive code that get a component.
const SPLIT: [f64; 3] = [0.25, 0.55, 0.90];
/// Components tried on such a claim.
const COMPONENTS: [usize; 3] = [2, 4, 8];
/// Shift of the decoy's use of the proper modifier, logit, and share of its sessions in which
/// both therapies are given.
const DECOY_SHIFT: f64 = 3.0;
const DECOY_BOTH: f64 = 0.6;

/// See the module.
pub struct Unbundling;

impl Scheme for Unbundling {
    fn name(&self) -> &'static str {
        "unbundling"
    }

    fn share(&self) -> f64 {
        0.0030
    }

    fn suits(&self, provider: &Provider) -> bool {
        use Specialty::{Cardiology, Laboratory, PhysicalTherapy};
        matches!(
            provider.specialty,
            Laboratory | Cardiology | PhysicalTherapy
        )
    }

    /// A therapist who gives both therapies, at separate times, and says so.
    fn suits_decoy(&self, provider: &Provider) -> bool {
        provider.specialty == Specialty::PhysicalTherapy
    }

    fn decoy(&self, provider: &mut Provider, _rng: &mut Random) {
        provider.style.modifier_59 = shifted(provider.style.modifier_59, DECOY_SHIFT);
    }

    fn claim(&self, site: &Site, claim: &mut Claim, rng: &mut Random) {
        match site.strength() {
            Some(strength) => split(claim, strength, rng),
            None => properly_modified(claim, rng),
        }
    }
}

fn has(claim: &Claim, code: &str) -> bool {
    claim.lines.iter().any(|line| line.code == code)
}

fn split(claim: &mut Claim, strength: Strength, rng: &mut Random) {
    let pairs: Vec<CodePair> = PAIRS
        .into_iter()
        .filter(|pair| has(claim, pair.column_1))
        .collect();
    if pairs.is_empty() || !chance(rng, strength.of(SPLIT)) {
        return;
    }
    for _ in 0..strength.of(COMPONENTS) {
        let pair = pick(rng, &pairs);
        if !has(claim, pair.column_2) {
            let mut line = Line::new(claim.days.0, pair.column_2, 1);
            if pair.modifier_allowed {
                line.add_modifier("GP");
            }
            claim.lines.push(line);
        }
        for line in &mut claim.lines {
            if pair.modifier_allowed && [pair.column_1, pair.column_2].contains(&line.code) {
                line.remove_modifier("59");
            }
        }
    }
}

fn properly_modified(claim: &mut Claim, rng: &mut Random) {
    if has(claim, "97530") && !has(claim, "97140") && chance(rng, DECOY_BOTH) {
        let line = Line::new(claim.days.0, "97140", 1);
        claim.lines.push(line.with("GP").with("59"));
    }
}
