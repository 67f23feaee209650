//! One run of a comparison and its row of results.

use std::fmt;

use crate::kernel::Digest;
use crate::measure::{FaultCount, Measures};

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
    /// The digest of the run: of its event log and of its end.
    pub digest: Digest,
    /// The run's measures.
    pub measures: Measures,
    /// What went wrong on the link.
    pub faults: Vec<FaultCount>,
}
