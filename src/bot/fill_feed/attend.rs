//! Orders that are not settled: canceling remainders, looking up what is in doubt.

use crate::bot::fill_feed::desk::{Act, Desk};
use crate::bot::fill_feed::order::{Doubt, Ending, News, OrderState};
use crate::bot::fill_feed::tracked::{Duty, EntryEnd, Look, Role, TrackedOrder, Wish};
use crate::bot::strategy::Signal;
use crate::link::RequestError;
use crate::protocol::record::{BeliefCause, Decision, EntryResult};
use crate::protocol::{OrderView, RejectReason};
use crate::units::{ClientOrderId, MarketId, Quantity, RecordId, SimTime};

impl Desk {
    /// Does for every unsettled order what is due now, and lets go of those that are settled.
    pub(super) fn attend_to_orders(&mut self, now: SimTime) {
        for client_order in self.unsettled.iter().copied().collect::<Vec<_>>() {
            let tracked = self.orders[&client_order];
            if tracked.state.is_settled() {
                self.unsettled.remove(&client_order);
                self.let_go(client_order, &tracked);
                continue;
            }
            self.do_duty(now, client_order, &tracked);
            self.look_for_told_fills(now, client_order);
        }
    }

    fn do_duty(&mut self, now: SimTime, client_order: ClientOrderId, tracked: &TrackedOrder) {
        let (duty, Some(due)) = tracked.duty(&self.settings.feed) else { return };
        if due > now {
            self.wake_at(due);
            return;
        }
        match (duty, tracked.state.order()) {
            (Duty::Cancel, Some(order)) => {
                let tries = tracked.tries;
                self.hear(now, client_order, News::CancelSent);
                let tracked = self.orders.get_mut(&client_order);
                tracked.expect("Invariant: the order is tracked").tries = tries;
                self.acts.push(Act::Cancel(client_order, order));
            }
            (Duty::Look, _) if tracked.look == Look::None => {
                let tracked = self.orders.get_mut(&client_order);
                tracked.expect("Invariant: the order is tracked").look = Look::Sent;
                self.acts.push(Act::Look(client_order));
            }
            _ => {}
        }
    }

    /// Replies and reads may tell of fills that the feed then does not bring: those are read.
    fn look_for_told_fills(&mut self, now: SimTime, client_order: ClientOrderId) {
        let grace = self.settings.feed.feed_grace;
        let tracked = self.orders.get_mut(&client_order).expect("Invariant: the order is tracked");
        let Some(since) = tracked.told_more_since else { return };
        let due = since + grace;
        if due > now {
            self.wake_at(due);
            return;
        }
        // If the reads do not bring them either, the suspicion comes again.
        tracked.told_more_since = Some(now + self.settings.feed.read_lag);
        self.wake_at(now + self.settings.feed.read_lag + grace);
        self.readings.suspect(now);
    }

    /// A look was answered. A look that does not find the order settles that it never came only
    /// when it was sent after the last instant at which the order could have come, and so much
    /// later that its view can not be older.
    pub(super) fn take_look(
        &mut self,
        now: SimTime,
        client_order: ClientOrderId,
        sent_at: SimTime,
        outcome: Result<OrderView, RequestError>,
    ) {
        let settings = self.settings.feed;
        let Some(tracked) = self.orders.get_mut(&client_order) else { return };
        tracked.look = Look::None;
        tracked.wait_for_retry(now, &settings);
        let settles_at = tracked.gone_by(&settings) + settings.read_lag;
        if now < settles_at {
            tracked.not_before = tracked.not_before.min(settles_at);
        }
        match outcome {
            Ok(view) => self.take_view(now, &view),
            Err(RequestError::Rejected(RejectReason::OrderNotFound)) => {
                let news = if sent_at >= settles_at { News::GivenUp } else { News::NotSeen };
                self.hear(now, client_order, news);
            }
            Err(_) => {}
        }
    }

    /// Nothing more is to be heard of an order.
    fn let_go(&mut self, client_order: ClientOrderId, tracked: &TrackedOrder) {
        match tracked.role {
            Role::Entry { signal, record, end } => {
                // One that was told as lost, and then came after all, is not told again.
                if end == EntryEnd::Owed {
                    self.tell_end(client_order, signal, tracked.state);
                }
                if let Some(record) = record {
                    self.tell_standing(record, BeliefCause::EntryConfirmed);
                }
            }
            Role::Exit { record } => {
                let cause = if tracked.state.filled().is_zero() {
                    BeliefCause::ExitAbandoned
                } else {
                    BeliefCause::ExitConfirmed
                };
                self.tell_standing(record, cause);
            }
        }
    }

    fn tell_end(&mut self, client_order: ClientOrderId, signal: Signal, state: OrderState) {
        let filled = state.filled();
        let result = match state {
            OrderState::Final(Ending::Over { .. }) if filled.is_zero() => EntryResult::Unfilled,
            OrderState::Final(Ending::Over { .. }) if filled < signal.quantity => {
                EntryResult::Partial
            }
            OrderState::Final(Ending::Over { .. }) => EntryResult::Full,
            _ => EntryResult::Failed,
        };
        self.decide(Decision::EntryDone { signal: signal.number, result, filled });
        let tracked = self.orders.get_mut(&client_order);
        if let Some(Role::Entry { end, .. }) = tracked.map(|tracked| &mut tracked.role) {
            *end = EntryEnd::Told;
        }
    }

    /// The entry orders of a market that are not settled.
    pub(super) fn entries_in(
        &self,
        market: MarketId,
    ) -> impl Iterator<Item = (ClientOrderId, &TrackedOrder)> {
        let unsettled = self.unsettled.iter().map(|order| (*order, &self.orders[order]));
        unsettled.filter(move |(_, order)| {
            order.create.market == market && matches!(order.role, Role::Entry { .. })
        })
    }

    /// Nothing more is bought in a market: what rests there shall go.
    pub(super) fn withdraw_entries(&mut self, market: MarketId) {
        let entries: Vec<ClientOrderId> =
            self.entries_in(market).map(|(client_order, _)| client_order).collect();
        for client_order in entries {
            if let Some(tracked) = self.orders.get_mut(&client_order) {
                tracked.wish = Wish::Gone;
            }
        }
    }

    /// Contracts of a record's exits that are not known to be sold, and not known not to be.
    pub(super) fn exiting(&self, record: RecordId) -> Quantity {
        self.exits_of(record).map(TrackedOrder::open).sum()
    }

    /// Whether an entry order that is known to have arrived may be in a market's book.
    pub(super) fn rests_in(&self, market: MarketId, now: SimTime) -> bool {
        let settings = &self.settings.feed;
        self.entries_in(market).any(|(_, entry)| {
            let is_taken = !matches!(
                entry.state,
                OrderState::InFlight | OrderState::UnknownOutcome(Doubt::Create)
            );
            is_taken && entry.may_rest_at(now, settings)
        })
    }
}
