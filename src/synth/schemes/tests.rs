//! What is planted is in the claims, and is not at the decoy nor where nothing is planted. Each
//! test plants one scheme at one provider of a world of five markets.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rayon::prelude::*;

use super::planting::{median_volumes, place};
use super::unbundling::PAIRS;
use super::*;
use crate::synth::claim::{Form, Status};
use crate::synth::encounter::family_of;
use crate::synth::history::{self, History};
use crate::synth::payer::PLANS;
use crate::synth::random::{Purpose, stream};
use crate::synth::specialty::Specialty;
use crate::synth::{Pilot, authorization, mix, pharmacy};

const MEMBERS: u64 = 9_000;
const STRONG: Role = Role::Planted(Strength::Strong);

static HONEST: LazyLock<World> = LazyLock::new(|| {
    let mut world = World::draw(21, 1_200);
    world.members = MEMBERS;
    let visits = Pilot::run(&world).visits;
    world.expect(&visits);
    world
});

/// A world with one unit planted.
struct Trial {
    world: World,
    unit: Vec<u32>,
}

fn trial(scheme: &str, role: Role, draw: u64) -> Trial {
    let mut world = HONEST.clone();
    let medians = median_volumes(&world);
    let index = REGISTRY.iter().position(|known| known.name() == scheme);
    let index = index.expect("a registered scheme");
    let mut rng = stream(5, Purpose::Planting, index as u64, draw);
    place(&mut world, &medians, index, role, &mut rng);
    world.refresh();
    let planted = |i: &u32| world.provider(*i).plant.is_some();
    let mut unit: Vec<u32> = (0..world.register.providers.len() as u32)
        .filter(planted)
        .collect();
    unit.sort_by_key(|&i| world.provider(i).specialty == Specialty::Laboratory);
    assert!(!unit.is_empty(), "{scheme} is not planted");
    Trial { world, unit }
}

impl Trial {
    fn me(&self) -> &Provider {
        self.world.provider(self.unit[0])
    }

    /// The histories in which the unit has claims.
    fn histories(&self) -> Vec<History> {
        of_provider(&self.world, self.unit[0])
    }

    /// The same in the world before planting.
    fn before(&self) -> Vec<History> {
        of_provider(&HONEST, self.unit[0])
    }

    fn claims<'a>(&self, histories: &'a [History]) -> Vec<(&'a Member, &'a Claim)> {
        of(histories, self.unit[0])
    }
}

fn of_provider(world: &World, provider: u32) -> Vec<History> {
    all(world, MEMBERS)
        .into_iter()
        .filter(|history| {
            history
                .claims
                .iter()
                .any(|claim| claim.provider == provider)
        })
        .collect()
}

fn all(world: &World, members: u64) -> Vec<History> {
    (0..members)
        .into_par_iter()
        .map(|index| history::of_member(world, index))
        .collect()
}

/// Claims of a provider as first settled.
fn of(histories: &[History], provider: u32) -> Vec<(&Member, &Claim)> {
    let claims = |history: &'_ History| -> Vec<usize> {
        let mine = |claim: &Claim| {
            claim.provider == provider && claim.status == Status::Paid && claim.frequency == 1
        };
        (0..history.claims.len())
            .filter(|&i| mine(&history.claims[i]))
            .collect()
    };
    histories
        .iter()
        .flat_map(|history| {
            claims(history)
                .into_iter()
                .map(move |i| (&history.member, &history.claims[i]))
        })
        .collect()
}

fn share<T>(of: &[T], those: impl Fn(&T) -> bool) -> f64 {
    of.iter().filter(|item| those(item)).count() as f64 / of.len().max(1) as f64
}

/// Pairs of one member, provider and day that are billed apart without a proper modifier.
fn unbundled(histories: &[History], provider: Option<u32>) -> usize {
    let mut count = 0;
    for history in histories {
        let mut days: BTreeMap<(u32, i32), Vec<&crate::synth::claim::Line>> = BTreeMap::new();
        for claim in history
            .claims
            .iter()
            .filter(|c| provider.is_none_or(|p| p == c.provider))
        {
            if claim.status == Status::Paid && claim.frequency == 1 {
                for line in &claim.lines {
                    days.entry((claim.provider, line.day))
                        .or_default()
                        .push(line);
                }
            }
        }
        for lines in days.values() {
            let find = |code: &str| lines.iter().find(|line| line.code == code);
            count += PAIRS
                .iter()
                .filter(|pair| match (find(pair.column_1), find(pair.column_2)) {
                    (Some(one), Some(two)) => {
                        !pair.modifier_allowed || !(one.has("59") || two.has("59"))
                    }
                    _ => false,
                })
                .count();
        }
    }
    count
}

/// Days on which members were seen in two markets far apart, with who saw them.
fn impossible_journeys(world: &World, histories: &[History]) -> BTreeSet<u32> {
    let mut travellers = BTreeSet::new();
    for history in histories {
        let mut days: BTreeMap<i32, BTreeSet<u32>> = BTreeMap::new();
        let seen = |claim: &&Claim| claim.face_to_face() && claim.status == Status::Paid;
        for claim in history.claims.iter().filter(seen) {
            for line in &claim.lines {
                days.entry(line.day).or_default().insert(claim.provider);
            }
        }
        for together in days.values() {
            let market = |provider: &u32| world.provider(*provider).market;
            for one in together {
                if together
                    .iter()
                    .any(|two| world.is_far(market(one), market(two)))
                {
                    travellers.insert(*one);
                }
            }
        }
    }
    travellers
}

/// Claims that need an authorization number under their plan and bear none.
fn unauthorized(histories: &[History]) -> BTreeMap<u32, usize> {
    let mut without = BTreeMap::new();
    for History { member, claims, .. } in histories {
        for claim in claims {
            let plan = member.spans[claim.coverage].plan;
            if authorization::is_required(plan, claim) && claim.authorization.is_none() {
                *without.entry(claim.provider).or_default() += 1;
            }
        }
    }
    without
}

#[test]
fn an_honest_world_has_none_of_what_edits_look_for() {
    let histories = all(&HONEST, MEMBERS);
    assert_eq!(unbundled(&histories, None), 0);
    assert_eq!(impossible_journeys(&HONEST, &histories), BTreeSet::new());
    assert_eq!(unauthorized(&histories), BTreeMap::new());
    for History {
        member,
        claims,
        overuse,
    } in &histories
    {
        assert_eq!(*overuse, None);
        for claim in claims {
            let named = [claim.referring, claim.ordering].into_iter().flatten();
            for referrer in named.map(|referrer| HONEST.provider(referrer)) {
                assert!(referrer.may_order(claim.days.0), "{claim:?}");
            }
            let at_home = matches!(claim.form, Form::Institutional("32" | "81"));
            let inside = claim.lines.iter().any(|line| member.inside_stay(line.day));
            assert!(!(at_home && inside), "{claim:?}");
            assert!(claim.lines.iter().all(|line| line.until <= claim.days.1));
        }
    }
}

#[test]
fn unbundling_is_in_the_claims_and_the_modifier_at_the_decoy() {
    for draw in 0..3 {
        let planted = trial("unbundling", STRONG, draw);
        let found = unbundled(&planted.histories(), Some(planted.unit[0]));
        assert!(found > 8, "{found}");
        assert_eq!(unbundled(&planted.before(), Some(planted.unit[0])), 0);
    }
    let decoy = trial("unbundling", Role::HardNegative, 0);
    let histories = decoy.histories();
    assert_eq!(unbundled(&histories, None), 0);
    let claims = decoy.claims(&histories);
    let both = share(&claims, |(_, claim)| {
        let has = |code| claim.lines.iter().any(|line| line.code == code);
        has("97530") && has("97140")
    });
    assert!(both > 0.2, "{both}");
}

#[test]
fn excluded_providers_bill_on_and_their_decoys_do_not() {
    let barred = |trial: &Trial| {
        let histories = trial.histories();
        let exclusion = trial.me().exclusion.expect("an exclusion");
        let during = |(_, claim): &&(&Member, &Claim)| exclusion.in_force(claim.days.0);
        let claims = trial.claims(&histories);
        let barred = claims.iter().filter(during).count();
        // Nobody else's claim names an excluded referrer.
        for claim in histories.iter().flat_map(|history| &history.claims) {
            let names = [claim.referring, claim.ordering].contains(&Some(trial.unit[0]));
            let own = trial.unit.contains(&claim.provider);
            assert!(
                own || !names || !exclusion.in_force(claim.days.0),
                "{claim:?}"
            );
        }
        (barred, claims.len())
    };
    let (strong, _) = barred(&trial("excluded_provider", STRONG, 0));
    let (weak, _) = barred(&trial(
        "excluded_provider",
        Role::Planted(Strength::Weak),
        0,
    ));
    assert!(strong > 20 && weak > 0 && weak < strong, "{weak} {strong}");
    for draw in 0..6 {
        let (during, claims) = barred(&trial("excluded_provider", Role::HardNegative, draw));
        assert!(during == 0 && claims > 10, "{during} of {claims}");
    }
}

#[test]
fn distant_members_come_on_days_on_which_they_were_at_home() {
    let planted = trial("geography", STRONG, 0);
    let histories = planted.histories();
    let journeys = impossible_journeys(&planted.world, &histories);
    assert!(journeys.contains(&planted.unit[0]));
    let distant = |trial: &Trial, histories: &[History]| {
        let far = |h: &&History| trial.world.is_far(h.member.market, trial.me().market);
        histories.iter().filter(far).count()
    };
    assert!(distant(&planted, &histories) > 60);
    assert!(distant(&planted, &planted.before()) < 20);
    let decoy = trial("geography", Role::HardNegative, 0);
    let histories = decoy.histories();
    assert!(distant(&decoy, &histories) > 60);
    assert!(!impossible_journeys(&decoy.world, &histories).contains(&decoy.unit[0]));
    let claims = decoy.claims(&histories);
    let by_video = share(&claims, |(member, claim)| {
        claim.place == "10" || member.market == decoy.me().market
    });
    assert!(by_video > 0.99, "{by_video}");
}

#[test]
fn home_health_without_a_stay_or_a_visit() {
    let unexplained = |trial: &Trial| {
        let histories = trial.histories();
        let claims = trial.claims(&histories);
        assert!(claims.len() > 20, "{}", claims.len());
        let sent = |history: &History, claim: &Claim| {
            let start = claim.stay.map_or(claim.days.0, |stay| stay.admission);
            history.claims.iter().any(|other| {
                let before = (0..=60).contains(&(start - other.days.1));
                let hospital = other.form == Form::Institutional("11");
                before && (hospital || Some(other.provider) == claim.referring)
            })
        };
        let of = |h: &History, c: &Claim| !sent(h, c);
        let mine = |h: &History| -> Vec<bool> {
            let own = h.claims.iter().filter(|c| c.provider == trial.unit[0]);
            own.map(|c| of(h, c)).collect()
        };
        let each: Vec<bool> = histories.iter().flat_map(mine).collect();
        share(&each, |unexplained| *unexplained)
    };
    let planted = unexplained(&trial("home_health", STRONG, 0));
    let decoy = unexplained(&trial("home_health", Role::HardNegative, 0));
    assert!(planted > 0.5 && decoy < 0.2, "{planted} {decoy}");
}

#[test]
fn hospice_for_those_who_live_long() {
    let long_stays = |trial: &Trial| {
        let histories = trial.histories();
        let mut days: BTreeMap<(u64, i32), i32> = BTreeMap::new();
        for (member, claim) in trial.claims(&histories) {
            let stay = claim.stay.expect("hospice has an admission");
            let longest = days.entry((member.index, stay.admission)).or_default();
            *longest = (*longest).max(claim.days.1 - stay.admission);
        }
        let days: Vec<i32> = days.into_values().collect();
        share(&days, |&days| days >= 150)
    };
    let planted = long_stays(&trial("hospice", STRONG, 0));
    let decoy = long_stays(&trial("hospice", Role::HardNegative, 0));
    assert!(planted > 0.4 && decoy < 0.3, "{planted} {decoy}");
}

#[test]
fn video_visits_at_the_top_level_every_day() {
    let figures = |trial: &Trial| {
        let histories = trial.histories();
        let claims = trial.claims(&histories);
        let visits: Vec<_> = claims
            .iter()
            .filter_map(|(_, claim)| claim.lines.first().map(|line| (claim, line.code)))
            .filter(|(_, code)| family_of(code).is_some())
            .collect();
        let top = |code: &str| family_of(code).and_then(|f| f.codes.last().copied()) == Some(code);
        let days: BTreeSet<i32> = visits.iter().map(|(claim, _)| claim.days.0).collect();
        let video = share(&visits, |(claim, _)| claim.place == "10");
        (video, share(&visits, |(_, code)| top(code)), days.len())
    };
    let (video, top, days) = figures(&trial("telehealth", STRONG, 0));
    assert!(
        video > 0.9 && top > 0.8 && days > 400,
        "{video} {top} {days}"
    );
    let (video, top, _) = figures(&trial("telehealth", Role::HardNegative, 0));
    assert!(video > 0.85 && top < 0.25, "{video} {top}");
}

#[test]
fn invented_charges_are_round() {
    let round = |trial: &Trial| {
        let histories = trial.histories();
        let lines: Vec<i64> = trial
            .claims(&histories)
            .iter()
            .flat_map(|(_, claim)| claim.lines.iter().map(|line| line.amounts.charge))
            .collect();
        share(&lines, |charge| charge % 1_000 == 0)
    };
    let strong = round(&trial("round_numbers", STRONG, 0));
    let weak = round(&trial("round_numbers", Role::Planted(Strength::Weak), 0));
    let decoy = round(&trial("round_numbers", Role::HardNegative, 0));
    assert!(
        strong > 0.999 && weak > 0.3 && weak < 0.8 && decoy < 0.3,
        "{strong} {weak} {decoy}"
    );
}

#[test]
fn out_of_network_by_choice_and_in_emergencies() {
    let planted = trial("out_of_network", STRONG, 0);
    let histories = planted.histories();
    let claims = planted.claims(&histories);
    let out = |trial: &Trial, member: &Member, claim: &Claim| {
        let plan = member.spans[claim.coverage].plan;
        PLANS[plan].network && !trial.me().network[plan]
    };
    let share_out = share(&claims, |(member, claim)| out(&planted, member, claim));
    assert!(share_out > 0.3, "{share_out}");
    // The price of a visit without a contract against the contracts' before.
    let price = |claims: &[(&Member, &Claim)], without: bool| {
        let prices: Vec<i64> = claims
            .iter()
            .filter(|(member, claim)| out(&planted, member, claim) == without)
            .flat_map(|(_, claim)| &claim.lines)
            .map(|line| line.amounts.allowed * 100 / line.amounts.charge.max(1))
            .collect();
        prices.iter().sum::<i64>() as f64 / prices.len().max(1) as f64
    };
    let ratio = price(&claims, true) / price(&claims, false).max(1.0);
    assert!(ratio > 2.0 || share_out > 0.95, "{ratio}");
    let decoy = trial("out_of_network", Role::HardNegative, 0);
    let histories = decoy.histories();
    let claims = decoy.claims(&histories);
    assert!(claims.len() > 20 && claims.iter().all(|(_, claim)| claim.emergency));
    assert!(share(&claims, |(member, claim)| out(&decoy, member, claim)) > 0.3);
}

#[test]
fn authorization_is_missing_where_planted_and_not_needed_at_the_decoy() {
    let planted = trial("no_authorization", STRONG, 0);
    let without = unauthorized(&planted.histories());
    let mine = without.get(&planted.unit[0]).copied().unwrap_or(0);
    assert!(mine > 10 && without.len() == 1, "{without:?}");
    let decoy = trial("no_authorization", Role::HardNegative, 0);
    let histories = decoy.histories();
    assert_eq!(unauthorized(&histories), BTreeMap::new());
    let claims = decoy.claims(&histories);
    assert!(share(&claims, |(_, claim)| claim.emergency) > 0.1);
}

#[test]
fn incomplete_claims_lack_something_and_scant_ones_do_not() {
    let lacks = |(_, claim): &(&Member, &Claim)| {
        let code =
            |code: &str| code.len() == 5 || (code.is_empty() && claim.form != Form::Professional);
        let diagnosis = |code: &&str| {
            code.as_bytes()[1..3].iter().all(u8::is_ascii_alphanumeric)
                && code.as_bytes()[0].is_ascii_alphabetic()
        };
        claim.diagnoses.is_empty()
            || !claim.diagnoses.iter().all(diagnosis)
            || !claim.lines.iter().all(|line| code(line.code))
    };
    let planted = trial("incomplete", STRONG, 0);
    let histories = planted.histories();
    let strong = share(&planted.claims(&histories), lacks);
    assert!((0.3..0.6).contains(&strong), "{strong}");
    let decoy = trial("incomplete", Role::HardNegative, 0);
    let histories = decoy.histories();
    let claims = decoy.claims(&histories);
    assert!(claims.len() > 20 && !claims.iter().any(lacks));
    assert!(claims.iter().all(|(_, claim)| claim.diagnoses.len() == 1));
}

#[test]
fn prices_are_wrong_where_planted_and_only_short_at_the_decoy() {
    let lines = |trial: &Trial| -> Vec<crate::synth::claim::Amounts> {
        let histories = trial.histories();
        let claims = trial.claims(&histories);
        let lines = claims.iter().flat_map(|(_, claim)| &claim.lines);
        lines.map(|line| line.amounts).collect()
    };
    let planted = lines(&trial("pricing_error", STRONG, 0));
    let disordered = share(&planted, |a| a.paid > a.allowed || a.allowed > a.charge);
    assert!((0.15..0.5).contains(&disordered), "{disordered}");
    let decoy = lines(&trial("pricing_error", Role::HardNegative, 0));
    assert!(
        decoy
            .iter()
            .all(|a| a.paid <= a.allowed && a.allowed <= a.charge)
    );
    let short: Vec<f64> = decoy
        .iter()
        .filter(|a| a.allowed - a.member_share() > 1_000 && a.paid < a.allowed - a.member_share())
        .map(|a| a.paid as f64 / (a.allowed - a.member_share()) as f64)
        .collect();
    let sequestered = |kept: &f64| (kept - 0.98).abs() < 0.001 || (kept - 0.2).abs() < 0.001;
    assert!(!short.is_empty() && short.iter().all(sequestered));
}

#[test]
fn over_treatment_raises_visits_of_the_same_members() {
    let planted = trial("over_treatment", STRONG, 0);
    let (before, after) = (planted.before(), planted.histories());
    let rate = |histories: &[History]| {
        let lines: usize = of(histories, planted.unit[0])
            .iter()
            .map(|(_, c)| c.lines.len())
            .sum();
        lines as f64 / histories.len() as f64
    };
    let ratio = rate(&after) / rate(&before);
    assert!(ratio > 1.4, "{ratio}");
    // The decoy's habits are unchanged; its members are sicker.
    let decoy = trial("over_treatment", Role::HardNegative, 0);
    let tier = |histories: &[History]| {
        histories
            .iter()
            .map(|h| h.member.tier() as f64)
            .sum::<f64>()
            / histories.len() as f64
    };
    let style = |world: &World| world.provider(decoy.unit[0]).style.frequency.to_bits();
    assert_eq!(style(&decoy.world), style(&HONEST));
    let (before, after) = (tier(&decoy.before()), tier(&decoy.histories()));
    assert!(after > before + 0.2, "{before} {after}");
}

#[test]
fn orders_go_to_the_captured_laboratory() {
    let to_mate = |trial: &Trial, histories: &[History]| {
        let orders: Vec<u32> = histories
            .iter()
            .flat_map(|history| &history.claims)
            .filter(|claim| claim.ordering == Some(trial.unit[0]) && claim.place == "81")
            .map(|claim| claim.provider)
            .collect();
        assert!(orders.len() > 10);
        share(&orders, |&laboratory| laboratory == trial.unit[1])
    };
    let planted = trial("referral_capture", STRONG, 0);
    assert_eq!(planted.unit.len(), 2);
    let (before, after) = (
        to_mate(&planted, &planted.before()),
        to_mate(&planted, &planted.histories()),
    );
    assert!(after > 0.9 && before < 0.75, "{before} {after}");
    let decoy = trial("referral_capture", Role::HardNegative, 0);
    assert_eq!(
        decoy.world.peers(Specialty::Laboratory, decoy.me().market),
        decoy.unit
    );
}

#[test]
fn the_work_is_another_specialtys_or_a_part_of_the_own() {
    let foreign = |trial: &Trial, histories: &[History]| {
        let codes: Vec<&str> = trial
            .claims(histories)
            .iter()
            .flat_map(|(_, claim)| claim.lines.iter().map(|line| line.code))
            .filter(|code| family_of(code).is_none())
            .collect();
        let own = mix::services(trial.me().specialty);
        share(&codes, |code| {
            let preventive = code.starts_with('9') || code.starts_with("G04");
            !preventive && !own.iter().any(|service| service.code == *code)
                || matches!(*code, "93306" | "93015" | "93880")
        })
    };
    let planted = trial("specialty_mismatch", STRONG, 0);
    let (before, after) = (
        foreign(&planted, &planted.before()),
        foreign(&planted, &planted.histories()),
    );
    assert!(after > 0.15 && after > 4.0 * before, "{before} {after}");
    let decoy = trial("specialty_mismatch", Role::HardNegative, 0);
    let histories = decoy.histories();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, claim) in decoy
        .claims(&histories)
        .iter()
        .filter(|(_, claim)| claim.place == "11")
    {
        for line in claim
            .lines
            .iter()
            .filter(|line| family_of(line.code).is_none())
        {
            *codes.entry(line.code).or_default() += 1;
        }
    }
    let own = mix::services(decoy.me().specialty);
    assert!(
        codes.len() == 1 && codes.keys().all(|c| own.iter().any(|s| s.code == *c)),
        "{codes:?}"
    );
}

#[test]
fn a_spike_is_one_month_and_a_bust_out_ends() {
    let planted = trial("spike", STRONG, 0);
    let months = |histories: &[History]| {
        let mut months = [0_u32; 25];
        for (_, claim) in of(histories, planted.unit[0]) {
            let month = (claim.days.0 - crate::synth::calendar::FIRST_DAY) / 30;
            months[month as usize] += 1;
        }
        let most = months.iter().max().copied().unwrap_or(0);
        let mut sorted = months;
        sorted.sort_unstable();
        f64::from(most) / f64::from(sorted[12].max(1))
    };
    let (before, after) = (months(&planted.before()), months(&planted.histories()));
    assert!(after > 4.0 && after > 2.0 * before, "{before} {after}");
    let bust = trial("bust_out", STRONG, 0);
    let histories = bust.histories();
    let (opened, closed) = bust.me().active;
    let claims = bust.claims(&histories);
    assert!(claims.len() > 300, "{}", claims.len());
    assert!(
        claims
            .iter()
            .all(|(_, claim)| (opened..=closed).contains(&claim.days.0))
    );
    let middle = opened + (closed - opened) / 2;
    assert!(share(&claims, |(_, claim)| claim.days.0 > middle) > 0.7);
}

#[test]
fn members_overuse_care_or_have_a_new_cancer() {
    let mut world = HONEST.clone();
    world.plants_members = true;
    let histories = all(&world, 40_000);
    let emergencies = |history: &History| {
        let visits = history.claims.iter().filter(|claim| claim.place == "23");
        let days: BTreeSet<i32> = visits.map(|claim| claim.days.0).collect();
        days.len()
    };
    let two_at_once = |history: &History| {
        let mut seen: BTreeMap<(i32, &str), BTreeSet<u32>> = BTreeMap::new();
        for claim in history
            .claims
            .iter()
            .filter(|c| c.form == Form::Professional && c.place == "11")
        {
            let visits = claim.lines.iter();
            for line in visits.filter(|line| family_of(line.code).is_some()) {
                seen.entry((line.day, line.code))
                    .or_default()
                    .insert(claim.provider);
            }
        }
        seen.values()
            .filter(|providers| providers.len() > 1)
            .count()
    };
    let (mut planted, mut decoys, mut shared) = (0, 0, 0);
    for history in &histories {
        match history.overuse {
            Some(Role::Planted(strength)) => {
                planted += 1;
                assert!(!history.member.has_cancer());
                assert!(emergencies(history) + 1 >= [4, 8, 18][strength as usize]);
                assert!(strength == Strength::Weak || two_at_once(history) > 0);
            }
            Some(Role::HardNegative) => {
                decoys += 1;
                let oncology = |claim: &&Claim| {
                    world.provider(claim.provider).specialty == Specialty::Oncology
                };
                assert!(history.member.has_cancer());
                assert!(history.claims.iter().filter(oncology).count() >= 8);
                shared += two_at_once(history);
            }
            None => {}
        }
    }
    assert!(planted >= 6 && decoys >= 3, "{planted} {decoys}");
    // By chance two doctors see a sick member on one day now and then.
    assert!(shared <= 2 * decoys, "{shared} at {decoys}");
}

#[test]
fn doctor_and_pharmacy_change_with_the_home() {
    let mut world = HONEST.clone();
    world.plants_members = true;
    let mut movers = 0;
    for index in 0..40_000 {
        let mut rng = stream(world.seed, Purpose::Member, index, 0);
        let member = Member::draw(index, &world.markets, &mut rng);
        let (fills, role) = pharmacy::fills(&world, &member, true);
        let opioids: Vec<_> = fills
            .iter()
            .filter(|fill| pharmacy::OPIOIDS.contains(&fill.drug) && fill.days_supply == 30)
            .collect();
        let sources = |after: bool| -> BTreeSet<(u32, usize)> {
            let since = |day: i32| member.moved.is_some_and(|moved| day >= moved);
            let side = opioids.iter().filter(|fill| since(fill.day) == after);
            side.map(|fill| (fill.prescriber, fill.pharmacy)).collect()
        };
        match role {
            Some(Role::HardNegative) if !member.has_cancer() => {
                movers += 1;
                assert!(member.moved.is_some());
                let (before, after) = (sources(false), sources(true));
                assert!(
                    before.len() <= 1 && after.len() <= 1,
                    "{before:?} {after:?}"
                );
                assert!(before.is_disjoint(&after));
            }
            Some(Role::Planted(_)) => {
                let all: BTreeSet<_> = opioids.iter().map(|fill| fill.prescriber).collect();
                assert!(all.len() >= 3, "{all:?}");
            }
            _ => {}
        }
    }
    assert!(movers >= 5, "{movers}");
}

#[test]
fn every_scheme_of_the_catalogue_is_planted_beside_its_hard_negative() {
    let mut world = World::draw(3, 3_000);
    world.members = 27_000;
    let visits = Pilot::run(&world).visits;
    world.expect(&visits);
    plant(&mut world);
    let mut roles: BTreeMap<&str, BTreeSet<bool>> = BTreeMap::new();
    let mut strengths: BTreeMap<&str, BTreeSet<Strength>> = BTreeMap::new();
    let providers = crate::synth::labels::of_providers(&world);
    let members = all(&world, 27_000);
    let overuse = members
        .iter()
        .filter_map(|h| Some((member_overuse::NAME, h.overuse?)));
    let shopping = members.iter().filter_map(|h| {
        let role = pharmacy::fills(&world, &h.member, h.overuse.is_none()).1;
        Some((drug_shopping::NAME, role?))
    });
    let providers = providers.iter().map(|label| (label.scheme, label.role));
    for (scheme, role) in providers.chain(overuse).chain(shopping) {
        roles
            .entry(scheme)
            .or_default()
            .insert(role == Role::HardNegative);
        strengths.entry(scheme).or_default().extend(role.strength());
    }
    for scheme in crate::schemes::SCHEMES {
        assert_eq!(roles.get(scheme).map(BTreeSet::len), Some(2), "{scheme}");
        assert!(
            strengths[scheme].len() >= 2,
            "{scheme}: {:?}",
            strengths[scheme]
        );
    }
    assert_eq!(roles.len(), crate::schemes::SCHEMES.len());
}
