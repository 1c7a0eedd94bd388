//! The laws by which the providers of a measure are judged: expected values and null models of its
//! peer groups.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::scoring::kind_of;
use super::{Level, MeasureCells, PeerGroup, Place, peer_groups, small_groups};
use crate::features::measure::Measure;
use crate::stats::between::{self, Common, shrink_tau};
use crate::stats::borrowed;
use crate::stats::null::{self, Null};
use crate::stats::score::{Score, mark_many_zeros, score};
use crate::stats::shape::{self, Residual, Shape};
use crate::stats::standardise::{Standardised, standardise};
use crate::stats::{Direction, Kind, Skip, design_effect, uniform};

/// Providers that peer groups of a measure must have.
struct Fewest {
    /// For a null of their own.
    of_their_own: usize,
    /// For a centre of their own at the width of the measure's other groups.
    of_a_centre: usize,
}

impl Fewest {
    /// By the number that is asked for: half as many for a centre. A null is not fitted from fewer
    /// than [`null::MIN_SCORED`], nor a centre from fewer than [`borrowed::MIN_CENTRED`].
    fn of(min_peers: usize) -> Fewest {
        Fewest {
            of_their_own: min_peers.max(null::MIN_SCORED),
            of_a_centre: (min_peers / 2).max(borrowed::MIN_CENTRED),
        }
    }
}

/// What one group gave before τ is shared between groups.
pub(super) struct Fitted {
    pub expected: Vec<Standardised>,
    pub scores: Vec<Result<Score, Skip>>,
    /// Design effect.
    phi: f64,
    pub null: Result<Null, Skip>,
    /// All peers' plain rate.
    pub crude: f64,
}

impl Fitted {
    /// Gives a small group its centre at the width that the others have in common.
    fn borrow_width(&mut self, kind: Kind, common: Option<&Common>) {
        let Some(common) = common.filter(|_| !self.scores.is_empty()) else {
            return;
        };
        let scored: Vec<Score> = self.scores.iter().flatten().copied().collect();
        self.null = borrowed::centred(kind, &scored, self.phi, common);
    }
}

/// The laws by which the providers of a measure are judged.
pub(super) struct Laws {
    /// In the order of level and key.
    pub groups: Vec<(PeerGroup, Fitted)>,
    /// Providers without a group, and the peers that one would have needed.
    pub alone: Vec<usize>,
    pub needed: usize,
    pub shapes: [Shape; shape::FOLDS],
}

impl Laws {
    pub fn fit(
        measure: &Measure,
        cells: &MeasureCells,
        places: &[Place],
        (eligible, keys): (&[usize], &[u64]),
        min_peers: usize,
    ) -> Laws {
        let fewest = Fewest::of(min_peers);
        let widest = measure.widest_peers;
        let (groups, alone) = peer_groups(places, eligible, fewest.of_their_own, widest);
        let kind = kind_of(measure);
        let specialties = specialty_numbers(places);
        let fit = |group: &PeerGroup| {
            // Within one taxonomy there is nothing to cross with.
            let mixed = matches!(group.level, Level::Family | Level::All);
            fit_group(
                measure,
                cells,
                group,
                mixed.then_some(specialties.as_slice()),
            )
        };
        let mut fitted: Vec<Fitted> = groups.par_iter().map(fit).collect();
        share_tau(&mut fitted);
        let shapes = shape::cross_fit(&residuals(kind, &groups, &fitted, keys));
        let mut judged_in: Vec<(PeerGroup, Fitted)> = groups.into_iter().zip(fitted).collect();
        let nulls = judged_in.iter().filter_map(|(_, fit)| fit.null.ok());
        let common = between::common(&nulls.collect::<Vec<Null>>());
        let (small, alone) = match &common {
            Some(_) => small_groups(places, eligible, &alone, fewest.of_a_centre, widest),
            None => (Vec::new(), alone),
        };
        let needed = if common.is_some() {
            fewest.of_a_centre
        } else {
            fewest.of_their_own
        };
        judged_in.extend(small.into_iter().map(|group| {
            let mut fitted = fit(&group);
            fitted.borrow_width(kind, common.as_ref());
            (group, fitted)
        }));
        judged_in.sort_by(|a, b| (a.0.level, &a.0.key).cmp(&(b.0.level, &b.0.key)));
        Laws {
            groups: judged_in,
            alone,
            needed,
            shapes,
        }
    }
}

pub(super) fn fit_group(
    measure: &Measure,
    cells: &MeasureCells,
    group: &PeerGroup,
    specialties: Option<&[u32]>,
) -> Fitted {
    let failed = |skip: Skip| Fitted {
        expected: Vec::new(),
        scores: Vec::new(),
        phi: f64::NAN,
        null: Err(skip),
        crude: f64::NAN,
    };
    let kind = kind_of(measure);
    let count = group.members.len();
    let (all, parents) = cells.group(&group.members, None, specialties);
    let expected = match standardise(kind, &all, &parents, count) {
        Ok(expected) => expected,
        Err(skip) => return failed(skip),
    };
    let halves: Vec<Vec<Standardised>> = (0..2)
        .map(|half| {
            let (cells, parents) = cells.group(&group.members, Some(half), specialties);
            standardise(kind, &cells, &parents, count)
                .unwrap_or_else(|_| vec![Standardised::default(); count])
        })
        .collect();
    let pairs: Vec<[Standardised; 2]> = halves[0]
        .iter()
        .copied()
        .zip(halves[1].iter().copied())
        .map(|(a, b)| [a, b])
        .collect();
    let effect = match design_effect(kind, &pairs) {
        Ok(effect) => effect,
        Err(skip) => return failed(skip),
    };
    let mut scores: Vec<Result<Score, Skip>> = expected.iter().map(|e| score(kind, e)).collect();
    let mut good: Vec<Score> = scores
        .iter()
        .filter_map(|s| s.as_ref().ok().copied())
        .collect();
    mark_many_zeros(kind, &mut good);
    let mut marked = good.iter();
    for slot in scores.iter_mut().filter(|s| s.is_ok()) {
        if let Some(score) = marked.next() {
            *slot = Ok(*score);
        }
    }
    let null = null::fit(kind, &good, effect.phi).or_else(|skip| {
        // Where a least share stands between the list and honest exceptions.
        let rare = measure.minimum_share > 0.0;
        let none_seen = || borrowed::none_seen(kind, &good, effect.phi);
        rare.then(none_seen).flatten().ok_or(skip)
    });
    let (observed, denominator) = expected.iter().fold((0.0, 0.0), |sum, e| {
        (sum.0 + e.observed, sum.1 + e.denominator)
    });
    Fitted {
        expected,
        scores,
        phi: effect.phi,
        null,
        crude: observed / denominator,
    }
}

/// Pulls τ of small groups towards the measure's common value.
fn share_tau(fitted: &mut [Fitted]) {
    let fits: Vec<Null> = fitted
        .iter()
        .filter_map(|f| f.null.as_ref().ok().copied())
        .collect();
    let mut shared = shrink_tau(&fits).into_iter();
    for fit in fitted.iter_mut().filter(|f| f.null.is_ok()) {
        if let Some(null) = shared.next() {
            fit.null = Ok(null);
        }
    }
}

/// Standardised differences of all that are judged, by key: what the shape is fitted on.
fn residuals(
    kind: Kind,
    groups: &[PeerGroup],
    fitted: &[Fitted],
    keys: &[u64],
) -> Vec<(u64, Residual)> {
    let mut all = Vec::new();
    for (group, fit) in groups.iter().zip(fitted) {
        let Ok(null) = &fit.null else { continue };
        let of_judged = |provider: &usize| {
            let key = keys[*provider];
            let position = group.members.binary_search(provider).ok()?;
            let score = fit.scores[position].ok()?;
            let u = uniform::uniform(key);
            let residual = shape::residual(kind, &score, null, Direction::High, u).ok()?;
            Some((key, residual))
        };
        let found: Vec<(u64, Residual)> = group.judged.iter().filter_map(of_judged).collect();
        let z: Vec<f64> = found.iter().map(|(_, residual)| residual.z).collect();
        if shape::is_witness(&z) {
            all.extend(found);
        }
    }
    all
}

/// A number for each specialty, 0 for providers without one.
pub(super) fn specialty_numbers(places: &[Place]) -> Vec<u32> {
    let names: BTreeSet<&str> = places.iter().filter_map(Place::specialty).collect();
    let numbers: BTreeMap<&str, u32> = names.into_iter().zip(1..).collect();
    places
        .iter()
        .map(|p| {
            let number = p.specialty().and_then(|name| numbers.get(name));
            number.copied().unwrap_or(0)
        })
        .collect()
}
