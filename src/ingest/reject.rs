//! Rows that cannot be used.

use serde::{Deserialize, Serialize};

/// One refused source row: where it is, what was found, and why it cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reject {
    /// The file, by the head of its content hash.
    pub file: i64,
    /// Data row in the file, 1 for the first after the header.
    pub row: i64,
    /// Column at fault; `None` where the whole row is.
    pub column: Option<String>,
    /// The value found; shown to the user only on request, since it may identify a member.
    pub value: Option<String>,
    pub reason: String,
    /// Paid cents of the row, where they could be read.
    pub paid_cents: Option<i64>,
}

impl Reject {
    /// A reject before any amount was read.
    #[must_use]
    pub fn row(
        file: i64,
        row: i64,
        column: Option<String>,
        value: Option<String>,
        reason: String,
    ) -> Reject {
        Reject {
            file,
            row,
            column,
            value,
            reason,
            paid_cents: None,
        }
    }
}
