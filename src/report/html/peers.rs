//! Each finding's peers: how their deviations lie, stored once for a measure and peer group.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::{Serialize, Serializer};

use super::finding::Finding;
use super::words::MeasureWords;
use crate::batch::{each_piece, float, float_at, int, int_at, text, text_at};
use crate::error::Result;
use crate::features::measure::{MeasureKind, WidestPeers};
use crate::peers::{Level, Place};
use crate::schema::EntityType;
use crate::stats::Kind;
use crate::stats::score::score;
use crate::stats::standardise::Standardised;

/// Peers that are kept one by one; a larger group is counted in cells.
const MOST_POINTS: usize = 600;
/// Cells of a larger group: deviations by a twentieth (5 % on a log scale) …
const DEVIATION_CELLS: f64 = 20.0;
/// … and denominators by an eighth of an octave.
const VOLUME_CELLS: f64 = 8.0;
/// Deviations are kept to a thousandth.
const DEVIATION_DECIMALS: f64 = 1000.0;

/// A peer group on a measure, as the page draws it.
#[derive(Debug, Serialize)]
pub struct Group {
    measure: String,
    #[serde(rename = "peer_group")]
    name: String,
    peer_count: Option<i64>,
    /// Centre and width of honest deviations, and the design effect; null where no null was fitted.
    mu: Option<f64>,
    tau: Option<f64>,
    phi: Option<f64>,
    /// Peers that have a score, those that are judged in a narrower group among them.
    shown: usize,
    /// (denominator, deviation, peers there)
    points: Vec<(f64, f64, u32)>,
}

/// What a control limit needs of a finding: deviations follow N(mu, between + sampling · n / m) at
/// a denominator m, with n the finding's own denominator.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Limits {
    /// Position of its [`Group`].
    pub group: usize,
    pub deviation: f64,
    between: f64,
    sampling: Option<f64>,
}

/// The groups behind some findings.
pub struct Groups {
    pub all: Vec<Group>,
    index: BTreeMap<(String, String), usize>,
}

/// A test's values in the order in which it is written, without their names.
pub const TEST: &[&str] = &[
    "measure",
    "observed",
    "expected",
    "ratio",
    "p_value",
    "not_scored",
];
/// Digits of a test's numbers that the page keeps; it shows fewer.
const DIGITS: usize = 5;

/// One scored test of a wanted case's entity.
#[derive(Debug, Clone)]
pub struct OwnTest {
    pub measure: String,
    observed: Option<f64>,
    expected: Option<f64>,
    ratio: Option<f64>,
    p_value: Option<f64>,
    not_scored: Option<String>,
}

impl Serialize for OwnTest {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        (
            &self.measure,
            self.observed.map(significant),
            self.expected.map(significant),
            self.ratio.map(significant),
            self.p_value.map(significant),
            &self.not_scored,
        )
            .serialize(serializer)
    }
}

/// A number to [`DIGITS`] significant digits.
fn significant(value: f64) -> f64 {
    let decimals = DIGITS - 1;
    let text = format!("{value:.decimals$e}");
    text.parse().unwrap_or(value)
}

/// Difference from expected on the scale where honest differences are symmetric, as
/// [`crate::stats::score`] defines it, from the figures that the tables show.
fn deviation(words: &MeasureWords, observed: f64, expected: f64, denominator: f64) -> Option<f64> {
    scored(words, observed, expected, denominator).map(|(d, _)| d)
}

/// The deviation and, for counts, its sampling variance.
fn scored(
    words: &MeasureWords,
    observed: f64,
    expected: f64,
    denominator: f64,
) -> Option<(f64, Option<f64>)> {
    let kind = match words.kind {
        MeasureKind::Mean => {
            let d = (observed / expected).ln();
            return d.is_finite().then_some((d, None));
        }
        MeasureKind::Share => Kind::Share,
        MeasureKind::Rate => Kind::Rate,
    };
    let count = |shown: f64| shown / words.display_factor * denominator;
    let counts = Standardised {
        observed: count(observed).min(if kind == Kind::Share {
            denominator
        } else {
            f64::INFINITY
        }),
        denominator,
        expected: count(expected),
        ..Standardised::default()
    };
    let score = score(kind, &counts).ok()?;
    Some((score.d, Some(score.sampling)))
}

/// What places a group: its level and key. A trend's key ends in its months, which place nobody.
fn placed(peer_group: &str, trend: bool) -> Option<(Level, String)> {
    Level::ALL.into_iter().find_map(|level| {
        let key = peer_group.strip_suffix(&format!(" ({})", level.name()))?;
        let key = if trend {
            key.rsplit_once(", ").map_or(key, |(key, _)| key)
        } else {
            key
        };
        Some((level, key.to_owned()))
    })
}

impl Groups {
    /// Gathers the groups of the findings, and the peers in each, from `peer_groups`,
    /// `provider_features` and `tests`; and the own tests of the entities in `own`.
    ///
    /// # Errors
    /// Where a table is missing or not as this version writes it.
    pub fn gather(
        run: &Path,
        findings: &BTreeMap<String, Vec<Finding>>,
        words: &BTreeMap<String, MeasureWords>,
        own: &HashMap<(&str, &str), usize>,
    ) -> Result<(Groups, Vec<Vec<OwnTest>>)> {
        let mut groups = Groups {
            all: Vec::new(),
            index: BTreeMap::new(),
        };
        let mut trends: Vec<bool> = Vec::new();
        for finding in findings.values().flatten() {
            if let (Some(measure), Some(group)) = (&finding.measure, &finding.peer_group) {
                let key = (measure.clone(), group.clone());
                if words.contains_key(measure) && !groups.index.contains_key(&key) {
                    groups.index.insert(key, groups.all.len());
                    groups.all.push(Group::new(measure, group));
                    trends.push(finding.kind == "trend");
                }
            }
        }
        groups.read_nulls(run)?;
        let places = groups.places(run, &trends)?;
        let tests = groups.read_tests(run, words, &places, own)?;
        for group in &mut groups.all {
            group.thin();
        }
        Ok((groups, tests))
    }

    fn read_nulls(&mut self, run: &Path) -> Result<()> {
        let columns = [
            "measure",
            "peer_group",
            "provider_count",
            "mu",
            "tau",
            "phi",
        ];
        each_piece(&run.join("peer_groups.parquet"), &columns, |piece| {
            let (measure, group) = (text(piece, "measure")?, text(piece, "peer_group")?);
            let [mu, tau, phi] = ["mu", "tau", "phi"].map(|name| float(piece, name));
            let (mu, tau, phi) = (mu?, tau?, phi?);
            let count = int(piece, "provider_count")?;
            for row in 0..piece.num_rows() {
                let key = (measure.value(row).to_owned(), group.value(row).to_owned());
                if let Some(at) = self.index.get(&key) {
                    let own = &mut self.all[*at];
                    own.peer_count = int_at(count, row);
                    own.mu = float_at(mu, row);
                    own.tau = float_at(tau, row);
                    own.phi = float_at(phi, row);
                }
            }
            Ok(())
        })
    }

    /// Positions of the groups that each provider belongs to.
    fn places(&self, run: &Path, trends: &[bool]) -> Result<HashMap<String, Vec<usize>>> {
        let mut wanted: BTreeMap<(Level, String), Vec<usize>> = BTreeMap::new();
        for (at, (group, trend)) in self.all.iter().zip(trends).enumerate() {
            if let Some(place) = placed(&group.name, *trend) {
                wanted.entry(place).or_default().push(at);
            }
        }
        let columns = [
            "provider_id",
            "taxonomy_code",
            "specialty",
            "state",
            "setting",
            "specialty_family",
            "behaviour",
        ];
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        each_piece(&run.join("provider_features.parquet"), &columns, |piece| {
            let [id, taxonomy, specialty, state, setting, family, behaviour] =
                columns.map(|name| text(piece, name));
            let (id, taxonomy, specialty) = (id?, taxonomy?, specialty?);
            let (state, setting, family, behaviour) = (state?, setting?, family?, behaviour?);
            for row in 0..piece.num_rows() {
                let word = |column| text_at(column, row).map(str::to_owned);
                let place = Place {
                    entity: EntityType::Provider,
                    taxonomy: word(taxonomy).or_else(|| word(specialty)),
                    state: word(state),
                    setting: word(setting).unwrap_or_default(),
                    family: word(family),
                    behaviour: word(behaviour),
                };
                let mut member_of = Vec::new();
                for level in Level::ALL {
                    for widest in [WidestPeers::All, WidestPeers::Taxonomy] {
                        let groups = place
                            .key(level, widest)
                            .and_then(|k| wanted.get(&(level, k)));
                        member_of.extend(groups.into_iter().flatten().copied());
                    }
                }
                if !member_of.is_empty() {
                    member_of.sort_unstable();
                    member_of.dedup();
                    places.insert(id.value(row).to_owned(), member_of);
                }
            }
            Ok(())
        })?;
        Ok(places)
    }

    fn read_tests(
        &mut self,
        run: &Path,
        words: &BTreeMap<String, MeasureWords>,
        places: &HashMap<String, Vec<usize>>,
        own: &HashMap<(&str, &str), usize>,
    ) -> Result<Vec<Vec<OwnTest>>> {
        let columns = [
            "entity_type",
            "entity_id",
            "measure",
            "peer_group",
            "denominator",
            "observed",
            "expected",
            "ratio",
            "p_value",
            "not_scored",
        ];
        let mut of_own: Vec<Vec<OwnTest>> = vec![Vec::new(); own.len()];
        let mut by_measure: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, group) in self.all.iter().enumerate() {
            by_measure
                .entry(group.measure.clone())
                .or_default()
                .push(at);
        }
        each_piece(&run.join("tests.parquet"), &columns, |piece| {
            let [kind, entity, measure, group] =
                ["entity_type", "entity_id", "measure", "peer_group"].map(|n| text(piece, n));
            let (kind, entity, measure, group) = (kind?, entity?, measure?, group?);
            let [denominator, observed, expected, ratio, p] =
                ["denominator", "observed", "expected", "ratio", "p_value"]
                    .map(|n| float(piece, n));
            let (denominator, observed, expected) = (denominator?, observed?, expected?);
            let (ratio, p) = (ratio?, p?);
            let why = text(piece, "not_scored")?;
            for row in 0..piece.num_rows() {
                if let Some(at) = own.get(&(kind.value(row), entity.value(row)))
                    && float_at(observed, row).is_some()
                {
                    of_own[*at].push(OwnTest {
                        measure: measure.value(row).to_owned(),
                        observed: float_at(observed, row),
                        expected: float_at(expected, row),
                        ratio: float_at(ratio, row),
                        p_value: float_at(p, row),
                        not_scored: text_at(why, row).map(str::to_owned),
                    });
                }
                let Some(candidates) = by_measure.get(measure.value(row)) else {
                    continue;
                };
                let (Some(words), Some(n), Some(observed), Some(expected)) = (
                    words.get(measure.value(row)),
                    float_at(denominator, row),
                    float_at(observed, row),
                    float_at(expected, row),
                ) else {
                    continue;
                };
                let Some(d) = deviation(words, observed, expected, n) else {
                    continue;
                };
                let member_of = places.get(entity.value(row)).map_or(&[][..], Vec::as_slice);
                for at in candidates {
                    let own = &mut self.all[*at];
                    let judged_here = text_at(group, row) == Some(own.name.as_str());
                    if judged_here || member_of.contains(at) {
                        own.points.push((n, d, 1));
                    }
                }
            }
            Ok(())
        })?;
        Ok(of_own)
    }

    /// A finding's place in its group; `None` where the measure or its figures are not known.
    pub fn limits(
        &self,
        finding: &Finding,
        words: &BTreeMap<String, MeasureWords>,
    ) -> Option<Limits> {
        let measure = finding.measure.clone()?;
        let group = *self.index.get(&(measure, finding.peer_group.clone()?))?;
        let words = words.get(finding.measure.as_ref()?)?;
        let (deviation, sampling) = scored(
            words,
            finding.observed?,
            finding.expected?,
            finding.denominator?,
        )?;
        let null = &self.all[group];
        let (mu, tau, phi) = (null.mu?, null.tau?, null.phi?);
        let between = tau * tau;
        let sampling = match sampling {
            Some(sampling) => Some(phi * sampling),
            // A mean's own variance is not in the tables, but its z is d over its whole width.
            None => finding
                .z
                .map(|z| ((deviation - mu) / z).powi(2) - between)
                .filter(|s| s.is_finite() && *s > 0.0),
        };
        // A trend compares one amount with the past: there is no volume to draw it against.
        let sampling = sampling.filter(|_| finding.kind != "trend");
        Some(Limits {
            group,
            deviation,
            between,
            sampling,
        })
    }
}

impl Group {
    fn new(measure: &str, peer_group: &str) -> Group {
        Group {
            measure: measure.to_owned(),
            name: peer_group.to_owned(),
            peer_count: None,
            mu: None,
            tau: None,
            phi: None,
            shown: 0,
            points: Vec::new(),
        }
    }

    /// Rounds the points, counts those that fall together, and sorts them.
    fn thin(&mut self) {
        self.shown = self.points.len();
        let cells = self.points.len() > MOST_POINTS;
        let mut counts: BTreeMap<(i64, i64), u32> = BTreeMap::new();
        for (n, d, count) in &self.points {
            let key = if cells {
                (
                    (n.max(1.0).log2() * VOLUME_CELLS).round() as i64,
                    (d * DEVIATION_CELLS).round() as i64,
                )
            } else {
                (n.round() as i64, (d * DEVIATION_DECIMALS).round() as i64)
            };
            *counts.entry(key).or_default() += count;
        }
        self.points = counts
            .into_iter()
            .map(|((n, d), count)| {
                if cells {
                    let volume = (n as f64 / VOLUME_CELLS).exp2().round();
                    (volume, d as f64 / DEVIATION_CELLS, count)
                } else {
                    (n as f64, d as f64 / DEVIATION_DECIMALS, count)
                }
            })
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::measure::measures;

    fn words(name: &str) -> MeasureWords {
        let all = measures().expect("measures.toml");
        all.into_iter()
            .find(|m| m.name == name)
            .expect("a measure of that name")
            .into()
    }

    #[test]
    fn a_groups_name_gives_level_and_key() {
        assert_eq!(
            placed(
                "207Q00000X in TX, professional (taxonomy, state and setting)",
                false
            ),
            Some((
                Level::TaxonomyStateSetting,
                "207Q00000X in TX, professional".into()
            ))
        );
        assert_eq!(
            placed(
                "207Q00000X, professional, 2025-03 (taxonomy and setting)",
                true
            ),
            Some((Level::TaxonomySetting, "207Q00000X, professional".into()))
        );
        assert_eq!(placed("something else", false), None);
    }

    #[test]
    fn a_deviation_is_on_the_scale_of_the_null() {
        let share = deviation(&words("em_high_level_share"), 0.8, 0.5, 1000.0).expect("a share");
        assert!((share - 4.0_f64.ln()).abs() < 0.01, "{share}");
        let mean = deviation(&words("paid_per_member"), 200.0, 100.0, 50.0).expect("a mean");
        assert!((mean - 2.0_f64.ln()).abs() < 1e-12, "{mean}");
        // Shown per month, counted per day.
        let rate = deviation(&words("member_visits"), 3.0, 1.0, 3000.0).expect("a rate");
        assert!((rate - 3.0_f64.ln()).abs() < 0.01, "{rate}");
    }

    #[test]
    fn a_number_keeps_five_digits() {
        for (value, kept) in [
            (0.123_456_789, 0.123_46),
            (1_234_567.0, 1_234_600.0),
            (1.5e-300, 1.5e-300),
            (0.0, 0.0),
        ] {
            assert!(
                (significant(value) - kept).abs() <= f64::EPSILON * kept,
                "{value}"
            );
        }
    }

    #[test]
    fn a_large_group_is_counted_in_cells_and_loses_nobody() {
        let mut group = Group::new("m", "g");
        group.points = (0..5000)
            .map(|i| (f64::from(100 + i % 7), f64::from(i % 40) / 100.0, 1))
            .collect();
        group.thin();
        assert_eq!(group.shown, 5000);
        assert_eq!(group.points.iter().map(|p| p.2).sum::<u32>(), 5000);
        assert!(group.points.len() < 100, "{}", group.points.len());
    }
}
