//! Denials, voids, replacements and reversals: which lines still stand.

use std::collections::BTreeMap;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Stands, with an amount.
    Paid,
    /// Stands, with nothing paid.
    Zero,
    /// Refused by the payer.
    Denied,
    /// Taken back, or the entry that takes it back.
    Reversed,
    /// Superseded by a corrected claim.
    Replaced,
}

impl Status {
    /// The word in the tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Status::Paid => "paid",
            Status::Zero => "zero",
            Status::Denied => "denied",
            Status::Reversed => "reversed",
            Status::Replaced => "replaced",
        }
    }

    /// Whether measures and edits look at the line.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Status::Paid | Status::Zero)
    }
}

/// What adjustment needs to know of a line.
#[derive(Debug, Clone)]
pub struct Adjustable<'a> {
    pub data_source: &'a str,
    pub claim_id: &'a str,
    pub original_claim_id: Option<&'a str>,
    pub frequency: Option<char>,
    pub provider_id: &'a str,
    pub code: &'a str,
    pub claim_start_day: i64,
    pub service_day: i64,
    pub amount: i64,
    pub denied: bool,
}

/// Frequency code of a corrected claim that replaces an earlier one (NUBC type of bill, 4th digit).
const REPLACEMENT: char = '7';
/// Frequency code of a void.
const VOID: char = '8';
/// Words a source uses for a refused line, and the letter of the remittance.
const DENIED_WORDS: [&str; 5] = ["denied", "deny", "d", "rejected", "4"];

/// Whether a claim status word means refused. `4` is the X12 835 CLP02 code for denied.
#[must_use]
pub fn is_denied(claim_status: Option<&str>) -> bool {
    claim_status.is_some_and(|word| DENIED_WORDS.contains(&word))
}

/// Settles the lines of one member, given in claim order: by the original claim's id where it is
/// given, else by the frequency code, else by the opposite amount on the same provider, code and
/// day. A negative line with no counterpart is a take-back of something outside the file and
/// stands apart as reversed.
#[must_use]
pub fn settle(lines: &[Adjustable]) -> Vec<Status> {
    let mut status: Vec<Status> = lines
        .iter()
        .map(|l| match l {
            l if l.denied => Status::Denied,
            l if l.amount == 0 => Status::Zero,
            _ => Status::Paid,
        })
        .collect();
    let corrections = lines
        .iter()
        .any(|l| matches!(l.frequency, Some(REPLACEMENT | VOID)) || l.original_claim_id.is_some());
    let mut by_id = vec![false; lines.len()];
    if corrections {
        settle_corrections(lines, &mut status, &mut by_id);
    }
    if lines.iter().any(|l| l.amount < 0) {
        settle_opposites(lines, &mut status, &by_id);
    }
    status
}

/// `by_id` becomes true of the lines of a void and of the claim that it names: whatever codes they
/// bear, they belong together and take back nothing else.
fn settle_corrections(lines: &[Adjustable], status: &mut [Status], by_id: &mut [bool]) {
    let mut claims: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate() {
        claims
            .entry((line.data_source, line.claim_id))
            .or_default()
            .push(i);
    }
    for (key, rows) in &claims {
        let first = &lines[rows[0]];
        // A denied correction corrects nothing.
        if rows.iter().all(|i| lines[*i].denied) {
            continue;
        }
        let void = match first.frequency {
            Some(VOID) => true,
            Some(REPLACEMENT) => false,
            // An original claim id without a code: a replacement, unless it takes money back.
            _ if first.original_claim_id.is_some() => rows.iter().any(|i| lines[*i].amount < 0),
            _ => continue,
        };
        let original = match first.original_claim_id {
            Some(id) => claims.get_key_value(&(key.0, id)).map(|(k, _)| *k),
            None => only_candidate(lines, &claims, first, *key),
        };
        if let Some(original) = original.filter(|o| o != key) {
            if void {
                for i in rows.iter().chain(&claims[&original]) {
                    by_id[*i] = true;
                }
            }
            for i in &claims[&original] {
                if status[*i] != Status::Denied {
                    status[*i] = if void {
                        Status::Reversed
                    } else {
                        Status::Replaced
                    };
                }
            }
        }
        if void {
            for i in rows {
                status[*i] = Status::Reversed;
            }
        }
    }
}

/// The one original claim of the same provider and start day; `None` where there are several.
fn only_candidate<'a>(
    lines: &[Adjustable<'a>],
    claims: &BTreeMap<(&'a str, &'a str), Vec<usize>>,
    correction: &Adjustable<'a>,
    key: (&'a str, &'a str),
) -> Option<(&'a str, &'a str)> {
    let mut candidates = claims.iter().filter(|(k, rows)| {
        let line = &lines[rows[0]];
        **k != key
            && k.0 == key.0
            && line.provider_id == correction.provider_id
            && line.claim_start_day == correction.claim_start_day
            && !matches!(line.frequency, Some(REPLACEMENT | VOID))
            && !line.denied
    });
    let only = candidates.next()?;
    candidates.next().is_none().then_some(*only.0)
}

fn settle_opposites(lines: &[Adjustable], status: &mut [Status], by_id: &[bool]) {
    let mut open: BTreeMap<(&str, &str, i64, i64), Vec<usize>> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate().rev() {
        if line.amount > 0 && status[i] != Status::Denied && !by_id[i] {
            open.entry((line.provider_id, line.code, line.service_day, line.amount))
                .or_default()
                .push(i);
        }
    }
    for (i, line) in lines.iter().enumerate() {
        if line.amount >= 0 || status[i] == Status::Denied {
            continue;
        }
        status[i] = Status::Reversed;
        if by_id[i] {
            continue;
        }
        let key = (line.provider_id, line.code, line.service_day, -line.amount);
        // A line already superseded by its correction is the first choice of its own reversal.
        if let Some(rows) = open.get_mut(&key) {
            let superseded = rows.iter().rposition(|r| !status[*r].is_active());
            let chosen = superseded.map(|p| rows.remove(p)).or_else(|| rows.pop());
            if let Some(row) = chosen
                && status[row].is_active()
            {
                status[row] = Status::Reversed;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(claim_id: &'static str, amount: i64) -> Adjustable<'static> {
        Adjustable {
            data_source: "s",
            claim_id,
            original_claim_id: None,
            frequency: None,
            provider_id: "p",
            code: "99213",
            claim_start_day: 10,
            service_day: 10,
            amount,
            denied: false,
        }
    }

    #[test]
    fn a_replacement_supersedes_its_original_and_stands() {
        let corrected = Adjustable {
            original_claim_id: Some("a"),
            frequency: Some('7'),
            ..line("b", 80)
        };
        assert_eq!(
            settle(&[line("a", 100), corrected]),
            vec![Status::Replaced, Status::Paid]
        );
    }

    #[test]
    fn a_void_takes_back_its_own_claim_whatever_code_it_bears() {
        let void = Adjustable {
            original_claim_id: Some("a"),
            frequency: Some('8'),
            ..line("b", -100)
        };
        let corrected = Adjustable {
            original_claim_id: Some("a"),
            frequency: Some('7'),
            ..line("c", 100)
        };
        // The original bore a code that the void and the corrected claim put right.
        let original = Adjustable {
            code: "99Z13",
            ..line("a", 100)
        };
        let status = settle(&[original, void, corrected]);
        assert!(!status[0].is_active());
        assert_eq!(status[1..], [Status::Reversed, Status::Paid]);
    }

    #[test]
    fn a_void_takes_both_away() {
        let void = Adjustable {
            original_claim_id: Some("a"),
            frequency: Some('8'),
            ..line("b", -100)
        };
        assert_eq!(
            settle(&[line("a", 100), void]),
            vec![Status::Reversed, Status::Reversed]
        );
    }

    #[test]
    fn reversal_and_correction_leave_the_correction() {
        let lines = [line("a", 100), line("b", -100), line("c", 80)];
        assert_eq!(
            settle(&lines),
            vec![Status::Reversed, Status::Reversed, Status::Paid]
        );
    }

    #[test]
    fn one_reversal_takes_one_of_two_equal_lines() {
        let lines = [line("a", 100), line("b", 100), line("c", -100)];
        let standing = settle(&lines).iter().filter(|s| s.is_active()).count();
        assert_eq!(standing, 1);
    }

    #[test]
    fn denied_lines_and_denied_corrections_change_nothing() {
        let denied = Adjustable {
            denied: true,
            ..line("a", 0)
        };
        assert_eq!(
            settle(&[denied, line("b", 100)]),
            vec![Status::Denied, Status::Paid]
        );
        let correction = Adjustable {
            denied: true,
            original_claim_id: Some("a"),
            frequency: Some('7'),
            ..line("b", 0)
        };
        assert_eq!(
            settle(&[line("a", 100), correction]),
            vec![Status::Paid, Status::Denied]
        );
    }

    #[test]
    fn a_replacement_without_id_needs_one_candidate() {
        let replacement = Adjustable {
            frequency: Some('7'),
            ..line("c", 90)
        };
        assert_eq!(
            settle(&[line("a", 100), replacement.clone()]),
            vec![Status::Replaced, Status::Paid]
        );
        let two = [line("a", 100), line("b", 100), replacement];
        assert_eq!(settle(&two), vec![Status::Paid; 3]);
    }
}
