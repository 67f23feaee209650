//! Orders that end by themselves.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::exchange::event::ExchangeEvent;
use crate::exchange::market::OrderRecord;
use crate::exchange::order_id;
use crate::exchange::settings::ExpiryInstant;
use crate::exchange::state::Exchange;
use crate::exchange::views::OrderState;
use crate::protocol::OrderEnd;
use crate::units::{OrderId, SimDuration, SimTime};

/// The expiries of resting orders, earliest first; at one instant in the order of acceptance.
/// Orders that are final, and expiries that were amended, stay inside until they come to the top.
pub(super) type Expiries = BinaryHeap<Reverse<(SimTime, u64, OrderId)>>;

impl Exchange {
    /// When something next happens by itself: a resting order expires, fees are no longer waived, or a
    /// market opens, closes or pays.
    #[must_use]
    pub fn next_deadline(&self) -> Option<SimTime> {
        let step = self.next_steps.first().map(|(due, _)| *due);
        let waiver = self.waivers.first().map(|(due, _)| *due);
        self.next_expiry().into_iter().chain(waiver).chain(step).min()
    }

    fn next_expiry(&self) -> Option<SimTime> {
        let next = self.expiries.peek().filter(|_| self.may_expire());
        next.map(|Reverse((due, _, _))| *due)
    }

    /// Lets happen what happens by itself at or before `now`, in the order of the instants; at one
    /// instant orders expire first (Kalshi, "Create order (V2)", 2026-08-22, documented; whether an
    /// order is gone at its very instant says [`ExpiryInstant`]), then waivers of fees end, then
    /// markets open, close and pay ("Market lifecycle", 2026-08-22, documented).
    ///
    /// # Panics
    /// When `now` is before an earlier call's.
    pub fn expire_due(&mut self, now: SimTime, events: &mut Vec<ExchangeEvent>) {
        let before = self.now;
        self.advance(now);
        while let Some(due) = self.next_deadline().filter(|due| *due <= now) {
            if self.next_expiry() == Some(due) {
                // After a pause an expiry may be due before what has already happened.
                self.expire_next(due.max(before), events);
            } else if self.waivers.first().is_some_and(|(end, _)| *end == due) {
                self.end_waiver(due, events);
            } else if let Some((_, market)) = self.next_steps.first().copied() {
                self.step_due(due, market, events);
            }
        }
    }

    fn expire_next(&mut self, now: SimTime, events: &mut Vec<ExchangeEvent>) {
        let Some(Reverse((_, _, order))) = self.expiries.pop() else { return };
        let (market, in_book) = order_id::in_book(order);
        let order = self.resting(market, in_book).expect("Invariant: stale expiries are dropped");
        self.remove(now, &order, OrderEnd::Expired, events);
        self.follow_up(now, events);
    }

    /// Drops expiries of final and of amended orders from the top, so that the top is the next deadline.
    pub(super) fn forget_stale_expiries(&mut self) {
        while let Some(Reverse((due, _, order))) = self.expiries.peek() {
            let (market, in_book) = order_id::in_book(*order);
            let here = &self.markets[market.number() as usize];
            let rests = here.book.order(in_book).is_some();
            if rests && self.leaves_at(here.record(in_book)) == Some(*due) {
                break;
            }
            self.expiries.pop();
        }
    }

    /// Notes when an order that rests expires, if it does.
    pub(super) fn watch_expiry(&mut self, order: &OrderState) {
        if let Some(due) = self.leaves_at(&order.record) {
            self.expiries.push(Reverse((due, order.record.sequence, order.id())));
        }
    }

    /// When an order that expires leaves the book.
    fn leaves_at(&self, order: &OrderRecord) -> Option<SimTime> {
        order.expires_at.map(|expiry| match self.settings.life.expiry_instant {
            ExpiryInstant::GoneBefore => expiry,
            ExpiryInstant::StillThere => expiry + SimDuration::from_ns(1),
        })
    }
}
