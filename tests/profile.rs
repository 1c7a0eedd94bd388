//! Profiles judged as a whole, on other people's numbers: eight shares a provider, simulated by
//! `tests/reference/simulator.py`, in which the unusual do a little more of everything, or more of
//! three things. What a list gains by one more test beside the measures' own, and whether it stays
//! honest; `cargo bench --bench profiles` prints the same for every detector.

mod chain;
#[path = "chain/joint.rs"]
mod joint;

use claimhound::detect::profile::SCORERS;
use joint::{Outcome, Run, p_values, stored};

#[test]
fn one_more_test_finds_more_at_the_same_false_part() {
    for law in ["normal", "t5"] {
        let (mut without, mut with) = <(Outcome, Outcome)>::default();
        let (mut low, mut all) = (0, 0);
        for (number, rows) in stored(law).into_iter().enumerate() {
            let run = Run::new(number, rows);
            let judged = run.measures().expect("fitted measures");
            let profiles = run.profiles(&judged, &SCORERS);
            assert!(profiles.admission.counts(false), "{:?}", profiles.admission);
            let p = p_values(&profiles);
            if run.rows.iter().all(|r| r.shift <= 0.0) {
                low += p.iter().filter(|p| **p < 0.01).count();
                all += p.len();
            }
            without.add(&run.rows, &run.combined(&judged, None));
            with.add(&run.rows, &run.combined(&judged, Some(&p)));
        }
        for (name, outcome) in [("without", &without), ("with", &with)] {
            let (part, error) = outcome.false_discoveries();
            println!(
                "{law}, {name}: false part {part:.3} ± {error:.3}, null runs with a case {}, found {:?}",
                outcome.null_with_case, outcome.found
            );
        }
        let part = f64::from(low as u32) / all as f64;
        println!("{law}: honest p < 0.01: {:.2} %", 100.0 * part);
        assert!((0.004..=0.02).contains(&part), "{law}: {part}");
        assert!(with.null_with_case <= without.null_with_case + 1, "{law}");
        let (part, error) = with.false_discoveries();
        assert!(
            part - 2.0 * error <= joint::LEVEL,
            "{law}: {part} ± {error}"
        );
        assert!(
            with.found(joint::MEASURES) > without.found(joint::MEASURES),
            "{law}"
        );
    }
}
