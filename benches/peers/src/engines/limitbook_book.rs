//! limitbook.

use std::hint::black_box;

use limitbook::{OrderBook, OrderSide};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Spelled, spell};
use crate::engine::{Engine, Tally};
use crate::workload::{Kind, Shape, Workload};

pub(crate) struct LimitbookBook {
    books: Vec<OrderBook>,
    /// By the flow's id: the book's own, which changes when an order is entered anew.
    ids: Vec<u64>,
}

impl Engine for LimitbookBook {
    const NAME: &'static str = "limitbook 0.1.0";
    const REMARK: &'static str =
        "a partly filled maker keeps its whole quantity; no reduce or replace: cancel and new";
    type Step = Spelled;

    fn steps(workload: &Workload, _: Shape) -> Vec<Spelled> {
        spell(workload)
    }

    fn empty(shape: Shape) -> Self {
        let book = || OrderBook::new(Decimal::ONE).expect("Invariant: one is above zero");
        let books = (0..shape.markets).map(|_| book()).collect();
        Self { books, ids: vec![0; shape.check.ids as usize] }
    }

    fn apply(&mut self, step: &Spelled, tally: &mut Tally) {
        let id = &mut self.ids[step.id as usize];
        let book = &mut self.books[usize::from(step.market)];
        if step.kind != Kind::New {
            // It may be gone: its fills are not those of the flow.
            black_box(book.cancel_limit_order(*id).is_ok());
        }
        if step.kind == Kind::Cancel {
            return;
        }
        let side = if step.side == 0 { OrderSide::Buy } else { OrderSide::Sell };
        let added = book.add_limit_order(side, step.price.into(), step.quantity.into());
        let (new, fills) = added.expect("Invariant: price and quantity are above zero");
        *id = new;
        for fill in &fills {
            let whole = |value: Decimal| value.to_u64().expect("Invariant: whole numbers went in");
            tally.trade(whole(fill.quantity), whole(fill.price));
        }
    }
}
