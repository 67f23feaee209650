//! One run with its measures.

use thiserror::Error;

use crate::bot::Bot;
use crate::experiment::{Cell, Row};
use crate::kernel::{Digest, EventLog};
use crate::measure::{Report, measure};
use crate::protocol::record::{Record, RunEnd};
use crate::scenario::Scenario;
use crate::world;

/// All that one run leaves behind.
#[derive(Debug)]
pub struct MeasuredRun {
    /// Everything that happened.
    pub log: EventLog<Record>,
    /// The digest of the log and of the books and accounts at the end.
    pub digest: Digest,
    /// What the log says about the gap.
    pub report: Report,
}

impl MeasuredRun {
    /// The run as a row.
    #[must_use]
    pub fn row(&self, cell: &Cell) -> Row {
        let Report { measures, faults, .. } = self.report.clone();
        Row { cell: cell.clone(), digest: self.digest, measures, faults }
    }
}

/// Why a run has no measures.
#[derive(Debug, Error)]
pub enum RunFailure {
    /// A rule of the exchange was broken.
    #[error(transparent)]
    Broken(#[from] world::RunError),
    /// The run ended before the scenario's time was over: its measures would not compare.
    #[error("the run ended early: {}", reason(*.0))]
    Early(RunEnd),
}

const fn reason(end: RunEnd) -> &'static str {
    match end {
        RunEnd::Horizon => "the scenario's time was over",
        RunEnd::EventBudget => "more events than the budget allows",
        RunEnd::QueueBudget => "more messages in flight than the budget allows",
    }
}

/// Runs one cell of a scenario and measures it.
///
/// # Errors
/// When a rule of the exchange breaks, or a budget is used up before the scenario's end.
///
/// # Panics
/// When the engine is not of the scenario.
pub fn run_one(scenario: &Scenario, cell: &Cell) -> Result<MeasuredRun, RunFailure> {
    run_with(scenario, cell, &[])
}

/// Runs one cell of a scenario and measures it. Engines with the names of bots of one's own are
/// played by those.
///
/// # Errors
/// When a rule of the exchange breaks, or a budget is used up before the scenario's end.
///
/// # Panics
/// When the engine is not of the scenario.
pub fn run_with(
    scenario: &Scenario,
    cell: &Cell,
    own: &[(&str, &dyn Bot)],
) -> Result<MeasuredRun, RunFailure> {
    let engine = scenario.engines.iter().find(|engine| engine.name == cell.engine);
    let engine = engine.expect("Invariant: a cell's engine is of the scenario");
    let own = own.iter().find(|(name, _)| *name == cell.engine);
    let bot = own.map_or(&engine.bot as &dyn Bot, |(_, bot)| *bot);
    let output = world::run_bot(scenario, engine, bot, cell.seed)?;
    if output.end != RunEnd::Horizon {
        return Err(RunFailure::Early(output.end));
    }
    let report = measure(output.log.entries());
    Ok(MeasuredRun { log: output.log, digest: output.digest, report })
}
