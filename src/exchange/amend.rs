//! Changes of resting orders.

use crate::book::{NewOrder, Outcome};
use crate::exchange::collateral::Candidate;
use crate::exchange::event::{ExchangeEvent, LevelCause};
use crate::exchange::meeting::Comer;
use crate::exchange::settings::{
    AmendRules, AmendedToNothing, AmendedToOwn, AmendedTotal, FormerClientOrder, MoneyCheck,
    PostOnlyCross,
};
use crate::exchange::state::Exchange;
use crate::exchange::views::{OrderState, tell};
use crate::market::{Tick, TimeInForce};
use crate::protocol::websocket::Movement;
use crate::protocol::{
    AmendOrder, Amended, Crossing, Execution, ExpiryChange, OrderEnd, OrderStatus, RejectReason,
};
use crate::units::{AccountId, ClientOrderId, Quantity, SimTime};

/// An amend that was found possible.
#[derive(Clone, Copy, Debug)]
struct Change {
    /// The order with its new limit and record.
    after: OrderState,
    old_tick: Tick,
    former_client_order: ClientOrderId,
    /// What remains before.
    before: Quantity,
    /// What shall remain.
    remaining: Quantity,
    /// Whether it may rest only, and would trade at its new price.
    crosses: bool,
}

impl Change {
    /// Whether the order keeps its place in the queue: its price stays and no more contracts shall
    /// remain than do (Kalshi, "Amend order (V2)", 2026-08-22, and changelog, 2026-10-01,
    /// documented: it is lost by a new price or a larger size).
    fn keeps_place(&self) -> bool {
        self.after.tick == self.old_tick && self.remaining <= self.before
    }

    /// Whether the order comes into the book again.
    fn enters_anew(&self) -> bool {
        !self.remaining.is_zero() && !self.keeps_place()
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
    /// (FIX "Order entry", 2026-08-22, documented) and keeps its client order id, as by a cancel.
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
            let before = self.resting(market, in_book).expect("Invariant: the order rests");
            self.remove(now, &before, OrderEnd::Canceled, events);
            self.follow_up(now, events);
            let (client_order, nothing) = (change.former_client_order, Quantity::ZERO);
            return Ok(Amended { order, client_order, filled: nothing, remaining: nothing });
        }
        self.rename(&change);
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
        let filled = if change.crosses {
            self.amend_away(now, &change, events);
            Quantity::ZERO
        } else if change.keeps_place() {
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
    /// own account's. [`MoneyCheck`] can move the money to another place among the last ones, as for
    /// new orders.
    fn check_amend(
        &mut self,
        now: SimTime,
        account: AccountId,
        amend: &AmendOrder,
    ) -> Result<Change, RejectReason> {
        self.may_trade()?;
        let state = self.own_changeable(account, amend.order)?;
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
        let AmendRules { to_nothing, total, .. } = self.settings.amend;
        let names_nothing = amend.quantity.is_zero() && to_nothing == AmendedToNothing::Refused;
        if names_nothing || amend.quantity > Quantity::MAX {
            return Err(RejectReason::InvalidOrderSize);
        }
        let before = self.remaining(&state);
        let counted = match total {
            AmendedTotal::WithoutDecreased => record.filled,
            AmendedTotal::WithDecreased => record.initial - before,
        };
        if amend.quantity < counted {
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
        record.client_order = amend.new_client_order.unwrap_or(record.client_order);
        let mut change = Change {
            after: OrderState { tick, record, ..state },
            old_tick: state.tick,
            former_client_order: state.record.client_order,
            before,
            remaining: amend.quantity - counted,
            crosses: false,
        };
        match self.settings.entry.money_check {
            MoneyCheck::BeforeBook => {
                self.check_new_id(&change)?;
                self.check_room(&change)?;
                change.crosses = self.check_meeting(&change)?;
            }
            MoneyCheck::BeforeIds => {
                self.check_room(&change)?;
                self.check_new_id(&change)?;
                change.crosses = self.check_meeting(&change)?;
            }
            MoneyCheck::AfterBook => {
                self.check_new_id(&change)?;
                change.crosses = self.check_meeting(&change)?;
                self.check_room(&change)?;
            }
        }
        Ok(change)
    }

    /// Whether the client order id that the order shall have is its own or new.
    fn check_new_id(&self, change: &Change) -> Result<(), RejectReason> {
        let OrderState { account, market, record, .. } = change.after;
        let scope = self.settings.entry.client_order_scope;
        let owner = &self.accounts[account.number() as usize];
        if record.client_order != change.former_client_order
            && owner.has_used(scope, market, record.client_order)
        {
            return Err(RejectReason::OrderAlreadyExists);
        }
        Ok(())
    }

    /// Notes that the account has used the order's client order id, and what becomes of the one
    /// before.
    fn rename(&mut self, change: &Change) {
        let OrderState { account, market, record, .. } = change.after;
        let scope = self.settings.entry.client_order_scope;
        let used = self.accounts[account.number() as usize].used_mut(scope, market);
        used.insert(record.client_order);
        let is_freed = self.settings.amend.former_client_order == FormerClientOrder::Freed;
        if is_freed && change.former_client_order != record.client_order {
            used.remove(change.former_client_order);
        }
    }

    /// Whether the account may hold and can pay what the order would be.
    fn check_room(&mut self, change: &Change) -> Result<(), RejectReason> {
        if !change.enters_anew() {
            return Ok(());
        }
        let OrderState { account, market, in_book, side, tick, record } = change.after;
        let candidate = Candidate {
            side,
            tick,
            quantity: change.remaining,
            self_trade: record.self_trade,
            group: record.group,
            carry: record.carry,
            instead_of: Some(in_book),
        };
        self.check_funds(account, market, &candidate)
    }

    /// Whether the order may meet what it would meet at its new price. Returns whether it may only rest
    /// there, would trade, and is to be canceled for that.
    fn check_meeting(&self, change: &Change) -> Result<bool, RejectReason> {
        if !change.enters_anew() {
            return Ok(false);
        }
        let OrderState { account, market, side, tick, record, .. } = change.after;
        let AmendRules { to_own, post_only_cross, .. } = self.settings.amend;
        if record.crossing == Crossing::PostOnly
            && self.would_cross(account, market, side, tick, record.self_trade)
        {
            return match post_only_cross {
                PostOnlyCross::Refused => Err(RejectReason::PostOnlyCross),
                PostOnlyCross::Canceled => Ok(true),
            };
        }
        let (order, self_trade, group) = (change.new_order(), record.self_trade, record.group);
        let comer = Comer { market, order, self_trade, group, carry: record.carry };
        if to_own == AmendedToOwn::Refused && self.meets_own(&comer) {
            return Err(RejectReason::SelfCross);
        }
        Ok(false)
    }

    /// Cancels an amended order that may only rest and would trade.
    fn amend_away(&mut self, now: SimTime, change: &Change, events: &mut Vec<ExchangeEvent>) {
        let Change { after, old_tick, before, remaining, .. } = *change;
        let here = &mut self.markets[after.market.number() as usize];
        here.book.cancel(after.in_book).expect("Invariant: the order rests");
        let old = OrderState { tick: old_tick, ..after };
        self.change_level(now, &old, Movement::Removed(before), LevelCause::Left, events);
        self.forget_own_order(&old);
        self.end_order(now, &after, OrderEnd::PostOnlyCross, remaining, events);
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
        self.change_own_order(&after);
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
        let Change { mut after, old_tick, before, remaining, .. } = *change;
        self.clear_room();
        let (order, record) = (change.new_order(), after.record);
        let (market, self_trade, group) = (after.market, record.self_trade, record.group);
        let carry = record.carry;
        let meeting = self.meet(&Comer { market, order, self_trade, group, carry });
        let allowed = meeting.allowed(&order);
        self.drop_leaving(market, meeting);
        self.forget_own_order(&OrderState { tick: old_tick, ..after });
        let book = &mut self.markets[market.number() as usize].book;
        let (matches, prevented) = (&mut self.matches, &mut self.prevented);
        let placed = match self_trade {
            None => book.replace(after.in_book, after.tick, allowed, matches),
            Some(rule) => {
                book.replace_apart(after.in_book, after.tick, allowed, rule, matches, prevented)
            }
        };
        let placed = placed.expect("Invariant: the amend was checked");
        self.carry_out(now, &mut after, events);
        if old_tick != after.tick {
            let old = OrderState { tick: old_tick, ..after };
            self.change_level(now, &old, Movement::Removed(before), LevelCause::Left, events);
        }
        let kept_out = remaining - allowed;
        match placed.outcome {
            Outcome::Rests { remaining } => {
                let kept = if old_tick == after.tick { before } else { Quantity::ZERO };
                let movement = Movement::Added(remaining - kept);
                self.change_level(now, &after, movement, LevelCause::Rested, events);
                self.rest(now, &after, remaining);
            }
            Outcome::Filled if kept_out.is_zero() => {
                self.end_order(now, &after, OrderEnd::Executed, Quantity::ZERO, events);
            }
            Outcome::Filled => {
                self.end_order(now, &after, OrderEnd::GroupCanceled, kept_out, events);
            }
            // What was let in meets no own order where a group stopped the rest: nothing was kept out.
            Outcome::SelfTrade { remaining } => {
                self.end_order(now, &after, OrderEnd::SelfTrade, remaining, events);
            }
            other @ (Outcome::Canceled { .. } | Outcome::Killed) => {
                unreachable!("Invariant: a replaced order rests, fills or stops, not {other:?}")
            }
        }
        placed.filled
    }
}
