//! The exchange, worked out by hand: one request a line, with the reply, the speaker's balance,
//! available balance and position after it.

use fillgap::exchange::ExchangeSettings;
use fillgap::market::{BalanceStep, FeeRounding};
use fillgap::units::{Cash, Price, Quantity, Side};

use crate::exchange_desk::{Desk, terms};

#[test]
fn a_bid_locks_its_price_and_pays_the_makers() {
    Desk::free().tell(&[
        (0, "crowd", "ask 3 @ 0.64", "filled 0, rests 3", "0", "0", "0"),
        (0, "crowd", "ask 500 @ 0.66", "filled 0, rests 500", "0", "0", "0"),
        // 3 x 0.64 = 1.92 paid; 47 x 0.65 = 30.55 locked.
        (1, "bot", "bid 50 @ 0.65", "filled 3, rests 47", "98.08", "67.53", "3"),
        // The bot's rest fills at its own price: 30.55 paid; the crowd pays 0.35 for each NO.
        (9, "crowd", "ask 47 @ 0.60", "filled 47, rests 0", "-17.53", "-17.53", "-50"),
        (9, "bot", "cancel #2", "OrderNotFound", "67.53", "67.53", "50"),
    ]);
}

#[test]
fn an_ask_without_contracts_locks_one_dollar_minus_its_price() {
    Desk::free().tell(&[
        (0, "bot", "ask 10 @ 0.30", "filled 0, rests 10", "100", "93", "0"),
        // Bought from the bot at 0.30: it pays 0.70 for each of 4 NO.
        (1, "crowd", "bid 4 @ 0.35", "filled 4, rests 0", "-1.2", "-1.2", "4"),
        (1, "bot", "decrease #0 by 1", "remaining 5", "97.2", "93.7", "-4"),
        (2, "bot", "cancel #0", "canceled 5", "97.2", "97.2", "-4"),
    ]);
}

#[test]
fn closing_locks_nothing_and_releases_value() {
    Desk::free().tell(&[
        (0, "crowd", "ask 10 @ 0.40", "filled 0, rests 10", "0", "0", "0"),
        (0, "bot", "bid 10 @ 0.40", "filled 10, rests 0", "96", "96", "10"),
        // All 10 close: nothing locked. Of 5 more, 5 x (1 - 0.70) = 1.50 is.
        (1, "bot", "ask 10 @ 0.60", "filled 0, rests 10", "96", "96", "10"),
        (1, "bot", "ask 5 @ 0.70", "filled 0, rests 5", "96", "94.5", "10"),
        // 10 x 0.60 = 6 come in; the 5 at 0.70 still open NO.
        (2, "crowd", "bid 10 @ 0.60", "filled 10, rests 0", "-2", "-2", "0"),
        (2, "bot", "decrease #3 by 2", "remaining 3", "102", "101.1", "0"),
        // NO is opened at 0.70: 3 x 0.30 = 0.90.
        (3, "crowd", "bid 3 @ 0.70", "filled 3, rests 0", "-4.1", "-4.1", "3"),
        // Buying YES while NO is held closes: 3 close, 2 open at 0.20.
        (4, "bot", "bid 5 @ 0.20", "filled 0, rests 5", "101.1", "100.7", "-3"),
        // The bot: 3 NO bring 3 x 0.80 = 2.40, 2 YES cost 0.40. The crowd: 3 YES bring 0.60, 2 NO
        // cost 1.60.
        (5, "crowd", "ask 5 @ 0.20", "filled 5, rests 0", "-5.1", "-5.1", "-2"),
        (5, "bot", "cancel #6", "OrderNotFound", "103.1", "103.1", "2"),
    ]);
}

/// The quantity is clipped to what the order would close; without fees, with 100 dollars.
#[test]
fn a_reduce_only_order_closes_and_never_opens() {
    Desk::free().tell(&[
        (0, "crowd", "bid 500 @ 0.60", "filled 0, rests 500", "0", "0", "0"),
        // Nothing to close: taken, and over without a fill.
        (0, "bot", "ask 10 @ 0.60 ioc reduce", "filled 0, rests 0", "100", "100", "0"),
        (1, "crowd", "ask 20 @ 0.65", "filled 0, rests 20", "0", "0", "0"),
        // 20 x 0.65 = 13 paid.
        (1, "bot", "bid 20 @ 0.65", "filled 20, rests 0", "87", "87", "20"),
        // 5 of 20 go: 3 come in. Then 15 are left to close, whatever is asked.
        (2, "bot", "ask 5 @ 0.60 ioc reduce", "filled 5, rests 0", "90", "90", "15"),
        (2, "bot", "ask 100 @ 0.60 ioc reduce", "filled 15, rests 0", "99", "99", "0"),
        (3, "bot", "ask 100 @ 0.60 ioc reduce", "filled 0, rests 0", "99", "99", "0"),
        // A plain order opens NO at 0.40 each: 10 x 0.40 = 4.
        (4, "bot", "ask 10 @ 0.60", "filled 10, rests 0", "95", "95", "-10"),
        // A bid that may only close buys back 10 at 0.70, which brings 10 x 0.30 = 3.
        // The crowd: 20 NO for 7, closed for 8; then 10 YES for 6.
        (5, "crowd", "ask 500 @ 0.70", "filled 0, rests 500", "-5", "-5", "10"),
        (5, "bot", "ask 1 @ 0.60 ioc reduce", "filled 0, rests 0", "95", "95", "-10"),
        (5, "bot", "bid 30 @ 0.70 ioc reduce", "filled 10, rests 0", "98", "98", "0"),
    ]);
}

/// Of 30 asked for 20 may trade; 12 meet a bid. The other 18 are over.
#[test]
fn what_a_reduce_only_order_does_not_trade_is_over() {
    let mut desk = Desk::free();
    desk.say(0, "crowd", "ask 20 @ 0.65");
    desk.say(0, "bot", "bid 20 @ 0.65");
    desk.say(0, "crowd", "bid 12 @ 0.60");
    assert_eq!(desk.say(1, "bot", "ask 30 @ 0.60 ioc reduce"), "filled 12, rests 0");
    let of_bot: Vec<_> =
        desk.story().into_iter().filter(|line| line.starts_with("bot: ")).collect();
    assert_eq!(
        of_bot,
        [
            "bot: #3 accepted 30",
            "bot: #3 filled 12 @ 0.60 as Taker, fee 0.00, holds 8",
            "bot: #3 not filled at once, 18 unfilled",
        ]
    );
}

/// Of 30 asked for 20 may trade, and do. The other 10 are over for another reason.
#[test]
fn what_a_reduce_only_order_can_not_close_is_over() {
    let mut desk = Desk::free();
    desk.say(0, "crowd", "ask 20 @ 0.65");
    desk.say(0, "bot", "bid 20 @ 0.65");
    desk.say(0, "crowd", "bid 500 @ 0.60");
    assert_eq!(desk.say(1, "bot", "ask 30 @ 0.60 ioc reduce"), "filled 20, rests 0");
    let of_bot: Vec<_> =
        desk.story().into_iter().filter(|line| line.starts_with("bot: #")).collect();
    assert_eq!(of_bot.last().unwrap(), "bot: #3 closes nothing more, 10 unfilled");
    assert_eq!(desk.say(1, "bot", "ask 30 @ 0.60 ioc reduce"), "filled 0, rests 0");
    assert_eq!(desk.story()[1], "bot: #4 closes nothing more, 30 unfilled");
}

/// It could fill where it is placed, and is refused all the same.
#[test]
fn a_reduce_only_order_must_be_immediate_or_cancel() {
    let mut desk = Desk::free();
    desk.say(0, "crowd", "ask 20 @ 0.65");
    desk.say(0, "bot", "bid 20 @ 0.65");
    desk.say(0, "crowd", "bid 50 @ 0.60");
    for order in
        ["ask 10 @ 0.60 reduce", "ask 10 @ 0.60 fok reduce", "ask 10 @ 0.60 until 9 reduce"]
    {
        assert_eq!(desk.say(1, "bot", order), "ReduceOnlyNotImmediate", "{order}");
    }
}

/// The better-priced order closes first, as it fills first; a lower price takes its place.
#[test]
fn the_order_that_fills_first_uses_up_the_position() {
    Desk::free().tell(&[
        (0, "crowd", "ask 10 @ 0.40", "filled 0, rests 10", "0", "0", "0"),
        (0, "bot", "bid 10 @ 0.40", "filled 10, rests 0", "96", "96", "10"),
        (1, "bot", "ask 10 @ 0.90", "filled 0, rests 10", "96", "96", "10"),
        // The 10 at 0.90 open now, if anything does: 10 x 0.10 = 1.
        (1, "bot", "ask 10 @ 0.60", "filled 0, rests 10", "96", "95", "10"),
        // At 0.60 again, but later: the new ones open, 10 x 0.40 = 4, and those at 0.90.
        (1, "bot", "ask 10 @ 0.60", "filled 0, rests 10", "96", "91", "10"),
        // The first at 0.60 is gone: the second closes.
        (2, "bot", "cancel #3", "canceled 10", "96", "95", "10"),
    ]);
}

#[test]
fn selling_more_than_is_held_flips_the_position() {
    Desk::free().tell(&[
        (0, "crowd", "ask 2 @ 0.50", "filled 0, rests 2", "0", "0", "0"),
        (0, "crowd", "bid 9 @ 0.30", "filled 0, rests 9", "0", "0", "0"),
        (1, "bot", "bid 2 @ 0.50", "filled 2, rests 0", "99", "99", "2"),
        // 2 x 0.30 come in, 3 NO cost 3 x 0.70 = 2.10: 99 + 0.60 - 2.10.
        (2, "bot", "ask 5 @ 0.30", "filled 5, rests 0", "97.5", "97.5", "-3"),
    ]);
}

#[test]
fn fills_are_at_the_resting_price_best_first_then_earliest() {
    let mut desk = Desk::free();
    desk.tell(&[
        (0, "crowd", "ask 2 @ 0.52", "filled 0, rests 2", "0", "0", "0"),
        (0, "crowd", "ask 1 @ 0.51", "filled 0, rests 1", "0", "0", "0"),
        (0, "crowd", "ask 4 @ 0.52", "filled 0, rests 4", "0", "0", "0"),
        (0, "crowd", "ask 9 @ 0.54", "filled 0, rests 9", "0", "0", "0"),
        // 0.51 + 4 x 0.52 = 2.59: one at 0.51, two of the first and two of the second at 0.52.
        (1, "bot", "bid 5 @ 0.53 ioc", "filled 5, rests 0", "97.41", "97.41", "5"),
    ]);
    assert_eq!(
        desk.story(),
        [
            "bot: #4 accepted 5",
            "trade 0: 1 @ 0.51, taker bid",
            "bot: #4 filled 1 @ 0.51 as Taker, fee 0.00, holds 1",
            "crowd: #1 filled 1 @ 0.51 as Maker, fee 0.00, holds -1",
            "crowd: #1 executed, 0 unfilled",
            "trade 1: 2 @ 0.52, taker bid",
            "bot: #4 filled 2 @ 0.52 as Taker, fee 0.00, holds 3",
            "crowd: #0 filled 2 @ 0.52 as Maker, fee 0.00, holds -3",
            "crowd: #0 executed, 0 unfilled",
            "trade 2: 2 @ 0.52, taker bid",
            "bot: #4 filled 2 @ 0.52 as Taker, fee 0.00, holds 5",
            "crowd: #2 filled 2 @ 0.52 as Maker, fee 0.00, holds -5",
            "bot: #4 executed, 0 unfilled",
            "quote - 0.52",
            "bot has 97.41, available 97.41",
        ]
    );
}

#[test]
fn what_does_not_fill_at_once_ends_as_its_time_in_force_says() {
    let mut desk = Desk::free();
    desk.tell(&[
        (0, "crowd", "ask 5 @ 0.50", "filled 0, rests 5", "0", "0", "0"),
        // Judged on the whole depth: 5.01 can not fill, 5 can.
        (1, "bot", "bid 5.01 @ 0.60 fok", "FillOrKillInsufficientVolume", "100", "100", "0"),
        (1, "bot", "bid 2 @ 0.49 ioc", "filled 0, rests 0", "100", "100", "0"),
    ]);
    assert_eq!(desk.story(), ["bot: #1 accepted 2", "bot: #1 not filled at once, 2 unfilled"]);
    desk.tell(&[
        (2, "bot", "bid 2 @ 0.50 fok", "filled 2, rests 0", "99", "99", "2"),
        (3, "bot", "bid 7 @ 0.50 ioc", "filled 3, rests 0", "97.5", "97.5", "5"),
    ]);
    assert_eq!(
        desk.story(),
        [
            "bot: #3 accepted 7",
            "trade 1: 3 @ 0.50, taker bid",
            "bot: #3 filled 3 @ 0.50 as Taker, fee 0.00, holds 5",
            "crowd: #0 filled 3 @ 0.50 as Maker, fee 0.00, holds -5",
            "crowd: #0 executed, 0 unfilled",
            "bot: #3 not filled at once, 4 unfilled",
            "quote - -",
            "bot has 97.50, available 97.50",
        ]
    );
}

#[test]
fn a_decrease_keeps_the_place_in_the_queue_and_a_new_order_does_not() {
    Desk::free().tell(&[
        (0, "bot", "bid 10 @ 0.50", "filled 0, rests 10", "100", "95", "0"),
        (0, "crowd", "bid 10 @ 0.50", "filled 0, rests 10", "0", "0", "0"),
        (1, "bot", "decrease #0 by 4", "remaining 6", "100", "97", "0"),
        // The bot is still first: its 6 fill, then 1 of the crowd's own.
        (2, "crowd", "ask 7 @ 0.50", "filled 7, rests 0", "-3", "-3", "-6"),
        (2, "bot", "bid 1 @ 0.50", "filled 0, rests 1", "97", "96.5", "6"),
        (3, "crowd", "ask 9 @ 0.50", "filled 9, rests 0", "-3", "-3", "-6"),
        (3, "bot", "decrease #3 by 0.5", "remaining 0.5", "97", "96.75", "6"),
        // More than remains is as much as remains.
        (4, "bot", "decrease #3 by 2", "remaining 0", "97", "97", "6"),
        (4, "bot", "cancel #3", "OrderNotFound", "97", "97", "6"),
    ]);
}

#[test]
fn an_order_expires_at_its_instant_before_what_arrives_then() {
    let mut desk = Desk::free();
    desk.tell(&[
        (0, "bot", "bid 10 @ 0.50 until 5", "filled 0, rests 10", "100", "95", "0"),
        (0, "bot", "bid 10 @ 0.40 until 5", "filled 0, rests 10", "100", "91", "0"),
        (4, "crowd", "ask 1 @ 0.50", "filled 1, rests 0", "-0.5", "-0.5", "-1"),
        (5, "crowd", "ask 1 @ 0.40", "filled 0, rests 1", "-0.5", "-0.5", "-1"),
    ]);
    assert_eq!(
        desk.story(),
        [
            "bot: #0 expired, 9 unfilled",
            "quote 0.40 -",
            "bot has 99.50, available 95.50",
            "bot: #1 expired, 10 unfilled",
            "quote - -",
            "bot has 99.50, available 99.50",
            "crowd: #3 accepted 1",
            "quote - 0.40",
        ]
    );
}

#[test]
fn the_next_deadline_is_the_earliest_expiry_of_an_order_that_still_rests() {
    let mut desk = Desk::free();
    let deadline = |desk: &Desk| desk.exchange.next_deadline().map(|at| at.to_string());
    assert_eq!(deadline(&desk), None);
    desk.say(0, "bot", "bid 1 @ 0.40 until 9");
    desk.say(0, "bot", "bid 1 @ 0.50 until 5");
    desk.say(0, "bot", "bid 1 @ 0.45 until 7");
    desk.say(0, "bot", "bid 1 @ 0.30");
    assert_eq!(deadline(&desk), Some("5".into()));
    desk.say(1, "crowd", "ask 1 @ 0.50");
    assert_eq!(deadline(&desk), Some("7".into()), "filled");
    desk.say(2, "bot", "cancel #2");
    assert_eq!(deadline(&desk), Some("9".into()), "canceled");
    let mut events = Vec::new();
    desk.exchange.expire_due("9".parse().map(at).unwrap(), &mut events);
    assert_eq!((deadline(&desk), events.is_empty()), (None, false), "expired");
}

fn at(after: fillgap::units::SimDuration) -> fillgap::units::SimTime {
    fillgap::units::SimTime::START + after
}

/// Fees of 0.07 x C x P x (1 - P), a direct member's step of 0.0001.
#[test]
fn a_taker_pays_its_fee_and_a_maker_does_not() {
    let accounts = [("bot", "100"), ("rival", "100"), ("crowd", "unlimited")];
    Desk::new(ExchangeSettings::default(), terms("1"), &accounts).tell(&[
        (0, "rival", "ask 10 @ 0.40", "filled 0, rests 10", "100", "94", "0"),
        // 10 x 0.40 + 0.07 x 10 x 0.24 = 4 + 0.168
        (1, "bot", "bid 10 @ 0.45", "filled 10, rests 0", "95.832", "95.832", "10"),
        (2, "rival", "bid 4 @ 0.30", "filled 0, rests 4", "94", "94", "-10"),
        // 4 x 0.30 - 0.07 x 4 x 0.21 = 1.20 - 0.0588
        (3, "bot", "ask 4 @ 0.30", "filled 4, rests 0", "96.9732", "96.9732", "6"),
        // 0.03 at 0.33: the fee 0.00046431 goes up to 0.000465, 0.0099 + 0.000465 up to 0.0104.
        (4, "crowd", "ask 1 @ 0.33", "filled 0, rests 1", "0", "0", "0"),
        (5, "bot", "bid 0.03 @ 0.33", "filled 0.03, rests 0", "96.9628", "96.9628", "6.03"),
    ]);
}

#[test]
fn the_fills_of_an_order_pay_whole_cents_together_before_june_2026() {
    let whole_cents =
        ExchangeSettings { fee_rounding: FeeRounding::WholeCent, ..ExchangeSettings::default() };
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    Desk::new(whole_cents, terms("1"), &accounts).tell(&[
        // The crowd is always maker here, without fees: 0.25 x 1 + 0.25 x 1.
        (0, "crowd", "ask 1 @ 0.75", "filled 0, rests 1", "0", "0", "0"),
        (0, "crowd", "ask 1 @ 0.75", "filled 0, rests 1", "0", "0", "0"),
        // 1.50 + 0.07 x 2 x 0.1875 = 1.52625, up to 1.53
        (1, "bot", "bid 2 @ 0.75", "filled 2, rests 0", "98.47", "98.47", "2"),
        (2, "crowd", "bid 0.03 @ 0.33", "filled 0, rests 0.03", "-0.5", "-0.5", "-2"),
        // 0.0099 - 0.07 x 0.03 x 0.2211 = 0.00943569, down to 0.00
        (3, "bot", "ask 0.03 @ 0.33", "filled 0.03, rests 0", "98.47", "98.47", "1.97"),
    ]);
}

/// 0.5 at 0.33 cost 0.165 + 0.07 x 0.5 x 0.2211 = 0.1727385, up to 0.18: 0.0072615 too much. The
/// other half needs 0.165 - 0.0072615, up to 0.16, where a fresh order would need 0.17.
#[test]
fn whole_cents_that_an_order_paid_too_much_are_not_locked_again() {
    let whole_cents =
        ExchangeSettings { fee_rounding: FeeRounding::WholeCent, ..ExchangeSettings::default() };
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    Desk::new(whole_cents, terms("1"), &accounts).tell(&[
        (0, "crowd", "ask 0.5 @ 0.33", "filled 0, rests 0.5", "0", "0", "0"),
        (1, "bot", "bid 1 @ 0.33", "filled 0.5, rests 0.5", "99.82", "99.66", "0.5"),
        // A fresh order: 0.17.
        (2, "bot", "bid 0.5 @ 0.33", "filled 0, rests 0.5", "99.82", "99.49", "0.5"),
        (3, "bot", "cancel #1", "canceled 0.5", "99.82", "99.65", "0.5"),
    ]);
}

/// What a holding cost is an average; selling takes its share.
#[test]
fn profit_is_booked_at_the_average_cost() {
    let mut desk = Desk::free();
    desk.say(0, "crowd", "ask 2 @ 0.40");
    desk.say(0, "crowd", "ask 4 @ 0.70");
    desk.say(0, "crowd", "bid 9 @ 0.20");
    let bot = desk.account("bot");
    let market = desk.market;
    for (what, cost, realized) in [
        // 2 x 0.40 + 4 x 0.70 = 3.60
        ("bid 6 @ 0.70", "3.60", "0"),
        // A third of it leaves: 2 x 0.20 - 1.20
        ("ask 2 @ 0.20", "2.40", "-0.80"),
        // The rest leaves, 4 x 0.20 - 2.40; 3 NO cost 3 x 0.80.
        ("ask 7 @ 0.20", "2.40", "-2.40"),
    ] {
        desk.say(1, "bot", what);
        let holding = desk.exchange.holding(bot, market);
        let cash = |text: &str| text.parse::<Cash>().unwrap();
        assert_eq!((holding.cost, holding.realized), (cash(cost), cash(realized)), "{what}");
    }
}

/// A cost that does not divide: 3 at 0.33 and 0.34 and 0.34 cost 1.01; selling 1 takes a third,
/// 0.336666 rounded down, and the last one takes what is left.
#[test]
fn shares_of_a_cost_that_does_not_divide_add_up() {
    let mut desk = Desk::free();
    desk.say(0, "crowd", "ask 1 @ 0.33");
    desk.say(0, "crowd", "ask 2 @ 0.34");
    desk.say(0, "crowd", "bid 9 @ 0.30");
    desk.say(0, "bot", "bid 3 @ 0.34");
    let (bot, market) = (desk.account("bot"), desk.market);
    // 1.01 - 0.336666; then half of 0.673334; then all.
    for cost in ["0.673334", "0.336667", "0"] {
        desk.say(1, "bot", "ask 1 @ 0.30");
        assert_eq!(desk.exchange.holding(bot, market).cost, cost.parse().unwrap());
    }
    // 0.90 - 1.01
    assert_eq!(desk.exchange.holding(bot, market).realized, "-0.11".parse().unwrap());
}

#[test]
fn the_quote_without_an_account_looks_through_its_orders() {
    let mut desk = Desk::free();
    let (bot, crowd, market) = (desk.account("bot"), desk.account("crowd"), desk.market);
    let quotes = |desk: &Desk| {
        let text = |quote: fillgap::protocol::Quote| {
            let price = |price: Option<Price>| price.map_or("-".into(), |price| price.to_string());
            format!("{} {}", price(quote.bid), price(quote.ask))
        };
        [
            desk.exchange.quote(market),
            desk.exchange.quote_without(market, bot),
            desk.exchange.quote_without(market, crowd),
        ]
        .map(text)
    };
    assert_eq!(quotes(&desk), ["- -", "- -", "- -"]);
    desk.say(0, "bot", "bid 5 @ 0.50");
    assert_eq!(quotes(&desk), ["0.50 -", "- -", "0.50 -"]);
    desk.say(0, "crowd", "bid 5 @ 0.48");
    desk.say(0, "crowd", "ask 1 @ 0.60");
    assert_eq!(quotes(&desk), ["0.50 0.60", "0.48 0.60", "0.50 -"]);
    // Behind the bot's at the same price there is the crowd's.
    desk.say(0, "crowd", "bid 1 @ 0.50");
    assert_eq!(quotes(&desk), ["0.50 0.60", "0.50 0.60", "0.50 -"]);
}

/// Orders of one account match each other: nothing prevents it, contracts cancel out.
#[test]
fn an_account_can_trade_with_itself() {
    let accounts = [("bot", "100")];
    Desk::new(ExchangeSettings::default(), terms("1"), &accounts).tell(&[
        (0, "bot", "ask 10 @ 0.40", "filled 0, rests 10", "100", "94", "0"),
        // Only the taker's fee is lost: 0.07 x 10 x 0.24.
        (1, "bot", "bid 10 @ 0.40", "filled 10, rests 0", "99.832", "99.832", "0"),
    ]);
}

/// The members of a broker pay in cents: 0.33 + 0.015477 goes up to 0.35.
#[test]
fn a_balance_step_of_a_cent_rounds_every_fill_to_cents() {
    let broker = ExchangeSettings {
        fee_rounding: FeeRounding::Millionth { balance_step: BalanceStep::Cent },
        ..ExchangeSettings::default()
    };
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    let mut desk = Desk::new(broker, terms("1"), &accounts);
    desk.tell(&[
        (0, "crowd", "ask 2 @ 0.33", "filled 0, rests 2", "0", "0", "0"),
        (1, "bot", "bid 1 @ 0.33", "filled 1, rests 0", "99.65", "99.65", "1"),
    ]);
    // The crowd: no fee, but 0.67 is a whole cent already.
    assert_eq!(desk.exchange.ledger().fees(), "0.02".parse().unwrap());
    // One pair exists.
    assert_eq!(desk.exchange.ledger().pool(), "1".parse().unwrap());
}

/// What is in the book is one side or the other, and prices are in YES throughout.
#[test]
fn a_book_shows_its_levels_best_first() {
    let mut desk = Desk::free();
    for what in ["bid 1 @ 0.40", "bid 2 @ 0.42", "bid 3 @ 0.40", "ask 5 @ 0.61", "ask 4 @ 0.60"] {
        desk.say(0, "crowd", what);
    }
    let book = desk.exchange.book(desk.market);
    let levels = |levels: &[fillgap::protocol::BookLevel]| -> Vec<(String, String)> {
        levels.iter().map(|level| (level.price.to_string(), level.quantity.to_string())).collect()
    };
    let pair = |price: &str, quantity: &str| (price.to_owned(), quantity.to_owned());
    assert_eq!(levels(&book.bids), [pair("0.42", "2"), pair("0.40", "4")]);
    assert_eq!(levels(&book.asks), [pair("0.60", "4"), pair("0.61", "5")]);
    let first = desk.exchange.resting_in(desk.market, Side::Bid).next().unwrap();
    assert_eq!((first.order, first.remaining), (desk.order("#1"), Quantity::new(200).unwrap()));
}
