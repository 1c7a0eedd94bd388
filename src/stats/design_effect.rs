//! How much more an entity's own units vary than independent units would.

use super::kind::Kind;
use super::scale::median;
use super::score::score;
use super::skip::Skip;
use super::standardise::Standardised;

/// Entities with two usable halves that an estimate needs: with 30 the median
/// of χ² has a relative standard error near 30 %, which a floor at 1 bears.
pub const MIN_PAIRS: usize = 30;

/// Events (for shares also non-events, for means units) that the halves need on
/// average: below, the log of a count is too coarse for its median square to
/// mean anything.
pub const MIN_HALF_EVENTS: f64 = 5.0;

/// Median of χ² with one degree of freedom, the square of Φ⁻¹(¾).
const MEDIAN_CHI_SQUARE: f64 = 0.454_936_423_119_572_8;

/// A group's design effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DesignEffect {
    /// φ ≥ 1, by which sampling variances are multiplied.
    pub phi: f64,
    /// The estimate before it was held at 1 or more; `None` where not assessed.
    pub raw: Option<f64>,
    /// Entities whose halves could be used.
    pub used: usize,
}

impl DesignEffect {
    /// Independent units, assumed and not estimated.
    pub const NOT_ASSESSED: Self = Self {
        phi: 1.0,
        raw: None,
        used: 0,
    };
}

/// Design effect shared by a peer group, from each entity's two halves.
///
/// The halves split the entity's **members** (not its claims), so that what
/// clusters within a member stays in one half; each has its own O, n and E.
/// Between-entity differences cancel in `d_a − d_b`, whose square over its nominal
/// variance (at the observed counts: an entity's halves differ from each other,
/// not from its peers) is φ χ²₁. The median makes it robust against entities
/// whose halves differ for another reason.
///
/// With fewer than [`MIN_PAIRS`] usable entities φ = 1, with `raw` = `None`.
///
/// # Errors
/// [`Skip::NonFinite`] where a half holds impossible values.
pub fn design_effect(kind: Kind, halves: &[[Standardised; 2]]) -> Result<DesignEffect, Skip> {
    let mut ratios = Vec::with_capacity(halves.len());
    for [first, second] in halves {
        if !usable(kind, first, second) {
            continue;
        }
        let difference = score(kind, first)?.d - score(kind, second)?.d;
        let nominal = at_observed(kind, first) + at_observed(kind, second);
        if nominal > 0.0 {
            ratios.push(difference * difference / nominal);
        }
    }
    let used = ratios.len();
    if used < MIN_PAIRS {
        return Ok(DesignEffect {
            used,
            ..DesignEffect::NOT_ASSESSED
        });
    }
    let raw = median(&ratios).ok_or(Skip::NonFinite)? / MEDIAN_CHI_SQUARE;
    Ok(DesignEffect {
        phi: raw.max(1.0),
        raw: Some(raw),
        used,
    })
}

/// Judged on the two halves together, which says nothing about how they differ.
fn usable(kind: Kind, first: &Standardised, second: &Standardised) -> bool {
    let denominator = first.denominator + second.denominator;
    let observed = first.observed + second.observed;
    let either_empty = first.denominator <= 0.0 || second.denominator <= 0.0;
    let smallest = match kind {
        Kind::Share => observed.min(denominator - observed),
        Kind::Rate => observed,
        Kind::Mean => denominator,
    };
    !either_empty && smallest >= 2.0 * MIN_HALF_EVENTS
}

fn at_observed(kind: Kind, half: &Standardised) -> f64 {
    match kind {
        Kind::Share => 1.0 / (half.observed + 0.5) + 1.0 / (half.denominator - half.observed + 0.5),
        Kind::Rate => 1.0 / (half.observed + 0.5),
        Kind::Mean => half.unit_variance / half.denominator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::draws::Draws;

    fn halves(bundle: f64, entities: u32) -> Vec<[Standardised; 2]> {
        let mut draws = Draws::new(11);
        let mut half = |rate: f64| Standardised {
            observed: bundle * draws.poisson(20.0 * rate / bundle),
            denominator: 100.0,
            expected: 20.0,
            ..Standardised::default()
        };
        (0..entities)
            .map(|e| {
                // Entities differ a lot; that must not matter.
                let rate = 1.0 + f64::from(e % 5);
                [half(rate), half(rate)]
            })
            .collect()
    }

    #[test]
    fn independent_units_give_about_one() {
        let effect = design_effect(Kind::Rate, &halves(1.0, 2000)).unwrap();
        assert!((effect.raw.unwrap() - 1.0).abs() < 0.15, "{effect:?}");
    }

    #[test]
    fn units_in_threes_give_about_three() {
        let effect = design_effect(Kind::Rate, &halves(3.0, 2000)).unwrap();
        assert!((effect.phi - 3.0).abs() < 0.5, "{effect:?}");
    }

    #[test]
    fn too_few_pairs_are_flagged() {
        let effect = design_effect(Kind::Rate, &halves(3.0, 29)).unwrap();
        assert_eq!(
            effect,
            DesignEffect {
                phi: 1.0,
                raw: None,
                used: 29
            }
        );
    }
}
