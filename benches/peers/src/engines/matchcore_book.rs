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

pub(crate) struct Step {
    market: u16,
    command: Command,
}

impl Engine for MatchcoreBook {
    const NAME: &'static str = "matchcore 0.4.0";
    const REMARK: &'static str = "a crossing order trades beyond its own limit";
    type Step = Step;

    /// An order's id is the number of its command within its market.
    fn steps(workload: &Workload, shape: Shape) -> Vec<Step> {
        let mut next = vec![0; shape.markets as usize];
        let mut ids = Vec::new();
        let all = workload.prefill.iter().chain(&workload.operations);
        all.map(|operation| {
            let number = &mut next[usize::from(operation.market)];
            if operation.kind == Kind::New {
                ids.push(OrderId(*number));
            }
            let kind = command(operation, ids[operation.id as usize]);
            let sequence_number = SequenceNumber(*number);
            *number += 1;
            let meta = CommandMeta { sequence_number, timestamp: Timestamp(0) };
            Step { market: operation.market, command: Command { meta, kind } }
        })
        .collect()
    }

    fn empty(shape: Shape) -> Self {
        Self { books: (0..shape.markets).map(|_| OrderBook::new("M")).collect() }
    }

    fn apply(&mut self, step: &Step, tally: &mut Tally) {
        let outcome = self.books[usize::from(step.market)].execute(&step.command);
        if let CommandOutcome::Applied(CommandReport::Submit(effects) | CommandReport::Amend(effects)) =
            &outcome
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
