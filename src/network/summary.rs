//! What the manifest says of the search for groups.

use serde::Serialize;

/// Figures of one search; all 0 where it was not run.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NetworkSummary {
    /// Members with a visit outside hospitals.
    pub members: usize,
    /// Members left out for having more providers than `most_providers`.
    pub members_left_out: usize,
    pub most_providers: usize,
    /// Orders and referrals by someone who saw the member.
    pub orders: usize,
    pub eligible_providers: usize,
    pub fewest_members: u32,
    /// Areas with two eligible providers or more.
    pub areas: usize,
    pub pairs_tested: u64,
    pub pairs_tied: usize,
    pub groups: usize,
    pub rewirings: usize,
}
