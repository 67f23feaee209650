//! Orders that end by themselves.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::exchange::event::ExchangeEvent;
use crate::exchange::order_id;
use crate::exchange::state::Exchange;
use crate::exchange::views::OrderState;
use crate::protocol::OrderEnd;
use crate::units::{OrderId, SimTime};

/// The expiries of resting orders, earliest first; at one instant in the order of acceptance.
/// Orders that are final, and expiries that were amended, stay inside until they come to the top.
pub(super) type Expiries = BinaryHeap<Reverse<(SimTime, u64, OrderId)>>;

impl Exchange {
    /// When the next resting order expires.
    #[must_use]
    pub fn next_deadline(&self) -> Option<SimTime> {
        self.expiries.peek().map(|Reverse((due, _, _))| *due)
    }

    /// Ends the orders whose expiry is at or before `now` (Kalshi, "Create order (V2)",
    /// 2026-08-22, documented; that an order is gone at its very instant, before what arrives
    /// then, is assumed).
    ///
    /// # Panics
    /// When `now` is before an earlier call's.
    pub fn expire_due(&mut self, now: SimTime, events: &mut Vec<ExchangeEvent>) {
        self.advance(now);
        while let Some(Reverse((due, _, order))) = self.expiries.peek().copied()
            && due <= now
        {
            self.expiries.pop();
            let (market, in_book) = order_id::in_book(order);
            self.remove(now, market, in_book, OrderEnd::Expired, events);
            self.follow_up(now, events);
        }
    }

    /// Drops expiries of final and of amended orders from the top, so that the top is the next deadline.
    pub(super) fn forget_stale_expiries(&mut self) {
        while let Some(Reverse((due, _, order))) = self.expiries.peek() {
            let (market, in_book) = order_id::in_book(*order);
            let here = &self.markets[market.number() as usize];
            if here.book.order(in_book).is_some() && here.record(in_book).expires_at == Some(*due) {
                break;
            }
            self.expiries.pop();
        }
    }

    /// Notes when an order that rests expires, if it does.
    pub(super) fn watch_expiry(&mut self, order: &OrderState) {
        if let Some(expiry) = order.record.expires_at {
            self.expiries.push(Reverse((expiry, order.record.sequence, order.id())));
        }
    }
}
