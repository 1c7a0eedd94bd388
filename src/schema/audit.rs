//! The table of a sample folder.

use super::Kind::{Date, Int, Money, Text};
use super::{Table, column};

pub const SAMPLING_FRAME: Table = Table {
    name: "frame",
    about: "One unit of an audit's sampling frame (in a sample folder, not in a run)",
    sorted_by: &["unit_id"],
    columns: &[
        column("unit_id", Int, "Position in the frame, from 1"),
        column(
            "data_source",
            Text,
            "Source system of the claim; null where the unit is a member",
        ),
        column(
            "claim_id",
            Text,
            "Claim identifier; null where the unit is a member",
        ),
        column(
            "claim_line_number",
            Int,
            "Line number; null where the unit is not a line",
        ),
        column(
            "person_id",
            Text,
            "The one member of its lines; null where a claim names several",
        ),
        column(
            "first_service_date",
            Date,
            "First service date of its lines",
        ),
        column("last_service_date", Date, "Last service date of its lines"),
        column("line_count", Int, "Lines of the scope that it is made of"),
        column("paid_amount", Money, "Paid on these lines, net"),
        column(
            "stratum",
            Int,
            "Stratum it belongs to, from 1, by paid amount",
        ),
        column(
            "random_number",
            Text,
            "Head of SHA-256 of \"<seed>,<unit_id>\", 16 hexadecimal digits; the smallest of a stratum are drawn",
        ),
    ],
};

/// Every table of a sample folder.
pub const TABLES: &[Table] = &[SAMPLING_FRAME];
