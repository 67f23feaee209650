//! Reading of the arguments, and what is said about those that are none.

use std::ffi::OsString;
use std::path::Path;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};
use clap::{Command, CommandFactory, FromArgMatches};

use crate::cli::arguments::{Arguments, PROGRAM};

/// Reads the arguments, the first of which is the program's name.
pub(super) fn parse(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Arguments, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let program = arguments.first().and_then(|first| Path::new(first).file_stem());
    let command = named(&program.map_or(PROGRAM.into(), |name| name.to_string_lossy()));
    let matches = command.clone().try_get_matches_from(&arguments).map_err(|mut error| {
        let name = arguments.get(1).and_then(|name| name.to_str());
        advise(&mut error, &command, name.and_then(|name| command.find_subcommand(name)));
        error
    })?;
    Arguments::from_arg_matches(&matches)
}

/// The command line of a program of some name: its examples call it so.
fn named(program: &str) -> Command {
    let named = |command: Command| {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        command.after_help(help.replace(&format!("\n  {PROGRAM} "), &format!("\n  {program} ")))
    };
    named(Arguments::command().mut_subcommands(named))
}

/// Of an option that a command does not have: which it has, and which commands have it. That
/// everything behind `--` is a value, as the reader of arguments would have it, helps nobody.
fn advise(error: &mut clap::Error, command: &Command, asked: Option<&Command>) {
    if error.get(ContextKind::Suggested).is_none() {
        return;
    }
    let Some(ContextValue::String(found)) = error.get(ContextKind::InvalidArg) else { return };
    let Some(asked) = asked else { return };
    let (name, own) = (asked.get_name(), options(asked));
    let own = if own.is_empty() { "no options".to_owned() } else { own.join(", ") };
    let mut tips = vec![format!("`{name}` has {own}")];
    let has =
        |other: &&Command| options(other).iter().any(|option| option == &format!("`{found}`"));
    let others: Vec<String> = command
        .get_subcommands()
        .filter(has)
        .map(|other| format!("`{}`", other.get_name()))
        .collect();
    if !others.is_empty() {
        tips.push(format!("`{found}` is an option of {}", others.join(", ")));
    }
    let tips = tips.into_iter().map(StyledStr::from).collect();
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
}

/// The options of a command.
fn options(command: &Command) -> Vec<String> {
    let long = command.get_arguments().filter_map(|argument| argument.get_long());
    long.map(|long| format!("`--{long}`")).collect()
}
