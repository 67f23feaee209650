//! What becomes of entries that wait for a fill. The instants are derived in the comments from the
//! link of [`timeline`](super::timeline): the shipped engine's order is answered at 0.3, its first
//! look is back at 0.9, and its wait then looks every 1.2 s, the last time from 6.9 to 7.0.

use fillgap::bot::{BotSettings, OrderSchema, Preset};
use fillgap::protocol::Endpoint;

use super::timeline::{link, named};
use super::world::{Action, Run, Script};

/// The feed has a price, so that the stops' task does not take time to read one.
fn with_feed() -> Script {
    link().act("0", Action::Feed(Some("0.50"), Some("0.52")))
}

fn shipped(signals: &[&str]) -> BotSettings {
    named(Preset::ShippedIntended, signals)
}

fn is_guarded(run: &Run) -> bool {
    run.beliefs_have_a_stop()
}

/// Filled at once: known at 0.9, which is 0.5 + L after the answer. Unfilled: at 7.0, 6.1 later.
#[test]
fn the_shipped_engine_looks_after_half_a_second_and_waits_for_five() {
    for (fills, done, waits) in [
        (Some("100"), "0.9 signal 0 Full 100", "0.9"),
        (Some("50"), "0.9 signal 0 Partial 50", "0.9"),
        (None, "7 signal 0 Unfilled 0", "7"),
    ] {
        let mut script = with_feed();
        if let Some(quantity) = fills {
            script = script.fill_at_once(0, quantity);
        }
        let run = script.run(&shipped(&["0"]), "20");
        assert_eq!(run.entries_done(), [done], "{fills:?}");
        let ended = format!("{waits} WaitEnded(Entry)");
        assert_eq!(run.waits(), ["0.3 WaitBegan(Entry)", ended.as_str()], "{fills:?}");
        assert_eq!(run.orders().len(), 1, "{fills:?}: no cancel");
    }
}

/// The first part is seen by the first look. The rest fills at T + 8.
#[test]
fn a_remainder_that_rests_on_is_not_seen_when_it_fills() {
    let script = with_feed().act("0.65", Action::Fill(0, "50")).act("8.25", Action::Fill(0, "50"));
    for preset in [Preset::ShippedIntended, Preset::ShippedLiteral] {
        let run = script.run(&named(preset, &["0"]), "500");
        assert_eq!(
            run.moves(),
            ["0.65 believed 0, true 50", "0.9 believed 50, true 50", "8.25 believed 50, true 100"],
            "{preset:?}"
        );
    }
}

/// The model bot's order leaves at 0.4 as well: its reconciliation takes 0.1, the balance, and the
/// positions twice. It looks at 0.75 for the first time. Passes end at 1.15, the next one begins at
/// 11.15, reads a price, then the positions until 11.35.
#[test]
fn the_model_bot_sees_a_remainder_with_its_next_reconciliation() {
    let script = link().act("0.75", Action::Fill(0, "50")).act("8.45", Action::Fill(0, "50"));
    let run = script.run(&named(Preset::Reference, &["0"]), "100");
    assert_eq!(
        run.moves(),
        [
            "0.75 believed 0, true 50",
            "0.85 believed 50, true 50",
            "8.45 believed 50, true 100",
            "11.35 believed 100, true 100"
        ]
    );
}

/// The wait is over at 7.0, the order fills at T + 8. The pass of 30 adds what is held at 30.1,
/// without a stop, so nothing is ever sold. The literal reconciler adds nothing.
#[test]
fn an_order_that_fills_after_its_wait_is_held_without_a_stop() {
    let script = with_feed()
        .act("8.25", Action::Fill(0, "100"))
        .act("40", Action::Feed(Some("0.01"), None))
        .act("40", Action::Quote(Some("0.01"), None));
    let run = script.run(&shipped(&["0"]), "500");
    assert_eq!(run.moves(), ["8.25 believed 0, true 100", "30.1 believed 100, true 100"]);
    assert_eq!(run.orders().len(), 1);
    assert!(!is_guarded(&run));
    let run = script.run(&named(Preset::ShippedLiteral, &["0"]), "500");
    assert_eq!(run.moves(), ["8.25 believed 0, true 100"]);
    // The first option waits from 0.5 for 25 rounds of 1.2 and a look: 30.6. Its list is empty
    // after the pass, which ends at 30.8, so the next one begins at 90.8.
    let script = link().act("33.45", Action::Fill(0, "100"));
    let run = script.run(&named(Preset::Opt1, &["0"]), "500");
    assert_eq!(run.waits(), ["0.5 WaitBegan(Entry)", "30.6 WaitEnded(Entry)"]);
    assert_eq!(run.moves(), ["33.45 believed 0, true 100", "90.9 believed 100, true 100"]);
}

/// Passes begin every 30 s and read the balance anew; the fourth wait ends at 97. The cap counts
/// what is held, which is nothing.
#[test]
fn orders_that_rest_add_up_unseen() {
    let run = with_feed().run(&shipped(&["0", "30", "60", "90"]), "97");
    let bids = ["0.2", "30.2", "60.2", "90.2"].map(|when| format!("{when} bid 100 at 0.50"));
    assert_eq!(run.orders(), bids);
    assert_eq!(run.entries_done().last().unwrap(), "97 signal 3 Unfilled 0");
    assert!(run.moves().is_empty());
    // A pass of the literal one takes 7.0 and 0.1 for the read before its failure, then it pauses
    // for 5: every 12.1 s.
    let signals = ["0", "12", "24", "36"];
    let run = with_feed().run(&named(Preset::ShippedLiteral, &signals), "43.5");
    let bids = ["0.2", "12.3", "24.4", "36.5"].map(|when| format!("{when} bid 100 at 0.50"));
    assert_eq!(run.orders(), bids);
}

/// Each entry fills 50, 50 and 10 at once; the cap of 110 lets 100, 60 and 10 be sent. The rests of
/// 50 and 10 fill as well.
#[test]
fn a_repeated_entry_that_counts_only_what_is_held_goes_beyond_its_cap() {
    let script = with_feed()
        .fill_at_once(0, "50")
        .fill_at_once(1, "50")
        .fill_at_once(2, "10")
        .act("70", Action::Fill(0, "50"))
        .act("70", Action::Fill(1, "10"));
    let run = script.run(&shipped(&["0", "30", "60"]), "80");
    assert_eq!(run.orders(), ["0.2 bid 100 at 0.50", "30.2 bid 60 at 0.50", "60.2 bid 10 at 0.50"]);
    assert_eq!(run.moves()[5..], ["60.9 believed 110, true 110", "70 believed 110, true 170"]);
}

/// The first round looks at 0.95 for fills and at 1.05 for a cancel; 30 fill in between, and the
/// exchange removes the rest. The reconciliation, 1.1 to 1.2, adds them without a stop.
#[test]
fn a_fill_between_the_two_looks_is_missed() {
    let script = with_feed().act("0.97", Action::Fill(0, "30")).act("1", Action::Remove(0));
    let run = script.run(&shipped(&["0"]), "100");
    assert_eq!(run.entries_done(), ["1.1 signal 0 Unfilled 0"]);
    assert_eq!(run.moves(), ["0.97 believed 0, true 30", "1.2 believed 30, true 30"]);
    assert!(!is_guarded(&run));
}

/// The last look, back at 7.0, is the first to show the 50 of 6.9, and cancels the rest at 7.05.
#[test]
fn what_fills_between_the_last_look_and_its_cancel_is_not_believed() {
    for (more, total) in [("20", "70"), ("50", "100")] {
        let script =
            with_feed().act("6.9", Action::Fill(0, "50")).act("7.02", Action::Fill(0, more));
        let run = script.run(&shipped(&["0"]), "500");
        assert_eq!(run.orders(), ["0.2 bid 100 at 0.50", "7 cancel order 0"]);
        assert_eq!(
            run.moves(),
            [
                "6.9 believed 0, true 50".to_owned(),
                format!("7.02 believed 0, true {total}"),
                format!("7.1 believed 50, true {total}"),
            ]
        );
    }
}

/// Looks reach the exchange at 0.85, 0.95, 2.15, ... and are back 0.05 later.
#[test]
fn a_fill_just_after_a_look_is_seen_by_the_next() {
    for (filled, known) in [("0.85", "0.9"), ("0.86", "1"), ("0.96", "2.2"), ("2.16", "3.4")] {
        let script = with_feed().act(filled, Action::Fill(0, "100"));
        let run = script.run(&shipped(&["0"]), "10");
        let moves =
            [format!("{filled} believed 0, true 100"), format!("{known} believed 100, true 100")];
        assert_eq!(run.moves(), moves);
    }
}

/// All fills at T and is known at 0.9, but reads of positions show what was there two seconds ago.
#[test]
fn positions_that_lag_behind_a_confirmed_fill_settle_it() {
    let lagging = |script: Script| {
        script.fill_at_once(0, "100").act("0.2", Action::Freeze).act("2.25", Action::Thaw)
    };
    let run = lagging(with_feed()).run(&shipped(&["0"]), "500");
    assert_eq!(
        run.moves(),
        ["0.25 believed 0, true 100", "0.9 believed 100, true 100", "1 believed 0, true 100"]
    );
    // The literal reconciler fails before it changes anything: a fault that helps.
    let run = lagging(with_feed()).run(&named(Preset::ShippedLiteral, &["0"]), "500");
    assert_eq!(run.moves(), ["0.25 believed 0, true 100", "0.9 believed 100, true 100"]);
    // The model bot takes settled records out of its list, so its next pass adds what is held.
    let run = lagging(link()).run(&named(Preset::Reference, &["0"]), "500");
    assert_eq!(
        run.moves(),
        [
            "0.45 believed 0, true 100",
            "0.85 believed 100, true 100",
            "0.95 believed 0, true 100",
            "11.25 believed 100, true 100"
        ]
    );
}

/// What an order shows decides what the poller reads. The wait of the shipped engine ends at 7.0
/// with nothing; then 100 are added without a stop at 7.1.
#[test]
fn a_counter_that_nobody_knows_reads_as_nothing_filled() {
    let blind = &["7.1 believed 100, true 100"][..];
    let seen = &["0.9 believed 100, true 100"][..];
    for (schema, at_once, after) in [
        (OrderSchema::Documented, true, seen),
        (OrderSchema::FillCount, true, blind),
        (OrderSchema::SizeOnly, true, blind),
        // As a taker.
        (OrderSchema::Split, true, seen),
        // As a maker: the takers' counter is read, and says zero.
        (OrderSchema::Split, false, blind),
    ] {
        let script = with_feed();
        let script = if at_once {
            script.fill_at_once(0, "100")
        } else {
            script.act("0.6", Action::Fill(0, "100"))
        };
        let settings = BotSettings { order_read: schema, ..shipped(&["0"]) };
        let run = script.run(&settings, "100");
        assert_eq!(run.moves()[1..], *after, "{schema:?}");
        assert_eq!(is_guarded(&run), after == seen, "{schema:?}");
        let literal = named(Preset::ShippedLiteral, &["0"]);
        let run = script.run(&BotSettings { order_read: schema, ..literal }, "100");
        let never = if after == seen { seen } else { &[] };
        assert_eq!(run.moves()[1..], *never, "{schema:?}: literal");
    }
}

/// T = 5 and L = 0.1: 6.1 s with 11 looks.
#[test]
fn a_wait_of_five_seconds_takes_six() {
    use fillgap::bot::{EntrySettings, WaitForFillSettings, WaitSettings};
    let settings = named(Preset::Opt1, &["0"]);
    let EntrySettings::WaitForFill(entry) = settings.entry else { panic!("the first option") };
    let wait = WaitSettings { timeout: super::world::seconds("5"), ..entry.wait };
    let entry = EntrySettings::WaitForFill(WaitForFillSettings { wait, ..entry });
    let run = link().run(&BotSettings { entry, ..settings }, "20");
    assert_eq!(run.waits(), ["0.5 WaitBegan(Entry)", "6.6 WaitEnded(Entry)"]);
    assert_eq!(run.reads(Endpoint::Orders).len(), 11);
}
