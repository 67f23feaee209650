//! Requests that are never answered, or answered with an error: the original takes each for
//! something else that it knows.

use fillgap::bot::{Booking, BotSettings, EntrySettings, TrackReading, WaitForFillSettings};
use fillgap::link::{ClientSettings, TimeLimits};
use fillgap::protocol::{HttpStatus, ServerError};
use fillgap::units::SimDuration;

use super::world::{Action, Line, Script, buyer, signal};

const ERROR: Line = Line::Failing(HttpStatus::Server(ServerError::Unavailable));
const TOO_MANY: Line = Line::Failing(HttpStatus::TooManyRequests);

fn assumed() -> [EntrySettings; 3] {
    [
        EntrySettings::Immediate(Booking::AtSend),
        EntrySettings::TrackAndReconcile(TrackReading::Positions),
        EntrySettings::TrackAndReconcile(TrackReading::Orders),
    ]
}

/// Balance and positions are read by 0.2, the order leaves then; its answer would come at 0.3.
/// The line changes at 0.25, while the order is on its way.
fn script(line: Line) -> Script {
    Script::with_latency("0.1").act("0.25", Action::Line(line))
}

fn with(entry: EntrySettings) -> BotSettings {
    BotSettings { entry, ..buyer(vec![signal("0")]) }
}

/// The default limit of a new order is 10 s: 0.2 and 10 more.
#[test]
fn an_assumed_entry_that_is_never_answered_loses_its_record() {
    for entry in assumed() {
        let run = script(Line::Mute).run(&with(entry), "10.2");
        let beliefs = [
            "0.2 record 0: 100 Open by EntryAssumed",
            "10.2 record 0: 0 Settled by EntryAbandoned",
        ];
        assert_eq!(run.beliefs(), beliefs, "{entry:?}");
        assert_eq!(run.entries_done(), ["10.2 signal 0 Failed 0"], "{entry:?}");
    }
}

#[test]
fn an_assumed_entry_that_is_answered_with_an_error_keeps_its_record() {
    for entry in assumed() {
        for line in [ERROR, TOO_MANY] {
            let run = script(line).run(&with(entry), "1");
            assert_eq!(run.beliefs(), ["0.2 record 0: 100 Open by EntryAssumed"], "{entry:?}");
            assert_eq!(run.entries_done(), ["0.3 signal 0 Assumed 100"], "{entry:?}");
        }
    }
}

#[test]
fn a_waiting_entry_that_learns_no_order_id_books_nothing() {
    let entry = EntrySettings::WaitForFill(WaitForFillSettings::default());
    for (line, done) in [
        (Line::Mute, "10.2 signal 0 Failed 0"),
        (ERROR, "0.3 signal 0 Failed 0"),
        (TOO_MANY, "0.3 signal 0 Failed 0"),
    ] {
        let run = script(line).run(&with(entry), "10.2");
        assert_eq!(run.entries_done(), [done], "{line:?}");
        assert!(run.beliefs().is_empty(), "{line:?}");
    }
}

#[test]
fn a_bot_waits_as_long_as_its_own_settings_say() {
    for (limit, done) in
        [(Some(SimDuration::from_s(3)), &["3.2 signal 0 Failed 0"][..]), (None, &[])]
    {
        let client = ClientSettings {
            time_limits: TimeLimits { order_entry: limit, ..TimeLimits::default() },
            ..ClientSettings::default()
        };
        let settings = BotSettings { client, ..with(EntrySettings::Immediate(Booking::AtSend)) };
        let run = script(Line::Mute).run(&settings, "1000");
        assert_eq!(run.entries_done(), done, "{limit:?}");
    }
}
