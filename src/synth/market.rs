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
    /// Latitude and longitude of its middle, degrees.
    pub middle: (f64, f64),
    /// Whether one laboratory is all there is.
    pub one_laboratory: bool,
}

/// Postal states, a ZIP prefix inside each (USPS publication 65), and latitude and longitude of
/// the city that the prefix serves, in degrees, to about a kilometre.
const PLACES: [(&str, &str, (f64, f64)); 40] = [
    ("OH", "432", (39.96, -83.00)),
    ("TX", "770", (29.76, -95.37)),
    ("FL", "331", (25.77, -80.19)),
    ("PA", "191", (39.95, -75.16)),
    ("AZ", "850", (33.45, -112.07)),
    ("GA", "303", (33.75, -84.39)),
    ("NC", "272", (36.07, -79.79)),
    ("WA", "981", (47.61, -122.33)),
    ("MO", "631", (38.63, -90.20)),
    ("CO", "802", (39.74, -104.99)),
    ("MI", "482", (42.33, -83.05)),
    ("TN", "372", (36.16, -86.78)),
    ("CA", "900", (34.05, -118.24)),
    ("NY", "100", (40.71, -74.01)),
    ("IL", "606", (41.88, -87.63)),
    ("MA", "021", (42.36, -71.06)),
    ("MN", "554", (44.98, -93.27)),
    ("OR", "972", (45.52, -122.68)),
    ("VA", "232", (37.54, -77.44)),
    ("WI", "532", (43.04, -87.91)),
    ("IN", "462", (39.77, -86.16)),
    ("MD", "212", (39.29, -76.61)),
    ("LA", "701", (29.95, -90.07)),
    ("KY", "402", (38.25, -85.76)),
    ("OK", "731", (35.47, -97.52)),
    ("NV", "891", (36.17, -115.14)),
    ("UT", "841", (40.76, -111.89)),
    ("IA", "503", (41.59, -93.62)),
    ("KS", "672", (37.69, -97.34)),
    ("AL", "352", (33.52, -86.80)),
    ("SC", "292", (34.00, -81.03)),
    ("NJ", "071", (40.74, -74.17)),
    ("CT", "061", (41.76, -72.67)),
    ("NM", "871", (35.08, -106.65)),
    ("NE", "681", (41.26, -95.94)),
    ("AR", "722", (34.75, -92.29)),
    ("MS", "392", (32.30, -90.18)),
    ("ID", "837", (43.62, -116.20)),
    ("NH", "031", (42.99, -71.45)),
    ("ME", "041", (43.66, -70.26)),
];

/// Providers a market holds, about: enough for a few dozen peers in the large specialties.
const PROVIDERS_PER_MARKET: usize = 240;
/// ZIP codes used within a prefix.
const ZIPS_PER_MARKET: i32 = 40;
/// Every so many markets one has a single laboratory.
const ONE_LABORATORY_EVERY: usize = 5;
/// Miles from the middle to the outermost ZIP code.
const RADIUS: f64 = 18.0;
/// Mean radius of the Earth, miles.
const EARTH: f64 = 3_958.8;
/// Miles of a degree of latitude.
const DEGREE: f64 = 69.0;

/// Draws the markets for a number of providers.
pub fn draw(providers: usize, rng: &mut Random) -> Vec<Market> {
    let count = (providers / PROVIDERS_PER_MARKET).clamp(1, PLACES.len());
    (1..)
        .zip(&PLACES[..count])
        .map(|(number, &(state, zip_prefix, middle))| Market {
            state,
            zip_prefix,
            middle,
            one_laboratory: number % ONE_LABORATORY_EVERY == 0,
            price: (0.06 * normal(rng)).exp(),
            weight: (0.25 * normal(rng)).exp(),
        })
        .collect()
}

/// Number of a ZIP code inside any market.
pub fn draw_zip(rng: &mut Random) -> i32 {
    between(rng, 1, ZIPS_PER_MARKET)
}

impl Market {
    /// The five-digit ZIP code of a number.
    pub fn zip(&self, number: i32) -> String {
        format!("{}{number:02}", self.zip_prefix)
    }

    /// Its ZIP codes with the latitude and longitude of their centroids, degrees: on a spiral
    /// about the middle.
    pub fn zips(&self) -> impl Iterator<Item = (String, (f64, f64))> {
        /// Turn from one to the next, radians: the golden angle spreads them evenly.
        const TURN: f64 = 2.399_963;
        (1..=ZIPS_PER_MARKET).map(|number| {
            let radius = RADIUS * (f64::from(number) / f64::from(ZIPS_PER_MARKET)).sqrt();
            let (east, north) = (TURN * f64::from(number)).sin_cos();
            let (latitude, longitude) = self.middle;
            let shrink = latitude.to_radians().cos();
            let place = (
                latitude + radius * north / DEGREE,
                longitude + radius * east / (DEGREE * shrink),
            );
            (self.zip(number), place)
        })
    }

    /// Great-circle miles between the middles of two markets.
    pub fn miles_to(&self, other: &Self) -> f64 {
        let (a, b) = (self.middle, other.middle);
        let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
        let cosines = a.0.to_radians().cos() * b.0.to_radians().cos();
        2.0 * EARTH * (half(a.0, b.0) + cosines * half(a.1, b.1)).sqrt().asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::random::{Purpose, stream};

    #[test]
    fn distances_are_those_of_the_map() {
        let markets = draw(100_000, &mut stream(1, Purpose::Register, 0, 0));
        let find = |state: &str| markets.iter().find(|m| m.state == state);
        if let (Some(ohio), Some(texas), Some(illinois), Some(wisconsin)) =
            (find("OH"), find("TX"), find("IL"), find("WI"))
        {
            assert!((ohio.miles_to(texas) - 992.0).abs() < 15.0);
            assert!((illinois.miles_to(wisconsin) - 82.0).abs() < 5.0);
        } else {
            panic!("a market is missing");
        }
    }

    #[test]
    fn zip_codes_of_a_market_lie_about_its_middle() {
        let markets = draw(1_200, &mut stream(1, Purpose::Register, 0, 0));
        for market in &markets {
            for (zip, (latitude, longitude)) in market.zips() {
                assert!(zip.len() == 5 && zip.starts_with(market.zip_prefix));
                let here = Market {
                    middle: (latitude, longitude),
                    ..market.clone()
                };
                assert!(market.miles_to(&here) < RADIUS + 1.0);
            }
        }
    }
}
