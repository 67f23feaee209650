//! Batches and the cancel of everything, one request a line.

use fillgap::exchange::ExchangeSettings;
use fillgap::units::SimDuration;

use crate::exchange_desk::{Desk, terms};

fn desk(settings: ExchangeSettings) -> Desk {
    Desk::new(settings, terms("0"), &[("bot", "10"), ("crowd", "unlimited")])
}

/// Items are carried out in their order, each as if it had come alone.
#[test]
fn each_item_of_a_batch_is_taken_or_refused_on_its_own() {
    for (what, expected) in [
        ("batch bid 1 @ 0.40", "filled 0, rests 1"),
        ("batch bid 1 @ 0.40, bid 0 @ 0.40", "filled 0, rests 1; InvalidOrderSize"),
        ("batch bid 1 @ 0.405, bid 1 @ 0.40", "InvalidPrice; filled 0, rests 1"),
        // The same client order id twice.
        ("batch bid 1 @ 0.40 as 7, bid 1 @ 0.40 as 7", "filled 0, rests 1; OrderAlreadyExists"),
        // 10 dollars are enough for the first and half of the second.
        ("batch bid 20 @ 0.40, bid 10 @ 0.40", "filled 0, rests 20; InsufficientBalance"),
        ("batch bid 20 @ 0.40, bid 5 @ 0.40", "filled 0, rests 20; filled 0, rests 5"),
        // The second meets the first.
        ("batch bid 2 @ 0.40, ask 1 @ 0.40", "filled 0, rests 2; filled 1, rests 0"),
        (
            "batch bid 2 @ 0.40 apart taker, ask 1 @ 0.40 apart maker, bid 1 @ 0.40 post",
            "filled 0, rests 2; filled 0, rests 1; PostOnlyCross",
        ),
        ("batch", "InvalidBatch"),
    ] {
        let mut desk = desk(ExchangeSettings::default());
        assert_eq!(desk.say(1, "bot", what), expected, "{what}");
    }
}

#[test]
fn a_cancel_of_several_finds_each_on_its_own_and_once() {
    for (what, expected) in [
        ("cancel #0 #2", "canceled 1; canceled 3"),
        ("cancel #2 #0", "canceled 3; canceled 1"),
        ("cancel #0 #0", "canceled 1; OrderNotFound"),
        ("cancel #1 #0", "OrderNotFound; canceled 1"),
        ("cancel", "InvalidBatch"),
    ] {
        let mut desk = desk(ExchangeSettings::default());
        desk.say(0, "bot", "bid 1 @ 0.40");
        desk.say(0, "crowd", "bid 2 @ 0.40");
        desk.say(0, "bot", "bid 3 @ 0.30");
        assert_eq!(desk.say(1, "bot", what), expected, "{what}");
    }
}

#[test]
fn a_batch_can_be_limited_in_length() {
    let settings = ExchangeSettings { batch_longest: Some(2), ..ExchangeSettings::default() };
    for (what, expected) in [
        ("batch bid 1 @ 0.40, bid 1 @ 0.40", "filled 0, rests 1; filled 0, rests 1"),
        ("batch bid 1 @ 0.40, bid 1 @ 0.40, bid 1 @ 0.40", "InvalidBatch"),
        ("cancel #0 #0", "canceled 1; OrderNotFound"),
        ("cancel #0 #0 #0", "InvalidBatch"),
    ] {
        let mut desk = desk(settings);
        desk.say(0, "bot", "bid 1 @ 0.40");
        assert_eq!(desk.say(1, "bot", what), expected, "{what}");
    }
}

/// The oldest first, nobody else's, and the money is free.
#[test]
fn a_cancel_of_all_removes_what_the_account_has() {
    let mut desk = desk(ExchangeSettings::default());
    desk.say(0, "bot", "bid 1 @ 0.30");
    desk.say(0, "crowd", "bid 2 @ 0.40");
    desk.say(0, "bot", "ask 3 @ 0.60");
    desk.say(0, "bot", "bid 4 @ 0.40");
    assert_eq!(desk.say(1, "bot", "cancel all"), "all canceled");
    assert_eq!(
        desk.story(),
        [
            "bot: #0 canceled, 1 unfilled",
            "bot: #2 canceled, 3 unfilled",
            "bot: #3 canceled, 4 unfilled",
            "quote 0.40 -",
            "bot has 10.00, available 10.00",
        ]
    );
    assert_eq!(desk.say(1, "bot", "cancel all"), "all canceled");
    assert_eq!(desk.story(), [""; 0]);
    assert_eq!(desk.say(1, "crowd", "cancel #1"), "canceled 2");
}

/// What trades at once still does; what would rest is gone.
#[test]
fn a_cancel_of_all_can_reach_into_the_next_minute() {
    let cancel_all_reach = SimDuration::from_s(60);
    let settings = ExchangeSettings { cancel_all_reach, ..ExchangeSettings::default() };
    let mut desk = desk(settings);
    desk.say(0, "crowd", "ask 2 @ 0.50");
    desk.say(10, "bot", "cancel all");
    for (at_s, who, what, expected) in [
        (10, "bot", "bid 1 @ 0.40", "filled 0, rests 0"),
        (69, "bot", "bid 3 @ 0.50", "filled 2, rests 0"),
        (69, "crowd", "bid 3 @ 0.30", "filled 0, rests 3"),
        (70, "bot", "bid 1 @ 0.40", "filled 0, rests 1"),
    ] {
        assert_eq!(desk.say(at_s, who, what), expected, "{at_s} s, {who}: {what}");
    }
}
