//! Money that is checked when orders are met, one request a line.

use fillgap::exchange::{CollateralRule, ExchangeSettings};
use fillgap::units::{Cash, Price, Quantity};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::exchange_desk::{Desk, terms};

fn desk(collateral: CollateralRule, fee_multiplier: &str, cash: &'static str) -> Desk {
    let settings = ExchangeSettings { collateral, ..ExchangeSettings::default() };
    let accounts = [("bot", cash), ("crowd", "unlimited")];
    Desk::new(settings, terms(fee_multiplier), &accounts)
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
/// count: best price first, then the earliest, as long as the money lasts. Bids that it does not last
/// for are gone once they are met.
#[test]
fn the_money_lasts_as_long_as_a_plain_count_says() {
    let step = (any::<bool>(), 30_u16..40, 1_u64..600);
    let steps = prop::collection::vec(step, 1..40);
    let mut runner = TestRunner::new(ProptestConfig {
        rng_seed: RngSeed::Fixed(3),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let mut unfunded = 0;
    for _ in 0..200 {
        let mut desk = desk(CollateralRule::AtMatch, "0", "4");
        let mut bids: Vec<(Price, Quantity)> = Vec::new();
        let mut cash: Cash = "4".parse().unwrap();
        for (is_bid, cents, hundredths) in steps.new_tree(&mut runner).unwrap().current() {
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
                let met = left.min(size);
                if bid < price || left.is_zero() {
                    kept.push((bid, size));
                } else if bid.times(met) <= cash {
                    cash -= bid.times(met);
                    left -= met;
                    kept.extend((met < size).then(|| (bid, size - met)));
                } else {
                    unfunded += 1;
                }
            }
            bids = kept;
            let told = desk.say(1, "crowd", &format!("ask {quantity} @ {price} ioc"));
            assert_eq!(told, format!("filled {}, rests 0", quantity - left));
            let bot = desk.account("bot");
            assert_eq!(desk.exchange.funds(bot).balance, cash);
        }
    }
    assert!(unfunded > 100, "{unfunded} bids could not be paid");
}
