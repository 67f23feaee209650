//! Whether the market and the exchange take requests.

use fillgap::book::BookCapacity;
use fillgap::exchange::PausedDecrease;
use fillgap::protocol::RejectReason;
use fillgap::units::{SimDuration, SimTime};

use super::orders::{OWN, STOCKED};
use super::scene::Scene;
use super::{Edge, check, edge, edge_between};

const RESTS_1: &str = "filled 0, rests 1";

/// The bot's 10 at 0.40 rest (`#2`); the market, or the exchange, is not open.
const MARKET_PAUSED: Scene = OWN.then(&["market pauses"]);
const CLOSED: Scene = OWN.then(&["market closes"]);
const TRADING_IS_PAUSED: Scene = OWN.then(&["exchange pauses trading"]);
const EXCHANGE_IS_PAUSED: Scene = OWN.then(&["exchange pauses"]);

/// Three orders fit into the book, two of the crowd are there.
const THREE: Scene =
    STOCKED.under(|settings, _| settings.book_capacity = BookCapacity::new(3).unwrap());

/// A market that opens at 10 s, and one that closes at 20 s.
const OPENS: Scene = Scene::of(&[])
    .under(|_, rules| rules.opens_at = Some(SimTime::START + SimDuration::from_s(10)));
const CLOSES: Scene =
    OWN.under(|_, rules| rules.closes_at = Some(SimTime::START + SimDuration::from_s(20)));

pub(super) const MARKET: &[Edge] = &[
    edge_between(OWN, MARKET_PAUSED, "bid 1 @ 0.39", RESTS_1),
    edge_between(OWN, MARKET_PAUSED, "bid 1 @ 0.50 ioc", "filled 1, rests 0"),
    edge_between(OWN, MARKET_PAUSED, "batch bid 1 @ 0.39", RESTS_1),
    edge_between(OWN, MARKET_PAUSED, "amend #2 to 9 @ 0.40", "filled 0, rests 9"),
    // A pause still lets orders go; a close does not.
    edge(MARKET_PAUSED, "cancel #2", "canceled 10", "amend #2 to 9 @ 0.40"),
    edge_between(MARKET_PAUSED, CLOSED, "cancel #2", "canceled 10"),
    edge_between(MARKET_PAUSED, CLOSED, "decrease #2 by 1", "remaining 9"),
    edge_between(OWN, CLOSED, "bid 1 @ 0.39", RESTS_1),
    edge_between(OWN, CLOSED, "amend #2 to 9 @ 0.40", "filled 0, rests 9"),
    // A market that comes back from a pause takes orders again.
    edge_between(
        OWN.then(&["market pauses", "market resumes"]),
        MARKET_PAUSED,
        "bid 1 @ 0.39",
        RESTS_1,
    ),
    edge_between(OPENS.at("10"), OPENS.at("9.999999999"), "bid 1 @ 0.39", RESTS_1),
    edge_between(CLOSES.at("19.999999999"), CLOSES.at("20"), "bid 1 @ 0.39", RESTS_1),
    edge_between(CLOSES.at("19.999999999"), CLOSES.at("20"), "cancel #2", "canceled 10"),
];

pub(super) const TRADING_PAUSED: &[Edge] = &[
    edge_between(OWN, TRADING_IS_PAUSED, "bid 1 @ 0.39", RESTS_1),
    edge_between(OWN, TRADING_IS_PAUSED, "bid 1 @ 0.50 ioc", "filled 1, rests 0"),
    edge_between(OWN, TRADING_IS_PAUSED, "batch bid 1 @ 0.39", RESTS_1),
    edge_between(OWN, TRADING_IS_PAUSED, "amend #2 to 9 @ 0.40", "filled 0, rests 9"),
    // An amend to less is refused, a decrease and a cancel are not.
    edge(TRADING_IS_PAUSED, "decrease #2 by 1", "remaining 9", "amend #2 to 9 @ 0.40"),
    edge(TRADING_IS_PAUSED, "cancel #2", "canceled 10", "amend #2 to 9 @ 0.40"),
    // A decrease is, if that is chosen.
    edge_between(
        TRADING_IS_PAUSED,
        TRADING_IS_PAUSED.under(|settings, _| settings.paused_decrease = PausedDecrease::LikeAmend),
        "decrease #2 by 1",
        "remaining 9",
    ),
    edge_between(
        OWN.then(&["exchange pauses trading", "exchange resumes"]),
        TRADING_IS_PAUSED,
        "bid 1 @ 0.39",
        RESTS_1,
    ),
];

pub(super) const EXCHANGE_PAUSED: &[Edge] = &[
    edge_between(OWN, EXCHANGE_IS_PAUSED, "bid 1 @ 0.39", RESTS_1),
    edge_between(OWN, EXCHANGE_IS_PAUSED, "batch bid 1 @ 0.39", RESTS_1),
    edge_between(OWN, EXCHANGE_IS_PAUSED, "amend #2 to 9 @ 0.40", "filled 0, rests 9"),
    // What a pause of trading lets through.
    edge_between(TRADING_IS_PAUSED, EXCHANGE_IS_PAUSED, "cancel #2", "canceled 10"),
    edge_between(TRADING_IS_PAUSED, EXCHANGE_IS_PAUSED, "cancel all", "all canceled"),
    edge_between(TRADING_IS_PAUSED, EXCHANGE_IS_PAUSED, "decrease #2 by 1", "remaining 9"),
    edge_between(TRADING_IS_PAUSED, EXCHANGE_IS_PAUSED, "decrease #2 to 1", "remaining 1"),
    edge_between(TRADING_IS_PAUSED, EXCHANGE_IS_PAUSED, "group 1", "order group 0"),
    edge_between(
        OWN.then(&["exchange pauses", "exchange resumes"]),
        EXCHANGE_IS_PAUSED,
        "cancel #2",
        "canceled 10",
    ),
];

pub(super) const CAPACITY: &[Edge] = &[
    edge_between(THREE, THREE.then(&["bot bid 1 @ 0.40"]), "bid 1 @ 0.39", RESTS_1),
    edge_between(THREE, THREE.then(&["bot bid 1 @ 0.40"]), "batch bid 1 @ 0.39", RESTS_1),
    // An order that would not rest needs a place all the same, while it is matched.
    edge_between(THREE, THREE.then(&["bot bid 1 @ 0.40"]), "bid 1 @ 0.50 ioc", "filled 1, rests 0"),
    // A cancel, a fill and an expiry make room.
    edge_between(
        THREE.then(&["bot bid 1 @ 0.40", "bot cancel #2"]),
        THREE.then(&["bot bid 1 @ 0.40", "bot decrease #2 by 0.99"]),
        "bid 1 @ 0.39",
        RESTS_1,
    ),
    edge_between(
        THREE.then(&["bot bid 5 @ 0.50"]),
        THREE.then(&["bot bid 5 @ 0.49"]),
        "bid 1 @ 0.39",
        RESTS_1,
    ),
    edge_between(
        THREE.then(&["bot bid 1 @ 0.40 until 1"]),
        THREE.then(&["bot bid 1 @ 0.40 until 1.000000001"]),
        "bid 1 @ 0.39",
        RESTS_1,
    ),
];

#[test]
fn the_market_must_take_orders() {
    check(RejectReason::MarketInactive);
}

#[test]
fn a_pause_of_trading_refuses_what_could_trade() {
    check(RejectReason::TradingPaused);
}

#[test]
fn a_pause_of_the_exchange_refuses_every_change() {
    check(RejectReason::ExchangePaused);
}

#[test]
fn the_exchange_holds_as_many_orders_as_it_was_built_for() {
    check(RejectReason::ExchangeUnavailable);
}
