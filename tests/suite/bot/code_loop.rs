//! The single task in the order of the original's code: stops, reconcile, settle, enter, reconcile,
//! settle, save, sleep; and what makes it sleep longer.

use fillgap::bot::{BotSettings, LoopSettings, Preset, SingleLoopSettings, TimeWindow};
use fillgap::protocol::record::{Decision, Message, Record};
use fillgap::protocol::{Endpoint, Request};

use super::timeline::{link, named};
use super::world::{Action, Line, Run, at};

/// Everything that the bot asks for or looks at, in order.
fn calls(run: &Run) -> Vec<String> {
    run.lines(|record| match record {
        Record::Decision(Decision::StopPass) => Some("stops".to_owned()),
        Record::Message(Message::Sent { body, .. }) => Some(match body {
            Request::Create(order) => format!("{} order", order.side),
            Request::Read(query) => format!("{:?}", query.endpoint()),
            other => format!("{other:?}"),
        }),
        _ => None,
    })
}

#[test]
fn a_pass_goes_in_the_order_of_the_code() {
    let run = link().fill_at_once(0, "100").run(&named(Preset::BeforeG0, &["0"]), "11.2");
    assert_eq!(
        calls(&run),
        [
            "0 stops",
            "0 Positions",
            "0.1 Positions",
            "0.2 Balance",
            "0.3 Positions",
            "0.4 bid order",
            "0.5 Positions",
            "0.6 Positions",
            // 10 s after 0.7.
            "10.7 stops",
            "10.7 Market",
            "10.8 Positions",
            "10.9 Positions",
            "11 Positions",
            "11.1 Positions"
        ]
    );
}

/// A refused order's record is settled, and stays in the list: the sleep stays at 10 s.
#[test]
fn the_sleep_is_long_only_until_the_first_record() {
    use fillgap::protocol::RejectReason;
    let script = link().refuse(0, RejectReason::InsufficientBalance);
    let run = script.run(&named(Preset::BeforeG0, &["0"]), "22");
    assert_eq!(run.passes(), ["0", "10.7", "21.1"]);
    let run = link().run(&named(Preset::BeforeG0, &[]), "70");
    assert_eq!(run.passes(), ["0", "60.4"]);
}

/// All of the last record is sold at 10.85. Its settlement, at 11.1, has no record left to take an
/// average over: nothing is looked at until 41.1.
#[test]
fn the_settlement_of_the_last_record_fails_the_pass() {
    let script = link()
        .fill_at_once(0, "100")
        .fill_at_once(1, "100")
        .act("5", Action::Quote(Some("0.44"), Some("0.46")));
    let run = script.run(&named(Preset::BeforeG0, &["0"]), "52");
    assert_eq!(run.failures(), ["11.1 empty average"]);
    assert_eq!(run.passes(), ["0", "10.7", "41.1", "51.5"]);
    assert_eq!(
        run.beliefs()[1..],
        ["10.9 record 0: 100 Closing by ExitSent", "11.1 record 0: 100 Settled by Reconciled"]
    );
}

/// Two records of 100; the first is sold. The other seems to gain (0.44 - 0.50 - 0.01) 100 = -7.00,
/// which is what is booked for the first.
#[test]
fn the_settlement_books_what_the_others_seem_to_gain() {
    let mut settings = named(Preset::BeforeG0, &["0"]);
    let other = fillgap::bot::ScheduledSignal {
        market: super::world::STRANGER,
        stop: None,
        ..super::timeline::entry("0")
    };
    settings.strategy =
        fillgap::bot::StrategySettings::Scheduled(vec![super::timeline::entry("0"), other]);
    let script = link()
        .fill_at_once(0, "100")
        .fill_at_once(1, "100")
        .fill_at_once(2, "100")
        .act("5", Action::Quote(Some("0.44"), Some("0.46")));
    let run = script.run(&settings, "30");
    let booked: Vec<_> = run.beliefs().into_iter().filter(|line| line.contains("booked")).collect();
    assert_eq!(booked.len(), 1, "{booked:?}");
    assert!(booked[0].ends_with("record 0 booked -7.00"), "{booked:?}");
    assert!(run.failures().is_empty());
}

/// Half of the exit fills. The record is closing for good: its other 50 are never looked at.
#[test]
fn an_exit_that_nobody_follows_leaves_the_rest_closing_for_good() {
    let script = link()
        .fill_at_once(0, "100")
        .fill_at_once(1, "50")
        .act("5", Action::Quote(Some("0.44"), Some("0.46")));
    let run = script.run(&named(Preset::BeforeG0, &["0"]), "1000");
    assert_eq!(run.orders().len(), 2);
    assert_eq!(run.moves().last().unwrap(), "10.85 believed 100, true 50");
    assert_eq!(run.beliefs().last().unwrap(), "10.9 record 0: 100 Closing by ExitSent");
    // The answer is not looked at: refused or lost, it makes no difference.
    let script = link()
        .fill_at_once(0, "100")
        .act("5", Action::Quote(Some("0.44"), Some("0.46")))
        .act("10.82", Action::Line(Line::Mute));
    let run = script.run(&named(Preset::BeforeG0, &["0"]), "25");
    assert_eq!(run.beliefs()[1..], ["20.8 record 0: 100 Closing by ExitSent"]);
}

/// Its price is read with every look, though the feed has a fresh one.
#[test]
fn the_oldest_code_reads_every_price() {
    let script = link().fill_at_once(0, "100").act("10", Action::Feed(Some("0.40"), None));
    let run = script.run(&named(Preset::BeforeG0, &["0"]), "12");
    assert_eq!(run.reads(Endpoint::Market), ["10.7"]);
    assert_eq!(run.orders().len(), 1, "the read shows no price");
}

/// Between matches the loop sleeps 300 s, and looks at nothing, not even at the stops.
#[test]
fn without_matches_the_single_task_looks_at_nothing() {
    let window = TimeWindow::new(at("5"), at("320")).unwrap();
    let loop_model = LoopSettings::Single(SingleLoopSettings {
        without_matches: vec![window],
        ..SingleLoopSettings::default()
    });
    let settings = BotSettings { loop_model, ..named(Preset::BeforeG1, &["0"]) };
    let script = link()
        .fill_at_once(0, "100")
        .act("12", Action::Feed(Some("0.44"), None))
        .act("12", Action::Quote(Some("0.44"), None));
    let run = script.run(&settings, "612");
    // The pass of 10.7 is left out, that of 310.7 as well.
    assert_eq!(run.passes(), ["0", "610.7"]);
    assert_eq!(run.orders()[1..], ["610.8 ask 100 at 0.44"]);
}
