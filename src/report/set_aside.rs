//! The tables of what was not analysed: rejected cells and lines held back.

use super::frame::Frame;
use crate::ingest::reject::Reject;
use crate::schema::output;
use crate::validate::Hold;

/// `rejects`; values only where the user asked for them, since they may identify a member.
#[must_use]
pub fn rejects(rejects: &[Reject], file_name: &dyn Fn(i64) -> String, show_values: bool) -> Frame {
    let mut rows: Vec<(String, &Reject)> = rejects.iter().map(|r| (file_name(r.file), r)).collect();
    rows.sort_by(|a, b| {
        (&a.0, a.1.row, &a.1.column, &a.1.reason).cmp(&(&b.0, b.1.row, &b.1.column, &b.1.reason))
    });
    let mut frame = Frame::new(&output::REJECTS);
    for (source, reject) in rows {
        frame.push(vec![
            source.into(),
            reject.row.into(),
            reject.column.clone().into(),
            reject.value.clone().filter(|_| show_values).into(),
            reject.reason.as_str().into(),
        ]);
    }
    frame
}

/// `holds`.
#[must_use]
pub fn holds(holds: &[Hold]) -> Frame {
    let mut frame = Frame::new(&output::HOLDS);
    for hold in holds {
        frame.push(vec![
            hold.data_source.as_str().into(),
            hold.claim_id.as_str().into(),
            hold.claim_line_number.into(),
            hold.reason.as_str().into(),
            hold.request.as_str().into(),
        ]);
    }
    frame
}
