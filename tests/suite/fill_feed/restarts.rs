//! The bot that follows its fills stops in the middle and starts anew from its file.

use crate::fill_feed::timelines::{NO_GAP, NOTHING_WRONG, SLOW, check};

fn restart_at(instant: &str) -> String {
    format!("engine.oracle.restart_at_s={instant}")
}

/// The order rests at T+2.5, and is in the file: its fill of T+5 is known by its id, and its
/// remainder is canceled at T+5 as if nothing had been.
#[test]
fn an_order_that_rests_is_followed_on() {
    let (scenario, restart) = ("entry-partial-fill.toml", restart_at("2.5"));
    check(scenario, &[&restart], &NOTHING_WRONG);
    check(scenario, &[&restart], &NO_GAP);
    check(
        scenario,
        &[&restart],
        &[
            ("entry_orders_placed", "1"),
            ("entry_orders_partial_filled", "1"),
            ("final_position_true_contracts", "50"),
            ("final_position_believed_contracts", "50"),
        ],
    );
}

/// Every leg takes 0.1 s. The signal comes at 0, the balance is read until 0.2, the order reaches
/// the exchange at 0.3. The bot that sent it is gone at 0.25, so nobody waits for its answer; the
/// feed tells of it at 0.4, and of its fill at 5.1: 50 contracts for 0.1 s, as without a restart.
#[test]
fn an_order_whose_answer_nobody_waits_for_is_known_from_the_feed() {
    let (scenario, restart) = ("entry-partial-fill.toml", restart_at("0.25"));
    check(scenario, &[SLOW, &restart], &NOTHING_WRONG);
    check(
        scenario,
        &[SLOW, &restart],
        &[
            ("entry_orders_placed", "1"),
            ("entry_orders_partial_filled", "1"),
            ("gap_contract_seconds", "5"),
            ("unprotected_contract_seconds", "5"),
            ("final_position_believed_contracts", "50"),
        ],
    );
}

/// A signal that was noticed and not acted on is in the file. The balance that it waits for is read
/// again, and the fills before: at 0.1 s a leg, the reading of 0.05 comes at 0.25, the balance at
/// 0.45. The fill of T+5 finds the order resting.
#[test]
fn a_signal_that_was_not_acted_on_is_not_forgotten() {
    let (scenario, restart) = ("entry-partial-fill.toml", restart_at("0.05"));
    check(scenario, &[SLOW, &restart], &NOTHING_WRONG);
    check(
        scenario,
        &[SLOW, &restart],
        &[
            ("entry_orders_placed", "1"),
            ("gap_contract_seconds", "5"),
            ("final_position_true_contracts", "50"),
            ("final_position_believed_contracts", "50"),
        ],
    );
}

/// The fall of T+12 is seen at 12.1, the sale of 50 is at the exchange at 12.2 and told at 12.3. The
/// bot that sent it is gone at 12.15: the sale counts as working, so nothing is sold twice.
#[test]
fn an_exit_that_is_under_way_is_not_sent_again() {
    let (scenario, restart) = ("stop-inside-the-window.toml", restart_at("12.15"));
    check(scenario, &[SLOW, &restart], &NOTHING_WRONG);
    check(
        scenario,
        &[SLOW, &restart],
        &[
            ("gap_contract_seconds", "10"),
            ("stop_triggers", "1"),
            ("stop_delay_seconds_mean", "0.1"),
            ("pnl_true_dollars", "-4.3526"),
            ("final_position_true_contracts", "0"),
            ("final_position_believed_contracts", "0"),
        ],
    );
}

/// The private feed is down from T+4 to T+20, and the order may rest for 40 s. The new process reads
/// when it starts, at 4.9, and 0.25 s later, at 5.15, which finds the fill of T+5: 50 contracts for
/// 0.15 s. It is counted once, though every later reading shows it again.
#[test]
fn what_no_feed_told_is_read() {
    let outage = "link.faults.outage=[{ from_s = 4, to_s = 20, channels = [\"private_feed\"] }]";
    let (scenario, patient) = ("entry-partial-fill.toml", "engine.oracle.entry.rest_s=40");
    let restart = restart_at("4.9");
    check(scenario, &[outage, patient, &restart], &NOTHING_WRONG);
    check(
        scenario,
        &[outage, patient, &restart],
        &[
            ("gap_windows", "1"),
            ("gap_contract_seconds", "7.5"),
            ("entry_orders_partial_filled", "1"),
            ("final_position_true_contracts", "50"),
            ("final_position_believed_contracts", "50"),
        ],
    );
}
