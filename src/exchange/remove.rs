//! Cancels and decreases.

use crate::exchange::event::ExchangeEvent;
use crate::exchange::order_id;
use crate::exchange::state::Exchange;
use crate::exchange::views::{OrderState, tell};
use crate::protocol::{Canceled, Decreased, Execution, OrderEnd, OrderStatus, RejectReason, Reply};
use crate::units::{AccountId, MarketId, OrderId, Quantity, SimTime};

impl Exchange {
    /// Removes what remains of an account's order (Kalshi, "Cancel order (V2)", 2026-08-22,
    /// documented; recorded: unknown, canceled and executed orders are refused alike).
    pub(super) fn cancel(
        &mut self,
        now: SimTime,
        account: AccountId,
        order: OrderId,
        events: &mut Vec<ExchangeEvent>,
    ) -> Reply {
        let Some(state) = self.own_resting(account, order) else {
            return Reply::Rejected(RejectReason::OrderNotFound);
        };
        let reduced_by = self.remove(now, state.market, state.in_book, OrderEnd::Canceled, events);
        self.follow_up(now, state.market, events);
        Reply::Canceled(Canceled { order, reduced_by })
    }

    /// Lowers what remains of an account's order; it keeps its place (Kalshi, "Decrease order",
    /// 2026-08-22, documented: decreasing to zero is a cancel). More than remains is as much as
    /// remains (assumed: fills may have come in between).
    pub(super) fn decrease(
        &mut self,
        now: SimTime,
        account: AccountId,
        order: OrderId,
        reduce_by: Quantity,
        events: &mut Vec<ExchangeEvent>,
    ) -> Reply {
        if reduce_by.is_zero() {
            return Reply::Rejected(RejectReason::InvalidOrderSize);
        }
        let Some(state) = self.own_resting(account, order) else {
            return Reply::Rejected(RejectReason::OrderNotFound);
        };
        let OrderState { market, in_book, side, tick, .. } = state;
        let here = &mut self.markets[market.number() as usize];
        let resting = here.book.order(in_book).expect("Invariant: it was found above");
        let remaining = resting.remaining.saturating_sub(reduce_by);
        if remaining.is_zero() {
            self.remove(now, market, in_book, OrderEnd::Canceled, events);
        } else {
            here.book.reduce(in_book, remaining).expect("Invariant: less than remains, not zero");
            here.note_level(now, side, tick, Quantity::ZERO, reduce_by);
            self.concern(account);
            let client_order = state.record.client_order;
            tell(events, account, Execution::Decreased { order, client_order, remaining });
            self.note_order(now, &state, remaining, OrderStatus::Resting);
        }
        self.follow_up(now, market, events);
        Reply::Decreased(Decreased { order, remaining })
    }

    /// Takes an order that rests out of its book. Returns what remained.
    pub(super) fn remove(
        &mut self,
        now: SimTime,
        market: MarketId,
        in_book: OrderId,
        end: OrderEnd,
        events: &mut Vec<ExchangeEvent>,
    ) -> Quantity {
        let state = self.resting(market, in_book).expect("Invariant: the order rests");
        let here = &mut self.markets[market.number() as usize];
        let removed = here.book.cancel(in_book).expect("Invariant: the order rests").remaining;
        here.note_level(now, state.side, state.tick, Quantity::ZERO, removed);
        self.forget_own_order(&state);
        self.concern(state.account);
        self.end_order(now, &state, end, removed, events);
        removed
    }

    /// An order of this account that rests. Somebody else's order is not found (assumed).
    fn own_resting(&self, account: AccountId, order: OrderId) -> Option<OrderState> {
        let (market, in_book) = order_id::in_book(order);
        self.resting(market, in_book).filter(|state| state.account == account)
    }
}
