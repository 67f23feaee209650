//! What an account can pay and may hold.

use fillgap::exchange::CollateralRule;
use fillgap::market::PositionLimit;
use fillgap::protocol::RejectReason;

use super::orders::STOCKED;
use super::scene::Scene;
use super::{Edge, check, edge, edge_between};

/// With fees of 0.07 x C x P x (1 - P) for the part that takes. A lock is rounded up to 0.0001, as a
/// payment would be.
const FEES: Scene = STOCKED.fees("1");

/// The bot paid 5 x 0.50 of its 2.50.
const SPENT: Scene = STOCKED.cash("2.5").then(&["bot bid 5 @ 0.50"]);

/// The bot has 4 dollars, and an order for 4 rests; each order is checked alone.
const ALONE: Scene = STOCKED
    .cash("4")
    .under(|settings, _| settings.collateral = CollateralRule::AtMatch)
    .then(&["bot bid 10 @ 0.40"]);

/// The crowd bids 100 at 0.30 and offers 100 at 0.50; the bot may hold 10 contracts.
const TEN: Scene = Scene::of(&["crowd bid 100 @ 0.30", "crowd ask 100 @ 0.50"])
    .under(|_, rules| rules.position_limit = Some(PositionLimit::Contracts("10".parse().unwrap())));

/// The same with a limit of 4 dollars.
const FOUR_DOLLARS: Scene =
    TEN.under(|_, rules| rules.position_limit = Some(PositionLimit::Risk("4".parse().unwrap())));

/// A request that needs a sum to the last 0.000001 dollar.
const fn needs(
    scene: Scene,
    [enough, too_little]: [&'static str; 2],
    request: &'static str,
    answer: &'static str,
) -> Edge {
    edge_between(scene.cash(enough), scene.cash(too_little), request, answer)
}

const RESTS_10: &str = "filled 0, rests 10";

pub(super) const BALANCE: &[Edge] = &[
    // 10 x 0.40, and 10 x (1 - 0.60).
    needs(STOCKED, ["4", "3.999999"], "bid 10 @ 0.40", RESTS_10),
    needs(STOCKED, ["4", "3.999999"], "ask 10 @ 0.60", RESTS_10),
    edge(STOCKED.cash("4"), "bid 10 @ 0.40", RESTS_10, "bid 10.01 @ 0.40"),
    edge(STOCKED.cash("4"), "bid 10 @ 0.40", RESTS_10, "bid 10 @ 0.41"),
    edge(STOCKED.cash("4"), "ask 10 @ 0.60", RESTS_10, "ask 10 @ 0.59"),
    needs(STOCKED, ["4", "3.999999"], "batch bid 10 @ 0.40", RESTS_10),
    // The limit counts, not the better price that is there: 5 x 0.60, though 5 x 0.50 is paid.
    needs(STOCKED, ["3", "2.999999"], "bid 5 @ 0.60", "filled 5, rests 0"),
    // No fee for what rests.
    needs(FEES, ["4", "3.999999"], "bid 10 @ 0.40", RESTS_10),
    // The part that takes needs its fee: 5 x 0.50 + 0.07 x 5 x 0.25 = 2.5875.
    needs(FEES, ["2.5875", "2.587499"], "bid 5 @ 0.50", "filled 5, rests 0"),
    // Of 8 at 0.50, 5 take: 8 x 0.50 + 0.0875.
    needs(FEES, ["4.0875", "4.087499"], "bid 8 @ 0.50", "filled 5, rests 3"),
    // An ask that takes: 2 x 0.70 + 0.07 x 2 x 0.21 = 1.4294.
    needs(FEES, ["1.4294", "1.429399"], "ask 2 @ 0.30", "filled 2, rests 0"),
    // Immediate or cancel needs the whole, though only 5 can fill: 8 x 0.50 + 0.0875.
    needs(FEES, ["4.0875", "4.087499"], "bid 8 @ 0.50 ioc", "filled 5, rests 0"),
    // What rests is set aside: 4 + 2 in one direction, and in both.
    needs(STOCKED.then(&["bot bid 10 @ 0.40"]), ["6", "5.999999"], "bid 10 @ 0.20", RESTS_10),
    needs(STOCKED.then(&["bot bid 10 @ 0.40"]), ["6", "5.999999"], "ask 10 @ 0.80", RESTS_10),
    // 2.50 spent on 5 YES; selling 5 is free, 1 more at 0.70 needs 0.30.
    needs(
        STOCKED.then(&["bot bid 5 @ 0.50"]),
        ["2.8", "2.799999"],
        "ask 6 @ 0.70",
        "filled 0, rests 6",
    ),
    // The largest order that there is, at 0.01: 10,000,000,000 x 0.01.
    needs(
        STOCKED,
        ["100000000", "99999999.999999"],
        "bid 10000000000 @ 0.01",
        "filled 0, rests 10000000000",
    ),
    // Closing needs no money, and 0.01 more does.
    edge(SPENT, "ask 5 @ 0.30", "filled 5, rests 0", "ask 5.01 @ 0.30"),
    // Money that a cancel, an expiry or a decrease sets free.
    edge_between(
        STOCKED.cash("4").then(&["bot bid 10 @ 0.40", "bot cancel #2"]),
        STOCKED.cash("4").then(&["bot bid 10 @ 0.40", "bot decrease #2 by 9.99"]),
        "bid 10 @ 0.40",
        RESTS_10,
    ),
    edge_between(
        STOCKED.cash("4").then(&["bot bid 10 @ 0.40 until 1"]),
        STOCKED.cash("4").then(&["bot bid 10 @ 0.40 until 1.000000001"]),
        "bid 10 @ 0.40",
        RESTS_10,
    ),
    edge(
        STOCKED.cash("4").then(&["bot bid 10 @ 0.40", "bot decrease #2 by 1"]),
        "bid 1 @ 0.40",
        "filled 0, rests 1",
        "bid 1.01 @ 0.40",
    ),
    // 10 x 0.41, where 10 x 0.40 is set aside.
    needs(
        STOCKED.then(&["bot bid 10 @ 0.40"]),
        ["4.1", "4.099999"],
        "amend #2 to 10 @ 0.41",
        RESTS_10,
    ),
    needs(
        STOCKED.then(&["bot bid 10 @ 0.40"]),
        ["4.004", "4.003999"],
        "amend #2 to 10.01 @ 0.40",
        "filled 0, rests 10.01",
    ),
    // What locks less is never refused for money.
    edge(
        STOCKED.cash("4").then(&["bot bid 10 @ 0.40"]),
        "amend #2 to 10 @ 0.39",
        RESTS_10,
        "amend #2 to 10 @ 0.41",
    ),
    edge(
        STOCKED.cash("4").then(&["bot bid 10 @ 0.40"]),
        "amend #2 to 9 @ 0.40",
        "filled 0, rests 9",
        "amend #2 to 10.01 @ 0.40",
    ),
    // Checked alone, the same 4 dollars pay again.
    edge(ALONE, "bid 10 @ 0.40", RESTS_10, "bid 10.01 @ 0.40"),
    edge(ALONE, "ask 10 @ 0.60", RESTS_10, "ask 10 @ 0.59"),
    edge(ALONE, "amend #2 to 10 @ 0.39", RESTS_10, "amend #2 to 10 @ 0.41"),
];

pub(super) const POSITION_LIMIT: &[Edge] = &[
    edge(TEN, "bid 10 @ 0.40", RESTS_10, "bid 10.01 @ 0.40"),
    edge(TEN, "ask 10 @ 0.60", RESTS_10, "ask 10.01 @ 0.60"),
    edge(TEN, "bid 10 @ 0.50", "filled 10, rests 0", "bid 10.01 @ 0.50"),
    edge(TEN, "bid 10 @ 0.50 ioc", "filled 10, rests 0", "bid 10.01 @ 0.50 ioc"),
    edge(TEN, "batch bid 10 @ 0.40", RESTS_10, "batch bid 10.01 @ 0.40"),
    // What rests and what is held counts: 4 + 3.
    edge(
        TEN.then(&["bot bid 4 @ 0.40", "bot bid 3 @ 0.50"]),
        "bid 3 @ 0.40",
        "filled 0, rests 3",
        "bid 3.01 @ 0.40",
    ),
    // What was canceled does not.
    edge_between(
        TEN.then(&["bot bid 4 @ 0.40", "bot cancel #2"]),
        TEN.then(&["bot bid 4 @ 0.40", "bot decrease #2 by 3.99"]),
        "bid 10 @ 0.40",
        RESTS_10,
    ),
    // Orders of the other side count on their own, and what closes makes room: 10 + 5.
    edge(
        TEN.then(&["bot bid 5 @ 0.50", "bot bid 5 @ 0.40"]),
        "ask 15 @ 0.60",
        "filled 0, rests 15",
        "ask 15.01 @ 0.60",
    ),
    // An amend counts in the place of its order: 3 rest besides.
    edge(
        TEN.then(&["bot bid 6 @ 0.40", "bot bid 3 @ 0.39"]),
        "amend #2 to 7 @ 0.40",
        "filled 0, rests 7",
        "amend #2 to 7.01 @ 0.40",
    ),
    // 4 dollars: 10 at 0.40, or 10 NO at 0.40 each.
    edge(FOUR_DOLLARS, "bid 10 @ 0.40", RESTS_10, "bid 10.01 @ 0.40"),
    edge(FOUR_DOLLARS, "ask 10 @ 0.60", RESTS_10, "ask 10.01 @ 0.60"),
    edge(FOUR_DOLLARS, "bid 8 @ 0.50", "filled 8, rests 0", "bid 8.01 @ 0.50"),
    // 8 held at 0.50 are at the limit; selling them is possible, 0.01 more at 0.01 is not.
    edge(
        FOUR_DOLLARS.then(&["bot bid 8 @ 0.50"]),
        "ask 8 @ 0.60",
        "filled 0, rests 8",
        "bid 0.01 @ 0.01",
    ),
];

#[test]
fn new_risk_must_be_paid_in_full() {
    check(RejectReason::InsufficientBalance);
}

#[test]
fn an_account_can_not_come_to_hold_more_than_the_limit() {
    check(RejectReason::PositionLimit);
}
