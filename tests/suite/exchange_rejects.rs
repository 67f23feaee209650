//! Stories of refusals. Each reason alone is in [`crate::request_table`].

use fillgap::book::BookCapacity;
use fillgap::exchange::{ExchangeSettings, PostOnlyCross, RejectedClientOrder};
use fillgap::market::TimeInForce;
use fillgap::protocol::{
    CreateOrder, Crossing, OnPause, PositionEffect, Query, RejectReason, Reply, Request,
};
use fillgap::units::{ClientOrderId, MarketId, OrderId, Quantity, SimTime};

use crate::exchange_desk::{Desk, terms, words};

/// A desk on which the crowd offers 5 at 0.50 and bids 5 at 0.30.
fn stocked(settings: ExchangeSettings, fee_multiplier: &str, cash: &str) -> Desk {
    let accounts = [("bot", cash), ("crowd", "unlimited")];
    let mut desk = Desk::new(settings, terms(fee_multiplier), &accounts);
    desk.say(0, "crowd", "ask 5 @ 0.50");
    desk.say(0, "crowd", "bid 5 @ 0.30");
    desk
}

const RESTS_10: &str = "filled 0, rests 10";

/// The most is 10,000,000,000 contracts. Text can not say more, a sum of two quantities can.
#[test]
fn the_quantity_has_a_largest_value() {
    let mut desk = stocked(ExchangeSettings::default(), "0", "100");
    let most = "bid 10000000000 @ 0.20";
    assert_eq!(desk.say(1, "crowd", most), "filled 0, rests 10000000000");
    assert_eq!(
        desk.say(1, "crowd", "amend #2 to 10000000000 @ 0.21"),
        "filled 0, rests 10000000000"
    );
    for what in [most, "amend #2 to 10000000000 @ 0.22"] {
        let mut request = desk.request(what);
        match &mut request {
            Request::Create(order) => order.quantity += Quantity::STEP,
            Request::Amend(amend) => amend.quantity += Quantity::STEP,
            other => panic!("{other:?}"),
        }
        let reply = desk.ask(desk.now, "crowd", &request);
        assert_eq!(words(&reply), "InvalidOrderSize", "0.01 more than {what}");
    }
}

/// What already rests is set aside. Each line: cash, then requests with their answers.
#[test]
fn orders_share_one_balance() {
    let story: [(&str, &[(&str, &str)]); 6] = [
        // 4 + 2 = 6, in one direction or in both.
        ("6", &[("bid 10 @ 0.40", RESTS_10), ("bid 10 @ 0.20", RESTS_10)]),
        ("5.999999", &[("bid 10 @ 0.40", RESTS_10), ("bid 10 @ 0.20", "InsufficientBalance")]),
        ("6", &[("bid 10 @ 0.40", RESTS_10), ("ask 10 @ 0.80", RESTS_10)]),
        ("5.999999", &[("bid 10 @ 0.40", RESTS_10), ("ask 10 @ 0.80", "InsufficientBalance")]),
        // 2.50 spent on 5 YES; selling 5 is free, 1 more at 0.70 needs 0.30.
        ("2.80", &[("bid 5 @ 0.50", "filled 5, rests 0"), ("ask 6 @ 0.70", "filled 0, rests 6")]),
        (
            "2.799999",
            &[("bid 5 @ 0.50", "filled 5, rests 0"), ("ask 6 @ 0.70", "InsufficientBalance")],
        ),
    ];
    for (cash, lines) in story {
        let mut desk = stocked(ExchangeSettings::default(), "0", cash);
        for (what, expected) in lines {
            assert_eq!(desk.say(1, "bot", what), *expected, "{what} with {cash}");
        }
    }
}

#[test]
fn a_client_order_id_is_used_once_for_ever() {
    let mut desk = stocked(ExchangeSettings::default(), "0", "100");
    let cases = [
        ("bid 1 @ 0.40 as 7", "filled 0, rests 1"),
        ("bid 1 @ 0.40 as 7", "OrderAlreadyExists"),
        ("bid 1 @ 0.40 as 8", "filled 0, rests 1"),
        ("cancel #2", "canceled 1"),
        // Also after the order is gone, ...
        ("bid 1 @ 0.40 as 7", "OrderAlreadyExists"),
        // ... when it was executed, ...
        ("bid 1 @ 0.50 as 9", "filled 1, rests 0"),
        ("bid 1 @ 0.50 as 9", "OrderAlreadyExists"),
        // ... and when it was killed.
        ("bid 6 @ 0.50 fok as 10", "FillOrKillInsufficientVolume"),
        ("bid 1 @ 0.50 fok as 10", "OrderAlreadyExists"),
        // A refused order never reached the book: its id is free.
        ("bid 1 @ 0.405 as 11", "InvalidPrice"),
        ("bid 1 @ 0.40 as 11", "filled 0, rests 1"),
    ];
    for (what, expected) in cases {
        assert_eq!(desk.say(1, "bot", what), expected, "{what}");
    }
    // The id is the account's own.
    assert_eq!(desk.say(1, "crowd", "bid 1 @ 0.40 as 7"), "filled 0, rests 1");
}

#[test]
fn a_refused_order_can_be_made_to_use_its_client_order_id_up() {
    let settings = ExchangeSettings {
        rejected_client_order: RejectedClientOrder::UsedUp,
        ..ExchangeSettings::default()
    };
    let mut desk = stocked(settings, "0", "100");
    assert_eq!(desk.say(1, "bot", "bid 1 @ 0.405 as 11"), "InvalidPrice");
    assert_eq!(desk.say(1, "bot", "bid 1 @ 0.40 as 11"), "OrderAlreadyExists");
    assert_eq!(desk.say(1, "bot", "bid 1 @ 0.40 as 12"), "filled 0, rests 1");
}

/// A post-only order would trade with an order of its own account alone.
#[test]
fn a_refused_post_only_order_leaves_its_client_order_id_free() {
    let mut desk = stocked(ExchangeSettings::default(), "0", "100");
    for (what, expected) in [
        ("bid 1 @ 0.40", "filled 0, rests 1"),
        ("ask 1 @ 0.40 post as 7", "PostOnlyCross"),
        ("ask 1 @ 0.41 post as 7", "filled 0, rests 1"),
    ] {
        assert_eq!(desk.say(1, "bot", what), expected, "{what}");
    }
}

#[test]
fn a_post_only_order_that_would_trade_can_be_taken_and_canceled() {
    let settings = ExchangeSettings {
        post_only_cross: PostOnlyCross::Canceled,
        ..ExchangeSettings::default()
    };
    let mut desk = stocked(settings, "0", "100");
    assert_eq!(desk.say(1, "bot", "bid 10 @ 0.49 post as 7"), RESTS_10);
    assert_eq!(desk.say(1, "bot", "bid 10 @ 0.50 post as 8"), "filled 0, rests 0");
    assert_eq!(desk.story(), ["bot: #3 accepted 10", "bot: #3 post only, 10 unfilled"]);
    assert_eq!(desk.say(1, "bot", "bid 10 @ 0.49 post as 8"), "OrderAlreadyExists");
    // The crowd's 5 are still there.
    assert_eq!(desk.say(1, "bot", "bid 5 @ 0.50"), "filled 5, rests 0");
}

#[test]
fn only_an_own_order_that_rests_can_be_changed() {
    let mut desk = stocked(ExchangeSettings::default(), "0", "100");
    desk.say(1, "bot", "bid 10 @ 0.40");
    for (who, what, expected) in [
        ("crowd", "cancel #2", "OrderNotFound"),
        ("crowd", "decrease #2 by 1", "OrderNotFound"),
        ("bot", "decrease #2 by 1", "remaining 9"),
        ("bot", "cancel #2", "canceled 9"),
        ("bot", "cancel #2", "OrderNotFound"),
        ("bot", "decrease #2 by 1", "OrderNotFound"),
    ] {
        assert_eq!(desk.say(2, who, what), expected, "{who}: {what}");
    }
    // The slot in the book is used again, the id is not.
    desk.say(3, "bot", "bid 10 @ 0.40");
    assert_ne!(desk.order("#2"), desk.order("#3"));
    assert_eq!(desk.say(3, "bot", "cancel #2"), "OrderNotFound");
    for never_given_out in [u64::MAX, 1 << 24, 1 << 36, 5] {
        let request = Request::Cancel { order: OrderId::new(never_given_out) };
        let reply = desk.ask(desk.now, "bot", &request);
        assert_eq!(words(&reply), "OrderNotFound", "{never_given_out}");
    }
    assert_eq!(desk.say(3, "bot", "cancel #3"), "canceled 10");
}

#[test]
fn a_market_that_is_read_must_be_listed() {
    let mut desk = stocked(ExchangeSettings::default(), "0", "100");
    let unlisted = MarketId::new(1);
    for query in [Query::Quote(unlisted), Query::Book(unlisted)] {
        let reply = desk.read(1, "bot", query, 1);
        assert_eq!(reply, Reply::Rejected(RejectReason::MarketNotFound));
    }
}

#[test]
fn an_order_without_room_leaves_its_client_order_id_free() {
    let settings = ExchangeSettings {
        book_capacity: BookCapacity::new(3).unwrap(),
        ..ExchangeSettings::default()
    };
    let mut desk = stocked(settings, "0", "100");
    desk.say(1, "bot", "bid 1 @ 0.40");
    assert_eq!(desk.say(1, "bot", "bid 1 @ 0.40 as 7"), "ExchangeUnavailable");
    desk.say(1, "bot", "cancel #2");
    assert_eq!(desk.say(1, "bot", "bid 1 @ 0.40 as 7"), "filled 0, rests 1");
}

/// An order with every fault there is; they are mended one by one, in the order of the checks.
#[test]
fn of_several_reasons_the_first_in_a_fixed_order_is_given() {
    let settings = ExchangeSettings {
        book_capacity: BookCapacity::new(3).unwrap(),
        ..ExchangeSettings::default()
    };
    let mut desk = stocked(settings, "0", "1");
    desk.say(0, "bot", "bid 0.5 @ 0.40 as 7");
    let mut order = CreateOrder {
        client_order: ClientOrderId::new(7),
        market: MarketId::new(9),
        side: fillgap::units::Side::Bid,
        limit_price: "0.405".parse().unwrap(),
        quantity: "0".parse().unwrap(),
        time_in_force: TimeInForce::GoodTillCanceled { expires_at: Some(SimTime::START) },
        effect: PositionEffect::ReduceOnly,
        crossing: Crossing::PostOnly,
        self_trade: None,
        on_pause: OnPause::Stays,
        group: None,
    };
    let mut expect = |order: &CreateOrder, expected: RejectReason| {
        let reply = desk.ask(SimTime::START, "bot", &Request::Create(*order));
        assert_eq!(reply, Reply::Rejected(expected));
    };
    expect(&order, RejectReason::MarketNotFound);
    order.market = MarketId::new(0);
    expect(&order, RejectReason::InvalidOrderSize);
    order.quantity = "100".parse().unwrap();
    expect(&order, RejectReason::InvalidPrice);
    order.limit_price = "0.60".parse().unwrap();
    expect(&order, RejectReason::ExpiryNotInFuture);
    order.time_in_force = TimeInForce::FillOrKill;
    expect(&order, RejectReason::ReduceOnlyNotImmediate);
    order.effect = PositionEffect::Any;
    expect(&order, RejectReason::OrderAlreadyExists);
    order.client_order = ClientOrderId::new(8);
    expect(&order, RejectReason::InsufficientBalance);
    order.quantity = "1".parse().unwrap();
    order.limit_price = "0.50".parse().unwrap();
    expect(&order, RejectReason::PostOnlyCross);
    order.limit_price = "0.49".parse().unwrap();
    expect(&order, RejectReason::ExchangeUnavailable);
    desk.say(0, "bot", "cancel #2");
    let reply = desk.ask(SimTime::START, "bot", &Request::Create(order));
    assert_eq!(reply, Reply::Rejected(RejectReason::FillOrKillInsufficientVolume));
}
