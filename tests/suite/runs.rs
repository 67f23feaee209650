//! Runs of scenarios, for the tests that look at what came out.

use std::path::Path;

use fillgap::measure::{Measures, Report, measure};
use fillgap::scenario::{Scenario, SetValue};
use fillgap::world::{RunOutput, run_one};

/// A scenario that ships, with some values set anew.
pub(crate) fn scenario(file: &str, sets: &[&str]) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
    let sets: Vec<SetValue> = sets.iter().map(|set| set.parse().unwrap()).collect();
    Scenario::load(&path, &sets).unwrap_or_else(|errors| panic!("{errors}"))
}

/// One run with the scenario's own seed.
pub(crate) fn run(scenario: &Scenario, engine: &str) -> RunOutput {
    let engine = scenario.engines.iter().find(|candidate| candidate.name == engine);
    let engine = engine.expect("the scenario has the engine");
    run_one(scenario, engine, scenario.seed).unwrap_or_else(|error| panic!("{error}"))
}

/// Everything that is measured of a run.
pub(crate) fn report(scenario: &Scenario, engine: &str) -> Report {
    measure(run(scenario, engine).log.entries())
}

/// One row of measures.
pub(crate) fn measured(scenario: &Scenario, engine: &str) -> Measures {
    report(scenario, engine).measures
}
