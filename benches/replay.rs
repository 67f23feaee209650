//! A generated flow, applied to the book.

use std::hint::black_box;

use fillgap::book::{Book, BookCapacity, Match, NewOrder};
use fillgap::market::{Tick, TimeInForce};
use fillgap::units::{AccountId, OrderId, Quantity, Side};

use crate::workload::{Kind, Operation, Totals, Workload};

/// Ticks of a market: prices 1 to 99.
pub(crate) const TICK_COUNT: u32 = 99;

/// An operation that names its order as the book does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    order: OrderId,
    quantity: Quantity,
    owner: u32,
    /// The market.
    pub(crate) market: u16,
    kind: Kind,
    side: Side,
    price: u8,
}

impl Step {
    /// The step of an operation whose order has this id at the book.
    pub(crate) fn new(operation: &Operation, order: OrderId) -> Self {
        Self {
            order,
            quantity: Quantity::new(u64::from(operation.quantity)).expect("200 at most"),
            owner: operation.id % 64,
            market: operation.market,
            kind: operation.kind,
            side: if operation.side == 0 { Side::Bid } else { Side::Ask },
            price: operation.price,
        }
    }

    /// The order that a step of kind [`Kind::New`] places.
    pub(crate) fn new_order(&self) -> NewOrder {
        NewOrder {
            owner: AccountId::new(self.owner),
            side: self.side,
            tick: self.tick(),
            quantity: self.quantity(),
            time_in_force: TimeInForce::REST,
        }
    }

    /// The limit price.
    pub(crate) fn tick(&self) -> Tick {
        Tick::new(u32::from(self.price).wrapping_sub(1))
    }

    /// The quantity of the operation.
    pub(crate) fn quantity(&self) -> Quantity {
        self.quantity
    }
}

/// A flow whose operations name their orders as the book does, and the books that it starts with.
#[derive(Debug)]
pub(crate) struct Replay {
    /// What fills the books first.
    pub(crate) prefill: Vec<Step>,
    /// What follows the prefill.
    pub(crate) steps: Vec<Step>,
    markets: usize,
    target: u32,
}

impl Replay {
    /// Learns the ids by running the flow once: the same flow gets the same ids every time.
    pub(crate) fn new(workload: &Workload, markets: u32, target: u32) -> Self {
        let mut replay =
            Self { prefill: Vec::new(), steps: Vec::new(), markets: markets as usize, target };
        let mut books = replay.empty_books();
        let mut ids = Vec::with_capacity(workload.check.ids as usize);
        let mut matches = Vec::new();
        for operation in workload.prefill.iter().chain(&workload.operations) {
            let known = ids.get(operation.id as usize).copied();
            let step = Step::new(operation, known.unwrap_or(OrderId::new(0)));
            let book = &mut books[usize::from(operation.market)];
            if let Some(placed) = apply(book, &step, &mut matches) {
                ids.push(placed);
            }
            if replay.prefill.len() < workload.prefill.len() {
                replay.prefill.push(step);
            } else {
                replay.steps.push(step);
            }
        }
        replay
    }

    /// The books after the prefill.
    pub(crate) fn books(&self) -> Vec<Book> {
        let mut books = self.empty_books();
        let mut matches = Vec::new();
        for step in &self.prefill {
            apply(&mut books[usize::from(step.market)], step, &mut matches);
        }
        books
    }

    fn empty_books(&self) -> Vec<Book> {
        let capacity = BookCapacity::new(4 * self.target).expect("Invariant: 40,000 at most");
        (0..self.markets).map(|_| Book::new(TICK_COUNT, capacity)).collect()
    }
}

/// Applies every step and adds the matches up.
pub(crate) fn run_and_count(books: &mut [Book], steps: &[Step]) -> Totals {
    let mut totals = Totals::default();
    let mut matches = Vec::new();
    for step in steps {
        matches.clear();
        apply(&mut books[usize::from(step.market)], step, &mut matches);
        totals.add(&matches);
    }
    for book in books {
        for side in [Side::Bid, Side::Ask] {
            for level in book.levels(side) {
                totals.live += book.queue(side, level.tick).count() as u64;
                totals.live_quantity += level.quantity.hundredths();
            }
        }
    }
    totals
}

impl Totals {
    /// Adds matches.
    pub(crate) fn add(&mut self, matches: &[Match]) {
        for found in matches {
            let quantity = found.quantity.hundredths();
            self.trades += 1;
            self.quantity += quantity;
            self.notional += quantity * u64::from(found.tick.index() + 1);
        }
    }
}

/// Applies one step. Returns the id of a new order.
///
/// Which kind comes next nobody can foretell. Of four kinds in one place the compiler makes a jump by a
/// table, and a wrong guess at where that leads costs a third more than at a branch.
#[inline]
pub(crate) fn apply(book: &mut Book, step: &Step, matches: &mut Vec<Match>) -> Option<OrderId> {
    let is_live = "Invariant: the flow names live orders only";
    match step.kind {
        Kind::New => {
            let placed = book.place(&step.new_order(), matches).expect("Invariant: room enough");
            return Some(placed.order);
        }
        Kind::Cancel => {
            black_box(book.cancel(step.order).expect(is_live));
        }
        Kind::Reduce | Kind::Replace => amend(book, step, matches),
    }
    None
}

#[inline(never)]
fn amend(book: &mut Book, step: &Step, matches: &mut Vec<Match>) {
    let is_live = "Invariant: the flow names live orders only";
    if step.kind == Kind::Reduce {
        black_box(book.reduce(step.order, step.quantity()).expect(is_live));
    } else {
        let replaced = book.replace(step.order, step.tick(), step.quantity(), matches);
        black_box(replaced.expect(is_live));
    }
}
