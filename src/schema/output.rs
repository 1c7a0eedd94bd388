//! The tables of a run folder, as the contract names them.

use super::Kind::{Bool, Date, Float, Int, Money, Quantity, Text, TextList};
pub use super::register::{CASE_MEASURES, CASE_REGISTER, DISPOSITIONS};
use super::{Table, column};

pub const CASES: Table = Table {
    name: "cases",
    about: "One case: an entity with all its findings, ranked; after them, once, cases that were on the list of the run before and are not found any more (status closed: no rank, amounts as last known)",
    sorted_by: &["rank"],
    columns: &[
        column(
            "case_id",
            Text,
            "Stable identifier: hash of entity type and id",
        ),
        column(
            "rank",
            Int,
            "1 is the case to look at first, by priority_amount; null for a closed case",
        ),
        column("entity_type", Text, "provider, member or group"),
        column("entity_id", Text, "Identifier of the entity"),
        column("entity_name", Text, "Name where the provider table has one"),
        column("specialty", Text, "Declared specialty"),
        column(
            "peer_group",
            Text,
            "Peer group of the strongest statistical finding",
        ),
        column(
            "peer_count",
            Int,
            "Providers in that peer group with enough volume, the entity included; of a group the tested pairs of its area",
        ),
        column(
            "schemes",
            TextList,
            "Schemes that the findings point to, strongest first",
        ),
        column(
            "status",
            Text,
            "new, continuing, grown, shrunk or closed, against the previous run; a case cleared earlier that is back is grown, against what was cleared",
        ),
        column(
            "p_value",
            Float,
            "Combined p-value of the entity's list tests; null where only edits made the case",
        ),
        column(
            "q_value",
            Float,
            "Benjamini-Hochberg q-value over the tested entities of this type whose p_value is at most 0.5 (1 for the others), no less than a third of that over all of them",
        ),
        column(
            "local_fdr",
            Float,
            "Estimated probability that the case's statistics are noise",
        ),
        column(
            "stability",
            Float,
            "Share of perturbed analyses (other peers, other levels) in which the case stays on the list; null where only edits made it",
        ),
        column(
            "exposure_amount",
            Money,
            "Dollars at risk, each line once within the case; as last known where closed",
        ),
        column(
            "exposure_lower",
            Money,
            "The same at the lower bound of the ratios",
        ),
        column(
            "priority_amount",
            Money,
            "Exposure times the confidence in each finding or, where the re-ranking is on, times confirm_probability; null for a closed case",
        ),
        column(
            "paid_amount",
            Money,
            "Everything paid to the provider, or for the member (drugs too), on active lines; allowed where paid is absent",
        ),
        column("claim_count", Int, "Claims among the evidence lines"),
        column(
            "member_ids",
            TextList,
            "Providers of a group, ascending; empty for other entities",
        ),
        column("finding_count", Int, "Findings of the case"),
        column("summary", Text, "The case in one sentence"),
        column(
            "first_flagged",
            Date,
            "As-of date of the run that first flagged the entity",
        ),
        column(
            "disposition",
            Text,
            "confirmed, cleared or pending, the latest that came back; cleared here means that the case is materially worse than what was cleared",
        ),
        column(
            "disposition_date",
            Date,
            "When that was decided, as the reviewer dates it",
        ),
        column(
            "status_note",
            Text,
            "Why a cleared case is back; of a closed one that nothing is found, and which of its detectors could not speak; null otherwise",
        ),
        column(
            "unsupervised_rank",
            Int,
            "Rank by exposure times confidence alone: what the re-ranking moved; null for a closed case",
        ),
        column(
            "confirm_probability",
            Float,
            "Calibrated probability that a review confirms the case, from reviewed cases; null where the re-ranking is off",
        ),
    ],
};

pub const FINDINGS: Table = Table {
    name: "findings",
    about: "One reason for a case: a measure beyond its peers, or an edit with its lines",
    sorted_by: &["case_id", "finding_id"],
    columns: &[
        column(
            "finding_id",
            Text,
            "Stable identifier: hash of case, detector and measure",
        ),
        column("case_id", Text, "The case it belongs to"),
        column("entity_type", Text, "provider, member or group"),
        column("entity_id", Text, "Identifier of the entity"),
        column("scheme", Text, "Scheme of the catalogue"),
        column("detector", Text, "Measure or edit that found it"),
        column("kind", Text, "edit, peer, trend, network or cluster"),
        column("measure", Text, "Name of the measure; null for edits"),
        column(
            "observed",
            Float,
            "Observed value per unit of the denominator (share, rate, or geometric mean)",
        ),
        column(
            "expected",
            Float,
            "Expected value on the same scale, from the peers' rates in the same strata",
        ),
        column(
            "ratio",
            Float,
            "Shrunken ratio of observed to expected; 1 is as expected",
        ),
        column("ratio_lower", Float, "Its one-sided 95 % lower bound"),
        column(
            "numerator",
            Float,
            "Observed count (share, rate) or number of observations (mean)",
        ),
        column("denominator", Float, "What the numerator is counted in"),
        column("unit", Text, "Independent unit that is counted"),
        column("peer_group", Text, "Peer group with its level"),
        column(
            "peer_count",
            Int,
            "Providers in the peer group with enough volume, the entity included",
        ),
        column(
            "z",
            Float,
            "Standardised score under the peer group's null; positive is suspicious",
        ),
        column("p_value", Float, "One-sided p-value of a ratio above 1"),
        column(
            "q_value",
            Float,
            "Benjamini-Hochberg q-value of the entity the finding belongs to",
        ),
        column(
            "exposure_amount",
            Money,
            "Dollars at risk on the finding's lines",
        ),
        column(
            "exposure_lower",
            Money,
            "The same at the lower bound of the ratio",
        ),
        column("reason", Text, "The finding in words"),
        column("counterpoint", Text, "What speaks for the entity"),
        column("source", Text, "Where the rule or measure comes from"),
        column(
            "reference_vintage",
            Text,
            "Reference tables used, with their vintage",
        ),
    ],
};

pub const EVIDENCE: Table = Table {
    name: "evidence",
    about: "One claim line behind one finding",
    sorted_by: &[
        "case_id",
        "finding_id",
        "data_source",
        "claim_id",
        "claim_line_number",
    ],
    columns: &[
        column("finding_id", Text, "The finding it supports"),
        column("case_id", Text, "The case it belongs to"),
        column(
            "entity_id",
            Text,
            "Identifier of the entity; of a group the line's provider",
        ),
        column("data_source", Text, "Source system of the line"),
        column("claim_id", Text, "Claim identifier"),
        column("claim_line_number", Int, "Line number within the claim"),
        column("person_id", Text, "Member"),
        column("service_date", Date, "Service date of the line"),
        column("hcpcs_code", Text, "Procedure code"),
        column("modifiers", Text, "Modifiers joined by a blank"),
        column("drg_code", Text, "Diagnosis related group"),
        column("units", Quantity, "Service units"),
        column("paid_amount", Money, "Paid on the line"),
        column("allowed_amount", Money, "Allowed on the line"),
        column(
            "questioned_amount",
            Money,
            "What of the line the rule questions: the whole amount or a price gap",
        ),
        column(
            "amount_at_risk",
            Money,
            "The line's part of the finding's exposure: questioned_amount for an edit, its part (ratio - 1) / ratio for a measure, between 0 and what was paid",
        ),
        column(
            "amount_at_risk_lower",
            Money,
            "The same at the lower bound of the ratio",
        ),
        column(
            "amount_counted_case",
            Money,
            "Counted for the case: each line once, at its largest amount",
        ),
        column(
            "amount_counted_run",
            Money,
            "Counted for the run: each line once over all cases",
        ),
        column(
            "basis",
            Text,
            "paid or allowed: which amount the risk is measured on",
        ),
        column("note", Text, "What is wrong with the line"),
    ],
};

pub const ENTITIES: Table = Table {
    name: "entities",
    about: "Every entity, flagged or not",
    sorted_by: &["entity_type", "entity_id"],
    columns: &[
        column("entity_type", Text, "provider, member or group"),
        column("entity_id", Text, "Identifier of the entity"),
        column("entity_name", Text, "Name where the provider table has one"),
        column("specialty", Text, "Declared specialty"),
        column(
            "tested",
            Bool,
            "Whether it belongs to the set the false discovery rate is stated for",
        ),
        column("measure_count", Int, "Measures that were combined for it"),
        column("p_value", Float, "Combined p-value of the list tests"),
        column(
            "q_value",
            Float,
            "Benjamini-Hochberg q-value over the tested entities of this type whose p_value is at most 0.5 (1 for the others), no less than a third of that over all of them",
        ),
        column(
            "local_fdr",
            Float,
            "Estimated probability that the statistics are noise",
        ),
        column(
            "score",
            Float,
            "How early it would be looked at, 100 first: share of its type (%) that comes after it, cases by rank, then the others by p_value; 0 without either",
        ),
        column(
            "flagged",
            Bool,
            "Whether it has a case on the list; a cleared case that is kept quiet stands in case_register",
        ),
        column("paid_amount", Money, "Paid on active lines"),
        column("allowed_amount", Money, "Allowed on active lines"),
        column("claim_count", Int, "Claims with an active line"),
        column("line_count", Int, "Active lines"),
        column(
            "member_count",
            Int,
            "Distinct members, of a group those it shares; null for members themselves",
        ),
    ],
};

pub const TESTS: Table = Table {
    name: "tests",
    about: "Every entity and measure: scored, or why not",
    sorted_by: &["entity_type", "entity_id", "measure"],
    columns: &[
        column("entity_type", Text, "provider, member or group"),
        column("entity_id", Text, "Identifier of the entity"),
        column("scheme", Text, "Scheme of the catalogue"),
        column("measure", Text, "Name of the measure"),
        column("peer_group", Text, "Peer group with its level"),
        column(
            "numerator",
            Float,
            "Observed count (share, rate) or number of observations (mean)",
        ),
        column("denominator", Float, "What the numerator is counted in"),
        column(
            "observed",
            Float,
            "Observed value per unit of the denominator",
        ),
        column("expected", Float, "Expected value on the same scale"),
        column("ratio", Float, "Shrunken ratio of observed to expected"),
        column("ratio_lower", Float, "Its one-sided 95 % lower bound"),
        column("z", Float, "Standardised score; positive is suspicious"),
        column("p_value", Float, "One-sided p-value of a ratio above 1"),
        column(
            "p_list",
            Float,
            "One-sided p-value of a ratio above the measure's minimum ratio",
        ),
        column("counted", Bool, "Whether the test entered the combination"),
        column(
            "not_scored",
            Text,
            "Why there is no score or it does not count; null where it counts",
        ),
    ],
};

pub const PROVIDER_FEATURES: Table = Table {
    name: "provider_features",
    about: "One provider: volumes and money on active lines",
    sorted_by: &["provider_id"],
    columns: &[
        column("provider_id", Text, "Provider"),
        column(
            "provider_name",
            Text,
            "Name where the provider table has one",
        ),
        column("specialty", Text, "Declared specialty"),
        column("specialty_family", Text, "Family of related specialties"),
        column("taxonomy_code", Text, "Primary NUCC taxonomy code"),
        column("state", Text, "Practice state"),
        column(
            "setting",
            Text,
            "professional, institutional or mixed, by lines",
        ),
        column(
            "behaviour",
            Text,
            "Behavioural cluster, by the services that set it apart; null where the mix says nothing",
        ),
        column("line_count", Int, "Active lines"),
        column("claim_count", Int, "Claims with an active line"),
        column("visit_count", Int, "Distinct member days"),
        column("member_count", Int, "Distinct members"),
        column("active_days", Int, "Distinct service days"),
        column("active_months", Int, "Distinct service months"),
        column("first_service_date", Date, "First service"),
        column("last_service_date", Date, "Last service"),
        column("units", Quantity, "Service units on active lines"),
        column("charge_amount", Money, "Charged on active lines"),
        column("allowed_amount", Money, "Allowed on active lines"),
        column("paid_amount", Money, "Paid on active lines"),
        column(
            "professional_lines",
            Int,
            "Active lines of professional claims",
        ),
        column("denied_lines", Int, "Denied lines"),
        column("reversed_lines", Int, "Reversed or replaced lines"),
        column("tier0_members", Int, "Members with no comorbidity category"),
        column(
            "tier1_members",
            Int,
            "Members with one or two comorbidity categories",
        ),
        column(
            "tier2_members",
            Int,
            "Members with three or four comorbidity categories",
        ),
        column(
            "tier3_members",
            Int,
            "Members with five or more comorbidity categories",
        ),
    ],
};

pub const MEMBER_FEATURES: Table = Table {
    name: "member_features",
    about: "One member: volumes and money on active lines",
    sorted_by: &["person_id"],
    columns: &[
        column("person_id", Text, "Member"),
        column("sex", Text, "female, male or unknown"),
        column("age_band", Text, "Age at the as-of date"),
        column("condition_count", Int, "Elixhauser comorbidity categories"),
        column(
            "condition_tier",
            Int,
            "0, 1, 2, 3 for 0, 1-2, 3-4 and 5 or more categories",
        ),
        column(
            "enrolled_days",
            Int,
            "Days inside enrolment spans; null where the member has none",
        ),
        column("line_count", Int, "Active lines"),
        column("claim_count", Int, "Claims with an active line"),
        column("visit_count", Int, "Distinct provider days"),
        column("provider_count", Int, "Distinct providers"),
        column("allowed_amount", Money, "Allowed on active lines"),
        column("paid_amount", Money, "Paid on active lines"),
    ],
};

pub const PROVIDER_MONTH: Table = Table {
    name: "provider_month",
    about: "One provider in one service month, active lines",
    sorted_by: &["provider_id", "service_month"],
    columns: &[
        column("provider_id", Text, "Provider"),
        column("service_month", Text, "Month as YYYY-MM"),
        column("line_count", Int, "Active lines"),
        column("claim_count", Int, "Claims with a line in the month"),
        column("member_count", Int, "Distinct members in the month"),
        column("charge_amount", Money, "Charged"),
        column("allowed_amount", Money, "Allowed"),
        column("paid_amount", Money, "Paid"),
    ],
};

pub const PROVIDER_CODE: Table = Table {
    name: "provider_code",
    about: "One provider and procedure code, active lines",
    sorted_by: &["provider_id", "hcpcs_code"],
    columns: &[
        column("provider_id", Text, "Provider"),
        column("hcpcs_code", Text, "Procedure code"),
        column("line_count", Int, "Active lines"),
        column("member_count", Int, "Distinct members"),
        column("units", Quantity, "Service units"),
        column("charge_amount", Money, "Charged"),
        column("allowed_amount", Money, "Allowed"),
        column("paid_amount", Money, "Paid"),
    ],
};

pub const PEER_GROUPS: Table = Table {
    name: "peer_groups",
    about: "One measure in one peer group: its null model and its checks",
    sorted_by: &["measure", "peer_group"],
    columns: &[
        column("measure", Text, "Name of the measure"),
        column("peer_group", Text, "Peer group with its level"),
        column(
            "level",
            Text,
            "Back-off level at which the group was formed; behaviour stands in for a specialty not declared",
        ),
        column(
            "provider_count",
            Int,
            "Providers with the minimum denominator",
        ),
        column("mu", Float, "Centre of honest providers' scores"),
        column(
            "tau",
            Float,
            "Spread of honest providers beyond sampling noise",
        ),
        column(
            "phi",
            Float,
            "Design effect: sampling variance against independent units",
        ),
        column(
            "tail_heaviness",
            Float,
            "1 / degrees of freedom of the measure's honest differences; 0 for normal tails",
        ),
        column(
            "skew",
            Float,
            "Skew of the measure's honest differences towards high, from 0 to 1",
        ),
        column(
            "used_count",
            Int,
            "Providers inside the truncation bounds of the fit",
        ),
        column(
            "scored_count",
            Int,
            "Providers of the measure scored over all groups",
        ),
        column(
            "largest_excess",
            Float,
            "Largest F(t) - t of the measure's randomised p-values, t in [0.05, 0.5]",
        ),
        column(
            "upper_share",
            Float,
            "Share of the measure's randomised p-values above 0.99",
        ),
        column(
            "verdict",
            Text,
            "fits, conservative, widespread, not assessable, or null does not fit",
        ),
        column(
            "reason",
            Text,
            "Why the group or measure is not scored; null where it is",
        ),
    ],
};

pub const REJECTS: Table = Table {
    name: "rejects",
    about: "One source row that cannot be used",
    sorted_by: &["source", "row", "column"],
    columns: &[
        column("source", Text, "File the row came from"),
        column(
            "row",
            Int,
            "Data row in that file, the first after the header is 1",
        ),
        column(
            "column",
            Text,
            "Column at fault; null where the whole row is",
        ),
        column(
            "value",
            Text,
            "What was found; shown only with --show-values",
        ),
        column("reason", Text, "Why the row cannot be used"),
    ],
};

pub const HOLDS: Table = Table {
    name: "holds",
    about: "One accepted line that a claims desk would hold",
    sorted_by: &["data_source", "claim_id", "claim_line_number", "reason"],
    columns: &[
        column("data_source", Text, "Source system of the line"),
        column("claim_id", Text, "Claim identifier"),
        column("claim_line_number", Int, "Line number within the claim"),
        column("reason", Text, "What is missing or inconsistent"),
        column("request", Text, "What to ask the provider for"),
    ],
};

pub const COLUMNS: Table = Table {
    name: "columns",
    about: "The data dictionary: one column of one table of this folder",
    sorted_by: &["table_name", "position"],
    columns: &[
        column("table_name", Text, "Table the column belongs to"),
        column("position", Int, "Position in the table, from 1"),
        column("column_name", Text, "Name of the column"),
        column("type", Text, "Arrow type"),
        column("about", Text, "What it holds, with unit and direction"),
    ],
};

/// Every output table, in the order of the data dictionary.
pub const TABLES: &[Table] = &[
    CASES,
    FINDINGS,
    EVIDENCE,
    ENTITIES,
    TESTS,
    PROVIDER_FEATURES,
    MEMBER_FEATURES,
    PROVIDER_MONTH,
    PROVIDER_CODE,
    PEER_GROUPS,
    REJECTS,
    HOLDS,
    CASE_REGISTER,
    CASE_MEASURES,
    DISPOSITIONS,
    COLUMNS,
];
