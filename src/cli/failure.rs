//! How the program ends.

use std::io;
use std::process::ExitCode;

use anyhow::Error;

/// Why a command did not do all that was asked.
#[derive(Debug)]
pub(super) enum Failure {
    /// Bad usage or input.
    Input(Error),
    /// Runs failed; everything that finished is written. One message each.
    Runs(Vec<String>),
    /// Writing failed.
    Output(Error),
    /// Nobody reads standard output any more: no fault of ours, nothing to say.
    Closed,
}

impl Failure {
    /// Bad usage or input, from any error.
    pub(super) fn input(error: impl Into<Error>) -> Self {
        Self::Input(error.into())
    }

    /// A failed write, told apart from a reader that went away.
    pub(super) fn output(error: io::Error, to: &str) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Closed;
        }
        Self::Output(Error::new(error).context(format!("cannot write {to}")))
    }

    /// The exit status: 0 done, 1 a run or a write failed, 2 bad usage or input.
    pub(super) fn code(&self) -> ExitCode {
        match self {
            Self::Closed => ExitCode::SUCCESS,
            Self::Runs(_) | Self::Output(_) => ExitCode::from(1),
            Self::Input(_) => ExitCode::from(2),
        }
    }

    /// What to tell, one line each.
    pub(super) fn messages(&self) -> Vec<String> {
        match self {
            Self::Closed => Vec::new(),
            Self::Runs(messages) => messages.clone(),
            Self::Input(error) | Self::Output(error) => vec![format!("{error:#}")],
        }
    }
}
