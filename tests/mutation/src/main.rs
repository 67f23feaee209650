//! Plants small faults into fillgap's core, one at a time, and counts those that a test finds.
//!
//! `cargo run --release --manifest-path tests/mutation/Cargo.toml [PART_OF_A_NAME ...]`
//!
//! The faults are those that cargo-mutants makes. It compiles the project anew for each; here all are
//! compiled at once, each function with its versions, and a switch says which mutant is alive. A test
//! is run if it calls the function. Constants have no versions and are compiled one by one.
//! The results are in `target/mutation`.

mod compile;
mod memory;
mod mutant;
mod outcome;
mod scratch;
mod source;
mod suite;
mod weave;

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context as _, Result, ensure};

use crate::memory::Memory;
use crate::outcome::Outcome;
use crate::scratch::Scratch;
use crate::suite::{Batch, Test, Verdict};
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
    let mut memory = Memory::recall(&scratch, &pieces)?;
    let unviable = compile::unviable(&scratch, &pieces, memory.unviable(&pieces))?;
    let programs = compile::programs(&scratch)?.context("the woven copy compiles")?;
    let tests = suite::measured(&scratch, &programs)?;
    eprintln!("{} tests", tests.len());

    let mutants = || pieces.iter().flat_map(|piece| &piece.mutants);
    for woven in mutants() {
        if let Some(reason) = unviable.get(&woven.number) {
            memory.note(woven, &Outcome::Unviable(reason.clone()));
        }
    }
    let open: Vec<_> =
        mutants().filter(|woven| wanted(woven) && !memory.is_settled(woven)).collect();
    let (switched, constants): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|woven| woven.function.is_some());
    let memory = Mutex::new(memory);
    suite::in_parallel(switched.len(), |index| {
        let woven = switched[index];
        let reaches = |test: &&Test| woven.function.is_some_and(|at| test.reaches.contains(&at));
        let tests: Vec<_> = tests.iter().filter(reaches).collect();
        let outcome = outcome_of(&tests, woven.number)?;
        note(&scratch, &memory, woven, &outcome)
    })?;
    for woven in constants {
        let outcome = planted(&scratch, &pieces, woven, &tests)?;
        note(&scratch, &memory, woven, &outcome)?;
    }
    let memory = memory.into_inner().expect("no thread panics");
    report(&scratch, mutants().filter_map(|woven| Some((woven, memory.outcome(woven)?))))
}

fn note(scratch: &Scratch, memory: &Mutex<Memory>, woven: &Woven, outcome: &Outcome) -> Result<()> {
    if let Outcome::Missed(_) | Outcome::Hung(_) = outcome {
        eprintln!("{}: {outcome}", woven.mutant.name);
    }
    let mut memory = memory.lock().expect("no thread panics");
    memory.note(woven, outcome);
    memory.keep(scratch)
}

/// Writes down what is known of all mutants, and prints the counts and what is missed.
fn report<'a>(
    scratch: &Scratch,
    outcomes: impl Iterator<Item = (&'a Woven, &'a Outcome)>,
) -> Result<()> {
    let outcomes: Vec<_> = outcomes.collect();
    let line =
        |(woven, outcome): &(&Woven, &Outcome)| format!("{}: {outcome}\n", woven.mutant.name);
    let table = outcome::table(&outcomes);
    fs::write(scratch.folder.join("outcomes.txt"), outcomes.iter().map(line).collect::<String>())?;
    fs::write(scratch.folder.join("table.md"), &table)?;
    println!("{table}");
    let missed = |(_, outcome): &&(&Woven, &Outcome)| matches!(outcome, Outcome::Missed(_));
    print!("{}", outcomes.iter().filter(missed).map(line).collect::<String>());
    Ok(())
}

/// Compiles the project with one mutant in it and runs the tests.
fn planted(scratch: &Scratch, pieces: &[Piece], woven: &Woven, tests: &[Test]) -> Result<Outcome> {
    scratch.plant(pieces, woven)?;
    let Some(programs) = compile::programs(scratch)? else {
        return Ok(Outcome::Unviable("as a constant".to_owned()));
    };
    let same = tests.iter().all(|test| programs.iter().any(|program| program.path == test.program));
    ensure!(same, "cargo builds the tests where it built them before");
    outcome_of(&tests.iter().collect::<Vec<_>>(), woven.number)
}

fn outcome_of(tests: &[&Test], alive: u32) -> Result<Outcome> {
    for batch in Batch::of(tests) {
        match batch.run(alive)? {
            Verdict::Passed => {}
            Verdict::Failed(test) => return Ok(Outcome::Caught(test)),
            Verdict::Hung(test) => return Ok(Outcome::Hung(test)),
        }
    }
    Ok(Outcome::Missed(tests.len()))
}
