//! What reads show, now and as of an earlier instant.

use fillgap::exchange::{ExchangeSettings, PartlyFilledIoc};
use fillgap::protocol::{BookView, OrderStatus, OrderView, Query, Quote, Reply};
use fillgap::units::{Cash, SimDuration};

use crate::exchange_desk::{Desk, terms};

fn order(reply: &Reply) -> Option<&OrderView> {
    match reply {
        Reply::Order(view) => Some(view),
        Reply::Rejected(_) => None,
        other => panic!("not an order: {other:?}"),
    }
}

/// `status filled/remaining of initial`, or `-`.
fn standing(reply: &Reply) -> String {
    order(reply).map_or("-".to_owned(), |view| {
        format!("{:?} {}/{} of {}", view.status, view.filled, view.remaining, view.initial)
    })
}

/// The bot bids 50 at 0.65; 3 fill at 0 s, 10 at 10 s, 5 are taken off at 20 s, the rest is
/// canceled at 30 s.
fn partial_fill_story() -> Desk {
    let mut desk = Desk::free();
    desk.say(0, "crowd", "ask 3 @ 0.64");
    desk.say(1, "bot", "bid 50 @ 0.65");
    desk.say(10, "crowd", "ask 10 @ 0.65");
    desk.say(20, "bot", "decrease #1 by 5");
    desk.say(30, "bot", "cancel #1");
    desk
}

#[test]
fn an_order_reads_as_it_stood_at_the_end_of_the_instant() {
    let mut desk = partial_fill_story();
    let bid = desk.order("#1");
    for (as_of_s, expected) in [
        (0, "-"),
        (1, "Resting 3/47 of 50"),
        (9, "Resting 3/47 of 50"),
        (10, "Resting 13/37 of 50"),
        (20, "Resting 13/32 of 50"),
        (29, "Resting 13/32 of 50"),
        // Canceled with nothing remaining, though only 13 of 50 filled.
        (30, "Canceled 13/0 of 50"),
        (40, "Canceled 13/0 of 50"),
    ] {
        let reply = desk.read(40, "bot", Query::Order(bid), as_of_s);
        assert_eq!(standing(&reply), expected, "as of {as_of_s} s");
        let Reply::Orders(orders) = desk.read(40, "bot", Query::Orders, as_of_s) else { panic!() };
        assert_eq!(orders.first(), order(&reply), "as of {as_of_s} s");
    }
}

#[test]
fn fills_positions_and_money_read_as_of_an_instant() {
    let mut desk = partial_fill_story();
    for (as_of_s, fills, positions, balance, available) in [
        (0, vec![], vec![], "100", "100"),
        // 3 x 0.64 = 1.92 paid; 47 x 0.65 = 30.55 locked.
        (1, vec!["3 @ 0.64"], vec!["3 for 1.92"], "98.08", "67.53"),
        // 10 x 0.65 = 6.50 more paid; 37 x 0.65 = 24.05 locked.
        (10, vec!["10 @ 0.65", "3 @ 0.64"], vec!["13 for 8.42"], "91.58", "67.53"),
        // 32 x 0.65 = 20.80 locked.
        (20, vec!["10 @ 0.65", "3 @ 0.64"], vec!["13 for 8.42"], "91.58", "70.78"),
        (30, vec!["10 @ 0.65", "3 @ 0.64"], vec!["13 for 8.42"], "91.58", "91.58"),
    ] {
        let Reply::Fills(found) = desk.read(40, "bot", Query::Fills, as_of_s) else { panic!() };
        let found: Vec<String> =
            found.iter().map(|fill| format!("{} @ {}", fill.quantity, fill.price)).collect();
        assert_eq!(found, fills, "as of {as_of_s} s");
        let Reply::Positions(held) = desk.read(40, "bot", Query::Positions, as_of_s) else {
            panic!()
        };
        let held: Vec<String> =
            held.iter().map(|view| format!("{} for {}", view.position, view.exposure)).collect();
        assert_eq!(held, positions, "as of {as_of_s} s");
        let Reply::Balance(money) = desk.read(40, "bot", Query::Balance, as_of_s) else { panic!() };
        let cash = |text: &str| text.parse::<Cash>().unwrap();
        assert_eq!((money.balance, money.available), (cash(balance), cash(available)), "{as_of_s}");
    }
}

#[test]
fn a_flat_position_is_not_listed() {
    let mut desk = Desk::free();
    desk.say(0, "crowd", "ask 1 @ 0.40");
    desk.say(0, "crowd", "bid 1 @ 0.30");
    desk.say(1, "bot", "bid 1 @ 0.40");
    desk.say(2, "bot", "ask 1 @ 0.30");
    let mut count = |as_of_s| match desk.read(3, "bot", Query::Positions, as_of_s) {
        Reply::Positions(views) => views.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!([0, 1, 2].map(&mut count), [0, 1, 0]);
}

#[test]
fn a_book_and_a_quote_read_as_of_an_instant_like_they_did_then() {
    let mut desk = Desk::free();
    let mut then: Vec<(u64, BookView, Quote)> = Vec::new();
    for (at_s, who, what) in [
        (0, "crowd", "bid 5 @ 0.40"),
        (0, "crowd", "ask 5 @ 0.60"),
        (1, "bot", "bid 2 @ 0.60"),
        (2, "bot", "bid 4 @ 0.40 until 7"),
        (3, "crowd", "decrease #0 by 2"),
        (4, "crowd", "ask 9 @ 0.40"),
        (5, "crowd", "bid 1 @ 0.30"),
        (6, "bot", "ask 9 @ 0.30 ioc"),
        (8, "crowd", "bid 1 @ 0.55"),
    ] {
        desk.say(at_s, who, what);
        then.retain(|(earlier_s, _, _)| *earlier_s != at_s);
        let (book, quote) = (desk.exchange.book(desk.market), desk.exchange.quote(desk.market));
        then.push((at_s, book, quote));
    }
    let market = desk.market;
    for (at_s, book, quote) in then {
        assert_eq!(desk.read(9, "bot", Query::Book(market), at_s), Reply::Book(book), "{at_s} s");
        assert_eq!(desk.read(9, "bot", Query::Quote(market), at_s), Reply::Quote(quote), "{at_s}");
    }
}

#[test]
fn an_account_that_is_not_watched_sees_the_present_and_its_resting_orders() {
    let mut desk = Desk::free();
    desk.say(0, "crowd", "ask 3 @ 0.64");
    desk.say(0, "crowd", "bid 3 @ 0.20");
    desk.say(1, "bot", "bid 3 @ 0.64");
    let (executed, resting) = (desk.order("#0"), desk.order("#1"));
    assert_eq!(standing(&desk.read(2, "crowd", Query::Order(executed), 0)), "-");
    assert_eq!(standing(&desk.read(2, "crowd", Query::Order(resting), 0)), "Resting 0/3 of 3");
    assert_eq!(standing(&desk.read(2, "bot", Query::Order(resting), 2)), "-", "not its own");
    assert_eq!(desk.read(2, "crowd", Query::Fills, 2), Reply::Fills(Vec::new()));
    let Reply::Positions(held) = desk.read(2, "crowd", Query::Positions, 0) else { panic!() };
    assert_eq!(held[0].position.to_string(), "-3");
    // 3 NO at 0.36
    let Reply::Balance(money) = desk.read(2, "crowd", Query::Balance, 0) else { panic!() };
    assert_eq!(money.balance, "-1.08".parse().unwrap());
}

#[test]
fn orders_are_listed_oldest_first() {
    let mut desk = Desk::free();
    for what in ["bid 1 @ 0.10", "ask 1 @ 0.90", "bid 1 @ 0.30", "bid 1 @ 0.20"] {
        desk.say(0, "bot", what);
        desk.say(0, "crowd", what);
    }
    for (who, first) in [("bot", 0), ("crowd", 1)] {
        let Reply::Orders(orders) = desk.read(0, who, Query::Orders, 0) else { panic!() };
        let found: Vec<_> = orders.iter().map(|view| view.order).collect();
        let expected: Vec<_> = desk.accepted.iter().skip(first).step_by(2).copied().collect();
        assert_eq!(found, expected, "{who}");
    }
}

/// 5 of 8 fill at once, the rest is canceled.
#[test]
fn a_partly_filled_immediate_or_cancel_order_reads_as_the_setting_says() {
    for (setting, partly) in [
        (PartlyFilledIoc::Executed, OrderStatus::Executed),
        (PartlyFilledIoc::Canceled, OrderStatus::Canceled),
    ] {
        let settings =
            ExchangeSettings { partly_filled_ioc: setting, ..ExchangeSettings::default() };
        let accounts = [("bot", "100"), ("crowd", "unlimited")];
        let mut desk = Desk::new(settings, terms("0"), &accounts);
        desk.say(0, "crowd", "ask 5 @ 0.50");
        desk.say(1, "bot", "bid 8 @ 0.50 ioc");
        desk.say(2, "bot", "bid 8 @ 0.50 ioc");
        desk.say(2, "crowd", "ask 5 @ 0.50");
        desk.say(2, "bot", "bid 5 @ 0.50 ioc");
        let Reply::Orders(orders) = desk.read(3, "bot", Query::Orders, 3) else { panic!() };
        let statuses: Vec<_> = orders.iter().map(|view| view.status).collect();
        // Partly filled, not filled, fully filled.
        assert_eq!(statuses, [partly, OrderStatus::Canceled, OrderStatus::Executed]);
        assert!(orders.iter().all(|view| view.remaining.is_zero()));
    }
}

/// Watching begins in the middle of the story: what rests and is held by then is known.
#[test]
fn an_account_can_be_watched_from_the_middle() {
    let mut desk = Desk::free();
    desk.say(0, "bot", "ask 5 @ 0.50");
    desk.say(1, "crowd", "bid 2 @ 0.50");
    desk.say(2, "crowd", "bid 9 @ 0.40");
    let crowd = desk.account("crowd");
    desk.exchange.watch(crowd, SimDuration::from_s(5));
    desk.say(3, "bot", "ask 4 @ 0.40");
    let standing_as_of = |desk: &mut Desk, as_of_s| {
        let order = desk.order("#2");
        standing(&desk.read(4, "crowd", Query::Order(order), as_of_s))
    };
    assert_eq!(standing_as_of(&mut desk, 2), "Resting 0/9 of 9");
    assert_eq!(standing_as_of(&mut desk, 3), "Resting 4/5 of 9");
    let Reply::Positions(held) = desk.read(4, "crowd", Query::Positions, 2) else { panic!() };
    assert_eq!(held[0].position.to_string(), "2");
}

/// Asked for 5 s and for 60 s, in either order, the crowd's past is kept for 60 s: at 50 s the 9 at
/// 2 s are 48 s away.
#[test]
fn an_account_that_is_watched_twice_is_remembered_for_the_longer_time() {
    for keeps in [[5, 60], [60, 5]] {
        let mut desk = Desk::free();
        let crowd = desk.account("crowd");
        for keep in keeps {
            desk.exchange.watch(crowd, SimDuration::from_s(keep));
        }
        desk.say(2, "crowd", "bid 9 @ 0.40");
        desk.say(10, "bot", "ask 4 @ 0.40");
        desk.say(50, "bot", "ask 1 @ 0.40");
        let order = desk.order("#0");
        for (as_of_s, expected) in
            [(2, "Resting 0/9 of 9"), (10, "Resting 4/5 of 9"), (50, "Resting 5/4 of 9")]
        {
            let reply = desk.read(50, "crowd", Query::Order(order), as_of_s);
            assert_eq!(standing(&reply), expected, "as of {as_of_s} s, kept for {keeps:?}");
        }
    }
}
