//! Money that is checked when orders are met, one request a line.

use fillgap::exchange::{
    CollateralRule, ExchangeSettings, GroupJudgement, GroupRules, MoneyRules, UnfundedOrder,
};
use fillgap::market::{
    BalanceStep, FeeKind, FeeMultiplier, FeeRounding, FeeSchedule, MarketTerms, PriceLevelLabel,
    PriceLevelStructure,
};
use fillgap::units::{Cash, Price, Quantity};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::exchange_desk::{Desk, terms};

fn desk(collateral: CollateralRule, fee_multiplier: &str, cash: &'static str) -> Desk {
    let settings = ExchangeSettings { collateral, ..ExchangeSettings::default() };
    desk_of(settings, fee_multiplier, cash)
}

fn desk_of(settings: ExchangeSettings, fee_multiplier: &str, cash: &'static str) -> Desk {
    Desk::new(settings, terms(fee_multiplier), &[("bot", cash), ("crowd", "unlimited")])
}

fn at_match(unfunded: UnfundedOrder) -> ExchangeSettings {
    ExchangeSettings {
        collateral: CollateralRule::AtMatch,
        money: MoneyRules { unfunded, ..MoneyRules::default() },
        ..ExchangeSettings::default()
    }
}

/// The bot bids for 10 at 0.40, and of its 4.70 bought 10 at 0.45: 4.50 and 0.17325, up to 0.0001, leave
/// 0.0267.
fn holder_of_ten(unfunded: UnfundedOrder) -> Desk {
    let mut desk = desk_of(at_match(unfunded), "1", "4.70");
    desk.say(0, "bot", "bid 10 @ 0.40");
    desk.say(0, "crowd", "ask 10 @ 0.45");
    assert_eq!(desk.say(0, "bot", "bid 10 @ 0.45"), "filled 10, rests 0");
    desk
}

/// A cent that is given back at once makes a larger part cheaper than a smaller one. The maker's fee for
/// 0.01 at 0.011 is 0.0175 x 0.011 x 0.989 x 0.01, 1.903825 millionths. 112 fills of 0.01 cost 0.00011 each
/// and a fee of 0.0001, up to 0.0003: 0.0336 of 1.1999, and 112 x 90 millionths are carried, more than a
/// cent. Buying 1 at 0.577 costs a fee of 0.07 x 0.577 x 0.423, up to 0.0171: 0.5941. Then, with 0.5722
/// left, in one fill:
/// - 51.20: 0.5632 and a fee of 9,747.6 millionths, up to 0.0098: 0.5730, 0.0008 too much;
/// - 52.00: 0.5720 and 9,899.9, up to 0.0099: 0.5819; no fee of a cent, so nothing is given back;
/// - 52.01: 0.57211 and 9,901.8, up to 0.0100: 0.58211, up to 0.5822, less the cent: 0.5722;
/// - 52.02: 0.57222 and 0.0100, up to 0.5823, less the cent: 0.5723, and more for every larger part.
#[test]
fn a_cent_that_is_given_back_pays_for_a_larger_part() {
    let rounding = FeeRounding::TenThousandth { balance_step: BalanceStep::TenThousandth };
    let settings =
        ExchangeSettings { fee_rounding: rounding, ..at_match(UnfundedOrder::FillsWhatIsPaid) };
    let terms = MarketTerms {
        levels: PriceLevelStructure::of_label(PriceLevelLabel::DeciCent),
        fees: FeeSchedule::new(FeeKind::QuadraticWithMakerFees, FeeMultiplier::ONE),
        ..terms("1")
    };
    let mut desk = Desk::new(settings, terms, &[("bot", "1.1999"), ("crowd", "unlimited")]);
    desk.say(0, "bot", "bid 104.11 @ 0.011");
    for _ in 0..112 {
        assert_eq!(desk.say(0, "crowd", "ask 0.01 @ 0.011"), "filled 0.01, rests 0");
    }
    desk.say(0, "crowd", "ask 1 @ 0.577");
    assert_eq!(desk.say(0, "bot", "bid 1 @ 0.577 ioc"), "filled 1, rests 0");
    let bot = desk.account("bot");
    assert_eq!(desk.exchange.funds(bot).balance, "0.5722".parse().unwrap());
    assert_eq!(desk.say(1, "crowd", "ask 102.99 @ 0.011 ioc"), "filled 52.01, rests 0");
    assert_eq!(desk.exchange.funds(bot).balance, "0".parse().unwrap());
}

/// 4 dollars pay for 10 at 0.40, once or again and again.
#[test]
fn each_order_is_checked_alone_or_with_all_that_rest() {
    for (what, at_entry, at_match) in [
        ("bid 10 @ 0.40", "InsufficientBalance", "filled 0, rests 10"),
        ("bid 0.01 @ 0.01", "InsufficientBalance", "filled 0, rests 0.01"),
        ("ask 10 @ 0.60", "InsufficientBalance", "filled 0, rests 10"),
        ("bid 10.01 @ 0.40", "InsufficientBalance", "InsufficientBalance"),
        ("bid 10 @ 0.41", "InsufficientBalance", "InsufficientBalance"),
        ("amend #0 to 10.01 @ 0.40", "InsufficientBalance", "InsufficientBalance"),
        ("amend #0 to 9 @ 0.44", "filled 0, rests 9", "filled 0, rests 9"),
    ] {
        for (rule, expected) in
            [(CollateralRule::AtEntry, at_entry), (CollateralRule::AtMatch, at_match)]
        {
            let mut desk = desk(rule, "0", "4");
            desk.say(0, "bot", "bid 10 @ 0.40");
            assert_eq!(desk.say(1, "bot", what), expected, "{rule:?}: {what}");
        }
    }
}

/// The bot's 3.00 pay for 4 NO at 0.60 and for 1.01 at 0.59, not for 1.02. The group of the bid stops it after
/// the 4; whether all of it could be filled does not depend on that.
#[test]
fn a_fill_or_kill_order_counts_what_is_paid_behind_where_its_group_stops_it() {
    for unfunded in [UnfundedOrder::CanceledWhole, UnfundedOrder::FillsWhatIsPaid] {
        for (bid, told) in [
            ("bid 5.01 @ 0.41 fok in 0", "filled 4, rests 0"),
            ("bid 5.02 @ 0.41 fok in 0", "FillOrKillInsufficientVolume"),
            ("bid 5.01 @ 0.41 fok", "filled 5.01, rests 0"),
            ("bid 5.02 @ 0.41 fok", "FillOrKillInsufficientVolume"),
        ] {
            let judgement = GroupJudgement::AfterEachMatch;
            let groups = GroupRules { judgement, ..GroupRules::default() };
            let settings = ExchangeSettings { groups, ..at_match(unfunded) };
            let mut desk = desk_of(settings, "0", "3");
            desk.say(0, "bot", "ask 4 @ 0.40");
            desk.say(0, "bot", "ask 3 @ 0.41");
            desk.say(0, "crowd", "group 1");
            assert_eq!(desk.say(1, "crowd", bid), told, "{unfunded:?}: {bid}");
        }
    }
}

/// Of the 0.0267 that are left, selling the 10 at 0.40 to itself costs only the fee, 0.0168 each: 0.168 for 10, which are not there; 0.026544 for 1.58, which are, and 0.026712
/// for 1.59, up to 0.0268.
#[test]
fn an_account_pays_both_sides_of_what_it_sells_to_itself() {
    for (unfunded, told, balance, lost) in [
        (UnfundedOrder::CanceledWhole, "filled 0, rests 10", "0.0267", "10"),
        (UnfundedOrder::FillsWhatIsPaid, "filled 1.58, rests 8.42", "0.0001", "8.42"),
    ] {
        let mut desk = holder_of_ten(unfunded);
        assert_eq!(desk.say(1, "bot", "ask 10 @ 0.40"), told);
        let left: Cash = balance.parse().unwrap();
        assert_eq!(desk.exchange.funds(desk.account("bot")).balance, left, "{unfunded:?}");
        let gone = format!("bot: #0 unfunded, {lost} unfilled");
        assert!(desk.story().contains(&gone), "{:?}", desk.story());
    }
}

/// As above; but first it sells 1 to the crowd, which brings 0.41 less 0.016933, up to 0.0170. That pays for
/// the fee of 9 to itself, 0.1512: 0.0267 + 0.393 - 0.1512 are left.
#[test]
fn what_an_order_brought_pays_when_it_meets_its_own_account() {
    let mut desk = holder_of_ten(UnfundedOrder::CanceledWhole);
    desk.say(0, "crowd", "bid 1 @ 0.41");
    assert_eq!(desk.say(1, "bot", "ask 10 @ 0.40"), "filled 10, rests 0");
    assert_eq!(desk.exchange.funds(desk.account("bot")).balance, "0.2685".parse().unwrap());
}

/// The first 10 use up the 4 dollars; the others are not there when they are met.
#[test]
fn an_order_that_can_not_be_paid_when_it_is_met_is_canceled_and_the_taker_goes_on() {
    let mut desk = desk(CollateralRule::AtMatch, "0", "4");
    desk.say(0, "bot", "bid 10 @ 0.40");
    desk.say(0, "bot", "bid 10 @ 0.39");
    desk.say(0, "crowd", "bid 5 @ 0.38");
    assert_eq!(desk.say(1, "crowd", "ask 12 @ 0.38"), "filled 12, rests 0");
    let story = desk.story();
    let of_bot: Vec<_> = story.iter().filter(|line| line.starts_with("bot: #")).collect();
    assert_eq!(
        of_bot,
        [
            "bot: #0 filled 10 @ 0.40 as Maker, fee 0.00, holds 10",
            "bot: #0 executed, 0 unfilled",
            "bot: #1 unfunded, 10 unfilled",
        ]
    );
    assert_eq!(story.last().unwrap(), "bot has 0.00, available 0.00");
}

/// After 10 of #0, which use up the 4 dollars, the crowd's order meets its own #1, then #2.
#[test]
fn own_orders_and_ones_that_can_not_be_paid_leave_as_they_are_met() {
    let mut desk = desk(CollateralRule::AtMatch, "0", "4");
    desk.say(0, "bot", "bid 10 @ 0.40");
    desk.say(0, "crowd", "bid 5 @ 0.39");
    desk.say(0, "bot", "bid 10 @ 0.38");
    assert_eq!(desk.say(1, "crowd", "ask 12 @ 0.38 ioc apart maker"), "filled 10, rests 0");
    let ends: Vec<_> = desk.story().into_iter().filter(|it| it.ends_with("unfilled")).collect();
    assert_eq!(
        ends,
        [
            "bot: #0 executed, 0 unfilled",
            "crowd: #1 self trade, 5 unfilled",
            "bot: #2 unfunded, 10 unfilled",
            "crowd: #3 not filled at once, 2 unfilled",
        ]
    );
}

/// Each line: what rests, an order of the crowd, its answer.
#[test]
fn only_what_can_be_paid_counts_as_depth() {
    let two: &[&str] = &["bid 10 @ 0.40", "bid 10 @ 0.39"];
    // Either can be paid as long as the other is not met.
    let both: &[&str] = &["bid 10 @ 0.40", "ask 10 @ 0.60"];
    for (resting, what, expected) in [
        (two, "ask 10 @ 0.39 fok", "filled 10, rests 0"),
        (two, "ask 10.01 @ 0.39 fok", "FillOrKillInsufficientVolume"),
        (two, "ask 20 @ 0.39 ioc", "filled 10, rests 0"),
        (two, "ask 20 @ 0.39", "filled 10, rests 10"),
        (both, "bid 10 @ 0.60 fok", "filled 10, rests 0"),
    ] {
        let mut desk = desk(CollateralRule::AtMatch, "0", "4");
        for what in resting {
            desk.say(0, "bot", what);
        }
        assert_eq!(desk.say(1, "crowd", what), expected, "{what}");
    }
    // A killed order cancels nothing.
    let mut desk = desk(CollateralRule::AtMatch, "0", "4");
    desk.say(0, "bot", "bid 10 @ 0.40");
    desk.say(0, "bot", "bid 10 @ 0.39");
    desk.say(1, "crowd", "ask 20 @ 0.39 fok");
    assert_eq!(desk.say(1, "bot", "cancel #1"), "canceled 10");
}

/// Bids of the bot and takers of the crowd at random, with 4 dollars and without fees, beside a plain
/// count: best price first, then the earliest, as long as the money lasts. A bid that it does not last
/// for is gone once it is met, whole or after what it pays for.
#[test]
fn the_money_lasts_as_long_as_a_plain_count_says() {
    let step = (any::<bool>(), 30_u16..40, 1_u64..600);
    let steps = prop::collection::vec(step, 1..40);
    let mut runner = TestRunner::new(ProptestConfig {
        rng_seed: RngSeed::Fixed(3),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let mut counts = Counts::default();
    for round in 0..400 {
        let whole = UnfundedOrder::CanceledWhole;
        let unfunded = if round % 2 == 0 { whole } else { UnfundedOrder::FillsWhatIsPaid };
        count_along(unfunded, &steps.new_tree(&mut runner).unwrap().current(), &mut counts);
    }
    let Counts { unpaid, partly_paid } = counts;
    assert!(unpaid > 100 && partly_paid > 50, "{unpaid} and {partly_paid} bids were not paid");
}

/// How many bids could not be paid at all, and how many in part.
#[derive(Default)]
struct Counts {
    unpaid: u32,
    partly_paid: u32,
}

fn count_along(unfunded: UnfundedOrder, steps: &[(bool, u16, u64)], counts: &mut Counts) {
    let mut desk = desk_of(at_match(unfunded), "0", "4");
    let mut bids: Vec<(Price, Quantity)> = Vec::new();
    let mut cash: Cash = "4".parse().unwrap();
    for (is_bid, cents, hundredths) in steps.iter().copied() {
        let price = Price::new(cents * 100).unwrap();
        let quantity = Quantity::new(hundredths).unwrap();
        if is_bid {
            let is_taken = price.times(quantity) <= cash;
            let told = desk.say(1, "bot", &format!("bid {quantity} @ {price}"));
            assert_eq!(told.starts_with("filled 0, rests"), is_taken, "{told}");
            bids.extend(is_taken.then_some((price, quantity)));
            // Stable: of equal prices the earlier stays before the later.
            bids.sort_by_key(|(price, _)| price.complement());
            continue;
        }
        let mut left = quantity;
        let mut kept = Vec::new();
        for (bid, size) in bids.drain(..) {
            if bid < price || left.is_zero() {
                kept.push((bid, size));
                continue;
            }
            let met = left.min(size);
            let paid = if bid.times(met) <= cash {
                kept.extend((met < size).then(|| (bid, size - met)));
                met
            } else if unfunded == UnfundedOrder::FillsWhatIsPaid {
                // What 0.01 contract costs, as often as it goes into the cash.
                let each = bid.times(Quantity::STEP).millionths();
                Quantity::new((cash.millionths() / each).unsigned_abs()).unwrap()
            } else {
                Quantity::ZERO
            };
            counts.unpaid += u32::from(paid.is_zero());
            counts.partly_paid += u32::from(paid < met && !paid.is_zero());
            cash -= bid.times(paid);
            left -= paid;
        }
        bids = kept;
        let told = desk.say(1, "crowd", &format!("ask {quantity} @ {price} ioc"));
        assert_eq!(told, format!("filled {}, rests 0", quantity - left));
        let bot = desk.account("bot");
        assert_eq!(desk.exchange.funds(bot).balance, cash);
    }
}

/// Who, what, the answer.
type Line<'a> = (&'a str, &'a str, &'a str);

/// Requests on a desk without fees on which the bot has 4 dollars and money is checked when orders
/// are met.
fn carry_out(lines: &[Line<'_>]) {
    let mut desk = desk(CollateralRule::AtMatch, "0", "4");
    for (who, what, expected) in lines {
        assert_eq!(desk.say(1, who, what), *expected, "{who}: {what}");
    }
}

const RESTS_10: &str = "filled 0, rests 10";
const RESTS_5: &str = "filled 0, rests 5";

/// The bot's first 10 use up its money; the crowd's own 5 lie between them and the bot's other 10.
#[test]
fn own_orders_are_not_met_and_cost_nothing() {
    let resting = [
        ("bot", "bid 10 @ 0.40", RESTS_10),
        ("crowd", "bid 5 @ 0.39", RESTS_5),
        ("bot", "bid 10 @ 0.38", RESTS_10),
    ];
    // Stopped at its own, the taker does not come to the 10 that can not be paid.
    carry_out(
        &[
            &resting[..],
            &[
                ("crowd", "ask 20 @ 0.38 ioc apart taker", "filled 10, rests 0"),
                ("bot", "cancel #2", "canceled 10"),
            ],
        ]
        .concat(),
    );
    // Past its own, which is canceled, it does.
    carry_out(
        &[
            &resting[..],
            &[
                ("crowd", "ask 20 @ 0.38 ioc apart maker", "filled 10, rests 0"),
                ("crowd", "cancel #1", "OrderNotFound"),
                ("bot", "cancel #2", "OrderNotFound"),
            ],
        ]
        .concat(),
    );
}

/// 3.90 of the 4 dollars pay for 10; the crowd's own 5 at the top are no part of the 12.
#[test]
fn what_is_prevented_is_not_filled() {
    carry_out(&[
        ("crowd", "bid 5 @ 0.40", RESTS_5),
        ("bot", "bid 10 @ 0.39", RESTS_10),
        ("bot", "bid 10 @ 0.38", RESTS_10),
        ("crowd", "ask 12 @ 0.38 apart maker", "filled 10, rests 2"),
        ("bot", "cancel #2", "OrderNotFound"),
    ]);
}

/// A fill-or-kill order is judged on the whole depth that can be paid, its own account's included.
#[test]
fn own_orders_count_as_depth_of_a_fill_or_kill_order() {
    for (what, expected) in [
        ("ask 15 @ 0.38 fok apart maker", "filled 10, rests 0"),
        ("ask 15.01 @ 0.38 fok apart maker", "FillOrKillInsufficientVolume"),
    ] {
        carry_out(&[
            ("crowd", "bid 5 @ 0.40", RESTS_5),
            ("bot", "bid 10 @ 0.39", RESTS_10),
            ("bot", "bid 10 @ 0.38", RESTS_10),
            ("crowd", what, expected),
        ]);
    }
}

/// Of the bot's 10, 5 are met, and 2 dollars are left for them; all 10 would need 4.
#[test]
fn an_order_needs_money_for_what_is_met_of_it() {
    carry_out(&[
        ("bot", "bid 5 @ 0.40", RESTS_5),
        ("bot", "bid 10 @ 0.40", RESTS_10),
        ("crowd", "ask 5 @ 0.40", "filled 5, rests 0"),
        ("crowd", "bid 5 @ 0.41", RESTS_5),
        ("crowd", "ask 10 @ 0.40", "filled 10, rests 0"),
        ("bot", "cancel #1", "canceled 5"),
    ]);
}

#[test]
fn an_account_without_limit_pays_whatever_is_met() {
    carry_out(&[
        ("crowd", "bid 5 @ 0.40", RESTS_5),
        ("crowd", "bid 5 @ 0.39", RESTS_5),
        ("bot", "ask 6 @ 0.39", "filled 6, rests 0"),
    ]);
}

/// The bot has sold 10 at 0.60 for all its money. Buying them back at 0.40 brings 6 dollars, which
/// pay for 10 more; 2 dollars are too few for another 10. The same with YES and NO exchanged.
#[test]
fn what_a_match_brings_pays_for_the_next_one() {
    for (open, take, close) in
        [("ask 10 @ 0.60", "bid 10 @ 0.60", "bid"), ("bid 10 @ 0.40", "ask 10 @ 0.40", "ask")]
    {
        let (price, other) = if close == "bid" { ("0.40", "ask") } else { ("0.60", "bid") };
        let closes = format!("{close} 10 @ {price}");
        let takes = format!("{other} 30 @ {price} ioc");
        carry_out(&[
            ("bot", open, RESTS_10),
            ("crowd", take, "filled 10, rests 0"),
            ("bot", &closes, RESTS_10),
            ("bot", &closes, RESTS_10),
            ("bot", &closes, RESTS_10),
            ("crowd", &takes, "filled 20, rests 0"),
            ("bot", "cancel #4", "OrderNotFound"),
        ]);
    }
}

/// Asks are met from the lowest price on. 5 at 0.60 and 5 at 0.62 need 3.90 dollars; nothing above
/// the taker's limit is looked at.
#[test]
fn asks_are_paid_in_the_order_in_which_they_are_met() {
    carry_out(&[
        ("bot", "ask 5 @ 0.62", RESTS_5),
        ("bot", "ask 5 @ 0.60", RESTS_5),
        ("bot", "ask 1 @ 0.65", "filled 0, rests 1"),
        ("crowd", "bid 20 @ 0.62 ioc", "filled 10, rests 0"),
        ("bot", "cancel #2", "canceled 1"),
    ]);
}

/// A maker's fee of 10 at 0.40 is 0.0175 x 10 x 0.24 = 0.042 dollar: each 10 need 4.042, both 8.084.
#[test]
fn a_match_needs_money_for_its_fee_too() {
    for (cash, expected) in [("8.084", "filled 20, rests 0"), ("8.083999", "filled 10, rests 0")] {
        let collateral = CollateralRule::AtMatch;
        let settings = ExchangeSettings { collateral, ..ExchangeSettings::default() };
        let plain = terms("1");
        let fees = FeeSchedule::new(FeeKind::QuadraticWithMakerFees, plain.fees.multiplier());
        let terms = MarketTerms { fees, ..plain };
        let mut desk = Desk::new(settings, terms, &[("bot", cash), ("crowd", "unlimited")]);
        for _ in 0..2 {
            assert_eq!(desk.say(0, "bot", "bid 10 @ 0.40"), RESTS_10);
        }
        assert_eq!(desk.say(1, "crowd", "ask 20 @ 0.40 ioc"), expected, "with {cash}");
    }
}
