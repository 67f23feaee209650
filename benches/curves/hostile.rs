//! Flows that are made to hurt.

use std::hint::black_box;

use fillgap::book::{Book, BookCapacity, Match};
use fillgap::market::{Tick, TimeInForce};
use fillgap::units::{OrderId, Side};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::curves_flow::{below, order};

/// Orders of a crowded level.
const CROWD: u32 = 1_000_000;
/// Ticks of a wide grid.
const WIDE: u32 = 100_000;
/// Operations between two looks at the clock.
const STRETCH: usize = 10_000;
/// How often a flow over the whole book is repeated.
const REPETITIONS: u32 = 15;

/// Takes a number of operations and the work that does them, and measures it.
type Clock<'a> = &'a mut dyn FnMut(u64, &mut dyn FnMut());

/// One flow.
#[derive(Clone, Copy)]
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    /// What the time is divided by.
    pub(crate) unit: &'static str,
    flow: fn(Clock<'_>),
}

impl Hostile {
    /// Every flow.
    pub(crate) const ALL: [Self; 8] = [
        Self { name: "join a level of a million", unit: "order", flow: join_a_crowd },
        Self { name: "cancel its orders, latest first", unit: "order", flow: leave_latest_first },
        Self { name: "cancel its orders, from the middle", unit: "order", flow: leave_from_middle },
        Self { name: "cancel its orders, at random", unit: "order", flow: leave_at_random },
        Self { name: "take it with one order", unit: "match", flow: take_a_crowd },
        Self { name: "sweep 100,000 levels", unit: "match", flow: sweep },
        Self { name: "empty and refill, 99 ticks", unit: "order", flow: flap_near },
        Self { name: "best leaves, next 100,000 away", unit: "order", flow: flap_far },
    ];

    /// Runs the flow; `clock` is handed each piece of work that counts.
    pub(crate) fn run(&self, mut clock: impl FnMut(u64, &mut dyn FnMut())) {
        (self.flow)(&mut clock);
    }
}

fn book(ticks: u32) -> Book {
    Book::new(ticks, BookCapacity::new(CROWD + 1).expect("Invariant: below 2^24"))
}

fn rest(book: &mut Book, side: Side, tick: u32) -> OrderId {
    let placed = book.place(&order(side, Tick::new(tick), 1, TimeInForce::REST), &mut Vec::new());
    placed.expect("Invariant: room enough").order
}

/// A book whose only level holds a million orders, earliest first, on memory that was used before.
fn crowd() -> (Book, Vec<OrderId>) {
    let mut book = book(99);
    let first: Vec<_> = (0..CROWD).map(|_| rest(&mut book, Side::Bid, 50)).collect();
    for order in first.iter().rev() {
        book.cancel(*order);
    }
    let orders = (0..CROWD).map(|_| rest(&mut book, Side::Bid, 50)).collect();
    (book, orders)
}

fn join_a_crowd(clock: Clock<'_>) {
    let (mut book, orders) = crowd();
    for order in orders.iter().rev() {
        book.cancel(*order);
    }
    for _ in 0..CROWD as usize / STRETCH {
        clock(STRETCH as u64, &mut || {
            for _ in 0..STRETCH {
                black_box(rest(&mut book, Side::Bid, 50));
            }
        });
    }
}

fn leave(clock: Clock<'_>, arrange: impl FnOnce(&mut Vec<OrderId>)) {
    let (mut book, mut orders) = crowd();
    arrange(&mut orders);
    for orders in orders.chunks_exact(STRETCH) {
        clock(STRETCH as u64, &mut || {
            for order in orders {
                black_box(book.cancel(*order).is_some());
            }
        });
    }
}

fn leave_latest_first(clock: Clock<'_>) {
    leave(clock, |orders| orders.reverse());
}

/// The middle one, then its neighbours outwards.
fn leave_from_middle(clock: Clock<'_>) {
    leave(clock, |orders| {
        let later = orders.split_off(orders.len() / 2);
        let earlier: Vec<_> = orders.drain(..).rev().collect();
        orders.extend(later.into_iter().zip(earlier).flat_map(|(later, earlier)| [later, earlier]));
    });
}

fn leave_at_random(clock: Clock<'_>) {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    leave(clock, |orders| {
        for last in (1..CROWD).rev() {
            orders.swap(last as usize, below(&mut random, last + 1) as usize);
        }
    });
}

fn take_a_crowd(clock: Clock<'_>) {
    let (mut book, orders) = crowd();
    drop(orders);
    let mut matches: Vec<Match> = Vec::with_capacity(STRETCH);
    let taker = order(Side::Ask, Tick::new(50), 10_000, TimeInForce::ImmediateOrCancel);
    for _ in 0..CROWD as usize / STRETCH {
        matches.clear();
        clock(STRETCH as u64, &mut || {
            black_box(book.place(&taker, &mut matches).is_ok());
        });
        assert_eq!(matches.len(), STRETCH, "Invariant: every order is of one contract");
    }
}

/// One order on each of 100,000 levels, all taken by one.
fn sweep(clock: Clock<'_>) {
    let mut book = book(WIDE);
    let mut matches: Vec<Match> = Vec::with_capacity(WIDE as usize);
    let taker = order(Side::Ask, Tick::new(0), WIDE, TimeInForce::ImmediateOrCancel);
    for _ in 0..REPETITIONS {
        for tick in 0..WIDE {
            rest(&mut book, Side::Bid, tick);
        }
        matches.clear();
        clock(u64::from(WIDE), &mut || {
            black_box(book.place(&taker, &mut matches).is_ok());
        });
        assert_eq!(matches.len(), WIDE as usize, "Invariant: one order on each level");
    }
}

/// An order into an empty book and out again, each time on another side and tick.
fn flap_near(clock: Clock<'_>) {
    flap(clock, book(99), &[(Side::Bid, 0), (Side::Ask, 98), (Side::Bid, 70), (Side::Ask, 3)]);
}

/// A bid at either end of a wide grid stays; the best one comes and goes at the other.
fn flap_far(clock: Clock<'_>) {
    let mut book = book(WIDE);
    rest(&mut book, Side::Bid, 0);
    flap(clock, book, &[(Side::Bid, WIDE - 1)]);
}

fn flap(clock: Clock<'_>, mut book: Book, places: &[(Side, u32)]) {
    for _ in 0..100 {
        clock(2 * STRETCH as u64, &mut || {
            for (side, tick) in places.iter().cycle().take(STRETCH) {
                let order = rest(&mut book, *side, *tick);
                black_box(book.cancel(order).is_some());
            }
        });
    }
}
