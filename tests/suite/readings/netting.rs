//! What an order needs whose match brings collateral back. NO of market 0 is held, for 0.60; NO of
//! market 1 costs 0.70 and brings the dollar back that one of the two must pay. And what orders lock that
//! bring some back.

use fillgap::exchange::{CollateralRule, EventNetting, ExchangeSettings, MoneyRules, ReturnCredit};
use fillgap::market::{BalanceStep, CollateralReturn, FeeRounding, MarketResult};

use crate::exchange_desk::Desk;
use crate::exchange_netting::{cash, desk_of, money, settle, trade};

/// The bot holds a NO contract of market 0 and had so much cash before.
fn desk(return_credit: ReturnCredit, collateral: CollateralRule, before: &str) -> Desk {
    let money = MoneyRules { return_credit, ..MoneyRules::default() };
    let settings = ExchangeSettings { money, collateral, ..ExchangeSettings::default() };
    let rules = CollateralReturn::MutuallyExclusive;
    let mut desk = desk_of(settings, before, rules, EventNetting::On);
    assert_eq!(trade(&mut desk, "NO", "0.40", "1", 0), "filled 1, rests 0");
    desk
}

const REFUSED: &str = "InsufficientBalance";

/// Each row: the cash before, what the crowd bids in market 1, what the bot asks there; what it is told
/// under either reading, and its cash after it under the second.
#[test]
fn what_comes_back_with_a_match_helps_to_pay_for_it_or_not() {
    let all = "filled 1, rests 0";
    for (before, bid, ask, after_the_match, with_the_order, balance) in [
        // 0.70 are needed, or nothing.
        ("0.60", "1 @ 0.30 market 1", "ask 1 @ 0.30 market 1", REFUSED, all, "0.30"),
        ("1.29", "1 @ 0.30 market 1", "ask 1 @ 0.30 market 1", REFUSED, all, "0.99"),
        ("1.30", "1 @ 0.30 market 1", "ask 1 @ 0.30 market 1", all, all, "1"),
        // Half of it matches and brings 0.50: for 0.35 now and 0.35 that rest, 0.20 are needed.
        ("0.79", "0.5 @ 0.30 market 1", "ask 1 @ 0.30 market 1", REFUSED, REFUSED, "0.19"),
        (
            "0.80",
            "0.5 @ 0.30 market 1",
            "ask 1 @ 0.30 market 1",
            REFUSED,
            "filled 0.5, rests 0.5",
            "0.35",
        ),
        // The second of two stands alone: 1.40 are needed, or 0.40.
        ("0.99", "2 @ 0.30 market 1", "ask 2 @ 0.30 market 1", REFUSED, REFUSED, "0.39"),
        ("1.00", "2 @ 0.30 market 1", "ask 2 @ 0.30 market 1", REFUSED, "filled 2, rests 0", "0"),
        // What rests, for 0.69, brings nothing back before it matches.
        ("1.28", "1 @ 0.30 market 1", "ask 1 @ 0.31 market 1", REFUSED, REFUSED, "0.68"),
        // More NO of the market itself brings nothing back.
        ("1.29", "1 @ 0.30 market 0", "ask 1 @ 0.30 market 0", REFUSED, REFUSED, "0.69"),
    ] {
        for collateral in [CollateralRule::AtEntry, CollateralRule::AtMatch] {
            for (return_credit, expected) in [
                (ReturnCredit::AfterTheMatch, after_the_match),
                (ReturnCredit::WithTheOrder, with_the_order),
            ] {
                let mut desk = desk(return_credit, collateral, before);
                desk.say(0, "crowd", &format!("bid {bid}"));
                let what = format!("{ask} after {before}, {return_credit:?}, {collateral:?}");
                assert_eq!(desk.say(0, "bot", ask), expected, "{what}");
                if return_credit == ReturnCredit::WithTheOrder {
                    assert_eq!(money(&desk).0, cash(balance), "{what}");
                }
            }
        }
    }
}

/// A bid of 0.50 for the NO of market 0 closes and locks nothing. With NO of market 1 besides, closing
/// gives the dollar back, so that it locks its 0.50: of the 0.70, the match brings back 0.50 only.
#[test]
fn what_other_orders_lock_from_then_on_does_not_help() {
    for (before, expected, available) in
        [("0.79", REFUSED, "0.19"), ("0.80", "filled 1, rests 0", "0")]
    {
        let mut desk = desk(ReturnCredit::WithTheOrder, CollateralRule::AtEntry, before);
        desk.say(0, "bot", "bid 1 @ 0.50 market 0");
        desk.say(0, "crowd", "bid 1 @ 0.30 market 1");
        assert_eq!(desk.say(0, "bot", "ask 1 @ 0.30 market 1"), expected, "{before}");
        assert_eq!(money(&desk).1, cash(available), "{before}");
    }
}

/// The same with a bid for 2: one closes the NO of market 0 for nothing, the other locks 0.50. With NO
/// of market 1 besides, both lock 0.50, so that of the dollar that comes back 0.50 help.
#[test]
fn what_other_orders_lock_already_is_no_reason() {
    for (before, expected, available) in
        [("1.29", REFUSED, "0.19"), ("1.30", "filled 1, rests 0", "0")]
    {
        let mut desk = desk(ReturnCredit::WithTheOrder, CollateralRule::AtEntry, before);
        desk.say(0, "bot", "bid 2 @ 0.50 market 0");
        desk.say(0, "crowd", "bid 1 @ 0.30 market 1");
        assert_eq!(desk.say(0, "bot", "ask 1 @ 0.30 market 1"), expected, "{before}");
        assert_eq!(money(&desk).1, cash(available), "{before}");
    }
}

/// NO of market 0 and, for 0.70, of market 2 brought a dollar back, and a bid of 0.50 for one of them
/// locks 0.50, as the other stays. Half a contract of market 1 changes nothing of that: it brings 0.50
/// back, and with the half that rests 0.70 are needed.
#[test]
fn only_the_market_of_the_order_is_thought_to_change() {
    for (before, expected, available) in
        [("0.99", REFUSED, "0.19"), ("1.00", "filled 0.5, rests 0.5", "0")]
    {
        let mut desk = desk(ReturnCredit::WithTheOrder, CollateralRule::AtEntry, before);
        assert_eq!(trade(&mut desk, "NO", "0.30", "1", 2), "filled 1, rests 0");
        desk.say(0, "bot", "bid 1 @ 0.50 market 0");
        desk.say(0, "crowd", "bid 0.5 @ 0.30 market 1");
        assert_eq!(desk.say(0, "bot", "ask 1 @ 0.30 market 1"), expected, "{before}");
        assert_eq!(money(&desk).1, cash(available), "{before}");
    }
}

/// The bot is short 1 of market 0 and bids for it in 100 orders of 0.01 at 0.49, which lock nothing: a
/// contract that goes makes a dollar's worth free. A result of 0.3333 elsewhere leaves 0.6667 for the
/// others to be worth: a contract of NO keeps 0.6667, and an order of 0.01 costs 0.0049, up to a cent,
/// and 0.006667 of it are, down to a cent, nothing. So each locks a cent, a dollar in all; but all of them
/// together cost 0.33 and the roundings. The audit takes that for what it is.
#[test]
fn many_small_orders_lock_more_than_they_cost_together() {
    let rounding = FeeRounding::Millionth { balance_step: BalanceStep::Cent };
    let settings = ExchangeSettings { fee_rounding: rounding, ..ExchangeSettings::default() };
    let rules = CollateralReturn::MutuallyExclusive;
    let mut desk = desk_of(settings, "0.50", rules, EventNetting::On);
    trade(&mut desk, "NO", "0.50", "1", 0);
    assert_eq!(money(&desk), (cash("0"), cash("0"), cash("0")));
    for _ in 0..100 {
        assert_eq!(desk.say(0, "bot", "bid 0.01 @ 0.49"), "filled 0, rests 0.01");
    }
    assert_eq!(money(&desk), (cash("0"), cash("0"), cash("0")));
    settle(&mut desk, 2, MarketResult::Scalar("0.3333".parse().unwrap()));
    assert_eq!(money(&desk), (cash("0.33"), cash("-0.67"), cash("0.33")));
    assert_eq!(desk.say(2, "crowd", "ask 1 @ 0.49 market 0"), "filled 1, rests 0");
    assert_eq!(money(&desk), (cash("0"), cash("0"), cash("0")));
}
