//! When the single-task loop does what.

use fillgap::bot::{
    BotSettings, EntrySettings, Period, ReconcileSchedule, ReconcileSettings, TrackReading,
    WaitForFillSettings,
};
use fillgap::protocol::record::{Decision, Message, Record};
use fillgap::protocol::{Endpoint, Purpose, RejectReason, Request};

use super::world::{Action, Run, Script, at, buyer, seconds, signal};

fn reconciling_from(first_at: &str, settings: BotSettings) -> BotSettings {
    let every = Period::new(seconds("10")).unwrap();
    let schedule = ReconcileSchedule { first_at: at(first_at), every };
    let reconcile = Some(ReconcileSettings::Narrated(schedule));
    BotSettings { reconcile, ..settings }
}

/// What the three parts begin, in order.
fn begun(run: &Run) -> Vec<String> {
    run.lines(|record| match record {
        Record::Decision(Decision::StopPass) => Some("stops".to_owned()),
        Record::Decision(Decision::Signal { signal, due, .. }) => {
            Some(format!("signal {signal} due {due}"))
        }
        Record::Message(Message::Sent {
            body: Request::Read(_),
            purpose: Purpose::Reconcile,
            ..
        }) => Some("reconcile".to_owned()),
        _ => None,
    })
}

/// With nothing in the list a signal of 1 is noticed at 60; from then on passes are 10 s apart.
#[test]
fn an_empty_list_makes_the_bot_sleep_longer() {
    let run = Script::default().run(&buyer(vec![signal("1"), signal("65")]), "85");
    assert_eq!(
        begun(&run),
        ["0 stops", "60 stops", "60 signal 0 due 1", "70 stops", "70 signal 1 due 65", "80 stops"]
    );
}

/// The only record is settled at 30; the list is not empty.
#[test]
fn a_settled_record_keeps_the_sleep_short() {
    let entry = EntrySettings::TrackAndReconcile(TrackReading::Orders);
    let settings = reconciling_from("30", BotSettings { entry, ..buyer(vec![signal("0")]) });
    let script = Script::default().refuse(0, RejectReason::InvalidPrice);
    let run = script.run(&settings, "60");
    assert!(run.beliefs()[1].contains("Settled"), "{:?}", run.beliefs());
    assert_eq!(run.passes(), ["0", "10", "20", "30", "40", "50", "60"]);
}

/// L = 0.1: the first pass takes 0.3, every other 0.1 for the read of the quote.
#[test]
fn the_sleep_is_counted_from_the_end_of_the_work() {
    let run = Script::with_latency("0.1").run(&buyer(vec![signal("0")]), "35");
    assert_eq!(run.passes(), ["0", "10.3", "20.4", "30.5"]);
}

/// A signal of 5 becomes true while the entry of 0 waits until 30. It is not entered in that pass:
/// nothing filled, the list is empty, the next pass comes at 90.
#[test]
fn a_signal_that_becomes_true_during_the_pass_waits_for_the_next() {
    let entry = EntrySettings::WaitForFill(WaitForFillSettings::default());
    let settings = BotSettings { entry, ..buyer(vec![signal("0"), signal("5")]) };
    let run = Script::default().run(&settings, "90");
    assert_eq!(begun(&run), ["0 stops", "0 signal 0 due 0", "90 stops", "90 signal 1 due 5"]);
}

#[test]
fn between_passes_the_bot_wakes_for_the_reconciler_alone() {
    let run = Script::default().run(&reconciling_from("5", buyer(vec![signal("0")])), "26");
    assert_eq!(
        begun(&run),
        [
            "0 stops",
            "0 signal 0 due 0",
            "5 reconcile",
            "10 stops",
            "15 reconcile",
            "20 stops",
            "25 reconcile",
        ]
    );
}

#[test]
fn what_is_due_at_one_instant_goes_stops_reconcile_entries() {
    let settings = reconciling_from("10", buyer(vec![signal("0"), signal("10")]));
    let run = Script::default().run(&settings, "10");
    assert_eq!(begun(&run)[2..], ["10 stops", "10 reconcile", "10 signal 1 due 10"]);
}

/// An exit is waited for from 10 to 15. The reconciler of 12 comes after it, before the entries.
#[test]
fn a_reconcile_that_becomes_due_during_the_stop_check_follows_it() {
    let settings = reconciling_from("12", buyer(vec![signal("0"), signal("14")]));
    let script = Script::default().act("5", Action::Feed(Some("0.50"), None));
    let run = script.run(&settings, "22");
    assert_eq!(
        begun(&run)[2..],
        ["10 stops", "15 reconcile", "15 signal 1 due 14", "22 reconcile"]
    );
}

/// The first entry fills at once, the second is waited for until 30. The reconciler was due at 5,
/// 15 and 25: it runs once, at 30, and goes on at 35. Passes: 0 and 40.
#[test]
fn a_reconcile_that_became_due_during_an_entry_runs_once_after_it() {
    let entry = EntrySettings::WaitForFill(WaitForFillSettings::default());
    let settings = BotSettings { entry, ..buyer(vec![signal("0"), signal("0")]) };
    let script = Script::default().fill_at_once(0, "100");
    let run = script.run(&reconciling_from("5", settings), "46");
    assert_eq!(begun(&run)[3..], ["30 reconcile", "35 reconcile", "40 stops", "45 reconcile"]);
}

/// L = 0.1: the reconciler of 10.2 answers at 10.3, when the pass is due; it is not late.
#[test]
fn a_reconcile_delays_a_pass_only_by_what_it_takes() {
    for (first_at, pass) in [("10.2", "10.3"), ("10.25", "10.35"), ("10.3", "10.3")] {
        let settings = reconciling_from(first_at, buyer(vec![signal("0")]));
        let run = Script::with_latency("0.1").run(&settings, "11");
        assert_eq!(run.passes(), ["0", pass], "{first_at}");
        assert_eq!(run.reads(Endpoint::Positions).len(), 2, "{first_at}");
    }
}
