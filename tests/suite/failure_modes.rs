//! The failure modes that ship, held against what their files expect.

use std::fs;
use std::path::Path;

use fillgap::bot::Preset;
use fillgap::experiment::{MeasuredRun, differences};
use fillgap::measure::measure;
use fillgap::scenario::Scenario;
use fillgap::units::{Quantity, SimDuration};
use fillgap::world::RunOutput;

use crate::runs;

const FOLDER: &str = "failure-modes";

fn files() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(FOLDER);
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = names.filter(|name| is_scenario(name)).collect();
    files.sort();
    files
}

fn is_scenario(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "toml")
}

fn load(file: &str) -> Scenario {
    runs::scenario(&format!("{FOLDER}/{file}"), &[])
}

#[test]
fn every_bot_moves_as_its_file_derives_by_hand() {
    let mut wrong = Vec::new();
    for file in files() {
        let scenario = load(&file);
        for expectation in &scenario.expectations {
            let engine = &expectation.engine;
            let RunOutput { log, digest, .. } = runs::run(&scenario, engine);
            let report = measure(log.entries());
            let found = differences(expectation, &MeasuredRun { log, digest, report });
            wrong.extend(found.iter().map(|each| format!("{file} {engine}: {each:?}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_engine_of_a_file_is_expected_to_do_something() {
    for file in files() {
        let scenario = load(&file);
        let mut engines: Vec<_> = scenario.engines.iter().map(|engine| &engine.name).collect();
        let mut expected: Vec<_> = scenario.expectations.iter().map(|each| &each.engine).collect();
        engines.sort();
        expected.sort();
        assert_eq!(engines, expected, "{file}");
    }
}

/// The delay of the feed in every file that has one.
const FEED_DELAY: SimDuration = SimDuration::from_ms(50);

/// The two that no mode may bite are in every file, next to those that it does: what the one
/// believes is true at every instant, what the other believes is one delay of the feed behind.
#[test]
fn the_fill_feed_shows_the_delay_of_its_feed_and_the_oracle_nothing() {
    for file in files() {
        let scenario = load(&file);
        let oracle = runs::measured(&scenario, Preset::Oracle.name());
        assert_eq!(oracle.gap_windows, 0, "{file}: the oracle");
        let feed = runs::measured(&scenario, Preset::FillFeed.name());
        assert!(feed.gap_seconds_longest <= FEED_DELAY, "{file}: {}", feed.gap_seconds_longest);
        let unprotected = oracle.unprotected_contract_seconds;
        assert_eq!(unprotected, "0".parse().unwrap(), "{file}: the oracle");
        for found in [oracle, feed] {
            let sold_wrong = [found.stop_oversold_contracts, found.stop_undersold_contracts];
            assert_eq!(sold_wrong, [Quantity::ZERO; 2], "{file}");
            let stops_wrong = (found.stops_missed, found.stops_phantom, found.stops_doubled);
            assert_eq!(stops_wrong, (0, 0, 0), "{file}");
        }
    }
}

/// Both count what their entry orders may still bring, so neither buys beyond its limits.
#[test]
fn the_fill_feed_and_the_oracle_stay_within_their_limits() {
    for file in files() {
        let scenario = load(&file);
        for preset in [Preset::FillFeed, Preset::Oracle] {
            let found = runs::measured(&scenario, preset.name());
            let beyond = (found.limit_breach_seconds, found.limit_false_accepts);
            assert_eq!(beyond, (SimDuration::ZERO, 0), "{file}: {}", preset.name());
        }
    }
}

/// Every file is named in the table, and the table names no other.
#[test]
fn the_table_names_every_file() {
    let table = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(FOLDER).join("README.md"),
    )
    .expect("the table can be read");
    let mut named: Vec<String> = table
        .split('`')
        .filter(|word| is_scenario(word) && !word.contains(['/', ' ', '\n']))
        .map(str::to_owned)
        .collect();
    named.sort();
    named.dedup();
    assert_eq!(named, files());
}
