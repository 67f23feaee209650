//! The life of a market, one step or request a line.

use fillgap::exchange::ExchangeSettings;
use fillgap::market::{
    BalanceStep, EarlyClose, FeeRounding, LifeStep, MarketResult, MarketRules, MarketStatus,
};
use fillgap::protocol::{Query, Reply};
use fillgap::units::{Price, SimDuration, SimTime};

use crate::exchange_desk::{Desk, terms};

const NO_TEXT: [&str; 0] = [];

fn at(s: u64) -> SimTime {
    SimTime::START + SimDuration::from_s(s)
}

/// A market with these rules, on which the bot has 100 dollars.
fn desk(rules: MarketRules) -> Desk {
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    Desk::with_rules(ExchangeSettings::default(), terms("0"), rules, &accounts)
}

/// An open market on which the bot's 5 rest at 0.40.
fn open() -> Desk {
    let mut desk = desk(MarketRules::default());
    desk.say(0, "bot", "bid 5 @ 0.40");
    desk
}

fn steps(desk: &mut Desk, at_s: u64, steps: &[LifeStep]) {
    for step in steps {
        desk.step(at_s, *step).unwrap();
    }
}

const YES: MarketResult = MarketResult::Yes;
const NO: MarketResult = MarketResult::No;

/// Every status with every step: where it leads, or that it does not follow.
#[test]
fn each_status_takes_the_steps_that_follow_and_no_other() {
    use LifeStep::{Activate, Amend, Close, Deactivate, Determine, Dispute, Settle, Uphold};
    use MarketStatus::{
        Active, Amended, Closed, Determined, Disputed, Finalized, Inactive, Initialized,
    };
    let all = [Activate, Deactivate, Close, Determine(NO), Dispute, Uphold, Amend(NO), Settle];
    for (status, follows) in [
        (Initialized, vec![(Activate, Active), (Close, Closed)]),
        (Active, vec![(Deactivate, Inactive), (Close, Closed)]),
        (Inactive, vec![(Activate, Active), (Close, Closed)]),
        (Closed, vec![(Activate, Active), (Determine(NO), Determined(NO))]),
        (Determined(YES), vec![(Dispute, Disputed(YES)), (Settle, Finalized(YES))]),
        (Disputed(YES), vec![(Uphold, Determined(YES)), (Amend(NO), Amended(NO))]),
        (Amended(NO), vec![(Settle, Finalized(NO))]),
        (Finalized(NO), vec![]),
    ] {
        for step in all {
            let expected = follows.iter().find(|(taken, _)| *taken == step).map(|(_, to)| *to);
            assert_eq!(status.after(step), expected, "{status}, {step:?}");
        }
    }
}

#[test]
fn a_step_that_does_not_follow_changes_nothing() {
    let mut desk = open();
    let error = desk.step(1, LifeStep::Settle).unwrap_err();
    assert_eq!(
        error.to_string(),
        "market: found the step Settle, which a market that is active can not take"
    );
    assert_eq!(desk.story(), NO_TEXT);
    assert_eq!(desk.say(1, "bot", "cancel #0"), "canceled 5");
}

/// What a market answers while it is open, paused, closed and later.
#[test]
fn each_status_refuses_what_it_is_for() {
    let result = LifeStep::Determine(YES);
    for (before, create, amend, decrease, cancel) in [
        (&[][..], "filled 0, rests 1", "filled 0, rests 4", "remaining 4", "canceled 5"),
        (&[LifeStep::Deactivate], "MarketInactive", "MarketInactive", "remaining 4", "canceled 5"),
        (
            &[LifeStep::Close],
            "MarketInactive",
            "MarketInactive",
            "MarketInactive",
            "MarketInactive",
        ),
        (
            &[LifeStep::Close, result],
            "MarketInactive",
            "MarketInactive",
            "MarketInactive",
            "MarketInactive",
        ),
        (
            &[LifeStep::Close, result, LifeStep::Settle],
            "MarketInactive",
            "MarketInactive",
            "MarketInactive",
            "MarketInactive",
        ),
    ] {
        for (what, expected) in [
            ("bid 1 @ 0.30", create),
            ("amend #0 to 4 @ 0.40", amend),
            ("decrease #0 by 1", decrease),
            ("cancel #0", cancel),
        ] {
            let mut desk = open();
            steps(&mut desk, 1, before);
            assert_eq!(desk.say(2, "bot", what), expected, "{before:?}: {what}");
        }
    }
}

/// The flag cancels on the pause, the return cancels everything.
#[test]
fn a_market_that_comes_back_from_a_pause_has_no_orders() {
    let mut desk = open();
    desk.say(0, "bot", "bid 1 @ 0.39 leave");
    desk.step(1, LifeStep::Deactivate).unwrap();
    assert_eq!(
        desk.story(),
        ["market inactive", "bot: #1 halted, 1 unfilled", "bot has 100.00, available 98.00"]
    );
    desk.step(2, LifeStep::Activate).unwrap();
    assert_eq!(
        desk.story(),
        [
            "market active",
            "bot: #0 halted, 5 unfilled",
            "quote - -",
            "bot has 100.00, available 100.00",
        ]
    );
    assert_eq!(desk.say(3, "bot", "bid 1 @ 0.40"), "filled 0, rests 1");
}

#[test]
fn a_market_opens_and_closes_at_its_instants() {
    let rules =
        MarketRules { opens_at: Some(at(10)), closes_at: Some(at(20)), ..MarketRules::default() };
    let mut desk = desk(rules);
    assert_eq!(desk.exchange.next_deadline(), Some(at(10)));
    for (at_s, what, expected) in [
        (9, "bid 1 @ 0.40", "MarketInactive"),
        (10, "bid 1 @ 0.40", "filled 0, rests 1"),
        (19, "bid 1 @ 0.40", "filled 0, rests 1"),
        (19, "cancel #1", "canceled 1"),
        (20, "cancel #0", "MarketInactive"),
        (20, "bid 1 @ 0.40", "MarketInactive"),
    ] {
        assert_eq!(desk.say(at_s, "bot", what), expected, "{at_s} s: {what}");
    }
    let reply = desk.read(20, "bot", Query::MarketStatus(desk.market), 20);
    assert_eq!(reply, Reply::MarketStatus(MarketStatus::Closed));
}

/// A market that is listed at its opening is open; a nanosecond before it is not.
#[test]
fn a_market_that_is_listed_at_its_opening_is_open() {
    for (opens_ns, status, deadline) in
        [(0, MarketStatus::Active, None), (1, MarketStatus::Initialized, Some(SimTime::from_ns(1)))]
    {
        let opens_at = Some(SimTime::from_ns(opens_ns));
        let desk = desk(MarketRules { opens_at, ..MarketRules::default() });
        assert_eq!(desk.exchange.market_status(desk.market), status, "{opens_ns} ns");
        assert_eq!(desk.exchange.next_deadline(), deadline, "{opens_ns} ns");
    }
}

#[test]
fn a_market_whose_close_comes_before_its_opening_never_opens() {
    let rules =
        MarketRules { opens_at: Some(at(20)), closes_at: Some(at(10)), ..MarketRules::default() };
    let mut desk = desk(rules);
    desk.wait(30);
    assert_eq!(desk.story(), ["market closed"]);
    assert_eq!(desk.exchange.next_deadline(), None);
}

#[test]
fn a_close_cancels_what_rests() {
    let mut desk = desk(MarketRules { closes_at: Some(at(20)), ..MarketRules::default() });
    desk.say(0, "bot", "bid 5 @ 0.40");
    desk.say(0, "crowd", "ask 2 @ 0.50 until 20");
    desk.wait(20);
    assert_eq!(
        desk.story(),
        [
            "crowd: #1 expired, 2 unfilled",
            "quote 0.40 -",
            "market closed",
            "bot: #0 market closed, 5 unfilled",
            "quote - -",
            "bot has 100.00, available 100.00",
        ]
    );
    assert_eq!(desk.exchange.next_deadline(), None);
}

#[test]
fn a_close_can_move_and_a_market_can_open_again() {
    for (early_close, to_s, is_possible) in [
        (EarlyClose::Allowed, 30, true),
        (EarlyClose::Allowed, 10, true),
        (EarlyClose::Allowed, 5, true),
        (EarlyClose::Allowed, 4, false),
        (EarlyClose::Never, 20, true),
        (EarlyClose::Never, 19, false),
    ] {
        let rules = MarketRules { closes_at: Some(at(20)), early_close, ..MarketRules::default() };
        let mut desk = desk(rules);
        assert_eq!(desk.move_close(5, to_s).is_ok(), is_possible, "{early_close:?} to {to_s}");
        let expected = if is_possible { at(to_s) } else { at(20) };
        assert_eq!(desk.exchange.next_deadline(), Some(expected));
    }
    let mut desk = desk(MarketRules { closes_at: Some(at(20)), ..MarketRules::default() });
    desk.wait(20);
    assert!(desk.step(21, LifeStep::Activate).is_err());
    desk.move_close(21, 30).unwrap();
    desk.step(21, LifeStep::Activate).unwrap();
    assert_eq!(desk.say(29, "bot", "bid 1 @ 0.40"), "filled 0, rests 1");
    assert_eq!(desk.say(30, "bot", "cancel #0"), "MarketInactive");
}

/// The bot bought 10 YES at 0.40 for 4 dollars; the crowd holds 10 NO for 6.
fn held(settings: ExchangeSettings, contracts: &str) -> Desk {
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    let mut desk = Desk::new(settings, terms("0"), &accounts);
    desk.say(0, "crowd", &format!("ask {contracts} @ 0.40"));
    desk.say(0, "bot", &format!("bid {contracts} @ 0.40"));
    desk
}

/// Result, and what the bot and the crowd have afterwards.
#[test]
fn a_market_pays_what_its_contracts_are_worth() {
    let scalar = |value: &str| MarketResult::Scalar(value.parse::<Price>().unwrap());
    for (result, bot, crowd) in [
        (YES, "106.00", "-6.00"),
        (NO, "96.00", "4.00"),
        (scalar("0.37"), "99.70", "0.30"),
        (scalar("0"), "96.00", "4.00"),
        (scalar("1"), "106.00", "-6.00"),
    ] {
        let mut desk = held(ExchangeSettings::default(), "10");
        steps(&mut desk, 1, &[LifeStep::Close, LifeStep::Determine(result)]);
        desk.step(2, LifeStep::Settle).unwrap();
        let balances = ["bot", "crowd"].map(|who| {
            let account = desk.account(who);
            desk.exchange.funds(account).balance.to_string()
        });
        assert_eq!(balances, [bot, crowd], "{result:?}");
        let reply = desk.read(2, "bot", Query::Positions, 2);
        assert_eq!(reply, Reply::Positions(vec![]), "{result:?}");
        // It pays once.
        assert!(desk.step(3, LifeStep::Settle).is_err());
    }
}

/// 0.01 contract at 0.3333 is worth 0.003333 dollar, and 0.006667 on the other side. Balances show
/// 0.0001: 0.0033 and 0.0066 are paid, 0.000033 and 0.000067 kept. With whole cents nothing is left.
#[test]
fn what_is_finer_than_a_balance_is_kept_as_a_fee() {
    let cents = FeeRounding::Millionth { balance_step: BalanceStep::Cent };
    for (fee_rounding, expected) in [
        (
            ExchangeSettings::default().fee_rounding,
            ["bot paid 0.0033 for 0.01, fee 0.000033", "crowd paid 0.0066 for -0.01, fee 0.000067"],
        ),
        (
            cents,
            ["bot paid 0.00 for 0.01, fee 0.003333", "crowd paid 0.00 for -0.01, fee 0.006667"],
        ),
    ] {
        let settings = ExchangeSettings { fee_rounding, ..ExchangeSettings::default() };
        let mut desk = held(settings, "0.01");
        let result = MarketResult::Scalar("0.3333".parse().unwrap());
        steps(&mut desk, 1, &[LifeStep::Close, LifeStep::Determine(result), LifeStep::Settle]);
        let paid: Vec<_> = desk.story().into_iter().filter(|line| line.contains("paid")).collect();
        assert_eq!(paid, expected);
    }
}

/// Steps with their instants, when the market pays, and the bot's balance then.
type Later<'a> = (&'a [(u64, LifeStep)], Option<u64>, &'a str);

/// Determined at 10 s with a timer of 60 s. Each line says what happens after that.
#[test]
fn a_market_pays_when_its_timer_is_over() {
    use LifeStep::{Amend, Dispute, Uphold};
    let lines: [Later; 4] = [
        (&[], Some(70), "106.00"),
        // In doubt, it waits; when its result stands, the timer runs anew.
        (&[(20, Dispute)], None, "96.00"),
        (&[(20, Dispute), (100, Uphold)], Some(160), "106.00"),
        (&[(20, Dispute), (100, Amend(NO))], Some(160), "96.00"),
    ];
    for (later, pays_at, balance) in lines {
        let settlement_timer = Some(SimDuration::from_s(60));
        let mut desk = desk(MarketRules { settlement_timer, ..MarketRules::default() });
        desk.say(0, "crowd", "ask 10 @ 0.40");
        desk.say(0, "bot", "bid 10 @ 0.40");
        steps(&mut desk, 10, &[LifeStep::Close, LifeStep::Determine(YES)]);
        for (at_s, step) in later {
            desk.step(*at_s, *step).unwrap();
        }
        assert_eq!(desk.exchange.next_deadline(), pays_at.map(at), "{later:?}");
        desk.wait(pays_at.unwrap_or(1_000));
        let bot = desk.account("bot");
        assert_eq!(desk.exchange.funds(bot).balance.to_string(), balance, "{later:?}");
    }
}
