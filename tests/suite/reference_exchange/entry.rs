//! Order entry.

use fillgap::market::{
    ExchangeStatus, MarketStatus, PriceLevelLabel, PriceLevelStructure, TimeInForce,
};
use fillgap::protocol::{
    AmendOrder, Amended, Canceled, CreateOrder, Created, Crossing, Decreased, Execution,
    ExpiryChange, OrderEnd, PositionEffect, Reduction, RejectReason,
};
use fillgap::units::{AccountId, MarketId, OrderId, Quantity, Side};

use super::money::Wanted;
use super::state::{Order, Reference};

/// Whole cents.
fn is_on_grid(price: fillgap::units::Price) -> bool {
    PriceLevelStructure::of_label(PriceLevelLabel::LinearCent).tick_of(price).is_some()
}

impl Reference {
    fn may_trade(&self, market: MarketId) -> Result<(), RejectReason> {
        match self.status {
            ExchangeStatus::Active => {}
            ExchangeStatus::TradingPaused => return Err(RejectReason::TradingPaused),
            ExchangeStatus::ExchangePaused => return Err(RejectReason::ExchangePaused),
        }
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
        let market = self.market_of.get(&id).ok_or(RejectReason::OrderNotFound)?;
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
        let held = self.position(account, order.market);
        let closable = if order.side == Side::Bid { held.short() } else { held.long() };
        let tradable = match order.effect {
            PositionEffect::Any => order.quantity,
            PositionEffect::ReduceOnly => order.quantity.min(closable),
        };
        let mut taker = self.admit(account, order, tradable)?;
        self.used.insert((account, order.client_order));
        if order.time_in_force == TimeInForce::FillOrKill && self.depth(&taker) < order.quantity {
            return Err(RejectReason::FillOrKillInsufficientVolume);
        }
        taker.id = OrderId::new(self.accepted);
        self.accepted += 1;
        self.market_of.insert(taker.id, order.market);
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
        let has_stopped = self.take(&mut taker, tradable);
        let left = taker.remaining;
        let rests = matches!(order.time_in_force, TimeInForce::GoodTillCanceled { .. });
        if has_stopped {
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
        let resting = self.orders.iter().find(|resting| resting.id == taker.id);
        let remaining = resting.map(|order| order.remaining).unwrap_or_default();
        let client_order = order.client_order;
        Ok(Created { order: taker.id, client_order, filled: taker.filled, remaining })
    }

    fn admit(
        &self,
        account: AccountId,
        order: &CreateOrder,
        tradable: Quantity,
    ) -> Result<Order, RejectReason> {
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
            filled: Quantity::ZERO,
            remaining: order.quantity,
            expires_at,
            crossing: order.crossing,
            self_trade: order.self_trade,
            on_pause: order.on_pause,
            group: order.group,
            arrival: u64::MAX,
        };
        self.check_room(&Wanted {
            account,
            market: order.market,
            side: order.side,
            limit: order.limit_price,
            quantity: tradable,
            instead_of: None,
        })?;
        if order.crossing == Crossing::PostOnly && !self.depth(&taker).is_zero() {
            return Err(RejectReason::PostOnlyCross);
        }
        Ok(taker)
    }

    fn rest(&mut self, mut order: Order) {
        order.arrival = self.arrivals;
        self.arrivals += 1;
        self.orders.push(order);
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
            let place = self.orders.iter_mut().find(|resting| resting.id == id).unwrap();
            place.remaining = remaining;
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
            let place = self.orders.iter_mut().find(|resting| resting.id == id).unwrap();
            *place = after.clone();
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
        match self.status {
            ExchangeStatus::Active => {}
            ExchangeStatus::TradingPaused => return Err(RejectReason::TradingPaused),
            ExchangeStatus::ExchangePaused => return Err(RejectReason::ExchangePaused),
        }
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
