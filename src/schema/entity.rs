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
}

impl EntityType {
    /// Every kind, in the order of the reports.
    pub const ALL: [EntityType; 2] = [EntityType::Provider, EntityType::Member];

    /// The word in `entity_type`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EntityType::Provider => "provider",
            EntityType::Member => "member",
        }
    }

    /// The canonical column that identifies it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            EntityType::Provider => "provider_id",
            EntityType::Member => "person_id",
        }
    }
}
