//! One run with its measures.

use crate::experiment::{Cell, RunOutput};
use crate::scenario::Scenario;

/// Temporary.
pub fn run_one(scenario: &Scenario, cell: &Cell) -> Result<RunOutput, String> {
    Err(format!("{} {cell} no world", scenario.title))
}
