//! New orders.

use crate::book::{BookError, Canceled, NewOrder, Outcome, Placed, Prevented};
use crate::exchange::event::{ExchangeEvent, LevelCause};
use crate::exchange::market::OrderRecord;
use crate::exchange::settings::RejectedClientOrder;
use crate::exchange::state::Exchange;
use crate::exchange::views::{OrderState, tell};
use crate::market::{Tick, TimeInForce};
use crate::protocol::websocket::Movement;
use crate::protocol::{
    CreateOrder, Created, Execution, OrderEnd, OrderStatus, PositionEffect, RejectReason,
};
use crate::units::{AccountId, MarketId, OrderId, Quantity, Side, SimTime};

impl Exchange {
    /// Takes an order in, or refuses it.
    pub(super) fn create(
        &mut self,
        now: SimTime,
        account: AccountId,
        order: &CreateOrder,
        events: &mut Vec<ExchangeEvent>,
    ) -> Result<Created, RejectReason> {
        let created = self
            .admit(now, account, order)
            .and_then(|tick| self.enter(now, account, order, tick, events));
        if created.is_err() && self.settings.rejected_client_order == RejectedClientOrder::UsedUp {
            self.accounts[account.number() as usize].used.insert(order.client_order);
        }
        created
    }

    /// Lets an admitted order into the book and carries out its matches.
    fn enter(
        &mut self,
        now: SimTime,
        account: AccountId,
        order: &CreateOrder,
        tick: Tick,
        events: &mut Vec<ExchangeEvent>,
    ) -> Result<Created, RejectReason> {
        let CreateOrder { client_order, market, side, limit_price, quantity, .. } = *order;
        let (placed, dropped_as) = self.place(account, order, tick).map_err(refusal)?;
        // The order reached the matching engine, so its client order id is used up even if the
        // order is killed (observed, production, 2026-07-14).
        self.accounts[account.number() as usize].used.insert(client_order);
        if placed.outcome == Outcome::Killed {
            return Err(RejectReason::FillOrKillInsufficientVolume);
        }
        let mut taker = OrderState {
            account,
            market,
            in_book: placed.order,
            side,
            tick,
            record: OrderRecord::new(self.accepted, order),
        };
        self.accepted += 1;
        self.concern(account, market);
        let id = taker.id();
        let accepted =
            Execution::Accepted { order: id, client_order, market, side, limit_price, quantity };
        tell(events, account, accepted);
        self.carry_out(now, &mut taker, events);
        match placed.outcome {
            Outcome::Rests { remaining } => {
                let movement = Movement::Added(remaining);
                self.change_level(now, &taker, movement, LevelCause::Rested, events);
                self.rest(now, &taker, remaining);
            }
            Outcome::Filled => {
                self.end_order(now, &taker, OrderEnd::Executed, Quantity::ZERO, events);
            }
            Outcome::Canceled { remaining } => {
                self.end_order(now, &taker, dropped_as, remaining, events);
            }
            Outcome::SelfTrade { remaining } => {
                self.end_order(now, &taker, OrderEnd::SelfTrade, remaining, events);
            }
            Outcome::Killed => unreachable!("Invariant: a killed order does not enter"),
        }
        self.trigger_exceeded(now, events);
        self.cancel_late(now, &taker, events);
        self.follow_up(now, events);
        let remaining = self.remaining(&taker);
        Ok(Created { order: id, client_order, filled: placed.filled, remaining })
    }

    /// Cancels an order that came to rest too soon after its account canceled all (Kalshi, changelog,
    /// 2026-08-27, documented as possible).
    fn cancel_late(&mut self, now: SimTime, order: &OrderState, events: &mut Vec<ExchangeEvent>) {
        let until = self.accounts[order.account.number() as usize].canceling_until;
        if until.is_some_and(|until| now < until) && !self.remaining(order).is_zero() {
            self.remove(now, order.market, order.in_book, OrderEnd::Canceled, events);
        }
    }

    /// What rests of an order that has just entered its book.
    pub(super) fn remaining(&self, order: &OrderState) -> Quantity {
        let book = &self.markets[order.market.number() as usize].book;
        book.order(order.in_book).map(|resting| resting.remaining).unwrap_or_default()
    }

    /// Carries out the matches of an order that arrived and the cancels of orders that it must not
    /// meet, in the order in which they happened.
    pub(super) fn carry_out(
        &mut self,
        now: SimTime,
        taker: &mut OrderState,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let matches = std::mem::take(&mut self.matches);
        let prevented = std::mem::take(&mut self.prevented);
        let unfunded = std::mem::take(&mut self.unfunded);
        let mut own = prevented.iter().peekable();
        let mut unpaid = unfunded.iter().peekable();
        for before in 0..=matches.len() {
            while let Some(unpaid) = unpaid.next_if(|unpaid| unpaid.matches_before <= before) {
                self.prevent(now, taker.market, unpaid, OrderEnd::Unfunded, events);
            }
            while let Some(own) = own.next_if(|own| own.matches_before <= before) {
                self.prevent(now, taker.market, own, OrderEnd::SelfTrade, events);
            }
            if let Some(each) = matches.get(before) {
                self.execute(now, taker, each, events);
            }
        }
        self.matches = matches;
        self.prevented = prevented;
        self.unfunded = unfunded;
    }

    /// Ends a resting order that must not be met.
    fn prevent(
        &mut self,
        now: SimTime,
        market: MarketId,
        prevented: &Prevented,
        end: OrderEnd,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let Canceled { owner: account, side, tick, remaining } = prevented.canceled;
        let record = *self.markets[market.number() as usize].record(prevented.order);
        let state = OrderState { account, market, in_book: prevented.order, side, tick, record };
        let gone = Movement::Removed(remaining);
        self.change_level(now, &state, gone, LevelCause::Prevented, events);
        self.forget_own_order(&state);
        self.concern(account, market);
        self.end_order(now, &state, end, remaining, events);
    }

    /// Lets an order into its book, which fills the buffers. Returns besides why the rest is over,
    /// should it be.
    ///
    /// A reduce-only order trades no more than it can close, and what that takes off is canceled
    /// with the rest; one that closes nothing comes and goes without a trade (observed in FIX,
    /// 2026-10; that the request is answered with success is assumed).
    fn place(
        &mut self,
        account: AccountId,
        order: &CreateOrder,
        tick: Tick,
    ) -> Result<(Placed, OrderEnd), BookError> {
        self.matches.clear();
        self.prevented.clear();
        self.unfunded.clear();
        let is_post_only_cross = self.is_post_only_cross(order, tick);
        let tradable = self.tradable(account, order);
        let clipped = order.quantity - tradable;
        let book = &mut self.markets[order.market.number() as usize].book;
        if is_post_only_cross {
            return Ok((book.pass(order.quantity)?, OrderEnd::PostOnlyCross));
        }
        if tradable.is_zero() {
            return Ok((book.pass(order.quantity)?, OrderEnd::NothingToClose));
        }
        let new = NewOrder {
            owner: account,
            side: order.side,
            tick,
            quantity: tradable,
            time_in_force: order.time_in_force,
        };
        let meeting = self.meet(order.market, &new, order.self_trade);
        if order.time_in_force == TimeInForce::FillOrKill && meeting.funded < new.quantity {
            let killed = Outcome::Killed;
            let placed = Placed { order: OrderId::new(0), filled: Quantity::ZERO, outcome: killed };
            return Ok((placed, OrderEnd::NotFilledAtOnce));
        }
        self.drop_unfunded(order.market, meeting);
        let book = &mut self.markets[order.market.number() as usize].book;
        let (matches, prevented) = (&mut self.matches, &mut self.prevented);
        let mut placed = match order.self_trade {
            None => book.place(&new, matches)?,
            Some(prevention) => book.place_apart(&new, prevention, matches, prevented)?,
        };
        let mut dropped_as = OrderEnd::NotFilledAtOnce;
        placed.outcome = match placed.outcome {
            Outcome::Filled if !clipped.is_zero() => {
                dropped_as = OrderEnd::NothingToClose;
                Outcome::Canceled { remaining: clipped }
            }
            Outcome::Canceled { remaining } => Outcome::Canceled { remaining: remaining + clipped },
            Outcome::SelfTrade { remaining } => {
                Outcome::SelfTrade { remaining: remaining + clipped }
            }
            outcome => outcome,
        };
        Ok((placed, dropped_as))
    }

    /// How much of an order may trade: all of it, or what it can close.
    pub(super) fn tradable(&self, account: AccountId, order: &CreateOrder) -> Quantity {
        let position = self.position(account, order.market);
        let closable = match order.side {
            Side::Bid => position.short(),
            Side::Ask => position.long(),
        };
        match order.effect {
            PositionEffect::Any => order.quantity,
            PositionEffect::ReduceOnly => order.quantity.min(closable),
        }
    }

    /// Keeps what the exchange has to know about an order that rests from now on.
    pub(super) fn rest(&mut self, now: SimTime, order: &OrderState, remaining: Quantity) {
        let market = &mut self.markets[order.market.number() as usize];
        market.keep_record(order.in_book, order.record);
        let state = &mut self.accounts[order.account.number() as usize];
        if state.is_limited() {
            let here = state.in_market_mut(order.market);
            here.orders.insert(order.side, order.tick, order.in_book);
        }
        self.watch_expiry(order);
        self.note_order(now, order, remaining, OrderStatus::Resting);
    }
}

/// What a member is told when the book refuses.
fn refusal(error: BookError) -> RejectReason {
    match error {
        BookError::Full { .. } => RejectReason::ExchangeUnavailable,
        other => unreachable!("Invariant: admission checked the order, but {other}"),
    }
}
