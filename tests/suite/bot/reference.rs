//! The model bot: its wait, its records, its stop, its limits. Its order is answered at 0.5 (see
//! [`timeline`](super::timeline)); it looks from 0.75 on every 1.1 s, cancels at 16.15, and looks
//! from 16.25 on every 0.85 s until 21.35.

use fillgap::bot::{BotSettings, OrderSchema, Preset};
use fillgap::protocol::Endpoint;
use fillgap::protocol::record::{Decision, Record};

use super::timeline::{entry, link, named};
use super::world::{Action, Run, contracts};

fn model(signals: &[&str]) -> BotSettings {
    named(Preset::Reference, signals)
}

/// 0.25, 14 rounds of 1.1, the cancel, 6 rounds of 0.85: 0.25 + 15.4 + 0.1 + 5.1 = 20.85.
#[test]
fn an_order_that_does_not_fill_is_canceled_and_looked_at_for_five_seconds_more() {
    let run = link().run(&model(&["0"]), "30");
    assert_eq!(run.waits(), ["0.5 WaitBegan(Entry)", "21.35 WaitEnded(Entry)"]);
    assert_eq!(run.orders(), ["0.4 bid 100 at 0.50", "16.15 cancel order 0"]);
    assert_eq!(run.entries_done(), ["21.35 signal 0 Unfilled 0"]);
    assert_eq!(run.reads(Endpoint::Orders).len(), 14 + 6);
}

/// 50 fill at 15.9, after the last look and before the cancel. A canceled order reads as nothing
/// filled, so they come back with the reconciliation after the wait.
#[test]
fn a_partial_fill_before_the_cancel_is_held_unknown_for_five_seconds() {
    let run = link().act("15.9", Action::Fill(0, "50")).run(&model(&["0"]), "100");
    assert_eq!(run.moves(), ["15.9 believed 0, true 50", "21.45 believed 50, true 50"]);
}

/// The rest of the order fills before the cancel arrives at 16.2. The cancel is refused, and so are
/// the two other forms, until 16.45; the look of 16.45 to 16.55 shows the whole. The entry ends with
/// its reconciliation and the last read of the positions.
#[test]
fn a_cancel_that_comes_too_late_finds_the_order_filled() {
    let run = link().act("16.18", Action::Fill(0, "100")).run(&model(&["0"]), "100");
    assert_eq!(run.orders().len(), 1 + 3);
    assert_eq!(run.entries_done(), ["16.75 signal 0 Full 100"]);
    assert_eq!(run.moves(), ["16.18 believed 0, true 100", "16.55 believed 100, true 100"]);
}

/// The look of 16.25 does not find the order, and 50 are held: 100 are booked, what was expected.
/// The reconciliation that follows takes 0.1.
#[test]
fn an_order_that_is_not_found_is_taken_for_filled_when_something_is_held() {
    let script = link().act("16", Action::Fill(0, "50")).act("16.22", Action::Forget(0));
    let run = script.run(&model(&["0"]), "30");
    assert_eq!(
        run.moves(),
        ["16 believed 0, true 50", "16.45 believed 100, true 50", "16.55 believed 50, true 50"]
    );
    // With nothing held, nothing is booked.
    let run = link().act("16.22", Action::Forget(0)).run(&model(&["0"]), "30");
    assert_eq!(run.entries_done(), ["16.45 signal 0 Unfilled 0"]);
}

/// The list of counters ends with the order's size. The key is not live, so the reconciliation
/// settles what was booked; the order rests on.
#[test]
fn an_order_that_shows_only_its_size_is_taken_for_filled() {
    let settings = BotSettings { order_read: OrderSchema::SizeOnly, ..model(&["0"]) };
    let run = link().run(&settings, "100");
    assert_eq!(run.moves(), ["0.85 believed 100, true 0", "0.95 believed 0, true 0"]);
    assert_eq!(run.orders().len(), 1);
}

/// Unknown from the start: looks follow each other every 0.1 s from 0.75 until 15.5 is over, 148 of
/// them, the last from 15.45 to 15.55. The cancel takes until 15.65; one more look, and the
/// positions.
#[test]
fn an_order_that_is_not_found_is_asked_for_without_a_pause() {
    let run = link().act("0.5", Action::Forget(0)).run(&model(&["0"]), "30");
    assert_eq!(run.reads(Endpoint::Orders).len(), 148 + 1);
    assert_eq!(run.orders()[1], "15.55 cancel order 0");
    assert_eq!(run.entries_done(), ["15.85 signal 0 Unfilled 0"]);
}

/// Without latency as well, time passes: a look costs the bot a millisecond.
#[test]
fn asking_without_a_pause_ends_where_nothing_takes_time() {
    use super::world::Script;
    let run = Script::default().act("0", Action::Forget(0)).run(&model(&["0"]), "30");
    assert_eq!(run.reads(Endpoint::Orders).len(), 14_750 + 1);
    assert_eq!(run.entries_done(), ["15 signal 0 Unfilled 0"]);
}

/// Both orders fill whole, and reads of positions lag. The first record is settled at 0.95. The
/// second entry reads the positions twice, without the balance, so its order leaves at 1.25 and is
/// known at 1.7: it is added to the settled record, and does not count. After the pass the record is
/// taken out, and the pass of 12.0 adds what is held.
#[test]
fn what_is_added_to_a_settled_record_does_not_count() {
    let script = link()
        .fill_at_once(0, "100")
        .fill_at_once(1, "100")
        .act("0.2", Action::Freeze)
        .act("5", Action::Thaw);
    let run = script.run(&model(&["0", "0"]), "30");
    assert_eq!(run.orders(), ["0.4 bid 100 at 0.50", "1.25 bid 100 at 0.50"]);
    assert_eq!(
        run.moves(),
        [
            "0.45 believed 0, true 100",
            "0.85 believed 100, true 100",
            "0.95 believed 0, true 100",
            "1.3 believed 0, true 200",
            "12.1 believed 200, true 200"
        ]
    );
}

/// 100 are wanted each time. 40 fill of the first order, so 60 are missing to the second, which
/// joins the record; the third finds nothing missing and sends nothing.
#[test]
fn an_entry_goes_to_its_target_and_joins_the_record_of_its_market() {
    let script = link().fill_at_once(0, "40").fill_at_once(1, "60");
    let run = script.run(&model(&["0", "5", "20"]), "40");
    let orders = run.orders();
    assert_eq!(orders[0], "0.4 bid 100 at 0.50");
    assert!(orders[1].ends_with("bid 60 at 0.50"), "{orders:?}");
    assert_eq!(orders.len(), 2);
    assert_eq!(run.entries_done().last().unwrap().split(' ').nth(3).unwrap(), "NotSent");
    let records: Vec<_> = run.beliefs().iter().map(|line| line.contains("record 0")).collect();
    assert!(records.iter().all(|is_first| *is_first), "{:?}", run.beliefs());
    assert!(run.moves().last().unwrap().ends_with("believed 100, true 100"));
}

fn stops(run: &Run) -> Vec<String> {
    run.lines(|record| match record {
        Record::Decision(Decision::Triggered { seen, quantity, .. }) => {
            Some(format!("{quantity} at {seen}"))
        }
        _ => None,
    })
}

/// 50 at 0.50 cost 25.00. At 0.30 they have lost 40 %, more than 35 %. The record of 0.85 must be
/// 300 s old; passes begin at 11.15 and then every 10.3 s: the one of 309.85 reads the price and
/// what is held, and sells two cents below at 310.05.
#[test]
fn a_record_that_lost_a_share_of_its_cost_is_sold_when_it_is_old_enough() {
    let script = link()
        .fill_at_once(0, "50")
        .act("20", Action::Quote(Some("0.30"), Some("0.32")))
        .act("1", Action::Remove(0))
        .fill_at_once(1, "50");
    let run = script.run(&model(&["0"]), "330");
    assert_eq!(stops(&run), ["309.95 50 at 0.30"]);
    assert_eq!(run.orders()[1..], ["310.05 ask 50 at 0.28"]);
    assert!(run.moves().last().unwrap().ends_with("believed 0, true 0"));
}

/// The rest fills as well, and the reconciliation makes the stake 100 while the cost stays 25.00:
/// at 0.30 the 100 seem to be worth 30.00. The level has gone down to 0.1625.
#[test]
fn a_stake_that_grows_disables_the_stop() {
    let script = |bid| {
        link()
            .fill_at_once(0, "50")
            .act("8", Action::Fill(0, "50"))
            .act("20", Action::Quote(Some(bid), None))
    };
    let run = script("0.30").run(&model(&["0"]), "400");
    assert!(stops(&run).is_empty());
    assert!(run.moves().last().unwrap().ends_with("believed 100, true 100"));
    let run = script("0.17").run(&model(&["0"]), "400");
    assert!(stops(&run).is_empty());
    let run = script("0.16").run(&model(&["0"]), "320");
    assert_eq!(stops(&run), ["309.95 100 at 0.16"]);
}

/// Booked as 100 for 50.00 while 50 are held: at an unchanged price half of the cost seems lost.
#[test]
fn a_stake_that_was_guessed_too_large_is_stopped_out_at_an_unchanged_price() {
    let script = link()
        .act("16", Action::Fill(0, "50"))
        .act("16.22", Action::Forget(0))
        .act("20", Action::Quote(Some("0.50"), Some("0.51")));
    let run = script.run(&model(&["0"]), "340");
    let stops = stops(&run);
    assert!(stops[0].ends_with(" 50 at 0.50"), "{stops:?}");
    let late = stops[0].split(' ').next().unwrap().parse::<f64>().unwrap();
    assert!((316.45..330.0).contains(&late), "300 s after 16.45, with the next pass: {late}");
}

/// 30 % of 10,000 are 3,000 and 10 % are 1,000: at 0.50 and a cent of fee, 1,960 contracts fit the
/// event (999.60), of 5,000 wanted.
#[test]
fn an_entry_above_a_limit_is_cut_to_what_fits() {
    let mut settings = model(&[]);
    let wish = fillgap::bot::ScheduledSignal { quantity: contracts("5000"), ..entry("0") };
    settings.strategy = fillgap::bot::StrategySettings::Scheduled(vec![wish]);
    let run = link().run(&settings, "1");
    assert_eq!(run.orders(), ["0.4 bid 1960 at 0.50"]);
    let limits = run.lines(|record| match record {
        Record::Decision(Decision::Limit { rule, added, limit, verdict, .. }) => {
            Some(format!("{rule:?} {added} of {limit}: {verdict:?}"))
        }
        _ => None,
    });
    assert_eq!(
        limits,
        [
            "0.2 TotalExposure 2500.00 of 3000.00: Accepted",
            "0.2 EventExposure 980.00 of 1000.00: Accepted"
        ]
    );
}
