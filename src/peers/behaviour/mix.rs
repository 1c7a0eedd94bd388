//! What each provider does: members by family of services, as sparse rows, and their TF-IDF
//! weights.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use super::service::Families;
use crate::batch::{int, text};
use crate::error::Result;
use crate::reference::Reference;

/// Families that more than this part of the providers give tell nobody apart (the usual upper bound
/// on document frequency: Manning, Raghavan & Schütze, *Introduction to Information Retrieval*,
/// 2008, section 2.2.2).
pub const MOST_DOCUMENTS: f64 = 0.5;

/// Families that fewer providers give cannot make a peer group.
pub const LEAST_DOCUMENTS: usize = 5;

/// At most so many families, the most widespread within the bounds: what the components are taken
/// from is a matrix of this size squared, whatever the number of providers.
pub const MOST_SERVICES: usize = 500;

/// Families in a cluster's name.
const NAMED: usize = 3;

/// Members by provider and family.
#[derive(Debug, Clone)]
pub struct Mix {
    /// Families of services in ascending order.
    pub families: Vec<String>,
    /// Family of each code.
    family_of: BTreeMap<String, u32>,
    /// Position among the informative families, by family; `None` outside the bounds.
    column: Vec<Option<u32>>,
    /// ln(providers / providers that give it), by informative family.
    idf: Vec<f64>,
    /// Where each provider's entries begin; one more than providers.
    begin: Vec<usize>,
    /// (family, members), ascending by family within a provider.
    entries: Vec<(u32, u32)>,
}

impl Mix {
    /// Reads the grain provider × code; `ids` are all providers in ascending order.
    ///
    /// # Errors
    /// Where a column is missing.
    pub fn new(batch: &RecordBatch, ids: &[&str], reference: &Reference) -> Result<Mix> {
        let of_code = Families::new(reference)?;
        let (provider, code, members) = (
            text(batch, "provider_id")?,
            text(batch, "hcpcs_code")?,
            int(batch, "member_count")?,
        );
        let mut names: BTreeMap<&str, String> = BTreeMap::new();
        for code in code.iter().flatten() {
            names.entry(code).or_insert_with(|| of_code.of(code));
        }
        let mut families: Vec<String> = names.values().cloned().collect();
        families.sort_unstable();
        families.dedup();
        let position: BTreeMap<&str, u32> = families.iter().map(String::as_str).zip(0..).collect();
        let family_of: BTreeMap<String, u32> = names
            .iter()
            .map(|(code, family)| ((*code).to_owned(), position[family.as_str()]))
            .collect();
        let index: BTreeMap<&str, usize> = ids.iter().copied().zip(0..).collect();
        let mut rows: Vec<(usize, u32, u32)> = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let family = family_of[code.value(row)];
            if let Some(provider) = index.get(provider.value(row)) {
                let members = u32::try_from(members.value(row)).unwrap_or(0);
                rows.push((*provider, family, members));
            }
        }
        rows.sort_unstable();
        let mut begin = vec![0; ids.len() + 1];
        let mut entries: Vec<(u32, u32)> = Vec::with_capacity(rows.len());
        let mut last = None;
        for (provider, family, members) in rows {
            if last == Some((provider, family)) {
                if let Some(entry) = entries.last_mut() {
                    entry.1 += members;
                }
            } else {
                last = Some((provider, family));
                begin[provider + 1] += 1;
                entries.push((family, members));
            }
        }
        for i in 1..begin.len() {
            begin[i] += begin[i - 1];
        }
        let mut mix = Mix {
            column: vec![None; families.len()],
            idf: Vec::new(),
            families,
            family_of,
            begin,
            entries,
        };
        mix.inform();
        Ok(mix)
    }

    /// Chooses the informative families.
    fn inform(&mut self) {
        let mut documents = vec![0_usize; self.families.len()];
        for (family, _) in &self.entries {
            documents[*family as usize] += 1;
        }
        let providers = (0..self.providers())
            .filter(|p| !self.of(*p).is_empty())
            .count();
        let most = MOST_DOCUMENTS * providers as f64;
        let mut within: Vec<usize> = (0..documents.len())
            .filter(|f| documents[*f] >= LEAST_DOCUMENTS && documents[*f] as f64 <= most)
            .collect();
        within.sort_by_key(|f| (std::cmp::Reverse(documents[*f]), *f));
        within.truncate(MOST_SERVICES);
        within.sort_unstable();
        for (column, family) in (0..).zip(&within) {
            self.column[*family] = Some(column);
            let rarity = providers as f64 / documents[*family] as f64;
            self.idf.push(rarity.ln());
        }
    }

    /// The family that a code belongs to; `None` for a code that nobody bills.
    #[must_use]
    pub fn family(&self, code: &str) -> Option<u32> {
        self.family_of.get(code).copied()
    }

    /// Providers, with and without services.
    #[must_use]
    pub fn providers(&self) -> usize {
        self.begin.len() - 1
    }

    /// Informative families.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.idf.len()
    }

    /// (family, members) of a provider.
    #[must_use]
    pub fn of(&self, provider: usize) -> &[(u32, u32)] {
        &self.entries[self.begin[provider]..self.begin[provider + 1]]
    }

    /// Members × families of a provider.
    #[must_use]
    pub fn total(&self, provider: usize) -> u32 {
        self.of(provider).iter().map(|(_, members)| members).sum()
    }

    /// The same over informative families.
    #[must_use]
    pub fn informative(&self, provider: usize) -> u32 {
        let told =
            |(family, members): &(u32, u32)| self.column[*family as usize].map_or(0, |_| *members);
        self.of(provider).iter().map(told).sum()
    }

    /// TF-IDF weights of a provider, ascending by informative family, of length 1: (1 + ln members)
    /// × idf (sublinear term frequency: Manning et al. section 6.4.1).
    #[must_use]
    pub fn weights(&self, provider: usize) -> Vec<(usize, f64)> {
        let mut weights: Vec<(usize, f64)> = self
            .of(provider)
            .iter()
            .filter_map(|(family, members)| {
                let column = self.column[*family as usize]? as usize;
                let often = 1.0 + f64::from((*members).max(1)).ln();
                Some((column, often * self.idf[column]))
            })
            .collect();
        let length = weights.iter().map(|(_, w)| w * w).sum::<f64>().sqrt();
        if length > 0.0 {
            for (_, w) in &mut weights {
                *w /= length;
            }
        }
        weights
    }

    /// A name for each cluster: its families of the highest mean weight. Clusters with the same
    /// name are told apart by a number.
    #[must_use]
    pub fn names(&self, of: &[Option<u32>], clusters: usize) -> Vec<String> {
        let mut weight = vec![vec![0.0; self.columns()]; clusters];
        for (provider, cluster) in of.iter().enumerate() {
            if let Some(cluster) = cluster {
                for (column, w) in self.weights(provider) {
                    weight[*cluster as usize][column] += w;
                }
            }
        }
        let mut family = vec![0; self.columns()];
        for (position, column) in self.column.iter().enumerate() {
            if let Some(column) = column {
                family[*column as usize] = position;
            }
        }
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let name = |weight: Vec<f64>| {
            let mut order: Vec<usize> = (0..weight.len()).filter(|c| weight[*c] > 0.0).collect();
            order.sort_by(|a, b| weight[*b].total_cmp(&weight[*a]).then(a.cmp(b)));
            let first = order.into_iter().take(NAMED);
            let first: Vec<&str> = first.map(|c| self.families[family[c]].as_str()).collect();
            let name = format!("mostly {}", first.join(", "));
            let number = taken.entry(name.clone()).or_default();
            *number += 1;
            if *number > 1 {
                format!("{name} ({number})")
            } else {
                name
            }
        };
        weight.into_iter().map(name).collect()
    }
}
