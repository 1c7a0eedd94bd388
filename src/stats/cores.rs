//! Dense cores of a graph: groups whose every tie is part of triangles.

use std::collections::{BTreeMap, BTreeSet};

/// Fewest nodes of a core: two that are tied are a pair, not a group.
pub const SMALLEST: usize = 3;

/// A node belongs to a core if tied to at least this part of it.
pub const BELONGS: f64 = 0.5;

/// Neighbours of each node that has any.
type Neighbours = BTreeMap<u32, BTreeSet<u32>>;

/// The cores of an undirected graph, given by its edges in any order and direction: disjoint, each
/// ascending, in the order of their smallest nodes.
///
/// A core is a connected part of the innermost truss (Cohen, *Trusses: cohesive subgraphs for
/// social network analysis*, 2008: the largest k for which every edge lies in k − 2 triangles),
/// with every node that is tied to at least [`BELONGS`] of it. It is taken out, and the search goes
/// on among the rest while there is a triangle. So two groups that share a tie or a single node
/// stay apart, and nobody is in a core by one tie. Costs O(edges^1.5) a core.
///
/// ```
/// # use claimhound::stats::cores::cores;
/// // A triangle, a bridge, and a triangle with a tail.
/// let edges = [(1, 2), (2, 3), (1, 3), (3, 4), (4, 5), (5, 6), (4, 6), (6, 7)];
/// assert_eq!(cores(&edges), vec![vec![1, 2, 3], vec![4, 5, 6]]);
/// ```
#[must_use]
pub fn cores(edges: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut graph = Neighbours::new();
    for &(a, b) in edges.iter().filter(|(a, b)| a != b) {
        graph.entry(a).or_default().insert(b);
        graph.entry(b).or_default().insert(a);
    }
    let mut found = Vec::new();
    while let Some(inner) = innermost_truss(&graph) {
        let core = grown(first_part(&inner), &graph);
        take_out(&mut graph, &core);
        found.push(core.into_iter().collect::<Vec<u32>>());
    }
    found.sort();
    found
}

/// The truss of the largest k ≥ 3; `None` where no edge lies in a triangle.
fn innermost_truss(graph: &Neighbours) -> Option<Neighbours> {
    let mut rest = graph.clone();
    let mut last = None;
    for triangles in 1.. {
        peel(&mut rest, triangles);
        if rest.is_empty() {
            break;
        }
        last = Some(rest.clone());
    }
    last
}

/// Removes edges in fewer than so many triangles, until none is left.
fn peel(graph: &mut Neighbours, triangles: usize) {
    loop {
        let weak: Vec<(u32, u32)> = graph
            .iter()
            .flat_map(|(a, near)| near.iter().map(move |b| (*a, *b)))
            .filter(|(a, b)| a < b && graph[a].intersection(&graph[b]).count() < triangles)
            .collect();
        if weak.is_empty() {
            return;
        }
        for (a, b) in weak {
            for (from, to) in [(a, b), (b, a)] {
                if let Some(near) = graph.get_mut(&from) {
                    near.remove(&to);
                }
            }
        }
        graph.retain(|_, near| !near.is_empty());
    }
}

/// The connected part of the smallest node.
fn first_part(graph: &Neighbours) -> BTreeSet<u32> {
    let mut part = BTreeSet::new();
    let mut open: Vec<u32> = graph.keys().take(1).copied().collect();
    while let Some(node) = open.pop() {
        if part.insert(node) {
            open.extend(&graph[&node]);
        }
    }
    part
}

/// Adds the nodes tied to at least [`BELONGS`] of the core, round by round.
fn grown(mut core: BTreeSet<u32>, graph: &Neighbours) -> BTreeSet<u32> {
    loop {
        let near: BTreeSet<u32> = core
            .iter()
            .filter_map(|node| graph.get(node))
            .flatten()
            .copied()
            .filter(|node| !core.contains(node))
            .collect();
        let belongs = |node: &u32| {
            let ties = graph[node].intersection(&core).count();
            ties as f64 >= BELONGS * core.len() as f64
        };
        let joining: Vec<u32> = near.into_iter().filter(belongs).collect();
        if joining.is_empty() {
            return core;
        }
        core.extend(joining);
    }
}

fn take_out(graph: &mut Neighbours, nodes: &BTreeSet<u32>) {
    graph.retain(|node, _| !nodes.contains(node));
    for near in graph.values_mut() {
        near.retain(|node| !nodes.contains(node));
    }
    graph.retain(|_, near| !near.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clique(nodes: std::ops::Range<u32>) -> Vec<(u32, u32)> {
        let all = nodes.clone();
        all.flat_map(|a| nodes.clone().map(move |b| (a, b)))
            .filter(|(a, b)| a < b)
            .collect()
    }

    #[test]
    fn a_pair_a_star_and_a_circle_are_no_cores() {
        assert!(cores(&[(1, 2)]).is_empty());
        assert!(cores(&[(1, 2), (1, 3), (1, 4), (1, 5)]).is_empty());
        assert!(cores(&[(1, 2), (2, 3), (3, 4), (4, 1)]).is_empty());
        assert!(cores(&[(1, 1)]).is_empty());
    }

    #[test]
    fn groups_that_share_a_hub_stay_apart() {
        let mut edges = clique(0..5);
        edges.extend(clique(5..10));
        // Tied to two of each.
        edges.extend([(99, 0), (99, 1), (99, 5), (99, 6)]);
        assert_eq!(
            cores(&edges),
            vec![(0..5).collect::<Vec<_>>(), (5..10).collect()]
        );
    }

    #[test]
    fn a_group_with_a_few_ties_missing_stays_whole() {
        let missing = [(0, 7), (1, 6), (2, 5)];
        let edges: Vec<_> = clique(0..8)
            .into_iter()
            .filter(|edge| !missing.contains(edge))
            .collect();
        assert_eq!(cores(&edges), vec![(0..8).collect::<Vec<_>>()]);
    }

    proptest! {
        #[test]
        fn neither_order_nor_direction_matters(
            mut edges in prop::collection::vec((0_u32..14, 0_u32..14), 0..60), turn in 0_usize..60,
        ) {
            let before = cores(&edges);
            for edge in edges.iter_mut().step_by(2) {
                *edge = (edge.1, edge.0);
            }
            let by = turn % edges.len().max(1);
            edges.rotate_left(by);
            prop_assert_eq!(before, cores(&edges));
        }

        #[test]
        fn cores_are_disjoint_and_everyone_has_two_ties(
            edges in prop::collection::vec((0_u32..20, 0_u32..20), 0..120),
        ) {
            let found = cores(&edges);
            let mut seen = BTreeSet::new();
            for core in &found {
                prop_assert!(core.len() >= SMALLEST);
                for node in core {
                    prop_assert!(seen.insert(*node));
                    let tied = |other: &&u32| {
                        edges.contains(&(*node, **other)) || edges.contains(&(**other, *node))
                    };
                    let ties = core.iter().filter(|o| *o != node).filter(tied).count();
                    prop_assert!(ties >= 2);
                }
            }
        }
    }
}
