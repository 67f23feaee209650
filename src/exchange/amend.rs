//! Changes of resting orders.

use crate::book::{NewOrder, Outcome};
use crate::exchange::collateral::Candidate;
use crate::exchange::event::{ExchangeEvent, LevelCause};
use crate::exchange::state::Exchange;
use crate::exchange::views::{OrderState, tell};
use crate::market::{Tick, TimeInForce};
use crate::protocol::websocket::Movement;
use crate::protocol::{
    AmendOrder, Amended, Crossing, Execution, ExpiryChange, OrderEnd, OrderStatus, RejectReason,
};
use crate::units::{AccountId, Quantity, SimTime};

/// An amend that was found possible.
#[derive(Clone, Copy, Debug)]
struct Change {
    /// The order with its new limit and record.
    after: OrderState,
    old_tick: Tick,
    /// What remains before.
    before: Quantity,
    /// What shall remain.
    remaining: Quantity,
}

impl Change {
    /// Whether the order keeps its place in the queue: its price stays and no more contracts shall
    /// remain than do (Kalshi, "Amend order (V2)", 2026-08-22, and changelog, 2026-10-01,
    /// documented; that an amend which changes neither keeps it too is assumed).
    fn keeps_place(&self) -> bool {
        self.after.tick == self.old_tick && self.remaining <= self.before
    }
}

impl Change {
    /// The order as if it were new.
    fn new_order(&self) -> NewOrder {
        let OrderState { account: owner, side, tick, .. } = self.after;
        let time_in_force = TimeInForce::REST;
        NewOrder { owner, side, tick, quantity: self.remaining, time_in_force }
    }
}

impl Exchange {
    /// Changes an account's resting order, which keeps its id (Kalshi, "Amend order (V2)",
    /// 2026-08-22, documented). One that shall have no more contracts than have filled is canceled
    /// (FIX "Order entry", 2026-08-22, documented).
    pub(super) fn amend(
        &mut self,
        now: SimTime,
        account: AccountId,
        amend: &AmendOrder,
        events: &mut Vec<ExchangeEvent>,
    ) -> Result<Amended, RejectReason> {
        let change = self.check_amend(now, account, amend)?;
        let OrderState { market, in_book, record, .. } = change.after;
        let (order, client_order) = (amend.order, record.client_order);
        if change.remaining.is_zero() {
            self.remove(now, market, in_book, OrderEnd::Canceled, events);
            self.follow_up(now, events);
            let nothing = Quantity::ZERO;
            return Ok(Amended { order, client_order, filled: nothing, remaining: nothing });
        }
        self.accounts[account.number() as usize].used.insert(client_order);
        self.concern(account, market);
        let told = Execution::Amended {
            order,
            client_order,
            market,
            side: amend.side,
            limit_price: amend.limit_price,
            quantity: amend.quantity,
            remaining: change.remaining,
        };
        tell(events, account, told);
        let filled = if change.keeps_place() {
            self.amend_in_place(now, &change, events);
            Quantity::ZERO
        } else {
            self.amend_anew(now, &change, events)
        };
        self.trigger_exceeded(now, events);
        self.follow_up(now, events);
        Ok(Amended { order, client_order, filled, remaining: self.remaining(&change.after) })
    }

    /// Checks an amend, in this order: the exchange trades, the order rests, its market trades, the
    /// request names the order's market, side and client order id, the quantity is one, the price is
    /// on the grid, the expiry is in the future, the new client order id is new, the position limit
    /// and the money suffice, a post-only order does not trade at once, the order does not meet its
    /// own account's. Which of several reasons is given is assumed.
    fn check_amend(
        &self,
        now: SimTime,
        account: AccountId,
        amend: &AmendOrder,
    ) -> Result<Change, RejectReason> {
        self.may_trade()?;
        let state = self.own_resting(account, amend.order)?;
        self.market_trades(state.market)?;
        let mut record = state.record;
        if amend.market != state.market {
            return Err(RejectReason::OrderMarketMismatch);
        }
        if amend.side != state.side {
            return Err(RejectReason::OrderSideMismatch);
        }
        if amend.client_order.is_some_and(|client_order| client_order != record.client_order) {
            return Err(RejectReason::ClientOrderMismatch);
        }
        if amend.quantity.is_zero() || amend.quantity > Quantity::MAX {
            return Err(RejectReason::InvalidOrderSize);
        }
        if amend.quantity < record.filled {
            return Err(RejectReason::AmendBelowFilled);
        }
        let levels = &self.markets[state.market.number() as usize].terms.levels;
        let tick = levels.tick_of(amend.limit_price).ok_or(RejectReason::InvalidPrice)?;
        record.initial = amend.quantity;
        match amend.expiry {
            ExpiryChange::Keep => {}
            ExpiryChange::Remove => record.expires_at = None,
            ExpiryChange::At(expiry) if expiry <= now => {
                return Err(RejectReason::ExpiryNotInFuture);
            }
            ExpiryChange::At(expiry) => record.expires_at = Some(expiry),
        }
        if let Some(client_order) = amend.new_client_order.filter(|new| *new != record.client_order)
        {
            if self.accounts[account.number() as usize].used.contains(client_order) {
                return Err(RejectReason::OrderAlreadyExists);
            }
            record.client_order = client_order;
        }
        let change = Change {
            after: OrderState { tick, record, ..state },
            old_tick: state.tick,
            before: self.remaining(&state),
            remaining: amend.quantity - record.filled,
        };
        if !change.remaining.is_zero() && !change.keeps_place() {
            self.check_room(&change)?;
            self.check_meeting(&change)?;
        }
        Ok(change)
    }

    /// Whether the account may hold and can pay what the order would be.
    fn check_room(&self, change: &Change) -> Result<(), RejectReason> {
        let OrderState { account, market, in_book, side, tick, record } = change.after;
        let candidate = Candidate {
            side,
            tick,
            quantity: change.remaining,
            carry: record.carry,
            instead_of: Some(in_book),
        };
        self.check_funds(account, market, &candidate)
    }

    /// Whether the order may meet what it would meet at its new price (post-only: not documented,
    /// assumed; own orders: FIX "Order entry", 2026-08-22, documented).
    fn check_meeting(&self, change: &Change) -> Result<(), RejectReason> {
        let OrderState { market, side, tick, record, .. } = change.after;
        let book = &self.markets[market.number() as usize].book;
        if record.crossing == Crossing::PostOnly && book.can_fill(side, tick, Quantity::STEP) {
            return Err(RejectReason::PostOnlyCross);
        }
        if record.self_trade.is_some() && book.meets_own(&change.new_order()) {
            return Err(RejectReason::SelfCross);
        }
        Ok(())
    }

    /// Makes an order smaller, or changes what does not concern the book.
    fn amend_in_place(&mut self, now: SimTime, change: &Change, events: &mut Vec<ExchangeEvent>) {
        let Change { after, before, remaining, .. } = *change;
        let here = &mut self.markets[after.market.number() as usize];
        if remaining < before {
            here.book.reduce(after.in_book, remaining).expect("Invariant: it rests with more");
            let movement = Movement::Removed(before - remaining);
            self.change_level(now, &after, movement, LevelCause::Left, events);
        }
        *self.markets[after.market.number() as usize].record_mut(after.in_book) = after.record;
        self.watch_expiry(&after);
        self.note_order(now, &after, remaining, OrderStatus::Resting);
    }

    /// Lets an order into its book again, as if it had just come. Returns what filled.
    ///
    /// Its old level changes after what it fills and before its new one (observed in recordings of
    /// May 2026: 116 of 116 amends that traded a part). Where the price stays, the level changes
    /// once, by the difference (none of 208,502 recorded amends takes from and adds to one level).
    fn amend_anew(
        &mut self,
        now: SimTime,
        change: &Change,
        events: &mut Vec<ExchangeEvent>,
    ) -> Quantity {
        let Change { mut after, old_tick, before, remaining } = *change;
        self.matches.clear();
        self.prevented.clear();
        self.unfunded.clear();
        let order = change.new_order();
        let meeting = self.meet(after.market, &order, after.record.self_trade);
        self.drop_unfunded(after.market, meeting);
        self.forget_own_order(&after);
        let here = &mut self.markets[after.market.number() as usize];
        let placed = here.book.replace(after.in_book, after.tick, remaining, &mut self.matches);
        let placed = placed.expect("Invariant: the amend was checked");
        self.carry_out(now, &mut after, events);
        if old_tick != after.tick {
            let old = OrderState { tick: old_tick, ..after };
            self.change_level(now, &old, Movement::Removed(before), LevelCause::Left, events);
        }
        match placed.outcome {
            Outcome::Rests { remaining } => {
                let kept = if old_tick == after.tick { before } else { Quantity::ZERO };
                let movement = Movement::Added(remaining - kept);
                self.change_level(now, &after, movement, LevelCause::Rested, events);
                self.rest(now, &after, remaining);
            }
            Outcome::Filled => {
                self.end_order(now, &after, OrderEnd::Executed, Quantity::ZERO, events);
            }
            other => unreachable!("Invariant: a replaced order rests or fills, not {other:?}"),
        }
        placed.filled
    }
}
