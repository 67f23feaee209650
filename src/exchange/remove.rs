//! Cancels and decreases.

use std::collections::BTreeSet;

use crate::exchange::event::{ExchangeEvent, LevelCause};
use crate::exchange::order_id;
use crate::exchange::settings::{
    AmendRules, ClosedLookup, DecreaseToNoLess, ForeignOrder, OversizedDecrease,
};
use crate::exchange::state::Exchange;
use crate::exchange::views::{OrderState, tell};
use crate::protocol::websocket::Movement;
use crate::protocol::{
    Canceled, Decreased, Execution, OrderEnd, OrderStatus, Reduction, RejectReason,
};
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
    ) -> Result<Canceled, RejectReason> {
        self.may_remove()?;
        let state = self.own_changeable(account, order)?;
        self.may_remove_from(state.market)?;
        let reduced_by = self.remove(now, &state, OrderEnd::Canceled, events);
        self.follow_up(now, events);
        Ok(Canceled { order, reduced_by })
    }

    /// Removes what remains of all orders of an account, market by market and within a market in
    /// the order of acceptance (Kalshi, changelog, 2026-08-27, documented; only the messages depend
    /// on the order). Orders of markets where nothing can be canceled stay.
    pub(super) fn cancel_all(
        &mut self,
        now: SimTime,
        account: AccountId,
        events: &mut Vec<ExchangeEvent>,
    ) -> Result<(), RejectReason> {
        self.may_remove()?;
        let markets: Vec<_> = self.markets().collect();
        let may_remove = |market: &MarketId| self.may_remove_from(*market).is_ok();
        let open: BTreeSet<_> = markets.into_iter().filter(may_remove).collect();
        self.remove_where(now, OrderEnd::Canceled, events, |order| {
            order.account == account && open.contains(&order.market)
        });
        self.follow_up(now, events);
        let reach = self.settings.cancel_all_reach;
        self.accounts[account.number() as usize].canceling_until = Some(now + reach);
        Ok(())
    }

    /// Lowers what remains of an account's order; it keeps its place (Kalshi, "Decrease order (V2)",
    /// 2026-08-22, documented: decreasing to zero is a cancel). What taking off more than remains and
    /// lowering to no less than remains come to say [`OversizedDecrease`] and [`DecreaseToNoLess`].
    pub(super) fn decrease(
        &mut self,
        now: SimTime,
        account: AccountId,
        order: OrderId,
        reduction: Reduction,
        events: &mut Vec<ExchangeEvent>,
    ) -> Result<Decreased, RejectReason> {
        self.may_decrease()?;
        if reduction == Reduction::By(Quantity::ZERO) {
            return Err(RejectReason::InvalidOrderSize);
        }
        let state = self.own_changeable(account, order)?;
        self.may_remove_from(state.market)?;
        let OrderState { market, in_book, .. } = state;
        let before = self.remaining(&state);
        let remaining = self.reduced(before, reduction)?;
        if remaining == before {
            return Ok(Decreased { order, remaining });
        }
        if remaining.is_zero() {
            self.remove(now, &state, OrderEnd::Canceled, events);
        } else {
            let here = &mut self.markets[market.number() as usize];
            here.book.reduce(in_book, remaining).expect("Invariant: less than remains, not zero");
            let movement = Movement::Removed(before - remaining);
            self.change_level(now, &state, movement, LevelCause::Left, events);
            self.change_own_order(&state);
            self.concern(account, market);
            let client_order = state.record.client_order;
            tell(events, account, Execution::Decreased { order, client_order, remaining });
            self.note_order(now, &state, remaining, OrderStatus::Resting);
        }
        self.follow_up(now, events);
        Ok(Decreased { order, remaining })
    }

    /// What remains of an order after a reduction.
    fn reduced(&self, before: Quantity, reduction: Reduction) -> Result<Quantity, RejectReason> {
        let AmendRules { oversized_decrease, decrease_to_no_less, .. } = self.settings.amend;
        match reduction {
            Reduction::By(quantity)
                if quantity > before && oversized_decrease == OversizedDecrease::Refused =>
            {
                Err(RejectReason::InvalidOrderSize)
            }
            Reduction::By(quantity) => Ok(before.saturating_sub(quantity)),
            Reduction::To(quantity) if quantity < before => Ok(quantity),
            Reduction::To(_) => match decrease_to_no_less {
                DecreaseToNoLess::Refused => Err(RejectReason::InvalidOrderSize),
                DecreaseToNoLess::ChangesNothing => Ok(before),
            },
        }
    }

    /// Takes an order that rests out of its book. Returns what remained.
    pub(super) fn remove(
        &mut self,
        now: SimTime,
        order: &OrderState,
        end: OrderEnd,
        events: &mut Vec<ExchangeEvent>,
    ) -> Quantity {
        let here = &mut self.markets[order.market.number() as usize];
        let canceled = here.book.cancel(order.in_book).expect("Invariant: the order rests");
        let removed = canceled.remaining;
        self.change_level(now, order, Movement::Removed(removed), LevelCause::Left, events);
        self.forget_own_order(order);
        self.concern(order.account, order.market);
        self.end_order(now, order, end, removed, events);
        removed
    }

    /// Takes all orders of a kind out of their books, market by market and within a market in the
    /// order of acceptance.
    pub(super) fn remove_where(
        &mut self,
        now: SimTime,
        end: OrderEnd,
        events: &mut Vec<ExchangeEvent>,
        is_meant: impl Fn(&OrderState) -> bool,
    ) {
        for number in 0..self.markets.len() {
            let market = self.markets[number].id;
            self.remove_in(now, market, end, events, &is_meant);
        }
    }

    /// Takes all orders of a kind out of one market's book, in the order of acceptance.
    pub(super) fn remove_in(
        &mut self,
        now: SimTime,
        market: MarketId,
        end: OrderEnd,
        events: &mut Vec<ExchangeEvent>,
        is_meant: impl Fn(&OrderState) -> bool,
    ) {
        let mut meant: Vec<_> = self.all_resting_in(market).filter(is_meant).collect();
        meant.sort_by_key(|order| order.record.sequence);
        for order in meant {
            self.remove(now, &order, end, events);
        }
    }

    /// An order of this account that rests and may be changed. Orders of a market that is closed can
    /// not be touched (Kalshi, "Market lifecycle", 2026-08-22, documented); what of one that is over
    /// says [`ClosedLookup`].
    pub(super) fn own_changeable(
        &self,
        account: AccountId,
        order: OrderId,
    ) -> Result<OrderState, RejectReason> {
        let (market, _) = order_id::in_book(order);
        let here = self.markets.get(market.number() as usize);
        let is_closed = here.is_some_and(|here| here.status.is_closed());
        match self.settings.life.closed_lookup {
            ClosedLookup::MarketFirst if is_closed => Err(RejectReason::MarketInactive),
            ClosedLookup::OrderFirst if is_closed => {
                self.own_resting(account, order).and(Err(RejectReason::MarketInactive))
            }
            ClosedLookup::MarketFirst | ClosedLookup::OrderFirst => {
                self.own_resting(account, order)
            }
        }
    }

    /// An order of this account that rests; what somebody else's is says [`ForeignOrder`].
    pub(super) fn own_resting(
        &self,
        account: AccountId,
        order: OrderId,
    ) -> Result<OrderState, RejectReason> {
        let (market, in_book) = order_id::in_book(order);
        if market.number() as usize >= self.markets.len() {
            return Err(RejectReason::OrderNotFound);
        }
        let state = self.resting(market, in_book).ok_or(RejectReason::OrderNotFound)?;
        match self.settings.entry.foreign_order {
            _ if state.account == account => Ok(state),
            ForeignOrder::NotFound => Err(RejectReason::OrderNotFound),
            ForeignOrder::Forbidden => Err(RejectReason::ForeignOrder),
        }
    }
}
