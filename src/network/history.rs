//! Members out of the rows of one bucket.

use arrow::array::{RecordBatch, StringArray};

use super::graph::{Contact, Member, Party};
use crate::batch::{int, text, text_at};
use crate::error::Result;

/// Feature files that give a bucket's members: days with a provider, and orders.
pub const VISITS: &str = "provider_member__visits";
pub const ORDERS: &str = "provider_member__orders";

/// What a bucket gave.
#[derive(Debug, Clone, Default)]
pub struct Histories {
    pub members: Vec<Member>,
    /// Members left out for having too many providers.
    pub hubs: usize,
    /// Orders and referrals by someone who saw the member.
    pub orders: usize,
}

/// The hash that stands for a member.
#[must_use]
pub fn member_key(person_id: &str) -> u128 {
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&blake3::hash(person_id.as_bytes()).as_bytes()[..16]);
    u128::from_be_bytes(bytes)
}

/// The hash that stands for a provider, or for whoever an order names.
#[must_use]
pub fn provider_key(id: &str) -> u64 {
    let mut bytes = [0_u8; 8];
    bytes.copy_from_slice(&blake3::hash(id.as_bytes()).as_bytes()[..8]);
    u64::from_be_bytes(bytes)
}

/// Reads the members of a bucket from the rows of [`VISITS`] and [`ORDERS`]; `ids` are the
/// providers, ascending. Rows of other providers are left out. Costs O(rows · log rows): a member's
/// providers are counted before any two of them are compared.
///
/// # Errors
/// Where a column is missing.
pub fn members(visits: &RecordBatch, orders: &RecordBatch, ids: &[&str]) -> Result<Histories> {
    let position = |id: &str| ids.binary_search(&id).ok().map(|at| at as u32);
    let (person, provider) = (text(visits, "person_id")?, text(visits, "provider_id")?);
    let (day, zip, state) = (
        int(visits, "service_day")?,
        text(visits, "zip_code")?,
        text(visits, "state")?,
    );
    let mut rows: Vec<(&str, u32, i64, usize)> = Vec::with_capacity(visits.num_rows());
    for row in 0..visits.num_rows() {
        let known = text_at(provider, row).and_then(position);
        if let (Some(person), Some(provider)) = (text_at(person, row), known) {
            rows.push((person, provider, day.value(row), row));
        }
    }
    rows.sort_unstable();
    let named = named_orders(orders, &position)?;
    let mut out = Histories {
        orders: named.len(),
        ..Histories::default()
    };
    let mut later = named.as_slice();
    for visits in rows.chunk_by(|a, b| a.0 == b.0) {
        let (person, .., first) = visits[0];
        let from = later.partition_point(|o| o.0 < person);
        let to = later.partition_point(|o| o.0 <= person);
        let own: Vec<(Party, Party)> = later[from..to].iter().map(|o| (o.1, o.2)).collect();
        later = &later[to..];
        let contacts: Vec<Contact> = visits
            .chunk_by(|a, b| a.1 == b.1)
            .map(|days| Contact {
                provider: days[0].1,
                days: days.iter().map(|d| d.2).collect(),
            })
            .collect();
        let word = |column: &StringArray| {
            let word = text_at(column, first).map(str::trim);
            word.filter(|w| !w.is_empty()).map(str::to_owned)
        };
        let place = (word(zip), word(state));
        match Member::new(member_key(person), place, &contacts, &own) {
            Some(member) => out.members.push(member),
            None => out.hubs += 1,
        }
    }
    Ok(out)
}

/// Orders by member: (member, who served, who ordered).
fn named_orders<'b>(
    orders: &'b RecordBatch,
    position: &dyn Fn(&str) -> Option<u32>,
) -> Result<Vec<(&'b str, Party, Party)>> {
    let (person, provider, orderer) = (
        text(orders, "person_id")?,
        text(orders, "provider_id")?,
        text(orders, "orderer_id")?,
    );
    let party = |id: &str| position(id).map_or_else(|| Party::Other(provider_key(id)), Party::Node);
    let mut named = Vec::with_capacity(orders.num_rows());
    for row in 0..orders.num_rows() {
        let (person, provider) = (text_at(person, row), text_at(provider, row));
        if let (Some(person), Some(provider), Some(orderer)) =
            (person, provider, text_at(orderer, row))
        {
            named.push((person, party(provider), party(orderer)));
        }
    }
    named.sort_unstable();
    Ok(named)
}
