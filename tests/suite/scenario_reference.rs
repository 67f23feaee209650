//! The reference of scenario keys in `scenarios/README.md` against the reader itself.

use std::collections::BTreeSet;

use fillgap::scenario::{Key, Presence, Scenario};

/// A row of the reference.
fn row(key: &Key) -> String {
    let Key { path, when, allowed, presence, about } = key;
    let (_, allowed) = allowed.split_once(' ').expect("`is` or `are` comes first");
    let left_out = match presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => "-".to_owned(),
        Presence::Default(value) => format!("`{value}`"),
    };
    let when = if when.is_empty() { String::new() } else { format!(" ({when})") };
    format!("| `{path}`{when} | {about} | {allowed} | {left_out} |")
}

#[test]
fn the_reference_has_exactly_the_keys_of_the_reader_in_its_order() {
    let reference = include_str!("../../scenarios/README.md");
    let after = reference.lines().skip_while(|line| *line != "## All keys").skip(1);
    let section = after.take_while(|line| !line.starts_with("## "));
    let found: Vec<&str> = section.filter(|line| line.starts_with("| `")).collect();
    let expected: Vec<String> = Scenario::keys().iter().map(row).collect();
    assert_eq!(found.join("\n"), expected.join("\n"), "\n{}", expected.join("\n"));
}

#[test]
fn a_key_is_listed_once_per_kind_and_none_is_left_out() {
    let keys = Scenario::keys();
    let distinct: BTreeSet<(&str, &str)> =
        keys.iter().map(|key| (key.path.as_str(), key.when.as_str())).collect();
    assert_eq!(distinct.len(), keys.len());
    // One from each room, of each form.
    for path in [
        "ends_at_s",
        "market[].price_levels",
        "market[].price_levels.ranges[].step_dollars",
        "exchange.fee_rounding",
        "link.every_leg.p99_ms",
        "link.lag.positions",
        "flow.order[].time_in_force",
        "flow.cancel[].label",
        "flow.capture",
        "bot.strategy.signal[].stop_dollars",
        "bot.strategy.quantity_low_contracts",
        "bot.entry.reading",
        "bot.reconcile.every_s",
        "engine[].name",
    ] {
        assert!(keys.iter().any(|key| key.path == path), "{path}");
    }
}
