//! Stops, targets and exits. Order 0 is the entry: 100 at 0.65 with the stop at 0.58, booked at
//! once; exits are orders 1, 2, ... Passes come 10 s after the end of the one before.

use fillgap::bot::{BotSettings, Preset, ScheduledSignal, StopSettings, WithoutBid};
use fillgap::protocol::record::{Decision, Record};
use fillgap::protocol::{Endpoint, OrderStatus, RejectReason};
use fillgap::units::Position;

use super::world::{Action, Run, Script, buyer, price, signal};

fn holder() -> BotSettings {
    buyer(vec![signal("0")])
}

/// The feed brings a bid at the stop while the bot sleeps.
fn falling(latency: &str) -> Script {
    Script::with_latency(latency).act("5", Action::Feed(Some("0.58"), Some("0.60")))
}

fn checks(run: &Run) -> Vec<String> {
    run.lines(|record| match record {
        Record::Decision(Decision::StopCheck { record, seen }) => {
            let seen = seen.map_or("nothing".to_owned(), |price| price.to_string());
            Some(format!("{record} sees {seen}"))
        }
        Record::Decision(Decision::Triggered { record, trigger, seen, quantity }) => {
            Some(format!("{record} {trigger:?} at {seen} for {quantity}"))
        }
        _ => None,
    })
}

/// Without latency: looks at 10, 11, 12, 13, 14 and after the timeout at 15.
#[test]
fn an_exit_is_waited_for_five_seconds() {
    let run = falling("0").run(&holder(), "20");
    assert_eq!(run.waits(), ["10 WaitBegan(Exit)", "15 WaitEnded(Exit)"]);
    assert_eq!(run.orders()[1..], ["10 ask 100 at 0.58"]);
    assert_eq!(
        run.beliefs()[1..],
        ["10 record 0: 100 Closing by ExitSent", "15 record 0: 100 Open by ExitAbandoned"]
    );
}

/// L = 0.1. The entry ends at 0.3, so the stop is seen at 10.3. The order takes 0.1 and the wait
/// 5 (1 + 0.2) + 0.1 = 6.1; 10 s of sleep make 16.2 s from one exit to the next. None is canceled.
#[test]
fn an_exit_that_does_not_fill_is_sent_again_at_full_size_beside_the_first() {
    let run = falling("0.1").run(&holder(), "43");
    assert_eq!(
        run.orders()[1..],
        ["10.3 ask 100 at 0.58", "26.5 ask 100 at 0.58", "42.7 ask 100 at 0.58"]
    );
    assert_eq!(
        run.beliefs()[1..5],
        [
            "10.4 record 0: 100 Closing by ExitSent",
            "16.5 record 0: 100 Open by ExitAbandoned",
            "26.6 record 0: 100 Closing by ExitSent",
            "32.7 record 0: 100 Open by ExitAbandoned",
        ]
    );
}

/// The first exit and its successor both fill: 200 are sold of 100, and the record keeps waiting
/// to be reconciled. The successor's looks of 27.9 see it.
#[test]
fn two_exits_that_both_fill_sell_the_position_twice() {
    let script = falling("0.1")
        .act("1", Action::Fill(0, "100"))
        .act("27", Action::Fill(1, "100"))
        .act("27.5", Action::Fill(2, "100"));
    let run = script.run(&holder(), "60");
    assert_eq!(run.waits()[3], "27.9 WaitEnded(Exit)");
    assert_eq!(run.orders().len(), 3, "an exit that is done is left alone");
    let (_, truth, belief) = *run.truth_and_belief().last().unwrap();
    assert_eq!((truth, belief), (Position::new(-10_000), Position::new(10_000)));
}

/// 50 of 100 fill before the first look (10.4 + 0.1): (0.58 - 0.65 - 0.02) 50 = -4.50. The rest is
/// left in the book, and the 50 that are believed left are sold again at 20.5.
#[test]
fn an_exit_that_fills_in_part_is_booked_and_the_rest_sold_again() {
    let script = falling("0.1")
        .act("1", Action::Fill(0, "100"))
        .act("10.45", Action::Fill(1, "50"))
        .act("22", Action::Fill(1, "50"))
        .act("22", Action::Fill(2, "50"));
    let run = script.run(&holder(), "22");
    assert_eq!(run.orders()[1..], ["10.3 ask 100 at 0.58", "20.5 ask 50 at 0.58"]);
    assert_eq!(
        run.beliefs()[1..4],
        [
            "10.4 record 0: 100 Closing by ExitSent",
            "10.5 record 0: 50 Open by ExitConfirmed",
            "10.5 record 0 booked -4.50",
        ]
    );
    let (_, truth, _) = *run.truth_and_belief().last().unwrap();
    assert_eq!(truth, Position::new(-5_000));
}

/// What the wait of the first exit (10.4 to 16.5) ends with.
#[test]
fn an_exit_ends_as_its_wait_does() {
    for (events, ended, after) in [
        // Filled whole at the second round's look, 11.7: kept closing.
        (vec![("11", Action::Fill(1, "100"))], "11.7", None),
        // Nothing filled and removed: seen by the second look, 10.6.
        (
            vec![("10.45", Action::Remove(1))],
            "10.6",
            Some("10.6 record 0: 100 Open by ExitAbandoned"),
        ),
        // Part filled and removed: the first look counts the part.
        (
            vec![("10.45", Action::Fill(1, "20")), ("10.45", Action::Remove(1))],
            "10.5",
            Some("10.5 record 0: 80 Open by ExitConfirmed"),
        ),
        // First seen by the look after the timeout, 16.5, which cancels the rest until 16.6.
        (
            vec![("16", Action::Fill(1, "30"))],
            "16.6",
            Some("16.6 record 0: 70 Open by ExitConfirmed"),
        ),
        // Filled whole and first seen by that look: kept closing.
        (vec![("16", Action::Fill(1, "100"))], "16.5", None),
        // No look works: taken for nothing filled.
        (
            vec![("10.35", Action::Break(Endpoint::Orders)), ("11", Action::Fill(1, "100"))],
            "16.5",
            Some("16.5 record 0: 100 Open by ExitAbandoned"),
        ),
    ] {
        let mut script = falling("0.1");
        for (when, action) in events.clone() {
            script = script.act(when, action);
        }
        let run = script.run(&holder(), "20");
        assert_eq!(run.waits()[1], format!("{ended} WaitEnded(Exit)"), "{events:?}");
        assert_eq!(run.beliefs().get(2).map(String::as_str), after, "{events:?}");
    }
}

/// The exit fills whole at 10, so the record is closing; at 20 the exit is looked at again, and
/// its view may differ from what it was.
#[test]
fn a_closing_record_is_looked_after_in_later_passes() {
    let resting = |filled| Action::Show(1, OrderStatus::Resting, filled);
    let canceled = |filled| Action::Show(1, OrderStatus::Canceled, filled);
    for (view, beliefs, orders) in [
        // Done: left to the reconciler.
        (Action::Show(1, OrderStatus::Executed, "100"), vec![], vec![]),
        // Still resting: left alone, never repriced.
        (resting("0"), vec![], vec![]),
        // Partly filled: booked (-0.09 a contract) and open; its price is looked at in the next
        // pass.
        (
            resting("40"),
            vec!["20 record 0: 60 Open by ExitConfirmed", "20 record 0 booked -3.60"],
            vec!["30 ask 60 at 0.58"],
        ),
        // Neither done nor resting, whatever filled: the whole stake is sold again at once.
        (
            canceled("50"),
            vec!["20 record 0: 100 Open by ExitAbandoned", "20 record 0: 100 Closing by ExitSent"],
            vec!["20 ask 100 at 0.58"],
        ),
        // A failed look is no different.
        (
            Action::Break(Endpoint::Orders),
            vec!["20 record 0: 100 Open by ExitAbandoned", "20 record 0: 100 Closing by ExitSent"],
            vec!["20 ask 100 at 0.58"],
        ),
    ] {
        let script = falling("0").fill_at_once(1, "100").act("15", view);
        // Short of 31, when the order of 30 would be found closing again.
        let run = script.run(&holder(), "20");
        assert_eq!(run.beliefs()[2..], beliefs, "{view:?}");
        let run = script.run(&holder(), "30");
        assert_eq!(run.orders().get(2..).unwrap(), orders, "{view:?}");
    }
}

#[test]
fn a_refused_exit_is_tried_again_in_the_next_pass() {
    let script = falling("0.1").refuse(1, RejectReason::InvalidPrice);
    let run = script.run(&holder(), "20.5");
    assert_eq!(run.orders()[1..], ["10.3 ask 100 at 0.58", "20.4 ask 100 at 0.58"]);
    assert_eq!(run.beliefs()[1..], ["20.5 record 0: 100 Closing by ExitSent"]);
}

/// Three records, no feed: each costs a read of the quote (0.1), the order (0.1) and a wait (6.1).
/// The entries take 0.3, 0.2 and 0.2, as the balance is read once.
#[test]
fn records_that_trigger_together_are_sold_one_after_the_other() {
    let script = Script::with_latency("0.1").act("5", Action::Quote(Some("0.50"), None));
    let run = script.run(&buyer(vec![signal("0"); 3]), "30");
    assert_eq!(
        run.orders()[3..],
        ["10.8 ask 100 at 0.50", "17.1 ask 100 at 0.50", "23.4 ask 100 at 0.50"]
    );
    assert_eq!(run.passes(), ["0", "10.7"]);
}

/// The price of the feed is used while it is younger than 60 s: brought at 10, it is used until
/// the pass at 60; at 70 the quote is read.
#[test]
fn a_stale_price_is_replaced_by_a_read() {
    let script = Script::default()
        .act("9.5", Action::Quote(Some("0.55"), None))
        .act("10", Action::Feed(Some("0.60"), Some("0.62")));
    let run = script.run(&holder(), "70");
    assert_eq!(run.reads(Endpoint::Market), ["70"]);
    assert_eq!(run.orders()[1..], ["70 ask 100 at 0.55"]);
    let seen: Vec<_> = (1..=6).map(|ten| format!("{ten}0 record 0 sees 0.60")).collect();
    assert_eq!(checks(&run)[..6], seen);
}

/// The bid, or the ask where nobody bids; a feed that is fresh and empty means no price.
#[test]
fn the_price_is_the_bid_or_else_the_ask() {
    let feed = Action::Feed;
    let quote = Action::Quote;
    for (action, seen) in [
        (feed(Some("0.60"), Some("0.62")), "0.60"),
        (feed(None, Some("0.62")), "0.62"),
        (feed(Some("0.60"), None), "0.60"),
        (feed(None, None), "nothing"),
        (quote(Some("0.60"), Some("0.62")), "0.60"),
        (quote(None, Some("0.62")), "0.62"),
        (quote(None, None), "nothing"),
        (Action::Break(Endpoint::Market), "nothing"),
    ] {
        let run = Script::default().act("5", action).run(&holder(), "10");
        assert_eq!(checks(&run), [format!("10 record 0 sees {seen}")], "{action:?}");
    }
}

/// The presets of the original's kind read a market without a bid as one that bids zero, which is
/// below every stop; an empty market has no price. The exit's limit is that zero.
#[test]
fn without_a_bid_the_original_sells_at_zero() {
    let stop = StopSettings { without_bid: WithoutBid::Zero, ..holder().stop };
    let holder = BotSettings { stop, ..holder() };
    for (action, seen) in [
        (Action::Feed(None, Some("0.62")), "0.00"),
        (Action::Quote(None, Some("0.62")), "0.00"),
        (Action::Feed(Some("0.62"), None), "0.62"),
        (Action::Feed(None, None), "nothing"),
    ] {
        let run = Script::default().act("5", action).run(&holder, "10");
        let checked = checks(&run);
        assert_eq!(checked[0], format!("10 record 0 sees {seen}"), "{action:?}");
        let sold: &[&str] = if seen == "0.00" { &["10 ask 100 at 0.00"] } else { &[] };
        assert_eq!(run.orders()[1..], *sold, "{action:?}");
    }
    for preset in Preset::ALL {
        let careful = [Preset::FillFeed, Preset::Oracle].contains(&preset);
        let expected = if careful { WithoutBid::Ask } else { WithoutBid::Zero };
        assert_eq!(preset.settings().stop.without_bid, expected, "{}", preset.name());
    }
}

#[test]
fn a_level_is_reached_at_its_price() {
    let with = |stop: Option<&str>, target: Option<&str>| ScheduledSignal {
        stop: stop.map(price),
        target: target.map(price),
        ..signal("0")
    };
    for (stop, target, bid, trigger) in [
        (Some("0.58"), None, "0.5801", None),
        (Some("0.58"), None, "0.58", Some("Stop")),
        (Some("0.58"), None, "0.01", Some("Stop")),
        (None, Some("0.70"), "0.6999", None),
        (None, Some("0.70"), "0.70", Some("Target")),
        (None, Some("0.70"), "0.99", Some("Target")),
        (None, None, "0.01", None),
        (None, None, "0.99", None),
        (Some("0.58"), Some("0.70"), "0.64", None),
        // Both at once, which only crossed levels allow: the stop.
        (Some("0.70"), Some("0.58"), "0.64", Some("Stop")),
    ] {
        let script = Script::default().act("5", Action::Feed(Some(bid), None));
        let run = script.run(&buyer(vec![with(stop, target)]), "10");
        let triggered =
            trigger.map(|trigger| format!("10 record 0 {trigger} at {} for 100", price(bid)));
        assert_eq!(checks(&run).get(1), triggered.as_ref(), "{stop:?}, {target:?}, bid {bid}");
        assert_eq!(run.orders().len(), 1 + usize::from(trigger.is_some()));
    }
}
