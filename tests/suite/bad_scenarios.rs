//! What a bad scenario, a bad `--set` and a bad `--engines` say, word for word.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fillgap::scenario::{Scenario, ScenarioErrors, SetValue};

const FOLDER: &str = "tests/bad/scenarios";
const PLAIN: &str = "tests/fixtures/plain.toml";

fn messages(result: Result<Scenario, ScenarioErrors>) -> Vec<String> {
    match result {
        Ok(scenario) => panic!("{} was read without a mistake", scenario.path.display()),
        Err(errors) => errors.errors().iter().map(ToString::to_string).collect(),
    }
}

/// The table of the folder: file name to messages.
fn expected() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(Path::new(FOLDER).join("expected.txt")).unwrap();
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut file = String::new();
    for line in text.lines() {
        if let Some(message) = line.strip_prefix("    ") {
            let message = message.replacen('@', &format!("{FOLDER}/{file}"), 1);
            rows.get_mut(&file).expect("a message follows its file").push(message);
        } else if let Some((name, _)) = line.split_once(".toml: ") {
            file = format!("{name}.toml");
            assert!(rows.insert(file.clone(), Vec::new()).is_none(), "{file} has two rows");
        }
    }
    rows
}

#[test]
fn every_bad_scenario_has_a_row_and_every_row_a_scenario() {
    let mut files: Vec<String> = fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    let rows: Vec<String> = expected().into_keys().collect();
    assert_eq!(files, rows);
    assert!(files.len() >= 45, "the corpus covers every kind of key and of mistake");
}

#[test]
fn every_bad_scenario_gives_exactly_its_messages() {
    for (file, expected) in expected() {
        assert!(!expected.is_empty(), "{file} has no message");
        let path = Path::new(FOLDER).join(&file);
        assert_eq!(messages(Scenario::load(&path, &[])), expected, "{file}");
    }
}

/// A `--set` whose text is right but whose key or value is not.
#[test]
fn a_set_value_is_refused_as_a_value_of_the_file_would_be() {
    for (set, expected) in [
        (
            "engine.wait.entry.timeout_s=-3",
            "engine.wait.entry.timeout_s: found -3, allowed is 0 to 86400 seconds",
        ),
        (
            "engine.wait.entry.kind=imediate",
            "engine.wait.entry.kind: found `imediate`, allowed are `immediate`, `wait_for_fill`, \
             `track_and_reconcile`, `first_fill`, `reference`, `fill_feed`, `oracle`; did you mean `immediate`?",
        ),
        (
            "engine.wiat.entry.timeout_s=3",
            "engine.wiat: found `wiat`, allowed is index 0 to 1, or `immediate`, `wait`; \
             did you mean `wait`?",
        ),
        ("engine.2.name=x", "engine.2: found `2`, allowed is index 0 to 1, or `immediate`, `wait`"),
        ("flow.order.1.price_dollars=0.6", "flow.order.1: found `1`, allowed is index 0"),
        (
            "flow.order.price_dollars=0.6",
            "flow.order.price_dollars: found `price_dollars`, allowed is index 0",
        ),
        (
            "flow.order.0.price_dollars=0.6501",
            "flow.order.0.price_dollars: found 0.6501, allowed are prices of `KXDEMO-26NOV22-T50`, here 0.65 or 0.66",
        ),
        ("title.x=3", "title: found \"Plain\", allowed is a section"),
        (
            "seed=five",
            "seed: found \"five\", allowed is a whole number from 0 to 18446744073709551615",
        ),
        (
            "engine.wait.entry.timeout_s=30s",
            "engine.wait.entry.timeout_s: found \"30s\", allowed is 0 to 86400 seconds",
        ),
        (
            "bot.limits.total_share=30%",
            "bot.limits.total_share: found \"30%\", allowed is 0 to 2 times the equity",
        ),
        ("title=2026", "title: found 2026, allowed is a title of 1 to 200 characters"),
        ("title=2026-05-01", "title: found 2026-05-01, allowed is a title of 1 to 200 characters"),
        ("title=inf", "title: found inf, allowed is a title of 1 to 200 characters"),
        (
            "market.0.event=~/x",
            "market.0.event: found \"~/x\", allowed is a name of 1 to 100 letters, digits, `-`, `_` and `.`",
        ),
        (
            "bot.reconcil.first_at_s=5",
            "bot.reconcil: found an unknown key, allowed are `cash_dollars`, `collateral_return`, `entry`, \
             `exit`, `feed`, `limits`, `loop`, `order`, `order_read`, `reconcile`, `restart_at_s`, `stop`, \
             `strategy`, `time_limits`; did you mean `reconcile`?",
        ),
        (
            "bot.stop.stale_after=3",
            "bot.stop.stale_after: found an unknown key, allowed are `rule`, `stale_after_s`, \
             `without_bid`; did you mean `stale_after_s`?",
        ),
        (
            "engine.wait={name=\"wait\"}",
            "engine.wait.entry.kind: found nothing, allowed are `immediate`, `wait_for_fill`, `track_and_reconcile`, `first_fill`, `reference`, `fill_feed`, `oracle`",
        ),
    ] {
        let value: SetValue = set.parse().unwrap();
        let found = messages(Scenario::load(Path::new(PLAIN), &[value]));
        assert_eq!(found, [format!("--set {set}: {expected}")]);
    }
}

/// A `--set` whose text is no key path with a value.
#[test]
fn a_set_text_is_refused_before_any_file_is_read() {
    for (set, expected) in [
        ("bot.entry", "found no `=`, allowed is `key.path=value`"),
        ("=3", "found key ``, allowed are letters, digits, `_` and `-`"),
        ("bot..x=3", "found key ``, allowed are letters, digits, `_` and `-`"),
        ("bot.a b=3", "found key `a b`, allowed are letters, digits, `_` and `-`"),
        (
            "seed=[1",
            "found value `[1`, allowed is a TOML value or a bare word \
             (unclosed array, expected `]`)",
        ),
        (
            "title=A b",
            "found value `A b`, allowed is a TOML value, a bare word of letters, digits and `_-+./\\:~@%`, \
             or a text in quotes, for a shell: --set 'title=\"A b\"'",
        ),
        (
            "title=it's",
            "found value `it's`, allowed is a TOML value, a bare word of letters, digits and `_-+./\\:~@%`, \
             or a text in quotes, for a shell: --set 'title=\"it'\\''s\"'",
        ),
        (
            "flow.capture=",
            "found value ``, allowed is a TOML value, a bare word of letters, digits and `_-+./\\:~@%`, \
             or a text in quotes, for a shell: --set 'flow.capture=\"\"'",
        ),
    ] {
        let error = set.parse::<SetValue>().unwrap_err();
        assert_eq!(error.to_string(), format!("--set {set}: {expected}"));
    }
}

/// One of the two values would be lost, whichever way the key is named.
#[test]
fn a_second_value_for_a_key_is_refused() {
    for (first, second, path) in [
        ("seed=2", "seed=3", "seed"),
        ("seed=2", "seed=2", "seed"),
        (
            "engine.1.entry.timeout_s=4",
            "engine.wait.entry.timeout_s=5",
            "engine.wait.entry.timeout_s",
        ),
        ("bot.stop.stale_after_s=5", "bot.stop={ rule = \"level\" }", "bot.stop"),
        ("bot.stop={ stale_after_s = 5 }", "bot.stop.stale_after_s=6", "bot.stop.stale_after_s"),
        ("flow.order.0.price_dollars=0.6", "flow.order=[]", "flow.order"),
        ("bot.stop.rule=level", "bot={ cash_dollars = 3 }", "bot"),
        // A kind goes first, wherever it stands: what it says would be lost.
        ("link.every_leg.kind=constant", "link.every_leg={ kind = \"uniform\" }", "link.every_leg"),
    ] {
        let sets = [first, second].map(|set| set.parse().unwrap());
        let found = messages(Scenario::load(Path::new(PLAIN), &sets));
        let beside = format!("a second value beside `--set {first}`, allowed is one");
        let expected = format!("--set {second}: {path}: found {beside}");
        assert!(found.contains(&expected), "{expected}\n{found:?}");
    }
}

/// What is set inside of a section that another option has set, and lacks it, is no second value.
#[test]
fn a_section_can_be_set_and_then_filled() {
    let sets = ["bot.stop={ rule = \"level\" }", "bot.stop.stale_after_s=5"];
    let sets = sets.map(|set| set.parse().unwrap());
    let resolved = Scenario::load(Path::new(PLAIN), &sets).unwrap().resolved().to_owned();
    assert!(resolved.contains("\nstale_after_s = 5\n"), "{resolved}");
}

#[test]
fn mistakes_of_file_and_options_are_told_together_the_file_first() {
    let path = Path::new(FOLDER).join("quantity_zero.toml");
    let sets = ["seed=-1", "bot.cash_dollars=x"].map(|set| set.parse().unwrap());
    let found = messages(Scenario::load(&path, &sets));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("tests/bad/scenarios/quantity_zero.toml:15:22: flow.order.0"));
    assert!(found[1].starts_with("--set bot.cash_dollars=x: bot.cash_dollars: found \"x\""));
    assert!(found[2].starts_with("--set seed=-1: seed: found -1"));
}

#[test]
fn a_file_that_can_not_be_read_is_an_error_of_its_own() {
    let found = messages(Scenario::load(Path::new("tests/no.toml"), &[]));
    let expected = "tests/no.toml: found no readable file (entity not found), \
                    allowed is a scenario in TOML";
    assert_eq!(found, [expected]);
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("latin.toml");
    fs::write(&path, b"title = \"caf\xe9\"\n").unwrap();
    // The 13th byte, number 12 from 0, is no UTF-8: t=0 ... quote=8 c=9 a=10 f=11.
    let expected = format!(
        "{}: found no readable file (not UTF-8 from byte 12), allowed is a scenario in TOML",
        path.display()
    );
    assert_eq!(messages(Scenario::load(&path, &[])), [expected]);
}

#[test]
fn an_engine_that_is_not_there_can_not_be_chosen() {
    let names = ["wait", "imediate", "oracle"].map(str::to_owned);
    let mut scenario = Scenario::load(Path::new(PLAIN), &[]).unwrap();
    let errors = scenario.choose_engines(&names).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "--engines wait,imediate,oracle: found `imediate`, allowed are `immediate`, `wait`; \
         did you mean `immediate`?\n\
         --engines wait,imediate,oracle: found `oracle`, allowed are `immediate`, `wait`"
    );
    let errors = scenario.choose_engines(&["wait", "wait"].map(str::to_owned)).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "--engines wait,wait: found `wait` twice, allowed is each engine once"
    );
    assert_eq!(scenario.engines.len(), 2, "a refused choice changes nothing");
    scenario.choose_engines(&names[..1]).unwrap();
    let left: Vec<&str> = scenario.engines.iter().map(|engine| engine.name.as_str()).collect();
    assert_eq!(left, ["wait"]);
}
