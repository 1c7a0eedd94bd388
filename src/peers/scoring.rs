//! One measure over all its peer groups: expected values, null models, p-values, admission.

use super::laws::{Fitted, Laws};
use super::{Level, MeasureCells, PeerGroup, Place};
use crate::features::measure::{Measure, MeasureKind};
use crate::stats::admission::{Admission, Verdict, admission};
use crate::stats::null::Null;
use crate::stats::p_value::{PValue, above_share, p_value};
use crate::stats::score::Score;
use crate::stats::shape::{self, Effects, Shape};
use crate::stats::shrink::{Ratio, shrink};
use crate::stats::{Direction, Kind, Skip, uniform};

/// A scored test.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    pub score: Score,
    pub p: PValue,
    pub ratio: Ratio,
    /// Observed over all peers' plain rate, before standardisation (ratio of geometric means for a
    /// mean): what standardisation explains is the difference to `ratio`.
    pub crude_ratio: f64,
}

/// One entity on one measure.
#[derive(Debug, Clone)]
pub struct Test {
    /// Position among all entities of the measure's type.
    pub entity: usize,
    /// Position among the measure's groups.
    pub group: Option<usize>,
    pub numerator: f64,
    pub denominator: f64,
    pub outcome: Result<Scored, String>,
}

/// A peer group's null on the measure.
#[derive(Debug, Clone)]
pub struct GroupNull {
    pub key: String,
    pub level: Level,
    /// How many are compared, and who: ascending positions of the entities.
    pub members: usize,
    pub peers: Vec<usize>,
    pub null: Result<Null, Skip>,
}

/// All tests of a measure, in the order of entities, and what they rest on.
pub struct MeasureTests {
    pub tests: Vec<Test>,
    pub groups: Vec<GroupNull>,
    pub admission: Admission,
    /// Shape of honest differences over all groups.
    pub shape: Shape,
    /// Honest effects by which each part of the entities is judged, see [`shape::fold`].
    pub(super) effects: Vec<Effects>,
}

impl MeasureTests {
    /// Tests that were judged by a law of their own, outside this module.
    #[must_use]
    pub fn new(tests: Vec<Test>, groups: Vec<GroupNull>, admission: Admission) -> MeasureTests {
        MeasureTests {
            tests,
            groups,
            admission,
            shape: Shape::NORMAL,
            effects: Vec::new(),
        }
    }

    /// As [`MeasureTests::new`], with the shape of honest differences that was fitted.
    #[must_use]
    pub fn with_shape(
        tests: Vec<Test>,
        groups: Vec<GroupNull>,
        admission: Admission,
        shape: Shape,
    ) -> MeasureTests {
        MeasureTests {
            shape,
            ..MeasureTests::new(tests, groups, admission)
        }
    }

    /// Whether a test enters the combination.
    #[must_use]
    pub fn counts(&self, scored: &Scored) -> bool {
        self.admission.counts(scored.p.exact)
    }

    /// The verdict in the words of the report.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self.admission.verdict {
            Verdict::Admitted => "fits",
            Verdict::Conservative => "conservative",
            Verdict::Widespread => "widespread",
            Verdict::NotAssessable => "not assessable",
            Verdict::DoesNotFit => "null does not fit",
        }
    }
}

/// The measure's kind as the statistics know it.
#[must_use]
pub fn kind_of(measure: &Measure) -> Kind {
    match measure.kind {
        MeasureKind::Share => Kind::Share,
        MeasureKind::Rate => Kind::Rate,
        MeasureKind::Mean => Kind::Mean,
    }
}

/// Scores every provider that bills what the measure counts. `keys` are the hash keys from which
/// the draws of the admission check come.
#[must_use]
pub fn score_measure(
    measure: &Measure,
    cells: &MeasureCells,
    places: &[Place],
    keys: &[u64],
    min_peers: usize,
) -> MeasureTests {
    let totals: Vec<(i64, i64)> = (0..places.len()).map(|p| cells.totals(p)).collect();
    let eligible: Vec<usize> = (0..places.len())
        .filter(|p| totals[*p].1 >= measure.minimum_denominator)
        .collect();
    let Laws {
        groups: judged_in,
        alone,
        needed,
        shapes,
    } = Laws::fit(measure, cells, places, (&eligible, keys), min_peers);
    let kind = kind_of(measure);
    let effects = shapes.map(|shape| Effects::new(&shape));

    let mut tests: Vec<Test> = Vec::new();
    let blank = |provider: usize, group: Option<usize>, outcome| Test {
        entity: provider,
        group,
        numerator: shown(measure, totals[provider].0),
        denominator: totals[provider].1 as f64,
        outcome,
    };
    for (index, (group, fit)) in judged_in.iter().enumerate() {
        for provider in &group.judged {
            let effects = &effects[shape::fold(keys[*provider])];
            let outcome = position(group, *provider)
                .and_then(|position| judge(measure, kind, fit, effects, position))
                .map_err(|skip| skip.to_string());
            tests.push(blank(*provider, Some(index), outcome));
        }
    }
    for provider in alone {
        tests.push(blank(
            provider,
            None,
            Err(format!(
                "fewer than {needed} peers with enough volume, however wide the group"
            )),
        ));
    }
    for (provider, total) in totals
        .iter()
        .enumerate()
        .filter(|(_, t)| t.1 > 0 && t.1 < measure.minimum_denominator)
    {
        let why = format!(
            "{} {}s, fewer than {}",
            total.1, measure.unit, measure.minimum_denominator
        );
        tests.push(blank(provider, None, Err(why)));
    }
    tests.sort_by_key(|t| t.entity);
    let (randomised, sizes): (Vec<f64>, Vec<f64>) = tests
        .iter()
        .filter_map(|t| {
            let scored = t.outcome.as_ref().ok()?;
            let p = scored.p.randomised(uniform::uniform(keys[t.entity]));
            Some((p, t.denominator))
        })
        .unzip();
    let groups = judged_in
        .into_iter()
        .map(|(group, fit)| GroupNull {
            key: group.key,
            level: group.level,
            members: group.members.len(),
            peers: group.members,
            null: fit.null,
        })
        .collect();
    let shape = Shape::mean(&shapes);
    MeasureTests {
        tests,
        groups,
        admission: admission(&randomised, &sizes, shape.skew),
        shape,
        effects: effects.into(),
    }
}

/// A count as it is shown: the number of observations for a mean, whose numerator is a log sum.
fn shown(measure: &Measure, numerator: i64) -> f64 {
    match measure.kind {
        MeasureKind::Mean => numerator as f64 / crate::stats::FIXED_POINT,
        MeasureKind::Share | MeasureKind::Rate => numerator as f64,
    }
}

fn position(group: &PeerGroup, entity: usize) -> Result<usize, Skip> {
    let found = group.members.binary_search(&entity);
    found.map_err(|_| Skip::NoDenominator)
}

/// A ratio no larger than the plain one of observed to expected: where the group's centre lies far
/// below its mean (most show nothing, a few much), the centre alone would make it absurdly large.
fn within_plain(ratio: Ratio, kind: Kind, score: &Score) -> Ratio {
    let plain = match kind {
        Kind::Mean => score.d.exp(),
        Kind::Share | Kind::Rate => score.observed / score.expected,
    };
    let most = if plain.is_finite() {
        plain.max(1.0)
    } else {
        f64::MAX
    };
    let mean = ratio.mean.min(most);
    Ratio {
        mean,
        lower: ratio.lower.min(mean),
    }
}

/// Judges the entity at a position of its group.
pub(super) fn judge(
    measure: &Measure,
    kind: Kind,
    fit: &Fitted,
    effects: &Effects,
    position: usize,
) -> Result<Scored, Skip> {
    let null = fit.null?;
    let score = fit
        .scores
        .get(position)
        .copied()
        .ok_or(Skip::NoDenominator)??;
    let mut p = p_value(
        kind,
        &score,
        &null,
        effects,
        Direction::High,
        measure.minimum_ratio,
    )?;
    if measure.minimum_share > 0.0 {
        let own = above_share(&score, null.phi, measure.minimum_share).ok_or(Skip::NonFinite)?;
        p.p_list = p.p_list.max(own);
    }
    let expected = &fit.expected[position];
    let own = expected.observed / expected.denominator;
    let crude_ratio = if kind == Kind::Mean {
        (own - fit.crude).exp()
    } else {
        own / fit.crude
    };
    Ok(Scored {
        score,
        p,
        ratio: within_plain(shrink(kind, &score, &null), kind, &score),
        crude_ratio,
    })
}
