//! Two tasks and one lock: rates, pauses, waits. See [`timeline`](super::timeline) for the link.

use fillgap::bot::{BotSettings, LoopSettings, Preset, ThreadsSettings, TimeWindow};
use fillgap::protocol::Endpoint;

use super::timeline::{link, named};
use super::world::{Action, Line, Script, at};

/// The feed has a price, so that a look at the stops takes no time.
fn with_feed() -> Script {
    link().act("0", Action::Feed(Some("0.50"), Some("0.52")))
}

/// Balance, positions, order, half a second, look: 0.9. The reconciler reads for 0.1 and fails; 5 s
/// later, at 6.0, the next pass begins, and takes 0.1: 11.1, 16.2. The cap reads the positions too.
#[test]
fn a_reconciler_that_fails_on_every_call_speeds_its_task_up() {
    let script = with_feed().fill_at_once(0, "100");
    let run = script.run(&named(Preset::ShippedLiteral, &["0"]), "20");
    assert_eq!(run.reads(Endpoint::Positions), ["0.1", "0.9", "6", "11.1", "16.2"]);
    assert_eq!(
        run.failures(),
        ["1 reconcile", "6.1 reconcile", "11.2 reconcile", "16.3 reconcile"]
    );
    // With the fault taken out: twice in each pass, for the settlement as well, every 30 s.
    let run = script.run(&named(Preset::ShippedIntended, &["0"]), "31");
    assert_eq!(run.reads(Endpoint::Positions), ["0.1", "0.9", "1", "30", "30.1"]);
    assert!(run.failures().is_empty());
}

/// The first look waits for the entry, which ends at 7.0. It was due at 0, so the next one comes at
/// once, and waits for the reconciliation and the settlement until 7.2. It began to wait at 7.0, and
/// from then on they are 2 s apart.
#[test]
fn stops_are_looked_at_every_two_seconds_when_nobody_has_the_lock() {
    let run = with_feed().run(&named(Preset::ShippedIntended, &["0"]), "14");
    assert_eq!(run.passes(), ["7", "7.2", "9", "11", "13"]);
    assert_eq!(
        run.lock_waits()[..6],
        [
            "0 LockWaitBegan(Stops)",
            "7 LockWaitBegan(Strategy)",
            "7 LockWaitEnded(Stops)",
            "7 LockWaitEnded(Strategy)",
            "7 LockWaitBegan(Stops)",
            "7.2 LockWaitEnded(Stops)"
        ]
    );
}

/// The first position is held from 0.25 on. The second entry is sent at 30.2 and waits in vain until
/// 37, with the lock. The bid falls to the stop at 31.25 = T + 1: the exit is sent at 37.
#[test]
fn an_entry_that_waits_keeps_the_stops_waiting() {
    let script = with_feed()
        .fill_at_once(0, "100")
        .act("29", Action::Feed(Some("0.50"), Some("0.52")))
        .act("31.25", Action::Feed(Some("0.44"), Some("0.46")));
    let run = script.run(&named(Preset::ShippedIntended, &["0", "30"]), "40");
    let orders = run.orders();
    assert_eq!(orders[1..], ["30.2 bid 10 at 0.50", "37 ask 100 at 0.44"]);
    let waits = run.lock_waits();
    assert!(waits.contains(&"30 LockWaitBegan(Stops)".to_owned()), "{waits:?}");
    assert!(waits.contains(&"37 LockWaitEnded(Stops)".to_owned()), "{waits:?}");
}

/// One exit that does not fill: a read of the price, the order, the wait, 6.3 s. Nothing cancels
/// it, and the next look sends another. At 33.5 the task that enters and reconciles, which waits
/// since 30, has its turn for 0.2. Within 32 s of the first look, six are sent for 100 contracts.
#[test]
fn exits_that_do_not_fill_pile_up() {
    let script =
        link().fill_at_once(0, "100").act("1.5", Action::Quote(Some("0.44"), Some("0.46")));
    let run = script.run(&named(Preset::ShippedIntended, &["0"]), "34");
    let asks = ["2.1", "8.4", "14.7", "21", "27.3", "33.8"];
    assert_eq!(run.orders()[1..], asks.map(|when| format!("{when} ask 100 at 0.44")));
    let waits = run.lock_waits();
    assert!(waits.contains(&"30 LockWaitBegan(Strategy)".to_owned()), "{waits:?}");
    assert!(waits.contains(&"33.5 LockWaitEnded(Strategy)".to_owned()), "{waits:?}");
}

/// The exit of 2.0 is never answered: after 10 s the look fails, and a second later, at 13, the next
/// one begins.
#[test]
fn an_exit_that_is_never_answered_fails_its_look_at_the_stops() {
    let script = with_feed()
        .fill_at_once(0, "100")
        .act("1.5", Action::Feed(Some("0.44"), None))
        .act("2", Action::Line(Line::Mute))
        .act("10", Action::Line(Line::Clear));
    let run = script.run(&named(Preset::ShippedIntended, &["0"]), "13");
    assert_eq!(run.failures(), ["12 exit unanswered"]);
    assert_eq!(run.orders()[1..], ["2 ask 100 at 0.44", "13 ask 100 at 0.44"]);
}

/// Without an active match nothing is entered or reconciled, but stops are looked at.
#[test]
fn without_matches_only_the_stops_are_looked_at() {
    let window = TimeWindow::new(at("0"), at("40")).unwrap();
    let loop_model = LoopSettings::Threads(ThreadsSettings {
        without_matches: vec![window],
        ..ThreadsSettings::default()
    });
    let settings = BotSettings { loop_model, ..named(Preset::ShippedIntended, &["0"]) };
    let run = link().run(&settings, "60.3");
    assert_eq!(run.orders(), ["60.2 bid 100 at 0.50"]);
    assert_eq!(run.passes().len(), 30, "every 2 s from 0 to 58; then the entry has the lock");
    assert_eq!(run.reads(Endpoint::Positions), ["60.1"]);
}
