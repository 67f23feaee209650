//! Whether an order may come in.

use crate::exchange::collateral::{self, Candidate, OwnOrders};
use crate::exchange::settings::{CollateralRule, PostOnlyCross};
use crate::exchange::state::Exchange;
use crate::market::{PositionLimit, RoundingCarry, Tick, TimeInForce};
use crate::protocol::{CreateOrder, Crossing, PositionEffect, RejectReason};
use crate::units::{AccountId, Cash, MarketId, Quantity, Side, SimTime};

impl Exchange {
    /// Checks an order, in this order: the market exists, exchange and market trade, the quantity is
    /// above zero, the price is on the grid, the expiry is in the future, a reduce-only order does
    /// not rest, the client order id is new, the order group takes orders, the position limit and
    /// the money suffice, a post-only order does not trade at once.
    /// The book checks the rest: that it has room, and that a fill-or-kill order can fill.
    ///
    /// The checks themselves are documented or recorded, see [`RejectReason`]; which of several
    /// reasons is given is assumed: what the request alone shows comes before what needs the
    /// account, and the account before the book.
    pub(super) fn admit(
        &self,
        now: SimTime,
        account: AccountId,
        order: &CreateOrder,
    ) -> Result<Tick, RejectReason> {
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
        let state = &self.accounts[account.number() as usize];
        if state.used.contains(order.client_order) {
            return Err(RejectReason::OrderAlreadyExists);
        }
        if let Some(group) = order.group {
            self.groups.check(account, group)?;
        }
        let candidate = Candidate {
            side: order.side,
            tick,
            quantity: self.tradable(account, order),
            carry: RoundingCarry::default(),
            instead_of: None,
        };
        self.check_funds(account, order.market, &candidate)?;
        if self.settings.post_only_cross == PostOnlyCross::Refused
            && self.is_post_only_cross(order, tick)
        {
            return Err(RejectReason::PostOnlyCross);
        }
        Ok(tick)
    }

    /// Whether a post-only order would trade at once, were it only with an order of its own account
    /// (that these count too is assumed).
    pub(super) fn is_post_only_cross(&self, order: &CreateOrder, tick: Tick) -> bool {
        let book = &self.markets[order.market.number() as usize].book;
        order.crossing == Crossing::PostOnly && book.can_fill(order.side, tick, Quantity::STEP)
    }

    /// Whether an account can take on what an order needs.
    pub(super) fn check_funds(
        &self,
        account: AccountId,
        market: MarketId,
        candidate: &Candidate,
    ) -> Result<(), RejectReason> {
        let is_limited = self.accounts[account.number() as usize].is_limited();
        if !is_limited || candidate.quantity.is_zero() {
            return Ok(());
        }
        let (locked, needed) = self.need(account, market, candidate);
        if self.exceeds_limit(account, market, candidate, locked, needed) {
            return Err(RejectReason::PositionLimit);
        }
        let is_affordable = match self.settings.collateral {
            CollateralRule::AtEntry => needed <= self.funds(account).available.max(Cash::ZERO),
            CollateralRule::AtMatch => {
                let here = &self.markets[market.number() as usize];
                let (rounding, nothing) = (self.settings.fee_rounding, OwnOrders::default());
                let position = self.position(account, market);
                let alone = collateral::locked(here, rounding, position, &nothing, Some(candidate));
                alone <= self.ledger.balance(account).max(Cash::ZERO)
            }
        };
        if is_affordable { Ok(()) } else { Err(RejectReason::InsufficientBalance) }
    }

    /// Whether an account could hold more than the market allows. An order that can only make a
    /// position smaller is never too much (assumed).
    fn exceeds_limit(
        &self,
        account: AccountId,
        market: MarketId,
        candidate: &Candidate,
        locked: Cash,
        needed: Cash,
    ) -> bool {
        let holding = self.holding(account, market);
        let here = &self.markets[market.number() as usize];
        match here.rules.position_limit {
            None => false,
            Some(PositionLimit::Risk(limit)) => {
                needed > Cash::ZERO && holding.cost + locked > limit
            }
            Some(PositionLimit::Contracts(limit)) => {
                let own = self.accounts[account.number() as usize].in_market(market);
                let resting = own.map(|own| own.orders.resting(here, candidate));
                let worst = candidate.quantity + resting.unwrap_or_default();
                let (held, against) = match candidate.side {
                    Side::Bid => (holding.position.long(), holding.position.short()),
                    Side::Ask => (holding.position.short(), holding.position.long()),
                };
                (held + worst).saturating_sub(against) > limit
            }
        }
    }

    /// What an account would lock in a market with one more order, and how much more than now that
    /// is. An order that needs nothing more can always be paid.
    fn need(&self, account: AccountId, market: MarketId, candidate: &Candidate) -> (Cash, Cash) {
        let state = &self.accounts[account.number() as usize];
        let here = state.in_market(market);
        let position = state.holding(market).position;
        let empty = OwnOrders::default();
        let orders = here.map_or(&empty, |here| &here.orders);
        let locked_before = here.map(|here| here.locked).unwrap_or_default();
        let locked = collateral::locked(
            &self.markets[market.number() as usize],
            self.settings.fee_rounding,
            position,
            orders,
            Some(candidate),
        );
        (locked, locked - locked_before)
    }
}
