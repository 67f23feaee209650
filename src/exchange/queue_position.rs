//! How far back in the queue an order stands.

use crate::exchange::settings::QueuePositionScope;
use crate::exchange::state::Exchange;
use crate::exchange::views::OrderState;
use crate::protocol::QueuePosition;
use crate::units::{AccountId, MarketId, Quantity};

impl Exchange {
    /// The contracts that are ahead of a resting order, now (Kalshi, "Get order queue position",
    /// 2026-08-22, documented: 0 is the front).
    pub(super) fn ahead(&self, order: &OrderState) -> Quantity {
        let OrderState { market, in_book, side, tick, .. } = *order;
        let book = &self.markets[market.number() as usize].book;
        let at_price = book.quantity_ahead(in_book).expect("Invariant: the order rests");
        match self.settings.queue_position {
            QueuePositionScope::Level => at_price,
            QueuePositionScope::Side => {
                let better = book.levels(side).take_while(|level| level.tick != tick);
                at_price + better.map(|level| level.quantity).sum()
            }
        }
    }

    /// The same for all resting orders of an account in a market, oldest first.
    pub(super) fn queue_positions(
        &self,
        account: AccountId,
        market: MarketId,
    ) -> Vec<QueuePosition> {
        let own = self.all_resting_in(market).filter(|order| order.account == account);
        let mut own: Vec<_> = own.collect();
        own.sort_by_key(|order| order.record.sequence);
        let position = |order: &OrderState| QueuePosition {
            order: order.id(),
            market,
            ahead: self.ahead(order),
        };
        own.iter().map(position).collect()
    }
}
