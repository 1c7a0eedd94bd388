//! Trees that isolate rows by random splits: what both isolation forests are made of.

use std::f64::consts::EULER_GAMMA;

use ndarray::{Array2, ArrayView1, ArrayView2};
use rand::RngExt;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::stream;

/// Trees and rows of each: the paper finds no gain beyond them.
pub const TREES: usize = 100;
pub const SAMPLE: usize = 256;
/// Rows scored by one task.
const CHUNK: usize = 1024;

/// How a node splits its rows: below goes left.
pub trait Split: Send + Sync + Sized {
    /// A random split of these rows that leaves none of both sides empty; `None` where there is
    /// none.
    fn draw(rows: ArrayView2<f64>, members: &[usize], random: &mut ChaCha8Rng) -> Option<Self>;
    fn is_left(&self, row: ArrayView1<f64>) -> bool;
    /// The column it is by, where it is by one.
    fn column(&self) -> Option<usize>;
}

enum Node<S> {
    Leaf {
        /// Path length to here, with what the rows left here would add.
        length: f64,
    },
    Branch {
        split: S,
        left: usize,
        right: usize,
        /// Parts of the node's rows that go left and right, as information: −log₂.
        information: [f64; 2],
    },
}

/// One tree: nodes, the root first.
struct Tree<S> {
    nodes: Vec<Node<S>>,
}

/// A forest over a training matrix.
pub struct Forest<S> {
    trees: Vec<Tree<S>>,
    /// Path length that makes a score of ½.
    normal: f64,
}

/// Mean path length of an unsuccessful search in a binary tree of n rows.
#[must_use]
pub fn mean_path_length(n: usize) -> f64 {
    match n {
        0 | 1 => 0.0,
        2 => 1.0,
        _ => {
            let n = n as f64;
            2.0 * ((n - 1.0).ln() + EULER_GAMMA) - 2.0 * (n - 1.0) / n
        }
    }
}

impl<S: Split> Forest<S> {
    /// Trees over random subsets of the rows, each from a stream of its own.
    #[must_use]
    pub fn grow(train: ArrayView2<f64>, trees: usize, rows: usize, seed: u64) -> Self {
        let rows = rows.min(train.nrows());
        let depth = (rows.max(2) as f64).log2().ceil() as usize;
        let trees = (0..trees as u64)
            .into_par_iter()
            .map(|tree| {
                let mut random = stream(seed, tree);
                let members = sample(&mut random, train.nrows(), rows).into_vec();
                let mut nodes = Vec::new();
                grow(train, &members, depth, 0, &mut random, &mut nodes);
                Tree { nodes }
            })
            .collect();
        Self {
            trees,
            normal: mean_path_length(rows),
        }
    }

    /// 2^(−mean path length / normal one) for each row, and the information that the splits of
    /// each column gave about it (rows × columns).
    #[must_use]
    pub fn score(&self, rows: ArrayView2<f64>) -> (Vec<f64>, Array2<f64>) {
        let mut parts = Array2::zeros(rows.dim());
        let mut raw = vec![0.0; rows.nrows()];
        raw.par_chunks_mut(CHUNK)
            .zip(
                parts
                    .axis_chunks_iter_mut(ndarray::Axis(0), CHUNK)
                    .into_par_iter(),
            )
            .zip(
                rows.axis_chunks_iter(ndarray::Axis(0), CHUNK)
                    .into_par_iter(),
            )
            .for_each(|((raw, mut parts), rows)| {
                for tree in &self.trees {
                    for ((raw, part), row) in raw
                        .iter_mut()
                        .zip(parts.outer_iter_mut())
                        .zip(rows.outer_iter())
                    {
                        *raw += tree.descend(row, part);
                    }
                }
                for raw in raw {
                    let mean = *raw / self.trees.len() as f64;
                    *raw = (-mean / self.normal).exp2();
                }
            });
        (raw, parts)
    }
}

fn grow<S: Split>(
    rows: ArrayView2<f64>,
    members: &[usize],
    depth: usize,
    level: usize,
    random: &mut ChaCha8Rng,
    nodes: &mut Vec<Node<S>>,
) -> usize {
    let here = nodes.len();
    let split = if level < depth && members.len() > 1 {
        S::draw(rows, members, random)
    } else {
        None
    };
    let Some(split) = split else {
        let length = level as f64 + mean_path_length(members.len());
        nodes.push(Node::Leaf { length });
        return here;
    };
    nodes.push(Node::Leaf { length: 0.0 });
    let (left, right): (Vec<usize>, Vec<usize>) = members
        .iter()
        .partition(|member| split.is_left(rows.row(**member)));
    let information = [left.len(), right.len()].map(|part| {
        let part = part.max(1) as f64;
        (members.len() as f64 / part).log2()
    });
    let left = grow(rows, &left, depth, level + 1, random, nodes);
    let right = grow(rows, &right, depth, level + 1, random, nodes);
    nodes[here] = Node::Branch {
        split,
        left,
        right,
        information,
    };
    here
}

impl<S: Split> Tree<S> {
    fn descend(&self, row: ArrayView1<f64>, mut part: ndarray::ArrayViewMut1<f64>) -> f64 {
        let mut at = 0;
        loop {
            match &self.nodes[at] {
                Node::Leaf { length } => return *length,
                Node::Branch {
                    split,
                    left,
                    right,
                    information,
                } => {
                    let is_left = split.is_left(row);
                    if let Some(column) = split.column() {
                        part[column] += information[usize::from(!is_left)];
                    }
                    at = if is_left { *left } else { *right };
                }
            }
        }
    }
}

/// Uniform between two numbers, never the lower one unless they are equal.
pub fn between(low: f64, high: f64, random: &mut ChaCha8Rng) -> f64 {
    high - random.random::<f64>() * (high - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_lengths_of_the_paper() {
        // c(256) = 2 (ln 255 + 0.5772) − 2 · 255 / 256 = 10.244.
        assert!((mean_path_length(256) - 10.2448).abs() < 1e-3);
        assert!(mean_path_length(2) < mean_path_length(3));
    }
}
