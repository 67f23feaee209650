//! Order entry.

use fillgap::market::{ExchangeStatus, MarketStatus, TimeInForce};
use fillgap::protocol::{
    AmendOrder, Amended, Canceled, CreateOrder, Created, Crossing, Decreased, Execution,
    ExpiryChange, OrderEnd, PositionEffect, Reduction, RejectReason,
};
use fillgap::units::{AccountId, MarketId, OrderId, Price, Quantity, Side};

use super::fees::Accumulator;
use super::money::Wanted;
use super::settings::PostOnlyCross;
use super::state::{Order, Reference};

/// Whole cents, from one to 99.
fn is_on_grid(price: Price) -> bool {
    let price = price.ten_thousandths();
    price.is_multiple_of(100) && (100..=9_900).contains(&price)
}

impl Reference {
    fn exchange_trades(&self) -> Result<(), RejectReason> {
        match self.status {
            ExchangeStatus::Active => Ok(()),
            ExchangeStatus::TradingPaused => Err(RejectReason::TradingPaused),
            ExchangeStatus::ExchangePaused => Err(RejectReason::ExchangePaused),
        }
    }

    fn may_trade(&self, market: MarketId) -> Result<(), RejectReason> {
        self.exchange_trades()?;
        if self.markets[market.number() as usize].status == MarketStatus::Active {
            Ok(())
        } else {
            Err(RejectReason::MarketInactive)
        }
    }

    /// Whether something may be taken out, and the order that is meant. An order that was never
    /// accepted is of no market.
    pub(super) fn removable(&self, account: AccountId, id: OrderId) -> Result<Order, RejectReason> {
        if self.status == ExchangeStatus::ExchangePaused {
            return Err(RejectReason::ExchangePaused);
        }
        let market = self.market_of(id).ok_or(RejectReason::OrderNotFound)?;
        match self.markets[market.number() as usize].status {
            MarketStatus::Initialized | MarketStatus::Active | MarketStatus::Inactive => {
                self.own(account, id).cloned()
            }
            _ => Err(RejectReason::MarketInactive),
        }
    }

    pub(super) fn create(
        &mut self,
        account: AccountId,
        order: &CreateOrder,
    ) -> Result<Created, RejectReason> {
        let created = self.let_in(account, order);
        if created.is_err() && self.settings.burns_refused_ids {
            self.used.insert((account, order.client_order));
        }
        created
    }

    fn let_in(&mut self, account: AccountId, order: &CreateOrder) -> Result<Created, RejectReason> {
        let held = self.position(account, order.market);
        let closable = if order.side == Side::Bid { held.short() } else { held.long() };
        let tradable = match order.effect {
            PositionEffect::Any => order.quantity,
            PositionEffect::ReduceOnly => order.quantity.min(closable),
        };
        let mut taker = self.admit(account, order, tradable)?;
        self.used.insert((account, order.client_order));
        let must_pass = order.crossing == Crossing::PostOnly && !self.depth(&taker).is_zero();
        let must_fill = order.time_in_force == TimeInForce::FillOrKill && !must_pass;
        if must_fill && self.can_pay(&taker) < order.quantity {
            return Err(RejectReason::FillOrKillInsufficientVolume);
        }
        taker.id = OrderId::new(self.accepted);
        self.accepted += 1;
        self.markets_of.insert(taker.id, order.market);
        self.tell(
            account,
            Execution::Accepted {
                order: taker.id,
                client_order: order.client_order,
                market: order.market,
                side: order.side,
                limit_price: order.limit_price,
                quantity: order.quantity,
            },
        );
        let has_stopped = !must_pass && self.take(&mut taker, tradable);
        let left = taker.remaining;
        let rests = matches!(order.time_in_force, TimeInForce::GoodTillCanceled { .. });
        if must_pass {
            self.end(&taker, OrderEnd::PostOnlyCross, left);
        } else if has_stopped {
            self.end(&taker, OrderEnd::SelfTrade, left);
        } else if left.is_zero() {
            self.end(&taker, OrderEnd::Executed, Quantity::ZERO);
        } else if taker.filled == tradable {
            self.end(&taker, OrderEnd::NothingToClose, left);
        } else if rests {
            self.rest(taker.clone());
        } else {
            self.end(&taker, OrderEnd::NotFilledAtOnce, left);
        }
        self.trigger_exceeded();
        self.cancel_late(account, taker.id);
        let resting = self.orders.iter().find(|resting| resting.id == taker.id);
        let remaining = resting.map(|order| order.remaining).unwrap_or_default();
        let client_order = order.client_order;
        Ok(Created { order: taker.id, client_order, filled: taker.filled, remaining })
    }

    /// Cancels an order that came to rest too soon after its account canceled all.
    fn cancel_late(&mut self, account: AccountId, id: OrderId) {
        let until = self.canceling_until.get(&account);
        let rests = self.orders.iter().find(|order| order.id == id).cloned();
        if let Some(order) = rests.filter(|_| until.is_some_and(|until| self.now < *until)) {
            self.end(&order, OrderEnd::Canceled, order.remaining);
        }
    }

    fn admit(
        &self,
        account: AccountId,
        order: &CreateOrder,
        tradable: Quantity,
    ) -> Result<Order, RejectReason> {
        if order.market.number() as usize >= self.markets.len() {
            return Err(RejectReason::MarketNotFound);
        }
        self.may_trade(order.market)?;
        if order.quantity.is_zero() {
            return Err(RejectReason::InvalidOrderSize);
        }
        if !is_on_grid(order.limit_price) {
            return Err(RejectReason::InvalidPrice);
        }
        let expires_at = match order.time_in_force {
            TimeInForce::GoodTillCanceled { expires_at } => expires_at,
            TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => None,
        };
        if expires_at.is_some_and(|at| at <= self.now) {
            return Err(RejectReason::ExpiryNotInFuture);
        }
        let is_immediate = order.time_in_force == TimeInForce::ImmediateOrCancel;
        if order.effect == PositionEffect::ReduceOnly && !is_immediate {
            return Err(RejectReason::ReduceOnlyNotImmediate);
        }
        if self.used.contains(&(account, order.client_order)) {
            return Err(RejectReason::OrderAlreadyExists);
        }
        if let Some(group) = order.group {
            self.check_group(account, group)?;
        }
        let taker = Order {
            id: OrderId::new(u64::MAX),
            account,
            client_order: order.client_order,
            market: order.market,
            side: order.side,
            limit: order.limit_price,
            initial: order.quantity,
            filled: Quantity::ZERO,
            remaining: order.quantity,
            expires_at,
            crossing: order.crossing,
            self_trade: order.self_trade,
            on_pause: order.on_pause,
            group: order.group,
            accumulator: Accumulator::default(),
            arrival: u64::MAX,
        };
        self.check_room(&Wanted {
            account,
            market: order.market,
            side: order.side,
            limit: order.limit_price,
            quantity: tradable,
            instead_of: None,
            accumulator: Accumulator::default(),
        })?;
        let is_refused = self.settings.post_only_cross == PostOnlyCross::Refused;
        let is_post_only = order.crossing == Crossing::PostOnly && is_refused;
        if is_post_only && !self.depth(&taker).is_zero() {
            return Err(RejectReason::PostOnlyCross);
        }
        Ok(taker)
    }

    pub(super) fn cancel(
        &mut self,
        account: AccountId,
        id: OrderId,
    ) -> Result<Canceled, RejectReason> {
        let order = self.removable(account, id)?;
        self.end(&order, OrderEnd::Canceled, order.remaining);
        Ok(Canceled { order: id, reduced_by: order.remaining })
    }

    pub(super) fn decrease(
        &mut self,
        account: AccountId,
        id: OrderId,
        reduction: Reduction,
    ) -> Result<Decreased, RejectReason> {
        if self.settings.pauses_decreases {
            self.exchange_trades()?;
        }
        if self.status == ExchangeStatus::ExchangePaused {
            return Err(RejectReason::ExchangePaused);
        }
        if reduction == Reduction::By(Quantity::ZERO) {
            return Err(RejectReason::InvalidOrderSize);
        }
        let order = self.removable(account, id)?;
        let remaining = match reduction {
            Reduction::By(quantity) => order.remaining.saturating_sub(quantity),
            Reduction::To(quantity) => quantity,
        };
        if remaining >= order.remaining {
            return Err(RejectReason::InvalidOrderSize);
        }
        if remaining.is_zero() {
            self.end(&order, OrderEnd::Canceled, order.remaining);
        } else {
            self.change(&Order { remaining, ..order.clone() });
            let client_order = order.client_order;
            self.tell(account, Execution::Decreased { order: id, client_order, remaining });
        }
        Ok(Decreased { order: id, remaining })
    }

    pub(super) fn amend(
        &mut self,
        account: AccountId,
        amend: &AmendOrder,
    ) -> Result<Amended, RejectReason> {
        let (before, mut after) = self.check_amend(account, amend)?;
        let (id, client_order) = (before.id, after.client_order);
        if after.remaining.is_zero() {
            self.end(&before, OrderEnd::Canceled, before.remaining);
            let nothing = Quantity::ZERO;
            return Ok(Amended { order: id, client_order, filled: nothing, remaining: nothing });
        }
        self.used.insert((account, client_order));
        self.tell(
            account,
            Execution::Amended {
                order: id,
                client_order,
                market: before.market,
                side: before.side,
                limit_price: after.limit,
                quantity: amend.quantity,
                remaining: after.remaining,
            },
        );
        if after.limit == before.limit && after.remaining <= before.remaining {
            self.change(&after);
        } else {
            self.orders.retain(|resting| resting.id != id);
            let most = after.remaining;
            self.take(&mut after, most);
            if after.remaining.is_zero() {
                self.end(&after, OrderEnd::Executed, Quantity::ZERO);
            } else {
                self.rest(after.clone());
            }
        }
        self.trigger_exceeded();
        let resting = self.orders.iter().find(|resting| resting.id == id);
        let remaining = resting.map(|order| order.remaining).unwrap_or_default();
        Ok(Amended { order: id, client_order, filled: after.filled - before.filled, remaining })
    }

    fn check_amend(
        &self,
        account: AccountId,
        amend: &AmendOrder,
    ) -> Result<(Order, Order), RejectReason> {
        self.exchange_trades()?;
        let before = self.removable(account, amend.order)?;
        self.may_trade(before.market)?;
        if amend.market != before.market {
            return Err(RejectReason::OrderMarketMismatch);
        }
        if amend.side != before.side {
            return Err(RejectReason::OrderSideMismatch);
        }
        if amend.client_order.is_some_and(|id| id != before.client_order) {
            return Err(RejectReason::ClientOrderMismatch);
        }
        if amend.quantity.is_zero() {
            return Err(RejectReason::InvalidOrderSize);
        }
        if amend.quantity < before.filled {
            return Err(RejectReason::AmendBelowFilled);
        }
        if !is_on_grid(amend.limit_price) {
            return Err(RejectReason::InvalidPrice);
        }
        let mut after = before.clone();
        (after.limit, after.remaining) = (amend.limit_price, amend.quantity - before.filled);
        after.initial = amend.quantity;
        after.expires_at = match amend.expiry {
            ExpiryChange::Keep => before.expires_at,
            ExpiryChange::Remove => None,
            ExpiryChange::At(at) if at <= self.now => return Err(RejectReason::ExpiryNotInFuture),
            ExpiryChange::At(at) => Some(at),
        };
        if let Some(id) = amend.new_client_order.filter(|id| *id != before.client_order) {
            if self.used.contains(&(account, id)) {
                return Err(RejectReason::OrderAlreadyExists);
            }
            after.client_order = id;
        }
        let keeps_place = after.limit == before.limit && after.remaining <= before.remaining;
        if keeps_place || after.remaining.is_zero() {
            return Ok((before, after));
        }
        self.check_room(&Wanted {
            account,
            market: after.market,
            side: after.side,
            limit: after.limit,
            quantity: after.remaining,
            instead_of: Some(after.id),
            accumulator: after.accumulator,
        })?;
        if after.crossing == Crossing::PostOnly && !self.depth(&after).is_zero() {
            return Err(RejectReason::PostOnlyCross);
        }
        if after.self_trade.is_some() && self.meets_own(&after) {
            return Err(RejectReason::SelfCross);
        }
        Ok((before, after))
    }
}
