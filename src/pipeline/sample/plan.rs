//! Strata, sizes and the draw of a sample.

use super::{SampleJob, Size, hex};
use crate::audit::allocation::{Anticipated, least, neyman};
use crate::audit::declaration::{Design, SizeRule, StratumNote};
use crate::audit::draw::order;
use crate::audit::frame::SamplingFrame;
use crate::audit::plan::{MIN_FULL_SAMPLE, PROBE, normal_quantile, size_for};
use crate::audit::strata::{Stratum, stratify};
use crate::error::{Error, Result};
use crate::money::plain_dollars;
use crate::report::frame::{Frame, Value};
use crate::schema::audit::SAMPLING_FRAME;

/// Strata with their sizes.
pub(super) struct Plan {
    strata: Vec<Stratum>,
    drawn: Vec<u64>,
    size_rule: SizeRule,
}

/// A drawn unit: its stratum from 1.
pub(super) struct Drawn {
    pub stratum: u64,
    pub unit_id: u64,
}

impl Plan {
    /// # Errors
    /// [`Error::Usage`] where the frame or the strata cannot have the size asked for.
    pub fn new(job: &SampleJob, frame: &SamplingFrame) -> Result<Plan> {
        let amounts = frame.amounts();
        let strata = stratify(&amounts, job.strata, job.take_all_above);
        let anticipated: Vec<Anticipated> = strata
            .iter()
            .map(|s| Anticipated::all_or_nothing(&s.moments(&amounts), job.error_rate, s.take_all))
            .collect();
        let (size, size_rule) = size(job, &anticipated, amounts.len() as u64)?;
        Ok(Plan {
            drawn: neyman(&anticipated, size),
            strata,
            size_rule,
        })
    }

    /// The drawn units, stratum by stratum in the order of their random numbers.
    pub fn drawn(&self, seed: u64) -> Vec<Drawn> {
        let mut drawn = Vec::new();
        for ((stratum, n), number) in self.strata.iter().zip(&self.drawn).zip(1..) {
            let units = order(seed, &stratum.unit_ids);
            drawn.extend(units.into_iter().take(*n as usize).map(|unit_id| Drawn {
                stratum: number,
                unit_id,
            }));
        }
        drawn
    }

    /// The design as it is declared.
    pub fn design(&self, job: &SampleJob, amounts: &[i64]) -> Design {
        let note = |((stratum, drawn), number): ((&Stratum, &u64), u64)| StratumNote {
            stratum: number,
            above: stratum.above.map(plain_dollars),
            up_to: stratum.up_to.map(plain_dollars),
            units: stratum.unit_ids.len() as u64,
            paid_amount: plain_dollars(
                stratum
                    .unit_ids
                    .iter()
                    .map(|id| amounts[*id as usize - 1])
                    .sum(),
            ),
            drawn: *drawn,
            take_all: stratum.take_all,
        };
        Design {
            size: self.drawn.iter().sum(),
            size_rule: self.size_rule,
            precision: job.precision,
            confidence: job.confidence,
            error_rate: job.error_rate,
            estimator: job.estimator,
            strata: self
                .strata
                .iter()
                .zip(&self.drawn)
                .zip(1..)
                .map(note)
                .collect(),
        }
    }

    /// `frame.parquet`.
    pub fn table(&self, frame: &SamplingFrame, seed: u64) -> Frame {
        let mut stratum_of = vec![0_i64; frame.units.len()];
        for (stratum, number) in self.strata.iter().zip(1..) {
            for id in &stratum.unit_ids {
                stratum_of[*id as usize - 1] = number;
            }
        }
        let mut table = Frame::new(&SAMPLING_FRAME);
        for ((unit, stratum), id) in frame.units.iter().zip(stratum_of).zip(1_i64..) {
            table.push(vec![
                id.into(),
                unit.data_source.clone().into(),
                unit.claim_id.clone().into(),
                unit.claim_line_number.into(),
                unit.person_id.clone().into(),
                unit.first_day.into(),
                unit.last_day.into(),
                Value::Int(unit.lines.cast_signed()),
                unit.paid_cents.into(),
                stratum.into(),
                hex(seed, id as u64).into(),
            ]);
        }
        table
    }
}

fn size(job: &SampleJob, strata: &[Anticipated], units: u64) -> Result<(u64, SizeRule)> {
    let least = least(strata);
    let word = job.unit.name();
    let fits = |asked: u64, option: &str| {
        if asked > units {
            return Err(Error::Usage(format!(
                "{option}: the frame has {units} {word}s, fewer than the {asked} asked for; ask for fewer, \
                 or widen --codes, --from, --to or --payer"
            )));
        }
        if asked < least {
            return Err(Error::Usage(format!(
                "{option}: these strata need at least {least} {word}s, {asked} were asked for; ask for more, \
                 or fewer --strata, or raise --take-all-above"
            )));
        }
        Ok(asked)
    };
    Ok(match job.size {
        Size::Given(asked) => (fits(asked, "--size")?, SizeRule::Given),
        Size::Probe if units <= PROBE => (units, SizeRule::WholeFrame),
        Size::Probe => (fits(PROBE, "--probe")?, SizeRule::Probe),
        Size::Planned => {
            let planned = size_for(strata, job.precision, normal_quantile(job.confidence));
            match planned.max(MIN_FULL_SAMPLE.max(least)) {
                size if size >= units => (units, SizeRule::WholeFrame),
                size if size > planned => (size, SizeRule::Least),
                size => (size, SizeRule::Planned),
            }
        }
    })
}
