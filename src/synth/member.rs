//! Members: age, conditions, coverage, death. A member is drawn from its index alone, so that
//! none needs to be kept.

use super::calendar::{FIRST_DAY, LAST_DAY, SECOND_YEAR};
use super::condition::{CONDITIONS, ConditionIndex, age_band, named, tier};
use super::market::{Market, draw_zip};
use super::payer::{self, PlanIndex};
use super::random::{Random, between, chance, normal, pick, uniform, weighted};

/// One enrolment span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First covered day.
    pub start: i32,
    /// Last covered day.
    pub end: i32,
    /// Plan.
    pub plan: PlanIndex,
    /// Number of the home's ZIP code in the market.
    pub zip: i32,
}

/// A hospital stay as the member lives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StayDays {
    /// Day of admission.
    pub admission: i32,
    /// Day of discharge.
    pub discharge: i32,
    /// Patient discharge status: where to.
    pub destination: &'static str,
    /// Market of the hospital.
    pub market: usize,
}

/// A covered person.
#[derive(Debug, Clone)]
pub struct Member {
    /// Position in the population; the identifiers derive from it.
    pub index: u64,
    /// Sex at birth is female.
    pub female: bool,
    /// Word for the `race` column.
    pub race: &'static str,
    /// Epoch day of birth.
    pub birth: i32,
    /// Epoch day of death, inside the window.
    pub death: Option<i32>,
    /// Market of residence.
    pub market: usize,
    /// First day in another home of the same market.
    pub moved: Option<i32>,
    /// Enrolment, in order, without overlap.
    pub spans: Vec<Span>,
    /// Chronic conditions, ascending.
    pub conditions: Vec<ConditionIndex>,
    /// How much more care than the average person of this age needs; mean about 1.
    pub frailty: f64,
    /// Stays, filled while care is planned.
    pub stays: Vec<StayDays>,
}

/// Shares of the age bands under 18, 18–39, 40–64, 65–79, 80–95.
const AGE_SHARES: [f64; 5] = [0.20, 0.25, 0.30, 0.19, 0.06];
/// Edges of those bands, years.
const AGE_EDGES: [f64; 6] = [0.0, 18.0, 40.0, 65.0, 80.0, 96.0];
/// Share of members who move house inside the window, within their market.
const MOVERS: f64 = 0.05;
/// Words and shares of the Tuva race terminology.
const RACES: [(&str, f64); 5] = [
    ("white", 0.62),
    ("black or african american", 0.14),
    ("asian", 0.07),
    ("other race", 0.07),
    ("unknown", 0.10),
];
/// Yearly death rate at 65 without conditions; doubles every eight years (Gompertz) and with
/// every fourth condition.
const DEATH_RATE_AT_65: f64 = 0.008;

impl Member {
    /// Draws the `index`-th member.
    pub fn draw(index: u64, markets: &[Market], rng: &mut Random) -> Self {
        let weights: Vec<f64> = markets.iter().map(|market| market.weight).collect();
        let market = weighted(rng, &weights);
        let band = weighted(rng, &AGE_SHARES);
        let age = AGE_EDGES[band] + uniform(rng) * (AGE_EDGES[band + 1] - AGE_EDGES[band]);
        let female = chance(rng, if age > 75.0 { 0.58 } else { 0.51 });
        // Log-normal with mean 1.
        let frailty = (0.55 * normal(rng) - 0.15).exp();
        let conditions = draw_conditions(age, female, frailty, rng);
        let death = draw_death(age, conditions.len(), rng);
        let mut spans = draw_spans(age, death, draw_zip(rng), rng);
        let moved = chance(rng, MOVERS).then(|| between(rng, FIRST_DAY + 90, LAST_DAY - 90));
        let moved = moved.filter(|&day| {
            let zip = draw_zip(rng);
            move_house(&mut spans, day, zip)
        });
        let race = RACES[weighted(rng, &RACES.map(|(_, share)| share))].0;
        Self {
            index,
            female,
            race,
            birth: FIRST_DAY - (age * 365.25) as i32,
            death,
            market,
            moved,
            spans,
            conditions,
            frailty,
            stays: Vec::new(),
        }
    }

    /// Age in years on a day.
    pub fn age(&self, day: i32) -> f64 {
        f64::from(day - self.birth) / 365.25
    }

    /// Whether the member has a condition.
    pub fn has(&self, condition: ConditionIndex) -> bool {
        self.conditions.contains(&condition)
    }

    /// Whether the member has a cancer.
    pub fn has_cancer(&self) -> bool {
        self.conditions
            .iter()
            .any(|c| (named::CANCER_FIRST..=named::CANCER_LAST).contains(c))
    }

    /// Tier of the number of conditions, 0 to 4.
    pub fn tier(&self) -> usize {
        tier(self.conditions.len())
    }

    /// The span that covers a day.
    pub fn coverage(&self, day: i32) -> Option<usize> {
        self.spans
            .iter()
            .position(|span| (span.start..=span.end).contains(&day))
    }

    /// Alive on a day.
    pub fn alive(&self, day: i32) -> bool {
        self.death.is_none_or(|death| day <= death)
    }

    /// In hospital, neither on the day of admission nor of discharge.
    pub fn inside_stay(&self, day: i32) -> bool {
        self.stays
            .iter()
            .any(|stay| stay.admission < day && day < stay.discharge)
    }

    /// In a hospital of another market on a day, that of admission or discharge included.
    pub fn in_hospital_elsewhere(&self, day: i32, market: usize) -> bool {
        self.stays
            .iter()
            .any(|stay| (stay.admission..=stay.discharge).contains(&day) && stay.market != market)
    }

    /// Covered, alive and not in hospital: can honestly be seen by an office on this day.
    pub fn available(&self, day: i32) -> bool {
        self.coverage(day).is_some() && self.alive(day) && !self.inside_stay(day)
    }

    /// `person_id`.
    pub fn person_id(&self) -> String {
        format!("P{:08}", self.index)
    }

    /// `member_id` under a plan.
    pub fn member_id(&self, plan: PlanIndex) -> String {
        format!("{}{:08}", payer::PLANS[plan].id_prefix, self.index)
    }
}

fn draw_conditions(age: f64, female: bool, frailty: f64, rng: &mut Random) -> Vec<ConditionIndex> {
    let band = age_band(age);
    (0..CONDITIONS.len())
        .filter(|&index| {
            let sex = if index == named::CANCER_FIRST && !female {
                0.02
            } else {
                1.0
            };
            let rate = -(1.0 - CONDITIONS[index].prevalence[band]).ln() * sex;
            chance(rng, 1.0 - (-rate * frailty).exp())
        })
        .collect()
}

fn draw_death(age: f64, conditions: usize, rng: &mut Random) -> Option<i32> {
    let yearly =
        DEATH_RATE_AT_65 * 2f64.powf((age - 65.0) / 8.0) * 2f64.powf(conditions as f64 / 4.0);
    let days = -uniform(rng).max(1e-12).ln() / yearly.min(0.5) * 365.25;
    (days < f64::from(LAST_DAY - FIRST_DAY)).then(|| FIRST_DAY + 1 + days as i32)
}

/// Coverage over the window: most are covered throughout; some join late, leave early, lapse
/// for a while, or change plan at the new year. Death ends coverage with its day.
fn draw_spans(age: f64, death: Option<i32>, zip: i32, rng: &mut Random) -> Vec<Span> {
    let plan = payer::for_age(age, rng);
    let (first, last) = (FIRST_DAY, LAST_DAY);
    let span = |start, end| Span {
        start,
        end,
        plan,
        zip,
    };
    let month = |rng: &mut Random| FIRST_DAY + 30 * between(rng, 2, 21);
    let mut spans = match uniform(rng) {
        u if u < 0.72 => vec![span(first, last)],
        u if u < 0.79 => vec![span(month(rng), last)],
        u if u < 0.86 => vec![span(first, month(rng))],
        u if u < 0.91 => {
            let lapse = FIRST_DAY + 30 * between(rng, 4, 17);
            vec![
                span(first, lapse),
                span(lapse + 30 * pick(rng, &[1, 2, 3]), last),
            ]
        }
        _ => {
            let next = payer::for_age(age + 1.0, rng);
            let second = Span {
                start: SECOND_YEAR,
                end: last,
                plan: next,
                zip,
            };
            vec![span(first, SECOND_YEAR - 1), second]
        }
    };
    if let Some(death) = death {
        spans.retain(|span| span.start <= death);
        for span in &mut spans {
            span.end = span.end.min(death);
        }
    }
    spans
}

/// Splits the span that a day falls into, so that the new home has a row of its own; false
/// where no span goes on at both sides of the day.
fn move_house(spans: &mut Vec<Span>, day: i32, zip: i32) -> bool {
    let Some(index) = spans
        .iter()
        .position(|span| span.start < day && day <= span.end)
    else {
        return false;
    };
    let before = spans[index];
    spans[index].end = day - 1;
    spans.insert(
        index + 1,
        Span {
            start: day,
            ..before
        },
    );
    for span in &mut spans[index + 1..] {
        span.zip = zip;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_changes_the_home_and_not_the_coverage() {
        let span = |start, end, zip| Span {
            start,
            end,
            plan: 0,
            zip,
        };
        let mut spans = vec![span(0, 10, 1), span(20, 30, 1)];
        assert!(!move_house(&mut spans, 15, 2), "not covered on that day");
        assert!(move_house(&mut spans, 5, 2));
        assert_eq!(spans, [span(0, 4, 1), span(5, 10, 2), span(20, 30, 2)]);
    }
}
