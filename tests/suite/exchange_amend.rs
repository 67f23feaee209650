//! Amends and decreases, one request a line.

use fillgap::exchange::{ExchangeSettings, QueuePositionScope};
use fillgap::protocol::{Query, Reply};
use fillgap::units::ClientOrderId;

use crate::exchange_desk::{Desk, terms, words};
use crate::request_table;

const CROWD: (&str, &str) = ("crowd", "unlimited");

/// A desk without fees on which some requests were carried out at the start.
fn desk(cash: &'static str, before: &[(&str, &str)]) -> Desk {
    let mut desk = Desk::new(ExchangeSettings::default(), terms("0"), &[("bot", cash), CROWD]);
    for (who, what) in before {
        desk.say(0, who, what);
    }
    desk
}

/// The answer to one request of the bot at 1 s.
fn answer(cash: &'static str, before: &[(&str, &str)], what: &str) -> String {
    desk(cash, before).say(1, "bot", what)
}

/// The bot's 5 at 0.40 stand before the crowd's 5. How many contracts are ahead of them after an
/// amend, counting better prices, and how many at their price alone?
#[test]
fn an_amend_keeps_the_place_only_if_the_price_stays_and_the_size_does_not_grow() {
    let before = [("bot", "bid 5 @ 0.40"), ("crowd", "bid 5 @ 0.40"), ("crowd", "bid 2 @ 0.39")];
    for (what, ahead, at_price) in [
        ("amend #0 to 5 @ 0.40", "0", "0"),
        ("amend #0 to 4.99 @ 0.40", "0", "0"),
        ("amend #0 to 0.01 @ 0.40", "0", "0"),
        ("amend #0 to 5 @ 0.40 until 30", "0", "0"),
        ("amend #0 to 5 @ 0.40 as 77", "0", "0"),
        ("amend #0 to 5.01 @ 0.40", "5", "5"),
        ("amend #0 to 5 @ 0.41", "0", "0"),
        ("amend #0 to 5 @ 0.39", "7", "2"),
        ("amend #0 to 4 @ 0.39", "7", "2"),
        ("amend #0 to 5 @ 0.38", "7", "0"),
        ("decrease #0 by 4.99", "0", "0"),
        ("decrease #0 to 0.01", "0", "0"),
    ] {
        for (queue_position, expected) in
            [(QueuePositionScope::Side, ahead), (QueuePositionScope::Level, at_price)]
        {
            let settings = ExchangeSettings { queue_position, ..ExchangeSettings::default() };
            let mut desk = Desk::new(settings, terms("0"), &[("bot", "100"), CROWD]);
            for (who, what) in before {
                desk.say(0, who, what);
            }
            desk.say(1, "bot", what);
            let order = desk.order("#0");
            let reply = desk.read(1, "bot", Query::QueuePosition(order), 1);
            assert_eq!(words(&reply), format!("{expected} ahead"), "{what}");
        }
    }
}

/// Of the bot's 10 at 0.40, 4 have filled and 6 remain. Then the total counts the 4.
#[test]
fn the_quantity_of_an_amend_counts_what_has_filled() {
    let before = [("bot", "bid 10 @ 0.40"), ("crowd", "ask 4 @ 0.40")];
    for (what, expected) in [
        ("amend #0 to 10 @ 0.40", "filled 0, rests 6"),
        ("amend #0 to 9 @ 0.40", "filled 0, rests 5"),
        ("amend #0 to 12 @ 0.40", "filled 0, rests 8"),
        ("amend #0 to 12 @ 0.41", "filled 0, rests 8"),
        ("amend #0 to 4.01 @ 0.40", "filled 0, rests 0.01"),
        // Nothing shall remain: a cancel.
        ("amend #0 to 4 @ 0.40", "filled 0, rests 0"),
        ("amend #0 to 3.99 @ 0.40", "AmendBelowFilled"),
        ("decrease #0 by 5.99", "remaining 0.01"),
        ("decrease #0 by 6", "remaining 0"),
        ("decrease #0 to 5.99", "remaining 5.99"),
        ("decrease #0 to 6", "InvalidOrderSize"),
        ("decrease #0 to 0", "remaining 0"),
    ] {
        assert_eq!(answer("100", &before, what), expected, "{what}");
    }
}

/// 10 ordered, 4 filled, 3 taken off; then a new total of 9 makes 5 remain.
#[test]
fn an_amend_after_a_decrease_counts_from_what_filled() {
    let before = [("bot", "bid 10 @ 0.40"), ("crowd", "ask 4 @ 0.40"), ("bot", "decrease #0 by 3")];
    let mut desk = desk("100", &before);
    assert_eq!(desk.say(1, "bot", "amend #0 to 9 @ 0.40"), "filled 0, rests 5");
    let order = desk.order("#0");
    let Reply::Order(view) = desk.read(1, "bot", Query::Order(order), 1) else { panic!("found") };
    let shown = [view.initial, view.filled, view.remaining].map(|each| each.to_string());
    assert_eq!(shown, ["9", "4", "5"]);
}

#[test]
fn an_amend_to_what_has_filled_is_a_cancel() {
    let before = [("bot", "bid 10 @ 0.40"), ("crowd", "ask 4 @ 0.40")];
    let mut desk = desk("100", &before);
    desk.say(1, "bot", "amend #0 to 4 @ 0.40");
    let of_bot: Vec<_> = desk.story().into_iter().filter(|line| line.contains('#')).collect();
    assert_eq!(of_bot, ["bot: #0 canceled, 6 unfilled"]);
    assert_eq!(desk.say(1, "bot", "cancel #0"), "OrderNotFound");
}

/// 5 trade at the resting 0.50, not at the new limit; 5 rest at 0.55.
#[test]
fn an_amended_order_that_crosses_takes_at_the_makers_price() {
    let mut desk = Desk::free();
    desk.tell(&[
        (0, "crowd", "ask 5 @ 0.50", "filled 0, rests 5", "0", "0", "0"),
        (0, "bot", "bid 10 @ 0.40", "filled 0, rests 10", "100", "96", "0"),
        // 5 x 0.50 = 2.50 paid, 5 x 0.55 = 2.75 locked.
        (1, "bot", "amend #1 to 10 @ 0.55", "filled 5, rests 5", "97.5", "94.75", "5"),
        // 0.42 is below: 5 x 0.42 = 2.10.
        (2, "bot", "amend #1 to 10 @ 0.42", "filled 0, rests 5", "97.5", "95.4", "5"),
    ]);
    desk.say(3, "crowd", "ask 5 @ 0.45");
    assert_eq!(desk.say(3, "bot", "amend #1 to 10 @ 0.45"), "filled 5, rests 0");
    assert_eq!(
        desk.story(),
        [
            "bot: #1 amended to 10 @ 0.45, 5 remain",
            "trade 1: 5 @ 0.45, taker bid",
            "bot: #1 filled 5 @ 0.45 as Taker, fee 0.00, holds 10",
            "crowd: #2 filled 5 @ 0.45 as Maker, fee 0.00, holds -10",
            "crowd: #2 executed, 0 unfilled",
            "bot: #1 executed, 0 unfilled",
            "quote - -",
            "bot has 95.25, available 95.25",
        ]
    );
}

#[test]
fn an_amend_is_refused_for_each_reason() {
    request_table::check_requests("amend");
}

/// Where nothing shall remain, nothing can cross and nothing is refused for money: 4 of 10 filled.
#[test]
fn an_amend_to_what_has_filled_is_refused_for_nothing() {
    let before =
        [("bot", "bid 10 @ 0.40 post"), ("crowd", "ask 4 @ 0.40"), ("crowd", "ask 5 @ 0.50")];
    for (cash, what, expected) in [
        ("100", "amend #0 to 4.01 @ 0.50", "PostOnlyCross"),
        ("100", "amend #0 to 4 @ 0.50", "filled 0, rests 0"),
        ("4", "amend #0 to 4 @ 0.99", "filled 0, rests 0"),
    ] {
        assert_eq!(answer(cash, &before, what), expected, "{what} with {cash}");
    }
}

#[test]
fn a_refused_amend_changes_nothing() {
    let before = [("crowd", "ask 5 @ 0.50"), ("bot", "bid 10 @ 0.40 as 7 post")];
    for what in [
        "amend #1 to 10 @ 0.405",
        "amend #1 to 10 @ 0.50",
        "amend #1 to 10 @ 0.41 as 7 until 1",
        "amend #1 to 1000 @ 0.40 as 8",
    ] {
        let mut desk = desk("100", &before);
        let order = desk.order("#1");
        let earlier = desk.read(1, "bot", Query::Order(order), 1);
        desk.say(1, "bot", what);
        assert_eq!(desk.last_events, [], "{what}");
        assert_eq!(desk.read(1, "bot", Query::Order(order), 1), earlier, "{what}");
        assert_eq!(desk.say(1, "bot", "bid 1 @ 0.30 as 8"), "filled 0, rests 1", "{what}");
    }
}

#[test]
fn an_order_has_its_new_client_order_id_and_both_are_used_up() {
    let mut desk = desk("100", &[("bot", "bid 10 @ 0.40 as 7"), ("bot", "bid 1 @ 0.30 as 9")]);
    assert_eq!(desk.say(1, "bot", "amend #0 to 10 @ 0.40 as 9"), "OrderAlreadyExists");
    assert_eq!(desk.say(1, "bot", "amend #0 to 10 @ 0.40 as 8"), "filled 0, rests 10");
    for (id, is_found) in [(7, false), (8, true), (9, true)] {
        let reply = desk.read(1, "bot", Query::OrderByClient(ClientOrderId::new(id)), 1);
        assert_eq!(matches!(reply, Reply::Order(_)), is_found, "{id}");
    }
    for id in ["7", "8"] {
        let again = format!("bid 1 @ 0.30 as {id}");
        assert_eq!(desk.say(1, "bot", &again), "OrderAlreadyExists");
    }
    // Before the amend it had its old one.
    let reply = desk.read(2, "bot", Query::OrderByClient(ClientOrderId::new(8)), 0);
    assert_eq!(words(&reply), "OrderNotFound");
}

/// Each line: the expiry at first, the amend at 1 s, and whether the order rests at 29.9, 30 and 40 s.
#[test]
fn an_expiry_can_be_kept_moved_and_removed() {
    for (order, what, rests) in [
        ("bid 1 @ 0.40 until 30", "amend #0 to 1 @ 0.40", [true, false, false]),
        ("bid 1 @ 0.40 until 30", "amend #0 to 1 @ 0.41", [true, false, false]),
        ("bid 1 @ 0.40 until 30", "amend #0 to 1 @ 0.40 forever", [true, true, true]),
        ("bid 1 @ 0.40 until 30", "amend #0 to 1 @ 0.41 until 40", [true, true, false]),
        ("bid 1 @ 0.40 until 40", "amend #0 to 1 @ 0.40 until 30", [true, false, false]),
        ("bid 1 @ 0.40", "amend #0 to 1 @ 0.40 until 30", [true, false, false]),
        ("bid 1 @ 0.40", "amend #0 to 2 @ 0.40", [true, true, true]),
    ] {
        let mut desk = desk("100", &[("bot", order)]);
        desk.say(1, "bot", what);
        let found = [29, 30, 40].map(|at_s| {
            desk.say(at_s, "crowd", "cancel #0");
            desk.exchange.quote(desk.market).bid.is_some()
        });
        assert_eq!(found, rests, "{order}, {what}");
    }
}
