//! Fees that are waived until 10 s, in a market that charges 0.07 x contracts x p x (1 - p).

use fillgap::audit::Invariant;
use fillgap::exchange::{ExchangeEvent, ExchangeSettings, Funding};
use fillgap::market::{FeeKind, FeeMultiplier, FeeRounding, FeeSchedule, MarketRules, MarketTerms};
use fillgap::units::{Cash, SimDuration, SimTime};

use crate::exchange_desk::{Desk, terms};

fn rules(until_s: u64) -> MarketRules {
    let until = SimTime::START + SimDuration::from_s(until_s);
    MarketRules { fees_waived_until: Some(until), ..MarketRules::default() }
}

/// Takers pay 0.07, makers 0.0175.
fn with_maker_fees() -> MarketTerms {
    let fees = FeeSchedule::new(FeeKind::QuadraticWithMakerFees, FeeMultiplier::ONE);
    MarketTerms { fees, ..terms("1") }
}

/// One contract at 0.50 costs 0.0175 besides from 10 s on. In between, an instant at which nothing is
/// asked: the waiver ends at its own.
#[test]
fn no_fee_is_charged_until_the_waiver_ends() {
    for (at_s, fee) in [(0, "0.00"), (9, "0.00"), (10, "0.0175"), (60, "0.0175")] {
        let accounts = [("bot", "100"), ("crowd", "unlimited")];
        let settings = ExchangeSettings::default();
        let mut desk = Desk::with_rules(settings, terms("1"), rules(10), &accounts);
        desk.say(0, "crowd", "ask 5 @ 0.50");
        desk.say(at_s, "bot", "bid 1 @ 0.50");
        let bot = desk.account("bot");
        let expected: Cash = fee.parse().unwrap();
        assert_eq!(desk.exchange.holding(bot, desk.market).fees, expected, "{at_s} s");
    }
}

#[test]
fn the_end_of_a_waiver_is_told_when_it_comes() {
    let accounts = [("bot", "100")];
    let mut desk = Desk::with_rules(ExchangeSettings::default(), terms("1"), rules(10), &accounts);
    assert_eq!(desk.exchange.next_deadline(), Some(SimTime::START + SimDuration::from_s(10)));
    desk.wait(10);
    assert_eq!(desk.story(), ["fees are due"]);
    assert_eq!(desk.exchange.next_deadline(), None);
    // A waiver that is over when the market is listed waives nothing.
    let desk = Desk::with_rules(ExchangeSettings::default(), terms("1"), rules(0), &accounts);
    assert_eq!(desk.exchange.next_deadline(), None);
    assert_eq!(desk.exchange.fees(desk.market), terms("1").fees);
}

/// A fee that is charged while nobody said that it is due is more than the formula allows.
#[test]
fn the_audit_notices_fees_that_are_due_without_a_word() {
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    let mut desk = Desk::with_rules(ExchangeSettings::default(), terms("1"), rules(10), &accounts);
    desk.say(0, "crowd", "ask 5 @ 0.50");
    let mut audit = desk.audit.clone();
    let (now, request) = (SimTime::START + SimDuration::from_s(10), desk.request("bid 1 @ 0.50"));
    audit.asked(now, desk.account("bot"), &request).unwrap();
    desk.ask(now, "bot", &request);
    let told = desk.last_events.iter();
    let mut told = told.filter(|event| !matches!(event, ExchangeEvent::FeesDue { .. }));
    let found = told.try_for_each(|event| audit.observe(now, event)).unwrap_err();
    assert_eq!(found.invariant, Invariant::FeesWithinBounds);
}

/// What takes needs no fee before 10 s and 0.0175 from then on. What rests may fill later: a maker's
/// 0.004375, rounded to 0.0044, is set aside at once.
#[test]
fn only_what_takes_needs_no_fee_while_it_is_waived() {
    for (cash, at_s, reply) in [
        ("0.50", 9, "filled 1, rests 0"),
        ("0.4999", 9, "InsufficientBalance"),
        ("0.5174", 10, "InsufficientBalance"),
        ("0.5175", 10, "filled 1, rests 0"),
    ] {
        let accounts = [("bot", cash), ("crowd", "unlimited")];
        let settings = ExchangeSettings::default();
        let mut desk = Desk::with_rules(settings, terms("1"), rules(10), &accounts);
        desk.say(0, "crowd", "ask 5 @ 0.50");
        assert_eq!(desk.say(at_s, "bot", "bid 1 @ 0.50"), reply, "{cash} at {at_s} s");
    }
    let accounts = [("bot", "100"), ("crowd", "unlimited")];
    let settings = ExchangeSettings::default();
    let mut desk = Desk::with_rules(settings, with_maker_fees(), rules(10), &accounts);
    desk.tell(&[
        (0, "bot", "bid 1 @ 0.50", "filled 0, rests 1", "100", "99.4956", "0"),
        (5, "bot", "cancel all", "all canceled", "100", "100", "0"),
    ]);
}

/// An order that fills on both sides of the end pays for what comes after: 0.004375 in whole cents.
#[test]
fn an_order_pays_for_what_fills_after_the_waiver() {
    for (fee_rounding, after) in
        [(ExchangeSettings::default().fee_rounding, "0.0044"), (FeeRounding::WholeCent, "0.01")]
    {
        let settings = ExchangeSettings { fee_rounding, ..ExchangeSettings::default() };
        let accounts = [("bot", "100"), ("crowd", "unlimited")];
        let mut desk = Desk::with_rules(settings, with_maker_fees(), rules(10), &accounts);
        desk.say(0, "bot", "bid 2 @ 0.50");
        let bot = desk.account("bot");
        assert_eq!(desk.exchange.funding(bot), Funding::Cash("100".parse().unwrap()));
        for (at_s, fees) in [(9, "0"), (10, after)] {
            desk.say(at_s, "crowd", "ask 1 @ 0.50");
            let expected: Cash = fees.parse().unwrap();
            assert_eq!(desk.exchange.holding(bot, desk.market).fees, expected, "{at_s} s");
        }
    }
}
