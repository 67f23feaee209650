//! New orders.

use crate::book::{BookError, Canceled, NewOrder, Outcome, Placed};
use crate::exchange::event::{ExchangeEvent, LevelCause};
use crate::exchange::market::OrderRecord;
use crate::exchange::meeting::{Comer, Leaving};
use crate::exchange::settings::{ClientOrderScope, RejectedClientOrder};
use crate::exchange::state::Exchange;
use crate::exchange::views::{OrderState, tell};
use crate::market::{RoundingCarry, Tick};
use crate::protocol::websocket::Movement;
use crate::protocol::{
    CreateOrder, Created, Execution, OrderEnd, OrderStatus, PositionEffect, RejectReason,
};
use crate::units::{AccountId, MarketId, OrderId, Quantity, SimTime};

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
            self.use_up(account, order);
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
        let entered = self.place(account, order, tick).map_err(refusal)?;
        // The order reached the matching engine, so its client order id is used up even if the
        // order is killed (observed, production, 2026-07-14).
        self.use_up(account, order);
        let (placed, dropped_as) = entered.ok_or(RejectReason::FillOrKillInsufficientVolume)?;
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

    /// Notes that the account has used a client order id. Ids that are used once for each market need
    /// one that is listed.
    fn use_up(&mut self, account: AccountId, order: &CreateOrder) {
        let scope = self.settings.entry.client_order_scope;
        let is_listed = (order.market.number() as usize) < self.markets.len();
        if scope == ClientOrderScope::Market && !is_listed {
            return;
        }
        let state = &mut self.accounts[account.number() as usize];
        state.used_mut(scope, order.market).insert(order.client_order);
    }

    /// Cancels an order that came to rest too soon after its account canceled all (Kalshi, changelog,
    /// 2026-08-27, documented as possible).
    fn cancel_late(&mut self, now: SimTime, order: &OrderState, events: &mut Vec<ExchangeEvent>) {
        let until = self.accounts[order.account.number() as usize].canceling_until;
        if until.is_some_and(|until| now < until) && !self.remaining(order).is_zero() {
            self.remove(now, order, OrderEnd::Canceled, events);
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
        let leaving = std::mem::take(&mut self.leaving);
        let mut own = prevented.iter().peekable();
        let mut others = leaving.iter().peekable();
        let mut own_before = 0;
        for before in 0..=matches.len() {
            loop {
                let is_next =
                    |it: &&Leaving| it.after.matches <= before && it.after.own <= own_before;
                if let Some(Leaving { order, canceled, end, .. }) = others.next_if(is_next) {
                    self.prevent(now, taker.market, (*order, canceled), *end, events);
                } else if let Some(own) = own.next_if(|own| own.matches_before <= before) {
                    own_before += 1;
                    let met = (own.order, &own.canceled);
                    self.prevent(now, taker.market, met, OrderEnd::SelfTrade, events);
                } else {
                    break;
                }
            }
            if let Some(each) = matches.get(before) {
                self.execute(now, taker, each, events);
            }
        }
        self.matches = matches;
        self.prevented = prevented;
        self.leaving = leaving;
    }

    /// Ends a resting order that must not be met.
    fn prevent(
        &mut self,
        now: SimTime,
        market: MarketId,
        (in_book, canceled): (OrderId, &Canceled),
        end: OrderEnd,
        events: &mut Vec<ExchangeEvent>,
    ) {
        let Canceled { owner: account, side, tick, remaining } = *canceled;
        let record = *self.markets[market.number() as usize].record(in_book);
        let state = OrderState { account, market, in_book, side, tick, record };
        let gone = Movement::Removed(remaining);
        self.change_level(now, &state, gone, LevelCause::Prevented, events);
        self.forget_own_order(&state);
        self.concern(account, market);
        self.end_order(now, &state, end, remaining, events);
    }

    /// Lets an order into its book, which fills the buffers. Returns besides why the rest is over,
    /// should it be; nothing where the order is killed.
    ///
    /// A reduce-only order trades no more than it can close, and what that takes off is canceled
    /// with the rest; one that closes nothing comes and goes without a trade (observed in FIX,
    /// 2026-10), where it is not refused before.
    fn place(
        &mut self,
        account: AccountId,
        order: &CreateOrder,
        tick: Tick,
    ) -> Result<Option<(Placed, OrderEnd)>, BookError> {
        self.clear_room();
        let is_post_only_cross = self.is_post_only_cross(account, order, tick);
        let tradable = self.tradable(account, order);
        let book = &mut self.markets[order.market.number() as usize].book;
        if is_post_only_cross {
            return Ok(Some((book.pass(order.quantity)?, OrderEnd::PostOnlyCross)));
        }
        if tradable.is_zero() {
            return Ok(Some((book.pass(order.quantity)?, OrderEnd::NothingToClose)));
        }
        let new = NewOrder {
            owner: account,
            side: order.side,
            tick,
            quantity: tradable,
            time_in_force: order.time_in_force,
        };
        let CreateOrder { market, self_trade, group, .. } = *order;
        let carry = RoundingCarry::default();
        let comer = Comer { market, order: new, self_trade, group, carry };
        let (is_killed, meeting) = (self.kills(&comer), self.meet(&comer));
        let book = &mut self.markets[market.number() as usize].book;
        // As the book itself does, which looks for room first.
        if (is_killed || meeting.needs_room()) && !book.has_room() {
            return Err(BookError::Full { capacity: self.settings.book_capacity.orders() });
        }
        if is_killed {
            return Ok(None);
        }
        let allowed = meeting.allowed(&new);
        self.drop_leaving(market, meeting);
        let new = NewOrder { quantity: allowed, ..new };
        let clipped = order.quantity - allowed;
        let book = &mut self.markets[order.market.number() as usize].book;
        let (matches, prevented) = (&mut self.matches, &mut self.prevented);
        let placed = match self_trade {
            None => book.place(&new, matches)?,
            Some(prevention) => book.place_apart(&new, prevention, matches, prevented)?,
        };
        let is_stopped = allowed < tradable;
        let over_as = if is_stopped { OrderEnd::GroupCanceled } else { OrderEnd::NothingToClose };
        Ok(Some(with_rest(placed, clipped, over_as)).filter(|_| placed.outcome != Outcome::Killed))
    }

    /// Forgets what came of the order before.
    pub(super) fn clear_room(&mut self) {
        self.matches.clear();
        self.prevented.clear();
        self.leaving.clear();
        self.unpaid.clear();
    }

    /// How much of an order may trade: all of it, or what it can close.
    pub(super) fn tradable(&self, account: AccountId, order: &CreateOrder) -> Quantity {
        match order.effect {
            PositionEffect::Any => order.quantity,
            PositionEffect::ReduceOnly => {
                let position = self.position(account, order.market);
                order.quantity.min(position.closable(order.side))
            }
        }
    }

    /// Keeps what the exchange has to know about an order that rests from now on.
    pub(super) fn rest(&mut self, now: SimTime, order: &OrderState, remaining: Quantity) {
        let market = &mut self.markets[order.market.number() as usize];
        market.keep_record(order.in_book, order.record);
        self.keep_own_order(order);
        self.watch_expiry(order);
        self.note_order(now, order, remaining, OrderStatus::Resting);
    }
}

/// Adds contracts that were kept out of the book to what is canceled of an order, and why it is over.
fn with_rest(placed: Placed, kept_out: Quantity, over_as: OrderEnd) -> (Placed, OrderEnd) {
    let outcome = match placed.outcome {
        Outcome::Filled if !kept_out.is_zero() => {
            return (
                Placed { outcome: Outcome::Canceled { remaining: kept_out }, ..placed },
                over_as,
            );
        }
        Outcome::Canceled { remaining } => Outcome::Canceled { remaining: remaining + kept_out },
        Outcome::SelfTrade { remaining } => Outcome::SelfTrade { remaining: remaining + kept_out },
        outcome => outcome,
    };
    (Placed { outcome, ..placed }, OrderEnd::NotFilledAtOnce)
}

/// What a member is told when the book refuses.
fn refusal(error: BookError) -> RejectReason {
    match error {
        BookError::Full { .. } => RejectReason::ExchangeUnavailable,
        other => unreachable!("Invariant: admission checked the order, but {other}"),
    }
}
