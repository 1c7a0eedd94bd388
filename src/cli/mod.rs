//! The command line: arguments in, one call into the library, results on stdout.

/// Prints a line of results. A reader that has gone away (`| head`) is no error; a full disk is.
macro_rules! say {
    () => { $crate::cli::say_line(format_args!("")) };
    ($($arguments:tt)*) => { $crate::cli::say_line(format_args!($($arguments)*)) };
}

mod args;
mod audit;
mod case;
mod commands;
mod export;
mod log;
mod nightly;
mod print;
mod statement;
mod subject;
mod terminal;

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

/// Writes one line to stdout, or ends the program where nobody reads on.
fn say_line(line: std::fmt::Arguments) {
    use std::io::Write;
    if let Err(error) = writeln!(std::io::stdout(), "{line}") {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            std::process::exit(0);
        }
        eprintln!("error: writing the results failed: {error}");
        std::process::exit(1);
    }
}
