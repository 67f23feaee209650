//! The book that most write first: an ordered map of queues for each side, and a map of the orders.

#![expect(clippy::disallowed_types, reason = "the textbook uses a hash map; nothing iterates it")]

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::engine::{Engine, Tally};
use crate::workload::{Kind, Operation, Shape, Workload};

pub(crate) struct Textbook {
    books: Vec<Book>,
}

#[derive(Default)]
struct Book {
    /// By side, then price.
    levels: [BTreeMap<u8, VecDeque<Order>>; 2],
    /// By id: side and price.
    places: HashMap<u32, (u8, u8)>,
}

struct Order {
    id: u32,
    quantity: u32,
}

impl Engine for Textbook {
    const NAME: &'static str = "textbook";
    const REMARK: &'static str = "BTreeMap of VecDeque, HashMap of ids";
    type Step = Operation;

    fn steps(workload: &Workload, _: Shape) -> Vec<Operation> {
        workload.prefill.iter().chain(&workload.operations).copied().collect()
    }

    fn empty(shape: Shape) -> Self {
        Self { books: (0..shape.markets).map(|_| Book::default()).collect() }
    }

    fn apply(&mut self, step: &Operation, tally: &mut Tally) {
        let book = &mut self.books[usize::from(step.market)];
        match step.kind {
            Kind::New => book.enter(step.id, step.side, step.price, step.quantity, tally),
            Kind::Cancel => book.cancel(step.id),
            Kind::Reduce | Kind::Replace => amend(book, step, tally),
        }
    }
}

/// On its own, so that no table is needed to tell the kinds apart, as for every engine.
#[inline(never)]
fn amend(book: &mut Book, step: &Operation, tally: &mut Tally) {
    if step.kind == Kind::Reduce {
        book.reduce(step.id, step.quantity);
    } else {
        book.cancel(step.id);
        book.enter(step.id, step.side, step.price, step.quantity, tally);
    }
}

impl Book {
    fn enter(&mut self, id: u32, side: u8, limit: u8, quantity: u32, tally: &mut Tally) {
        let mut left = quantity;
        let [bids, asks] = &mut self.levels;
        while left > 0 {
            let best = if side == 0 { asks.first_entry() } else { bids.last_entry() };
            let Some(mut level) = best else { break };
            let price = *level.key();
            if if side == 0 { price > limit } else { price < limit } {
                break;
            }
            let queue = level.get_mut();
            while let Some(maker) = queue.front_mut()
                && left > 0
            {
                let traded = left.min(maker.quantity);
                tally.trade(u64::from(traded), u64::from(price));
                left -= traded;
                maker.quantity -= traded;
                if maker.quantity == 0 {
                    self.places.remove(&maker.id);
                    queue.pop_front();
                }
            }
            if queue.is_empty() {
                level.remove();
            }
        }
        if left > 0 {
            let queue = self.levels[usize::from(side)].entry(limit).or_default();
            queue.push_back(Order { id, quantity: left });
            self.places.insert(id, (side, limit));
        }
    }

    fn cancel(&mut self, id: u32) {
        let Some((side, price)) = self.places.remove(&id) else { return };
        let levels = &mut self.levels[usize::from(side)];
        if let Some(queue) = levels.get_mut(&price) {
            if let Some(place) = queue.iter().position(|order| order.id == id) {
                queue.remove(place);
            }
            if queue.is_empty() {
                levels.remove(&price);
            }
        }
    }

    fn reduce(&mut self, id: u32, left: u32) {
        let Some((side, price)) = self.places.get(&id).copied() else { return };
        let queue = self.levels[usize::from(side)].get_mut(&price);
        let order = queue.and_then(|queue| queue.iter_mut().find(|order| order.id == id));
        if let Some(order) = order {
            order.quantity = left;
        }
    }
}
