//! Entries: what is sent, when it is booked, how it ends.

use fillgap::bot::{
    Booking, BotSettings, EntrySettings, EntryTimeInForce, ScheduledSignal, TrackReading,
    WaitForFillSettings,
};
use fillgap::market::TimeInForce;
use fillgap::protocol::record::{Decision, Message, Record};
use fillgap::protocol::{Endpoint, RejectReason, Request};

use super::world::{Action, MARKET, SISTER, Script, at, buyer, contracts, seconds, signal};

fn every_engine() -> [EntrySettings; 5] {
    [
        EntrySettings::Immediate(Booking::AtSend),
        EntrySettings::WaitForFill(WaitForFillSettings::default()),
        EntrySettings::TrackAndReconcile(TrackReading::Positions),
        EntrySettings::TrackAndReconcile(TrackReading::Orders),
        EntrySettings::Oracle,
    ]
}

fn with(entry: EntrySettings, signals: Vec<ScheduledSignal>) -> BotSettings {
    BotSettings { entry, ..buyer(signals) }
}

/// Balance 0 to 0.1, positions 0.1 to 0.2, order 0.2 to 0.3: three calls before anything is known.
#[test]
fn every_entry_reads_balance_and_positions_before_it_sends() {
    for entry in every_engine() {
        let run = Script::with_latency("0.1").run(&with(entry, vec![signal("0")]), "1");
        assert_eq!(run.reads(Endpoint::Balance), ["0"], "{entry:?}");
        assert_eq!(run.reads(Endpoint::Positions), ["0.1"], "{entry:?}");
        assert_eq!(run.orders(), ["0.2 bid 100 at 0.65"], "{entry:?}");
    }
}

#[test]
fn an_assumed_entry_is_booked_in_full_as_it_is_sent_and_ends_with_its_reply() {
    for entry in [
        EntrySettings::Immediate(Booking::AtSend),
        EntrySettings::TrackAndReconcile(TrackReading::Positions),
        EntrySettings::TrackAndReconcile(TrackReading::Orders),
    ] {
        let run = Script::with_latency("0.1").run(&with(entry, vec![signal("0")]), "1");
        assert_eq!(run.beliefs(), ["0.2 record 0: 100 Open by EntryAssumed"], "{entry:?}");
        assert_eq!(run.entries_done(), ["0.3 signal 0 Assumed 100"], "{entry:?}");
        assert!(run.waits().is_empty(), "{entry:?}");
    }
}

/// Asked: 100, so the cap is 110 live contracts.
#[test]
fn the_cap_counts_live_contracts_and_shrinks_or_blocks_the_order() {
    for (market, live, sent) in [
        (MARKET, 0, Some("100")),
        (MARKET, 10, Some("100")),
        (MARKET, 11, Some("99")),
        (MARKET, 50, Some("60")),
        (MARKET, 100, Some("10")),
        (MARKET, 109, Some("1")),
        (MARKET, 110, None),
        (MARKET, 500, None),
        // A NO position is nothing live; another market does not count.
        (MARKET, -50, Some("100")),
        (SISTER, 500, Some("100")),
    ] {
        for entry in every_engine() {
            let script = Script::default().act("0", Action::Position(market, live));
            let run = script.run(&with(entry, vec![signal("0")]), "0");
            let case = format!("{live} live in {market}, {entry:?}");
            if let Some(quantity) = sent {
                assert_eq!(run.orders(), [format!("0 bid {quantity} at 0.65")], "{case}");
            } else {
                assert!(run.orders().is_empty(), "{case}");
                assert!(run.beliefs().is_empty(), "{case}");
                assert_eq!(run.entries_done(), ["0 signal 0 NotSent 0"], "{case}");
            }
        }
    }
}

/// floor(1.1 q): 1 for 1, 5 for 5, 11 for 10; below one contract nothing can be sent.
#[test]
fn the_cap_is_rounded_down_to_whole_contracts() {
    for (wanted, live, sent) in [
        ("1", 0, Some("1")),
        ("5", 5, None),
        ("9", 9, None),
        ("10", 10, Some("1")),
        ("19", 19, Some("1")),
        ("0.5", 0, None),
    ] {
        let quantity = contracts(wanted);
        let wish = ScheduledSignal { quantity, ..signal("0") };
        let script = Script::default().act("0", Action::Position(MARKET, live));
        let run = script.run(&with(EntrySettings::Immediate(Booking::AtSend), vec![wish]), "0");
        let expected: Vec<_> =
            sent.map(|sent| format!("0 bid {sent} at 0.65")).into_iter().collect();
        assert_eq!(run.orders(), expected, "{wanted} wanted, {live} live");
    }
}

/// The decision that a cap leaves in the log.
#[test]
fn the_cap_is_logged_with_what_it_allowed() {
    let script = Script::default().act("0", Action::Position(MARKET, 50));
    let run = script.run(&buyer(vec![signal("0")]), "0");
    let caps = run.lines(|record| match record {
        Record::Decision(Decision::LiveCap { signal, live, wanted, allowed }) => {
            Some(format!("signal {signal}: {live} live, {wanted} wanted, {allowed} allowed"))
        }
        _ => None,
    });
    assert_eq!(caps, ["0 signal 0: 50 live, 100 wanted, 60 allowed"]);
}

#[test]
fn a_failed_read_of_positions_looks_like_an_empty_account() {
    let script = Script::default()
        .act("0", Action::Position(MARKET, 500))
        .act("0", Action::Break(Endpoint::Positions));
    let run = script.run(&buyer(vec![signal("0")]), "0");
    assert_eq!(run.orders(), ["0 bid 100 at 0.65"]);
}

/// 50 are live, 60 are sent, 100 are booked: the quantity that was wanted.
#[test]
fn an_immediate_entry_books_what_it_wanted_even_when_it_sent_less() {
    let script = Script::default().act("0", Action::Position(MARKET, 50));
    let run = script.run(&buyer(vec![signal("0")]), "0");
    assert_eq!(run.orders(), ["0 bid 60 at 0.65"]);
    assert_eq!(run.beliefs(), ["0 record 0: 100 Open by EntryAssumed"]);
}

/// A complete fill of a shrunk order is called partial: it is compared with what was wanted.
#[test]
fn a_shrunk_order_that_fills_whole_is_a_partial_entry() {
    let script = Script::default().act("0", Action::Position(MARKET, 50)).fill_at_once(0, "60");
    let entry = EntrySettings::WaitForFill(WaitForFillSettings::default());
    let run = script.run(&with(entry, vec![signal("0")]), "1");
    assert_eq!(run.entries_done(), ["0 signal 0 Partial 60"]);
    assert_eq!(run.beliefs(), ["0 record 0: 60 Open by EntryConfirmed"]);
}

#[test]
fn a_refused_order_leaves_a_record_only_where_it_was_assumed() {
    for (entry, done, beliefs) in [
        (EntrySettings::Immediate(Booking::AtSend), "0.3 signal 0 Assumed 100", 1),
        (EntrySettings::TrackAndReconcile(TrackReading::Orders), "0.3 signal 0 Assumed 100", 1),
        (EntrySettings::WaitForFill(WaitForFillSettings::default()), "0.3 signal 0 Failed 0", 0),
        (EntrySettings::Oracle, "0.3 signal 0 Failed 0", 0),
    ] {
        let script = Script::with_latency("0.1").refuse(0, RejectReason::InsufficientBalance);
        let run = script.run(&with(entry, vec![signal("0")]), "5");
        assert_eq!(run.entries_done(), [done], "{entry:?}");
        assert_eq!(run.beliefs().len(), beliefs, "{entry:?}");
        assert!(run.waits().is_empty(), "{entry:?}");
    }
}

/// An order that dies at once is seen by the first two looks: the fills by the first, the end by
/// the second.
#[test]
fn an_immediate_or_cancel_order_is_known_after_the_first_looks() {
    for (filled, done) in [
        (Some("50"), "0.4 signal 0 Partial 50"),
        (Some("100"), "0.4 signal 0 Full 100"),
        (None, "0.5 signal 0 Unfilled 0"),
    ] {
        let entry = EntrySettings::WaitForFill(WaitForFillSettings::default());
        let settings = BotSettings {
            order: EntryTimeInForce::ImmediateOrCancel,
            ..with(entry, vec![signal("0")])
        };
        let mut script = Script::with_latency("0.1");
        if let Some(filled) = filled {
            script = script.fill_at_once(0, filled);
        }
        let run = script.run(&settings, "5");
        assert_eq!(run.entries_done(), [done], "{filled:?}");
        assert_eq!(run.orders().len(), 1, "{filled:?}: no cancel");
    }
}

/// The order is sent at 0.2; a life of 3 s ends at 3.2.
#[test]
fn an_entry_order_lives_as_the_settings_say() {
    for (life, time_in_force) in [
        (EntryTimeInForce::default(), TimeInForce::REST),
        (
            EntryTimeInForce::GoodTillCanceled { expires_after: Some(seconds("3")) },
            TimeInForce::GoodTillCanceled { expires_at: Some(at("3.2")) },
        ),
        (EntryTimeInForce::ImmediateOrCancel, TimeInForce::ImmediateOrCancel),
        (EntryTimeInForce::FillOrKill, TimeInForce::FillOrKill),
    ] {
        for entry in every_engine() {
            let settings = BotSettings { order: life, ..with(entry, vec![signal("0")]) };
            let run = Script::with_latency("0.1").run(&settings, "0.3");
            let sent = run.entries.iter().find_map(|entry| match entry.record {
                Record::Message(Message::Sent { body: Request::Create(order), .. }) => Some(order),
                _ => None,
            });
            assert_eq!(sent.unwrap().time_in_force, time_in_force, "{entry:?}");
        }
    }
}

/// Two signals at 0 without latency: the second is entered when the first one's wait of 30 s is
/// over.
#[test]
fn entries_of_one_pass_wait_for_each_other() {
    let entry = EntrySettings::WaitForFill(WaitForFillSettings::default());
    let run = Script::default().run(&with(entry, vec![signal("0"), signal("0")]), "60");
    assert_eq!(run.orders(), ["0 bid 100 at 0.65", "30 bid 100 at 0.65"]);
    assert_eq!(run.entries_done(), ["30 signal 0 Unfilled 0", "60 signal 1 Unfilled 0"]);
}
