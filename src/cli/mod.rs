//! The command line: arguments in, one call into the library, results on stdout.

mod args;
mod commands;
mod log;
mod print;

use clap::Parser;

use self::args::Cli;

/// Runs the program and returns its exit code.
#[must_use]
pub fn main() -> u8 {
    let cli = Cli::parse();
    log::start(cli.log, cli.quiet);
    match commands::run(cli.command) {
        Ok(()) => 0,
        Err(error) => {
            log::finish();
            eprintln!("error: {error}");
            error.exit_code()
        }
    }
}
