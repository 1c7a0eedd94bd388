//! The canonical tables: what every layout is turned into, and what all SQL reads.
//!
//! Only `Int`, `Float`, `Text`, `Bool` and `Date` occur, because on these the SQL engines agree.
//! Money is integer cents; beside each date stands the same day as an integer (days since
//! 1970-01-01), so that no SQL needs date arithmetic.

use super::Kind::{Bool, Date, Int, Text};
use super::{Table, column};

/// A claim line that was accepted: amounts allocated, status settled, one provider.
pub const LINE: Table = Table {
    name: "line",
    about: "One accepted claim line",
    sorted_by: &["person_id", "data_source", "claim_id", "claim_line_number"],
    columns: &[
        column("data_source", Text, "Source system the line came from"),
        column("payer", Text, "Payer named on the claim"),
        column("plan", Text, "Plan named on the claim"),
        column(
            "claim_id",
            Text,
            "Claim identifier, unique within data_source",
        ),
        column("claim_line_number", Int, "Line number within the claim"),
        column(
            "claim_type",
            Text,
            "professional, institutional, or the source's other word",
        ),
        column("person_id", Text, "Member"),
        column(
            "member_half",
            Int,
            "0 or 1: a fixed random half of the members, from BLAKE3(person_id)",
        ),
        column(
            "provider_id",
            Text,
            "The one provider the line is attributed to",
        ),
        column(
            "provider_role",
            Text,
            "Which identifier that is: rendering, billing or facility",
        ),
        column("rendering_npi", Text, "Rendering provider identifier"),
        column("billing_npi", Text, "Billing provider identifier"),
        column("facility_npi", Text, "Facility identifier"),
        column("referring_npi", Text, "Referring provider identifier"),
        column("ordering_npi", Text, "Ordering provider identifier"),
        column(
            "billing_tin",
            Text,
            "Tax identification number of the biller",
        ),
        column(
            "service_date",
            Date,
            "Line start date, else claim start date",
        ),
        column("service_day", Int, "service_date as days since 1970-01-01"),
        column(
            "service_end_day",
            Int,
            "Line end date, else claim end date, else service_day",
        ),
        column(
            "service_month",
            Int,
            "Months since January of year 0: year * 12 + month - 1",
        ),
        column("service_weekday", Int, "1 Monday to 7 Sunday"),
        column("claim_start_day", Int, "Claim start date, else service_day"),
        column("claim_end_day", Int, "Claim end date, else service_end_day"),
        column(
            "admission_day",
            Int,
            "Admission date; for bill type 11x the claim start where blank",
        ),
        column(
            "discharge_day",
            Int,
            "Discharge date; for bill type 11x the claim end where blank",
        ),
        column("paid_day", Int, "Paid date"),
        column("bill_type_code", Text, "Institutional type of bill"),
        column("place_of_service_code", Text, "CMS place of service code"),
        column("revenue_center_code", Text, "Revenue code"),
        column("drg_code", Text, "Diagnosis related group"),
        column("hcpcs_code", Text, "HCPCS or CPT procedure code"),
        column(
            "modifiers",
            Text,
            "HCPCS modifiers in order, joined by a blank; empty text where none",
        ),
        column(
            "diagnosis_code_1",
            Text,
            "First diagnosis, upper case without the dot",
        ),
        column("discharge_disposition_code", Text, "Discharge status"),
        column("admit_type_code", Text, "Admission type"),
        column("admit_source_code", Text, "Admission source"),
        column("units_milli", Int, "Service units in thousandths"),
        column("charge_cents", Int, "Billed amount in cents"),
        column("allowed_cents", Int, "Allowed amount in cents"),
        column("paid_cents", Int, "Paid amount in cents"),
        column(
            "member_cents",
            Int,
            "Coinsurance, copayment and deductible together, in cents",
        ),
        column(
            "amount_cents",
            Int,
            "Amount the line is judged by: paid, or allowed where paid is absent",
        ),
        column(
            "amount_basis",
            Text,
            "Which one amount_cents is: paid or allowed",
        ),
        column(
            "amount_level",
            Text,
            "line, or allocated where a claim-level amount was split over the lines",
        ),
        column(
            "line_status",
            Text,
            "paid, zero, denied, reversed or replaced",
        ),
        column(
            "active",
            Bool,
            "True for paid and zero lines: what measures and edits look at",
        ),
        column(
            "claim_frequency_code",
            Text,
            "1 original, 7 replacement, 8 void; from the bill type where absent",
        ),
        column(
            "original_claim_id",
            Text,
            "The claim that this one corrects",
        ),
        column("prior_authorization_number", Text, "Authorization number"),
        column("in_network", Int, "1 in network, 0 out of network"),
        column(
            "npi_ok",
            Bool,
            "False where an identifier present fails the NPI check digit",
        ),
        column(
            "code_ok",
            Bool,
            "False where the procedure code has no valid HCPCS or CPT form",
        ),
        column(
            "diagnosis_ok",
            Bool,
            "False where a diagnosis on the line has no valid ICD form",
        ),
    ],
};

/// A diagnosis of a claim, each code once.
pub const DIAGNOSIS: Table = Table {
    name: "diagnosis",
    about: "One diagnosis code of one claim",
    sorted_by: &["person_id", "data_source", "claim_id", "position"],
    columns: &[
        column("data_source", Text, "Source system the claim came from"),
        column("claim_id", Text, "Claim identifier"),
        column("person_id", Text, "Member"),
        column("position", Int, "1 for the principal diagnosis"),
        column("code", Text, "ICD code, upper case without the dot"),
        column("code_type", Text, "icd-10-cm or icd-9-cm"),
        column(
            "claim_start_day",
            Int,
            "Claim start as days since 1970-01-01",
        ),
    ],
};

/// A member, one row each, whether or not the eligibility table knows them.
pub const MEMBER: Table = Table {
    name: "member",
    about: "One member",
    sorted_by: &["person_id"],
    columns: &[
        column("person_id", Text, "Member"),
        column("birth_day", Int, "Birth date as days since 1970-01-01"),
        column("death_day", Int, "Death date as days since 1970-01-01"),
        column("sex", Text, "female, male or unknown"),
        column("state", Text, "State of residence"),
        column("zip_code", Text, "ZIP code of residence"),
        column(
            "age_band",
            Text,
            "Age at the as-of date: 00-17, 18-44, 45-64, 65-74, 75-84, 85+ or unknown",
        ),
        column(
            "condition_count",
            Int,
            "Elixhauser comorbidity categories among the member's diagnoses",
        ),
        column(
            "condition_tier",
            Int,
            "0, 1, 2, 3 for 0, 1-2, 3-4 and 5 or more categories",
        ),
    ],
};

/// A span of enrolment; touching spans of one plan are merged.
pub const ENROLLMENT: Table = Table {
    name: "enrollment",
    about: "One span of enrolment of one member in one plan",
    sorted_by: &["person_id", "start_day", "payer", "plan"],
    columns: &[
        column("person_id", Text, "Member"),
        column("payer", Text, "Payer of the span"),
        column("plan", Text, "Plan of the span"),
        column("start_day", Int, "First covered day, days since 1970-01-01"),
        column("end_day", Int, "Last covered day, days since 1970-01-01"),
    ],
};

/// A provider as the provider table describes it, or known from claims alone.
pub const PROVIDER: Table = Table {
    name: "provider",
    about: "One provider",
    sorted_by: &["provider_id"],
    columns: &[
        column("provider_id", Text, "NPI or the source's identifier"),
        column("provider_name", Text, "Name as the provider table has it"),
        column("entity_type_code", Text, "1 individual, 2 organisation"),
        column("taxonomy_code", Text, "Primary NUCC taxonomy code"),
        column("specialty", Text, "Declared specialty"),
        column("specialty_family", Text, "Family of related specialties"),
        column("state", Text, "Practice state"),
        column("zip_code", Text, "Practice ZIP code"),
    ],
};

/// A pharmacy claim line.
pub const PHARMACY_LINE: Table = Table {
    name: "pharmacy_line",
    about: "One accepted pharmacy claim line",
    sorted_by: &["person_id", "data_source", "claim_id", "claim_line_number"],
    columns: &[
        column("data_source", Text, "Source system the line came from"),
        column("payer", Text, "Payer named on the claim"),
        column("plan", Text, "Plan named on the claim"),
        column("claim_id", Text, "Claim identifier"),
        column("claim_line_number", Int, "Line number within the claim"),
        column("person_id", Text, "Member"),
        column("prescribing_npi", Text, "Prescriber identifier"),
        column("dispensing_npi", Text, "Pharmacy identifier"),
        column(
            "dispensing_day",
            Int,
            "Dispensing date as days since 1970-01-01",
        ),
        column("paid_day", Int, "Paid date as days since 1970-01-01"),
        column(
            "ndc_code",
            Text,
            "National drug code, 11 digits where the source has them",
        ),
        column("quantity_milli", Int, "Quantity in thousandths"),
        column("days_supply", Int, "Days of supply"),
        column("refills", Int, "Refill number"),
        column("paid_cents", Int, "Paid amount in cents"),
        column("allowed_cents", Int, "Allowed amount in cents"),
    ],
};

/// Every canonical table.
pub const TABLES: &[Table] = &[LINE, DIAGNOSIS, MEMBER, ENROLLMENT, PROVIDER, PHARMACY_LINE];
