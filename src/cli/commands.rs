//! What each command does.

use std::fmt::Display;
use std::path::Path;

use anyhow::anyhow;

use crate::cli::arguments::{Cells, Changes, Check, Command, Compare, Explain, Run, Source};
use crate::cli::console::Console;
use crate::cli::directory::Directory;
use crate::cli::failure::Failure;
use crate::cli::progress;
use crate::cli::results::{Form, Results, file_names, log_name, write_log};
use crate::cli::verify::verify;
use crate::experiment::{
    Cell, CellFailure, Comparison, Identity, MeasuredRun, cells, compare, run_cells,
};
use crate::measure::story::Detail;
use crate::report::{Sheet, Width, comparison_table, run_table, story_text};
use crate::scenario::{Scenario, SetValue};

/// The file of the resolved scenario.
const SCENARIO_FILE: &str = "scenario.toml";
/// The file of a story.
const STORY_FILE: &str = "story.txt";

/// What runs one cell, and the names of the engines that are bots of one's own.
pub(super) struct Runner<'r, Run> {
    pub(super) own: &'r [&'r str],
    pub(super) run_one: Run,
}

/// Executes a command.
pub(super) fn execute<E: Display + Send>(
    command: Command,
    console: &mut Console<'_>,
    runner: &Runner<'_, impl Fn(&Scenario, &Cell) -> Result<MeasuredRun, E> + Sync>,
) -> Result<(), Failure> {
    match command {
        Command::Compare(command) => compare_engines(&command, console, runner),
        Command::Run(command) => show_runs(&command, console, runner),
        Command::Explain(command) => explain(&command, console, runner),
        Command::Check(command) => check(&command, console),
        Command::Verify(command) => verify(&command, console, &runner.run_one),
    }
}

fn compare_engines<E: Display + Send>(
    command: &Compare,
    console: &mut Console<'_>,
    runner: &Runner<'_, impl Fn(&Scenario, &Cell) -> Result<MeasuredRun, E> + Sync>,
) -> Result<(), Failure> {
    let form = Form::of(command.target.format, console.reader)?;
    let scenario = load(&command.source, command.cells.seed, runner.own, &command.cells.engines)?;
    let cells = chosen_cells(&scenario, &command.cells)?;
    let directory = directory(command.target.out.as_deref(), file_names(false))?;
    let bar = progress::bar(cells.len());
    let finished = |_: &Cell| bar.inc(1);
    let run = |cell: &Cell| (runner.run_one)(&scenario, cell);
    let compared = compare(identity(&scenario), &cells, run, finished);
    bar.finish_and_clear();
    let comparison = compared.comparison;
    let results = Results {
        text: comparison_table(&comparison, Width::PAGE),
        shown: comparison_table(&comparison, console.reader.width()),
        name: comparison.scenario.name.clone(),
        digest: comparison.digest,
        rows: Sheet::results(&comparison),
        faults: Sheet::faults(&comparison),
        parts: None,
    };
    if let Some(directory) = &directory {
        write_common(directory, &scenario, &results)?;
    }
    let written = console.write(&results.bytes(form)?);
    conclude(&compared.failures, written)
}

fn show_runs<E: Display + Send>(
    command: &Run,
    console: &mut Console<'_>,
    runner: &Runner<'_, impl Fn(&Scenario, &Cell) -> Result<MeasuredRun, E> + Sync>,
) -> Result<(), Failure> {
    let form = Form::of(command.target.format, console.reader)?;
    let mut scenario =
        load(&command.source, command.cells.seed, runner.own, &command.cells.engines)?;
    if command.cells.engines.is_empty() {
        scenario.engines.truncate(1);
    }
    let cells = chosen_cells(&scenario, &command.cells)?;
    let names = file_names(true).into_iter().chain(cells.iter().map(log_name)).collect();
    let directory = directory(command.target.out.as_deref(), names)?;
    let bar = progress::bar(cells.len());
    let finished = |_: &Cell| bar.inc(1);
    let keep = |cell: &Cell| (runner.run_one)(&scenario, cell).map(|output| (cell.clone(), output));
    let (mut runs, mut failures) = (Vec::new(), Vec::new());
    for result in run_cells(&cells, keep, finished) {
        match result {
            Ok(run) => runs.push(run),
            Err(failure) => failures.push(failure),
        }
    }
    bar.finish_and_clear();
    let results = run_results(identity(&scenario), &runs, console.reader.width());
    if let Some(directory) = &directory {
        write_common(directory, &scenario, &results)?;
        for (cell, output) in &runs {
            write_log(directory, cell, &output.log)?;
        }
    }
    let written = console.write(&results.bytes(form)?);
    conclude(&failures, written)
}

fn run_results(identity: Identity, runs: &[(Cell, MeasuredRun)], width: Width) -> Results {
    let text = |width| {
        let texts = runs.iter().map(|(cell, output)| run_table(&identity, cell, output, width));
        texts.collect::<Vec<_>>().join("\n\n")
    };
    let (text, shown) = (text(Width::PAGE), text(width));
    let comparison =
        Comparison::new(identity, runs.iter().map(|(cell, output)| output.row(cell)).collect());
    Results {
        text,
        shown,
        name: comparison.scenario.name.clone(),
        digest: comparison.digest,
        rows: Sheet::results(&comparison),
        faults: Sheet::faults(&comparison),
        parts: Some([Sheet::windows(runs), Sheet::stops(runs)]),
    }
}

fn explain<E: Display + Send>(
    command: &Explain,
    console: &mut Console<'_>,
    runner: &Runner<'_, impl Fn(&Scenario, &Cell) -> Result<MeasuredRun, E> + Sync>,
) -> Result<(), Failure> {
    if command.engines.len() > 1 {
        let (found, count) = (command.engines.join(","), command.engines.len());
        let message = "allowed is one: a story follows one engine";
        return Err(Failure::Input(anyhow!("--engines {found}: found {count} engines, {message}")));
    }
    let scenario = load(&command.source, command.seed, runner.own, &command.engines)?;
    let engine = scenario.engines.first().expect("Invariant: a scenario has an engine");
    let seed = command.seed.unwrap_or(scenario.seed);
    let cell = Cell { seed, engine: engine.name.clone() };
    let names = vec![STORY_FILE.to_owned(), log_name(&cell)];
    let directory = directory(command.out.as_deref(), names)?;
    let detail = if command.full { Detail::Full } else { Detail::Brief };
    let run = |cell: &Cell| (runner.run_one)(&scenario, cell);
    let mut results = run_cells(std::slice::from_ref(&cell), run, |_| ());
    let result = results.pop().expect("Invariant: one cell has one result");
    let output = result.map_err(|failure| Failure::Runs(vec![failure.to_string()]))?;
    let shows = scenario.expectations.iter().find(|each| each.engine == cell.engine);
    let shows = shows.map_or("", |expectation| expectation.shows.as_str());
    let text = |width| story_text(&identity(&scenario), &cell, &output, shows, detail, width);
    if let Some(directory) = &directory {
        directory.write(STORY_FILE, |file| file.write_all(text(Width::PAGE).as_bytes()))?;
        directory.write(SCENARIO_FILE, |file| file.write_all(scenario.resolved().as_bytes()))?;
        write_log(directory, &cell, &output.log)?;
    }
    console.write(text(console.reader.width()).as_bytes())
}

fn check(command: &Check, console: &mut Console<'_>) -> Result<(), Failure> {
    let sets = changes(&command.changes)?;
    let mut mistakes = Vec::new();
    for path in &command.scenarios {
        match Scenario::load(path, &sets) {
            Ok(scenario) => {
                let line = format!("ok {} {}\n", path.display(), scenario.digest());
                console.write(line.as_bytes())?;
            }
            Err(errors) => mistakes.push(errors.to_string()),
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Failure::Input(anyhow!(mistakes.join("\n")))) }
}

fn changes(changes: &Changes) -> Result<Vec<SetValue>, Failure> {
    let parsed = changes.sets.iter().map(|text| text.parse::<SetValue>());
    parsed.collect::<Result<_, _>>().map_err(Failure::input)
}

/// Reads the scenario, adds the bots of one's own, and leaves only the chosen engines; no name
/// chooses all. The scenario's seed is not set where runs have a seed of their own.
fn load(
    source: &Source,
    seed: Option<u64>,
    own: &[&str],
    engines: &[String],
) -> Result<Scenario, Failure> {
    let sets = changes(&source.changes)?;
    if let (Some(seed), Some(set)) = (seed, sets.iter().find(|set| set.key() == "seed")) {
        let message = format!("--seed {seed}: found `{set}` beside it, allowed is one of the two");
        return Err(Failure::Input(anyhow!(message)));
    }
    let mut scenario = Scenario::load(&source.scenario, &sets).map_err(Failure::input)?;
    for name in own {
        scenario.enlist(name).map_err(Failure::input)?;
    }
    if !engines.is_empty() {
        scenario.choose_engines(engines).map_err(Failure::input)?;
    }
    Ok(scenario)
}

fn chosen_cells(scenario: &Scenario, choice: &Cells) -> Result<Vec<Cell>, Failure> {
    let engines: Vec<&str> = scenario.engines.iter().map(|engine| engine.name.as_str()).collect();
    cells(&engines, choice.seed.unwrap_or(scenario.seed), choice.seeds)
        .map_err(|error| Failure::Input(anyhow!("--seeds: {error}")))
}

/// The scenario as results name it.
pub(super) fn identity(scenario: &Scenario) -> Identity {
    let name = scenario.path.file_stem().unwrap_or(scenario.path.as_os_str());
    Identity {
        name: name.to_string_lossy().into_owned(),
        title: scenario.title.clone(),
        digest: scenario.digest(),
        tickers: scenario.markets.iter().map(|terms| terms.ticker.clone()).collect(),
    }
}

/// The directory for the files of these names, and for the resolved scenario.
fn directory(path: Option<&Path>, mut names: Vec<String>) -> Result<Option<Directory>, Failure> {
    names.push(SCENARIO_FILE.to_owned());
    path.map(|path| Directory::create(path, names)).transpose()
}

/// The files that every command's results have.
fn write_common(
    directory: &Directory,
    scenario: &Scenario,
    results: &Results,
) -> Result<(), Failure> {
    results.write_files(directory)?;
    directory.write(SCENARIO_FILE, |file| file.write_all(scenario.resolved().as_bytes()))
}

/// Failed runs are told last, and weigh more than a reader that went away.
fn conclude<E: Display>(
    failures: &[CellFailure<E>],
    written: Result<(), Failure>,
) -> Result<(), Failure> {
    match written {
        Ok(()) | Err(Failure::Closed) if !failures.is_empty() => {
            Err(Failure::Runs(failures.iter().map(ToString::to_string).collect()))
        }
        written => written,
    }
}
