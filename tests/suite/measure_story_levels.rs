//! Stories of stops and targets that the others' bid reaches, held against the measured stops.

use fillgap::measure::measure;
use fillgap::measure::story::{Detail, story};
use fillgap::protocol::record::{BeliefCause, Holding};

use crate::telling::{Telling, guarded, held, price, time};

/// 100 bought at 0.65 for a signal with a stop at 0.62, and a record of them that has it.
fn bought() -> Telling {
    let mut log = Telling::new();
    log.touch("0.64 0.66").signal(0, Some("0.62")).buy(0, 0, "100", "0.65").fill(0, "100", "0.65");
    log.hold(0, guarded("100", "0.65", "0.62"), BeliefCause::EntryConfirmed);
    log
}

/// What is told of levels, with its time.
fn told(log: &Telling) -> Vec<String> {
    let rows = story(&log.entries, Detail::Brief);
    let lines = rows.iter().flat_map(|row| row.lines.iter().map(move |line| (row.time, line)));
    let of_levels = lines.filter(|(_, line)| line.contains("the bid of") || line.contains("bids"));
    of_levels.map(|(time, line)| format!("{time} {line}")).collect()
}

/// When the measured ideal stops began.
fn ideals(log: &Telling) -> Vec<String> {
    let stops = measure(&log.entries).stops;
    stops.iter().filter_map(|stop| stop.ideal_at_s.map(|at| at.to_string())).collect()
}

/// A price that comes and goes in one instant is neither told nor measured.
#[test]
fn a_level_is_reached_by_the_price_at_the_end_of_an_instant() {
    let mut log = bought();
    log.at("1").touch("0.6 0.66").touch("0.64 0.66").at("2").touch("0.64 0.66");
    log.at("3").touch("0.63 0.66").touch("0.61 0.66").touch("0.6 0.66").at("4").touch("0.61 0.66");
    log.at("5").touch("0.66 0.67").touch("0.6 0.67").at("6").touch("0.63 0.67").end("7");
    assert_eq!(
        told(&log),
        [
            "3 the bid of the others falls to 0.60: the stop at 0.62 is reached",
            "6 the bid of the others is back at 0.63, above the stop at 0.62",
        ]
    );
    assert_eq!(ideals(&log), ["3"]);
}

/// The bot sells at once what makes the price go further: it is reached before the sale.
#[test]
fn a_level_is_reached_by_the_price_before_the_bot_itself_sells() {
    let mut log = bought();
    log.at("1").touch("0.6 0.66").stop_out(1, 0, "100", "0.6").fill(1, "100", "0.6");
    log.touch("- 0.66").hold(0, held("0", "0.65"), BeliefCause::ExitConfirmed).end("2");
    let rows = story(&log.entries, Detail::Brief);
    let at_one = rows.iter().find(|row| row.time == time("1")).unwrap();
    assert_eq!(
        at_one.lines,
        [
            "the bid of the others falls to 0.60: the stop at 0.62 is reached",
            "its stop triggers at 0.60: 100 to sell",
            "sends sell 100 at 0.60 (stop)",
            "sells 100 at 0.60",
            "learns that all is sold",
        ]
    );
    assert_eq!(ideals(&log), ["1"]);
}

/// The price has fallen when the order fills: the stop is due from its first contract on.
#[test]
fn a_level_may_come_where_the_bid_is_already() {
    let mut log = Telling::new();
    log.touch("0.64 0.66").signal(0, Some("0.62")).buy(0, 0, "100", "0.65");
    log.at("1").touch("0.6 0.66").at("2").fill(0, "100", "0.65");
    log.at("3").hold(0, guarded("100", "0.65", "0.62"), BeliefCause::EntryConfirmed).end("4");
    let expected = "2 the bid of the others is already at 0.60: the stop at 0.62 is reached, which no \
                    record watches";
    assert_eq!(told(&log), [expected]);
    assert_eq!(ideals(&log), ["2"]);
}

#[test]
fn a_bid_that_comes_back_may_be_at_a_level_at_once() {
    let mut log = bought();
    log.at("1").touch("- 0.66").at("2").touch("0.6 0.66").end("3");
    assert_eq!(
        told(&log),
        [
            "1 nobody else bids any more",
            "2 the bid of the others comes back at 0.60: the stop at 0.62 is reached",
        ]
    );
    assert_eq!(ideals(&log), ["2"]);
}

/// A record without a stop, and one whose target the bid reaches, leaves and reaches again.
#[test]
fn a_stop_that_no_record_has_is_told_as_such_and_targets_are_told() {
    let mut log = bought();
    let holding = Holding { target: Some(price("0.8")), ..held("100", "0.65") };
    log.at("1").hold(0, holding, BeliefCause::Reconciled);
    log.at("2").touch("0.81 0.82").at("3").touch("0.83 0.84").at("4").touch("0.79 0.84");
    log.at("5").touch("0.8 0.84").at("6").touch("0.6 0.84").end("7");
    assert_eq!(
        told(&log),
        [
            "2 the bid of the others rises to 0.81: the target at 0.80 is reached",
            "5 the bid of the others rises to 0.80: the target at 0.80 is reached",
            "6 the bid of the others falls to 0.60: the stop at 0.62 is reached, which no record \
             watches",
        ]
    );
}
