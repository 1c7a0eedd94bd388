//! Whom a measure, an edit or a case is about.

use serde::{Deserialize, Serialize};

/// A kind of entity that is judged.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum EntityType {
    #[default]
    Provider,
    Member,
    /// Providers who act together.
    Group,
}

impl EntityType {
    /// Every kind, in the order of the reports.
    pub const ALL: [EntityType; 3] = [EntityType::Provider, EntityType::Member, EntityType::Group];

    /// The word in `entity_type`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EntityType::Provider => "provider",
            EntityType::Member => "member",
            EntityType::Group => "group",
        }
    }

    /// The canonical column that identifies it; of a group, each of its providers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            EntityType::Provider | EntityType::Group => "provider_id",
            EntityType::Member => "person_id",
        }
    }
}
