//! The folder that a sample is written to and reviewed in.

use std::fs;
use std::path::{Path, PathBuf};

use super::plan::Drawn;
use super::{DECLARATION, DRAWN, FRAME, SampleJob, TEMPLATE, hex};
use crate::audit::declaration::Declaration;
use crate::audit::frame::SamplingFrame;
use crate::audit::review;
use crate::cases::lookup::FoundCase;
use crate::error::{Error, Result};
use crate::ingest::date::iso;
use crate::money::plain_dollars;
use crate::private::{create_private, private_file, write_private};

/// Writes the folder, the declaration last: a folder without one is unfinished.
pub(super) fn write(
    job: &SampleJob,
    out: &Path,
    case: &FoundCase,
    declaration: &Declaration,
    staged: &Path,
    frame: &SamplingFrame,
    drawn: &[Drawn],
) -> Result<(PathBuf, bool)> {
    let mut text = serde_json::to_string_pretty(declaration)
        .map_err(|e| Error::table(Path::new(DECLARATION), &e))?;
    text.push('\n');
    let folder = job.output.clone().unwrap_or_else(|| {
        let head = |hex: &str| hex.chars().take(8).collect::<String>();
        let hash = blake3::hash(text.as_bytes()).to_hex();
        out.join("samples")
            .join(format!("{}_{}", head(&case.case_id), head(hash.as_str())))
    });
    let declared = folder.join(DECLARATION);
    if let Ok(before) = fs::read(&declared) {
        if before == text.as_bytes() {
            return Ok((folder, true));
        }
        return Err(Error::input(
            folder.display().to_string(),
            "another sample was drawn into this folder",
            "Give --output another folder: what was declared and may be under review stays as it is",
        ));
    }
    create_private(&folder)?;
    let parquet = fs::read(staged).map_err(Error::io(staged, "reading"))?;
    write_private(&folder.join(FRAME), &parquet)?;
    write_drawn(&folder.join(DRAWN), declaration.draw.seed, frame, drawn)?;
    write_template(&folder.join(TEMPLATE), frame, drawn)?;
    write_private(&declared, text.as_bytes())?;
    Ok((folder, false))
}

fn write_drawn(path: &Path, seed: u64, frame: &SamplingFrame, drawn: &[Drawn]) -> Result<()> {
    let failed = |e: csv::Error| Error::table(path, &e);
    let mut csv = csv::Writer::from_writer(private_file(path)?);
    csv.write_record([
        "draw",
        "unit_id",
        "stratum",
        "random_number",
        "data_source",
        "claim_id",
        "claim_line_number",
        "person_id",
        "first_service_date",
        "last_service_date",
        "paid_amount",
    ])
    .map_err(failed)?;
    for (draw, at) in drawn.iter().zip(1..) {
        let unit = &frame.units[draw.unit_id as usize - 1];
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        csv.write_record([
            format!("{at}"),
            draw.unit_id.to_string(),
            draw.stratum.to_string(),
            hex(seed, draw.unit_id),
            text(&unit.data_source),
            text(&unit.claim_id),
            unit.claim_line_number
                .map_or_else(String::new, |n| n.to_string()),
            text(&unit.person_id),
            iso(unit.first_day),
            iso(unit.last_day),
            plain_dollars(unit.paid_cents),
        ])
        .map_err(failed)?;
    }
    csv.flush().map_err(Error::io(path, "writing"))
}

fn write_template(path: &Path, frame: &SamplingFrame, drawn: &[Drawn]) -> Result<()> {
    let failed = |e: csv::Error| Error::table(path, &e);
    let mut csv = csv::Writer::from_writer(private_file(path)?);
    csv.write_record(review::COLUMNS).map_err(failed)?;
    for draw in drawn {
        let unit = &frame.units[draw.unit_id as usize - 1];
        let row = [draw.unit_id.to_string(), plain_dollars(unit.paid_cents)];
        csv.write_record(row.iter().map(String::as_str).chain(["", ""]))
            .map_err(failed)?;
    }
    csv.flush().map_err(Error::io(path, "writing"))
}
