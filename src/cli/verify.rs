//! `fillgap verify`: scenarios held against what they expect.

use std::fmt::Display;
use std::path::PathBuf;

use anyhow::anyhow;

use crate::cli::arguments::Verify;
use crate::cli::commands::identity;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::progress;
use crate::experiment::{Cell, MeasuredRun, differences, run_cells};
use crate::report::{Verified, verification_table};
use crate::scenario::{Expectation, Scenario};

/// Runs every engine of which something is expected, with its scenario's seed. All files are read
/// before the first run; what differs is told after everything that holds was shown.
pub(super) fn verify<E: Display + Send>(
    command: &Verify,
    console: &mut Console<'_>,
    run_one: &(impl Fn(&Scenario, &Cell) -> Result<MeasuredRun, E> + Sync),
) -> Result<(), Failure> {
    let scenarios = load(&command.scenarios)?;
    let expected = scenarios.iter().map(|scenario| scenario.expectations.len()).sum();
    let bar = progress::bar(expected);
    let mut messages = Vec::new();
    let mut texts = Vec::new();
    for scenario in &scenarios {
        let finished = |_: &Cell| bar.inc(1);
        let (verified, failures) = verify_one(scenario, run_one, finished);
        let differing = verified.iter().filter(|each| !each.differences.is_empty());
        let path = scenario.path.display();
        messages.extend(
            differing.map(|each| {
                format!("{path}: engine {} differs from what is expected", each.engine)
            }),
        );
        messages.extend(failures.iter().map(|failure| format!("{path}: {failure}")));
        let table = verification_table(&identity(scenario), &verified, console.reader.width());
        texts.push(format!("{path}: {}\n\n{table}", scenario.title));
    }
    bar.finish_and_clear();
    let written = console.write(texts.join("\n").as_bytes());
    match written {
        Ok(()) | Err(Failure::Closed) if !messages.is_empty() => Err(Failure::Runs(messages)),
        written => written,
    }
}

fn load(paths: &[PathBuf]) -> Result<Vec<Scenario>, Failure> {
    let (mut scenarios, mut mistakes) = (Vec::new(), Vec::new());
    for path in paths {
        match Scenario::load(path, &[]) {
            Ok(scenario) if scenario.expectations.is_empty() => mistakes.push(format!(
                "{}: expect: found nothing, allowed are one or more sections `[[expect]]`",
                path.display()
            )),
            Ok(scenario) => scenarios.push(scenario),
            Err(errors) => mistakes.push(errors.to_string()),
        }
    }
    if mistakes.is_empty() {
        Ok(scenarios)
    } else {
        Err(Failure::Input(anyhow!(mistakes.join("\n"))))
    }
}

/// Every expectation of a scenario, and the runs that gave no result.
fn verify_one<E: Display + Send>(
    scenario: &Scenario,
    run_one: &(impl Fn(&Scenario, &Cell) -> Result<MeasuredRun, E> + Sync),
    finished: impl Fn(&Cell) + Sync,
) -> (Vec<Verified>, Vec<String>) {
    let of = |expectation: &Expectation| Cell {
        seed: scenario.seed,
        engine: expectation.engine.clone(),
    };
    let cells: Vec<Cell> = scenario.expectations.iter().map(of).collect();
    let compared = |cell: &Cell| {
        let expectation = scenario.expectations.iter().find(|each| each.engine == cell.engine);
        let expectation = expectation.expect("Invariant: a cell for each expectation");
        let run = run_one(scenario, cell)?;
        Ok::<_, E>(Verified {
            engine: cell.engine.clone(),
            shows: expectation.shows.clone(),
            differences: differences(expectation, &run),
        })
    };
    let (mut verified, mut failures) = (Vec::new(), Vec::new());
    for result in run_cells(&cells, compared, finished) {
        match result {
            Ok(each) => verified.push(each),
            Err(failure) => failures.push(failure.to_string()),
        }
    }
    (verified, failures)
}
