//! How orders come in.

use fillgap::market::{ExchangeStatus, MarketStatus, TimeInForce};
use fillgap::protocol::{
    CreateOrder, Created, Crossing, Execution, OrderEnd, PositionEffect, RejectReason,
};
use fillgap::units::{AccountId, ClientOrderId, MarketId, OrderId, Quantity, Side};

use super::fees::Accumulator;
use super::money::Wanted;
use super::readings::Second;
use super::state::{Order, Reference, UsedId, User};

impl Reference {
    pub(super) fn exchange_trades(&self) -> Result<(), RejectReason> {
        match self.status {
            ExchangeStatus::Active => Ok(()),
            ExchangeStatus::TradingPaused => Err(RejectReason::TradingPaused),
            ExchangeStatus::ExchangePaused => Err(RejectReason::ExchangePaused),
        }
    }

    pub(super) fn may_trade(&self, market: MarketId) -> Result<(), RejectReason> {
        self.exchange_trades()?;
        match self.markets[market.number() as usize].status {
            MarketStatus::Active => Ok(()),
            MarketStatus::Inactive => Err(self.inactive()),
            _ => Err(RejectReason::MarketInactive),
        }
    }

    /// What refuses orders of an inactive market.
    pub(super) fn inactive(&self) -> RejectReason {
        if self.settings.reads(Second::InactiveLikePause) {
            RejectReason::TradingPaused
        } else {
            RejectReason::MarketInactive
        }
    }

    pub(super) fn create(
        &mut self,
        account: AccountId,
        order: &CreateOrder,
    ) -> Result<Created, RejectReason> {
        let created = self.let_in(account, order);
        // An id that an order has is not used up once more.
        let is_new = self.check_id(account, order.market, order.client_order).is_ok();
        if created.is_err() && is_new {
            self.use_id(account, order.market, order.client_order, User::Refused);
        }
        created
    }

    pub(super) fn use_id(
        &mut self,
        account: AccountId,
        market: MarketId,
        id: ClientOrderId,
        by: User,
    ) {
        self.used.push(UsedId { account, market, id, by });
    }

    /// Whether a client order id is used up for an order in a market.
    pub(super) fn check_id(
        &self,
        account: AccountId,
        market: MarketId,
        id: ClientOrderId,
    ) -> Result<(), RejectReason> {
        let settings = &self.settings;
        let counts = |used: &&UsedId| match used.by {
            User::Order => true,
            User::Former => !settings.reads(Second::FormerIdFreed),
            User::Refused => settings.reads(Second::RefusedIdUsedUp),
        };
        let is_here = |used: &UsedId| {
            used.account == account
                && used.id == id
                && (used.market == market || !settings.reads(Second::IdOfMarket))
        };
        if self.used.iter().filter(counts).any(is_here) {
            return Err(RejectReason::OrderAlreadyExists);
        }
        Ok(())
    }

    fn let_in(&mut self, account: AccountId, order: &CreateOrder) -> Result<Created, RejectReason> {
        let held = self.position(account, order.market);
        let closable = if order.side == Side::Bid { held.short() } else { held.long() };
        let tradable = match order.effect {
            PositionEffect::Any => order.quantity,
            PositionEffect::ReduceOnly => order.quantity.min(closable),
        };
        let mut taker = self.admit(account, order, tradable)?;
        self.use_id(account, order.market, order.client_order, User::Order);
        let must_pass = self.crosses_post_only(&taker);
        let must_fill = order.time_in_force == TimeInForce::FillOrKill && !must_pass;
        if must_fill && self.fillable(&taker) < order.quantity {
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
        let stopped =
            if must_pass { Some(OrderEnd::PostOnlyCross) } else { self.take(&mut taker, tradable) };
        self.finish(&taker, tradable, stopped, order.time_in_force);
        self.trigger_exceeded();
        self.cancel_late(account, taker.id);
        let remaining = self.resting(taker.id);
        let client_order = order.client_order;
        Ok(Created { order: taker.id, client_order, filled: taker.filled, remaining })
    }

    /// What becomes of a new order that has taken what it can.
    fn finish(
        &mut self,
        taker: &Order,
        tradable: Quantity,
        stopped: Option<OrderEnd>,
        time_in_force: TimeInForce,
    ) {
        let left = taker.remaining;
        let rests = matches!(time_in_force, TimeInForce::GoodTillCanceled { .. });
        if let Some(end) = stopped {
            self.end(taker, end, left);
        } else if left.is_zero() {
            self.end(taker, OrderEnd::Executed, Quantity::ZERO);
        } else if taker.filled == tradable {
            self.end(taker, OrderEnd::NothingToClose, left);
        } else if rests {
            self.rest(taker.clone());
        } else {
            self.end(taker, OrderEnd::NotFilledAtOnce, left);
        }
    }

    /// What rests of an order.
    pub(super) fn resting(&self, id: OrderId) -> Quantity {
        let resting = self.orders.iter().find(|resting| resting.id == id);
        resting.map(|order| order.remaining).unwrap_or_default()
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
        let expires_at = match order.time_in_force {
            TimeInForce::GoodTillCanceled { expires_at } => expires_at,
            TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => None,
        };
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
            decreased: Quantity::ZERO,
            expires_at,
            crossing: order.crossing,
            self_trade: order.self_trade,
            on_pause: order.on_pause,
            group: order.group,
            accumulator: Accumulator::default(),
            arrival: u64::MAX,
        };
        self.check_request(order, &taker)?;
        let has_money = || self.check_room(&Wanted::of(&taker, tradable));
        let is_new = || {
            self.check_id(account, order.market, order.client_order)?;
            order.group.map_or(Ok(()), |group| self.check_group(account, group))?;
            let closes_nothing = order.effect == PositionEffect::ReduceOnly && tradable.is_zero();
            if closes_nothing && self.settings.reads(Second::NothingToCloseRefused) {
                return Err(RejectReason::NothingToClose);
            }
            Ok(())
        };
        let may_rest = || {
            let is_refused = !self.settings.reads(Second::PostOnlyCanceled);
            if is_refused && self.crosses_post_only(&taker) {
                return Err(RejectReason::PostOnlyCross);
            }
            Ok(())
        };
        if self.settings.reads(Second::MoneyBeforeIds) {
            has_money().and_then(|()| is_new()).and_then(|()| may_rest())?;
        } else if self.settings.reads(Second::MoneyAfterBook) {
            is_new().and_then(|()| may_rest()).and_then(|()| has_money())?;
        } else {
            is_new().and_then(|()| has_money()).and_then(|()| may_rest())?;
        }
        Ok(taker)
    }

    /// What the request alone shows.
    fn check_request(&self, order: &CreateOrder, taker: &Order) -> Result<(), RejectReason> {
        if order.market.number() as usize >= self.markets.len() {
            return Err(RejectReason::MarketNotFound);
        }
        self.may_trade(order.market)?;
        if order.quantity.is_zero() {
            return Err(RejectReason::InvalidOrderSize);
        }
        if !self.grid(order.market).has(order.limit_price) {
            return Err(RejectReason::InvalidPrice);
        }
        if taker.expires_at.is_some_and(|at| at <= self.now) {
            return Err(RejectReason::ExpiryNotInFuture);
        }
        let is_immediate = order.time_in_force == TimeInForce::ImmediateOrCancel;
        if order.effect == PositionEffect::ReduceOnly && !is_immediate {
            return Err(RejectReason::ReduceOnlyNotImmediate);
        }
        Ok(())
    }

    /// Whether a post-only order meets somebody whom it must not meet.
    pub(super) fn crosses_post_only(&self, order: &Order) -> bool {
        if order.crossing != Crossing::PostOnly {
            return false;
        }
        if self.settings.reads(Second::PostOnlyToOthers) {
            !self.way_by_rule(order).is_empty()
        } else {
            !self.way(order).is_empty()
        }
    }
}
