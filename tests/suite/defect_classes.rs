//! The classes of defects that open matching engines are known for, each with the lines that would
//! expose one, and the planted bugs that show that they do.
//!
//! The classes are those of a survey of 247 open matching engines (matching-engine-benchmark,
//! "Correctness findings", 2026), with examples that it found in Rust. A planted bug of a class must
//! make the test of its class fail: the campaign of `tests/planted` sees to it.

use fillgap::units::{Price, Quantity};

use crate::book_by_hand::{check_full_books, check_levels_far_apart, check_named};
use crate::exchange_desk::Desk;
use crate::planted_bugs;
use crate::request_table::check_after;

/// One class.
struct Class {
    /// What goes wrong.
    defect: &'static str,
    exposure: Exposure,
}

/// What would expose a defect of a class.
enum Exposure {
    /// A test of this file, and planted bugs that it must find.
    Test { name: &'static str, planted: &'static [&'static str] },
    /// Nothing: there is no such thing here.
    Absent { because: &'static str },
}

const fn exposed(
    defect: &'static str,
    name: &'static str,
    planted: &'static [&'static str],
) -> Class {
    Class { defect, exposure: Exposure::Test { name, planted } }
}

const CLASSES: &[Class] = &[
    // The classes, the most frequent first.
    exposed(
        "stale cancel or id index",
        "an_id_that_is_over_names_no_order",
        &["66-stale-id-names-the-next-order"],
    ),
    exposed(
        "memory, crash, deadlock or overflow",
        "the_largest_numbers_are_computed_without_loss",
        &["65-large-quantities-are-cut"],
    ),
    exposed(
        "bounded domain, capacity or table",
        "the_ends_of_what_a_book_holds_are_where_they_should_be",
        &[
            "14-empty-word-stays-marked",
            "15-levels-beyond-a-block-are-lost",
            "16-last-level-of-a-word-is-lost",
            "18-capacity-off-by-one",
        ],
    ),
    exposed(
        "stale best price or crossed book",
        "the_best_is_found_again_when_a_level_is_swept",
        &["12-best-stays-when-a-side-empties", "13-best-skips-the-next-level"],
    ),
    exposed(
        "quantity not conserved, depth wrong",
        "the_depth_is_what_the_orders_have_left",
        &["05-decrease-keeps-the-level-total"],
    ),
    exposed(
        "FIFO order lost",
        "a_queue_keeps_its_order_when_one_leaves_or_shrinks",
        &["02-cancel-loses-the-tail", "04-decrease-goes-to-the-tail"],
    ),
    exposed(
        "price taken from the aggressor",
        "a_trade_is_at_the_price_that_rested",
        &["24-trade-at-the-takers-price"],
    ),
    exposed(
        "amend",
        "an_amend_counts_what_filled_and_queues_anew_when_it_grows",
        &["06-growing-amend-keeps-its-place", "44-amend-counts-fills-again"],
    ),
    exposed("zero-quantity or phantom orders", "no_match_is_of_nothing", &["61-match-of-nothing"]),
    exposed(
        "immediate or cancel, fill or kill",
        "fill_or_kill_counts_what_is_within_its_limit",
        &["09-fok-counts-beyond-its-limit", "10-fok-needs-one-level"],
    ),
    exposed("decimal or float keys", "a_number_is_exact_or_refused", &["53-fine-numbers-are-cut"]),
    Class { defect: "stop cascade", exposure: NO_STOPS },
    exposed(
        "unordered iteration",
        "orders_that_leave_together_leave_in_their_order",
        &["64-orders-in-hash-order"],
    ),
    // The examples in Rust.
    exposed(
        "`swap_remove` in a level",
        "a_cancel_does_not_move_the_last_order_forward",
        &["03-cancel-swaps-the-last-in"],
    ),
    exposed(
        "partial fill moved to the tail",
        "a_partial_fill_stays_where_it_is",
        &["01-partial-fill-goes-to-the-tail"],
    ),
    exposed(
        "marketable limit passed as no limit",
        "an_order_that_can_trade_still_has_its_limit",
        &["60-ioc-has-no-limit"],
    ),
    exposed(
        "fill or kill checked per maker",
        "fill_or_kill_adds_the_makers_up",
        &["59-fok-needs-one-maker"],
    ),
    exposed(
        "remainder of immediate or cancel rests",
        "immediate_or_cancel_leaves_nothing",
        &["08-ioc-rests"],
    ),
    exposed(
        "amend never matched anew",
        "an_amend_that_crosses_does_not_rest_crossed",
        &["07-amend-does-not-match"],
    ),
    exposed(
        "filled maker left in the id index",
        "a_filled_maker_is_not_found",
        &["17-filled-maker-keeps-its-id"],
    ),
    exposed(
        "best price not computed anew after a cancel",
        "the_best_is_found_again_after_a_cancel",
        &["63-cancel-leaves-the-best"],
    ),
    exposed("zero-quantity fill", "no_match_is_of_nothing", &["61-match-of-nothing"]),
    exposed(
        "largest price as a market order's price",
        "the_highest_and_the_lowest_price_are_limits",
        &["50-grid-includes-its-end"],
    ),
    exposed(
        "`f32` residue leaves a phantom level",
        "a_large_order_is_filled_to_the_last_hundredth",
        &["62-quantity-through-a-float"],
    ),
    Class {
        defect: "asynchronous matcher with an output that varies",
        exposure: Exposure::Absent {
            because: "one thread carries out one request after the other; `determinism` compares \
                      runs, processes and thread counts byte by byte",
        },
    },
    Class { defect: "stop cascade in a single pass", exposure: NO_STOPS },
];

const NO_STOPS: Exposure =
    Exposure::Absent { because: "Kalshi has no stop orders: they are a matter of the bots" };

/// Both ways: each class names bugs that are there, and each bug with a class is named by it.
#[test]
fn every_class_of_defects_has_lines_and_a_planted_bug() {
    let source = include_str!("defect_classes.rs");
    let mut named = Vec::new();
    for Class { defect, exposure } in CLASSES {
        match exposure {
            Exposure::Test { name, planted } => {
                assert!(source.contains(&format!("\nfn {name}() {{")), "{defect}: no test {name}");
                assert!(!planted.is_empty(), "{defect}: no planted bug");
                named.extend(planted.iter().map(|bug| ((*bug).to_owned(), (*name).to_owned())));
            }
            Exposure::Absent { because } => assert!(!because.is_empty(), "{defect}"),
        }
    }
    named.sort_unstable();
    named.dedup();
    let bugs = planted_bugs::all();
    let with_class = bugs.iter().filter_map(|bug| Some((bug.name.clone(), bug.class.clone()?)));
    assert_eq!(with_class.collect::<Vec<_>>(), named);
}

#[test]
fn an_id_that_is_over_names_no_order() {
    check_named(&[
        "a filled taker can not be canceled",
        "a canceled order can not be canceled again",
        "a cancel after a partial fill finds what is left",
        "an id is not the next order's in the same slot",
        "a taker's id is not the next order's in the same slot",
        "a canceled IOC is nowhere",
        "an unknown id is not canceled or reduced",
    ]);
}

#[test]
fn a_filled_maker_is_not_found() {
    check_named(&[
        "a filled maker can not be canceled",
        "a filled maker's id is not that of an order that comes later",
        "a replaced order that filled is gone",
    ]);
}

/// 10,000,000,000 contracts are the most that an order may have. 2^32 hundredths are 42,949,672.96
/// contracts; at 0.01 they cost 429,496.7296.
#[test]
fn the_largest_numbers_are_computed_without_loss() {
    let mut desk = Desk::free();
    desk.tell(&[
        (0, "crowd", "ask 10000000000 @ 0.01", "filled 0, rests 10000000000", "0", "0", "0"),
        // 10,000,000,000 x 0.01 is more than 100.
        (1, "bot", "bid 10000000000 @ 0.01", "InsufficientBalance", "100", "100", "0"),
        (1, "bot", "bid 42949673 @ 0.01", "InsufficientBalance", "100", "100", "0"),
        (1, "bot", "bid 10000 @ 0.01", "filled 10000, rests 0", "0", "0", "10000"),
        // Of the crowd's own contracts a YES and a NO cancel out; 10,000 NO at 0.99 are paid.
        (
            2,
            "crowd",
            "bid 9999990000 @ 0.01",
            "filled 9999990000, rests 0",
            "-9900",
            "-9900",
            "-10000",
        ),
    ]);
}

#[test]
fn the_ends_of_what_a_book_holds_are_where_they_should_be() {
    check_named(&[
        "the lowest and the highest tick trade",
        "levels far apart are found over empty ones",
        "an order above the grid is refused",
    ]);
    check_levels_far_apart();
    check_full_books();
}

#[test]
fn the_best_is_found_again_when_a_level_is_swept() {
    check_named(&[
        "the best is found again after a sweep",
        "the best is found again after a replace",
        "a side swept empty is empty",
        "a limit stops the walk and the rest becomes the best of its side",
    ]);
    // 1 at 0.51 goes; then 0.52 is the best, right behind it, and then nothing is.
    check_after(
        &["crowd ask 1 @ 0.51", "crowd ask 1 @ 0.52"],
        &[
            ("bid 1 @ 0.51", "filled 1, rests 0", "1 @ 0.51", "| 1 @ 0.52"),
            ("bid 2 @ 0.51", "filled 1, rests 1", "1 @ 0.51", "1 @ 0.51 | 1 @ 0.52"),
            ("bid 3 @ 0.52", "filled 2, rests 1", "1 @ 0.51, 1 @ 0.52", "1 @ 0.52 |"),
        ],
    );
}

#[test]
fn the_best_is_found_again_after_a_cancel() {
    check_named(&[
        "the best is found again after a cancel",
        "the best bid is found again after a cancel",
        "a cancel behind the best leaves the best",
        "a canceled order does not trade",
    ]);
}

#[test]
fn the_depth_is_what_the_orders_have_left() {
    check_named(&[
        "each maker is one match",
        "a reduce counts from what a partial fill left",
        "a FOK after a reduce counts what is left",
        "a level that held asks may hold bids",
    ]);
    // The crowd's 5 and the bot's 4 at 0.50, of which 2 of the crowd's were met.
    check_after(
        &["crowd ask 5 @ 0.50", "bot ask 4 @ 0.50", "bot bid 2 @ 0.50"],
        &[
            ("cancel #1", "canceled 4", "", "| 3 @ 0.50"),
            ("decrease #1 by 1", "remaining 3", "", "| 6 @ 0.50"),
            ("bid 7.01 @ 0.50 fok", "FillOrKillInsufficientVolume", "", "| 7 @ 0.50"),
            ("bid 7 @ 0.50 fok", "filled 7, rests 0", "3 @ 0.50, 4 @ 0.50", "|"),
        ],
    );
}

#[test]
fn a_queue_keeps_its_order_when_one_leaves_or_shrinks() {
    check_named(&[
        "the earliest goes first within a price",
        "a cancel of the first makes the second first",
        "a cancel in the middle keeps the order of the others",
        "a cancel of the last leaves the one before to be followed",
        "a reduce keeps its place",
    ]);
}

#[test]
fn a_cancel_does_not_move_the_last_order_forward() {
    check_named(&["a cancel in the middle keeps the order of the others"]);
}

#[test]
fn a_partial_fill_stays_where_it_is() {
    check_named(&["a partial fill keeps its place"]);
}

#[test]
fn a_trade_is_at_the_price_that_rested() {
    check_named(&[
        "a bid trades at the maker's price, not its own",
        "an ask trades at the maker's price, not its own",
    ]);
    check_after(
        &["crowd ask 1 @ 0.51", "crowd bid 1 @ 0.48"],
        &[
            ("bid 1 @ 0.99", "filled 1, rests 0", "1 @ 0.51", "1 @ 0.48 |"),
            ("ask 1 @ 0.01", "filled 1, rests 0", "1 @ 0.48", "| 1 @ 0.51"),
        ],
    );
}

/// Of the bot's 10 at 0.40, 4 have filled.
#[test]
fn an_amend_counts_what_filled_and_queues_anew_when_it_grows() {
    check_named(&[
        "a replace at the same price goes to the end",
        "a replace to more goes to the end",
        "a replace to another price goes behind the orders there",
        "a replace of the only order of a level empties it",
    ]);
    check_after(
        &["bot bid 10 @ 0.40", "crowd bid 3 @ 0.40", "crowd ask 4 @ 0.40"],
        &[
            ("amend #0 to 10 @ 0.40", "filled 0, rests 6", "", "9 @ 0.40 |"),
            ("amend #0 to 12 @ 0.40", "filled 0, rests 8", "", "11 @ 0.40 |"),
            ("amend #0 to 10 @ 0.41", "filled 0, rests 6", "", "6 @ 0.41, 3 @ 0.40 |"),
        ],
    );
}

#[test]
fn an_amend_that_crosses_does_not_rest_crossed() {
    check_named(&[
        "a replace to a crossing price trades and does not rest crossed",
        "a replace that trades in part rests with what is left under its id",
    ]);
}

#[test]
fn no_match_is_of_nothing() {
    check_named(&["no match of nothing at an exact fill", "an order of nothing is refused"]);
}

#[test]
fn immediate_or_cancel_leaves_nothing() {
    check_named(&["the rest of an IOC is canceled", "an IOC that meets nobody is canceled whole"]);
}

#[test]
fn an_order_that_can_trade_still_has_its_limit() {
    check_named(&[
        "an IOC is not without limit",
        "a limit stops the walk and the rest becomes the best of its side",
    ]);
}

#[test]
fn fill_or_kill_counts_what_is_within_its_limit() {
    check_named(&[
        "a FOK one too large does nothing",
        "a FOK of exactly the depth fills",
        "a FOK does not count depth beyond its limit",
        "a FOK does not count its own side",
        "a FOK to sell walks the bids down",
    ]);
}

#[test]
fn fill_or_kill_adds_the_makers_up() {
    check_named(&["a FOK is judged on all makers of a level, not on one"]);
}

/// 0.40, 0.4000 and 4e-1 are one price. What is finer than a unit is no number of it.
#[test]
fn a_number_is_exact_or_refused() {
    let prices: [Price; 3] = ["0.40", "0.4000", "4e-1"].map(|text| text.parse().unwrap());
    assert!(prices.iter().all(|price| price.ten_thousandths() == 4_000));
    assert!("0.40001".parse::<Price>().is_err() && "0.4001".parse::<Price>().is_ok());
    assert!("0.001".parse::<Quantity>().is_err() && "0.01".parse::<Quantity>().is_ok());
    check_after(
        &["crowd bid 1 @ 0.40", "crowd bid 1 @ 0.4000"],
        &[("ask 2 @ 0.4", "filled 2, rests 0", "1 @ 0.40, 1 @ 0.40", "|")],
    );
}

/// The crowd offers 1 at 0.50. 0.99 is the highest price and 0.01 the lowest: limits like others.
#[test]
fn the_highest_and_the_lowest_price_are_limits() {
    check_named(&["the lowest and the highest tick trade"]);
    check_after(
        &["crowd ask 1 @ 0.50"],
        &[
            ("bid 2 @ 0.99", "filled 1, rests 1", "1 @ 0.50", "1 @ 0.99 |"),
            ("bid 2 @ 1", "InvalidPrice", "", "| 1 @ 0.50"),
            ("ask 2 @ 0.01", "filled 0, rests 2", "", "| 2 @ 0.01, 1 @ 0.50"),
            ("ask 2 @ 0", "InvalidPrice", "", "| 1 @ 0.50"),
        ],
    );
}

/// A 32-bit float holds 2^24 + 1 as 2^24.
#[test]
fn a_large_order_is_filled_to_the_last_hundredth() {
    check_named(&["a maker of 2^24 + 1 loses what trades and no more"]);
}

/// Eight orders: in an order of chance they would leave like this once in 40,320 times.
#[test]
fn orders_that_leave_together_leave_in_their_order() {
    let mut desk = Desk::free();
    for cents in [40, 31, 38, 33, 36, 35, 34, 37] {
        desk.say(0, "bot", &format!("bid 1 @ 0.{cents}"));
    }
    desk.say(1, "bot", "cancel all");
    let story = desk.story();
    let left: Vec<_> = story.iter().filter(|line| line.contains("canceled")).cloned().collect();
    let expected = (0..8).map(|number| format!("bot: #{number} canceled, 1 unfilled"));
    assert_eq!(left, expected.collect::<Vec<_>>());
}
