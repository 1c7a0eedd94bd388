//! Progress on stderr: a bar on a terminal, plain lines or JSON otherwise.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use super::args::LogFormat;

static BAR: OnceLock<ProgressBar> = OnceLock::new();

/// Starts the log for this process.
pub fn start(format: Option<LogFormat>, quiet: bool) {
    if quiet {
        return;
    }
    let level = tracing_subscriber::filter::LevelFilter::INFO;
    match format {
        Some(LogFormat::Json) => {
            let layer = tracing_subscriber::fmt::layer()
                .json()
                .with_writer(std::io::stderr)
                .with_filter(level);
            Registry::default().with(layer).init();
        }
        None if std::io::stderr().is_terminal() => {
            let bar = ProgressBar::new_spinner();
            bar.set_style(
                ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            );
            bar.enable_steady_tick(Duration::from_millis(120));
            let _ = BAR.set(bar);
            Registry::default().with(BarLayer.with_filter(level)).init();
        }
        Some(LogFormat::Plain) | None => {
            let layer = tracing_subscriber::fmt::layer()
                .with_ansi(false)
                .with_target(false)
                .with_writer(std::io::stderr)
                .with_filter(level);
            Registry::default().with(layer).init();
        }
    }
}

/// Clears the bar before results are printed.
pub fn finish() {
    if let Some(bar) = BAR.get() {
        bar.finish_and_clear();
    }
}

/// Shows the latest event beside the spinner.
struct BarLayer;

impl<S: tracing::Subscriber> Layer<S> for BarLayer {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut text = EventText::default();
        event.record(&mut text);
        if let Some(bar) = BAR.get() {
            bar.set_message(text.0);
        }
    }
}

#[derive(Default)]
struct EventText(String);

impl Visit for EventText {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let separator = if self.0.is_empty() { "" } else { " " };
        let _ = match field.name() {
            "message" => write!(self.0, "{separator}{value:?}"),
            name => write!(self.0, "{separator}{name}={value:?}"),
        };
    }
}
