//! matchcore.

use std::hint::black_box;

use matchcore::{
    AmendCmd, AmendPatch, CancelCmd, Command, CommandKind, CommandMeta, CommandOutcome,
    CommandReport, LimitOrder, LimitOrderPatch, NewOrder, OrderBook, OrderFlags, OrderId,
    OrderKind, Price, Quantity, QuantityPolicy, SequenceNumber, Side, SubmitCmd, TimeInForce,
    Timestamp,
};

use crate::engine::{Engine, Tally};
use crate::workload::{Kind, Operation, Shape, Workload};

pub(crate) struct MatchcoreBook {
    books: Vec<OrderBook>,
}

/// An operation with the numbers that the engine goes by.
pub(crate) struct Step {
    operation: Operation,
    /// Of this command within its market.
    number: u32,
    /// Of the command that placed the order, which is the order's id.
    order: u32,
}

impl Engine for MatchcoreBook {
    const NAME: &'static str = "matchcore 0.4.0";
    const REMARK: &'static str = "a crossing order trades beyond its own limit";
    type Step = Step;

    fn steps(workload: &Workload, shape: Shape) -> Vec<Step> {
        let mut next = vec![0; shape.markets as usize];
        let mut orders = Vec::new();
        let all = workload.prefill.iter().chain(&workload.operations);
        all.map(|operation| {
            let number = next[usize::from(operation.market)];
            next[usize::from(operation.market)] += 1;
            if operation.kind == Kind::New {
                orders.push(number);
            }
            Step { operation: *operation, number, order: orders[operation.id as usize] }
        })
        .collect()
    }

    fn empty(shape: Shape) -> Self {
        Self { books: (0..shape.markets).map(|_| OrderBook::new("M")).collect() }
    }

    fn apply(&mut self, step: &Step, tally: &mut Tally) {
        let sequence_number = SequenceNumber(u64::from(step.number));
        let meta = CommandMeta { sequence_number, timestamp: Timestamp(0) };
        let kind = command(&step.operation, OrderId(u64::from(step.order)));
        let book = &mut self.books[usize::from(step.operation.market)];
        let outcome = book.execute(&Command { meta, kind });
        if let CommandOutcome::Applied(
            CommandReport::Submit(effects) | CommandReport::Amend(effects),
        ) = &outcome
            && let Some(result) = effects.target_order().match_result()
        {
            for trade in result.trades() {
                tally.trade(trade.quantity().0, trade.price().0);
            }
        }
        black_box(&outcome);
    }
}

fn command(operation: &Operation, order_id: OrderId) -> CommandKind {
    let quantity_policy =
        QuantityPolicy::Standard { quantity: Quantity(u64::from(operation.quantity)) };
    let price = Price(u64::from(operation.price));
    let amend = |patch| CommandKind::Amend(AmendCmd { order_id, patch: AmendPatch::Limit(patch) });
    match operation.kind {
        Kind::New => {
            let side = if operation.side == 0 { Side::Buy } else { Side::Sell };
            let flags = OrderFlags::new(side, false, TimeInForce::Gtc);
            let order = NewOrder::Limit(LimitOrder::new(price, quantity_policy, flags));
            CommandKind::Submit(SubmitCmd { order })
        }
        Kind::Cancel => CommandKind::Cancel(CancelCmd { order_id, order_kind: OrderKind::Limit }),
        Kind::Reduce => amend(LimitOrderPatch::new().with_quantity_policy(quantity_policy)),
        Kind::Replace => {
            amend(LimitOrderPatch::new().with_price(price).with_quantity_policy(quantity_policy))
        }
    }
}
