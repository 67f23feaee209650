//! Batches: several orders, or several cancels, in one request.

use crate::exchange::event::ExchangeEvent;
use crate::exchange::settings::BatchOrder;
use crate::exchange::state::Exchange;
use crate::protocol::{CreateOrder, RejectReason, Reply};
use crate::units::{AccountId, OrderId, SimTime};

impl Exchange {
    /// Places orders one after the other, as if each had come alone at the same instant. None
    /// depends on another (Kalshi, "Batch create orders (V2)", 2026-08-22, documented; in which order
    /// they take effect says [`BatchOrder`]).
    pub(super) fn create_batch(
        &mut self,
        now: SimTime,
        account: AccountId,
        orders: &[CreateOrder],
        events: &mut Vec<ExchangeEvent>,
    ) -> Reply {
        if let Err(reason) = self.check_batch(orders.len()) {
            return Reply::Rejected(reason);
        }
        let order_of_effect = self.settings.entry.batch_order;
        let create = |order: &CreateOrder| self.create(now, account, order, events);
        Reply::CreatedBatch(carry_out(orders, order_of_effect, create))
    }

    /// Removes what remains of orders one after the other (Kalshi, "Batch cancel orders (V2)",
    /// 2026-08-22, documented; in which order they take effect says [`BatchOrder`]).
    pub(super) fn cancel_batch(
        &mut self,
        now: SimTime,
        account: AccountId,
        orders: &[OrderId],
        events: &mut Vec<ExchangeEvent>,
    ) -> Reply {
        if let Err(reason) = self.check_batch(orders.len()) {
            return Reply::Rejected(reason);
        }
        let order_of_effect = self.settings.entry.batch_order;
        let cancel = |order: &OrderId| self.cancel(now, account, *order, events);
        Reply::CanceledBatch(carry_out(orders, order_of_effect, cancel))
    }

    /// Whether a batch may have so many items. What its sender's tier allows is the link's to say.
    fn check_batch(&self, length: usize) -> Result<(), RejectReason> {
        let is_too_long = self.settings.batch_longest.is_some_and(|longest| length > longest);
        if length == 0 || is_too_long { Err(RejectReason::InvalidBatch) } else { Ok(()) }
    }
}

/// Carries out items in an order of effect. What they come to is in the order of the request.
fn carry_out<T, R>(items: &[T], order: BatchOrder, each: impl FnMut(&T) -> R) -> Vec<R> {
    match order {
        BatchOrder::AsRequested => items.iter().map(each).collect(),
        BatchOrder::LastFirst => {
            let mut done: Vec<R> = items.iter().rev().map(each).collect();
            done.reverse();
            done
        }
    }
}
