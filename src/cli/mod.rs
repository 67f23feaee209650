//! The command line: arguments, commands, progress. The only place that prints.

mod arguments;
mod commands;
mod console;
mod directory;
mod failure;
mod progress;
mod results;
mod verify;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::cli::arguments::Arguments;
use crate::experiment::{Cell, MeasuredRun};
use crate::scenario::Scenario;

pub use console::{Console, Reader};

/// Runs the program on the process's arguments and streams.
#[must_use]
pub fn main() -> ExitCode {
    // A bug says where it is, once and without a backtrace; the run that met it is told as failed.
    std::panic::set_hook(Box::new(|bug| {
        let _ = writeln!(io::stderr(), "{bug}");
    }));
    let (mut data, mut talk) = (io::stdout(), io::stderr());
    let reader = if data.is_terminal() { Reader::Terminal } else { Reader::File };
    let mut console = Console { data: &mut data, talk: &mut talk, reader };
    execute(std::env::args_os(), &mut console, crate::experiment::run_one)
}

/// Does what the arguments say, the first of which is the program's name, with `run_one` as the
/// simulation of one run.
///
/// The exit status is 0 when all is done, 1 when a run failed or differs from what is expected, 2 for bad usage or input.
pub fn execute<E: Display + Send>(
    arguments: impl IntoIterator<Item = OsString>,
    console: &mut Console<'_>,
    run_one: impl Fn(&Scenario, &Cell) -> Result<MeasuredRun, E> + Sync,
) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(message) => return explain_usage(&message, console),
    };
    match commands::execute(arguments.command, console, &run_one) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.messages().iter().for_each(|line| console.say(line));
            failure.code()
        }
    }
}

/// Help and version were asked for and are data; everything else is a mistake.
fn explain_usage(message: &clap::Error, console: &mut Console<'_>) -> ExitCode {
    if message.use_stderr() {
        console.say(message.to_string().trim_end());
        return ExitCode::from(2);
    }
    let written = console.write(message.to_string().as_bytes());
    written.map_or_else(|failure| failure.code(), |()| ExitCode::SUCCESS)
}
