//! Extended isolation forest: strange is what few random planes set apart. Planes of any slope
//! leave none of the bands beside clusters that cuts along the columns leave.
//!
//! Hariri, Carrasco Kind & Brunner, *Extended isolation forest*, IEEE TKDE 2021.

use ndarray::{ArrayView1, ArrayView2};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::isolation_tree::{Forest, SAMPLE, Split, TREES, between};
use super::{Detector, Entry, Rows, Scores, enough};
use crate::stats::Skip;

pub const ENTRY: Entry = Entry {
    name: "extended_isolation_forest",
    title: "set apart by few random planes",
    source: "Hariri, Carrasco Kind & Brunner, IEEE TKDE 2021",
    make: || Box::new(ExtendedIsolationForest::default()),
};

/// Planes tried at a node before it becomes a leaf: a plane through a point of the box around the
/// rows may have all of them on one side.
const TRIES: usize = 10;

/// A score in (0, 1), about ½ for ordinary rows. No shares: a plane is of all columns at once.
#[derive(Debug, Clone, Copy)]
pub struct ExtendedIsolationForest {
    pub trees: usize,
    pub sample: usize,
}

impl Default for ExtendedIsolationForest {
    fn default() -> Self {
        Self {
            trees: TREES,
            sample: SAMPLE,
        }
    }
}

impl Detector for ExtendedIsolationForest {
    fn least_rows(&self, _columns: usize) -> usize {
        3
    }

    fn score(&self, train: ArrayView2<f64>, rows: Rows, seed: u64) -> Result<Scores, Skip> {
        enough(train, self.least_rows(train.ncols()))?;
        let forest = Forest::<Plane>::grow(train, self.trees, self.sample, seed);
        Ok(Scores::plain(forest.score(rows.view(&train)).0))
    }
}

/// Rows with (row − point) · normal < 0 go left; kept as row · normal < offset.
struct Plane {
    normal: Vec<f64>,
    offset: f64,
}

impl Split for Plane {
    fn draw(rows: ArrayView2<f64>, members: &[usize], random: &mut ChaCha8Rng) -> Option<Self> {
        let boxed: Vec<(f64, f64)> = (0..rows.ncols())
            .map(|column| {
                let values = members.iter().map(|row| rows[[*row, column]]);
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
                    (l.min(v), h.max(v))
                })
            })
            .collect();
        if boxed.iter().all(|(low, high)| low >= high) {
            return None;
        }
        for _ in 0..TRIES {
            let (mut normal, mut offset) = (Vec::with_capacity(boxed.len()), 0.0);
            for (low, high) in &boxed {
                let slope: f64 = StandardNormal.sample(random);
                offset += slope * between(*low, *high, random);
                normal.push(slope);
            }
            let plane = Self { normal, offset };
            let left = members.iter().filter(|row| plane.is_left(rows.row(**row)));
            if (1..members.len()).contains(&left.count()) {
                return Some(plane);
            }
        }
        None
    }

    fn is_left(&self, row: ArrayView1<f64>) -> bool {
        let product: f64 = row.iter().zip(&self.normal).map(|(x, n)| x * n).sum();
        product < self.offset
    }

    fn column(&self) -> Option<usize> {
        None
    }
}
