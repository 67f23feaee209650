//! The bot of `examples/own_bot.rs` beside named bots, as a user runs it.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use fillgap::cli::{Console, Reader, execute_with};
use fillgap::experiment::{Cell, run_with};
use fillgap::measure::{Moment, timeline};
use fillgap::scenario::Scenario;
use fillgap::units::SimTime;
use tempfile::TempDir;

#[path = "../../examples/own_bot.rs"]
#[expect(dead_code, reason = "the example is a program, whose `main` only a user runs")]
mod example;

/// 60 are offered at 0.65 when 100 are wanted at 1 s. The bid falls through the stop at 10 s. Every
/// message takes 0.05 s.
const FALL: &str = r#"
title = "Sixty of a hundred, then a fall"
seed = 3
ends_at_s = 20
[[market]]
ticker = "KXFALL-26NOV22-T50"
[link.every_leg]
kind = "constant"
latency_ms = 50
[flow]
kind = "scripted"
[[flow.order]]
at_s = 0
label = "bid"
side = "bid"
price_dollars = 0.64
quantity_contracts = 500
[[flow.order]]
at_s = 0
side = "bid"
price_dollars = 0.58
quantity_contracts = 500
[[flow.order]]
at_s = 0
side = "ask"
price_dollars = 0.65
quantity_contracts = 60
[[flow.cancel]]
at_s = 10
label = "bid"
[bot]
cash_dollars = 10000
[bot.strategy]
kind = "scheduled"
[[bot.strategy.signal]]
at_s = 1
quantity_contracts = 100
price_dollars = 0.65
stop_dollars = 0.60
[[engine]]
name = "BEFORE-G1"
preset = "BEFORE-G1"
[[engine]]
name = "FILL-FEED"
preset = "FILL-FEED"
"#;

fn folder() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("fall.toml");
    std::fs::write(&path, FALL).unwrap();
    (folder, path.to_str().unwrap().to_owned())
}

fn run(arguments: &[&str], name: &str) -> (ExitCode, String, String) {
    let (mut data, mut talk) = (Vec::new(), Vec::new());
    let mut console = Console { data: &mut data, talk: &mut talk, reader: Reader::File };
    let arguments = ["fillgap"].iter().chain(arguments).map(OsString::from);
    let code = execute_with(arguments, &mut console, &[(name, &example::Taker)]);
    (code, String::from_utf8(data).unwrap(), String::from_utf8(talk).unwrap())
}

/// The order leaves at 1, fills 60 at 1.05, and the answer is there at 1.1. The bid is gone at 10;
/// the news of it comes at 10.05, the sale fills at 10.1 at 0.58, its answer is there at 10.15.
#[test]
fn the_example_believes_what_filled_one_answer_later() {
    let mut scenario = Scenario::of_text(Path::new("fall.toml"), FALL, &[]).unwrap();
    scenario.enlist("taker").unwrap();
    let cell = Cell { seed: 3, engine: "taker".to_owned() };
    let run = run_with(&scenario, &cell, &[("taker", &example::Taker)]).unwrap();
    let moments: Vec<String> = timeline(run.log.entries())
        .iter()
        .map(|Moment { time, belief, truth, .. }| {
            format!("{} believed {belief}, true {truth}", time.since(SimTime::START))
        })
        .collect();
    assert_eq!(
        moments,
        [
            "1.05 believed 0, true 60",
            "1.1 believed 60, true 60",
            "10.1 believed 60, true 0",
            "10.15 believed 0, true 0",
        ]
    );
}

/// The gap is 60 for twice 0.05 s: 6 contract-seconds. The bid is at the stop from 10 s on and the
/// bot sends at 10.05. It is the third of the engines, with the rows of the others unchanged.
#[test]
fn the_example_stands_beside_the_named_bots_and_changes_nothing_about_them() {
    let (_folder, path) = folder();
    let (code, data, talk) = run(&["compare", &path, "--format", "json"], "taker");
    assert_eq!((code, talk.as_str()), (ExitCode::SUCCESS, ""));
    let document: serde_json::Value = serde_json::from_str(&data).unwrap();
    let rows = document["rows"].as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row["engine"].as_str().unwrap()).collect();
    assert_eq!(names, ["BEFORE-G1", "FILL-FEED", "taker"]);
    assert_eq!(rows[2]["gap_contract_seconds"].to_string(), "6");
    assert_eq!(rows[2]["stop_delay_seconds_longest"].to_string(), "0.05");
    assert_eq!(rows[2]["entry_orders_partial_filled"].to_string(), "1");
    assert_eq!(rows[2]["final_position_true_contracts"].to_string(), "0");
    let mut console = (Vec::new(), Vec::new());
    let mut alone = Console { data: &mut console.0, talk: &mut console.1, reader: Reader::File };
    let arguments = ["fillgap", "compare", &path, "--format", "json"].map(OsString::from);
    assert_eq!(execute_with(arguments, &mut alone, &[]), ExitCode::SUCCESS);
    let without: serde_json::Value = serde_json::from_slice(&console.0).unwrap();
    assert_eq!(without["rows"].as_array().unwrap()[..], rows[..2]);
    assert_ne!(without["digest"], document["digest"]);
}

#[test]
fn the_story_of_ones_own_bot_is_told_like_any_other() {
    let (_folder, path) = folder();
    let (code, story, _) = run(&["explain", &path, "--engines", "taker"], "taker");
    assert_eq!(code, ExitCode::SUCCESS);
    for line in ["signal 0: 100 at 0.65, stop 0.60", "sends buy 100 at 0.65"] {
        assert!(story.contains(line), "{line}: {story}");
    }
}

#[test]
fn a_name_that_can_not_be_an_engines_is_bad_input() {
    let (_folder, path) = folder();
    for (name, expected) in [
        (
            "FILL-FEED",
            "a bot of one's own: found `FILL-FEED`, allowed is a name that no engine of the \
             scenario has\n",
        ),
        (
            "my bot",
            "a bot of one's own: found `my bot`, allowed is a name of 1 to 100 letters, digits, \
             `-` and `_` that starts with a letter\n",
        ),
    ] {
        let (code, data, talk) = run(&["compare", &path], name);
        assert_eq!((code, data.as_str(), talk.as_str()), (ExitCode::from(2), "", expected));
    }
}

/// The commands that show the example, on the front page and in its own head.
fn shown_commands() -> Vec<Vec<&'static str>> {
    let texts = [include_str!("../../README.md"), include_str!("../../examples/own_bot.rs")];
    let lines = texts.into_iter().flat_map(str::lines);
    lines
        .filter_map(|line| line.split_once("cargo run --release --example own_bot -- "))
        .map(|(_, arguments)| arguments.split_whitespace().collect())
        .collect()
}

/// `scenarios/market-settles.toml` derives what a bot comes to that buys 100 at 0.65 and sells them when
/// the bid falls to 0.50: -65 - 1.5925 + 50 - 1.75 = -18.3425, of which the fees are not in its own
/// books: 100 * (0.50 - 0.65) = -15.
#[test]
fn what_shows_the_example_shows_it_trading() {
    let commands = shown_commands();
    assert_eq!(commands.len(), 3, "{commands:?}");
    for arguments in commands {
        let path = arguments[1];
        let (code, told, talk) = run(&arguments, "taker");
        assert_eq!((code, talk.as_str()), (ExitCode::SUCCESS, ""), "{arguments:?}");
        let is_told = told.contains("books a loss of 15.00");
        assert_eq!(is_told, arguments[0] == "explain", "{told}");
        let (_, data, _) = run(&["compare", path, "--format", "json"], "taker");
        let document: serde_json::Value = serde_json::from_str(&data).unwrap();
        let rows = document["rows"].as_array().unwrap();
        let taker = rows.iter().find(|row| row["engine"] == "taker").unwrap();
        let value = |name: &str| taker[name].to_string();
        assert_eq!(value("pnl_true_dollars"), "-18.3425", "{path}");
        assert_eq!(value("pnl_believed_dollars"), "-15", "{path}");
        assert_eq!(value("entry_orders_full_filled"), "1", "{path}");
    }
}

#[test]
fn the_help_calls_the_program_by_its_name() {
    for (program, name) in [("own_bot", "own_bot"), ("/there/own_bot.exe", "own_bot")] {
        for command in [&["--help"][..], &["compare", "--help"], &["verify", "-h"]] {
            let (mut data, mut talk) = (Vec::new(), Vec::new());
            let reader = Reader::File;
            let mut console = Console { data: &mut data, talk: &mut talk, reader };
            let arguments = std::iter::once(&program).chain(command).map(OsString::from);
            let code = execute_with(arguments, &mut console, &[("taker", &example::Taker)]);
            assert_eq!((code, talk), (ExitCode::SUCCESS, Vec::new()));
            let help = String::from_utf8(data).unwrap();
            assert!(help.contains(&format!("Examples:\n  {name} ")), "{help}");
            assert!(!help.contains("  fillgap "), "{help}");
        }
    }
}
