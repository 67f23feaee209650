//! A market whose prices become finer while orders rest.

use fillgap::audit::{ExchangeAudit, Invariant};
use fillgap::exchange::{Exchange, ExchangeSettings};
use fillgap::market::{MarketTerms, PriceLevelLabel, PriceLevelStructure};
use fillgap::protocol::{BookLevel, BookView, Query, Reply};
use fillgap::units::{Side, SimTime};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::exchange_desk::{Desk, terms};

/// Whole cents become tenths of a cent below 0.10 and above 0.90.
const FINER: PriceLevelLabel = PriceLevelLabel::TaperedDeciCent;

/// The bot's 5 stand before bob's 3 at 0.09, 4 are offered at 0.12.
fn desk() -> Desk {
    let accounts = [("bot", "100"), ("bob", "unlimited"), ("crowd", "unlimited")];
    let mut desk = Desk::new(ExchangeSettings::default(), terms("0"), &accounts);
    for (who, what) in [("bot", "bid 5 @ 0.09"), ("bob", "bid 3 @ 0.09"), ("crowd", "ask 4 @ 0.12")]
    {
        desk.say(0, who, what);
    }
    desk
}

fn levels(levels: &[(&str, &str)]) -> Vec<BookLevel> {
    let level = |(price, quantity): &(&str, &str)| BookLevel {
        price: price.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
    };
    levels.iter().map(level).collect()
}

/// Prices, queue and quote around the change; money: 5 at 0.09 lock 0.45, 2 more at 0.085 another
/// 0.17. The sale of 10 meets 1 at 0.095, 5 and 3 at 0.09 in their old order, 1 of 2 at 0.085. The
/// bot pays 0.45 + 0.085 and has 0.085 locked.
#[test]
fn resting_orders_keep_price_and_place_when_prices_become_finer() {
    let mut desk = desk();
    let queue = |desk: &Desk| -> Vec<_> {
        let bids = desk.exchange.resting_in(desk.market, Side::Bid);
        bids.map(|order| (order.order, order.remaining.to_string())).collect()
    };
    let before = (queue(&desk), desk.exchange.quote(desk.market), desk.exchange.book(desk.market));
    desk.tell(&[(0, "bot", "bid 2 @ 0.085", "InvalidPrice", "100", "99.55", "0")]);

    desk.refine(1, FINER).unwrap();
    assert_eq!(desk.story(), ["finer prices"]);
    let after = (queue(&desk), desk.exchange.quote(desk.market), desk.exchange.book(desk.market));
    assert_eq!(after, before);

    desk.tell(&[
        (2, "bot", "bid 2 @ 0.085", "filled 0, rests 2", "100", "99.38", "0"),
        (2, "bot", "bid 1 @ 0.115", "InvalidPrice", "100", "99.38", "0"),
    ]);
    desk.say(2, "bob", "bid 1 @ 0.095");
    assert_eq!(desk.story()[1..], ["quote 0.095 0.12"]);
    assert_eq!(desk.say(3, "crowd", "ask 10 @ 0.085"), "filled 10, rests 0");
    let trades: Vec<_> = desk.story().into_iter().filter(|line| line.contains("taker")).collect();
    let makers: Vec<_> =
        desk.story().into_iter().filter(|line| line.contains("as Maker")).collect();
    assert_eq!(trades.len(), 4);
    assert_eq!(
        makers,
        [
            "bob: #4 filled 1 @ 0.095 as Maker, fee 0.00, holds 1",
            "bot: #0 filled 5 @ 0.09 as Maker, fee 0.00, holds 5",
            "bob: #1 filled 3 @ 0.09 as Maker, fee 0.00, holds 4",
            "bot: #3 filled 1 @ 0.085 as Maker, fee 0.00, holds 6",
        ]
    );
    desk.tell(&[
        (4, "bot", "amend #3 to 3 @ 0.087", "filled 0, rests 2", "99.465", "99.291", "6"),
        (4, "bot", "cancel #3", "canceled 2", "99.465", "99.465", "6"),
    ]);
}

/// At 3 s nothing rests at 0.09 any more; at 1 s, on the old prices, 8 did, and 2 at 0.08, which were
/// not there at 0 s.
#[test]
fn reads_of_the_past_see_the_old_levels_after_prices_became_finer() {
    let mut desk = desk();
    desk.say(1, "bob", "bid 2 @ 0.08");
    desk.refine(1, FINER).unwrap();
    desk.say(2, "bob", "bid 1 @ 0.095");
    desk.say(3, "crowd", "ask 9 @ 0.09");
    let book =
        |desk: &mut Desk, as_of_s| match desk.read(4, "bot", Query::Book(desk.market), as_of_s) {
            Reply::Book(book) => book,
            other => panic!("{other:?}"),
        };
    let asks = levels(&[("0.12", "4")]);
    for (as_of_s, bids) in [
        (0, &[("0.09", "8")][..]),
        (1, &[("0.09", "8"), ("0.08", "2")]),
        (2, &[("0.095", "1"), ("0.09", "8"), ("0.08", "2")]),
        (3, &[("0.08", "2")]),
    ] {
        let expected = BookView { bids: levels(bids), asks: asks.clone() };
        assert_eq!(book(&mut desk, as_of_s), expected, "as of {as_of_s} s");
    }
}

#[test]
fn prices_can_not_become_coarser() {
    let mut desk = desk();
    desk.refine(1, FINER).unwrap();
    let error = desk.refine(2, PriceLevelLabel::LinearCent).unwrap_err();
    assert_eq!(error.to_string(), "regrid: found no tick at 0.001, which the old grid has");
    let nothing: [String; 0] = [];
    assert_eq!(desk.story(), nothing);
    assert_eq!(desk.say(2, "bob", "bid 1 @ 0.085"), "filled 0, rests 1");
}

/// The event that tells it is what lets the audit accept the new prices.
#[test]
fn the_audit_notices_prices_that_change_without_a_word() {
    let mut exchange = Exchange::new(ExchangeSettings::default());
    let market = exchange.list_market(terms("0"));
    let mut audit = ExchangeAudit::new(&exchange);
    let mut events = Vec::new();
    let finer = PriceLevelStructure::of_label(FINER);
    exchange.refine_levels(SimTime::START, market, finer, &mut events).unwrap();
    let found = audit.clone().check(&exchange).unwrap_err();
    assert_eq!(found.invariant, Invariant::RestingOrdersMayRest);
    audit.observe(SimTime::START, &events[0]).unwrap();
    audit.check(&exchange).unwrap();
}

/// A request: who asks, a side, a price in tenths of a cent, contracts, and what kind.
type Act = (bool, bool, u32, u32, u32);

/// The request in words, with a price that whole cents or tenths have.
fn words_of(act: &Act, prices: PriceLevelLabel, accepted: usize) -> (&'static str, String) {
    let (is_bot, is_bid, tenths, contracts, kind) = *act;
    let who = if is_bot { "bot" } else { "crowd" };
    let side = if is_bid { "bid" } else { "ask" };
    let tenths = match prices {
        PriceLevelLabel::LinearCent => (tenths / 10).clamp(1, 99) * 10,
        _ => tenths,
    };
    let order = format!("{contracts} @ 0.{tenths:03}");
    let label = format!("#{}", contracts as usize % accepted.max(1));
    let what = match kind {
        0 if accepted > 0 => format!("cancel {label}"),
        1 if accepted > 0 => format!("amend {label} to {order}"),
        2 => format!("{side} {order} ioc"),
        _ => format!("{side} {order}"),
    };
    (who, what)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100,
        rng_seed: RngSeed::Fixed(6),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whole cents that become tenths come to the same as tenths from the start, request by request.
    #[test]
    fn prices_that_became_finer_are_as_good_as_fine_ones(
        acts in prop::collection::vec(
            (any::<bool>(), any::<bool>(), 1..1_000_u32, 1..30_u32, 0..8_u32),
            1..60,
        ),
        refined_after in 0..60_usize,
    ) {
        let accounts = [("bot", "50"), ("crowd", "unlimited")];
        let settings = ExchangeSettings::default();
        let levels = PriceLevelStructure::of_label(PriceLevelLabel::DeciCent);
        let fine = MarketTerms { levels, ..terms("1") };
        let mut fine = Desk::new(settings, fine, &accounts);
        let mut desk = Desk::new(settings, terms("1"), &accounts);
        for (number, act) in acts.iter().enumerate() {
            if number == refined_after {
                desk.refine(0, PriceLevelLabel::DeciCent).unwrap();
            }
            let is_refined = number >= refined_after;
            let prices =
                if is_refined { PriceLevelLabel::DeciCent } else { PriceLevelLabel::LinearCent };
            let (who, what) = words_of(act, prices, desk.accepted.len());
            prop_assert_eq!(desk.say(0, who, &what), fine.say(0, who, &what), "{}", what);
            prop_assert_eq!(desk.story(), fine.story(), "{}", what);
            let account = desk.account("bot");
            prop_assert_eq!(desk.exchange.funds(account), fine.exchange.funds(account));
        }
        prop_assert_eq!(desk.exchange.book(desk.market), fine.exchange.book(fine.market));
    }
}
