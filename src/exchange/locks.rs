//! What the orders of accounts lock, from order to order.
//!
//! What an order locks at most needs no look at the account's other orders. Where an account has the
//! money for the sum of that, and mostly it has, an order comes in at once. What is locked exactly is
//! computed when somebody wants to know, from the account's orders there, kept apart from then on.

use std::borrow::Cow;

use crate::exchange::account::EventNetting;
use crate::exchange::collateral::{self, Candidate, Closables};
use crate::exchange::own_orders::OwnOrders;
use crate::exchange::settings::{CollateralRule, TakerPrice};
use crate::exchange::state::Exchange;
use crate::exchange::views::OrderState;
use crate::protocol::websocket::Movement;
use crate::units::{AccountId, Cash, MarketId};

impl Exchange {
    /// What an account's resting orders lock in a market \[dollar\].
    ///
    /// # Panics
    /// When there is no such account or market.
    #[must_use]
    pub fn locked(&self, account: AccountId, market: MarketId) -> Cash {
        let here = self.accounts[account.number() as usize].in_market(market);
        let known = here.map_or(Some(Cash::ZERO), |here| here.locked);
        known.unwrap_or_else(|| self.compute_lock(account, market, self.closables(account, market)))
    }

    /// What an account's resting orders lock in all markets.
    pub(super) fn locked_in_all(&self, account: AccountId) -> Cash {
        let state = &self.accounts[account.number() as usize];
        let unknown = state
            .stale_locks
            .iter()
            .map(|market| self.compute_lock(account, *market, self.closables(account, *market)));
        state.locked + unknown.sum::<Cash>()
    }

    /// Whether an account can pay an order whatever else it has to pay.
    pub(super) fn surely_pays(
        &self,
        account: AccountId,
        market: MarketId,
        candidate: &Candidate,
    ) -> bool {
        let state = &self.accounts[account.number() as usize];
        let here = &self.markets[market.number() as usize];
        let Candidate { side, tick, quantity, .. } = *candidate;
        let at_most = collateral::locked_at_most(here, side, tick, quantity);
        self.settings.collateral == CollateralRule::AtEntry
            && self.settings.money.taker_price == TakerPrice::Limit
            && state.netting == EventNetting::Off
            && here.rules.position_limit.is_none()
            && state.locked_at_most + at_most + collateral::ROUNDING_AT_MOST
                <= self.ledger.balance(account)
    }

    /// Notes that what rests of an order became more or less.
    pub(super) fn note_resting(&mut self, order: &OrderState, movement: Movement) {
        let state = &mut self.accounts[order.account.number() as usize];
        if !state.is_limited() {
            return;
        }
        let here = &self.markets[order.market.number() as usize];
        let at_most = |quantity| collateral::locked_at_most(here, order.side, order.tick, quantity);
        match movement {
            Movement::Added(quantity) => state.locked_at_most += at_most(quantity),
            Movement::Removed(quantity) => state.locked_at_most -= at_most(quantity),
        }
    }

    /// Notes that an order rests from now on.
    pub(super) fn keep_own_order(&mut self, order: &OrderState) {
        let state = &mut self.accounts[order.account.number() as usize];
        if !state.is_limited() {
            return;
        }
        state.locked_at_most += collateral::ROUNDING_AT_MOST;
        if let Some(orders) = &mut state.in_market_mut(order.market).orders {
            orders.insert(order.side, order.tick, order.in_book);
        }
    }

    /// Notes that an order that rests has less left or other fees to come.
    pub(super) fn change_own_order(&mut self, order: &OrderState) {
        let state = &mut self.accounts[order.account.number() as usize];
        if !state.is_limited() {
            return;
        }
        if let Some(orders) = &mut state.in_market_mut(order.market).orders {
            orders.change(order.side, order.tick, order.in_book);
        }
    }

    /// Notes that an order no longer rests.
    pub(super) fn forget_own_order(&mut self, order: &OrderState) {
        let state = &mut self.accounts[order.account.number() as usize];
        if !state.is_limited() {
            return;
        }
        state.locked_at_most -= collateral::ROUNDING_AT_MOST;
        if let Some(orders) = &mut state.in_market_mut(order.market).orders {
            orders.remove(order.side, order.tick, order.in_book);
        }
    }

    /// Notes that what an account's orders in a market lock may have changed.
    pub(super) fn note_stale_lock(&mut self, account: AccountId, market: MarketId) {
        let state = &mut self.accounts[account.number() as usize];
        if state.is_limited()
            && let Some(before) = state.in_market_mut(market).locked.take()
        {
            state.locked -= before;
            state.stale_locks.push(market);
        }
    }

    /// Brings what an account's orders lock up to date, and has its orders in a market at hand.
    pub(super) fn relock_for_order(&mut self, account: AccountId, market: MarketId) {
        self.relock(account);
        let here = &self.markets[market.number() as usize];
        let state = self.accounts[account.number() as usize].in_market_mut(market);
        state.orders.get_or_insert_with(|| OwnOrders::of(here, account));
    }

    /// Brings what an account's orders lock up to date.
    ///
    /// # Panics
    /// When they lock more than was thought possible, which is a bug.
    pub(super) fn relock(&mut self, account: AccountId) {
        let rules = self.settings.lock_rules();
        while let Some(market) = self.accounts[account.number() as usize].stale_locks.pop() {
            let here = &self.markets[market.number() as usize];
            let state = self.accounts[account.number() as usize].in_market_mut(market);
            let orders = state.orders.get_or_insert_with(|| OwnOrders::of(here, account));
            orders.know_alone(|in_book| collateral::locked_alone(here, rules, in_book));
            let locked = self.compute_lock(account, market, self.closables(account, market));
            let state = &mut self.accounts[account.number() as usize];
            state.in_market_mut(market).locked = Some(locked);
            state.locked += locked;
        }
        let state = &self.accounts[account.number() as usize];
        let (locked, at_most) = (state.locked, state.locked_at_most);
        let is_bounded = locked <= at_most || state.netting == EventNetting::On;
        assert!(is_bounded, "Invariant: {account} locks at most {at_most}, not {locked}");
    }

    /// The resting orders of an account in a market.
    pub(super) fn own_orders(&self, account: AccountId, market: MarketId) -> Cow<'_, OwnOrders> {
        let here = self.accounts[account.number() as usize].in_market(market);
        match here.and_then(|here| here.orders.as_ref()) {
            Some(orders) => Cow::Borrowed(orders),
            None => Cow::Owned(OwnOrders::of(&self.markets[market.number() as usize], account)),
        }
    }

    /// What an account's orders lock in a market where so much closes.
    pub(super) fn compute_lock(
        &self,
        account: AccountId,
        market: MarketId,
        closables: Closables,
    ) -> Cash {
        let rules = self.settings.lock_rules();
        let here = &self.markets[market.number() as usize];
        collateral::locked(here, rules, closables, &self.own_orders(account, market), None)
    }
}
