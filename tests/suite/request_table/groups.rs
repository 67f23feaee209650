//! Order groups and batches.

use fillgap::protocol::RejectReason;

use super::orders::{OWN, STOCKED};
use super::scene::Scene;
use super::{Edge, check, edge, edge_between};

const RESTS_1: &str = "filled 0, rests 1";

/// The bot's group 0 and the crowd's group 1, of 5 contracts each; the crowd bids 100 at 0.30 and
/// offers 100 at 0.50.
const GROUPED: Scene =
    Scene::of(&["bot group 5", "crowd group 5", "crowd bid 100 @ 0.30", "crowd ask 100 @ 0.50"]);

const TRIGGERED_BY_HAND: Scene = GROUPED.then(&["bot group 0 trigger"]);

/// At most two items in a batch.
const PAIRS: Scene =
    OWN.under(|settings, _| settings.batch_longest = Some(2)).then(&["bot bid 3 @ 0.39"]);

pub(super) const NOT_FOUND: &[Edge] = &[
    // The crowd's, and one that there never was.
    edge(GROUPED, "bid 1 @ 0.40 in 0", RESTS_1, "bid 1 @ 0.40 in 1"),
    edge(GROUPED, "bid 1 @ 0.40 in 0", RESTS_1, "bid 1 @ 0.40 in 2"),
    edge(GROUPED, "batch bid 1 @ 0.40 in 0", RESTS_1, "batch bid 1 @ 0.40 in 1"),
    edge(GROUPED, "group 0 limit 5", "done", "group 1 limit 5"),
    edge(GROUPED, "group 0 trigger", "done", "group 1 trigger"),
    edge(GROUPED, "group 0 reset", "done", "group 1 reset"),
    edge(GROUPED, "group 0 delete", "done", "group 1 delete"),
    edge_between(GROUPED, GROUPED.then(&["bot group 0 delete"]), "bid 1 @ 0.40 in 0", RESTS_1),
    edge_between(GROUPED, GROUPED.then(&["bot group 0 delete"]), "group 0 reset", "done"),
];

pub(super) const TRIGGERED: &[Edge] = &[
    // By more than the limit, and not by the limit: in one fill, in several, as taker or as maker.
    edge_between(
        GROUPED.then(&["bot bid 5 @ 0.50 in 0"]),
        GROUPED.then(&["bot bid 5.01 @ 0.50 in 0"]),
        "bid 1 @ 0.40 in 0",
        RESTS_1,
    ),
    edge_between(
        GROUPED.then(&["bot bid 3 @ 0.50 in 0", "bot ask 2 @ 0.30 in 0"]),
        GROUPED.then(&["bot bid 3 @ 0.50 in 0", "bot ask 2.01 @ 0.30 in 0"]),
        "bid 1 @ 0.40 in 0",
        RESTS_1,
    ),
    edge_between(
        GROUPED.then(&["bot bid 9 @ 0.40 in 0", "crowd ask 5 @ 0.40"]),
        GROUPED.then(&["bot bid 9 @ 0.40 in 0", "crowd ask 5.01 @ 0.40"]),
        "bid 1 @ 0.39 in 0",
        RESTS_1,
    ),
    // Orders outside the group do not count.
    edge_between(
        GROUPED.then(&["bot bid 5 @ 0.50 in 0", "bot bid 9 @ 0.50"]),
        GROUPED.then(&["bot bid 5 @ 0.50 in 0", "bot bid 0.01 @ 0.50 in 0"]),
        "bid 1 @ 0.40 in 0",
        RESTS_1,
    ),
    // A triggered group refuses its own orders only.
    edge(TRIGGERED_BY_HAND, "bid 1 @ 0.40", RESTS_1, "bid 1 @ 0.40 in 0"),
    edge(TRIGGERED_BY_HAND, "batch bid 1 @ 0.40", RESTS_1, "batch bid 1 @ 0.40 in 0"),
    // A match counts for less than 15 s.
    edge_between(
        GROUPED.then(&["bot bid 5 @ 0.50 in 0", "15 bot bid 0.01 @ 0.50 in 0"]).at("60"),
        GROUPED.then(&["bot bid 5 @ 0.50 in 0", "14.999999999 bot bid 0.01 @ 0.50 in 0"]).at("60"),
        "bid 1 @ 0.40 in 0",
        RESTS_1,
    ),
    // A limit of what matched is not exceeded, one below is.
    edge_between(
        GROUPED.then(&["bot bid 3 @ 0.50 in 0", "bot group 0 limit 3"]),
        GROUPED.then(&["bot bid 3 @ 0.50 in 0", "bot group 0 limit 2.99"]),
        "bid 1 @ 0.40 in 0",
        RESTS_1,
    ),
    // A reset opens it and counts anew; a larger limit does not open it.
    edge_between(
        GROUPED.then(&["bot group 0 trigger", "bot group 0 reset"]),
        GROUPED.then(&["bot group 0 trigger", "bot group 0 limit 1000"]),
        "bid 1 @ 0.40 in 0",
        RESTS_1,
    ),
    edge_between(
        GROUPED.then(&["bot bid 5 @ 0.50 in 0", "bot group 0 reset", "bot bid 5 @ 0.50 in 0"]),
        GROUPED.then(&["bot bid 5 @ 0.50 in 0", "bot bid 5 @ 0.50 in 0"]),
        "bid 1 @ 0.40 in 0",
        RESTS_1,
    ),
    // An amended order stays in its group.
    edge_between(
        GROUPED.then(&["bot bid 6 @ 0.40 in 0", "bot amend #2 to 5 @ 0.50"]),
        GROUPED.then(&["bot bid 6 @ 0.40 in 0", "bot amend #2 to 6 @ 0.50"]),
        "bid 1 @ 0.40 in 0",
        RESTS_1,
    ),
];

/// From 1 to 1,000,000 contracts.
pub(super) const LIMIT: &[Edge] = &[
    edge(STOCKED, "group 1", "order group 0", "group 0.99"),
    edge(STOCKED, "group 1000000", "order group 0", "group 1000000.01"),
    edge(GROUPED, "group 0 limit 1", "done", "group 0 limit 0.99"),
    edge(GROUPED, "group 0 limit 1000000", "done", "group 0 limit 1000000.01"),
];

pub(super) const BATCH: &[Edge] = &[
    edge(STOCKED, "batch bid 1 @ 0.40", RESTS_1, "batch"),
    // `cancel` without an order is a batch of none.
    edge(PAIRS, "cancel #2 #3", "canceled 10; canceled 3", "cancel"),
    edge(
        PAIRS,
        "batch bid 1 @ 0.40, bid 1 @ 0.40",
        "filled 0, rests 1; filled 0, rests 1",
        "batch bid 1 @ 0.40, bid 1 @ 0.40, bid 1 @ 0.40",
    ),
    edge(PAIRS, "cancel #2 #3", "canceled 10; canceled 3", "cancel #2 #3 #3"),
];

#[test]
fn an_order_group_is_its_owners_until_it_is_deleted() {
    check(RejectReason::OrderGroupNotFound);
}

#[test]
fn a_group_that_matched_more_than_its_limit_refuses_orders() {
    check(RejectReason::OrderGroupTriggered);
}

#[test]
fn a_groups_limit_is_from_1_to_1_000_000_contracts() {
    check(RejectReason::InvalidGroupLimit);
}

#[test]
fn a_batch_has_an_item_and_no_more_than_allowed() {
    check(RejectReason::InvalidBatch);
}
