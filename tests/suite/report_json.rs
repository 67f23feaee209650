//! JSON results: the keys, their order, and every digit.

use fillgap::measure::Measures;
use fillgap::report::{Document, Rows, Sheet, write_json};
use fillgap::units::SimDuration;
use rust_decimal::Decimal;

use crate::hand_made::{comparison, contracts, decimal, dollars, quiet, row};

fn json_of(measures: Measures) -> String {
    let comparison = comparison(vec![row(u64::MAX, "immediate", measures)]);
    let sheet = Sheet::results(&comparison);
    let document = Document {
        scenario: &comparison.scenario.name,
        digest: comparison.digest.to_string(),
        rows: Rows(&sheet),
        faults: Rows(&Sheet::faults(&comparison)),
        windows: None,
        stops: None,
    };
    let mut out = Vec::new();
    write_json(&document, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The keys of a result row, as the files promise them.
const KEYS: [&str; 46] = [
    "seed",
    "engine",
    "digest",
    "entry_orders_placed",
    "entry_orders_full_filled",
    "entry_orders_partial_filled",
    "entry_orders_failed",
    "gap_windows",
    "gap_seconds",
    "gap_seconds_longest",
    "gap_contracts_peak",
    "gap_contract_seconds",
    "gap_contract_seconds_over",
    "gap_contract_seconds_under",
    "gap_dollar_seconds",
    "exposure_error_dollars_peak",
    "exposure_error_dollars_mean",
    "limit_false_accepts",
    "limit_false_rejects",
    "limit_breach_seconds",
    "stop_triggers",
    "stop_delay_seconds_mean",
    "stop_delay_seconds_longest",
    "stop_oversold_contracts",
    "stop_undersold_contracts",
    "stops_missed",
    "stops_phantom",
    "stops_doubled",
    "stop_cost_dollars",
    "position_flips",
    "unprotected_contract_seconds",
    "pnl_true_dollars",
    "pnl_believed_dollars",
    "pnl_error_dollars_peak",
    "fees_dollars",
    "entry_blocked_seconds",
    "stop_check_gap_seconds_longest",
    "final_position_true_contracts",
    "final_position_believed_contracts",
    "replay_clipped_contracts",
    "lock_wait_seconds",
    "lock_wait_seconds_longest",
    "link_faults",
    "feed_delay_seconds_longest",
    "gap_contract_seconds_beyond_feed",
    "unprotected_contract_seconds_beyond_feed",
];

#[test]
fn a_row_is_flat_and_its_keys_are_in_the_promised_order() {
    let json = json_of(quiet());
    let keys: Vec<&str> = json
        .lines()
        .filter_map(|line| line.strip_prefix("      \"")?.split_once('"'))
        .map(|(key, _)| key)
        .collect();
    assert_eq!(keys, KEYS);
    let top: Vec<&str> = json.lines().filter_map(|line| line.strip_prefix("  \"")).collect();
    let top: Vec<&str> = top.iter().filter_map(|line| Some(line.split_once('"')?.0)).collect();
    assert_eq!(top, ["scenario", "digest", "rows", "faults"]);
    assert!(json.starts_with("{\n  \"scenario\": \"entry-partial-fill\",\n  \"digest\": \""));
    assert!(json.ends_with("    }\n  ],\n  \"faults\": []\n}\n"));
}

/// 0.1 + 0.2 is 0.3 here, as no float has it; the longest decimal and the largest seed keep all
/// their digits; nothing is written with an exponent.
#[test]
fn numbers_are_exact_and_never_were_floats() {
    let json = json_of(Measures {
        gap_windows: 3,
        gap_seconds: SimDuration::from_ns(1),
        gap_contracts_peak: contracts("0.01"),
        gap_contract_seconds: decimal("0.1") + decimal("0.2"),
        gap_contract_seconds_over: decimal("123456789012345.12345678901"),
        gap_dollar_seconds: decimal("0.000000000000001"),
        exposure_error_dollars_peak: dollars("0.000001"),
        pnl_true_dollars: dollars("-0.30"),
        stop_delay_seconds_longest: Some(SimDuration::from_ms(1_500)),
        unprotected_contract_seconds: -Decimal::ZERO,
        ..quiet()
    });
    let line = |key: &str| {
        let start = format!("      \"{key}\": ");
        let value = json.lines().find_map(|line| line.strip_prefix(&start)).unwrap();
        value.trim_end_matches(',').to_owned()
    };
    let cases = [
        ("seed", "18446744073709551615"),
        ("engine", "\"immediate\""),
        ("gap_windows", "3"),
        ("gap_seconds", "0.000000001"),
        ("gap_contracts_peak", "0.01"),
        ("gap_contract_seconds", "0.3"),
        ("gap_contract_seconds_over", "123456789012345.12345678901"),
        ("gap_dollar_seconds", "0.000000000000001"),
        ("exposure_error_dollars_peak", "0.000001"),
        ("pnl_true_dollars", "-0.3"),
        ("stop_delay_seconds_longest", "1.5"),
        ("stop_delay_seconds_mean", "null"),
        ("unprotected_contract_seconds", "0"),
        ("replay_clipped_contracts", "0"),
        ("lock_wait_seconds", "0"),
        ("lock_wait_seconds_longest", "0"),
        ("link_faults", "0"),
    ];
    for (key, expected) in cases {
        assert_eq!(line(key), expected, "{key}");
    }
}
