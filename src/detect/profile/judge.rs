//! From scores to p-values, over all groups.

use ndarray::Array2;
use rayon::prelude::*;

use super::mirror::{Mirrored, mirrored};
use super::signed::{Scorer, signed};
use super::{Found, LEAST_MEASURES, LEAST_PRESENT, LEAST_ROWS, Profile, Profiles, Table};
use crate::detect::standardise::MOST;
use crate::peers::PeerGroup;
use crate::stats::admission::admission;
use crate::stats::between::shrink_tau;
use crate::stats::multiplicity::{TRUNCATED_AT, cauchy_combination};
use crate::stats::null::{self, Null};
use crate::stats::p_value::PValue;
use crate::stats::score::Score;
use crate::stats::shape::{Residual, Shape};
use crate::stats::tails::normal_quantile_above;
use crate::stats::{Kind, Skip};

/// The rows of one group that can be scored.
struct Matrix {
    /// Entities, ascending.
    entities: Vec<usize>,
    /// Measures.
    columns: Vec<usize>,
    /// Standardised differences, 0 where missing.
    rows: Array2<f64>,
    /// Entries of each row that are there.
    present: Vec<usize>,
}

/// One scorer's scores of a group.
struct Scored {
    /// Freed of what the group's bulk shows, in its spreads.
    standard: Vec<f64>,
    shares: Array2<f64>,
    null: Null,
}

/// p-values of one scorer over all groups, by group and row; `None` for groups it cannot score.
struct Member {
    groups: Vec<Option<(Scored, Vec<f64>)>>,
    heaviness: Option<f64>,
}

pub fn profiles(table: &Table, groups: &[PeerGroup], scorers: &[Scorer]) -> Profiles {
    let matrices: Vec<Result<Matrix, String>> = groups
        .par_iter()
        .map(|group| matrix(table, group))
        .collect();
    let members: Vec<Member> = scorers
        .iter()
        .map(|scorer| member(*scorer, table, groups, &matrices))
        .collect();
    let mut profiles = Vec::new();
    for (position, (group, matrix)) in groups.iter().zip(&matrices).enumerate() {
        for entity in &group.judged {
            let outcome = match matrix {
                Ok(matrix) => found(matrix, &members, position, *entity),
                Err(why) => Err(why.clone()),
            };
            profiles.push(Profile {
                entity: *entity,
                group: Some(position),
                outcome,
            });
        }
    }
    profiles.sort_by_key(|p| p.entity);
    let scored = || {
        profiles
            .iter()
            .filter_map(|p| Some((p, p.outcome.as_ref().ok()?)))
    };
    let (p, sizes): (Vec<f64>, Vec<f64>) = scored()
        .map(|(profile, found)| (found.p.p, table.sizes[profile.entity]))
        .unzip();
    let residuals: Vec<Residual> = scored()
        .map(|(_, found)| Residual {
            z: found.p.z,
            part: 1.0,
        })
        .collect();
    let skew = Shape::fit(&residuals).skew;
    let heaviness = members.iter().filter_map(|m| m.heaviness);
    let shape = Shape {
        heaviness: heaviness.fold(0.0, f64::max),
        skew,
        ..Shape::NORMAL
    };
    let nulls = (0..groups.len()).map(|position| {
        let rows = matrices[position].as_ref().map_or(0, |m| m.entities.len());
        let first = members.iter().find_map(|m| m.groups[position].as_ref());
        let none = Skip::TooFew {
            found: rows,
            needed: LEAST_ROWS,
        };
        (first.map(|(scored, _)| scored.null).ok_or(none), rows)
    });
    Profiles {
        nulls: nulls.collect(),
        admission: admission(&p, &sizes, skew),
        shape,
        profiles,
    }
}

/// Scores every group, and judges all that are judged there among each other's mirror images.
fn member(
    scorer: Scorer,
    table: &Table,
    groups: &[PeerGroup],
    matrices: &[Result<Matrix, String>],
) -> Member {
    let mut scored: Vec<Option<Scored>> = matrices
        .par_iter()
        .map(|matrix| score_group(scorer, table, matrix.as_ref().ok()?))
        .collect();
    share_tau(&mut scored);
    let mut all = Vec::new();
    for (position, (scored, group)) in scored.iter().zip(groups).enumerate() {
        if let (Some(scored), Ok(matrix)) = (scored, &matrices[position]) {
            let rows = group.judged.iter().filter_map(|e| matrix.row(*e));
            all.extend(rows.map(|row| (position, row, scored.standard[row])));
        }
    }
    let standard: Vec<f64> = all.iter().map(|(_, _, w)| *w).collect();
    let Mirrored { p, heaviness } = mirrored(&standard);
    let mut by_row: Vec<Vec<f64>> = scored
        .iter()
        .map(|s| vec![f64::NAN; s.as_ref().map_or(0, |s| s.standard.len())])
        .collect();
    for ((position, row, _), p) in all.into_iter().zip(p) {
        by_row[position][row] = p;
    }
    Member {
        groups: scored
            .into_iter()
            .zip(by_row)
            .map(|(scored, p)| Some((scored?, p)))
            .collect(),
        heaviness,
    }
}

impl Matrix {
    fn row(&self, entity: usize) -> Option<usize> {
        self.entities.binary_search(&entity).ok()
    }
}

/// Columns that most of the judged have, rows that have most of the columns.
fn matrix(table: &Table, group: &PeerGroup) -> Result<Matrix, String> {
    let has = |entity: usize, column: usize| !table.z[[entity, column]].is_nan();
    let most_judged = LEAST_PRESENT * group.judged.len() as f64;
    let columns: Vec<usize> = (0..table.z.ncols())
        .filter(|c| group.judged.iter().filter(|e| has(**e, *c)).count() as f64 >= most_judged)
        .collect();
    if columns.len() < LEAST_MEASURES {
        return Err(format!(
            "fewer than {LEAST_MEASURES} measures scored for most of its peers"
        ));
    }
    let count = |entity: usize| columns.iter().filter(|c| has(entity, **c)).count();
    let enough = |e: &&usize| count(**e) as f64 >= LEAST_PRESENT * columns.len() as f64;
    let entities: Vec<usize> = group.members.iter().filter(enough).copied().collect();
    if entities.len() < LEAST_ROWS {
        return Err(format!(
            "fewer than {LEAST_ROWS} peers with most of the same measures"
        ));
    }
    let rows = Array2::from_shape_fn((entities.len(), columns.len()), |(row, column)| {
        let z = table.z[[entities[row], columns[column]]];
        if z.is_nan() {
            0.0
        } else {
            z.clamp(-MOST, MOST)
        }
    });
    Ok(Matrix {
        present: entities.iter().map(|e| count(*e)).collect(),
        entities,
        columns,
        rows,
    })
}

/// Scores a group's rows and fits what its bulk shows: symmetric scores are centred on 0 and differ
/// in width from group to group.
fn score_group(scorer: Scorer, table: &Table, matrix: &Matrix) -> Option<Scored> {
    let keys: Vec<u64> = matrix.entities.iter().map(|e| table.keys[*e]).collect();
    let signed = signed(scorer, matrix.rows.view(), &keys)?;
    let columns = matrix.columns.len() as f64;
    // What is missing was put at the middle, where it adds nothing: the sum of the others spreads as
    // the root of their number.
    let standard: Vec<f64> = signed
        .score
        .iter()
        .zip(&matrix.present)
        .map(|(score, present)| score * (columns / *present as f64).sqrt())
        .collect();
    let scores: Vec<Score> = standard.iter().map(|d| score_of(*d)).collect();
    let null = null::fit(Kind::Mean, &scores, 1.0).ok()?;
    Some(Scored {
        standard,
        shares: signed.shares,
        null,
    })
}

fn score_of(d: f64) -> Score {
    Score {
        observed: d,
        denominator: 1.0,
        expected: 0.0,
        d,
        sampling: 0.0,
        carried: 0.0,
        exact: false,
    }
}

/// Pulls τ of small groups towards the common value, and puts the scores in units of it.
fn share_tau(scored: &mut [Option<Scored>]) {
    let fits: Vec<Null> = scored.iter().flatten().map(|s| s.null).collect();
    let shared = shrink_tau(&fits);
    for (one, null) in scored.iter_mut().flatten().zip(shared) {
        one.null = null;
        let unit = if null.tau > 0.0 {
            null.tau
        } else {
            f64::INFINITY
        };
        for w in &mut one.standard {
            *w = (*w - null.mu) / unit;
        }
    }
}

/// One entity over all scorers: the Cauchy combination of their p-values (valid under any
/// dependence), and the reasons of the one that finds it most unusual.
fn found(
    matrix: &Matrix,
    members: &[Member],
    group: usize,
    entity: usize,
) -> Result<Found, String> {
    let row = matrix.row(entity).ok_or_else(|| {
        let all = matrix.columns.len();
        format!("fewer than half of its peers' {all} measures scored")
    })?;
    let said: Vec<(f64, &Scored)> = members
        .iter()
        .filter_map(|m| m.groups[group].as_ref())
        .map(|(scored, p)| (p[row], scored))
        .collect();
    let each: Vec<f64> = said.iter().map(|(p, _)| *p).collect();
    let p = cauchy_combination(&each, &vec![1.0; each.len()], TRUNCATED_AT)
        .ok_or("no spread: its peers' profiles are alike")?;
    let strongest = said.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    // At least one measure has an even part of the score or more.
    let even = 1.0 / matrix.columns.len() as f64;
    let z = matrix.rows.row(row);
    let mut shares: Vec<(usize, f64)> = Vec::new();
    if let Some((_, scored)) = strongest {
        let parts = matrix.columns.iter().zip(scored.shares.row(row));
        let high = parts
            .zip(z)
            .filter(|((_, share), z)| **share >= even && **z > 0.0);
        shares.extend(high.map(|((column, share), _)| (*column, *share)));
    }
    shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let standard = normal_quantile_above(p);
    Ok(Found {
        score: score_of(standard),
        p: PValue {
            p,
            p_list: p,
            beyond: p,
            point: 0.0,
            z: standard,
            exact: false,
        },
        present: matrix.present[row],
        high: z.iter().filter(|z| **z > 0.0).count(),
        shares,
    })
}
