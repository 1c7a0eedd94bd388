//! What the reports show of a group: its two measures.

use super::edges::MINIMUM_RATIO;
use crate::features::measure::{Measure, MeasureKind, ShownAs, WidestPeers};
use crate::schema::EntityType;

/// Name of the measure that finds groups.
pub const SHARED_MEMBERS: &str = "shared_members";

/// Name of the measure that speaks beside it.
pub const VISIT_BURSTS: &str = "visit_bursts";

/// Lines behind both: `lines__NAME.sql`.
pub const LINES: &str = "shared_members";

/// The list asks whether so many times as many shared members as usual come in bursts.
pub const MINIMUM_BURST_RATIO: f64 = 1.5;

/// Members shared by the providers of a group, per pair of them.
#[must_use]
pub fn shared_members() -> Measure {
    Measure {
        name: SHARED_MEMBERS.into(),
        title: "members shared by two providers of the group".into(),
        kind: MeasureKind::Rate,
        unit: "provider pair".into(),
        minimum_denominator: 3,
        minimum_ratio: MINIMUM_RATIO,
        supporting: false,
        source: "Barnett et al., Mapping physician networks with self-reported and administrative \
                 data (Health Services Research 2011); Besag & Clifford, Generalized Monte Carlo \
                 significance tests (Biometrika 1989)"
            .into(),
        counterpoint: "Members shared on an order or referral do not count, nor do colleagues \
                       who bill under one number; what remains may be a house of practices, a \
                       programme of several disciplines, or an employer's clinic."
            .into(),
        ..blank()
    }
}

/// Shared members who were with two of the group within a week.
#[must_use]
pub fn visit_bursts() -> Measure {
    Measure {
        name: VISIT_BURSTS.into(),
        title: "share of the shared members who were with two of the group within a week".into(),
        kind: MeasureKind::Share,
        unit: "shared member".into(),
        minimum_denominator: 10,
        minimum_ratio: MINIMUM_BURST_RATIO,
        supporting: true,
        source: "U.S. Senate Special Committee on Aging, Fraud and Abuse Among Practitioners \
                 Participating in the Medicaid Program (1976): ping-ponging"
            .into(),
        counterpoint: "Practices in one building, or an injury treated by several disciplines, \
                       bring members to several providers in one week."
            .into(),
        ..blank()
    }
}

fn blank() -> Measure {
    Measure {
        name: String::new(),
        title: String::new(),
        scheme: "collusion_ring".into(),
        entity: EntityType::Group,
        kind: MeasureKind::Rate,
        cells: String::new(),
        lines: LINES.into(),
        unit: String::new(),
        minimum_denominator: 1,
        minimum_ratio: 1.0,
        minimum_share: 0.0,
        widest_peers: WidestPeers::All,
        required_columns: vec!["member.zip_code or member.state".into()],
        required_reference: Vec::new(),
        drop_constant_strata: false,
        shown_as: ShownAs::Network,
        supporting: false,
        display_factor: 1.0,
        source: String::new(),
        counterpoint: String::new(),
    }
}
