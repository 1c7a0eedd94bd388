//! Worked examples as their sources print them. Those of allocation, sample size, strata and counts
//! stand beside the code.

use claimhound::audit::estimate::{Estimate, Estimator, Reviewed, ReviewedStratum, estimate};
use claimhound::audit::limits::{LEVELS, Law, interval};

/// Overpayments (in the source's unit) as reviewed units: paid `base` more than overpaid.
fn overpaid(amounts: &[i64]) -> Vec<Reviewed> {
    let base = amounts.iter().map(|a| a.abs()).max().unwrap_or(0);
    let unit = |amount: &i64| Reviewed {
        paid_cents: base + amount,
        allowed_cents: base,
    };
    amounts.iter().map(unit).collect()
}

fn difference(strata: &[(u64, Vec<i64>)]) -> Estimate {
    let strata: Vec<ReviewedStratum> = strata
        .iter()
        .map(|(units, amounts)| ReviewedStratum {
            units: *units,
            paid_cents: 0,
            reviewed: overpaid(amounts),
        })
        .collect();
    estimate(Estimator::Difference, &strata)
}

/// `n` whole numbers with this mean and standard deviation, as nearly as whole numbers can: half of
/// them as far above the mean as the others below.
fn with_moments(n: usize, mean: f64, deviation: f64) -> Vec<i64> {
    let pairs = n / 2;
    let distance = deviation * ((n - 1) as f64 / (2 * pairs) as f64).sqrt();
    let mut amounts = Vec::new();
    for _ in 0..pairs {
        amounts.push((mean + distance).round() as i64);
        amounts.push((mean - distance).round() as i64);
    }
    if n % 2 == 1 {
        amounts.push(mean.round() as i64);
    }
    amounts
}

/// RAT-STATS 2010, unrestricted variable appraisal, as printed in team CBTek's *Example Comparison
/// Guide Between RAT-STATS 2017 and RAT-STATS 2010* (entry to HHS OIG's RAT-STATS challenge, 20 April
/// 2017): two examples, the second for examined and for difference values. It prints means and
/// standard deviations to the cent and totals to the dollar.
#[test]
fn rat_stats_unrestricted_variable_appraisal() {
    struct Printed {
        universe: u64,
        sample: usize,
        mean: f64,
        deviation: f64,
        standard_error: f64,
        point: f64,
        limits: [(f64, f64); 3],
    }
    let printed = [
        Printed {
            universe: 1000,
            sample: 999,
            mean: 14_234.898,
            deviation: 31_492.46,
            standard_error: 31_508.0,
            point: 14_234_898.0,
            limits: [
                (14_194_492.0, 14_275_304.0),
                (14_183_024.0, 14_286_773.0),
                (14_173_068.0, 14_296_728.0),
            ],
        },
        Printed {
            universe: 782_543,
            sample: 3,
            mean: 8_824.43 / 3.0,
            deviation: 3_685.66,
            standard_error: 1_665_184_761.0,
            point: 2_301_831_975.0,
            limits: [
                (-838_070_522.0, 5_441_734_473.0),
                (-2_560_483_516.0, 7_164_147_466.0),
                (-4_862_879_783.0, 9_466_543_733.0),
            ],
        },
        Printed {
            universe: 782_543,
            sample: 3,
            mean: 343_400.33 / 3.0,
            deviation: 189_667.73,
            standard_error: 85_691_985_217.0,
            point: 89_575_174_813.0,
            limits: [
                (-72_007_182_093.0, 251_157_531_720.0),
                (-160_644_186_371.0, 339_794_535_997.0),
                (-279_127_679_297.0, 458_278_028_923.0),
            ],
        },
    ];
    for example in printed {
        // In ten-thousandths of a dollar, so that the rounding to whole numbers does not show.
        let scale = 10_000.0;
        let amounts = with_moments(
            example.sample,
            example.mean * scale,
            example.deviation * scale,
        );
        let found = difference(&[(example.universe, amounts)]);
        // What a deviation printed to the cent leaves open, and half a dollar.
        let open = |value: f64| 0.006 / example.deviation * value.abs() + 0.6;
        let near = |found: f64, printed: f64, spread: f64| {
            let dollars = found / scale;
            assert!(
                (dollars - printed).abs() <= open(spread),
                "{dollars} {printed}"
            );
        };
        // Sums are printed to the cent.
        let of_sum = example.universe as f64 / example.sample as f64 * 0.005 + 0.6;
        assert!((found.point / scale - example.point).abs() <= of_sum);
        near(
            found.standard_error,
            example.standard_error,
            example.standard_error,
        );
        for (level, (lower, upper)) in LEVELS.into_iter().zip(example.limits) {
            let own = found.interval(level);
            let spread = own.precision_amount / scale;
            near(own.lower - found.point, lower - example.point, spread);
            near(own.upper - found.point, upper - example.point, spread);
        }
    }
}

/// The same program's stratified appraisal takes normal quantiles over all strata: summary of
/// difference values over 550 items in its *Stratified Variable Appraisal User Guide* (revision 1,
/// 5 May 2017).
#[test]
fn rat_stats_stratified_limits_are_normal() {
    let printed = [
        (0.80, 1_409_398_235.0, 479_305_320.0, 25.38),
        (0.90, 1_273_521_836.0, 615_181_718.0, 32.57),
        (0.95, 1_155_669_325.0, 733_034_230.0, 38.81),
    ];
    for (level, lower, amount, percent) in printed {
        let found = interval(1_888_703_555.0, 374_003_929.0, Law::Normal, level);
        assert!((found.lower - lower).abs() < 2.0, "{}", found.lower);
        assert!((found.precision_amount - amount).abs() < 2.0);
        let precision = found.precision.expect("a precision") * 100.0;
        assert!((precision - percent).abs() < 0.005, "{precision}");
    }
}

/// Signatures on 676 sheets of a petition, 50 sheets counted (Cochran, *Sampling Techniques*, 3rd
/// ed., 1977, § 2.7): s² = 229.0, a total of 19,888 with 80 per cent limits 18,107 and 21,669, with a
/// normal deviate of 1.28.
#[test]
fn cochrans_petition() {
    let counted = [
        (42, 23),
        (41, 4),
        (36, 1),
        (32, 1),
        (29, 1),
        (27, 2),
        (23, 1),
        (19, 1),
        (16, 2),
        (15, 2),
        (14, 1),
        (11, 1),
        (10, 1),
        (9, 1),
        (7, 1),
        (6, 3),
        (5, 2),
        (4, 1),
        (3, 1),
    ];
    let signatures: Vec<i64> = counted
        .iter()
        .flat_map(|(signatures, sheets)| std::iter::repeat_n(*signatures, *sheets))
        .collect();
    assert_eq!(
        (signatures.len(), signatures.iter().sum::<i64>()),
        (50, 1471)
    );
    let found = difference(&[(676, signatures)]);
    assert!((found.point - 19_888.0).abs() < 0.5);
    let half = 1.28 * found.standard_error;
    // Cochran multiplies by s rounded to 15.13.
    assert!((found.point - half - 18_107.0).abs() < 1.5);
    assert!((found.point + half - 21_669.0).abs() < 1.5);
}

/// Acres of farms in 300 of 3,078 counties, stratified by region (Lohr, *Sampling: Design and
/// Analysis*, data set `agstrat`, example 3.2): a total of 909,736,034 with a standard error of
/// 50,417,248, from the regions' means and variances.
#[test]
fn lohrs_stratified_counties() {
    let scale = 100.0;
    let regions = [
        (1054, 103, 300_504.16, 29_618_183_543_f64),
        (220, 21, 97_629.81, 7_647_472_708.0),
        (1382, 135, 211_315.04, 53_587_487_856.0),
        (422, 41, 662_295.51, 396_185_950_266.0),
    ];
    let strata = regions
        .map(|(units, n, mean, variance)| {
            (
                units,
                with_moments(n, mean * scale, variance.sqrt() * scale),
            )
        })
        .to_vec();
    let found = difference(&strata);
    assert!((found.point / scale - 909_736_034.0).abs() < 2.0);
    assert!((found.standard_error / scale - 50_417_248.0).abs() < 2.0);
    // The book's interval takes t with n − H = 296 degrees of freedom: 810,514,350 to 1,008,957,719.
    let law = Law::Student {
        degrees_of_freedom: 296.0,
    };
    let book = interval(found.point / scale, found.standard_error / scale, law, 0.95);
    assert!((book.lower - 810_514_350.0).abs() < 5.0 && (book.upper - 1_008_957_719.0).abs() < 5.0);
}

/// Ten of 180 inventory items with a book value of $13,320 (Scheaffer, Mendenhall and Ott,
/// *Elementary Survey Sampling*, difference estimation): a mean audit value of 74.4 with a variance of
/// 0.59.
#[test]
fn scheaffers_inventory() {
    let audited_and_book = [
        (9, 10),
        (14, 12),
        (7, 8),
        (29, 26),
        (45, 47),
        (109, 112),
        (40, 36),
        (238, 240),
        (60, 59),
        (170, 167),
    ];
    let reviewed = audited_and_book.map(|(allowed_cents, paid_cents)| Reviewed {
        paid_cents,
        allowed_cents,
    });
    let strata = [ReviewedStratum {
        units: 180,
        paid_cents: 13_320,
        reviewed: reviewed.to_vec(),
    }];
    let found = estimate(Estimator::Difference, &strata);
    assert!(((13_320.0 - found.point) / 180.0 - 74.4).abs() < 1e-9);
    let variance = (found.standard_error / 180.0).powi(2);
    assert!((variance - 0.592).abs() < 0.0005, "{variance}");
}

/// Seedlings alive in two years on ten of very many plots (Lohr, *Sampling: Design and Analysis*, table
/// 3.3 of the first edition): a ratio of 0.296 with a standard error of 0.115; R's `survey` prints
/// 0.2961165 and 0.1152622.
#[test]
fn lohrs_seedlings() {
    let before = [1, 0, 8, 2, 76, 60, 25, 2, 1, 31];
    let after = [0, 0, 1, 2, 10, 15, 3, 2, 1, 27];
    let reviewed = before.iter().zip(after).map(|(before, after)| Reviewed {
        paid_cents: *before,
        allowed_cents: before - after,
    });
    let known = 1_000_000_000;
    let strata = [ReviewedStratum {
        units: 10_000_000_000,
        paid_cents: known,
        reviewed: reviewed.collect(),
    }];
    let found = estimate(Estimator::Ratio, &strata);
    let (ratio, error) = (
        found.point / known as f64,
        found.standard_error / known as f64,
    );
    assert!((ratio - 0.296_116_5).abs() < 1e-7 && (error - 0.115_262_2).abs() < 1e-7);
}
