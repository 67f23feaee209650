//! Every sequence of up to four operations in a small world: two owners, three prices, quantities
//! 1 and 2. The fast book and the reference book after each.

use fillgap::book::{BookCapacity, NewOrder};
use fillgap::market::{Tick, TimeInForce};
use fillgap::units::{AccountId, Quantity, Side};

use crate::book_lockstep::{Lockstep, Operation, Target};
use crate::operation_count::case;

const OWNERS: u32 = 2;
const TICKS: u32 = 3;
const QUANTITIES: [u64; 2] = [1, 2];
const TIMES_IN_FORCE: [TimeInForce; 3] =
    [TimeInForce::REST, TimeInForce::ImmediateOrCancel, TimeInForce::FillOrKill];

/// How long the sequences are; a build without optimization has less time.
const LENGTH: u32 = if cfg!(debug_assertions) { 3 } else { 4 };

#[test]
fn every_short_sequence_leaves_both_books_alike() {
    let capacity = BookCapacity::new(LENGTH).expect("below the limit");
    let empty = Lockstep::new(TICKS, capacity);
    let case = case();
    let mut sequences = 0;
    // Owners are names: what the second one could do first is what the first one does.
    for operation in placements().filter(|order| order.owner == AccountId::new(0)) {
        let mut books = empty.clone();
        step(&mut books, &Operation::Place(operation));
        sequences += 1 + explore(&books, LENGTH - 1);
    }
    assert_eq!(sequences, expected(LENGTH));
    case.holds();
}

/// Follows every operation from a state. Returns how many sequences that were.
fn explore(books: &Lockstep, left: u32) -> u64 {
    if left == 0 {
        return 0;
    }
    let mut sequences = 0;
    for operation in operations(books.accepted()) {
        let mut next = books.clone();
        step(&mut next, &operation);
        sequences += 1 + explore(&next, left - 1);
    }
    sequences
}

/// Applies an operation to both books and compares everything that they say.
fn step(books: &mut Lockstep, operation: &Operation) {
    books.apply(operation);
    books.compare_states();
    for tick in (0..TICKS).map(Tick::new) {
        for side in [Side::Bid, Side::Ask] {
            books.compare_price(side, tick, quantity(QUANTITIES[1]));
        }
    }
    for number in 0..books.accepted() {
        books.compare_order(Target::Accepted(number));
    }
}

/// Every operation, when this many orders were accepted. They may be final.
fn operations(accepted: usize) -> impl Iterator<Item = Operation> {
    let changes = (0..accepted).map(Target::Accepted).flat_map(|target| {
        let reduces = QUANTITIES.map(|left| Operation::Reduce(target, quantity(left)));
        let replaces = (0..TICKS).flat_map(move |tick| {
            QUANTITIES.map(|left| Operation::Replace(target, Tick::new(tick), quantity(left)))
        });
        std::iter::once(Operation::Cancel(target)).chain(reduces).chain(replaces)
    });
    placements().map(Operation::Place).chain(changes)
}

/// Every order that can be placed.
fn placements() -> impl Iterator<Item = NewOrder> {
    let owners = (0..OWNERS).map(AccountId::new);
    let places = owners.flat_map(|owner| {
        let ticks = (0..TICKS).map(Tick::new);
        ticks.flat_map(move |tick| [Side::Bid, Side::Ask].map(|side| (owner, side, tick)))
    });
    places.flat_map(|(owner, side, tick)| {
        QUANTITIES.into_iter().flat_map(move |hundredths| {
            TIMES_IN_FORCE.map(|time_in_force| NewOrder {
                owner,
                side,
                tick,
                quantity: quantity(hundredths),
                time_in_force,
            })
        })
    })
}

/// How many sequences there are, counted without books. An order can be placed in 2 owners x 2
/// sides x 3 prices x 2 quantities x 3 times in force = 72 ways, the first one in half as many.
/// One that was accepted can be canceled, reduced to 2 quantities, or replaced by 3 prices x 2
/// quantities: 9 ways. Every placement is accepted, since there is room for all.
fn expected(length: u32) -> u64 {
    fn from(accepted: u64, left: u32) -> u64 {
        if left == 0 {
            return 0;
        }
        let placed = 72 * (1 + from(accepted + 1, left - 1));
        placed + 9 * accepted * (1 + from(accepted, left - 1))
    }
    36 * (1 + from(1, length - 1))
}

fn quantity(hundredths: u64) -> Quantity {
    Quantity::new(hundredths).expect("below the limit")
}
