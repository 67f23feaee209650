//! What an order says of itself.

use fillgap::exchange::{ExchangeSettings, NothingToClose};
use fillgap::market::MarketRules;
use fillgap::protocol::RejectReason;

use super::scene::Scene;
use super::{Edge, check, edge, edge_between};

/// The crowd offers 5 at 0.50 and bids 5 at 0.30.
pub(super) const STOCKED: Scene = Scene::of(&["crowd ask 5 @ 0.50", "crowd bid 5 @ 0.30"]);

/// The bot bids 10 at 0.40 besides (`#2`).
pub(super) const OWN: Scene =
    Scene::of(&["crowd ask 5 @ 0.50", "crowd bid 5 @ 0.30", "bot bid 10 @ 0.40 as 7"]);

/// The bot bought the crowd's 5.
const LONG: Scene = STOCKED.then(&["bot bid 5 @ 0.50"]);

/// The bot sold 5 to the crowd.
const SHORT: Scene = STOCKED.then(&["bot ask 5 @ 0.30"]);

pub(super) const SIZE: &[Edge] = &[
    edge(STOCKED, "bid 0.01 @ 0.40", "filled 0, rests 0.01", "bid 0 @ 0.40"),
    edge(STOCKED, "ask 0.01 @ 0.60", "filled 0, rests 0.01", "ask 0 @ 0.60"),
    edge(STOCKED, "bid 0.01 @ 0.50", "filled 0.01, rests 0", "bid 0 @ 0.50"),
    edge(STOCKED, "bid 0.01 @ 0.50 ioc", "filled 0.01, rests 0", "bid 0 @ 0.50 ioc"),
    edge(STOCKED, "bid 0.01 @ 0.50 fok", "filled 0.01, rests 0", "bid 0 @ 0.50 fok"),
    edge(STOCKED, "batch bid 0.01 @ 0.40", "filled 0, rests 0.01", "batch bid 0 @ 0.40"),
    edge(OWN, "decrease #2 by 0.01", "remaining 9.99", "decrease #2 by 0"),
    // To no less than remains.
    edge(OWN, "decrease #2 to 9.99", "remaining 9.99", "decrease #2 to 10"),
    edge(OWN, "amend #2 to 0.01 @ 0.40", "filled 0, rests 0.01", "amend #2 to 0 @ 0.40"),
    edge(OWN, "amend #2 to 0.01 @ 0.41", "filled 0, rests 0.01", "amend #2 to 0 @ 0.41"),
];

/// A grid of whole cents from 0.01 to 0.99.
pub(super) const PRICE: &[Edge] = &[
    edge(STOCKED, "bid 1 @ 0.01", "filled 0, rests 1", "bid 1 @ 0"),
    edge(STOCKED, "bid 1 @ 0.01", "filled 0, rests 1", "bid 1 @ 0.0099"),
    edge(STOCKED, "ask 1 @ 0.99", "filled 0, rests 1", "ask 1 @ 1"),
    edge(STOCKED, "ask 1 @ 0.99", "filled 0, rests 1", "ask 1 @ 0.9901"),
    edge(STOCKED, "bid 1 @ 0.99", "filled 1, rests 0", "bid 1 @ 1"),
    edge(STOCKED, "bid 1 @ 0.40", "filled 0, rests 1", "bid 1 @ 0.4001"),
    edge(STOCKED, "bid 1 @ 0.41", "filled 0, rests 1", "bid 1 @ 0.4099"),
    edge(STOCKED, "bid 1 @ 0.40", "filled 0, rests 1", "bid 1 @ 0.405"),
    edge(STOCKED, "bid 1 @ 0.50 ioc", "filled 1, rests 0", "bid 1 @ 0.5001 ioc"),
    edge(STOCKED, "bid 1 @ 0.50 fok", "filled 1, rests 0", "bid 1 @ 0.5001 fok"),
    edge(STOCKED, "batch bid 1 @ 0.40", "filled 0, rests 1", "batch bid 1 @ 0.4001"),
    edge(OWN, "amend #2 to 10 @ 0.41", "filled 0, rests 10", "amend #2 to 10 @ 0.4101"),
    edge(OWN, "amend #2 to 10 @ 0.01", "filled 0, rests 10", "amend #2 to 10 @ 0"),
    // It meets the crowd's 5.
    edge(OWN, "amend #2 to 10 @ 0.99", "filled 5, rests 5", "amend #2 to 10 @ 1"),
];

/// The request comes at 1 s, and an order ends at the very instant of its expiry.
pub(super) const EXPIRY: &[Edge] = &[
    edge(STOCKED, "bid 1 @ 0.40 until 1.000000001", "filled 0, rests 1", "bid 1 @ 0.40 until 1"),
    edge(STOCKED, "ask 1 @ 0.60 until 1.000000001", "filled 0, rests 1", "ask 1 @ 0.60 until 1"),
    // It would not rest, and is refused all the same.
    edge(STOCKED, "bid 1 @ 0.50 until 1.000000001", "filled 1, rests 0", "bid 1 @ 0.50 until 1"),
    edge_between(
        STOCKED.at("1.999999999"),
        STOCKED.at("2"),
        "bid 1 @ 0.40 until 2",
        "filled 0, rests 1",
    ),
    edge(
        OWN,
        "amend #2 to 10 @ 0.40 until 1.000000001",
        "filled 0, rests 10",
        "amend #2 to 10 @ 0.40 until 1",
    ),
    edge(
        OWN,
        "amend #2 to 10 @ 0.41 until 1.000000001",
        "filled 0, rests 10",
        "amend #2 to 10 @ 0.41 until 1",
    ),
];

pub(super) const REDUCE_ONLY: &[Edge] = &[
    edge(LONG, "ask 5 @ 0.30 ioc reduce", "filled 5, rests 0", "ask 5 @ 0.30 reduce"),
    edge(LONG, "ask 5 @ 0.30 ioc reduce", "filled 5, rests 0", "ask 5 @ 0.30 fok reduce"),
    edge(LONG, "ask 5 @ 0.30 ioc reduce", "filled 5, rests 0", "ask 5 @ 0.30 until 9 reduce"),
    edge(LONG, "ask 5 @ 0.60", "filled 0, rests 5", "ask 5 @ 0.60 reduce"),
    edge(SHORT, "bid 5 @ 0.50 ioc reduce", "filled 5, rests 0", "bid 5 @ 0.50 reduce"),
    // With nothing to close it is taken, and comes to nothing.
    edge(STOCKED, "bid 5 @ 0.50 ioc reduce", "filled 0, rests 0", "bid 5 @ 0.50 reduce"),
];

/// With the reading that refuses what closes nothing, and nothing or 0.01 to close.
const FLAT: Scene = STOCKED.under(refuse_nothing_to_close);
const LONG_BY_STEP: Scene = FLAT.then(&["bot bid 0.01 @ 0.50"]);
const SHORT_BY_STEP: Scene = FLAT.then(&["bot ask 0.01 @ 0.30"]);

fn refuse_nothing_to_close(settings: &mut ExchangeSettings, _: &mut MarketRules) {
    settings.entry.nothing_to_close = NothingToClose::Refused;
}

pub(super) const NOTHING_TO_CLOSE: &[Edge] = &[
    edge_between(LONG_BY_STEP, FLAT, "ask 1 @ 0.30 ioc reduce", "filled 0.01, rests 0"),
    edge_between(SHORT_BY_STEP, FLAT, "bid 1 @ 0.50 ioc reduce", "filled 0.01, rests 0"),
    // It would close with the other side's position.
    edge_between(LONG_BY_STEP, SHORT_BY_STEP, "ask 1 @ 0.30 ioc reduce", "filled 0.01, rests 0"),
];

#[test]
fn the_quantity_must_be_above_zero() {
    check(RejectReason::InvalidOrderSize);
}

#[test]
fn the_price_must_be_on_the_grid() {
    check(RejectReason::InvalidPrice);
}

#[test]
fn the_expiry_must_be_in_the_future() {
    check(RejectReason::ExpiryNotInFuture);
}

#[test]
fn a_reduce_only_order_that_could_rest_is_refused() {
    check(RejectReason::ReduceOnlyNotImmediate);
}

#[test]
fn a_reduce_only_order_with_nothing_to_close_can_be_refused() {
    check(RejectReason::NothingToClose);
}
