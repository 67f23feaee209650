//! lobster.

use std::hint::black_box;

use lobster::{OrderBook, OrderEvent, OrderType, Side};

use super::{Spelled, spell};
use crate::engine::{Engine, Tally};
use crate::workload::{Kind, Shape, Workload};

pub(crate) struct LobsterBook {
    books: Vec<OrderBook>,
}

impl Engine for LobsterBook {
    const NAME: &'static str = "lobster 0.7.0";
    const REMARK: &'static str = "no reduce: cancel and new, which loses the place";
    type Step = Spelled;

    fn steps(workload: &Workload, _: Shape) -> Vec<Spelled> {
        spell(workload)
    }

    fn empty(shape: Shape) -> Self {
        let orders = 4 * shape.target as usize;
        let book = || OrderBook::new(orders, 10, false);
        Self { books: (0..shape.markets).map(|_| book()).collect() }
    }

    fn apply(&mut self, step: &Spelled, tally: &mut Tally) {
        let id = u128::from(step.id);
        let book = &mut self.books[usize::from(step.market)];
        if step.kind != Kind::New {
            black_box(book.execute(OrderType::Cancel { id }));
        }
        if step.kind == Kind::Cancel {
            return;
        }
        let side = if step.side == 0 { Side::Bid } else { Side::Ask };
        let (qty, price) = (u64::from(step.quantity), u64::from(step.price));
        let event = book.execute(OrderType::Limit { id, side, qty, price });
        if let OrderEvent::PartiallyFilled { fills, .. } | OrderEvent::Filled { fills, .. } = &event
        {
            for fill in fills {
                tally.trade(fill.qty, fill.price);
            }
        }
        black_box(&event);
    }
}
