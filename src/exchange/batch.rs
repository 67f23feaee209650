//! Batches: several orders, or several cancels, in one request.

use crate::exchange::event::ExchangeEvent;
use crate::exchange::state::Exchange;
use crate::protocol::{CreateOrder, RejectReason, Reply};
use crate::units::{AccountId, OrderId, SimTime};

impl Exchange {
    /// Places orders one after the other, as if each had come alone at the same instant. None
    /// depends on another (Kalshi, "Batch create orders (V2)", 2026-08-22, documented; that they
    /// take effect in the order of the request is assumed).
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
        let create = |order| self.create(now, account, order, events);
        Reply::CreatedBatch(orders.iter().map(create).collect())
    }

    /// Removes what remains of orders one after the other (Kalshi, "Batch cancel orders (V2)",
    /// 2026-08-22, documented; that they take effect in the order of the request is assumed).
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
        let cancel = |order: &OrderId| self.cancel(now, account, *order, events);
        Reply::CanceledBatch(orders.iter().map(cancel).collect())
    }

    /// Whether a batch may have so many items. What its sender's tier allows is the link's to say.
    fn check_batch(&self, length: usize) -> Result<(), RejectReason> {
        let is_too_long = self.settings.batch_longest.is_some_and(|longest| length > longest);
        if length == 0 || is_too_long { Err(RejectReason::InvalidBatch) } else { Ok(()) }
    }
}
