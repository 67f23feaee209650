//! Plants small faults into fillgap's core, one at a time, and counts those that a test finds.
//!
//! `cargo run --release --manifest-path tests/mutation/Cargo.toml [PART_OF_A_NAME ...]`
//!
//! The faults are those that cargo-mutants makes. It compiles the project anew for each; here all are
//! compiled at once, each function with its versions, and a switch says which mutant is alive. A test
//! is run if it calls the function. Constants have no versions and are compiled one by one.
//! The results are in `target/mutation`.

mod compile;
mod mutant;
mod outcome;
mod scratch;
mod source;
mod suite;
mod weave;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context as _, Result, ensure};

use crate::outcome::Outcome;
use crate::scratch::Scratch;
use crate::suite::{Test, Verdict};
use crate::weave::{Piece, Woven};

fn main() -> Result<()> {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |woven: &Woven| {
        parts.is_empty() || parts.iter().any(|part| woven.mutant.name.contains(part.as_str()))
    };
    let project = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).canonicalize()?;
    let scratch = Scratch::lay_out(&project)?;
    let mut sources = Vec::new();
    for (path, mutants) in mutant::all(&project)? {
        let source = scratch.source(&path)?;
        sources.push((path, source, mutants));
    }
    let pieces = weave::pieces(sources)?;
    let unviable = compile::unviable(&scratch, &pieces)?;
    let programs = compile::programs(&scratch)?.context("the woven copy compiles")?;
    let tests = suite::measured(&scratch, &programs)?;
    eprintln!("{} tests", tests.len());

    let mutants = pieces.iter().flat_map(|piece| &piece.mutants).filter(|woven| wanted(woven));
    let (in_functions, constants): (Vec<_>, Vec<_>) =
        mutants.partition(|woven| woven.function.is_some());
    let mut outcomes = switched(&in_functions, &tests, &unviable)?;
    record(&scratch, &mut outcomes)?;
    for woven in constants {
        let outcome = planted(&scratch, &pieces, woven, &tests)?;
        tell(woven, &outcome);
        outcomes.push((woven.clone(), outcome));
    }
    record(&scratch, &mut outcomes)
}

/// Writes the results down and prints what is missed.
fn record(scratch: &Scratch, outcomes: &mut [(Woven, Outcome)]) -> Result<()> {
    outcomes.sort_by_key(|(woven, _)| woven.number);
    let lines =
        outcomes.iter().map(|(woven, outcome)| format!("{}: {outcome}\n", woven.mutant.name));
    let (lines, table) = (lines.collect::<Vec<_>>(), outcome::table(outcomes));
    fs::write(scratch.folder.join("outcomes.txt"), lines.concat())?;
    fs::write(scratch.folder.join("table.md"), &table)?;
    println!("{table}");
    for line in lines.iter().filter(|line| line.contains("MISSED")) {
        print!("{line}");
    }
    Ok(())
}

fn tell(woven: &Woven, outcome: &Outcome) {
    if let Outcome::Missed(_) | Outcome::Hung(_) = outcome {
        eprintln!("{}: {outcome}", woven.mutant.name);
    }
}

/// Runs the tests for each mutant that is switched on.
fn switched(
    mutants: &[&Woven],
    tests: &[Test],
    unviable: &BTreeMap<u32, String>,
) -> Result<Vec<(Woven, Outcome)>> {
    let outcomes = Mutex::new(Vec::new());
    // How many mutants of a file a test found: it is likely to find the next one.
    let finders: Mutex<BTreeMap<(String, String), u32>> = Mutex::default();
    suite::in_parallel(mutants.len(), |index| {
        let woven = mutants[index];
        let outcome = if let Some(reason) = unviable.get(&woven.number) {
            Outcome::Unviable(reason.clone())
        } else {
            let file = woven.mutant.file.clone();
            let reaches =
                |test: &&Test| woven.function.is_some_and(|at| test.reaches.contains(&at));
            let mut fit: Vec<_> = tests.iter().filter(reaches).collect();
            let found = finders.lock().expect("no thread panics").clone();
            let known = |test: &Test| found.contains_key(&(file.clone(), test.name.clone()));
            fit.sort_by_key(|test| !known(test));
            let outcome = first_to_find(&fit, woven.number)?;
            if let Outcome::Caught(test) = &outcome {
                let mut finders = finders.lock().expect("no thread panics");
                *finders.entry((file, test.clone())).or_default() += 1;
            }
            outcome
        };
        tell(woven, &outcome);
        outcomes.lock().expect("no thread panics").push((woven.clone(), outcome));
        Ok(())
    })?;
    Ok(outcomes.into_inner().expect("no thread panics"))
}

/// Compiles the project with one mutant in it and runs the tests.
fn planted(scratch: &Scratch, pieces: &[Piece], woven: &Woven, tests: &[Test]) -> Result<Outcome> {
    scratch.plant(pieces, woven)?;
    let Some(programs) = compile::programs(scratch)? else {
        return Ok(Outcome::Unviable("as a constant".to_owned()));
    };
    let same = tests.iter().all(|test| programs.iter().any(|program| program.path == test.program));
    ensure!(same, "cargo builds the tests where it built them before");
    first_to_find(&tests.iter().collect::<Vec<_>>(), woven.number)
}

fn first_to_find(tests: &[&Test], alive: u32) -> Result<Outcome> {
    for test in tests {
        match test.run(alive)? {
            Verdict::Passed => {}
            Verdict::Failed => return Ok(Outcome::Caught(test.name.clone())),
            Verdict::Hung => return Ok(Outcome::Hung(test.name.clone())),
        }
    }
    Ok(Outcome::Missed(tests.len()))
}
