//! New orders.

use std::cmp::Reverse;

use crate::book::{BookError, Canceled, NewOrder, Outcome, Placed, Prevented};
use crate::exchange::event::ExchangeEvent;
use crate::exchange::market::OrderRecord;
use crate::exchange::settings::RejectedClientOrder;
use crate::exchange::state::Exchange;
use crate::exchange::views::{OrderState, tell};
use crate::market::{RoundingCarry, Tick, TimeInForce};
use crate::protocol::{
    CreateOrder, Created, Execution, OrderEnd, OrderStatus, PositionEffect, RejectReason, Reply,
};
use crate::units::{AccountId, MarketId, Quantity, Side, SimTime};

impl Exchange {
    /// Takes an order in, or refuses it.
    pub(super) fn create(
        &mut self,
        now: SimTime,
        account: AccountId,
        order: &CreateOrder,
        events: &mut Vec<ExchangeEvent>,
    ) -> Reply {
        let created = self
            .admit(now, account, order)
            .and_then(|tick| self.enter(now, account, order, tick, events));
        match created {
            Ok(created) => Reply::Created(created),
            Err(reason) => {
                if self.settings.rejected_client_order == RejectedClientOrder::UsedUp {
                    let state = &mut self.accounts[account.number() as usize];
                    state.used.insert(order.client_order);
                }
                Reply::Rejected(reason)
            }
        }
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
        let time_in_force = order.time_in_force;
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
            record: OrderRecord {
                sequence: self.accepted,
                client_order,
                initial: quantity,
                filled: Quantity::ZERO,
                carry: RoundingCarry::default(),
            },
        };
        self.accepted += 1;
        self.concern(account);
        let id = taker.id();
        let accepted =
            Execution::Accepted { order: id, client_order, market, side, limit_price, quantity };
        tell(events, account, accepted);
        self.carry_out(now, &mut taker, events);
        let remaining = match placed.outcome {
            Outcome::Rests { remaining } => {
                self.rest(now, &taker, time_in_force, remaining);
                remaining
            }
            Outcome::Filled => {
                self.end_order(now, &taker, OrderEnd::Executed, Quantity::ZERO, events);
                Quantity::ZERO
            }
            Outcome::Canceled { remaining } => {
                self.end_order(now, &taker, dropped_as, remaining, events);
                Quantity::ZERO
            }
            Outcome::SelfTrade { remaining } => {
                self.end_order(now, &taker, OrderEnd::SelfTrade, remaining, events);
                Quantity::ZERO
            }
            Outcome::Killed => unreachable!("Invariant: a killed order does not enter"),
        };
        self.follow_up(now, market, events);
        Ok(Created { order: id, client_order, filled: placed.filled, remaining })
    }

    /// Carries out the matches of an order that arrived and the cancels of own orders that it must
    /// not meet, in the order in which they happened.
    fn carry_out(&mut self, now: SimTime, taker: &mut OrderState, events: &mut Vec<ExchangeEvent>) {
        let matches = std::mem::take(&mut self.matches);
        let prevented = std::mem::take(&mut self.prevented);
        let mut own = prevented.iter().peekable();
        for (before, each) in matches.iter().enumerate() {
            while let Some(own) = own.next_if(|own| own.matches_before <= before) {
                self.prevent(now, taker.market, own, events);
            }
            self.execute(now, taker, each, events);
        }
        for own in own {
            self.prevent(now, taker.market, own, events);
        }
        self.matches = matches;
        self.prevented = prevented;
    }

    /// Ends a resting order that its owner's next order would have met.
    fn prevent(
        &mut self,
        now: SimTime,
        market: MarketId,
        prevented: &Prevented,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let Canceled { owner: account, side, tick, remaining } = prevented.canceled;
        let here = &mut self.markets[market.number() as usize];
        let record = *here.record(prevented.order);
        here.note_level(now, side, tick, Quantity::ZERO, remaining);
        let state = OrderState { account, market, in_book: prevented.order, side, tick, record };
        self.forget_own_order(&state);
        self.concern(account);
        self.end_order(now, &state, OrderEnd::SelfTrade, remaining, events);
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
    fn rest(
        &mut self,
        now: SimTime,
        order: &OrderState,
        time_in_force: TimeInForce,
        remaining: Quantity,
    ) {
        let market = &mut self.markets[order.market.number() as usize];
        market.keep_record(order.in_book, order.record);
        market.note_level(now, order.side, order.tick, remaining, Quantity::ZERO);
        let state = &mut self.accounts[order.account.number() as usize];
        if state.is_limited() {
            let here = state.in_market_mut(order.market);
            here.orders.insert(order.side, order.tick, order.in_book);
        }
        if let TimeInForce::GoodTillCanceled { expires_at: Some(expiry) } = time_in_force {
            self.expiries.push(Reverse((expiry, order.record.sequence, order.id())));
        }
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
