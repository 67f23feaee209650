//! orderbook-rs.

use std::hint::black_box;

use orderbook_rs::OrderBook;
use pricelevel::{Hash32, Id, OrderUpdate, Price, Quantity, Side, TimeInForce};

use super::{Spelled, spell};
use crate::engine::{Engine, Tally};
use crate::workload::{Kind, Shape, Workload};

pub(crate) struct OrderbookRsBook {
    books: Vec<OrderBook<()>>,
}

impl Engine for OrderbookRsBook {
    const NAME: &'static str = "orderbook-rs 0.15.3";
    const REMARK: &'static str = "made for threads; a replace does not report its trades";
    type Step = Spelled;

    fn steps(workload: &Workload, _: Shape) -> Vec<Spelled> {
        spell(workload)
    }

    fn empty(shape: Shape) -> Self {
        Self { books: (0..shape.markets).map(|_| OrderBook::new("M")).collect() }
    }

    fn apply(&mut self, step: &Spelled, tally: &mut Tally) {
        let book = &self.books[usize::from(step.market)];
        let order_id = Id::from_u64(u64::from(step.id));
        let (price, quantity) = (u128::from(step.price), u64::from(step.quantity));
        let (new_price, new_quantity) = (Price::new(price), Quantity::new(quantity));
        let changed = match step.kind {
            Kind::New => {
                let side = if step.side == 0 { Side::Buy } else { Side::Sell };
                let owner = owner(step.id);
                let good = TimeInForce::Gtc;
                let added = book.add_limit_order_with_user_and_result(
                    order_id, price, quantity, side, good, owner, None,
                );
                if let Ok((_, Some(result))) = &added {
                    for trade in result.match_result.trades().as_vec() {
                        let price = u64::try_from(trade.price().as_u128());
                        let price = price.expect("Invariant: prices are below 100");
                        tally.trade(trade.quantity().as_u64(), price);
                    }
                }
                black_box(&added);
                return;
            }
            Kind::Cancel => book.cancel_order(order_id),
            Kind::Reduce => {
                book.update_order(OrderUpdate::UpdateQuantity { order_id, new_quantity })
            }
            Kind::Replace => book.update_order(OrderUpdate::UpdatePriceAndQuantity {
                order_id,
                new_price,
                new_quantity,
            }),
        };
        black_box(&changed);
    }
}

/// One of 64 owners, as for fillgap's book.
fn owner(id: u32) -> Hash32 {
    let mut bytes = [0; 32];
    bytes[0] = u8::try_from(id % 64).expect("Invariant: below 64") + 1;
    Hash32::new(bytes)
}
