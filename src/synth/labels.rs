//! `labels.csv`: the truth. One row per planted or decoy entity.

use std::fmt::Write as _;

use super::member::Member;
use super::schemes::{REGISTRY, Role};
use super::world::World;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// provider, member or group.
    pub entity_type: &'static str,
    /// NPI, person identifier, or a ring's number.
    pub entity_id: String,
    /// Name in the scheme catalogue.
    pub scheme: &'static str,
    /// Planted, and how strongly; or a hard negative.
    pub role: Role,
    /// Of a provider, the group it belongs to.
    pub group: Option<String>,
}

/// Header of the file.
const HEADER: &str = "entity_type,entity_id,scheme,strength,role,group_id\n";

/// Labels of providers and rings, in the order of the registry of schemes.
pub fn of_providers(world: &World) -> Vec<Label> {
    let mut labels = Vec::new();
    for (index, scheme) in REGISTRY.iter().enumerate() {
        for provider in &world.register.providers {
            if let Some(plant) = provider.plant.filter(|plant| plant.scheme == index) {
                labels.push(Label {
                    entity_type: "provider",
                    entity_id: provider.npi.clone(),
                    scheme: scheme.name(),
                    role: plant.role,
                    group: plant.ring.map(group_id),
                });
            }
        }
        for (number, ring) in world.rings.0.iter().enumerate() {
            let plant = ring.first().and_then(|&first| world.provider(first).plant);
            if let Some(plant) = plant.filter(|plant| plant.scheme == index) {
                labels.push(Label {
                    entity_type: "group",
                    entity_id: group_id(number),
                    scheme: scheme.name(),
                    role: plant.role,
                    group: None,
                });
            }
        }
    }
    labels
}

/// Identifier of the group of this number.
fn group_id(number: usize) -> String {
    format!("ring-{:03}", number + 1)
}

/// Label of a member who runs a scheme, or only seems to.
pub fn of_member(member: &Member, scheme: &'static str, role: Role) -> Label {
    Label {
        entity_type: "member",
        entity_id: member.person_id(),
        scheme,
        role,
        group: None,
    }
}

/// The file's text.
pub fn to_csv(labels: &[Label]) -> String {
    let mut text = HEADER.to_owned();
    for label in labels {
        let (strength, role) = match label.role {
            Role::Planted(strength) => (strength.word(), "planted"),
            Role::HardNegative => ("", "hard_negative"),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{},{},{},{strength},{role},{}",
            label.entity_type,
            label.entity_id,
            label.scheme,
            label.group.as_deref().unwrap_or_default()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::schemes::Strength;

    #[test]
    fn rows_carry_strength_for_planted_entities_only() {
        let label = |role| Label {
            entity_type: "provider",
            entity_id: "1234567893".to_owned(),
            scheme: "weekend",
            role,
            group: None,
        };
        let text = to_csv(&[
            label(Role::Planted(Strength::Weak)),
            label(Role::HardNegative),
        ]);
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            rows,
            [
                "provider,1234567893,weekend,weak,planted,",
                "provider,1234567893,weekend,,hard_negative,"
            ]
        );
    }
}
