//! Orders, markets and the names that they have.

use fillgap::exchange::{ForeignOrder, RejectedClientOrder};
use fillgap::protocol::RejectReason;

use super::orders::{OWN, STOCKED};
use super::scene::Scene;
use super::{Edge, check, edge, edge_between};

const RESTS_1: &str = "filled 0, rests 1";

/// The bot's 10 at 0.40 are gone at 1 s.
const EXPIRING: Scene = STOCKED.then(&["bot bid 10 @ 0.40 until 1"]);

/// An order was refused as 7.
const REFUSED: Scene = STOCKED.then(&["refused bot bid 1 @ 0.4001 as 7"]);

/// The bot's order (`#2`) has a new client order id, 9 for 7.
const RENAMED: Scene = OWN.then(&["bot amend #2 to 10 @ 0.40 as 9"]);

/// An id is used once for ever, whatever became of its order.
pub(super) const CLIENT_ORDER: &[Edge] = &[
    edge(OWN, "bid 1 @ 0.39 as 8", RESTS_1, "bid 1 @ 0.39 as 7"),
    edge(OWN, "bid 1 @ 0.39 as 6", RESTS_1, "bid 1 @ 0.39 as 7"),
    edge(OWN, "batch bid 1 @ 0.39 as 8", RESTS_1, "batch bid 1 @ 0.39 as 7"),
    edge(OWN.then(&["bot cancel #2"]), "bid 1 @ 0.39 as 8", RESTS_1, "bid 1 @ 0.39 as 7"),
    edge(
        STOCKED.then(&["bot bid 1 @ 0.50 as 7"]),
        "bid 1 @ 0.39 as 8",
        RESTS_1,
        "bid 1 @ 0.39 as 7",
    ),
    edge(
        STOCKED.then(&["refused bot bid 6 @ 0.50 fok as 7"]),
        "bid 1 @ 0.39 as 8",
        RESTS_1,
        "bid 1 @ 0.39 as 7",
    ),
    edge(
        STOCKED.then(&["bot bid 1 @ 0.40 ioc as 7"]),
        "bid 1 @ 0.39 as 8",
        RESTS_1,
        "bid 1 @ 0.39 as 7",
    ),
    edge(
        STOCKED.then(&["bot bid 1 @ 0.40 until 1 as 7"]),
        "bid 1 @ 0.39 as 8",
        RESTS_1,
        "bid 1 @ 0.39 as 7",
    ),
    // A refused order never reached the book: its id is free, or not if that is chosen.
    edge_between(
        REFUSED,
        REFUSED.under(|settings, _| settings.rejected_client_order = RejectedClientOrder::UsedUp),
        "bid 1 @ 0.39 as 7",
        RESTS_1,
    ),
    // The id is the account's own.
    edge_between(
        STOCKED.then(&["crowd bid 1 @ 0.20 as 7"]),
        STOCKED.then(&["bot bid 1 @ 0.20 as 7"]),
        "bid 1 @ 0.39 as 7",
        RESTS_1,
    ),
    // An amend takes a new one and gives none back. That it has is no new one.
    edge(
        OWN.then(&["bot bid 1 @ 0.30 as 9"]),
        "amend #2 to 10 @ 0.40 as 8",
        "filled 0, rests 10",
        "amend #2 to 10 @ 0.40 as 9",
    ),
    edge(RENAMED, "amend #2 to 10 @ 0.40 as 9", "filled 0, rests 10", "amend #2 to 10 @ 0.40 as 7"),
    edge(RENAMED, "bid 1 @ 0.39 as 8", RESTS_1, "bid 1 @ 0.39 as 7"),
    edge(RENAMED, "bid 1 @ 0.39 as 8", RESTS_1, "bid 1 @ 0.39 as 9"),
];

/// Unknown, other people's, executed, canceled and expired orders look alike.
pub(super) const ORDER: &[Edge] = &[
    edge(OWN, "cancel #2", "canceled 10", "cancel #0"),
    edge(OWN, "decrease #2 by 1", "remaining 9", "decrease #0 by 1"),
    edge(OWN, "decrease #2 to 1", "remaining 1", "decrease #0 to 1"),
    edge(OWN, "amend #2 to 9 @ 0.40", "filled 0, rests 9", "amend #0 to 9 @ 0.40"),
    // 0.01 is left, or nothing.
    edge_between(
        OWN.then(&["crowd ask 9.99 @ 0.40"]),
        OWN.then(&["crowd ask 10 @ 0.40"]),
        "cancel #2",
        "canceled 0.01",
    ),
    edge_between(
        OWN.then(&["bot decrease #2 by 9.99"]),
        OWN.then(&["bot decrease #2 by 10"]),
        "cancel #2",
        "canceled 0.01",
    ),
    edge_between(
        OWN.then(&["bot decrease #2 to 0.01"]),
        OWN.then(&["bot decrease #2 to 0"]),
        "cancel #2",
        "canceled 0.01",
    ),
    edge_between(
        OWN.then(&["crowd ask 4 @ 0.40", "bot amend #2 to 4.01 @ 0.40"]),
        OWN.then(&["crowd ask 4 @ 0.40", "bot amend #2 to 4 @ 0.40"]),
        "cancel #2",
        "canceled 0.01",
    ),
    edge_between(
        OWN.then(&["crowd ask 9.99 @ 0.40"]),
        OWN.then(&["crowd ask 10 @ 0.40"]),
        "decrease #2 by 0.01",
        "remaining 0",
    ),
    edge_between(
        OWN.then(&["crowd ask 9 @ 0.40"]),
        OWN.then(&["crowd ask 10 @ 0.40"]),
        "amend #2 to 10 @ 0.41",
        "filled 0, rests 1",
    ),
    edge_between(EXPIRING.at("0.999999999"), EXPIRING, "cancel #2", "canceled 10"),
    edge_between(EXPIRING.at("0.999999999"), EXPIRING, "decrease #2 by 1", "remaining 9"),
    edge_between(
        EXPIRING.at("0.999999999"),
        EXPIRING,
        "amend #2 to 9 @ 0.40 forever",
        "filled 0, rests 9",
    ),
    // One that came and went at once.
    edge_between(
        STOCKED.then(&["bot bid 9 @ 0.50"]),
        STOCKED.then(&["bot bid 9 @ 0.50 ioc"]),
        "cancel #2",
        "canceled 4",
    ),
    // The slot in the book is used again, the id is not.
    edge(
        OWN.then(&["bot cancel #2", "bot bid 10 @ 0.40"]),
        "cancel #3",
        "canceled 10",
        "cancel #2",
    ),
];

pub(super) const MARKET: &[Edge] = &[
    edge(STOCKED, "bid 1 @ 0.40 market 0", RESTS_1, "bid 1 @ 0.40 market 1"),
    edge(STOCKED, "bid 1 @ 0.50 ioc market 0", "filled 1, rests 0", "bid 1 @ 0.50 ioc market 1"),
    edge(STOCKED, "batch bid 1 @ 0.40 market 0", RESTS_1, "batch bid 1 @ 0.40 market 1"),
];

/// With the reading that tells other people's orders from unknown ones. `#0` is the crowd's.
const TOLD_APART: Scene =
    OWN.under(|settings, _| settings.entry.foreign_order = ForeignOrder::Forbidden);

pub(super) const FOREIGN: &[Edge] = &[
    edge(TOLD_APART, "cancel #2", "canceled 10", "cancel #0"),
    edge(TOLD_APART, "decrease #2 by 1", "remaining 9", "decrease #0 by 1"),
    edge(TOLD_APART, "amend #2 to 9 @ 0.40", "filled 0, rests 9", "amend #0 to 9 @ 0.40"),
];

#[test]
fn a_client_order_id_names_one_order_of_its_account() {
    check(RejectReason::OrderAlreadyExists);
}

#[test]
fn only_an_own_order_that_rests_is_found() {
    check(RejectReason::OrderNotFound);
}

#[test]
fn the_market_must_be_listed() {
    check(RejectReason::MarketNotFound);
}

#[test]
fn other_peoples_orders_can_be_told_from_unknown_ones() {
    check(RejectReason::ForeignOrder);
}
