//! An order's life as the events tell it.

use crate::audit::fee_bounds::OrderFees;
use crate::audit::shadow_book::Priority;
use crate::audit::violation::{Rule, Violation};
use crate::exchange::AmendedTotal;
use crate::market::SelfTradePrevention;
use crate::protocol::Crossing;
use crate::units::{AccountId, ClientOrderId, MarketId, OrderId, Price, Quantity, Side};

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
    /// How many orders were accepted before it.
    pub(super) accepted_before: usize,
    pub(super) initial: Quantity,
    pub(super) filled: Quantity,
    pub(super) remaining: Quantity,
    /// What the owner took off.
    pub(super) decreased: Quantity,
    pub(super) fees: OrderFees,
    /// Whether it may take, as its request said; known once the request was answered.
    pub(super) crossing: Crossing,
    /// What its request said about orders of its own account; known as late.
    pub(super) self_trade: Option<SelfTradePrevention>,
}

impl OrderTrail {
    /// Takes filled contracts off what remains.
    pub(super) fn fill(&mut self, quantity: Quantity) -> Result<(), Violation> {
        if quantity.is_zero() || quantity > self.remaining {
            return Err(self.does_not_add_up(&format!("a fill of {quantity}")));
        }
        self.filled += quantity;
        self.remaining -= quantity;
        self.check_sum()
    }

    /// Lowers what remains.
    pub(super) fn decrease(&mut self, remaining: Quantity) -> Result<(), Violation> {
        if remaining.is_zero() || remaining >= self.remaining {
            return Err(self.does_not_add_up(&format!("a decrease to {remaining}")));
        }
        self.decreased += self.remaining - remaining;
        self.remaining = remaining;
        self.check_sum()
    }

    /// Takes a new limit and a new total, of which `remaining` shall remain.
    pub(super) fn amend(
        &mut self,
        counted: AmendedTotal,
        client_order: ClientOrderId,
        limit: Price,
        total: Quantity,
        remaining: Quantity,
    ) -> Result<(), Violation> {
        if remaining.is_zero() {
            return Err(self.does_not_add_up("an amend to nothing"));
        }
        (self.client_order, self.limit) = (client_order, limit);
        (self.initial, self.remaining) = (total, remaining);
        if counted == AmendedTotal::WithoutDecreased {
            self.decreased = Quantity::ZERO;
        }
        self.check_sum()
    }

    fn check_sum(&self) -> Result<(), Violation> {
        if self.filled + self.remaining + self.decreased == self.initial {
            return Ok(());
        }
        Err(self.does_not_add_up("the sum"))
    }

    pub(super) fn does_not_add_up(&self, found: &str) -> Violation {
        Violation { rule: Rule::OrderAddsUp, found: format!("{found} of {self:?}") }
    }
}
