//! The most that an account may hold, and what its balance shows, one request a line.

use fillgap::exchange::{BalanceReading, ExchangeSettings};
use fillgap::market::{MarketRules, PositionLimit};
use fillgap::protocol::{BalanceView, Query, Reply};

use crate::exchange_desk::{Desk, terms};

/// On a desk with a limit, on which the crowd bids 100 at 0.30 and offers 100 at 0.50, these
/// requests of the bot, with their answers.
fn carry_out(limit: PositionLimit, lines: &[(&str, &str)]) {
    let rules = MarketRules { position_limit: Some(limit), ..MarketRules::default() };
    let accounts = [("bot", "1000"), ("crowd", "unlimited")];
    let mut desk = Desk::with_rules(ExchangeSettings::default(), terms("0"), rules, &accounts);
    desk.say(0, "crowd", "bid 100 @ 0.30");
    desk.say(0, "crowd", "ask 100 @ 0.50");
    for (what, expected) in lines {
        assert_eq!(desk.say(1, "bot", what), *expected, "{what}");
    }
}

fn ten() -> PositionLimit {
    PositionLimit::Contracts("10".parse().unwrap())
}

#[test]
fn an_account_can_not_come_to_hold_more_contracts_than_the_limit() {
    carry_out(ten(), &[("bid 10 @ 0.40", "filled 0, rests 10")]);
    carry_out(ten(), &[("bid 10.01 @ 0.40", "PositionLimit")]);
    carry_out(ten(), &[("ask 10 @ 0.60", "filled 0, rests 10")]);
    carry_out(ten(), &[("ask 10.01 @ 0.60", "PositionLimit")]);
    // What rests and what is held counts.
    carry_out(
        ten(),
        &[
            ("bid 4 @ 0.40", "filled 0, rests 4"),
            ("bid 3 @ 0.50", "filled 3, rests 0"),
            ("bid 3.01 @ 0.40", "PositionLimit"),
            ("bid 3 @ 0.40", "filled 0, rests 3"),
            ("bid 0.01 @ 0.40", "PositionLimit"),
            ("cancel #2", "canceled 4"),
            ("bid 4 @ 0.40", "filled 0, rests 4"),
        ],
    );
    // Orders of the other side count on their own, and what closes makes room.
    carry_out(
        ten(),
        &[
            ("bid 5 @ 0.50", "filled 5, rests 0"),
            ("bid 5 @ 0.40", "filled 0, rests 5"),
            ("ask 15.01 @ 0.60", "PositionLimit"),
            ("ask 15 @ 0.60", "filled 0, rests 15"),
        ],
    );
    // An amend counts in the place of its order.
    carry_out(
        ten(),
        &[
            ("bid 6 @ 0.40", "filled 0, rests 6"),
            ("bid 3 @ 0.39", "filled 0, rests 3"),
            ("amend #2 to 7.01 @ 0.40", "PositionLimit"),
            ("amend #2 to 7 @ 0.40", "filled 0, rests 7"),
        ],
    );
}

/// A limit of 4 dollars: 10 at 0.40, or 10 NO at 0.40 each.
#[test]
fn a_limit_in_money_counts_cost_and_locks() {
    let four = PositionLimit::Risk("4".parse().unwrap());
    carry_out(four, &[("bid 10 @ 0.40", "filled 0, rests 10")]);
    carry_out(four, &[("bid 10.01 @ 0.40", "PositionLimit")]);
    carry_out(four, &[("ask 10 @ 0.60", "filled 0, rests 10")]);
    carry_out(four, &[("ask 10.01 @ 0.60", "PositionLimit")]);
    // 8 held at 0.50 are at the limit; more is not possible, selling them is.
    carry_out(
        four,
        &[
            ("bid 8 @ 0.50", "filled 8, rests 0"),
            ("bid 0.01 @ 0.01", "PositionLimit"),
            ("ask 8 @ 0.60", "filled 0, rests 8"),
        ],
    );
}

/// 4 of the bot's 100 dollars are locked.
#[test]
fn a_balance_can_be_read_with_and_without_what_orders_lock() {
    for (balance_reading, balance) in [(BalanceReading::Gross, "100"), (BalanceReading::Net, "96")]
    {
        let settings = ExchangeSettings { balance_reading, ..ExchangeSettings::default() };
        let mut desk = Desk::new(settings, terms("0"), &[("bot", "100")]);
        desk.say(0, "bot", "bid 10 @ 0.40");
        let reply = desk.read(1, "bot", Query::Balance, 1);
        let expected =
            BalanceView { balance: balance.parse().unwrap(), available: "96".parse().unwrap() };
        assert_eq!(reply, Reply::Balance(expected));
    }
}
