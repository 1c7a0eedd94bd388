//! Markets: where members live and providers practise.

use super::random::{Random, between, normal};

/// One metropolitan area.
#[derive(Debug, Clone)]
pub struct Market {
    /// Postal state.
    pub state: &'static str,
    /// First three digits of its ZIP codes.
    pub zip_prefix: &'static str,
    /// Price level against the national fee schedule.
    pub price: f64,
    /// Weight in the population.
    pub weight: f64,
}

/// Postal states and a ZIP prefix inside each (USPS publication 65).
const PLACES: [(&str, &str); 40] = [
    ("OH", "432"),
    ("TX", "770"),
    ("FL", "331"),
    ("PA", "191"),
    ("AZ", "850"),
    ("GA", "303"),
    ("NC", "272"),
    ("WA", "981"),
    ("MO", "631"),
    ("CO", "802"),
    ("MI", "482"),
    ("TN", "372"),
    ("CA", "900"),
    ("NY", "100"),
    ("IL", "606"),
    ("MA", "021"),
    ("MN", "554"),
    ("OR", "972"),
    ("VA", "232"),
    ("WI", "532"),
    ("IN", "462"),
    ("MD", "212"),
    ("LA", "701"),
    ("KY", "402"),
    ("OK", "731"),
    ("NV", "891"),
    ("UT", "841"),
    ("IA", "503"),
    ("KS", "672"),
    ("AL", "352"),
    ("SC", "292"),
    ("NJ", "071"),
    ("CT", "061"),
    ("NM", "871"),
    ("NE", "681"),
    ("AR", "722"),
    ("MS", "392"),
    ("ID", "837"),
    ("NH", "031"),
    ("ME", "041"),
];

/// Providers a market holds, about: enough for a few dozen peers in the large specialties.
const PROVIDERS_PER_MARKET: usize = 240;
/// ZIP codes used within a prefix.
const ZIPS_PER_MARKET: i32 = 40;

/// Draws the markets for a number of providers.
pub fn draw(providers: usize, rng: &mut Random) -> Vec<Market> {
    let count = (providers / PROVIDERS_PER_MARKET).clamp(1, PLACES.len());
    PLACES[..count]
        .iter()
        .map(|&(state, zip_prefix)| Market {
            state,
            zip_prefix,
            price: (0.06 * normal(rng)).exp(),
            weight: (0.25 * normal(rng)).exp(),
        })
        .collect()
}

impl Market {
    /// A five-digit ZIP code inside the market.
    pub fn zip(&self, rng: &mut Random) -> String {
        format!("{}{:02}", self.zip_prefix, between(rng, 1, ZIPS_PER_MARKET))
    }
}
