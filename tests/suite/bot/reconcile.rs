//! Reconciling. Without latency, so passes come at 0, 10, 20, 30, ..., and the reconciler runs at
//! 30, 40, ... in them, after the stop check.

use fillgap::bot::{
    BotSettings, EntrySettings, Period, ReconcileSchedule, ReconcileSettings, ScheduledSignal,
    TrackReading,
};
use fillgap::protocol::{Endpoint, RejectReason};
use fillgap::units::SimDuration;
use proptest::prelude::*;

use super::world::{Action, MARKET, Run, SISTER, Script, at, buyer, seconds, signal};

fn reconciling(signals: usize) -> BotSettings {
    with_reconciler(buyer(vec![signal("0"); signals]))
}

fn with_reconciler(settings: BotSettings) -> BotSettings {
    let schedule = ReconcileSchedule::default();
    BotSettings { reconcile: Some(ReconcileSettings::Narrated(schedule)), ..settings }
}

fn tracking(reading: TrackReading, signals: usize) -> BotSettings {
    let entry = EntrySettings::TrackAndReconcile(reading);
    BotSettings { entry, ..reconciling(signals) }
}

/// The beliefs from 30 on.
fn corrections(run: &Run) -> Vec<String> {
    let late =
        |line: &String| line.split(' ').next().is_some_and(|time| seconds(time) >= seconds("30"));
    run.beliefs().into_iter().filter(late).collect()
}

/// What happens when, and the corrections that follow.
type Case<'a> = (&'a [(&'a str, Action)], &'a [&'a str]);

fn check(settings: &BotSettings, cases: &[Case<'_>]) {
    for (actions, expected) in cases {
        let mut script = Script::default();
        for (when, action) in *actions {
            script = script.act(when, *action);
        }
        assert_eq!(corrections(&script.run(settings, "45")), *expected, "{actions:?}");
    }
}

fn fill(order: u64, quantity: &'static str) -> Action {
    Action::Fill(order, quantity)
}

fn live(contracts: i64) -> Action {
    Action::Position(MARKET, contracts)
}

#[test]
fn the_narrated_reconciler_sets_an_open_stake_to_the_live_quantity() {
    check(
        &reconciling(1),
        &[
            // The analysis's own case: 50 of 100 at 5, corrected at 30.
            (&[("5", fill(0, "50"))], &["30 record 0: 50 Open by Reconciled"]),
            // All filled: nothing to correct.
            (&[("5", fill(0, "100"))], &[]),
            // The remainder fills after the correction: corrected upwards.
            (
                &[("5", fill(0, "50")), ("35", fill(0, "50"))],
                &["30 record 0: 50 Open by Reconciled", "40 record 0: 100 Open by Reconciled"],
            ),
            // Nothing filled yet: none held, but not settled, so a later fill is found.
            (
                &[("33", fill(0, "100"))],
                &["30 record 0: 0 Open by Reconciled", "40 record 0: 100 Open by Reconciled"],
            ),
            // A NO position is nothing live.
            (&[("5", live(-50))], &["30 record 0: 0 Open by Reconciled"]),
            // Another market's position is not this one's, and gets no record.
            (&[("5", fill(0, "100")), ("5", Action::Position(SISTER, 40))], &[]),
            // A failed read looks like an empty account.
            (
                &[
                    ("5", fill(0, "100")),
                    ("25", Action::Break(Endpoint::Positions)),
                    ("35", Action::Mend(Endpoint::Positions)),
                ],
                &["30 record 0: 0 Open by Reconciled", "40 record 0: 100 Open by Reconciled"],
            ),
        ],
    );
}

#[test]
fn the_narrated_reconciler_changes_the_newest_of_several_records_first() {
    check(
        &reconciling(2),
        &[
            (&[("5", live(200))], &[]),
            (&[("5", live(130))], &["30 record 1: 30 Open by Reconciled"]),
            (
                &[("5", live(80))],
                &["30 record 1: 0 Open by Reconciled", "30 record 0: 80 Open by Reconciled"],
            ),
            (&[("5", live(250))], &["30 record 1: 150 Open by Reconciled"]),
        ],
    );
}

/// Both buy 100 at 0.65; record 0 has a stop, which the bid of 5 reaches, so it is sold at 10 at
/// 0.58 in full and is closing at 30. A contract sold books 0.58 - 0.65 - 0.02 = -0.09.
#[test]
fn a_closing_record_that_the_exchange_does_not_show_is_taken_for_sold() {
    let open = ScheduledSignal { stop: None, ..signal("0") };
    let one = with_reconciler(buyer(vec![signal("0")]));
    let two = with_reconciler(buyer(vec![signal("0"), open]));
    for (settings, exit, shown, expected) in [
        // Gone: settled, and no profit is booked.
        (&one, 1, 0, vec!["30 record 0: 0 Settled by Reconciled"]),
        (&one, 1, -100, vec!["30 record 0: 0 Settled by Reconciled"]),
        // Some left: the others are booked, and the record is watched again.
        (&one, 1, 40, vec!["30 record 0: 40 Open by Reconciled", "30 record 0 booked -5.40"]),
        // All left, or more: nothing happens.
        (&one, 1, 100, vec![]),
        (&one, 1, 150, vec![]),
        // With an open record beside it, what is missing is missing from the closing one first.
        (&two, 2, 150, vec!["30 record 0: 50 Open by Reconciled", "30 record 0 booked -4.50"]),
        (&two, 2, 100, vec!["30 record 0: 0 Settled by Reconciled"]),
        (
            &two,
            2,
            70,
            vec!["30 record 0: 0 Settled by Reconciled", "30 record 1: 70 Open by Reconciled"],
        ),
        (&two, 2, 230, vec!["30 record 1: 130 Open by Reconciled"]),
    ] {
        let script = Script::default()
            .act("5", Action::Feed(Some("0.58"), None))
            .act("25", live(shown))
            .fill_at_once(exit, "100");
        let run = script.run(settings, "30");
        assert_eq!(corrections(&run), expected, "{shown} shown");
    }
}

/// A stake of none is not compared with a price, though its price is looked up.
#[test]
fn a_record_that_holds_nothing_does_not_trigger() {
    let script = Script::default().act("35", Action::Feed(Some("0.01"), None));
    let run = script.run(&reconciling(1), "60");
    assert_eq!(run.orders().len(), 1);
}

#[test]
fn nothing_is_read_while_nothing_is_believed() {
    let run = Script::default().act("25", Action::Position(SISTER, 40)).run(&reconciling(0), "60");
    assert!(run.reads(Endpoint::Positions).is_empty());
    assert!(run.beliefs().is_empty());
}

#[test]
fn without_a_reconciler_an_assumed_stake_stays() {
    let settings = buyer(vec![signal("0")]);
    let run = Script::default().act("5", fill(0, "50")).run(&settings, "1000");
    assert_eq!(run.beliefs().len(), 1);
}

#[test]
fn the_reading_of_positions_lowers_each_stake_to_all_live_contracts_and_never_raises_it() {
    check(
        &tracking(TrackReading::Positions, 1),
        &[
            (&[("5", fill(0, "50"))], &["30 record 0: 50 Open by Reconciled"]),
            (&[("5", fill(0, "100"))], &[]),
            // The remainder fills later: not seen.
            (
                &[("5", fill(0, "50")), ("35", fill(0, "50"))],
                &["30 record 0: 50 Open by Reconciled"],
            ),
            // Nothing filled yet: none, for good.
            (&[("33", fill(0, "100"))], &["30 record 0: 0 Open by Reconciled"]),
            (&[("5", live(500))], &[]),
        ],
    );
    // Two orders of one market can not be told apart: each is compared with all contracts.
    check(
        &tracking(TrackReading::Positions, 2),
        &[
            (&[("5", live(130))], &[]),
            (
                &[("5", live(80))],
                &["30 record 1: 80 Open by Reconciled", "30 record 0: 80 Open by Reconciled"],
            ),
        ],
    );
}

#[test]
fn the_reading_of_orders_sets_each_stake_to_what_its_own_order_filled() {
    check(
        &tracking(TrackReading::Orders, 2),
        &[
            (
                &[("5", fill(0, "50")), ("5", fill(1, "100"))],
                &["30 record 0: 50 Open by Reconciled"],
            ),
            (
                &[("5", fill(0, "50")), ("5", fill(1, "30"))],
                &["30 record 0: 50 Open by Reconciled", "30 record 1: 30 Open by Reconciled"],
            ),
            // Both ways, and independent of what else is held.
            (
                &[("5", live(500)), ("5", fill(1, "100")), ("35", fill(0, "20"))],
                &["30 record 0: 0 Open by Reconciled", "40 record 0: 20 Open by Reconciled"],
            ),
            // Final without a fill: settled. Final with one: held.
            (
                &[("5", fill(1, "30")), ("6", Action::Remove(0)), ("6", Action::Remove(1))],
                &["30 record 0: 0 Settled by Reconciled", "30 record 1: 30 Open by Reconciled"],
            ),
            // A failed read corrects nothing.
            (
                &[
                    ("25", Action::Break(Endpoint::Orders)),
                    ("35", Action::Mend(Endpoint::Orders)),
                    ("5", fill(0, "100")),
                ],
                &["40 record 1: 0 Open by Reconciled"],
            ),
        ],
    );
}

#[test]
fn the_reading_of_orders_settles_a_record_whose_order_was_refused() {
    let script = Script::default().refuse(0, RejectReason::InsufficientBalance);
    let run = script.run(&tracking(TrackReading::Orders, 1), "45");
    assert_eq!(corrections(&run), ["30 record 0: 0 Settled by Reconciled"]);
}

/// The entry filled 100, the exit of 10 sold 50 of them: 50 are left at 30, not 100.
#[test]
fn the_reading_of_orders_remembers_what_was_sold() {
    let script = Script::default()
        .fill_at_once(0, "100")
        .fill_at_once(1, "50")
        .act("5", Action::Feed(Some("0.58"), None))
        .act("15", Action::Feed(Some("0.65"), None));
    let run = script.run(&tracking(TrackReading::Orders, 1), "45");
    assert_eq!(run.beliefs()[2], "10 record 0: 50 Open by ExitConfirmed");
    assert!(corrections(&run).is_empty());
}

/// Half of the entry fills and is sold at 10; the other half still rests, so the record is not
/// settled at 15, and holds the other half at 25.
#[test]
fn the_reading_of_orders_does_not_settle_a_record_whose_entry_still_rests() {
    let schedule =
        ReconcileSchedule { first_at: at("5"), every: Period::new(seconds("10")).unwrap() };
    let settings = BotSettings {
        reconcile: Some(ReconcileSettings::Narrated(schedule)),
        ..tracking(TrackReading::Orders, 1)
    };
    let script = Script::default()
        .fill_at_once(0, "50")
        .fill_at_once(1, "50")
        .act("6", Action::Feed(Some("0.58"), None))
        .act("12", Action::Feed(Some("0.65"), None))
        .act("18", fill(0, "50"));
    let run = script.run(&settings, "40");
    assert_eq!(
        run.beliefs(),
        [
            "0 record 0: 100 Open by EntryAssumed",
            "5 record 0: 50 Open by Reconciled",
            "10 record 0: 50 Closing by ExitSent",
            "15 record 0: 0 Open by Reconciled",
            "25 record 0: 50 Open by Reconciled",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Without exits and without latency, the narrated reconciler leaves no gap at the end of its
    /// instants, whatever filled and however many records there are.
    #[test]
    fn the_narrated_reconciler_leaves_no_gap(
        signals in 1_usize..5,
        fills in prop::collection::vec(
            (0_u64..100_000, 0_u64..5, prop::sample::select(vec!["1", "0.5", "20", "50", "100"])),
            0..20,
        ),
    ) {
        let mut script = Script::default();
        for (when_ms, order, quantity) in fills {
            let when = at("0") + SimDuration::from_ms(when_ms);
            script = script.act_at(when, Action::Fill(order, quantity));
        }
        let rows = script.run(&reconciling(signals), "100").truth_and_belief();
        for ten_s in 3..=10 {
            let instant = at(&format!("{ten_s}0"));
            let (_, truth, belief) = rows.iter().rfind(|row| row.0 <= instant).unwrap();
            prop_assert_eq!(truth, belief, "at {}", instant);
        }
    }
}
