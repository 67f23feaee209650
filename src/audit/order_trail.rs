//! An order's life as the events tell it.

use crate::audit::invariant::Violation;
use crate::audit::invariants::matching;
use crate::audit::order_fees::OrderFees;
use crate::audit::shadow_book::Priority;
use crate::exchange::AmendedTotal;
use crate::market::{SelfTradePrevention, TimeInForce};
use crate::protocol::{AmendOrder, CreateOrder, Crossing, ExpiryChange, PositionEffect};
use crate::units::{
    AccountId, ClientOrderId, MarketId, OrderGroupId, OrderId, Price, Quantity, Side, SimTime,
};

/// A working order.
#[derive(Clone, Copy, Debug)]
pub(super) struct OrderTrail {
    pub(super) order: OrderId,
    pub(super) account: AccountId,
    pub(super) client_order: ClientOrderId,
    pub(super) market: MarketId,
    pub(super) side: Side,
    pub(super) limit: Price,
    pub(super) priority: Priority,
    /// Its place in the order of acceptance.
    pub(super) accepted: u64,
    pub(super) initial: Quantity,
    pub(super) filled: Quantity,
    pub(super) remaining: Quantity,
    /// What the owner took off.
    pub(super) decreased: Quantity,
    pub(super) fees: OrderFees,
    pub(super) expires_at: Option<SimTime>,
    pub(super) time_in_force: TimeInForce,
    pub(super) effect: PositionEffect,
    pub(super) crossing: Crossing,
    pub(super) self_trade: Option<SelfTradePrevention>,
    pub(super) group: Option<OrderGroupId>,
}

impl OrderTrail {
    /// The order that a request asked for, accepted now.
    pub(super) fn new(
        order: OrderId,
        account: AccountId,
        asked: &CreateOrder,
        accepted: u64,
        priority: Priority,
    ) -> Self {
        Self {
            order,
            account,
            client_order: asked.client_order,
            market: asked.market,
            side: asked.side,
            limit: asked.limit_price,
            priority,
            accepted,
            initial: asked.quantity,
            filled: Quantity::ZERO,
            remaining: asked.quantity,
            decreased: Quantity::ZERO,
            fees: OrderFees::default(),
            expires_at: match asked.time_in_force {
                TimeInForce::GoodTillCanceled { expires_at } => expires_at,
                TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => None,
            },
            time_in_force: asked.time_in_force,
            effect: asked.effect,
            crossing: asked.crossing,
            self_trade: asked.self_trade,
            group: asked.group,
        }
    }

    /// Takes filled contracts off what remains.
    pub(super) fn fill(&mut self, quantity: Quantity) -> Result<(), Violation> {
        if quantity.is_zero() || quantity > self.remaining {
            return Err(matching::does_not_add_up(self, &format!("a fill of {quantity}")));
        }
        self.filled += quantity;
        self.remaining -= quantity;
        matching::order_adds_up(self)
    }

    /// Lowers what remains.
    pub(super) fn decrease(&mut self, remaining: Quantity) -> Result<(), Violation> {
        if remaining.is_zero() || remaining >= self.remaining {
            return Err(matching::does_not_add_up(self, &format!("a decrease to {remaining}")));
        }
        self.decreased += self.remaining - remaining;
        self.remaining = remaining;
        matching::order_adds_up(self)
    }

    /// Takes what an amend asks for, of which `remaining` shall remain.
    pub(super) fn amend(
        &mut self,
        asked: &AmendOrder,
        remaining: Quantity,
        counted: AmendedTotal,
    ) -> Result<(), Violation> {
        if remaining.is_zero() {
            return Err(matching::does_not_add_up(self, "an amend to nothing"));
        }
        self.client_order = asked.new_client_order.unwrap_or(self.client_order);
        self.limit = asked.limit_price;
        (self.initial, self.remaining) = (asked.quantity, remaining);
        if counted == AmendedTotal::WithoutDecreased {
            self.decreased = Quantity::ZERO;
        }
        match asked.expiry {
            ExpiryChange::Keep => {}
            ExpiryChange::Remove => self.expires_at = None,
            ExpiryChange::At(at) => self.expires_at = Some(at),
        }
        matching::order_adds_up(self)
    }
}
