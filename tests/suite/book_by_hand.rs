//! Worked examples, one case a line: the defects that open order books are known for.
//! The scripts are those of [`Story`].

use fillgap::book::reference::ReferenceBook;
use fillgap::book::{Book, BookCapacity, BookError, NewOrder, Outcome, Regrid, RegridError};
use fillgap::market::{Tick, TimeInForce};
use fillgap::units::{AccountId, Quantity, Side};

use crate::book_lockstep::AnyBook;
use crate::book_story::Story;

/// Name of the case; script; what follows.
type Case = (&'static str, &'static str, &'static str);

/// Who trades with whom, and at which price.
const PRIORITY: &[Case] = &[
    ("an order into an empty book rests whole", "a=bid 50 5", "a+5 | bid 50: a5"),
    ("a bid below the ask rests", "a=ask 50 5; b=bid 49 5", "a+5 b+5 | bid 49: b5 | ask 50: a5"),
    ("a bid at the ask trades", "a=ask 50 5; b=bid 50 5", "a+5 b>a 5@50 b. |"),
    ("an ask above the bid rests", "a=bid 50 5; b=ask 51 5", "a+5 b+5 | bid 50: a5 | ask 51: b5"),
    ("an ask at the bid trades", "a=bid 50 5; b=ask 50 5", "a+5 b>a 5@50 b. |"),
    (
        "a bid trades at the maker's price, not its own",
        "a=ask 50 5; b=bid 98 5",
        "a+5 b>a 5@50 b. |",
    ),
    (
        "an ask trades at the maker's price, not its own",
        "a=bid 50 5; b=ask 0 5",
        "a+5 b>a 5@50 b. |",
    ),
    (
        "a better price goes before an earlier order",
        "a=ask 52 5; b=ask 51 5; c=bid 60 7",
        "a+5 b+5 c>b 5@51 c>a 2@52 c. | ask 52: a3",
    ),
    (
        "a better bid goes before an earlier one",
        "a=bid 51 5; b=bid 52 5; c=ask 40 7",
        "a+5 b+5 c>b 5@52 c>a 2@51 c. | bid 51: a3",
    ),
    (
        "a limit stops the walk and the rest becomes the best of its side",
        "a=ask 50 5; b=ask 52 5; c=bid 51 9",
        "a+5 b+5 c>a 5@50 c+4 | bid 51: c4 | ask 52: b5",
    ),
    (
        "the earliest goes first within a price",
        "a=ask 50 1; b=ask 50 1; c=ask 50 1; d=bid 50 2",
        "a+1 b+1 c+1 d>a 1@50 d>b 1@50 d. | ask 50: c1",
    ),
    (
        "each maker is one match",
        "a=bid 50 1; b=bid 50 2; c=bid 50 3; d=ask 50 6",
        "a+1 b+2 c+3 d>a 1@50 d>b 2@50 d>c 3@50 d. |",
    ),
    (
        "the lowest and the highest tick trade",
        "a=ask 98 5; b=bid 0 5; c=bid 98 2; d=ask 0 2",
        "a+5 b+5 c>a 2@98 c. d>b 2@0 d. | bid 0: b3 | ask 98: a3",
    ),
    (
        "an order of the taker's own account is a maker",
        "a=ask 50 5; a2=bid 50 5",
        "a+5 a2>a 5@50 a2. |",
    ),
    (
        "levels far apart are found over empty ones",
        "a=ask 1 1; b=ask 98 1; c=bid 98 2",
        "a+1 b+1 c>a 1@1 c>b 1@98 c. |",
    ),
];

/// What keeps its place in the queue and what does not.
const QUEUE: &[Case] = &[
    (
        "a partial fill keeps its place",
        "a=ask 50 5; b=ask 50 5; c=bid 50 2; d=bid 50 4",
        "a+5 b+5 c>a 2@50 c. d>a 3@50 d>b 1@50 d. | ask 50: b4",
    ),
    (
        "a cancel in the middle keeps the order of the others",
        "a=bid 50 1; b=bid 50 2; c=bid 50 3; d=bid 50 4; x b; e=ask 50 2",
        "a+1 b+2 c+3 d+4 x b 2 e>a 1@50 e>c 1@50 e. | bid 50: c2 d4",
    ),
    (
        "a cancel of the first makes the second first",
        "a=bid 50 1; b=bid 50 2; c=bid 50 3; x a; d=ask 50 1",
        "a+1 b+2 c+3 x a 1 d>b 1@50 d. | bid 50: b1 c3",
    ),
    (
        "a cancel of the last leaves the one before to be followed",
        "a=bid 50 1; b=bid 50 2; x b; c=bid 50 3",
        "a+1 b+2 x b 2 c+3 | bid 50: a1 c3",
    ),
    (
        "a reduce keeps its place",
        "a=ask 50 5; b=ask 50 5; r a 2; c=bid 50 3",
        "a+5 b+5 r a 3 c>a 2@50 c>b 1@50 c. | ask 50: b4",
    ),
    ("a reduce to the same is refused", "a=ask 50 5; r a 5", "a+5 not less | ask 50: a5"),
    ("a reduce to more is refused", "a=ask 50 5; r a 6", "a+5 not less | ask 50: a5"),
    ("a reduce to one less is done", "a=ask 50 5; r a 4", "a+5 r a 1 | ask 50: a4"),
    ("a reduce to nothing is refused", "a=ask 50 5; r a 0", "a+5 no quantity | ask 50: a5"),
    (
        "a reduce counts from what a partial fill left",
        "a=ask 50 5; b=bid 50 3; r a 2; r a 1",
        "a+5 b>a 3@50 b. not less r a 1 | ask 50: a1",
    ),
    (
        "a replace at the same price goes to the end",
        "a=ask 50 5; b=ask 50 5; m a 50 5; c=bid 50 6",
        "a+5 b+5 a+5 c>b 5@50 c>a 1@50 c. | ask 50: a4",
    ),
    (
        "a replace to less goes to the end, unlike a reduce",
        "a=ask 50 5; b=ask 50 5; m a 50 4",
        "a+5 b+5 a+4 | ask 50: b5 a4",
    ),
    (
        "a replace to more goes to the end",
        "a=ask 50 5; b=ask 50 5; m a 50 6; c=bid 50 6",
        "a+5 b+5 a+6 c>b 5@50 c>a 1@50 c. | ask 50: a5",
    ),
    (
        "a replace to another price goes behind the orders there",
        "a=bid 49 1; b=bid 50 2; m a 50 1",
        "a+1 b+2 a+1 | bid 50: b2 a1",
    ),
    (
        "a replace of the only order of a level empties it",
        "a=bid 49 1; m a 48 2; b=ask 48 2",
        "a+1 a+2 b>a 2@48 b. |",
    ),
];

/// Replaced orders are matched anew.
const REPLACE: &[Case] = &[
    (
        "a replace to a crossing price trades and does not rest crossed",
        "a=ask 50 5; b=bid 49 5; m b 50 5",
        "a+5 b+5 b>a 5@50 b. |",
    ),
    (
        "a replace that trades in part rests with what is left under its id",
        "a=ask 50 2; b=bid 49 5; m b 51 5; x b",
        "a+2 b+5 b>a 2@50 b+3 x b 3 |",
    ),
    (
        "a replace over several levels keeps price priority",
        "a=ask 52 1; b=ask 51 1; c=bid 40 9; m c 52 3",
        "a+1 b+1 c+9 c>b 1@51 c>a 1@52 c+1 | bid 52: c1",
    ),
    (
        "a replaced order that filled is gone",
        "a=ask 50 5; b=bid 49 5; m b 50 5; x b; m b 50 1",
        "a+5 b+5 b>a 5@50 b. x b ? m b ? |",
    ),
    ("an unknown order is not replaced", "m z 50 5", "m z ? |"),
    ("a replace by nothing is refused", "a=ask 50 5; m a 50 0", "a+5 no quantity | ask 50: a5"),
    ("a replace off the grid is refused", "a=ask 50 5; m a 99 5", "a+5 off grid | ask 50: a5"),
    ("an order may be replaced by a larger one", "a=ask 50 5; m a 50 8", "a+5 a+8 | ask 50: a8"),
    ("a replaced order does not trade with itself", "a=bid 50 5; m a 60 5", "a+5 a+5 | bid 60: a5"),
];

/// What becomes of the rest.
const TIME_IN_FORCE: &[Case] = &[
    (
        "the rest of an IOC is canceled",
        "a=ask 50 3; b=bid 50 5 ioc; c=ask 50 1",
        "a+3 b>a 3@50 b-2 c+1 | ask 50: c1",
    ),
    (
        "an IOC that meets nobody is canceled whole",
        "a=ask 51 3; b=bid 50 5 ioc",
        "a+3 b-5 | ask 51: a3",
    ),
    ("an IOC that fills is filled", "a=ask 50 5; b=bid 50 5 ioc", "a+5 b>a 5@50 b. |"),
    (
        "an IOC is not without limit",
        "a=ask 50 1; b=ask 51 1; c=bid 50 2 ioc",
        "a+1 b+1 c>a 1@50 c-1 | ask 51: b1",
    ),
    (
        "a canceled IOC is nowhere",
        "a=bid 50 5 ioc; x a; r a 1; m a 50 1",
        "a-5 x a ? r a ? m a ? |",
    ),
    (
        "a FOK one too large does nothing",
        "a=ask 50 3; b=ask 51 3; c=bid 51 7 fok",
        "a+3 b+3 c! | ask 50: a3 | ask 51: b3",
    ),
    (
        "a FOK of exactly the depth fills",
        "a=ask 50 3; b=ask 51 3; c=bid 51 6 fok",
        "a+3 b+3 c>a 3@50 c>b 3@51 c. |",
    ),
    (
        "a FOK is judged on all makers of a level, not on one",
        "a=ask 50 3; b=ask 50 3; c=bid 50 5 fok",
        "a+3 b+3 c>a 3@50 c>b 2@50 c. | ask 50: b1",
    ),
    (
        "a FOK does not count depth beyond its limit",
        "a=ask 50 3; b=ask 51 9; c=bid 50 4 fok",
        "a+3 b+9 c! | ask 50: a3 | ask 51: b9",
    ),
    (
        "a FOK does not count its own side",
        "a=bid 49 9; b=ask 50 3; c=bid 50 4 fok",
        "a+9 b+3 c! | bid 49: a9 | ask 50: b3",
    ),
    (
        "a FOK to sell walks the bids down",
        "a=bid 50 3; b=bid 49 3; c=ask 49 6 fok",
        "a+3 b+3 c>a 3@50 c>b 3@49 c. |",
    ),
    (
        "a FOK after a reduce counts what is left",
        "a=ask 50 5; r a 3; b=bid 50 4 fok",
        "a+5 r a 2 b! | ask 50: a3",
    ),
    ("a FOK into an empty book is killed", "a=bid 98 1 fok; x a", "a! x a ? |"),
];

/// Ids, bests and levels after orders left.
const REMOVAL: &[Case] = &[
    (
        "a filled maker can not be canceled",
        "a=ask 50 5; b=bid 50 5; x a",
        "a+5 b>a 5@50 b. x a ? |",
    ),
    (
        "a filled taker can not be canceled",
        "a=ask 50 5; b=bid 50 5; x b",
        "a+5 b>a 5@50 b. x b ? |",
    ),
    (
        "a filled maker's id is not that of an order that comes later",
        "a=ask 50 5; b=bid 50 5; c=bid 40 1; d=bid 41 1; x a; x b",
        "a+5 b>a 5@50 b. c+1 d+1 x a ? x b ? | bid 41: d1 | bid 40: c1",
    ),
    ("a canceled order can not be canceled again", "a=ask 50 5; x a; x a", "a+5 x a 5 x a ? |"),
    (
        "a canceled order does not trade",
        "a=ask 50 5; x a; b=bid 50 5",
        "a+5 x a 5 b+5 | bid 50: b5",
    ),
    (
        "a cancel after a partial fill finds what is left",
        "a=ask 50 5; b=bid 50 2; x a",
        "a+5 b>a 2@50 b. x a 3 |",
    ),
    (
        "an id is not the next order's in the same slot",
        "a=ask 50 5; x a; b=ask 51 6; x a; r a 1; m a 52 1",
        "a+5 x a 5 b+6 x a ? r a ? m a ? | ask 51: b6",
    ),
    (
        "a taker's id is not the next order's in the same slot",
        "a=bid 50 1 ioc; b=bid 51 6; x a",
        "a-1 b+6 x a ? | bid 51: b6",
    ),
    (
        "the best is found again after a cancel",
        "a=ask 50 5; b=ask 55 5; x a; c=bid 54 1; d=bid 55 1",
        "a+5 b+5 x a 5 c+1 d>b 1@55 d. | bid 54: c1 | ask 55: b4",
    ),
    (
        "the best bid is found again after a cancel",
        "a=bid 50 5; b=bid 45 5; x a; c=ask 46 1; d=ask 45 1",
        "a+5 b+5 x a 5 c+1 d>b 1@45 d. | bid 45: b4 | ask 46: c1",
    ),
    (
        "the best is found again after a replace",
        "a=ask 50 5; b=ask 55 5; m a 60 5; c=bid 54 1",
        "a+5 b+5 a+5 c+1 | bid 54: c1 | ask 55: b5 | ask 60: a5",
    ),
    (
        "the best is found again after a sweep",
        "a=ask 50 5; b=ask 55 5; c=bid 50 5; d=bid 55 1",
        "a+5 b+5 c>a 5@50 c. d>b 1@55 d. | ask 55: b4",
    ),
    (
        "a cancel behind the best leaves the best",
        "a=ask 50 5; b=ask 55 5; x b; c=bid 50 1",
        "a+5 b+5 x b 5 c>a 1@50 c. | ask 50: a4",
    ),
    (
        "an emptied level fills again",
        "a=ask 50 5; x a; b=ask 50 3; c=bid 50 1",
        "a+5 x a 5 b+3 c>b 1@50 c. | ask 50: b2",
    ),
    (
        "a level that held asks may hold bids",
        "a=ask 50 5; b=bid 50 7; c=ask 50 1",
        "a+5 b>a 5@50 b+2 c>b 1@50 c. | bid 50: b1",
    ),
    (
        "a side swept empty is empty",
        "a=ask 50 5; b=bid 98 9; c=bid 98 1",
        "a+5 b>a 5@50 b+4 c+1 | bid 98: b4 c1",
    ),
    ("an order of nothing is refused", "a=ask 50 0; b=bid 50 1", "no quantity b+1 | bid 50: b1"),
    (
        "no match of nothing at an exact fill",
        "a=ask 50 2; b=ask 50 2; c=bid 50 2",
        "a+2 b+2 c>a 2@50 c. | ask 50: b2",
    ),
    (
        "a maker of 2^24 + 1 loses what trades and no more",
        "a=ask 50 16777217; b=bid 50 1; c=bid 50 16777216",
        "a+16777217 b>a 1@50 b. c>a 16777216@50 c. |",
    ),
    ("an order above the grid is refused", "a=bid 99 5; b=bid 98 5", "off grid b+5 | bid 98: b5"),
    (
        "an unknown id is not canceled or reduced",
        "a=bid 50 5; x z; r z 1",
        "a+5 x z ? r z ? | bid 50: a5",
    ),
];

#[test]
fn every_case_of_priority_follows_the_rules() {
    check(PRIORITY);
}

#[test]
fn every_case_of_the_queue_follows_the_rules() {
    check(QUEUE);
}

#[test]
fn every_case_of_replacing_follows_the_rules() {
    check(REPLACE);
}

#[test]
fn every_case_of_time_in_force_follows_the_rules() {
    check(TIME_IN_FORCE);
}

#[test]
fn every_case_of_removal_follows_the_rules() {
    check(REMOVAL);
}

#[test]
fn a_full_book_refuses_every_order_until_one_leaves() {
    check_full_books();
}

pub(crate) fn check_full_books() {
    full_book::<Book>();
    full_book::<ReferenceBook>();
}

fn full_book<B: AnyBook>() {
    let mut story = Story::new(B::empty(99, BookCapacity::new(2).expect("below the limit")));
    let script = "a=ask 50 5; b=ask 51 5; c=bid 40 1; d=bid 50 1 ioc; x b; e=bid 40 1; f=bid 40 1";
    assert_eq!(story.run(script), "a+5 b+5 full full x b 5 e+1 full | bid 40: e1 | ask 50: a5");
}

/// Room for two: an order that comes takes one, one that leaves gives it back, and one that fills at
/// once takes none.
#[test]
fn a_book_has_room_until_it_is_full_and_again_when_an_order_leaves() {
    let mut book = Book::new(99, BookCapacity::new(2).expect("below the limit"));
    let place = |book: &mut Book, side, tick| {
        let (quantity, time_in_force) = (Quantity::STEP, TimeInForce::REST);
        let order = NewOrder {
            owner: AccountId::new(0),
            side,
            tick: Tick::new(tick),
            quantity,
            time_in_force,
        };
        book.place(&order, &mut Vec::new()).map(|placed| placed.order)
    };
    assert!(book.has_room());
    let first = place(&mut book, Side::Ask, 50).expect("there is room");
    assert!(book.has_room());
    place(&mut book, Side::Bid, 50).expect("there is room");
    assert!(book.order(first).is_none() && book.has_room());
    let second = place(&mut book, Side::Ask, 51).expect("there is room");
    place(&mut book, Side::Ask, 52).expect("there is room");
    assert!(!book.has_room());
    assert_eq!(place(&mut book, Side::Ask, 53), Err(BookError::Full { capacity: 2 }));
    book.cancel(second).expect("it rests");
    assert!(book.has_room());
    place(&mut book, Side::Ask, 53).expect("there is room");
    assert!(!book.has_room());
}

/// Two levels with nothing between them, on the largest grid: next to each other, at both sides of
/// the edges of 64 and of 4,096 ticks, the same seen from the highest tick, and at the ends.
const FAR_APART: &[(u32, u32)] = &[
    (62, 63),
    (63, 64),
    (0, 64),
    (4_095, 4_096),
    (63, 4_096),
    (0, 8_192),
    (4_096, 12_287),
    (126_975, 126_976),
    (122_879, 131_071),
    (0, 131_071),
];

#[test]
fn the_next_level_is_found_however_far_it_is() {
    check_levels_far_apart();
}

pub(crate) fn check_levels_far_apart() {
    for (low, high) in FAR_APART {
        check_far_apart(Side::Ask, *low, *high);
        check_far_apart(Side::Bid, *high, *low);
    }
}

/// One contract each at the best and at the next tick of a side: both are shown, one order of the
/// other side takes both, and when the best is canceled the next is the best.
fn check_far_apart(side: Side, best: u32, next: u32) {
    let capacity = BookCapacity::new(3).expect("below the limit");
    let mut book = Book::new(Book::TICKS_MAX, capacity);
    let order = |side, tick, contracts| NewOrder {
        owner: AccountId::new(0),
        side,
        tick: Tick::new(tick),
        quantity: Quantity::of_contracts(contracts).unwrap(),
        time_in_force: TimeInForce::REST,
    };
    let mut matches = Vec::new();
    let placed = book.place(&order(side, best, 1), &mut matches).unwrap();
    book.place(&order(side, next, 1), &mut matches).unwrap();
    let shown: Vec<_> = book.levels(side).map(|level| level.tick.index()).collect();
    assert_eq!(shown, [best, next], "levels of the {side} side");
    let mut canceled = book.clone();
    canceled.cancel(placed.order).unwrap();
    let left = canceled.best(side).map(|level| level.tick.index());
    assert_eq!(left, Some(next), "{next} after the cancel of {best}, {side}");
    book.place(&order(side.opposite(), next, 2), &mut matches).unwrap();
    let met: Vec<_> = matches.iter().map(|found| found.tick.index()).collect();
    assert_eq!(met, [best, next], "what an order meets on the {side} side");
}

#[test]
fn orders_keep_their_ids_prices_and_places_when_the_grid_becomes_finer() {
    finer_grid::<Book>();
    finer_grid::<ReferenceBook>();
}

/// Every tick gets two new ones below it: tick 10 becomes 32, 20 becomes 62. `d` leaves a free
/// slot behind. Afterwards 31 and 63 lie between two old prices.
fn finer_grid<B: AnyBook>() {
    let capacity = BookCapacity::new(10).expect("below the limit");
    let mut story = Story::new(B::empty(99, capacity));
    let script = "a=bid 10 5; b=bid 10 4; c=ask 20 3; d=bid 9 1; x d";
    let before = "a+5 b+4 c+3 d+1 x d 1 | bid 10: a5 b4 | ask 20: c3";
    assert_eq!(story.run(script), before);
    let ticks = (0..99).map(|old| Tick::new(3 * old + 2)).collect();
    story.refine(&Regrid::new(ticks, 297).expect("ascending"));
    let script = "e=ask 31 7; x d; r b 1; f=bid 63 4; m a 296 1";
    let after = "e>a 5@32 e>b 2@32 e. x d ? r b 1 f>c 3@62 f+1 m a ? | bid 63: f1 | bid 32: b1";
    assert_eq!(story.run(script), format!("{before} {after}"));
}

#[test]
fn a_regrid_from_another_grid_is_refused() {
    let capacity = BookCapacity::new(10).expect("below the limit");
    let regrid = Regrid::new(vec![Tick::new(0), Tick::new(2)], 3).expect("ascending");
    let refused = Err(RegridError::OtherGrid { found: 2, tick_count: 3 });
    assert_eq!(Book::new(3, capacity).regrid(&regrid), refused);
    assert_eq!(ReferenceBook::new(3, capacity).regrid(&regrid), refused);
}

#[test]
fn the_largest_quantity_is_admitted_and_more_is_refused() {
    let mut book = Book::new(99, BookCapacity::new(2).unwrap());
    let mut matches = Vec::new();
    let mut order = NewOrder {
        owner: AccountId::new(0),
        side: Side::Bid,
        tick: Tick::new(50),
        quantity: Quantity::MAX,
        time_in_force: TimeInForce::REST,
    };
    for _ in 0..2 {
        let placed = book.place(&order, &mut matches).unwrap();
        assert_eq!(placed.outcome, Outcome::Rests { remaining: Quantity::MAX });
    }
    let level = book.best(Side::Bid).unwrap();
    assert_eq!(level.quantity, Quantity::MAX + Quantity::MAX);
    order.quantity = Quantity::MAX + Quantity::STEP;
    let refused = book.place(&order, &mut matches);
    assert_eq!(refused, Err(BookError::TooLarge { found: order.quantity }));
    assert_eq!(
        BookCapacity::new((1 << 24) + 1),
        Err(BookError::CapacityTooLarge { found: (1 << 24) + 1 })
    );
}

/// Tells the scripts of some cases to both books.
pub(crate) fn check_named(names: &[&str]) {
    for name in names {
        let tables = [PRIORITY, QUEUE, REPLACE, TIME_IN_FORCE, REMOVAL];
        let found = tables.iter().copied().flatten().find(|case| case.0 == *name);
        check(&[*found.unwrap_or_else(|| panic!("no case is called {name:?}"))]);
    }
}

/// A book of three prices is asked about a fourth.
fn ask_off_the_grid(ask: impl FnOnce(&Book, Tick)) {
    ask(&Book::new(3, BookCapacity::new(2).unwrap()), Tick::new(3));
}

#[test]
#[should_panic(expected = "Invariant: tick 3 of a market with 3")]
fn there_is_no_level_off_the_grid() {
    ask_off_the_grid(|book, tick| assert_eq!(book.level_quantity(Side::Bid, tick), Quantity::ZERO));
}

#[test]
#[should_panic(expected = "Invariant: tick 3 of a market with 3")]
fn there_is_no_queue_off_the_grid() {
    ask_off_the_grid(|book, tick| assert_eq!(book.queue(Side::Bid, tick).next(), None));
}

#[test]
#[should_panic(expected = "Invariant: tick 3 of a market with 3")]
fn there_is_no_depth_off_the_grid() {
    ask_off_the_grid(|book, tick| assert_eq!(book.available(Side::Bid, tick), Quantity::ZERO));
}

#[test]
#[should_panic(expected = "Invariant: tick 3 of a market with 3")]
fn nothing_fills_off_the_grid() {
    ask_off_the_grid(|book, tick| assert!(!book.can_fill(Side::Bid, tick, Quantity::STEP)));
}

/// Tells every script to both books.
fn check(cases: &[Case]) {
    for (name, script, expected) in cases {
        let capacity = BookCapacity::new(100).expect("below the limit");
        assert_eq!(Story::new(Book::new(99, capacity)).run(script), *expected, "{name}");
        let mut reference = Story::new(ReferenceBook::new(99, capacity));
        assert_eq!(reference.run(script), *expected, "{name}, reference book");
    }
}
