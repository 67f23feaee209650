//! The wait for a fill. With `up` = L and `down` = 0 an entry reads the balance, reads the
//! positions and places its order, so its wait begins at 3 L.

use std::cmp::Ordering;

use fillgap::bot::{
    BotSettings, EntrySettings, Period, RemainderPolicy, WaitForFillSettings, WaitSettings,
};
use fillgap::protocol::Endpoint;
use fillgap::units::SimDuration;
use proptest::prelude::*;

use super::world::{Action, Script, at, buyer, seconds, signal};

fn waiting(wait: WaitSettings) -> BotSettings {
    let settings = WaitForFillSettings { wait, ..WaitForFillSettings::default() };
    BotSettings { entry: EntrySettings::WaitForFill(settings), ..buyer(vec![signal("0")]) }
}

fn timeout(timeout: &str) -> WaitSettings {
    WaitSettings { timeout: seconds(timeout), poll: Period::new(seconds("1")).unwrap() }
}

/// Each round takes 1 + 2 L and looks twice; rounds begin while less than T passed; one look
/// follows. So n = ceil(T / (1 + 2 L)) rounds, n (1 + 2 L) + L seconds, 2 n + 1 looks.
#[test]
fn a_wait_without_a_fill_lasts_whole_rounds_and_one_look() {
    for (timeout_s, latency, began, ended, looks) in [
        // T = 30 without latency: 30 rounds of 1 s.
        ("30", "0", "0", "30", 61),
        ("5", "0", "0", "5", 11),
        // A timeout within a round lets the round end.
        ("4.5", "0", "0", "5", 11),
        // Rounds of 1.2 s: 4 make 4.8, 5 make 6.0; 6.0 + 0.1 after 0.3.
        ("5", "0.1", "0.3", "6.4", 11),
        // 25 rounds of 1.2 s make exactly 30; 30.1 after 0.3.
        ("30", "0.1", "0.3", "30.4", 51),
        // Rounds of 1.5 s: 4 make 6.0; 6.25 after 0.75.
        ("5", "0.25", "0.75", "7", 9),
        // No time at all: the look after the timeout is the only one.
        ("0", "0.1", "0.3", "0.4", 1),
        // A nanosecond more than a whole number of rounds costs one more.
        ("3.000000001", "0", "0", "4", 9),
    ] {
        let run = Script::with_latency(latency).run(&waiting(timeout(timeout_s)), "45");
        let case = format!("T {timeout_s}, L {latency}");
        let waits = [format!("{began} WaitBegan(Entry)"), format!("{ended} WaitEnded(Entry)")];
        assert_eq!(run.waits(), waits, "{case}");
        assert_eq!(run.reads(Endpoint::Orders).len(), looks, "{case}");
        assert_eq!(run.entries_done(), [format!("{ended} signal 0 Unfilled 0")], "{case}");
        assert_eq!(run.orders().len(), 1, "{case}: the order and no cancel");
        assert!(run.beliefs().is_empty(), "{case}");
    }
}

#[test]
fn a_fill_is_returned_by_the_first_look_that_shows_it() {
    for (timeout_s, latency, filled_at, order_filled, ended, result, cancels) in [
        // 50 fill at 5; the look at 5 shows it; the rest stays.
        ("30", "0", "5", "50", "5", "Partial 50", 0),
        // 50 fill at 4.5, between the last round and the last look, which cancels the rest.
        ("5", "0", "4.5", "50", "5", "Partial 50", 1),
        // Looks of the first kind return at 0.3 + 0.1 + 1.2 k: the one at 5.2 is just in time.
        ("30", "0.1", "5.2", "50", "5.2", "Partial 50", 0),
        ("30", "0.1", "5.200000001", "50", "6.4", "Partial 50", 0),
        // The last look at 6.4 shows it; its cancel takes 0.1 more.
        ("5", "0.1", "5.200000001", "50", "6.5", "Partial 50", 1),
        // Filled whole: nothing to cancel, whoever sees it.
        ("30", "0", "5", "100", "5", "Full 100", 0),
        ("5", "0", "4.5", "100", "5", "Full 100", 0),
        // One contract is enough.
        ("30", "0", "2.5", "0.01", "3", "Partial 0.01", 0),
    ] {
        let script = Script::with_latency(latency).act(filled_at, Action::Fill(0, order_filled));
        let run = script.run(&waiting(timeout(timeout_s)), "45");
        let case = format!("T {timeout_s}, L {latency}, {order_filled} at {filled_at}");
        assert_eq!(run.entries_done(), [format!("{ended} signal 0 {result}")], "{case}");
        let stake = format!("{ended} record 0: {order_filled} Open by EntryConfirmed");
        assert_eq!(run.beliefs(), [stake], "{case}");
        assert_eq!(run.orders().len(), 1 + cancels, "{case}");
    }
}

/// A fill between the two looks of a round, then a cancel by the exchange: the second look ends
/// the wait, and the fill goes unseen. Looks arrive at 0.4 and 0.5.
#[test]
fn a_cancel_seen_by_the_second_look_hides_a_fill() {
    let script = Script::with_latency("0.1")
        .act("0.45", Action::Fill(0, "30"))
        .act("0.48", Action::Remove(0));
    let run = script.run(&waiting(timeout("5")), "10");
    assert_eq!(run.entries_done(), ["0.5 signal 0 Unfilled 0"]);
    assert!(run.beliefs().is_empty());
}

/// A look that fails counts as nothing filled: the fill at 1 shows at 4, when reads work again.
#[test]
fn a_wait_goes_on_over_failed_looks() {
    let script = Script::default()
        .act("1", Action::Fill(0, "50"))
        .act("0.5", Action::Break(Endpoint::Orders))
        .act("3.5", Action::Mend(Endpoint::Orders));
    let run = script.run(&waiting(timeout("30")), "10");
    assert_eq!(run.beliefs(), ["4 record 0: 50 Open by EntryConfirmed"]);
}

/// With L = 0.1 and T = 5 the looks that matter return at 5.2 (first of the last round) and 6.4
/// (after the timeout).
#[test]
fn the_remainder_is_left_or_canceled_as_the_settings_say() {
    use RemainderPolicy::{Cancel, Leave};
    for (after_partial, after_timeout, fills, done, orders) in [
        // Left: what fills after the look is not counted.
        (Leave, Leave, [("5.1", "50"), ("5.25", "20")], "5.2 signal 0 Partial 50", 1),
        // Canceled: sent at 5.2, done at 5.3, read again at 5.4, with the 20 of 5.25.
        (Cancel, Leave, [("5.1", "50"), ("5.25", "20")], "5.4 signal 0 Partial 70", 2),
        // All the rest fills before the cancel, which is refused; the entry is full.
        (Cancel, Leave, [("5.1", "50"), ("5.25", "50")], "5.4 signal 0 Full 100", 2),
        // Nothing remains: no cancel, no second read.
        (Cancel, Leave, [("5.05", "50"), ("5.1", "50")], "5.2 signal 0 Full 100", 1),
        // The last look cancels by itself (6.4 to 6.5); only `cancel` reads again (6.6).
        (Leave, Leave, [("6.3", "50"), ("6.45", "20")], "6.5 signal 0 Partial 50", 2),
        (Cancel, Leave, [("6.3", "50"), ("6.45", "20")], "6.6 signal 0 Partial 70", 2),
        // Nothing by the last look: left, what fills later is not counted.
        (Leave, Leave, [("6.45", "30"), ("7", "20")], "6.4 signal 0 Unfilled 0", 1),
        // Canceled at 6.5, read again at 6.6; the 20 of 7 can not come any more.
        (Leave, Cancel, [("6.45", "30"), ("7", "20")], "6.6 signal 0 Partial 30", 2),
        (Leave, Cancel, [("7", "30"), ("8", "20")], "6.6 signal 0 Unfilled 0", 2),
    ] {
        let settings = WaitForFillSettings { wait: timeout("5"), after_partial, after_timeout };
        let settings =
            BotSettings { entry: EntrySettings::WaitForFill(settings), ..buyer(vec![signal("0")]) };
        let mut script = Script::with_latency("0.1");
        for (when, quantity) in fills {
            script = script.act(when, Action::Fill(0, quantity));
        }
        let run = script.run(&settings, "10");
        let case = format!("{after_partial:?}, {after_timeout:?}, {fills:?}");
        assert_eq!(run.entries_done(), [done], "{case}");
        assert_eq!(run.orders().len(), orders, "{case}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Against the closed form, for any timeout, poll and latency, and any instant of the fill:
    /// looks of the first kind return at k (poll + 2 L) + L after the wait's beginning, k < n, and
    /// the last one at k = n, with n = ceil(T / (poll + 2 L)). A fill at the very instant at which
    /// the order arrives is no case of it: the script's turn comes first, and finds no order.
    #[test]
    fn the_wait_follows_its_closed_form(
        timeout_ms in 0_u64..20_000,
        poll_ms in 1_u64..3_000,
        latency_ms in 0_u64..800,
        filled_after_ms in 1_u64..30_000,
    ) {
        let wait = WaitSettings {
            timeout: SimDuration::from_ms(timeout_ms),
            poll: Period::new(SimDuration::from_ms(poll_ms)).unwrap(),
        };
        let round = poll_ms + 2 * latency_ms;
        let began = 3 * latency_ms;
        let rounds = timeout_ms.div_ceil(round);
        let look = filled_after_ms.saturating_sub(latency_ms).div_ceil(round);
        let expected = match look.cmp(&rounds) {
            Ordering::Less => {
                (began + look * round + latency_ms, "Partial 50", look * 2 + 1, 0)
            }
            // The last look cancels, which takes another L.
            Ordering::Equal => {
                (began + look * round + 2 * latency_ms, "Partial 50", rounds * 2 + 1, 1)
            }
            Ordering::Greater => {
                (began + rounds * round + latency_ms, "Unfilled 0", rounds * 2 + 1, 0)
            }
        };
        let (ended, result, looks, cancels) = expected;
        let filled_at = at("0") + SimDuration::from_ms(began + filled_after_ms);
        let up = SimDuration::from_ms(latency_ms);
        let script = Script { up, ..Script::default() }
            .act_at(filled_at, Action::Fill(0, "50"));
        // No sleep ends before the wait's latest end, so the looks counted are the wait's own.
        let end = at("0") + SimDuration::from_ms(began + timeout_ms + round + 2 * latency_ms);
        let run = script.run_until(&waiting(wait), end);
        let ended = at("0") + SimDuration::from_ms(ended);
        prop_assert_eq!(run.entries_done(), [format!("{ended} signal 0 {result}")]);
        prop_assert_eq!(run.reads(Endpoint::Orders).len() as u64, looks);
        prop_assert_eq!(run.orders().len(), 1 + cancels);
    }
}
