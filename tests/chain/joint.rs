//! Runs of `tests/reference/simulator.py` with eight shares a provider, and lists drawn from them.

// Each of its users needs a part.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs::File;

use claimhound::detect::profile::{Profiles, Scorer, Table, profiles_by};
use claimhound::peers::{Level, PeerGroup};
use claimhound::stats::multiplicity::{EFFECTS_TRUNCATED_AT, cauchy_combination, minimum_effect_q};
use claimhound::stats::standardise::Cell;
use claimhound::stats::tails::normal_quantile_above;
use claimhound::stats::uniform::splitmix64;
use claimhound::stats::{Kind, Skip};
use flate2::read::GzDecoder;
use ndarray::Array2;

use crate::chain::{Group, Judged, Tails, judge};

pub const MEASURES: usize = 8;
const MIN_RATIO: f64 = 1.3;
pub const LEVEL: f64 = 0.05;

/// A provider of the stored file.
#[derive(Debug, Clone)]
pub struct Row {
    pub group: usize,
    /// In standard deviations of honest effects; 0 for the honest.
    pub shift: f64,
    /// Measures that are shifted.
    pub shifted: usize,
    n: i64,
    k: [i64; MEASURES],
}

pub fn stored(law: &str) -> Vec<Vec<Row>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/simulated");
    let file = File::open(format!("{folder}/joint_{law}.csv.gz")).expect("stored runs");
    let mut runs: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
    for row in csv::Reader::from_reader(GzDecoder::new(file)).records() {
        let row = row.expect("a row");
        let number = |at: usize| row[at].parse::<i64>().expect("a number");
        runs.entry(number(0) as u64).or_default().push(Row {
            group: number(1) as usize,
            shift: row[2].parse().expect("a number"),
            shifted: number(3) as usize,
            n: number(4),
            k: std::array::from_fn(|m| number(5 + m)),
        });
    }
    runs.into_values().collect()
}

/// Providers of a run, with their keys.
pub struct Run {
    pub rows: Vec<Row>,
    keys: Vec<u64>,
}

impl Run {
    pub fn new(number: usize, rows: Vec<Row>) -> Run {
        let keys = (0..rows.len() as u64).map(|row| splitmix64((number as u64) << 32 | row));
        Run {
            keys: keys.collect(),
            rows,
        }
    }

    fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (position, row) in self.rows.iter().enumerate() {
            groups.entry(row.group).or_default().push(position);
        }
        groups.into_values().collect()
    }

    pub fn measures(&self) -> Result<Vec<Judged>, Skip> {
        let one = |measure: usize| {
            let group = |members: Vec<usize>| Group {
                cells: (0..)
                    .zip(&members)
                    .map(|(e, m)| Cell::count(0, e, self.rows[*m].k[measure], self.rows[*m].n))
                    .collect(),
                parents: vec![0],
                keys: members.iter().map(|m| self.keys[*m]).collect(),
                phi: 1.0,
            };
            let groups: Vec<Group> = self.groups().into_iter().map(group).collect();
            judge(Kind::Share, &groups, MIN_RATIO, Tails::Fitted)
        };
        (0..MEASURES).map(one).collect()
    }

    /// Each provider's p over the measures that count, with one more beside them.
    pub fn combined(&self, judged: &[Judged], further: Option<&[f64]>) -> Vec<f64> {
        let of = |row: usize| {
            let counted = judged.iter().filter(|m| m.admission.counts(m.p[row].exact));
            let mut p: Vec<f64> = counted.map(|m| m.p[row].p_list).collect();
            p.extend(further.map(|p| p[row]));
            cauchy_combination(&p, &vec![1.0; p.len()], EFFECTS_TRUNCATED_AT).expect("p-values")
        };
        (0..self.rows.len()).map(of).collect()
    }

    pub fn profiles(&self, judged: &[Judged], scorers: &[Scorer]) -> Profiles {
        let z = Array2::from_shape_fn((self.rows.len(), judged.len()), |(row, measure)| {
            normal_quantile_above(judged[measure].p[row].p)
        });
        let sizes: Vec<f64> = self.rows.iter().map(|r| r.n as f64).collect();
        let group = |(key, members): (usize, Vec<usize>)| PeerGroup {
            key: key.to_string(),
            level: Level::Taxonomy,
            judged: members.clone(),
            members,
        };
        let groups: Vec<PeerGroup> = self.groups().into_iter().enumerate().map(group).collect();
        let table = Table {
            z: z.view(),
            keys: &self.keys,
            sizes: &sizes,
        };
        profiles_by(&table, &groups, scorers)
    }
}

/// What came of one list over the runs of a law.
#[derive(Debug, Default)]
pub struct Outcome {
    pub null_with_case: usize,
    pub false_part: Vec<f64>,
    /// By measures shifted and by how much: found and planted.
    pub found: BTreeMap<(usize, String), (usize, usize)>,
}

impl Outcome {
    pub fn add(&mut self, rows: &[Row], p: &[f64]) {
        let q = minimum_effect_q(p);
        let listed = |row: &usize| q[*row] <= LEVEL;
        if rows.iter().all(|r| r.shift <= 0.0) {
            self.null_with_case += usize::from((0..rows.len()).any(|row| listed(&row)));
            return;
        }
        let all = (0..rows.len()).filter(listed).count();
        let wrong = (0..rows.len())
            .filter(|r| listed(r) && rows[*r].shift <= 0.0)
            .count();
        self.false_part.push(wrong as f64 / all.max(1) as f64);
        for (row, of) in rows.iter().enumerate().filter(|(_, r)| r.shift > 0.0) {
            let found = self
                .found
                .entry((of.shifted, of.shift.to_string()))
                .or_default();
            found.0 += usize::from(listed(&row));
            found.1 += 1;
        }
    }

    /// Found of those with this many measures shifted.
    pub fn found(&self, shifted: usize) -> usize {
        let of = self.found.iter().filter(|((s, _), _)| *s == shifted);
        of.map(|(_, found)| found.0).sum()
    }

    /// Mean false part and its standard error.
    pub fn false_discoveries(&self) -> (f64, f64) {
        let n = self.false_part.len() as f64;
        let mean = self.false_part.iter().sum::<f64>() / n;
        let squares: f64 = self.false_part.iter().map(|v| (v - mean).powi(2)).sum();
        (mean, (squares / (n - 1.0) / n).sqrt())
    }
}

/// p-values of profiles, in the order of the rows.
pub fn p_values(profiles: &Profiles) -> Vec<f64> {
    let found = profiles.profiles.iter().map(|p| p.outcome.as_ref());
    found.map(|f| f.expect("scored").p.p).collect()
}

/// p as rank alone, without a model of the tail.
pub fn ranks(p: &[f64]) -> Vec<f64> {
    let at_least = |p_of: &f64| p.iter().filter(|p| *p <= p_of).count();
    let rank = |p_of: &f64| at_least(p_of) as f64 / (p.len() + 1) as f64;
    p.iter().map(rank).collect()
}
