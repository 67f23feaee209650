//! The numbers that the analysis of the original bot gives, under the bots that it names. The real
//! exchange answers; nothing takes time unless a test says so.

use std::path::Path;

use fillgap::measure::{COLUMNS, Measures, Value, measure};
use fillgap::protocol::record::{Decision, Record, Wait};
use fillgap::protocol::{Execution, OrderEnd};
use fillgap::scenario::Scenario;
use fillgap::world::{RunOutput, run_one};

/// A shipped scenario with one named bot for its only engine, and what that gives besides.
fn scenario(file: &str, preset: &str, own: &str) -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let shared = text.split("[[engine]]").next().unwrap();
    let text = format!("{shared}[[engine]]\nname = \"bot\"\npreset = \"{preset}\"\n{own}\n");
    Scenario::of_text(&folder.join("analysis.toml"), &text, &[])
        .unwrap_or_else(|errors| panic!("{errors}"))
}

fn run(file: &str, preset: &str, own: &str) -> RunOutput {
    let scenario = scenario(file, preset, own);
    let engine = &scenario.engines[0];
    run_one(&scenario, engine, scenario.seed).unwrap_or_else(|error| panic!("{error}"))
}

fn measured(file: &str, preset: &str, own: &str) -> Measures {
    measure(run(file, preset, own).log.entries()).measures
}

fn value(measures: &Measures, name: &str) -> String {
    let column = COLUMNS.iter().find(|column| column.name == name).unwrap();
    match column.value(measures) {
        Some(Value::Count(count)) => count.to_string(),
        Some(Value::Decimal(decimal)) => decimal.to_string(),
        other => format!("{other:?}"),
    }
}

fn check(measures: &Measures, expected: &[(&str, &str)], what: &str) {
    for (name, expected) in expected {
        assert_eq!(value(measures, name), *expected, "{what}: {name}");
    }
}

const PARTIAL: &str = "entry-partial-fill.toml";

/// 100 ordered, 50 filled at T + 5, corrected at R: 100 and then 50 contracts too many, for 5 s and
/// for R - 5 s. 500 + 50 (R - 5) contract-seconds, and 0.65 dollars for each.
#[test]
fn before_the_error_is_a_hundred_then_fifty_until_the_books_are_compared() {
    for (compared_s, area, dollars) in [
        ("10", "750", "487.5"),
        ("15", "1000", "650"),
        ("20", "1250", "812.5"),
        ("30", "1750", "1137.5"),
        ("45", "2500", "1625"),
        ("60", "3250", "2112.5"),
    ] {
        let own = format!("reconcile = {{ first_at_s = {compared_s} }}");
        let expected = [
            ("gap_contract_seconds", area),
            ("gap_contract_seconds_over", area),
            ("gap_contracts_peak", "100"),
            ("gap_dollar_seconds", dollars),
            ("gap_seconds", compared_s),
            ("gap_windows", "1"),
            ("exposure_error_dollars_peak", "65"),
            ("final_position_believed_contracts", "50"),
            ("final_position_true_contracts", "50"),
        ];
        for preset in ["BEFORE-DOC", "OPT2a", "OPT2b"] {
            check(&measured(PARTIAL, preset, &own), &expected, &format!("{preset}, {compared_s}"));
        }
    }
}

/// Option 1 looks every second, so it books 50 in the instant of the fill; 50 go on resting.
#[test]
fn option_one_books_what_filled_and_leaves_the_rest_in_the_book() {
    let output = run(PARTIAL, "OPT1", "");
    let measures = measure(output.log.entries()).measures;
    let expected = [
        ("gap_windows", "0"),
        ("entry_blocked_seconds", "5"),
        ("entry_orders_placed", "1"),
        ("entry_orders_full_filled", "0"),
        ("entry_orders_partial_filled", "1"),
        ("entry_orders_failed", "0"),
        ("final_position_believed_contracts", "50"),
    ];
    check(&measures, &expected, "OPT1");
    let is_end = |record: &Record| {
        matches!(
            record,
            Record::Truth(fillgap::protocol::record::Truth::Execution(Execution::Ended {
                end: OrderEnd::Canceled,
                ..
            }))
        )
    };
    assert!(!output.log.entries().iter().any(|entry| is_end(&entry.record)), "nothing is canceled");
}

/// Thirty seconds without latency, with nothing made of it.
#[test]
fn option_one_is_blocked_for_thirty_seconds_by_an_order_that_does_not_fill() {
    let expected = [
        ("entry_blocked_seconds", "30"),
        ("entry_orders_placed", "1"),
        ("entry_orders_full_filled", "0"),
        ("entry_orders_partial_filled", "0"),
        ("entry_orders_failed", "1"),
    ];
    let output = run("no-fill.toml", "OPT1", "");
    check(&measure(output.log.entries()).measures, &expected, "OPT1");
    let waits: Vec<String> = output
        .log
        .entries()
        .iter()
        .filter(|entry| {
            matches!(
                entry.record,
                Record::Decision(
                    Decision::WaitBegan(Wait::Entry) | Decision::WaitEnded(Wait::Entry)
                )
            )
        })
        .map(|entry| entry.time.to_string())
        .collect();
    assert_eq!(waits, ["0", "30"]);
}

/// All 100 fill as the order arrives.
#[test]
fn option_one_counts_a_full_fill() {
    let full = "[engine.strategy]\nkind = \"scheduled\"\n[[engine.strategy.signal]]\nat_s = 0\n\
                quantity_contracts = 100\nprice_dollars = 0.66\n";
    let expected = [
        ("entry_orders_placed", "1"),
        ("entry_orders_full_filled", "1"),
        ("entry_orders_partial_filled", "0"),
        ("entry_orders_failed", "0"),
    ];
    check(&measured(PARTIAL, "OPT1", full), &expected, "OPT1");
}

/// A stop between the fill and the comparison sells 100 of 50 held.
#[test]
fn before_a_stop_inside_the_window_oversells_fifty() {
    let expected = [
        ("stop_triggers", "1"),
        ("stop_oversold_contracts", "50"),
        ("position_flips", "1"),
        ("final_position_true_contracts", "-50"),
    ];
    check(&measured("stop-inside-the-window.toml", "BEFORE-DOC", ""), &expected, "BEFORE-DOC");
    // The same with an exit that may only reduce: 50 are sold, and nothing flips.
    let own = "exit = { kind = \"reduce_only_ioc\" }";
    let expected = [
        ("stop_oversold_contracts", "0"),
        ("position_flips", "0"),
        ("final_position_true_contracts", "0"),
    ];
    check(&measured("stop-inside-the-window.toml", "BEFORE-DOC", own), &expected, "reduce-only");
}

/// At a bid of 0.58, 100 seem to be worth (0.58 - 0.65 - 0.01) 100 = -8.00; the 50 held are worth
/// half of that by the same formula, -4.00. Until 12 the others bid 0.64, so the run ends at 18.
#[test]
fn before_the_unrealised_loss_is_twice_the_true_one() {
    let file = "stop-inside-the-window.toml";
    let quiet = "[engine.strategy]\nkind = \"scheduled\"\n[[engine.strategy.signal]]\nat_s = 0\n\
                 quantity_contracts = 100\nprice_dollars = 0.65\n";
    let before = |own: &str| {
        let mut scenario = scenario(file, "BEFORE-DOC", &format!("{own}\n{quiet}"));
        scenario.ends_at = fillgap::units::SimTime::START + "18".parse().unwrap();
        let output = run_one(&scenario, &scenario.engines[0], 1).unwrap();
        value(&measure(output.log.entries()).measures, "pnl_believed_dollars")
    };
    assert_eq!(before(""), "-8");
    // With the stake corrected at 10.
    assert_eq!(before("reconcile = { first_at_s = 10 }"), "-4");
}
