//! Collateral that comes back: events in which at most one of three markets, 0, 1 and 2, can be YES.

use fillgap::audit::{ExchangeAudit, Invariant};
use fillgap::exchange::{
    CollateralRule, EventNetting, ExchangeEvent, ExchangeSettings, MoneyRules, ReturnCredit,
};
use fillgap::market::{
    CollateralReturn, EventRules, LifeStep, MarketResult, MarketRules, PositionLimit,
};
use fillgap::units::{Cash, EventId, MarketId};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::exchange_desk::{Desk, terms, words};

pub(crate) const EVENT: EventId = EventId::new(0);
const YES: MarketResult = MarketResult::Yes;
const NO: MarketResult = MarketResult::No;

/// Three markets of one event, no fees; `bot` has this much cash and collateral returned, or not.
pub(crate) fn desk_of(
    settings: ExchangeSettings,
    cash: &str,
    rules: CollateralReturn,
    netting: EventNetting,
) -> Desk {
    desk_with_fees((settings, "0"), cash, rules, netting)
}

/// The same with this multiple of the fees.
fn desk_with_fees(
    (settings, fees): (ExchangeSettings, &str),
    cash: &str,
    rules: CollateralReturn,
    netting: EventNetting,
) -> Desk {
    let accounts = [("bot", cash), ("crowd", "unlimited")];
    let mut desk = Desk::new(settings, terms(fees), &accounts);
    for _ in 1..3 {
        desk.exchange.list_market(terms(fees));
    }
    desk.exchange.list_event(EVENT, EventRules { collateral_return: rules });
    desk.exchange.set_netting(desk.account("bot"), netting);
    desk.audit = ExchangeAudit::new(&desk.exchange);
    desk
}

fn desk(cash: &str) -> Desk {
    let rules = CollateralReturn::MutuallyExclusive;
    desk_of(ExchangeSettings::default(), cash, rules, EventNetting::On)
}

/// The bot and the crowd trade so many contracts: the bot buys NO, or YES, at a price of YES.
pub(crate) fn trade(
    desk: &mut Desk,
    what: &str,
    price: &str,
    contracts: &str,
    market: u32,
) -> String {
    let (maker, taker) = if what == "NO" { ("bid", "ask") } else { ("ask", "bid") };
    desk.say(0, "crowd", &format!("{maker} {contracts} @ {price} market {market}"));
    desk.say(0, "bot", &format!("{taker} {contracts} @ {price} market {market}"))
}

pub(crate) fn cash(text: &str) -> Cash {
    text.parse().unwrap()
}

/// The bot's balance, available balance, and what was returned to it.
pub(crate) fn money(desk: &Desk) -> (Cash, Cash, Cash) {
    let bot = desk.account("bot");
    let funds = desk.exchange.funds(bot);
    (funds.balance, funds.available, desk.exchange.returned(bot, EVENT))
}

fn step(desk: &mut Desk, market: u32, step: LifeStep) -> Result<(), String> {
    desk.market = MarketId::new(market);
    desk.step(1, step).map_err(|error| error.to_string())
}

pub(crate) fn settle(desk: &mut Desk, market: u32, result: MarketResult) {
    for each in [LifeStep::Close, LifeStep::Determine(result), LifeStep::Settle] {
        step(desk, market, each).unwrap();
    }
}

/// Kalshi's example: NO at 60 cents in one market and at 70 in another, of which one must pay. They
/// cost 0.30 together.
fn example() -> Desk {
    let mut desk = desk("100");
    trade(&mut desk, "NO", "0.40", "1", 0);
    assert_eq!(money(&desk), (cash("99.40"), cash("99.40"), cash("0")));
    trade(&mut desk, "NO", "0.30", "1", 1);
    assert_eq!(money(&desk), (cash("99.70"), cash("99.70"), cash("1")));
    desk
}

#[test]
fn no_in_two_markets_of_an_event_returns_a_dollar() {
    let desk = example();
    let story = desk.story();
    let returns: Vec<_> = story.iter().filter(|line| line.contains("back")).collect();
    assert_eq!(returns, ["bot gets 1.00 back"]);
    // The pool holds 2 pairs less the dollar.
    assert_eq!(desk.exchange.ledger().pool(), cash("1"));
}

/// Who needs not ask, and which events do not return.
#[test]
fn nothing_is_returned_unless_event_and_account_say_so() {
    for (rules, netting, returned) in [
        (CollateralReturn::MutuallyExclusive, EventNetting::On, "1"),
        (CollateralReturn::MutuallyExclusive, EventNetting::Off, "0"),
        (CollateralReturn::None, EventNetting::On, "0"),
        (CollateralReturn::None, EventNetting::Off, "0"),
    ] {
        let mut desk = desk_of(ExchangeSettings::default(), "100", rules, netting);
        trade(&mut desk, "NO", "0.40", "1", 0);
        trade(&mut desk, "NO", "0.30", "1", 1);
        let balance = cash("98.70") + cash(returned);
        assert_eq!(money(&desk), (balance, balance, cash(returned)), "{rules:?}, {netting:?}");
        let crowd = desk.account("crowd");
        assert_eq!(desk.exchange.returned(crowd, EVENT), cash("0"));
    }
}

/// With NO of 5, 3 and 2, the worst case is that the 5 lose: 5 are certain. Each line is a trade of the
/// bot at 0.50, and what is returned after it: all NO less the most of one market.
#[test]
fn what_is_returned_is_all_but_the_largest() {
    let mut desk = desk("100");
    for (what, contracts, market, returned) in [
        ("NO", "5", 0, "0"),
        ("NO", "3", 1, "3"),
        ("NO", "2", 2, "5"),
        ("NO", "4", 1, "7"),      // 5, 7, 2
        ("YES", "6", 1, "3"),     // 5, 1, 2
        ("YES", "0.5", 2, "2.5"), // 5, 1, 1.5
        ("YES", "5", 1, "1.5"),   // 5, YES 4, 1.5: YES counts for nothing
        ("YES", "5", 0, "0"),     // 0, YES 4, 1.5
    ] {
        trade(&mut desk, what, "0.50", contracts, market);
        assert_eq!(money(&desk).2, cash(returned), "{what} {contracts} in {market}");
    }
}

/// Sold at 0.75 of its own price, the NO of market 1 brings 0.75, and the dollar is taken back.
#[test]
fn closing_gives_back_what_is_no_longer_certain() {
    let mut desk = example();
    trade(&mut desk, "YES", "0.25", "1", 1);
    assert_eq!(money(&desk), (cash("99.45"), cash("99.45"), cash("0")));
    // 0.60 is in market 0, and 0.05 was made in market 1.
    let returns: Vec<_> = desk.story().into_iter().filter(|line| line.contains("back")).collect();
    assert_eq!(returns, ["bot gets -1.00 back"]);
}

/// NO of 5, 3 and 2 at 0.50, cash 100 - 5 + 5 returned. Closing costs its price for each contract that
/// is in a set; in market 0, 2 of the 5 are in none.
#[test]
fn an_order_that_closes_a_set_locks_what_it_will_cost() {
    let mut desk = desk("100");
    for (contracts, market) in [("5", 0), ("3", 1), ("2", 2)] {
        trade(&mut desk, "NO", "0.50", contracts, market);
    }
    assert_eq!(money(&desk).0, cash("100"));
    for (what, available) in [
        ("bid 2 @ 0.40 market 0", "100"),
        ("bid 1 @ 0.30 market 0", "99.70"),
        ("bid 2 @ 0.20 market 1", "99.30"),
        ("bid 2 @ 0.10 market 2", "99.10"),
        // Beyond what is held it opens, at the same price.
        ("bid 2 @ 0.20 market 1", "98.70"),
    ] {
        assert!(desk.say(0, "bot", what).starts_with("filled 0"), "{what}");
        assert_eq!(money(&desk).1, cash(available), "{what}");
    }
    // Another NO of market 1 costs 0.50 and returns 1: 0.50 more are there. But now only 1 of the 5
    // stands alone, so that 1 more of the 2 at 0.40 is locked.
    trade(&mut desk, "NO", "0.50", "1", 1);
    assert_eq!(money(&desk), (cash("100.50"), cash("98.80"), cash("6")));
}

/// 1.30 buys both. Of the dollar that came back, 0.90 goes into a YES of market 2; with 0.10 left,
/// market 1 can only be sold at 0.90 or more of its own price.
#[test]
fn an_account_may_be_unable_to_sell_what_was_returned() {
    let mut poor = desk("1.29");
    assert_eq!(trade(&mut poor, "NO", "0.40", "1", 0), "filled 1, rests 0");
    assert_eq!(trade(&mut poor, "NO", "0.30", "1", 1), "InsufficientBalance");
    for settings in [
        ExchangeSettings::default(),
        ExchangeSettings { collateral: CollateralRule::AtMatch, ..ExchangeSettings::default() },
    ] {
        let rules = CollateralReturn::MutuallyExclusive;
        let mut desk = desk_of(settings, "1.30", rules, EventNetting::On);
        trade(&mut desk, "NO", "0.40", "1", 0);
        trade(&mut desk, "NO", "0.30", "1", 1);
        trade(&mut desk, "YES", "0.90", "1", 2);
        assert_eq!(money(&desk).0, cash("0.10"));
        assert_eq!(desk.say(0, "bot", "bid 1 @ 0.11 market 1"), "InsufficientBalance");
        assert_eq!(desk.say(0, "bot", "bid 1 @ 0.10 market 1"), "filled 0, rests 1");
        desk.say(0, "crowd", "ask 1 @ 0.10 market 1");
        assert_eq!(money(&desk), (cash("0"), cash("0"), cash("0")));
    }
}

/// Checked at the match, an order that closes a set and can not pay it back is canceled: with 0.10
/// left, buying YES of market 2 for 0.10 comes first.
#[test]
fn an_order_that_can_not_pay_a_return_back_is_canceled_when_it_is_met() {
    let collateral = CollateralRule::AtMatch;
    let settings = ExchangeSettings { collateral, ..ExchangeSettings::default() };
    let rules = CollateralReturn::MutuallyExclusive;
    let mut desk = desk_of(settings, "1.30", rules, EventNetting::On);
    trade(&mut desk, "NO", "0.40", "1", 0);
    trade(&mut desk, "NO", "0.30", "1", 1);
    trade(&mut desk, "YES", "0.90", "1", 2);
    desk.say(0, "bot", "bid 1 @ 0.10 market 1");
    trade(&mut desk, "YES", "0.10", "1", 2);
    assert_eq!(desk.say(0, "crowd", "ask 1 @ 0.10 market 1"), "filled 0, rests 1");
    assert!(desk.story().iter().any(|line| line.contains("unfunded, 1 unfilled")));
}

/// With NO of 2 in 0 and in 1, 2.00 are left of 2.60. Two bids close what is in 1: one at 0.25 brings 0.75
/// and gives a dollar back, the next at 0.20 brings 0.80 and gives another dollar back: 1.55 stay.
#[test]
fn each_order_pays_back_what_its_own_match_takes() {
    let collateral = CollateralRule::AtMatch;
    let settings = ExchangeSettings { collateral, ..ExchangeSettings::default() };
    let rules = CollateralReturn::MutuallyExclusive;
    let mut desk = desk_of(settings, "2.60", rules, EventNetting::On);
    trade(&mut desk, "NO", "0.40", "2", 0);
    trade(&mut desk, "NO", "0.30", "2", 1);
    assert_eq!(money(&desk).0, cash("2"));
    desk.prepare("bot", "bid 1 @ 0.25 market 1");
    desk.prepare("bot", "bid 1 @ 0.20 market 1");
    assert_eq!(desk.say(0, "crowd", "ask 2 @ 0.20 market 1"), "filled 2, rests 0");
    assert_eq!((money(&desk).0, money(&desk).2), (cash("1.55"), cash("0")));
}

/// The markets of another event do not count.
#[test]
fn an_event_gets_its_rules_whatever_happened_in_others() {
    let mut desk = example();
    let collateral_return = CollateralReturn::MutuallyExclusive;
    desk.exchange.list_event(EventId::new(1), EventRules { collateral_return });
    assert_eq!(desk.exchange.event_rules(EventId::new(1)).collateral_return, collateral_return);
}

#[test]
#[should_panic(expected = "event 0 gets its rules before its markets trade")]
fn an_event_gets_no_rules_after_its_markets_traded() {
    example().exchange.list_event(EVENT, EventRules::default());
}

#[test]
#[should_panic(expected = "event 0 gets its rules before its markets trade")]
fn an_event_gets_no_rules_after_one_of_its_markets_was_decided() {
    let mut desk = desk("100");
    step(&mut desk, 2, LifeStep::Close).unwrap();
    step(&mut desk, 2, LifeStep::Determine(NO)).unwrap();
    desk.exchange.list_event(EVENT, EventRules::default());
}

/// Results of markets 0, 1 and 2, the order in which they pay, the balance after each, from 99.70. A
/// NO alone is not certain, and two of a YES event are both.
#[test]
fn a_settlement_never_pays_what_was_returned() {
    for (results, order, balances) in [
        // None is YES. 0 pays its dollar, which is taken back: 1 alone may lose. Then 1 pays.
        ([NO, NO, NO], [0, 1, 2], ["99.70", "100.70", "100.70"]),
        ([NO, NO, NO], [2, 1, 0], ["99.70", "99.70", "100.70"]),
        // 0 is YES and pays nothing to NO: 1 is certain now, and was returned.
        ([YES, NO, NO], [0, 1, 2], ["99.70", "99.70", "99.70"]),
        ([YES, NO, NO], [1, 0, 2], ["99.70", "99.70", "99.70"]),
        ([NO, YES, NO], [0, 1, 2], ["99.70", "99.70", "99.70"]),
        ([NO, YES, NO], [1, 2, 0], ["99.70", "99.70", "99.70"]),
        // 2 is YES: both others are certain, so that the second dollar comes at once.
        ([NO, NO, YES], [2, 0, 1], ["100.70", "100.70", "100.70"]),
        ([NO, NO, YES], [0, 2, 1], ["99.70", "100.70", "100.70"]),
    ] {
        let mut desk = example();
        for (market, balance) in order.into_iter().zip(balances) {
            settle(&mut desk, market, results[market as usize]);
            assert_eq!(money(&desk).0, cash(balance), "{results:?}, {order:?}, {market}");
        }
        assert_eq!(money(&desk).2, cash("0"));
        assert_eq!(desk.exchange.ledger().pool(), cash("0"));
    }
}

/// 0 pays 0.30 for YES and 0.70 for NO; 0.70 are left for YES of the others, so that the NO of 1 is
/// worth 0.30 at least. Of the 0.70, what is no longer certain is taken back: 1 - 0.30.
#[test]
fn a_scalar_result_leaves_a_part_certain() {
    let scalar = |value: &str| MarketResult::Scalar(value.parse().unwrap());
    let mut desk = example();
    settle(&mut desk, 0, scalar("0.30"));
    assert_eq!(money(&desk), (cash("99.70"), cash("99.70"), cash("0.30")));
    // Closing the NO of 1 at 0.75 brings 0.25 and gives 0.30 back: it locks 0.05.
    desk.say(1, "bot", "bid 1 @ 0.75 market 1");
    assert_eq!(money(&desk).1, cash("99.65"));
    desk.say(1, "bot", "cancel all");
    // Worth 0.40, of which 0.30 are there.
    settle(&mut desk, 1, scalar("0.60"));
    assert_eq!(money(&desk), (cash("99.80"), cash("99.80"), cash("0")));
}

/// NO of 0.01 in 0 and in 1, of which 0.01 was returned: 100 - 0.006 - 0.007 + 0.01. At 0.3333, that of 0
/// is worth 0.006667; that of 1 is then worth 0.003333 at least, so that 0.006667 are taken back: nothing
/// is left to round, and 99.997 stay. At 0.25, that of 1 is worth 0.0075, and comes to 0.004167: 0.0041,
/// and a fee.
#[test]
fn what_a_settlement_comes_to_besides_returns_is_rounded() {
    let scalar = |value: &str| MarketResult::Scalar(value.parse().unwrap());
    let mut desk = desk("100");
    trade(&mut desk, "NO", "0.40", "0.01", 0);
    trade(&mut desk, "NO", "0.30", "0.01", 1);
    for (market, value, paid, balance) in [
        (0, "0.3333", "bot paid 0.006667 for -0.01, fee 0.00", "99.997"),
        (1, "0.25", "bot paid 0.007433 for -0.01, fee 0.000067", "100.0011"),
    ] {
        settle(&mut desk, market, scalar(value));
        assert!(desk.story().iter().any(|line| line == paid), "{:?}", desk.story());
        assert_eq!(money(&desk).0, cash(balance), "{market}");
    }
}

/// Balances have steps of 0.0001. After 0.3333 of market 0, which the bot is not in, the 0.01 NO of 1 and
/// of 2 must pay 0.02 - 0.006667 = 0.013333: 0.0033 more than the 0.01 that came back before. NO of 1 then
/// pays 0.0075 at 0.25, and what is certain of 2 alone is 0.01 - 0.004167 = 0.005833: 0.007467 of the 0.0133
/// are taken back, and the 0.000033 between them are the fee. Last, 2 pays 0.01 less those 0.005833.
#[test]
fn what_comes_back_after_a_part_of_a_dollar_leaves_no_part_of_a_step() {
    let scalar = |value: &str| MarketResult::Scalar(value.parse().unwrap());
    let mut desk = desk("100");
    trade(&mut desk, "NO", "0.40", "0.01", 1);
    trade(&mut desk, "NO", "0.30", "0.01", 2);
    assert_eq!(money(&desk), (cash("99.997"), cash("99.997"), cash("0.01")));
    settle(&mut desk, 0, scalar("0.3333"));
    assert_eq!(money(&desk), (cash("100.0003"), cash("100.0003"), cash("0.0133")));
    settle(&mut desk, 1, scalar("0.25"));
    assert!(desk.story().contains(&"bot paid 0.007467 for -0.01, fee 0.000033".to_owned()));
    assert_eq!(money(&desk), (cash("100.0003"), cash("100.0003"), cash("0.005833")));
    settle(&mut desk, 2, NO);
    assert!(desk.story().contains(&"bot paid 0.009933 for -0.01, fee 0.000067".to_owned()));
    assert_eq!(money(&desk), (cash("100.0044"), cash("100.0044"), cash("0")));
}

/// After 0.3333 of market 0, 0.003333 of a NO contract of 1 are certain, and 0.0033 came back. To close it
/// at 0.75 brings 0.0025 and gives those back: 0.0008. Locked are the 0.0075 less 0.006667, up to a step:
/// 0.0009.
#[test]
fn what_closing_gives_back_is_locked_up_to_a_step() {
    let scalar = |value: &str| MarketResult::Scalar(value.parse().unwrap());
    let mut desk = desk("100");
    trade(&mut desk, "NO", "0.40", "0.01", 1);
    settle(&mut desk, 0, scalar("0.3333"));
    assert_eq!(money(&desk), (cash("99.9973"), cash("99.9973"), cash("0.0033")));
    desk.say(1, "bot", "bid 0.01 @ 0.75 market 1");
    assert_eq!(money(&desk), (cash("99.9973"), cash("99.9964"), cash("0.0033")));
    desk.say(1, "crowd", "ask 0.01 @ 0.75 market 1");
    assert_eq!(money(&desk), (cash("99.9965"), cash("99.9965"), cash("0")));
}

/// The NO contract of 1 cost 0.70, as much as its market allows. Closing it at 0.90 brings 0.10 and gives a
/// dollar back, which needs 0.90 and is no risk; half a contract more opens 0.50 at 0.90.
#[test]
fn what_gives_collateral_back_is_below_any_limit_of_risk() {
    let rules = MarketRules {
        position_limit: Some(PositionLimit::Risk(cash("0.70"))),
        ..MarketRules::default()
    };
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    let settings = ExchangeSettings::default();
    let mut desk = Desk::with_rules(settings, terms("0"), rules.clone(), &accounts);
    desk.exchange.list_market_with(terms("0"), rules);
    let collateral_return = CollateralReturn::MutuallyExclusive;
    desk.exchange.list_event(EVENT, EventRules { collateral_return });
    desk.exchange.set_netting(desk.account("bot"), EventNetting::On);
    desk.audit = ExchangeAudit::new(&desk.exchange);
    trade(&mut desk, "NO", "0.40", "1", 0);
    trade(&mut desk, "NO", "0.30", "1", 1);
    assert_eq!(money(&desk), (cash("99.70"), cash("99.70"), cash("1")));
    let (above, closing) = ("bid 1.5 @ 0.90 market 1", "bid 1 @ 0.90 market 1");
    assert_eq!(desk.say(1, "bot", above), "PositionLimit");
    assert_eq!(desk.say(1, "bot", closing), "filled 0, rests 1");
    assert_eq!(money(&desk).1, cash("98.80"));
}

#[test]
fn results_of_an_event_are_worth_at_most_a_dollar() {
    let scalar = |value: &str| MarketResult::Scalar(value.parse().unwrap());
    for (first, second, is_possible) in [
        (YES, NO, true),
        (YES, YES, false),
        (YES, scalar("0.01"), false),
        (scalar("0.60"), scalar("0.40"), true),
        (scalar("0.60"), scalar("0.41"), false),
    ] {
        let mut desk = example();
        for market in [0, 1] {
            step(&mut desk, market, LifeStep::Close).unwrap();
        }
        step(&mut desk, 0, LifeStep::Determine(first)).unwrap();
        let second_step = step(&mut desk, 1, LifeStep::Determine(second));
        assert_eq!(second_step.is_ok(), is_possible, "{first:?}, {second:?}");
    }
    let mut desk = example();
    settle(&mut desk, 0, YES);
    step(&mut desk, 1, LifeStep::Close).unwrap();
    let error = step(&mut desk, 1, LifeStep::Determine(scalar("0.01"))).unwrap_err();
    assert_eq!(error, "event: found results of event 0 worth 1.01 together, allowed is 1.00");
}

/// A return that is not told, told twice, or told the wrong way round.
#[test]
fn the_audit_notices_returns_that_are_not_so() {
    let lies: [fn(&mut Vec<ExchangeEvent>); 3] = [
        |events| events.retain(|event| !is_return(event)),
        |events| {
            let told = *events.iter().find(|event| is_return(event)).unwrap();
            events.push(told);
        },
        |events| {
            for event in events {
                if let ExchangeEvent::CollateralReturned { amount, .. } = event {
                    *amount = -*amount;
                }
            }
        },
    ];
    for (number, lie) in lies.into_iter().enumerate() {
        let mut desk = desk("100");
        trade(&mut desk, "NO", "0.40", "1", 0);
        desk.say(0, "crowd", "bid 1 @ 0.30 market 1");
        let mut audit = desk.audit.clone();
        let (now, request) = (desk.now, desk.request("ask 1 @ 0.30 market 1"));
        audit.asked(now, desk.account("bot"), &request).unwrap();
        let reply = desk.ask(now, "bot", &request);
        assert_eq!(words(&reply), "filled 1, rests 0");
        let mut events = desk.last_events.clone();
        lie(&mut events);
        let seen = events.iter().try_for_each(|event| audit.observe(now, event));
        let seen = seen.and_then(|()| audit.answered(&reply));
        let found = seen.and_then(|()| audit.check(&desk.exchange)).unwrap_err();
        assert_eq!(found.invariant, Invariant::CashIsConserved, "lie {number}");
    }
}

fn is_return(event: &ExchangeEvent) -> bool {
    matches!(event, ExchangeEvent::CollateralReturned { .. })
}

/// A trade of the bot with the crowd, or an order that rests.
#[derive(Clone, Debug)]
struct Act {
    is_no: bool,
    rests: bool,
    market: u32,
    hundredths: u32,
    cents: u32,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = (any::<bool>(), prop::bool::weighted(0.3), 0..3_u32, 1..500_u32, 1..100_u32);
    let act = act.prop_map(|(is_no, rests, market, hundredths, cents)| Act {
        is_no,
        rests,
        market,
        hundredths,
        cents,
    });
    prop::collection::vec(act, 1..25)
}

fn credits() -> impl Strategy<Value = ReturnCredit> {
    prop::sample::select(&[ReturnCredit::AfterTheMatch, ReturnCredit::WithTheOrder])
}

fn play(cash: &str, netting: EventNetting, acts: &[Act]) -> Desk {
    let rules = CollateralReturn::MutuallyExclusive;
    played(desk_of(ExchangeSettings::default(), cash, rules, netting), acts)
}

fn played(mut desk: Desk, acts: &[Act]) -> Desk {
    for act in acts {
        let contracts = format!("{}.{:02}", act.hundredths / 100, act.hundredths % 100);
        let price = format!("0.{:02}", act.cents);
        let what = if act.is_no { "NO" } else { "YES" };
        if act.rests {
            let side = if act.is_no { "ask" } else { "bid" };
            desk.say(0, "bot", &format!("{side} {contracts} @ {price} market {}", act.market));
        } else {
            trade(&mut desk, what, &price, &contracts, act.market);
        }
    }
    desk
}

/// Every outcome of the event, and one that no market wins whole; markets pay in turn from each.
fn endings() -> Vec<([MarketResult; 3], [u32; 3])> {
    let scalar = |ten_thousandths| {
        MarketResult::Scalar(fillgap::units::Price::new(ten_thousandths).unwrap())
    };
    let results = [
        [NO, NO, NO],
        [YES, NO, NO],
        [NO, YES, NO],
        [NO, NO, YES],
        [scalar(3_333), scalar(2_501), scalar(4_166)],
    ];
    let orders = [[0, 1, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    results.into_iter().flat_map(|each| orders.map(|order| (each, order))).collect()
}

/// The bot's balance after each market has paid.
fn end(mut desk: Desk, (results, order): ([MarketResult; 3], [u32; 3])) -> Vec<Cash> {
    let balances = order.map(|market| {
        settle(&mut desk, market, results[market as usize]);
        money(&desk).0
    });
    assert_eq!(money(&desk).2, cash("0"));
    assert_eq!(desk.exchange.ledger().pool(), cash("0"));
    balances.to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// The audit looks after each request and step that cash is conserved and that what was returned
    /// is certain. Nobody with little money ends below zero, whatever comes.
    #[test]
    fn no_outcome_of_an_event_brings_a_netted_account_below_zero(
        acts in acts(), return_credit in credits(),
    ) {
        for ending in endings() {
            let money_rules = MoneyRules { return_credit, ..MoneyRules::default() };
            let settings = ExchangeSettings { money: money_rules, ..ExchangeSettings::default() };
            let rules = CollateralReturn::MutuallyExclusive;
            let desk = played(desk_of(settings, "3", rules, EventNetting::On), &acts);
            prop_assert!(!money(&desk).1.is_negative());
            let balances = end(desk, ending);
            prop_assert!(balances.iter().all(|balance| !balance.is_negative()), "{balances:?}");
        }
    }

    /// With fees, and with money that is checked when orders are met: the audit looks after each request
    /// and step, here for one ending of each outcome.
    #[test]
    fn returns_add_up_with_fees_and_with_either_check_of_money(acts in acts()) {
        let credits = [ReturnCredit::AfterTheMatch, ReturnCredit::WithTheOrder];
        for (collateral, return_credit) in [CollateralRule::AtEntry, CollateralRule::AtMatch]
            .into_iter()
            .flat_map(|collateral| credits.map(|credit| (collateral, credit)))
        {
            for ending in endings().into_iter().step_by(3) {
                let money = MoneyRules { return_credit, ..MoneyRules::default() };
                let settings = ExchangeSettings { collateral, money, ..ExchangeSettings::default() };
                let rules = CollateralReturn::MutuallyExclusive;
                let desk = desk_with_fees((settings, "1"), "3", rules, EventNetting::On);
                let mut desk = played(desk, &acts);
                let (results, order) = ending;
                for market in order {
                    settle(&mut desk, market, results[market as usize]);
                    prop_assert_eq!(desk.exchange.ledger().imbalance(), cash("0"));
                }
                prop_assert_eq!(desk.exchange.ledger().pool(), cash("0"));
            }
        }
    }

    /// With money for everything, returns change when it comes and not how much. Results without
    /// fractions: what is rounded off may differ.
    #[test]
    fn returns_change_nothing_in_the_end(acts in acts()) {
        for ending in endings().into_iter().take(16) {
            let with = end(play("10000", EventNetting::On, &acts), ending);
            let without = end(play("10000", EventNetting::Off, &acts), ending);
            prop_assert_eq!(with.last(), without.last());
            prop_assert!(with.iter().zip(&without).all(|(with, without)| with >= without));
        }
    }
}
