//! What pauses refuse and what they cancel.

use fillgap::exchange::{ExchangeSettings, PausedDecrease};
use fillgap::market::ExchangeStatus;
use fillgap::protocol::{Query, Reply};

use crate::exchange_desk::{Desk, terms};

fn desk(settings: ExchangeSettings) -> Desk {
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    let mut desk = Desk::new(settings, terms("0"), &accounts);
    desk.say(0, "bot", "group 5");
    desk.say(0, "bot", "bid 5 @ 0.40");
    desk
}

/// Each line: a request, and its answer while all is active, trading is paused, and the exchange is.
#[test]
fn each_pause_refuses_what_it_is_for() {
    const TRADING: &str = "TradingPaused";
    const EXCHANGE: &str = "ExchangePaused";
    for (what, active, trading_paused, exchange_paused) in [
        ("bid 1 @ 0.40", "filled 0, rests 1", TRADING, EXCHANGE),
        ("batch bid 1 @ 0.40", "filled 0, rests 1", TRADING, EXCHANGE),
        ("amend #0 to 4 @ 0.40", "filled 0, rests 4", TRADING, EXCHANGE),
        ("decrease #0 by 1", "remaining 4", "remaining 4", EXCHANGE),
        ("decrease #0 to 1", "remaining 1", "remaining 1", EXCHANGE),
        ("cancel #0", "canceled 5", "canceled 5", EXCHANGE),
        (
            "cancel #0 #0",
            "canceled 5; OrderNotFound",
            "canceled 5; OrderNotFound",
            "ExchangePaused; ExchangePaused",
        ),
        ("cancel all", "all canceled", "all canceled", EXCHANGE),
        ("group 0 trigger", "done", "done", EXCHANGE),
        ("group 1", "order group 1", "order group 1", EXCHANGE),
    ] {
        for (status, expected) in [
            (ExchangeStatus::Active, active),
            (ExchangeStatus::TradingPaused, trading_paused),
            (ExchangeStatus::ExchangePaused, exchange_paused),
        ] {
            let mut desk = desk(ExchangeSettings::default());
            desk.set_status(1, status);
            assert_eq!(desk.exchange.status(), status);
            assert_eq!(desk.say(2, "bot", what), expected, "{status:?}: {what}");
            desk.set_status(3, ExchangeStatus::Active);
            assert_eq!(desk.say(3, "bot", "bid 1 @ 0.30"), "filled 0, rests 1");
        }
    }
}

#[test]
fn a_decrease_can_be_refused_with_the_amends() {
    let settings = ExchangeSettings {
        paused_decrease: PausedDecrease::LikeAmend,
        ..ExchangeSettings::default()
    };
    let mut desk = desk(settings);
    desk.set_status(1, ExchangeStatus::TradingPaused);
    assert_eq!(desk.say(1, "bot", "decrease #0 by 1"), "TradingPaused");
    assert_eq!(desk.say(1, "bot", "cancel #0"), "canceled 5");
}

/// Orders that are to leave do so when a pause begins, whatever it is; the others stay through it.
#[test]
fn a_pause_cancels_the_orders_that_are_to_leave() {
    for status in [ExchangeStatus::TradingPaused, ExchangeStatus::ExchangePaused] {
        let mut desk = desk(ExchangeSettings::default());
        desk.say(0, "bot", "bid 3 @ 0.41 leave");
        desk.say(0, "crowd", "ask 2 @ 0.50 leave");
        desk.say(0, "bot", "ask 1 @ 0.60");
        desk.set_status(1, status);
        assert_eq!(
            desk.story(),
            [
                "bot: #1 halted, 3 unfilled",
                "crowd: #2 halted, 2 unfilled",
                "quote 0.40 0.60",
                "bot has 100.00, available 97.60",
            ]
        );
        // From one pause to the other, and back to trading, nothing more leaves.
        for next in [ExchangeStatus::ExchangePaused, ExchangeStatus::Active] {
            desk.set_status(2, next);
            assert_eq!(desk.story(), [""; 0]);
        }
        assert_eq!(desk.say(3, "crowd", "ask 5 @ 0.40"), "filled 5, rests 0");
    }
}

#[test]
fn an_amended_order_still_leaves_on_a_pause_and_an_expiry_comes_during_one() {
    let mut desk = desk(ExchangeSettings::default());
    desk.say(0, "bot", "bid 3 @ 0.41 leave");
    desk.say(0, "bot", "bid 2 @ 0.39 until 5");
    desk.say(0, "bot", "amend #1 to 4 @ 0.42");
    desk.set_status(1, ExchangeStatus::ExchangePaused);
    assert_eq!(desk.story()[0], "bot: #1 halted, 4 unfilled");
    desk.set_status(5, ExchangeStatus::Active);
    assert_eq!(desk.story()[0], "bot: #2 expired, 2 unfilled");
}

#[test]
fn everybody_can_read_during_a_pause() {
    let mut desk = desk(ExchangeSettings::default());
    desk.set_status(1, ExchangeStatus::ExchangePaused);
    let order = desk.order("#0");
    assert!(matches!(desk.read(1, "bot", Query::Order(order), 1), Reply::Order(_)));
    assert_eq!(
        desk.read(1, "crowd", Query::ExchangeStatus, 1),
        Reply::ExchangeStatus(ExchangeStatus::ExchangePaused)
    );
}
