//! One request a line, with its answer: every reason to refuse by a line that passes and the line
//! one unit away that is refused, and what becomes of orders that are taken.
//!
//! Each line stands alone: the bot's request on a fresh desk, on which some things have happened.

mod books;
mod changes;
mod groups;
mod money;
mod names;
mod orders;
mod outcomes;
mod scene;
mod venue;

use fillgap::protocol::RejectReason;

use scene::Scene;

pub(crate) use outcomes::check_after;

/// The least number of lines.
const LEAST: usize = 200;

/// A request that passes, and one that is refused and differs from it by one unit, in itself or in
/// what has happened before.
#[derive(Clone, Copy, Debug)]
struct Edge {
    passes: (Scene, &'static str),
    answer: &'static str,
    refused: (Scene, &'static str),
}

/// Two requests that come to the same desk.
const fn edge(
    scene: Scene,
    passes: &'static str,
    answer: &'static str,
    refused: &'static str,
) -> Edge {
    Edge { passes: (scene, passes), answer, refused: (scene, refused) }
}

/// One request that comes to two desks.
const fn edge_between(
    passing: Scene,
    refusing: Scene,
    request: &'static str,
    answer: &'static str,
) -> Edge {
    Edge { passes: (passing, request), answer, refused: (refusing, request) }
}

/// The lines of each reason. A new reason does not compile until it has some.
const fn edges(reason: RejectReason) -> &'static [Edge] {
    match reason {
        RejectReason::InvalidOrderSize => orders::SIZE,
        RejectReason::InvalidPrice => orders::PRICE,
        RejectReason::ExpiryNotInFuture => orders::EXPIRY,
        RejectReason::ReduceOnlyNotImmediate => orders::REDUCE_ONLY,
        RejectReason::PostOnlyCross => books::POST_ONLY,
        RejectReason::FillOrKillInsufficientVolume => books::FILL_OR_KILL,
        RejectReason::SelfCross => books::SELF_CROSS,
        RejectReason::InsufficientBalance => money::BALANCE,
        RejectReason::PositionLimit => money::POSITION_LIMIT,
        RejectReason::OrderAlreadyExists => names::CLIENT_ORDER,
        RejectReason::OrderNotFound => names::ORDER,
        RejectReason::MarketNotFound => names::MARKET,
        RejectReason::OrderMarketMismatch => changes::MARKET,
        RejectReason::OrderSideMismatch => changes::SIDE,
        RejectReason::ClientOrderMismatch => changes::CLIENT_ORDER,
        RejectReason::AmendBelowFilled => changes::BELOW_FILLED,
        RejectReason::OrderGroupNotFound => groups::NOT_FOUND,
        RejectReason::OrderGroupTriggered => groups::TRIGGERED,
        RejectReason::InvalidGroupLimit => groups::LIMIT,
        RejectReason::InvalidBatch => groups::BATCH,
        RejectReason::MarketInactive => venue::MARKET,
        RejectReason::TradingPaused => venue::TRADING_PAUSED,
        RejectReason::ExchangePaused => venue::EXCHANGE_PAUSED,
        RejectReason::ExchangeUnavailable => venue::CAPACITY,
        RejectReason::NothingToClose => orders::NOTHING_TO_CLOSE,
        RejectReason::ForeignOrder => names::FOREIGN,
    }
}

/// Whether each line of a reason is answered as it says.
fn check(reason: RejectReason) {
    for edge in edges(reason) {
        check_edge(reason, edge);
    }
}

fn check_edge(reason: RejectReason, edge: &Edge) {
    let (scene, request) = edge.passes;
    let outcome = scene.carry_out(request);
    assert_eq!(outcome.answer(), edge.answer, "{request}, {scene:?}");
    assert!(!outcome.is_refused(), "{request}: this line must pass");
    let (scene, request) = edge.refused;
    let outcome = scene.carry_out(request);
    assert_eq!(outcome.answer(), format!("{reason:?}"), "{request}, {scene:?}");
    assert!(!outcome.changed_orders(), "{request}: refused, and something changed");
}

/// The lines of one kind of request, for every reason.
pub(crate) fn check_requests(verb: &str) {
    let of_verb = |request: &str| request.split(' ').next() == Some(verb);
    let mut reasons = 0;
    for reason in RejectReason::ALL {
        let lines = edges(reason).iter().filter(|edge| of_verb(edge.refused.1));
        reasons += usize::from(lines.map(|edge| check_edge(reason, edge)).count() > 0);
    }
    assert!(reasons > 0, "no line has a request to {verb}");
}

#[test]
fn every_reason_has_a_line_that_passes_and_one_that_is_refused() {
    for reason in RejectReason::ALL {
        assert!(!edges(reason).is_empty(), "{reason:?} has no line");
    }
}

#[test]
fn the_table_has_at_least_two_hundred_different_lines() {
    let edges = RejectReason::ALL.iter().flat_map(|reason| edges(*reason));
    let mut lines: Vec<String> = edges
        .flat_map(|edge| [edge.passes, edge.refused])
        .chain(outcomes::lines())
        .map(|(scene, request)| format!("{request}, {scene:?}"))
        .collect();
    // Two lines may share the neighbour that passes.
    lines.sort_unstable();
    lines.dedup();
    assert!(lines.len() >= LEAST, "{} lines", lines.len());
}
