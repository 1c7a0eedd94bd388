//! What each command does: arguments to a library call, its result to the printer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use claimhound::config::Config;
use claimhound::detect::REGISTRY;
use claimhound::detect::method::{ENSEMBLE, MEMBERS};
use claimhound::detect::profile;
use claimhound::detect::standardise::Side;
use claimhound::detect::table::{Request, detect};
use claimhound::error::{Error, Result};
use claimhound::evaluate::{evaluate, read_labels};
use claimhound::features::measure::Measure;
use claimhound::ingest::date::{DateFormat, parse_day};
use claimhound::ingest::discover::InputPaths;
use claimhound::ingest::layout::{BUILT_IN, Layout};
use claimhound::pipeline::{self, Scan, decisions, verify};
use claimhound::private::create_private;
use claimhound::reference::ReferencePaths;
use claimhound::report::html;
use claimhound::synth::{REFERENCE, SynthConfig, generate};
use claimhound::trend::{self, bust_out};
use claimhound::validate::refuse_bad_tables;
use claimhound::{edits, features, network, schema};
use clap::CommandFactory;

use super::args::{Cli, Command, DetectArgs, DirectionArg, InputArgs, Registry};
use super::{audit, case, export, log, nightly, print};

pub fn run(command: Command) -> Result<()> {
    match command {
        Command::Demo {
            out,
            providers,
            seed,
        } => demo(&out, providers, seed),
        Command::Scan {
            input,
            out,
            keep,
            show_values,
            with_phi,
        } => {
            let mut job = job(input, out.clone(), keep, show_values)?;
            job.with_phi = with_phi;
            let scanned = pipeline::scan(&job)?;
            log::finish();
            print::scanned(&scanned, &out)
        }
        Command::Check { input, show_values } => check(input, show_values),
        Command::Cases { out, top } => {
            log::finish();
            case::cases(&latest(&out)?, top)
        }
        Command::Show { out, case } => {
            log::finish();
            case::show(&latest(&out)?, &case)
        }
        Command::Export(args) => export::run(args),
        Command::Disposition { out, file } => {
            nightly::taken_up(&decisions::take_up(&out, &file)?);
            Ok(())
        }
        Command::Evaluate { out, labels } => {
            let evaluation = evaluate(&latest(&out)?, &read_labels(&labels)?)?;
            log::finish();
            print::evaluation(&evaluation);
            Ok(())
        }
        Command::Detect(args) => detect_table(args),
        Command::Sample(args) => audit::draw(*args),
        Command::Extrapolate { sample, reviewed } => audit::appraise(&sample, &reviewed),
        Command::Synth {
            out,
            providers,
            seed,
            lines,
            clean,
        } => {
            let summary = synth(
                &out,
                &SynthConfig {
                    providers,
                    seed,
                    lines,
                    clean,
                },
            )?;
            log::finish();
            say!(
                "{} lines of {} providers and {} members in {}",
                summary.lines,
                summary.providers,
                summary.members,
                out.display()
            );
            Ok(())
        }
        Command::Verify { run, rerun } => {
            let verified = verify::verify(&run, rerun)?;
            log::finish();
            print::verified(&verified);
            if verified.differing.is_empty() {
                Ok(())
            } else {
                Err(Error::Differs {
                    differing: verified.differing.len(),
                    tables: verified.tables,
                })
            }
        }
        Command::List { what, print_sql } => list(what, print_sql),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "claimhound", &mut script);
            say!("{}", String::from_utf8_lossy(&script));
            Ok(())
        }
    }
}

fn detect_table(args: DetectArgs) -> Result<()> {
    let request = Request {
        table: args.table,
        id: args.id,
        columns: args.columns,
        peer: args.peer,
        method: args.method,
        side: match args.direction {
            DirectionArg::High => Side::High,
            DirectionArg::Low => Side::Low,
            DirectionArg::Both => Side::Both,
        },
        seed: args.seed,
        output: args.output,
    };
    let summary = detect(&request)?;
    log::finish();
    for note in &summary.notes {
        eprintln!("note: {note}");
    }
    say!(
        "{} of {} rows scored by {} columns in {} group(s) by {}: {}",
        summary.scored,
        summary.rows,
        summary.columns.len(),
        summary.groups,
        request.method,
        request.output.display()
    );
    Ok(())
}

fn synth(out: &Path, config: &SynthConfig) -> Result<claimhound::synth::SynthSummary> {
    create_private(out)?;
    generate(config, out).map_err(|e| {
        Error::input(
            out.display().to_string(),
            e.to_string(),
            "Check --providers, --lines and the folder",
        )
    })
}

fn demo(out: &Path, providers: usize, seed: u64) -> Result<()> {
    let claims = out.join("claims");
    tracing::info!("making claims");
    synth(
        &claims,
        &SynthConfig {
            providers,
            seed,
            lines: None,
            clean: false,
        },
    )?;
    let input = InputPaths {
        folder: Some(claims.clone()),
        ..InputPaths::default()
    };
    let scanned = pipeline::scan(&Scan {
        layout: Layout::find("tuva")?,
        paths: input,
        out: out.to_path_buf(),
        config: Config::default(),
        reference: ReferencePaths {
            folder: Some(claims.join(REFERENCE)),
            exclusions: Vec::new(),
        },
        edits: None,
        as_of: None,
        keep: None,
        show_values: false,
        with_phi: false,
    })?;
    let evaluation = evaluate(&scanned.run, &read_labels(&claims.join("labels.csv"))?)?;
    log::finish();
    print::scanned(&scanned, out)?;
    print::planted(&evaluation, &scanned.manifest.results.detectors_not_run);
    say!(
        "\nReport: {}",
        out.join("latest").join(html::REPORT).display()
    );
    say!("One case in words: claimhound show {} 1", out.display());
    Ok(())
}

fn check(input: InputArgs, show_values: bool) -> Result<()> {
    let work = std::env::temp_dir().join(format!("claimhound-check-{}", std::process::id()));
    create_private(&work)?;
    let result = job(input, work.clone(), None, show_values).and_then(|job| {
        let checked = pipeline::check(&job, &work.join("tables"))?;
        log::finish();
        print::checked(&checked);
        // What a scan would refuse, a check refuses with the same exit code.
        let limit = job.config.ingest.max_reject_share;
        refuse_bad_tables(
            &checked.canonical,
            limit,
            Path::new("the rejects listed above"),
        )
    });
    let _ = std::fs::remove_dir_all(&work);
    result
}

fn job(input: InputArgs, out: PathBuf, keep: Option<usize>, show_values: bool) -> Result<Scan> {
    let mut named = BTreeMap::new();
    for (name, paths) in [
        ("medical_claim", input.medical_claim),
        ("eligibility", input.eligibility),
        ("provider", input.provider),
        ("pharmacy_claim", input.pharmacy_claim),
    ] {
        if !paths.is_empty() {
            named.insert(name.to_owned(), paths);
        }
    }
    if input.input.is_none() && named.is_empty() {
        return Err(Error::Usage(
            "no input: give a folder, or --medical-claim FILE".into(),
        ));
    }
    let as_of = match input.as_of {
        None => None,
        Some(text) => Some(parse_day(&text, &[DateFormat::Iso]).ok_or_else(|| {
            Error::Usage(format!("--as-of {text}: not a date; write YYYY-MM-DD"))
        })?),
    };
    Ok(Scan {
        layout: Layout::find(&input.layout)?,
        paths: InputPaths {
            folder: input.input,
            named,
            not_inside: Some(out.clone()),
        },
        config: input
            .config
            .as_deref()
            .map(Config::read)
            .transpose()?
            .unwrap_or_default(),
        reference: ReferencePaths {
            folder: input.reference,
            exclusions: input.exclusions,
        },
        edits: input.edits,
        out,
        as_of,
        keep,
        show_values,
        with_phi: false,
    })
}

/// The latest run under an output folder, or the folder itself where it is a run.
pub fn latest(out: &Path) -> Result<PathBuf> {
    for candidate in [out.join("latest"), out.to_path_buf()] {
        if candidate.join("manifest.json").exists() {
            return Ok(candidate);
        }
    }
    Err(Error::input(
        out.display().to_string(),
        "no run in this folder",
        "Run `claimhound scan … --out` with it first",
    ))
}

fn list(what: Registry, print_sql: bool) -> Result<()> {
    let edits = edits::edits(None)?;
    let measures = features::measure::measures()?;
    if matches!(what, Registry::Measures | Registry::Detectors) {
        for measure in &measures {
            say!(
                "{:<24} {:<20} {:<7} {}",
                measure.name,
                measure.scheme,
                measure.shown_as.name(),
                measure.title
            );
            if print_sql {
                say!(
                    "\n{}",
                    features::cells_sql(&measure.cells).unwrap_or_default()
                );
            }
        }
    }
    if matches!(what, Registry::Detectors) {
        let trends = trend::detectors()?;
        let tests = trends
            .iter()
            .map(|d| (&*d.measure.name, &*d.measure.scheme, &*d.measure.title));
        let pattern = (bust_out::NAME, bust_out::NAME, bust_out::TITLE);
        for (name, scheme, title) in tests.chain([pattern]) {
            say!("{name:<24} {scheme:<20} trend   {title}");
        }
        for measure in [
            network::measure::shared_members(),
            network::measure::visit_bursts(),
        ] {
            let Measure {
                name,
                scheme,
                title,
                ..
            } = measure;
            say!("{name:<24} {scheme:<20} network {title}");
        }
        let (name, title) = (profile::NAME, profile::TITLE);
        say!("{name:<24} {name:<20} cluster {title}");
    }
    if matches!(what, Registry::Edits | Registry::Detectors) {
        for edit in &edits {
            say!(
                "{:<24} {:<20} edit    {}",
                edit.name,
                edit.scheme,
                edit.title
            );
            if print_sql {
                say!("\n{}", edit.sql);
            }
        }
    }
    if matches!(what, Registry::Detectors) {
        for entry in REGISTRY {
            say!(
                "{:<24} {:<20} outlier {} ({})",
                entry.name,
                "any table",
                entry.title,
                entry.source
            );
        }
        say!(
            "{ENSEMBLE:<24} {:<20} outlier {} together",
            "any table",
            MEMBERS.join(", ")
        );
    }
    match what {
        Registry::Layouts => {
            for (name, sql) in BUILT_IN {
                say!("{name:<12} {}", Layout::find(name)?.title);
                if print_sql {
                    say!("\n{sql}");
                }
            }
        }
        Registry::Columns => {
            let tables = schema::output::TABLES.iter();
            for table in tables.chain(schema::audit::TABLES) {
                say!("{}: {}", table.name, table.about);
                for column in table.columns {
                    say!(
                        "  {:<28} {:<18} {}",
                        column.name,
                        column.kind.name(),
                        column.about
                    );
                }
            }
        }
        _ => {}
    }
    Ok(())
}
