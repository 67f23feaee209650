//! One run of a comparison and its row of results.

use std::fmt;

use crate::kernel::{Digest, EventLog};
use crate::measure::{Measures, Report};
use crate::protocol::record::Record;

/// One run: an engine meets the market that a seed makes. Shown as `seed 7, engine immediate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The root of all randomness.
    pub seed: u64,
    /// The engine's name in the scenario.
    pub engine: String,
}

impl fmt::Display for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "seed {}, engine {}", self.seed, self.engine)
    }
}

/// What one run gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which run.
    pub cell: Cell,
    /// The digest of the run's event log.
    pub digest: Digest,
    /// The run's measures.
    pub measures: Measures,
}

/// All that one run leaves behind.
#[derive(Debug)]
pub struct RunOutput {
    /// Everything that happened.
    pub log: EventLog<Record>,
    /// What the log says about the gap.
    pub report: Report,
}

impl RunOutput {
    /// The run as a row.
    #[must_use]
    pub fn row(&self, cell: &Cell) -> Row {
        let (cell, measures) = (cell.clone(), self.report.measures.clone());
        Row { cell, digest: self.log.digest(), measures }
    }
}
