//! The event-driven loop around engines that were made for passes.

use fillgap::bot::{
    Booking, BotSettings, EntrySettings, EventLoopSettings, LoopSettings, ReconcileSchedule,
    ReconcileSettings,
};
use fillgap::protocol::record::{Decision, Record};

use crate::bot::world::{Action, Script, at, buyer, signal};

fn bot(signals: &[&str]) -> BotSettings {
    BotSettings {
        loop_model: LoopSettings::EventDriven(EventLoopSettings::default()),
        entry: EntrySettings::Immediate(Booking::AtSend),
        ..buyer(signals.iter().map(|when| signal(when)).collect())
    }
}

/// The quote of T+3.7 is checked then; otherwise a check comes a second after the last one.
#[test]
fn stops_are_checked_with_every_quote_and_at_least_every_second() {
    let script = Script::default().act("3.7", Action::Feed(Some("0.64"), Some("0.66")));
    let run = script.run(&bot(&[]), "6");
    assert_eq!(run.passes(), ["0", "1", "2", "3", "3.7", "4.7", "5.7"]);
}

/// One at T+0.35 and one at T+7.2: neither waits for a pass.
#[test]
fn signals_are_entered_at_the_instant_at_which_they_become_true() {
    let run = Script::default().run(&bot(&["0.35", "7.2"]), "20");
    assert_eq!(run.orders(), ["0.35 bid 100 at 0.65", "7.2 bid 100 at 0.65"]);
}

/// The exit waits for 5 s for its fill; signals are entered meanwhile all the same, in their own
/// task: as many as the cap of 110 leaves beside the 100 that are still held. The price is 0.57,
/// at which the stop at 0.58 sells.
#[test]
fn an_exit_that_waits_keeps_no_entry_waiting() {
    let script =
        Script::default().fill_at_once(0, "100").act("2", Action::Feed(Some("0.57"), Some("0.59")));
    let run = script.run(&bot(&["1", "4"]), "5");
    assert_eq!(run.orders(), ["1 bid 100 at 0.65", "2 ask 100 at 0.57", "4 bid 10 at 0.65"]);
    let waits = run.lines(|record| match record {
        Record::Decision(Decision::WaitBegan(wait)) => Some(format!("{wait:?} begins")),
        Record::Decision(Decision::WaitEnded(wait)) => Some(format!("{wait:?} ends")),
        _ => None,
    });
    assert_eq!(waits, ["2 Exit begins"]);
}

/// The order is booked with 100 and holds 50; a reconciliation at T+6 sets it right.
#[test]
fn a_reconciler_keeps_its_own_schedule() {
    let narrated = |first_at| {
        let schedule = ReconcileSchedule { first_at, ..ReconcileSchedule::default() };
        Some(ReconcileSettings::Narrated(schedule))
    };
    let settings = BotSettings { reconcile: narrated(at("6")), ..bot(&["0"]) };
    let run = Script::default().fill_at_once(0, "50").run(&settings, "8");
    assert_eq!(
        run.beliefs(),
        ["0 record 0: 100 Open by EntryAssumed", "6 record 0: 50 Open by Reconciled"]
    );
}
