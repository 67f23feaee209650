//! Orders that must not trade with their own account's.

use crate::exchange_desk::Desk;

/// The crowd offers 3 at 0.50 (#0) and 5 at 0.52 (#2), the bot 4 at 0.51 (#1).
fn desk() -> Desk {
    let mut desk = Desk::free();
    desk.say(0, "crowd", "ask 3 @ 0.50");
    desk.say(0, "bot", "ask 4 @ 0.51");
    desk.say(0, "crowd", "ask 5 @ 0.52");
    desk
}

/// Each line: the bot's order, the answer, and what the bot is told of its orders afterwards.
fn check(lines: &[(&str, &str, &[&str])]) {
    for (what, answer, told) in lines {
        let mut desk = desk();
        assert_eq!(desk.say(1, "bot", what), *answer, "{what}");
        let of_bot = desk.story().into_iter().filter(|line| line.starts_with("bot: #"));
        let ends: Vec<String> = of_bot.filter(|line| line.ends_with("unfilled")).collect();
        assert_eq!(ends, *told, "{what}");
    }
}

#[test]
fn taker_at_cross_stops_before_the_own_order() {
    check(&[
        // 3 are there before the own order is met, and all are taken.
        ("bid 3 @ 0.52 apart taker", "filled 3, rests 0", &["bot: #3 executed, 0 unfilled"]),
        (
            "bid 3.01 @ 0.52 apart taker",
            "filled 3, rests 0",
            &["bot: #3 self trade, 0.01 unfilled"],
        ),
        ("bid 9 @ 0.52 apart taker", "filled 3, rests 0", &["bot: #3 self trade, 6 unfilled"]),
        ("bid 9 @ 0.52 ioc apart taker", "filled 3, rests 0", &["bot: #3 self trade, 6 unfilled"]),
        // The own order is not within the limit.
        ("bid 9 @ 0.50 apart taker", "filled 3, rests 6", &[]),
        ("bid 9 @ 0.51 apart taker", "filled 3, rests 0", &["bot: #3 self trade, 6 unfilled"]),
    ]);
    // The own order stays: the next one meets it too, first of all.
    let mut desk = desk();
    desk.say(1, "bot", "bid 3 @ 0.50");
    assert_eq!(desk.say(2, "bot", "bid 1 @ 0.51 ioc apart taker"), "filled 0, rests 0");
    assert_eq!(desk.say(3, "bot", "cancel #1"), "canceled 4");
}

#[test]
fn maker_cancels_the_own_orders_that_are_met() {
    let own = "bot: #1 self trade, 4 unfilled";
    let done = "bot: #3 executed, 0 unfilled";
    check(&[
        ("bid 3 @ 0.52 apart maker", "filled 3, rests 0", &[done]),
        ("bid 3.01 @ 0.52 apart maker", "filled 3.01, rests 0", &[own, done]),
        // 3 at 0.50 and 5 at 0.52.
        ("bid 8 @ 0.52 apart maker", "filled 8, rests 0", &[own, done]),
        ("bid 9 @ 0.52 apart maker", "filled 8, rests 1", &[own]),
        ("bid 9 @ 0.50 apart maker", "filled 3, rests 6", &[]),
        ("bid 9 @ 0.51 apart maker", "filled 3, rests 6", &[own]),
    ]);
    // 4 x 0.49 are free again, 3 x 0.50 + 1 x 0.52 are paid.
    desk().tell(&[(
        1,
        "bot",
        "bid 4 @ 0.52 apart maker",
        "filled 4, rests 0",
        "97.98",
        "97.98",
        "4",
    )]);
}

#[test]
fn what_an_order_does_before_and_after_its_own_is_told_in_that_order() {
    let mut desk = desk();
    desk.say(1, "bot", "bid 4 @ 0.52 apart maker");
    let of_bot: Vec<_> =
        desk.story().into_iter().filter(|line| line.starts_with("bot: #")).collect();
    assert_eq!(
        of_bot,
        [
            "bot: #3 accepted 4",
            "bot: #3 filled 3 @ 0.50 as Taker, fee 0.00, holds 3",
            "bot: #1 self trade, 4 unfilled",
            "bot: #3 filled 1 @ 0.52 as Taker, fee 0.00, holds 4",
            "bot: #3 executed, 0 unfilled",
        ]
    );
}

/// 12 are within 0.52, 4 of them the bot's own.
#[test]
fn fill_or_kill_with_own_orders_on_its_way_keeps_its_fills() {
    let own = "bot: #1 self trade, 4 unfilled";
    check(&[
        ("bid 12.01 @ 0.52 fok apart taker", "FillOrKillInsufficientVolume", &[]),
        ("bid 12 @ 0.52 fok apart taker", "filled 3, rests 0", &["bot: #3 self trade, 9 unfilled"]),
        ("bid 12.01 @ 0.52 fok apart maker", "FillOrKillInsufficientVolume", &[]),
        (
            "bid 12 @ 0.52 fok apart maker",
            "filled 8, rests 0",
            &[own, "bot: #3 not filled at once, 4 unfilled"],
        ),
        (
            "bid 8 @ 0.52 fok apart maker",
            "filled 8, rests 0",
            &[own, "bot: #3 executed, 0 unfilled"],
        ),
    ]);
}
