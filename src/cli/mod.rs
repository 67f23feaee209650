//! The command line: arguments, commands, progress. The only place that prints.

mod arguments;
mod commands;
mod console;
mod directory;
mod failure;
mod progress;
mod results;
mod usage;
mod verify;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use terminal_size::terminal_size_of;

use crate::bot::Bot;
use crate::cli::commands::Runner;
use crate::experiment::{Cell, MeasuredRun, run_with};
use crate::report::Width;
use crate::scenario::Scenario;

pub use console::{Console, Reader};

/// Runs the program on the process's arguments and streams.
#[must_use]
pub fn main() -> ExitCode {
    main_with(&[])
}

/// Runs the program with bots of one's own beside the engines of every scenario, each under a name
/// and with the money and the signals of the scenario's first engine.
#[must_use]
pub fn main_with(own: &[(&str, &dyn Bot)]) -> ExitCode {
    // A bug says where it is, once and without a backtrace; the run that met it is told as failed.
    std::panic::set_hook(Box::new(|bug| {
        let _ = writeln!(io::stderr(), "{bug}");
    }));
    let (mut data, mut talk) = (io::stdout(), io::stderr());
    let reader = if data.is_terminal() {
        let size = terminal_size_of(&data);
        Reader::Terminal(size.map_or(Width::PAGE, |(columns, _)| Width::of_terminal(columns.0)))
    } else {
        Reader::File
    };
    let mut console = Console { data: &mut data, talk: &mut talk, reader };
    execute_with(std::env::args_os(), &mut console, own)
}

/// Does what the arguments say, the first of which is the program's name, with bots of one's own
/// beside the engines of every scenario.
///
/// The exit status is that of [`execute`].
pub fn execute_with(
    arguments: impl IntoIterator<Item = OsString>,
    console: &mut Console<'_>,
    own: &[(&str, &dyn Bot)],
) -> ExitCode {
    let names: Vec<&str> = own.iter().map(|(name, _)| *name).collect();
    let run_one = |scenario: &Scenario, cell: &Cell| run_with(scenario, cell, own);
    dispatch(arguments, console, &Runner { own: &names, run_one })
}

/// Does what the arguments say, the first of which is the program's name, with `run_one` as the
/// simulation of one run.
///
/// The exit status is 0 when all is done, 1 when a run or a write failed or a run differs from what is
/// expected, 2 for bad usage or input, which is told before anything runs.
pub fn execute<E: Display + Send>(
    arguments: impl IntoIterator<Item = OsString>,
    console: &mut Console<'_>,
    run_one: impl Fn(&Scenario, &Cell) -> Result<MeasuredRun, E> + Sync,
) -> ExitCode {
    dispatch(arguments, console, &Runner { own: &[], run_one })
}

fn dispatch<E: Display + Send>(
    arguments: impl IntoIterator<Item = OsString>,
    console: &mut Console<'_>,
    runner: &Runner<'_, impl Fn(&Scenario, &Cell) -> Result<MeasuredRun, E> + Sync>,
) -> ExitCode {
    let arguments = match usage::parse(arguments) {
        Ok(arguments) => arguments,
        Err(message) => return explain_usage(&message, console),
    };
    match commands::execute(arguments.command, console, runner) {
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
