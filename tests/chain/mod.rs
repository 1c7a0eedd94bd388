//! The statistical chain of one measure, from cells to p-values, for tests and benches.

// Each of its users needs a part.
#![allow(dead_code)]

use claimhound::stats::admission::{Admission, admission};
use claimhound::stats::between::shrink_tau;
use claimhound::stats::null::{Null, fit};
use claimhound::stats::p_value::{PValue, p_value};
use claimhound::stats::score::{Score, mark_many_zeros, score};
use claimhound::stats::shape::{Effects, Shape, cross_fit, fold, residual};
use claimhound::stats::standardise::{Cell, standardise};
use claimhound::stats::uniform::uniform;
use claimhound::stats::{Direction, Kind, Skip};

/// One entity's score with its group.
pub struct Member {
    pub score: Score,
    pub group: usize,
    pub key: u64,
}

/// A measure's outcome, members in the order of groups and entities.
pub struct Judged {
    pub members: Vec<Member>,
    pub p: Vec<PValue>,
    pub admission: Admission,
    pub shape: Shape,
}

/// Which law of honest effects stands behind the p-values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tails {
    /// Normal, as without [`claimhound::stats::shape`].
    Normal,
    /// Fitted.
    Fitted,
}

/// Cells of one peer group, and the keys of its entities.
pub struct Group {
    pub cells: Vec<Cell>,
    pub parents: Vec<u32>,
    pub keys: Vec<u64>,
    /// Design effect.
    pub phi: f64,
}

/// Scores a measure over its groups.
///
/// # Errors
/// As the steps of the chain.
pub fn judge(kind: Kind, groups: &[Group], min_ratio: f64, law: Tails) -> Result<Judged, Skip> {
    let (mut members, mut nulls): (Vec<Member>, Vec<Null>) = (Vec::new(), Vec::new());
    for (index, group) in groups.iter().enumerate() {
        let expected = standardise(kind, &group.cells, &group.parents, group.keys.len())?;
        let mut scores: Vec<Score> = expected
            .iter()
            .map(|e| score(kind, e))
            .collect::<Result<_, _>>()?;
        mark_many_zeros(kind, &mut scores);
        nulls.push(fit(kind, &scores, group.phi)?);
        let member = |(score, key): (Score, &u64)| Member {
            score,
            group: index,
            key: *key,
        };
        members.extend(scores.into_iter().zip(&group.keys).map(member));
    }
    let nulls = shrink_tau(&nulls);
    let shapes = match law {
        Tails::Normal => [Shape::NORMAL; claimhound::stats::shape::FOLDS],
        Tails::Fitted => {
            let one = |m: &Member| {
                let u = uniform(m.key);
                Ok((
                    m.key,
                    residual(kind, &m.score, &nulls[m.group], Direction::High, u)?,
                ))
            };
            cross_fit(&members.iter().map(one).collect::<Result<Vec<_>, Skip>>()?)
        }
    };
    let effects = shapes.map(|shape| Effects::new(&shape));
    let p: Vec<PValue> = members
        .iter()
        .map(|m| {
            let effects = &effects[fold(m.key)];
            p_value(
                kind,
                &m.score,
                &nulls[m.group],
                effects,
                Direction::High,
                min_ratio,
            )
        })
        .collect::<Result<_, _>>()?;
    let randomised: Vec<f64> = p
        .iter()
        .zip(&members)
        .map(|(p, m)| p.randomised(uniform(m.key)))
        .collect();
    let sizes: Vec<f64> = members.iter().map(|m| m.score.denominator).collect();
    let shape = Shape::mean(&shapes);
    Ok(Judged {
        admission: admission(&randomised, &sizes, shape.skew),
        members,
        p,
        shape,
    })
}
