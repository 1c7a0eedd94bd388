//! Statements of a sample and of an estimate, to be pasted into a work paper.

use claimhound::audit::declaration::{Declaration, SizeRule, StratumNote};
use claimhound::audit::estimate::Estimate;
use claimhound::audit::limits::{CONTRACTOR_LEVEL, LEVELS, Law, OIG_LEVEL};
use claimhound::money::{Decimals, dollars, parse_cents, round_half_even};
use claimhound::pipeline::extrapolate::{Extrapolated, demanded_cents};
use claimhound::pipeline::sample::{SampledCase, TEMPLATE};

/// Whom and what a sample speaks for.
fn say_head(declared: &Declaration) {
    let whom = match declared.entity_type.name() {
        // A terminal is looked over: a member is named by the case.
        "provider" => format!("provider {}", declared.entity_ids.join(", ")),
        kind => format!("the {kind} of the case"),
    };
    let codes = match declared.codes.as_slice() {
        [] => "all codes".to_owned(),
        codes => format!("codes {}", codes.join(", ")),
    };
    let payer = match &declared.payer {
        Some(payer) => format!("payer {payer}"),
        None => "all payers".to_owned(),
    };
    say!("Case {}, {whom}; run {}", declared.case_id, declared.run_id);
    say!(
        "Frame: {} paid {}s, {} paid, services {} to {}; {codes}; {payer}",
        declared.frame.units,
        declared.unit.name(),
        grouped(&declared.frame.paid_amount),
        declared.frame.first_service_date,
        declared.frame.last_service_date,
    );
}

/// A plain amount with its thousands set apart.
fn grouped(amount: &str) -> String {
    parse_cents(amount, Decimals::Exact).map_or_else(|_| amount.to_owned(), dollars)
}

pub fn say_sample(sampled: &SampledCase) {
    let declared = &sampled.declaration;
    let (design, word) = (&declared.design, declared.unit.name());
    say_head(declared);
    for (reason, amount) in &declared.frame.left_out {
        say!(
            "  left out: {} lines {reason}, {}",
            amount.lines,
            grouped(&amount.paid_amount)
        );
    }
    if declared.payer.is_none() && declared.frame.payers.len() > 1 {
        say!(
            "  note: {} payers are in the frame; --payer draws for one of them",
            declared.frame.payers.len()
        );
    }
    for code in &sampled.unused_codes {
        say!("  note: no paid line in the frame bears {code}");
    }
    say!(
        "Design: {} of {} {word}s{}",
        if design.strata.len() > 1 {
            "stratified random sample"
        } else {
            "simple random sample"
        },
        design.size,
        why(declared)
    );
    if design.strata.len() > 1 {
        for stratum in &design.strata {
            say!("  {}", stratum_line(stratum, word));
        }
    }
    say!(
        "Estimator, laid down before review: {}. Seed {} ({}); frame SHA-256 {}",
        design.estimator.name(),
        declared.draw.seed,
        if declared.draw.seed_from == "frame" {
            "from the frame's hash"
        } else {
            "given"
        },
        declared.frame.sha256,
    );
    say!(
        "Drawn: {} {word}s, {} paid: {}{}",
        design.size,
        dollars(sampled.drawn_cents),
        sampled.folder.display(),
        if sampled.already {
            " (drawn before; nothing was changed)"
        } else {
            ""
        }
    );
    let template = sampled.folder.join(TEMPLATE);
    say!(
        "Next: fill in allowed_on_review for every unit of {}, then\n  claimhound extrapolate {} {}",
        template.display(),
        sampled.folder.display(),
        template.display()
    );
}

/// How the size came about.
fn why(declared: &Declaration) -> String {
    let design = &declared.design;
    let planned = format!(
        "a precision of {:.0} % at {:.0} % confidence if {:.0} % of the {}s are wholly overpaid",
        design.precision * 100.0,
        design.confidence * 100.0,
        design.error_rate * 100.0,
        declared.unit.name()
    );
    match design.size_rule {
        SizeRule::Given => ", as asked for".to_owned(),
        SizeRule::Probe => ", a probe".to_owned(),
        SizeRule::Planned => format!(", for {planned}"),
        SizeRule::Least => format!(", the least for a full sample; fewer would do for {planned}"),
        SizeRule::WholeFrame => ": the whole frame, without sampling error".to_owned(),
    }
}

fn stratum_line(stratum: &StratumNote, word: &str) -> String {
    let limits = match (&stratum.above, &stratum.up_to) {
        (None, Some(to)) => format!("up to {}", grouped(to)),
        (Some(above), Some(to)) => format!("over {} to {}", grouped(above), grouped(to)),
        (Some(above), None) => format!("over {}", grouped(above)),
        (None, None) => "all".to_owned(),
    };
    format!(
        "stratum {} ({limits}): {} of {} {word}s, {} paid{}",
        stratum.stratum,
        stratum.drawn,
        stratum.units,
        grouped(&stratum.paid_amount),
        if stratum.drawn == stratum.units {
            ", reviewed whole"
        } else {
            ""
        }
    )
}

fn rounded(cents: f64) -> String {
    dollars(round_half_even(cents))
}

fn law(law: Law) -> String {
    match law {
        Law::Certain => "no sampling error: every unit was reviewed".to_owned(),
        Law::Student { degrees_of_freedom } => {
            // Whole, unless Satterthwaite's.
            let digits = usize::from(degrees_of_freedom.fract() > 0.0);
            format!("Student's t, {degrees_of_freedom:.digits$} degrees of freedom")
        }
        Law::Normal => "normal".to_owned(),
    }
}

pub fn say_estimate(found: &Extrapolated) {
    let declared = &found.declaration;
    let (estimate, totals) = (&found.declared, &found.reviewed);
    say_head(declared);
    say!(
        "Reviewed: all {} drawn {}s, {} paid, {} allowed; {} overpaid, {} underpaid, net {}",
        totals.units,
        declared.unit.name(),
        dollars(totals.paid_cents),
        dollars(totals.allowed_cents),
        totals.overpaid_units,
        totals.underpaid_units,
        dollars(totals.overpaid_cents())
    );
    let rate = &found.error_rate;
    let units = declared.frame.units as f64;
    say!(
        "Overpaid in the frame: {:.1} % of the {}s ({:.1} to {:.1} %, two-sided 90 %, {})\n",
        100.0 * rate.projected / units,
        declared.unit.name(),
        100.0 * rate.lower / units,
        100.0 * rate.upper / units,
        if rate.exact { "exact" } else { "normal" }
    );
    say!(
        "Estimated overpayment, {} estimator (laid down before review): {}",
        estimate.estimator.name(),
        rounded(estimate.point)
    );
    say!(
        "  standard error {}; {}",
        rounded(estimate.standard_error),
        law(estimate.law)
    );
    for level in LEVELS {
        let interval = estimate.interval(level);
        let precision = interval
            .precision
            .map_or_else(String::new, |p| format!(" ({:.2} %)", p * 100.0));
        say!(
            "  two-sided {:.0} %: {} to {}, precision {}{precision}",
            level * 100.0,
            rounded(interval.lower),
            rounded(interval.upper),
            rounded(interval.precision_amount),
        );
    }
    say_limits(estimate);
    if matches!(estimate.law, Law::Normal) {
        let careful = estimate.with_effective_freedom();
        say!(
            "With {} (Satterthwaite) in place of the normal: {} and {}",
            law(careful.law),
            demanded(careful.lower_limit(CONTRACTOR_LEVEL)),
            demanded(careful.interval(OIG_LEVEL).lower)
        );
    }
    say!("\nOther estimators, for comparison only:");
    for other in &found.others {
        say!(
            "  {}: {}, standard error {}, one-sided 90 % lower limit {}",
            other.estimator.name(),
            rounded(other.point),
            rounded(other.standard_error),
            demanded(other.lower_limit(CONTRACTOR_LEVEL))
        );
    }
    for doubt in &found.doubts {
        say!("Caution: {doubt}");
    }
    if !found.sizes.is_empty() {
        let sizes: Vec<String> = found
            .sizes
            .iter()
            .map(|(precision, units)| format!("{:.0} %: {units}", precision * 100.0))
            .collect();
        say!(
            "Units to review in all for a precision of ({:.0} % confidence, by what was found): {}",
            declared.design.confidence * 100.0,
            sizes.join(", ")
        );
    }
    say!("Written: {}", found.file.display());
}

fn demanded(limit: f64) -> String {
    dollars(demanded_cents(limit))
}

/// The two figures that are demanded, and by whom.
fn say_limits(estimate: &Estimate) {
    say!(
        "Lower limit, one-sided 90 %: {}\n  what Medicare contractors demand in most situations (CMS Program Integrity Manual, ch. 8 § 8.4.5)",
        demanded(estimate.lower_limit(CONTRACTOR_LEVEL))
    );
    say!(
        "Lower limit, two-sided 90 %: {}\n  what HHS OIG recommends for recovery; designed to be below the true total in 95 of 100 samples",
        demanded(estimate.interval(OIG_LEVEL).lower)
    );
}
