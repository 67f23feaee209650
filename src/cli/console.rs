//! Where data and talk go.

use std::io::Write;

use super::failure::Failure;
use crate::report::Width;

/// The two streams of a command: data goes to one, talk to the other.
pub struct Console<'c> {
    /// Where data goes.
    pub data: &'c mut dyn Write,
    /// Where talk goes.
    pub talk: &'c mut dyn Write,
    /// What reads the data.
    pub reader: Reader,
}

impl std::fmt::Debug for Console<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Console").field("reader", &self.reader).finish_non_exhaustive()
    }
}

/// What reads a command's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A person at a terminal, who can read lines of this width.
    Terminal(Width),
    /// A file or another program.
    File,
}

impl Reader {
    /// How wide text for this reader is: the same everywhere but at a terminal.
    #[must_use]
    pub const fn width(self) -> Width {
        match self {
            Self::Terminal(width) => width,
            Self::File => Width::PAGE,
        }
    }
}

impl Console<'_> {
    /// Writes data.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.data.write_all(bytes).and_then(|()| self.data.flush());
        written.map_err(|error| Failure::output(error, "to standard output"))
    }

    /// Says a line. Talk that nobody hears is no failure.
    pub(super) fn say(&mut self, line: &str) {
        let _ = writeln!(self.talk, "{line}");
    }
}
