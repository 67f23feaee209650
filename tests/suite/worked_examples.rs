//! The scenarios that ship, against numbers worked out by hand. The derivations stand in the
//! scenario files and beside the rows here.

use fillgap::measure::{COLUMNS, Value};

use crate::runs;

type Expected<'a> = &'a [(&'a str, &'a [(&'a str, &'a str)])];

/// Runs every engine of a scenario and compares the named columns.
fn check(scenario: &str, sets: &[&str], expected: Expected<'_>) {
    let scenario = runs::scenario(scenario, sets);
    let mut wrong = Vec::new();
    for (engine, columns) in expected {
        let measures = runs::measured(&scenario, engine);
        for (name, value) in *columns {
            let column = COLUMNS.iter().find(|column| column.name == *name);
            let column = column.unwrap_or_else(|| panic!("no column `{name}`"));
            let found = match column.value(&measures).expect("every measure has a value") {
                Value::Count(count) => count.to_string(),
                Value::Decimal(decimal) => decimal.to_string(),
                Value::Text(text) => text,
            };
            if found != *value {
                wrong.push(format!("{engine}: {name}: found {found}, by hand {value}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// `100*5 + 50*(r - 5)` contract-seconds for an engine that books 100 at T+0 and is corrected at `r`
/// seconds; 0.65 dollars a contract; the window is `r` seconds long.
#[test]
fn the_gap_of_the_immediate_engine_grows_with_the_time_of_its_reconciliation() {
    for (reconciled_s, contract_seconds, dollar_seconds) in [
        ("10", "750", "487.5"),
        ("15", "1000", "650"),
        ("20", "1250", "812.5"),
        ("30", "1750", "1137.5"),
        ("45", "2500", "1625"),
        ("60", "3250", "2112.5"),
    ] {
        let believed_too_much = [
            ("gap_windows", "1"),
            ("gap_seconds", reconciled_s),
            ("gap_seconds_longest", reconciled_s),
            ("gap_contracts_peak", "100"),
            ("gap_contract_seconds", contract_seconds),
            ("gap_contract_seconds_over", contract_seconds),
            ("gap_contract_seconds_under", "0"),
            ("gap_dollar_seconds", dollar_seconds),
            ("exposure_error_dollars_peak", "65"),
            ("final_position_true_contracts", "50"),
            ("final_position_believed_contracts", "50"),
        ];
        let none = [("gap_windows", "0"), ("gap_contract_seconds", "0"), ("gap_seconds", "0")];
        check(
            "entry-partial-fill.toml",
            &[&format!("bot.reconcile.first_at_s={reconciled_s}")],
            &[
                ("immediate", &believed_too_much),
                ("track_and_reconcile", &believed_too_much),
                ("wait_for_fill", &none),
                ("oracle", &none),
            ],
        );
    }
}

/// The mean exposure error is 1137.50 dollar-seconds over the 70 s of the run: 16.25. 50 contracts
/// bought as maker at 0.65 (no maker fee) and marked at the others' bid of 0.64: -0.50.
/// `wait_for_fill` checks its stops at T+0 and then, after 5 s of waiting and 10 s of sleep, at T+15.
#[test]
fn entry_partial_fill_in_full() {
    check(
        "entry-partial-fill.toml",
        &[],
        &[
            (
                "immediate",
                &[
                    ("entry_orders_placed", "1"),
                    ("entry_orders_full_filled", "0"),
                    ("entry_orders_partial_filled", "0"),
                    ("entry_orders_failed", "0"),
                    ("exposure_error_dollars_mean", "16.25"),
                    ("entry_blocked_seconds", "0"),
                    ("stop_check_gap_seconds_longest", "10"),
                    ("pnl_true_dollars", "-0.5"),
                    ("fees_dollars", "0"),
                    ("unprotected_contract_seconds", "0"),
                ],
            ),
            (
                "wait_for_fill",
                &[
                    ("entry_orders_placed", "1"),
                    ("entry_orders_full_filled", "0"),
                    ("entry_orders_partial_filled", "1"),
                    ("entry_orders_failed", "0"),
                    ("exposure_error_dollars_peak", "0"),
                    ("entry_blocked_seconds", "5"),
                    ("stop_check_gap_seconds_longest", "15"),
                    ("pnl_true_dollars", "-0.5"),
                    ("final_position_believed_contracts", "50"),
                ],
            ),
            ("oracle", &[("entry_blocked_seconds", "0"), ("pnl_true_dollars", "-0.5")]),
        ],
    );
}

/// Every leg takes 0.1 s, so every call takes 0.2 s and sees the exchange 0.1 s after it is sent.
///
/// Before the order: the balance (T+0 to 0.2) and the positions (0.2 to 0.4). The order is sent at
/// 0.4, is in the book at 0.5, and its reply comes at 0.6, when the waiting begins. Each round of the
/// wait is read A (0.2), read B (0.2), sleep (1.0): 1.4 s. So read A of round k looks at
/// 0.7 + 1.4 k: 0.7, 2.1, 3.5, 4.9, 6.3. The fill of T+5 is first seen at 6.3 and known at 6.4:
/// 50 contracts are held unknown for 1.4 s, 70 contract-seconds, 45.50 dollar-seconds. Blocked from
/// 0.6 to 6.4.
///
/// `immediate` books 100 when it sends, at 0.4; the reconciliation reads from 30.0 to 30.2:
/// 100*4.6 + 50*25.2 = 1720.
#[test]
fn with_latency_the_gap_of_the_waiting_engine_is_what_its_polling_implies() {
    check(
        "entry-partial-fill.toml",
        &["link.every_leg={ kind = \"constant\", latency_ms = 100 }"],
        &[
            (
                "wait_for_fill",
                &[
                    ("gap_windows", "1"),
                    ("gap_seconds", "1.4"),
                    ("gap_contracts_peak", "50"),
                    ("gap_contract_seconds", "70"),
                    ("gap_contract_seconds_over", "0"),
                    ("gap_contract_seconds_under", "70"),
                    ("gap_dollar_seconds", "45.5"),
                    ("unprotected_contract_seconds", "70"),
                    ("entry_blocked_seconds", "5.8"),
                ],
            ),
            ("immediate", &[("gap_contract_seconds", "1720"), ("gap_seconds", "29.8")]),
            ("oracle", &[("gap_windows", "0"), ("gap_contract_seconds", "0")]),
        ],
    );
}

/// Gaps, delays and sizes: see the scenario file. Money: 50 bought at 0.65 cost 32.50.
///
/// `immediate` sells 100 at 0.58: 29.00 for the 50 it holds; 50 more open NO at 0.42, 21.00 locked
/// for good, worth 1 - 0.66 = 0.34 each at the others' ask: 17.00. Fee 0.07*100*0.58*0.42 = 1.7052.
/// -32.50 + 29.00 - 21.00 + 17.00 - 1.7052 = -9.2052. Buying the 50 back at 0.66 costs 0.08 each
/// more than they brought: stop cost 4.00. No stop covers the -50 for 50 s: 2500.
///
/// `wait_for_fill` and `oracle` sell 50 at 0.58: 29.00 - 32.50 - 0.07*50*0.58*0.42 = -4.3526.
#[test]
fn stop_inside_the_window() {
    check(
        "stop-inside-the-window.toml",
        &[],
        &[
            (
                "immediate",
                &[
                    ("gap_windows", "1"),
                    ("gap_seconds", "70"),
                    ("gap_contracts_peak", "150"),
                    ("gap_contract_seconds", "4750"),
                    ("stop_triggers", "1"),
                    ("stop_delay_seconds_mean", "8"),
                    ("stop_oversold_contracts", "50"),
                    ("stop_undersold_contracts", "0"),
                    ("stops_missed", "0"),
                    ("stops_phantom", "0"),
                    ("stops_doubled", "0"),
                    ("stop_cost_dollars", "4"),
                    ("position_flips", "1"),
                    ("unprotected_contract_seconds", "2500"),
                    ("fees_dollars", "1.7052"),
                    ("pnl_true_dollars", "-9.2052"),
                    ("final_position_true_contracts", "-50"),
                    ("final_position_believed_contracts", "0"),
                ],
            ),
            (
                "track_and_reconcile",
                &[("stop_oversold_contracts", "50"), ("final_position_true_contracts", "-50")],
            ),
            (
                "wait_for_fill",
                &[
                    ("gap_contract_seconds", "750"),
                    ("gap_contract_seconds_over", "750"),
                    ("stop_triggers", "1"),
                    ("stop_delay_seconds_mean", "3"),
                    ("stop_delay_seconds_longest", "3"),
                    ("stop_oversold_contracts", "0"),
                    ("stop_undersold_contracts", "0"),
                    ("stop_cost_dollars", "0"),
                    ("position_flips", "0"),
                    ("unprotected_contract_seconds", "0"),
                    ("fees_dollars", "0.8526"),
                    ("pnl_true_dollars", "-4.3526"),
                    ("final_position_true_contracts", "0"),
                    ("final_position_believed_contracts", "0"),
                ],
            ),
            (
                "oracle",
                &[
                    ("gap_contract_seconds", "0"),
                    ("stop_delay_seconds_mean", "8"),
                    ("stop_oversold_contracts", "0"),
                    ("pnl_true_dollars", "-4.3526"),
                    ("final_position_true_contracts", "0"),
                ],
            ),
        ],
    );
}

/// See the scenario file. Money: 100 bought for 65.00; 100 sold at 0.58 bring 58.00 less a fee of
/// 1.7052: -8.7052. `wait_for_fill` sells 50 (29.00 less 0.8526) and is left with 50, worth 29.00 at
/// the others' bid: -7.8526. `wait_for_fill_cancel` bought 50 (32.50) and sold them: -4.3526.
#[test]
fn falling_market_fills_the_rest() {
    check(
        "falling-market-fills-the-rest.toml",
        &[],
        &[
            (
                "immediate",
                &[
                    ("gap_windows", "1"),
                    ("gap_seconds", "22"),
                    ("gap_contract_seconds", "1350"),
                    ("stop_delay_seconds_mean", "18"),
                    ("stop_oversold_contracts", "0"),
                    ("pnl_true_dollars", "-8.7052"),
                    ("final_position_true_contracts", "0"),
                    ("final_position_believed_contracts", "0"),
                ],
            ),
            (
                "wait_for_fill",
                &[
                    ("gap_windows", "1"),
                    ("gap_contract_seconds", "150"),
                    ("gap_contract_seconds_under", "150"),
                    ("stop_delay_seconds_mean", "13"),
                    ("stop_oversold_contracts", "0"),
                    ("stop_undersold_contracts", "50"),
                    ("unprotected_contract_seconds", "2400"),
                    ("pnl_true_dollars", "-7.8526"),
                    ("final_position_true_contracts", "50"),
                    ("final_position_believed_contracts", "50"),
                ],
            ),
            (
                "wait_for_fill_cancel",
                &[
                    ("gap_contract_seconds", "750"),
                    ("stop_delay_seconds_mean", "3"),
                    ("stop_undersold_contracts", "0"),
                    ("pnl_true_dollars", "-4.3526"),
                    ("final_position_true_contracts", "0"),
                ],
            ),
            ("track_and_reconcile", &[("gap_contract_seconds", "1350")]),
            (
                "oracle",
                &[
                    ("gap_contract_seconds", "0"),
                    ("stop_delay_seconds_mean", "18"),
                    ("unprotected_contract_seconds", "0"),
                    ("pnl_true_dollars", "-8.7052"),
                    ("final_position_true_contracts", "0"),
                ],
            ),
        ],
    );
}

/// See the scenario file. `wait_for_fill` looks at its stops at T+0 only: its next pass would be at
/// 30 + 60 s, after the end. Between T+33 and T+40 the records of `immediate` and `track_by_order`
/// hold nothing, so 100 contracts are unprotected for 7 s.
#[test]
fn no_fill() {
    check(
        "no-fill.toml",
        &[],
        &[
            (
                "wait_for_fill",
                &[
                    ("entry_orders_placed", "1"),
                    ("entry_orders_failed", "1"),
                    ("entry_blocked_seconds", "30"),
                    ("stop_check_gap_seconds_longest", "70"),
                    ("gap_windows", "1"),
                    ("gap_seconds", "37"),
                    ("gap_contract_seconds", "3700"),
                    ("gap_contract_seconds_under", "3700"),
                    ("unprotected_contract_seconds", "3700"),
                    ("final_position_true_contracts", "100"),
                    ("final_position_believed_contracts", "0"),
                ],
            ),
            (
                "wait_for_fill_cancel",
                &[
                    ("entry_blocked_seconds", "30"),
                    ("entry_orders_failed", "1"),
                    ("gap_windows", "0"),
                    ("final_position_true_contracts", "0"),
                ],
            ),
            (
                "immediate",
                &[
                    ("gap_windows", "2"),
                    ("gap_contract_seconds", "3700"),
                    ("gap_contract_seconds_over", "3000"),
                    ("gap_contract_seconds_under", "700"),
                    ("unprotected_contract_seconds", "700"),
                    ("final_position_believed_contracts", "100"),
                ],
            ),
            (
                "track_and_reconcile",
                &[
                    ("gap_windows", "2"),
                    ("gap_contract_seconds", "6700"),
                    ("gap_contract_seconds_over", "3000"),
                    ("gap_contract_seconds_under", "3700"),
                    ("final_position_believed_contracts", "0"),
                ],
            ),
            (
                "track_by_order",
                &[
                    ("gap_contract_seconds", "3700"),
                    ("gap_contract_seconds_under", "700"),
                    ("final_position_believed_contracts", "100"),
                ],
            ),
            ("oracle", &[("gap_windows", "0"), ("final_position_true_contracts", "100")]),
        ],
    );
}

/// The floor's gap is zero, and nothing else of it is a floor. Where the market settles it looks at its
/// stops as late as the others and loses 65 and a fee of 1.5925, of which the ideal stop would have
/// brought back 50; `FILL-FEED` does sell at 0.50, for a fee of 1.75: 48.25 more. In its books it paid
/// one cent a contract for each of two trades, not 1.5925: -65 - 2. Where the stop falls into the
/// window it looks at 20 s, 8 s late; `wait_for_fill`, which began to look 5 s later, at 15 s.
#[test]
fn the_floor_is_one_for_the_gap_and_for_nothing_else() {
    let gap = [("gap_contract_seconds", "0"), ("gap_windows", "0"), ("gap_contracts_peak", "0")];
    check("market-settles.toml", &[], &[("oracle", &gap), ("FILL-FEED", &gap)]);
    check("stop-inside-the-window.toml", &[], &[("oracle", &gap)]);
    let floor = [
        ("pnl_true_dollars", "-66.5925"),
        ("pnl_believed_dollars", "-67"),
        ("stop_cost_dollars", "50"),
        ("stops_missed", "1"),
    ];
    let better =
        [("pnl_true_dollars", "-18.3425"), ("stop_cost_dollars", "0"), ("stops_missed", "0")];
    check("market-settles.toml", &[], &[("oracle", &floor), ("FILL-FEED", &better)]);
    check(
        "stop-inside-the-window.toml",
        &[],
        &[
            ("oracle", &[("stop_delay_seconds_longest", "8")]),
            ("wait_for_fill", &[("stop_delay_seconds_longest", "3")]),
        ],
    );
}
