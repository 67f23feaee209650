//! The oracle: belief is truth at the end of every instant, whatever the link does.

use fillgap::bot::{
    BotSettings, EntrySettings, EventLoopSettings, LoopSettings, ReconcileSchedule,
    ReconcileSettings, ScheduledSignal,
};
use fillgap::protocol::{Endpoint, RejectReason};
use fillgap::units::{Position, SimDuration, SimTime};
use proptest::prelude::*;

use super::world::{Action, MARKET, Run, SISTER, Script, buyer, contracts, price, seconds, signal};

fn oracle(signals: Vec<ScheduledSignal>) -> BotSettings {
    let reconcile = Some(ReconcileSettings::Narrated(ReconcileSchedule::default()));
    BotSettings { entry: EntrySettings::Oracle, reconcile, ..buyer(signals) }
}

/// Acts on each signal at its instant.
fn prompt(signals: Vec<ScheduledSignal>) -> BotSettings {
    let loop_model = LoopSettings::EventDriven(EventLoopSettings::default());
    BotSettings { loop_model, ..oracle(signals) }
}

fn slow() -> Script {
    Script { down: seconds("0.2"), ..Script::with_latency("0.1") }
}

fn assert_no_gap(run: &Run) {
    for (time, truth, belief) in run.truth_and_belief() {
        assert_eq!(belief, truth, "at {time}");
    }
}

/// Up 0.1, down 0.2: balance 0 to 0.3, positions 0.3 to 0.6; the order leaves at 0.6, arrives at
/// 0.7 and is answered at 0.9. Beliefs change at the exchange's instants.
#[test]
fn the_oracle_believes_at_the_instant_of_the_fill() {
    let script = slow()
        .fill_at_once(0, "10")
        .act("0.8", Action::Fill(0, "20"))
        .act("5", Action::Fill(0, "30"))
        .act("6", Action::Remove(0));
    let run = script.run(&oracle(vec![signal("0")]), "9");
    assert_eq!(
        run.beliefs(),
        [
            "0.7 record 0: 0 Open by Told",
            "0.7 record 0: 10 Open by Told",
            "0.8 record 0: 30 Open by Told",
            "5 record 0: 60 Open by Told",
        ]
    );
    // The reply speaks of what had filled on arrival; nothing waits for more.
    assert_eq!(run.entries_done(), ["0.9 signal 0 Assumed 10"]);
    assert!(run.waits().is_empty());
    assert_no_gap(&run);
}

#[test]
fn the_oracle_knows_how_an_entry_ends_when_its_reply_says_it_is_over() {
    for (filled, done) in [("100", "0.9 signal 0 Full 100"), ("40", "0.9 signal 0 Partial 40")] {
        let settings = BotSettings {
            order: fillgap::bot::EntryTimeInForce::ImmediateOrCancel,
            ..oracle(vec![signal("0")])
        };
        let run = slow().fill_at_once(0, filled).run(&settings, "1");
        assert_eq!(run.entries_done(), [done]);
        assert_no_gap(&run);
    }
}

#[test]
fn an_entry_that_dies_without_a_fill_settles_its_record() {
    let run = slow().act("5", Action::Remove(0)).run(&oracle(vec![signal("0")]), "9");
    assert_eq!(run.beliefs(), ["0.7 record 0: 0 Open by Told", "5 record 0: 0 Settled by Told"]);
}

/// The entry ends at 0.9, so the stop is seen at 10.9. The exit arrives at 11.0 and sells all: the
/// record is settled then, before the reply of 11.2, which does not bring it back. Booked:
/// (0.58 - 0.65 - 0.02) 100.
#[test]
fn an_exit_settles_the_record_at_the_instant_of_its_fill() {
    let script = slow()
        .fill_at_once(0, "100")
        .fill_at_once(1, "100")
        .act("5", Action::Feed(Some("0.58"), None));
    let run = script.run(&oracle(vec![signal("0")]), "40");
    assert_eq!(run.beliefs()[2..], ["11 record 0: 0 Settled by Told", "11 record 0 booked -9.00"]);
    assert_eq!(run.orders().len(), 2);
    assert_no_gap(&run);
}

/// While the exit of the first half is answered, the second half of the entry still rests. It
/// fills later, is watched, and sold.
#[test]
fn an_entry_that_goes_on_filling_after_its_exit_is_watched_and_sold_too() {
    let script = slow()
        .fill_at_once(0, "50")
        .fill_at_once(1, "50")
        .fill_at_once(2, "50")
        .act("5", Action::Feed(Some("0.58"), None))
        .act("15", Action::Fill(0, "50"));
    let run = script.run(&oracle(vec![signal("0")]), "40");
    let sold: Vec<_> =
        run.orders()[1..].iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect();
    assert_eq!(sold, ["ask 50 at 0.58", "ask 50 at 0.58"]);
    let holdings: Vec<_> =
        run.beliefs().into_iter().filter(|line| !line.contains("booked")).collect();
    assert_eq!(holdings[2], "11 record 0: 0 Open by Told", "the entry still rests");
    assert!(holdings.last().unwrap().ends_with("0 Settled by Told"));
    assert_no_gap(&run);
    let (_, truth, _) = *run.truth_and_belief().last().unwrap();
    assert_eq!(truth, Position::FLAT);
}

/// An exit that was given up on fills beside its successor: the oracle believes the NO position.
#[test]
fn the_oracle_believes_a_flip() {
    let script = slow()
        .fill_at_once(0, "100")
        .act("5", Action::Feed(Some("0.58"), None))
        .act("50", Action::Fill(1, "100"))
        .act("50", Action::Fill(2, "100"));
    let run = script.run(&oracle(vec![signal("0")]), "100");
    assert_no_gap(&run);
    let (_, truth, _) = *run.truth_and_belief().last().unwrap();
    assert_eq!(truth, Position::new(-10_000));
}

/// The exit gets a part filled, by which time the bot's own exit engine would have lowered the
/// stake too: the oracle's stake falls once.
#[test]
fn an_exit_that_fills_in_part_lowers_the_stake_once() {
    let script = slow()
        .fill_at_once(0, "100")
        .fill_at_once(1, "30")
        .act("5", Action::Feed(Some("0.58"), None));
    let run = script.run(&oracle(vec![signal("0")]), "12");
    // Sent at 10.9, answered at 11.2, looked at at 11.3, known at 11.5.
    assert_eq!(
        run.beliefs()[2..],
        [
            "11 record 0: 70 Open by Told",
            "11 record 0 booked -2.70",
            "11.2 record 0: 70 Closing by ExitSent",
            "11.5 record 0: 70 Open by ExitConfirmed",
        ]
    );
}

/// Exit 1 leaves at 10.9 and is answered at 11.2. Its wait is 4 rounds of 1.6 and a look of 0.3,
/// until 17.9; exit 2 leaves at 27.9 and rests from 28.0. Then exit 1 fills: the record is settled,
/// and the reply of 28.2 does not bring it back; the fill of exit 2 does.
#[test]
fn a_record_settled_while_its_second_exit_was_sent_comes_back_with_that_exit_s_fill() {
    let script = slow()
        .fill_at_once(0, "100")
        .act("5", Action::Feed(Some("0.58"), None))
        .act("28.1", Action::Fill(1, "100"))
        .act("50", Action::Fill(2, "100"));
    let run = script.run(&oracle(vec![signal("0")]), "60");
    assert_eq!(
        run.beliefs()[4..],
        [
            "28.1 record 0: 0 Settled by Told",
            "28.1 record 0 booked -9.00",
            "50 record 0: -100 Open by Told",
            "50 record 0 booked -9.00",
        ]
    );
    assert_no_gap(&run);
}

/// The quote is asked for at 10.9 and answered at 11.2; at 11.1 the entry fills on. All of it is
/// sold.
#[test]
fn a_fill_during_the_read_of_the_price_is_sold_too() {
    let script = slow()
        .fill_at_once(0, "50")
        .act("5", Action::Quote(Some("0.50"), None))
        .act("11.1", Action::Fill(0, "50"));
    let run = script.run(&oracle(vec![signal("0")]), "12");
    assert_eq!(run.orders()[1..], ["11.2 ask 100 at 0.50"]);
}

/// 100 at 0.65 rest from 0.7 on, with 20 of them held from 5 on. The second signal, at 12, reads the
/// balance until 12.3 and positions, which show 20, until 12.6. The cap is 110, or as many as the
/// first order left when it was removed.
#[test]
fn the_cap_counts_what_is_held_and_what_still_rests() {
    let script = slow().act("5", Action::Fill(0, "20"));
    for (script, second) in [
        (script.clone(), "12.6 bid 10 at 0.65"),
        (script.clone().act("12.1", Action::Fill(0, "30")), "12.6 bid 10 at 0.65"),
        (script.clone().act("12.5", Action::Remove(0)), "12.6 bid 90 at 0.65"),
        (script.clone().act("12.7", Action::Remove(0)), "12.6 bid 10 at 0.65"),
        // A read that shows nothing is overruled by the truth, one that shows more is believed.
        (script.clone().act("1", Action::Freeze), "12.6 bid 10 at 0.65"),
        (
            script.act("12.1", Action::Remove(0)).act("12.2", Action::Position(MARKET, 95)),
            "12.6 bid 15 at 0.65",
        ),
    ] {
        let run = script.run(&prompt(vec![signal("0"), signal("12")]), "20");
        assert_eq!(run.orders(), ["0.6 bid 100 at 0.65", second]);
    }
}

/// A refused order is out of the question at once, so the second signal may order all it wants.
#[test]
fn a_refused_entry_leaves_nothing_to_count() {
    let script = slow().refuse(0, RejectReason::InsufficientBalance);
    let run = script.run(&prompt(vec![signal("0"), signal("12")]), "20");
    assert_eq!(run.orders(), ["0.6 bid 100 at 0.65", "12.6 bid 100 at 0.65"]);
}

/// 100 at 0.65 are 65 dollars, held or not; with 1,000 free the account is worth 1,065 at cost, and the
/// event may have 106.50. 41.50 more are just that, which is allowed; a cent more is not.
#[test]
fn the_limits_count_what_rests_at_its_limit() {
    let entry = |when, quantity| ScheduledSignal {
        market: SISTER,
        quantity: contracts(quantity),
        limit_price: price("0.50"),
        stop: None,
        ..signal(when)
    };
    let script = slow().act("0", Action::Cash("1000")).act("5", Action::Fill(0, "40"));
    for (quantity, orders) in [("83", 2), ("83.02", 1)] {
        let run = script.run(&prompt(vec![signal("0"), entry("12", quantity)]), "20");
        assert_eq!(run.orders().len(), orders, "{quantity}");
    }
    let run = script
        .act("6", Action::Remove(0))
        .run(&prompt(vec![signal("0"), entry("12", "153"), entry("12", "1")]), "20");
    // 40 at 0.65 are 26: worth 1,026, for the event 102.60. 76.50 more make 102.50: one more contract
    // is too much.
    assert_eq!(run.orders()[1..], ["12.6 bid 153 at 0.50"]);
}

/// 40 dollars, of which the event may have 4: six contracts at 0.65 are 3.90. The read fails, and
/// ten thousand dollars, which others take then, would let all 100 pass.
#[test]
fn the_oracle_knows_its_cash_when_the_read_fails() {
    let script = slow().act("0", Action::Cash("40")).act("0", Action::Break(Endpoint::Balance));
    for (quantity, orders) in [("6", 1), ("7", 0)] {
        let wish = ScheduledSignal { quantity: contracts(quantity), ..signal("1") };
        let run = script.run(&prompt(vec![wish]), "5");
        assert_eq!(run.reads(Endpoint::Balance).len(), 1);
        assert_eq!(run.orders().len(), orders, "{quantity}");
    }
}

/// It is never wrong, so it never reconciles.
#[test]
fn the_oracle_reads_positions_for_the_cap_alone() {
    let run = slow().fill_at_once(0, "100").run(&oracle(vec![signal("0")]), "100");
    assert_eq!(run.reads(Endpoint::Positions), ["0.3"]);
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        6 => (0_u64..8, prop::sample::select(vec!["1", "0.5", "20", "50", "100"]))
            .prop_map(|(order, quantity)| Action::Fill(order, quantity)),
        1 => (0_u64..8).prop_map(Action::Remove),
        2 => prop::sample::select(vec!["0.50", "0.58", "0.60", "0.70"])
            .prop_map(|bid| Action::Feed(Some(bid), None)),
        1 => Just(Action::Break(Endpoint::Orders)),
        1 => Just(Action::Mend(Endpoint::Orders)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any fills, cancels, prices and failed reads, on any link: no gap at the end of any instant.
    #[test]
    fn the_oracle_has_no_gap(
        up_ms in 0_u64..2_000,
        down_ms in 0_u64..2_000,
        signals in prop::collection::vec(0_u64..60, 1..4),
        at_once in prop::collection::btree_map(
            0_u64..8,
            prop::sample::select(vec!["1", "50", "100"]),
            0..5,
        ),
        actions in prop::collection::vec((0_u64..150_000, action()), 0..60),
    ) {
        let signals = signals.iter().map(|s| signal(&s.to_string())).collect();
        let mut script = Script {
            up: SimDuration::from_ms(up_ms),
            down: SimDuration::from_ms(down_ms),
            fills_at_once: at_once,
            ..Script::default()
        };
        for (when_ms, action) in actions {
            script = script.act_at(SimTime::START + SimDuration::from_ms(when_ms), action);
        }
        let run = script.run(&oracle(signals), "200");
        for (time, truth, belief) in run.truth_and_belief() {
            prop_assert_eq!(belief, truth, "at {}", time);
        }
    }
}
