//! The program as a person meets it: what it says when something is wrong, and how it exits.

use std::io::pipe;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_fillgap");

/// A market in which nobody sells: an entry of 10 contracts at 0.50 rests for the whole 10 s.
pub(crate) const QUIET: &str = r#"
title = "Nobody sells"
description = "Ten contracts are wanted and none is to be had."
seed = 7
ends_at_s = 10

[[market]]
ticker = "KXQUIET-26NOV22-T50"
price_levels = "linear_cent"
fees = { kind = "quadratic" }

[link]
profile = "ideal"

[flow]
kind = "scripted"

[bot]
cash_dollars = 1000

[bot.strategy]
kind = "scheduled"

[[bot.strategy.signal]]
at_s = 0
quantity_contracts = 10
price_dollars = 0.5

[[engine]]
name = "immediate"
entry = { kind = "immediate" }

[[engine]]
name = "wait"
entry = { kind = "wait_for_fill" }

[[engine]]
name = "oracle"
entry = { kind = "oracle" }
"#;

/// A folder with the scenario in it.
pub(crate) fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("quiet.toml");
    std::fs::write(&path, QUIET).unwrap();
    (folder, path)
}

fn fillgap(folder: &TempDir) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(folder.path());
    command
}

/// What the program says about the arguments, which are wrong: exit status 2, no data.
fn complaint(arguments: &[&str]) -> String {
    let (folder, _) = folder();
    let output = fillgap(&folder).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert_eq!(output.stdout, b"", "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn mistakes_are_told_as_they_are_one_a_line() {
    let cases: [(&[&str], &str); 9] = [
        (
            &["compare", "gone.toml"],
            "gone.toml: found no readable file (entity not found), \
             allowed is a scenario in TOML\n",
        ),
        (
            &["compare", "quiet.toml", "--set", "seed"],
            "--set seed: found no `=`, allowed is `key.path=value`\n",
        ),
        (
            &["run", "quiet.toml", "--engines", "wiat"],
            "--engines wiat: found `wiat`, \
             allowed are `immediate`, `wait`, `oracle`; did you mean `wait`?\n",
        ),
        (
            &["compare", "quiet.toml", "--seed", "18446744073709551615", "--seeds", "2"],
            "--seeds: found 2 seeds from 18446744073709551615, \
             allowed are seeds up to 18446744073709551615\n",
        ),
        (
            &["check", "quiet.toml", "--set", "seed=-1", "--set", "link.profile=moon"],
            "--set link.profile=moon: link.profile: found `moon`, \
             allowed are `ideal`, `colo`, `cloud`, `home`\n\
             --set seed=-1: seed: found -1, \
             allowed is a whole number from 0 to 18446744073709551615\n",
        ),
        (
            &["explain", "quiet.toml", "--seed", "one"],
            "error: invalid value 'one' for '--seed <SEED>': allowed is a whole number from 0 to \
             18446744073709551615\n\nFor more information, try '--help'.\n",
        ),
        (
            &["run", "quiet.toml", "--engines", "wait,wait"],
            "--engines wait,wait: found `wait` twice, allowed is each engine once\n",
        ),
        (
            &["explain", "quiet.toml", "--engines", "wait,oracle"],
            "--engines wait,oracle: found 2 engines, allowed is one: a story follows one engine\n",
        ),
        (
            &["compare", "quiet.toml", "--seed", "5", "--set", "seed=3"],
            "--seed 5: found `--set seed=3` beside it, allowed is one of the two\n",
        ),
    ];
    for (arguments, expected) in cases {
        assert_eq!(complaint(arguments), expected, "{arguments:?}");
    }
}

/// 2^32 - 1 is the most seeds, 2^64 - 1 the highest.
#[test]
fn a_number_that_seeds_can_not_have_is_told_with_their_range() {
    for value in ["0", "-1", "4294967296", "99999999999999999999", "abc", "1.5"] {
        let expected = format!(
            "error: invalid value '{value}' for '--seeds <N>': allowed is a whole number from 1 to \
             4294967295\n\nFor more information, try '--help'.\n"
        );
        assert_eq!(complaint(&["compare", "quiet.toml", "--seeds", value]), expected);
    }
    for value in ["-1", "18446744073709551616"] {
        let expected = format!(
            "error: invalid value '{value}' for '--seed <SEED>': allowed is a whole number from 0 to \
             18446744073709551615\n\nFor more information, try '--help'.\n"
        );
        for command in ["compare", "run", "explain"] {
            assert_eq!(complaint(&[command, "quiet.toml", "--seed", value]), expected);
        }
    }
}

/// That all behind `--` is a value makes no option of it.
#[test]
fn an_option_of_another_command_is_told_with_those_that_have_it() {
    let tips = |arguments: &[&str]| -> Vec<String> {
        let said = complaint(arguments);
        let tips = said.lines().filter_map(|line| line.strip_prefix("  tip: ").map(str::to_owned));
        tips.collect()
    };
    let explain = "`explain` has `--set`, `--seed`, `--engines`, `--full`, `--out`";
    let compare = "`compare` has `--set`, `--seeds`, `--seed`, `--engines`, `--format`, `--out`";
    assert_eq!(
        tips(&["explain", "quiet.toml", "--format", "json"]),
        [explain, "`--format` is an option of `compare`, `run`"]
    );
    assert_eq!(
        tips(&["compare", "quiet.toml", "--full"]),
        [compare, "`--full` is an option of `explain`"]
    );
    assert_eq!(
        tips(&["verify", "quiet.toml", "--set", "seed=2"]),
        ["`verify` has no options", "`--set` is an option of `compare`, `run`, `explain`, `check`"]
    );
    assert_eq!(tips(&["compare", "quiet.toml", "--bogus"]), [compare]);
    assert_eq!(
        tips(&["compare", "quiet.toml", "--seedz", "3"]),
        ["a similar argument exists: '--seed'"]
    );
}

#[cfg(not(feature = "frames"))]
#[test]
fn a_build_without_frames_says_so_before_it_runs_anything() {
    for format in ["csv", "parquet"] {
        assert_eq!(
            complaint(&["compare", "quiet.toml", "--format", format]),
            format!(
                "--format: found `{format}` in a build without the feature `frames`, \
                 allowed are `table`, `json`\n"
            )
        );
    }
}

#[test]
fn check_names_each_good_file_with_its_digest_and_goes_on_after_a_bad_one() {
    let (folder, path) = folder();
    std::fs::write(folder.path().join("bad.toml"), "title = 3\n").unwrap();
    let output = fillgap(&folder).args(["check", "bad.toml", "quiet.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let scenario = fillgap::scenario::Scenario::load(&path, &[]).unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, format!("ok quiet.toml {}\n", scenario.digest()));
    let complaints = String::from_utf8(output.stderr).unwrap();
    let told = complaints.lines().any(|line| line.starts_with("bad.toml:1:9: title: found 3, "));
    assert!(told, "{complaints}");
    assert!(complaints.lines().all(|line| line.starts_with("bad.toml:")), "{complaints}");
    let output = fillgap(&folder).args(["check", "quiet.toml"]).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn help_and_version_are_data() {
    let (folder, _) = folder();
    let version = format!("fillgap {}\n", env!("CARGO_PKG_VERSION"));
    let output = fillgap(&folder).arg("--version").output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), version);
    for command in ["compare", "run", "explain", "check"] {
        let output = fillgap(&folder).args([command, "--help"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command}");
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains(&format!("Examples:\n  fillgap {command} ")), "{help}");
    }
    let output = fillgap(&folder).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
}

#[test]
fn the_program_compares_and_keeps_quiet_where_nobody_watches() {
    let (folder, _) = folder();
    let output = fillgap(&folder).args(["compare", "quiet.toml", "--seeds", "3"]).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.starts_with("Nobody sells\n\n3 engines, 3 seeds from 7 to 9; "), "{table}");
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let (folder, _) = folder();
    let mut command = Command::new(BINARY);
    command.current_dir(folder.path()).args(["check", "quiet.toml"]);
    let child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(output.stderr, b"");
}

/// Each bad scenario alone, through the program: exit status 2, the file named, no data, no panic.
/// The exact messages are compared where the reader is tested.
#[test]
fn every_bad_scenario_ends_in_status_2_and_a_message() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(root.join("tests/bad/scenarios")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.strip_suffix(".toml").is_some());
    names.sort();
    assert!(names.len() >= 100, "found {}", names.len());
    for name in names {
        let path = format!("tests/bad/scenarios/{name}");
        let output =
            Command::new(BINARY).current_dir(&root).args(["compare", &path]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert_eq!(output.stdout, b"", "{name}");
        assert!(said.contains(&name) && !said.contains("panicked"), "{name}: {said}");
    }
}
