//! How long each stage took and how much memory the run used: the one place with a clock.

use std::time::Instant;

use serde::Serialize;

/// Seconds by stage, in order.
pub struct Timings {
    last: Instant,
    stages: Vec<Stage>,
}

#[derive(Serialize)]
struct Stage {
    #[serde(rename = "stage")]
    name: &'static str,
    seconds: f64,
    /// Peak resident memory of the process so far, where the system tells.
    peak_bytes: Option<u64>,
}

impl Timings {
    pub fn start() -> Timings {
        Timings {
            last: Instant::now(),
            stages: Vec::new(),
        }
    }

    /// Ends a stage.
    pub fn stage(&mut self, stage: &'static str) {
        let seconds = self.last.elapsed().as_secs_f64();
        tracing::info!(stage, seconds, "done");
        self.stages.push(Stage {
            name: stage,
            seconds,
            peak_bytes: peak_bytes(),
        });
        self.last = Instant::now();
    }

    /// `timings.json`.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(&self.stages).unwrap_or_default()
    }
}

/// `VmHWM` of Linux.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace()
        .nth(1)?
        .parse::<u64>()
        .ok()
        .map(|kib| kib * 1024)
}
