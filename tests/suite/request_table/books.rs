//! What an order meets in the book.

use fillgap::protocol::RejectReason;

use super::orders::{OWN, STOCKED};
use super::scene::Scene;
use super::{Edge, check, edge, edge_between};

/// The crowd offers 1 at 0.45, which is gone at 1 s.
const FLEETING: Scene = Scene::of(&["crowd ask 1 @ 0.45 until 1"]);

/// The bot's bid at 0.40 may not trade at once.
const POST: Scene = STOCKED.then(&["bot bid 10 @ 0.40 post"]);

/// The crowd offers 3 and 3 at 0.50, 3 at 0.51.
const DEEP: Scene = Scene::of(&["crowd ask 3 @ 0.50", "crowd ask 3 @ 0.50", "crowd ask 3 @ 0.51"]);

/// The crowd offers 3 at 0.50 and 5 at 0.52, the bot 4 at 0.51: 12 within 0.52.
const BETWEEN: Scene = Scene::of(&["crowd ask 3 @ 0.50", "bot ask 4 @ 0.51", "crowd ask 5 @ 0.52"]);

/// The bot bids 10 at 0.40, apart from its own 5 at 0.60; the crowd offers 5 at 0.50 before.
const APART: Scene = STOCKED.then(&["bot bid 10 @ 0.40 apart taker", "bot ask 5 @ 0.60"]);

/// The same with the other prevention.
const APART_MAKER: Scene = STOCKED.then(&["bot bid 10 @ 0.40 apart maker", "bot ask 5 @ 0.60"]);

/// The same without one.
const TOGETHER: Scene = STOCKED.then(&["bot bid 10 @ 0.40", "bot ask 5 @ 0.60"]);

pub(super) const POST_ONLY: &[Edge] = &[
    edge(STOCKED, "bid 10 @ 0.49 post", "filled 0, rests 10", "bid 10 @ 0.50 post"),
    edge(STOCKED, "ask 10 @ 0.31 post", "filled 0, rests 10", "ask 10 @ 0.30 post"),
    edge(STOCKED, "bid 0.01 @ 0.49 post", "filled 0, rests 0.01", "bid 0.01 @ 0.50 post"),
    // Far beyond, too.
    edge(STOCKED, "bid 1 @ 0.49 post", "filled 0, rests 1", "bid 1 @ 0.99 post"),
    edge(STOCKED, "ask 1 @ 0.31 post", "filled 0, rests 1", "ask 1 @ 0.01 post"),
    // One that does not rest either comes to nothing.
    edge(STOCKED, "bid 10 @ 0.49 ioc post", "filled 0, rests 0", "bid 10 @ 0.50 ioc post"),
    edge(STOCKED, "bid 5 @ 0.50 fok", "filled 5, rests 0", "bid 5 @ 0.50 fok post"),
    edge(STOCKED, "batch bid 1 @ 0.49 post", "filled 0, rests 1", "batch bid 1 @ 0.50 post"),
    // An order of its own account counts.
    edge(OWN, "ask 1 @ 0.41 post", "filled 0, rests 1", "ask 1 @ 0.40 post"),
    edge(POST, "amend #2 to 10 @ 0.49", "filled 0, rests 10", "amend #2 to 10 @ 0.50"),
    edge_between(FLEETING, FLEETING.at("0.999999999"), "bid 1 @ 0.45 post", "filled 0, rests 1"),
];

pub(super) const FILL_OR_KILL: &[Edge] = &[
    edge(STOCKED, "bid 5 @ 0.50 fok", "filled 5, rests 0", "bid 5.01 @ 0.50 fok"),
    edge(STOCKED, "bid 5 @ 0.50 fok", "filled 5, rests 0", "bid 5 @ 0.49 fok"),
    edge(STOCKED, "ask 5 @ 0.30 fok", "filled 5, rests 0", "ask 5.01 @ 0.30 fok"),
    edge(STOCKED, "ask 5 @ 0.30 fok", "filled 5, rests 0", "ask 5 @ 0.31 fok"),
    edge(STOCKED, "batch bid 5 @ 0.50 fok", "filled 5, rests 0", "batch bid 5.01 @ 0.50 fok"),
    // Post-only too, when it meets nobody.
    edge(STOCKED, "bid 5 @ 0.49 post", "filled 0, rests 5", "bid 5 @ 0.49 fok post"),
    // Two makers at one price, and a second level.
    edge(DEEP, "bid 6 @ 0.50 fok", "filled 6, rests 0", "bid 6.01 @ 0.50 fok"),
    edge(DEEP, "bid 9 @ 0.51 fok", "filled 9, rests 0", "bid 9.01 @ 0.51 fok"),
    // Depth beyond the limit does not count.
    edge(DEEP, "bid 7 @ 0.51 fok", "filled 7, rests 0", "bid 7 @ 0.50 fok"),
    // Nor what a decrease took off, a fill took away, or an expiry.
    edge(
        STOCKED.then(&["crowd decrease #0 by 1"]),
        "bid 4 @ 0.50 fok",
        "filled 4, rests 0",
        "bid 4.01 @ 0.50 fok",
    ),
    edge(
        STOCKED.then(&["bot bid 2 @ 0.50"]),
        "bid 3 @ 0.50 fok",
        "filled 3, rests 0",
        "bid 3.01 @ 0.50 fok",
    ),
    edge_between(FLEETING.at("0.999999999"), FLEETING, "bid 1 @ 0.45 fok", "filled 1, rests 0"),
    // Its own orders count as depth, though it stops before them or takes them away.
    edge(
        BETWEEN,
        "bid 12 @ 0.52 fok apart taker",
        "filled 3, rests 0",
        "bid 12.01 @ 0.52 fok apart taker",
    ),
    edge(
        BETWEEN,
        "bid 12 @ 0.52 fok apart maker",
        "filled 8, rests 0",
        "bid 12.01 @ 0.52 fok apart maker",
    ),
    edge(BETWEEN, "bid 12 @ 0.52 fok", "filled 12, rests 0", "bid 12.01 @ 0.52 fok"),
];

pub(super) const SELF_CROSS: &[Edge] = &[
    // The crowd's 5 come first: an order for 5 does not reach the own one at 0.60.
    edge(APART, "amend #2 to 10 @ 0.59", "filled 5, rests 5", "amend #2 to 10 @ 0.60"),
    edge(APART, "amend #2 to 5 @ 0.60", "filled 5, rests 0", "amend #2 to 5.01 @ 0.60"),
    edge(APART_MAKER, "amend #2 to 10 @ 0.59", "filled 5, rests 5", "amend #2 to 10 @ 0.60"),
    edge_between(TOGETHER, APART, "amend #2 to 10 @ 0.60", "filled 10, rests 0"),
];

#[test]
fn a_post_only_order_must_not_trade_at_once() {
    check(RejectReason::PostOnlyCross);
    let reason = RejectReason::PostOnlyCross;
    assert_eq!((reason.code(), reason.http_status()), ("invalid_order", 400));
}

#[test]
fn fill_or_kill_needs_the_whole_depth_within_its_limit() {
    check(RejectReason::FillOrKillInsufficientVolume);
}

#[test]
fn an_amended_order_must_not_meet_its_own_accounts() {
    check(RejectReason::SelfCross);
}
