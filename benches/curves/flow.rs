//! A steady flow of orders for books of any size.

use fillgap::book::{Book, BookCapacity, NewOrder};
use fillgap::market::{Tick, TimeInForce};
use fillgap::units::{AccountId, OrderId, Quantity, Side};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Operations of a flow.
const OPERATIONS: usize = 500_000;

/// How large everything is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) markets: u32,
    /// Of each market.
    pub(crate) ticks: u32,
    /// Resting orders that a market is kept near.
    pub(crate) orders: u32,
}

/// One operation on the book of a market.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Place(u32, NewOrder),
    Cancel(u32, OrderId),
}

/// Operations that name their orders as the books do, and how the books start.
///
/// New orders rest anywhere on their half of the grid, so that every level is in use. One in eight
/// takes a little from the best level. Cancels pick any resting order.
#[derive(Debug)]
pub(crate) struct Flow {
    plan: Plan,
    prefill: Vec<Step>,
    /// What follows the prefill.
    pub(crate) steps: Vec<Step>,
}

impl Flow {
    /// Draws a flow; learns the ids by running it.
    pub(crate) fn new(plan: Plan) -> Self {
        let mut flow = Self { plan, prefill: Vec::new(), steps: Vec::new() };
        let mut books = flow.empty_books();
        let mut live: Vec<Vec<OrderId>> = books.iter().map(|_| Vec::new()).collect();
        let mut random = ChaCha8Rng::seed_from_u64(42);
        for number in 0..plan.markets * plan.orders {
            let market = number % plan.markets;
            let order = passive(&mut random, plan.ticks);
            live[market as usize].push(place(&mut books, market, &order));
            flow.prefill.push(Step::Place(market, order));
        }
        while flow.steps.len() < OPERATIONS {
            let market = below(&mut random, plan.markets);
            let (book, live) = (&mut books[market as usize], &mut live[market as usize]);
            let is_full = live.len() > plan.orders as usize;
            let step = if is_full && let Some(order) = pick(&mut random, book, live) {
                book.cancel(order).expect("Invariant: it rests");
                Step::Cancel(market, order)
            } else {
                let order = if below(&mut random, 8) == 0 {
                    taker(&mut random, book)
                } else {
                    passive(&mut random, plan.ticks)
                };
                let placed = place(&mut books, market, &order);
                if order.time_in_force == TimeInForce::REST {
                    live.push(placed);
                }
                Step::Place(market, order)
            };
            flow.steps.push(step);
        }
        flow
    }

    /// The books after the prefill.
    pub(crate) fn books(&self) -> Vec<Book> {
        let mut books = self.empty_books();
        for step in &self.prefill {
            if let Step::Place(market, order) = step {
                place(&mut books, *market, order);
            }
        }
        books
    }

    fn empty_books(&self) -> Vec<Book> {
        let Plan { markets, ticks, orders } = self.plan;
        let capacity = BookCapacity::new(2 * orders).expect("Invariant: 2,000,000 at most");
        (0..markets).map(|_| Book::new(ticks, capacity)).collect()
    }
}

fn place(books: &mut [Book], market: u32, order: &NewOrder) -> OrderId {
    let placed = books[market as usize].place(order, &mut Vec::new());
    placed.expect("Invariant: room enough").order
}

/// A resting order. Those of the list that are final are forgotten on the way.
fn pick(random: &mut ChaCha8Rng, book: &Book, live: &mut Vec<OrderId>) -> Option<OrderId> {
    while !live.is_empty() {
        let length = u32::try_from(live.len()).expect("Invariant: a count of orders");
        let order = live.swap_remove(below(random, length) as usize);
        if book.order(order).is_some() {
            return Some(order);
        }
    }
    None
}

/// An order that rests: bids below the middle of the grid, asks from there on.
fn passive(random: &mut ChaCha8Rng, ticks: u32) -> NewOrder {
    let tick = below(random, ticks);
    let side = if tick < ticks / 2 { Side::Bid } else { Side::Ask };
    let contracts = 1 + below(random, 200);
    order(side, Tick::new(tick), contracts, TimeInForce::REST)
}

/// An order that takes a little from the best level.
fn taker(random: &mut ChaCha8Rng, book: &Book) -> NewOrder {
    let side = if below(random, 2) == 0 { Side::Bid } else { Side::Ask };
    let tick = book.best(side.opposite()).map_or(Tick::new(0), |level| level.tick);
    let contracts = 1 + below(random, 20);
    order(side, tick, contracts, TimeInForce::ImmediateOrCancel)
}

/// An order of the only account.
pub(crate) fn order(
    side: Side,
    tick: Tick,
    contracts: u32,
    time_in_force: TimeInForce,
) -> NewOrder {
    let quantity = Quantity::of_contracts(contracts).expect("Invariant: a few contracts");
    NewOrder { owner: AccountId::new(0), side, tick, quantity, time_in_force }
}

/// A number below a bound.
pub(crate) fn below(random: &mut ChaCha8Rng, bound: u32) -> u32 {
    let drawn = (u64::from(random.next_u32()) * u64::from(bound)) >> 32;
    u32::try_from(drawn).expect("Invariant: below a 32-bit bound")
}
