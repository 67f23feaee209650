//! The scenarios that ship, with this bot in the place of another engine: numbers by hand.

use std::path::Path;

use fillgap::measure::{COLUMNS, Measures, Value};
use fillgap::protocol::record::{Decision, Record};
use fillgap::scenario::Scenario;

use crate::runs;

/// The engine of a scenario that is made to follow its fills.
pub(super) const ENGINE: &str = "oracle";
const SETS: [&str; 2] = [
    "engine.oracle.entry={ kind = \"fill_feed\" }",
    "engine.oracle.loop={ kind = \"event_driven\" }",
];
pub(super) const SLOW: &str = "link.every_leg={ kind = \"constant\", latency_ms = 100 }";

fn measured(scenario: &str, sets: &[&str]) -> Measures {
    let sets: Vec<&str> = SETS.into_iter().chain(sets.iter().copied()).collect();
    runs::measured(&runs::scenario(scenario, &sets), ENGINE)
}

pub(super) fn column(measures: &Measures, name: &str) -> String {
    let column = COLUMNS.iter().find(|column| column.name == name);
    let column = column.unwrap_or_else(|| panic!("no column `{name}`"));
    match column.value(measures).expect("every measure has a value") {
        Value::Count(count) => count.to_string(),
        Value::Decimal(decimal) => decimal.to_string(),
        Value::Text(text) => text,
    }
}

pub(super) fn check(scenario: &str, sets: &[&str], expected: &[(&str, &str)]) {
    let measures = measured(scenario, sets);
    let wrong: Vec<String> = expected
        .iter()
        .map(|(name, by_hand)| (name, by_hand, column(&measures, name)))
        .filter(|(_, by_hand, found)| found != *by_hand)
        .map(|(name, by_hand, found)| format!("{name}: found {found}, by hand {by_hand}"))
        .collect();
    assert!(wrong.is_empty(), "{scenario} {sets:?}\n{}", wrong.join("\n"));
}

/// What no scenario may show.
pub(super) const NOTHING_WRONG: [(&str, &str); 9] = [
    ("stop_oversold_contracts", "0"),
    ("stop_undersold_contracts", "0"),
    ("stops_missed", "0"),
    ("stops_phantom", "0"),
    ("stops_doubled", "0"),
    ("position_flips", "0"),
    ("limit_false_accepts", "0"),
    ("entry_blocked_seconds", "0"),
    ("stop_check_gap_seconds_longest", "1"),
];
pub(super) const NO_GAP: [(&str, &str); 5] = [
    ("gap_windows", "0"),
    ("gap_seconds", "0"),
    ("gap_contract_seconds", "0"),
    ("exposure_error_dollars_peak", "0"),
    ("unprotected_contract_seconds", "0"),
];

/// 50 fill at T+5; the order has then rested for its 5 s, and the other 50 are canceled. The 50 cost
/// 0.65 and are worth 0.64: -0.50.
#[test]
fn a_partial_fill_is_known_at_once_and_its_remainder_leaves() {
    let scenario = "entry-partial-fill.toml";
    check(scenario, &[], &NOTHING_WRONG);
    check(scenario, &[], &NO_GAP);
    check(
        scenario,
        &[],
        &[
            ("entry_orders_placed", "1"),
            ("entry_orders_partial_filled", "1"),
            ("entry_orders_failed", "0"),
            ("final_position_true_contracts", "50"),
            ("final_position_believed_contracts", "50"),
            ("pnl_true_dollars", "-0.5"),
        ],
    );
}

/// 50 are held when the others' bid falls through the stop at T+12; they are sold in that instant at
/// 0.58: 29.00 - 32.50 - 0.07*50*0.58*0.42 = -4.3526. In both scenarios the remainder left the book
/// at T+5, so that it neither hides the fall nor fills in it.
#[test]
fn a_stop_sells_what_is_held_in_the_instant_of_the_fall() {
    for scenario in ["stop-inside-the-window.toml", "falling-market-fills-the-rest.toml"] {
        check(scenario, &[], &NOTHING_WRONG);
        check(scenario, &[], &NO_GAP);
        check(
            scenario,
            &[],
            &[
                ("stop_triggers", "1"),
                ("stop_delay_seconds_mean", "0"),
                ("stop_cost_dollars", "0"),
                ("pnl_true_dollars", "-4.3526"),
                ("final_position_true_contracts", "0"),
                ("final_position_believed_contracts", "0"),
            ],
        );
    }
}

/// With 40 s to rest the remainder is the best bid when the others' bid falls at T+12. The book is
/// read every second meanwhile, so the fall is seen at T+12 all the same; the remainder is canceled
/// before the sale, which would trade with it, and everything is as above.
#[test]
fn an_own_bid_does_not_hide_the_fall() {
    let (scenario, sets) =
        ("falling-market-fills-the-rest.toml", ["engine.oracle.entry.rest_s=40"]);
    check(scenario, &sets, &NOTHING_WRONG);
    check(scenario, &sets, &NO_GAP);
    check(
        scenario,
        &sets,
        &[
            ("stop_triggers", "1"),
            ("stop_delay_seconds_mean", "0"),
            ("entry_orders_partial_filled", "1"),
            ("pnl_true_dollars", "-4.3526"),
            ("final_position_true_contracts", "0"),
        ],
    );
}

/// Nothing fills in 5 s, so the order is gone long before the seller of T+33 comes.
#[test]
fn an_order_that_does_not_fill_leaves_nothing_behind() {
    let scenario = "no-fill.toml";
    check(scenario, &[], &NOTHING_WRONG);
    check(scenario, &[], &NO_GAP);
    check(
        scenario,
        &[],
        &[
            ("entry_orders_placed", "1"),
            ("entry_orders_failed", "1"),
            ("final_position_true_contracts", "0"),
        ],
    );
}

/// Every leg takes 0.1 s. The fill of T+5 is told at T+5.1: 50 contracts are held unknown for
/// 0.1 s, 5 contract-seconds, and no stop guards them before.
///
/// In the second scenario the fall of T+12 is seen at 12.1, so the stop is 0.1 s late; the sale
/// reaches the exchange at 12.2 and its fill is told at 12.3: 50 too many are believed for 0.1 s.
#[test]
fn with_latency_the_gap_is_the_delay_of_the_feed_for_each_fill() {
    check("entry-partial-fill.toml", &[SLOW], &NOTHING_WRONG);
    check(
        "entry-partial-fill.toml",
        &[SLOW],
        &[
            ("gap_windows", "1"),
            ("gap_seconds", "0.1"),
            ("gap_contract_seconds", "5"),
            ("gap_contract_seconds_under", "5"),
            ("unprotected_contract_seconds", "5"),
        ],
    );
    let scenario = "stop-inside-the-window.toml";
    check(scenario, &[SLOW], &NOTHING_WRONG);
    check(
        scenario,
        &[SLOW],
        &[
            ("gap_windows", "2"),
            ("gap_seconds", "0.2"),
            ("gap_seconds_longest", "0.1"),
            ("gap_contract_seconds", "10"),
            ("gap_contract_seconds_over", "5"),
            ("gap_contract_seconds_under", "5"),
            ("unprotected_contract_seconds", "5"),
            ("stop_delay_seconds_mean", "0.1"),
            ("pnl_true_dollars", "-4.3526"),
        ],
    );
}

/// 100 are held from 0 on, with a target at 0.70 and a stop at 0.60. At T+10 somebody bids 0.75 for
/// 10, which the target's sale takes; nobody bids for the other 90 until T+12, at 0.58. That is the
/// stop's: it sells them in the same instant. 65.00 were paid, 7.50 and 52.20 come back; fees by
/// 0.07 p (1 - p), up to the next 0.0001, are 1.5925 for 100 at 0.65, 0.1313 for 10 at 0.75 and 1.5347
/// for 90 at 0.58.
#[test]
fn a_target_that_does_not_sell_gives_way_to_the_stop() {
    let text = "title = \"Target, then stop\"\nends_at_s = 20\n\
        [[market]]\nticker = \"KXDEMO-26NOV22-T50\"\n\
        [flow]\nkind = \"scripted\"\n\
        [[flow.order]]\nat_s = 0\nside = \"ask\"\nprice_dollars = 0.65\nquantity_contracts = 100\n\
        [[flow.order]]\nat_s = 10\nside = \"bid\"\nprice_dollars = 0.75\nquantity_contracts = 10\n\
        [[flow.order]]\nat_s = 12\nside = \"bid\"\nprice_dollars = 0.58\nquantity_contracts = 500\n\
        [bot.strategy]\nkind = \"scheduled\"\n\
        [[bot.strategy.signal]]\nat_s = 1\nquantity_contracts = 100\nprice_dollars = 0.65\n\
        stop_dollars = 0.60\ntarget_dollars = 0.70\n\
        [[engine]]\nname = \"oracle\"\npreset = \"FILL-FEED\"\n";
    let scenario = Scenario::of_text(Path::new("target.toml"), text, &[]);
    let scenario = scenario.unwrap_or_else(|errors| panic!("{errors}"));
    let measures = runs::measured(&scenario, ENGINE);
    for (name, by_hand) in [
        ("stop_triggers", "1"),
        ("stops_missed", "0"),
        ("stop_delay_seconds_mean", "0"),
        ("final_position_true_contracts", "0"),
        ("gap_windows", "0"),
        ("fees_dollars", "3.2585"),
        ("pnl_true_dollars", "-8.5585"),
    ] {
        assert_eq!(column(&measures, name), by_hand, "{name}");
    }
}

/// The public feed is down from T+11 to T+30, so the quote is read with every check, once a second:
/// the fall of T+12 is seen at T+12 all the same.
#[test]
fn without_the_public_feed_quotes_are_read() {
    let outage = "link.faults.outage=[{ from_s = 11, to_s = 30, channels = [\"public_feed\"] }]";
    let scenario = "stop-inside-the-window.toml";
    check(scenario, &[outage], &NOTHING_WRONG);
    check(scenario, &[outage], &NO_GAP);
    check(
        scenario,
        &[outage],
        &[
            ("stop_triggers", "1"),
            ("stop_delay_seconds_mean", "0"),
            ("final_position_true_contracts", "0"),
        ],
    );
}

/// The private feed is down from T+4 to T+20. The cancel of T+5 is answered with 50 removed, so 50
/// have filled: known at once.
///
/// An order that may rest for 40 s is not canceled then. All fills are read at T+4, and after 0.25,
/// 0.5 and 1 s: at 4.25, 4.75 and 5.75, which finds the fill of T+5. 50 contracts were held unknown
/// for 0.75 s: 37.5 contract-seconds.
#[test]
fn without_the_private_feed_fills_are_read() {
    let outage = "link.faults.outage=[{ from_s = 4, to_s = 20, channels = [\"private_feed\"] }]";
    let scenario = "entry-partial-fill.toml";
    check(scenario, &[outage], &NOTHING_WRONG);
    check(scenario, &[outage], &NO_GAP);
    let patient = "engine.oracle.entry.rest_s=40";
    check(scenario, &[outage, patient], &NOTHING_WRONG);
    check(
        scenario,
        &[outage, patient],
        &[
            ("gap_windows", "1"),
            ("gap_seconds", "0.75"),
            ("gap_contract_seconds", "37.5"),
            ("gap_contract_seconds_under", "37.5"),
            ("entry_orders_partial_filled", "1"),
            ("final_position_believed_contracts", "50"),
        ],
    );
}

/// No reply to an order ever comes. The feed tells of the order and of its fill all the same, so
/// that its remainder can be canceled in time.
#[test]
fn an_order_whose_reply_is_lost_is_known_from_the_feed() {
    let lost = "link.faults.order_entry.reply.loss_ppm=1000000";
    check("entry-partial-fill.toml", &[lost], &NOTHING_WRONG);
    check("entry-partial-fill.toml", &[lost], &NO_GAP);
    check(
        "entry-partial-fill.toml",
        &[lost],
        &[("entry_orders_partial_filled", "1"), ("final_position_true_contracts", "50")],
    );
}

/// The order never gets through. It is given up on after 10 s; from then on it is looked up, until
/// a look at T+20 could not miss it: its expiry is at T+10, and views are at most 10 s old.
#[test]
fn an_order_that_never_arrived_is_given_up_once_it_can_not_come_any_more() {
    let lost = "link.faults.order_entry.request.loss_ppm=1000000";
    let sets: Vec<&str> = SETS.into_iter().chain([lost]).collect();
    let run = runs::run(&runs::scenario("entry-partial-fill.toml", &sets), ENGINE);
    let ends = run.log.entries().iter().filter_map(|entry| match entry.record {
        Record::Decision(Decision::EntryDone { result, filled, .. }) => {
            Some(format!("{} {result:?} {filled}", entry.time))
        }
        _ => None,
    });
    assert_eq!(ends.collect::<Vec<_>>(), ["20 Failed 0"]);
}
