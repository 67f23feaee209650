//! What an amend says of the order that it changes.

use fillgap::protocol::RejectReason;

use super::orders::{OWN, STOCKED};
use super::scene::Scene;
use super::{Edge, check, edge};

const RESTS_10: &str = "filled 0, rests 10";

/// Of the bot's 10 at 0.40, 4 have filled.
const PARTLY: Scene = OWN.then(&["crowd ask 4 @ 0.40"]);

/// The same, and 3 of the 6 that remained were taken off.
const SMALLER: Scene = OWN.then(&["crowd ask 4 @ 0.40", "bot decrease #2 by 3"]);

/// Of the bot's 10 at 0.50, 5 took and 5 rest.
const TAKEN: Scene = STOCKED.then(&["bot bid 10 @ 0.50"]);

/// Of the bot's ask of 10 at 0.30, 5 took and 5 rest.
const SOLD: Scene = STOCKED.then(&["bot ask 10 @ 0.30"]);

pub(super) const MARKET: &[Edge] = &[
    edge(OWN, "amend #2 to 10 @ 0.41 market 0", RESTS_10, "amend #2 to 10 @ 0.41 market 1"),
    edge(OWN, "amend #2 to 10 @ 0.40 market 0", RESTS_10, "amend #2 to 10 @ 0.40 market 1"),
];

pub(super) const SIDE: &[Edge] = &[
    edge(OWN, "amend #2 to 10 @ 0.41 side bid", RESTS_10, "amend #2 to 10 @ 0.41 side ask"),
    edge(
        SOLD,
        "amend #2 to 10 @ 0.31 side ask",
        "filled 0, rests 5",
        "amend #2 to 10 @ 0.31 side bid",
    ),
];

pub(super) const CLIENT_ORDER: &[Edge] = &[
    edge(OWN, "amend #2 to 10 @ 0.41 from 7", RESTS_10, "amend #2 to 10 @ 0.41 from 8"),
    edge(OWN, "amend #2 to 10 @ 0.41 from 7", RESTS_10, "amend #2 to 10 @ 0.41 from 6"),
    // The one that it gets is not the one that it has.
    edge(OWN, "amend #2 to 10 @ 0.41 from 7 as 8", RESTS_10, "amend #2 to 10 @ 0.41 from 8 as 8"),
];

/// The total counts what has filled. One of exactly that is a cancel.
pub(super) const BELOW_FILLED: &[Edge] = &[
    edge(PARTLY, "amend #2 to 4 @ 0.40", "filled 0, rests 0", "amend #2 to 3.99 @ 0.40"),
    edge(PARTLY, "amend #2 to 4.01 @ 0.40", "filled 0, rests 0.01", "amend #2 to 3.99 @ 0.40"),
    edge(PARTLY, "amend #2 to 4.01 @ 0.41", "filled 0, rests 0.01", "amend #2 to 3.99 @ 0.41"),
    // What a decrease took off has not filled.
    edge(SMALLER, "amend #2 to 4 @ 0.40", "filled 0, rests 0", "amend #2 to 3.99 @ 0.40"),
    // Filled as taker.
    edge(TAKEN, "amend #2 to 5 @ 0.50", "filled 0, rests 0", "amend #2 to 4.99 @ 0.50"),
    edge(SOLD, "amend #2 to 5.01 @ 0.30", "filled 0, rests 0.01", "amend #2 to 4.99 @ 0.30"),
];

#[test]
fn an_amend_names_its_orders_market_side_and_client_order_id() {
    check(RejectReason::OrderMarketMismatch);
    check(RejectReason::OrderSideMismatch);
    check(RejectReason::ClientOrderMismatch);
}

#[test]
fn an_amends_total_is_not_below_what_has_filled() {
    check(RejectReason::AmendBelowFilled);
}
