//! What work papers hold beside the columns of the run's tables.

use super::Kind::{Int, Money, Quantity, Text};
use super::{Column, Table, column};

/// Added to `cases` and `findings` where small counts are suppressed.
pub const SUPPRESSION_COLUMNS: &[Column] = &[
    column(
        "member_count",
        Int,
        "Distinct members on the evidence lines",
    ),
    column(
        "suppressed",
        Text,
        "Columns of this row that are blank because they count, or rest on, too few members",
    ),
];

/// Stands for the evidence lines where small counts are suppressed.
pub const EVIDENCE_SUMMARY: Table = Table {
    name: "evidence_summary",
    about: "Evidence lines of one case added up, each line once: by code and month, and what is withheld together",
    sorted_by: &["case_id", "cell", "hcpcs_code", "drg_code", "service_month"],
    columns: &[
        column("case_id", Text, "The case it belongs to"),
        column("entity_id", Text, "Identifier of the entity"),
        column(
            "cell",
            Text,
            "`code and month`, or `withheld together` for the sum of the case's blank rows",
        ),
        column("hcpcs_code", Text, "Procedure code"),
        column("drg_code", Text, "Diagnosis related group"),
        column("service_month", Text, "Month of service as YYYY-MM"),
        column("member_count", Int, "Distinct members"),
        column("claim_count", Int, "Distinct claims"),
        column("line_count", Int, "Distinct lines"),
        column("units", Quantity, "Service units"),
        column("paid_amount", Money, "Paid on the lines"),
        column("allowed_amount", Money, "Allowed on the lines"),
        column("amount_counted_case", Money, "Counted for the case"),
        column("amount_counted_run", Money, "Counted for the run"),
        column(
            "suppressed",
            Text,
            "Columns of this row that are blank because they count, or rest on, too few members",
        ),
    ],
};
