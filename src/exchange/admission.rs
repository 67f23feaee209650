//! Whether an order may come in.

use std::cell::LazyCell;

use crate::book::NewOrder;
use crate::exchange::collateral::{self, Addition, Candidate, Closables};
use crate::exchange::meeting::Comer;
use crate::exchange::own_orders::OwnOrders;
use crate::exchange::settings::{
    CollateralRule, EntryRules, LimitScope, MoneyCheck, NothingToClose, PostOnlyCross,
    PostOnlyScope, TakerPrice,
};
use crate::exchange::state::Exchange;
use crate::market::{PositionLimit, RoundingCarry, SelfTradePrevention, Tick, TimeInForce};
use crate::protocol::{CreateOrder, Crossing, PositionEffect, RejectReason};
use crate::units::{AccountId, Cash, MarketId, Quantity, Side, SimTime};

impl Exchange {
    /// Checks an order, in this order: the market exists, exchange and market trade, the quantity is
    /// above zero, the price is on the grid, the expiry is in the future, a reduce-only order does
    /// not rest, the client order id is new, the order group takes orders, a reduce-only order has
    /// something to close, the position limit and the money suffice, a post-only order does not
    /// trade at once. [`MoneyCheck`] can move the money to another place among the last ones.
    /// The book checks the rest: that it has room, and that a fill-or-kill order can fill.
    ///
    /// The checks themselves are documented or recorded, see [`RejectReason`]. Which of several
    /// reasons is given Kalshi does not document; what the request alone shows comes before what
    /// needs the account.
    pub(super) fn admit(
        &mut self,
        now: SimTime,
        account: AccountId,
        order: &CreateOrder,
    ) -> Result<Tick, RejectReason> {
        let tick = self.check_request(now, order)?;
        match self.settings.entry.money_check {
            MoneyCheck::BeforeBook => {
                self.check_account(account, order)?;
                self.check_money(account, order, tick)?;
                self.check_crossing(account, order, tick)?;
            }
            MoneyCheck::BeforeIds => {
                self.check_money(account, order, tick)?;
                self.check_account(account, order)?;
                self.check_crossing(account, order, tick)?;
            }
            MoneyCheck::AfterBook => {
                self.check_account(account, order)?;
                self.check_crossing(account, order, tick)?;
                self.check_money(account, order, tick)?;
            }
        }
        Ok(tick)
    }

    /// What the request alone shows, and whether the market trades.
    fn check_request(&self, now: SimTime, order: &CreateOrder) -> Result<Tick, RejectReason> {
        let market =
            self.markets.get(order.market.number() as usize).ok_or(RejectReason::MarketNotFound)?;
        self.may_trade()?;
        self.market_trades(order.market)?;
        if order.quantity.is_zero() || order.quantity > Quantity::MAX {
            return Err(RejectReason::InvalidOrderSize);
        }
        let tick =
            market.terms.levels.tick_of(order.limit_price).ok_or(RejectReason::InvalidPrice)?;
        if let TimeInForce::GoodTillCanceled { expires_at: Some(expiry) } = order.time_in_force
            && expiry <= now
        {
            return Err(RejectReason::ExpiryNotInFuture);
        }
        if order.effect == PositionEffect::ReduceOnly
            && order.time_in_force != TimeInForce::ImmediateOrCancel
        {
            return Err(RejectReason::ReduceOnlyNotImmediate);
        }
        Ok(tick)
    }

    /// What the account's ids, groups and contracts say.
    fn check_account(&self, account: AccountId, order: &CreateOrder) -> Result<(), RejectReason> {
        let state = &self.accounts[account.number() as usize];
        let EntryRules { client_order_scope, nothing_to_close, .. } = self.settings.entry;
        if state.has_used(client_order_scope, order.market, order.client_order) {
            return Err(RejectReason::OrderAlreadyExists);
        }
        if let Some(group) = order.group {
            self.groups.check(account, group)?;
        }
        if nothing_to_close == NothingToClose::Refused && self.tradable(account, order).is_zero() {
            return Err(RejectReason::NothingToClose);
        }
        Ok(())
    }

    /// Whether the account can take on what a new order needs.
    fn check_money(
        &mut self,
        account: AccountId,
        order: &CreateOrder,
        tick: Tick,
    ) -> Result<(), RejectReason> {
        let candidate = Candidate {
            side: order.side,
            tick,
            quantity: self.tradable(account, order),
            self_trade: order.self_trade,
            group: order.group,
            carry: RoundingCarry::default(),
            instead_of: None,
        };
        self.check_funds(account, order.market, &candidate)
    }

    /// Whether a post-only order stays out of the way of what it would meet.
    fn check_crossing(
        &self,
        account: AccountId,
        order: &CreateOrder,
        tick: Tick,
    ) -> Result<(), RejectReason> {
        if self.settings.post_only_cross == PostOnlyCross::Refused
            && self.is_post_only_cross(account, order, tick)
        {
            return Err(RejectReason::PostOnlyCross);
        }
        Ok(())
    }

    /// Whether a post-only order would trade at once.
    pub(super) fn is_post_only_cross(
        &self,
        account: AccountId,
        order: &CreateOrder,
        tick: Tick,
    ) -> bool {
        let CreateOrder { market, side, self_trade, .. } = *order;
        order.crossing == Crossing::PostOnly
            && self.would_cross(account, market, side, tick, self_trade)
    }

    /// Whether an order that is only to rest would trade at this limit: with anybody, or with somebody
    /// else under its rule for orders of its own account, as [`PostOnlyScope`] says.
    pub(super) fn would_cross(
        &self,
        account: AccountId,
        market: MarketId,
        side: Side,
        tick: Tick,
        self_trade: Option<SelfTradePrevention>,
    ) -> bool {
        let book = &self.markets[market.number() as usize].book;
        match (self.settings.entry.post_only_scope, self_trade) {
            (PostOnlyScope::Everybody, _) | (PostOnlyScope::Others, None) => {
                book.can_fill(side, tick, Quantity::STEP)
            }
            (PostOnlyScope::Others, Some(SelfTradePrevention::TakerAtCross)) => {
                book.owners_within(side, tick).next().is_some_and(|owner| owner != account)
            }
            (PostOnlyScope::Others, Some(SelfTradePrevention::Maker)) => {
                book.owners_within(side, tick).any(|owner| owner != account)
            }
        }
    }

    /// Whether an account can take on what an order needs.
    pub(super) fn check_funds(
        &mut self,
        account: AccountId,
        market: MarketId,
        candidate: &Candidate,
    ) -> Result<(), RejectReason> {
        let is_limited = self.accounts[account.number() as usize].is_limited();
        if !is_limited || candidate.quantity.is_zero() {
            return Ok(());
        }
        if self.surely_pays(account, market, candidate) {
            return Ok(());
        }
        self.relock_for_order(account, market);
        let taken = match self.settings.money.taker_price {
            TakerPrice::Limit => None,
            TakerPrice::Match => Some(self.taken(account, market, candidate)),
        };
        let addition = (candidate, taken.as_deref());
        let closables = self.closables(account, market);
        let all = LazyCell::new(|| self.lock_with(account, market, closables, addition));
        // What is locked now, and with the order. To give returned collateral back is no risk.
        let risk = |whole| {
            if whole == closables {
                (self.locked(account, market), *all)
            } else {
                let now = self.compute_lock(account, market, whole);
                (now, self.lock_with(account, market, whole, addition))
            }
        };
        if self.exceeds_limit(account, market, addition, risk) {
            return Err(RejectReason::PositionLimit);
        }
        let credit = self.return_credit(account, market, candidate);
        let is_affordable = match self.settings.collateral {
            CollateralRule::AtEntry => {
                let more = *all - self.locked(account, market);
                more - credit <= self.funds(account).available.max(Cash::ZERO)
            }
            CollateralRule::AtMatch => {
                let alone = self.lock_of(market, closables, addition);
                alone - credit <= self.ledger.balance(account).max(Cash::ZERO)
            }
        };
        if is_affordable { Ok(()) } else { Err(RejectReason::InsufficientBalance) }
    }

    /// What an order would lock if the account had no other.
    fn lock_of(&self, market: MarketId, closables: Closables, addition: Addition<'_>) -> Cash {
        let here = &self.markets[market.number() as usize];
        let (rules, none) = (self.settings.lock_rules(), OwnOrders::default());
        collateral::locked(here, rules, closables, &none, Some(addition))
    }

    /// What an account's orders in a market would lock with one more order.
    fn lock_with(
        &self,
        account: AccountId,
        market: MarketId,
        closables: Closables,
        addition: Addition<'_>,
    ) -> Cash {
        let here = &self.markets[market.number() as usize];
        let (rules, own) = (self.settings.lock_rules(), self.own_orders(account, market));
        collateral::locked(here, rules, closables, &own, Some(addition))
    }

    /// What an order would trade at once, at which prices.
    pub(super) fn taken(
        &self,
        account: AccountId,
        market: MarketId,
        candidate: &Candidate,
    ) -> Vec<(Tick, Quantity)> {
        let Candidate { side, tick, quantity, self_trade, group, carry, .. } = *candidate;
        // A group that does not take the order is for a later check.
        let group = group.filter(|group| self.groups.check(account, *group).is_ok());
        let time_in_force = TimeInForce::REST;
        let order = NewOrder { owner: account, side, tick, quantity, time_in_force };
        self.look_along(&Comer { market, order, self_trade, group, carry }).fills
    }

    /// Whether an account could hold more than the market allows, of what [`LimitScope`] counts. `risk`
    /// says what is locked now, and with the order, where so much closes.
    fn exceeds_limit(
        &self,
        account: AccountId,
        market: MarketId,
        addition: Addition<'_>,
        risk: impl FnOnce(Closables) -> (Cash, Cash),
    ) -> bool {
        let (candidate, _) = addition;
        let holding = self.holding(account, market);
        let here = &self.markets[market.number() as usize];
        match here.rules.position_limit {
            None => false,
            Some(PositionLimit::Risk(limit)) => {
                let whole = Closables::of(holding.position);
                let (now, all) = risk(whole);
                let counted = match self.settings.money.position_limit {
                    LimitScope::WithResting => all,
                    LimitScope::WithoutResting => self.lock_of(market, whole, addition),
                };
                all > now && holding.cost + counted > limit
            }
            Some(PositionLimit::Contracts(limit)) => {
                let resting = match self.settings.money.position_limit {
                    LimitScope::WithResting => {
                        self.own_orders(account, market).resting(here, candidate)
                    }
                    LimitScope::WithoutResting => Quantity::ZERO,
                };
                let worst = candidate.quantity + resting;
                let held = holding.position.closable(candidate.side.opposite());
                (held + worst).saturating_sub(holding.position.closable(candidate.side)) > limit
            }
        }
    }
}
