//! How orders are changed and taken out.

use fillgap::market::{ExchangeStatus, MarketStatus};
use fillgap::protocol::{
    AmendOrder, Amended, Canceled, Decreased, Execution, ExpiryChange, OrderEnd, Reduction,
    RejectReason,
};
use fillgap::units::{AccountId, MarketId, OrderId, Quantity};

use super::money::Wanted;
use super::readings::Second;
use super::state::{Order, Reference, User};

impl Reference {
    /// Whether something may be taken out, and the order that is meant.
    fn removable(&self, account: AccountId, id: OrderId) -> Result<Order, RejectReason> {
        let market = self.changeable_in(account, id)?;
        let order = self.own(account, id)?.clone();
        let is_inactive = self.markets[market.number() as usize].status == MarketStatus::Inactive;
        if is_inactive && self.settings.reads(Second::InactiveKeeps) {
            return Err(self.inactive());
        }
        Ok(order)
    }

    /// The market of an order that may be changed. An order that was never accepted is of none.
    fn changeable_in(&self, account: AccountId, id: OrderId) -> Result<MarketId, RejectReason> {
        if self.status == ExchangeStatus::ExchangePaused {
            return Err(RejectReason::ExchangePaused);
        }
        let market = self.market_of(id).ok_or(RejectReason::OrderNotFound)?;
        if self.settings.reads(Second::ClosedOrderFirst) {
            self.own(account, id)?;
        }
        match self.markets[market.number() as usize].status {
            MarketStatus::Initialized | MarketStatus::Active | MarketStatus::Inactive => Ok(market),
            _ => Err(RejectReason::MarketInactive),
        }
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

    pub(super) fn cancel_all(&mut self, account: AccountId) -> Result<(), RejectReason> {
        if self.status == ExchangeStatus::ExchangePaused {
            return Err(RejectReason::ExchangePaused);
        }
        let kept = self.kept_markets();
        self.end_where(OrderEnd::Canceled, |order| {
            order.account == account && !kept.contains(&order.market)
        });
        let until = self.now + self.settings.cancel_all_reach;
        self.canceling_until.insert(account, until);
        Ok(())
    }

    pub(super) fn decrease(
        &mut self,
        account: AccountId,
        id: OrderId,
        reduction: Reduction,
    ) -> Result<Decreased, RejectReason> {
        if self.settings.reads(Second::DecreaseLikeAmend) {
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
            Reduction::By(quantity)
                if quantity > order.remaining
                    && self.settings.reads(Second::OversizedDecreaseRefused) =>
            {
                return Err(RejectReason::InvalidOrderSize);
            }
            Reduction::By(quantity) => order.remaining.saturating_sub(quantity),
            Reduction::To(quantity) if quantity < order.remaining => quantity,
            Reduction::To(_) if self.settings.reads(Second::DecreaseToNoLessIsNothing) => {
                return Ok(Decreased { order: id, remaining: order.remaining });
            }
            Reduction::To(_) => return Err(RejectReason::InvalidOrderSize),
        };
        if remaining.is_zero() {
            self.end(&order, OrderEnd::Canceled, order.remaining);
        } else {
            let decreased = order.decreased + (order.remaining - remaining);
            self.change(&Order { remaining, decreased, ..order.clone() });
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
            let (client_order, nothing) = (before.client_order, Quantity::ZERO);
            return Ok(Amended { order: id, client_order, filled: nothing, remaining: nothing });
        }
        if client_order != before.client_order {
            let mut used = self.used.iter_mut().filter(|used| used.by == User::Order);
            let former = used.find(|used| {
                (used.account, used.market, used.id)
                    == (account, before.market, before.client_order)
            });
            former.expect("it was used").by = User::Former;
            self.use_id(account, before.market, client_order, User::Order);
        }
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
            self.replace(&mut after);
        }
        self.trigger_exceeded();
        let remaining = self.resting(id);
        Ok(Amended { order: id, client_order, filled: after.filled - before.filled, remaining })
    }

    /// Takes an order out and lets it in again as it shall be.
    fn replace(&mut self, after: &mut Order) {
        self.orders.retain(|resting| resting.id != after.id);
        let stopped = if self.crosses_post_only(after) {
            Some(OrderEnd::PostOnlyCross)
        } else {
            let most = after.remaining;
            self.take(after, most)
        };
        if let Some(end) = stopped {
            self.end(after, end, after.remaining);
        } else if after.remaining.is_zero() {
            self.end(after, OrderEnd::Executed, Quantity::ZERO);
        } else {
            self.rest(after.clone());
        }
    }

    fn check_amend(
        &self,
        account: AccountId,
        amend: &AmendOrder,
    ) -> Result<(Order, Order), RejectReason> {
        self.exchange_trades()?;
        let market = self.changeable_in(account, amend.order)?;
        let before = self.own(account, amend.order)?.clone();
        self.may_trade(market)?;
        let after = self.amended(&before, amend)?;
        let new_id = Some(after.client_order).filter(|id| *id != before.client_order);
        let is_new = || new_id.map_or(Ok(()), |id| self.check_id(account, before.market, id));
        let keeps_place = after.limit == before.limit && after.remaining <= before.remaining;
        if keeps_place || after.remaining.is_zero() {
            is_new()?;
            return Ok((before, after));
        }
        let has_money = || self.check_room(&Wanted::of(&after, after.remaining));
        let may_rest = || {
            if self.crosses_post_only(&after) {
                // Canceled, it meets nobody.
                let is_canceled = self.settings.reads(Second::AmendedPostOnlyCanceled);
                return if is_canceled { Ok(()) } else { Err(RejectReason::PostOnlyCross) };
            }
            if self.settings.reads(Second::AmendToOwnByRule) {
                return Ok(());
            }
            let trial = self.without(after.id).trial(&after, after.remaining);
            if trial.meets_own() { Err(RejectReason::SelfCross) } else { Ok(()) }
        };
        if self.settings.reads(Second::MoneyBeforeIds) {
            has_money().and_then(|()| is_new()).and_then(|()| may_rest())?;
        } else if self.settings.reads(Second::MoneyAfterBook) {
            is_new().and_then(|()| may_rest()).and_then(|()| has_money())?;
        } else {
            is_new().and_then(|()| has_money()).and_then(|()| may_rest())?;
        }
        Ok((before, after))
    }

    /// The order as it shall be, by what the request and the order alone show.
    fn amended(&self, before: &Order, amend: &AmendOrder) -> Result<Order, RejectReason> {
        if amend.market != before.market {
            return Err(RejectReason::OrderMarketMismatch);
        }
        if amend.side != before.side {
            return Err(RejectReason::OrderSideMismatch);
        }
        if amend.client_order.is_some_and(|id| id != before.client_order) {
            return Err(RejectReason::ClientOrderMismatch);
        }
        if amend.quantity.is_zero() && !self.settings.reads(Second::AmendToNothingCancels) {
            return Err(RejectReason::InvalidOrderSize);
        }
        let counted = if self.settings.reads(Second::TotalWithDecreased) {
            before.filled + before.decreased
        } else {
            before.filled
        };
        if amend.quantity < counted {
            return Err(RejectReason::AmendBelowFilled);
        }
        if !self.grid(before.market).has(amend.limit_price) {
            return Err(RejectReason::InvalidPrice);
        }
        let mut after = before.clone();
        (after.limit, after.remaining) = (amend.limit_price, amend.quantity - counted);
        after.initial = amend.quantity;
        after.client_order = amend.new_client_order.unwrap_or(before.client_order);
        after.expires_at = match amend.expiry {
            ExpiryChange::Keep => before.expires_at,
            ExpiryChange::Remove => None,
            ExpiryChange::At(at) if at <= self.now => return Err(RejectReason::ExpiryNotInFuture),
            ExpiryChange::At(at) => Some(at),
        };
        Ok(after)
    }
}
