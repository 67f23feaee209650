//! What the commands give: every form, files, failures, and readers that go away.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use fillgap::cli::{Console, Reader, execute};
use fillgap::experiment::{Cell, MeasuredRun, run_one};
use fillgap::report::Width;
use fillgap::scenario::Scenario;

use crate::cli_usage::folder;

/// How a command ended, and what it wrote.
struct Outcome {
    code: ExitCode,
    data: String,
    talk: String,
}

fn outcome_of(
    arguments: &[&str],
    run: impl Fn(&Scenario, &Cell) -> Result<MeasuredRun, String> + Sync,
) -> Outcome {
    let (mut data, mut talk) = (Vec::new(), Vec::new());
    let mut console = Console { data: &mut data, talk: &mut talk, reader: Reader::File };
    let arguments = ["fillgap"].iter().chain(arguments).map(OsString::from);
    let code = execute(arguments, &mut console, run);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Outcome { code, data: text(data), talk: text(talk) }
}

fn really(scenario: &Scenario, cell: &Cell) -> Result<MeasuredRun, String> {
    run_one(scenario, cell).map_err(|failure| failure.to_string())
}

/// The data of a command that does all that was asked.
fn data_of(arguments: &[&str]) -> String {
    let outcome = outcome_of(arguments, really);
    assert_eq!((outcome.code, outcome.talk.as_str()), (ExitCode::SUCCESS, ""), "{arguments:?}");
    outcome.data
}

fn path_text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The files of a folder, in the order of their names.
fn files_of(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Nobody sells: `immediate` believes 10 contracts from 0 s to 10 s, and holds none.
/// 10 * 10 s = 100 contract-seconds; at 0.50 these are 50 dollar-seconds and 5 dollars of exposure.
#[test]
fn the_rows_of_a_comparison_are_right_and_in_the_order_of_the_file() {
    let (_folder, path) = folder();
    let arguments =
        ["compare", path_text(&path), "--engines", "oracle,immediate", "--seeds", "2", "--format"];
    let json = data_of(&[&arguments[..], &["json"]].concat());
    let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(parsed["scenario"], "quiet");
    assert_eq!(parsed["digest"].as_str().unwrap().len(), 64);
    let rows = parsed["rows"].as_array().unwrap();
    let cells: Vec<_> = rows.iter().map(|row| (&row["seed"], &row["engine"])).collect();
    assert_eq!(
        cells.iter().map(|(seed, engine)| format!("{seed} {engine}")).collect::<Vec<_>>(),
        ["7 \"immediate\"", "7 \"oracle\"", "8 \"immediate\"", "8 \"oracle\""]
    );
    let numbers = |row: usize, keys: [&str; 4]| keys.map(|key| rows[row][key].to_string());
    let keys = [
        "gap_contract_seconds",
        "gap_dollar_seconds",
        "exposure_error_dollars_peak",
        "entry_orders_placed",
    ];
    assert_eq!(numbers(0, keys), ["100", "50", "5", "1"]);
    assert_eq!(numbers(1, keys), ["0", "0", "0", "1"]);
    assert_eq!(json, data_of(&[&arguments[..], &["json"]].concat()), "twice the same");
}

#[test]
fn a_run_shows_the_first_engine_unless_others_are_named() {
    let (_folder, path) = folder();
    let first = data_of(&["run", path_text(&path)]);
    assert!(first.starts_with("Nobody sells\n\nEngine immediate, seed 7; scenario "), "{first}");
    assert_eq!(first.matches("Nobody sells").count(), 1);
    let value = |name: &str| {
        let line = first.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!(value("gap_contract_seconds"), "100");
    assert_eq!(value("gap_seconds_longest"), "10");
    assert_eq!(value("stop_delay_seconds_mean"), "-");
    let window = first.lines().skip_while(|line| !line.starts_with("Windows:")).nth(5).unwrap();
    let expected =
        ["KXQUIET-26NOV22-T50", "0", "10", "entry", "assumed", "-", "10", "10", "100", "0", "50"];
    assert_eq!(window.split_whitespace().collect::<Vec<_>>(), expected);
    assert!(first.ends_with("No stops: none was due and none triggered.\n"), "{first}");
    let both = data_of(&["run", path_text(&path), "--engines", "immediate,oracle", "--seed", "3"]);
    assert!(both.contains("Engine immediate, seed 3;") && both.contains("Engine oracle, seed 3;"));
}

#[test]
fn a_story_tells_belief_and_truth_at_each_instant() {
    let (_folder, path) = folder();
    let story = data_of(&["explain", path_text(&path)]);
    let drawn: Vec<&str> = story.lines().skip(5).take(3).collect();
    assert_eq!(drawn[0], format!("10  {}", "B".repeat(96)));
    assert_eq!(drawn[1], format!(" 0  {}", "T".repeat(96)));
    let row = story.lines().find(|line| line.contains("+10")).unwrap();
    assert_eq!(row.split_whitespace().take(4).collect::<Vec<_>>(), ["0", "10", "0", "+10"]);
    assert!(data_of(&["explain", path_text(&path), "--full"]).len() > story.len());
}

#[test]
fn files_hold_what_standard_output_shows_and_nothing_is_left_half_done() {
    let (folder, path) = folder();
    let out = folder.path().join("deep/out");
    let source = path_text(&path);
    let compare = ["compare", source, "--out", path_text(&out)];
    let table = data_of(&compare);
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    assert_eq!(read("results.txt"), table);
    let json = data_of(&[&compare[..], &["--format", "json"]].concat());
    assert_eq!(read("results.json"), json);
    let original = Scenario::load(&path, &[]).unwrap();
    let resolved = Scenario::load(&out.join("scenario.toml"), &[]).unwrap();
    assert_eq!(resolved.digest(), original.digest());
    let mut expected = vec!["results.json", "results.txt", "scenario.toml"];
    if cfg!(feature = "frames") {
        expected.extend(["faults.csv", "faults.parquet", "results.csv", "results.parquet"]);
    }
    expected.sort_unstable();
    assert_eq!(files_of(&out), expected);

    let runs = folder.path().join("runs");
    data_of(&["run", source, "--engines", "immediate,wait", "--out", path_text(&runs)]);
    expected.extend(["log-7-immediate.jsonl", "log-7-wait.jsonl"]);
    if cfg!(feature = "frames") {
        expected.extend(["stops.csv", "stops.parquet", "windows.csv", "windows.parquet"]);
    }
    expected.sort_unstable();
    assert_eq!(files_of(&runs), expected);
    let log = std::fs::read_to_string(runs.join("log-7-immediate.jsonl")).unwrap();
    let last: serde_json::Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
    assert_eq!(last["time"], 10_000_000_000_u64);
    assert_eq!(last["record"]["Run"]["Ended"], "Horizon");

    let told = folder.path().join("told");
    let story = data_of(&["explain", source, "--engines", "wait", "--out", path_text(&told)]);
    assert_eq!(std::fs::read_to_string(told.join("story.txt")).unwrap(), story);
    assert_eq!(files_of(&told), ["log-7-wait.jsonl", "scenario.toml", "story.txt"]);
}

/// Seed 8 fails and seed 9 panics: seeds 7 and 10 are still given, then the failures are told.
#[test]
fn rows_that_finished_are_written_before_failures_are_told() {
    let (folder, path) = folder();
    let out = folder.path().join("out");
    let run = |scenario: &Scenario, cell: &Cell| match cell.seed {
        8 => Err("at 3 s: cash is not conserved".to_owned()),
        9 => panic!("Invariant: a queue is never empty"),
        _ => really(scenario, cell),
    };
    for command in ["compare", "run"] {
        let arguments = [command, path_text(&path), "--engines", "wait", "--seeds", "4"];
        let target = ["--format", "json", "--out", path_text(&out)];
        let outcome = outcome_of(&[&arguments[..], &target].concat(), run);
        assert_eq!(outcome.code, ExitCode::from(1));
        assert_eq!(
            outcome.talk,
            "seed 8, engine wait: at 3 s: cash is not conserved\n\
             seed 9, engine wait: this is a bug of the program: \
             Invariant: a queue is never empty\n"
        );
        let parsed: serde_json::Value = serde_json::from_str(&outcome.data).unwrap();
        let rows = parsed["rows"].as_array().unwrap();
        assert_eq!(rows.iter().map(|row| row["seed"].to_string()).collect::<Vec<_>>(), ["7", "10"]);
        assert_eq!(std::fs::read_to_string(out.join("results.json")).unwrap(), outcome.data);
    }
}

/// Nothing runs, nothing is written, and the folder that is in the way stays.
#[test]
fn a_place_where_results_can_not_be_is_told_before_anything_runs() {
    let (folder, path) = folder();
    let never = |_: &Scenario, _: &Cell| -> Result<MeasuredRun, String> { panic!("it runs") };
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("file"), "mine").unwrap();
    for name in [
        "taken/results.json",
        "logged/log-7-immediate.jsonl",
        "told/story.txt",
        "read/scenario.toml",
    ] {
        std::fs::create_dir_all(at(name)).unwrap();
    }
    let all = ["compare", "run", "explain"];
    for (commands, out, found) in [
        (&all[..], "file", "a file"),
        (&all[..], "file/below", "none that can be made (not a directory)"),
        (&all[..], "read", "a directory `scenario.toml` in it"),
        (&all[..2], "taken", "a directory `results.json` in it"),
        (&all[1..], "logged", "a directory `log-7-immediate.jsonl` in it"),
        (&all[2..], "told", "a directory `story.txt` in it"),
    ] {
        let out = at(out);
        for command in commands {
            let outcome = outcome_of(&[command, path_text(&path), "--out", path_text(&out)], never);
            let expected = format!(
                "--out {}: found {found}, allowed is a directory, there or to be made, in which the \
                 results can be written\n",
                out.display()
            );
            assert_eq!((outcome.talk, outcome.data.as_str()), (expected, ""), "{command}");
            assert_eq!(outcome.code, ExitCode::from(2), "{command}");
        }
    }
    assert_eq!(std::fs::read_to_string(at("file")).unwrap(), "mine");
    assert_eq!(files_of(&at("taken")), ["results.json"]);
    assert_eq!(files_of(&at("logged")), ["log-7-immediate.jsonl"]);
    assert_eq!(files_of(&at("told")), ["story.txt"]);
}

/// Refuses to be written to.
struct Refusing(io::ErrorKind);

impl Write for Refusing {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure_but_a_full_disk_is() {
    let (_folder, path) = folder();
    let cases = [
        (io::ErrorKind::BrokenPipe, ExitCode::SUCCESS, ""),
        (
            io::ErrorKind::StorageFull,
            ExitCode::from(1),
            "cannot write to standard output: no storage space\n",
        ),
    ];
    for (kind, code, said) in cases {
        let (mut data, mut talk) = (Refusing(kind), Vec::new());
        let mut console = Console { data: &mut data, talk: &mut talk, reader: Reader::File };
        let arguments = ["fillgap", "compare", path_text(&path)].map(OsString::from);
        assert_eq!(execute(arguments, &mut console, really), code);
        assert_eq!(String::from_utf8(talk).unwrap(), said);
    }
}

#[test]
fn binary_data_is_not_thrown_at_a_terminal() {
    let (_folder, path) = folder();
    let (mut data, mut talk) = (Vec::new(), Vec::new());
    let mut console =
        Console { data: &mut data, talk: &mut talk, reader: Reader::Terminal(Width::PAGE) };
    let arguments = ["fillgap", "compare", path_text(&path), "--format", "parquet"];
    let code = execute(arguments.map(OsString::from), &mut console, really);
    assert_eq!((code, data.len()), (ExitCode::from(2), 0));
    let said = String::from_utf8(talk).unwrap();
    assert!(said.starts_with("--format: found `parquet` for a terminal, "), "{said}");
}

/// A person at a terminal of 80 gets lines of at most 80 from every command. Files get what a reader
/// that is no terminal gets, whoever reads standard output.
#[test]
fn a_terminal_gets_its_own_width_and_files_that_of_a_page() {
    let (folder, path) = folder();
    let commands = [("compare", "results.txt"), ("run", "results.txt"), ("explain", "story.txt")];
    for (command, file) in commands {
        let out = folder.path().join(command);
        let (mut data, mut talk) = (Vec::new(), Vec::new());
        let reader = Reader::Terminal(Width::of_terminal(80));
        let mut console = Console { data: &mut data, talk: &mut talk, reader };
        let arguments = ["fillgap", command, path_text(&path), "--out", path_text(&out)];
        let code = execute(arguments.map(OsString::from), &mut console, really);
        assert_eq!(code, ExitCode::SUCCESS);
        let shown = String::from_utf8(data).unwrap();
        let longest = shown.lines().map(|line| line.chars().count()).max().unwrap();
        assert!((70..=80).contains(&longest), "{command}: {longest}\n{shown}");
        let page = data_of(&[command, path_text(&path)]);
        assert_ne!(shown, page, "{command}");
        assert_eq!(std::fs::read_to_string(out.join(file)).unwrap(), page, "{command}");
    }
}

/// Seeds 7 and 8 of `immediate`; the columns of a float would show 0.1 + 0.2 as 0.30000000000000004.
#[cfg(feature = "frames")]
#[test]
fn csv_and_parquet_are_given_when_the_build_has_them() {
    let (folder, path) = folder();
    let out = folder.path().join("out");
    let arguments = ["compare", path_text(&path), "--engines", "immediate", "--seeds", "2"];
    let csv = data_of(&[&arguments[..], &["--format", "csv", "--out", path_text(&out)]].concat());
    assert_eq!(std::fs::read_to_string(out.join("results.csv")).unwrap(), csv);
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 3);
    let cell = |line: usize, name: &str| {
        let column = lines[0].iter().position(|head| *head == name).unwrap();
        lines[line][column]
    };
    for (line, seed) in [(1, "7"), (2, "8")] {
        assert_eq!(cell(line, "seed"), seed);
        assert_eq!(cell(line, "gap_contract_seconds"), "100.00000000000");
        assert_eq!(cell(line, "gap_dollar_seconds"), "50.000000000000000");
        assert_eq!(cell(line, "stop_delay_seconds_mean"), "");
    }
    assert!(std::fs::read(out.join("results.parquet")).unwrap().starts_with(b"PAR1"));
}
