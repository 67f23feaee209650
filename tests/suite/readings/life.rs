//! What pauses, expiries and the lives of markets do.

use fillgap::exchange::{
    ClosedLookup, ExchangeSettings, ExpiryInstant, InactiveRefusal, InactiveRemoval, LifeRules,
    MarketPause, PausedExpiry, RefinedOrders, SettlementTimer,
};
use fillgap::market::{
    ExchangeStatus, LifeStep, MarketResult, MarketRules, MarketStatus, PriceLevelLabel,
};
use fillgap::protocol::{OrderStatus, Query, RejectReason, Reply};
use fillgap::units::{Quantity, Side, SimDuration, SimTime};

use crate::exchange_desk::{Desk, terms};
use crate::readings::{desk_after, ends};

fn with(life: LifeRules) -> ExchangeSettings {
    ExchangeSettings { life, ..ExchangeSettings::default() }
}

fn at(s: u64) -> SimTime {
    SimTime::START + SimDuration::from_s(s)
}

#[test]
fn an_order_is_gone_before_or_after_what_arrives_at_its_expiry() {
    for (at_s, gone_before, still_there) in [
        (4, "filled 5, rests 0", "filled 5, rests 0"),
        (5, "filled 0, rests 5", "filled 5, rests 0"),
        (6, "filled 0, rests 5", "filled 0, rests 5"),
    ] {
        for (expiry_instant, expected, later_ns) in [
            (ExpiryInstant::GoneBefore, gone_before, 0),
            (ExpiryInstant::StillThere, still_there, 1),
        ] {
            let settings = with(LifeRules { expiry_instant, ..LifeRules::default() });
            let mut desk = desk_after(settings, &[("bot", "bid 5 @ 0.40 until 5")]);
            let due = at(5) + SimDuration::from_ns(later_ns);
            assert_eq!(desk.exchange.next_deadline(), Some(due), "{expiry_instant:?}");
            let told = desk.say(at_s, "crowd", "ask 5 @ 0.40");
            assert_eq!(told, expected, "{expiry_instant:?} at {at_s} s");
        }
    }
}

#[test]
fn orders_expire_during_a_pause_or_at_its_end() {
    for status in [ExchangeStatus::TradingPaused, ExchangeStatus::ExchangePaused] {
        for (paused_expiry, during, at_the_end) in [
            (PausedExpiry::During, &["bot: #0 expired, 5 unfilled"][..], &[][..]),
            (PausedExpiry::AtTheEnd, &[][..], &["bot: #0 expired, 5 unfilled"][..]),
        ] {
            let settings = with(LifeRules { paused_expiry, ..LifeRules::default() });
            let mut desk = desk_after(settings, &[("bot", "bid 5 @ 0.40 until 5")]);
            desk.set_status(1, status);
            desk.wait(6);
            assert_eq!(ends(&desk), during, "{paused_expiry:?}, {status:?}");
            assert_eq!(desk.exchange.next_deadline(), None);
            desk.set_status(7, ExchangeStatus::Active);
            assert_eq!(ends(&desk), at_the_end, "{paused_expiry:?}, {status:?}");
            assert_eq!(desk.say(7, "crowd", "ask 5 @ 0.40"), "filled 0, rests 5");
        }
    }
    // Until then it can be canceled, where a pause allows that.
    let settings =
        with(LifeRules { paused_expiry: PausedExpiry::AtTheEnd, ..LifeRules::default() });
    let mut desk = desk_after(settings, &[("bot", "bid 5 @ 0.40 until 5")]);
    desk.set_status(1, ExchangeStatus::TradingPaused);
    assert_eq!(desk.say(6, "bot", "cancel #0"), "canceled 5");
}

#[test]
fn orders_of_an_inactive_market_can_be_removed_or_not() {
    const NO: &str = "MarketInactive";
    for (what, allowed, refused) in [
        ("cancel #0", "canceled 5", NO),
        ("cancel #0 #1", "canceled 5; canceled 4", "MarketInactive; MarketInactive"),
        ("decrease #0 by 1", "remaining 4", NO),
        ("decrease #0 to 1", "remaining 1", NO),
        ("amend #0 to 1 @ 0.40", NO, NO),
        ("cancel all", "all canceled", "all canceled"),
    ] {
        for (inactive_removal, expected) in
            [(InactiveRemoval::Allowed, allowed), (InactiveRemoval::Refused, refused)]
        {
            let settings = with(LifeRules { inactive_removal, ..LifeRules::default() });
            let before = [("bot", "bid 5 @ 0.40"), ("bot", "bid 4 @ 0.39")];
            let mut desk = desk_after(settings, &before);
            desk.step(1, LifeStep::Deactivate).unwrap();
            assert_eq!(desk.say(2, "bot", what), expected, "{inactive_removal:?}: {what}");
            if what == "cancel all" {
                let left = desk.exchange.resting_in(desk.market, Side::Bid).count();
                let is_allowed = inactive_removal == InactiveRemoval::Allowed;
                assert_eq!(left, if is_allowed { 0 } else { 2 }, "{inactive_removal:?}");
            }
        }
    }
}

#[test]
fn an_inactive_market_refuses_with_its_own_reason_or_with_that_of_a_pause() {
    let like_pause = LifeRules {
        inactive_refusal: InactiveRefusal::TradingPaused,
        inactive_removal: InactiveRemoval::Refused,
        ..LifeRules::default()
    };
    let own = LifeRules { inactive_refusal: InactiveRefusal::MarketInactive, ..like_pause };
    for (life, expected) in [(own, "MarketInactive"), (like_pause, "TradingPaused")] {
        let mut desk = desk_after(with(life), &[("bot", "bid 5 @ 0.40")]);
        desk.step(1, LifeStep::Deactivate).unwrap();
        for what in ["bid 1 @ 0.40", "amend #0 to 1 @ 0.40", "cancel #0", "decrease #0 by 1"] {
            assert_eq!(desk.say(2, "bot", what), expected, "{what}");
        }
        // A closed market is no paused one.
        desk.step(3, LifeStep::Close).unwrap();
        assert_eq!(desk.say(4, "bot", "bid 1 @ 0.40"), "MarketInactive");
    }
}

/// Order 0 was canceled before the close, order 1 rests until 7 s after it; a number that no order has.
#[test]
fn in_a_closed_market_an_order_that_is_over_is_not_found_or_the_market_is_inactive() {
    const NONE: &str = "OrderNotFound";
    const CLOSED: &str = "MarketInactive";
    for (closed_lookup, over) in
        [(ClosedLookup::MarketFirst, CLOSED), (ClosedLookup::OrderFirst, NONE)]
    {
        let close_cancels_after = SimDuration::from_s(7);
        let life = LifeRules { closed_lookup, close_cancels_after, ..LifeRules::default() };
        let before = [("bot", "bid 5 @ 0.40"), ("bot", "bid 4 @ 0.39"), ("bot", "cancel #0")];
        let mut desk = desk_after(with(life), &before);
        desk.step(1, LifeStep::Close).unwrap();
        for (what, expected) in [
            ("cancel #0", over),
            ("decrease #0 by 1", over),
            ("amend #0 to 1 @ 0.40", over),
            ("cancel #1", CLOSED),
            ("decrease #1 by 1", CLOSED),
            ("amend #1 to 1 @ 0.39", CLOSED),
        ] {
            assert_eq!(desk.say(2, "bot", what), expected, "{closed_lookup:?}: {what}");
        }
        // Its place in the queue can be read as long as it rests.
        let place = |desk: &mut Desk, order| {
            let query = Query::QueuePosition(desk.order(order));
            desk.read(3, "bot", query, 3)
        };
        assert_eq!(place(&mut desk, "#1"), Reply::QueuePosition(Quantity::ZERO));
        assert_eq!(place(&mut desk, "#0"), Reply::Rejected(RejectReason::OrderNotFound));
        desk.wait(8);
        assert_eq!(desk.say(9, "bot", "cancel #1"), over, "{closed_lookup:?}");
    }
}

/// Nobody can touch the orders of a closed market for 7 s, but their group goes when its owner says so.
#[test]
fn a_group_takes_its_orders_out_of_a_closed_market() {
    for what in ["group 0 trigger", "group 0 delete"] {
        let close_cancels_after = SimDuration::from_s(7);
        let settings = with(LifeRules { close_cancels_after, ..LifeRules::default() });
        let before = [("bot", "group 5"), ("bot", "bid 1 @ 0.40 in 0")];
        let mut desk = desk_after(settings, &before);
        desk.step(1, LifeStep::Close).unwrap();
        assert_eq!(desk.say(2, "bot", "cancel #0"), "MarketInactive");
        desk.say(3, "bot", what);
        assert_eq!(ends(&desk), ["bot: #0 group canceled, 1 unfilled"], "{what}");
    }
}

/// The order expires at 5 s and the market closes at 6 s; nobody looks before 8 s. A read as of 5 s
/// shows that it was over by then.
#[test]
fn what_was_due_earlier_is_dated_at_its_instant() {
    let rules = MarketRules { closes_at: Some(at(6)), ..MarketRules::default() };
    let accounts = [("bot", "100")];
    let mut desk = Desk::with_rules(ExchangeSettings::default(), terms("0"), rules, &accounts);
    desk.say(0, "bot", "bid 5 @ 0.40 until 5");
    let query = Query::Order(desk.order("#0"));
    for (as_of_s, expected) in [(4, OrderStatus::Resting), (5, OrderStatus::Canceled)] {
        let reply = desk.read(8, "bot", query, as_of_s);
        assert!(matches!(reply, Reply::Order(view) if view.status == expected), "{as_of_s}");
    }
}

#[test]
fn a_pause_of_a_market_cancels_what_is_not_to_stay_or_nothing() {
    for (market_pause, canceled) in [
        (MarketPause::CancelsOnPause, &["bot: #1 halted, 4 unfilled"][..]),
        (MarketPause::KeepsAll, &[][..]),
    ] {
        let settings = with(LifeRules { market_pause, ..LifeRules::default() });
        let before = [("bot", "bid 5 @ 0.40"), ("bot", "bid 4 @ 0.39 leave")];
        let mut desk = desk_after(settings, &before);
        desk.step(1, LifeStep::Deactivate).unwrap();
        assert_eq!(ends(&desk), canceled, "{market_pause:?}");
        // A pause of trading cancels them in both readings.
        let mut desk = desk_after(settings, &before);
        desk.set_status(1, ExchangeStatus::TradingPaused);
        assert_eq!(ends(&desk), ["bot: #1 halted, 4 unfilled"], "{market_pause:?}");
    }
}

/// The market closes at 10 s, and its orders are canceled 7 s later, or when its life goes on.
#[test]
fn orders_are_canceled_at_the_close_or_some_time_after() {
    let gone = ["bot: #0 market closed, 5 unfilled"];
    let delayed = || {
        let close_cancels_after = SimDuration::from_s(7);
        let settings = with(LifeRules { close_cancels_after, ..LifeRules::default() });
        let rules = MarketRules { closes_at: Some(at(10)), ..MarketRules::default() };
        let accounts = [("bot", "100"), ("crowd", "unlimited")];
        let mut desk = Desk::with_rules(settings, terms("0"), rules, &accounts);
        desk.say(0, "bot", "bid 5 @ 0.40");
        desk.wait(10);
        assert_eq!(desk.story(), ["market closed"]);
        desk
    };
    let mut desk = desk_after(ExchangeSettings::default(), &[("bot", "bid 5 @ 0.40")]);
    desk.step(10, LifeStep::Close).unwrap();
    assert_eq!(ends(&desk), gone);

    let mut desk = delayed();
    assert_eq!(desk.say(12, "bot", "cancel #0"), "MarketInactive");
    assert_eq!(desk.say(12, "crowd", "ask 1 @ 0.40"), "MarketInactive");
    assert_eq!(desk.exchange.next_deadline(), Some(at(17)));
    desk.wait(16);
    assert_eq!(ends(&desk), [""; 0]);
    desk.wait(17);
    assert_eq!(ends(&desk), gone);
    assert_eq!(desk.exchange.next_deadline(), None);

    let mut desk = delayed();
    desk.step(12, LifeStep::Determine(MarketResult::Yes)).unwrap();
    assert_eq!(ends(&desk), gone);
    assert_eq!(desk.exchange.next_deadline(), None);

    let mut desk = delayed();
    desk.move_close(12, 30).unwrap();
    assert_eq!(desk.exchange.next_deadline(), Some(at(17)));
    desk.step(12, LifeStep::Activate).unwrap();
    assert_eq!(ends(&desk), gone);
    assert_eq!(desk.exchange.next_deadline(), Some(at(30)));
}

/// Determined at 10 s with a timer of 60 s, disputed at 30 s. The result stands, or changes, at 40 s or
/// at 90 s.
#[test]
fn a_dispute_starts_the_settlement_timer_anew_or_not() {
    let other = LifeStep::Amend(MarketResult::No);
    for (step, decided_s, starts_anew, goes_on) in [
        (LifeStep::Uphold, 40, 100, 70),
        (LifeStep::Uphold, 90, 150, 90),
        (other, 40, 100, 70),
        (other, 90, 150, 90),
    ] {
        for (settlement_timer, pays_s) in
            [(SettlementTimer::StartsAnew, starts_anew), (SettlementTimer::GoesOn, goes_on)]
        {
            let settings = with(LifeRules { settlement_timer, ..LifeRules::default() });
            let timer = Some(SimDuration::from_s(60));
            let rules = MarketRules { settlement_timer: timer, ..MarketRules::default() };
            let mut desk = Desk::with_rules(settings, terms("0"), rules, &[("bot", "100")]);
            desk.step(10, LifeStep::Close).unwrap();
            desk.step(10, LifeStep::Determine(MarketResult::Yes)).unwrap();
            desk.step(30, LifeStep::Dispute).unwrap();
            assert_eq!(desk.exchange.next_deadline(), None);
            desk.step(decided_s, step).unwrap();
            let due = desk.exchange.next_deadline();
            assert_eq!(due, Some(at(pays_s)), "{settlement_timer:?}, {step:?} at {decided_s} s");
            desk.wait(pays_s);
            let status = desk.exchange.market_status(desk.market);
            assert!(matches!(status, MarketStatus::Finalized(_)), "{status}");
        }
    }
}

/// Whole cents become tenths of a cent at both ends. A refusal to do so changes nothing.
#[test]
fn resting_orders_stay_or_are_canceled_when_prices_become_finer() {
    let gone = ["bot: #0 halted, 5 unfilled", "crowd: #1 halted, 3 unfilled"];
    for (refined_orders, ends_of, available, taken) in [
        (RefinedOrders::Stay, &[][..], "99.55", "filled 5, rests 0"),
        (RefinedOrders::Canceled, &gone[..], "100", "filled 0, rests 5"),
    ] {
        let settings = with(LifeRules { refined_orders, ..LifeRules::default() });
        let mut desk = desk_after(settings, &[("bot", "bid 5 @ 0.09"), ("crowd", "ask 3 @ 0.12")]);
        desk.refine(1, PriceLevelLabel::TaperedDeciCent).unwrap();
        assert_eq!(ends(&desk), ends_of, "{refined_orders:?}");
        assert_eq!(desk.story().last().map(String::as_str), Some("finer prices"));
        let funds = desk.exchange.funds(desk.account("bot"));
        assert_eq!(funds.available, available.parse().unwrap(), "{refined_orders:?}");
        assert!(desk.refine(2, PriceLevelLabel::LinearCent).is_err(), "coarser");
        assert_eq!(desk.say(3, "crowd", "ask 5 @ 0.09"), taken, "{refined_orders:?}");
    }
}
