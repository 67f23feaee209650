//! What orders lock, and what their fills are booked as.

use fillgap::book::BookCapacity;
use fillgap::exchange::{
    CollateralRule, CostBasis, ExchangeSettings, LimitScope, MakerFeeLock, MoneyRules, PositionUse,
    TakerPrice, UnfundedOrder, WaivedMakerFee,
};
use fillgap::market::{
    BalanceStep, FeeKind, FeeMultiplier, FeeRounding, FeeSchedule, MarketRules, MarketTerms,
    PositionLimit,
};
use fillgap::units::{SimDuration, SimTime};

use crate::exchange_desk::{Desk, is_refused, terms};

fn with(money: MoneyRules) -> ExchangeSettings {
    ExchangeSettings { money, ..ExchangeSettings::default() }
}

fn desk(settings: ExchangeSettings, terms: MarketTerms, cash: &'static str) -> Desk {
    Desk::new(settings, terms, &[("bot", cash), ("crowd", "unlimited")])
}

/// 5 dollars. The crowd offers 10 at 0.40 and 10 at 0.60. At its limit of 0.60 the bot can pay
/// 8.33 (4.998 dollars). At the prices of the matches 10 cost 4.00, so that 1.66 more (0.996) can be
/// paid.
#[test]
fn what_would_trade_at_once_is_checked_at_its_limit_or_at_the_prices_of_the_matches() {
    for (what, limit, matched) in [
        ("bid 8.33 @ 0.60", "filled 8.33, rests 0", "filled 8.33, rests 0"),
        ("bid 8.34 @ 0.60", "InsufficientBalance", "filled 8.34, rests 0"),
        ("bid 11.66 @ 0.60", "InsufficientBalance", "filled 11.66, rests 0"),
        ("bid 11.67 @ 0.60", "InsufficientBalance", "InsufficientBalance"),
        // What would rest is at its limit in both readings: 4.00 + 2.5 x 0.40 = 5.
        ("bid 12.50 @ 0.40", "filled 10, rests 2.5", "filled 10, rests 2.5"),
        ("bid 12.51 @ 0.40", "InsufficientBalance", "InsufficientBalance"),
    ] {
        for (taker_price, expected) in [(TakerPrice::Limit, limit), (TakerPrice::Match, matched)] {
            let settings = with(MoneyRules { taker_price, ..MoneyRules::default() });
            let mut desk = desk(settings, terms("0"), "5");
            desk.say(0, "crowd", "ask 10 @ 0.40");
            desk.say(0, "crowd", "ask 10 @ 0.60");
            assert_eq!(desk.say(1, "bot", what), expected, "{taker_price:?}: {what}");
        }
    }
}

/// The crowd offers 0.01 at each of 20 prices from 0.41 to 0.60. Each costs less than a cent, its fee
/// included, and a cent where balances have whole ones: 0.20 together. At the limit all 20 are one: 0.12
/// and a fee of 0.07 x 0.20 x 0.24 = 0.00336, which is 0.13.
#[test]
fn each_fill_is_rounded_where_the_prices_of_the_matches_are_checked() {
    let fee_rounding = FeeRounding::Millionth { balance_step: BalanceStep::Cent };
    for (taker_price, enough, too_little) in
        [(TakerPrice::Limit, "0.13", "0.129999"), (TakerPrice::Match, "0.20", "0.199999")]
    {
        for (cash, expected) in
            [(enough, "filled 0.2, rests 0"), (too_little, "InsufficientBalance")]
        {
            let settings = with(MoneyRules { taker_price, ..MoneyRules::default() });
            let mut desk = desk(ExchangeSettings { fee_rounding, ..settings }, terms("1"), cash);
            for cents in 41..=60 {
                desk.prepare("crowd", &format!("ask 0.01 @ 0.{cents}"));
            }
            let told = desk.say(1, "bot", "bid 0.20 @ 0.60");
            assert_eq!(told, expected, "{taker_price:?} with {cash}");
        }
    }
}

/// 10 dollars, of which the bot's own offer of 10 at 0.40 locks 6. An order that cancels it on its way
/// pays the crowd's 0.60: 6.66 cost 3.996, 6.67 cost 4.002. Were the own ones counted, 10 would cost
/// 4.00.
#[test]
fn own_orders_that_are_not_met_have_no_price() {
    let taker_price = TakerPrice::Match;
    for (what, expected) in [
        ("bid 6.66 @ 0.60 apart maker", "filled 6.66, rests 0"),
        ("bid 6.67 @ 0.60 apart maker", "InsufficientBalance"),
    ] {
        let settings = with(MoneyRules { taker_price, ..MoneyRules::default() });
        let mut desk = desk(settings, terms("0"), "10");
        desk.say(0, "bot", "ask 10 @ 0.40");
        desk.say(0, "crowd", "ask 10 @ 0.60");
        assert_eq!(desk.say(1, "bot", what), expected, "{what}");
    }
}

/// A maker's fee for 100 at 0.50 is 0.0175 x 100 x 0.25 = 0.4375.
#[test]
fn resting_orders_lock_their_maker_fee_or_pay_it_when_they_fill() {
    let fees = FeeSchedule::new(FeeKind::QuadraticWithMakerFees, FeeMultiplier::ONE);
    let rests = "filled 0, rests 100";
    for (cash, locked, not_locked) in [
        ("50.4375", rests, rests),
        ("50.4374", "InsufficientBalance", rests),
        ("50", "InsufficientBalance", rests),
        ("49.9999", "InsufficientBalance", "InsufficientBalance"),
    ] {
        for (maker_fee, expected) in
            [(MakerFeeLock::Locked, locked), (MakerFeeLock::NotLocked, not_locked)]
        {
            let settings = with(MoneyRules { maker_fee, ..MoneyRules::default() });
            let mut desk = desk(settings, MarketTerms { fees, ..terms("0") }, cash);
            let told = desk.say(1, "bot", "bid 100 @ 0.50");
            assert_eq!(told, expected, "{maker_fee:?} with {cash}");
        }
    }
    let maker_fee = MakerFeeLock::NotLocked;
    let settings = with(MoneyRules { maker_fee, ..MoneyRules::default() });
    desk(settings, MarketTerms { fees, ..terms("0") }, "50").tell(&[
        (0, "bot", "bid 100 @ 0.50", "filled 0, rests 100", "50", "0", "0"),
        (1, "crowd", "ask 100 @ 0.50", "filled 100, rests 0", "-51.75", "-51.75", "-100"),
        (2, "bot", "bid 0.01 @ 0.01", "InsufficientBalance", "-0.4375", "-0.4375", "100"),
    ]);
}

/// The same fee while it is waived until 10 s: locked, or not before 10 s. With 50 dollars, the account
/// owes the fee from then on, and pays it if the order fills. For 50 contracts it is 0.21875: 0.2188, as
/// balances are whole 0.0001.
#[test]
fn resting_orders_lock_a_waived_maker_fee_or_not_before_it_is_due() {
    let fees = FeeSchedule::new(FeeKind::QuadraticWithMakerFees, FeeMultiplier::ONE);
    let waived = |waived_maker_fee, cash| {
        let until = SimTime::START + SimDuration::from_s(10);
        let rules = MarketRules { fees_waived_until: Some(until), ..MarketRules::default() };
        let settings = with(MoneyRules { waived_maker_fee, ..MoneyRules::default() });
        let accounts = [("bot", cash), ("crowd", "unlimited")];
        Desk::with_rules(settings, MarketTerms { fees, ..terms("0") }, rules, &accounts)
    };
    let rests = "filled 0, rests 100";
    for (cash, at_s, locked, not_locked) in [
        ("50.4375", 9, rests, rests),
        ("50.4374", 9, "InsufficientBalance", rests),
        ("50", 9, "InsufficientBalance", rests),
        ("49.9999", 9, "InsufficientBalance", "InsufficientBalance"),
        ("50.4374", 10, "InsufficientBalance", "InsufficientBalance"),
    ] {
        for (waived_maker_fee, expected) in
            [(WaivedMakerFee::Locked, locked), (WaivedMakerFee::NotLocked, not_locked)]
        {
            let told = waived(waived_maker_fee, cash).say(at_s, "bot", "bid 100 @ 0.50");
            assert_eq!(told, expected, "{waived_maker_fee:?} with {cash} at {at_s} s");
        }
    }
    for (waived_maker_fee, before, after) in
        [(WaivedMakerFee::Locked, "0.5625", "0.5625"), (WaivedMakerFee::NotLocked, "1", "0.5625")]
    {
        let mut desk = waived(waived_maker_fee, "51");
        desk.tell(&[(1, "bot", "bid 100 @ 0.50", rests, "51", before, "0")]);
        desk.wait(10);
        let available = desk.exchange.funds(desk.account("bot")).available;
        assert_eq!(available, after.parse().unwrap(), "{waived_maker_fee:?}");
    }
    waived(WaivedMakerFee::NotLocked, "50").tell(&[
        (1, "bot", "bid 100 @ 0.50", rests, "50", "0", "0"),
        (10, "bot", "bid 0.01 @ 0.01", "InsufficientBalance", "50", "-0.4375", "0"),
        (11, "bot", "decrease #0 by 50", "remaining 50", "50", "24.7812", "0"),
        (12, "bot", "cancel all", "all canceled", "50", "50", "0"),
    ]);
}

/// 5 dollars, checked at the match. The bot bids 10 at 0.40 and 10 at 0.39, the crowd 5 at 0.38. The
/// first 10 cost 4.00; the dollar that is left pays for 2.56 at 0.39 (0.9984).
#[test]
fn an_order_that_can_not_be_paid_is_canceled_whole_or_fills_what_is_paid() {
    const KILLED: &str = "FillOrKillInsufficientVolume";
    for (what, whole, part, held_whole, held_part) in [
        ("ask 11 @ 0.38", "filled 11, rests 0", "filled 11, rests 0", "11", "11"),
        ("ask 12.56 @ 0.38", "filled 12.56, rests 0", "filled 12.56, rests 0", "12.56", "12.56"),
        ("ask 13 @ 0.38", "filled 13, rests 0", "filled 13, rests 0", "10", "12.56"),
        ("ask 20 @ 0.39", "filled 10, rests 10", "filled 12.56, rests 7.44", "10", "12.56"),
        ("ask 12.57 @ 0.39 fok", KILLED, KILLED, "0", "0"),
        ("ask 15.01 @ 0.38 fok", KILLED, "filled 15.01, rests 0", "0", "12.56"),
    ] {
        for (unfunded, expected, held) in [
            (UnfundedOrder::CanceledWhole, whole, held_whole),
            (UnfundedOrder::FillsWhatIsPaid, part, held_part),
        ] {
            let collateral = CollateralRule::AtMatch;
            let money = MoneyRules { unfunded, ..MoneyRules::default() };
            let mut desk = desk(ExchangeSettings { collateral, ..with(money) }, terms("0"), "5");
            desk.say(0, "bot", "bid 10 @ 0.40");
            desk.say(0, "bot", "bid 10 @ 0.39");
            desk.say(0, "crowd", "bid 5 @ 0.38");
            assert_eq!(desk.say(1, "crowd", what), expected, "{unfunded:?}: {what}");
            let bot = desk.account("bot");
            let position = desk.exchange.position(bot, desk.market).to_string();
            assert_eq!(position, held, "{unfunded:?}: {what}");
            let story = desk.story();
            let rest = story.iter().any(|line| line == "bot: #1 unfunded, 7.44 unfilled");
            let is_partly = held == "12.56" && what != "ask 12.56 @ 0.38";
            assert_eq!(rest, is_partly, "{unfunded:?}: {what}: {story:?}");
        }
    }
}

/// 5 dollars and a book of few orders: the bot's bids of 10 at 0.40 and 10 at 0.39, of which 10 and 2.56
/// can be paid as above, and a last one. An order that leaves makes room for the one that meets it; one
/// that is only made smaller does not.
#[test]
fn an_order_that_only_makes_others_smaller_needs_room_in_the_book() {
    const FULL: &str = "ExchangeUnavailable";
    const TAKEN: &str = "filled 12.56, rests 7.44";
    let far = ("crowd", "bid 5 @ 0.30");
    let own = ("crowd", "bid 5 @ 0.38");
    for (room, last, what, expected) in [
        (3, far, "ask 20 @ 0.37", FULL),
        (4, far, "ask 20 @ 0.37", TAKEN),
        // 0.0016 dollar are left, and 0.01 contract at 0.37 costs 0.0037: the bot's last bid leaves.
        (3, ("bot", "bid 5 @ 0.37"), "ask 20 @ 0.37", TAKEN),
        // The crowd's own 5 leave, or stop its order, or are not reached.
        (3, own, "ask 20 @ 0.37 apart maker", TAKEN),
        (3, own, "ask 20 @ 0.37 apart taker", FULL),
        (3, own, "ask 20 @ 0.39 apart maker", FULL),
        // Room is looked for first.
        (3, far, "ask 12.57 @ 0.37 fok", FULL),
        (4, far, "ask 12.57 @ 0.37 fok", "FillOrKillInsufficientVolume"),
        (3, far, "ask 1 @ 0.41 fok", FULL),
        (4, far, "ask 1 @ 0.41 fok", "FillOrKillInsufficientVolume"),
    ] {
        let settings = ExchangeSettings {
            collateral: CollateralRule::AtMatch,
            book_capacity: BookCapacity::new(room).unwrap(),
            ..with(MoneyRules { unfunded: UnfundedOrder::FillsWhatIsPaid, ..MoneyRules::default() })
        };
        let mut desk = desk(settings, terms("0"), "5");
        for (who, what) in [("bot", "bid 10 @ 0.40"), ("bot", "bid 10 @ 0.39"), last] {
            desk.prepare(who, what);
        }
        assert_eq!(desk.say(1, "crowd", what), expected, "room for {room}: {what}");
        assert_eq!(desk.story().is_empty(), is_refused(expected), "room for {room}: {what}");
        // Refused, nothing became smaller.
        let second = if is_refused(expected) { "canceled 10" } else { "OrderNotFound" };
        assert_eq!(desk.say(1, "bot", "cancel #1"), second, "room for {room}: {what}");
    }
}

/// Long 5, bought for 2.00 of 10 dollars. An offer of 5 at 0.60 closes them; then 5 at 0.50 come,
/// which fill first. They close, and the others lock 5 x 0.40 = 2.00; or they lock 5 x 0.50 = 2.50.
#[test]
fn the_order_that_fills_first_or_the_one_that_was_placed_first_closes() {
    for (position_use, available) in
        [(PositionUse::FirstToFill, "6"), (PositionUse::FirstPlaced, "5.50")]
    {
        let settings = with(MoneyRules { position_use, ..MoneyRules::default() });
        let mut desk = desk(settings, terms("0"), "10");
        desk.tell(&[
            (0, "crowd", "ask 5 @ 0.40", "filled 0, rests 5", "0", "0", "0"),
            (0, "bot", "bid 5 @ 0.40", "filled 5, rests 0", "8", "8", "5"),
            (1, "bot", "ask 5 @ 0.60", "filled 0, rests 5", "8", "8", "5"),
            (2, "bot", "ask 5 @ 0.50", "filled 0, rests 5", "8", available, "5"),
        ]);
        // Amended to a worse price, the later one locks 5 x 0.30 = 1.50 in both readings.
        desk.tell(&[(3, "bot", "amend #3 to 5 @ 0.70", "filled 0, rests 5", "8", "6.50", "5")]);
        // Amended to a better one, the earlier one is still the one that was placed first.
        desk.tell(&[(4, "bot", "amend #2 to 5 @ 0.45", "filled 0, rests 5", "8", "6.50", "5")]);
    }
}

/// Long 5, bought for 2.00. The offer of 5 at 0.60, placed first, closes them, and 5 at 0.50, placed
/// second, need 5 x 0.50 = 2.50, though they fill first. Amended to a better price, the first one
/// still closes and needs nothing; the second one then needs 5 x 0.55 = 2.75.
#[test]
fn the_order_that_was_placed_first_closes_as_others_are_checked() {
    for (cash, second, first_amended, second_amended) in [
        ("4.499999", "InsufficientBalance", None, None),
        ("4.50", "filled 0, rests 5", Some("filled 0, rests 5"), Some("InsufficientBalance")),
        ("4.75", "filled 0, rests 5", Some("filled 0, rests 5"), Some("filled 0, rests 5")),
    ] {
        let position_use = PositionUse::FirstPlaced;
        let settings = with(MoneyRules { position_use, ..MoneyRules::default() });
        let mut desk = desk(settings, terms("0"), cash);
        desk.say(0, "crowd", "ask 5 @ 0.40");
        desk.say(0, "bot", "bid 5 @ 0.40");
        desk.say(0, "bot", "ask 5 @ 0.60");
        assert_eq!(desk.say(1, "bot", "ask 5 @ 0.50"), second, "with {cash}");
        for (what, expected) in
            [("amend #2 to 5 @ 0.45", first_amended), ("amend #3 to 5 @ 0.45", second_amended)]
        {
            let Some(expected) = expected else { continue };
            assert_eq!(desk.say(1, "bot", what), expected, "{what} with {cash}");
        }
    }
    // The first of three: the others need 5 x 0.50 + 5 x 0.45 = 4.75 before and after.
    let position_use = PositionUse::FirstPlaced;
    let settings = with(MoneyRules { position_use, ..MoneyRules::default() });
    let mut desk = desk(settings, terms("0"), "6.75");
    desk.prepare("crowd", "ask 5 @ 0.40");
    for what in ["bid 5 @ 0.40", "ask 5 @ 0.60", "ask 5 @ 0.50", "ask 5 @ 0.55"] {
        desk.prepare("bot", what);
    }
    assert_eq!(desk.say(1, "bot", "amend #2 to 5 @ 0.45"), "filled 0, rests 5");
    assert_eq!(desk.say(1, "bot", "bid 0.01 @ 0.01"), "InsufficientBalance");
}

/// 5 at 0.40 and 5 at 0.60 cost 5.00. 6 sold at 0.55 bring 3.30: on average they cost 3.00, and first
/// in, first out, 2.00 + 0.60. The other 4 at 0.55 bring 2.20: at 2.00, or at 2.40. All in all it is
/// 0.50.
#[test]
fn what_is_closed_costs_the_average_or_what_the_oldest_cost() {
    for (cost_basis, realized, cost) in [
        (CostBasis::Average, ["0.30", "0.50"], ["2", "0"]),
        (CostBasis::FirstInFirstOut, ["0.70", "0.50"], ["2.40", "0"]),
    ] {
        let settings = with(MoneyRules { cost_basis, ..MoneyRules::default() });
        let mut desk = desk(settings, terms("0"), "100");
        for (who, what) in [
            ("crowd", "ask 5 @ 0.40"),
            ("bot", "bid 5 @ 0.40"),
            ("crowd", "ask 5 @ 0.60"),
            ("bot", "bid 5 @ 0.60"),
            ("crowd", "bid 20 @ 0.55"),
        ] {
            desk.say(0, who, what);
        }
        for (index, what) in ["ask 6 @ 0.55", "ask 4 @ 0.55"].into_iter().enumerate() {
            desk.say(1, "bot", what);
            let held = desk.exchange.holding(desk.account("bot"), desk.market);
            let expected = (realized[index].parse().unwrap(), cost[index].parse().unwrap());
            assert_eq!((held.realized, held.cost), expected, "{cost_basis:?}: {what}");
        }
    }
}

/// Short 5 NO at 1 - 0.55 = 0.45 after a flip, then 5 more at 0.40 (bids of the crowd at 0.60). What
/// was long is forgotten: closing 5 of the short ones realises against 0.45 or the average 0.425.
#[test]
fn a_flip_begins_a_new_cost_basis() {
    for (cost_basis, realized, cost) in [
        // Long 2 at 0.40 sold at 0.55: 0.30. Then 5 NO at 0.60 bring 3.00 - 2.125 = 0.875.
        (CostBasis::Average, "1.175", "2.125"),
        // 3.00 - 2.25 = 0.75; what is left cost 5 x 0.40.
        (CostBasis::FirstInFirstOut, "1.05", "2"),
    ] {
        let settings = with(MoneyRules { cost_basis, ..MoneyRules::default() });
        let mut desk = desk(settings, terms("0"), "100");
        for (crowd, bot) in [
            ("ask 2 @ 0.40", "bid 2 @ 0.40"),
            ("bid 7 @ 0.55", "ask 7 @ 0.55"),
            ("bid 5 @ 0.60", "ask 5 @ 0.60"),
            ("ask 5 @ 0.40", "bid 5 @ 0.40"),
        ] {
            desk.say(0, "crowd", crowd);
            desk.say(0, "bot", bot);
        }
        let held = desk.exchange.holding(desk.account("bot"), desk.market);
        let expected = (realized.parse().unwrap(), cost.parse().unwrap());
        assert_eq!((held.realized, held.cost), expected, "{cost_basis:?}");
        assert_eq!(held.position.to_string(), "-5");
    }
}

/// The bot holds 3 at 0.50 and bids 4 at 0.40: with these, 3 more make 10 and 1.50 + 1.60 + 1.20 = 4.30;
/// without them, 7 more make 10 and 1.50 + 2.80 = 4.30.
#[test]
fn what_rests_counts_for_a_position_limit_or_not() {
    let contracts = PositionLimit::Contracts("10".parse().unwrap());
    let risk = PositionLimit::Risk("4.30".parse().unwrap());
    for (what, with_resting, without_resting) in [
        ("bid 3 @ 0.40", "filled 0, rests 3", "filled 0, rests 3"),
        ("bid 3.01 @ 0.40", "PositionLimit", "filled 0, rests 3.01"),
        ("bid 7 @ 0.40", "PositionLimit", "filled 0, rests 7"),
        ("bid 7.01 @ 0.40", "PositionLimit", "PositionLimit"),
        // What closes is never too much.
        ("ask 3 @ 0.60", "filled 0, rests 3", "filled 0, rests 3"),
    ] {
        for (position_limit, expected) in
            [(LimitScope::WithResting, with_resting), (LimitScope::WithoutResting, without_resting)]
        {
            for limit in [contracts, risk] {
                let settings = with(MoneyRules { position_limit, ..MoneyRules::default() });
                let rules = MarketRules { position_limit: Some(limit), ..MarketRules::default() };
                let accounts = [("bot", "100"), ("crowd", "unlimited")];
                let mut desk = Desk::with_rules(settings, terms("0"), rules, &accounts);
                desk.say(0, "crowd", "ask 3 @ 0.50");
                desk.say(0, "bot", "bid 3 @ 0.50");
                desk.say(0, "bot", "bid 4 @ 0.40");
                let told = desk.say(1, "bot", what);
                assert_eq!(told, expected, "{position_limit:?}, {limit:?}: {what}");
            }
        }
    }
}

/// A limit of 10 dollars on what is held and the new order. 8 and 7 dollars rest, one as good as the
/// other; both fill, for 15.
#[test]
fn what_closes_needs_no_room_below_a_limit_that_fills_have_passed() {
    let position_limit = LimitScope::WithoutResting;
    let settings = with(MoneyRules { position_limit, ..MoneyRules::default() });
    let limit = PositionLimit::Risk("10".parse().unwrap());
    let rules = MarketRules { position_limit: Some(limit), ..MarketRules::default() };
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    let mut desk = Desk::with_rules(settings, terms("0"), rules, &accounts);
    for (who, what, expected) in [
        ("bot", "bid 10 @ 0.80", "filled 0, rests 10"),
        ("bot", "bid 10 @ 0.70", "filled 0, rests 10"),
        ("crowd", "ask 20 @ 0.70", "filled 20, rests 0"),
        ("bot", "bid 0.01 @ 0.01", "PositionLimit"),
        // It needs nothing.
        ("bot", "ask 20 @ 0.90", "filled 0, rests 20"),
        // 0.01 more at 0.90 opens 0.01 NO.
        ("bot", "ask 0.01 @ 0.90", "PositionLimit"),
    ] {
        assert_eq!(desk.say(1, who, what), expected, "{who}: {what}");
    }
}
